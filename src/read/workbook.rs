//! Workbooks: columns of every sheet, under the headings in one of its first rows.

mod drop_downs;

use std::collections::HashMap;

use super::prose::{Place, Prose};
use super::{Cell, Container, FieldId, FieldName, Origin, Quoting, ReadError, Reading, Row, Sink, headings};
use crate::base::a1;
use crate::fields::systems::is_last_day;
use crate::tables::sheets::{SheetRow, each_sheet_row};
use crate::tables::workbook::Cell as Value;

/// Number of rows that are searched for the headings.
const FIRST_ROWS: usize = 40;

/// Maximum columns of days in a table: first and last days, of a code and of its users.
const DAYS: usize = 8;

/// Minimum codes next to each other that make a row a list.
const LEAST_ACROSS: usize = 3;

/// Upper bound on the rows of a sheet that are lists of their own.
const MOST_ACROSS: usize = 500;

/// Reads a workbook.
pub(super) fn read(bytes: &[u8], sink: &mut dyn Sink) -> Result<(), ReadError> {
    let mut sheets = Sheets::default();
    let mut number = None;
    let end = each_sheet_row(bytes, &mut |row| {
        if number != Some(row.sheet.0) {
            number = Some(row.sheet.0);
            sheets.begin(row.sheet.1, sink);
            if row.is_hidden {
                sink.hidden();
            }
        }
        sheets.take(describe(row), sink);
    });
    sheets.end(sink);
    if end.is_ok() {
        drop_downs::read(bytes, &sheets.headings, sink);
    }
    Ok(end?)
}

/// Sheets while their rows are read.
#[derive(Default)]
pub(super) struct Sheets {
    open: Option<Sheet>,
    name: String,
    /// The headings of finished sheets, by their names.
    headings: HashMap<String, Vec<(u32, String)>>,
}

impl Sheets {
    pub(super) fn begin(&mut self, name: &str, sink: &mut dyn Sink) {
        self.end(sink);
        sink.part(Container::Sheet(name.to_owned()));
        self.open = Some(Sheet::default());
        name.clone_into(&mut self.name);
    }

    pub(super) fn take(&mut self, row: Described, sink: &mut dyn Sink) {
        let Some(sheet) = &mut self.open else { return };
        match &mut sheet.held {
            Some(held) => {
                held.push(row);
                if held.len() == FIRST_ROWS {
                    sheet.begin(sink);
                }
            }
            None => sheet.give(&row, sink),
        }
    }

    /// Ends the last sheet.
    pub(super) fn end(&mut self, sink: &mut dyn Sink) {
        if let Some(mut sheet) = self.open.take() {
            sheet.begin(sink);
            self.headings.insert(std::mem::take(&mut self.name), sheet.named);
        }
    }
}

/// A row: its number, its columns and their text.
pub(super) type Described = (u32, Vec<(u32, String)>);

/// Converts numbers to their digits: spreadsheets turn codes that look like numbers into numbers.
fn describe(row: SheetRow<'_>) -> Described {
    let text = |cell| match cell {
        Value::Text(text) => text,
        Value::Number(number) => number_text(number),
        other => other.to_string(),
    };
    (row.number, row.cells.into_iter().map(|(column, cell)| (column, text(cell))).collect())
}

/// Returns a number as its cell shows it: formulas leave traces of binary fractions after the fourth digit.
fn number_text(number: f64) -> String {
    let text = number.to_string();
    match text.split_once('.') {
        Some((_, fraction)) if fraction.len() > 4 => format!("{number:.4}"),
        _ => text,
    }
}

/// A sheet while its rows are read.
struct Sheet {
    /// The first rows, until the row of headings is known.
    held: Option<Vec<Described>>,
    columns: Vec<Option<FieldId>>,
    named: Vec<(u32, String)>,
    /// Columns of days: a blank cell in them is passed on as well, because it may have to be filled in.
    days: Vec<u32>,
    /// The number of the last row.
    last: u32,
    /// Number of its rows that are lists.
    across: usize,
}

impl Default for Sheet {
    fn default() -> Self {
        Self {
            held: Some(Vec::new()),
            columns: Vec::new(),
            named: Vec::new(),
            days: Vec::new(),
            last: 0,
            across: 0,
        }
    }
}

impl Sheet {
    /// Finds the headings, and passes on the rows that were held. Text above the headings is running text.
    fn begin(&mut self, sink: &mut dyn Sink) {
        let Some(mut rows) = self.held.take() else { return };
        let cells: Vec<headings::Cells<'_>> = rows.iter().map(borrowed).collect();
        let found = headings::find(&cells, sink);
        sink.table();
        if let Some(found) = found {
            let mut prose = Prose::default();
            for (number, cells) in rows.drain(..found.end).take(found.row) {
                for (column, text) in &cells {
                    prose.paragraph(text, Place::Cell(number, *column), sink);
                }
            }
            self.name(found.names);
        }
        for row in &rows {
            self.give(row, sink);
        }
    }

    fn name(&mut self, names: Vec<(u32, String)>) {
        self.named = names;
        self.columns.clear();
        let days = self.named.iter().filter(|(_, heading)| is_last_day(heading).is_some());
        self.days = days.map(|(column, _)| *column).take(DAYS).collect();
    }

    /// Returns whether a row below a gap has the headings of another table.
    fn begins(&mut self, row: &Described, sink: &mut dyn Sink) -> bool {
        let is_after_gap = std::mem::replace(&mut self.last, row.0).saturating_add(1) < row.0;
        if !is_after_gap || !headings::begins_table(&borrowed(row), sink) {
            return false;
        }
        sink.table();
        self.name(row.1.iter().map(|(column, name)| (*column, headings::in_one_line(name))).collect());
        true
    }

    fn give(&mut self, row: &Described, sink: &mut dyn Sink) {
        if self.begins(row, sink) {
            return;
        }
        let (number, cells) = row;
        let mut described: Vec<(u32, &str)> =
            cells.iter().map(|(column, text)| (*column, text.as_str())).collect();
        let blank = self.days.iter().filter(|day| cells.iter().all(|(column, _)| column != *day));
        described.extend(blank.map(|day| (*day, "")));
        described.sort_by_key(|(column, _)| *column);
        let across = self.across(*number, &described, sink);
        let cells: Vec<Cell<'_>> = described
            .iter()
            .enumerate()
            .map(|(at, (column, text))| Cell {
                field: across.filter(|_| at > 0).unwrap_or_else(|| self.column(*column, sink)),
                text: text.as_bytes(),
                at: 0,
                column: *column,
                quoting: Quoting::None,
            })
            .collect();
        sink.row(&Row { cells: &cells, span: (0, 0), number: *number, system: None });
    }

    /// Returns the field of a row that is a list: codes next to each other, after their name, in columns without headings.
    fn across(&mut self, number: u32, cells: &[(u32, &str)], sink: &mut dyn Sink) -> Option<FieldId> {
        if !sink.takes_lists() {
            return None;
        }
        let ((_, label), codes) = cells.split_first()?;
        let is_named = |column: u32| {
            self.named.iter().any(|(named, heading)| *named == column && !heading.trim().is_empty())
        };
        let bare = codes.iter().filter(|(column, _)| !is_named(*column)).count();
        if codes.len() < LEAST_ACROSS || bare * 2 < codes.len() || self.across >= MOST_ACROSS {
            return None;
        }
        let is_code = |text: &str| text.len() <= 16 && sink.knows(text.trim().as_bytes());
        let known = codes.iter().filter(|(_, text)| is_code(text)).count();
        if is_code(label) || known * 5 < codes.len() * 4 {
            return None;
        }
        self.across += 1;
        let path = format!("row {number}");
        Some(sink.field(FieldName {
            path: &path,
            words: label.trim(),
            reading: Reading::Value,
            origin: Origin::Other,
        }))
    }

    fn column(&mut self, column: u32, sink: &mut dyn Sink) -> FieldId {
        let at = column as usize;
        if self.columns.len() <= at {
            self.columns.resize(at + 1, None);
        }
        if let Some(field) = self.columns[at] {
            return field;
        }
        let heading = self.named.iter().find(|(named, _)| *named == column);
        let heading = heading.map_or("", |(_, heading)| heading.trim());
        let field = headings::column(heading, || a1::letters(column), sink);
        self.columns[at] = Some(field);
        field
    }
}

/// Returns the cells of a row in the form that the search for headings needs.
fn borrowed((_, cells): &Described) -> headings::Cells<'_> {
    cells.iter().map(|(column, text)| (*column, text.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

    use super::super::package;
    use super::super::testing::{Seen, bears_anything, zipped};

    fn book(write: impl FnOnce(&mut Workbook)) -> Vec<u8> {
        let mut book = Workbook::new();
        write(&mut book);
        book.save_to_buffer().unwrap()
    }

    fn seen(bytes: &[u8]) -> Vec<String> {
        let mut seen = Seen::knowing(&["E87.2", "R05"]);
        package(bytes, &mut seen).unwrap();
        seen.described
    }

    fn two_sheets() -> Vec<u8> {
        book(|book| {
            let sheet = book.add_worksheet().set_name("Codes").unwrap();
            sheet.write(0, 0, "Codes for 2025, see B20.1").unwrap();
            for (column, heading) in ["Code", "Number", "Valid to"].into_iter().enumerate() {
                sheet.write(2, column as u16, heading).unwrap();
            }
            for row in 3..6 {
                sheet.write(row, 0, "E87.2").unwrap();
                sheet.write(row, 1, 250).unwrap();
                let day = ExcelDateTime::parse_from_str("2024-09-30").unwrap();
                sheet.write_with_format(row, 2, &day, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
            }
            let hidden = book.add_worksheet().set_name("Old").unwrap().set_hidden(true);
            hidden.write(1, 2, "R05").unwrap();
            hidden.write(2, 2, "x").unwrap();
        })
    }

    #[test]
    fn columns_of_every_sheet_are_fields_under_their_headings() {
        let described = seen(&two_sheets());
        assert_eq!(described[0], "-- Sheet(\"Codes\")");
        assert!(described[2].starts_with("text (Token) 0 B20.1 | line (Line) 0"), "{described:?}");
        assert_eq!(
            described[3],
            "column `Code` 0 E87.2 | column `Number` 1 250 | column `Valid to` 2 2024-09-30 [4]"
        );
        assert_eq!(described[6..], ["-- Sheet(\"Old\")", "column C 2 R05 [2]", "column C 2 x [3]"]);
    }

    #[test]
    fn codes_across_a_row_are_a_list() {
        let described = seen(&book(|book| {
            let sheet = book.add_worksheet();
            for (row, texts) in
                [["Cough", "R05", "E87.2", "R05"], ["Other", "x", "R05", "y"]].iter().enumerate()
            {
                for (column, text) in texts.iter().enumerate() {
                    sheet.write(row as u32, column as u16, *text).unwrap();
                }
            }
        }));
        assert_eq!(described[1], "column A 0 Cough | row 1 1 R05 | row 1 2 E87.2 | row 1 3 R05 [1]");
        assert!(described[2].contains("column C 2 R05"), "{described:?}");
    }

    #[test]
    fn drop_down_lists_are_read() {
        let described = seen(&book(|book| {
            let list = rust_xlsxwriter::DataValidation::new().allow_list_strings(&["R05", "E87.2"]).unwrap();
            let sheet = book.add_worksheet();
            sheet.write(0, 1, "dx").unwrap();
            sheet.add_data_validation(1, 1, 20, 1, &list).unwrap();
        }));
        assert_eq!(
            described.last().map(String::as_str),
            Some("choices of `B2:B21` 1 R05,E87.2 [2]"),
            "{described:?}"
        );
    }

    #[test]
    fn a_damaged_workbook_does_no_harm() {
        bears_anything(&two_sheets(), package);
        let cells = r#"<worksheet><sheetData><row r="1"><c r="ZZZZZZZ99999999999" t="s"><v>7</v></c></row>"#;
        let bytes = zipped(&[("xl/workbook.xml", "<workbook/>"), ("xl/worksheets/sheet1.xml", cells)]);
        let _ = package(&bytes, &mut Seen::default());
    }
}
