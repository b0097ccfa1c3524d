//! Code sets: each has one descriptor, and no other file contains logic for a particular set.

use std::borrow::Cow;
use std::fmt;

use super::descriptor::Descriptor;
use super::edition::{Calendar, Edition};

/// The columns of the publisher's order addenda of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddendaColumns {
    /// Action, flag, code, short, long (ICD-10-CM order addenda).
    WithFlag,
    /// Action, code, short, long: the length of a code identifies a header (ICD-10-PCS order addenda).
    WithoutFlag {
        /// Length of a header's code.
        header_length: usize,
    },
}

/// A named part of a set, in the publisher's order: a chapter or a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chapter {
    /// The chapter's number or letter as the publisher prints it.
    pub id: &'static str,
    /// The lowest category of the chapter.
    pub start: &'static str,
    /// The title.
    pub title: &'static str,
}

/// The meaning of a key that is missing from a later release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// The publisher deletes a code by leaving it out.
    ByAbsence,
    /// The publisher keeps terminated codes and sets their last day: a missing key is a problem.
    ByTermination,
}

/// The way the entries above and below a code are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hierarchy {
    /// By the code's own characters: `A00` is above `A000`.
    ByCode,
    /// By the file: each entry names its parent.
    ByParent,
    /// The set has no hierarchy.
    Flat,
}

/// A group of attributes, such as those of coverage or of pricing.
#[derive(Debug, PartialEq, Eq)]
pub struct PropertyGroup {
    /// The name used in commands.
    pub id: &'static str,
    /// A short description of its content.
    pub meaning: &'static str,
    /// Whether changes in it are omitted unless requested.
    pub hidden: bool,
    /// Whether a change in it means only that the listing was certified again.
    pub certification: bool,
    /// Whether its values are licensed texts, omitted from output together with the code's description.
    pub licensed: bool,
    /// Whether its value is the last day; setting or clearing it is reported as terminated or reactivated.
    pub last_day: bool,
}

impl PropertyGroup {
    const PLAIN: Self =
        Self { id: "", meaning: "", hidden: false, certification: false, licensed: false, last_day: false };

    /// Returns a group whose changes are reported.
    pub const fn shown(id: &'static str, meaning: &'static str) -> Self {
        Self { id, meaning, ..Self::PLAIN }
    }

    /// Returns a group whose changes are omitted unless requested.
    pub const fn hidden(id: &'static str, meaning: &'static str) -> Self {
        Self { id, meaning, hidden: true, ..Self::PLAIN }
    }

    /// Returns the group of the last day.
    pub const fn last_day(id: &'static str, meaning: &'static str) -> Self {
        Self { id, meaning, last_day: true, ..Self::PLAIN }
    }
}

/// The type of an attribute's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Free text, or a section number.
    Text,
    /// A word from a list of the publisher, or a code.
    Code,
    /// A date of eight digits: year, month, day.
    Date,
    /// A number.
    Number,
}

/// A named attribute of a set's concepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyDefinition {
    /// The official name; a user's own table brings its own.
    pub name: Cow<'static, str>,
    /// The group it belongs to.
    pub group: &'static PropertyGroup,
    /// The type of its values.
    pub kind: ValueKind,
}

impl PropertyDefinition {
    /// Returns a text attribute.
    pub const fn new(name: &'static str, group: &'static PropertyGroup) -> Self {
        Self { name: Cow::Borrowed(name), group, kind: ValueKind::Text }
    }

    /// Returns a code attribute.
    pub const fn code(name: &'static str, group: &'static PropertyGroup) -> Self {
        Self { name: Cow::Borrowed(name), group, kind: ValueKind::Code }
    }

    /// Returns a date attribute.
    pub const fn date(name: &'static str, group: &'static PropertyGroup) -> Self {
        Self { name: Cow::Borrowed(name), group, kind: ValueKind::Date }
    }

    /// Returns a number attribute.
    pub const fn number(name: &'static str, group: &'static PropertyGroup) -> Self {
        Self { name: Cow::Borrowed(name), group, kind: ValueKind::Number }
    }
}

/// A change that an action code of the publisher may stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The code is new.
    Added,
    /// Its last day was set.
    Terminated,
    /// Its last day was cleared.
    Reactivated,
    /// The long description changed.
    Long,
    /// The short description changed.
    Short,
    /// Any attribute changed.
    Attributes,
    /// An attribute of this group changed.
    Group(&'static str),
}

/// A code by which the publisher marks how it changed a record.
#[derive(Debug)]
pub struct ActionCode {
    /// The code.
    pub code: &'static str,
    /// Its meaning.
    pub meaning: &'static str,
    /// Its wording in the publisher's report of actions.
    pub reported: &'static str,
    /// The changes that it explains.
    pub effects: &'static [Effect],
    /// Whether at least one of these effects must be present.
    pub must: bool,
}

/// The publisher's marks for changes since the previous issue. They can check a diff between these two issues only.
#[derive(Debug)]
pub struct Actions {
    /// The attribute that contains them.
    pub property: &'static str,
    /// The marks.
    pub codes: &'static [ActionCode],
    /// Whether the second edition is the issue that follows the first.
    pub is_next: fn(Edition, Edition) -> bool,
}

/// The attributes of a deleted code that name its replacements.
#[derive(Debug)]
pub struct Successors {
    /// The names of the attributes; each contains one code.
    pub properties: &'static [&'static str],
    /// Other sets whose codes, or whose titles instead of a code, these attributes sometimes contain.
    pub foreign: &'static [&'static CodeSet],
}

/// A code system identifier used in claims and messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeSystem {
    /// ICD-10-CM diagnoses.
    Icd10cm,
    /// ICD-10-PCS procedures.
    Icd10pcs,
    /// ICD-9-CM, diagnoses or procedures.
    Icd9,
    /// HCPCS, both levels: claims mark CPT and Level II alike.
    Hcpcs,
    /// CPT, which is Level I of HCPCS.
    Cpt,
    /// HCPCS Level II.
    HcpcsLevel2,
    /// CDT.
    Cdt,
    /// NDC.
    Ndc,
    /// ICD-11.
    Icd11,
    /// SNOMED CT.
    Snomed,
    /// LOINC.
    Loinc,
    /// RxNorm.
    RxNorm,
    /// Any other.
    Other,
}

impl CodeSystem {
    /// Returns the common name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Icd10cm => "ICD-10-CM",
            Self::Icd10pcs => "ICD-10-PCS",
            Self::Icd9 => "ICD-9-CM",
            Self::Hcpcs => "HCPCS or CPT",
            Self::Cpt => "CPT",
            Self::HcpcsLevel2 => "HCPCS Level II",
            Self::Cdt => "CDT",
            Self::Ndc => "NDC",
            Self::Icd11 => "ICD-11",
            Self::Snomed => "SNOMED CT",
            Self::Loinc => "LOINC",
            Self::RxNorm => "RxNorm",
            Self::Other => "another code system",
        }
    }

    /// Returns the level of HCPCS that a code marked as HCPCS belongs to, by its form: `99213` is CPT, `J1100` Level II,
    /// `D0120` CDT. Other systems, and codes of no such form, keep the system they have.
    #[must_use]
    pub fn level_of(self, code: &[u8]) -> Self {
        let (Self::Hcpcs, [first, middle @ .., last]) = (self, code.trim_ascii()) else { return self };
        if middle.len() != 3 || !middle.iter().all(u8::is_ascii_digit) {
            return self;
        }
        match (first.to_ascii_uppercase(), last.to_ascii_uppercase()) {
            (b'0'..=b'9', b'0'..=b'9' | b'A' | b'F' | b'M' | b'T' | b'U') => Self::Cpt,
            (b'D', b'0'..=b'9') => Self::Cdt,
            (b'A'..=b'Z', b'0'..=b'9') => Self::HcpcsLevel2,
            _ => self,
        }
    }
}

/// Everything codeset knows about one code set.
pub struct CodeSet {
    /// The name used in commands and files, such as `icd10cm`.
    pub id: &'static str,
    /// The common name, such as `ICD-10-CM`.
    pub title: &'static str,
    /// The publisher.
    pub publisher: &'static str,
    /// The canonical URI of the set as FHIR names code systems, where it has one. Source: HL7 Terminology (THO).
    pub uri: Option<&'static str>,
    /// The terms of use in a sentence.
    pub terms: &'static str,
    /// The year system of its editions.
    pub calendar: Calendar,
    /// The event whose date decides which edition a code must be valid in.
    pub dated_by: &'static str,
    /// Normalizes typed text to the form of a code used in files; `None` if it does not have the shape of a code of
    /// this set. Does not check whether the code exists.
    pub normalize: &'static (dyn Fn(&str) -> Option<String> + Send + Sync),
    /// Formats a code for display.
    pub display: fn(&str) -> String,
    /// Length of the category: the first level that a code belongs to.
    pub category_length: usize,
    /// Chapters, by their lowest category in ASCII order.
    pub chapters: &'static [Chapter],
    /// The code systems whose codes in claims and messages are codes of this set.
    pub systems: &'static [CodeSystem],
    /// Returns the set that a code found in no release most likely belongs to, judged by its form alone. Used for hints
    /// only.
    pub likely_other: fn(&str) -> Option<&'static str>,
    /// Returns whether a code found in no release has the form of a placeholder that programs write when no code is
    /// known.
    pub is_placeholder: fn(&str) -> bool,
    /// Returns the set or system whose codes share columns with this set's, by the form of a code: a charge table mixes
    /// CPT and HCPCS Level II.
    pub neighbor: fn(&str) -> Option<&'static str>,
    /// Whether codes may be followed by two-character modifiers: `J1100JW`.
    pub takes_modifiers: bool,
    /// Whether a key is a code, or a code and a modifier joined by `-`, as in a fee schedule.
    pub keys_with_modifiers: bool,
    /// Whether systems that expect longer codes pad three-character codes with `X`.
    pub pads_with_x: bool,
    /// The character that fills an empty position inside a code until a later release uses it: `X` in T40.4X1A.
    pub placeholder: Option<char>,
    /// Whether each character of a code is a separate value, such as a body part or an approach: codes that differ in
    /// one character differ in that value only.
    pub has_axes: bool,
    /// Whether a long description belongs to one code, so that a new code with the description of a deleted one most
    /// likely replaces it. In drug lists many packages share a description.
    pub has_own_descriptions: bool,
    /// The meaning of a missing key.
    pub deletion: Deletion,
    /// The way the entries above and below a code are found.
    pub hierarchy: Hierarchy,
    /// The attributes its concepts may have.
    pub properties: &'static [PropertyDefinition],
    /// The attribute that contains the first day of a code, if its publisher sets one for each code.
    pub first_day: Option<&'static str>,
    /// The publisher's marks for changes, if it publishes any.
    pub actions: Option<&'static Actions>,
    /// The attribute that identifies the entity itself, whatever its code: it distinguishes a moved code from a deleted
    /// code and an unrelated new one.
    pub identity: Option<&'static str>,
    /// Returns whether two descriptions count as equal, where the publisher's spelling varies.
    pub same_text: fn(&str, &str) -> bool,
    /// Returns the second key: a form of the code that is the same for several of its spellings.
    pub second_key: Option<fn(&str) -> Option<String>>,
    /// Returns other notations of a code: the name of the notation, and the code in it.
    pub forms: fn(&str) -> Vec<(&'static str, String)>,
    /// Returns the forms in which a code is written. Each form has the same position for every code and is empty if the
    /// code does not have it. `None` if codes are written only as in files and as displayed. Several codes may share a
    /// form: see the set.
    pub written_forms: Option<fn(&str) -> Vec<String>>,
    /// Returns the codes that a text may mean if its form alone is ambiguous: ten digits of an NDC without hyphens have
    /// three readings. Not all of them need to exist.
    pub readings: fn(&str) -> Vec<String>,
    /// Returns the codes that may be meant by one that does not exist: missing or added fillers, lost leading zeros.
    pub near: fn(&str) -> Vec<String>,
    /// Whether headers are entries that lists name on purpose, as formularies name drug products: a header missing from
    /// NEW is reported like a code.
    pub lists_headers: bool,
    /// Returns the codes that a cluster consists of; `None` if the set has no clusters or the code is not a cluster.
    pub cluster: fn(&str) -> Option<Vec<String>>,
    /// Returns whether the description of a code is licensed, and omitted from output unless the user allows it.
    pub licensed: Option<fn(&str) -> bool>,
    /// Whether its publisher provides conversion tables: new codes with their previous assignments.
    pub has_conversion_tables: bool,
    /// The attributes of deleted codes that name replacements, if any.
    pub successors: Option<&'static Successors>,
    /// Whether its note columns may name, in words, the replacement of a deleted code.
    pub has_notes_on_successors: bool,
    /// The columns of its order addenda, if its publisher provides them.
    pub addenda: Option<AddendaColumns>,
    /// The description of its files, if a catalog describes the set; `None` for sets with built-in readers.
    pub descriptor: Option<&'static Descriptor>,
}

impl CodeSet {
    /// Defaults that most sets share, for `..CodeSet::PLAIN`.
    pub const PLAIN: Self = Self {
        id: "",
        title: "",
        publisher: "",
        uri: None,
        terms: "",
        calendar: Calendar::CalendarYear,
        dated_by: "service",
        normalize: &|typed: &str| Some(typed.trim().to_owned()).filter(|code| !code.is_empty()),
        display: str::to_owned,
        category_length: 3,
        chapters: &[],
        systems: &[],
        likely_other: |_| None,
        is_placeholder: |_| false,
        neighbor: |_| None,
        takes_modifiers: false,
        keys_with_modifiers: false,
        pads_with_x: false,
        placeholder: None,
        has_axes: false,
        has_own_descriptions: false,
        deletion: Deletion::ByAbsence,
        hierarchy: Hierarchy::Flat,
        properties: &[],
        first_day: None,
        actions: None,
        identity: None,
        same_text: |old, new| old == new,
        second_key: None,
        forms: |_| Vec::new(),
        written_forms: None,
        readings: |_| Vec::new(),
        near: |_| Vec::new(),
        lists_headers: false,
        cluster: |_| None,
        licensed: None,
        has_conversion_tables: false,
        successors: None,
        has_notes_on_successors: false,
        addenda: None,
        descriptor: None,
    };

    /// Returns every spelling that identifies a code: as in files, as displayed, and its other written forms. No
    /// spelling is repeated.
    pub fn spellings(&self, code: &str) -> impl Iterator<Item = String> + use<> {
        let mut spellings = vec![code.to_owned(), (self.display)(code)];
        spellings.extend(self.written_forms.into_iter().flat_map(|forms| forms(code)));
        let mut kept: Vec<String> = Vec::with_capacity(spellings.len());
        for spelling in spellings {
            if !spelling.is_empty() && !kept.contains(&spelling) {
                kept.push(spelling);
            }
        }
        kept.into_iter()
    }

    /// Returns a code in the form in which another one is written: NDC 0002-0535-04 is 00002053504 where 00002048504 is
    /// written. `None` if the form is not known, or the code does not have it.
    pub fn written_like(&self, code: &str, written: &str) -> Option<String> {
        let forms = self.written_forms?;
        let meant = (self.normalize)(written).into_iter().chain((self.readings)(written));
        // If two forms of a code look the same, the last one is more specific.
        let at = meant.filter_map(|like| forms(&like).iter().rposition(|form| form == written)).next()?;
        forms(code).into_iter().nth(at).filter(|form| !form.is_empty())
    }

    /// Returns the positions of the property definitions for which `is_held` is false, ascending.
    pub fn properties_but(&self, is_held: impl Fn(u16) -> bool) -> Vec<u16> {
        (0..self.properties.len() as u16).filter(|definition| !is_held(*definition)).collect()
    }

    /// Returns the category of a code: its first characters.
    pub fn category<'a>(&self, code: &'a str) -> &'a str {
        code.get(..self.category_length).unwrap_or(code)
    }

    /// Returns the chapter of a code; `None` if the set has no chapters or the code precedes the first one.
    pub fn chapter(&self, code: &str) -> Option<&'static Chapter> {
        let after = self.chapters.partition_point(|chapter| chapter.start <= code);
        after.checked_sub(1).map(|at| &self.chapters[at])
    }
}

impl PartialEq for CodeSet {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for CodeSet {}

impl fmt::Debug for CodeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}
