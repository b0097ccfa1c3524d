//! Entries: the concepts of a release, for callers.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::Date;

use super::code_set::{CodeSet, Deletion, PropertyDefinition};
use super::concept::{Concept, Details, Key, Level, NoteKind, TextKind, Validity, compare};
use super::release::Release;
use super::tabular::ListPlace;

/// One entry of a release for callers: a concept and the release that holds its texts.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    pub(super) release: &'a Release,
    pub(super) concept: &'a Concept,
    pub(super) key: Key,
}

impl<'a> Entry<'a> {
    /// Returns the code set.
    pub fn set(self) -> &'static CodeSet {
        self.release.set
    }

    /// Returns the code in the form used in files.
    pub fn code(self) -> &'a str {
        self.release.text(self.concept.code)
    }

    /// Returns the code formatted for display.
    pub fn display(self) -> String {
        (self.release.set.display)(self.code())
    }

    /// Returns the level.
    pub fn level(self) -> Level {
        self.concept.level
    }

    /// Returns the long description.
    pub fn long(self) -> &'a str {
        self.release.text(self.concept.long)
    }

    /// Returns the short description, if the file has one.
    pub fn short(self) -> Option<&'a str> {
        self.concept.short.map(|span| self.release.text(span))
    }

    /// Returns a description by its kind; `None` if the file does not have it.
    pub fn text(self, kind: TextKind) -> Option<&'a str> {
        match kind {
            TextKind::Long => Some(self.long()),
            TextKind::Short => self.short(),
            _ => {
                let details = self.concept.details.as_deref()?;
                let (_, span) = details.texts.iter().find(|(of, _)| *of == kind)?;
                Some(self.release.text(*span))
            }
        }
    }

    /// Returns whether its release has descriptions of a kind.
    pub fn ships_text(self, kind: TextKind) -> bool {
        self.release.has_texts(kind)
    }

    /// Returns the position in the publisher's order.
    pub fn order(self) -> u32 {
        self.concept.order
    }

    /// Returns the details that only some sets have.
    pub fn details(self) -> Option<&'a Details> {
        self.concept.details.as_deref()
    }

    /// Returns the parent's code, if the set's hierarchy does not follow its codes.
    pub fn parent_code(self) -> Option<&'a str> {
        self.details()?.parent.map(|span| self.release.text(span))
    }

    /// Returns the nearest entry above it.
    pub fn parent(self) -> Option<Entry<'a>> {
        self.release.parent(self.code())
    }

    /// Returns all entries above it, nearest first.
    pub fn ancestors(self) -> impl Iterator<Item = Entry<'a>> {
        /// No hierarchy is deeper. The limit stops at an entry that names itself as its parent.
        const DEEPEST: usize = 32;
        std::iter::successors(self.parent(), |entry| entry.parent()).take(DEEPEST)
    }

    /// Returns whether it is a header.
    pub fn is_header(self) -> bool {
        self.level() == Level::Header
    }

    /// Returns whether and when the code ends.
    pub fn validity(self) -> Validity {
        self.details().map_or(Validity::Open, |details| details.validity)
    }

    /// Returns the last day of validity, if one is set.
    pub fn last_day(self) -> Option<Date> {
        match self.validity() {
            Validity::Ended { last_day } => Some(last_day),
            Validity::Open | Validity::Inactive => None,
        }
    }

    /// Returns the first day of validity, if its record has one.
    pub fn first_day(self) -> Option<Date> {
        let day = self.property(self.set().first_day?)?;
        Date::strptime("%Y%m%d", day).ok()
    }

    /// Returns whether the code can be used on a claim: it is not a header, and its last day, if set, is not over when
    /// the release takes effect. If that day is unknown, a code with a last day counts as over in a set that deletes by
    /// last days, and as valid in a set that deletes by omission.
    pub fn is_billable(self) -> bool {
        self.level() != Level::Header && !self.is_over()
    }

    /// Returns whether it can be used where codes of its set are listed: it is billable, or a header in a set whose lists
    /// name headers.
    pub fn is_usable(self) -> bool {
        self.is_billable() || self.set().lists_headers && self.is_header()
    }

    /// Returns whether it is a terminated code: its record is kept with a last day that is over.
    pub fn is_ended_code(self) -> bool {
        self.level() == Level::Code && self.is_over()
    }

    /// Returns whether its last day is over when the release takes effect.
    fn is_over(self) -> bool {
        let last_day = match self.validity() {
            Validity::Open => return false,
            Validity::Inactive => return true,
            Validity::Ended { last_day } => last_day,
        };
        let by_set = self.set().deletion == Deletion::ByTermination;
        self.release.effective().map_or(by_set, |day| last_day < day)
    }

    /// Returns properties with their definitions and values.
    pub fn properties(self) -> impl Iterator<Item = (&'a PropertyDefinition, &'a str)> {
        self.numbered_properties().map(|(_, definition, value)| (definition, value))
    }

    /// Returns properties with the positions of their definitions.
    pub fn numbered_properties(self) -> impl Iterator<Item = (u16, &'a PropertyDefinition, &'a str)> {
        let definitions = &self.release.properties;
        let properties = self.details().map_or(&[][..], |details| &details.properties);
        properties.iter().map(move |property| {
            let definition = &definitions[usize::from(property.definition)];
            (property.definition, definition, self.release.text(property.value))
        })
    }

    /// Returns whether its file has a property at all.
    pub fn ships(self, definition: u16) -> bool {
        self.release.ships(self.level(), definition)
    }

    /// Returns whether its file has last days, if its set has them.
    pub fn ships_last_day(self) -> bool {
        let definition = self.set().properties.iter().position(|definition| definition.group.last_day);
        definition.is_none_or(|definition| self.ships(definition as u16))
    }

    /// Returns the definitions of the properties that it may have.
    pub fn definitions(self) -> &'a [PropertyDefinition] {
        &self.release.properties
    }

    /// Returns the value of a property by its name.
    pub fn property(self, name: &str) -> Option<&'a str> {
        self.properties().find(|(definition, _)| definition.name == name).map(|(_, value)| value)
    }

    /// Returns a description that outputs may show: `None` if it is licensed and the user has not allowed it, or if the
    /// file does not have it.
    pub fn shown(self, kind: TextKind) -> Option<&'a str> {
        if self.is_withheld() { None } else { self.text(kind) }
    }

    /// Returns whether its licensed texts are omitted from output.
    pub fn is_withheld(self) -> bool {
        !self.release.shows_licensed && self.set().licensed.is_some_and(|licensed| licensed(self.code()))
    }

    /// Returns the properties that outputs may show.
    pub fn shown_properties(self) -> impl Iterator<Item = (&'a PropertyDefinition, &'a str)> {
        let withheld = self.is_withheld();
        self.properties().filter(move |(definition, _)| !(withheld && definition.group.licensed))
    }

    /// Returns the long description that outputs may show, or an empty string.
    pub fn shown_long(self) -> &'a str {
        self.shown(TextKind::Long).unwrap_or("")
    }

    /// Returns whether its release has notes at all.
    pub fn has_notes(self) -> bool {
        self.release.coverage.notes
    }

    /// Returns its own notes with their kind and text.
    pub fn notes(self) -> impl Iterator<Item = (NoteKind, &'a str)> {
        let notes = self.details().map_or(&[][..], |details| &details.notes);
        let notes = notes.iter().map(move |note| (note.kind, self.release.text(note.text)));
        let place = self.release.companions.tabular().and_then(|list| list.entry(self.code()));
        let listed = place.map_or(&[][..], |place| &place.notes);
        notes.chain(listed.iter().map(|(kind, text)| (*kind, text.as_str())))
    }

    /// Counts the billable codes it covers: itself, and all below it.
    pub fn billable_from_here(self) -> u64 {
        let below = self.release.descendants(self.code()).filter(|entry| entry.is_billable()).count();
        below as u64 + u64::from(self.is_billable())
    }

    /// Returns the notes that apply to it: its own, and those of everything above it in the tabular list, each with its
    /// place in the list. Inclusion terms and 7th characters of entries above are left out.
    pub fn notes_in_force(self) -> Vec<(NoteKind, &'a str, Option<&'a ListPlace>)> {
        let own = self.details().map_or(&[][..], |details| &details.notes);
        let mut notes: Vec<_> =
            own.iter().map(|note| (note.kind, self.release.text(note.text), None)).collect();
        let list = self.release.companions.tabular();
        let Some((list, place)) = list.and_then(|list| Some((list, list.place_of(self.code())?))) else {
            return notes;
        };
        for above in list.upward(place) {
            let holds = |kind: NoteKind| {
                above.name == self.code()
                    || !matches!(kind, NoteKind::InclusionTerm | NoteKind::SeventhCharacter)
            };
            let held = above.notes.iter().filter(|(kind, _)| holds(*kind));
            notes.extend(held.map(|(kind, text)| (*kind, text.as_str(), Some(above))));
        }
        notes
    }

    /// Compares keys: procedure codes and headers by code, then modifiers by code.
    pub fn compare_keys(self, other: Entry<'_>) -> Ordering {
        compare(self.key, other.key, || (self.code(), other.code()))
    }
}

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.code(), self.level().word(), self.long())
    }
}
