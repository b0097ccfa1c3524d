//! The report of `sets`: the supported code sets and their terms.

use serde::Serialize;

use super::document::{Block, Cell, Document, Table};
use super::{Report, SCHEMA_VERSION};
use crate::model::{CodeSet, Deletion, PropertyGroup};

/// One code set.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SetRow {
    /// The name used in commands.
    pub id: &'static str,
    /// Its common name.
    pub title: &'static str,
    /// Its publisher.
    pub publisher: &'static str,
    /// The terms of use.
    pub terms: &'static str,
    /// The publisher's method of deleting a code.
    pub deletes: &'static str,
    /// The layouts that are read.
    pub layouts: Vec<&'static str>,
    /// The groups of its attributes.
    pub groups: Vec<GroupRow>,
}

/// One group of attributes.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct GroupRow {
    /// The name used in commands.
    pub id: &'static str,
    /// Its content.
    pub meaning: &'static str,
    /// True if changes in it are left out unless asked for.
    pub hidden: bool,
    /// The attributes, by their official names.
    pub properties: Vec<&'static str>,
}

/// The report of `sets`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SetsReport {
    /// The version of this form.
    pub schema_version: u32,
    /// The sets.
    pub sets: Vec<SetRow>,
}

impl SetsReport {
    /// Describes sets, each with the titles of the layouts that are read of it.
    pub fn new(sets: &[(&'static CodeSet, Vec<&'static str>)]) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            sets: sets.iter().map(|(set, layouts)| row(set, layouts.clone())).collect(),
        }
    }
}

fn row(set: &'static CodeSet, layouts: Vec<&'static str>) -> SetRow {
    let mut groups: Vec<GroupRow> = Vec::new();
    for property in set.properties {
        let name = match &property.name {
            std::borrow::Cow::Borrowed(name) => *name,
            std::borrow::Cow::Owned(_) => continue,
        };
        match groups.iter_mut().find(|group| group.id == property.group.id) {
            Some(group) => group.properties.push(name),
            None => groups.push(group(property.group, name)),
        }
    }
    SetRow {
        id: set.id,
        title: set.title,
        publisher: set.publisher,
        terms: set.terms,
        deletes: match set.deletion {
            Deletion::ByAbsence => "by leaving out",
            Deletion::ByTermination => "by setting a last day",
        },
        layouts,
        groups,
    }
}

fn group(group: &'static PropertyGroup, name: &'static str) -> GroupRow {
    GroupRow { id: group.id, meaning: group.meaning, hidden: group.hidden, properties: vec![name] }
}

impl Report for SetsReport {
    type Row = SetRow;

    const NAME: &'static str = "sets";

    fn document(&self) -> Document {
        let mut blocks = Vec::new();
        for set in &self.sets {
            blocks.push(Block::Heading(format!("{}: {}", set.id, set.title)));
            let mut table = Table::new(&["", " "]);
            table.columns.iter_mut().for_each(|column| column.title = "".into());
            let mut add = |name: &str, text: &str| table.row(vec![Cell::from(name), Cell::from(text)]);
            add("publisher", set.publisher);
            add("terms of use", set.terms);
            add("deletes", set.deletes);
            set.layouts.iter().for_each(|layout| add("reads", layout));
            for group in &set.groups {
                let hidden = if group.hidden { " (left out unless --show)" } else { "" };
                add("attributes", &format!("{}: {}{hidden}", group.id, group.meaning));
            }
            blocks.push(Block::Table(table));
        }
        Document { title: "Code sets".to_owned(), blocks }
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&["set", "title", "publisher", "terms", "deletes", "layouts"]);
        for set in &self.sets {
            let layouts = set.layouts.join("; ");
            let texts = [set.id, set.title, set.publisher, set.terms, set.deletes, &layouts];
            table.row(texts.into_iter().map(Cell::from).collect());
        }
        table
    }

    fn rows(&self) -> &[Self::Row] {
        &self.sets
    }
}
