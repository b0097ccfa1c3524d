//! The details of a choice: the status of a code, the questions that decide, and the user's decisions.

use serde::Serialize;

use super::evidence::{self, meaning};
use super::fill_in::decision_columns;
use super::target::TargetRow;
use crate::crosswalk::{Axis, AxisKind, AxisValue, Decided, Disposition, Effect, EvidenceKind, Provenance};
use crate::impact::Status;
use crate::model::{CodeSet, Decision};
use crate::view::{
    Cell, Column, FillIn, Metric, Question, Section, Shown, Target, Targets, Term, Tone, column,
};

/// Returns the status of a code, in the tone of its change.
pub(super) fn status_badge(status: impl Into<Status>) -> Cell {
    let status = status.into();
    let tone = match status {
        Status::Changed(kind) => kind.into(),
        Status::Unchanged => Tone::Plain,
        Status::Header | Status::Unknown => Tone::Warn,
    };
    Cell::badge(status.word(), tone)
}

/// Returns the section of the questions of codes: a row for each answer to each question, after the code.
pub(super) fn questions<'q>(codes: impl Iterator<Item = (Cell, &'q [Axis])>) -> Section {
    type Row<'q> = (Cell, &'q Axis, &'q AxisValue);
    let mut count = 0;
    let mut rows: Vec<Row<'q>> = Vec::new();
    for (code, questions) in codes.filter(|(_, questions)| !questions.is_empty()) {
        count += 1;
        for axis in questions {
            rows.extend(axis.values.iter().map(|value| (code.clone(), axis, value)));
        }
    }
    Section::new("Questions")
        .sheet("Questions")
        .shown(Shown::Workbook)
        .about("What the record must specify to choose a code.")
        .rows(
            &rows,
            [
                column("code", |(code, ..): &Row<'_>| code.clone()),
                column("asks for", |(_, axis, _): &Row<'_>| Cell::from(axis.axis.word())).filter(),
                column("if the record says", |(.., value): &Row<'_>| Cell::from(answer_text(value))),
                column("then", |(.., value): &Row<'_>| Cell::code(value.targets.join(", "))),
            ],
        )
        .counted(count)
}

/// Returns the documented detail of an answer.
pub(super) fn answer_text(value: &AxisValue) -> &str {
    if value.words.is_empty() { "not specified" } else { &value.words }
}

/// Returns the questions that add something to the descriptions above them.
pub(super) fn asked_for<'q>(
    questions: &'q [Axis],
    targets: &'q [TargetRow<'_>],
) -> impl Iterator<Item = &'q Axis> {
    questions.iter().filter(|axis| !repeats(axis, targets))
}

/// Returns true if a question only repeats the descriptions above it: the targets have no word in common.
fn repeats(axis: &Axis, targets: &[TargetRow<'_>]) -> bool {
    let plain = |text: &str| text.replace([',', ';', ':'], "").to_lowercase();
    let long =
        |display: &str| targets.iter().find(|target| target.display == display).map(|target| target.long);
    axis.values.iter().all(|value| match value.targets.as_slice() {
        [only] => long(only).is_some_and(|long| plain(long) == plain(&value.words)),
        _ => false,
    })
}

/// The task for a code that lost validity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// Use the one replacement that the publisher names.
    Replace,
    /// To use the replacement that the user accepted.
    Decided,
    /// To choose, or to confirm a suggestion.
    Review,
    /// Find a replacement: none is known.
    None,
    /// Choose for each case: the code is still valid, with a narrower meaning.
    Narrowed,
}

impl Task {
    /// Every task, in the order in which reports list them.
    pub(super) const ALL: [Self; 5] =
        [Self::Replace, Self::Decided, Self::Review, Self::None, Self::Narrowed];

    /// Returns the task of a code with these replacements.
    pub(super) fn of(disposition: Disposition, is_narrowed: bool, targets: &[TargetRow<'_>]) -> Self {
        let is_reviewed = |target: &TargetRow<'_>| {
            target.evidence.iter().any(|evidence| evidence.kind == EvidenceKind::Reviewed)
        };
        match disposition {
            _ if is_narrowed => Self::Narrowed,
            Disposition::Automatic if targets.iter().any(is_reviewed) => Self::Decided,
            Disposition::Automatic => Self::Replace,
            Disposition::Choose => Self::Review,
            Disposition::None => Self::None,
        }
    }

    /// Returns the heading of the codes with this task.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Replace => "Replace these codes",
            Self::Decided => "Decided",
            Self::Review => "Needs review",
            Self::None => "No replacement",
            Self::Narrowed => "Narrowed",
        }
    }

    /// Returns the label of their number.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Replace => "one official replacement",
            Self::Decided => "decided",
            Self::Review => "needs review",
            Self::None => "no replacement",
            Self::Narrowed => "narrowed",
        }
    }

    /// Returns what the task means, in a sentence.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Replace => {
                "The publisher names one replacement with the same meaning: use it without review."
            }
            Self::Decided => "You accepted a replacement: use it without review.",
            Self::Review => "There are several replacements, or only a suggestion: a person must decide.",
            Self::None => "Neither the publisher nor a suggestion names a replacement.",
            Self::Narrowed => "Still valid, but part of the meaning now has its own code.",
        }
    }
}

impl From<Task> for Tone {
    fn from(task: Task) -> Self {
        match task {
            Task::Replace | Task::Decided => Self::Good,
            Task::Review | Task::Narrowed => Self::Warn,
            Task::None => Self::Bad,
        }
    }
}

/// Returns the number of codes with each task. Tasks without codes are omitted if they are about decided or narrowed
/// codes.
pub(super) fn task_metrics(tasks: &[Task], count: impl Fn(Task) -> (u64, String)) -> Vec<Metric> {
    let metric = |task: &Task| {
        let (codes, note) = count(*task);
        let is_shown = codes > 0 || !matches!(task, Task::Decided | Task::Narrowed);
        is_shown.then(|| Metric::new(codes, task.label(), note, *task))
    };
    tasks.iter().filter_map(metric).collect()
}

/// Returns the codes that may be used instead, with the questions that decide it. `display` writes a code as people do.
pub(super) fn targets(
    targets: &[TargetRow<'_>],
    questions: &[Axis],
    paths: Vec<String>,
    display: fn(&str) -> String,
) -> Cell {
    if targets.is_empty() && paths.is_empty() {
        return Cell::Empty;
    }
    let target = |target: &TargetRow<'_>| Target {
        code: target.display.clone(),
        text: target.long.to_owned(),
        provenance: target.provenance,
        place: target.place(),
        with: target.with.iter().map(|code| display(code)).collect::<Vec<_>>().join(" + "),
    };
    Cell::targets(Targets {
        targets: targets.iter().map(target).collect(),
        evidence: evidence::lines(targets),
        questions: asked_for(questions, targets).map(question).collect(),
        paths,
    })
}

/// Returns a question with its answers and the codes that they lead to.
pub(super) fn question(axis: &Axis) -> Question {
    let answers = axis.values.iter().map(|value| (answer_text(value).to_owned(), value.targets.join(", ")));
    let about = match axis.axis {
        AxisKind::Other => "which of these",
        kind => kind.word(),
    };
    Question { about: about.to_owned(), answers: answers.collect() }
}

/// The column for a replacement.
pub(super) const TARGET: FillIn =
    FillIn { words: &[], meaning: "The code to use: one of those to the left, or another one." };

/// Returns the columns of a decision about a replacement, without its target.
pub(super) fn columns_to_decide<'c, R: ?Sized + 'c>() -> [Column<'c, R>; 4] {
    decision_columns(
        &["accept", "reject", "choose", "ask"],
        "accept: use this target. reject: not this one. choose: one of several to choose from, case by case. \
         ask: a question is open, written in the note.",
    )
}

/// Returns the terms of a report that proposes replacements: the tasks, and the kinds of evidence.
pub(super) fn basis_terms() -> impl Iterator<Item = Term> {
    let tasks = Task::ALL.map(|task| Term::new(task.label(), task, task.meaning()));
    let evidence = EvidenceKind::ALL.iter().map(|kind| {
        let tone = if kind.is_fact() { Tone::Good } else { Tone::Plain };
        Term::new(Provenance::from(*kind).basis(), tone, meaning(*kind))
    });
    tasks.into_iter().chain(evidence)
}

/// A decision of the user and its effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct DecidedRow {
    /// The code that is replaced, as it appears in files.
    pub(crate) source: String,
    /// The same as people write it.
    pub(crate) source_display: String,
    /// The code of the decision, `null` where all suggestions were rejected.
    pub(crate) target: Option<String>,
    /// The same as people write it.
    pub(crate) target_display: Option<String>,
    /// The decision.
    pub(crate) status: Decision,
    /// The effect of the decision.
    pub(crate) effect: Effect,
    /// Targets that are no longer proposed because of it.
    pub(crate) left_out: Vec<String>,
    /// Why.
    pub(crate) note: Option<String>,
    /// The person who decided.
    pub(crate) who: Option<String>,
    /// The date of the decision, as it was written.
    pub(crate) when: Option<String>,
    /// The file.
    pub(crate) file: String,
    /// The row of the file, from 1.
    pub(crate) row: u32,
}

impl DecidedRow {
    /// Returns whether its code is decided: a target was accepted or chosen, or nothing replaces it.
    pub(super) fn is_settled(&self) -> bool {
        match self.status {
            Decision::Accept | Decision::Choose => true,
            Decision::Reject => self.target.is_none(),
            Decision::Ask => false,
        }
    }

    pub(super) fn of(decided: &Decided, set: &CodeSet) -> Self {
        let row = decided.row.clone();
        Self {
            source_display: (set.display)(&row.source),
            source: row.source,
            target_display: row.target.as_deref().map(set.display),
            target: row.target,
            status: row.verdict,
            effect: decided.effect,
            left_out: decided.left_out.clone(),
            note: row.note,
            who: row.who,
            when: row.when,
            file: decided.table.clone(),
            row: row.row,
        }
    }
}
