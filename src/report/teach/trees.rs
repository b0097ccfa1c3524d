//! Categories before and after: what changed in them, and what it is below.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::counted;
use crate::model::{Entry, Release};
use crate::teach::Family;
use crate::view::{Mark, Node, Tree, Trees};

/// Maximum number of nodes of a tree; of a larger category only the upper levels are shown.
const MOST: usize = 40;

/// A node in the tree of OLD and in that of NEW.
pub(super) struct Pair {
    /// The node in OLD.
    pub(super) before: Option<Node>,
    /// The node in NEW.
    pub(super) after: Option<Node>,
}

/// The two sides of one code.
type Sides<'a> = [Option<Entry<'a>>; 2];

/// Returns the nodes of a category that changed, with those above them, in the order of the codes. Empty if nothing
/// about its codes changed.
pub(super) fn pairs<'a>(category: &str, old: &'a Release, new: &'a Release) -> Vec<Pair> {
    let mut all: BTreeMap<&str, Sides<'a>> = BTreeMap::new();
    for (side, release) in [old, new].into_iter().enumerate() {
        for entry in release.find(category).into_iter().chain(release.descendants(category)) {
            all.entry(entry.code()).or_default()[side] = Some(entry);
        }
    }
    let shown = shown(&all);
    let is_of = |code: &&str, deepest: usize| depth(&all[code], &shown) <= deepest;
    let count = |deepest: usize| shown.iter().filter(|code| is_of(code, deepest)).count();
    let levels = shown.iter().map(|code| depth(&all[code], &shown)).max().unwrap_or(0);
    let deepest = (0..=levels).rev().find(|deepest| count(*deepest) <= MOST).unwrap_or(0);
    let mut pairs = Vec::new();
    for code in shown.iter().filter(|code| is_of(code, deepest)) {
        let below = shown.iter().filter(|other| is_below(&all[*other], code));
        let hidden: Vec<&str> = below.copied().filter(|other| !is_of(other, deepest)).collect();
        let node = |side: usize| {
            let entry = all[code][side]?;
            let text = described(entry, side, &all, &hidden);
            Some(Node {
                depth: depth(&all[code], &shown),
                code: entry.display(),
                text,
                mark: mark(&all[code], side),
            })
        };
        pairs.push(Pair { before: node(0), after: node(1) });
    }
    pairs
}

/// Returns the trees of a category before and after.
pub(super) fn trees(category: &str, old: &Release, new: &Release) -> Option<Trees> {
    let pairs = pairs(category, old, new);
    let (before, after): (Vec<_>, Vec<_>) = pairs.into_iter().map(|pair| (pair.before, pair.after)).unzip();
    let tree = |release: &Release, nodes: Vec<Option<Node>>| Tree {
        title: release.title(),
        nodes: nodes.into_iter().flatten().collect(),
    };
    let trees = [tree(old, before), tree(new, after)];
    let trees: Vec<Tree> = trees.into_iter().filter(|tree| !tree.nodes.is_empty()).collect();
    let display = (new.set.display)(category);
    let caption = format!(
        "{display} before and after: + new, \u{2212} no longer billable, ~ changed. Codes without changes are left out."
    );
    (!trees.is_empty()).then_some(Trees { caption, trees })
}

/// Returns the codes that are shown: those that changed, the first of each family, and the codes above them.
fn shown<'a>(all: &BTreeMap<&'a str, Sides<'a>>) -> BTreeSet<&'a str> {
    let changed = all.values().filter(|sides| is_changed(sides)).filter_map(|sides| sides[1].or(sides[0]));
    let firsts = Family::of(changed).into_iter().map(|family| family.first);
    let with_above = firsts.flat_map(|entry| {
        let above = entry.ancestors().map(Entry::code).filter(|code| all.contains_key(code));
        [entry.code()].into_iter().chain(above).collect::<Vec<_>>()
    });
    with_above.collect()
}

fn is_changed(sides: &Sides<'_>) -> bool {
    match sides {
        [Some(old), Some(new)] => {
            old.is_header() != new.is_header()
                || old.is_billable() != new.is_billable()
                || old.shown_long() != new.shown_long()
        }
        _ => true,
    }
}

fn mark(sides: &Sides<'_>, side: usize) -> Mark {
    match sides {
        [Some(old), Some(new)] if side == 0 && old.is_billable() && !new.is_billable() => Mark::Gone,
        [Some(_), None] => Mark::Gone,
        [None, Some(_)] => Mark::New,
        [Some(old), Some(new)] if side == 1 && old.is_billable() && new.is_header() => {
            Mark::Changed("now a category header")
        }
        [Some(old), Some(new)] if side == 1 && old.is_header() && new.is_billable() => {
            Mark::Changed("now billable")
        }
        [Some(old), Some(new)] if side == 1 && old.shown_long() != new.shown_long() => {
            Mark::Changed("new wording")
        }
        _ => Mark::Same,
    }
}

/// Returns the number of shown codes above a code.
fn depth(sides: &Sides<'_>, shown: &BTreeSet<&str>) -> usize {
    let entry = sides[1].or(sides[0]);
    entry.map_or(0, |entry| entry.ancestors().filter(|above| shown.contains(above.code())).count())
}

fn is_below(sides: &Sides<'_>, code: &str) -> bool {
    sides.iter().flatten().any(|entry| entry.ancestors().any(|above| above.code() == code))
}

/// Returns the description of a code, with the codes of its family and the number of codes below that are not shown.
fn described(entry: Entry<'_>, side: usize, all: &BTreeMap<&str, Sides<'_>>, hidden: &[&str]) -> String {
    let mut text = entry.shown_long().to_owned();
    let siblings = all.values().filter(|sides| is_changed(sides)).filter_map(|sides| sides[side]);
    let siblings = siblings.filter(|other| other.parent_code() == entry.parent_code());
    let families = Family::of(siblings);
    let own = families.iter().find(|family| family.first.code() == entry.code());
    let others: Vec<String> =
        own.into_iter().flat_map(|family| &family.others).map(|other| other.display()).collect();
    if !others.is_empty() {
        text.push_str(&format!(" (also {})", others.join(", ")));
    }
    let count = hidden.iter().filter(|code| all[*code][side].is_some()).count();
    if count > 0 {
        text.push_str(&format!(" [{}]", counted(count as u64, "code below", "codes below")));
    }
    text
}
