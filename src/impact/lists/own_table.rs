//! Reads a table of the user's own: its codes and their descriptions.

use std::collections::BTreeMap;

use super::rows::{self, Found};
use crate::base::counted;
use crate::fields::names::is_like_codes;
use crate::fields::notation::{self, Piece, What};
use crate::impact::usage::{Editions, UsageError, Vocabulary, set_title};
use crate::model::{OwnRow, OwnTable, Place, Problem, ProblemCode};

/// Reads a table of the user's own against the codes of releases. `column` names that of the codes: its heading, letter or
/// number.
///
/// # Errors
///
/// If it cannot be read, or no column holds codes of a release, or it is not clear which one.
pub fn read_own_table(
    name: &str,
    bytes: &[u8],
    editions: Editions<'_>,
    column: Option<&str>,
) -> Result<OwnTable, UsageError> {
    let vocabulary = Vocabulary::new(editions);
    let mut reader = Reader {
        vocabulary: &vocabulary,
        table: OwnTable::default(),
        patterns: 0,
        others: BTreeMap::new(),
        pieces: Vec::new(),
    };
    let notes = rows::each(name, bytes, &vocabulary, column, &mut |found| reader.take(&found))?;
    Ok(reader.finish(name, notes))
}

struct Reader<'v> {
    vocabulary: &'v Vocabulary<'v>,
    table: OwnTable,
    /// Cells with ranges or wildcards.
    patterns: u64,
    /// Codes of other systems, by what these are called.
    others: BTreeMap<&'static str, u64>,
    pieces: Vec<Piece>,
}

impl Reader<'_> {
    fn take(&mut self, found: &Found<'_>) {
        let mut pieces = std::mem::take(&mut self.pieces);
        notation::pieces(self.vocabulary.book(), found.text, &mut pieces);
        let is_pattern = |piece: &Piece| matches!(piece.what, What::Prefix | What::Range | What::Expression);
        self.patterns += u64::from(pieces.iter().any(is_pattern));
        for piece in &pieces {
            let written = String::from_utf8_lossy(&found.text[piece.start..piece.end]).into_owned();
            let code = match piece.what {
                What::Code(id) => Ok(self.vocabulary.book().code(id).to_owned()),
                What::Unknown => match self.vocabulary.code_of(written.as_bytes()) {
                    Some((code, true)) => Err((self.vocabulary.set().neighbor)(&code)),
                    Some((code, false)) => Ok(code),
                    None => Ok(written.clone()),
                },
                What::Foreign(system) => Err(Some(set_title(system))),
                What::Prefix | What::Range | What::Expression | What::Except => continue,
            };
            let code = match code {
                Ok(code) => code,
                Err(other) => {
                    *self.others.entry(other.unwrap_or("another system")).or_default() += 1;
                    continue;
                }
            };
            let [long, short] = match &found.descriptions {
                Some(texts) => texts.clone(),
                None if pieces.len() == 1 => [after(found.text, piece.end), None],
                None => [None, None],
            };
            let place = found.place.clone();
            let is_like_code = is_like_codes(self.vocabulary.set(), &written);
            self.table.rows.push(OwnRow { written, is_like_code, place, code, long, short });
        }
        self.pieces = pieces;
    }

    fn finish(mut self, name: &str, notes: Vec<Problem>) -> OwnTable {
        let title = self.vocabulary.set().title;
        let mut note = |count: u64, one: &str, many: &str| {
            if count > 0 {
                let fact = format!("{}; left out", counted(count, one, many));
                self.table.problems.push(Problem::new(ProblemCode::UsageLines, Place::file(name), fact));
            }
        };
        note(
            self.patterns,
            "row has a range or wildcard instead of a single code",
            "rows have ranges or wildcards instead of single codes",
        );
        for (system, count) in &self.others {
            note(
                *count,
                &format!("code is declared as {system}, not {title}"),
                &format!("codes are declared as {system}, not {title}"),
            );
        }
        self.table.problems.extend(notes);
        self.table
    }
}

/// Returns the words after a code in its line.
fn after(line: &[u8], end: usize) -> Option<String> {
    let rest = String::from_utf8_lossy(line.get(end..)?);
    let words = rest.trim().trim_start_matches(['-', ':', '=', ',', ';', '|', '\u{2013}', '\u{2014}']).trim();
    let words = words.strip_prefix('"').and_then(|words| words.strip_suffix('"')).unwrap_or(words);
    (!words.is_empty()).then(|| words.to_owned())
}
