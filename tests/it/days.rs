//! On which day codes came, ended or lost a part of their meaning, where releases lie years apart.

use std::collections::BTreeMap;

use crate::common::lists::Desk;
use crate::common::official;
use crate::common::rows::{release, row};
use crate::common::tables::with_table;
use codeset::crosswalk::{Crosswalk, CrosswalkOptions, crosswalk, crosswalk_with, reverse};
use codeset::diff::diff;
use codeset::formats;
use codeset::model::Release;
use codeset::sources;
use codeset::teach::{QuestionKind, QuizQuestion, cards, quiz, teach};
use jiff::civil::Date;

/// A release of billable codes with descriptions.
fn of(year: i16, codes: &[(&str, &str)]) -> Release {
    let rows = codes.iter().zip(1..).map(|((code, text), at)| row(at, code, 1, text, text));
    release("order.txt", rows.collect(), year)
}

/// 1 October before the fiscal year.
fn october(fiscal_year: i16) -> Date {
    jiff::civil::date(fiscal_year - 1, 10, 1)
}

/// The day from which each code is lost or means less.
fn since<'c>(crosswalk: &'c Crosswalk<'_>) -> BTreeMap<&'c str, String> {
    let day = |mapping| crosswalk.days.of(mapping).to_string();
    crosswalk.mappings.iter().map(|mapping| (mapping.source.code(), day(mapping))).collect()
}

#[test]
fn each_code_has_the_day_of_its_row_else_of_its_edition_else_none() {
    let old = of(2020, &[("A101", "One"), ("A102", "Two"), ("A103", "Three"), ("A104", "Four")]);
    let between = of(2023, &[("A101", "One"), ("A102", "Two"), ("A103", "Three"), ("B109", "New")]);
    let next = of(2024, &[("A101", "One"), ("A103", "Three"), ("B109", "New"), ("B103", "Part of three")]);
    let new = with_table(
        of(2026, &[("A103", "Three"), ("B101", "Una"), ("B103", "Part of three"), ("B109", "New, reworded")]),
        &["B10.1,2022,A10.1", "B10.3,2023,A10.3"],
    );
    let span = diff(&old, &new);
    let crosswalk = crosswalk(&span);
    let far = "from a day between 2019-10-01 and 2025-10-01";
    assert_eq!(
        since(&crosswalk),
        [
            ("A101", "from 2022-10-01".to_owned()),
            ("A102", far.to_owned()),
            ("A103", "from 2023-10-01".to_owned()),
            ("A104", far.to_owned()),
        ]
        .into()
    );
    assert_eq!(crosswalk.days.first("B101").to_string(), "from 2022-10-01");
    assert_eq!(crosswalk.days.first("B109").to_string(), far);

    // With the editions in between those tell, where they do not contradict the rows.
    let steps = [diff(&old, &between), diff(&between, &next), diff(&next, &new)];
    let crosswalk =
        crosswalk_with(&span, &CrosswalkOptions { between: &steps, ..CrosswalkOptions::default() });
    let since = since(&crosswalk);
    assert_eq!(since["A102"], "from 2023-10-01");
    assert_eq!(since["A104"], "from a day between 2019-10-01 and 2022-10-01");
    // The row says 2022, but the edition of 2023 still has the code.
    assert_eq!(since["A101"], "from a day between 2023-10-01 and 2025-10-01");
    assert_eq!(crosswalk.days.first("B109").to_string(), "from a day between 2019-10-01 and 2022-10-01");
    let reworded = crosswalk.days.reworded("B109", codeset::model::TextKind::Long);
    assert_eq!(reworded.to_string(), "from a day between 2023-10-01 and 2025-10-01");
}

/// FY2016 and FY2026 with the newest conversion table.
fn ten_years() -> Option<[Release; 2]> {
    let data = official::data()?.join("icd10cm");
    let [old, mut new] = ["fy2016/cms_2016_dx.zip", "fy2026/icd10cm-Code Descriptions-2026.zip"]
        .map(|name| official::open(&data.join(name)));
    let table = data.join("fy2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx");
    new.companions.conversion_tables =
        formats::read_maps(sources::open(&table, &formats::wanted).unwrap().files).tables;
    Some([old, new])
}

#[test]
fn the_days_over_ten_years_are_those_of_the_editions_that_are_here() {
    let Some([old, new]) = ten_years() else { return };
    let data = official::data().unwrap().join("icd10cm");
    let span = diff(&old, &new);
    let crosswalk = crosswalk(&span);
    let steps = [
        ("fy2016/cms_2016_dx.zip", "fy2017/cms_2017_dx.zip", 2017),
        ("fy2024/icd10cm-CodesDescriptions-2024.zip", "fy2025/ICD10-CM Code Descriptions 2025.zip", 2025),
        ("fy2025/ICD10-CM Code Descriptions 2025.zip", "fy2026/icd10cm-Code Descriptions-2026.zip", 2026),
    ];
    for (before, after, year) in steps {
        let [before, after] = [before, after].map(|name| data.join(name));
        if !before.exists() || !after.exists() {
            continue;
        }
        let [before, after] = [before, after].map(|path| official::open(&path));
        let day = october(year);
        let has = |release: &Release, code: &str| release.find_billable(code).is_some();
        let mut dated = 0;
        for mapping in crosswalk.mappings.iter().filter(|mapping| !mapping.is_narrowed()) {
            let code = mapping.source.code();
            let Some(lost) = crosswalk.days.of(mapping).day() else { continue };
            let ended_then = has(&before, code) && !has(&after, code);
            assert_eq!(lost == day, ended_then, "{code} ended on {lost}");
            dated += usize::from(ended_then);
        }
        assert!(dated > 0, "{year}");
        let mut came = 0;
        for entry in new.entries().filter(|entry| entry.is_billable() && !has(&old, entry.code())) {
            let Some(first) = crosswalk.days.first(entry.code()).day() else { continue };
            let came_then = !has(&before, entry.code()) && has(&after, entry.code());
            assert_eq!(first == day, came_then, "{} came on {first}", entry.code());
            came += usize::from(came_then);
        }
        assert!(came > 0, "{year}");
    }
}

#[test]
fn a_course_over_ten_years_dates_each_code() {
    let Some([old, new]) = ten_years() else { return };
    let span = diff(&old, &new);
    let (forward, backward) = (crosswalk(&span), reverse(&span));
    let teaching = teach(&span, &forward, &backward, &[]);
    let deck = cards(&teaching);
    let front = |code: &str| {
        let card = deck.iter().find(|card| card.front.starts_with(&format!("{code}: what")));
        card.map(|card| card.front.as_str())
    };
    assert_eq!(front("A92.5"), Some("A92.5: what does this code mean? New from 2016-10-01."));
    let of_newest = deck.iter().filter(|card| card.front.contains("2025-10-01")).count();
    assert!(of_newest * 4 < deck.len(), "{of_newest} of {}", deck.len());
    let asked = quiz(&teaching);
    let is_before = |question: &&QuizQuestion| question.kind == QuestionKind::Before;
    let zika =
        asked.iter().filter(is_before).find(|question| question.text.contains("Zika virus disease")).unwrap();
    assert!(zika.text.starts_with("A discharge or encounter on Sep 28, 2016"), "{}", zika.text);
}

#[test]
fn codes_that_only_the_table_names_are_neither_slips_nor_unheard_of() {
    let usage = "icd10,lines\nE87.30,3\nE87.31,2\nE87.39,5\nR05.9,1\n";
    let desk = Desk::new(&[("usage.csv", usage)]);
    let table = "Current code assignment,Effective Date,Previous Code(s) Assignment\n\
        E87.2,2018,E87.30-E87.32; E87.39\nR05.9,2019,R05\n";
    std::fs::write(desk.folder.path().join("rows.csv"), table).unwrap();
    let run = |command: &str, file: &[&str]| {
        let releases = ["old.txt", "new.txt", "--map", "rows.csv", "--edition", "2025", "--edition", "2026"];
        let args = [&[command], &releases[..], file, &["--format", "json", "--quiet"]].concat();
        let output = desk.run(&args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let report = run("impact", &["--usage", "lists/usage.csv"]);
    let unknown = report["unknown"].as_array().unwrap().iter();
    let reasons: BTreeMap<&str, &str> =
        unknown.map(|row| (row["code"].as_str().unwrap(), row["reason"]["kind"].as_str().unwrap())).collect();
    let ended = ["E8730", "E8731", "E8739"].map(|code| (code, "ended"));
    assert_eq!(reasons, ended.into_iter().chain([("R059", "only-in-table")]).collect());
    let report = run("scan", &["lists/usage.csv"]);
    let kinds = report["findings"].as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap());
    assert_eq!(kinds.collect::<Vec<_>>(), ["ended"; 4]);
}
