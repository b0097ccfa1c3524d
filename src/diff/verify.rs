//! Our difference against the publisher's addenda.

use std::collections::BTreeMap;

use super::actions::verify_actions;
use super::verification::{Difference, Outcome, Verification};
use super::{Diff, addenda_lines, addenda_totals};
use crate::base::grouped;
use crate::model::{Action, Addenda, AddendaLine, Level, Place, Problem, ProblemCode, Release};

/// Compares a difference with the publisher's statements in NEW: the fullest addenda, or the marks in its records;
/// `None` if it has neither.
pub fn verify_own(diff: &Diff<'_>) -> Option<Outcome> {
    if let Some(verification) = verify_actions(diff) {
        return Some(Outcome::Compared(verification));
    }
    let addenda = diff.new.companions.addenda.iter();
    // Order addenda have more detail than codes addenda; of two of a kind the first counts.
    let best = addenda.min_by_key(|addenda| addenda.columns.is_none())?;
    Some(verify(diff, best))
}

/// Compares a difference with addenda, line by line and total by total.
///
/// Codes addenda list billable codes by their long descriptions only, and so does the comparison with them.
pub fn verify(diff: &Diff<'_>, addenda: &Addenda) -> Outcome {
    let releases = [diff.old, diff.new];
    let scope = Scope {
        headers: addenda.columns.is_some() && releases.iter().all(|release| release.coverage.headers),
        short: addenda.columns.is_some()
            && releases
                .iter()
                .all(|release| release.entries().next().is_some_and(|entry| entry.short().is_some())),
    };
    if releases.iter().any(|release| !release.coverage.whole || !release.unreadable.is_empty()) {
        let fact = "not compared with the addenda, because part of a release cannot be read";
        let place = Place::file(&addenda.name);
        return Outcome::NotComparable(Problem::new(ProblemCode::NotCompared, place, fact));
    }
    if !addenda.is_whole() {
        let fact = "not compared with these addenda, because part of them cannot be read";
        return Outcome::NotComparable(Problem::new(
            ProblemCode::NotCompared,
            Place::file(&addenda.name),
            fact,
        ));
    }
    if let Some(problem) = base(diff.old, addenda, scope.headers) {
        return Outcome::OtherBase(problem);
    }
    let ours = addenda_lines(diff);
    let mut differences = compare_totals(diff, addenda, scope, &ours);
    differences.extend(compare_lines(diff, scope, &ours, &addenda.lines));
    let agrees = differences.is_empty();
    Outcome::Compared(Verification { against: addenda.name.clone(), agrees, differences })
}

/// The keys that both the releases and the addenda cover.
#[derive(Clone, Copy)]
struct Scope {
    headers: bool,
    short: bool,
}

/// Returns a problem if addenda compare with another release than OLD: their totals of OLD differ from its counts, or,
/// where they do not state any, their lines do not fit it.
pub(crate) fn other_base(old: &Release, addenda: &Addenda) -> Option<Problem> {
    base(old, addenda, addenda.columns.is_some() && old.coverage.headers)
}

fn base(old: &Release, addenda: &Addenda, headers: bool) -> Option<Problem> {
    let stated = [
        (Level::Code, "codes", addenda.totals.codes.old),
        (Level::Header, "headers", addenda.totals.headers.old.filter(|_| headers)),
    ];
    for (level, word, stated) in stated {
        let (Some(stated), held) = (stated, old.count(level) as u64) else { continue };
        if stated != held {
            let fact = format!(
                "these addenda start from a release with {} {word}; OLD has {}",
                grouped(stated),
                grouped(held)
            );
            return Some(other_base_problem(addenda, fact));
        }
    }
    if addenda.totals.codes.old.is_some() {
        return None;
    }
    let misfit = addenda.lines.iter().find(|line| {
        let held = old.find(&line.code).filter(|entry| entry.level() == line.level);
        match line.action {
            Action::Delete | Action::ReviseFrom => held.is_none(),
            Action::Add => held.is_some(),
            Action::ReviseTo => false,
        }
    })?;
    let fact = format!(
        "these addenda do not start from OLD: `{} {}` contradicts it",
        misfit.action.word(),
        misfit.code
    );
    Some(other_base_problem(addenda, fact))
}

fn other_base_problem(addenda: &Addenda, fact: String) -> Problem {
    Problem::new(ProblemCode::AddendaOtherBase, Place::file(&addenda.name), fact)
        .hint("to verify with these addenda, pass the edition that they start from as OLD")
}

fn compare_totals(diff: &Diff<'_>, addenda: &Addenda, scope: Scope, ours: &[AddendaLine]) -> Vec<Difference> {
    let counted = addenda_totals(diff.old, diff.new, ours);
    let mut differences = Vec::new();
    for (level, stated, counted) in [
        (Level::Code, addenda.totals.codes, counted.codes),
        (Level::Header, addenda.totals.headers, counted.headers),
    ] {
        // Codes addenda count revisions of long descriptions, ours counts all: the lines decide.
        let revisions = if scope.short { (stated.revisions, counted.revisions) } else { (None, None) };
        let fields = [
            ("in NEW", (stated.new, counted.new)),
            ("additions", (stated.additions, counted.additions)),
            ("deletions", (stated.deletions, counted.deletions)),
            ("revisions", revisions),
        ];
        for (what, (stated, counted)) in fields {
            let (Some(stated), Some(counted)) = (stated, counted) else { continue };
            if stated != counted && (scope.headers || level == Level::Code) {
                differences.push(Difference {
                    code: String::new(),
                    display: String::new(),
                    level,
                    ours: format!("{counted} {what}"),
                    publisher: format!("{stated} {what}"),
                });
            }
        }
    }
    differences
}

type Key<'a> = (&'a str, Level);

fn compare_lines(
    diff: &Diff<'_>,
    scope: Scope,
    ours: &[AddendaLine],
    theirs: &[AddendaLine],
) -> Vec<Difference> {
    let (ours, theirs) = (by_key(ours, scope), by_key(theirs, scope));
    let keys: BTreeMap<Key<'_>, ()> = ours.keys().chain(theirs.keys()).map(|key| (*key, ())).collect();
    let mut differences = Vec::new();
    for (key, ()) in keys {
        let (ours, theirs) = (ours.get(&key), theirs.get(&key));
        if ours == theirs {
            continue;
        }
        let words = |lines: Option<&Vec<String>>| {
            lines.map_or_else(|| "nothing".to_owned(), |lines| lines.join("; "))
        };
        let (code, level) = key;
        differences.push(Difference {
            code: code.to_owned(),
            display: (diff.new.set.display)(code),
            level,
            ours: words(ours),
            publisher: words(theirs),
        });
    }
    differences
}

/// Lines by code and level, as texts that are equal if the lines say the same.
fn by_key(lines: &[AddendaLine], scope: Scope) -> BTreeMap<Key<'_>, Vec<String>> {
    let mut map: BTreeMap<Key<'_>, Vec<String>> = BTreeMap::new();
    for line in lines.iter().filter(|line| scope.headers || line.level == Level::Code) {
        let short = line
            .short
            .as_deref()
            .filter(|_| scope.short)
            .map(|short| format!("{short} | "))
            .unwrap_or_default();
        let text = format!("{} {short}{}", line.action.word(), line.long);
        map.entry((&line.code, line.level)).or_default().push(text);
    }
    // Without short descriptions a short-only revision says the same before and after.
    map.retain(|_, lines| {
        let texts: Vec<_> = lines.iter().filter_map(|line| line.split_once(": ")).collect();
        !matches!(texts.as_slice(), [("Revise from", from), ("Revise to", to)] if from == to)
    });
    map
}
