//! Decisions of a team about successors: a table with the columns `source`, `target`, `status`, and optionally `note`, `who`,
//! `when`, `releases`, `item`. `source` may be called `code`, as in the worklist of `codeset impact`.
//!
//! Columns may come in any order, among any others, with titles in uppercase or lowercase letters. A row without a status is
//! undecided. The output of `codeset crosswalk --format csv` is such a table, to be filled in; so are the sheets of
//! `--format xlsx`. In a workbook, every sheet with these titles is read.

use std::collections::BTreeMap;

use super::rows::{Layout, Row, delimiter, rows_of_every_sheet, text_rows};
use super::text::TextFile;
use super::workbook::{Cell, is_workbook};
use super::{Format, Options, Part, Sample};
use crate::fields::{headings, notation, roles};
use crate::model::{Decision, DecisionRow, DecisionTable, Place, Problem, ProblemCode, Problems, SourceFile};

/// Titles of the columns. The first three are required.
const TITLES: [&str; 8] = ["source", "target", "status", "note", "who", "when", "releases", "item"];

/// An alternative title of the first one.
const SOURCE_ALIAS: &str = "code";

/// Number of titles that are required.
const NEEDED: usize = 3;

/// Number of first rows that are searched for the titles.
const TITLE_ROWS: u32 = headings::ROWS_BEFORE as u32;

/// Maximum columns: teams may add columns of their own.
const MOST_COLUMNS: usize = 64;

const LAYOUT: Layout<'static> = Layout {
    title_rows: TITLE_ROWS,
    columns: MOST_COLUMNS,
    is_titles: &|row| columns(row)[..NEEDED].iter().all(Option::is_some),
};

/// See the module.
pub(super) struct Decisions;

impl Format for Decisions {
    fn id(&self) -> &'static str {
        "decisions"
    }

    fn title(&self) -> &'static str {
        "decisions about successors: source, target, status"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["icd10cm", "icd10pcs", "hcpcs", "cpt", "cdt", "ndc", "icd11"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        if is_workbook(sample.bytes) {
            let has =
                |title: &&str| is_cell(sample, title) || is_source(title) && is_cell(sample, SOURCE_ALIAS);
            return TITLES[..NEEDED].iter().all(has);
        }
        sample.lines().take(TITLE_ROWS as usize).any(|line| is_title_line(line.text))
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        Part::Decisions(if is_workbook(&file.bytes) { from_workbook(&file) } else { from_text(file) })
    }
}

/// Returns whether a cell of a workbook holds only a title, in lowercase, uppercase or with a capital first letter.
fn is_cell(sample: &Sample<'_>, title: &str) -> bool {
    let (first, rest) = title.split_at(1);
    let spellings = [title.to_owned(), title.to_uppercase(), first.to_uppercase() + rest];
    spellings.iter().any(|title| sample.is_workbook_with(&[&format!(">{title}<")]))
}

fn is_title_line(line: &str) -> bool {
    let delimiter = char::from(delimiter(line));
    let titles: Vec<&str> = line.split(delimiter).map(|title| title.trim().trim_matches('"')).collect();
    let has = |wanted: &str| titles.iter().any(|title| roles::plain(title) == wanted);
    TITLES[..NEEDED].iter().all(|title| has(title) || is_source(title) && has(SOURCE_ALIAS))
}

/// Returns the positions of the columns.
fn columns(row: &Row) -> [Option<usize>; TITLES.len()] {
    let is = |cell: &Cell, title: &str| matches!(cell, Cell::Text(text) if roles::plain(text) == title);
    let at = |title: &str| row.cells.iter().position(|cell| is(cell, title));
    TITLES.map(|title| at(title).or_else(|| at(SOURCE_ALIAS).filter(|_| is_source(title))))
}

fn is_source(title: &str) -> bool {
    title == TITLES[0]
}

fn from_text(file: SourceFile) -> DecisionTable {
    let file = TextFile::decode(file);
    let titles = file.lines().find(|line| is_title_line(line.text));
    let rows = text_rows(&file.name, &file.text, titles.map_or(b',', |line| delimiter(line.text)));
    let mut table = table(&file.name, &rows);
    // Spreadsheets write a byte-order mark and line ends of their own, so these are not reported as faults of a publisher's
    // file.
    let faults = file.problems.into_iter().filter(|problem| problem.code == ProblemCode::Encoding);
    table.problems.splice(..0, faults);
    table
}

fn from_workbook(file: &SourceFile) -> DecisionTable {
    let name = &file.source.name;
    match rows_of_every_sheet(file, &LAYOUT) {
        Ok(rows) => table(name, &rows),
        Err(error) => unreadable(name, error.to_string()),
    }
}

fn unreadable(name: &str, fact: String) -> DecisionTable {
    let problem = Problem::new(ProblemCode::BadRecord, Place::file(name), fact);
    DecisionTable { name: name.to_owned(), rows: Vec::new(), problems: vec![problem] }
}

fn table(name: &str, rows: &[Row]) -> DecisionTable {
    let mut problems = Problems::default();
    let mut kept = Vec::new();
    let mut has_titles = false;
    for sheet in rows.chunk_by(Row::is_adjacent) {
        let Some(titles) = LAYOUT.titles(sheet) else { continue };
        has_titles = true;
        kept.extend(decisions(&sheet[titles..], &mut problems));
    }
    if !has_titles {
        return unreadable(
            name,
            format!("there are no titles {} in the first rows", TITLES[..NEEDED].join(", ")),
        );
    }
    let rows = without_conflicts(kept, &mut problems);
    DecisionTable { name: name.to_owned(), rows, problems: problems.finish(name) }
}

/// Returns the decisions of a sheet, whose first row has the titles.
fn decisions(sheet: &[Row], problems: &mut Problems) -> Vec<DecisionRow> {
    let Some((titles, rows)) = sheet.split_first() else { return Vec::new() };
    let columns = columns(titles);
    let mut kept = Vec::new();
    for row in rows.iter().filter(|row| !row.is_empty()) {
        match decision(row, &columns) {
            Ok(decision) => kept.extend(decision),
            Err(error) => problems.add(ProblemCode::BadRecord, || {
                Problem::new(ProblemCode::BadRecord, row.place(), error.to_string())
                    .hint("the row was left out")
            }),
        }
    }
    kept
}

/// The reason why a row is not a decision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum RowError {
    #[error("a cell runs over several lines, as if a quote were not closed")]
    Torn,
    #[error("the status `{}` is not accept, reject, choose or ask", .0.escape_debug())]
    Status(String),
    #[error("the row names no source")]
    NoSource,
    #[error("{}: the row names no target to {decision}", source_code.escape_debug())]
    NoTarget { source_code: String, decision: Decision },
}

/// Returns the decision of a row, `None` if it is open.
fn decision(row: &Row, columns: &[Option<usize>; TITLES.len()]) -> Result<Option<DecisionRow>, RowError> {
    let text =
        |column: usize| columns[column].map(|at| row.cell(at).to_string()).filter(|text| !text.is_empty());
    let Some(status) = text(2) else { return Ok(None) };
    if row.is_torn() {
        return Err(RowError::Torn);
    }
    let verdict = Decision::from_word(&notation::cleaned(&status).trim().to_ascii_lowercase())
        .ok_or(RowError::Status(status))?;
    let source = text(0).ok_or(RowError::NoSource)?;
    let target = text(1);
    if target.is_none() && !matches!(verdict, Decision::Reject | Decision::Ask) {
        return Err(RowError::NoTarget { source_code: source, decision: verdict });
    }
    let (note, who, when) = (text(3).map(unguarded), text(4).map(unguarded), text(5));
    let [releases, item] = [6, 7].map(|column| text(column).filter(|text| is_digest(text)));
    let (row, place) = (row.number, row.place());
    Ok(Some(DecisionRow { source, target, verdict, note, who, when, releases, item, row, place }))
}

/// Returns whether a cell is a digest of releases or of an item. A team may have columns of these titles with other words
/// in them.
fn is_digest(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Returns what a person wrote: tables that codeset and its pages write guard a text that would run as a formula with an
/// apostrophe.
fn unguarded(text: String) -> String {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest.to_owned(),
        _ => text,
    }
}

/// Returns the rows without conflicts: rows that decide the same pair differently are all dropped. A row that repeats an
/// earlier one is dropped as well.
fn without_conflicts(rows: Vec<DecisionRow>, problems: &mut Problems) -> Vec<DecisionRow> {
    let pair = |row: &DecisionRow| (row.source.clone(), row.target.clone());
    let mut verdicts: BTreeMap<_, Vec<Decision>> = BTreeMap::new();
    for row in &rows {
        let verdicts = verdicts.entry(pair(row)).or_default();
        if !verdicts.contains(&row.verdict) {
            verdicts.push(row.verdict);
        }
    }
    let mut kept: Vec<DecisionRow> = Vec::new();
    for row in rows {
        let several = verdicts.get(&pair(&row)).is_some_and(|verdicts| verdicts.len() > 1);
        if several {
            problems.add(ProblemCode::DecisionConflict, || {
                let target = row.target.as_deref().unwrap_or("nothing");
                let fact = format!("{} and {target} have two different decisions", row.source);
                Problem::new(ProblemCode::DecisionConflict, row.place.clone(), fact)
                    .hint("the row was left out; keep the right one")
            });
        } else if !kept.iter().any(|before| pair(before) == pair(&row)) {
            kept.push(row);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::testing::open_document;
    use super::*;

    #[test]
    fn a_column_of_releases_with_words_in_it_is_no_digest() {
        assert!(is_digest("0123456789abcdef"));
        assert!(["FY2026", "icd10cm@2026", "0123456789ABCDEF", ""].iter().all(|text| !is_digest(text)));
    }

    #[test]
    fn a_guarded_note_is_read_as_it_was_written() {
        assert_eq!(unguarded("'=which one?".to_owned()), "=which one?");
        assert_eq!(unguarded("'tis".to_owned()), "'tis");
    }

    #[test]
    fn a_sheet_saved_by_libreoffice_is_read() {
        let titles: &[&str] = &["Source", "Target", "Status", "Who"];
        let sheets: &[(&str, &[&[&str]])] = &[
            ("Summary", &[&["Crosswalk of the year"]]),
            ("Choose", &[titles, &["C86.0", "C86.00", "accept", "Ada"], &["P83.8", "P83.88", "", ""]]),
            ("Others", &[titles, &["G35", "", " Reject ", "Ben"]]),
        ];
        let bytes = open_document(sheets);
        assert!(Decisions.recognizes(&Sample::new(&bytes)));
        let Part::Decisions(table) = Decisions.read(SourceFile::new("ours.ods", bytes), &Options::default())
        else {
            panic!("no decisions")
        };
        let described: Vec<_> = table
            .rows
            .iter()
            .map(|row| (row.source.as_str(), row.target.as_deref(), row.verdict, row.who.as_deref()))
            .collect();
        assert_eq!(
            described,
            [
                ("C86.0", Some("C86.00"), Decision::Accept, Some("Ada")),
                ("G35", None, Decision::Reject, Some("Ben"))
            ]
        );
        assert_eq!(table.problems, []);
    }
}
