//! A user's own table: any list with a column of keys.

use crate::model::code_set::CodeSet;

/// The descriptor of tables: their attributes are their columns.
pub static TABLE: CodeSet = CodeSet {
    id: "table",
    title: "a table of your own",
    publisher: "you",
    terms: "yours",
    has_notes_on_successors: true,
    ..CodeSet::PLAIN
};
