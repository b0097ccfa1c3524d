//! The list that the leads of a department decide on: codes in use that lost validity or were narrowed, with the codes that
//! may replace them.
//!
//! Invariant: a list and each of its items have a digest of what a person sees when deciding. A decision that comes back
//! with another digest was made about something else.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::decided::{DecidedRow, Task, asked_for, meaning, question};
use super::impact::{ImpactReport, ItemRow};
use super::target::TargetRow;
use super::{ReleaseInfo, digest};
use crate::crosswalk::{Evidence, EvidenceKind, Provenance};
use crate::diff::WordSide;
use crate::impact::{Amount, Status};
use crate::model::CodeSet;
use crate::view::{Described, Question, Tone};

/// A list of codes to decide on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Review {
    /// The title, which names the releases.
    pub(crate) title: String,
    /// The owner of the lines, where they belong to only one.
    pub(crate) owner: Option<String>,
    /// The releases, each with OLD or NEW.
    pub(crate) releases: Vec<(&'static str, ReleaseInfo)>,
    /// What the decisions are for, in the name of their file: a release or an edition.
    pub(crate) subject: String,
    /// The digest of the items.
    pub(crate) digest: String,
    /// The digest of the decisions that were read; empty where there are none.
    pub(crate) decided: String,
    /// The items: those that need a decision first, most lines first.
    pub(crate) items: Vec<ReviewItem>,
}

/// A code to decide on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ReviewItem {
    /// Its code set, where the list has several; empty otherwise.
    pub(crate) set: &'static str,
    /// The digest of the codes of both releases.
    pub(crate) releases: String,
    /// The code as it appears in files.
    pub(crate) code: String,
    /// The code as people write it.
    pub(crate) display: String,
    /// Its description, old and new where it changed.
    pub(crate) description: Described,
    /// What happened to the code, in a word.
    pub(crate) status: &'static str,
    /// The tone of that word.
    pub(crate) tone: Tone,
    /// What is to be done.
    pub(crate) task: Task,
    /// The lines that use it; `None` where the number is hidden.
    pub(crate) lines: Option<u64>,
    /// Its share of all lines, from 0 to 1.
    pub(crate) share: Option<f64>,
    /// The amounts of the rows, claims and items that name it.
    pub(crate) amount: Option<Amount>,
    /// Owners with their lines; `None` where the number is hidden.
    pub(crate) owners: Vec<(String, Option<u64>)>,
    /// The first day on which the code is no longer valid, if it is known.
    pub(crate) deadline: Option<Date>,
    /// What the record must specify to choose one of the candidates.
    pub(crate) questions: Vec<Question>,
    /// The paths with more than one step, and what else must be known to follow them.
    pub(crate) paths: Vec<String>,
    /// The attributes of the code, by name.
    pub(crate) attributes: Vec<(String, String)>,
    /// The codes that may be used instead.
    pub(crate) candidates: Vec<Candidate>,
    /// The evidence for the candidates, strongest first.
    pub(crate) evidence: Vec<EvidenceLine>,
    /// The decisions that were read, in their order.
    pub(crate) decisions: Vec<DecidedRow>,
    /// The digest of the code, its description, and its candidates with their kinds of evidence.
    pub(crate) digest: String,
}

/// A code that may be used instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The code as it appears in files.
    pub(crate) code: String,
    /// The code as people write it.
    pub(crate) display: String,
    /// Its description; empty for a code of another set.
    pub(crate) description: String,
    /// The provenance, by the strongest evidence.
    pub(crate) provenance: Provenance,
    /// The codes that must be used together with it, as people write them.
    pub(crate) with: Vec<String>,
    /// Its attributes, by name, in the order of those of the code.
    pub(crate) attributes: Vec<(String, String)>,
}

/// Evidence of one kind from one file, for one or more candidates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EvidenceLine {
    /// The kind.
    pub(crate) kind: EvidenceKind,
    /// The meaning of the kind, in a sentence.
    pub(crate) meaning: &'static str,
    /// The file with its rows, or the release.
    pub(crate) place: String,
    /// The candidates, as people write them; empty if it is evidence for all of them.
    pub(crate) codes: Vec<String>,
}

impl ReviewItem {
    /// Returns whether a person must decide: not where the publisher names the one replacement.
    pub(crate) fn needs_decision(&self) -> bool {
        self.task != Task::Replace
    }

    /// Returns the amount for people.
    pub(crate) fn dollars(&self) -> Option<String> {
        self.amount.map(Amount::in_dollars)
    }

    /// Returns whether the code stays valid with a narrower meaning.
    pub(crate) fn is_narrowed(&self) -> bool {
        self.task == Task::Narrowed
    }
}

impl ImpactReport<'_> {
    /// Returns the list to decide on.
    pub(crate) fn review(&self) -> Review {
        let context = Reviewed { set: self.set, releases: &self.releases, decided: &self.decided };
        let rows = self.items.iter().chain(&self.narrowed);
        let items = rows.filter_map(|row| Some(context.item(row, row.task()?)));
        let releases = vec![("OLD", self.old.clone()), ("NEW", self.new.clone())];
        Review::new(self.title(), self.owner.clone(), releases, self.new.id.clone(), items.collect())
    }
}

impl Review {
    /// Makes a list: what needs a decision first, most lines first.
    pub(super) fn new(
        title: String,
        owner: Option<String>,
        releases: Vec<(&'static str, ReleaseInfo)>,
        subject: String,
        mut items: Vec<ReviewItem>,
    ) -> Self {
        items.sort_by_key(|item| (!item.needs_decision(), Reverse(item.lines)));
        let digest = digest::of_lines(items.iter().map(|item| &item.digest));
        let decided = digest_of_decisions(&items);
        Self { title, owner, releases, subject, digest, decided, items }
    }
}

/// What the items of one code set have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reviewed<'c> {
    /// The code set.
    pub(super) set: &'static CodeSet,
    /// The digest of the codes of both releases.
    pub(super) releases: &'c str,
    /// The decisions that were read, with their effects.
    pub(super) decided: &'c [DecidedRow],
}

impl Reviewed<'_> {
    /// Returns the item of a code.
    pub(super) fn item(&self, row: &ItemRow<'_>, task: Task) -> ReviewItem {
        item_of(*self, row, task)
    }
}

fn item_of(context: Reviewed<'_>, row: &ItemRow<'_>, task: Task) -> ReviewItem {
    let display = context.set.display;
    let attributes = row.attributes.iter();
    let tone = match row.status {
        Status::Changed(kind) => kind.into(),
        _ => Tone::Warn,
    };
    let description = row.description();
    ReviewItem {
        set: "",
        releases: context.releases.to_owned(),
        code: row.code.to_owned(),
        display: row.display.clone(),
        digest: digest_of(row.code, &description, &row.targets),
        description,
        status: row.status.word(),
        tone,
        task,
        lines: row.lines,
        share: row.share,
        amount: row.amount,
        owners: row.owners.iter().map(|(owner, lines)| ((*owner).to_owned(), *lines)).collect(),
        deadline: row.deadline,
        questions: asked_for(&row.ask, &row.targets).map(question).collect(),
        paths: row.paths.clone(),
        attributes: attributes.map(|(name, row)| ((*name).to_owned(), row.describe_old())).collect(),
        candidates: row.targets.iter().map(|target| candidate(row, target, display)).collect(),
        evidence: evidence(&row.targets),
        decisions: context.decided.iter().filter(|decided| decided.source == row.code).cloned().collect(),
    }
}

fn candidate(row: &ItemRow<'_>, target: &TargetRow<'_>, display: fn(&str) -> String) -> Candidate {
    let attributes = row.attributes.iter();
    Candidate {
        code: target.code.to_owned(),
        display: target.display.clone(),
        description: target.long.to_owned(),
        provenance: target.provenance,
        with: target.with.iter().map(|code| display(code)).collect(),
        attributes: attributes.map(|(name, row)| ((*name).to_owned(), row.describe_of(target))).collect(),
    }
}

/// The rows of a file, and the codes that they are evidence for.
type Proven<'t> = (BTreeSet<u32>, Vec<&'t str>);

/// Returns the evidence by kind and file, each file once with all of its rows.
fn evidence(targets: &[TargetRow<'_>]) -> Vec<EvidenceLine> {
    let mut files: BTreeMap<(EvidenceKind, &str), Proven<'_>> = BTreeMap::new();
    for target in targets {
        for Evidence { kind, source, row, .. } in &target.evidence {
            let (rows, codes) = files.entry((*kind, source)).or_default();
            rows.extend(row);
            if codes.last() != Some(&target.display.as_str()) {
                codes.push(&target.display);
            }
        }
    }
    let line = |((kind, source), (rows, codes)): ((EvidenceKind, &str), Proven<'_>)| {
        let codes = if codes.len() == targets.len() { Vec::new() } else { codes };
        EvidenceLine {
            kind,
            meaning: meaning(kind),
            place: place(source, &rows),
            codes: codes.into_iter().map(str::to_owned).collect(),
        }
    };
    files.into_iter().map(line).collect()
}

/// Formats rows of a file, consecutive ones as a range: `FILE rows 791-798, 802`.
fn place(source: &str, rows: &BTreeSet<u32>) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for row in rows {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *row => *last = *row,
            _ => ranges.push((*row, *row)),
        }
    }
    let range = |(first, last): &(u32, u32)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    let ranges = ranges.iter().map(range).collect::<Vec<_>>().join(", ");
    match rows.len() {
        0 => source.to_owned(),
        1 => format!("{source} row {ranges}"),
        _ => format!("{source} rows {ranges}"),
    }
}

fn digest_of_decisions(items: &[ReviewItem]) -> String {
    let field = |text: &Option<String>| text.clone().unwrap_or_default();
    let line = |row: &DecidedRow| {
        let texts = [&row.target, &row.note, &row.who, &row.when].map(field);
        [&row.source, row.status.word(), &texts.join("\t")].join("\t")
    };
    let lines: Vec<String> = items.iter().flat_map(|item| &item.decisions).map(line).collect();
    if lines.is_empty() { String::new() } else { digest::of_lines(lines) }
}

/// Returns the digest of an item. The user's own decisions are no evidence here: a list that was made again with the
/// decisions that came back has the same digests wherever the candidates are the same.
fn digest_of(code: &str, description: &Described, targets: &[TargetRow<'_>]) -> String {
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
    use crate::crosswalk::Relationship;

    fn target<'a>(code: &'a str, evidence: &[(EvidenceKind, &str, Option<u32>)]) -> TargetRow<'a> {
        let one = |(kind, source, row): &(EvidenceKind, &str, Option<u32>)| Evidence {
            kind: *kind,
            source: (*source).to_owned(),
            row: *row,
            effective: None,
        };
        TargetRow {
            code,
            code_set: None,
            display: code.to_owned(),
            long: "",
            relationship: Relationship::RelatedTo,
            evidence: evidence.iter().map(one).collect(),
            with: Vec::new(),
            valid_from: None,
            provenance: Provenance::Official,
        }
    }

    #[test]
    fn consecutive_rows_are_a_range() {
        for (rows, wanted) in [
            (&[][..], "t.csv"),
            (&[7], "t.csv row 7"),
            (&[7, 8], "t.csv rows 7-8"),
            (&[791, 792, 793, 798, 800, 801], "t.csv rows 791-793, 798, 800-801"),
            (&[3, 1, u32::MAX], "t.csv rows 1, 3, 4294967295"),
        ] {
            assert_eq!(place("t.csv", &rows.iter().copied().collect()), wanted);
        }
    }

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

    #[test]
    fn evidence_from_one_file_is_listed_once() {
        use EvidenceKind::{Expansion, Official};
        let all = evidence(&[
            target("A1", &[(Official, "t.csv", Some(4))]),
            target("A2", &[(Official, "t.csv", Some(5)), (Expansion, "icd10cm@2026", None)]),
        ]);
        let lines: Vec<_> =
            all.iter().map(|line| (line.kind, line.place.as_str(), line.codes.join(" "))).collect();
        let wanted =
            [(Official, "t.csv rows 4-5", String::new()), (Expansion, "icd10cm@2026", "A2".to_owned())];
        assert_eq!(lines, wanted);
    }
}
