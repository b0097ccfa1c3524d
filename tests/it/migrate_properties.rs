//! Properties of `migrate` over generated lists of every use and kind of file: what its use forbids stays, everything can be
//! taken back, and a second run changes nothing.

use std::fs;

use proptest::prelude::*;

use crate::common::lists::Desk;

/// Codes of the desk: three that end, with what replaces each, and four that stay.
const CODES: [(&str, Option<&str>); 7] = [
    ("Z59.1", Some("Z59.19")),
    ("E87.2", Some("E87.20")),
    ("R05", Some("R05.1")),
    ("I10", None),
    ("A00.0", None),
    ("A00.1", None),
    ("T36.8X2A", None),
];

/// Under these everything that may change does.
const DECISIONS: &str = "E87.2,E87.20,accept\nR05,R05.1,accept\n";

/// The day of a row, counted from 2025-09-20: NEW takes effect on the 12th of these days.
const FIRST_OF_NEW: u8 = 11;

/// A row of a list: a code, a department and a day.
type Row = (usize, u8, u8);

/// What must hold between the bytes before and after.
#[derive(Debug, Clone, Copy)]
enum Rule {
    /// Nothing changes.
    Stays,
    /// Codes are replaced, and nothing else changes.
    OnlyCodes,
    /// The same, in rows from the day of NEW on; all others keep their bytes.
    OnlyFromNew,
    /// The same behind the first comma of a line.
    OnlySecondCell,
}

fn code(row: &Row) -> &'static str {
    CODES[row.0].0
}

fn day(row: &Row) -> String {
    match 20 + row.2 {
        day @ ..=30 => format!("2025-09-{day}"),
        day => format!("2025-10-{:02}", day - 30),
    }
}

fn lines(rows: &[Row], line: impl Fn(&Row) -> String) -> String {
    rows.iter().map(line).collect()
}

fn joined(rows: &[Row], between: &str, item: impl Fn(&Row) -> String) -> String {
    rows.iter().map(item).collect::<Vec<_>>().join(between)
}

type File = (&'static str, fn(&[Row]) -> String, Rule);

const FILES: &[File] = &[
    (
        "list.csv",
        |rows| format!("icd10,dept\n{}", lines(rows, |row| format!("{},D{}\n", code(row), row.1))),
        Rule::OnlyCodes,
    ),
    (
        "list.tsv",
        |rows| format!("dept\ticd10\n{}", lines(rows, |row| format!("D{}\t{}\n", row.1, code(row)))),
        Rule::OnlyCodes,
    ),
    (
        "list.json",
        |rows| format!("{{\"icd10\": [{}]}}", joined(rows, ", ", |row| format!("\"{}\"", code(row)))),
        Rule::OnlyCodes,
    ),
    (
        "list.yaml",
        |rows| format!("icd10:\n{}", lines(rows, |row| format!("- {}\n", code(row)))),
        Rule::OnlyCodes,
    ),
    (
        "list.toml",
        |rows| format!("icd10 = [{}]\n", joined(rows, ", ", |row| format!("\"{}\"", code(row)))),
        Rule::OnlyCodes,
    ),
    (
        "list.xml",
        |rows| format!("<l>{}</l>", lines(rows, |row| format!("<icd10>{}</icd10>", code(row)))),
        Rule::OnlyCodes,
    ),
    (
        "claims.csv",
        |rows| {
            format!(
                "claim,dos,icd10\n{}",
                lines(rows, |row| format!("{},{},{}\n", row.1, day(row), code(row)))
            )
        },
        Rule::OnlyFromNew,
    ),
    (
        "claims.jsonl",
        |rows| lines(rows, |row| format!("{{\"dos\": \"{}\", \"icd10\": \"{}\"}}\n", day(row), code(row))),
        Rule::OnlyFromNew,
    ),
    (
        "pairs.csv",
        |rows| {
            format!("old_icd10,new_icd10\n{}", lines(rows, |row| format!("{},{}\n", code(row), code(row))))
        },
        Rule::OnlySecondCell,
    ),
    (
        "patterns.csv",
        |rows| format!("icd10\n{}", lines(rows, |row| format!("{}%\n", code(row)))),
        Rule::Stays,
    ),
    (
        "filter.json",
        |rows| {
            let filters = joined(rows, ", ", |row| {
                format!("{{\"property\": \"concept\", \"op\": \"is-a\", \"value\": \"{}\"}}", code(row))
            });
            format!("{{\"system\": \"http://hl7.org/fhir/sid/icd-10-cm\", \"filter\": [{filters}]}}")
        },
        Rule::Stays,
    ),
    (
        "atlas.json",
        |rows| {
            format!(
                "[{}]",
                joined(rows, ", ", |row| format!(
                    "{{\"icd10\": \"{}\", \"includeDescendants\": true}}",
                    code(row)
                ))
            )
        },
        Rule::Stays,
    ),
    (
        "page.md",
        |rows| format!("ICD-10-CM codes: {}.\n", joined(rows, ", ", |row| format!("the code {}", code(row)))),
        Rule::Stays,
    ),
    (
        "list.py",
        |rows| format!("icd10 = [{}]\n", joined(rows, ", ", |row| format!("'{}'", code(row)))),
        Rule::Stays,
    ),
    (
        "list.R",
        |rows| format!("icd10 <- c({})\n", joined(rows, ", ", |row| format!("\"{}\"", code(row)))),
        Rule::Stays,
    ),
    (
        "prefix.R",
        |rows| {
            format!(
                "substr(icd10, 1, 4) %in% c({})\n",
                joined(rows, ", ", |row| format!("\"{}\"", code(row).replace('.', "")))
            )
        },
        Rule::Stays,
    ),
    (
        "list.sql",
        |rows| {
            format!("SELECT 1 WHERE icd10 IN ({});\n", joined(rows, ", ", |row| format!("'{}'", code(row))))
        },
        Rule::Stays,
    ),
];

/// Whether a text differs from another one in replaced codes alone.
fn differs_in_codes(before: &str, after: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|char: char| !char.is_ascii_alphanumeric() && char != '.').map(str::to_owned).collect()
    };
    let (before, after) = (words(before), words(after));
    let replaced = |old: &str, new: &str| {
        CODES.iter().any(|(code, target)| {
            *code == old && target.is_some_and(|target| target == new || target.replace('.', "") == new)
        })
    };
    before.len() == after.len()
        && before.iter().zip(&after).all(|(old, new)| old == new || replaced(old, new))
}

fn holds(rule: Rule, before: &str, after: &str, rows: &[Row]) -> bool {
    let lines = || before.lines().zip(after.lines());
    let same_length = before.lines().count() == after.lines().count();
    match rule {
        Rule::Stays => before == after,
        Rule::OnlyCodes => differs_in_codes(before, after),
        Rule::OnlyFromNew => {
            let headings = before.lines().count() - rows.len();
            let is_past = |at: usize| at >= headings && rows[at - headings].2 < FIRST_OF_NEW;
            same_length
                && lines()
                    .enumerate()
                    .all(|(at, (old, new))| old == new || !is_past(at) && differs_in_codes(old, new))
        }
        Rule::OnlySecondCell => {
            let first = |line: &str| line.split(',').next().map(str::to_owned);
            same_length && lines().all(|(old, new)| first(old) == first(new) && differs_in_codes(old, new))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_its_use_forbids_is_never_changed_and_all_can_be_taken_back(
        rows in prop::collection::vec((0..CODES.len(), 0..4_u8, 0..20_u8), 2..9),
    ) {
        let texts: Vec<(&str, String)> = FILES.iter().map(|(name, text, _)| (*name, text(&rows))).collect();
        let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let desk = Desk::new(&files);
        desk.decide(DECISIONS);
        let args = ["--in-place", "--decisions", "decisions.csv"];
        let now = || -> Vec<String> { files.iter().map(|(name, _)| fs::read_to_string(desk.list(name)).unwrap()).collect() };
        desk.migrate(&args);
        let after = now();
        for ((name, before), (text, (_, _, rule))) in files.iter().zip(after.iter().zip(FILES)) {
            prop_assert!(holds(*rule, before, text, &rows), "{name} {rule:?}:\n{before}\nbecame\n{text}");
        }
        desk.migrate(&args);
        prop_assert_eq!(&now(), &after, "a second run changes nothing");
        if desk.folder.path().join(".codeset-migrate/1").exists() {
            let undone = desk.run(&["migrate", "undo", ".codeset-migrate/1"]);
            prop_assert!(undone.status.success());
        }
        let before: Vec<String> = texts.iter().map(|(_, text)| text.clone()).collect();
        prop_assert_eq!(now(), before, "all is taken back");
    }
}

/// A rule that nothing can break would be no test: each of them fails where it should.
#[test]
fn the_rules_of_the_property_can_fail() {
    let rows = [(0, 0, 0), (0, 0, 15)];
    assert!(!holds(Rule::Stays, "Z59.1", "Z59.19", &rows));
    assert!(!holds(Rule::OnlyCodes, "Z59.1 x", "Z59.19 y", &rows));
    let claims = [
        "claim,dos,icd10\n1,2025-09-20,Z59.1\n1,2025-10-05,Z59.1\n",
        "claim,dos,icd10\n1,2025-09-20,Z59.19\n1,2025-10-05,Z59.19\n",
    ];
    assert!(!holds(Rule::OnlyFromNew, claims[0], claims[1], &rows));
    assert!(!holds(Rule::OnlySecondCell, "Z59.1,Z59.1\n", "Z59.19,Z59.19\n", &rows));
}
