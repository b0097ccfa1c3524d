//! Reports as JSON and JSON Lines.

use std::io::{self, Write};

use serde::Serialize;

/// Writes a value as one document, indented, with a line end.
pub(super) fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    out.write_all(b"\n")
}

/// Writes values a line each.
pub(super) fn write_lines(values: &[impl Serialize], out: &mut dyn Write) -> io::Result<()> {
    for value in values {
        serde_json::to_writer(&mut *out, value)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
