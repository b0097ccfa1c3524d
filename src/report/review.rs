//! The list that the leads of a department decide on: codes in use that lost validity or were narrowed, with the codes that
//! may replace them.
//!
//! Invariant: a list and each of its items have a digest of what a person sees when deciding. A decision that comes back
//! with another digest was made about something else.

use std::cmp::Reverse;

use jiff::civil::Date;

use super::decided::{DecidedRow, Task, asked_for, question};
use super::impact::{Choice, ImpactReport, ItemRow};
use super::target::TargetRow;
use super::{ReleaseInfo, digest, evidence};
use crate::crosswalk::Provenance;
use crate::impact::{Amount, Status};
use crate::model::CodeSet;
use crate::view::{Described, EvidenceLine, Question, Tone};

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
    let Choice { targets, ask, paths } = row.choice();
    ReviewItem {
        set: "",
        releases: context.releases.to_owned(),
        code: row.code.to_owned(),
        display: row.display.clone(),
        digest: row.digest(),
        description,
        status: row.status.word(),
        tone,
        task,
        lines: row.lines,
        share: row.share,
        amount: row.amount,
        owners: row.owners.iter().map(|(owner, lines)| ((*owner).to_owned(), *lines)).collect(),
        deadline: row.deadline,
        questions: asked_for(ask, targets).map(question).collect(),
        paths: paths.to_vec(),
        attributes: attributes.map(|(name, row)| ((*name).to_owned(), row.describe_old())).collect(),
        candidates: targets.iter().map(|target| candidate(row, target, display)).collect(),
        evidence: evidence::lines(targets),
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

fn digest_of_decisions(items: &[ReviewItem]) -> String {
    let field = |text: &Option<String>| text.clone().unwrap_or_default();
    let line = |row: &DecidedRow| {
        let texts = [&row.target, &row.note, &row.who, &row.when].map(field);
        [&row.source, row.status.word(), &texts.join("\t")].join("\t")
    };
    let lines: Vec<String> = items.iter().flat_map(|item| &item.decisions).map(line).collect();
    if lines.is_empty() { String::new() } else { digest::of_lines(lines) }
}
