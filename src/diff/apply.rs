//! The publisher's addenda, applied to a release.

use std::collections::{BTreeMap, HashMap};

use crate::model::{
    Action, Addenda, AddendaLine, Concept, Level, Place, Problem, ProblemCode, Problems, Release,
    ReleaseTable,
};

/// The outcome of applying addenda.
#[derive(Debug)]
#[non_exhaustive]
pub struct Applied {
    /// The new release.
    pub release: Release,
    /// The new codes and headers that the rule put in place: see [`apply`].
    pub placed: Vec<String>,
    /// Lines that do not fit the release they were applied to.
    pub problems: Vec<Problem>,
}

/// One row of the new release.
struct Row<'a> {
    code: &'a str,
    level: Level,
    long: &'a str,
    short: Option<&'a str>,
}

/// Applies addenda to a release.
///
/// Addenda are sorted by code and do not give the place of a new row in tabular order. The rule: among the rows with
/// the same parent, a new row follows the greatest one that is smaller in ASCII order, and everything below that one;
/// if none is smaller, it follows its parent. The publisher departs from the rule at times (L98.A comes before L98.5),
/// so the rows placed by the rule are returned.
///
/// A line that does not fit (a `Delete` of a row that does not exist, an `Add` of one that does) is a problem; an `Add`
/// of a key that exists at the same level takes the new texts, any other such line is left out.
pub fn apply(old: &Release, addenda: &Addenda) -> Applied {
    let mut problems = Problems::default();
    let entries = old.in_publisher_order();
    let mut rows: Vec<Row<'_>> = entries
        .iter()
        .map(|entry| Row {
            code: entry.code(),
            level: entry.level(),
            long: entry.long(),
            short: entry.short(),
        })
        .collect();
    let mut changes = by_code(addenda, old, &mut problems);
    rows.retain_mut(|row| changes.remove(row.code).is_none_or(|change| change.update(row)));
    let mut tree = Tree::new(rows);
    let mut placed = Vec::new();
    // By code: a new parent comes before its new children.
    for row in changes.into_iter().filter_map(|(code, change)| change.into_row(code)) {
        placed.push(row.code.to_owned());
        tree.insert(row);
    }
    let release = release(old, tree.walk());
    Applied { release, placed, problems: problems.finish(&addenda.name) }
}

/// The combined change that the lines of one code make.
#[derive(Default)]
struct CodeChange<'a> {
    deleted: bool,
    to: Option<&'a AddendaLine>,
}

impl<'a> CodeChange<'a> {
    /// Changes the row; returns whether it stays.
    fn update(&self, row: &mut Row<'a>) -> bool {
        if let Some(line) = self.to {
            row.level = line.level;
            row.long = &line.long;
            row.short = line.short.as_deref().or(row.short);
        }
        self.to.is_some() || !self.deleted
    }

    fn into_row(self, code: &'a str) -> Option<Row<'a>> {
        let line = self.to?;
        Some(Row { code, level: line.level, long: &line.long, short: line.short.as_deref() })
    }
}

fn by_code<'a>(
    addenda: &'a Addenda,
    old: &Release,
    problems: &mut Problems,
) -> BTreeMap<&'a str, CodeChange<'a>> {
    let mut changes: BTreeMap<&str, CodeChange<'_>> = BTreeMap::new();
    for line in &addenda.lines {
        let before = old.find(&line.code).filter(|entry| entry.level() == line.level);
        let change = changes.entry(&line.code).or_default();
        let misfit = match line.action {
            Action::Delete if before.is_none() => Some("deletes a row that OLD does not have"),
            Action::ReviseFrom if before.is_none_or(|entry| entry.long() != line.long) => {
                Some("revises a row that has another description in OLD")
            }
            Action::ReviseTo if before.is_none() => Some("revises a row that OLD does not have"),
            Action::Add if before.is_some() && !change.deleted => Some("adds a row that OLD already has"),
            _ => None,
        };
        if let Some(fact) = misfit {
            problems.add(ProblemCode::AddendaContradiction, || {
                let fact = format!("`{} {}` {fact}", line.action.word(), line.code);
                let place = Place::line(&addenda.name, line.line, 1);
                Problem::new(ProblemCode::AddendaContradiction, place, fact)
                    .hint("check that these addenda start from OLD")
            });
            if line.action != Action::Add {
                continue;
            }
        }
        match line.action {
            Action::Delete => change.deleted = true,
            Action::Add | Action::ReviseTo => change.to = Some(line),
            Action::ReviseFrom => {}
        }
    }
    changes.retain(|_, change| change.deleted || change.to.is_some());
    changes
}

/// Rows as a tree: the parent of a row is the nearest row whose code is a prefix of its own. Children are in tabular
/// order; walking the tree gives the rows in their original order.
#[derive(Default)]
struct Tree<'a> {
    rows: Vec<Row<'a>>,
    children: Vec<Vec<usize>>,
    roots: Vec<usize>,
    by_code: HashMap<&'a str, usize>,
}

impl<'a> Tree<'a> {
    fn new(rows: Vec<Row<'a>>) -> Self {
        let by_code = rows.iter().enumerate().map(|(at, row)| (row.code, at)).collect();
        let mut tree = Self { children: vec![Vec::new(); rows.len()], rows, roots: Vec::new(), by_code };
        for at in 0..tree.rows.len() {
            let parent = tree.parent(tree.rows[at].code);
            tree.siblings(parent).push(at);
        }
        tree
    }

    fn parent(&self, code: &str) -> Option<usize> {
        let stems = (1..code.len()).rev().filter_map(|length| code.get(..length));
        stems.filter_map(|stem| self.by_code.get(stem)).next().copied()
    }

    fn siblings(&mut self, parent: Option<usize>) -> &mut Vec<usize> {
        match parent {
            Some(at) => &mut self.children[at],
            None => &mut self.roots,
        }
    }

    /// Adds a new row by the rule of [`apply`]. Rows that belong below it move there.
    fn insert(&mut self, row: Row<'a>) {
        let (at, code) = (self.rows.len(), row.code);
        let parent = self.parent(code);
        let siblings = std::mem::take(self.siblings(parent));
        let (below, mut nearby): (Vec<_>, Vec<_>) =
            siblings.iter().partition(|&&sibling| self.rows[sibling].code.starts_with(code));
        let taken = siblings.iter().position(|sibling| below.contains(sibling));
        let place = taken.unwrap_or_else(|| self.after_nearest_smaller(&nearby, code));
        nearby.insert(place, at);
        *self.siblings(parent) = nearby;
        self.by_code.insert(code, at);
        self.rows.push(row);
        self.children.push(below);
    }

    fn after_nearest_smaller(&self, siblings: &[usize], code: &str) -> usize {
        let codes = siblings.iter().map(|&sibling| self.rows[sibling].code).enumerate();
        let nearest = codes.filter(|(_, sibling)| *sibling < code).max_by_key(|(_, sibling)| *sibling);
        nearest.map_or(0, |(at, _)| at + 1)
    }

    /// Returns the rows, each before those below it.
    fn walk(&self) -> impl Iterator<Item = &Row<'a>> {
        let mut left: Vec<usize> = self.roots.iter().rev().copied().collect();
        std::iter::from_fn(move || {
            let at = left.pop()?;
            left.extend(self.children[at].iter().rev());
            Some(&self.rows[at])
        })
    }
}

fn release<'a>(old: &Release, rows: impl Iterator<Item = &'a Row<'a>>) -> Release {
    let mut table = ReleaseTable::default();
    for (order, row) in rows.enumerate() {
        let code = table.add_text(row.code);
        let long = table.add_text(row.long);
        let short = row.short.map(|short| table.add_text(short));
        let order = u32::try_from(order).expect("a release has fewer rows than bytes");
        table.concepts.push(Concept { code, long, short, order, level: row.level, details: None });
    }
    let (mut release, _) = Release::new(old.set, table);
    release.coverage = old.coverage;
    release
}
