//! What a place is for decides what `migrate` does there: one table, a row for each use and kind of file.

use std::fs;

use crate::common::lists::Desk;

/// Decisions under which everything that may change does.
const DECISIONS: &str = "E87.2,E87.20,accept\nR05,R05.1,accept\n";

/// A file, what is asked, and what becomes of it; `None` where it stays byte for byte.
type Case = (&'static str, &'static str, &'static [&'static str], Option<&'static str>);

const CASES: &[Case] = &[
    // Lists that are in force now.
    ("list.csv", "icd10,n\nZ59.1,1\nI10,2\n", &[], Some("icd10,n\nZ59.19,1\nI10,2\n")),
    ("list.json", "{\"icd10\": [\"Z59.1\", \"I10\"]}", &[], Some("{\"icd10\": [\"Z59.19\", \"I10\"]}")),
    ("list.yaml", "icd10:\n- Z59.1\n- I10\n", &[], Some("icd10:\n- Z59.19\n- I10\n")),
    ("list.txt", "Z59.1\nA00.0\nA00.1\n", &[], Some("Z59.19\nA00.0\nA00.1\n")),
    // The same code once for each department.
    (
        "departments.csv",
        "dept,icd10\nONC,Z59.1\nDERM,Z59.1\nMED,Z59.1\nMED,I10\n",
        &[],
        Some("dept,icd10\nONC,Z59.19\nDERM,Z59.19\nMED,Z59.19\nMED,I10\n"),
    ),
    // Rows that hold on a day: NEW takes effect on 2025-10-01.
    (
        "claims.csv",
        "claim,dos,icd10\n1,2025-09-30,Z59.1\n2,2025-10-01,Z59.1\n3,,Z59.1\n4,2025-11-01,I10\n",
        &[],
        Some("claim,dos,icd10\n1,2025-09-30,Z59.1\n2,2025-10-01,Z59.19\n3,,Z59.1\n4,2025-11-01,I10\n"),
    ),
    (
        "claims.csv",
        "claim,dos,icd10\n1,2025-09-30,Z59.1\n2,,Z59.1\n3,2025-11-01,I10\n",
        &["--past-rows"],
        Some("claim,dos,icd10\n1,2025-09-30,Z59.19\n2,,Z59.19\n3,2025-11-01,I10\n"),
    ),
    (
        "claims.jsonl",
        "{\"dos\": \"2025-09-30\", \"icd10\": \"Z59.1\"}\n{\"dos\": \"2025-10-02\", \"icd10\": \"Z59.1\"}\n{\"dos\": \"2025-10-02\", \"icd10\": \"I10\"}\n",
        &[],
        Some(
            "{\"dos\": \"2025-09-30\", \"icd10\": \"Z59.1\"}\n{\"dos\": \"2025-10-02\", \"icd10\": \"Z59.19\"}\n{\"dos\": \"2025-10-02\", \"icd10\": \"I10\"}\n",
        ),
    ),
    (
        "claims.csv",
        "claim,date of service,icd10\n1,09/30/2025,Z59.1\n2,01/02/2020,E87.2\n3,10/02/2025,I10\n",
        &[],
        None,
    ),
    // The 10th of May, as the first row shows, and not October 5.
    (
        "day_first.csv",
        "claim,dos,icd10\n1,25/09/2025,Z59.1\n2,10/05/2025,Z59.1\n3,05/10/2025,Z59.1\n4,01/11/2025,I10\n",
        &[],
        Some(
            "claim,dos,icd10\n1,25/09/2025,Z59.1\n2,10/05/2025,Z59.1\n3,05/10/2025,Z59.19\n4,01/11/2025,I10\n",
        ),
    ),
    // The row that shows it may come last.
    (
        "day_first.csv",
        "claim,dos,icd10\n2,10/05/2025,Z59.1\n3,05/10/2025,Z59.1\n4,01/11/2025,I10\n1,25/09/2025,Z59.1\n",
        &[],
        Some(
            "claim,dos,icd10\n2,10/05/2025,Z59.1\n3,05/10/2025,Z59.19\n4,01/11/2025,I10\n1,25/09/2025,Z59.1\n",
        ),
    ),
    // Where nothing shows it, a row stays whose two days lie before and after the change.
    (
        "either.csv",
        "claim,dos,icd10\n1,10/05/2025,Z59.1\n2,05/10/2025,Z59.1\n3,11/12/2025,Z59.1\n4,01/11/2025,I10\n",
        &[],
        Some(
            "claim,dos,icd10\n1,10/05/2025,Z59.1\n2,05/10/2025,Z59.1\n3,11/12/2025,Z59.19\n4,01/11/2025,I10\n",
        ),
    ),
    // Rows that hold for a period: the last day may be the last cell.
    (
        "period.csv",
        "icd10,valid_from,valid_to\nZ59.1,2015-10-01,\nI10,2015-10-01,\n",
        &["--mode", "end-date"],
        Some("icd10,valid_from,valid_to\nZ59.1,2015-10-01,2025-09-30\nZ59.19,2025-10-01,\nI10,2015-10-01,\n"),
    ),
    // Old and new codes side by side.
    ("pairs.csv", "old_icd10,new_icd10\nZ59.1,Z59.19\nE87.2,E87.20\nI10,I10\n", &[], None),
    (
        "pairs.csv",
        "previous code,current code\nI10,Z59.1\nA00.0,E87.2\nE87.2,I10\n",
        &[],
        Some("previous code,current code\nI10,Z59.19\nA00.0,E87.20\nE87.2,I10\n"),
    ),
    ("ranges.csv", "from_icd10,to_icd10\nZ59.1,Z59.1\nE87.2,E87.2\nI10,I10\n", &[], None),
    // Filters that mean what is below a code.
    (
        "vs.json",
        "{\"system\": \"http://hl7.org/fhir/sid/icd-10-cm\", \"filter\": [{\"property\": \"concept\", \"op\": \"is-a\", \"value\": \"E87.2\"}]}",
        &[],
        None,
    ),
    (
        "atlas.json",
        "[{\"icd10\": \"E87.2\", \"includeDescendants\": true}, {\"icd10\": \"I10\", \"includeDescendants\": true}]",
        &[],
        None,
    ),
    // Prefixes, patterns, ranges.
    ("patterns.csv", "icd10\nE87.2%\nR05.x\nE87.2-E87.8\nI10\n", &[], None),
    // Columns of fixed width.
    (
        "fixed.txt",
        "Z591    Inadequate housing    12\nI10     Hypertension           5\nE872    Acidosis               7\n",
        &[],
        Some(
            "Z5919   Inadequate housing    12\nI10     Hypertension           5\nE8720   Acidosis               7\n",
        ),
    ),
    ("fixed.txt", "Z591 Housing\nI10  Hypertension\nA000 Cholera\nE872 Acidosis\n", &[], None),
    // Running text and programs: only where that is asked for, and then all places.
    ("page.md", "ICD-10-CM Z59.1 is gone.\n\nUse Z59.1 no more: Z59.1 and I10.\n", &[], None),
    (
        "page.md",
        "ICD-10-CM Z59.1 is gone.\n\nUse Z59.1 no more: Z59.1 and I10.\n",
        &["--include", "text"],
        Some("ICD-10-CM Z59.19 is gone.\n\nUse Z59.19 no more: Z59.19 and I10.\n"),
    ),
    ("list.py", "ICD10 = ['Z59.1', 'I10']\n", &[], None),
    (
        "list.py",
        "ICD10 = ['Z59.1', 'I10']\n",
        &["--include", "programs"],
        Some("ICD10 = ['Z59.19', 'I10']\n"),
    ),
    ("list.sql", "SELECT 1 WHERE icd10 IN ('Z59.1', 'I10');\n", &[], None),
    ("prefix.R", "substr(icd10, 1, 4) %in% c(\"Z591\", \"E872\")\n", &["--include", "programs"], None),
];

#[test]
fn what_a_place_is_for_decides_what_happens_to_it() {
    let mut wrong = Vec::new();
    for (name, before, args, after) in CASES {
        let desk = Desk::new(&[(name, before)]);
        desk.decide(DECISIONS);
        let args = [&["--in-place", "--decisions", "decisions.csv"], *args].concat();
        desk.migrate(&args);
        let text = || fs::read_to_string(desk.list(name)).unwrap();
        if text() != after.unwrap_or(before) {
            wrong.push(format!("{name} {args:?} became {:?}", text()));
            continue;
        }
        // A second run changes nothing, and the first can be taken back.
        let once = text();
        desk.migrate(&args);
        assert_eq!(text(), once, "{name} again {args:?}");
        if after.is_some() {
            let undone = desk.run(&["migrate", "undo", ".codeset-migrate/1"]);
            assert!(undone.status.success(), "{}", String::from_utf8_lossy(&undone.stderr));
            assert_eq!(text(), *before, "{name} undone {args:?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn programs_and_text_are_proposed_in_a_patch_next_to_the_sheet() {
    let desk = Desk::new(&[("a.py", "ICD10 = ['Z59.1', 'I10']\n"), ("b.csv", "icd10\nZ59.1\nI10\n")]);
    desk.migrate(&["--in-place", "--sheet", "open.csv"]);
    let patch = fs::read_to_string(desk.folder.path().join("open.patch")).unwrap();
    assert!(patch.contains("+ICD10 = ['Z59.19', 'I10']"), "{patch}");
    assert!(!patch.contains("b.csv"), "{patch}");
    let sheet = fs::read_to_string(desk.folder.path().join("open.csv")).unwrap();
    assert!(sheet.contains("--include programs"), "{sheet}");
}

#[test]
fn claims_keep_their_bytes_where_they_were_right() {
    // FY2026 begins on 2025-10-01: of 5,000 claims around that day those before it stay.
    let day = |at: i64| jiff::civil::date(2025, 7, 1) + jiff::Span::new().days(at % 184);
    let codes = ["Z59.1", "E87.2", "R05", "I10", "A00.0"];
    let rows: Vec<String> = (0..5_000_i64)
        .map(|at| format!("{at},{},{},{}.25", day(at * 37), codes[(at % 5) as usize], at % 900))
        .collect();
    let text = format!("claim,service_date,dx,charges\n{}\n", rows.join("\n"));
    let desk = Desk::new(&[("claims.csv", &text)]);
    desk.decide("E87.2,E87.20,accept\n");
    desk.migrate(&["--in-place", "--decisions", "decisions.csv", "--sheet", "open.csv"]);
    let after = fs::read_to_string(desk.list("claims.csv")).unwrap();
    assert_eq!(after.lines().count(), text.lines().count());
    let mut counts = [0; 3];
    for (before, after) in text.lines().zip(after.lines()).skip(1) {
        let is_past = before.split(',').nth(1).unwrap() < "2025-10-01";
        let replaced = before.replace(",Z59.1,", ",Z59.19,").replace(",E87.2,", ",E87.20,");
        let expected = if is_past { before } else { &replaced };
        assert_eq!(after, expected);
        counts[0] += usize::from(is_past);
        counts[1] += usize::from(before != after);
        counts[2] += usize::from(!is_past && before.contains(",R05,"));
    }
    assert!(counts.iter().all(|count| *count > 400), "{counts:?}");
    // R05 has two successors and no decision: it is listed with its places.
    let sheet = fs::read_to_string(desk.folder.path().join("open.csv")).unwrap();
    assert!(
        sheet.contains(&format!("\"{}\"", counts[2])) || sheet.contains(&format!(",{},", counts[2])),
        "{sheet}"
    );
}

#[test]
fn copies_that_repeat_a_number_of_their_row_are_reported() {
    let desk = Desk::new(&[("a.csv", "row_id,icd10\n1,R05\n2,I10\n3,A00.0\n")]);
    desk.decide("R05,R05.1,accept\nR05,R05.2,accept\n");
    let args = [&["migrate"][..], &Desk::RELEASES, &["lists", "--decisions", "decisions.csv"]].concat();
    let said = String::from_utf8(desk.run(&args).stderr).unwrap();
    assert!(said.contains("copied rows repeat the values of column 1"), "{said}");
}
