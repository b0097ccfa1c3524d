//! Cells with several parts, spread over plain columns, for formats with one text per cell.

use std::borrow::Cow;

use crate::diff::{Word, WordSide};
use crate::view::{Cell, Described, Head, Table, Targets};

/// The title of the column of descriptions.
const DESCRIPTION: &str = "description";

/// Spreads a table for a terminal: targets, questions and paths follow their row, each in a row of its own, and the
/// long columns come last.
pub(super) fn below(table: &Table) -> Cow<'_, Table> {
    let entry_at =
        table.rows.iter().find_map(|row| row.iter().position(|cell| matches!(cell, Cell::Entry(_))));
    let targets_at =
        table.rows.iter().find_map(|row| row.iter().position(|cell| matches!(cell, Cell::Targets(_))));
    let is_filled_in = table.columns.iter().any(|head| head.fill_in.is_some());
    if entry_at.is_none()
        && targets_at.is_none()
        && !is_filled_in
        && !table.rows.iter().flatten().any(is_wide)
    {
        return Cow::Borrowed(table);
    }
    let is_fixed = |at: &usize| Some(*at) != targets_at && table.columns[*at].fill_in.is_none();
    let fixed: Vec<usize> = (0..table.columns.len()).filter(is_fixed).collect();
    let mut columns: Vec<Head> = fixed.iter().map(|at| table.columns[*at].clone()).collect();
    let width = columns.len();
    if let Some(at) = targets_at {
        columns.extend([table.columns[at].clone(), head("basis"), head("together with")]);
    }
    let place = Places { description: columns.len(), target: width };
    columns.push(head(DESCRIPTION));
    let mut spread = Table { columns, rows: Vec::new(), ..Table::default() };
    for row in &table.rows {
        let mut first = vec![Cell::Empty; spread.columns.len()];
        for (to, from) in fixed.iter().enumerate() {
            first[to] = plain(&row[*from]);
        }
        let texts = entry_at.map(|at| &row[at]).map(described).unwrap_or_default();
        let mut texts = texts.into_iter();
        first[place.description] = texts.next().unwrap_or(Cell::Empty);
        spread.rows.push(first);
        for text in texts {
            let mut below = vec![Cell::Empty; spread.columns.len()];
            below[place.description] = text;
            spread.rows.push(below);
        }
        if let Some(Cell::Targets(targets)) = targets_at.map(|at| &row[at]) {
            add_targets(&mut spread, targets, &place);
        }
    }
    Cow::Owned(spread.without_empty_columns())
}

/// The columns of what follows a row.
struct Places {
    description: usize,
    target: usize,
}

fn add_targets(spread: &mut Table, targets: &Targets, place: &Places) {
    let width = spread.columns.len();
    let mut add = |cells: [(usize, Cell); 4]| {
        let mut row = vec![Cell::Empty; width];
        for (at, cell) in cells {
            row[at] = cell;
        }
        spread.rows.push(row);
    };
    let (basis, with) = (place.target + 1, place.target + 2);
    for target in &targets.targets {
        add([
            (place.target, Cell::code(target.code.clone())),
            (place.description, Cell::from(target.text.as_str())),
            (basis, Cell::from(target.provenance.basis().into_owned())),
            (with, Cell::from(target.with.as_str())),
        ]);
    }
    let questions =
        targets.questions.iter().map(|question| format!("the record must specify: {}", question.to_line()));
    let paths = targets.paths.iter().map(|path| format!("path: {path}"));
    for text in questions.chain(paths) {
        let empty = || Cell::Empty;
        add([
            (place.target, empty()),
            (place.description, Cell::Text(text)),
            (basis, empty()),
            (with, empty()),
        ]);
    }
}

/// Spreads a table for a workbook: a row for each target, under its own columns. Numbers are in the first row only, so
/// that their sum is right.
pub(super) fn across(table: Table) -> Table {
    let kinds: Vec<Spread> =
        (0..table.columns.len()).map(|at| Spread::of(table.rows.iter().map(|row| &row[at]))).collect();
    let is_plain = kinds.iter().all(|kind| matches!(kind, Spread::Plain));
    if is_plain && !table.rows.iter().flatten().any(is_wide) {
        return table.without_empty_columns();
    }
    let mut columns = Vec::new();
    for (column, kind) in table.columns.iter().zip(&kinds) {
        columns.push(column.clone());
        match kind {
            Spread::Plain => {}
            Spread::Entry => columns.push(head(if columns.iter().any(|head| head.title == DESCRIPTION) {
                "its description"
            } else {
                DESCRIPTION
            })),
            Spread::Targets => columns.extend(
                [
                    "its description",
                    "basis",
                    "file and row",
                    "together with",
                    "the record must specify",
                    "path",
                ]
                .map(head),
            ),
        }
    }
    let mut spread = Table { columns, rows: Vec::new(), ..Table::default() };
    for row in &table.rows {
        let targets = row.iter().find_map(|cell| match cell {
            Cell::Targets(targets) => Some(targets),
            _ => None,
        });
        for at in 0..targets.map_or(1, |targets| targets.targets.len().max(1)) {
            let cells = row.iter().zip(&kinds).flat_map(|(cell, kind)| kind.cells(cell, at));
            spread.rows.push(cells.collect());
        }
    }
    spread.without_empty_columns()
}

/// How the cells of a column are spread.
#[derive(Clone, Copy)]
enum Spread {
    Plain,
    Entry,
    Targets,
}

impl Spread {
    fn of<'c>(mut cells: impl Iterator<Item = &'c Cell>) -> Self {
        let spread = |cell: &Cell| match cell {
            Cell::Entry(_) => Some(Self::Entry),
            Cell::Targets(_) => Some(Self::Targets),
            _ => None,
        };
        cells.find_map(spread).unwrap_or(Self::Plain)
    }

    /// Returns the cells of one row: that of the target number `at`.
    fn cells(self, cell: &Cell, at: usize) -> Vec<Cell> {
        match (self, cell) {
            (Self::Plain, cell) => {
                vec![if cell.is_number() && at > 0 { Cell::Empty } else { plain(cell) }]
            }
            (Self::Entry, cell) => vec![plain(cell), joined(described(cell))],
            (Self::Targets, Cell::Targets(targets)) => {
                let target = targets.targets.get(at);
                let of = |field: fn(&crate::view::Target) -> &str| Cell::from(target.map(field));
                let first =
                    |text: Vec<String>| if at == 0 { Cell::from(text.join("\n")) } else { Cell::Empty };
                vec![
                    target.map_or(Cell::Empty, |target| Cell::code(target.code.clone())),
                    of(|target| &target.text),
                    target.map_or(Cell::Empty, |target| Cell::from(target.provenance.basis().into_owned())),
                    of(|target| &target.place),
                    target.map_or(Cell::Empty, |target| Cell::code(target.with.clone())),
                    first(targets.questions.iter().map(crate::view::Question::to_line).collect()),
                    first(targets.paths.clone()),
                ]
            }
            (Self::Targets, _) => vec![Cell::Empty; 7],
        }
    }
}

fn head(title: &'static str) -> Head {
    Head { title: Cow::Borrowed(title), ..Head::default() }
}

fn is_wide(cell: &Cell) -> bool {
    matches!(cell, Cell::Entry(_) | Cell::Targets(_) | Cell::Shares(_))
}

/// Reduces a cell to one text: a code without its descriptions, shares in a line.
pub(super) fn plain(cell: &Cell) -> Cell {
    match cell {
        Cell::Entry(entry) => {
            let was = entry.was.as_ref().map(|was| format!("{was} -> ")).unwrap_or_default();
            Cell::code(was + &entry.code)
        }
        Cell::Shares(shares) => {
            let share = |(name, value): &(String, String)| format!("{name} {value}");
            Cell::from(shares.iter().map(share).collect::<Vec<_>>().join(", "))
        }
        Cell::Targets(targets) => {
            let codes: Vec<_> = targets.targets.iter().map(|target| target.code.as_str()).collect();
            Cell::code(codes.join(", "))
        }
        cell => cell.clone(),
    }
}

/// Returns the descriptions of a code, each with its name.
fn described(cell: &Cell) -> Vec<Cell> {
    let Cell::Entry(entry) = cell else { return Vec::new() };
    let text = |described: &Described| {
        let label = (!described.label.is_empty()).then(|| format!("{}: ", described.label));
        let label = label.map(|text| Word { side: WordSide::Both, text });
        let words: Vec<Word> = label.into_iter().chain(described.words.iter().cloned()).collect();
        one_text(words)
    };
    entry.texts.iter().map(text).filter(|cell| *cell != Cell::Empty).collect()
}

/// Joins descriptions in one cell, a line each.
fn joined(cells: Vec<Cell>) -> Cell {
    let mut words: Vec<Word> = Vec::new();
    for cell in cells {
        if !words.is_empty() {
            words.push(Word { side: WordSide::Both, text: "\n".to_owned() });
        }
        match cell {
            Cell::Words(more) => words.extend(more),
            Cell::Text(text) => words.push(Word { side: WordSide::Both, text }),
            _ => {}
        }
    }
    one_text(words)
}

/// Returns words as a cell: plain text where nothing is marked.
fn one_text(words: Vec<Word>) -> Cell {
    if words.iter().all(|word| word.side == WordSide::Both) {
        return Cell::from(words.iter().map(|word| word.text.as_str()).collect::<String>());
    }
    Cell::Words(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crosswalk::Provenance;
    use crate::view::{Question, Target, column};

    fn table() -> Table {
        let target = |code: &str| Target {
            code: code.to_owned(),
            text: format!("about {code}"),
            provenance: Provenance::Official,
            place: "table.csv row 2".to_owned(),
            with: String::new(),
        };
        let targets = Targets {
            evidence: Vec::new(),
            targets: vec![target("G35.A"), target("G35.D")],
            questions: vec![Question {
                about: "course".to_owned(),
                answers: vec![("relapsing".to_owned(), "G35.A".to_owned())],
            }],
            paths: Vec::new(),
        };
        let columns = [
            column("code", |(code, _, _): &(&str, u64, Targets)| Cell::entry(*code, "Multiple sclerosis")),
            column("lines", |(_, lines, _): &(&str, u64, Targets)| Cell::Count(*lines)),
            column("use instead", |(_, _, targets): &(&str, u64, Targets)| Cell::targets(targets.clone())),
        ];
        Table::of(columns, &[("G35", 12, targets)])
    }

    fn titles(table: &Table) -> Vec<&str> {
        table.columns.iter().map(|head| head.title.as_ref()).collect()
    }

    #[test]
    fn in_a_terminal_targets_and_questions_follow_their_row() {
        let table = table();
        let spread = below(&table);
        assert_eq!(titles(&spread), ["code", "lines", "use instead", "basis", "description"]);
        assert_eq!(spread.rows.len(), 4);
        assert_eq!(spread.rows[0][4], Cell::from("Multiple sclerosis"));
        assert_eq!(spread.rows[1][2], Cell::code("G35.A"));
        assert_eq!(spread.rows[1][3], Cell::from("official"));
        assert_eq!(spread.rows[3][4], Cell::from("the record must specify: course: relapsing (G35.A)"));
    }

    #[test]
    fn in_a_workbook_each_target_has_a_row_and_numbers_are_there_once() {
        let spread = across(table());
        let wanted = [
            "code",
            "description",
            "lines",
            "use instead",
            "its description",
            "basis",
            "file and row",
            "the record must specify",
        ];
        assert_eq!(titles(&spread), wanted);
        let lines: Vec<_> = spread.rows.iter().map(|row| row[2].clone()).collect();
        assert_eq!(lines, [Cell::Count(12), Cell::Empty]);
        assert_eq!(spread.rows[1][0], Cell::code("G35"));
    }
}
