//! The user's own table, compared with OLD and NEW: rows whose codes are no longer billable, descriptions that are out
//! of date, and new codes that it lacks.

use std::collections::BTreeMap;

use super::{Diff, Kind};
use crate::model::{Entry, OwnRow, OwnTable, Release, TextKind};

/// The finding about a row of the user's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Its code can no longer be used: the kind of change gives the reason.
    Dead(Kind),
    /// Its code was already not billable in OLD.
    LongDead,
    /// Its description is that of OLD, and NEW has another.
    OldWording,
    /// Its description is neither that of OLD nor that of NEW.
    OtherWording,
    /// Its code now has another meaning.
    Reused,
    /// Its code is a header: not usable on a claim.
    Header,
    /// Its code is in neither release.
    Unknown,
}

impl Standing {
    /// Returns the word used in output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dead(kind) => kind.word(),
            Self::LongDead => "dead before",
            Self::OldWording => "old wording",
            Self::OtherWording => "other wording",
            Self::Reused => "reused",
            Self::Header => "header",
            Self::Unknown => "unknown",
        }
    }
}

/// A row of the user's table with a finding.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct OurRow<'a> {
    /// The row.
    pub row: &'a OwnRow,
    /// The code in OLD, if it exists there.
    pub old: Option<Entry<'a>>,
    /// The code in NEW, if it exists there.
    pub new: Option<Entry<'a>>,
    /// The finding.
    pub standing: Standing,
}

/// The user's own table, compared with OLD and NEW.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ours<'a> {
    /// Number of rows in the table.
    pub rows: u64,
    /// The rows with a finding, in their order.
    pub findings: Vec<OurRow<'a>>,
    /// The new billable codes that it lacks.
    pub missing: Vec<Entry<'a>>,
}

/// Compares a table with a difference.
pub fn ours<'a>(diff: &Diff<'a>, table: &'a OwnTable) -> Ours<'a> {
    let kinds: BTreeMap<&str, Kind> = diff
        .changes
        .iter()
        .filter(|change| change.is_deletion() || change.kind == Kind::Reused)
        .map(|change| (change.entry().code(), change.kind))
        .collect();
    let mut findings = Vec::new();
    let mut held: Vec<&str> = Vec::new();
    for row in &table.rows {
        let (old, new) = (only(diff.old, &row.code), only(diff.new, &row.code));
        held.extend(new.map(Entry::code));
        if let Some(standing) = standing(row, old, new, &kinds) {
            findings.push(OurRow { row, old, new, standing });
        }
    }
    held.sort_unstable();
    let added = diff.changes.iter().filter(|change| matches!(change.kind, Kind::Added | Kind::Promoted));
    let fresh = added.filter_map(|change| change.new.filter(|entry| entry.is_billable()));
    let missing = fresh.filter(|entry| held.binary_search(&entry.code()).is_err()).collect();
    Ours { rows: table.rows.len() as u64, findings, missing }
}

/// Returns the entry of a code in a release, if it has only one meaning there.
fn only<'a>(release: &'a Release, code: &str) -> Option<Entry<'a>> {
    match release.find_all(code)[..] {
        [entry] => Some(entry),
        _ => None,
    }
}

fn standing(
    row: &OwnRow,
    old: Option<Entry<'_>>,
    new: Option<Entry<'_>>,
    kinds: &BTreeMap<&str, Kind>,
) -> Option<Standing> {
    let Some(known) = new.or(old) else { return Some(Standing::Unknown) };
    match kinds.get(known.code()) {
        Some(Kind::Reused) => return Some(Standing::Reused),
        Some(kind) => return Some(Standing::Dead(*kind)),
        None => {}
    }
    if new.is_none_or(|new| !new.is_header() && !new.is_billable()) {
        return Some(Standing::LongDead);
    }
    if known.is_header() {
        return Some(Standing::Header);
    }
    let wordings = [&row.long, &row.short].into_iter().flatten();
    let is_there = wordings.filter(|text| !text.is_empty()).filter_map(|text| wording(text, old, new));
    is_there.max()
}

/// Checks whether a description in the user's table is out of date.
fn wording(ours: &str, old: Option<Entry<'_>>, new: Option<Entry<'_>>) -> Option<Standing> {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_of = |entry: Option<Entry<'_>>| {
        entry.is_some_and(|entry| {
            let texts = TextKind::ALL.iter().filter_map(|kind| entry.text(*kind));
            texts.map(plain).any(|text| text == plain(ours))
        })
    };
    match (is_of(old), is_of(new)) {
        (_, true) => None,
        (true, false) => Some(Standing::OldWording),
        (false, false) => Some(Standing::OtherWording),
    }
}
