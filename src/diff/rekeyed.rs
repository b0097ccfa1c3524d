//! The same thing under another key: a package written in another format, an entity that moved to another code.

use std::collections::BTreeMap;

use super::entry::changes_of;
use super::properties::Groups;
use super::{Change, Kind};
use crate::model::{Entry, Release};

/// Turns a removed and an added entry with the same second key into one reformatted entry: the same thing, written
/// differently. Keys that more than one removed or added code has are left unchanged.
pub(super) fn reformatted<'a>(changes: &mut Vec<Change<'a>>, groups: &Groups) {
    let Some(second) = changes.first().and_then(|change| change.entry().set().second_key) else { return };
    let of_kind = |kind: Kind| {
        let mut keyed: BTreeMap<(bool, String), Option<usize>> = BTreeMap::new();
        for (at, change) in changes.iter().enumerate().filter(|(_, change)| change.kind == kind) {
            let Some(key) = second(change.entry().code()) else { continue };
            let level = change.entry().is_header();
            keyed.entry((level, key)).and_modify(|at| *at = None).or_insert(Some(at));
        }
        keyed
    };
    let (removed, added) = (of_kind(Kind::Removed), of_kind(Kind::Added));
    let mut matched = Vec::new();
    for (key, old) in removed {
        if let (Some(old), Some(Some(new))) = (old, added.get(&key)) {
            matched.push((old, *new));
        }
    }
    let mut more = Vec::new();
    let mut replaced: Vec<usize> = Vec::new();
    for (old, new) in matched {
        let (before, after) = (changes[old].old, changes[new].new);
        more.push(Change::new(Kind::Reformatted, before, after));
        // Its parent is written in the other format as well.
        more.extend(
            changes_of(before, after, groups).into_iter().filter(|change| change.kind != Kind::Moved),
        );
        replaced.extend([old, new]);
    }
    replaced.sort_unstable();
    let mut at = 0;
    changes.retain(|_| {
        at += 1;
        replaced.binary_search(&(at - 1)).is_err()
    });
    changes.extend(more);
}

/// Adds a move for each deleted code whose entity is in NEW under another code. The code itself is still removed:
/// claims with it are rejected.
pub(super) fn moved<'a>(new: &'a Release, changes: &mut Vec<Change<'a>>) {
    let Some(name) = new.set.identity else { return };
    let gone: Vec<Entry<'a>> = changes
        .iter()
        .filter(|change| change.kind == Kind::Removed)
        .filter_map(|change| change.old)
        .collect();
    if gone.is_empty() {
        return;
    }
    let entities: BTreeMap<&str, Entry<'a>> =
        new.entries().filter_map(|entry| Some((entry.property(name)?, entry))).collect();
    for old in gone {
        if let Some(new) = old.property(name).and_then(|entity| entities.get(entity)) {
            changes.push(Change::new(Kind::Moved, Some(old), Some(*new)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::diff;
    use crate::model::{
        CodeSet, Concept, Details, Hierarchy, Level, Property, PropertyDefinition, PropertyGroup,
        ReleaseTable,
    };

    /// A set whose publisher numbers the entities that its codes represent.
    static NUMBERED: CodeSet = CodeSet {
        id: "numbered",
        title: "Numbered",
        publisher: "nobody",
        terms: "made up",
        hierarchy: Hierarchy::ByParent,
        properties: &[PropertyDefinition::new("Entity", &PropertyGroup::hidden("identity", "made up"))],
        identity: Some("Entity"),
        ..CodeSet::PLAIN
    };

    /// Returns a release made of rows: key, entity, parent (empty without a parent). Short keys are headers.
    fn release(rows: &[[&str; 3]]) -> Release {
        let mut table = ReleaseTable::default();
        for (order, [code, entity, parent]) in rows.iter().enumerate() {
            let [code_span, long, value, above] =
                [code, "Fever", entity, parent].map(|text| table.add_text(text));
            let details = Details {
                properties: vec![Property { definition: 0, value }],
                parent: Some(above).filter(|_| !parent.is_empty()),
                ..Details::default()
            };
            table.concepts.push(Concept {
                code: code_span,
                long,
                short: None,
                order: order as u32,
                level: if code.len() < 3 { Level::Header } else { Level::Code },
                details: Some(Box::new(details)),
            });
        }
        Release::new(&NUMBERED, table).0
    }

    fn changes(old: &[[&str; 3]], new: &[[&str; 3]]) -> Vec<String> {
        let (old, new) = (release(old), release(new));
        let shown = |change: &Change<'_>| {
            let code = |entry: Option<Entry<'_>>| entry.map_or("-", |entry| entry.code()).to_owned();
            format!("{} {} {}", code(change.old), change.kind, code(change.new))
        };
        diff(&old, &new).changes.iter().map(shown).collect()
    }

    #[test]
    fn a_code_that_is_gone_while_its_entity_has_another_code_is_removed_and_moved() {
        let old = [["B1", "1", ""], ["AAA", "2", "B1"], ["AAB", "3", "B1"]];
        let new = [["B1", "1", ""], ["AAC", "2", "B1"]];
        assert_eq!(changes(&old, &new), ["AAA removed -", "AAB removed -", "- added AAC", "AAA moved AAC"]);
    }

    #[test]
    fn a_code_of_another_entity_is_reused_and_not_revised() {
        let old = [["B1", "1", ""], ["AAA", "2", "B1"]];
        let new = [["B1", "1", ""], ["AAA", "3", "B1"]];
        assert_eq!(changes(&old, &new), ["AAA reused AAA"]);
    }

    #[test]
    fn a_parent_that_was_only_labeled_anew_moves_nothing_below_it() {
        let old = [["B1", "1", ""], ["AAA", "2", "B1"]];
        let new = [["B2", "1", ""], ["AAA", "2", "B2"]];
        assert_eq!(changes(&old, &new), ["B1 removed -", "- added B2", "B1 moved B2"]);
    }

    #[test]
    fn another_parent_under_another_key_is_a_move() {
        let old = [["B1", "1", ""], ["B2", "9", ""], ["AAA", "2", "B1"]];
        let new = [["B1", "1", ""], ["B2", "9", ""], ["AAA", "2", "B2"]];
        assert_eq!(changes(&old, &new), ["AAA moved AAA"]);
    }
}
