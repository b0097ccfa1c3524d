//! Questions about two codes, from the changed notes of the tabular list: not together, which one first, or in any order.

use super::QuestionKind;
use super::maker::{Draft, Maker, answer};
use crate::base::closed_list;
use crate::model::{CodeSet, Entry, NoteKind};
use crate::teach::cards::named;
use crate::teach::{Citation, Lesson, Subject};

closed_list! {
    /// What a note says about two codes: that at which it is, and that which it names.
    enum Rule {
        NotTogether = "not-together", "Not together: an Excludes1 note separates them, unless the conditions are unrelated";
        Both = "both", "Both may be reported: the note is an Excludes2 note";
        NamedFirst = "named-first", "Both, the second one first: a code first or use additional code note sets the order";
        NamedSecond = "named-second", "Both, the first one first: a code first or use additional code note sets the order";
        AnyOrder = "any-order", "Both, in the order that the circumstances of the case determine: a code also note";
    }
}

impl Rule {
    /// Returns the rule of a note, for the entry at which it is and the code that it names.
    fn of(kind: NoteKind) -> Option<Self> {
        Some(match kind {
            NoteKind::Excludes1 => Self::NotTogether,
            NoteKind::Excludes2 => Self::Both,
            NoteKind::CodeFirst => Self::NamedFirst,
            NoteKind::UseAdditional => Self::NamedSecond,
            NoteKind::CodeAlso => Self::AnyOrder,
            _ => return None,
        })
    }

    /// Returns the same rule, from the side of the named code.
    fn mirrored(self) -> Self {
        match self {
            Self::NamedFirst => Self::NamedSecond,
            Self::NamedSecond => Self::NamedFirst,
            same => same,
        }
    }
}

/// Asks what the tabular list in force says about the code of a new note and the code that the note names. Only where the
/// note names one code, and no other note in force says anything else about the two.
pub(super) fn together<'a>(maker: &Maker<'_, 'a>, lesson: &Lesson<'a>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for change in &lesson.renoted {
        let Some(entry) = change.new.filter(|entry| !entry.is_withheld()) else { continue };
        let notes =
            change.notes.iter().flat_map(|notes| notes.new.iter().map(move |text| (notes.kind, *text)));
        drafts.extend(notes.filter_map(|(kind, text)| question(maker, entry, kind, text)));
    }
    drafts
}

fn question(maker: &Maker<'_, '_>, entry: Entry<'_>, kind: NoteKind, text: &str) -> Option<Draft> {
    let rule = Rule::of(kind)?;
    let new = maker.new.release;
    let named_code = new.find(&only_code(text, entry.set())?)?;
    let is_above = |one: Entry<'_>, other: Entry<'_>| other.code().starts_with(one.code());
    if is_above(entry, named_code) || is_above(named_code, entry) {
        return None;
    }
    let here = rules(entry, named_code);
    let there = rules(named_code, entry).into_iter().map(Rule::mirrored);
    if here.iter().copied().chain(there).any(|other| other != rule) {
        return None;
    }
    let on = maker.day_after(None);
    let wrong = Rule::ALL.iter().filter(|other| **other != rule).map(|other| {
        let why = match other {
            Rule::NotTogether => "No Excludes1 note separates the two.",
            Rule::Both => "No Excludes2 note is about the two.",
            Rule::NamedFirst => "No note puts the second one first.",
            Rule::NamedSecond => "No note puts the first one first.",
            Rule::AnyOrder => "No code also note is about the two.",
        };
        answer(other.meaning(), why)
    });
    let mut subject = Subject::of(QuestionKind::Notes.word(), entry, new);
    subject.name = format!("{}:{}", entry.code(), named_code.code());
    Some(Draft {
        kind: QuestionKind::Notes,
        subject,
        text: format!(
            "{}: {} and {} are considered, in this order. What do the notes of the tabular list say about reporting \
             the two?",
            maker.case(on),
            with_level(entry),
            with_level(named_code)
        ),
        right: answer(rule.meaning(), format!("At {}: \"{}: {text}\".", entry.display(), kind.title())),
        wrong: wrong.collect(),
        day: on,
        citation: Citation::of(entry, new),
    })
}

fn with_level(entry: Entry<'_>) -> String {
    if entry.is_header() { format!("a code of {}", named(entry)) } else { named(entry) }
}

/// Returns the rules of the notes that apply to an entry and name another one, or codes above or below it.
fn rules(entry: Entry<'_>, other: Entry<'_>) -> Vec<Rule> {
    let notes = entry.notes_in_force().into_iter().filter(|(_, text, _)| names(text, other));
    notes.filter_map(|(kind, ..)| Rule::of(kind)).collect()
}

/// Returns the only code that a note names, in brackets at its end: `vitamin B12 deficiency anemia (D51.-)`.
fn only_code(text: &str, set: &CodeSet) -> Option<String> {
    let in_brackets = text.split('(').skip(1).map(|inside| inside.split(')').next().unwrap_or_default());
    let mut named = in_brackets.flat_map(references);
    let [first, last] = named.next()?;
    let (_, end) = text.strip_suffix(')')?.rsplit_once('(')?;
    let is_whole = !end.contains([' ', ',', ';']) && first == last && named.next().is_none();
    is_whole.then(|| (set.normalize)(&first)).flatten()
}

/// Returns whether a note names an entry, or codes above or below it.
fn names(text: &str, entry: Entry<'_>) -> bool {
    let code = entry.code();
    references(text).into_iter().any(|[first, last]| {
        let is_within = first.as_str() <= code && code.get(..last.len()).unwrap_or(code) <= last.as_str();
        is_within || first.starts_with(code) || last.starts_with(code)
    })
}

/// Returns the codes and the ranges of codes in a text, first and last, as files hold codes. A word that only looks like
/// a code is returned too.
fn references(text: &str) -> Vec<[String; 2]> {
    let words = text.split(|char: char| !(char.is_ascii_alphanumeric() || matches!(char, '.' | '-')));
    words.filter_map(reference).collect()
}

fn reference(word: &str) -> Option<[String; 2]> {
    let plain = |text: &str| text.replace(['.', '-'], "");
    let is_code = |text: &str| {
        let bytes = text.as_bytes();
        (3..=7).contains(&bytes.len())
            && bytes[0].is_ascii_uppercase()
            && bytes[1..].iter().any(u8::is_ascii_digit)
            && bytes.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() || *byte == b'x')
    };
    let (first, last) = match word.split_once('-') {
        Some((first, last)) if is_code(&plain(last)) => (plain(first), plain(last)),
        _ => (plain(word), plain(word)),
    };
    (is_code(&first) && is_code(&last)).then_some([first, last])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sets::ICD10CM;

    #[test]
    fn a_note_with_one_code_at_its_end_is_asked_about() {
        let code = |text| only_code(text, &ICD10CM);
        assert_eq!(code("vitamin B12 deficiency anemia (D51.-)").as_deref(), Some("D51"));
        assert_eq!(code("multiple sclerosis (G35-)").as_deref(), Some("G35"));
        assert_eq!(code("without complications not in remission (E11.9)").as_deref(), Some("E119"));
        for text in [
            "intellectual disabilities (F70-F79)",
            "carcinoma (Z86.001, Z86.008)",
            "adverse effect (T36-T50 with fifth character 5)",
            "code (F10.-) to identify use (E11.9)",
            "the underlying condition such as:",
            "electrolyte imbalance (E87.8}",
        ] {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn ranges_and_codes_are_found_in_notes() {
        let found =
            |text| references(text).into_iter().map(|ends| ends.join("-")).collect::<Vec<_>>().join(" ");
        assert_eq!(found("adverse effect (T36-T50 with fifth character 5)"), "T36-T50");
        assert_eq!(found("(Q00-QA0), type 2 (O99.-)"), "Q00-QA0 O99-O99");
        assert_eq!(found("electrolyte imbalance (E87.8}"), "E878-E878");
    }
}
