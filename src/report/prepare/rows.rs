//! The rows of the report of `prepare`, as its JSON has them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::base::closed_list;
use crate::diff::{Diff, Kind};
use crate::model::{CodeSet, DecisionRow, Level};
use crate::report::decided::Task;
use crate::report::impact::{ImpactSummary, ItemRow};
use crate::report::{ImpactReport, ReleaseInfo};
use crate::view::Tone;

closed_list! {
    /// The progress of the decision about a code.
    pub(crate) enum Progress {
        /// None is needed: the publisher names one replacement of equal meaning.
        Replace = "replace",
        /// A person decides.
        Open = "open",
        /// A reviewer asks somebody first.
        Asked = "asked",
        /// Somebody decided.
        Decided = "decided",
        /// Several people decided differently; none of the decisions counts.
        Conflict = "conflict",
    }
}

impl Progress {
    /// Returns the progress of a code without decisions.
    pub(super) fn of(row: &ItemRow<'_>) -> Self {
        match row.task() {
            Some(Task::Replace) => Self::Replace,
            Some(Task::Decided) => Self::Decided,
            _ => Self::Open,
        }
    }

    /// Returns whether there is nothing to decide any more.
    pub(super) fn is_settled(self) -> bool {
        matches!(self, Self::Replace | Self::Decided)
    }

    /// Returns the label of the number of such codes.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Replace => "codes to replace",
            Self::Open => "need a decision",
            Self::Asked => "open questions",
            Self::Decided => "decided",
            Self::Conflict => "conflicts",
        }
    }

    /// Returns the word for one code.
    pub(super) fn status(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Open => "needs a decision",
            Self::Asked => "question",
            Self::Decided => "decided",
            Self::Conflict => "conflict",
        }
    }

    /// Returns a note on the number.
    pub(super) fn note(self) -> &'static str {
        match self {
            Self::Replace => "one official replacement each",
            Self::Open => "several replacements, or none",
            Self::Asked => "waiting for an answer",
            Self::Decided => "by your reviewers",
            Self::Conflict => "two reviewers disagree",
        }
    }

    /// Returns the heading of codes with it.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Replace => "Replace these codes",
            Self::Open => "Needs a decision",
            Self::Asked => "Waiting for an answer",
            Self::Decided => "Decided",
            Self::Conflict => "In conflict",
        }
    }

    /// Returns the meaning, in a sentence.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::Replace => "The publisher names one replacement of equal meaning: use it.",
            Self::Open => "There are several replacements, only a suggestion, or none: a person must decide.",
            Self::Asked => "A reviewer asked a question first.",
            Self::Decided => "A reviewer decided.",
            Self::Conflict => "Two reviewers decided differently, so neither decision counts.",
        }
    }
}

impl From<Progress> for Tone {
    fn from(progress: Progress) -> Self {
        match progress {
            Progress::Replace | Progress::Decided => Self::Good,
            Progress::Open => Self::Warn,
            Progress::Asked => Self::Info,
            Progress::Conflict => Self::Bad,
        }
    }
}

/// A code set of the update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct SetRow {
    /// The code set.
    pub(crate) code_set: &'static str,
    /// Its name for people.
    #[serde(skip)]
    pub(crate) title: &'static str,
    /// The older release.
    pub(crate) old: ReleaseInfo,
    /// The newer release.
    pub(crate) new: ReleaseInfo,
    /// The digest of the codes of both releases, as review pages write it into decisions.
    pub(crate) releases: String,
    /// Billable codes that are new.
    pub(crate) added: u64,
    /// Billable codes that lost validity.
    pub(crate) deleted: u64,
    /// Billable codes with another wording.
    pub(crate) revised: u64,
    /// Claim lines with a code that is no longer billable, each once; `null` where small numbers are hidden.
    pub(crate) lines_at_risk: Option<u64>,
    /// The codes in use.
    pub(crate) summary: ImpactSummary,
    /// The chapters in use, by their numbers.
    #[serde(skip)]
    pub(crate) chapters: Vec<&'static str>,
}

impl SetRow {
    pub(super) fn of(diff: &Diff<'_>, impact: &ImpactReport<'_>, lines: Option<[u64; 2]>) -> Self {
        let codes = |is: fn(Kind) -> bool| {
            let changes = diff.changes.iter().filter(|change| is(change.kind));
            changes
                .filter(|change| change.entry().level() == Level::Code || change.kind == Kind::Demoted)
                .count() as u64
        };
        Self {
            code_set: diff.new.set.id,
            title: diff.new.set.title,
            old: impact.old.clone(),
            new: impact.new.clone(),
            releases: impact.releases.clone(),
            added: codes(|kind| matches!(kind, Kind::Added | Kind::Promoted | Kind::Reactivated)),
            deleted: codes(Kind::is_deletion),
            revised: codes(|kind| kind == Kind::Revised),
            lines_at_risk: lines.map(|[_, at_risk]| at_risk),
            summary: impact.summary.clone(),
            chapters: impact.by_chapter.iter().map(|row| row.chapter).collect(),
        }
    }
}

/// A code in use that lost validity or was narrowed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct PreparedItem<'a> {
    /// The code set.
    pub(crate) code_set: &'static str,
    /// The progress of the decision about it.
    pub(crate) progress: Progress,
    /// The people who decide: those of the departments that use it.
    pub(crate) reviewers: BTreeSet<String>,
    /// Everything else about it.
    #[serde(flatten)]
    pub(crate) row: ItemRow<'a>,
    /// The departments of each person.
    #[serde(skip)]
    pub(crate) departments: BTreeMap<String, BTreeSet<String>>,
}

/// The person of codes that no department uses.
pub(super) const NOBODY: &str = "no department";

impl<'a> PreparedItem<'a> {
    pub(super) fn new(
        code_set: &'static str,
        progress: Progress,
        row: ItemRow<'a>,
        person_of: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let mut departments: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for department in row.owners.keys() {
            let person = person_of(department).unwrap_or_else(|| (*department).to_owned());
            departments.entry(person).or_default().insert((*department).to_owned());
        }
        if departments.is_empty() {
            departments.insert(NOBODY.to_owned(), BTreeSet::new());
        }
        let reviewers = departments.keys().cloned().collect();
        Self { code_set, progress, reviewers, row, departments }
    }

    pub(super) fn row(&self) -> &ItemRow<'a> {
        &self.row
    }

    /// Returns the lines of one person's departments; `None` where one of them is hidden.
    pub(super) fn lines_of(&self, person: &str) -> Option<u64> {
        let Some(departments) = self.departments.get(person).filter(|departments| !departments.is_empty())
        else {
            return self.row.lines;
        };
        let of = |name: &String| self.row.owners.get(name.as_str()).copied().flatten();
        departments.iter().map(of).sum()
    }
}

/// A person who decides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ReviewerRow {
    /// The person; a department where nobody is named for it.
    pub(crate) reviewer: String,
    /// The departments that use the codes.
    pub(crate) departments: BTreeSet<String>,
    /// Codes to look at.
    pub(crate) codes: u64,
    /// Their lines in these departments, without hidden ones.
    pub(crate) lines: u64,
    /// Codes that take a decision: those without one official replacement.
    pub(crate) to_decide: u64,
    /// Those of them that are decided.
    pub(crate) decided: u64,
    /// Those of them with an open question.
    pub(crate) asked: u64,
    /// Those of them that several people decided differently.
    pub(crate) conflicts: u64,
    /// The review page.
    pub(crate) review: String,
    /// The worklist.
    pub(crate) worklist: String,
}

impl ReviewerRow {
    /// Returns a row for each person, most open codes first. File names are given later.
    pub(super) fn all(items: &[PreparedItem<'_>]) -> Vec<Self> {
        let mut rows: BTreeMap<&str, Self> = BTreeMap::new();
        for item in items {
            for (person, departments) in &item.departments {
                let row = rows.entry(person).or_default();
                row.departments.extend(departments.iter().cloned());
                row.codes += 1;
                row.lines += item.lines_of(person).unwrap_or_default();
                row.to_decide += u64::from(item.progress != Progress::Replace);
                row.decided += u64::from(item.progress == Progress::Decided);
                row.asked += u64::from(item.progress == Progress::Asked);
                row.conflicts += u64::from(item.progress == Progress::Conflict);
            }
        }
        let mut rows: Vec<Self> =
            rows.into_iter().map(|(person, row)| Self { reviewer: person.to_owned(), ..row }).collect();
        rows.sort_by(|a, b| {
            (b.to_decide - b.decided, b.lines)
                .cmp(&(a.to_decide - a.decided, a.lines))
                .then_with(|| a.reviewer.cmp(&b.reviewer))
        });
        rows
    }

    /// Returns the number of codes that are not decided.
    pub(crate) fn open(&self) -> u64 {
        self.to_decide - self.decided
    }
}

/// An open question of a reviewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct QuestionRow {
    /// The code set.
    pub(crate) code_set: &'static str,
    /// The code as people write it.
    pub(crate) code: String,
    /// The question.
    pub(crate) question: String,
    /// The person who asks.
    pub(crate) who: Option<String>,
    /// The file with the question.
    pub(crate) file: String,
    /// Its row.
    pub(crate) row: u32,
}

impl QuestionRow {
    pub(super) fn of(row: &DecisionRow, set: &'static CodeSet) -> Self {
        Self {
            code_set: set.id,
            code: (set.display)(&row.source),
            question: row.note.clone().unwrap_or_default(),
            who: row.who.clone(),
            file: row.place.file.clone(),
            row: row.row,
        }
    }
}
