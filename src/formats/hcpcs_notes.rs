//! Processing notes of HCPCS Level II: the meaning of the numbers in PROCNOTE.
//!
//! Source: CMS, proc_notes_2019.txt and proc_notes_2020.txt. A note begins with four digits and two hyphens after
//! blanks or tabs, and continues over indented lines; a `*` marks the right edge.

use super::text::{Line, TextFile};
use super::{Format, Options, Part, Sample};
use crate::model::{Companion, NoteList, Place, Problem, ProblemCode, SourceFile};

/// See the module.
pub(super) struct HcpcsNotes;

impl Format for HcpcsNotes {
    fn id(&self) -> &'static str {
        "hcpcs_notes"
    }

    fn title(&self) -> &'static str {
        "HCPCS Level II processing notes"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["hcpcs"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        let words = |line: &Line<'_>| line.text.trim().eq_ignore_ascii_case("processing notes");
        sample.lines().take(5).any(|line| words(&line))
            && sample.lines().any(|line| beginning(line.text).is_some())
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        let file = TextFile::decode(file);
        let mut notes: Vec<(String, String)> = Vec::new();
        let mut problems = file.problems.clone();
        for line in file.lines() {
            match (beginning(line.text), notes.last_mut()) {
                (Some((number, text)), _) => {
                    if notes.iter().any(|(held, _)| held == number) {
                        let fact = format!("note {number} appears twice; the last one counts");
                        let place = Place::line(&file.name, line.number, 1);
                        problems.push(Problem::new(ProblemCode::DuplicateRow, place, fact));
                    }
                    notes.push((number.to_owned(), words(text)));
                }
                (None, Some((_, note))) if !words(line.text).is_empty() => {
                    note.push(' ');
                    note.push_str(&words(line.text));
                }
                _ => {}
            }
        }
        Companion::Notes(NoteList { name: file.name, property: "PROCNOTE", notes, problems }).into()
    }
}

/// Returns the number of a note and the first line of its text.
fn beginning(line: &str) -> Option<(&str, &str)> {
    let (number, text) = line.trim_start().split_once("--")?;
    let is_number = number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && line.starts_with([' ', '\t'])).then_some((number, text))
}

/// Returns the words of a line, without the mark at its right edge and the rule under the heading.
fn words(line: &str) -> String {
    let text = line.trim().trim_end_matches('*').trim_matches('_');
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
