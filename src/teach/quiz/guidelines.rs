//! Questions about changed sections of the guidelines: which sentence is in force.

use super::QuestionKind;
use super::maker::{Draft, Maker, answer};
use crate::base::day;
use crate::guidelines::{GuidelineDiff, Section, SectionChange, squeezed};
use crate::teach::Lesson;
use crate::teach::sections::{cited, subject};

/// Fewest and most characters of a sentence that is an answer.
const LENGTH: std::ops::RangeInclusive<usize> = 40..=320;

/// Asks which sentence a section has from the day of the new edition on. The right one is new in it. Wrong ones were deleted
/// from it, or are new in another section; none of their texts is in the section.
pub(super) fn in_force<'a>(maker: &Maker<'_, 'a>, lesson: &Lesson<'a>) -> Vec<Draft> {
    let Some(diff) = maker.guidelines else { return Vec::new() };
    lesson.sections.iter().filter_map(|change| question(change, diff, lesson)).collect()
}

fn question(change: &SectionChange<'_>, diff: &GuidelineDiff<'_>, lesson: &Lesson<'_>) -> Option<Draft> {
    let new = change.new?;
    let text = squeezed(&new.text());
    let before = change.old.map(|old| squeezed(&old.text())).unwrap_or_default();
    let right = sentences(new).find(|sentence| !before.contains(&squeezed(sentence)))?;
    let is_wrong = |sentence: &String| !text.contains(&squeezed(sentence));
    let (first, last) = (day(diff.new.first_day), diff.old.edition());
    let deleted = change.old.into_iter().flat_map(sentences).filter(is_wrong);
    let deleted = deleted
        .map(|sentence| answer(sentence, format!("It was in the section until {first}, and was deleted.")));
    let elsewhere = diff.changes.iter().chain(lesson.sections.iter().copied()).filter_map(|other| other.new);
    let elsewhere = elsewhere.filter(|other| other.number != new.number).flat_map(|other| {
        let label = other.heading();
        sentences(other)
            .filter(is_wrong)
            .take(1)
            .map(move |sentence| answer(sentence, format!("It is in another section: {label}.")))
            .collect::<Vec<_>>()
    });
    let rationale = match change.old {
        Some(_) => {
            format!("It is in the section from {first} on, and was not in it in the guidelines {last}.")
        }
        None => format!("It is in the section, which is new from {first} on."),
    };
    let citation = cited(change, diff).pop()?;
    Some(Draft {
        kind: QuestionKind::Guideline,
        subject: subject(QuestionKind::Guideline.word(), change, diff),
        text: format!(
            "Which sentence is in section {} of the Official Guidelines from {first} on?",
            new.heading()
        ),
        right: answer(right, rationale),
        wrong: deleted.chain(elsewhere).collect(),
        day: Some(diff.new.first_day),
        citation,
    })
}

/// Returns the sentences of a section that are long enough to be known and short enough to be read.
fn sentences(section: &Section) -> impl Iterator<Item = String> + use<> {
    let text = section.text();
    let mut sentences: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let mut start = 0;
        for (at, _) in paragraph.match_indices(". ") {
            // An abbreviation goes on in lower case.
            if paragraph[at + 2..].starts_with(|char: char| char.is_uppercase()) {
                sentences.push(paragraph[start..=at].to_owned());
                start = at + 2;
            }
        }
        sentences.push(paragraph[start..].to_owned());
    }
    let is_whole = |sentence: &String| {
        LENGTH.contains(&sentence.len())
            && sentence.ends_with('.')
            && sentence.starts_with(|char: char| char.is_uppercase())
    };
    sentences.into_iter().filter(is_whole).collect::<Vec<_>>().into_iter()
}
