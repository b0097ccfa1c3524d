//! What a crosswalk asks, takes and writes: questions, decisions, SQL, FHIR; on made-up releases and tables.

use std::fs;
use std::path::PathBuf;

use crate::common::rows::{release, row};
use crate::common::tables::{crosswalk_by, with_table};
use codeset::crosswalk::{
    Crosswalk, CrosswalkOptions, Decisions, Direction, Disposition, Effect, EvidenceKind, crosswalk,
    crosswalk_with, of_codes, releases_digest, reverse,
};
use codeset::diff::{Diff, diff};
use codeset::formats;
use codeset::interchange::render;
use codeset::model::{DecisionTable, ProblemCode, Release, SourceFile};
use codeset::report::CrosswalkReport;
use codeset::view::Format;
use serde_json::Value;

const ONE: [(&str, u8); 2] = [("B10", 0), ("B101", 1)];
const TWO: [(&str, u8); 3] = [("B10", 0), ("B101", 1), ("B102", 1)];

fn of(year: i16, codes: &[(&str, u8)]) -> Release {
    let text = codes.iter().enumerate().map(|(at, (code, flag))| row(at + 1, code, *flag, code, code));
    release("order.txt", text.collect(), year)
}

fn file(name: &str, text: &str) -> Vec<SourceFile> {
    vec![SourceFile::new(name, text.as_bytes().to_vec())]
}

fn decisions(text: &str) -> Vec<DecisionTable> {
    formats::read_maps(file("ours.csv", text)).decisions
}

/// The crosswalk with decisions such as `A10.1,B10.1,accept`.
fn decided<'a>(diff: &Diff<'a>, rows: &[&str]) -> Crosswalk<'a> {
    crosswalk_by(diff, decisions(&format!("source,target,status\n{}\n", rows.join("\n"))))
}

fn targets(crosswalk: &Crosswalk<'_>, code: &str) -> (Disposition, Vec<String>) {
    let mapping = crosswalk.mappings.iter().find(|mapping| mapping.source.code() == code).unwrap();
    (mapping.decision, mapping.targets.iter().map(|target| target.entry.display()).collect())
}

fn effects(crosswalk: &Crosswalk<'_>) -> Vec<Effect> {
    crosswalk.decided.iter().map(|decided| decided.effect).collect()
}

fn problems(crosswalk: &Crosswalk<'_>) -> Vec<ProblemCode> {
    crosswalk.problems.iter().map(|problem| problem.code).collect()
}

fn written(diff: &Diff<'_>, crosswalk: &Crosswalk<'_>, format: Format) -> String {
    let mut out = Vec::new();
    assert!(render(&CrosswalkReport::new(diff, crosswalk), format, false, &mut out).unwrap());
    String::from_utf8(out).unwrap()
}

/// A code that was demoted, with two suggestions.
fn demoted() -> [Release; 2] {
    [of(2025, &[("B10", 1)]), with_table(of(2026, &TWO), &[])]
}

#[test]
fn one_accepted_target_is_automatic_and_the_other_suggestions_go() {
    let [old, new] = demoted();
    let diff = diff(&old, &new);
    let crosswalk = decided(&diff, &["b10,B101,Accept"]);
    assert_eq!(targets(&crosswalk, "B10"), (Disposition::Automatic, vec!["B10.1".to_owned()]));
    assert_eq!(crosswalk.mappings[0].targets[0].evidence[0].kind, EvidenceKind::Reviewed);
    assert_eq!(effects(&crosswalk), [Effect::Settled]);
    assert_eq!(crosswalk.decided[0].left_out, ["B10.2"]);
}

#[test]
fn a_rejected_suggestion_goes_and_without_a_target_all_of_them_go() {
    let [old, new] = demoted();
    let diff = diff(&old, &new);
    let one = decided(&diff, &["B10,B10.1,reject"]);
    assert_eq!(targets(&one, "B10"), (Disposition::Choose, vec!["B10.2".to_owned()]));
    assert_eq!(effects(&one), [Effect::Removed]);
    assert_eq!(targets(&decided(&diff, &["B10,,reject"]), "B10"), (Disposition::None, Vec::new()));
}

#[test]
fn a_choice_is_limited_to_the_targets_that_were_named() {
    let old = of(2025, &[("A10", 0), ("A101", 1)]);
    let codes = [("B10", 0), ("B101", 1), ("B102", 1), ("B103", 1)];
    let table = ["B10.1,2025,A10.1", "B10.2,2025,A10.1", "B10.3,2025,A10.1"];
    let new = with_table(of(2026, &codes), &table);
    let diff = diff(&old, &new);
    let crosswalk = decided(&diff, &["A10.1,B10.1,choose", "A10.1,B10.3,choose"]);
    let both = vec!["B10.1".to_owned(), "B10.3".to_owned()];
    assert_eq!(targets(&crosswalk, "A101"), (Disposition::Choose, both));
    // Choosing among official targets is no problem.
    assert_eq!(problems(&crosswalk), []);
    assert_eq!(effects(&crosswalk), [Effect::Limited, Effect::Limited]);
}

#[test]
fn a_decision_against_an_official_row_shows_both_and_a_problem() {
    for verdict in ["accept", "choose"] {
        let old = of(2025, &[("A10", 0), ("A101", 1)]);
        let row = format!("A10.1,B10.2,{verdict}");
        let new = with_table(of(2026, &TWO), &["B10.1,2025,A10.1"]);
        let diff = diff(&old, &new);
        let crosswalk = decided(&diff, &[&row]);
        let both = vec!["B10.1".to_owned(), "B10.2".to_owned()];
        assert_eq!(targets(&crosswalk, "A101"), (Disposition::Choose, both));
        assert_eq!(problems(&crosswalk), [ProblemCode::DecisionContradiction]);
        assert_eq!(effects(&crosswalk), [Effect::ContradictsOfficial]);
    }
    let old = of(2025, &[("A10", 0), ("A101", 1)]);
    let new = with_table(of(2026, &ONE), &["B10.1,2025,A10.1"]);
    let diff = diff(&old, &new);
    let crosswalk = decided(&diff, &["A10.1,B10.1,reject"]);
    // An official target that was rejected is left out, and listed as rejected.
    assert_eq!(targets(&crosswalk, "A101"), (Disposition::None, Vec::new()));
    assert_eq!(problems(&crosswalk), []);
    assert_eq!(effects(&crosswalk), [Effect::ContradictsOfficial]);
    assert_eq!(crosswalk.decided[0].left_out, ["B10.1"]);
}

#[test]
fn decisions_about_no_source_or_no_billable_target_are_problems() {
    let [old, new] = demoted();
    let diff = diff(&old, &new);
    let tables = decisions("source,target,status\nB10,B10,accept\nB10,Z99,accept\nA99,B10.1,accept\n");
    let decisions = Decisions::new(&old, &new, tables);
    let options = CrosswalkOptions { decisions: Some(&decisions), ..CrosswalkOptions::default() };
    let all = crosswalk_with(&diff, &options);
    let [unused, target] = [ProblemCode::DecisionUnused, ProblemCode::DecisionTarget];
    assert_eq!(problems(&all), [unused, target, target]);
    assert_eq!(targets(&all, "B10").1.len(), 2, "the suggestions stay");
    // Decisions are not used the other way round, and that is said.
    let back = CrosswalkOptions { direction: Direction::Reverse, ..options };
    assert!(problems(&crosswalk_with(&diff, &back)).contains(&unused));
    // A question about one code is answered without the decisions about others.
    let codes = ["B10".to_owned()];
    let asked = crosswalk_with(&diff, &CrosswalkOptions { codes: Some(&codes), ..options });
    assert!(!problems(&asked).is_empty());
}

#[test]
fn the_csv_that_is_written_is_read_back_after_a_team_filled_it_in() {
    let [old, new] = demoted();
    let diff = diff(&old, &new);
    let text = written(&diff, &crosswalk(&diff), Format::Csv);
    let open = formats::read_maps(file("sheet.csv", &text)).decisions;
    assert_eq!(open.len(), 1);
    assert!(open[0].rows.is_empty() && open[0].problems.is_empty(), "{open:?}");
    let filled = text.replacen(r#""","","","",""#, r#""","accept","as agreed","A. Coder","2025-10-02"#, 1);
    assert_ne!(filled, text);
    let crosswalk = crosswalk_by(&diff, decisions(&filled));
    assert_eq!(targets(&crosswalk, "B10"), (Disposition::Automatic, vec!["B10.1".to_owned()]));
    assert_eq!(crosswalk.decided[0].row.note.as_deref(), Some("as agreed"));
}

/// A combination, a split, a removed code without successor, and a narrowed code.
fn everything() -> [Release; 2] {
    let old = of(
        2025,
        &[("A10", 0), ("A101", 1), ("A102", 1), ("A103", 1), ("A104", 1), ("A20", 1), ("A30", 1), ("A40", 1)],
    );
    let codes = [
        ("A20", 0),
        ("A201", 1),
        ("A202", 1),
        ("A30", 1),
        ("B10", 0),
        ("B101", 1),
        ("B102", 1),
        ("B103", 1),
        ("B104", 1),
    ];
    let table =
        ["B10.1,2025,A10.1 and A10.2", "B10.2,2025,A10.3", "B10.3,2025,A10.3", "B10.4,2025,\"A10.4, A30\""];
    [old, with_table(of(2026, &codes), &table)]
}

fn valid(name: &str, text: &str) -> Value {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/schemas/{name}.schema.json"));
    let schema: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let map: Value = serde_json::from_str(text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&map).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    map
}

fn element<'v>(map: &'v Value, code: &str) -> &'v Value {
    let elements = map["group"][0]["element"].as_array().unwrap();
    elements.iter().find(|element| element["code"] == code).unwrap()
}

#[test]
fn concept_maps_of_both_versions_follow_their_resource() {
    let [old, new] = everything();
    let diff = diff(&old, &new);
    let forward = crosswalk(&diff);
    let r4 = valid("concept-map-fhir-r4", &written(&diff, &forward, Format::FhirR4));
    let r5 = valid("concept-map-fhir-r5", &written(&diff, &forward, Format::FhirR5));
    let back = reverse(&diff);
    let r4_back = valid("concept-map-fhir-r4", &written(&diff, &back, Format::FhirR4));
    valid("concept-map-fhir-r5", &written(&diff, &back, Format::FhirR5));
    let nothing = of_codes(&diff, Default::default(), &[]);
    for format in [Format::FhirR4, Format::FhirR5] {
        let map = valid(&format!("concept-map-{}", format.word()), &written(&diff, &nothing, format));
        assert!(map.get("group").is_none(), "an empty group is no group");
    }

    assert_eq!(r4["group"][0]["source"], "http://hl7.org/fhir/sid/icd-10-cm");
    assert_eq!(r4["group"][0]["targetVersion"], "2026");
    assert_eq!(r5["group"][0]["target"], "http://hl7.org/fhir/sid/icd-10-cm|2026");
    // A part of the source: the target is narrower.
    assert_eq!(element(&r4, "A10.3")["target"][0]["equivalence"], "narrower");
    assert_eq!(element(&r5, "A10.3")["target"][0]["relationship"], "source-is-broader-than-target");
    // The target takes in more than the source.
    assert_eq!(element(&r4, "A10.4")["target"][0]["equivalence"], "wider");
    assert_eq!(element(&r5, "A10.4")["target"][0]["relationship"], "source-is-narrower-than-target");
    // No successor: said, with a reason.
    assert_eq!(element(&r4, "A40")["target"][0]["equivalence"], "unmatched");
    assert!(element(&r4, "A40")["target"][0]["comment"].as_str().unwrap().starts_with("no successor"));
    assert_eq!(element(&r5, "A40")["noMap"], true);
    // Suggestions are called so.
    assert!(element(&r4, "A20")["target"][0]["comment"].as_str().unwrap().starts_with("suggestion"));
    // Two codes that were assigned together depend on each other; back, they are one product.
    assert_eq!(element(&r4, "A10.1")["target"][0]["dependsOn"][0]["value"], "A10.2");
    assert_eq!(element(&r5, "A10.1")["target"][0]["dependsOn"][0]["valueCoding"]["code"], "A10.2");
    assert_eq!(element(&r4_back, "B10.1")["target"][0]["product"][0]["value"], "A10.2");
    assert_eq!(r4_back["group"][0]["sourceVersion"], "2026");
}

/// Finds the codes that a map leads to from a code, or in reverse: what `$translate` answers, of R4 and R5 alike.
fn translate(map: &Value, system: &str, code: &str, reverse: bool) -> Vec<String> {
    let mut found = Vec::new();
    for group in map["group"].as_array().unwrap() {
        let is_of = |end: &str| group[end].as_str().unwrap().split('|').next() == Some(system);
        assert!(is_of("source") && is_of("target"));
        for element in group["element"].as_array().unwrap() {
            for target in element["target"].as_array().into_iter().flatten() {
                let (from, to) = if reverse { (target, element) } else { (element, target) };
                if from["code"] == code {
                    found.extend(to["code"].as_str().map(str::to_owned));
                }
            }
        }
    }
    found
}

#[test]
fn a_written_map_translates_in_both_directions_and_a_narrowed_code_to_itself_as_well() {
    let [old, new] = everything();
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    for format in [Format::FhirR4, Format::FhirR5] {
        let map = valid(&format!("concept-map-{}", format.word()), &written(&diff, &crosswalk, format));
        let system = "http://hl7.org/fhir/sid/icd-10-cm";
        let to = |code: &str| translate(&map, system, code, false);
        let from = |code: &str| translate(&map, system, code, true);
        assert_eq!(map["group"].as_array().unwrap().len(), 1);
        assert_eq!(to("A10.3"), ["B10.2", "B10.3"]);
        assert_eq!(to("A30"), ["A30", "B10.4"]);
        assert!(to("A40").is_empty() && to("Z99").is_empty());
        assert_eq!(from("B10.4"), ["A10.4", "A30"]);
        assert_eq!(from("A30"), ["A30"]);
        // Every mapping of the crosswalk can be looked up, forward and back.
        for mapping in &crosswalk.mappings {
            for target in mapping.all_targets(&new) {
                let (source, target) = (mapping.source.display(), target.entry.display());
                assert!(to(&source).contains(&target), "{source} -> {target}");
                assert!(from(&target).contains(&source), "{target} <- {source}");
            }
        }
    }
}

#[test]
fn a_map_has_a_version_a_day_and_a_url_that_its_content_or_its_user_gives() {
    let [old, new] = everything();
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let map = |report: CrosswalkReport<'_>| {
        let mut out = Vec::new();
        assert!(render(&report, Format::FhirR4, false, &mut out).unwrap());
        valid("concept-map-fhir-r4", &String::from_utf8(out).unwrap())
    };
    let ours =
        map(CrosswalkReport::new(&diff, &crosswalk).with_url(Some("https://example.org/map".to_owned())));
    assert_eq!(
        [&ours["url"], &ours["version"], &ours["date"]],
        ["https://example.org/map", "2026", "2025-10-01"]
    );
    let url = |map: &Value| map["url"].as_str().unwrap().to_owned();
    let plain = map(CrosswalkReport::new(&diff, &crosswalk));
    assert!(url(&plain).starts_with("urn:uuid:") && url(&plain).len() == "urn:uuid:".len() + 36);
    assert_eq!(url(&plain), url(&map(CrosswalkReport::new(&diff, &crosswalk))));
    assert_ne!(url(&plain), url(&map(CrosswalkReport::new(&diff, &reverse(&diff)))));
}

#[test]
fn a_row_that_says_a_narrowed_code_stays_changes_nothing() {
    let [old, new] = everything();
    let sheet = "source,target,status,who\nA30,A30,accept,Anna\nA30,B10.4,accept,Ben\n";
    let diff = diff(&old, &new);
    let crosswalk = crosswalk_by(&diff, formats::read_maps(file("d.csv", sheet)).decisions);
    assert!(crosswalk.problems.iter().all(|problem| problem.code != ProblemCode::DecisionConflict));
    let mapping = crosswalk.mappings.iter().find(|mapping| mapping.source.code() == "A30").unwrap();
    let codes: Vec<_> = mapping.all_targets(&new).iter().map(|target| target.entry.display()).collect();
    assert_eq!((mapping.decision, codes), (Disposition::Choose, vec!["A30".to_owned(), "B10.4".to_owned()]));
    assert_eq!(
        crosswalk
            .problems
            .iter()
            .filter(|problem| problem.code == ProblemCode::DecisionContradiction)
            .count(),
        0
    );
}

#[test]
fn sql_end_dates_what_is_lost_and_leaves_suggestions_to_people() {
    let [old, new] = everything();
    let diff = diff(&old, &new);
    let sql = written(&diff, &crosswalk(&diff), Format::Sql);
    let ended: Vec<&str> = sql.lines().filter(|line| line.starts_with("UPDATE")).collect();
    let expected = ["A101", "A102", "A103", "A104", "A40"];
    assert_eq!(ended.len(), expected.len(), "{sql}");
    for (line, code) in ended.iter().zip(expected) {
        assert!(line.contains("'2025-09-30'") && line.contains(&format!("code = '{code}'")), "{line}");
    }
    assert!(sql.contains("-- UPDATE") && sql.contains("-- a suggestion:"));
    assert!(!sql.to_uppercase().contains("DELETE FROM"));
    let back = written(&diff, &reverse(&diff), Format::Sql);
    assert!(!back.contains("UPDATE"), "{back}");
}

#[test]
fn questions_are_asked_where_there_is_a_choice() {
    let texts = [
        ("S30", 0, "Contusion"),
        ("S301", 1, "Contusion of right wall"),
        ("S302", 1, "Contusion of left wall"),
    ];
    let text = texts.iter().enumerate().map(|(at, (code, flag, long))| row(at + 1, code, *flag, code, long));
    let old = of(2025, &[("S30", 1)]);
    let new = with_table(release("order.txt", text.collect(), 2026), &[]);
    let diff = diff(&old, &new);
    let text = written(&diff, &crosswalk(&diff), Format::Text);
    assert!(text.contains("the record must specify: side: right (S30.1) / left (S30.2)"), "{text}");
}

#[test]
fn decisions_of_two_people_that_differ_are_listed_and_none_of_them_counts() {
    let table = |name: &str, rows: &str| {
        let text = format!("source,target,status,note,who,when\n{rows}");
        formats::read_maps(file(name, &text)).decisions
    };
    let [old, new] = demoted();
    let tables = [
        table(
            "anna.csv",
            "B10,B10.1,accept,,Anna,2026-09-01\nC10,C10.1,accept,,Anna,\nC10,C10.2,accept,,Anna,\n\
             D10,D10.1,accept,,Anna,\nE10,E10.1,accept,,Anna,\nF10,F10.1,accept,,Anna,\n",
        ),
        table(
            "ben.csv",
            "B10,B10.2,accept,,Ben,2026-09-02\nC10,C10.1,accept,,Ben,\nD10,,reject,,Ben,\nE101,E10.1,accept,,Ben,\n\
             E10,E10.1,accept,,Ben,\n",
        ),
    ]
    .concat();
    let mut decisions = Decisions::new(&old, &new, tables);
    let told: Vec<&str> = decisions
        .problems
        .iter()
        .filter(|problem| problem.code == ProblemCode::DecisionConflict)
        .map(|problem| problem.fact.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "B10 has different decisions: B10.1 accepted by Anna on 2026-09-01 (anna.csv); \
             B10.2 accepted by Ben on 2026-09-02 (ben.csv)",
            "C10 has different decisions: C10.1 accepted by Anna (anna.csv); C10.2 accepted by Anna (anna.csv); \
             C10.1 accepted by Ben (ben.csv)",
            "D10 has different decisions: D10.1 accepted by Anna (anna.csv); everything rejected by Ben (ben.csv)",
        ]
    );
    assert_eq!(decisions.conflicts.iter().map(String::as_str).collect::<Vec<_>>(), ["B10", "C10", "D10"]);
    let mut left = Vec::new();
    decisions.retain(|row| {
        left.push(row.source.clone());
        true
    });
    assert_eq!(left, ["E10", "F10", "E101", "E10"]);
}

#[test]
fn decisions_for_other_releases_and_open_questions_do_not_count() {
    let [old, new] = demoted();
    let digest = releases_digest(&old, &new);
    let sheet = |made_for: &str, status: &str| {
        let text = format!("source,target,status,note,releases\nB10,B10.1,{status},why,{made_for}\n");
        Decisions::new(&old, &new, decisions(&text))
    };
    let counts = |mut decisions: Decisions| {
        let mut rows = 0;
        decisions.retain(|_| {
            rows += 1;
            true
        });
        (rows, decisions.asked.len(), decisions.problems.len())
    };
    assert_eq!(counts(sheet(&digest, "accept")), (1, 0, 0));
    assert_eq!(counts(sheet("", "accept")), (1, 0, 0));
    assert_eq!(counts(sheet(&digest, "ask")), (0, 1, 0));
    let other = sheet("0123456789abcdef", "accept");
    assert_eq!(other.problems[0].code, ProblemCode::DecisionUnused);
    assert!(
        other.problems[0].fact.starts_with("1 decision was made for other files"),
        "{:?}",
        other.problems
    );
    assert_eq!(counts(other), (0, 0, 1));
}
