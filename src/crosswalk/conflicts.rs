//! Finds conflicting decisions: where several people decide about one code differently, none of their decisions counts.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{CodeSet, Decision, DecisionRow, DecisionTable, Problem, ProblemCode};

/// The decisions of one person about a code.
#[derive(Default)]
struct View {
    taken: BTreeSet<String>,
    rejected: BTreeSet<String>,
    rejects_all: bool,
}

impl View {
    /// Returns true if the decisions of two people contradict each other.
    fn contradicts(&self, other: &Self) -> bool {
        let both_take = !self.taken.is_empty() && !other.taken.is_empty();
        let rejects = |one: &Self, other: &Self| {
            one.rejects_all && !other.taken.is_empty() || !one.rejected.is_disjoint(&other.taken)
        };
        both_take && self.taken != other.taken || rejects(self, other) || rejects(other, self)
    }
}

/// Removes the decisions about codes that several people decided differently, and reports who decided what; returns
/// these codes as well.
///
/// `who` identifies a person, or the table where it is blank. One person may accept several codes for one source.
pub(super) fn take_out(set: &CodeSet, tables: &mut [DecisionTable]) -> (BTreeSet<String>, Vec<Problem>) {
    let mut views: BTreeMap<String, BTreeMap<String, View>> = BTreeMap::new();
    for (table, row) in tables.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row))) {
        let who = row.who.as_ref().map_or_else(|| table.name.clone(), |who| who.trim().to_lowercase());
        let view = views.entry(row.source.clone()).or_default().entry(who).or_default();
        let target = row.target.clone();
        if target.as_ref() == Some(&row.source) {
            // It states that the code stays or is added, which does not exclude another.
            continue;
        }
        match (row.verdict, target) {
            (Decision::Reject, None) => view.rejects_all = true,
            (Decision::Reject, Some(target)) => drop(view.rejected.insert(target)),
            (Decision::Accept | Decision::Choose, Some(target)) => drop(view.taken.insert(target)),
            (Decision::Accept | Decision::Choose, None) | (Decision::Ask, _) => {}
        }
    }
    let is_conflict = |views: &BTreeMap<String, View>| {
        let views: Vec<&View> = views.values().collect();
        (0..views.len()).any(|at| views[at + 1..].iter().any(|other| views[at].contradicts(other)))
    };
    let conflicts: BTreeSet<String> =
        views.into_iter().filter(|(_, views)| is_conflict(views)).map(|(source, _)| source).collect();
    let problems = conflicts.iter().filter_map(|source| {
        let mut rows: Vec<(String, DecisionRow)> = Vec::new();
        for table in tables.iter_mut() {
            let (about, others): (Vec<_>, _) =
                std::mem::take(&mut table.rows).into_iter().partition(|row| row.source == *source);
            table.rows = others;
            rows.extend(about.into_iter().map(|row| (table.name.clone(), row)));
        }
        let place = rows.first()?.1.place.clone();
        let all: Vec<String> = rows.iter().map(|(table, row)| describe(set.display, table, row)).collect();
        let fact = format!("{} has different decisions: {}", (set.display)(source), all.join("; "));
        let problem = Problem::new(ProblemCode::DecisionConflict, place, fact);
        Some(problem.hint("none of these decisions counts; keep the right one"))
    });
    let problems = problems.collect();
    (conflicts, problems)
}

/// Describes a decision: `C86.00 accepted by Anna on 2026-09-01 (a.xlsx)`.
fn describe(display: fn(&str) -> String, table: &str, row: &DecisionRow) -> String {
    let target = row.target.as_deref().map_or_else(|| "everything".to_owned(), display);
    let verdict = match row.verdict {
        Decision::Accept => "accepted",
        Decision::Reject => "rejected",
        Decision::Choose => "to choose from",
        Decision::Ask => "asked about",
    };
    let who = row.who.as_deref().map(|who| format!(" by {who}")).unwrap_or_default();
    let when = row.when.as_deref().map(|when| format!(" on {when}")).unwrap_or_default();
    format!("{target} {verdict}{who}{when} ({table})")
}
