//! Successors that follow from the characters of a code: rules without a threshold, which apply or do not apply.
//!
//! * A filled placeholder: `T40.4X1A` is deleted, and `T40.411A`, `T40.421A` and `T40.491A` are new.
//! * A billable parent: `I60.21` is deleted, and `I60.2` is billable now; `V47.01XA` is deleted, and `V47.0XXA` is new.
//! * One character: of two ICD-10-PCS codes that differ in one character, the one that is billable in NEW has some of the
//!   words of the other.
//!
//! Invariant: a descriptor has the rules of its set (`placeholder`, `has_axes`, `has_own_descriptions`); no rule tests
//! for a set.

use crate::model::{CodeSet, Entry, Release};

/// Codes of seven characters end with an extension, such as that of the encounter, with fillers before it where they
/// are needed.
const EXTENDED: usize = 7;

/// The word by which a description names a device or a substance. A code without it is for a procedure without one.
const NAMES_A_DEVICE: &str = "with";

/// Returns the new codes that have a character where a code has a placeholder, and are the same everywhere else.
/// `fresh` is in the order of codes.
pub(super) fn filled_placeholders<'a>(source: Entry<'_>, fresh: &[Entry<'a>]) -> Vec<Entry<'a>> {
    let (code, set) = (source.code(), source.set());
    let Some(placeholder) = set.placeholder else { return Vec::new() };
    let Some((category, rest)) = code.split_at_checked(set.category_length) else { return Vec::new() };
    let Some(first) = rest.find(placeholder) else { return Vec::new() };
    let prefix = &code[..category.len() + first];
    let fits = |entry: &Entry<'_>| {
        let other = &entry.code()[prefix.len()..];
        let mut pairs = code[prefix.len()..].chars().zip(other.chars());
        code.len() == entry.code().len() && pairs.all(|(old, new)| old == placeholder || old == new)
    };
    beginning_with(fresh, prefix).iter().copied().filter(fits).collect()
}

/// Returns the nearest code above a code that is newly billable, with the extension of the code where it has one.
/// `fresh` is in the order of codes.
pub(super) fn billable_parent<'a>(source: Entry<'_>, fresh: &[Entry<'a>]) -> Option<Entry<'a>> {
    let (code, set) = (source.code(), source.set());
    let find = |parent: &str| {
        let at = fresh.binary_search_by_key(&parent, |entry| entry.code()).ok()?;
        Some(fresh[at])
    };
    let parents = (set.category_length..code.len()).rev().filter_map(|length| code.get(..length));
    let mut parents = parents.map(|parent| find(parent).or_else(|| find(&padded(parent, code, set)?)));
    parents.find_map(|found| found)
}

/// Returns a parent with fillers and the extension of a code below it.
fn padded(parent: &str, code: &str, set: &CodeSet) -> Option<String> {
    let filler = set.placeholder?;
    let (_, extension) = code.split_at_checked(EXTENDED - 1).filter(|_| code.len() == EXTENDED)?;
    let fillers = (EXTENDED - 1).checked_sub(parent.len())?;
    Some(format!("{parent}{}{extension}", filler.to_string().repeat(fillers)))
}

/// Returns the billable codes of NEW that differ from a code in one character and whose description has some of
/// the words of the code's description: the ones that lack the fewest.
///
/// The device may not be among the missing words: a code without a device is for the procedure without one.
pub(super) fn one_character<'a>(source: Entry<'_>, new: &'a Release) -> Vec<Entry<'a>> {
    if !source.set().has_axes {
        return Vec::new();
    }
    let words = Words::of(source.long());
    let candidates = differing_in_one(source.code(), new).map(|entry| (Words::of(entry.long()), entry));
    let parts: Vec<_> = candidates.filter(|(other, _)| other.is_part_of(&words)).collect();
    let nearest = parts.iter().map(|(other, _)| other.0.len()).max().unwrap_or(0);
    parts.into_iter().filter(|(other, _)| other.0.len() == nearest).map(|(_, entry)| entry).collect()
}

/// The words of a description in lower case, sorted.
struct Words(Vec<String>);

impl Words {
    fn of(description: &str) -> Self {
        let words = description.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
        let mut words: Vec<String> = words.map(str::to_lowercase).collect();
        words.sort_unstable();
        Self(words)
    }

    /// Returns whether another description has all of these words, as often, and names as many devices.
    fn is_part_of(&self, other: &Self) -> bool {
        let mut others = other.0.iter();
        let is_part = self.0.iter().all(|word| others.any(|other| other == word));
        !self.0.is_empty() && is_part && self.devices() == other.devices()
    }

    fn devices(&self) -> usize {
        self.0.iter().filter(|word| *word == NAMES_A_DEVICE).count()
    }
}

/// Returns the billable codes of a release that differ from a code in one character.
fn differing_in_one<'a>(code: &str, release: &'a Release) -> impl Iterator<Item = Entry<'a>> {
    let values = || ('0'..='9').chain('A'..='Z');
    let places = code.char_indices().flat_map(move |(at, old)| values().map(move |new| (at, old, new)));
    let changed = places.filter(|(_, old, new)| old != new).map(|(at, old, new)| {
        let (before, rest) = code.split_at(at);
        format!("{before}{new}{}", &rest[old.len_utf8()..])
    });
    changed.filter_map(|code| release.find_billable(&code))
}

/// Returns the entries whose code begins with a prefix, of entries in the order of codes.
fn beginning_with<'e, 'a>(entries: &'e [Entry<'a>], prefix: &str) -> &'e [Entry<'a>] {
    let start = entries.partition_point(|entry| entry.code() < prefix);
    let length = entries[start..].partition_point(|entry| entry.code().starts_with(prefix));
    &entries[start..start + length]
}
