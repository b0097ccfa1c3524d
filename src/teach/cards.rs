//! Flashcards: one fact per card.

use std::collections::BTreeMap;

use super::notes::{NoteLine, note_lines};
use super::questions::asked;
use super::sections::{cited, label, subject};
use super::{Citation, Lesson, LostCode, NewCode, Scope, Subject, Teaching, family, firsts, stated_by};
use crate::base::{day, words_cut};
use crate::crosswalk::{Cardinality, Days, Mapping, Target};
use crate::diff::{Change, Kind, WordSide, Wording};
use crate::guidelines::{GuidelineDiff, GuidelineKind, SectionChange};
use crate::model::{Entry, Release, TextKind};

/// A flashcard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What it is about; no two cards of a deck have the same. A later import updates the card by it.
    pub subject: Subject,
    /// The question.
    pub front: String,
    /// The answer and its citation.
    pub back: String,
    /// Words to find it by, without blanks.
    pub tags: Vec<String>,
    /// The citation of the statement.
    pub citation: Citation,
}

/// Returns the cards of all lessons. Of codes that differ in the encounter alone only the first has a card; a change in
/// several lessons is one card with the tags of all of them.
pub fn cards(teaching: &Teaching<'_>) -> Vec<Card> {
    let mut deck: Vec<Card> = Vec::new();
    let mut places: BTreeMap<Subject, usize> = BTreeMap::new();
    for lesson in &teaching.lessons {
        for card in of_lesson(teaching, lesson) {
            match places.get(&card.subject) {
                Some(&at) => {
                    let own = card.tags.into_iter().filter(|tag| *tag == lesson.scope.word());
                    deck[at].tags.extend(own);
                }
                None => {
                    places.insert(card.subject.clone(), deck.len());
                    deck.push(card);
                }
            }
        }
    }
    deck
}

fn of_lesson<'a>(teaching: &Teaching<'a>, lesson: &Lesson<'a>) -> Vec<Card> {
    let maker = Maker { old: teaching.old, new: teaching.new, days: &teaching.days, scope: &lesson.scope };
    let source = |lost: &LostCode<'_>| family(lost.mapping.source);
    let [gone, narrowed] = [&lesson.gone, &lesson.narrowed].map(|lost| firsts(lost, source));
    let choices = gone.iter().chain(&narrowed).filter_map(|lost| maker.choice(lost)).collect::<Vec<_>>();
    let fresh =
        firsts(&lesson.fresh, |fresh| family(fresh.entry)).into_iter().filter_map(|fresh| maker.fresh(fresh));
    let gone = gone.into_iter().map(|lost| maker.gone(lost));
    let narrowed = narrowed.into_iter().map(|lost| maker.narrowed(lost));
    let reworded = firsts(&lesson.reworded, |change| family(change.entry()));
    let reworded = reworded.into_iter().filter_map(|change| maker.reworded(change));
    let renoted = lesson.renoted.iter().filter_map(|change| maker.renoted(change));
    let sections = lesson.sections.iter().filter_map(|change| maker.section(change, teaching.guidelines?));
    let own = fresh.chain(gone).chain(narrowed).chain(choices).chain(reworded).chain(renoted);
    own.chain(sections).collect()
}

/// Returns the day from which a code, or part of its meaning, is lost: the day after its own last day, if it has one.
pub(super) fn lost_from<'a>(lost: &LostCode<'a>, days: &Days<'a>) -> String {
    lost.last_day.map_or_else(|| days.of(&lost.mapping).to_string(), |day| format!("after {day}"))
}

/// Formats a code with its description, if it may be shown.
pub(super) fn named(entry: Entry<'_>) -> String {
    format!("{} {}", entry.display(), entry.shown_long()).trim_end().to_owned()
}

/// Lists targets in a line, each with its provenance.
pub(crate) fn describe(targets: &[Target<'_>]) -> String {
    let described = targets.iter().map(|target| format!("{} ({})", named(target.entry), stated_by(target)));
    described.collect::<Vec<_>>().join("; ")
}

/// Lists the successors of a code in a line. Codes of other sets have no description here.
fn successors(mapping: &Mapping<'_>) -> String {
    let elsewhere = mapping.elsewhere.iter().map(|other| format!("{other} (official)"));
    let own = Some(describe(&mapping.targets)).filter(|described| !described.is_empty());
    own.into_iter().chain(elsewhere).collect::<Vec<_>>().join("; ")
}

struct Maker<'t, 'a> {
    old: &'a Release,
    new: &'a Release,
    days: &'t Days<'a>,
    scope: &'t Scope,
}

impl<'a> Maker<'_, 'a> {
    fn card(
        &self,
        kind: &'static str,
        entry: Entry<'_>,
        front: String,
        back: &str,
        citation: Citation,
    ) -> Card {
        let category = entry.set().category(entry.code());
        let tags = ["codeset", &self.new.id(), kind, category, &self.scope.word()].map(tag);
        let subject = Subject::of(kind, entry, self.new);
        Card { subject, front, back: format!("{back} [{citation}]"), tags: tags.into(), citation }
    }

    fn fresh(&self, fresh: &NewCode<'_>) -> Option<Card> {
        let text = Some(fresh.entry.shown_long()).filter(|text| !text.is_empty())?;
        let since = self.days.first(fresh.entry.code());
        let front = format!("{}: what does this code mean? New {since}.", fresh.entry.display());
        let before = match describe(&fresh.before) {
            none if none.is_empty() => String::new(),
            described => format!(" Before: {described}."),
        };
        let citation = Citation::of(fresh.entry, self.new).with_rows(&fresh.before);
        Some(self.card("new", fresh.entry, front, &format!("{text}.{before}"), citation))
    }

    fn gone(&self, lost: &LostCode<'a>) -> Card {
        let mapping = &lost.mapping;
        let front = format!(
            "{}: not billable {}. What replaces it?",
            named(mapping.source),
            lost_from(lost, self.days)
        );
        let back = match mapping.cardinality {
            Cardinality::None => "No successor is known.".to_owned(),
            Cardinality::One => format!("{}.", successors(mapping)),
            Cardinality::Many => format!("One of these: {}.", successors(mapping)),
            Cardinality::Combination => format!("All of these together: {}.", describe(&mapping.targets)),
        };
        let citation = lost.citation(self.old);
        self.card("gone", mapping.source, front, &back, citation)
    }

    fn narrowed(&self, lost: &LostCode<'a>) -> Card {
        let mapping = &lost.mapping;
        let front = format!(
            "{}: still valid {}. Which part of its meaning has its own code now?",
            named(mapping.source),
            lost_from(lost, self.days)
        );
        let citation = lost.citation(self.old);
        self.card("narrowed", mapping.source, front, &format!("{}.", describe(&mapping.targets)), citation)
    }

    /// Returns a card about the choice between several successors: all questions about one code on one card.
    fn choice(&self, lost: &LostCode<'_>) -> Option<Card> {
        let questions = asked(lost, self.old);
        if !lost.is_split() || questions.is_empty() {
            return None;
        }
        let described = questions.iter().map(|asked| {
            let answers = asked.answers.iter();
            let answers = answers.map(|answer| format!("{} -> {}", answer.words, answer.codes.join(", ")));
            format!("{} {}.", asked.question, answers.collect::<Vec<_>>().join("; "))
        });
        let back = described.collect::<Vec<_>>().join(" ");
        let source = lost.mapping.source;
        let front = format!("{} was split. What must the documentation say to choose?", named(source));
        let citation = lost.citation(self.old);
        Some(self.card("choice", source, front, &back, citation))
    }

    fn reworded(&self, change: &Change<'_>) -> Option<Card> {
        let (old, new) = (change.old?, change.new?);
        let [before, now] = [old, new].map(|entry| entry.shown(TextKind::Long));
        let (before, now) = (before?, now?);
        // Punctuation is not worth a card.
        let is_new = change.revision.as_ref().is_none_or(|revision| revision.wording == Wording::Wording);
        if before == now || !is_new {
            return None;
        }
        let word = if change.kind == Kind::Reused { "means something else" } else { "has new wording" };
        let front =
            format!("{} {word} {}. How?", new.display(), self.days.reworded(new.code(), TextKind::Long));
        let back = format!("Now: {now}. Before: {before}.");
        Some(self.card("reworded", new, front, &back, Citation::of(new, self.new)))
    }
}

impl Maker<'_, '_> {
    /// Returns a card about the notes of an entry: the deleted lines, and the new ones.
    fn renoted(&self, change: &Change<'_>) -> Option<Card> {
        let new = change.new?;
        let lines = note_lines(change);
        let front = format!("{}: which notes changed with {}?", named(new), self.new.title());
        let part = |word: &str, is_new: bool| {
            let lines: Vec<String> =
                lines.iter().filter(|line| line.is_new == is_new).map(NoteLine::line).collect();
            (!lines.is_empty()).then(|| format!("{word}: {}.", lines.join("; ")))
        };
        let parts: Vec<_> = [part("New", true), part("Deleted", false)].into_iter().flatten().collect();
        let citation = Citation::of(new, self.new);
        (!parts.is_empty()).then(|| self.card("notes", new, front, &parts.join(" "), citation))
    }
}

/// Maximum number of characters of each side of a card about guidelines.
const SIDE: usize = 600;

impl Maker<'_, '_> {
    /// Returns a card about a changed section of the guidelines.
    fn section(&self, change: &SectionChange<'_>, diff: &GuidelineDiff<'_>) -> Option<Card> {
        let section = change.section();
        let side = |word: &str, side: WordSide| {
            let runs = change.words.iter().filter(|run| run.side == side);
            let runs = runs.map(|run| run.text.split_whitespace().collect::<Vec<_>>().join(" "));
            let text = words_cut(&runs.collect::<Vec<_>>().join(" ... "), SIDE);
            (!text.is_empty()).then(|| format!("{word}: {text}"))
        };
        let mut parts: Vec<String> = match (change.kind, change.old) {
            (GuidelineKind::Added, _) => vec!["The section is new.".to_owned()],
            (GuidelineKind::Removed, _) => vec!["The section was deleted.".to_owned()],
            (_, Some(old)) if old.title != section.title => vec![format!("Title before: {}.", old.title)],
            _ => Vec::new(),
        };
        parts.extend([side("New", WordSide::New), side("Deleted", WordSide::Old)].into_iter().flatten());
        let citation = cited(change, diff).pop()?;
        let since = day(diff.new.first_day);
        let tags = ["codeset", &self.new.id(), "guideline", label(section), &self.scope.word()].map(tag);
        Some(Card {
            subject: subject("guideline", change, diff),
            front: format!("Guideline {}: what changed from {since}?", section.heading()),
            back: format!("{} [{citation}]", parts.join(" ")),
            tags: tags.into(),
            citation,
        })
    }
}

/// Converts a text into a tag: blanks would split it.
fn tag(text: impl AsRef<str>) -> String {
    text.as_ref().split_whitespace().collect::<Vec<_>>().join("-")
}
