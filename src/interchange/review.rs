//! A page to decide on: one HTML file in which the leads of a department choose replacement codes, and which saves their
//! decisions as a table that `--decisions` reads.
//!
//! Invariant: the page is complete without its script. The script adds buttons and changes classes; it makes no content
//! of its own but what a person enters.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;

use crate::base::{counted, day, grouped};
use crate::crosswalk::Provenance;
use crate::render::page::{self, Run, runs, word};
use crate::report::{Candidate, DecidedRow, ReleaseInfo, Review, ReviewItem};
use crate::view::{EvidenceLine, HIDDEN, Question};

const PAGE: &str = include_str!("review/page.html");
const STYLE: &str = include_str!("review/style.css");
const SCRIPT: &str = include_str!("review/page.js");

/// Candidates that the head of an item names; the others are counted.
const NAMED: usize = 6;

/// Writes the page.
pub(super) fn write(review: &Review, out: &mut dyn Write) -> io::Result<()> {
    page::write(PAGE, &[page::STYLE, STYLE], &[page::SEARCH, SCRIPT], &Page::of(review), out)
}

/// A page as the template takes it.
#[derive(Serialize)]
struct Page<'r> {
    title: &'r str,
    heading: String,
    lead: String,
    owner: &'r str,
    editions: Vec<Edition<'r>>,
    /// The digests of all pairs of releases.
    releases: String,
    digest: &'r str,
    decided: &'r str,
    /// The name of the file that decisions are saved in.
    file: String,
    tasks: Vec<(&'static str, usize)>,
    owners: Vec<(&'r str, usize)>,
    groups: Vec<Group<'r>>,
}

#[derive(Serialize)]
struct Edition<'r> {
    word: &'static str,
    id: &'r str,
    date: Option<String>,
    effective: Option<String>,
}

/// Items under one heading.
#[derive(Serialize)]
struct Group<'r> {
    heading: &'static str,
    about: &'static str,
    items: Vec<Item<'r>>,
}

#[derive(Serialize)]
struct Item<'r> {
    code: &'r str,
    display: &'r str,
    /// Its code set, where the page has several.
    set: &'static str,
    /// The digest of its releases.
    releases: &'r str,
    /// The digest, by which a decision about it is recognized.
    digest: &'r str,
    needs: bool,
    words: Vec<Run<'r>>,
    status: &'static str,
    tone: &'static str,
    task: &'static str,
    meaning: &'static str,
    lines: String,
    share: Option<String>,
    amount: Option<String>,
    owners: Vec<(&'r str, String)>,
    /// The owners as the script reads them.
    owner_list: String,
    /// What the deadline is.
    day: &'static str,
    deadline: Option<String>,
    questions: &'r [Question],
    paths: &'r [String],
    attributes: &'r [(String, String)],
    candidates: Vec<Choice<'r>>,
    /// The number of candidates that the head of the item does not name.
    more: usize,
    evidence: Vec<Proof<'r>>,
    decisions: Vec<Decision<'r>>,
    /// The decisions as the script reads them.
    decision_list: String,
}

/// A candidate.
#[derive(Serialize)]
struct Choice<'r> {
    code: &'r str,
    display: &'r str,
    description: &'r str,
    provenance: &'static str,
    /// The provenance in one word, for people.
    word: &'static str,
    basis: String,
    with: &'r [String],
    attributes: &'r [(String, String)],
    named: bool,
}

/// A line of evidence.
#[derive(Serialize)]
struct Proof<'r> {
    provenance: &'static str,
    word: String,
    meaning: &'static str,
    place: &'r str,
    codes: &'r [String],
}

/// A decision that was read.
#[derive(Serialize)]
struct Decision<'r> {
    target: &'r str,
    status: &'static str,
    note: &'r str,
    who: &'r str,
    when: &'r str,
}

impl<'r> Page<'r> {
    fn of(review: &'r Review) -> Self {
        let (open, settled): (Vec<_>, Vec<_>) = review.items.iter().partition(|item| item.needs_decision());
        let groups = [
            ("Needs your decision", "Most used codes first.", &open),
            (
                "No decision needed",
                "The publisher names one replacement of equal meaning. Decide only where you disagree.",
                &settled,
            ),
        ];
        let group = |(heading, about, items): (&'static str, &'static str, &Vec<&'r ReviewItem>)| Group {
            heading,
            about,
            items: items.iter().map(|item| Item::of(item)).collect(),
        };
        Self {
            title: &review.title,
            heading: heading(&open, review.owner.as_deref()),
            lead: lead(&open),
            owner: review.owner.as_deref().unwrap_or_default(),
            editions: review.releases.iter().map(|(word, release)| edition(word, release)).collect(),
            releases: digests(review),
            digest: &review.digest,
            decided: &review.decided,
            file: file_name(review),
            tasks: counts(review.items.iter().map(|item| item.task.label())),
            owners: counts(
                review.items.iter().flat_map(|item| item.owners.iter().map(|(owner, _)| owner.as_str())),
            ),
            groups: groups.into_iter().filter(|(.., items)| !items.is_empty()).map(group).collect(),
        }
    }
}

fn edition<'r>(word: &'static str, release: &'r ReleaseInfo) -> Edition<'r> {
    Edition {
        word,
        id: &release.id,
        date: release.effective.map(|day| day.to_string()),
        effective: release.effective.map(day),
    }
}

fn heading(open: &[&ReviewItem], owner: Option<&str>) -> String {
    let codes = match open.len() {
        0 => "No code needs your decision".to_owned(),
        1 => "1 code needs your decision".to_owned(),
        codes => format!("{} codes need your decision", grouped(codes as u64)),
    };
    match owner {
        Some(owner) => format!("{owner}: {codes}"),
        None => codes,
    }
}

/// Says what the list is about and what is to be done with it.
fn lead(open: &[&ReviewItem]) -> String {
    if open.is_empty() {
        return "Every code below has one official replacement.".to_owned();
    }
    let lines: u64 = open.iter().filter_map(|item| item.lines).sum();
    let days: BTreeSet<_> = open.iter().map(|item| item.deadline).collect();
    let from = match days.into_iter().collect::<Vec<_>>().as_slice() {
        [Some(only)] => format!(" from {}", day(*only)),
        _ => String::new(),
    };
    let codes = if open.len() == 1 { "this code" } else { "these codes" };
    let verb = if lines == 1 { "uses" } else { "use" };
    format!("{} {verb} {codes}. Decide what to use instead{from}.", counted(lines, "line", "lines"))
}

/// Returns words in order, each with the number of its items.
fn counts<'w>(words: impl Iterator<Item = &'w str>) -> Vec<(&'w str, usize)> {
    let mut counts = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

/// Returns the digests of the releases of all items, each once.
fn digests(review: &Review) -> String {
    let digests: BTreeSet<&str> = review.items.iter().map(|item| item.releases.as_str()).collect();
    digests.into_iter().collect::<Vec<_>>().join(" ")
}

/// Returns a file name that every file system accepts.
fn file_name(review: &Review) -> String {
    let words = ["decisions", &review.subject, review.owner.as_deref().unwrap_or_default()].join(" ");
    let is_plain = |char: char| char.is_ascii_alphanumeric();
    let words: Vec<_> = words.split(|char| !is_plain(char)).filter(|word| !word.is_empty()).collect();
    format!("{}.csv", words.join("-").to_lowercase())
}

impl<'r> Item<'r> {
    fn of(item: &'r ReviewItem) -> Self {
        let lines = |lines: Option<u64>| lines.map_or_else(|| HIDDEN.to_owned(), grouped);
        let owners: Vec<&str> = item.owners.iter().map(|(owner, _)| owner.as_str()).collect();
        let decisions: Vec<_> = item.decisions.iter().map(Decision::of).collect();
        let choice = |(at, candidate): (usize, &'r Candidate)| Choice::of(candidate, at < NAMED);
        Self {
            code: &item.code,
            display: &item.display,
            set: item.set,
            releases: &item.releases,
            digest: &item.digest,
            needs: item.needs_decision(),
            words: runs(&item.description.words),
            status: item.status,
            tone: word(item.tone),
            task: item.task.label(),
            meaning: item.task.meaning(),
            lines: item
                .lines
                .map_or_else(|| "lines hidden".to_owned(), |lines| counted(lines, "line", "lines")),
            share: item.share.map(|share| format!("{:.1}%", share * 100.0)),
            amount: item.dollars(),
            owner_list: json(&owners),
            owners: item.owners.iter().map(|(owner, count)| (owner.as_str(), lines(*count))).collect(),
            day: if item.is_narrowed() { "Narrower from" } else { "First day without it" },
            deadline: item.deadline.map(day),
            questions: &item.questions,
            paths: &item.paths,
            attributes: &item.attributes,
            candidates: item.candidates.iter().enumerate().map(choice).collect(),
            more: item.candidates.len().saturating_sub(NAMED),
            evidence: item.evidence.iter().map(Proof::of).collect(),
            decision_list: json(&decisions),
            decisions,
        }
    }
}

/// Writes a value for the script; nothing where there is nothing.
fn json<T: Serialize>(values: &[T]) -> String {
    if values.is_empty() { String::new() } else { serde_json::json!(values).to_string() }
}

impl<'r> Choice<'r> {
    fn of(candidate: &'r Candidate, named: bool) -> Self {
        Self {
            code: &candidate.code,
            display: &candidate.display,
            description: &candidate.description,
            provenance: candidate.provenance.word(),
            word: provenance_word(candidate.provenance),
            basis: candidate.provenance.basis().into_owned(),
            with: &candidate.with,
            attributes: &candidate.attributes,
            named,
        }
    }
}

fn provenance_word(provenance: Provenance) -> &'static str {
    match provenance {
        Provenance::Reviewed => "reviewed",
        Provenance::StillValid => "still valid",
        other => other.word(),
    }
}

impl<'r> Proof<'r> {
    fn of(line: &'r EvidenceLine) -> Self {
        let provenance = line.provenance();
        let (provenance, word) = (provenance.word(), provenance.basis().into_owned());
        Self { provenance, word, meaning: line.meaning, place: &line.place, codes: &line.codes }
    }
}

impl<'r> Decision<'r> {
    fn of(row: &'r DecidedRow) -> Self {
        Self {
            target: row.target_display.as_deref().unwrap_or_default(),
            status: row.status.word(),
            note: row.note.as_deref().unwrap_or_default(),
            who: row.who.as_deref().unwrap_or_default(),
            when: row.when.as_deref().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_cannot_end_early() {
        for text in [STYLE, SCRIPT] {
            let small = text.to_lowercase();
            assert!(!small.contains("</script") && !small.contains("</style") && !small.contains("<!--"));
        }
    }
}
