//! Through the editions in between: codes that came and went, ways that only an edition in between knows.

use crate::common::rows::{release, row};
use crate::common::tables::with_table;
use codeset::crosswalk::{
    Crosswalk, CrosswalkOptions, Direction, Disposition, EvidenceKind, Relationship, crosswalk_with,
};
use codeset::diff::{diff, steps};
use codeset::impact::{Editions, Usage, UsageOptions, impact, read_usage};
use codeset::interchange::render;
use codeset::model::{ProblemCode, Release};
use codeset::report::CrosswalkReport;
use codeset::view::Format;

/// A release of codes with a flag and a description each.
fn of(year: i16, codes: &[(&str, u8, &str)]) -> Release {
    let rows = codes.iter().enumerate().map(|(at, (code, flag, text))| row(at + 1, code, *flag, text, text));
    release("order.txt", rows.collect(), year)
}

/// Asks, and tells of each code its targets, the evidence for the first of them, and the traces.
fn asked<T>(
    releases: &[Release],
    direction: Direction,
    codes: &[&str],
    tell: impl FnOnce(&Crosswalk<'_>) -> T,
) -> T {
    let (old, new) = (&releases[0], &releases[releases.len() - 1]);
    let between = steps(old, &releases[1..releases.len() - 1], new);
    let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
    tell(&crosswalk_with(
        &diff(old, new),
        &CrosswalkOptions {
            between: &between,
            direction,
            codes: (!codes.is_empty()).then_some(&codes),
            decisions: None,
        },
    ))
}

fn told(crosswalk: &Crosswalk<'_>) -> Vec<String> {
    let one = |mapping: &codeset::crosswalk::Mapping<'_>| {
        let targets: Vec<_> = mapping.targets.iter().map(|target| target.entry.display()).collect();
        let basis = mapping.targets.first().map_or("none", |target| target.evidence[0].kind.word());
        format!("{} {} [{}] {basis}", mapping.source.display(), mapping.status.word(), targets.join(" "))
    };
    crosswalk.mappings.iter().map(one).collect()
}

const NOTHING: (&str, u8, &str) = ("Z99", 1, "stays");

/// A10 becomes a header, and A10.1 below it one edition later.
fn came_and_went() -> [Release; 3] {
    [
        of(2024, &[("A10", 1, "fever"), NOTHING]),
        of(2025, &[("A10", 0, "fever"), ("A101", 1, "high fever"), NOTHING]),
        with_table(
            of(2026, &[("A10", 0, "fever"), ("A101", 0, "high fever"), ("A1011", 1, "left"), NOTHING]),
            &["A10.1,2024,A10", "A10.11,2025,A10.1"],
        ),
    ]
}

#[test]
fn a_code_that_was_born_after_old_and_died_before_new_is_a_source() {
    let releases = came_and_went();
    let lines = asked(&releases, Direction::Forward, &[], |crosswalk| {
        let last = crosswalk.mappings[1].end.map(|[last, _]| last.id());
        assert_eq!(last.as_deref(), Some("icd10cm@2025"));
        told(crosswalk)
    });
    assert_eq!(lines, ["A10 demoted [A10.11] official", "A10.1 demoted [A10.11] official"]);
    let asked_for = asked(&releases, Direction::Forward, &["a10.1"], told);
    assert_eq!(asked_for, ["A10.1 demoted [A10.11] official"]);
}

#[test]
fn without_the_edition_the_table_still_says_where_such_a_code_leads() {
    let [old, _, new] = came_and_went();
    let releases = [old, new];
    asked(&releases, Direction::Forward, &["A10.1"], |crosswalk| {
        assert!(crosswalk.mappings.is_empty());
        assert_eq!(
            crosswalk.problems[0].fact,
            "`A10.1` is not a code of OLD; the conversion table replaces it with A10.11"
        );
        assert!(crosswalk.problems[0].hint.as_ref().is_some_and(|hint| hint.contains("--via")));
    });
}

#[test]
fn a_suggestion_of_an_edition_in_between_is_followed_by_official_rows_and_stays_a_suggestion() {
    // A10 became a header in 2025 without a row; what was below it was replaced in 2026 with one.
    let releases = [
        of(2024, &[("A10", 1, "fever"), NOTHING]),
        of(2025, &[("A10", 0, "fever"), ("A101", 1, "high fever"), NOTHING]),
        with_table(of(2026, &[("B20", 1, "chill"), NOTHING]), &["B20,2025,A10.1"]),
    ];
    asked(&releases, Direction::Forward, &[], |crosswalk| {
        assert_eq!(told(crosswalk), ["A10 removed [B20] expansion", "A10.1 removed [B20] official"]);
        let mapping = &crosswalk.mappings[0];
        assert_eq!(
            mapping.paths.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["A10 -> A10.1 (expansion, icd10cm@2025) -> B20 (2025-10-01, row 2)"]
        );
        assert_eq!(mapping.decision, Disposition::Choose);
        let kinds: Vec<_> = mapping.targets[0].evidence.iter().map(|evidence| evidence.kind).collect();
        assert_eq!(kinds, [EvidenceKind::Expansion], "a way is as strong as its weakest step");
        let relationship = mapping.targets[0].relationship;
        assert_eq!(relationship, Relationship::RelatedTo, "below its header, and then somewhere else");
    });
}

#[test]
fn two_suggestions_in_a_row_are_not_proposed() {
    let releases = [
        of(2024, &[("A10", 1, "fever"), NOTHING]),
        of(2025, &[("A10", 0, "fever"), ("A101", 1, "swamp ague of travelers"), NOTHING]),
        of(2026, &[("B20", 1, "swamp ague of travelers"), NOTHING]),
    ];
    let lines = asked(&releases, Direction::Forward, &[], told);
    assert_eq!(lines, ["A10 removed [] none", "A10.1 removed [B20] same-description"]);
}

#[test]
fn a_range_is_that_of_the_edition_before_its_row() {
    // A10.2 is none of OLD; the range of 2026 takes it in.
    let releases = [
        of(2024, &[("A10", 1, "fever"), NOTHING]),
        of(
            2025,
            &[("A10", 0, "fever"), ("A101", 1, "one"), ("A102", 1, "two"), ("A103", 1, "three"), NOTHING],
        ),
        with_table(
            of(2026, &[("B20", 1, "chill"), NOTHING]),
            &["A10.1,2024,A10", "A10.2,2024,A10", "A10.3,2024,A10", "B20,2025,A10.1-A10.3"],
        ),
    ];
    let lines = asked(&releases, Direction::Forward, &[], told);
    let all = ["A10 removed [B20] official", "A10.1", "A10.2", "A10.3"];
    assert_eq!(lines[0], all[0]);
    assert_eq!(lines[1..], ["A10.1", "A10.2", "A10.3"].map(|code| format!("{code} removed [B20] official")));
    let back = asked(&releases, Direction::Reverse, &[], told);
    assert_eq!(back, ["B20 added [A10] official"]);
}

#[test]
fn a_predecessor_that_is_new_on_the_same_day_is_an_error_and_not_followed() {
    let releases = [
        of(2025, &[("A10", 1, "fever"), NOTHING]),
        with_table(
            of(2026, &[("A10", 0, "fever"), ("A109", 1, "other"), ("B80", 1, "history"), NOTHING]),
            &["A10.9,2025,A10", "B80,2025,A10.9"],
        ),
    ];
    asked(&releases, Direction::Reverse, &["B80"], |crosswalk| {
        assert!(crosswalk.mappings[0].targets.is_empty(), "B80 does not come from A10");
        let problem =
            crosswalk.problems.iter().find(|problem| problem.code == ProblemCode::UnknownPredecessor);
        assert_eq!(
            problem.unwrap().fact,
            "B80 has the predecessor A10.9, which was not a code before 2025-10-01 either"
        );
    });
}

#[test]
fn rows_that_lead_round_are_stated_and_end_nowhere() {
    let releases = [
        of(2024, &[("A10", 1, "fever"), NOTHING]),
        with_table(of(2027, &[NOTHING]), &["A11,2024,A10", "A12,2025,A11", "A11,2026,A12"]),
    ];
    asked(&releases, Direction::Forward, &[], |crosswalk| {
        assert_eq!(told(crosswalk), ["A10 removed [] none"]);
        let facts: Vec<_> = crosswalk.problems.iter().map(|problem| problem.fact.as_str()).collect();
        assert!(facts.contains(&"A11 -> A12 -> A11: the rows form a cycle"), "{facts:?}");
    });
}

#[test]
fn a_way_of_very_many_rows_is_cut_and_stated() {
    // A day later each, so that every row may follow the one before it.
    let code = |at: usize| format!("A{:02}{:03}", at / 1000 + 10, at % 1000);
    let mut days = jiff::civil::date(2025, 1, 1).series(jiff::Span::new().days(1));
    let mut row = |at| format!("{},{},{}", code(at + 1), days.next().unwrap(), code(at));
    let rows: Vec<String> = (0..20_000).map(&mut row).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let releases = [of(2024, &[("A10000", 1, "fever"), NOTHING]), with_table(of(2090, &[NOTHING]), &rows)];
    asked(&releases, Direction::Forward, &[], |crosswalk| {
        let is_cut = |problem: &codeset::model::Problem| {
            problem.fact.contains("are not followed: the path is longer than")
        };
        assert!(crosswalk.problems.iter().any(is_cut));
        assert!(crosswalk.mappings[0].targets.is_empty());
    });
}

#[test]
fn outputs_know_when_a_code_ended_and_which_edition_had_it() {
    let releases = [
        of(2024, &[("A10", 1, "fever"), NOTHING]),
        of(2025, &[("A10", 0, "fever"), ("A101", 1, "high fever"), NOTHING]),
        of(2026, &[("A10", 0, "fever"), ("A101", 0, "high fever"), ("A1011", 1, "left"), NOTHING]),
    ];
    let [old, _, new] = &releases;
    let whole = diff(old, new);
    let written = |through: &[Release], format| {
        asked(through, Direction::Forward, &[], |crosswalk| {
            let mut out = Vec::new();
            assert!(render(&CrosswalkReport::new(&whole, crosswalk), format, false, &mut out).unwrap());
            String::from_utf8(out).unwrap()
        })
    };
    let sql = written(&releases, Format::Sql);
    assert!(sql.contains("SET valid_to = '2024-09-30' WHERE code_set = 'icd10cm' AND code = 'A10'"), "{sql}");
    assert!(
        sql.contains("SET valid_to = '2025-09-30' WHERE code_set = 'icd10cm' AND code = 'A101'"),
        "{sql}"
    );
    let map: serde_json::Value = serde_json::from_str(&written(&releases, Format::FhirR4)).unwrap();
    // One group for the two systems: a comment names the edition of a code that came after OLD.
    let groups = map["group"].as_array().unwrap();
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0]["sourceVersion"], "2024");
    let elements = groups[0]["element"].as_array().unwrap();
    let comment = |code: &str| {
        let element = elements.iter().find(|element| element["code"] == code).unwrap();
        element["target"][0]["comment"].as_str().unwrap().to_owned()
    };
    assert!(comment("A10.1").ends_with("the source is a code of icd10cm@2025"), "{}", comment("A10.1"));
    assert!(!comment("A10").contains("the source is"));
}

#[test]
fn usage_is_judged_by_the_edition_in_force_and_what_came_and_went_is_found() {
    let releases = came_and_went();
    let [old, between, new] = &releases;
    let editions = Editions { old, between: std::slice::from_ref(between), new };
    // A10.1 before it came, while it was there, and after it had gone.
    let table = "code,date\nA10.1,2024-09-30\nA10.1,2024-10-01\nA10.1,2025-10-01\nZ99,2024-12-01\n";
    let mut usage = Usage::default();
    read_usage(&mut usage, "usage.csv", table.as_bytes(), &UsageOptions::default(), editions).unwrap();
    let (whole, steps) = (diff(old, new), steps(old, editions.between, new));
    let crosswalk =
        crosswalk_with(&whole, &CrosswalkOptions { between: &steps, ..CrosswalkOptions::default() });
    let impact = impact(&whole, &crosswalk, &usage);
    assert_eq!((impact.affected.codes, impact.affected.lines), (1, 3));
    let item = &impact.items[0];
    assert_eq!(item.entry.display(), "A10.1");
    assert_eq!(item.mapping.as_ref().unwrap().targets[0].entry.display(), "A10.11");
    let judged = item.tally.judged;
    assert_eq!((judged.too_early, judged.right, judged.too_late), (1, 1, 1));
}

#[test]
fn a_course_over_several_years_has_the_days_of_the_rows_and_cites_the_edition_that_has_a_code() {
    use codeset::teach::{QuestionKind, cards, quiz, teach};
    let releases = came_and_went();
    let (old, new) = (&releases[0], &releases[2]);
    let between = steps(old, &releases[1..2], new);
    let whole = diff(old, new);
    let walk = |direction| {
        let options = CrosswalkOptions { between: &between, direction, ..CrosswalkOptions::default() };
        crosswalk_with(&whole, &options)
    };
    let (forward, backward) = (walk(Direction::Forward), walk(Direction::Reverse));
    let teaching = teach(&whole, &forward, &backward, &[]);
    let deck = cards(&teaching);
    let cited: Vec<String> =
        deck.iter().map(|card| format!("{} {}", card.subject.name, card.citation.release)).collect();
    assert!(cited.contains(&"A101 icd10cm@2025".to_owned()), "{cited:?}");
    let questions = quiz(&teaching);
    let billed = questions.iter().find(|question| question.kind == QuestionKind::BilledLater).unwrap();
    assert_eq!(billed.subject.name, "A10");
    assert!(billed.text.contains("on Sep 28, 2024 is billed on Oct 15, 2025"), "{}", billed.text);
}
