//! XML as a stream of elements: no declaration of types or entities is followed, nesting is limited, places are lines.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::Sample;
use crate::model::{Place, Problem, ProblemCode, Problems};

/// How deep elements may be nested: official files go eleven deep.
const DEEPEST: usize = 64;

/// A root element stands behind a declaration, and perhaps one of its type.
const FIRST_LINES: usize = 5;

/// Takes the elements of a file.
pub(super) trait Visitor {
    /// An element begins.
    fn start(&mut self, element: &Element<'_>, progress: &mut Progress<'_>);

    /// An element ends: its name, the name of the one around it, and the text that stands directly in it.
    fn end(&mut self, name: &str, parent: &str, words: String, progress: &mut Progress<'_>);
}

/// The beginning of an element.
pub(super) struct Element<'e>(&'e BytesStart<'e>);

impl Element<'_> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.0.name().as_ref() == name
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let found = self.0.attributes().flatten().find(|own| own.key.as_ref() == name);
        found.map(|own| own.value.into_owned())
    }
}

/// Where the reader is, and what it has to say.
pub(super) struct Progress<'t> {
    file: &'t str,
    text: &'t str,
    at: usize,
    /// A place whose line is known: lines are counted from there.
    known: (usize, u32),
    found: Problems,
}

impl Progress<'_> {
    /// The line, from 1.
    pub(super) fn line(&mut self) -> u32 {
        let at = self.at.min(self.text.len());
        let (known, line) = self.known;
        let (known, line) = if known <= at { (known, line) } else { (0, 1) };
        let line = line + memchr::memchr_iter(b'\n', &self.text.as_bytes()[known..at]).count() as u32;
        self.known = (at, line);
        line
    }

    /// Something is not as the layout says.
    pub(super) fn problem(&mut self, fact: impl Into<String>) {
        let line = self.line();
        let place = Place { line: Some(line), ..Place::file(self.file) };
        let fact = fact.into();
        self.found.add(ProblemCode::BadXml, || Problem::new(ProblemCode::BadXml, place, fact));
    }
}

/// Whether one of these root elements stands in the first lines of a file.
pub(super) fn begins_with(sample: &Sample<'_>, roots: &[&str]) -> bool {
    sample.lines().take(FIRST_LINES).any(|line| roots.iter().any(|root| line.text.contains(root)))
}

/// What was found on the way through a file.
pub(super) struct Walked {
    /// What is not as it should be.
    pub(super) problems: Vec<Problem>,
    /// Whether its end was reached, so that what is not in it is not there.
    pub(super) is_whole: bool,
}

/// Walks through a file; what is not as it should be becomes a problem, and what was read until then stays.
pub(super) fn walk(file: &str, text: &str, visitor: &mut dyn Visitor) -> Walked {
    let mut progress = Progress { file, text, at: 0, known: (0, 1), found: Problems::default() };
    let is_whole = read(text, visitor, &mut progress);
    Walked { problems: progress.found.finish(file), is_whole }
}

/// Says whether the end was reached.
fn read(text: &str, visitor: &mut dyn Visitor, progress: &mut Progress<'_>) -> bool {
    let mut reader = Reader::from_str(text);
    // The elements that are open, each with the text that stands directly in it.
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
                progress.problem(format!("the XML breaks off here: {error}"));
                return false;
            }
        }
        if open.len() > DEEPEST {
            progress
                .problem(format!("elements are nested deeper than {DEEPEST}; nothing was read from here on"));
            return false;
        }
    }
    if !open.is_empty() {
        progress.problem("the file ends in the middle");
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

/// `&lt;`, `&#233;`: entities of the file's own are not resolved.
fn resolve(name: &BytesRef<'_>, progress: &mut Progress<'_>) -> String {
    if let Ok(Some(char)) = name.resolve_char_ref() {
        return char.to_string();
    }
    let name: &str = name;
    match quick_xml::escape::resolve_xml_entity(name) {
        Some(text) => text.to_owned(),
        None => {
            progress.problem(format!("the entity `{name}` is not one of XML's own; it was left out"));
            String::new()
        }
    }
}
