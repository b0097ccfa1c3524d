//! Databases of SQLite, changed in one transaction: rows, days, new rows, and the way back.
#![cfg(feature = "sqlite")]

use std::fs;

use crate::common::lists::Desk;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

const TABLES: &str = "
    CREATE TABLE dx (id INTEGER PRIMARY KEY, code TEXT NOT NULL, text TEXT, valid_from TEXT, valid_to TEXT,
                     length INTEGER GENERATED ALWAYS AS (length(code)) STORED, UNIQUE (code, valid_from));
    INSERT INTO dx (id, code, text, valid_from, valid_to) VALUES
        (3, 'A00.0', 'Cholera', '2016-10-01', NULL), (5, 'Z59.1', 'Inadequate housing', '2016-10-01', NULL),
        (7, 'R05', 'Cough', '2016-10-01', '9999-12-31'), (9, 'E87.2', 'Acidosis', '2016-10-01', '2020-09-30');
    CREATE TABLE plain (dx, first INTEGER);
    INSERT INTO plain VALUES ('Z591', 20161001), ('I10', 20161001), ('A000', 1), ('A001', x'00ff');
    CREATE TABLE bare (icd10 TEXT PRIMARY KEY) WITHOUT ROWID;
    INSERT INTO bare VALUES ('Z59.1'), ('I10'), ('A00.0');
    CREATE VIEW seen AS SELECT code FROM dx;";

fn desk(tables: &str) -> Desk {
    let desk = Desk::new(&[]);
    Connection::open(desk.list("a.db")).unwrap().execute_batch(tables).unwrap();
    desk
}

fn rows(desk: &Desk, select: &str) -> Vec<String> {
    let database = Connection::open(desk.list("a.db")).unwrap();
    let mut statement = database.prepare(select).unwrap();
    let width = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| {
        let cell = |at| {
            row.get_ref(at).map(|value| match value {
                ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                ValueRef::Integer(number) => number.to_string(),
                other => format!("{other:?}"),
            })
        };
        (0..width).map(cell).collect::<Result<Vec<_>, _>>().map(|cells| cells.join(" "))
    };
    let rows = statement.query_map([], row).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn codes_are_replaced_where_a_rule_says_so_and_the_file_comes_back() {
    let desk = desk(TABLES);
    let before = fs::read(desk.list("a.db")).unwrap();
    let patch = desk.migrate(&[]);
    assert!(patch.contains("\n-dx 5\t5\tZ59.1\t"), "{patch}");
    assert!(
        patch.contains("\n+dx 5\t5\tZ59.19\t") && patch.contains("\n+plain 1\tZ5919\t20161001\n"),
        "{patch}"
    );
    assert_eq!(fs::read(desk.list("a.db")).unwrap(), before, "nothing is changed without --in-place");

    desk.migrate(&["--in-place", "--sheet", "sheet.csv"]);
    let database = Connection::open(desk.list("a.db")).unwrap();
    let whole: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    drop(database);
    assert_eq!(whole, "ok");
    let codes = rows(&desk, "SELECT id, code, length FROM dx UNION ALL SELECT rowid, dx, first FROM plain");
    assert_eq!(
        codes,
        [
            "3 A00.0 5",
            "5 Z59.19 6",
            "7 R05 3",
            "9 E87.2 5",
            "1 Z5919 20161001",
            "2 I10 20161001",
            "3 A000 1",
            "4 A001 Blob([0, 255])",
        ]
    );
    let sheet = fs::read_to_string(desk.folder.path().join("sheet.csv")).unwrap();
    assert!(sheet.contains("the rows of its table have no numbers"), "{sheet}");

    let undone = desk.run(&["migrate", "undo", ".codeset-migrate/1"]);
    assert!(undone.status.success(), "{undone:?}");
    assert!(fs::read(desk.list("a.db")).unwrap() == before, "the bytes are those that were there");
}

#[test]
fn rows_end_and_copies_begin_with_numbers_of_their_own() {
    let desk = desk(TABLES);
    desk.decide("R05,R05.1,accept\nR05,R05.2,accept\nT36.8X2A,T36.AX2A,accept\n");
    desk.migrate(&["--in-place", "--mode", "end-date", "--decisions", "decisions.csv"]);
    let told = rows(&desk, "SELECT id, code, valid_from, valid_to, length FROM dx ORDER BY code, id");
    assert_eq!(
        told,
        [
            "3 A00.0 2016-10-01 Null 5",
            "9 E87.2 2016-10-01 2020-09-30 5",
            "7 R05 2016-10-01 2025-09-30 3",
            "11 R05.1 2025-10-01 9999-12-31 5",
            "12 R05.2 2025-10-01 9999-12-31 5",
            "5 Z59.1 2016-10-01 2025-09-30 5",
            "10 Z59.19 2025-10-01 Null 6",
        ]
    );
    assert_eq!(desk.automatic(), 2, "those of the tables without days");
}

#[test]
fn a_constraint_that_forbids_a_row_leaves_the_database_as_it_is() {
    let desk = desk(
        "CREATE TABLE dx (id TEXT PRIMARY KEY, code TEXT, valid_from TEXT, valid_to TEXT);
         INSERT INTO dx VALUES ('a', 'Z59.1', '2016-10-01', NULL), ('b', 'A00.0', NULL, NULL), ('c', 'I10', NULL, NULL);",
    );
    let before = fs::read(desk.list("a.db")).unwrap();
    desk.migrate(&["--in-place", "--mode", "end-date", "--sheet", "sheet.csv"]);
    assert!(fs::read(desk.list("a.db")).unwrap() == before);
    let sheet = fs::read_to_string(desk.folder.path().join("sheet.csv")).unwrap();
    assert!(sheet.contains("UNIQUE constraint failed: dx.id"), "{sheet}");
}

#[test]
fn a_database_that_a_program_writes_is_left_alone() {
    let desk = desk(&format!("PRAGMA journal_mode = WAL;{TABLES}"));
    let before = fs::read(desk.list("a.db")).unwrap();
    desk.migrate(&["--in-place"]);
    let after = fs::read(desk.list("a.db")).unwrap();
    assert!(after != before && after[18..20] == before[18..20], "it keeps its way of writing");
    let open = Connection::open(desk.list("a.db")).unwrap();
    open.execute("UPDATE dx SET text = 'x'", []).unwrap();
    let busy = desk.run(&[&["migrate"][..], &Desk::RELEASES, &["lists", "--in-place"]].concat());
    let said = String::from_utf8_lossy(&busy.stderr).into_owned();
    assert!(said.contains("a.db`: ") && said.contains("a.db-wal` next to the database"), "{said}");
    let undone = desk.run(&["migrate", "undo", ".codeset-migrate/1"]);
    let said = String::from_utf8_lossy(&undone.stderr).into_owned();
    assert!(!undone.status.success() && said.contains("left unchanged"), "{said}");
    assert!(fs::read(desk.list("a.db")).unwrap() == after);
}
