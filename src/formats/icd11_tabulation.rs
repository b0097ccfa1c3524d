//! The simple tabulation of ICD-11 MMS: chapters, blocks and categories, one row each, in the order of the book.
//!
//! Source: WHO, "SimpleTabulation-ICD-11-MMS-en" with its readme, in a zip as text (columns between tabs, UTF-8 with a
//! byte-order mark) and as a workbook of the same rows. Columns are found by their titles:
//!
//! * `Foundation URI`: the entity; residual categories do not have one. `Linearization URI`: the entity's number after `/mms/`;
//!   for a residual category, that of its parent with `/other` or `/unspecified`.
//! * `Code` of a category, `BlockId` of most blocks (all but some of the chapters V and X), `ChapterNo` of all.
//! * `Title`, with `- ` before it for each level of depth, and quoted in the text. These marks identify the parent:
//!   `DepthInKind` starts again where a block is below a category. It is left out, and so is `isLeaf`: both follow from the
//!   position of a row.
//! * `ClassKind`: `chapter`, `block` or `category`. Categories with others below them are codes as well.
//! * `BrowserLink` is a formula of a spreadsheet and never read.
//! * The last title is `Version:` and the day of the release.

use std::borrow::Cow;

use super::icd11_columns::{
    BLOCK, Columns, FOUNDATION, KIND, MissingColumn, TELLING, VERSION, edition, is_titles,
};
use super::kept::Kept;
use super::rows::{Layout, each_workbook_row};
use super::tabs::{Cells, Piece, split};
use super::text::{Line, TextFile};
use super::workbook::{Cell, is_workbook};
use super::{Concepts, Format, Options, Part, Sample};
use crate::model::sets::ICD11;
use crate::model::{
    Concept, Coverage, Details, Edition, Fact, Level, Place, Problem, ProblemCode, Problems, Property,
    ReleaseTable, SourceFile, Span, Wanted,
};

/// The titles are in the first row; other programs may have added rows above them.
const TITLE_ROWS: u32 = 10;

/// Maximum columns of a workbook that are read: the layout has 18.
const COLUMNS: usize = 32;

/// See the module.
pub(super) struct Icd11Tabulation;

impl Format for Icd11Tabulation {
    fn id(&self) -> &'static str {
        "icd11_tabulation"
    }

    fn title(&self) -> &'static str {
        "ICD-11 MMS simple tabulation"
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        if is_workbook(sample.bytes) {
            return sample.is_workbook_with(&TELLING);
        }
        sample.lines().take(TITLE_ROWS as usize).any(|line| is_titles(&Cells::Line(&split(line.text).0)))
    }

    fn sets(&self) -> &'static [&'static str] {
        &["icd11"]
    }

    fn wanted(&self, sample: &Sample<'_>) -> Wanted {
        sample.text_before_workbook()
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        if is_workbook(&file.bytes) {
            return Part::Concepts(from_workbook(&file));
        }
        Part::Concepts(from_text(TextFile::decode(file)))
    }
}

/// A fault in a row: the problem code, the column, from 0, and a sentence.
type Fault = (ProblemCode, usize, String);

fn bad<T>(column: usize, fact: impl Into<String>) -> Result<T, Fault> {
    Err((ProblemCode::BadRecord, column, fact.into()))
}

/// Returns the depth of a row, and its title.
fn depth(title: &str) -> (usize, &str) {
    let mut title = (0, title);
    while let Some(rest) = title.1.strip_prefix("- ") {
        title = (title.0 + 1, rest);
    }
    // The blank after the last mark is missing if the title is empty.
    if title.1 == "-" { (title.0 + 1, "") } else { title }
}

/// Returns the entity of a row, the same in all releases: see the module. Empty if the row does not name it.
fn entity<'r>(linearization: &'r str, foundation: &'r str) -> &'r str {
    let of_release = linearization.split_once("/mms/").map(|(_, entity)| entity);
    let own = foundation.rsplit_once('/').map(|(_, entity)| entity);
    of_release.filter(|entity| !entity.is_empty()).or(own).unwrap_or_default()
}

/// The level and key of a row.
struct Head<'r> {
    level: Level,
    key: Cow<'r, str>,
}

fn head<'r>(columns: &Columns, cells: &'r Cells<'_, '_>) -> Result<Head<'r>, Fault> {
    let [kind, code] = [columns.kind, columns.code].map(|column| cells.get(column));
    match (&*kind, &*code) {
        ("category", "") => bad(columns.code, "a category has no code"),
        ("category", _) if is_code(&code) => Ok(Head { level: Level::Code, key: code }),
        ("category", _) => bad(columns.code, format!("{} is not a code of ICD-11", shown(&code))),
        ("block", "") => Ok(Head { level: Level::Header, key: block_key(columns, cells)? }),
        ("chapter", "") => Ok(Head { level: Level::Header, key: chapter_key(columns, cells)? }),
        ("block" | "chapter", _) => bad(columns.code, format!("a {kind} has the code {}", shown(&code))),
        _ => bad(columns.kind, format!("{} is not a chapter, block or category", shown(&kind))),
    }
}

fn is_code(code: &str) -> bool {
    let signs = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    signs && (ICD11.normalize)(code).is_some_and(|normal| normal == code)
}

fn block_key<'r>(columns: &Columns, cells: &'r Cells<'_, '_>) -> Result<Cow<'r, str>, Fault> {
    let block = cells.get(columns.block);
    if !block.is_empty() {
        return Ok(block);
    }
    match entity(&cells.get(columns.linearization), &cells.get(columns.foundation)) {
        "" => bad(columns.block, "a block has no id and no entity"),
        entity => Ok(Cow::Owned(format!("Block {entity}"))),
    }
}

fn chapter_key<'r>(columns: &Columns, cells: &'r Cells<'_, '_>) -> Result<Cow<'r, str>, Fault> {
    match &*cells.get(columns.chapter) {
        "" => bad(columns.chapter, "a chapter has no number"),
        number => Ok(Cow::Owned(format!("Chapter {number}"))),
    }
}

fn shown(text: &str) -> String {
    Cell::text(text).shown()
}

/// A release while its rows are read.
struct Tabulation {
    columns: Columns,
    edition: Option<Edition>,
    facts: Vec<Fact>,
    kept: Kept,
    concepts: Vec<Concept>,
    lines: Vec<u32>,
    /// The key of the last row at each depth, if it can be read.
    above: Vec<Option<Span>>,
    unreadable: Vec<String>,
    lost: bool,
    problems: Problems,
}

impl Tabulation {
    fn new(
        text: &str,
        titles: &Cells<'_, '_>,
        place: &dyn Fn(usize) -> Place,
    ) -> Result<Self, MissingColumn> {
        let columns = Columns::of(titles)?;
        let mut problems = Problems::default();
        for name in columns.missing() {
            let fact = format!("there is no column `{name}`, so it is not compared");
            let code = ProblemCode::MissingColumns;
            problems.add(code, || Problem::new(code, place(0), fact).hint("fetch the file again"));
        }
        let mut tabulation = Self {
            columns,
            edition: None,
            facts: Vec::new(),
            kept: Kept::of(text),
            concepts: Vec::new(),
            lines: Vec::new(),
            above: Vec::new(),
            unreadable: Vec::new(),
            lost: false,
            problems,
        };
        tabulation.read_version(titles, place);
        Ok(tabulation)
    }

    fn read_version(&mut self, titles: &Cells<'_, '_>, place: &dyn Fn(usize) -> Place) {
        let version = |at: usize| Some((at, titles.get(at).strip_prefix(VERSION)?.trim().to_owned()));
        let Some((at, value)) = (0..titles.len()).find_map(version) else { return };
        self.edition = edition(&value);
        if self.edition.is_none() {
            let fact = format!("the version {} does not begin with a day such as 2024 Jan 21", shown(&value));
            let code = ProblemCode::BadDate;
            self.problems.add(code, || Problem::new(code, place(at), fact));
        }
        self.facts.push(Fact { name: "Version".to_owned(), value });
    }

    /// Reads a row; `fault` describes what is wrong with its cells.
    fn take(
        &mut self,
        cells: &Cells<'_, '_>,
        number: u32,
        fault: Option<Fault>,
        place: &dyn Fn(usize) -> Place,
    ) {
        let cell = cells.get(self.columns.title);
        let (depth, title) = depth(&cell);
        let record = fault.map_or_else(|| self.record(cells, depth, title), Err);
        let key = match record {
            Ok((head, parent)) => {
                let key = self.kept.keep(&head.key);
                self.add(cells, (head.level, key), title, parent);
                self.lines.push(number);
                Some(key)
            }
            Err((code, column, fact)) => {
                self.problems.add(code, || {
                    Problem::new(code, place(column), fact)
                        .hint("download the file again; the row was left out")
                });
                self.reject(cells)
            }
        };
        // The depth of a piece of a torn row is not known; the next rows may not belong to it.
        if !cell.is_empty() {
            self.above.resize(depth, None);
            self.above.push(key);
        }
    }

    fn record<'r>(
        &self,
        cells: &'r Cells<'_, '_>,
        depth: usize,
        title: &str,
    ) -> Result<(Head<'r>, Option<Span>), Fault> {
        let needed = self.columns.needed();
        if cells.len() < needed {
            let fact = format!("the row has {} cells, but the layout needs {needed}", cells.len());
            return Err((ProblemCode::ShortRecord, 0, fact));
        }
        let head = head(&self.columns, cells)?;
        if title.is_empty() {
            return bad(self.columns.title, format!("{} has no title", head.key));
        }
        let Some(above) = depth.checked_sub(1) else { return Ok((head, None)) };
        match self.above.get(above) {
            Some(Some(parent)) => Ok((head, Some(*parent))),
            _ => bad(self.columns.title, format!("{}: its parent row was not found", head.key)),
        }
    }

    fn add(
        &mut self,
        cells: &Cells<'_, '_>,
        (level, code): (Level, Span),
        title: &str,
        parent: Option<Span>,
    ) {
        let addresses = [self.columns.linearization, self.columns.foundation].map(|column| cells.get(column));
        let mut properties = Vec::with_capacity(self.columns.values.len());
        for at in 0..self.columns.values.len() {
            let (definition, column) = self.columns.values[at];
            let own = column.map(|column| cells.get(column));
            let value = own.as_deref().unwrap_or_else(|| entity(&addresses[0], &addresses[1]));
            if !value.is_empty() {
                properties.push(Property { definition, value: self.kept.keep(value) });
            }
        }
        let details = Some(Box::new(Details { properties, parent, ..Details::default() }));
        let order = self.concepts.len() as u32;
        let long = self.kept.keep(title);
        self.concepts.push(Concept { code, long, short: None, order, level, details });
    }

    /// Rejects a row that cannot be read. Its key is noted as unreadable; if it has none, the file is marked as incomplete.
    fn reject(&mut self, cells: &Cells<'_, '_>) -> Option<Span> {
        let [code, block] = [self.columns.code, self.columns.block].map(|column| cells.get(column));
        let is_key = |key: &str| (ICD11.normalize)(key).is_some_and(|normal| normal == key);
        let found = [code, block].into_iter().find(|key| is_key(key));
        let key = head(&self.columns, cells).map_or(found, |head| Some(head.key));
        let Some(key) = key else {
            self.lost = true;
            return None;
        };
        self.unreadable.push(key.clone().into_owned());
        Some(self.kept.keep(&key))
    }

    /// Returns the concepts, without their text.
    fn finish(self, name: String, whole: bool) -> (Concepts, Kept) {
        let absent = self.columns.absent();
        let table = ReleaseTable { absent, concepts: self.concepts, ..ReleaseTable::default() };
        let concepts = Concepts {
            edition: self.edition,
            facts: self.facts,
            coverage: Coverage { whole: whole && !self.lost, ..Coverage::default() },
            unreadable: self.unreadable,
            lines: self.lines,
            problems: self.problems.finish(&name),
            ..Concepts::new(name, &ICD11, table)
        };
        (concepts, self.kept)
    }
}

/// Returns the concepts of a file that cannot be read.
fn unreadable(name: String, fact: String) -> Concepts {
    let place = Place::file(&name);
    let problem = Problem::new(ProblemCode::BadRecord, place, fact).hint("fetch the file again");
    Concepts {
        coverage: Coverage { whole: false, ..Coverage::default() },
        problems: vec![problem],
        ..Concepts::new(name, &ICD11, ReleaseTable::default())
    }
}

fn without_titles() -> String {
    format!("the titles `{FOUNDATION}`, `{BLOCK}` and `{KIND}` are not in the first {TITLE_ROWS} rows")
}

// Text.

fn from_text(mut file: TextFile) -> Concepts {
    // The publisher's file has a byte-order mark.
    file.problems.retain(|problem| problem.code != ProblemCode::ByteOrderMark);
    let mut lines = file.lines().filter(|line| !line.ended || !line.text.trim().is_empty());
    let titles =
        lines.by_ref().take(TITLE_ROWS as usize).find(|line| is_titles(&Cells::Line(&split(line.text).0)));
    let Some(titles) = titles else { return unreadable(file.name, without_titles()) };
    let (pieces, _) = split(titles.text);
    let begun =
        Tabulation::new(&file.text, &Cells::Line(&pieces), &|column| place(&file, &titles, &pieces, column));
    let mut tabulation = match begun {
        Ok(tabulation) => tabulation,
        Err(error) => return unreadable(file.name, error.to_string()),
    };
    let mut cut = false;
    for line in lines {
        cut = !line.ended;
        take_line(&mut tabulation, &file, &line);
    }
    let (mut concepts, kept) = tabulation.finish(file.name.clone(), !cut);
    if cut {
        concepts.problems.extend(file.truncated());
    }
    file.note_line_ends(&mut concepts.problems);
    concepts.problems.splice(..0, file.problems);
    concepts.table.text = kept.after(file.text);
    concepts
}

fn take_line(tabulation: &mut Tabulation, file: &TextFile, line: &Line<'_>) {
    let (pieces, fault) = split(line.text);
    let place = |column| place(file, line, &pieces, column);
    let fault = fault.map(|fact| (ProblemCode::BadRecord, pieces.len() - 1, fact.to_owned()));
    // The last cells of most rows are empty, so a row without its line end may be incomplete.
    let cut = || {
        (ProblemCode::ShortRecord, pieces.len(), "the row has no line end; it may be truncated".to_owned())
    };
    let fault = fault.or_else(|| (!line.ended).then(cut));
    tabulation.take(&Cells::Line(&pieces), line.number, fault, &place);
}

fn place(file: &TextFile, line: &Line<'_>, pieces: &[Piece<'_>], column: usize) -> Place {
    file.place(line, pieces.get(column).map_or(line.text.len(), |piece| piece.start))
}

// Workbooks.

const LAYOUT: Layout<'static> =
    Layout { title_rows: TITLE_ROWS, columns: COLUMNS, is_titles: &|row| is_titles(&Cells::Sheet(row)) };

fn from_workbook(file: &SourceFile) -> Concepts {
    let name = file.source.name.clone();
    let mut begun: Option<Result<Tabulation, MissingColumn>> = None;
    let read = each_workbook_row(file, &LAYOUT, &mut |row| {
        let (cells, place) = (Cells::Sheet(&row), |column| row.place_of(column));
        match &mut begun {
            Some(Ok(tabulation)) if !row.is_empty() => tabulation.take(&cells, row.number, None, &place),
            None if is_titles(&cells) => begun = Some(Tabulation::new("", &cells, &place)),
            _ => {}
        }
    });
    let tabulation = match begun {
        Some(Ok(tabulation)) => tabulation,
        Some(Err(error)) => return unreadable(name, error.to_string()),
        None => return unreadable(name, read.map_or_else(|error| error.to_string(), |_| without_titles())),
    };
    let (mut concepts, kept) = tabulation.finish(name, read.is_ok());
    if let Err(error) = read {
        let place = Place::file(&concepts.name);
        let problem = Problem::new(ProblemCode::Truncated, place, error.to_string());
        concepts.problems.push(problem.hint("fetch the file again"));
    }
    concepts.table.text = kept.after(String::new());
    concepts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::testing::{text_cell, workbook};
    use crate::formats::{recognize, wanted};
    use crate::model::Release;

    const SMALL: &str = include_str!("../../tests/fixtures/icd11_tabulation/ok/small.txt");

    fn file(name: &str, bytes: impl Into<Vec<u8>>) -> SourceFile {
        SourceFile::new(name, bytes.into())
    }

    fn read(files: Vec<SourceFile>) -> Result<Release, crate::formats::Error> {
        crate::formats::read(files, &Options::default())
    }

    /// Returns the rows of a text as a workbook, with rows above them.
    fn twin(text: &str, above: u32) -> Vec<u8> {
        let mut sheet = String::new();
        for (row, line) in (above + 1..).zip(text.trim_start_matches('\u{feff}').lines()) {
            let cell = |(at, piece): (usize, &Piece<'_>)| {
                let text = piece.read().replace('&', "&amp;").replace('<', "&lt;");
                let reference = format!("{}{row}", char::from(b'A' + at as u8));
                if text.is_empty() { String::new() } else { text_cell(&reference, &text) }
            };
            let cells: String = split(line).0.iter().enumerate().map(cell).collect();
            sheet.push_str(&format!("<row r=\"{row}\">{cells}</row>"));
        }
        workbook(&sheet)
    }

    /// Describes the content of a release, without the locations in its file.
    fn describe(release: &Release) -> Vec<String> {
        let described = |entry: crate::model::Entry<'_>| {
            let properties: Vec<_> = entry.properties().map(|(_, value)| value).collect();
            format!("{} {entry:?} {:?} {properties:?}", entry.order(), entry.parent_code())
        };
        release.entries().map(described).collect()
    }

    #[test]
    fn a_workbook_reads_as_the_text_does_wherever_its_titles_are() {
        let text = read(vec![file("t.txt", SMALL)]).unwrap();
        assert_eq!(text.len(), 12);
        for above in [0, 1, TITLE_ROWS - 1] {
            let bytes = twin(SMALL, above);
            assert!(recognize(&bytes).is_some_and(|format| format.id() == Icd11Tabulation.id()));
            let workbook = read(vec![file("t.xlsx", bytes)]).unwrap();
            assert_eq!(describe(&workbook), describe(&text));
            assert_eq!((workbook.edition, &workbook.facts), (text.edition, &text.facts));
            assert_eq!(workbook.problems, []);
        }
        let late = read(vec![file("t.xlsx", twin(SMALL, TITLE_ROWS))]).unwrap_err();
        assert!(late.to_string().starts_with("the titles "), "{late}");
    }

    #[test]
    fn text_and_workbook_side_by_side_are_one_release() {
        let both = vec![file("t.xlsx", twin(SMALL, 0)), file("t.txt", SMALL)];
        assert_eq!(read(both).unwrap().len(), 12);
        let other = SMALL.replace("A germ", "Another germ");
        let both = vec![file("t.xlsx", twin(&other, 0)), file("t.txt", SMALL)];
        let described: Vec<_> = read(both).unwrap().problems.iter().map(ToString::to_string).collect();
        assert!(described[0].contains("long differs from t.xlsx"), "{described:?}");
    }

    #[test]
    fn in_an_archive_the_workbook_is_spare() {
        assert_eq!(wanted(SMALL.as_bytes()), Wanted::Whole);
        assert_eq!(wanted(&twin(SMALL, 0)), Wanted::Spare);
    }

    #[test]
    fn texts_point_into_the_file_unless_a_quote_in_them_is_doubled() {
        let Part::Concepts(concepts) = Icd11Tabulation.read(file("t.txt", SMALL), &Options::default()) else {
            panic!("the tabulation holds concepts");
        };
        let added = concepts.table.text.len() - SMALL.trim_start_matches('\u{feff}').len();
        // The red fever, three chapters, the block without an id.
        assert_eq!(
            added,
            "First fever, called \"red\"".len() + 3 * "Chapter X".len() + 1 + "Block 2002".len()
        );
    }

    #[test]
    fn the_edition_is_the_month_of_the_version() {
        assert_eq!(edition("2024 Jan 21 - 22:30 UTC"), Some(Edition::Month(2024, 1)));
        assert_eq!(edition("2025 Feb 3"), Some(Edition::Month(2025, 2)));
        for version in ["", "2024", "2024 Jan 41", "Jan 21 2024 - 22:30 UTC"] {
            assert_eq!(edition(version), None, "{version}");
        }
    }

    #[test]
    fn the_entity_is_the_same_whatever_release_the_address_names() {
        let address = "http://id.who.int/icd/release/11/mms/1003/other";
        for release in [address.to_owned(), address.replace("/mms", "/2025-01/mms")] {
            assert_eq!(entity(&release, ""), "1003/other");
        }
        assert_eq!(entity("", "http://id.who.int/icd/entity/1003"), "1003");
        assert_eq!(entity("elsewhere", ""), "");
    }

    #[test]
    fn without_a_column_that_is_needed_nothing_is_read() {
        let text = SMALL.replace("\tCode\t", "\tKode\t");
        let error = read(vec![file("t.txt", text.as_str())]).unwrap_err();
        assert_eq!(error.to_string(), "there is no column `Code`\n  --> t.txt");
        assert_eq!(
            read(vec![file("t.xlsx", twin(&text, 0))]).unwrap_err().to_string(),
            "there is no column `Code`\n  --> t.xlsx"
        );
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic(line in "[\"\t a-z0-9.-]{0,60}") {
            let (cells, fault) = split(&line);
            let whole = cells.last().is_some_and(|last| last.start + last.text.len() == line.len());
            prop_assert!(whole, "{:?}", fault);
            let titles = SMALL.lines().next().unwrap_or_default();
            let _ = read(vec![file("t.txt", format!("{titles}\r\n{line}\r\n"))]);
        }
    }
}
