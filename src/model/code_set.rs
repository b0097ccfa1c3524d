//! Code sets: one descriptor each, and nothing about a particular set anywhere else.

use std::borrow::Cow;
use std::fmt;

use jiff::civil::Date;

use super::concept::Entry;
use super::descriptor::Descriptor;
use super::edition::Edition;
use super::sets;

/// How the years of a set's editions are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// `2026` is the fiscal year: effective 1 October 2025.
    FiscalYear,
    /// `2026` is the calendar year: effective 1 January 2026.
    CalendarYear,
}

/// Which columns the publisher's order addenda of a set have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddendaColumns {
    /// Action, flag, code, short, long (ICD-10-CM order addenda).
    WithFlag,
    /// Action, code, short, long: a header is told by the length of its code (ICD-10-PCS order addenda).
    WithoutFlag {
        /// Length of a header's code.
        header_length: usize,
    },
}

/// A part of a set with a name, in the publisher's order: a chapter or a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chapter {
    /// The chapter's number or letter as the publisher prints it.
    pub id: &'static str,
    /// The lowest category of the chapter.
    pub start: &'static str,
    /// The title.
    pub title: &'static str,
}

/// What it means that a key is not in a release any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// The publisher deletes by leaving out.
    ByAbsence,
    /// The publisher keeps dead codes and sets their last day: a key that is absent is a problem.
    ByTermination,
}

/// What the entries above and below a code are told by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hierarchy {
    /// By the code's own characters: `A00` stands above `A000`.
    ByCode,
    /// By what the file says: each entry names its parent.
    ByParent,
    /// There is none.
    Flat,
}

/// A group of attributes, such as those of coverage or of pricing.
#[derive(Debug, PartialEq, Eq)]
pub struct PropertyGroup {
    /// The name used in commands.
    pub id: &'static str,
    /// What is in it, in a phrase.
    pub meaning: &'static str,
    /// Whether changes in it are left out unless asked for.
    pub hidden: bool,
    /// Whether a change in it means no more than that the listing was certified again.
    pub certification: bool,
    /// Whether its values are licensed texts, left out of outputs where the code's description is.
    pub licensed: bool,
    /// Whether its value is the last day, whose coming and going is told as terminated and reactivated.
    pub last_day: bool,
}

impl PropertyGroup {
    const PLAIN: Self =
        Self { id: "", meaning: "", hidden: false, certification: false, licensed: false, last_day: false };

    /// A group whose changes are reported.
    pub const fn shown(id: &'static str, meaning: &'static str) -> Self {
        Self { id, meaning, ..Self::PLAIN }
    }

    /// A group whose changes are left out unless asked for.
    pub const fn hidden(id: &'static str, meaning: &'static str) -> Self {
        Self { id, meaning, hidden: true, ..Self::PLAIN }
    }

    /// The group of the last day.
    pub const fn last_day(id: &'static str, meaning: &'static str) -> Self {
        Self { id, meaning, last_day: true, ..Self::PLAIN }
    }
}

/// What the values of an attribute are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Words, or a number of a section: anything.
    Text,
    /// A word of a list of the publisher's, or a code.
    Code,
    /// A day, written as eight digits: year, month, day.
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
    /// What its values are.
    pub kind: ValueKind,
}

impl PropertyDefinition {
    /// An attribute of words.
    pub const fn new(name: &'static str, group: &'static PropertyGroup) -> Self {
        Self { name: Cow::Borrowed(name), group, kind: ValueKind::Text }
    }

    /// An attribute of codes.
    pub const fn code(name: &'static str, group: &'static PropertyGroup) -> Self {
        Self { name: Cow::Borrowed(name), group, kind: ValueKind::Code }
    }

    /// An attribute of days.
    pub const fn date(name: &'static str, group: &'static PropertyGroup) -> Self {
        Self { name: Cow::Borrowed(name), group, kind: ValueKind::Date }
    }

    /// An attribute of numbers.
    pub const fn number(name: &'static str, group: &'static PropertyGroup) -> Self {
        Self { name: Cow::Borrowed(name), group, kind: ValueKind::Number }
    }
}

/// What an action code of the publisher's may stand for.
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

/// A code by which the publisher marks what it did to a record.
#[derive(Debug)]
pub struct ActionCode {
    /// The code.
    pub code: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// The words for it in the publisher's report of its actions.
    pub reported: &'static str,
    /// What it explains.
    pub effects: &'static [Effect],
    /// Whether one of these effects must be seen.
    pub must: bool,
}

/// The publisher's marks on what changed since the issue before: a check on a difference between these two, and on no
/// other.
#[derive(Debug)]
pub struct Actions {
    /// The attribute that holds them.
    pub property: &'static str,
    /// The marks.
    pub codes: &'static [ActionCode],
    /// Whether the second edition is the issue that follows the first.
    pub is_next: fn(Edition, Edition) -> bool,
}

/// The attributes of a dead code that say what to use instead.
#[derive(Debug)]
pub struct Successors {
    /// The names of the attributes: each holds one code.
    pub properties: &'static [&'static str],
    /// Other sets whose codes they name at times, or their titles instead of a code.
    pub foreign: &'static [&'static CodeSet],
}

/// A code system by which claims and messages mark what a code is.
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
    /// The name people use.
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

/// What the tool knows about one code set.
pub struct CodeSet {
    /// The name used in commands and files, such as `icd10cm`.
    pub id: &'static str,
    /// The name people use, such as `ICD-10-CM`.
    pub title: &'static str,
    /// Who publishes it.
    pub publisher: &'static str,
    /// The canonical URI of the set as FHIR names code systems, where it has one. Source: HL7 Terminology (THO).
    pub uri: Option<&'static str>,
    /// The terms of use in a sentence.
    pub terms: &'static str,
    /// How its editions are counted.
    pub calendar: Calendar,
    /// Turns what a person typed into the code as files hold it; `None` if it has not the shape of a code of
    /// this set. Says nothing about whether the code exists.
    pub normalise: &'static (dyn Fn(&str) -> Option<String> + Send + Sync),
    /// The code as people write it.
    pub display: fn(&str) -> String,
    /// Length of the category: the first level that a code belongs to.
    pub category_length: usize,
    /// Chapters, by their lowest category in ASCII order.
    pub chapters: &'static [Chapter],
    /// The code systems whose codes in claims and messages are codes of this set.
    pub systems: &'static [CodeSystem],
    /// The set that a code which is in no release most likely belongs to, told by its form alone: enough for a hint.
    pub likely_other: fn(&str) -> Option<&'static str>,
    /// Whether a code that is in no release has the form of the placeholders that programs put where no code is known.
    pub is_placeholder: fn(&str) -> bool,
    /// Whose codes share columns with this set's, by the form of a code: in a charge table CPT is next to HCPCS Level II.
    pub neighbor: fn(&str) -> Option<&'static str>,
    /// Whether codes are written with modifiers of two characters: `J1100JW`.
    pub takes_modifiers: bool,
    /// Whether a key is a code, or a code and a modifier with `-` between: a fee schedule.
    pub keys_with_modifiers: bool,
    /// Whether systems that know longer codes only pad those of three characters with `X`.
    pub pads_with_x: bool,
    /// The character that fills an empty place inside a code until a later release needs the place: `X` in T40.4X1A.
    pub placeholder: Option<char>,
    /// Whether each character of a code is a value of its own, such as a body part or an approach: codes that differ in
    /// one character differ in that alone.
    pub has_axes: bool,
    /// Whether a long description belongs to one code, so that a new code with the description of one that is gone most
    /// likely replaces it. In lists of drugs many packages share a description.
    pub has_own_descriptions: bool,
    /// What absence means.
    pub deletion: Deletion,
    /// What the entries above and below a code are told by.
    pub hierarchy: Hierarchy,
    /// The attributes its concepts may have.
    pub properties: &'static [PropertyDefinition],
    /// The attribute that holds the first day of a code, where its publisher gives codes days of their own.
    pub first_day: Option<&'static str>,
    /// The publisher's marks on what changed, where it makes such.
    pub actions: Option<&'static Actions>,
    /// The attribute that names the thing itself, whatever its code: by it a code that moved is told from one that went
    /// and another that came.
    pub identity: Option<&'static str>,
    /// Whether two descriptions count as the same, where the publisher's spelling wavers.
    pub same_text: fn(&str, &str) -> bool,
    /// A second key: the form of a code in which several spellings of it are one.
    pub second_key: Option<fn(&str) -> Option<String>>,
    /// Other ways in which people write a code: what the way is called, and the code.
    pub forms: fn(&str) -> Vec<(&'static str, String)>,
    /// Returns the forms in which a code is written, each form in the same place for every code and empty where a code does
    /// not have it. `None` where codes are written as files hold them and as they are displayed, and in no other form. A
    /// form may belong to several codes: see the set.
    pub written_forms: Option<fn(&str) -> Vec<String>>,
    /// Returns the codes that text may mean where its form alone does not decide: ten digits of an NDC without hyphens
    /// have three readings. Not all of them exist.
    pub readings: fn(&str) -> Vec<String>,
    /// Returns the codes that may be meant by one that does not exist: fillers left out or padded, leading zeros lost.
    pub near: fn(&str) -> Vec<String>,
    /// Whether headers are things of their own that lists name on purpose, as formularies name drug products: one that is
    /// gone from NEW is reported as a code is.
    pub lists_headers: bool,
    /// The codes that a cluster of codes is made of; `None` where the set has no clusters, or this is none.
    pub cluster: fn(&str) -> Option<Vec<String>>,
    /// Whether the description of a code is licensed, and left out of outputs unless the user says that it may be in.
    pub licensed: Option<fn(&str) -> bool>,
    /// Whether its publisher ships conversion tables: new codes with what was assigned before.
    pub has_conversion_tables: bool,
    /// Where its dead codes say what to use instead, if they do.
    pub successors: Option<&'static Successors>,
    /// Whether its columns of notes may say, in words, what to use instead of a code that is gone.
    pub has_notes_on_successors: bool,
    /// The columns of its order addenda, where its publisher has such.
    pub addenda: Option<AddendaColumns>,
    /// How its files are read, if a catalog describes the set; `None` for sets with readers of their own.
    pub descriptor: Option<&'static Descriptor>,
}

impl CodeSet {
    /// What most sets have in common, for `..CodeSet::PLAIN`.
    pub const PLAIN: Self = Self {
        id: "",
        title: "",
        publisher: "",
        uri: None,
        terms: "",
        calendar: Calendar::CalendarYear,
        normalise: &|typed: &str| Some(typed.trim().to_owned()).filter(|code| !code.is_empty()),
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

    /// The set with this id, or `None`: one with readers of its own, or one that was [described](sets::describe).
    pub fn by_id(id: &str) -> Option<&'static Self> {
        sets::all().into_iter().find(|set| set.id.eq_ignore_ascii_case(id))
    }

    /// Returns every spelling of a code that identifies it: as files hold it, as it is displayed, and as else it is written.
    /// Each is returned once.
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
    /// written. `None` where the form is not known, or the code does not have it.
    pub fn written_like(&self, code: &str, written: &str) -> Option<String> {
        let forms = self.written_forms?;
        let meant = (self.normalise)(written).into_iter().chain((self.readings)(written));
        // Of two forms that look the same for one code the last is the more special.
        let at = meant.filter_map(|like| forms(&like).iter().rposition(|form| form == written)).next()?;
        forms(code).into_iter().nth(at).filter(|form| !form.is_empty())
    }

    /// Whether an entry can be used where codes of this set are listed: it is billable, or a header that lists name.
    pub fn is_usable(&self, entry: Entry<'_>) -> bool {
        entry.is_billable() || self.lists_headers && entry.is_header()
    }

    /// The attributes that are not held, by the positions of their definitions, ascending.
    pub fn properties_but(&self, is_held: impl Fn(u16) -> bool) -> Vec<u16> {
        (0..self.properties.len() as u16).filter(|definition| !is_held(*definition)).collect()
    }

    /// The category of a code: its first characters.
    pub fn category<'a>(&self, code: &'a str) -> &'a str {
        code.get(..self.category_length).unwrap_or(code)
    }

    /// The chapter of a code; `None` where the set has no chapters or the code stands before the first one.
    pub fn chapter(&self, code: &str) -> Option<&'static Chapter> {
        let after = self.chapters.partition_point(|chapter| chapter.start <= code);
        after.checked_sub(1).map(|at| &self.chapters[at])
    }

    /// The day a year's edition takes effect.
    pub fn first_day_of(&self, year: i16) -> Option<Date> {
        match self.calendar {
            Calendar::FiscalYear => Date::new(year.checked_sub(1)?, 10, 1).ok(),
            Calendar::CalendarYear => Date::new(year, 1, 1).ok(),
        }
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
