//! The numbers of fields, as the survey gave them.

use std::collections::HashMap;

use crate::read::{Container, FieldId, FieldName, Origin};

/// Numbers fields as the survey did.
#[derive(Debug, Clone, Default)]
pub(in crate::impact) struct Numbering {
    fields: FieldId,
    by_path: HashMap<(usize, String), FieldId>,
    table: Option<usize>,
}

impl Numbering {
    pub(in crate::impact) fn part(&mut self, part: &Container) {
        if matches!(part, Container::Sheet(_) | Container::Table(_)) {
            self.table();
        }
    }

    pub(in crate::impact) fn table(&mut self) {
        self.table = Some(self.table.map_or(0, |table| table + 1));
    }

    /// Returns the number of a field that has one, and whose name repeats.
    pub(in crate::impact) fn held(&self, name: &FieldName<'_>) -> Option<FieldId> {
        if matches!(name.origin, Origin::Column(_)) {
            return None;
        }
        self.by_path.get(&(self.table?, name.path.to_owned())).copied()
    }

    pub(in crate::impact) fn field(&mut self, name: FieldName<'_>) -> FieldId {
        let table = *self.table.get_or_insert(0);
        if matches!(name.origin, Origin::Column(_)) {
            self.fields += 1;
            return self.fields - 1;
        }
        *self.by_path.entry((table, name.path.to_owned())).or_insert_with(|| {
            self.fields += 1;
            self.fields - 1
        })
    }
}
