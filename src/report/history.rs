//! The report of `history`: the changes of a code, release by release.

use serde::Serialize;

use super::diff::Texts;
use super::{ReleaseInfo, Report, SCHEMA_VERSION, edition, sources_of};
use crate::diff::{Groups, Kind, Revision, changes_of, words};
use crate::model::{Entry, Level, Place, Problem, ProblemCode, Release, TextKind};
use crate::view::{self, Cell, Section, Table, Tone, column};

/// The change of a code in a release.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Step<'a> {
    /// The code as it appears in files.
    pub(crate) code: String,
    /// The code as people write it.
    pub(crate) display: String,
    /// The release.
    pub(crate) release: String,
    /// The day it takes effect, `null` where the edition is not known.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) effective: Option<jiff::civil::Date>,
    /// `first seen` in the first release, then the kind of change, or `unchanged`.
    pub(crate) event: &'static str,
    /// The day that the record of the code gives for it: its first day where it was added, its last day where it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) day: Option<jiff::civil::Date>,
    /// The level in this release, `null` if it is not there.
    pub(crate) level: Option<Level>,
    /// The descriptions in this release, `null` if it is not there.
    pub(crate) texts: Option<Texts<'a>>,
    /// The descriptions that changed, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<Revision>,
    #[serde(skip)]
    kind: Option<Kind>,
    #[serde(skip)]
    before: Option<&'a str>,
}

impl Step<'_> {
    fn event_cell(&self) -> Cell {
        self.kind.map_or_else(|| Cell::badge(self.event, Tone::Plain), Cell::kind)
    }

    /// Returns the long description, with the words that changed; that of a deleted code is the last one.
    fn description(&self) -> Cell {
        match (&self.texts, self.before, &self.revision) {
            (Some(texts), Some(before), Some(_)) => Cell::words(words(before, texts.long.unwrap_or(""))),
            (Some(texts), ..) => Cell::from(texts.long),
            (None, before, _) => Cell::from(before),
        }
    }
}

/// The report of `history`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct HistoryReport<'a> {
    /// The version of this form.
    pub(crate) schema_version: u32,
    /// The releases, oldest first.
    pub(crate) releases: Vec<ReleaseInfo>,
    /// The steps: for each code, one for the first release that has it and one for each release that changes it.
    pub(crate) steps: Vec<Step<'a>>,
    /// The problems with the input.
    pub(crate) problems: Vec<Problem>,
}

/// The word for the first release that has a code.
const FIRST_SEEN: &str = "first seen";

/// Follows codes through releases. They are ordered by effective date if all dates are known, else in the order given.
pub(crate) fn history<'a>(codes: &[String], releases: &'a [Release]) -> HistoryReport<'a> {
    let mut releases: Vec<&Release> = releases.iter().collect();
    if releases.iter().all(|release| release.effective().is_some()) {
        releases.sort_by_key(|release| release.effective());
    }
    let mut steps = Vec::new();
    let mut problems: Vec<Problem> = releases.iter().flat_map(|release| release.problems.clone()).collect();
    for asked in codes {
        let of_code = steps_of(asked, &releases);
        if of_code.is_empty() {
            let fact = format!("`{}` is not in any of the given releases", asked.escape_debug());
            problems.push(Problem::new(ProblemCode::UnknownCode, Place::default(), fact));
        }
        steps.extend(of_code);
    }
    let releases = releases.into_iter().map(ReleaseInfo::of).collect();
    HistoryReport { schema_version: SCHEMA_VERSION, releases, steps, problems }
}

fn steps_of<'a>(asked: &str, releases: &[&'a Release]) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    let mut before: Option<Entry<'a>> = None;
    for (at, release) in releases.iter().enumerate() {
        let Some(code) = (release.set.normalize)(asked) else { continue };
        let now = release.find_all(&code).first().copied();
        let step = |event: Option<Kind>, revision| Step {
            display: now.or(before).map_or_else(|| (release.set.display)(&code), Entry::display),
            code: now.or(before).map_or_else(|| code.clone(), |entry| entry.code().to_owned()),
            release: release.id(),
            effective: release.effective(),
            event: event.map_or(FIRST_SEEN, Kind::word),
            kind: event,
            day: now.and_then(|now| own_day(now, event)),
            level: now.map(Entry::level),
            texts: now.map(Texts::of),
            revision,
            before: before.and_then(|before| before.shown(TextKind::Long)),
        };
        if at == 0 {
            steps.extend(now.map(|_| step(None, None)));
        } else {
            let changes = changes_of(before, now, &Groups::default());
            steps.extend(changes.into_iter().map(|change| step(Some(change.kind), change.revision)));
        }
        before = now;
    }
    steps
}

/// Returns the day of an event in the record of a code; `None` means the first release that has it.
fn own_day(entry: Entry<'_>, event: Option<Kind>) -> Option<jiff::civil::Date> {
    match event {
        Some(Kind::Terminated) => entry.last_day(),
        None | Some(Kind::Added | Kind::Reused) => entry.first_day(),
        Some(_) => None,
    }
}

impl<'a> Report for HistoryReport<'a> {
    type Row = Step<'a>;

    const NAME: &'static str = "history";

    fn view(&self) -> view::Report {
        let releases: Vec<_> = self.releases.iter().map(|release| release.id.as_str()).collect();
        let steps = Section::new("Events").sheet("Events").rows(
            &self.steps,
            [
                column("code", |step: &Step<'_>| Cell::code(step.display.clone())).filter(),
                column("release", |step: &Step<'_>| Cell::from(step.release.as_str())).filter(),
                column("effective", |step: &Step<'_>| Cell::from(step.effective)),
                column("event", Step::event_cell).filter(),
                column("first or last day", |step: &Step<'_>| Cell::from(step.day)),
                column("use", |step: &Step<'_>| Cell::from(step.level.map(Level::word))),
                column("description", Step::description),
            ],
        );
        let report = view::Report {
            editions: self.releases.iter().map(|release| edition("RELEASE", release)).collect(),
            ..view::Report::new(format!("History in {}", releases.join(", ")))
        };
        let files = self.releases.iter().map(|release| (release.id.as_str(), release));
        report
            .heading("Code history")
            .section(steps)
            .problems(&self.problems)
            .appendix(sources_of(files, &[]))
    }

    fn flat(&self) -> Table {
        let mut table = Table::new(&[
            "code",
            "display",
            "release",
            "effective",
            "event",
            "day",
            "level",
            "long",
            "short",
            "wording",
        ]);
        for step in &self.steps {
            table.row(vec![
                Cell::Code(step.code.clone()),
                Cell::Code(step.display.clone()),
                Cell::from(step.release.as_str()),
                Cell::from(step.effective),
                Cell::from(step.event),
                Cell::from(step.day),
                Cell::from(step.level.map(Level::word)),
                Cell::from(step.texts.as_ref().and_then(|texts| texts.long)),
                Cell::from(step.texts.as_ref().and_then(|texts| texts.short)),
                Cell::from(step.revision.as_ref().map(|revision| revision.wording.word())),
            ]);
        }
        table
    }

    fn rows(&self) -> impl Iterator<Item = &Self::Row> {
        self.steps.iter()
    }
}
