//! Codes changed in workbooks: the cells, and nothing else.

use std::fs;
use std::io::{Cursor, Read};

use crate::common::lists::Desk;
use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Table, TableColumn, Workbook, Worksheet};
use zip::ZipArchive;

fn book(write: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    write(&mut book);
    book.save_to_buffer().unwrap()
}

fn column(sheet: &mut Worksheet, column: u16, cells: &[&str]) {
    for (row, text) in (0..).zip(cells) {
        sheet.write(row, column, *text).unwrap();
    }
}

/// A sheet with codes in bold, numbers, widths and a filter; one with a table; one with a formula about them.
fn codes() -> Vec<u8> {
    book(|book| {
        let sheet = book.add_worksheet().set_name("Problem list").unwrap();
        let bold = Format::new().set_bold();
        for (row, code) in (0..).zip(["dx", "Z59.1", "I10", "R05", "E87.2 ", "A00.0"]) {
            sheet.write_with_format(row, 0, code, &bold).unwrap();
        }
        column(sheet, 1, &["Description", "Inadequate housing", "y", "Cough", "Acidosis", "z < \"x\""]);
        sheet.write(0, 2, "weight").unwrap();
        for row in 1..6 {
            let format = Format::new().set_num_format("0.000");
            sheet.write_with_format(row, 2, f64::from(row) / 8.0, &format).unwrap();
        }
        sheet.set_column_width(0, 31.5).unwrap();
        sheet.autofilter(0, 0, 5, 2).unwrap();
        let sheet = book.add_worksheet().set_name("R & D").unwrap();
        column(sheet, 1, &["", "", "dx", "R05", "I10", "A00.0"]);
        column(sheet, 2, &["", "", "n", "a", "b", "c"]);
        sheet.write(0, 0, "A title").unwrap();
        let columns = ["dx", "n"].map(|name| TableColumn::new().set_header(name));
        sheet.add_table(2, 1, 5, 2, &Table::new().set_columns(&columns)).unwrap();
        let sheet = book.add_worksheet().set_name("Sums").unwrap();
        sheet.write(0, 0, Formula::new("=SUM('Problem list'!C2:C6)").set_result("1.875")).unwrap();
    })
}

fn member(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    ZipArchive::new(Cursor::new(bytes)).unwrap().by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The members that differ; all are there, in the same order.
fn differing(before: &[u8], after: &[u8]) -> Vec<String> {
    let [mut before, mut after] = [before, after].map(|bytes| ZipArchive::new(Cursor::new(bytes)).unwrap());
    let names = |archive: &ZipArchive<Cursor<&[u8]>>| -> Vec<String> {
        archive.file_names().map(|name| name.unwrap().into_owned()).collect()
    };
    assert_eq!(names(&before), names(&after));
    let packed = |archive: &mut ZipArchive<Cursor<&[u8]>>, at| {
        let mut bytes = Vec::new();
        archive.by_index_raw(at).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    let names = names(&before).into_iter().enumerate();
    names
        .filter(|(at, _)| packed(&mut before, *at) != packed(&mut after, *at))
        .map(|(_, name)| name)
        .collect()
}

fn rows(bytes: &[u8], sheet: &str) -> Vec<Vec<String>> {
    let mut book = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let cell = |cell: &Data| match cell {
        Data::DateTime(day) => day.to_string(),
        other => other.to_string(),
    };
    range.rows().map(|row| row.iter().map(cell).collect()).collect()
}

const DECISIONS: &str = "E87.2,E87.20,accept\nR05,R05.1,accept\nR05,R05.2,accept\nT36.8X2A,T36.AX2A,accept\n";

/// What becomes of a workbook; that it can be taken back; and what is left open.
fn migrated(before: &[u8], args: &[&str]) -> (Vec<u8>, String) {
    let desk = Desk::new(&[]);
    fs::write(desk.list("a.xlsx"), before).unwrap();
    desk.decide(DECISIONS);
    desk.migrate(&[&["--in-place", "--decisions", "decisions.csv", "--sheet", "open.csv"], args].concat());
    let after = fs::read(desk.list("a.xlsx")).unwrap();
    let open = fs::read_to_string(desk.folder.path().join("open.csv")).unwrap();
    if after != before {
        let undone = desk.run(&["migrate", "undo", ".codeset-migrate/1"]);
        assert!(undone.status.success(), "{}", String::from_utf8_lossy(&undone.stderr));
        assert_eq!(fs::read(desk.list("a.xlsx")).unwrap(), before, "what was there is back");
        desk.migrate(&[&["--in-place", "--decisions", "decisions.csv"], args].concat());
        assert_eq!(fs::read(desk.list("a.xlsx")).unwrap(), after, "the same every time");
        if args.is_empty() {
            assert_eq!(desk.automatic(), 0);
        }
    }
    (after, open)
}

#[test]
fn cells_are_changed_and_nothing_else() {
    let before = codes();
    let (after, open) = migrated(&before, &["--descriptions"]);
    assert!(!open.contains("by hand"), "{open}");
    assert_eq!(
        differing(&before, &after),
        ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/tables/table1.xml"]
    );
    let told = rows(&after, "Problem list");
    let told: Vec<[&str; 3]> =
        told.iter().map(|row| [&row[0], &row[1], &row[2]].map(String::as_str)).collect();
    assert_eq!(
        told,
        [
            ["dx", "Description", "weight"],
            ["Z59.19", "Other inadequate housing", "0.125"],
            ["I10", "y", "0.25"],
            ["R05.1", "Acute cough", "0.375"],
            ["E87.20 ", "Acidosis, unspecified", "0.5"],
            ["A00.0", "z < \"x\"", "0.625"],
            ["R05.2", "Subacute cough", "0.375"],
        ]
    );
    let (old, new) =
        (member(&before, "xl/worksheets/sheet1.xml"), member(&after, "xl/worksheets/sheet1.xml"));
    assert!(new.contains(r#"<c r="A2" s="1" t="inlineStr"><is><t>Z59.19</t></is></c>"#), "{new}");
    assert!(
        new.contains(r#"<dimension ref="A1:C7"/>"#) && new.contains(r#"<autoFilter ref="A1:C7""#),
        "{new}"
    );
    let of_row = |xml: &str, row: &str| {
        xml.split_once(row).and_then(|(_, rest)| rest.split_once("</row>")).unwrap().0.to_owned()
    };
    assert_eq!(of_row(&old, "<row r=\"3\""), of_row(&new, "<row r=\"3\""));
    assert!(of_row(&new, "<row r=\"7\"").contains(r#"<c r="C7" s="2"><v>0.375</v></c>"#), "{new}");
    assert_eq!(rows(&after, "R & D").last().unwrap()[1..], ["R05.2", "a"]);
    let table = member(&after, "xl/tables/table1.xml");
    assert_eq!(table, member(&before, "xl/tables/table1.xml").replace("B3:C6", "B3:C7"));
}

/// Codes with days, as numbers that are dates.
fn dated() -> Vec<u8> {
    book(|book| {
        let sheet = book.add_worksheet().set_name("Codes").unwrap();
        column(sheet, 0, &["code", "R05", "Z59.1", "I10", "A00.0"]);
        column(sheet, 1, &["valid_from"]);
        column(sheet, 2, &["valid_to"]);
        column(sheet, 3, &["who", "a", "b", "c", "d"]);
        let day = |text| ExcelDateTime::parse_from_str(text).unwrap();
        let (from, to) =
            (Format::new().set_num_format("yyyy-mm-dd"), Format::new().set_num_format("d mmm yyyy"));
        for row in 1..5 {
            sheet.write_with_format(row, 1, day("2015-10-01"), &from).unwrap();
        }
        sheet.write_with_format(1, 2, day("9999-12-31"), &to).unwrap();
        sheet.write_blank(4, 2, &Format::new().set_bold()).unwrap();
    })
}

#[test]
fn days_that_are_dates_stay_dates() {
    let before = dated();
    let (after, open) = migrated(&before, &["--mode", "end-date"]);
    assert!(!open.contains("by hand"), "{open}");
    assert_eq!(differing(&before, &after), ["xl/worksheets/sheet1.xml"]);
    let (old, new) =
        (member(&before, "xl/worksheets/sheet1.xml"), member(&after, "xl/worksheets/sheet1.xml"));
    assert!(old.contains(r#"<c r="C2" s="2"><v>2958465</v></c>"#), "{old}");
    // 45930 is 2025-09-30. A blank cell looks as the day beside it.
    for cell in [
        r#"<c r="C2" s="2"><v>45930</v></c>"#,
        r#"<c r="C3" s="1"><v>45930</v></c>"#,
        r#"<c r="B6" s="1"><v>45931</v></c><c r="C6" s="2"><v>2958465</v></c>"#,
        r#"<c r="B8" s="1"><v>45931</v></c><c r="D8" "#,
    ] {
        assert!(new.contains(cell), "{cell} in {new}");
    }
    let told = rows(&after, "Codes");
    let codes: Vec<&str> = told.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(codes, ["code", "R05", "Z59.1", "I10", "A00.0", "R05.1", "R05.2", "Z59.19"]);
    let (again, _) = migrated(&after, &["--mode", "end-date"]);
    assert!(again == after, "what has ended is not ended again");
}

#[test]
fn a_new_code_comes_after_the_last_row() {
    let before = book(|book| column(book.add_worksheet(), 0, &["dx", "T36.8X2A", "I10", "A00.0"]));
    let (after, _) = migrated(&before, &[]);
    let codes: Vec<String> = rows(&after, "Sheet1").into_iter().flatten().collect();
    assert_eq!(codes, ["dx", "T36.8X2A", "I10", "A00.0", "T36.AX2A"]);
}

/// What is refused says why, and the other cells are changed.
#[test]
fn what_cannot_be_written_is_left_open_with_a_reason() {
    let list = ["dx", "R05", "Z59.1", "I10", "A00.0"];
    type Change = fn(&mut Worksheet) -> Result<&mut Worksheet, rust_xlsxwriter::XlsxError>;
    let cases: [(Change, &str); 6] = [
        (|sheet| sheet.merge_range(2, 1, 3, 1, "m", &Format::new()), "are merged"),
        (|sheet| sheet.write(5, 0, "Total"), "does not hold codes"),
        (|sheet| sheet.write(5, 1, Formula::new("=1+1")), "does not hold codes"),
        (|sheet| sheet.write(7, 0, "Z59.19"), "blank rows"),
        (|sheet| sheet.write(1, 1, Formula::new("=1+1")), "has a formula"),
        (
            |sheet| {
                let (plain, bold) = (Format::new(), Format::new().set_bold());
                sheet.write_rich_string(1, 0, &[(&bold, "R"), (&plain, "05")])
            },
            "text in several styles",
        ),
    ];
    for (change, why) in cases {
        let before = book(|book| {
            let sheet = book.add_worksheet();
            column(sheet, 0, &list);
            change(sheet).unwrap();
        });
        let (after, open) = migrated(&before, &[]);
        assert!(open.contains(why), "{why}: {open}");
        let told: Vec<String> =
            rows(&after, "Sheet1").into_iter().map(|mut row| row.swap_remove(0)).collect();
        assert_eq!(told[1], "R05", "{why}");
        assert_eq!(told[2], if why == "blank rows" { "Z59.1" } else { "Z59.19" }, "{why}");
    }
}

#[test]
fn a_patch_shows_the_rows_of_a_workbook() {
    let desk = Desk::new(&[]);
    let before = book(|book| column(book.add_worksheet(), 0, &["dx", "Z59.1", "I10"]));
    fs::write(desk.list("a.xlsx"), &before).unwrap();
    let patch = desk.migrate(&[]);
    assert!(patch.contains("-Sheet1 2\tZ59.1\n+Sheet1 2\tZ59.19\n"), "{patch}");
    assert_eq!(fs::read(desk.list("a.xlsx")).unwrap(), before);
}

#[test]
fn days_that_are_eight_digits_stay_numbers() {
    let before = book(|book| {
        let sheet = book.add_worksheet();
        column(sheet, 0, &["dx", "Z59.1", "I10", "A00.0", "A00.1"]);
        // Days as eight digits, which are numbers.
        column(sheet, 1, &["valid_from"]);
        column(sheet, 2, &["valid_to"]);
        (1..5).for_each(|row| drop(sheet.write(row, 1, 20_151_001).map(|_| ())));
        sheet.write(1, 2, 99_991_231).unwrap();
    });
    let (after, open) = migrated(&before, &["--mode", "end-date"]);
    assert!(!open.contains("by hand"), "{open}");
    let sheet = member(&after, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains(r#"<c r="C2"><v>20250930</v></c>"#), "{sheet}");
    assert!(sheet.contains(r#"<c r="B6"><v>20251001</v></c><c r="C6"><v>99991231</v></c>"#), "{sheet}");
}
