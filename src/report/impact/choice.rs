//! What there is to decide about a code in use, whatever was decided.

use std::collections::BTreeSet;

use crate::crosswalk::{Axis, Crosswalk, EvidenceKind, Mapping, Path};
use crate::diff::WordSide;
use crate::report::crosswalk::also_below;
use crate::report::digest;
use crate::report::lookup::Relative;
use crate::report::target::TargetRow;
use crate::view::Described;

/// What there is to decide about a code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::report) struct ChoiceRow<'a> {
    /// The codes that may be used instead.
    pub(in crate::report) targets: Vec<TargetRow<'a>>,
    /// The details that documentation must state.
    pub(in crate::report) ask: Vec<Axis>,
    /// The paths to targets with more than one step.
    pub(in crate::report) paths: Vec<String>,
}

/// The same as a row has it.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct Choice<'r, 'a> {
    /// The codes that may be used instead.
    pub(in crate::report) targets: &'r [TargetRow<'a>],
    /// The details that documentation must state.
    pub(in crate::report) ask: &'r [Axis],
    /// The paths to targets with more than one step.
    pub(in crate::report) paths: &'r [String],
}

impl<'a> ChoiceRow<'a> {
    pub(super) fn of(mapping: &Mapping<'a>, crosswalk: &Crosswalk<'a>) -> Self {
        Self {
            targets: TargetRow::all_of(mapping, crosswalk),
            ask: mapping.distinguish.clone(),
            paths: paths(mapping),
        }
    }
}

/// Returns the paths from a code, and the billable codes below it to which no row leads.
fn paths(mapping: &Mapping<'_>) -> Vec<String> {
    let below: Vec<Relative<'_>> = mapping.below.iter().copied().map(Relative::of).collect();
    mapping.paths.iter().map(Path::to_string).chain(also_below(&below)).collect()
}

/// Returns the digest of an item. The user's own decisions are no evidence here: a list that was made again with the
/// decisions that came back has the same digests wherever the candidates are the same.
pub(super) fn digest_of(code: &str, description: &Described, targets: &[TargetRow<'_>]) -> String {
    let kinds = |target: &TargetRow<'_>| {
        let kinds = target.evidence.iter().map(|evidence| evidence.kind);
        kinds.filter(|kind| *kind != EvidenceKind::Reviewed).map(EvidenceKind::word).collect::<BTreeSet<_>>()
    };
    let words = &description.words;
    let without = |side: WordSide| -> String {
        words.iter().filter(|word| word.side != side).map(|word| word.text.as_str()).collect()
    };
    let texts = [code.to_owned(), without(WordSide::New), without(WordSide::Old)];
    let candidates = targets.iter().map(|target| {
        let kinds = kinds(target).into_iter().collect::<Vec<_>>().join(",");
        [target.code, target.long, &kinds].join("\t")
    });
    digest::of_lines(texts.into_iter().chain(candidates))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::target::testing::target;

    #[test]
    fn an_item_is_another_one_when_its_text_or_its_evidence_changes_and_not_when_it_was_decided() {
        use EvidenceKind::{Expansion, Official, Reviewed};
        let text = Described::plain("Multiple sclerosis");
        let of = |text: &Described, evidence: &[(EvidenceKind, &str, Option<u32>)]| {
            digest_of("G35", text, &[target("G35A", evidence)])
        };
        let wanted = of(&text, &[(Official, "t.csv", Some(4))]);
        assert_eq!(wanted, of(&text, &[(Official, "copy.csv", Some(5)), (Reviewed, "ours.csv", Some(2))]));
        assert_ne!(wanted, of(&text, &[(Expansion, "t.csv", Some(4))]));
        assert_ne!(
            wanted,
            of(&Described::plain("Multiple sclerosis, unspecified"), &[(Official, "t.csv", Some(4))])
        );
        assert_ne!(wanted, digest_of("G35", &text, &[]));
    }
}
