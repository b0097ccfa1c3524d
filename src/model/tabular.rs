//! The tabular list: where each category stands, and what its notes say of its use.

use std::collections::BTreeMap;

use super::concept::NoteKind;
use super::problem::Problem;
use super::sets::ICD10CM;

/// What a place of the tabular list is.
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
    /// What it is.
    pub kind: PlaceKind,
    /// The number of a chapter, the first and last category of a section, the code of an entry as files hold it.
    pub name: String,
    /// Its title, with the accents that order files leave out.
    pub title: String,
    /// The place above it, by its position in [`Tabular::places`].
    pub parent: Option<u32>,
    /// Its own notes, in the publisher's order; those of the places above hold for it as well.
    pub notes: Vec<(NoteKind, String)>,
    /// Its own 7th characters with what they stand for; those below it have them as well.
    pub extensions: Vec<(char, String)>,
    /// Whether no entry stands below it.
    pub is_leaf: bool,
}

impl ListPlace {
    /// As people write it: a code with its dot, a section, `chapter 4`.
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
    /// The year that the file says it is of.
    pub year: Option<i16>,
    /// Chapters, sections and entries, each before what stands below it.
    pub places: Vec<ListPlace>,
    /// Whether its end was read, so that what is not in it is not there.
    pub is_whole: bool,
    /// What is not as the layout says.
    pub problems: Vec<Problem>,
    /// Positions of entries by code.
    entries: BTreeMap<String, u32>,
    /// Positions of chapters and sections by name.
    parts: BTreeMap<String, u32>,
}

/// Codes have seven characters where the last is an extension.
const EXTENDED: usize = 7;

impl Tabular {
    /// Makes a list of its places, each before what stands below it.
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

    /// The same, whole or not.
    #[must_use]
    pub fn whole(mut self, is_whole: bool) -> Self {
        self.is_whole = is_whole;
        self
    }

    /// The entry with this code.
    pub fn entry(&self, code: &str) -> Option<&ListPlace> {
        self.entries.get(code).map(|at| &self.places[*at as usize])
    }

    /// The chapter or section with this name.
    pub fn part(&self, name: &str) -> Option<&ListPlace> {
        self.parts.get(name).map(|at| &self.places[*at as usize])
    }

    /// The entries, by code.
    pub fn entries(&self) -> impl Iterator<Item = &ListPlace> {
        self.entries.values().map(|at| &self.places[*at as usize])
    }

    /// Chapters and sections, in the publisher's order.
    pub fn parts(&self) -> impl Iterator<Item = &ListPlace> {
        self.places.iter().filter(|place| place.kind != PlaceKind::Entry)
    }

    /// A place and all that is above it, nearest first.
    pub fn upward<'a>(&'a self, place: &'a ListPlace) -> impl Iterator<Item = &'a ListPlace> {
        std::iter::successors(Some(place), |place| place.parent.map(|at| &self.places[at as usize]))
    }

    /// The section or chapter that a place stands in: the nearest above it.
    pub fn part_of<'a>(&'a self, place: &'a ListPlace) -> Option<&'a ListPlace> {
        self.upward(place).skip(1).find(|above| above.kind != PlaceKind::Entry)
    }

    /// The 7th characters that hold for a place: its own, else those of the nearest entry above that has some.
    pub fn extensions<'a>(&'a self, place: &'a ListPlace) -> &'a [(char, String)] {
        let entries = self.upward(place).take_while(|above| above.kind == PlaceKind::Entry);
        entries.map(|above| above.extensions.as_slice()).find(|own| !own.is_empty()).unwrap_or(&[])
    }

    /// The codes of an entry that nothing stands below: itself, or with each 7th character behind it, filled with `X` to
    /// six characters; each with its title.
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

    /// The place that says where a code stands: its own, or that of the entry whose 7th character it carries.
    pub fn place_of(&self, code: &str) -> Option<&ListPlace> {
        (1..=code.len()).rev().filter_map(|length| code.get(..length)).find_map(|stem| {
            let stem = if stem.len() < code.len() { stem.trim_end_matches('X') } else { stem };
            self.entry(stem)
        })
    }
}
