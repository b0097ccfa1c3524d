//! Our difference against the publisher's action codes, which state for each record how it changed since the previous issue.

use super::verification::{Difference, Verification};
use super::{Change, Diff, Kind};
use crate::model::{ActionCode, Actions, Effect, Entry, Level, TextKind};

/// Compares a difference with the action codes in NEW; `None` if its set does not have any, or if NEW is not the issue
/// that follows OLD: they apply to this step only.
pub fn verify_actions(diff: &Diff<'_>) -> Option<Verification> {
    let actions = diff.new.set.actions?;
    if !(actions.is_next)(diff.old.edition?, diff.new.edition?) {
        return None;
    }
    let mut changes = diff.changes.iter().filter(|change| change.new.is_some()).collect::<Vec<_>>();
    changes.sort_by(|a, b| a.entry().compare_keys(b.entry()));
    let mut left = changes.as_slice();
    let mut differences = Vec::new();
    let mut any = false;
    for entry in diff.new.entries() {
        let own = left.partition_point(|change| change.entry().compare_keys(entry).is_le());
        let (changes, rest) = left.split_at(own);
        left = rest;
        let Some(code) = entry.property(actions.property) else { continue };
        any = true;
        differences.extend(difference(actions, entry, code, changes));
    }
    differences.sort_by_key(|difference| (difference.level != Level::Modifier, difference.code.clone()));
    let against = format!("the action codes in {}", diff.new.file);
    any.then_some(Verification { against, agrees: differences.is_empty(), differences })
}

/// Compares the action code of a code with its changes: returns the changes that the action code does not explain, or
/// the action that no change shows.
fn difference(
    actions: &Actions,
    entry: Entry<'_>,
    code: &str,
    changes: &[&Change<'_>],
) -> Option<Difference> {
    let action = actions.codes.iter().find(|action| action.code == code);
    // A reused code has new values in all its attributes.
    let reused = changes.iter().any(|change| change.kind == Kind::Reused);
    let described = changes.iter().filter(|change| !reused || change.kind != Kind::Property);
    let mut effects: Vec<Effect> = described.flat_map(|change| effects(change)).collect();
    effects.dedup();
    let explains = |action: &ActionCode, effect: Effect| {
        action.effects.contains(&effect)
            || matches!(effect, Effect::Group(_)) && action.effects.contains(&Effect::Attributes)
    };
    let unexplained: Vec<&Effect> =
        effects.iter().filter(|effect| action.is_none_or(|action| !explains(action, **effect))).collect();
    let unseen =
        action.is_some_and(|action| action.must && !effects.iter().any(|effect| explains(action, *effect)));
    if unexplained.is_empty() && !unseen {
        return None;
    }
    let ours: Vec<String> = effects.iter().map(|effect| word(*effect)).collect();
    let meaning = action.map_or("an unknown action code", |action| action.meaning);
    Some(Difference {
        code: entry.code().to_owned(),
        display: entry.display(),
        level: entry.level(),
        ours: if ours.is_empty() { "nothing changed".to_owned() } else { ours.join(", ") },
        publisher: format!("{code} ({meaning})"),
    })
}

/// Returns the effects of a change, in the terms of action codes. For a code that was added and deleted, only the
/// deletion counts.
fn effects(change: &Change<'_>) -> Vec<Effect> {
    match change.kind {
        Kind::Added if change.is_born_dead() => vec![Effect::Terminated],
        Kind::Added | Kind::Reused => vec![Effect::Added],
        Kind::Terminated => vec![Effect::Terminated],
        Kind::Reactivated => vec![Effect::Reactivated],
        Kind::Revised => {
            let fields = change.revision.iter().flat_map(|revision| &revision.fields);
            fields.map(|field| if *field == TextKind::Short { Effect::Short } else { Effect::Long }).collect()
        }
        Kind::Property => {
            let groups = change.properties.iter().map(|property| property.group);
            groups.filter(|group| !group.hidden).map(|group| Effect::Group(group.id)).collect()
        }
        _ => Vec::new(),
    }
}

fn word(effect: Effect) -> String {
    match effect {
        Effect::Added => "added".to_owned(),
        Effect::Terminated => "terminated".to_owned(),
        Effect::Reactivated => "reactivated".to_owned(),
        Effect::Long => "long description".to_owned(),
        Effect::Short => "short description".to_owned(),
        Effect::Attributes => "attributes".to_owned(),
        Effect::Group(group) => group.to_owned(),
    }
}
