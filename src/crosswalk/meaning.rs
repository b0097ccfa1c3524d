//! The meaning of a description, for a comparison of two of them without a reader: its words by their rarity, and the
//! words on which they must agree.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::model::{Entry, Release};

/// The words of a side. A code without a side may be followed by one of each; anything else must agree.
const SIDES: &[&str] = &["bilateral", "left", "right"];

/// The words of an encounter: which one, how a fracture is open, how it heals. All of them must agree.
const ENCOUNTERS: &[&str] = &[
    "closed",
    "delayed",
    "i",
    "ii",
    "iii",
    "iiia",
    "iiib",
    "iiic",
    "initial",
    "malunion",
    "nonunion",
    "open",
    "routine",
    "sequela",
    "subsequent",
];

/// Words that reverse or count a meaning. All of them must agree.
const TURNS: &[&str] = &["fifth", "first", "fourth", "no", "not", "second", "third", "without"];

/// Devices that differ from each other: an infection of a catheter is not an infection of a stent.
const DEVICES: &[&str] = &[
    "catheter",
    "defibrillator",
    "electrode",
    "mesh",
    "neurostimulator",
    "pacemaker",
    "prosthesis",
    "pump",
    "shunt",
    "sling",
    "sphincter",
    "stent",
];

/// Words for a known condition without a code of its own, and for one that is not known.
const OTHER: &str = "other";
const UNSPECIFIED: &str = "unspecified";

/// Words that end the subject of a description and begin an accompanying condition.
const QUALIFIERS: &[&str] = &["due", "with", "without"];

/// Words without a meaning of their own.
const LINKS: &[&str] = &["a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to"];

/// The units of numbers. A unit belongs to the number before it.
const UNITS: &[&str] = &[
    "cm", "day", "degree", "g", "gram", "hour", "kg", "mcg", "mg", "minute", "ml", "mm", "month", "percent",
    "unit", "week", "year",
];

/// Words that mark a residual code and do not describe its subject.
const ELSEWHERE: [&str; 3] = ["not", "elsewhere", "classified"];

/// The most common abbreviations of the 60-character short descriptions of ICD-10-CM, with their meanings.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("abd", "abdominal"),
    ("acc", "accident"),
    ("bi", "bilateral"),
    ("cav", "cavity"),
    ("cervcal", "cervical"),
    ("clos", "closed"),
    ("clsn", "collision"),
    ("commnt", "comminuted"),
    ("corros", "corrosion"),
    ("d/t", "due to"),
    ("deg", "degree"),
    ("delay", "delayed"),
    ("disp", "displaced"),
    ("displ", "displaced"),
    ("encntr", "encounter"),
    ("extn", "extension"),
    ("fb", "foreign body"),
    ("fngr", "finger"),
    ("forarm", "forearm"),
    ("fx", "fracture"),
    ("heal", "healing"),
    ("hv", "heavy"),
    ("init", "initial"),
    ("inj", "injury"),
    ("l", "left"),
    ("lac", "laceration"),
    ("lacerat", "laceration"),
    ("lev", "level"),
    ("loc", "loss of consciousness"),
    ("low", "lower"),
    ("lv", "level"),
    ("mult", "multiple"),
    ("mv", "motor vehicle"),
    ("nec", "not elsewhere classified"),
    ("nondisp", "nondisplaced"),
    ("nontraf", "nontraffic"),
    ("opn", "open"),
    ("oth", "other"),
    ("path", "pathological"),
    ("penet", "penetration"),
    ("pnctr", "puncture"),
    ("poisn", "poisoning"),
    ("preg", "pregnancy"),
    ("r", "right"),
    ("rad", "radius"),
    ("routn", "routine"),
    ("sqla", "sequela"),
    ("subs", "subsequent"),
    ("traf", "traffic"),
    ("traum", "traumatic"),
    ("tri", "trimester"),
    ("undet", "undetermined"),
    ("unsp", "unspecified"),
    ("upr", "upper"),
    ("veh", "vehicle"),
    ("w", "with"),
    ("w/o", "without"),
];

/// Returns a description without case, punctuation and blanks.
pub(super) fn folded(text: &str) -> String {
    text.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the long description, or the expanded short one where the file does not have a long one.
fn text(entry: Entry<'_>) -> String {
    let long = entry.long();
    if long.is_empty() { expanded(entry.short().unwrap_or("")) } else { long.to_owned() }
}

fn expanded(short: &str) -> String {
    let meaning = |word: &str| {
        let word = word.trim_matches(|char: char| !char.is_alphanumeric()).to_lowercase();
        let found = ABBREVIATIONS.binary_search_by_key(&word.as_str(), |(abbreviation, _)| abbreviation);
        found.map_or(word, |at| ABBREVIATIONS[at].1.to_owned())
    };
    short.split_whitespace().map(meaning).collect::<Vec<_>>().join(" ")
}

/// Returns the words of a text in lower case, a plural as its singular, without `not elsewhere classified`.
fn words(text: &str) -> Vec<&str> {
    let parts = text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut words: Vec<&str> = parts.map(singular).collect();
    while let Some(at) = words.windows(ELSEWHERE.len()).position(|words| words == ELSEWHERE) {
        words.drain(at..at + ELSEWHERE.len());
    }
    words
}

fn subject(words: &[&str]) -> Vec<String> {
    let subject = words.iter().take_while(|word| !QUALIFIERS.contains(word));
    subject.filter(|word| !LINKS.contains(word)).map(|word| (*word).to_owned()).collect()
}

fn singular(word: &str) -> &str {
    let is_plural = word.len() > 3 && !["ss", "us", "is"].iter().any(|suffix| word.ends_with(suffix));
    word.strip_suffix('s').filter(|_| is_plural).unwrap_or(word)
}

/// The rarity of words in a release.
#[derive(Debug)]
pub(super) struct Rarity {
    counts: BTreeMap<String, u32>,
    entries: u32,
}

impl Rarity {
    /// Number of entries to count: these separate rare words from common ones as well as all entries do.
    const SAMPLE: usize = 4096;

    /// Counts the words of evenly spread entries.
    pub(super) fn of(release: &Release) -> Self {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        let mut entries = 0;
        for entry in release.entries().step_by(release.len() / Self::SAMPLE + 1) {
            let text = text(entry).to_lowercase();
            let mut words = words(&text);
            words.sort_unstable();
            words.dedup();
            for word in words {
                match counts.get_mut(word) {
                    Some(count) => *count += 1,
                    None => _ = counts.insert(word.to_owned(), 1),
                }
            }
            entries += 1;
        }
        Self { counts, entries }
    }

    /// Returns 1 for a word of every entry, and one more each time it is half as frequent. Whole numbers: sums of them
    /// are the same on every machine.
    fn weight(&self, word: &str) -> u32 {
        let count = self.counts.get(word).copied().unwrap_or(0);
        (self.entries / (count + 1)).max(1).ilog2() + 1
    }
}

/// The meaning of a description.
#[derive(Debug)]
pub(super) struct Meaning {
    sides: Vec<String>,
    /// Encounter, negations, ordinals, and numbers with their units.
    fixed: Vec<String>,
    devices: Vec<String>,
    /// The subject: the words before any accompanying condition.
    subject: Vec<String>,
    /// Number of occurrences of `other` and `unspecified`.
    others: usize,
    unspecified: usize,
    /// All other words, each once, with their weights.
    words: Vec<(String, u32)>,
    weight: u32,
}

impl Meaning {
    /// Reads the description of an entry.
    pub(super) fn of(entry: Entry<'_>, rarity: &Rarity) -> Self {
        Self::read(&text(entry), rarity)
    }

    fn read(text: &str, rarity: &Rarity) -> Self {
        let text = text.to_lowercase();
        let all = words(&text);
        let is_in = |list: &[&str], word: &str| list.contains(&word);
        let count = |word: &str| all.iter().filter(|other| **other == word).count();
        let devices = all.iter().filter(|word| is_in(DEVICES, word)).map(|word| (*word).to_owned());
        let mut meaning = Self {
            sides: Vec::new(),
            fixed: Vec::new(),
            devices: devices.collect(),
            subject: subject(&all),
            others: count(OTHER),
            unspecified: count(UNSPECIFIED),
            words: Vec::new(),
            weight: 0,
        };
        for (at, &word) in all.iter().enumerate() {
            let number = word.contains(|char: char| char.is_ascii_digit());
            if is_in(SIDES, word) {
                meaning.sides.push(word.to_owned());
            } else if number {
                let unit = all.get(at + 1).filter(|next| is_in(UNITS, next));
                meaning.fixed.push(unit.map_or(word.to_owned(), |unit| format!("{word} {unit}")));
            } else if is_in(ENCOUNTERS, word) || is_in(TURNS, word) {
                meaning.fixed.push(word.to_owned());
            } else if word != "encounter" {
                meaning.words.push((word.to_owned(), rarity.weight(word)));
            }
        }
        meaning.sorted()
    }

    fn sorted(mut self) -> Self {
        for list in [&mut self.sides, &mut self.fixed] {
            list.sort_unstable();
            list.dedup();
        }
        self.words.sort_unstable();
        self.words.dedup();
        self.weight = self.words.iter().map(|(_, weight)| weight).sum();
        self
    }

    /// Returns whether a code with this meaning may be followed by one with the meaning `other`: same encounter,
    /// numbers and negations, the same side (or any side where this one has none), no other device, the same degree of
    /// detail, and not a completely different subject.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        self.fixed == other.fixed
            && (self.sides.is_empty() || self.sides == other.sides)
            && !self.names_another_device(other)
            && !self.knows_another_rest(other)
            && !self.is_about_something_else(other)
    }

    fn is_about_something_else(&self, other: &Self) -> bool {
        let both = !self.subject.is_empty() && !other.subject.is_empty();
        both && !self.subject.iter().any(|word| other.subject.contains(word))
    }

    fn names_another_device(&self, other: &Self) -> bool {
        let both = !self.devices.is_empty() && !other.devices.is_empty();
        both && !self.devices.iter().any(|device| other.devices.contains(device))
    }

    /// Returns whether `other` became `unspecified`, or the reverse.
    fn knows_another_rest(&self, other: &Self) -> bool {
        let forgotten = self.others > 0 && other.unspecified > self.unspecified;
        let found_out = self.unspecified > other.unspecified && other.others > self.others;
        forgotten || found_out
    }

    /// Returns the similarity: twice the weight of the shared words, over the total weight of both.
    pub(super) fn likeness(&self, other: &Self) -> Likeness {
        let mut common = 0;
        let mut others = other.words.iter().peekable();
        for word in &self.words {
            while others.next_if(|other| *other < word).is_some() {}
            common += others.next_if(|other| *other == word).map_or(0, |(_, weight)| *weight);
        }
        Likeness { common: 2 * common, all: self.weight + other.weight }
    }
}

/// A share from 0 to 1, kept as two whole numbers so that equal ones are equal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Likeness {
    common: u32,
    all: u32,
}

impl Likeness {
    /// Returns a likeness from a percentage.
    pub(super) const fn percent(share: u32) -> Self {
        Self { common: share, all: 100 }
    }

    /// Compares two values; without any words, the likeness is 0.
    pub(super) fn compare(self, other: Self) -> Ordering {
        let cross = |a: Self, b: Self| u64::from(a.common) * u64::from(b.all.max(1));
        cross(self, other).cmp(&cross(other, self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(text: &str) -> Meaning {
        let rarity = Rarity { counts: BTreeMap::new(), entries: 0 };
        Meaning::read(text, &rarity)
    }

    fn agree(old: &str, new: &str) -> bool {
        meaning(old).agrees(&meaning(new))
    }

    #[test]
    fn a_code_of_one_side_is_not_followed_by_one_of_another() {
        assert!(agree("Sprain of jaw, left side", "Sprain of left jaw"));
        assert!(!agree("Sprain of left jaw", "Sprain of right jaw"));
        assert!(!agree("Sprain of left jaw", "Sprain of jaw, bilateral"));
        assert!(!agree("Sprain of left jaw", "Sprain of jaw, unspecified side"));
        assert!(agree("Sprain of jaw", "Sprain of right jaw"), "a part of what it meant");
        assert!(agree("Sprain of jaw", "Sprain of jaw, unspecified side"));
    }

    #[test]
    fn an_encounter_is_not_followed_by_another() {
        assert!(!agree("Burn, initial encounter", "Burn, subsequent encounter"));
        assert!(!agree("Burn, subsequent encounter", "Burn, sequela"));
        assert!(!agree(
            "Fracture, initial encounter for closed fracture",
            "Fracture, initial encounter for open fracture"
        ));
        assert!(!agree("Fracture, open, type I or II", "Fracture, open, type IIIA, IIIB, or IIIC"));
        assert!(agree(
            "Fracture, initial encounter for closed fracture",
            "Closed fracture, initial encounter"
        ));
    }

    #[test]
    fn numbers_agree_with_their_units() {
        assert!(!agree("Injection, 10 mg", "Injection, 20 mg"));
        assert!(!agree("Injection, 10 mg", "Injection, 10 mcg"));
        assert!(!agree("Coma of 1 hour", "Coma"));
        assert!(agree("Coma of 1 hours", "Coma, 1 hour"));
        assert!(!agree("First degree burn", "Second degree burn"));
    }

    #[test]
    fn a_negation_agrees_and_not_elsewhere_classified_is_none() {
        assert!(!agree("Migraine, intractable", "Migraine, not intractable"));
        assert!(!agree("Gout with tophus", "Gout without tophus"));
        assert!(agree("Pain due to devices, not elsewhere classified", "Pain due to other devices"));
    }

    #[test]
    fn one_device_is_not_followed_by_another() {
        assert!(!agree("Pain due to catheter", "Pain due to stent"));
        assert!(agree("Pain due to catheter", "Pain due to bladder catheter"));
        assert!(agree("Pain due to device", "Pain due to stent"), "a part of what it meant");
        assert!(agree("Pain due to catheter", "Pain due to device"));
    }

    #[test]
    fn what_comes_with_two_things_does_not_make_them_one() {
        assert!(!agree(
            "Bruise with loss of memory due to shock",
            "Cut of head with loss of memory due to shock"
        ));
        assert!(agree("Cut with loss of memory", "Cut of head with loss of memory"));
    }

    #[test]
    fn other_is_not_followed_by_unspecified() {
        assert!(!agree("Rider hit by other car", "Other rider hit by unspecified car"));
        assert!(!agree("Unspecified rider hit by other car", "Unspecified rider hit by unspecified car"));
        assert!(!agree("Unspecified ulcer", "Other ulcer"));
        assert!(agree("Rider hit by other car", "Other rider hit by other car"));
        assert!(agree("Unspecified ulcer of foot", "Unspecified ulcer of other foot"));
        assert!(agree("Ulcer", "Unspecified ulcer"));
    }

    #[test]
    fn short_descriptions_are_understood() {
        assert!(ABBREVIATIONS.is_sorted_by_key(|(abbreviation, _)| abbreviation), "they are searched");
        let short = meaning(&expanded("Unsp fx r hand, init encntr w/o d/t FB"));
        let long = meaning("unspecified fracture right hand, initial encounter without due to foreign body");
        assert!(short.agrees(&long) && long.agrees(&short));
        assert_eq!(short.likeness(&long).compare(Likeness::percent(100)), Ordering::Equal);
    }

    #[test]
    fn likeness_is_of_shares() {
        let compare =
            |a: &str, b: &str, percent| meaning(a).likeness(&meaning(b)).compare(Likeness::percent(percent));
        assert_eq!(compare("fetal egg", "eggs of fish", 40), Ordering::Equal);
        assert_eq!(compare("", "", 1), Ordering::Less);
    }
}
