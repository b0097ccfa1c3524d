//! Notes of a table that name the replacement: `[marked inactive, use 2086S0122X]`.
//!
//! Lists such as the NUCC's provider taxonomy do not have a column of successors: a note states them in words. A code
//! counts only after such words, and only if it is a code of NEW.

use crate::model::{Descriptor, Entry, Release};

/// Titles of columns of notes, letters and digits only.
const NOTES: &[&str] = &["note", "notes", "comment", "comments", "remark", "remarks"];

/// Titles of columns that hold only successors.
const SUCCESSORS: &[&str] =
    &["replacedby", "replacement", "replacementcode", "successor", "useinstead", "newcode", "supersededby"];

/// The words that come before a replacement code.
const LEADS: &[&[&str]] =
    &[&["use"], &["replaced", "by"], &["replaced", "with"], &["superseded", "by"], &["see"]];

/// Words between it and the code.
const FILLERS: &[&str] = &["instead", "value", "values", "code", "codes", "taxonomy"];

/// Words between two codes.
const JOINTS: &[&str] = &["or", "and"];

/// Words that reverse the meaning.
const NOT: &[&str] = &["not", "never", "cannot", "don't"];

/// Minimum length of a key in a sentence: a number such as the 2 of "use 2 units" is not a code.
const SHORTEST: usize = 3;

/// Returns the codes of NEW that the notes of a code name as its successors, each once, in the order of the notes.
pub(super) fn named<'n>(entry: Entry<'_>, new: &'n Release) -> Vec<&'n str> {
    if let Some(descriptor) = new.set.descriptor {
        return described(entry, new, descriptor);
    }
    let mut codes = Vec::new();
    for (definition, value) in entry.properties() {
        let title = letters(&definition.name);
        let words = words(value);
        let found = if SUCCESSORS.contains(&title.as_str()) {
            listed(&words, new)
        } else if NOTES.contains(&title.as_str()) {
            after_leads(&words, new)
        } else {
            continue;
        };
        for code in found {
            if code != entry.code() && !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    codes
}

/// Returns the same for the column that a descriptor names, after its phrases; without phrases the column holds codes alone.
fn described<'n>(entry: Entry<'_>, new: &'n Release, descriptor: &Descriptor) -> Vec<&'n str> {
    let note = descriptor.successor_name().and_then(|name| entry.property(&name)).unwrap_or_default();
    let words = words(note);
    let meant = |word: &str| {
        let key = descriptor.keys.normalize(word)?;
        Some(new.find_billable(&key)?.code())
    };
    let follow = |start: usize| {
        let rest = words[start..].iter().skip_while(|word| is_one_of(word, FILLERS));
        rest.filter(|word| !is_one_of(word, JOINTS)).map_while(|word| meant(word))
    };
    let phrases: Vec<Vec<&str>> =
        descriptor.phrases.iter().map(|phrase| phrase.split_whitespace().collect()).collect();
    let starts: Vec<usize> = if phrases.is_empty() {
        vec![0]
    } else {
        let is_not = |at: usize| at > 0 && is_one_of(words[at - 1], NOT);
        let end = |at: usize| {
            let phrase = phrases.iter().find(|phrase| begins_with(&words[at..], phrase))?;
            (!is_not(at)).then_some(at + phrase.len())
        };
        (0..words.len()).filter_map(end).collect()
    };
    let mut codes: Vec<&str> = Vec::new();
    for code in starts.into_iter().flat_map(follow) {
        if code != entry.code() && !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

fn letters(title: &str) -> String {
    title.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the words of a note, without the marks around them.
fn words(text: &str) -> Vec<&str> {
    let is_mark = |char: char| !char.is_alphanumeric();
    let words = text.split(|char: char| char.is_whitespace() || ",;/()[]".contains(char));
    words.map(|word| word.trim_matches(is_mark)).filter(|word| !word.is_empty()).collect()
}

/// Returns the codes that follow each lead at once.
fn after_leads<'n>(words: &[&str], new: &'n Release) -> Vec<&'n str> {
    let mut codes = Vec::new();
    for at in 0..words.len() {
        let is_not = at > 0 && is_one_of(words[at - 1], NOT);
        let lead = LEADS.iter().find(|lead| begins_with(&words[at..], lead));
        let Some(lead) = lead.filter(|_| !is_not) else { continue };
        let rest = &words[at + lead.len()..];
        let fillers = rest.iter().take_while(|word| is_one_of(word, FILLERS)).count();
        codes.extend(listed(&rest[fillers..], new));
    }
    codes
}

/// Returns the codes that a list begins with: `207Q00000X or 208D00000X`.
fn listed<'n>(words: &[&str], new: &'n Release) -> Vec<&'n str> {
    let is_joint = |word: &&&str| !is_one_of(word, JOINTS);
    words.iter().filter(is_joint).map_while(|word| code(word, new)).collect()
}

fn code<'n>(word: &str, new: &'n Release) -> Option<&'n str> {
    let may_be = word.len() >= SHORTEST && word.contains(|char: char| char.is_ascii_digit());
    let entry = may_be.then(|| new.find_billable(word)).flatten()?;
    Some(entry.code())
}

fn begins_with(words: &[&str], lead: &[&str]) -> bool {
    words.len() >= lead.len() && lead.iter().zip(words).all(|(lead, word)| word.eq_ignore_ascii_case(lead))
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}
