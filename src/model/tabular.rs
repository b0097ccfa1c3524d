//! The tabular list: the place of each category, and its notes.
//!
//! Invariant: the tabular list is a tree of its own, next to the concepts of a release. Each note is kept once, where
//! its publisher put it; the notes that apply to a code are found by walking up.

use std::collections::BTreeMap;

use super::concept::NoteKind;
use super::problem::Problem;
use super::sets::ICD10CM;

/// The kind of a place in the tabular list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceKind {
    /// A chapter, by its number.
    Chapter,
    /// A section, by its first and last category: `A00-A09`.
    Section,
    /// A category, subcategory or code.
    Entry,
}

/// A place of the tabular list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPlace {
    /// The kind.
    pub kind: PlaceKind,
    /// The number of a chapter, the first and last category of a section, the code of an entry in the form used in files.
    pub name: String,
    /// Its title, with the accents that order files leave out.
    pub title: String,
    /// The place above it, by its position in [`Tabular::places`].
    pub parent: Option<u32>,
    /// Its own notes, in the publisher's order; notes of the places above apply to it as well.
    pub notes: Vec<(NoteKind, String)>,
    /// Its own 7th characters with their meanings; they apply to the places below as well.
    pub extensions: Vec<(char, String)>,
    /// Whether it has no entries below it.
    pub is_leaf: bool,
}

impl ListPlace {
    /// Formats the name for display: a code with its dot, a section, `chapter 4`.
    pub fn display(&self) -> String {
        match self.kind {
            PlaceKind::Entry => (ICD10CM.display)(&self.name),
            PlaceKind::Section => self.name.clone(),
            PlaceKind::Chapter => format!("chapter {}", self.name),
        }
    }
}

/// The tabular list of a release.
#[derive(Debug, Clone, Default)]
pub struct Tabular {
    /// The file.
    pub name: String,
    /// The year stated in the file.
    pub year: Option<i16>,
    /// Chapters, sections and entries, each before the places below it.
    pub places: Vec<ListPlace>,
    /// Whether the end of the file was read, so that a missing code is known to be absent.
    pub is_whole: bool,
    /// Deviations from the layout.
    pub problems: Vec<Problem>,
    /// Positions of entries by code.
    entries: BTreeMap<String, u32>,
    /// Positions of chapters and sections by name.
    parts: BTreeMap<String, u32>,
}

/// Length of a code whose last character is an extension.
const EXTENDED: usize = 7;

impl Tabular {
    /// Makes a list of its places, each before the places below it.
    pub fn new(name: String, year: Option<i16>, mut places: Vec<ListPlace>, problems: Vec<Problem>) -> Self {
        let (mut entries, mut parts) = (BTreeMap::new(), BTreeMap::new());
        for at in 0..places.len() {
            let parent = places[at].parent.map(|parent| parent as usize);
            if let Some(parent) = parent.filter(|_| places[at].kind == PlaceKind::Entry) {
                places[parent].is_leaf = false;
            }
            let place = &places[at];
            if place.name.is_empty() {
                continue;
            }
            let held = if place.kind == PlaceKind::Entry { &mut entries } else { &mut parts };
            held.entry(place.name.clone()).or_insert(at as u32);
        }
        Self { name, year, places, is_whole: true, problems, entries, parts }
    }

    /// Returns the same list, marked as whole or not.
    #[must_use]
    pub fn whole(mut self, is_whole: bool) -> Self {
        self.is_whole = is_whole;
        self
    }

    /// Returns the entry with this code.
    pub fn entry(&self, code: &str) -> Option<&ListPlace> {
        self.entries.get(code).map(|at| &self.places[*at as usize])
    }

    /// Returns the chapter or section with this name.
    pub fn part(&self, name: &str) -> Option<&ListPlace> {
        self.parts.get(name).map(|at| &self.places[*at as usize])
    }

    /// Returns the entries, by code.
    pub fn entries(&self) -> impl Iterator<Item = &ListPlace> {
        self.entries.values().map(|at| &self.places[*at as usize])
    }

    /// Returns chapters and sections, in the publisher's order.
    pub fn parts(&self) -> impl Iterator<Item = &ListPlace> {
        self.places.iter().filter(|place| place.kind != PlaceKind::Entry)
    }

    /// Returns a place and everything above it, nearest first.
    pub fn upward<'a>(&'a self, place: &'a ListPlace) -> impl Iterator<Item = &'a ListPlace> {
        std::iter::successors(Some(place), |place| place.parent.map(|at| &self.places[at as usize]))
    }

    /// Returns the section or chapter that contains a place: the nearest above it.
    pub fn part_of<'a>(&'a self, place: &'a ListPlace) -> Option<&'a ListPlace> {
        self.upward(place).skip(1).find(|above| above.kind != PlaceKind::Entry)
    }

    /// Returns the 7th characters that apply to a place: its own, else those of the nearest entry above that has some.
    pub fn extensions<'a>(&'a self, place: &'a ListPlace) -> &'a [(char, String)] {
        let entries = self.upward(place).take_while(|above| above.kind == PlaceKind::Entry);
        entries.map(|above| above.extensions.as_slice()).find(|own| !own.is_empty()).unwrap_or(&[])
    }

    /// Returns the codes of an entry without entries below it: itself, or with each 7th character appended, filled with
    /// `X` to six characters; each with its title.
    pub fn codes_of(&self, place: &ListPlace) -> Vec<(String, String)> {
        if !place.is_leaf || place.name.is_empty() {
            return Vec::new();
        }
        let extensions = self.extensions(place);
        if extensions.is_empty() || place.name.len() >= EXTENDED {
            return vec![(place.name.clone(), place.title.clone())];
        }
        let stem = format!("{:X<width$}", place.name, width = EXTENDED - 1);
        let code =
            |(char, text): &(char, String)| (format!("{stem}{char}"), format!("{}, {text}", place.title));
        extensions.iter().map(code).collect()
    }

    /// Returns the place of a code: its own, or that of the entry whose 7th character it has.
    pub fn place_of(&self, code: &str) -> Option<&ListPlace> {
        (1..=code.len()).rev().filter_map(|length| code.get(..length)).find_map(|stem| {
            let stem = if stem.len() < code.len() { stem.trim_end_matches('X') } else { stem };
            self.entry(stem)
        })
    }
}
