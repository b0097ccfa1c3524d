//! The publisher's own layout: the same columns and summary that `formats::icd10_addenda` reads.

use std::io::{self, Write};

use crate::model::{Action, AddendaColumns, AddendaLine, Level, LevelTotals};
use crate::report::AddendaText;

/// Writes the file: lines, an empty line, the summary; CRLF.
pub(super) fn write(text: &AddendaText, out: &mut dyn Write) -> io::Result<()> {
    for line in &text.lines {
        write_line(text.columns, line, out)?;
    }
    for (level, totals) in [(Level::Header, text.totals.headers), (Level::Code, text.totals.codes)] {
        write_totals(text, level, totals, out)?;
    }
    Ok(())
}

fn write_line(columns: AddendaColumns, line: &AddendaLine, out: &mut dyn Write) -> io::Result<()> {
    let AddendaLine { code, action, level, long, short, .. } = line;
    let action = action.word();
    let short = short.as_deref().unwrap_or("");
    match columns {
        AddendaColumns::WithFlag => {
            let flag = u8::from(*level == Level::Code);
            write!(out, "{action:<13}{flag} {code:<7} {short:<60} {long}\r\n")
        }
        AddendaColumns::WithoutFlag { .. } => write!(out, "{action:<13}{code:<7} {short:<60} {long}\r\n"),
    }
}

fn write_totals(
    text: &AddendaText,
    level: Level,
    totals: LevelTotals,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (title, word) = if level == Level::Header { ("Headers", "headers") } else { ("Codes", "codes") };
    let number = |number: Option<u64>| number.unwrap_or(0);
    let [old, new] = &text.names;
    let (both, long, short) = revisions(&text.lines, level);
    // ICD-10-PCS indents this line, ICD-10-CM does not.
    let indent = if text.columns == AddendaColumns::WithFlag { "" } else { "    " };
    write!(
        out,
        "\r\n{title}\r\n{:7} {word} in {old}\r\n{:7} {word} in {new}\r\n{:7} additions\r\n{:7} deletions\r\n\
         {:7} revisions\r\n{indent}of which\r\n{both:7} revisions to both long and short titles\r\n\
         {long:7} revisions to long title only\r\n{short:7} revisions to short title only\r\n",
        number(totals.old),
        number(totals.new),
        number(totals.additions),
        number(totals.deletions),
        number(totals.revisions),
    )
}

/// Counts the revisions of both titles, of the long one only, and of the short one only.
fn revisions(lines: &[AddendaLine], level: Level) -> (u64, u64, u64) {
    let of_level = lines.iter().filter(|line| line.level == level);
    let froms = of_level.clone().filter(|line| line.action == Action::ReviseFrom);
    let tos = of_level.filter(|line| line.action == Action::ReviseTo);
    froms.zip(tos).fold((0, 0, 0), |(both, long, short), (from, to)| {
        match (from.long != to.long, from.short != to.short) {
            (true, true) => (both + 1, long, short),
            (true, false) => (both, long + 1, short),
            _ => (both, long, short + 1),
        }
    })
}
