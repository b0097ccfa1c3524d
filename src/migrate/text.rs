//! Texts, written byte by byte: everything that is not edited stays as it is.

use super::edits::{Edit, Joint, applied, first_line_end, inserted};
use super::fill::CellEdits;
use super::plan::EditTarget;
use super::refusal::Refusal;
use crate::scan::{Kind, Location, Site};

/// A text and its planned changes.
pub(super) struct Text<'f> {
    text: &'f [u8],
    line_end: &'static [u8],
    joint: Joint,
    edits: Vec<Edit>,
}

impl<'f> Text<'f> {
    pub(super) fn new(text: &'f [u8], kind: Kind) -> Self {
        Self { text, line_end: first_line_end(text), joint: joint(kind), edits: Vec::new() }
    }

    /// Returns the text with its changes; `None` if there are none.
    pub(super) fn written(self) -> Option<Vec<u8>> {
        (!self.edits.is_empty()).then(|| applied(self.text, self.edits))
    }

    /// Returns the bytes of a row with other cells. `None` if the row is not what was read.
    fn copy(&self, site: &Site, fills: &CellEdits<'_>) -> Option<Vec<u8>> {
        let (start, end) = (site.row.span.0 as usize, site.row.span.1 as usize);
        let mut edits: Vec<Edit> = fills.iter().map(|fill| fill.edit.clone()).collect();
        for edit in &mut edits {
            edit.at = edit.at.checked_sub(site.row.span.0)?;
        }
        Some(applied(self.text.get(start..end)?, edits))
    }
}

impl EditTarget for Text<'_> {
    fn write(
        &mut self,
        _: &Location,
        site: &Site,
        fills: CellEdits<'_>,
        copies: &[CellEdits<'_>],
    ) -> Result<(), Refusal> {
        let copies: Option<Vec<Vec<u8>>> = copies.iter().map(|fills| self.copy(site, fills)).collect();
        let copies = copies.ok_or(Refusal::NotCopied)?;
        let copied = if copies.is_empty() {
            None
        } else {
            let edit = inserted(self.text, self.line_end, site.row.span, self.joint, &copies);
            Some(edit.ok_or(Refusal::NoPlace)?)
        };
        // An edit at the end of a row comes before the rows that are inserted after it.
        self.edits.extend(fills.into_iter().map(|fill| fill.edit));
        self.edits.extend(copied);
        Ok(())
    }
}

/// Returns how rows are separated in a kind of file.
fn joint(kind: Kind) -> Joint {
    match kind {
        Kind::Delimited(_) => Joint::Lines,
        Kind::JsonLines | Kind::Json | Kind::Yaml | Kind::Toml | Kind::Sql | Kind::Source(_) => Joint::Commas,
        Kind::Xml | Kind::Html => Joint::Elements,
        _ => Joint::None,
    }
}
