//! The report for a browser: the content of a page, before it is HTML.

use std::borrow::Cow;

use serde::Serialize;

use super::ReleaseInfo;
use super::document::{Block, Cell, Document, Remark, Table};
use super::fields::{Field, Tone, shown};
use crate::base::grouped;
use crate::model::Problem;

/// Minimum number of rows for which search and filters are useful.
const WORTH_SEARCHING: usize = 6;

/// Maximum number of columns of a table that is not scrolled sideways.
const MOST_COLUMNS: usize = 9;

/// A page.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Page {
    /// The title of the browser tab.
    pub title: String,
    /// The heading of the page.
    pub heading: String,
    /// The releases it is about, older first.
    pub editions: Vec<EditionCard>,
    /// The most important result, in a sentence.
    pub lead: Option<String>,
    /// The numbers at its top.
    pub figures: Vec<Metric>,
    /// Its sections.
    pub sections: Vec<Section>,
}

/// A release in a few words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EditionCard {
    /// OLD or NEW.
    pub word: &'static str,
    /// Its name.
    pub id: String,
    /// The day it takes effect, where that is known.
    pub effective: Option<String>,
    /// Its first file.
    pub file: Option<String>,
}

/// A key number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Metric {
    /// The number.
    pub value: String,
    /// The label of the number.
    pub label: &'static str,
    /// A note on the number.
    pub note: String,
    /// Its tone.
    pub tone: Tone,
}

impl Metric {
    /// Creates a number with its label.
    pub fn new(value: u64, label: &'static str, note: impl Into<String>, tone: Tone) -> Self {
        // A zero is not an alarm.
        let tone = if value == 0 { Tone::Plain } else { tone };
        Self { value: grouped(value), label, note: note.into(), tone }
    }
}

/// A section.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Section {
    /// Its heading; empty for the content before the first one.
    pub heading: String,
    /// The number of its entries.
    pub count: Option<String>,
    /// Its parts.
    pub parts: Vec<Part>,
}

impl Section {
    /// Creates a section with its parts.
    pub fn new(heading: impl Into<String>, parts: Vec<Part>) -> Self {
        Self { heading: heading.into(), count: None, parts }
    }

    /// Adds the number of its entries.
    #[must_use]
    pub fn counted(mut self, count: usize) -> Self {
        self.count = Some(grouped(count as u64));
        self
    }
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "is", rename_all = "lowercase")]
pub enum Part {
    /// The heading of the parts that follow.
    Heading {
        /// The heading.
        text: String,
    },
    /// A sentence or two.
    Text {
        /// The text.
        text: String,
    },
    /// A table.
    Listing(Listing),
    /// Numbers with bars.
    Bars(Bars),
    /// Words with their meanings.
    Terms {
        /// The words.
        terms: Vec<Term>,
    },
    /// The problems with the input.
    Problems {
        /// The problems.
        problems: Vec<ProblemView>,
    },
}

impl Part {
    /// Creates a part of a sentence or two.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }
}

/// A word of a legend.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Term {
    /// The word.
    pub word: String,
    /// Its tone.
    pub tone: Tone,
    /// Its meaning.
    pub meaning: String,
}

impl Term {
    /// Creates a word with its meaning.
    pub fn new(word: &str, tone: Tone, meaning: &str) -> Self {
        Self { word: word.to_owned(), tone, meaning: meaning.to_owned() }
    }
}

/// A problem.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProblemView {
    /// The severity.
    pub severity: &'static str,
    /// Its tone.
    pub tone: Tone,
    /// The code of its kind.
    pub code: &'static str,
    /// The message.
    pub fact: String,
    /// The location.
    pub place: String,
    /// The hint on how to fix it.
    pub hint: Option<String>,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Listing {
    /// The caption, for readers who cannot see it.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Head>,
    /// Its rows: a field for each column.
    pub rows: Vec<Vec<Field>>,
    /// True if each row can be read alone, so that rows may be searched, sorted and filtered.
    pub tools: bool,
    /// True if it is scrolled sideways.
    pub wide: bool,
}

/// The head of a column.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Head {
    /// Its title.
    pub title: String,
    /// True if it contains numbers.
    pub number: bool,
    /// The words that its rows may be filtered by, each with the number of rows.
    pub filter: Vec<(String, usize)>,
}

/// A column of a listing: its title, whether it is one to filter by, and its field for a row.
pub(super) struct Column<R> {
    title: Cow<'static, str>,
    filter: bool,
    field: Box<dyn Fn(&R) -> Field>,
}

impl<R> Column<R> {
    /// Creates a column.
    pub(super) fn new(title: impl Into<Cow<'static, str>>, field: impl Fn(&R) -> Field + 'static) -> Self {
        Self { title: title.into(), filter: false, field: Box::new(field) }
    }

    /// Returns a column whose words are offered as a filter.
    pub(super) fn filter(title: &'static str, field: impl Fn(&R) -> Field + 'static) -> Self {
        Self { filter: true, ..Self::new(title, field) }
    }
}

impl Listing {
    /// Returns a table of rows that can be read alone. Empty columns are left out.
    pub(super) fn of<R>(caption: impl Into<String>, columns: &[Column<R>], rows: &[&R]) -> Self {
        let fields: Vec<Vec<Field>> =
            columns.iter().map(|column| rows.iter().map(|row| (column.field)(row)).collect()).collect();
        let is_used = |fields: &Vec<Field>| fields.iter().any(|field| *field != Field::Empty);
        let used: Vec<_> = columns.iter().zip(fields).filter(|(_, fields)| is_used(fields)).collect();
        let heads = used.iter().map(|(column, fields)| Head {
            title: column.title.clone().into_owned(),
            number: fields.iter().any(Field::is_number),
            filter: if column.filter { choices(fields) } else { Vec::new() },
        });
        let columns: Vec<Head> = heads.collect();
        let mut fields: Vec<_> = used.into_iter().map(|(_, fields)| fields.into_iter()).collect();
        let rows: Vec<Vec<Field>> =
            rows.iter().map(|_| fields.iter_mut().filter_map(Iterator::next).collect()).collect();
        let tools = rows.len() >= WORTH_SEARCHING;
        Self { caption: caption.into(), wide: columns.len() > MOST_COLUMNS, columns, rows, tools }
    }

    /// Creates the plain form of a table.
    pub fn plain(caption: impl Into<String>, table: &Table) -> Self {
        let columns = table.columns.iter().map(|column| Head {
            title: column.title.to_string(),
            number: column.number,
            filter: Vec::new(),
        });
        // A row that continues the one above is empty in its first columns, so it must stay in its position.
        let goes_on = table.rows.iter().any(|row| row.first() == Some(&Cell::Empty));
        Self {
            caption: caption.into(),
            columns: columns.collect(),
            rows: table.rows.iter().map(|row| row.iter().map(Field::of).collect()).collect(),
            tools: !goes_on && table.rows.len() >= WORTH_SEARCHING,
            wide: table.columns.len() > MOST_COLUMNS,
        }
    }
}

/// Returns the words that rows may be filtered by, in order, each with the number of its rows; empty where there is no
/// choice.
fn choices(fields: &[Field]) -> Vec<(String, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for key in fields.iter().flat_map(Field::keys) {
        *counts.entry(key.to_owned()).or_insert(0) += 1;
    }
    if counts.len() > 1 { counts.into_iter().collect() } else { Vec::new() }
}

/// Numbers with bars: a table that is a chart as well.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Bars {
    /// The caption, for readers who cannot see it.
    pub caption: String,
    /// The titles of the numbers; the bar is of the first.
    pub titles: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<Bar>,
}

/// A row with a bar.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar {
    /// Its name, short.
    pub label: String,
    /// The meaning of the name.
    pub text: String,
    /// Its numbers.
    pub numbers: Vec<String>,
    /// The length of the bar, in percent of the longest.
    pub width: String,
}

/// A row of a chart: its name, the meaning of the name, and its numbers; `None` where one is hidden.
type BarRow = (String, String, Vec<Option<u64>>);

impl Bars {
    /// Returns a chart of rows: name, meaning, and the numbers that may be known.
    fn new(caption: &str, titles: &[&'static str], rows: Vec<BarRow>) -> Self {
        let first = |numbers: &[Option<u64>]| numbers.first().copied().flatten().unwrap_or(0);
        let longest = rows.iter().map(|(.., numbers)| first(numbers)).max().unwrap_or(0).max(1);
        let bar = |(label, text, numbers): BarRow| Bar {
            label,
            text,
            width: format!("{:.2}", first(&numbers) as f64 / longest as f64 * 100.0),
            numbers: numbers.into_iter().map(shown).collect(),
        };
        Self {
            caption: caption.to_owned(),
            titles: titles.to_vec(),
            rows: rows.into_iter().map(bar).collect(),
        }
    }
}

impl Page {
    /// Returns the plain form of any report: its document.
    pub fn plain(document: Document) -> Self {
        let title = document.title;
        let mut sections = vec![Section::default()];
        for block in document.blocks {
            let heading = sections.last().map_or("", |section| section.heading.as_str());
            let caption = if heading.is_empty() { title.as_str() } else { heading };
            let part = match block {
                Block::Heading(text) => {
                    sections.push(Section::new(text, Vec::new()));
                    continue;
                }
                Block::Table(table) => Part::Listing(Listing::plain(caption, &table)),
                Block::Text(text) => Part::text(text),
                Block::Problems(problems) => troubles(&problems),
                Block::Remarks(remarks) => remarked(&remarks),
            };
            sections.extend_last(part);
        }
        sections.retain(|section| !section.heading.is_empty() || !section.parts.is_empty());
        Self { heading: title.clone(), title, sections, ..Self::default() }
    }

    /// Creates a page about two releases.
    pub fn about(title: String, heading: &str, old: &ReleaseInfo, new: &ReleaseInfo) -> Self {
        let card = |word, release: &ReleaseInfo| EditionCard {
            word,
            id: release
                .issue
                .as_ref()
                .map_or_else(|| release.id.clone(), |issue| format!("{} {issue}", release.id)),
            effective: release.effective.map(|day| day.to_string()),
            file: release.sources.first().map(|source| source.name.clone()),
        };
        let editions = vec![card("OLD", old), card("NEW", new)];
        Self { title, heading: heading.to_owned(), editions, ..Self::default() }
    }

    /// Adds a section, if it is not empty.
    #[must_use]
    pub fn section(mut self, section: Section) -> Self {
        if !section.parts.is_empty() {
            self.sections.push(section);
        }
        self
    }

    /// Adds a section of rows, if there are any.
    #[must_use]
    pub(super) fn listing<'r, R: 'r>(
        self,
        heading: &str,
        about: &str,
        columns: &[Column<R>],
        rows: impl IntoIterator<Item = &'r R>,
    ) -> Self {
        let rows: Vec<&R> = rows.into_iter().collect();
        if rows.is_empty() {
            return self;
        }
        let listing = Listing::of(heading, columns, &rows);
        let about = (!about.is_empty()).then(|| Part::text(about));
        let parts = about.into_iter().chain([Part::Listing(listing)]).collect();
        self.section(Section::new(heading, parts).counted(rows.len()))
    }

    /// Adds problems, if there are any.
    #[must_use]
    pub fn problems(self, problems: &[Problem]) -> Self {
        if problems.is_empty() {
            return self;
        }
        let about = Part::text("Problems in the files, and notes on how they were read.");
        self.section(Section::new("Problems", vec![about, troubles(problems)]).counted(problems.len()))
    }

    /// Adds the files of the report, how they were read, and how the report is made.
    #[must_use]
    pub fn sources(self, old: &ReleaseInfo, new: &ReleaseInfo, method: &[&str]) -> Self {
        let [_, files] = super::workbook::sources(old, new);
        let mut read = Table::new(&["file", "of", "read as", "records"]).numbers(&["records"]);
        for (word, release) in [("OLD", old), ("NEW", new)] {
            for content in &release.contents {
                read.row(vec![
                    Cell::from(content.file.as_str()),
                    Cell::from(word),
                    Cell::from(content.layout),
                    Cell::Count(content.records),
                ]);
            }
        }
        let mut parts: Vec<_> = method.iter().copied().map(Part::text).collect();
        let files = match files {
            Block::Table(table) => table,
            _ => Table::default(),
        };
        for (caption, table) in [("Files with their checksums", files), ("What the files were read as", read)]
        {
            if !table.rows.is_empty() {
                parts.push(Part::Listing(Listing { tools: false, ..Listing::plain(caption, &table) }));
            }
        }
        self.section(Section::new("Sources and method", parts))
    }
}

/// Returns rows as a chart, if there are any: numbers, or those that may be known.
pub(super) fn bars<N: Into<Option<u64>>>(
    caption: &str,
    titles: &[&'static str],
    rows: Vec<(String, String, Vec<N>)>,
) -> Vec<Part> {
    if rows.is_empty() {
        return Vec::new();
    }
    let plain = |(label, text, numbers): (String, String, Vec<N>)| {
        (label, text, numbers.into_iter().map(Into::into).collect())
    };
    vec![Part::Bars(Bars::new(caption, titles, rows.into_iter().map(plain).collect()))]
}

/// Adds to the section that was begun last.
trait Begun {
    fn extend_last(&mut self, part: Part);
}

impl Begun for Vec<Section> {
    fn extend_last(&mut self, part: Part) {
        if let Some(section) = self.last_mut() {
            section.parts.push(part);
        }
    }
}

/// Converts remarks into the form of problems.
fn remarked(remarks: &[Remark]) -> Part {
    let problem_view = |remark: &Remark| ProblemView {
        severity: remark.severity.word(),
        tone: Tone::of_severity(remark.severity),
        code: remark.code,
        fact: remark.fact.clone(),
        place: remark.place.clone(),
        hint: Some(joined(&remark.notes)).filter(|hint| !hint.is_empty()),
    };
    Part::Problems { problems: remarks.iter().map(problem_view).collect() }
}

/// Joins the notes of a remark in a line.
pub(super) fn joined(notes: &[(&'static str, String)]) -> String {
    notes.iter().map(|(word, text)| format!("{word}: {text}")).collect::<Vec<_>>().join("; ")
}

fn troubles(problems: &[Problem]) -> Part {
    let problem_view = |problem: &Problem| ProblemView {
        severity: problem.severity.word(),
        tone: Tone::of_severity(problem.severity),
        code: problem.code.word(),
        fact: problem.fact.clone(),
        place: if problem.place.file.is_empty() { String::new() } else { problem.place.to_string() },
        hint: problem.hint.clone(),
    };
    Part::Problems { problems: problems.iter().map(problem_view).collect() }
}
