//! The language of reports: what a report says, described once and before it is text, HTML or a workbook.
//!
//! A command makes a typed report, which is the JSON, and from it one [`Report`] of this module. Each form of
//! `render` writes all of it.
//!
//! Invariant: a view is complete. Counts, order and selection are decided here or before, never by a renderer.

mod cell;
mod format;
mod prose;
mod table;

use std::fmt;

use jiff::civil::Date;
use serde::Serialize;

pub(crate) use cell::{Cell, Described, Entry, EvidenceLine, Question, Target, Targets, Tone};
pub use format::Format;
pub(crate) use prose::{Footnotes, Mark, Node, Statement, Tree, Trees};
pub use table::Table;
pub(crate) use table::{Column, FillIn, Head, column, to_fill_in};

use crate::base::safe;
use crate::model::{Problem, Severity};

/// The text in place of a hidden number.
pub(crate) const HIDDEN: &str = "hidden";

/// A report for people.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// The title, which names the releases.
    pub(crate) title: String,
    /// The heading of a page: what it is about. The title where it is empty.
    pub(crate) heading: String,
    /// The day that files of the report are dated: not taken from the clock, so that the same input gives the same
    /// bytes.
    pub(crate) day: Option<Date>,
    /// True if a page says how many days are left until the day. The page asks the clock of its reader; the file does not
    /// depend on one.
    pub(crate) counts_down: bool,
    /// How a page is laid out.
    pub(crate) layout: Layout,
    /// The releases it is about, older first.
    pub(crate) editions: Vec<Edition>,
    /// The most important result, in a sentence or two.
    pub(crate) lead: Option<String>,
    /// The key numbers.
    pub(crate) metrics: Vec<Metric>,
    /// Its sections, most important first.
    pub(crate) sections: Vec<Section>,
    /// The problems with the input.
    pub(crate) problems: Vec<Problem>,
    /// The files of the report, and how it is made: sections for pages and workbooks, after the problems.
    pub(crate) appendix: Vec<Section>,
    /// The words of the report with their meanings, if there are any: pages have them at the top.
    pub(crate) legend: Vec<Term>,
}

/// How a page is laid out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Layout {
    /// As long as its tables.
    #[default]
    Long,
    /// Small enough for one printed page, Letter or A4.
    OnePage,
    /// The first page of several: its first two sections are next to each other on the first screen.
    FirstPage,
}

/// A release in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edition {
    /// OLD or NEW.
    pub(crate) word: &'static str,
    /// Its name.
    pub(crate) id: String,
    /// The day it takes effect, where that is known.
    pub(crate) effective: Option<Date>,
    /// Its first file.
    pub(crate) file: Option<String>,
}

/// A key number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Metric {
    /// The label of the number.
    pub(crate) label: &'static str,
    /// The number.
    pub(crate) value: u64,
    /// A note on the number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) note: String,
    /// Its tone.
    #[serde(skip)]
    pub(crate) tone: Tone,
}

impl Metric {
    /// Creates a number with its label. A zero is never an alarm.
    pub(crate) fn new(
        value: u64,
        label: &'static str,
        note: impl Into<String>,
        tone: impl Into<Tone>,
    ) -> Self {
        let tone = if value == 0 { Tone::Plain } else { tone.into() };
        Self { label, value, note: note.into(), tone }
    }
}

/// Says which forms show a section.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Every form.
    #[default]
    Everywhere,
    /// Pages and workbooks: terms, sources and method, which a terminal has no room for.
    Reference,
    /// Workbooks: rows to be filled in, or with one fact a row, for filters and pivot tables.
    Workbook,
}

/// A section.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Section {
    /// Its heading; empty for content before the first one.
    pub(crate) heading: String,
    /// The name of the sheet that its rows get in a workbook. Without one they are part of the summary.
    pub(crate) sheet: Option<&'static str>,
    /// True if its sheet is the first of the workbook.
    pub(crate) is_first_sheet: bool,
    /// The content, in a sentence.
    pub(crate) about: String,
    /// The number of its entries.
    pub(crate) count: Option<u64>,
    /// The forms that show it.
    pub(crate) shown: Shown,
    /// Its parts.
    pub(crate) parts: Vec<Part>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    /// The heading of the parts that follow.
    Heading(String),
    /// A sentence or two.
    Text(String),
    /// A table, with its caption.
    Table(String, Table),
    /// Words with their meanings.
    Terms(Vec<Term>),
    /// Findings: messages in a text, rows in the other forms.
    Findings(Vec<Remark>, Table),
    /// What to do, in order.
    Steps(Vec<Step>),
    /// A statement with its footnotes.
    Statement(Statement),
    /// Trees next to each other.
    Trees(Trees),
    /// The footnotes of all statements, in the order of their numbers.
    Footnotes(Vec<String>),
}

/// Something to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Step {
    /// What to do, in the imperative.
    pub(crate) title: String,
    /// The file next to the report to do it with; empty if there is none.
    pub(crate) file: String,
    /// How, in a sentence.
    pub(crate) about: String,
}

impl Step {
    /// Creates a step without a file.
    pub(crate) fn new(title: impl Into<String>, about: impl Into<String>) -> Self {
        Self { title: title.into(), file: String::new(), about: about.into() }
    }

    /// Names the file to do it with.
    #[must_use]
    pub(crate) fn with(mut self, file: impl Into<String>) -> Self {
        self.file = file.into();
        self
    }

    /// Returns the step in a line: its title, with the file in parentheses, and how.
    pub(crate) fn to_line(&self) -> String {
        let file = if self.file.is_empty() { String::new() } else { format!(" ({})", self.file) };
        format!("{}{file}. {}", self.title, self.about).trim_end().to_owned()
    }
}

/// A word with its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// The word.
    pub(crate) word: String,
    /// Its tone.
    pub(crate) tone: Tone,
    /// Its meaning.
    pub(crate) meaning: String,
}

impl Term {
    /// Creates a word with its meaning.
    pub(crate) fn new(word: impl Into<String>, tone: impl Into<Tone>, meaning: impl Into<String>) -> Self {
        Self { word: word.into(), tone: tone.into(), meaning: meaning.into() }
    }
}

/// A remark about a location, in the form of a compiler message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remark {
    /// The severity.
    pub(crate) severity: Severity,
    /// The code of its kind.
    pub(crate) code: &'static str,
    /// The message.
    pub(crate) fact: String,
    /// The location; empty if it has none.
    pub(crate) place: String,
    /// Its notes, a word and a line each: what to use, the source of that, what may be done.
    pub(crate) notes: Vec<(&'static str, String)>,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A line end in the name of a file must not begin a line of its own.
        write!(f, "{}[{}]: {}", self.severity.word(), self.code, safe(&self.fact))?;
        if !self.place.is_empty() {
            write!(f, "\n  --> {}", safe(&self.place))?;
        }
        self.notes.iter().try_for_each(|(word, text)| write!(f, "\n  = {word}: {}", safe(text)))
    }
}

impl Section {
    /// Creates a section without parts.
    pub(crate) fn new(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), ..Self::default() }
    }

    /// Describes the content.
    #[must_use]
    pub(crate) fn about(mut self, about: impl Into<String>) -> Self {
        self.about = about.into();
        self
    }

    /// Gives the rows of the section a sheet of their own in a workbook.
    #[must_use]
    pub(crate) fn sheet(mut self, name: &'static str) -> Self {
        self.sheet = Some(name);
        self
    }

    /// Gives the rows of the section the first sheet of a workbook: what is to be done there.
    #[must_use]
    pub(crate) fn first_sheet(self, name: &'static str) -> Self {
        Self { is_first_sheet: true, ..self.sheet(name) }
    }

    /// Limits the section to some forms.
    #[must_use]
    pub(crate) fn shown(mut self, shown: Shown) -> Self {
        self.shown = shown;
        self
    }

    /// Sets the number of its entries.
    #[must_use]
    pub(crate) fn counted(mut self, count: usize) -> Self {
        self.count = Some(count as u64);
        self
    }

    /// Adds a part.
    #[must_use]
    pub(crate) fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// Adds a sentence or two.
    #[must_use]
    pub(crate) fn text(self, text: impl Into<String>) -> Self {
        self.part(Part::Text(text.into()))
    }

    /// Adds sentences, a part each.
    #[must_use]
    pub(crate) fn texts(self, texts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        texts.into_iter().fold(self, Self::text)
    }

    /// Adds a table under a caption, if it has rows.
    #[must_use]
    pub(crate) fn table(self, caption: impl Into<String>, table: Table) -> Self {
        if table.rows.is_empty() { self } else { self.part(Part::Table(caption.into(), table)) }
    }

    /// Adds terms, if there are any.
    #[must_use]
    pub(crate) fn terms(self, terms: impl IntoIterator<Item = Term>) -> Self {
        let terms: Vec<_> = terms.into_iter().collect();
        if terms.is_empty() { self } else { self.part(Part::Terms(terms)) }
    }

    /// Adds a row with bars for each value: a chart.
    #[must_use]
    pub(crate) fn bars<'r, R: ?Sized + 'r>(
        self,
        caption: &'static str,
        rows: impl IntoIterator<Item = &'r R>,
        columns: impl IntoIterator<Item = Column<'r, R>>,
    ) -> Self {
        let table = Table::of(columns, rows);
        self.table(caption, Table { has_bars: true, ..table })
    }

    /// Adds a row for each value, its numbers shaded by their size: a heat map.
    #[must_use]
    pub(crate) fn shades(self, caption: &'static str, table: Table) -> Self {
        self.table(caption, Table { has_shades: true, is_outline: true, ..table })
    }

    /// Adds what to do, if there is anything.
    #[must_use]
    pub(crate) fn steps(self, steps: Vec<Step>) -> Self {
        if steps.is_empty() { self } else { self.part(Part::Steps(steps)) }
    }

    /// Adds a row for each value, and counts them.
    #[must_use]
    pub(crate) fn rows<'r, R: ?Sized + 'r>(
        self,
        rows: impl IntoIterator<Item = &'r R>,
        columns: impl IntoIterator<Item = Column<'r, R>>,
    ) -> Self {
        let table = Table::of(columns, rows);
        let caption = self.heading.clone();
        let count = table.rows.len();
        self.counted(count).table(caption, table)
    }
}

impl Report {
    /// Creates a report without sections.
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Sets the heading of its page.
    #[must_use]
    pub(crate) fn heading(mut self, heading: impl Into<String>) -> Self {
        self.heading = heading.into();
        self
    }

    /// Sets the most important result.
    #[must_use]
    pub(crate) fn lead(mut self, lead: impl Into<String>) -> Self {
        self.lead = Some(lead.into());
        self
    }

    /// Sets the key numbers.
    #[must_use]
    pub(crate) fn metrics(mut self, metrics: &[Metric]) -> Self {
        self.metrics = metrics.to_vec();
        self
    }

    /// Adds a section, if it is not empty.
    #[must_use]
    pub(crate) fn section(mut self, section: Section) -> Self {
        if !section.parts.is_empty() {
            self.sections.push(section);
        }
        self
    }

    /// Adds sections, those that are not empty.
    #[must_use]
    pub(crate) fn sections(self, sections: impl IntoIterator<Item = Section>) -> Self {
        sections.into_iter().fold(self, Self::section)
    }

    /// Adds the problems with the input.
    #[must_use]
    pub(crate) fn problems(mut self, problems: &[Problem]) -> Self {
        self.problems.extend_from_slice(problems);
        self
    }

    /// Sets the words with their meanings, for pages and workbooks.
    #[must_use]
    pub(crate) fn legend(mut self, terms: impl IntoIterator<Item = Term>) -> Self {
        self.legend = terms.into_iter().collect();
        self
    }

    /// Adds a section for pages and workbooks after the problems, if it is not empty.
    #[must_use]
    pub(crate) fn appendix(mut self, section: Section) -> Self {
        if !section.parts.is_empty() {
            self.appendix.push(section.shown(Shown::Reference));
        }
        self
    }
}
