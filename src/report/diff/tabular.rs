//! The changes in the tabular list, in the report of `diff`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::{closed_list, counted, grouped};
use crate::diff::{NoteChange, Noted, TabularDiff, Word, WordSide};
use crate::model::{ListPlace, PlaceKind};
use crate::view::{Cell, Section, Tone, column};

/// The changes in the tabular list, in numbers, and in its chapters and sections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct TabularSummary<'a> {
    /// Entries of the list in OLD.
    pub(crate) old: u64,
    /// Entries of the list in NEW.
    pub(crate) new: u64,
    /// New entries.
    pub(crate) added: u64,
    /// Deleted entries.
    pub(crate) gone: u64,
    /// Entries with a changed title.
    pub(crate) retitled: u64,
    /// Entries that moved to another section.
    pub(crate) moved: u64,
    /// Entries whose own notes changed.
    pub(crate) noted: u64,
    /// The same by kind of note: an entry may have changes of several.
    pub(crate) noted_by_kind: BTreeMap<&'static str, u64>,
    /// New chapters and sections.
    pub(crate) sections_added: Vec<SectionRow<'a>>,
    /// Deleted chapters and sections.
    pub(crate) sections_gone: Vec<SectionRow<'a>>,
    /// Sections with the same content under another name.
    #[serde(rename = "sections_relabelled")]
    pub(crate) sections_relabeled: Vec<RelabeledRow<'a>>,
    /// Chapters and sections whose own notes changed.
    pub(crate) sections_noted: Vec<SectionRow<'a>>,
}

closed_list! {
    /// The level of a part of the tabular list.
    pub(crate) enum SectionKind {
        /// A chapter.
        Chapter = "chapter",
        /// A section of a chapter.
        Section = "section",
    }
}

/// A chapter or a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct SectionRow<'a> {
    /// Its level.
    pub(crate) kind: SectionKind,
    /// The number of a chapter, the first and last category of a section.
    pub(crate) name: &'a str,
    /// Its title.
    pub(crate) title: &'a str,
    /// The notes that changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<NoteChange<'a>>,
}

/// A section under another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RelabeledRow<'a> {
    /// Its name in OLD.
    pub(crate) old: &'a str,
    /// Its name in NEW.
    pub(crate) new: &'a str,
}

impl<'a> TabularSummary<'a> {
    pub(super) fn of(diff: &TabularDiff<'a>) -> Self {
        let mut noted_by_kind = BTreeMap::new();
        for notes in diff.noted.iter().flat_map(|noted| &noted.notes) {
            *noted_by_kind.entry(notes.kind.title()).or_default() += 1;
        }
        let sections =
            |places: &[&'a ListPlace]| places.iter().map(|place| SectionRow::of(place, &[])).collect();
        let noted = |noted: &Noted<'a>| SectionRow::of(noted.place, &noted.notes);
        Self {
            old: diff.old.entries().count() as u64,
            new: diff.new.entries().count() as u64,
            added: diff.added.len() as u64,
            gone: diff.gone.len() as u64,
            retitled: diff.retitled.len() as u64,
            moved: diff.moved.len() as u64,
            noted: diff.noted.len() as u64,
            noted_by_kind,
            sections_added: sections(&diff.parts_added),
            sections_gone: sections(&diff.parts_gone),
            sections_relabeled: diff
                .relabeled
                .iter()
                .map(|[old, new]| RelabeledRow { old: &old.name, new: &new.name })
                .collect(),
            sections_noted: diff.parts_noted.iter().map(noted).collect(),
        }
    }

    /// Describes the counts in sentences.
    fn describe(&self) -> String {
        let mut described = format!(
            "{} entries in OLD, {} in NEW: {} new, {} deleted, {} with a new title, {} moved.",
            grouped(self.old),
            grouped(self.new),
            grouped(self.added),
            grouped(self.gone),
            grouped(self.retitled),
            grouped(self.moved),
        );
        if self.noted > 0 {
            let kinds = self.noted_by_kind.iter().map(|(kind, count)| format!("{kind} {}", grouped(*count)));
            let kinds = kinds.collect::<Vec<_>>().join(", ");
            described +=
                &format!(" The notes of {} changed ({kinds}).", counted(self.noted, "entry", "entries"));
        }
        described
    }

    /// Returns the counts, and the changes of chapters and sections.
    pub(super) fn section(&self) -> Section {
        let mut rows: Vec<[Cell; 4]> = Vec::new();
        for (change, tone, sections) in [
            ("added", Tone::Good, &self.sections_added),
            ("removed", Tone::Bad, &self.sections_gone),
            ("notes", Tone::Info, &self.sections_noted),
        ] {
            rows.extend(sections.iter().map(|row| {
                let name = match row.kind {
                    SectionKind::Chapter => format!("chapter {}", row.name),
                    SectionKind::Section => row.name.to_owned(),
                };
                [
                    Cell::badge(change, tone),
                    Cell::Code(name),
                    Cell::from(row.title),
                    Cell::words(words_of(&row.notes)),
                ]
            }));
        }
        rows.extend(self.sections_relabeled.iter().map(|row| {
            let names = format!("{} -> {}", row.old, row.new);
            [Cell::badge("renamed", Tone::Info), Cell::Code(names), Cell::Empty, Cell::Empty]
        }));
        let titles = ["change", "section", "title", "notes"];
        let columns = (0..)
            .zip(titles)
            .map(|(at, title): (usize, _)| column(title, move |row: &[Cell; 4]| row[at].clone()));
        let section = Section::new("Chapters and sections of the tabular list").text(self.describe());
        if rows.is_empty() { section } else { section.rows(&rows, columns).sheet("Tabular list") }
    }
}

impl<'a> SectionRow<'a> {
    fn of(place: &'a ListPlace, notes: &[NoteChange<'a>]) -> Self {
        let kind = match place.kind {
            PlaceKind::Chapter => SectionKind::Chapter,
            _ => SectionKind::Section,
        };
        Self { kind, name: &place.name, title: &place.title, notes: notes.to_vec() }
    }
}

/// Returns changes of notes as marked words: the deleted and new lines, kind by kind.
pub(in crate::report) fn words_of(changes: &[NoteChange<'_>]) -> Vec<Word> {
    let word = |side, text: String| Word { side, text };
    let mut words = Vec::new();
    for change in changes {
        let before = if words.is_empty() { "" } else { " " };
        words.push(word(WordSide::Both, format!("{before}{}: ", change.kind.title())));
        if change.old.is_empty() && change.new.is_empty() {
            words.push(word(WordSide::Both, "in another order".to_owned()));
        }
        let sides = [(WordSide::Old, &change.old), (WordSide::New, &change.new)];
        for (at, (side, texts)) in sides.into_iter().filter(|(_, texts)| !texts.is_empty()).enumerate() {
            if at > 0 {
                words.push(word(WordSide::Both, " ".to_owned()));
            }
            words.push(word(side, texts.join("; ")));
        }
    }
    words
}
