//! The collector as readers see it.

use super::collect::Collector;
use crate::read::{Container, FieldId, FieldName, Row, Sink};

/// A piece of a text while a reader processes it: rows are taken with the bytes that contain them. Empty for a file
/// that is not text.
pub(super) struct RowSink<'c, 'p, 'a> {
    pub(super) collector: &'c mut Collector<'p, 'a>,
    pub(super) text: &'c [u8],
}

impl Sink for RowSink<'_, '_, '_> {
    fn part(&mut self, part: Container) {
        self.collector.part(part);
    }

    fn field(&mut self, name: FieldName<'_>) -> FieldId {
        self.collector.field(name)
    }

    fn name(&mut self, field: FieldId, words: &str) {
        self.collector.name(field, words);
    }

    fn rows(&mut self, rows: &[Row<'_>]) {
        self.collector.rows(self.text, rows);
    }

    fn note(&mut self, fact: &'static str) {
        self.collector.note(fact);
    }

    fn knows(&self, text: &[u8]) -> bool {
        self.collector.knows(text)
    }
}
