//! The report of `guidelines`: what changed in the Official Guidelines, section by section.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::{Report, SCHEMA_VERSION};
use crate::base::{counted, day, grouped};
use crate::diff::{Word, WordSide};
use crate::guidelines::{GuidelineDiff, GuidelineKind, Guidelines, Marking, NamedCode, SectionChange};
use crate::model::{Place, Problem, ProblemCode, Source};
use crate::view::{self, Cell, Column, Metric, Section, Shown, Table, Term, Tone, column};

/// An edition of the guidelines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct GuidelinesInfo {
    /// Its name: `FY2026`, or `FY2025, from Apr 1, 2025`.
    pub(crate) edition: String,
    /// The fiscal year.
    pub(crate) fiscal_year: i16,
    /// The first day on which it applies.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) first_day: Date,
    /// The last day on which it applies, if it is not updated before.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) last_day: Date,
    /// Number of its sections.
    pub(crate) sections: u64,
    /// The file it was read from.
    pub(crate) source: Source,
}

impl GuidelinesInfo {
    fn of(guidelines: &Guidelines) -> Self {
        Self {
            edition: guidelines.edition(),
            fiscal_year: guidelines.fiscal_year,
            first_day: guidelines.first_day,
            last_day: guidelines.last_day,
            sections: guidelines.sections.len() as u64,
            source: guidelines.source.clone(),
        }
    }

    fn view(&self, word: &'static str) -> view::Edition {
        view::Edition {
            word,
            id: format!("Guidelines {}", self.edition),
            effective: Some(self.first_day),
            file: Some(self.source.name.clone()),
        }
    }
}

/// The changes in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct GuidelinesSummary {
    /// Sections whose text changed; they may have another title or number as well.
    pub(crate) changed: u64,
    /// Sections that are new.
    pub(crate) added: u64,
    /// Sections that were deleted.
    pub(crate) removed: u64,
    /// Sections with another number, and the same title and text.
    pub(crate) moved: u64,
    /// Sections with another title, and the same text.
    pub(crate) retitled: u64,
    /// Sections that are the same.
    pub(crate) unchanged: u64,
    /// Of those that changed, sections in which only punctuation did.
    pub(crate) punctuation_only: u64,
    /// Words in NEW only.
    pub(crate) words_added: u64,
    /// Words in OLD only.
    pub(crate) words_removed: u64,
    /// The same comparison with sections matched by number label and title alone, as the outlines of the two files list them.
    pub(crate) by_heading: HeadingCounts,
}

/// Entries of two outlines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct HeadingCounts {
    /// Entries in both whose text changed.
    pub(crate) changed: u64,
    /// Entries in NEW only.
    pub(crate) added: u64,
    /// Entries in OLD only.
    pub(crate) removed: u64,
}

/// A section that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct GuidelineRow {
    /// What happened.
    pub(crate) kind: GuidelineKind,
    /// The number, in NEW unless the section was deleted: `I.C.13.a`. Empty for a part without a number.
    pub(crate) number: String,
    /// The title.
    pub(crate) title: String,
    /// The number in OLD, where it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) old_number: Option<String>,
    /// The title in OLD, where it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) old_title: Option<String>,
    /// The page on which it begins, from 1: in NEW, or in OLD if it was deleted.
    pub(crate) page: u64,
    /// Words in NEW only.
    pub(crate) words_added: u64,
    /// Words in OLD only.
    pub(crate) words_removed: u64,
    /// Whether the publisher marked the change; `null` if OLD is not the edition that the marks are against.
    pub(crate) marked: Option<Marking>,
    /// The codes, categories and ranges that it names.
    pub(crate) codes: Vec<String>,
    /// The same, to find codes in use.
    #[serde(skip)]
    named: Vec<NamedCode>,
    /// The codes in use that it names, where files of codes or usage were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) in_use: Option<InUse>,
    /// Both texts, word by word.
    pub(crate) words: Vec<Word>,
}

/// The codes in use that a section names: itself, by their category, or by a range that is not as wide as a chapter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct InUse {
    /// The codes, as people write them.
    pub(crate) codes: Vec<String>,
    /// The lines with them; `null` where lines are not counted, or are hidden.
    pub(crate) lines: Option<u64>,
}

/// Codes of the user in file form, with their lines where these are counted.
pub(crate) struct UsedCodes(pub(crate) BTreeMap<String, Option<u64>>);

impl UsedCodes {
    /// Returns the codes that a section names.
    fn named_by(&self, codes: &[NamedCode], display: fn(&str) -> String) -> InUse {
        let topics: Vec<&NamedCode> = codes.iter().filter(|code| !code.is_broad()).collect();
        let used = self.0.iter().filter(|(code, _)| topics.iter().any(|topic| topic.covers(code)));
        let (codes, lines): (Vec<_>, Vec<_>) = used.map(|(code, lines)| (display(code), *lines)).unzip();
        InUse { codes, lines: lines.into_iter().sum() }
    }
}

impl GuidelineRow {
    pub(crate) fn of(change: &SectionChange<'_>) -> Self {
        let section = change.section();
        let other = |of: fn(&crate::guidelines::Section) -> &String| {
            change.old.map(of).filter(|before| *before != of(section)).cloned()
        };
        Self {
            kind: change.kind,
            number: section.number.clone(),
            title: section.title.clone(),
            old_number: other(|section| &section.number),
            old_title: other(|section| &section.title),
            page: section.page as u64,
            words_added: change.words_added as u64,
            words_removed: change.words_removed as u64,
            marked: change.marking,
            codes: change.codes.iter().map(ToString::to_string).collect(),
            named: change.codes.clone(),
            in_use: None,
            words: change.words.clone(),
        }
    }

    fn is_unmarked(&self) -> bool {
        self.marked == Some(Marking::Unmarked)
    }

    /// Returns the number for people.
    fn number(&self) -> String {
        if self.number.is_empty() { "-".to_owned() } else { self.number.clone() }
    }

    /// Returns the titles word by word, where they differ.
    fn titles(&self) -> Cell {
        match &self.old_title {
            Some(before) => Cell::words(crate::diff::words(before, &self.title)),
            None => Cell::from(self.title.as_str()),
        }
    }

    /// Returns one side of the text, cut to the words around its changes.
    pub(in crate::report) fn side(&self, side: WordSide) -> Vec<Word> {
        let last = self.words.len().saturating_sub(1);
        let shown =
            self.words.iter().enumerate().filter(|(_, word)| [WordSide::Both, side].contains(&word.side));
        let cut = |(at, word): (usize, &Word)| Word {
            side: word.side,
            text: match word.side {
                WordSide::Both => around(&word.text, at > 0, at < last),
                _ => word.text.replace('\n', " "),
            },
        };
        shown.map(cut).collect()
    }

    /// Returns the number, or the title of a part without one.
    pub(in crate::report) fn label(&self) -> &str {
        if self.number.is_empty() { &self.title } else { &self.number }
    }

    /// Returns what happened, for people: `changed (+3 -1 words)`.
    pub(in crate::report) fn happened(&self) -> String {
        let kind = label(self.kind);
        match self.size() {
            size if size.is_empty() => kind.to_owned(),
            size if self.words_added + self.words_removed == 0 => format!("{kind} ({size})"),
            size => format!("{kind} ({size} words)"),
        }
    }

    fn size(&self) -> String {
        match (self.words_added, self.words_removed) {
            (0, 0) if self.kind == GuidelineKind::Changed => "punctuation".to_owned(),
            (0, 0) => String::new(),
            (added, 0) => format!("+{}", grouped(added)),
            (0, removed) => format!("-{}", grouped(removed)),
            (added, removed) => format!("+{} -{}", grouped(added), grouped(removed)),
        }
    }
}

/// Marked words that did not change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct UnchangedMarkRow {
    /// The number of the section.
    pub(crate) number: String,
    /// The title of the section.
    pub(crate) title: String,
    /// The marked words.
    pub(crate) text: String,
    /// Number of words.
    pub(crate) words: u64,
}

/// What the publisher's marks show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct MarksVerification {
    /// The edition that the marks of NEW are against, as its first page names it; `null` if it names none.
    pub(crate) base: Option<String>,
    /// True if OLD is that edition. Otherwise nothing is checked.
    pub(crate) checked: bool,
    /// Changes that are marked entirely.
    pub(crate) marked: u64,
    /// Changes of which some words are marked.
    pub(crate) partly: u64,
    /// Changes that are not marked.
    pub(crate) unmarked: u64,
    /// Marked words that are the same in OLD.
    pub(crate) without_change: Vec<UnchangedMarkRow>,
}

/// The report of `guidelines`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct GuidelinesReport {
    /// The version of this form.
    pub(crate) schema_version: u32,
    /// The older edition.
    pub(crate) old: GuidelinesInfo,
    /// The newer edition.
    pub(crate) new: GuidelinesInfo,
    /// The changes in numbers.
    pub(crate) summary: GuidelinesSummary,
    /// The key numbers.
    pub(crate) metrics: Vec<Metric>,
    /// The sections that changed, in the order of NEW.
    pub(crate) sections: Vec<GuidelineRow>,
    /// What the publisher's marks show.
    pub(crate) verification: MarksVerification,
    /// The problems with the input.
    pub(crate) problems: Vec<Problem>,
}

impl GuidelinesReport {
    /// Makes the report of two editions.
    pub(crate) fn new(diff: &GuidelineDiff<'_>) -> Self {
        let summary = summary(diff);
        Self {
            schema_version: SCHEMA_VERSION,
            old: GuidelinesInfo::of(diff.old),
            new: GuidelinesInfo::of(diff.new),
            metrics: metrics(&summary, diff),
            summary,
            sections: diff.changes.iter().map(GuidelineRow::of).collect(),
            verification: verification(diff),
            problems: [diff.old, diff.new].into_iter().flat_map(problems).collect(),
        }
    }

    /// Adds to each section the codes in use that it names.
    #[must_use]
    pub(crate) fn with_codes(mut self, used: &UsedCodes, display: fn(&str) -> String) -> Self {
        for row in &mut self.sections {
            row.in_use = Some(used.named_by(&row.named, display));
        }
        self
    }

    /// Leaves out sections that name none of the codes in use. The numbers still count all.
    #[must_use]
    pub(crate) fn only_used(mut self) -> Self {
        self.sections.retain(|row| row.in_use.as_ref().is_some_and(|used| !used.codes.is_empty()));
        self
    }

    fn written(&self) -> impl Iterator<Item = &GuidelineRow> {
        self.sections.iter().filter(|row| row.kind != GuidelineKind::Moved)
    }

    /// Returns what changed word by word, on a page and in a workbook; a terminal has no room for two texts next to each
    /// other.
    fn word_by_word(&self) -> Section {
        Section::new("Word by word")
            .about("Deleted words are struck out, new words underlined; text that is the same is cut to what surrounds them.")
            .sheet("Word by word")
            .shown(Shown::Reference)
            .rows(
                self.written().filter(|row| !row.words.is_empty() && row.kind != GuidelineKind::Retitled),
                [
                    column("section", |row: &GuidelineRow| Cell::entry(row.number(), row.title.as_str())),
                    column("before", |row: &GuidelineRow| Cell::words(row.side(WordSide::Old))),
                    column("now", |row: &GuidelineRow| Cell::words(row.side(WordSide::New))),
                ],
            )
    }
}

fn problems(guidelines: &Guidelines) -> impl Iterator<Item = Problem> {
    guidelines.unlocated.iter().map(|title| {
        let fact = format!("the heading `{title}` of the outline is not in the text");
        Problem::new(ProblemCode::HeadingNotFound, Place::file(&guidelines.source.name), fact)
            .hint("compare that section by hand: its text may be part of the section before it")
    })
}

fn summary(diff: &GuidelineDiff<'_>) -> GuidelinesSummary {
    let count = |kind| diff.changes.iter().filter(|change| change.kind == kind).count() as u64;
    let sum = |of: fn(&SectionChange<'_>) -> usize| diff.changes.iter().map(of).sum::<usize>() as u64;
    let headings = diff.headings;
    GuidelinesSummary {
        changed: count(GuidelineKind::Changed),
        added: count(GuidelineKind::Added),
        removed: count(GuidelineKind::Removed),
        moved: count(GuidelineKind::Moved),
        retitled: count(GuidelineKind::Retitled),
        unchanged: diff.unchanged as u64,
        punctuation_only: diff.changes.iter().filter(|change| change.is_punctuation_only()).count() as u64,
        words_added: sum(|change| change.words_added),
        words_removed: sum(|change| change.words_removed),
        by_heading: HeadingCounts {
            changed: headings.changed as u64,
            added: headings.added as u64,
            removed: headings.removed as u64,
        },
    }
}

fn metrics(summary: &GuidelinesSummary, diff: &GuidelineDiff<'_>) -> Vec<Metric> {
    let words = format!("+{} -{} words in all", grouped(summary.words_added), grouped(summary.words_removed));
    let mut metrics = vec![
        Metric::new(summary.changed, "sections changed", words, Tone::Info),
        Metric::new(summary.added, "new", "", Tone::Good),
        Metric::new(summary.removed, "deleted", "", Tone::Bad),
        Metric::new(summary.retitled, "retitled", "same text", Tone::Info),
        Metric::new(summary.moved, "renumbered", "same title and text", Tone::Plain),
    ];
    if diff.verification.is_checked {
        let unmarked = diff.verification.unmarked as u64;
        metrics.push(Metric::new(unmarked, "changes without a mark", "of the publisher", Tone::Warn));
    }
    metrics
}

fn verification(diff: &GuidelineDiff<'_>) -> MarksVerification {
    let verification = &diff.verification;
    let row = |mark: &crate::guidelines::UnchangedMark| {
        let section = &diff.new.sections[mark.section];
        UnchangedMarkRow {
            number: section.number.clone(),
            title: section.title.clone(),
            text: mark.text.clone(),
            words: mark.words as u64,
        }
    };
    MarksVerification {
        base: verification.base.clone(),
        checked: verification.is_checked,
        marked: verification.marked as u64,
        partly: verification.partly as u64,
        unmarked: verification.unmarked as u64,
        without_change: verification.without_change.iter().map(row).collect(),
    }
}

/// Number of words on each side of a change that are shown with it.
const CONTEXT: usize = 12;

/// Cuts a text that is the same to what follows a change and what precedes one.
fn around(text: &str, follows: bool, precedes: bool) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let kept = CONTEXT * (usize::from(follows) + usize::from(precedes));
    if words.len() <= kept + 2 {
        return text.replace('\n', " ");
    }
    let blank = |has: bool| if has { " " } else { "" };
    let start = if follows { words[..CONTEXT].join(" ") } else { String::new() };
    let end = if precedes { words[words.len() - CONTEXT..].join(" ") } else { String::new() };
    let (before, after) = (text.starts_with(char::is_whitespace), text.ends_with(char::is_whitespace));
    format!("{}{start}{}...{}{end}{}", blank(before), blank(follows), blank(precedes), blank(after))
}

fn tone(kind: GuidelineKind) -> Tone {
    match kind {
        GuidelineKind::Added => Tone::Good,
        GuidelineKind::Removed => Tone::Bad,
        GuidelineKind::Changed | GuidelineKind::Retitled => Tone::Info,
        GuidelineKind::Moved => Tone::Plain,
    }
}

/// Returns the columns of a table of changed sections.
fn columns<'c>() -> Vec<Column<'c, GuidelineRow>> {
    vec![
        column("section", |row: &GuidelineRow| Cell::Code(row.number())),
        column("was", |row: &GuidelineRow| Cell::from(row.old_number.as_deref())),
        column("title", GuidelineRow::titles),
        column("change", |row: &GuidelineRow| Cell::badge(label(row.kind), tone(row.kind))).filter(),
        column("words", |row: &GuidelineRow| Cell::from(row.size())),
        column("marked", |row: &GuidelineRow| match row.marked {
            Some(marked) => Cell::badge(marked.word(), mark_tone(marked)),
            None => Cell::Empty,
        })
        .filter(),
        column("codes", |row: &GuidelineRow| Cell::from(row.codes.join(", "))),
        column("your codes", |row: &GuidelineRow| {
            Cell::from(row.in_use.as_ref().map(|used| used.codes.join(", ")))
        }),
        column("lines", |row: &GuidelineRow| {
            Cell::from(row.in_use.as_ref().and_then(|used| used.lines).filter(|lines| *lines > 0))
        }),
        column("page", |row: &GuidelineRow| Cell::Count(row.page)),
    ]
}

/// Returns the word of a kind for people.
fn label(kind: GuidelineKind) -> &'static str {
    match kind {
        GuidelineKind::Added => "new",
        GuidelineKind::Removed => "deleted",
        GuidelineKind::Changed => "changed",
        GuidelineKind::Retitled => "retitled",
        GuidelineKind::Moved => "renumbered",
    }
}

fn mark_tone(marking: Marking) -> Tone {
    match marking {
        Marking::Marked => Tone::Good,
        Marking::Partly | Marking::Unmarked => Tone::Warn,
    }
}

/// What changed in the guidelines, as a part of another report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct GuidelinesPart {
    /// The older edition.
    pub(crate) old: GuidelinesInfo,
    /// The newer edition.
    pub(crate) new: GuidelinesInfo,
    /// All changes in numbers.
    pub(crate) summary: GuidelinesSummary,
    /// The sections that changed: all, or those that name codes in use.
    pub(crate) sections: Vec<GuidelineRow>,
}

impl GuidelinesPart {
    /// Takes over all changes.
    pub(crate) fn of(diff: &GuidelineDiff<'_>) -> Self {
        Self::with(GuidelinesReport::new(diff))
    }

    /// Takes over the changes of sections that name codes in use.
    pub(crate) fn of_codes(diff: &GuidelineDiff<'_>, used: &UsedCodes, display: fn(&str) -> String) -> Self {
        Self::with(GuidelinesReport::new(diff).with_codes(used, display).only_used())
    }

    fn with(report: GuidelinesReport) -> Self {
        let GuidelinesReport { old, new, summary, sections, .. } = report;
        Self { old, new, summary, sections }
    }

    /// Returns the changed sections for people, and how to see them word by word.
    pub(in crate::report) fn section(&self, heading: &'static str) -> Section {
        let about = format!(
            "Official Guidelines {} -> {}: {} of all sections changed, {} new, {} deleted. Word by word: codeset guidelines.",
            self.old.edition,
            self.new.edition,
            self.summary.changed,
            self.summary.added,
            self.summary.removed
        );
        let rows = self.sections.iter().filter(|row| row.kind != GuidelineKind::Moved);
        Section::new(heading).about(about).sheet("Guidelines").rows(rows, columns())
    }
}

/// The terms of the report.
fn terms() -> impl Iterator<Item = Term> {
    let kinds = GuidelineKind::ALL.iter().map(|kind| Term::new(label(*kind), tone(*kind), kind.meaning()));
    let marks = Marking::ALL.iter().map(|mark| Term::new(mark.word(), mark_tone(*mark), mark.meaning()));
    kinds.chain(marks)
}

/// The method of the comparison.
const METHOD: &[&str] = &[
    "Sections are the entries of the outline (bookmarks) of each PDF, with the text from their heading to the next one. \
     Running heads, page numbers, the table of contents and the lines about the edition on the first page are left out.",
    "A section is found again by its title below the same section, else by the likeness of its text. Its number does not \
     matter, because numbers shift.",
    "Texts are compared word by word. Quotation marks and dashes of all kinds are the same; line ends, and blanks after \
     hyphens, do not count.",
];

impl Report for GuidelinesReport {
    type Row = GuidelineRow;

    const NAME: &'static str = "guidelines";

    fn view(&self) -> view::Report {
        let moved = self.sections.iter().filter(|row| row.kind == GuidelineKind::Moved);
        let moved = Section::new("Renumbered")
            .about("Only the number changed. Correct references to it in your policies.")
            .sheet("Renumbered")
            .rows(
                moved,
                [
                    column("before", |row: &GuidelineRow| Cell::from(row.old_number.as_deref())),
                    column("now", |row: &GuidelineRow| Cell::Code(row.number.clone())),
                    column("title", |row: &GuidelineRow| Cell::from(row.title.as_str())),
                    column("page", |row: &GuidelineRow| Cell::Count(row.page)),
                ],
            );
        let report = view::Report {
            day: Some(self.new.first_day),
            editions: vec![self.old.view("OLD"), self.new.view("NEW")],
            ..view::Report::new(format!("Guidelines {} -> {}", self.old.edition, self.new.edition))
        };
        report
            .heading("What changed in the Official Guidelines")
            .lead(self.lead())
            .metrics(&self.metrics)
            .section(Section::new("What changed").sheet("Sections").rows(self.written(), columns()))
            .section(self.word_by_word())
            .section(moved)
            .section(self.marks())
            .problems(&self.problems)
            .legend(terms())
            .appendix(self.sources())
    }

    fn flat(&self) -> Table {
        let titles = [
            "kind",
            "number",
            "title",
            "old_number",
            "old_title",
            "page",
            "words_added",
            "words_removed",
            "marked",
            "codes",
            "text",
        ];
        let mut table = Table::new(&titles).numbers(&["page", "words_added", "words_removed"]);
        for row in &self.sections {
            table.row(vec![
                Cell::from(row.kind.word()),
                Cell::Code(row.number.clone()),
                Cell::from(row.title.as_str()),
                Cell::from(row.old_number.as_deref()),
                Cell::from(row.old_title.as_deref()),
                Cell::Count(row.page),
                Cell::Count(row.words_added),
                Cell::Count(row.words_removed),
                Cell::from(row.marked.map(Marking::word)),
                Cell::from(row.codes.join(" ")),
                Cell::words(row.words.clone()),
            ]);
        }
        table
    }

    fn rows(&self) -> impl Iterator<Item = &GuidelineRow> {
        self.sections.iter()
    }
}

impl GuidelinesReport {
    fn lead(&self) -> String {
        let summary = &self.summary;
        let all = summary.unchanged + self.sections.len() as u64 - summary.removed;
        if self.sections.is_empty() {
            return format!("None of the {} changed.", counted(all, "section", "sections"));
        }
        let mut lead = format!(
            "{} of {} changed, {} new, {} deleted; they apply from {}.",
            summary.changed,
            counted(all, "section", "sections"),
            if summary.added == 1 { "1 is".to_owned() } else { format!("{} are", summary.added) },
            if summary.removed == 1 { "1 was".to_owned() } else { format!("{} were", summary.removed) },
            day(self.new.first_day)
        );
        let unmarked: Vec<&str> = self
            .sections
            .iter()
            .filter(|row| row.is_unmarked() && row.words_added + row.words_removed > 0)
            .map(GuidelineRow::label)
            .collect();
        if !unmarked.is_empty() {
            lead += &format!(
                " The publisher did not mark the changes in {}: read these first, because bold text does not show them.",
                unmarked.join(", ")
            );
        }
        lead
    }

    /// Compares the publisher's marks with the changes.
    fn marks(&self) -> Section {
        let verification = &self.verification;
        let section = Section::new("The publisher's marks").sheet("Marks");
        let Some(base) = &verification.base else {
            return section
                .text("The first page of NEW does not name the edition that its marks are against.");
        };
        if !verification.checked {
            return section.text(format!(
                "NEW marks its changes against the edition {base}. OLD is {}, so the marks were not checked.",
                self.old.edition
            ));
        }
        let unmarked = self.sections.iter().filter(|row| row.is_unmarked());
        let unmarked = unmarked.map(|row| (row.number(), row.title.clone(), label(row.kind), row.size()));
        let unmarked: Vec<_> = unmarked.collect();
        section
            .text(format!(
                "NEW marks its changes against the edition {base}, which is OLD. Of {}, {} are marked, {} partly, and {} \
                 are not.",
                counted(self.sections.len() as u64, "change", "changes"),
                verification.marked,
                verification.partly,
                verification.unmarked
            ))
            .rows(
                &unmarked,
                [
                    column("not marked", |row: &(String, String, &str, String)| Cell::Code(row.0.clone())),
                    column("title", |row: &(String, String, &str, String)| Cell::from(row.1.as_str())),
                    column("change", |row: &(String, String, &str, String)| Cell::from(row.2)),
                    column("words", |row: &(String, String, &str, String)| Cell::from(row.3.as_str())),
                ],
            )
            .texts(self.marks_in_changes())
            .table("Marked words that did not change", self.without_change())
    }

    /// Returns true for a section whose text changed.
    fn is_changed(&self, mark: &UnchangedMarkRow) -> bool {
        let is_it = |row: &GuidelineRow| row.number == mark.number && row.title == mark.title;
        self.sections.iter().any(|row| is_it(row) && row.kind == GuidelineKind::Changed)
    }

    /// Explains marked words that are the same in sections that changed.
    fn marks_in_changes(&self) -> Option<String> {
        let marks = self.verification.without_change.iter().filter(|mark| self.is_changed(mark));
        let words: u64 = marks.map(|mark| mark.words).sum();
        let words = counted(words, "marked word", "marked words");
        (!words.starts_with("0 ")).then(|| {
            format!(
                "In sections that changed, another {words} did not change: the publisher marks rewritten passages as a whole."
            )
        })
    }

    fn without_change(&self) -> Table {
        Table::of(
            [
                column("section", |row: &UnchangedMarkRow| Cell::Code(row.number.clone())),
                column("title", |row: &UnchangedMarkRow| Cell::from(row.title.as_str())),
                column("words", |row: &UnchangedMarkRow| Cell::Count(row.words)),
                column("marked, but the same before", |row: &UnchangedMarkRow| Cell::from(row.text.as_str())),
            ],
            self.verification.without_change.iter().filter(|mark| !self.is_changed(mark)),
        )
    }

    fn sources(&self) -> Section {
        let mut files = Table::new(&["file", "of", "bytes", "sha256"]).numbers(&["bytes"]);
        for (word, info) in [("OLD", &self.old), ("NEW", &self.new)] {
            files.row(vec![
                Cell::from(info.source.name.as_str()),
                Cell::from(word),
                Cell::Count(info.source.bytes),
                Cell::Code(info.source.sha256.clone()),
            ]);
        }
        let by_heading = &self.summary.by_heading;
        Section::new("Sources and method")
            .texts(METHOD.iter().copied())
            .text(format!(
                "By number and title alone, {} of NEW's outline are not in OLD's, {} of OLD's are not in NEW's, and the text \
                 of {} others changed.",
                counted(by_heading.added, "entry", "entries"),
                by_heading.removed,
                by_heading.changed
            ))
            .table("Files with their checksums", files)
    }
}
