//! Concepts: the entries of a release.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::Date;

use super::code_set::{CodeSet, Deletion, PropertyDefinition};
use super::release::Release;
use super::tabular::ListPlace;
use crate::base::closed_list;

closed_list! {
    /// What a concept may be used for.
    pub enum Level {
        /// Billable: usable on a claim.
        Code = "code",
        /// A category, table row or section: not usable on a claim.
        Header = "header",
        /// A modifier of a procedure code.
        Modifier = "modifier",
    }
}

impl Level {
    /// Returns the key family: codes and headers share their keys, modifiers have their own.
    pub(super) fn family(self) -> u8 {
        u8::from(self == Self::Modifier)
    }
}

/// A range of a release's text, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// Start, in bytes.
    pub start: u32,
    /// Length, in bytes.
    pub length: u32,
}

impl Span {
    /// Returns the part of `text` that the span covers.
    ///
    /// # Panics
    ///
    /// If the span belongs to another text.
    pub fn of(self, text: &str) -> &str {
        &text[self.start as usize..][..self.length as usize]
    }
}

closed_list! {
    /// Which description a text is.
    pub enum TextKind {
        /// The full description.
        Long = "long",
        /// The abbreviated description.
        Short = "short",
        /// A description of middle length (CPT).
        Medium = "medium",
        /// A description in plain words (CPT).
        Consumer = "consumer",
    }
}

/// Validity of a concept in a set with dates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Validity {
    /// No end is set.
    #[default]
    Open,
    /// An end is set.
    Ended {
        /// The last day on which it may be used.
        last_day: Date,
    },
    /// The record marks it as no longer valid, without a date.
    Inactive,
}

closed_list! {
    /// Which kind of note a note is, in the words of the tabular list.
    pub enum NoteKind {
        /// `Includes`
        Includes = "includes",
        /// An inclusion term.
        InclusionTerm = "inclusion_term",
        /// `Excludes1`
        Excludes1 = "excludes1",
        /// `Excludes2`
        Excludes2 = "excludes2",
        /// `Code first`
        CodeFirst = "code_first",
        /// `Use additional code`
        UseAdditional = "use_additional",
        /// `Code also`
        CodeAlso = "code_also",
        /// A note of no other kind.
        Note = "note",
        /// What is said above the 7th characters.
        SeventhCharacterNote = "seventh_character_note",
        /// The definition of a 7th character.
        SeventhCharacter = "seventh_character",
        /// A processing note of the publisher (HCPCS).
        Processing = "processing",
    }
}

impl NoteKind {
    /// Returns the heading of such notes in the tabular list.
    pub fn title(self) -> &'static str {
        match self {
            Self::Includes => "Includes",
            Self::InclusionTerm => "Inclusion term",
            Self::Excludes1 => "Excludes1",
            Self::Excludes2 => "Excludes2",
            Self::CodeFirst => "Code first",
            Self::UseAdditional => "Use additional code",
            Self::CodeAlso => "Code also",
            Self::Note => "Note",
            Self::SeventhCharacterNote => "7th character note",
            Self::SeventhCharacter => "7th character",
            Self::Processing => "Processing note",
        }
    }
}

/// A note of the tabular list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// The kind.
    pub kind: NoteKind,
    /// The text.
    pub text: Span,
}

/// A value of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Property {
    /// Position of its definition in [`Release::properties`].
    pub definition: u16,
    /// The value, as published.
    pub value: Span,
}

/// Details that only some sets have: most concepts of ICD-10 have none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// Descriptions beyond long and short, in the order of [`TextKind::ALL`].
    pub texts: Vec<(TextKind, Span)>,
    /// Properties, in the order of their definitions.
    pub properties: Vec<Property>,
    /// Notes, in the publisher's order.
    pub notes: Vec<Note>,
    /// The parent's code, where the set's hierarchy is not that of its codes.
    pub parent: Option<Span>,
    /// The day the publisher added the code.
    pub added: Option<Date>,
    /// Whether and when the code ends.
    pub validity: Validity,
}

/// One entry of a release, as stored: small, with its texts in the release.
#[derive(Debug, Clone)]
pub struct Concept {
    /// The code, without dots or blanks.
    pub code: Span,
    /// The long description.
    pub long: Span,
    /// The short description, where the file has one.
    pub short: Option<Span>,
    /// Position in the publisher's order.
    pub order: u32,
    /// Its use.
    pub level: Level,
    /// Details that only some sets have.
    pub details: Option<Box<Details>>,
}

impl Concept {
    /// Shifts its texts by `by` bytes.
    pub(super) fn shift(&mut self, by: u32) {
        let details = self.details.as_deref_mut();
        let (texts, properties, notes, parent) = match details {
            Some(Details { texts, properties, notes, parent, .. }) => {
                (&mut texts[..], &mut properties[..], &mut notes[..], parent.as_mut())
            }
            None => (&mut [][..], &mut [][..], &mut [][..], None),
        };
        let own = [&mut self.code, &mut self.long].into_iter().chain(&mut self.short).chain(parent);
        let texts = texts.iter_mut().map(|(_, span)| span);
        let properties = properties.iter_mut().map(|property| &mut property.value);
        let notes = notes.iter_mut().map(|note| &mut note.text);
        own.chain(texts).chain(properties).chain(notes).for_each(|span| span.start += by);
    }

    /// Fills in missing values from another concept with the same key.
    pub(super) fn fill(&mut self, other: &Self) {
        if self.long.length == 0 {
            self.long = other.long;
        }
        self.short = self.short.or(other.short);
        let Some(more) = other.details.as_deref() else { return };
        let own = self.details.get_or_insert_default();
        let texts = more.texts.iter().filter(|(kind, _)| own.texts.iter().all(|(held, _)| held != kind));
        let texts: Vec<_> = texts.copied().collect();
        own.texts.extend(texts);
        own.texts.sort_by_key(|(kind, _)| *kind);
        let new =
            |property: &&Property| own.properties.iter().all(|held| held.definition != property.definition);
        let properties: Vec<_> = more.properties.iter().filter(new).copied().collect();
        own.properties.extend(properties);
        own.properties.sort_by_key(|property| property.definition);
        own.notes.extend(&more.notes);
        own.parent = own.parent.or(more.parent);
        own.added = own.added.or(more.added);
        if own.validity == Validity::Open {
            own.validity = more.validity;
        }
    }
}

/// One entry of a release for callers: a concept and the release that holds its texts.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    pub(super) release: &'a Release,
    pub(super) concept: &'a Concept,
    pub(super) key: Key,
}

/// The beginning of a key as a number: the family, then the first eight characters of the code. The numbers sort like
/// the keys; only longer codes need to be compared in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(u8, u64);

impl Key {
    /// Number of characters of a code in the key.
    const WIDTH: usize = 8;

    pub(super) fn new(level: Level, code: &str) -> Self {
        let mut bytes = [0; Self::WIDTH];
        let width = code.len().min(Self::WIDTH);
        bytes[..width].copy_from_slice(&code.as_bytes()[..width]);
        Self(level.family(), u64::from_be_bytes(bytes))
    }
}

/// Compares keys; calls `codes` only if the beginnings are equal and full.
pub(super) fn compare<'a>(a: Key, b: Key, codes: impl FnOnce() -> (&'a str, &'a str)) -> Ordering {
    // A code of fewer than eight characters leaves the last byte empty, and its number represents it completely.
    let full = |key: Key| key.1 & 0xff != 0;
    match a.cmp(&b) {
        Ordering::Equal if full(a) => {
            let (a, b) = codes();
            a.as_bytes().cmp(b.as_bytes())
        }
        order => order,
    }
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
        let place = self.release.tabular.as_ref().and_then(|list| list.entry(self.code()));
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
        let list = self.release.tabular.as_ref();
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
