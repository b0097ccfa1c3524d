//! Suggestions: their rules on made-up releases, and how good they are on official ones.

use crate::common::official;
use crate::common::rows::{release, row};
use codeset::crosswalk::{Disposition, Evaluation, EvidenceKind, Quality, Relationship, crosswalk, evaluate};
use codeset::diff::diff;
use codeset::formats;
use codeset::model::{Release, SourceFile};
use codeset::sources;
use proptest::prelude::*;

/// A release of codes with flags and long descriptions.
fn of(year: i16, codes: &[(&str, u8, &str)]) -> Release {
    let text = codes.iter().enumerate().map(|(at, (code, flag, long))| row(at + 1, code, *flag, code, long));
    release("order.txt", text.collect(), year)
}

/// What is suggested for the only code that lost validity: the decision, and each target with its kind.
fn suggested(old: &Release, new: &Release) -> (Disposition, Vec<(String, EvidenceKind)>) {
    let diff = diff(old, new);
    let crosswalk = crosswalk(&diff);
    let [mapping] = &crosswalk.mappings[..] else { panic!("{:?}", crosswalk.mappings) };
    let target =
        |target: &codeset::crosswalk::Target<'_>| (target.entry.code().to_owned(), target.evidence[0].kind);
    (mapping.decision, mapping.targets.iter().map(target).collect())
}

const GONE: (&str, u8, &str) = ("T1000XA", 1, "Fracture around artificial hip joint, initial encounter");
const OTHER: (&str, u8, &str) = ("T2000XA", 1, "Burn of nose, initial encounter");

#[test]
fn a_new_code_of_the_same_description_is_a_suggestion_and_never_automatic() {
    let old = of(2025, &[GONE, OTHER]);
    let new = of(2026, &[("M9700XA", 1, "fracture around artificial hip-joint; initial encounter"), OTHER]);
    let found = vec![("M9700XA".to_owned(), EvidenceKind::SameDescription)];
    assert_eq!(suggested(&old, &new), (Disposition::Choose, found));
}

#[test]
fn a_code_that_was_revised_to_the_same_description_counts_if_there_is_but_one() {
    let old = of(2025, &[GONE, ("T1010XA", 1, "Crack"), ("T1020XA", 1, "Break"), OTHER]);
    let one = of(2026, &[("T1010XA", 1, GONE.2), ("T1020XA", 1, "Break"), OTHER]);
    assert_eq!(suggested(&old, &one).1, [("T1010XA".to_owned(), EvidenceKind::SameDescription)]);
    let two = of(2026, &[("T1010XA", 1, GONE.2), ("T1020XA", 1, GONE.2), OTHER]);
    assert_eq!(suggested(&old, &two), (Disposition::None, Vec::new()));
}

#[test]
fn a_new_code_with_a_similar_description_is_related_and_no_more() {
    let old = of(2025, &[GONE, OTHER]);
    let new =
        of(2026, &[("T1001XA", 1, "Fracture around artificial right hip joint, initial encounter"), OTHER]);
    let found = vec![("T1001XA".to_owned(), EvidenceKind::SimilarDescription)];
    assert_eq!(suggested(&old, &new), (Disposition::Choose, found));
    let diff = diff(&old, &new);
    assert_eq!(crosswalk(&diff).mappings[0].targets[0].relationship, Relationship::RelatedTo);
}

#[test]
fn another_encounter_is_no_successor() {
    let old = of(2025, &[GONE, OTHER]);
    let new =
        of(2026, &[("T1001XD", 1, "Fracture around artificial hip joint, subsequent encounter"), OTHER]);
    assert_eq!(suggested(&old, &new), (Disposition::None, Vec::new()));
}

#[test]
fn a_code_that_stood_next_to_the_source_is_no_successor() {
    let beside = ("T1001XA", 1, "Fracture around artificial hip joint or knee joint, initial encounter");
    let old = of(2025, &[GONE, beside, OTHER]);
    let new = of(2026, &[beside, OTHER]);
    assert_eq!(suggested(&old, &new), (Disposition::None, Vec::new()));
}

#[test]
fn a_new_code_that_is_nearer_to_another_old_one_comes_from_that() {
    let near = ("T1001XA", 1, "Fracture around artificial hip socket joint, initial encounter");
    let new = ("T1002XA", 1, "Fracture around artificial hip socket joint rim, initial encounter");
    let found = suggested(&of(2025, &[GONE, near, OTHER]), &of(2026, &[near, new, OTHER]));
    assert_eq!(found, (Disposition::None, Vec::new()));
}

#[test]
fn a_chapter_is_searched_where_the_category_has_nothing() {
    let old = of(2025, &[GONE, OTHER]);
    let new =
        of(2026, &[("S7900XA", 1, "Fracture around artificial left hip joint, initial encounter"), OTHER]);
    assert_eq!(suggested(&old, &new).1, [("S7900XA".to_owned(), EvidenceKind::SimilarDescription)]);
    let elsewhere =
        of(2026, &[("M7900XA", 1, "Fracture around artificial left hip joint, initial encounter"), OTHER]);
    assert_eq!(suggested(&old, &elsewhere), (Disposition::None, Vec::new()));
}

/// Adds a conversion table.
fn with_table(mut new: Release, rows: &str) -> Release {
    let text = format!("Current code assignment,Effective,Previous Code(s) Assignment\n{rows}");
    let tables = formats::read_maps(vec![SourceFile::new("table.csv", text.into_bytes())]).tables;
    new.companions.conversion_tables = tables;
    new
}

#[test]
fn suggestions_are_measured_against_the_table_they_are_not_made_from() {
    let old = of(2025, &[("A10", 1, "Ache"), ("A11", 1, "Itch"), GONE, OTHER]);
    let codes =
        [("A10", 0, "Ache"), ("A101", 1, "Left"), ("A102", 1, "Right"), ("M9700XA", 1, GONE.2), OTHER];
    let new = with_table(of(2026, &codes), "A10.1,2025,A10\nM97.00XA,2025,T10.00XA\n");
    let diff = diff(&old, &new);
    let evaluation = evaluate(&diff);
    assert_eq!((evaluation.sources, evaluation.with_official), (3, 2));
    let [expansion, _, _, same, similar] = &evaluation.kinds[..] else { panic!("{evaluation:?}") };
    assert_eq!((expansion.asked, expansion.proposed, expansion.correct), (1, 2, 1));
    assert_eq!(
        (expansion.precision(), expansion.recall(), expansion.completeness()),
        (Some(0.5), Some(1.0), Some(1.0))
    );
    assert_eq!((same.asked, same.proposed, same.correct, same.proposed_without_official), (1, 1, 1, 0));
    assert_eq!((similar.asked, similar.precision(), similar.recall()), (0, None, None));
}

fn a_description() -> impl Strategy<Value = String> {
    const WORDS: &[&str] =
        &["burn", "of", "left", "right", "hand", "foot", "initial", "sequela", "2", "degree", "other"];
    prop::collection::vec(prop::sample::select(WORDS), 1..6).prop_map(|words| words.join(" "))
}

fn a_release() -> impl Strategy<Value = Vec<(String, u8, String)>> {
    let codes = prop::collection::btree_map("(T1[01]|S10)[0-3]{0,2}", (0u8..2, a_description()), 1..12);
    codes.prop_map(|codes| codes.into_iter().map(|(code, (flag, long))| (code, flag, long)).collect())
}

fn made(year: i16, codes: &[(String, u8, String)]) -> Release {
    let codes: Vec<_> =
        codes.iter().map(|(code, flag, long)| (code.as_str(), *flag, long.as_str())).collect();
    of(year, &codes)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_candidate_is_billable_in_new_and_never_the_source_and_never_decides(old in a_release(), new in a_release()) {
        let (old, new) = (made(2025, &old), made(2026, &new));
        let diff = diff(&old, &new);
        for mapping in crosswalk(&diff).mappings {
            prop_assert!(mapping.decision != Disposition::Automatic);
            for target in &mapping.targets {
                prop_assert!(new.find_billable(target.entry.code()).is_some());
                prop_assert!(target.entry.code() != mapping.source.code());
            }
        }
    }
}

/// The quality of a kind.
fn quality<'e>(evaluation: &'e Evaluation<'_>, kind: EvidenceKind) -> &'e Quality {
    evaluation.kinds.iter().find(|quality| quality.kind == kind).unwrap()
}

/// The kinds of suggestions with their least precision and recall.
type Floors = [(EvidenceKind, f64, f64)];

/// Measures a step with the table of FY2026.
fn measured(old: &str, new: &str, floors: &Floors) {
    let Some(data) = official::data() else { return };
    let data = data.join("icd10cm");
    let old = official::open(&data.join(old));
    let mut new = official::open(&data.join(new));
    let table = data.join("fy2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx");
    let opened = sources::open(&table, &formats::wanted).unwrap();
    new.companions.conversion_tables = formats::read_maps(opened.files).tables;
    let diff = diff(&old, &new);
    let evaluation = evaluate(&diff);
    for quality in &evaluation.kinds {
        println!("{quality:?} {:?} {:?}", quality.precision(), quality.recall());
    }
    for (kind, precision, recall) in floors {
        let quality = quality(&evaluation, *kind);
        assert!(quality.precision().unwrap() >= *precision, "{quality:?}");
        assert!(quality.recall().unwrap() >= *recall, "{quality:?}");
    }
    let without = evaluation.sources - evaluation.with_official;
    let invented: u64 = evaluation.kinds.iter().map(|quality| quality.proposed_without_official).sum();
    // Of one code without a successor a tenth is none: C83.39, which became a header.
    assert!(without < 10 || invented * 10 <= without, "{invented} of {without}");
}

#[test]
fn what_outputs_say_of_suggestions_is_what_was_measured() {
    let Some(data) = official::data() else { return };
    let [old, mut new] = ["fy2016/cms_2016_dx.zip", "fy2026/icd10cm-Code Descriptions-2026.zip"]
        .map(|name| official::open(&data.join("icd10cm").join(name)));
    let table = data.join("icd10cm/fy2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx");
    new.companions.conversion_tables =
        formats::read_maps(sources::open(&table, &formats::wanted).unwrap().files).tables;
    let diff = diff(&old, &new);
    for quality in evaluate(&diff).kinds {
        // The indexes of both are measured elsewhere; of similar descriptions nothing is left to measure.
        let claimed = quality.kind.measured(new.set);
        let figures = claimed.map_or([0; 4], |it| [it.proposed, it.correct, it.answered, it.complete]);
        let reached = [quality.proposed, quality.correct, quality.answered, quality.complete];
        assert_eq!(figures.map(u64::from), reached, "{:?}", quality.kind);
    }
}

#[test]
fn suggestions_from_fy2016_to_fy2026_are_as_good_as_we_say() {
    let floors = [
        (EvidenceKind::Expansion, 0.96, 0.99),
        (EvidenceKind::FilledPlaceholder, 1.0, 0.85),
        (EvidenceKind::BillableParent, 1.0, 0.64),
        (EvidenceKind::SameDescription, 0.94, 0.70),
    ];
    measured("fy2016/cms_2016_dx.zip", "fy2026/icd10cm-Code Descriptions-2026.zip", &floors);
}

#[test]
fn suggestions_from_fy2024_to_fy2025_are_as_good_as_we_say() {
    let floors = [(EvidenceKind::Expansion, 0.90, 0.99), (EvidenceKind::FilledPlaceholder, 1.0, 1.0)];
    let new = "fy2025/ICD10-CM Code Descriptions 2025.zip";
    measured("fy2024/icd10cm-CodesDescriptions-2024.zip", new, &floors);
}

#[test]
fn suggestions_from_fy2025_to_fy2026_are_as_good_as_we_say() {
    let floors = [(EvidenceKind::Expansion, 0.99, 0.99), (EvidenceKind::FilledPlaceholder, 1.0, 1.0)];
    let old = "fy2025/ICD10-CM Code Descriptions 2025.zip";
    measured(old, "fy2026/icd10cm-Code Descriptions-2026.zip", &floors);
}
