//! The changes of a script for a database: every code that a rule or a decision replaces.

use super::choose::Instructions;
use super::script::{Addition, Mode, NewCode, Replacement, Spelling};
use crate::crosswalk::{Crosswalk, Disposition, Mapping};
use crate::model::Entry;

/// The steps of a script, and the codes that it does not change.
#[derive(Debug, Default)]
pub(crate) struct Planned {
    /// Codes that are replaced.
    pub(crate) replacements: Vec<Replacement>,
    /// Codes to add.
    pub(crate) additions: Vec<Addition>,
    /// Codes that are no longer billable and have no decision, as people write them.
    pub(crate) undecided: Vec<String>,
    /// Codes whose last day is not known.
    pub(crate) without_day: Vec<String>,
}

/// Plans a script for codes written in one way.
pub(crate) fn planned(
    crosswalk: &Crosswalk<'_>,
    decided: &Instructions,
    mode: Mode,
    spelling: Spelling,
) -> Planned {
    let mut planned = Planned::default();
    let set = crosswalk.new.set;
    let new = |entry: Entry<'_>| NewCode {
        code: spelling.spell(set, entry.code()),
        description: (!entry.is_withheld()).then(|| entry.long().to_owned()),
    };
    for mapping in &crosswalk.mappings {
        let (source, display) = (mapping.source.code(), mapping.source.display());
        let accepted: Vec<Entry<'_>> =
            decided.accepted(source).iter().filter_map(|code| crosswalk.new.find_billable(code)).collect();
        if mapping.is_narrowed() {
            let added = accepted.into_iter().filter_map(|entry| {
                let first_day = crosswalk.first_day(mapping, entry)?;
                Some(Addition { new: new(entry), like: spelling.spell(set, source), first_day })
            });
            planned.additions.extend(added);
            continue;
        }
        let targets = if accepted.is_empty() { automatic(mapping) } else { accepted };
        let one_at_a_time = mode == Mode::Replace && targets.len() > 1;
        if targets.is_empty() && !decided.is_left(source) || one_at_a_time {
            planned.undecided.push(display);
            continue;
        }
        if targets.is_empty() && mode == Mode::Replace {
            continue;
        }
        let days = crosswalk.last_day(mapping).and_then(|last| Some((last, last.tomorrow().ok()?)));
        let Some((last_day, first_day)) = days else {
            planned.without_day.push(display);
            continue;
        };
        let (old, new) = (spelling.spell(set, source), targets.into_iter().map(new).collect());
        planned.replacements.push(Replacement { old, new, last_day, first_day });
    }
    planned
}

/// Returns the one code that replaces another without review.
fn automatic<'a>(mapping: &Mapping<'a>) -> Vec<Entry<'a>> {
    match mapping.decision {
        Disposition::Automatic => mapping.targets.iter().map(|target| target.entry).collect(),
        _ => Vec::new(),
    }
}
