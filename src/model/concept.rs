//! Concepts: what a release holds for each key. Their texts are spans of the text of the release.

use std::cmp::Ordering;

use jiff::civil::Date;

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
    /// Position of its definition in the properties of its release.
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
