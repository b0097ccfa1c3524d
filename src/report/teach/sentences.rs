//! Sentences about an event: what happened, from when, and what to do on the job.
//!
//! Invariant: every sentence is derived from the releases, the publisher's table or the user's decisions. A suggestion has
//! a sentence of its own, which says that it is one.

use crate::base::{counted, day};
use crate::crosswalk::{Days, Since, Target};
use crate::diff::Kind;
use crate::model::{Entry, Release};
use crate::report::capital;
use crate::teach::{Answer, Asked, Event, EventKind, Family, NOT_SPECIFIED, StatedBy};

/// Maximum number of codes that a sentence names; with more it counts them.
const NAMED: usize = 3;

/// The sentences about an event.
pub(super) struct Sentences {
    /// The codes it is about, as people write them: `G35`.
    pub(super) codes: String,
    /// Their description, where it is one; the title of the category for new codes.
    pub(super) about: String,
    /// What happened: `is split into eight codes`.
    pub(super) predicate: String,
    /// From when, and what that means for claims.
    pub(super) when: String,
    /// What to do on the job.
    pub(super) to_do: String,
    /// The suggestions, where neither the publisher nor the user states a replacement; empty otherwise.
    pub(super) suggestion: String,
}

impl Sentences {
    /// Writes the sentences about an event.
    pub(super) fn of(event: &Event<'_, '_>, days: &Days<'_>, new: &Release) -> Self {
        let writer = Writer { event, days, sources: event.sources(), now: event.now() };
        Self {
            codes: writer.codes(),
            about: writer.about(new),
            predicate: writer.predicate(),
            when: writer.when(),
            to_do: writer.to_do(),
            suggestion: writer.suggestion(),
        }
    }

    /// Returns the statement in a sentence without its period: `G35 Multiple sclerosis is split into eight codes`.
    pub(super) fn headline(&self) -> String {
        let words = [&self.codes, &self.about, &self.predicate].map(String::as_str);
        capital(&words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
    }

    /// Returns the statement without the description: `G35 is split into eight codes`.
    pub(super) fn title(&self) -> String {
        capital(format!("{} {}", self.codes, self.predicate).trim_start())
    }
}

/// The sentences about several codes of a category, each with one part that has its own code now.
pub(super) struct PairSentences {
    /// The category, as people write it.
    pub(super) category: String,
    /// The title of the category.
    pub(super) about: String,
    /// What happened: `7 codes stay billable, but part of each has its own code`.
    pub(super) predicate: String,
    /// From when.
    pub(super) when: String,
    /// What to do on the job.
    pub(super) to_do: String,
}

impl PairSentences {
    /// Writes the sentences about events of one category.
    pub(super) fn of(events: &[Event<'_, '_>], days: &Days<'_>, new: &Release) -> Self {
        let category = events[0].category;
        let from = events[0].lost.first().map(|lost| since(days.of(&lost.mapping))).unwrap_or_default();
        Self {
            category: (new.set.display)(category),
            about: new.find(category).map_or_else(String::new, |entry| entry.shown_long().to_owned()),
            predicate: format!(
                "{} stay billable, but part of each has its own code",
                in_words(events.len(), "code", "codes")
            ),
            when: format!("The narrower meaning applies {from}."),
            to_do: format!(
                "{}, report the new code where its description fits, and the old one for the rest.",
                capital(&from)
            ),
        }
    }
}

struct Writer<'e, 'l, 'a> {
    event: &'e Event<'l, 'a>,
    days: &'e Days<'a>,
    sources: Vec<Family<'a>>,
    now: Vec<Family<'a>>,
}

impl Writer<'_, '_, '_> {
    fn codes(&self) -> String {
        let families = if self.sources.is_empty() { &self.now } else { &self.sources };
        match (self.event.kind, families.as_slice()) {
            (EventKind::Added, [_, _, ..]) if !self.event.category.is_empty() => {
                self.event.category_display()
            }
            // A set without categories has one event for all of its new codes.
            (EventKind::Added, [_, _, ..]) => String::new(),
            _ => named(families, display),
        }
    }

    fn about(&self, new: &Release) -> String {
        let families = if self.sources.is_empty() { &self.now } else { &self.sources };
        match (self.event.kind, families.as_slice()) {
            (_, [only]) => only.first.shown_long().to_owned(),
            (EventKind::Added, _) => {
                new.find(self.event.category).map_or_else(String::new, |entry| entry.shown_long().to_owned())
            }
            _ => String::new(),
        }
    }

    fn is_plural(&self) -> bool {
        self.sources.len() > 1
    }

    fn predicate(&self) -> String {
        let (be, part) = if self.is_plural() { ("are", "their") } else { ("is", "its") };
        let stay = if self.is_plural() { "stay" } else { "stays" };
        let count = self.now.len() + self.elsewhere().len();
        let codes = |count| in_words(count, "code", "codes");
        match self.event.kind {
            EventKind::Split if self.is_plural() => format!("{be} split into the same {}", codes(count)),
            EventKind::Split => format!("{be} split into {}", codes(count)),
            EventKind::Replaced => format!("{be} replaced by {}", self.replacement()),
            EventKind::Combined => format!("{be} replaced by {} together", codes(count)),
            EventKind::Narrowed if self.event.targets.is_empty() => {
                format!("{stay} billable with a narrower meaning")
            }
            EventKind::Narrowed if count == 1 => {
                format!("{stay} billable, but part of {part} meaning has its own code")
            }
            EventKind::Narrowed => {
                format!("{stay} billable, but parts of {part} meaning have {} of their own", codes(count))
            }
            EventKind::Added if count == 1 => "is new".to_owned(),
            EventKind::Added if self.event.category.is_empty() => format!("{} are new", codes(count)),
            EventKind::Added => format!("has {}", in_words(count, "new code", "new codes")),
            _ => format!("{be} no longer billable"),
        }
    }

    /// Returns the one replacement, of another set where the publisher names one.
    fn replacement(&self) -> String {
        let named = self.now.first().map(|family| display(family.first));
        named.or_else(|| self.elsewhere().into_iter().next()).unwrap_or_default()
    }

    fn elsewhere(&self) -> Vec<String> {
        let first = self.event.lost.first();
        first.into_iter().flat_map(|lost| &lost.mapping.elsewhere).map(ToString::to_string).collect()
    }

    fn when(&self) -> String {
        let Some(lost) = self.event.lost.first() else {
            let first = self.event.fresh.first().map(|fresh| self.days.first(fresh.entry.code()));
            return first.map_or_else(String::new, |first| format!("Billable {}.", since(first)));
        };
        let from = since(self.days.of(&lost.mapping));
        let mut sentences = vec![match (lost.kind, lost.last_day) {
            (Kind::Narrowed, _) => format!("The narrower meaning applies {from}."),
            (_, Some(last)) => format!("The last day of use is {}.", day(last)),
            (Kind::Demoted, _) => {
                format!("Not billable {from}: a category header, and claims with it are rejected.")
            }
            _ => format!("Deleted: not billable {from}."),
        }];
        sentences.extend(match self.event.stated_by() {
            StatedBy::User => Some("The replacement is your decision.".to_owned()),
            _ => None,
        });
        let elsewhere = self.elsewhere();
        if self.event.kind != EventKind::Replaced && !elsewhere.is_empty() {
            sentences.push(format!("The publisher also names {}.", elsewhere.join("; ")));
        }
        let others: Vec<_> = self.sources.iter().filter(|family| !family.others.is_empty()).collect();
        if let [only] = others.as_slice() {
            let codes: Vec<_> = only.others.iter().copied().map(display).collect();
            sentences.push(format!("The same applies to {}.", codes.join(", ")));
        } else if !others.is_empty() {
            sentences.push("The same applies to the codes for other encounters.".to_owned());
        }
        sentences.join(" ")
    }

    fn to_do(&self) -> String {
        let sources = named(&self.sources, display);
        let Some(lost) = self.event.lost.first() else {
            return self.report_new();
        };
        let from = capital(&since(self.days.of(&lost.mapping)));
        let now = named(&self.now, display);
        let ask = self.questions();
        match self.event.kind {
            EventKind::Replaced if self.event.is_automatic() => {
                format!("{from}, report {} instead of {sources}.", self.replacement())
            }
            EventKind::Replaced => format!(
                "{from}, do not report {sources}. Report {} if the record supports its description.",
                self.replacement()
            ),
            EventKind::Combined => format!("{from}, report {now} together instead of {sources}."),
            EventKind::Narrowed if self.now.is_empty() => {
                format!("{from}, review each case with {sources}.")
            }
            EventKind::Narrowed => {
                let where_fits =
                    if self.now.len() == 1 { "where its description fits" } else { "where one fits" };
                let now = if self.now.len() > NAMED { "the more specific codes".to_owned() } else { now };
                format!("{from}, report {now} {where_fits}, and {sources} for the rest.{ask}")
            }
            EventKind::Split => {
                format!("{from}, do not report {sources}. Report the code that the record supports.{ask}")
            }
            _ => format!("{from}, do not report {sources}. {NO_REPLACEMENT}"),
        }
    }

    fn report_new(&self) -> String {
        let before = Family::of(self.event.before());
        let first = self.event.fresh.first().map(|fresh| self.days.first(fresh.entry.code()));
        let from = first.map_or_else(String::new, |first| capital(&since(first)));
        let what = if self.now.len() == 1 { "this code" } else { "these codes" };
        match before.as_slice() {
            [] => format!("{from}, report {what} where the record documents the condition or service."),
            before => format!(
                "{from}, check cases that were coded {} before: report {what} where the description fits.",
                named(before, display)
            ),
        }
    }

    /// Returns the questions that the record must answer.
    fn questions(&self) -> String {
        let questions: Vec<_> = self.event.asked.iter().map(|asked| asked.question).collect();
        if questions.is_empty() {
            String::new()
        } else {
            format!(" The record must answer: {}", questions.join(" "))
        }
    }

    fn suggestion(&self) -> String {
        let families = Family::of(self.event.suggestions.iter().map(|target| target.entry));
        if families.is_empty() {
            return String::new();
        }
        let basis = self.event.suggestions.first().map(|target: &Target<'_>| target.provenance().basis());
        let basis = basis.unwrap_or_default();
        let codes: Vec<_> = families.iter().map(|family| display(family.first)).collect();
        format!("Not official, to be confirmed before it is taught: {} ({basis}).", codes.join(", "))
    }
}

/// Returns the documented detail of an answer; for codes whose descriptions do not have the detail, a sentence.
pub(super) fn answer_text(answer: &Answer) -> &str {
    if answer.words == NOT_SPECIFIED { "(the code does not depend on it)" } else { &answer.words }
}

/// Returns whether the answers to a question are in the descriptions of the codes already: each has a code of its own.
pub(super) fn repeats(asked: &Asked<'_>) -> bool {
    asked.answers.iter().all(|answer| answer.codes.len() == 1)
}

/// The sentence for codes without a replacement.
const NO_REPLACEMENT: &str = "The publisher's files name no replacement.";

impl Event<'_, '_> {
    /// Returns the category as people write it.
    pub(super) fn category_display(&self) -> String {
        let first = self.fresh.first().map(|fresh| fresh.entry.set());
        first.map_or_else(|| self.category.to_owned(), |set| (set.display)(self.category))
    }
}

fn display(entry: Entry<'_>) -> String {
    entry.display()
}

/// Names codes in a sentence: `A`, `A and B`, `A, B and C`, or the first and how many others.
fn named<'a>(families: &[Family<'a>], name: impl Fn(Entry<'a>) -> String) -> String {
    let mut names: Vec<String> = families.iter().take(NAMED).map(|family| name(family.first)).collect();
    if families.len() > NAMED {
        names.truncate(NAMED - 1);
        let more = families.len() - names.len();
        return format!("{} and {}", names.join(", "), counted(more as u64, "other code", "other codes"));
    }
    let Some(last) = names.pop() else { return String::new() };
    if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) }
}

/// Writes a day or a range of days: `from Oct 1, 2025`.
pub(super) fn since(since: Since<'_>) -> String {
    match since {
        Since::Day(date) => format!("from {}", day(date)),
        Since::Between(before, by) => match (before.effective(), by.effective()) {
            (Some(before), Some(by)) => format!("from a day between {} and {}", day(before), day(by)),
            _ => format!("with {}", by.id()),
        },
    }
}

/// Writes a count in a sentence: in words up to ten.
fn in_words(count: usize, one: &str, many: &str) -> String {
    const WORDS: [&str; 11] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    match WORDS.get(count) {
        Some(word) => format!("{word} {}", if count == 1 { one } else { many }),
        None => counted(count as u64, one, many),
    }
}
