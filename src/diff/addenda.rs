//! A difference in the publisher's format: the lines and totals of an addenda file.

use super::{Change, Diff, Kind};
use crate::model::{Action, AddendaLine, Entry, Level, LevelTotals, Release, Totals};

/// Returns the addenda lines of a difference: sorted by code, for one code `Delete` before `Add`, `Revise from` before
/// `Revise to`. A code that becomes a header is deleted as a code and added as a header. Kinds that the addenda do not
/// have are left out.
pub fn lines(diff: &Diff<'_>) -> Vec<AddendaLine> {
    let mut lines: Vec<AddendaLine> = diff.changes.iter().flat_map(lines_of).collect();
    lines.sort_by(|a, b| (&a.code, a.action).cmp(&(&b.code, b.action)));
    lines
}

fn lines_of(change: &Change<'_>) -> Vec<AddendaLine> {
    let actions = match change.kind {
        Kind::Added => [None, Some(Action::Add)],
        Kind::Removed => [Some(Action::Delete), None],
        Kind::Demoted | Kind::Promoted => [Some(Action::Delete), Some(Action::Add)],
        Kind::Revised => [Some(Action::ReviseFrom), Some(Action::ReviseTo)],
        _ => [None, None],
    };
    let sides = [change.old, change.new].into_iter().zip(actions);
    sides.filter_map(|(entry, action)| Some(line(entry?, action?))).collect()
}

fn line(entry: Entry<'_>, action: Action) -> AddendaLine {
    AddendaLine {
        code: entry.code().to_owned(),
        action,
        level: entry.level(),
        long: entry.long().to_owned(),
        short: entry.short().map(str::to_owned),
        line: 0,
    }
}

/// Returns the totals of addenda lines between two releases.
pub fn totals(old: &Release, new: &Release, lines: &[AddendaLine]) -> Totals {
    let of = |level| {
        let count = |action| {
            let fits = lines.iter().filter(|line| line.level == level && line.action == action);
            Some(fits.count() as u64)
        };
        LevelTotals {
            old: Some(old.count(level) as u64),
            new: Some(new.count(level) as u64),
            additions: count(Action::Add),
            deletions: count(Action::Delete),
            revisions: count(Action::ReviseTo),
        }
    };
    Totals { headers: of(Level::Header), codes: of(Level::Code) }
}
