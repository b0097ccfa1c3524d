//! XML as a stream of elements: declarations of types or entities are ignored, nesting is limited, locations are lines.
//!
//! Invariant: no entity of a file's own is resolved.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::Sample;
use crate::model::{Place, Problem, ProblemCode, Problems};

/// Maximum nesting of elements: official files are up to eleven levels deep.
const DEEPEST: usize = 64;

/// Number of first lines that are searched for the root element: it follows a declaration, and perhaps a document type.
const FIRST_LINES: usize = 5;

/// Receives the elements of a file.
pub(super) trait Visitor {
    /// Begins an element.
    fn start(&mut self, element: &Element<'_>, progress: &mut Progress<'_>);

    /// Ends an element: its name, the name of the one around it, and the text directly in it.
    fn end(&mut self, name: &str, parent: &str, words: String, progress: &mut Progress<'_>);
}

/// The beginning of an element.
pub(super) struct Element<'e>(&'e BytesStart<'e>);

impl Element<'_> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.0.name().as_ref() == name
    }

    /// Returns the value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let found = self.0.attributes().flatten().find(|own| own.key.as_ref() == name);
        found.map(|own| own.value.into_owned())
    }
}

/// The position of the reader, and the problems it found.
pub(super) struct Progress<'t> {
    file: &'t str,
    text: &'t str,
    at: usize,
    /// A position with a known line, from which further lines are counted.
    known: (usize, u32),
    found: Problems,
}

impl Progress<'_> {
    /// Returns the line, from 1.
    pub(super) fn line(&mut self) -> u32 {
        let at = self.at.min(self.text.len());
        let (known, line) = self.known;
        let (known, line) = if known <= at { (known, line) } else { (0, 1) };
        let line = line + memchr::memchr_iter(b'\n', &self.text.as_bytes()[known..at]).count() as u32;
        self.known = (at, line);
        line
    }

    /// Reports a deviation from the layout.
    pub(super) fn problem(&mut self, fact: impl Into<String>) {
        let line = self.line();
        let place = Place { line: Some(line), ..Place::file(self.file) };
        let fact = fact.into();
        self.found.add(ProblemCode::BadXml, || Problem::new(ProblemCode::BadXml, place, fact));
    }
}

/// Returns whether one of these root elements is in the first lines of a file.
pub(super) fn begins_with(sample: &Sample<'_>, roots: &[&str]) -> bool {
    sample.lines().take(FIRST_LINES).any(|line| roots.iter().any(|root| line.text.contains(root)))
}

/// The result of a walk through a file.
pub(super) struct Walked {
    /// Problems found in the file.
    pub(super) problems: Vec<Problem>,
    /// True if the end of the file was reached, so that the content is complete.
    pub(super) is_whole: bool,
}

/// Walks through a file; faults become problems, and everything read before them is kept.
pub(super) fn walk(file: &str, text: &str, visitor: &mut dyn Visitor) -> Walked {
    let mut progress = Progress { file, text, at: 0, known: (0, 1), found: Problems::default() };
    let is_whole = read(text, visitor, &mut progress);
    Walked { problems: progress.found.finish(file), is_whole }
}

/// Reads the text, and returns whether the end was reached.
fn read(text: &str, visitor: &mut dyn Visitor, progress: &mut Progress<'_>) -> bool {
    let mut reader = Reader::from_str(text);
    // The open elements, each with the text directly in it.
    let mut open: Vec<(String, String)> = Vec::new();
    loop {
        progress.at = reader.buffer_position() as usize;
        match reader.read_event() {
            Ok(Event::End(_)) => end(&mut open, visitor, progress),
            Ok(event @ (Event::Start(_) | Event::Empty(_))) => {
                let is_empty = matches!(event, Event::Empty(_));
                if let Event::Start(start) | Event::Empty(start) = event {
                    open.push((start.name().as_ref().to_owned(), String::new()));
                    visitor.start(&Element(&start), progress);
                }
                if is_empty {
                    end(&mut open, visitor, progress);
                }
            }
            Ok(Event::Text(text)) => add(&mut open, &text),
            Ok(Event::CData(text)) => add(&mut open, &text),
            Ok(Event::GeneralRef(name)) => {
                let text = resolve(&name, progress);
                add(&mut open, &text);
            }
            Ok(Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_)) => {}
            Ok(Event::Eof) => break,
            Err(error) => {
                progress.problem(format!("the XML is invalid from here on: {error}"));
                return false;
            }
        }
        if open.len() > DEEPEST {
            progress.problem(format!(
                "elements are nested deeper than {DEEPEST}; the rest of the file was not read"
            ));
            return false;
        }
    }
    if !open.is_empty() {
        progress.problem("the file is truncated");
    }
    open.is_empty()
}

fn add(open: &mut [(String, String)], text: &str) {
    if let Some((_, words)) = open.last_mut() {
        words.push_str(text);
    }
}

fn end(open: &mut Vec<(String, String)>, visitor: &mut dyn Visitor, progress: &mut Progress<'_>) {
    if let Some((name, words)) = open.pop() {
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        visitor.end(&name, open.last().map_or("", |(name, _)| name), words, progress);
    }
}

/// Resolves `&lt;`, `&#233;`; entities that the file defines itself are not resolved.
fn resolve(name: &BytesRef<'_>, progress: &mut Progress<'_>) -> String {
    if let Ok(Some(char)) = name.resolve_char_ref() {
        return char.to_string();
    }
    let name: &str = name;
    match quick_xml::escape::resolve_xml_entity(name) {
        Some(text) => text.to_owned(),
        None => {
            progress.problem(format!("the entity `{name}` is not predefined in XML and was left out"));
            String::new()
        }
    }
}
