//! Queries of `usage-sql`: what databases count is judged as the lines themselves are.
#![cfg(feature = "sqlite")]

use std::collections::{BTreeMap, BTreeSet};
#[cfg(unix)]
use std::io::Write as _;
#[cfg(unix)]
use std::process::{Command, Stdio};

use crate::common::rows::{release, row};
#[cfg(unix)]
use crate::common::{mariadb_server, postgres_server, tools};
use codeset::crosswalk::crosswalk;
use codeset::diff::diff;
use codeset::impact::{
    ColumnChoice, EditionSlots, Editions, Judged, Usage, UsageError, UsageOptions, impact, read_usage,
};
use codeset::interchange::{QueryDialect, QueryTable, write_usage_query};
use codeset::model::Release;
use codeset::report::ImpactReport;
use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::Value;

/// The columns of the table of claims.
const COLUMNS: [&str; 8] =
    ["dx1", "dx2", "dx3", "code_system", "discharge_date", "department", "charges", "account"];

/// Codes in every spelling, and what else is in columns of codes: the first ones are most of a table.
const CODES: &[&str] = &[
    "I10",
    "E11.9",
    "E119",
    "e11.9",
    "Z59.0",
    "Z590",
    "G35",
    "G35A",
    "g35.a",
    "A00.0",
    "A009",
    " I10 ",
    "I10.",
    "Z591",
    "W19.XXXA",
    "E11",
    "K80.1",
    "",
    "I10X",
    "e11x",
    "E11.x",
    "E11.-",
    "E11.*",
    "E11%",
    "A00-A02",
    "E11.9;I10",
    "I10, Z59.0",
    "G35 - Multiple sclerosis",
    "A00.0.1",
    "A0.00",
    "N/A",
    "NULL",
    "99213",
    "250.00",
];

/// Departments: some differ in case only, and some need quotes.
const OWNERS: [&str; 6] = ["Lab", "lab", "Ward 3", "O'Neil, \"A\" & B", "Läb", ""];

/// Days before, on and after the first days of editions, and none.
const DAYS: [&str; 12] = [
    "2025-03-01",
    "2025-09-30",
    "2025-10-01",
    "2026-02-28",
    "2024-10-01",
    "2024-09-30",
    "2019-01-01",
    "2018-10-02",
    "2016-09-30",
    "2017-10-02",
    "2022-06-30",
    "",
];

const SYSTEMS: [&str; 5] = ["ICD10CM", "ICD-10-CM", "ICD9", "10", ""];

const ROWS: [(&str, u8, u8); 11] = [
    ("A00", 1, 1),
    ("A000", 2, 2),
    ("A009", 2, 2),
    ("E11", 1, 1),
    ("E119", 2, 2),
    ("G35", 2, 1),
    ("G35A", 0, 2),
    ("I10", 2, 2),
    ("W19XXXA", 2, 2),
    ("Z590", 2, 0),
    ("Z591", 2, 2),
];

/// ICD-10-CM of two years: a code is removed, one demoted, one new.
fn diagnoses(years: [i16; 2]) -> [Release; 2] {
    let rows = |new: bool| {
        let levels = ROWS.iter().map(move |(code, old, later)| (code, if new { *later } else { *old }));
        let rows = levels.filter(|(_, level)| *level > 0).enumerate();
        rows.map(|(at, (code, level))| row(at + 1, code, level - 1, code, code)).collect::<String>()
    };
    [release("old.txt", rows(false), years[0]), release("new.txt", rows(true), years[1])]
}

/// A line of the table of claims: an index into each of the lists above.
type Line = [usize; 8];

/// The text of a cell.
fn cell(line: &Line, column: usize) -> String {
    let of = |list: &[&str]| list[line[column] % list.len()].to_owned();
    match column {
        0..=2 => of(CODES),
        3 => of(&SYSTEMS),
        4 => of(&DAYS),
        5 => of(&OWNERS),
        // The amount of an account is the same in all of its lines.
        6 if !line[7].is_multiple_of(40) => format!("{}.{:02}", line[7] % 40 * 7, line[7] % 40),
        6 => String::new(),
        _ if line[7] % 40 > 2 => format!("A-{}", line[7] % 40),
        _ => String::new(),
    }
}

/// Lines most of which have a code.
fn lines() -> impl Strategy<Value = Vec<Line>> {
    let code = prop_oneof![3 => 0..12_usize, 1 => 0..CODES.len()];
    let line =
        (code.clone(), code.clone(), code, 0..60_usize, 0..60_usize, 0..60_usize, 0..1_usize, 0..400_usize)
            .prop_map(|(a, b, c, d, e, f, g, h)| [a, b, c, d, e, f, g, h]);
    proptest::collection::vec(line, 60..250)
}

/// The columns of a query, by their positions among the columns of the table.
fn table(codes: &[usize], others: &[usize]) -> QueryTable {
    let name = |at: usize| others.contains(&at).then(|| COLUMNS[at].to_owned());
    QueryTable {
        table: "claims".to_owned(),
        codes: codes.iter().map(|at| COLUMNS[*at].to_owned()).collect(),
        system: name(3),
        days: name(4).into_iter().collect(),
        owner: name(5),
        amount: name(6),
        account: name(7),
    }
}

fn query(dialect: QueryDialect, table: &QueryTable, editions: Editions<'_>, below: Option<u64>) -> String {
    let mut out = Vec::new();
    write_usage_query(dialect, table, editions, below, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The table as CSV, with these columns only.
fn csv(lines: &[Line], columns: &[usize]) -> Vec<u8> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(columns.iter().map(|at| COLUMNS[*at])).unwrap();
    for line in lines {
        out.write_record(columns.iter().map(|at| cell(line, *at))).unwrap();
    }
    out.into_inner().unwrap()
}

/// The table in SQLite, all of it text.
fn database(lines: &[Line]) -> Connection {
    let database = Connection::open_in_memory().unwrap();
    database.execute_batch(&format!("CREATE TABLE claims ({})", COLUMNS.join(" TEXT, "))).unwrap();
    let mut insert = database.prepare("INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?, ?, ?)").unwrap();
    for line in lines {
        // A blank is NULL in every second line.
        let value = |at: usize| Some(cell(line, at)).filter(|text| !text.is_empty() || line[4] % 2 == 0);
        insert.execute(rusqlite::params_from_iter((0..COLUMNS.len()).map(value))).unwrap();
    }
    drop(insert);
    database
}

/// The rows of a query, as clients write them: headings, and NULL as a blank.
fn result(database: &Connection, query: &str) -> Vec<Vec<String>> {
    let mut statement = database.prepare(query).unwrap_or_else(|error| panic!("{error}\n{query}"));
    let mut rows = vec![statement.column_names().map(str::to_owned).collect::<Vec<_>>()];
    let mut found = statement.query([]).unwrap();
    while let Some(row) = found.next().unwrap() {
        let cell = |at: usize| match row.get_ref(at).unwrap() {
            rusqlite::types::ValueRef::Null => String::new(),
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            value => value.as_str().unwrap().to_owned(),
        };
        rows.push((0..rows[0].len()).map(cell).collect());
    }
    rows
}

fn delimited(rows: &[Vec<String>], delimiter: u8) -> Vec<u8> {
    let mut out = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    rows.iter().for_each(|row| out.write_record(row).unwrap());
    out.into_inner().unwrap()
}

fn json_lines(rows: &[Vec<String>]) -> Vec<u8> {
    let object = |row: &Vec<String>| {
        let pairs = rows[0].iter().zip(row).map(|(heading, cell)| {
            let value = match heading.as_str() {
                "lines" | "accounts" if cell.is_empty() => Value::Null,
                "lines" | "accounts" => Value::from(cell.parse::<u64>().unwrap()),
                _ => Value::from(cell.as_str()),
            };
            (heading.clone(), value)
        });
        format!("{}\n", Value::Object(pairs.collect()))
    };
    rows[1..].iter().map(object).collect::<String>().into_bytes()
}

/// Reads a file of codes in use, without the months of its lines, which are not in the result of a query.
fn read(bytes: &[u8], options: &UsageOptions, editions: Editions<'_>) -> Result<Usage, UsageError> {
    let mut usage = Usage::default();
    read_usage(&mut usage, "usage", bytes, options, editions)?;
    usage.codes.values_mut().for_each(|tally| tally.by_month.clear());
    Ok(usage)
}

#[test]
fn groups_have_no_months_and_no_lines_with_several_codes() {
    let releases = diagnoses([2025, 2026]);
    let mut usage = Usage::default();
    let text = "code,edition_slot,lines\nG35,2025-10-01/..,20\nI10,2025-10-01/..,20\n";
    let editions = Editions::pair(&releases[0], &releases[1]);
    read_usage(&mut usage, "usage", text.as_bytes(), &UsageOptions::default(), editions).unwrap();
    assert_eq!(usage.codes["G35"].judged.too_late, 20);
    assert!(usage.codes["G35"].by_month.is_empty());
    assert_eq!(usage.lines, None);
    // A file of lines that is added cannot complete them.
    read_usage(&mut usage, "lines", "code\nI10\n".as_bytes(), &UsageOptions::default(), editions).unwrap();
    assert_eq!(usage.lines, None);
}

/// The options by which the lines are read as the query reads them.
fn options(table: &QueryTable) -> UsageOptions {
    let columns = ColumnChoice {
        code: (table.codes.len() == 1).then(|| table.codes[0].clone()),
        owner: table.owner.clone(),
        amount: table.amount.clone(),
        date: table.days.first().cloned(),
        claim: table.account.clone(),
        count: None,
    };
    UsageOptions { columns, ..UsageOptions::default() }
}

/// The report as JSON, without the sentences about how each file was read.
fn report(usage: &Usage, [old, new]: &[Release; 2]) -> Value {
    let diff = diff(old, new);
    let crosswalk = crosswalk(&diff);
    let impact = impact(&diff, &crosswalk, usage);
    let mut json = serde_json::to_value(ImpactReport::new(&diff, &crosswalk, &impact)).unwrap();
    let is_about_lines = |problem: &Value| {
        let fact = problem["fact"].as_str().unwrap();
        !["usage-read", "query-result"].contains(&problem["code"].as_str().unwrap())
            && !fact.contains("no owner")
    };
    json["problems"].as_array_mut().unwrap().retain(is_about_lines);
    json
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_report_of_a_result_is_that_of_its_lines(lines in lines(), years in 0..3_usize, roles in 0..16_usize) {
        let releases = diagnoses([[2025, 2026], [2017, 2023], [2018, 2026]][years]);
        let editions = Editions::pair(&releases[0], &releases[1]);
        let others: Vec<usize> = (3..7).filter(|at| roles & (1 << (at - 3)) > 0).collect();
        let table = table(&[0], &others);
        let of_lines = read(&csv(&lines, &[&[0], &others[..]].concat()), &options(&table), editions).unwrap();
        let rows = result(&database(&lines), &query(QueryDialect::Sqlite, &table, editions, None));
        let expected = report(&of_lines, &releases);
        for bytes in [delimited(&rows, b','), delimited(&rows, b'\t'), json_lines(&rows)] {
            let of_result = read(&bytes, &UsageOptions::default(), editions).unwrap();
            prop_assert_eq!(report(&of_result, &releases), expected.clone());
        }
    }

    #[test]
    fn each_code_column_counts_and_an_account_has_its_amount_once_for_each_code(lines in lines(), roles in 0..32_usize) {
        // The query brings these spellings together; another spelling of a code, or a code of another system that is
        // written alike, may count an amount of its account again.
        let brought_together = |line: &Line| {
            let [a, b, c, system, day, owner, amount, account] = *line;
            [a % 17, b % 17, c % 17, [0, 1, 3, 4][system % 4], day, owner, amount, account]
        };
        let lines: Vec<Line> = lines.iter().map(brought_together).collect();
        let releases = diagnoses([2025, 2026]);
        let editions = Editions::pair(&releases[0], &releases[1]);
        let others: Vec<usize> = (3..8).filter(|at| roles & (1 << (at - 3)) > 0 && (*at < 7 || roles & 8 > 0)).collect();
        let table = table(&[0, 1, 2], &others);
        let of_lines = read(&csv(&lines, &[&[0, 1, 2], &others[..]].concat()), &options(&table), editions).unwrap();
        let rows = result(&database(&lines), &query(QueryDialect::Sqlite, &table, editions, None));
        let of_result = read(&delimited(&rows, b','), &UsageOptions::default(), editions).unwrap();
        prop_assert_eq!(&of_result.codes, &of_lines.codes);
        prop_assert_eq!(of_result.amount, None);
        prop_assert!(of_result.owner_amounts.is_empty());
    }

    #[test]
    fn no_group_below_the_limit_leaves_the_database(lines in lines()) {
        let releases = diagnoses([2025, 2026]);
        let editions = Editions::pair(&releases[0], &releases[1]);
        let table = table(&[0, 1], &[4, 5, 6, 7]);
        let of = |below| result(&database(&lines), &query(QueryDialect::Sqlite, &table, editions, below));
        let (all, shown) = (of(None), of(Some(11)));
        let place = |heading: &str| shown[0].iter().position(|own| own == heading).unwrap();
        let (lines_at, accounts_at) = (place("lines"), place("accounts"));
        for row in &shown[1..] {
            for at in [lines_at, accounts_at] {
                prop_assert!(row[at].is_empty() || row[at].parse::<u64>().unwrap() >= 11, "{:?}", row);
            }
        }
        // The lines of a code that is shown with a number are all of its lines.
        let sums = |rows: &[Vec<String>]| {
            let mut sums: BTreeMap<String, u64> = BTreeMap::new();
            for row in &rows[1..] {
                *sums.entry(row[0].clone()).or_default() += row[lines_at].parse::<u64>().unwrap_or(0);
            }
            sums
        };
        for (code, lines) in sums(&all) {
            prop_assert_eq!(sums(&shown)[&code], if lines < 11 { 0 } else { lines });
        }
    }
}

/// Lines of codes on days, as CSV and in a database.
fn dated(lines: &[(String, String)]) -> (Vec<u8>, Connection) {
    let database = Connection::open_in_memory().unwrap();
    database.execute_batch("CREATE TABLE claims (dx1 TEXT, discharge_date TEXT)").unwrap();
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(["dx1", "discharge_date"]).unwrap();
    for (code, day) in lines {
        out.write_record([code, day]).unwrap();
        database.execute("INSERT INTO claims VALUES (?, ?)", [code, day]).unwrap();
    }
    (out.into_inner().unwrap(), database)
}

/// Every code of some releases on every day around the first days of slots, and on days between them.
#[track_caller]
fn judged_alike(editions: Editions<'_>, step: usize) {
    let slots = EditionSlots::new(editions);
    let ends = slots.all().filter_map(|slot| {
        slot.to_string().split_once('/').map(|(first, last)| [first.to_owned(), last.to_owned()])
    });
    let mut days: Vec<String> = ends.flatten().filter(|day| day != "..").collect();
    let between = date(1983, 1, 1).series(14.days()).take_while(|day| *day < date(2027, 1, 1));
    days.extend(between.step_by(step).map(|day| day.to_string()));
    let codes: BTreeSet<String> =
        editions.all().flat_map(Release::entries).map(|entry| entry.code().to_owned()).collect();
    let lines: Vec<_> =
        codes.iter().flat_map(|code| days.iter().map(move |day| (code.clone(), day.clone()))).collect();
    let (csv, database) = dated(&lines);
    let table = table(&[0], &[4]);
    let of_lines = read(&csv, &options(&table), editions).unwrap();
    let rows = result(&database, &query(QueryDialect::Sqlite, &table, editions, None));
    let of_result = read(&delimited(&rows, b','), &UsageOptions::default(), editions).unwrap();
    assert_eq!(of_result.codes, of_lines.codes);
    assert!(of_lines.codes.values().any(|tally| tally.judged.right > 0));
}

#[test]
fn codes_with_days_of_their_own_and_editions_in_between_are_judged_as_their_lines_are() {
    let releases = diagnoses([2018, 2023]);
    judged_alike(Editions::pair(&releases[0], &releases[1]), 1);
    let [_, between] = diagnoses([2019, 2021]);
    judged_alike(Editions { old: &releases[0], between: &[between], new: &releases[1] }, 1);
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/hcpcs_record/ok/width_320_behind_a_disclaimer.txt"
    );
    let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    let ended = text.replace("1984010120010101        N", "198401012001010120191231N");
    assert_ne!(text, ended);
    let [old, new] = [(2019, text), (2020, ended)].map(|(year, text)| release("hcpcs.txt", text, year));
    let editions = Editions::pair(&old, &new);
    assert!(EditionSlots::new(editions).all().count() > 4);
    judged_alike(editions, 3);
}

#[test]
fn codes_with_very_many_days_of_their_own_are_counted_day_by_day() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/hcpcs_record/ok/width_320_behind_a_disclaimer.txt"
    );
    let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    let record = text.lines().find(|line| line.starts_with("A9590")).unwrap();
    let days: Vec<_> = date(2015, 1, 1).series(1.day()).take(1_100).collect();
    // Columns 269 to 276 have the first day of a code.
    let records = days.iter().enumerate().map(|(at, day)| {
        format!("A{:04}{}{}{}\r\n", at + 1000, &record[5..268], day.strftime("%Y%m%d"), &record[276..])
    });
    let text: String = records.collect();
    let [old, new] = [2019, 2020].map(|year| release("hcpcs.txt", text.clone(), year));
    let editions = Editions::pair(&old, &new);
    let around = |(at, day): (usize, &jiff::civil::Date)| {
        [day.yesterday().unwrap(), *day].map(|day| (format!("A{:04}", at + 1000), day.to_string()))
    };
    let lines: Vec<_> = days.iter().enumerate().flat_map(around).collect();
    let (csv, database) = dated(&lines);
    let table = table(&[0], &[4]);
    let query = query(QueryDialect::Sqlite, &table, editions, None);
    assert!(query.contains("each day is an edition slot") && query.lines().count() < 60, "{query}");
    let of_lines = read(&csv, &options(&table), editions).unwrap();
    let of_result =
        read(&delimited(&result(&database, &query), b','), &UsageOptions::default(), editions).unwrap();
    assert_eq!(of_result.codes, of_lines.codes);
    assert!(of_lines.codes.values().all(|tally| tally.judged.right == 1 && tally.judged.too_early == 1));
}

#[test]
fn every_dialect_is_written_as_it_was_reviewed() {
    let releases = diagnoses([2025, 2026]);
    let editions = Editions::pair(&releases[0], &releases[1]);
    let table = QueryTable { table: "billing.claims".to_owned(), ..table(&[0, 1], &[3, 4, 5, 6, 7]) };
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/usage_sql"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for &dialect in QueryDialect::ALL {
        let text = query(dialect, &table, editions, Some(11));
        assert!(text.lines().all(|line| line == line.trim_end() && line.len() <= 240), "{text}");
        settings.bind(|| insta::assert_snapshot!(dialect.word(), text));
    }
}

#[test]
fn a_result_saved_by_a_spreadsheet_program_is_refused() {
    let releases = diagnoses([2025, 2026]);
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (at, [heading, cell]) in
        (0..).zip([["code", "I10"], ["edition_slot", "2025-10-01/.."], ["lines", "4"]])
    {
        sheet.write(0, at, heading).unwrap();
        sheet.write(1, at, cell).unwrap();
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let editions = Editions::pair(&releases[0], &releases[1]);
    let error = read(&bytes, &UsageOptions::default(), editions).unwrap_err();
    assert!(error.to_string().contains("it is not CSV, TSV or JSON Lines"), "{error}");
}

/// Lines that are the same in every run.
fn fixed_lines(count: usize) -> Vec<Line> {
    let mut state = 7_usize;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    (0..count).map(|_| [next(17), next(17), next(17), next(60), next(60), next(60), 0, next(400)]).collect()
}

/// The statements that fill a table of claims.
#[cfg(unix)]
fn filled(lines: &[Line], text: &str) -> String {
    let types = [text, text, text, text, "DATE", text, "DECIMAL(12, 2)", text];
    let columns: Vec<String> = COLUMNS.iter().zip(types).map(|(name, of)| format!("{name} {of}")).collect();
    let value = |line: &Line, at: usize| match cell(line, at) {
        blank if blank.is_empty() => "NULL".to_owned(),
        text => format!("'{}'", text.replace('\'', "''")),
    };
    let row = |line: &Line| {
        format!("({})", (0..COLUMNS.len()).map(|at| value(line, at)).collect::<Vec<_>>().join(", "))
    };
    let rows = lines.iter().map(row).collect::<Vec<_>>().join(",\n");
    format!("CREATE TABLE claims ({});\nINSERT INTO claims VALUES {rows};\n", columns.join(", "))
}

/// The rows of a file without the zeros at the end of amounts, which databases write or leave out, and without their order.
#[cfg(unix)]
fn plain(bytes: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(bytes);
    let plain = |cell: &str| match cell.split_once('.') {
        Some((_, digits)) if digits.len() == 4 => cell.trim_end_matches('0').trim_end_matches('.').to_owned(),
        _ if cell == "NULL" => String::new(),
        _ => cell.to_owned(),
    };
    let mut rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(plain).collect()).collect();
    rows.sort();
    rows
}

/// A database counts as SQLite does, and its result gives the report of the lines.
#[cfg(unix)]
fn counts_alike(dialect: QueryDialect, delimiter: u8, text: &str, run: &dyn Fn(&str) -> Vec<u8>) {
    let lines = fixed_lines(600);
    run(&filled(&lines, text));
    let releases = diagnoses([2025, 2026]);
    let editions = Editions::pair(&releases[0], &releases[1]);
    let sqlite = database(&lines);
    let all = table(&[0], &[3, 4, 5, 6]);
    let of_lines = read(&csv(&lines, &[0, 3, 4, 5, 6]), &options(&all), editions).unwrap();
    let of_result =
        read(&run(&query(dialect, &all, editions, None)), &UsageOptions::default(), editions).unwrap();
    assert_eq!(report(&of_result, &releases), report(&of_lines, &releases));
    for (codes, others) in [(&[0][..], &[][..]), (&[0, 1, 2], &[4, 5, 6, 7]), (&[0, 1, 2], &[3, 4, 5, 6, 7])]
    {
        let table = table(codes, others);
        for below in [None, Some(11)] {
            let expected =
                delimited(&result(&sqlite, &query(QueryDialect::Sqlite, &table, editions, below)), b',');
            let found = run(&query(dialect, &table, editions, below));
            assert_eq!(plain(&found, delimiter), plain(&expected, b','), "{dialect}");
            read(&found, &UsageOptions::default(), editions).unwrap();
        }
    }
}

/// The output of a client that reads a script.
#[cfg(unix)]
fn output(client: &mut Command, script: &str) -> Vec<u8> {
    let mut child =
        client.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut input, text) = (child.stdin.take().unwrap(), script.to_owned());
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{}\n{script}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[cfg(unix)]
#[test]
fn postgresql_counts_as_sqlite_does() {
    let Some(server) = postgres_server::Server::start() else {
        tools::missing("PostgreSQL (initdb, postgres, psql)");
        return;
    };
    let options = ["--csv", "-P", "tuples_only=off", "-v", "ON_ERROR_STOP=1"];
    counts_alike(QueryDialect::PostgreSql, b',', "TEXT", &|script| {
        output(server.psql().args(options), script)
    });
}

#[cfg(unix)]
#[test]
fn mariadb_counts_as_sqlite_does() {
    let Some(server) = mariadb_server::Server::start() else {
        tools::missing("MariaDB (mariadb-install-db, mariadbd, mariadb)");
        return;
    };
    let run = |script: &str| output(server.client("billing").arg("--column-names"), script);
    // The default collation there does not distinguish case.
    counts_alike(QueryDialect::MySql, b'\t', "VARCHAR(200) CHARACTER SET utf8mb4", &run);
}

/// As many lines of a code on a day and with an owner.
fn repeated(groups: &[(&str, &str, &str, usize)]) -> Vec<Line> {
    let at = |list: &[&str], text: &str| list.iter().position(|other| *other == text).unwrap();
    let line = |(code, day, owner, count): &(&str, &str, &str, usize)| {
        vec![[at(CODES, code), 0, 0, 0, at(&DAYS, day), at(&OWNERS, owner), 0, 5]; *count]
    };
    groups.iter().flat_map(line).collect()
}

#[test]
fn a_suppressed_result_gives_the_report_of_the_suppressed_lines_where_the_rules_are_the_same() {
    let releases = diagnoses([2025, 2026]);
    let editions = Editions::pair(&releases[0], &releases[1]);
    // A code is shown in full, or all of its lines are fewer than 11.
    let lines = repeated(&[
        ("I10", "2025-03-01", "Lab", 11),
        ("I10", "2026-02-28", "Ward 3", 30),
        ("Z59.0", "2025-03-01", "Lab", 12),
        ("Z590", "2026-02-28", "Lab", 20),
        ("G35", "2025-03-01", "lab", 3),
        ("G35", "2026-02-28", "Ward 3", 4),
    ]);
    let table = table(&[0], &[4, 5, 6]);
    let mut of_lines = read(&csv(&lines, &[0, 4, 5, 6]), &options(&table), editions).unwrap();
    of_lines.suppress(11);
    let rows = result(&database(&lines), &query(QueryDialect::Sqlite, &table, editions, Some(11)));
    let mut of_result = read(&delimited(&rows, b','), &UsageOptions::default(), editions).unwrap();
    assert_eq!(report(&of_result, &releases), report(&of_lines, &releases));
    of_result.suppress(11);
    assert_eq!(report(&of_result, &releases), report(&of_lines, &releases));
    assert_eq!(of_result.codes["G35"].known_lines(), None);
    // Where only a group is small, the code keeps its lines, and loses owners and days.
    let lines = repeated(&[("I10", "2025-03-01", "Lab", 30), ("I10", "2026-02-28", "Ward 3", 2)]);
    let rows = result(&database(&lines), &query(QueryDialect::Sqlite, &table, editions, Some(11)));
    let of_result = read(&delimited(&rows, b','), &UsageOptions::default(), editions).unwrap();
    let tally = &of_result.codes["I10"];
    assert_eq!((tally.lines, tally.days_hidden, tally.names_hidden), (32, true, true));
    assert!(tally.owners.is_empty() && tally.judged == Judged::default());
}

fn error(csv: &str) -> String {
    let releases = diagnoses([2025, 2026]);
    let editions = Editions::pair(&releases[0], &releases[1]);
    let error = read(csv.as_bytes(), &UsageOptions::default(), editions).unwrap_err();
    assert!(matches!(error, UsageError::QueryResult { .. }), "{error}");
    error.to_string()
}

#[test]
fn a_result_that_is_refused_counts_nothing_in_an_archive() {
    let releases = diagnoses([2025, 2026]);
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in [
        ("lines.csv", "code\nI10\n"),
        ("result.csv", "code,edition_slot,lines\nI10,undated,4\nG35,undated,four\n"),
    ] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut writer, content.as_bytes()).unwrap();
    }
    let archive = writer.finish().unwrap().into_inner();
    let editions = Editions::pair(&releases[0], &releases[1]);
    let usage = read(&archive, &UsageOptions::default(), editions).unwrap();
    assert_eq!(usage.codes["I10"].lines, 1);
    assert_eq!(usage.lines, Some([1, 0]));
}

#[test]
fn a_result_that_was_changed_is_refused_with_the_reason() {
    for (csv, reason) in [
        ("code,edition_slot\nI10,2025-10-01/..\n", "there is no column `lines`"),
        ("edition_slot,lines\n2025-10-01/..,4\n", "there is no column `code`"),
        ("code,edition_slot,lines\nI10,10/1/2025,4\n", "row 1 has no valid edition slot"),
        ("code,edition_slot,lines\nI10,2025-10-01/..,4\nI10,,4\n", "row 2 has no valid edition slot"),
        ("code,edition_slot,lines\nI10,2025-10-01/..,four\n", "row 1 has no whole number of lines"),
        ("code,edition_slot,lines\nI10,2025-10-01/..,\n", "row 1 has no whole number of lines"),
        ("code,edition_slot,lines,amount\nI10,2025-10-01/..,4,1.5E+3\n", "row 1 has an amount"),
        (
            "code,edition_slot,lines\n119,2025-10-01/..,4\n590,2025-10-01/..,4\nI10,undated,1\n",
            "numbers in place of codes",
        ),
        (
            "code,edition_slot,lines\n1.1E+10,2025-10-01/..,4\nI10,undated,1\nI10,../2024-09-30,1\n",
            "numbers in place of codes",
        ),
        (
            "code,edition_slot,lines\nI10,2025-04-01/..,4\n",
            "write the query again with the same OLD, NEW and --via",
        ),
    ] {
        let error = error(csv);
        assert!(error.contains(reason), "{csv}: {error}");
    }
}

#[test]
fn what_clients_add_to_a_result_is_not_part_of_it() {
    let releases = diagnoses([2025, 2026]);
    let editions = Editions::pair(&releases[0], &releases[1]);
    let of_sqlcmd =
        "code|edition_slot|owner|lines\n----|----|----|----\nI10|2025-10-01/..|NULL|4\n\n(1 rows affected)\n";
    let of_mysql = "CODE\tEDITION_SLOT\tOWNER\tLINES\nI10\t2025-10-01/..\tNULL\t4\n";
    for text in [of_sqlcmd, of_mysql] {
        let usage = read(text.as_bytes(), &UsageOptions::default(), editions).unwrap();
        assert_eq!(usage.codes["I10"].lines, 4, "{text}");
        assert_eq!(usage.codes.len(), 1);
        // An owner may be called NULL: the query itself writes a blank.
        assert_eq!(usage.codes["I10"].owners.get("NULL"), Some(4));
    }
}

#[test]
fn a_result_and_lines_of_another_file_add_up_in_any_order() {
    let releases = diagnoses([2025, 2026]);
    let editions = Editions::pair(&releases[0], &releases[1]);
    let result =
        "code,edition_slot,owner,lines,code_amount\nG35,below-11,Lab,,\nI10,2025-10-01/..,Lab,20,7.50\n";
    let lines = "code,owner,amount\nG35,Lab,1.25\nI10,Ward,2.00\n";
    let both = |files: [&str; 2]| {
        let mut usage = Usage::default();
        for (file, name) in files.into_iter().zip(["first", "second"]) {
            read_usage(&mut usage, name, file.as_bytes(), &UsageOptions::default(), editions).unwrap();
        }
        usage
    };
    let (one, other) = (both([result, lines]), both([lines, result]));
    assert_eq!(one.codes, other.codes);
    for usage in [one, other] {
        // The lines of the file are known; of those in the database it is known that there are some.
        assert_eq!(usage.codes["G35"].known_lines(), Some(1));
        assert_eq!((usage.codes["I10"].lines, usage.codes["I10"].owners.names().count()), (21, 2));
        assert_eq!(usage.codes["I10"].amount.unwrap().to_string(), "9.50");
        assert_eq!((usage.amount, usage.affected_amount), (None, None));
        assert!(usage.owner_amounts.is_empty());
        assert_eq!(usage.suppressed.unwrap().below, 11);
    }
}

#[test]
fn rows_are_selected_by_a_column_of_the_result() {
    let releases = diagnoses([2025, 2026]);
    let editions = Editions::pair(&releases[0], &releases[1]);
    let text = "code,edition_slot,owner,lines\nI10,undated,Lab,4\nI10,undated,Ward,5\n";
    let only = |heading: &str| UsageOptions {
        only: vec![(heading.to_owned(), "Lab".to_owned())],
        ..UsageOptions::default()
    };
    assert_eq!(read(text.as_bytes(), &only("owner"), editions).unwrap().codes["I10"].lines, 4);
    let error = read(text.as_bytes(), &only("clinic"), editions).unwrap_err().to_string();
    assert!(
        error.contains("there is no column `clinic`; the columns are: code, edition_slot, owner, lines"),
        "{error}"
    );
}

#[test]
fn names_cannot_leave_their_quotes() {
    let database = Connection::open_in_memory().unwrap();
    let name = "x` FROM t; DROP TABLE \"t\"; --\n'[";
    let quoted = format!("`{}`", name.replace('`', "``"));
    database
        .execute_batch(&format!(
            "CREATE TABLE {quoted} ({quoted} TEXT); INSERT INTO {quoted} VALUES ('I10');"
        ))
        .unwrap();
    let releases = diagnoses([2025, 2026]);
    let editions = Editions::pair(&releases[0], &releases[1]);
    let table = QueryTable {
        table: name.to_owned(),
        codes: vec![name.to_owned()],
        owner: Some(name.to_owned()),
        ..QueryTable::default()
    };
    let rows = result(&database, &query(QueryDialect::Sqlite, &table, editions, None));
    assert_eq!(rows[1], ["I10", "undated", "I10", "1"]);
    // A missing column is an error, not a text.
    let table = QueryTable { codes: vec!["dx".to_owned()], ..table };
    assert!(database.prepare(&query(QueryDialect::Sqlite, &table, editions, None)).is_err());
    for &dialect in QueryDialect::ALL {
        let query = query(dialect, &table, editions, Some(11));
        assert!(query.lines().filter(|line| line.contains("DROP")).count() >= 2, "{query}");
    }
}

#[test]
fn slots_begin_where_a_verdict_may_change() {
    let releases = diagnoses([2017, 2023]);
    let slots = EditionSlots::new(Editions::pair(&releases[0], &releases[1]));
    let slots: Vec<String> = slots.all().map(|slot| slot.to_string()).collect();
    assert_eq!(slots, ["../2016-09-30", "2016-10-01/2017-10-01", "2017-10-02/2022-09-30", "2022-10-01/.."]);
}
