//! Suggestions for codes without an official successor: derived from the releases alone, and never presented as facts.

use std::sync::OnceLock;

use super::indexed;
use super::meaning::folded;
use super::similar::Similar;
use super::structural;
use super::{Evidence, EvidenceKind, Relationship, Target};
use crate::diff::{Change, Diff, Kind};
use crate::model::{Entry, TextKind};

/// Candidates for the codes that lost validity in a difference. Search tables are built on first use: most releases
/// name a successor for every code.
#[derive(Debug)]
pub(super) struct Candidates<'d, 'a> {
    diff: &'d Diff<'a>,
    fresh: OnceLock<Vec<Entry<'a>>>,
    named: OnceLock<Vec<Named<'a>>>,
    similar: OnceLock<Similar<'a>>,
}

/// A code with the description that it did not have in OLD.
#[derive(Debug)]
struct Named<'a> {
    description: String,
    is_new: bool,
    code: Entry<'a>,
}

impl<'d, 'a> Candidates<'d, 'a> {
    /// Creates the candidates for a difference.
    pub(super) fn new(diff: &'d Diff<'a>) -> Self {
        Self { diff, fresh: OnceLock::new(), named: OnceLock::new(), similar: OnceLock::new() }
    }

    /// Returns the targets of a code that lost validity, with the evidence for them.
    pub(super) fn targets(&self, source: Entry<'a>) -> Vec<Target<'a>> {
        let Some((kind, codes)) = self.codes(source) else { return Vec::new() };
        let evidence = || Evidence { kind, source: self.diff.new.id(), row: None, effective: None };
        let relationship = Relationship::RelatedTo;
        codes
            .into_iter()
            .map(|entry| Target { entry, relationship, evidence: vec![evidence()], with: Vec::new() })
            .collect()
    }

    /// Returns the strongest kind with a proposal for a code, with the codes, in the publisher's order.
    pub(super) fn codes(&self, source: Entry<'a>) -> Option<(EvidenceKind, Vec<Entry<'a>>)> {
        EvidenceKind::derived(source.set()).find_map(|kind| {
            let mut codes = self.of_kind(kind, source);
            codes.sort_by_key(|entry| entry.order());
            (!codes.is_empty()).then_some((kind, codes))
        })
    }

    /// Returns the candidates of one kind for a code.
    fn of_kind(&self, kind: EvidenceKind, source: Entry<'a>) -> Vec<Entry<'a>> {
        match kind {
            EvidenceKind::Official | EvidenceKind::Reviewed => Vec::new(),
            EvidenceKind::Expansion => self.expansion(source),
            EvidenceKind::FilledPlaceholder => structural::filled_placeholders(source, self.fresh()),
            EvidenceKind::BillableParent => {
                structural::billable_parent(source, self.fresh()).into_iter().collect()
            }
            EvidenceKind::SameDescription => self.same(source),
            EvidenceKind::OneCharacter => structural::one_character(source, self.diff.new),
            EvidenceKind::Index => indexed::codes(self.diff.old, self.diff.new, source),
            EvidenceKind::SimilarDescription => self.similar(source),
        }
    }

    /// Returns the codes that are newly billable, in the order of codes.
    fn fresh(&self) -> &[Entry<'a>] {
        self.fresh.get_or_init(|| {
            let mut fresh: Vec<_> = self.changed(is_new).collect();
            fresh.sort_unstable_by_key(|entry| entry.code());
            fresh
        })
    }

    /// Returns the billable codes below a code that became a header.
    fn expansion(&self, source: Entry<'a>) -> Vec<Entry<'a>> {
        self.diff.new.descendants(source.code()).filter(|entry| entry.is_billable()).collect()
    }

    /// Returns the new codes with the description of the source; or the one code that was revised to it.
    fn same(&self, source: Entry<'a>) -> Vec<Entry<'a>> {
        let description = folded(source.long());
        let named = self.named.get_or_init(|| self.named());
        let start = named.partition_point(|named| named.description < description);
        let same = named[start..].iter().take_while(|named| named.description == description);
        let (new, revised): (Vec<&Named<'a>>, Vec<_>) = same.partition(|named| named.is_new);
        let chosen = if new.is_empty() && revised.len() == 1 { revised } else { new };
        chosen.into_iter().map(|named| named.code).collect()
    }

    fn similar(&self, source: Entry<'a>) -> Vec<Entry<'a>> {
        let similar = || Similar::new(self.diff.old, self.diff.new, self.fresh());
        let similar = self.similar.get_or_init(similar);
        similar.to(source)
    }

    fn named(&self) -> Vec<Named<'a>> {
        let named = |is_new| move |code: Entry<'a>| Named { description: folded(code.long()), is_new, code };
        let new = self.fresh().iter().copied().map(named(true));
        let mut all: Vec<_> = new.chain(self.changed(is_renamed).map(named(false))).collect();
        all.retain(|named| !named.description.is_empty());
        all.sort_by(|a, b| (&a.description, a.code.code()).cmp(&(&b.description, b.code.code())));
        all
    }

    /// Returns the billable codes of NEW that changed in some way.
    fn changed(&self, how: fn(&Change<'a>) -> bool) -> impl Iterator<Item = Entry<'a>> {
        let changes = self.diff.changes.iter().filter(move |change| how(change));
        changes.filter_map(|change| change.new).filter(|entry| entry.is_billable())
    }
}

fn is_new(change: &Change<'_>) -> bool {
    matches!(change.kind, Kind::Added | Kind::Promoted | Kind::Reactivated | Kind::Reused)
}

fn is_renamed(change: &Change<'_>) -> bool {
    let renamed = change.revision.as_ref().is_some_and(|revision| revision.fields.contains(&TextKind::Long));
    change.kind == Kind::Revised && renamed
}
