//! Tables of transitions between two editions, applied to a step between two releases.

use crate::model::{Release, Transition, TransitionRow};

/// Returns whether a table describes the step between two releases: each old code is billable in the older one, and each
/// new code in the newer one.
pub fn transition_fits(table: &Transition, old: &Release, new: &Release) -> bool {
    let is_in = |code: &Option<String>, release: &Release| {
        code.as_deref().is_none_or(|code| release.find_billable(code).is_some())
    };
    table.rows.iter().all(|row| is_in(&row.old, old) && is_in(&row.new, new))
}

/// Returns the rows with two different codes that apply to a step. In a table of another step these are the rows whose old
/// code is deleted or whose new code is added: rows for codes in both releases describe another time.
pub fn transition_changes<'t>(
    table: &'t Transition,
    old: &'t Release,
    new: &'t Release,
) -> impl Iterator<Item = (&'t TransitionRow, &'t str, &'t str)> {
    let fits = transition_fits(table, old, new);
    let changes =
        table.rows.iter().filter_map(|row| row.change().map(|(before, after)| (row, before, after)));
    changes.filter(move |(_, before, after)| {
        fits || new.find_billable(before).is_none() || old.find_billable(after).is_none()
    })
}
