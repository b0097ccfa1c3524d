//! Rules of the crosswalk, on made-up releases and tables.

use crate::common::rows::{release, row};
use crate::common::tables::with_table;
use codeset::crosswalk::{
    Cardinality, Crosswalk, Disposition, EvidenceKind, Relationship, crosswalk, reverse,
};
use codeset::diff::{Diff, diff};
use codeset::model::{ProblemCode, Release};

/// A release of codes with a flag each.
fn of(year: i16, codes: &[(&str, u8)]) -> Release {
    let text = codes.iter().enumerate().map(|(at, (code, flag))| row(at + 1, code, *flag, code, code));
    release("order.txt", text.collect(), year)
}

/// A code with its decision, cardinality and targets.
fn told(crosswalk: &Crosswalk<'_>, code: &str) -> (Disposition, Cardinality, Vec<String>) {
    let mapping = crosswalk.mappings.iter().find(|mapping| mapping.source.code() == code).unwrap();
    let targets = mapping.targets.iter().map(|target| target.entry.code().to_owned()).collect();
    (mapping.decision, mapping.cardinality, targets)
}

fn relationship(crosswalk: &Crosswalk<'_>, code: &str) -> Relationship {
    crosswalk.mappings.iter().find(|mapping| mapping.source.code() == code).unwrap().targets[0].relationship
}

const ONE: [(&str, u8); 2] = [("B10", 0), ("B101", 1)];

#[test]
fn the_codes_of_a_list_are_meant_together_where_the_new_code_is_for_both_sides() {
    let old = of(2025, &[("A101", 1), ("A102", 1), ("A104", 1)]);
    for (text, cardinality, with) in [
        ("Lid, bilateral, upper and lower", Cardinality::One, vec!["A102".to_owned(), "A104".to_owned()]),
        ("Lid, any", Cardinality::One, Vec::new()),
    ] {
        let new = release("order.txt", row(1, "B101", 1, text, text), 2026);
        let new = with_table(new, &["B10.1,2025,\"A10.1, A10.2 and A10.4\""]);
        let diff = diff(&old, &new);
        let crosswalk = crosswalk(&diff);
        assert_eq!(told(&crosswalk, "A101").1, cardinality);
        assert_eq!(crosswalk.mappings[0].targets[0].with, with, "{text}");
    }
}

#[test]
fn exactly_one_official_successor_of_equal_meaning_is_automatic() {
    let one = |code: &str, text: &str, year| release("order.txt", row(1, code, 1, text, text), year);
    let cases = [
        ("Acute fever, left", "ACUTE FEVER LEFT", Disposition::Automatic, Relationship::Equivalent),
        (
            "Acute fever",
            "Acute fever not having achieved remission",
            Disposition::Choose,
            Relationship::RelatedTo,
        ),
        (
            "Contact with lid of can",
            "Contact with other objects",
            Disposition::Choose,
            Relationship::SourceIsNarrowerThanTarget,
        ),
    ];
    for (before, after, decision, related) in cases {
        let old = one("A101", before, 2025);
        let new = with_table(one("B101", after, 2026), &["B10.1,2025,A10.1"]);
        let diff = diff(&old, &new);
        let crosswalk = crosswalk(&diff);
        assert_eq!(
            told(&crosswalk, "A101"),
            (decision, Cardinality::One, vec!["B101".to_owned()]),
            "{after}"
        );
        assert_eq!(relationship(&crosswalk, "A101"), related, "{after}");
    }
}

#[test]
fn of_a_code_that_became_a_header_the_only_code_below_it_is_equal_and_one_of_several_is_a_part() {
    for (codes, related, further) in [
        (&[("A10", 0), ("A100", 1)][..], Relationship::Equivalent, 0),
        (&[("A10", 0), ("A100", 1), ("A101", 1)], Relationship::SourceIsBroaderThanTarget, 1),
    ] {
        let old = of(2025, &[("A10", 1)]);
        let new = with_table(of(2026, codes), &["A10.0,2025,A10"]);
        let diff = diff(&old, &new);
        let crosswalk = crosswalk(&diff);
        assert_eq!(relationship(&crosswalk, "A10"), related);
        assert_eq!(
            crosswalk.mappings[0].below.len(),
            further,
            "the other code below it is listed, not proposed"
        );
    }
}

#[test]
fn a_successor_that_takes_in_other_codes_is_not_automatic() {
    let old = of(2025, &[("A10", 0), ("A101", 1), ("A102", 1)]);
    let new = with_table(of(2026, &ONE), &["B10.1,2025,\"A10.1, A10.2\""]);
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    assert_eq!(told(&crosswalk, "A101"), (Disposition::Choose, Cardinality::One, vec!["B101".to_owned()]));
    assert_eq!(relationship(&crosswalk, "A101"), Relationship::SourceIsNarrowerThanTarget);
}

#[test]
fn codes_that_were_assigned_together_are_named_together() {
    let old = of(2025, &[("A10", 0), ("A101", 1), ("A102", 1)]);
    let new = with_table(of(2026, &ONE), &["B10.1,2025,A10.1 and A10.2"]);
    let diff = diff(&old, &new);
    let forward = crosswalk(&diff);
    assert_eq!(forward.mappings[0].targets[0].with, ["A102"]);
    assert_eq!(forward.mappings[0].decision, Disposition::Choose);
    let back = reverse(&diff);
    let both = vec!["A101".to_owned(), "A102".to_owned()];
    assert_eq!(told(&back, "B101"), (Disposition::Choose, Cardinality::Combination, both));
}

#[test]
fn without_a_row_a_demoted_code_has_suggestions_and_a_removed_one_has_none() {
    let old = of(2025, &[("A10", 1), ("A20", 0), ("A201", 1)]);
    let new = with_table(of(2026, &[("A10", 0), ("A101", 1), ("A102", 1)]), &[]);
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let targets = vec!["A101".to_owned(), "A102".to_owned()];
    assert_eq!(told(&crosswalk, "A10"), (Disposition::Choose, Cardinality::Many, targets));
    assert_eq!(crosswalk.mappings[0].targets[0].evidence[0].kind, EvidenceKind::Expansion);
    assert_eq!(told(&crosswalk, "A201"), (Disposition::None, Cardinality::None, Vec::new()));
}

#[test]
fn a_demoted_code_with_one_child_is_a_suggestion_all_the_same() {
    let old = of(2025, &[("A10", 1)]);
    let new = with_table(of(2026, &[("A10", 0), ("A101", 1)]), &[]);
    let diff = diff(&old, &new);
    assert_eq!(told(&crosswalk(&diff), "A10").0, Disposition::Choose);
}

#[test]
fn rows_are_followed_from_step_to_step_with_a_trace() {
    let old = of(2016, &[("A10", 0), ("A101", 1)]);
    let table = ["A10.11,2016,A10.1", "A10.12,2016,A10.1", "B10.1,2020,A10.11"];
    let new = with_table(of(2026, &[("A10", 0), ("A101", 0), ("A1012", 1), ("B10", 0), ("B101", 1)]), &table);
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    assert_eq!(told(&crosswalk, "A101").2, ["A1012", "B101"]);
    assert_eq!(
        crosswalk.mappings[0].paths.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["A10.1 -> A10.11 (2016-10-01, row 2) -> B10.1 (2020-10-01, row 4)"]
    );
    let back = reverse(&diff);
    assert_eq!(told(&back, "B101").2, ["A101"]);
}

#[test]
fn rows_that_lead_in_a_circle_end() {
    let old = of(2016, &[("A10", 0), ("A101", 1)]);
    let new = with_table(of(2026, &ONE), &["A20.1,2017,A10.1", "A20.2,2018,A20.1", "A20.1,2019,A20.2"]);
    let diff = diff(&old, &new);
    assert_eq!(told(&crosswalk(&diff), "A101").0, Disposition::None);
}

#[test]
fn rows_of_other_steps_do_not_count() {
    // The first row is of a step before OLD: its code was billable there. The second takes effect after NEW.
    let old = of(2025, &[("A10", 0), ("A101", 1), ("A102", 1)]);
    let table = ["A10.2,2020,A10.1", "B10.9,2030,A10.1", "B10.1,2025,A10.2"];
    let new = with_table(of(2026, &[("A10", 0), ("A102", 1), ("B10", 0), ("B101", 1)]), &table);
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    assert_eq!(told(&crosswalk, "A101"), (Disposition::None, Cardinality::None, Vec::new()));
    // Still valid, and part of what it meant is B10.1 now.
    assert_eq!(told(&crosswalk, "A102"), (Disposition::Choose, Cardinality::One, vec!["B101".to_owned()]));
}

#[test]
fn a_range_goes_by_the_order_of_the_file() {
    // C4A stands before C44 in tabular order, so C43 to C4A takes in neither C44 nor C45.
    let codes = [("C43", 1), ("C4A", 1), ("C44", 1), ("C45", 1)];
    let old = of(2025, &codes);
    let new = with_table(of(2026, &ONE), &["B10.1,2025,C43-C4A"]);
    let diff: Diff<'_> = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let found: Vec<_> = crosswalk.mappings.iter().filter(|mapping| !mapping.targets.is_empty()).collect();
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn a_predecessor_that_never_was_is_reported_and_not_followed() {
    let old = of(2025, &[("A10", 0), ("A101", 1)]);
    let new = with_table(of(2026, &ONE), &["B10.1,2025,\"A10.1, Q25.12, A10\""]);
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    assert_eq!(told(&crosswalk, "A101"), (Disposition::Choose, Cardinality::One, vec!["B101".to_owned()]));
    let codes: Vec<_> = crosswalk.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [ProblemCode::HeaderPredecessor, ProblemCode::UnknownPredecessor]);
}
