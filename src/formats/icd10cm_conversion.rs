//! The conversion table of ICD-10-CM: the previous assignment of every new code.
//!
//! Source: CDC/NCHS, "ICD-10-CM Conversion Table", a workbook with each October and mid-year release (FY2020
//! as CSV), cumulative since FY2017. Prose first, then a row of titles, then a row for each new code:
//!
//! * A, `Current code assignment`: the new code with its dot, at times with blanks at its end.
//! * B, `Effective` or `Effective October 1`: the year, meaning October 1 of it, or a date.
//! * C, `Previous Code(s) Assignment`: see [`Previous`].
//!
//! Rows are not sorted, the last ones may be empty.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::rows::{Layout, Row, text_rows, workbook_rows};
use super::text::{self, TextFile};
use super::workbook::{Cell, is_workbook};
use super::{Format, Options, Part, Sample};
use crate::model::Companion;
use crate::model::sets::ICD10CM;
use crate::model::{
    ConversionRow, ConversionTable, Place, Previous, Problem, ProblemCode, Problems, SourceFile, Subject,
};

/// Title of column A.
const CURRENT: &str = "Current code assignment";

/// The beginning of the title of column C.
const PREVIOUS: &str = "Previous Code";

/// Number of first rows that are searched for the titles; so far they are in the third row at the latest (FY2017).
const TITLE_ROWS: u32 = 10;

/// Number of columns that are read.
const COLUMNS: usize = 3;

/// Range of valid years. The first table is of 2016; a year far from it is a typing error.
const YEARS: RangeInclusive<i16> = 2000..=2099;

/// See the module.
pub(super) struct Icd10cmConversion;

impl Format for Icd10cmConversion {
    fn id(&self) -> &'static str {
        "icd10cm_conversion"
    }

    fn title(&self) -> &'static str {
        "ICD-10-CM conversion table"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["icd10cm"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        if is_workbook(sample.bytes) {
            return sample.is_workbook_with(&[PREVIOUS, CURRENT]);
        }
        sample.lines().any(|line| is_title_line(line.text))
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        if is_workbook(&file.bytes) {
            return Companion::Conversion(from_workbook(&file)).into();
        }
        Companion::Conversion(from_text(TextFile::decode(file))).into()
    }
}

fn is_title_line(line: &str) -> bool {
    starts_with(line.trim_start_matches(['"', ' ']), CURRENT) && line.contains(PREVIOUS)
}

/// Returns whether a text begins with a title, ignoring case.
fn starts_with(text: &str, title: &str) -> bool {
    text.get(..title.len()).is_some_and(|start| start.eq_ignore_ascii_case(title))
}

/// Returns the day that a cell of column B means.
fn effective_day(cell: &Cell) -> Option<Date> {
    let day = match cell {
        Cell::Empty => None,
        Cell::Text(text) => day(text),
        Cell::Number(year) => october_first(*year),
        Cell::Date(date) => Some(*date),
    };
    day.filter(|day| YEARS.contains(&day.year()))
}

fn october_first(year: f64) -> Option<Date> {
    // A year that is too large becomes an invalid year.
    Date::new(year as i16, 10, 1).ok().filter(|_| year.fract() == 0.0)
}

/// Parses a day in a text: `2017` (or `2017.0`, as data frames write it), `2020-04-01`, `04/01/2020`.
fn day(text: &str) -> Option<Date> {
    match text.parse() {
        Ok(year) => october_first(year),
        Err(_) => text.parse().ok().or_else(|| american_day(text)),
    }
}

/// Parses month, day, year. Spreadsheets save the publisher's dates as `04/01/20`.
fn american_day(text: &str) -> Option<Date> {
    let mut numbers = text.splitn(3, '/').map(|number| number.parse::<i16>().ok());
    let [month, day, year] = std::array::from_fn(|_| numbers.next().flatten());
    let year = year.map(|year| if year < 100 { year + 2000 } else { year });
    Date::new(year?, month?.try_into().ok()?, day?.try_into().ok()?).ok()
}

/// The layout by which the table is found.
const LAYOUT: Layout<'static> = Layout { title_rows: TITLE_ROWS, columns: COLUMNS, is_titles: &is_titles };

fn is_titles(row: &Row) -> bool {
    let (Cell::Text(current), Cell::Text(previous)) = (row.cell(0), row.cell(2)) else { return false };
    current.eq_ignore_ascii_case(CURRENT) && starts_with(previous, PREVIOUS)
}

/// A fault in a row: the problem code, the column, from 0, and a sentence.
type Fault = (ProblemCode, usize, String);

fn conversion_row(row: &Row) -> Result<ConversionRow, Fault> {
    let [current, effective, previous] = [0, 1, 2].map(|column| row.cell(column));
    if row.is_torn() {
        let fact = format!("{}: a cell spans several lines; a quote may not be closed", current.shown());
        return Err((ProblemCode::BadRecord, 0, fact));
    }
    let Some(code) = (ICD10CM.normalize)(&current.to_string()) else {
        let fact = format!("the current code is {}, which is not a code", current.shown());
        return Err((ProblemCode::OddCode, 0, fact));
    };
    let fault =
        |code, column, cell: &Cell, what| (code, column, format!("{current}: {} {what}", cell.shown()));
    let Some(effective) = effective_day(effective) else {
        return Err(fault(ProblemCode::BadDate, 1, effective, "is neither a year nor a date"));
    };
    let Some(previous) = Previous::parse(&previous.to_string()) else {
        return Err(fault(ProblemCode::UnknownCell, 2, previous, "as a previous code has an unknown form"));
    };
    let subject = Subject::Current;
    Ok(ConversionRow { current: code, effective, subject, previous, row: row.number, place: row.place() })
}

/// Builds the table from the rows of a file.
fn table(name: &str, rows: &[Row]) -> ConversionTable {
    let Some(titles) = LAYOUT.titles(rows) else { return without_titles(name) };
    let mut problems = Problems::default();
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows[titles + 1..].iter().filter(|row| !row.is_empty()) {
        match conversion_row(row) {
            Ok(found) => {
                note_odd_code(row, &found, &mut problems);
                kept.push(found);
            }
            Err(fault) => leave_out(row, fault, &mut problems),
        }
    }
    note_duplicates(&kept, &mut problems);
    let problems = problems.finish(name);
    ConversionTable { rows: kept, problems, ..ConversionTable::new(&ICD10CM, name) }
}

fn leave_out(row: &Row, (code, column, fact): Fault, problems: &mut Problems) {
    let hint = "the row was left out, so the table does not show what this code replaces";
    problems.add(code, || Problem::new(code, row.place_of(column), fact).hint(hint));
}

fn note_odd_code(row: &Row, found: &ConversionRow, problems: &mut Problems) {
    let current = row.cell(0);
    let usual = (ICD10CM.display)(&found.current);
    if current.to_string() == usual {
        return;
    }
    problems.add(ProblemCode::OddCode, || {
        let fact = format!("the current code is {}, which was read as {usual}", current.shown());
        Problem::new(ProblemCode::OddCode, row.place(), fact)
    });
}

fn note_duplicates(rows: &[ConversionRow], problems: &mut Problems) {
    let mut seen = BTreeMap::new();
    for row in rows {
        let first = *seen.entry(&row.current).or_insert(row.row);
        if first == row.row {
            continue;
        }
        problems.add(ProblemCode::DuplicateRow, || {
            let code = (ICD10CM.display)(&row.current);
            let fact = format!("{code} with `{}` is also in row {first}; both rows count", row.previous);
            Problem::new(ProblemCode::DuplicateRow, row.place.clone(), fact)
        });
    }
}

fn without_titles(name: &str) -> ConversionTable {
    let fact = format!("the titles `{CURRENT}` and `{PREVIOUS}...` are not in the first {TITLE_ROWS} rows");
    unreadable(name, fact)
}

fn unreadable(name: &str, fact: String) -> ConversionTable {
    let problem = Problem::new(ProblemCode::BadRecord, Place::file(name), fact).hint("fetch the file again");
    ConversionTable { problems: vec![problem], ..ConversionTable::new(&ICD10CM, name) }
}

// Text.

fn from_text(file: TextFile) -> ConversionTable {
    let mut table = table(&file.name, &text_rows(&file.name, &file.text, delimiter(&file.text)));
    table.problems.splice(..0, file.problems);
    table
}

/// Returns the delimiter after the first title: a comma, or the one that other programs write when they save CSV.
fn delimiter(text: &str) -> u8 {
    let titles = text::lines(text).find(|line| is_title_line(line.text));
    let delimiters =
        |line: text::Line<'_>| line.text.bytes().find(|byte| matches!(byte, b',' | b';' | b'\t'));
    titles.and_then(delimiters).unwrap_or(b',')
}

// Workbooks.

fn from_workbook(file: &SourceFile) -> ConversionTable {
    let name = &file.source.name;
    match workbook_rows(file, &LAYOUT) {
        Ok(Some(rows)) => table(name, &rows),
        Ok(None) => without_titles(name),
        Err(error) => unreadable(name, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};
    use std::path::Path;

    use jiff::civil::date;
    use proptest::prelude::*;
    use zip::ZipArchive;

    use super::*;
    use crate::formats::recognize;
    use crate::formats::testing::{packed, text_cell, workbook, workbook_with};
    use crate::formats::workbook::check_package;
    use crate::model::{Joint, Operand};

    const TABLE: &str = "\
\"The National Center for Health Statistics (NCHS) has published an update.\nUnless otherwise specified, October 1.\",,\r
\r
Current code assignment,Effective,Previous Code(s) Assignment\r
A04.71,2017,A04.7\r
C44.1121  ,2018,C44.112\r
U07.1,04/01/20,B97.29\r
Z28.310,2022-04-01,None,ignored\r
G56.03,2016,\"G56.01 and G56.02\"\r
,,\r
C50.A0,2025,\"C50.919, C50.929\"\r
H36.89,2023,see the index\r
M65.90,soon,M65.9\r
to be announced,2025,A00\r
W453XXA,2025,W45.8XXA\r
O44.20,2016,O44.00\r
O44.20,2016,O44.10\r
Z59.71,2024,\r
";

    fn file(name: &str, bytes: impl Into<Vec<u8>>) -> SourceFile {
        SourceFile::new(name, bytes.into())
    }

    fn read(file: SourceFile) -> ConversionTable {
        match Icd10cmConversion.read(file, &Options::default()) {
            Part::Companion(Companion::Conversion(table)) => table,
            other => panic!("{other:?}"),
        }
    }

    fn is_recognized(bytes: &[u8]) -> bool {
        recognize(bytes).is_some_and(|format| format.id() == Icd10cmConversion.id())
    }

    /// Returns a row as text: row, code, day, previous codes.
    fn shown(row: &ConversionRow) -> String {
        format!("{} {} {} {}", row.row, row.current, row.effective, row.previous)
    }

    fn shown_problems(table: &ConversionTable) -> Vec<String> {
        let shown = |problem: &Problem| format!("{} {}: {}", problem.place, problem.code, problem.fact);
        table.problems.iter().map(shown).collect()
    }

    fn sheet_row(number: u32, current: &str, effective: &str, previous: &str) -> String {
        let [a, c] = [("A", current), ("C", previous)]
            .map(|(column, text)| text_cell(&format!("{column}{number}"), text));
        format!("<row r=\"{number}\">{a}{effective}{c}</row>")
    }

    fn title_row(number: u32) -> String {
        let effective = text_cell(&format!("B{number}"), "Effective");
        sheet_row(number, "Current code assignment", &effective, "Previous Code(s) Assignment")
    }

    #[test]
    fn a_csv_is_read_row_by_row_as_a_spreadsheet_counts_them() {
        assert!(is_recognized(TABLE.as_bytes()));
        let table = read(file("table.csv", TABLE));
        let rows: Vec<_> = table.rows.iter().map(shown).collect();
        assert_eq!(
            rows,
            [
                "4 A0471 2017-10-01 A04.7",
                "5 C441121 2018-10-01 C44.112",
                "6 U071 2020-04-01 B97.29",
                "7 Z28310 2022-04-01 None",
                "8 G5603 2016-10-01 G56.01 and G56.02",
                "10 C50A0 2025-10-01 C50.919, C50.929",
                "14 W453XXA 2025-10-01 W45.8XXA",
                "15 O4420 2016-10-01 O44.00",
                "16 O4420 2016-10-01 O44.10",
            ]
        );
        // The prose contains a line break, so line numbers are higher than row numbers.
        assert_eq!(table.rows[0].place, Place::line("table.csv", 5, 1));
    }

    #[test]
    fn what_is_odd_in_a_csv_is_stated_with_its_row() {
        let table = read(file("table.csv", TABLE));
        assert_eq!(
            shown_problems(&table),
            [
                "table.csv:12:1 unknown-cell: H36.89: `see the index` as a previous code has an unknown form",
                "table.csv:13:1 bad-date: M65.90: `soon` is neither a year nor a date",
                "table.csv:14:1 odd-code: the current code is `to be announced`, which is not a code",
                "table.csv:15:1 odd-code: the current code is `W453XXA`, which was read as W45.3XXA",
                "table.csv:18:1 unknown-cell: Z59.71: an empty cell as a previous code has an unknown form",
                "table.csv:17:1 duplicate-row: O44.20 with `O44.10` is also in row 15; both rows count",
            ]
        );
    }

    #[test]
    fn other_line_ends_and_delimiters_give_the_same_rows() {
        let table = read(file("table.csv", TABLE));
        let plain = TABLE.replace(", C50.929", "; C50.929");
        let others = [TABLE.replace("\r\n", "\n"), plain.replace(',', "\t"), format!("\u{feff}{TABLE}")];
        for other in others {
            assert!(is_recognized(other.as_bytes()));
            let rows = read(file("table.csv", other)).rows;
            assert_eq!(rows.len(), table.rows.len());
            assert!(rows.iter().zip(&table.rows).all(|(other, row)| {
                (&other.current, other.effective, other.row, &other.place)
                    == (&row.current, row.effective, row.row, &row.place)
            }));
        }
        let semicolons =
            "Current code assignment;Effective;Previous Code(s)\nG56.03;2016;\"G93.3; R53.82\"\n";
        assert_eq!(read(file("t.csv", semicolons)).rows[0].previous.to_string(), "G93.3; R53.82");
    }

    #[test]
    fn a_quote_that_is_not_closed_is_an_error() {
        let torn =
            "Current code assignment,Effective,Previous Code(s)\nA04.71,2017,\"A04.7\nA04.72,2017,A04.7\n";
        let table = read(file("t.csv", torn));
        assert!(table.rows.is_empty());
        assert_eq!(table.problems[0].code, ProblemCode::BadRecord);
        assert_eq!(table.problems[0].place, Place::line("t.csv", 2, 1));
    }

    #[test]
    fn a_year_means_the_first_of_october_and_a_date_itself() {
        let expected = [
            ("2017", Some(date(2017, 10, 1))),
            ("2017.0", Some(date(2017, 10, 1))),
            ("2020-04-01", Some(date(2020, 4, 1))),
            ("2020-04-01 00:00:00", Some(date(2020, 4, 1))),
            ("04/01/2020", Some(date(2020, 4, 1))),
            ("4/1/20", Some(date(2020, 4, 1))),
            ("2017.5", None),
            ("201", None),
            ("20177", None),
            ("45017", None),
            ("13/01/2020", None),
            ("04/01", None),
            ("04/01/2020/1", None),
            ("1905-07-18", None),
            ("NaN", None),
            ("", None),
        ];
        for (text, day) in expected {
            assert_eq!(effective_day(&Cell::text(text)), day, "{text}");
        }
    }

    #[test]
    fn a_workbook_is_read_by_the_types_of_its_cells() {
        let rows = [
            format!("<row r=\"1\">{}</row>", text_cell("A1", "Prose.")),
            title_row(2),
            sheet_row(3, "A04.71", "<c r=\"B3\"><v>2017</v></c>", "A04.7"),
            sheet_row(4, "U07.1 ", "<c r=\"B4\" s=\"1\"><v>43922</v></c>", "B97.29 "),
            sheet_row(5, "Z59.71", &text_cell("B5", "2024"), "A00.0\nA00.1"),
            sheet_row(6, "M65.90", "<c r=\"B6\" s=\"1\"><v>2025</v></c>", "M65.9"),
            "<row r=\"7\"><c r=\"A7\"/><c r=\"ZZ7\"><v>1</v></c></row>".to_owned(),
            sheet_row(1_048_576, "G56.03", "<c r=\"B1048576\"><v>2016</v></c>", "G56.01 and G56.02"),
        ];
        let bytes = workbook(&rows.concat());
        assert!(is_recognized(&bytes));
        let table = read(file("t.xlsx", bytes));
        let rows: Vec<_> = table.rows.iter().map(shown).collect();
        assert_eq!(
            rows,
            [
                "3 A0471 2017-10-01 A04.7",
                "4 U071 2020-04-01 B97.29",
                "1048576 G5603 2016-10-01 G56.01 and G56.02",
            ]
        );
        assert_eq!(table.rows[0].place, Place::cell("t.xlsx", "S", 2, 0));
        assert_eq!(
            shown_problems(&table),
            [
                "t.xlsx:S!C5 unknown-cell: Z59.71: `A00.0\\nA00.1` as a previous code has an unknown form",
                "t.xlsx:S!B6 bad-date: M65.90: `1905-07-17` is neither a year nor a date",
            ]
        );
    }

    #[test]
    fn a_workbook_of_something_else_is_not_recognized() {
        let other = workbook(&sheet_row(1, "POAexemptCode", "", "Description"));
        assert!(!is_recognized(&other));
        // The table of ICD-10-PCS has other titles.
        let procedures =
            workbook(&sheet_row(1, "Current code(s) assignment", "", "Previous code(s) assignment"));
        assert!(!is_recognized(&procedures));
        assert!(!is_recognized(&packed([("icd10cm_order.txt", "Current code assignment Previous Code")])));
    }

    #[test]
    fn a_file_without_rows_says_why() {
        let whole = workbook(&title_row(1));
        let late = workbook(&title_row(TITLE_ROWS + 1));
        let files = [
            (whole[..whole.len() - 10].to_vec(), "the workbook cannot be opened: "),
            (packed([("xl/sharedStrings.xml", "")]), "the workbook cannot be read: "),
            (workbook("<row"), "the workbook cannot be read: "),
            (late, "the titles "),
            (b"A04.71,2017,A04.7".to_vec(), "the titles "),
        ];
        for (bytes, fact) in files {
            let table = read(file("t.xlsx", bytes));
            assert!(table.rows.is_empty());
            assert!(table.problems[0].fact.starts_with(fact), "{}", table.problems[0].fact);
            assert_eq!((table.problems[0].code, table.problems.len()), (ProblemCode::BadRecord, 1));
        }
    }

    #[test]
    fn a_workbook_that_lies_about_its_size_is_refused() {
        let strings = |count: &str| format!("<sst uniqueCount=\"{count}\"><si><t>a</t></si></sst>");
        for count in ["9999999", "99999999999999999999999"] {
            let bytes = workbook_with(&[("xl/sharedStrings.xml", &strings(count))], &title_row(1));
            assert_eq!(read(file("t.xlsx", bytes)).problems[0].code, ProblemCode::BadRecord);
        }
        let bytes = workbook_with(&[("xl/sharedStrings.xml", &strings("1"))], &title_row(1));
        assert!(read(file("t.xlsx", bytes)).problems.is_empty());
        let bomb = " ".repeat(100_000);
        let bytes = workbook_with(&[("xl/theme.xml", &bomb)], &title_row(1));
        assert!(check_package(&bytes, 200_000).is_ok());
        assert!(check_package(&bytes, 100_000).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), zip in any::<bool>()) {
            let bytes = if zip { [b"PK\x03\x04", &bytes[..]].concat() } else { bytes };
            is_recognized(&bytes);
            read(file("f", bytes));
        }

        #[test]
        fn no_table_makes_it_panic(
            cells in prop::collection::vec("[A-C0-9a-z./,;\"\r\n -]{0,30}", 0..20),
        ) {
            let text = format!("Current code assignment,Effective,Previous Code(s)\r\n{}", cells.join(","));
            read(file("f", text));
        }

        #[test]
        fn no_change_to_a_workbook_makes_it_panic(changes in prop::collection::vec((any::<u16>(), any::<u8>()), 1..4)) {
            let rows = [title_row(1), sheet_row(2, "U07.1", "<c r=\"B2\" s=\"1\"><v>43922</v></c>", "B97.29")];
            let mut sheet = rows.concat().into_bytes();
            for (at, byte) in changes {
                let at = usize::from(at) % sheet.len();
                sheet[at] = byte % 128;
            }
            let bytes = workbook(&String::from_utf8(sheet).unwrap());
            is_recognized(&bytes);
            read(file("f", bytes));
        }
    }

    /// Returns a file of the shared data, or `None` with a note about it.
    #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
    fn shared(path: &str) -> Option<Vec<u8>> {
        let nearby = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");
        let folder = std::env::var("CODESET_DATA").unwrap_or_else(|_| nearby.to_owned());
        let bytes = std::fs::read(Path::new(&folder).join(path)).ok();
        if bytes.is_none() {
            eprintln!("skipped: {path} is not in {folder}; set CODESET_DATA");
        }
        bytes
    }

    const FY2026: &str = "icd10cm/fy2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx";
    const FY2025: &str = "icd10cm/fy2025/icd-10-cm-conversion-table-FY2025.xlsx";

    fn count(table: &ConversionTable, code: ProblemCode) -> usize {
        table.problems.iter().filter(|problem| problem.code == code).count()
    }

    #[test]
    fn the_official_tables_are_read_to_the_last_row() {
        // Rows, missing dots. Eight codes (O44.20-O44.33) have two rows in each table.
        for (path, rows, odd) in [(FY2026, 5_892, 3), (FY2025, 5_405, 0)] {
            let Some(bytes) = shared(path) else { continue };
            assert!(is_recognized(&bytes));
            let table = read(file("table.xlsx", bytes));
            assert_eq!(table.rows.len(), rows);
            assert_eq!(count(&table, ProblemCode::OddCode), odd);
            assert_eq!(count(&table, ProblemCode::DuplicateRow), 8);
            assert_eq!(table.problems.len(), odd + 8);
        }
    }

    #[test]
    fn every_cell_of_the_fy2026_table_prints_as_it_was() {
        let Some(bytes) = shared(FY2026) else { return };
        let rows = workbook_rows(&file("table.xlsx", bytes), &LAYOUT).unwrap().unwrap();
        let cells = rows[2..].iter().map(|row| row.cell(2).to_string()).filter(|cell| !cell.is_empty());
        assert_eq!(cells.clone().count(), 5_892);
        for cell in cells {
            assert_eq!(Previous::parse(&cell).map(|previous| previous.to_string()), Some(cell));
        }
    }

    #[test]
    fn the_fy2026_table_has_the_shapes_that_were_counted() {
        let Some(bytes) = shared(FY2026) else { return };
        let table = read(file("table.xlsx", bytes));
        let rows = |test: &dyn Fn(&ConversionRow) -> bool| table.rows.iter().filter(|row| test(row)).count();
        let joined = |joint| rows(&|row| row.previous.joints.contains(&joint));
        let operand = |test: fn(&Operand) -> bool| rows(&|row| row.previous.operands.iter().any(test));
        assert_eq!(rows(&|row| row.previous.operands.is_empty()), 125);
        assert_eq!(rows(&|row| matches!(row.previous.operands[..], [Operand::Code(_)])), 5_335 + 5);
        assert_eq!(operand(|operand| matches!(operand, Operand::InCategories { .. })), 126);
        assert_eq!(operand(|operand| matches!(operand, Operand::FromCategories { .. })), 1);
        assert_eq!(operand(|operand| matches!(operand, Operand::Range { .. })), 43 + 21 + 8 + 4);
        assert_eq!(operand(|operand| matches!(operand, Operand::Below(_))), 4);
        assert_eq!(operand(|operand| matches!(operand, Operand::ACodeFrom(_))), 1);
        assert_eq!(joined(Joint::AndCapital), 17 + 1);
        assert_eq!(joined(Joint::Ampersand), 16);
        assert_eq!(joined(Joint::Semicolon), 27 + 21 + 2);
        assert_eq!(rows(&|row| (row.effective.month(), row.effective.day()) != (10, 1)), 53);
    }

    #[test]
    fn the_list_of_codes_exempt_from_poa_is_another_workbook() {
        let Some(bytes) = shared("icd10cm/fy2026/POAexemptCodesFY26.zip") else { return };
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut workbook = Vec::new();
        archive.by_name("POAexemptCodesFY26.xlsx").unwrap().read_to_end(&mut workbook).unwrap();
        assert!(is_workbook(&workbook));
        assert!(!Sample::new(&workbook).is_workbook_with(&[PREVIOUS, CURRENT]));
    }
}
