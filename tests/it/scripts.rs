//! The scripts of a migration, run by the databases they are for: PostgreSQL and MariaDB, of its own, and SQLite. Without a
//! program its test is skipped, and fails in CI.
#![cfg(unix)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::lists::Desk;
use crate::common::{mariadb_server, postgres_server, tools};
use codeset::migrate::{
    Addition, DayColumns, Dialect, Mode, NewCode, Replacement, Scripts, SetColumn, TableNames, scripts,
};
use jiff::civil::date;

/// Rows of the table: code set, code, description, owner, price, first and last day.
const ROWS: &str = "
    ('10', 'E87.2', 'Acidosis', 'lab', 1, '2015-10-01', NULL),
    ('10', 'E87.2', 'Acidosis', 'ward', 2, '2015-10-01', '9999-12-31'),
    ('10', 'E87.2', 'Acidosis, ended before', 'lab', 3, '2010-01-01', '2015-09-30'),
    ('10', 'E87.2', 'Acidosis, not yet begun', 'clinic', 4, '2023-01-01', NULL),
    ('9', 'E87.2', 'Of another code set', 'lab', 5, '2015-10-01', NULL),
    ('10', 'E87.2', 'Acidosis, the same owner twice', 'lab', 6, '2016-10-01', NULL),
    ('10', 'R05', 'Cough', NULL, 7, '2015-10-01', NULL),
    ('10', 'R05.1', 'Acute cough, there already', 'lab', 8, '2021-10-01', NULL),
    ('10', 'Z91.5', 'History of self-harm', 'lab', 9, NULL, NULL),
    ('10', 'Z91.51', 'A try that was ended', 'lab', 10, '2020-01-01', '2020-12-31'),
    ('10', 'J18.9', 'Not asked about', 'lab', 11, '2015-10-01', NULL),
    ('10', 'Y1', 'One of two that become one', 'lab', 12, '2015-10-01', NULL),
    ('10', 'Y2', 'The other', 'lab', 13, '2015-10-01', NULL),
    ('10', 'Y2', 'The other', 'ward', 14, '2015-10-01', NULL)";

/// A database, and how it runs a script: strictly, up to the first error, or on and on.
struct Database<'a> {
    dialect: Dialect,
    /// The schema, the table and its backup in quotes, how an index is made there, the type of a column that numbers itself,
    /// and how tables are listed.
    schema: &'static str,
    table: &'static str,
    backup: &'static str,
    index: &'static str,
    number: &'static str,
    tables: &'static str,
    run: &'a dyn Fn(&str, bool) -> Result<String, String>,
}

impl Database<'_> {
    fn strictly(&self, script: &str) -> String {
        (self.run)(script, true).unwrap_or_else(|error| panic!("{error}\n{script}"))
    }

    fn make_table(&self) {
        let Self { table, number, .. } = self;
        self.strictly(&format!(
            "CREATE TABLE {table} (id {number}, system VARCHAR(8), code VARCHAR(8) NOT NULL, text VARCHAR(80), \
             owner VARCHAR(8), price INTEGER, valid_from DATE, valid_to DATE);\n\
             INSERT INTO {table} (system, code, text, owner, price, valid_from, valid_to) VALUES {ROWS};"
        ));
    }

    /// All rows, sorted; with their numbers or without.
    fn rows(&self, numbered: bool) -> String {
        let columns = "system, code, owner, price, valid_from, valid_to, text";
        let columns = if numbered { format!("id, {columns}") } else { columns.to_owned() };
        let text = self.strictly(&format!("SELECT {columns} FROM {};", self.table));
        let mut lines: Vec<_> = text.lines().collect();
        lines.sort_unstable();
        lines.join("\n")
    }

    fn tables(&self) -> Vec<String> {
        self.strictly(self.tables).lines().map(str::to_owned).collect()
    }
}

/// One migration, and what `before` must say of it: codes and rows, line by line.
struct Case {
    name: &'static str,
    mode: Mode,
    key: &'static [&'static str],
    counts: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        name: "end_date",
        mode: Mode::EndDate,
        key: &[],
        counts: &[
            "rows kept aside|7|12",
            "rows that change|5|8",
            "rows that come|6|10",
            "rows left alone|1|1",
            "rows ended before|1|1",
            "rows with new codes before|2|2",
        ],
    },
    Case {
        name: "end_date_by_owner",
        mode: Mode::EndDate,
        key: &["owner"],
        counts: &[
            "rows kept aside|7|12",
            "rows that change|5|8",
            "rows that come|7|12",
            "rows left alone|1|1",
            "rows ended before|1|1",
            "rows with new codes before|2|2",
        ],
    },
    Case {
        name: "replace",
        mode: Mode::Replace,
        key: &[],
        counts: &[
            "rows kept aside|6|11",
            "rows that change|3|7",
            "rows that come|4|10",
            "rows left alone|2|3",
            "rows with new codes before|1|1",
        ],
    },
    Case {
        name: "replace_by_owner",
        mode: Mode::Replace,
        key: &["owner"],
        counts: &[
            "rows kept aside|6|11",
            "rows that change|5|9",
            "rows that come|5|12",
            "rows left alone|1|1",
            "rows with new codes before|1|1",
        ],
    },
];

fn new(code: &str, description: Option<&str>) -> NewCode {
    NewCode { code: code.to_owned(), description: description.map(str::to_owned) }
}

fn migration(database: &Database<'_>, case: &Case) -> Scripts {
    let replacement = |old: &str, new: Vec<NewCode>, year| {
        let (last_day, first_day) = (date(year, 9, 30), date(year, 10, 1));
        Replacement { old: old.to_owned(), new, last_day, first_day }
    };
    let mut replacements = vec![
        replacement("E87.2", vec![new("E87.20", Some("Acidosis, \"unspecified\" \\ it's é"))], 2022),
        replacement("R05", vec![new("R05.1", None), new("R05.2", Some("Subacute cough"))], 2021),
        replacement("Z91.5", vec![new("Z91.52", None), new("Z91.51", None)], 2021),
        replacement("Y1", vec![new("Y3", Some("One for two"))], 2021),
        replacement("Y2", vec![new("Y3", Some("One for two"))], 2021),
    ];
    if case.mode == Mode::Replace {
        replacements.iter_mut().for_each(|replacement| replacement.new.truncate(1));
    }
    let acute = new("E87.21", Some("Acute metabolic acidosis"));
    let addition = Addition { new: acute, like: "E87.2".to_owned(), first_day: date(2022, 10, 1) };
    let names = TableNames {
        table: format!("{}.Code \"list", database.schema),
        code: "code".to_owned(),
        days: Some(DayColumns { first: "valid_from".to_owned(), last: "valid_to".to_owned() }),
        description: Some("text".to_owned()),
        set: Some(SetColumn { column: "system".to_owned(), value: "10".to_owned() }),
        key: case.key.iter().map(|&column| column.to_owned()).collect(),
        others: vec!["owner".to_owned(), "price".to_owned()],
    };
    scripts(database.dialect, &names, case.mode, &replacements, &[addition], "a test").unwrap()
}

fn assert_rows(case: &Case, rows: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/migrate"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    // One snapshot for all databases: they must agree.
    settings.bind(|| insta::assert_snapshot!(format!("rows__{}", case.name), rows));
}

/// The lines that are numbers, and those that say whether things agree.
fn told(output: &str) -> (Vec<&str>, Vec<&str>) {
    output.lines().partition(|line| line.split('|').count() == 3)
}

/// Before, forward, after, reverse and its check, and all of it twice.
fn there_and_back(database: &Database<'_>, case: &Case) {
    let scripts = migration(database, case);
    let (at_first, tables) = (database.rows(true), database.tables());

    let before = database.strictly(&scripts.before);
    assert_eq!(told(&before).0, case.counts, "{}", case.name);
    assert_eq!(database.rows(true), at_first, "looking changes nothing");
    assert_eq!(database.tables(), tables);

    database.strictly(&scripts.forward);
    let changed = database.rows(true);
    assert_rows(case, &database.rows(false));
    let after = database.strictly(&scripts.after);
    let (counts, checks) = told(&after);
    assert_eq!(counts, case.counts, "{}", case.name);
    assert!(checks.len() >= 3 && checks.iter().all(|line| line.ends_with("|agrees")), "{checks:?}");
    assert_eq!(database.tables().len(), tables.len() + 1, "only the backup is left");

    let error = (database.run)(&scripts.forward, true).unwrap_err();
    assert!(error.contains("already exists"), "{error}");
    assert_eq!(database.rows(true), changed, "forward twice changes nothing");
    let _ = (database.run)(&scripts.forward, false);
    assert_eq!(database.rows(true), changed, "not even in a program that goes on after errors");

    let reversed = database.strictly(&scripts.reverse);
    assert_eq!(reversed.trim(), "rows are back|agrees");
    assert_eq!(database.rows(true), at_first);
    assert_eq!(database.tables(), tables);
    assert_eq!(database.strictly(&scripts.reverse_check), before);

    assert!((database.run)(&scripts.reverse, true).is_err(), "there is no backup any more");
    let _ = (database.run)(&scripts.reverse, false);
    assert_eq!(database.rows(true), at_first, "without a backup nothing is deleted");
}

/// Once the backup is dropped the change may be run again, and finds nothing left to do.
fn again(database: &Database<'_>, case: &Case) {
    let scripts = migration(database, case);
    let drop = format!("DROP TABLE {};", database.backup);
    database.strictly(&scripts.forward);
    let changed = database.rows(true);
    database.strictly(&drop);
    database.strictly(&scripts.forward);
    assert_eq!(database.rows(true), changed, "{}: no row is made twice", case.name);
    database.strictly(&drop);
}

/// Something else than the migration wrote to the rows: the check says so.
fn a_change_in_between_differs(database: &Database<'_>) {
    let scripts = migration(database, &CASES[0]);
    database.strictly(&scripts.forward);
    database.strictly(&format!("DELETE FROM {} WHERE code = 'Z91.52';", database.table));
    let after = database.strictly(&scripts.after);
    assert!(after.contains("rows go on with the new codes|differs"), "{after}");
    assert!(!after.contains("rows that come|6|10"), "{after}");
    database.strictly(&scripts.reverse);
}

/// A migration as large as a release: it is done in the time of one that is small.
fn many(database: &Database<'_>) {
    let table = format!("{}.many", database.schema);
    let codes: Vec<_> = (0..10_000).map(|at| format!("('C{}')", at % 2000)).collect();
    database.strictly(&format!(
        "CREATE TABLE {table} (code VARCHAR(8), valid_from DATE, valid_to DATE);\n\
         INSERT INTO {table} (code) VALUES {};\n{}",
        codes.join(", "),
        database.index
    ));
    let code = |letter: char, at| format!("{letter}{at}");
    let replacements: Vec<_> = (0..1000)
        .map(|at| Replacement {
            old: code('C', at),
            new: vec![new(&code('D', at), None)],
            last_day: date(2025, 9, 30),
            first_day: date(2025, 10, 1),
        })
        .collect();
    let names = TableNames {
        table,
        code: "code".to_owned(),
        days: Some(DayColumns { first: "valid_from".to_owned(), last: "valid_to".to_owned() }),
        ..TableNames::default()
    };
    for mode in [Mode::EndDate, Mode::Replace] {
        let scripts = scripts(database.dialect, &names, mode, &replacements, &[], "many").unwrap();
        let before = database.strictly(&scripts.before);
        for line in ["rows kept aside|1000|5000", "rows that change|1000|5000", "rows that come|1000|5000"] {
            assert!(before.contains(line), "{before}");
        }
        database.strictly(&scripts.forward);
        let after = database.strictly(&scripts.after);
        assert_eq!(told(&after).0, told(&before).0);
        assert!(!after.contains("differs"), "{after}");
        database.strictly(&scripts.reverse);
    }
}

fn all_of_it(database: &Database<'_>) {
    database.make_table();
    for case in CASES {
        there_and_back(database, case);
    }
    a_change_in_between_differs(database);
    many(database);
    let at_first = database.rows(true);
    for case in CASES {
        again(database, case);
        database.strictly(&format!("DROP TABLE {};", database.table));
        database.make_table();
        assert_eq!(database.rows(true), at_first);
    }
}

/// What a program says to a script: an error is what it wrote about it.
fn said(command: &mut Command, script: &str) -> Result<String, String> {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let text = script.to_owned();
    let writer = std::thread::spawn(move || {
        // A program that stops at an error does not read the rest.
        let _ = input.write_all(text.as_bytes());
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout).unwrap()),
        false => Err(error),
    }
}

fn sqlite(file: &Path, script: &str, strictly: bool) -> Result<String, String> {
    let mut command = Command::new("sqlite3");
    if strictly {
        command.arg("-bail");
    }
    said(command.arg("-batch").arg(file), script)
}

/// Runs a script.
type Run<'r> = &'r dyn Fn(&str, bool) -> Result<String, String>;

/// The scripts that the command line writes for a table with days, run as a user would: the numbers agree, and the way back
/// restores.
fn from_the_command_line(dialect: &str, run: Run<'_>) {
    let desk = Desk::new(&[]);
    let decisions = "source,target,status\nR05,R05.1,accept\nR05,R05.2,accept\nT36.8X2A,T36.AX2A,accept\n";
    std::fs::write(desk.folder.path().join("decisions.csv"), decisions).unwrap();
    let args = "--decisions decisions.csv --mode end-date --table dx --first-day-column valid_from --last-day-column valid_to \
                --description-column text --other-column owner -o scripts --dialect";
    let args: Vec<&str> = args.split_whitespace().chain([dialect]).collect();
    let output = desk.run(&[&["migrate", "sql"][..], &Desk::RELEASES, &args].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("a decision is needed about 1 code: E87.2"), "{said}");
    let script = |name: &str| std::fs::read_to_string(desk.folder.path().join("scripts").join(name)).unwrap();
    let strictly = |text: &str| run(text, true).unwrap();
    let rows =
        || strictly("SELECT code, text, owner, valid_from, valid_to FROM dx ORDER BY code, valid_from;");
    strictly(
        "CREATE TABLE dx (code VARCHAR(8), text VARCHAR(80), owner VARCHAR(8), valid_from DATE, valid_to DATE);
         INSERT INTO dx VALUES ('A00.0', 'Cholera', 'lab', '2016-10-01', NULL), ('R05', 'Cough', 'ward', '2016-10-01', NULL),
         ('R05', 'Cough before', 'lab', '2010-10-01', '2016-09-30'), ('E87.2', 'Acidosis', 'lab', '2016-10-01', NULL),
         ('Z59.1', 'Inadequate housing', 'lab', '2016-10-01', '9999-12-31');",
    );
    let (at_first, before) = (rows(), strictly(&script("1-before.sql")));
    strictly(&script("2-migrate.sql"));
    assert_eq!(
        rows().lines().collect::<Vec<_>>(),
        [
            "A00.0|Cholera|lab|2016-10-01|",
            "E87.2|Acidosis|lab|2016-10-01|",
            "R05|Cough before|lab|2010-10-01|2016-09-30",
            "R05|Cough|ward|2016-10-01|2025-09-30",
            "R05.1|Acute cough|ward|2025-10-01|",
            "R05.2|Subacute cough|ward|2025-10-01|",
            "Z59.1|Inadequate housing|lab|2016-10-01|2025-09-30",
            "Z59.19|Other inadequate housing|lab|2025-10-01|9999-12-31",
        ]
    );
    let after = strictly(&script("3-after.sql"));
    let (counts, checks) = told(&after);
    assert_eq!(counts, told(&before).0);
    assert!(checks.len() >= 3 && checks.iter().all(|line| line.ends_with("|agrees")), "{checks:?}");
    strictly(&script("4-reverse.sql"));
    assert_eq!(rows(), at_first);
    assert_eq!(strictly(&script("5-after-reverse.sql")), before);
}

/// The SQL of a crosswalk makes its table, ends the codes of another one, and does the same when it is run again.
fn a_crosswalk_runs_twice(run: &dyn Fn(&str, bool) -> Result<String, String>) {
    let desk = Desk::new(&[]);
    let asked = ["crosswalk", "old.txt", "new.txt", "--edition", "2025", "--edition", "2026"];
    let output = desk.run(&[&asked[..], &["--map", "table.csv", "--format", "sql", "--quiet"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let sql = String::from_utf8(output.stdout).unwrap();
    run(
        "CREATE TABLE code_list (code_set VARCHAR(16), code VARCHAR(16), valid_to DATE);
         INSERT INTO code_list VALUES ('icd10cm', 'Z591', NULL), ('icd10cm', 'T368X2A', NULL), ('icd10cm', 'I10', NULL);",
        true,
    )
    .unwrap();
    for again in [false, true] {
        run(&sql, true).unwrap_or_else(|error| panic!("{error}\n{sql}"));
        let rows = run(
            "SELECT source_code, source_status, source_valid, target_code, relationship FROM code_mapping
             WHERE source_code IN ('Z591', 'T368X2A') ORDER BY source_code, target_code;",
            true,
        )
        .unwrap();
        let rows: Vec<&str> = rows.lines().collect();
        assert_eq!(
            rows,
            [
                "T368X2A|narrowed|Y|T368X2A|source-is-broader-than-target",
                "T368X2A|narrowed|Y|T36AX2A|source-is-broader-than-target",
                "Z591|removed|N|Z5919|equivalent",
            ],
            "again: {again}"
        );
        let ended = run("SELECT code, valid_to FROM code_list ORDER BY code;", true).unwrap();
        assert_eq!(ended.lines().collect::<Vec<_>>(), ["I10|", "T368X2A|", "Z591|2025-09-30"]);
    }
    run("DROP TABLE code_list; DROP TABLE code_mapping;", true).unwrap();
}

#[test]
fn postgresql_runs_every_script_and_has_its_rows_back_at_the_end() {
    let Some(server) = postgres_server::Server::start() else {
        tools::missing("PostgreSQL (initdb, postgres, psql)");
        return;
    };
    let run = |script: &str, strictly: bool| {
        let stop = if strictly { "ON_ERROR_STOP=1" } else { "ON_ERROR_STOP=0" };
        said(server.psql().args(["-v", stop]), script)
    };
    from_the_command_line("postgresql", &run);
    a_crosswalk_runs_twice(&run);
    run("DROP TABLE dx; CREATE SCHEMA billing;", true).unwrap();
    all_of_it(&Database {
        dialect: Dialect::PostgreSql,
        schema: "billing",
        table: r#"billing."Code ""list""#,
        backup: r#"billing."Code ""list_codeset_backup""#,
        index: "CREATE INDEX many_code ON billing.many (code); ANALYZE billing.many;",
        number: "INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        tables: "SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1;",
        run: &run,
    });
}

#[test]
fn mariadb_runs_every_script_of_mysql_and_has_its_rows_back_at_the_end() {
    let Some(server) = mariadb_server::Server::start() else {
        tools::missing("MariaDB (mariadb-install-db, mariadbd, mariadb)");
        return;
    };
    let run = |script: &str, strictly: bool| {
        let mut client = server.client("billing");
        let output = said(if strictly { &mut client } else { client.arg("--force") }, script)?;
        let cells = output.lines().map(|line| line.split('\t').map(|cell| cell.replace("NULL", "")));
        Ok(cells.map(|cells| cells.collect::<Vec<_>>().join("|") + "\n").collect())
    };
    from_the_command_line("mysql", &run);
    a_crosswalk_runs_twice(&run);
    run("DROP TABLE dx;", true).unwrap();
    all_of_it(&Database {
        dialect: Dialect::MySql,
        schema: "billing",
        table: "billing.`Code \"list`",
        backup: "billing.`Code \"list_codeset_backup`",
        index: "CREATE INDEX many_code ON billing.many (code); ANALYZE TABLE billing.many;",
        number: "INTEGER AUTO_INCREMENT PRIMARY KEY",
        tables: "SELECT table_name FROM information_schema.tables WHERE table_schema = 'billing' ORDER BY 1;",
        run: &run,
    });
}

#[test]
fn sqlite_runs_every_plain_script_and_has_its_rows_back_at_the_end() {
    if Command::new("sqlite3").arg("-version").output().is_err() {
        tools::missing("sqlite3");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("first.db");
    from_the_command_line("ansi", &|script, strictly| sqlite(&first, script, strictly));
    a_crosswalk_runs_twice(&|script, strictly| sqlite(&first, script, strictly));
    let file = folder.path().join("codes.db");
    all_of_it(&Database {
        dialect: Dialect::Ansi,
        schema: "main",
        table: r#"main."Code ""list""#,
        backup: r#"main."Code ""list_codeset_backup""#,
        index: "CREATE INDEX main.many_code ON many (code);",
        number: "INTEGER PRIMARY KEY",
        tables: "SELECT name FROM sqlite_master ORDER BY 1;",
        run: &|script, strictly| sqlite(&file, script, strictly),
    });
}

/// Runs a script on standard input in DuckDB and prints the rows of its last statement.
const DUCKDB: &str = r#"
import sys, duckdb
rows = duckdb.connect(sys.argv[1]).execute(sys.stdin.read()).fetchall()
for row in rows: print("|".join("" if cell is None else str(cell) for cell in row))
"#;

#[test]
fn duckdb_runs_the_script_of_a_crosswalk_twice() {
    if !Command::new("python3").args(["-c", "import duckdb"]).output().is_ok_and(|ran| ran.status.success()) {
        eprintln!("skipped: python3 has no module duckdb");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("codes.duckdb");
    a_crosswalk_runs_twice(&|script, _| {
        said(Command::new("python3").args(["-c", DUCKDB]).arg(&file), script)
    });
}
