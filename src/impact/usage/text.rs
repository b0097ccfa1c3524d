//! The rows of a file, whatever kind it is: surveyed as far as needed, or all of them.

use std::io::Read;

use super::Fault;
use super::fault::NoRoles;
use super::input::{FIRST, Input, KEPT};
use super::limits::WHOLE;
use super::survey::Survey;
use crate::read::{Kind, Reader, Sink, delimiter_in, read_more};
use crate::tables::workbook::{WORKBOOK_LIMIT, formulas_without_values};

/// Bytes of a text to read at once.
const PIECE: usize = 1 << 17;

/// A file and its kind.
pub(in crate::impact) struct Text<'a> {
    pub(in crate::impact) kind: Kind,
    pub(in crate::impact) input: Input<'a>,
}

impl Text<'_> {
    /// Surveys the rows. Returns whether some rows were not surveyed.
    pub(in crate::impact) fn survey(&mut self, survey: &mut Survey<'_>) -> Result<bool, Fault> {
        if self.kind.is_text() {
            return survey_text(self.kind, &mut self.input, survey);
        }
        self.input.hold_all(WORKBOOK_LIMIT)?;
        whole(self.kind, self.input.held(), survey)?;
        Ok(false)
    }

    /// Adds the possible reason why no column has codes: formulas that were never calculated.
    pub(super) fn explained(&self, fault: NoRoles) -> Fault {
        let formulas =
            if self.kind == Kind::Package { formulas_without_values(self.input.held()) } else { 0 };
        if formulas > 0 { Fault::Formulas { fault, formulas: formulas as u64 } } else { fault.into() }
    }

    /// Passes on all rows.
    pub(in crate::impact) fn give(&mut self, sink: &mut dyn Sink) -> Result<(), Fault> {
        if self.kind.is_text() {
            return pieces(self.kind, self.input.again()?, sink);
        }
        whole(self.kind, self.input.held(), sink)
    }
}

/// Returns the kind of a file; text of an unknown kind may be a table.
pub(in crate::impact) fn kind(name: &str, head: &[u8]) -> Kind {
    match Kind::of(name, head) {
        Kind::Prose | Kind::Source(_) | Kind::Sql | Kind::Yaml | Kind::Toml => {
            Kind::Delimited(delimiter_in(head))
        }
        kind => kind,
    }
}

/// Surveys the rows of a text: of a long one as far as needed. Returns whether some rows were not surveyed.
fn survey_text(kind: Kind, input: &mut Input<'_>, survey: &mut Survey<'_>) -> Result<bool, Fault> {
    for bytes in [FIRST, KEPT] {
        let is_all = input.hold(bytes)?;
        let Some(mut reader) = kind.reader() else { return Err(unread(kind)) };
        if !reader.takes_pieces() && !input.hold(WHOLE)? {
            return Err(Fault::LargeText);
        }
        survey.restart();
        let read = reader.read(input.held(), 0, is_all || !reader.takes_pieces(), survey);
        if is_all || survey.is_certain() || !reader.takes_pieces() {
            return Ok(!is_all && reader.takes_pieces());
        }
        if bytes == KEPT {
            pieces_of(reader.as_mut(), &mut input.rest_after(read), read as u64, survey)?;
        }
    }
    input.reopen()
}

fn unread(kind: Kind) -> Fault {
    if kind == Kind::Binary { Fault::Binary } else { Fault::NoLayout }
}

/// Reads a text from its beginning to its end.
fn pieces(kind: Kind, mut text: impl Read, sink: &mut dyn Sink) -> Result<(), Fault> {
    let Some(mut reader) = kind.reader() else { return Err(unread(kind)) };
    pieces_of(reader.as_mut(), &mut text, 0, sink)
}

fn pieces_of(
    reader: &mut dyn Reader,
    text: &mut dyn Read,
    mut at: u64,
    sink: &mut dyn Sink,
) -> Result<(), Fault> {
    let takes_pieces = reader.takes_pieces();
    let mut least = if takes_pieces { PIECE } else { WHOLE };
    let mut buffer = Vec::new();
    loop {
        let wanted = least.saturating_sub(buffer.len());
        let got = read_more(text, &mut buffer, wanted)?;
        let is_last = got < wanted;
        if !is_last && !takes_pieces {
            return Err(Fault::LargeText);
        }
        let read = reader.read(&buffer, at, is_last, sink);
        if is_last {
            return Ok(());
        }
        // A part that cannot be read further is skipped, rather than held.
        let read = if read == 0 && buffer.len() >= WHOLE { buffer.len() } else { read };
        buffer.drain(..read);
        at += read as u64;
        least = if read == 0 { (buffer.len() * 2).clamp(2 * PIECE, WHOLE) } else { PIECE };
    }
}

/// Reads a file that is not text.
fn whole(kind: Kind, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Fault> {
    let Some(read) = kind.package() else { return Err(unread(kind)) };
    // The messages of these readers do not quote cells.
    Ok(read(bytes, sink)?)
}
