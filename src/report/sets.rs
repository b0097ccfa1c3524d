//! The report of `sets`: the supported code sets and their terms.

use serde::Serialize;

use super::{Report, SCHEMA_VERSION};
use crate::model::{CodeSet, Deletion, PropertyGroup};
use crate::view::{self, Cell, Section, Table, column};

/// One code set.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct SetRow {
    /// The name used in commands.
    pub(crate) id: &'static str,
    /// Its common name.
    pub(crate) title: &'static str,
    /// Its publisher.
    pub(crate) publisher: &'static str,
    /// The terms of use.
    pub(crate) terms: &'static str,
    /// The publisher's method of deleting a code.
    pub(crate) deletes: &'static str,
    /// The layouts that are read.
    pub(crate) layouts: Vec<&'static str>,
    /// The groups of its attributes.
    pub(crate) groups: Vec<GroupRow>,
}

/// One group of attributes.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct GroupRow {
    /// The name used in commands.
    pub(crate) id: &'static str,
    /// Its content.
    pub(crate) meaning: &'static str,
    /// True if changes in it are left out unless asked for.
    pub(crate) hidden: bool,
    /// The attributes, by their official names.
    pub(crate) properties: Vec<&'static str>,
}

/// The report of `sets`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct SetsReport {
    /// The version of this form.
    pub(crate) schema_version: u32,
    /// The sets.
    pub(crate) sets: Vec<SetRow>,
}

impl SetsReport {
    /// Describes sets, each with the titles of the layouts that are read of it.
    pub(crate) fn new(sets: &[(&'static CodeSet, Vec<&'static str>)]) -> Self {
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

    fn view(&self) -> view::Report {
        let formats: Vec<(&SetRow, &str)> =
            self.sets.iter().flat_map(|set| set.layouts.iter().map(move |layout| (set, *layout))).collect();
        let groups: Vec<(&SetRow, &GroupRow)> =
            self.sets.iter().flat_map(|set| set.groups.iter().map(move |group| (set, group))).collect();
        let sets = Section::new("Sets").sheet("Sets").rows(
            &self.sets,
            [
                column("set", |set: &SetRow| Cell::from(set.id)),
                column("name", |set: &SetRow| Cell::from(set.title)),
                column("publisher", |set: &SetRow| Cell::from(set.publisher)).filter(),
                column("terms of use", |set: &SetRow| Cell::from(set.terms)).filter(),
                column("deletes codes", |set: &SetRow| Cell::from(set.deletes)).filter(),
            ],
        );
        let formats =
            Section::new("File formats").about("The files that are read.").sheet("File formats").rows(
                &formats,
                [
                    column("set", |(set, _): &(&SetRow, &str)| Cell::from(set.id)).filter(),
                    column("format", |(_, layout): &(&SetRow, &str)| Cell::from(*layout)),
                ],
            );
        let groups = Section::new("Attributes")
            .about("The groups of attributes that are compared.")
            .sheet("Attributes")
            .rows(
                &groups,
                [
                    column("set", |(set, _): &(&SetRow, &GroupRow)| Cell::from(set.id)).filter(),
                    column("group", |(_, group): &(&SetRow, &GroupRow)| Cell::from(group.id)),
                    column("content", |(_, group): &(&SetRow, &GroupRow)| Cell::from(group.meaning)),
                    column("attributes", |(_, group): &(&SetRow, &GroupRow)| {
                        Cell::Count(group.properties.len() as u64)
                    }),
                    column("shown", |(_, group): &(&SetRow, &GroupRow)| {
                        Cell::from(if group.hidden { "with --show" } else { "always" })
                    })
                    .filter(),
                ],
            );
        view::Report::new("Code sets").sections([sets, formats, groups])
    }

    fn flat(&self) -> Table {
        let mut table = Table::new(&["set", "title", "publisher", "terms", "deletes", "layouts"]);
        for set in &self.sets {
            let layouts = set.layouts.join("; ");
            let texts = [set.id, set.title, set.publisher, set.terms, set.deletes, &layouts];
            table.row(texts.into_iter().map(Cell::from).collect());
        }
        table
    }

    fn rows(&self) -> impl Iterator<Item = &Self::Row> {
        self.sets.iter()
    }
}
