//! The slides of a course: one model, from which every form of them is made.
//!
//! Invariant: what is on a slide is cited in its notes, by release, file and rows. Suggestions are never on a slide.

mod build;
mod fit;

pub(crate) use build::deck;

use serde::Serialize;

use crate::diff::{Word, WordSide};

/// Font sizes, in points.
pub(crate) const TITLE_SIZE: u32 = 30;
pub(crate) const LEAD_SIZE: u32 = 18;
pub(crate) const TO_DO_SIZE: u32 = 16;
/// Font sizes of tables, the largest first.
const TABLE_SIZES: [u32; 5] = [20, 18, 16, 14, 12];

/// All slides of a course.
#[derive(Debug, Serialize)]
pub(crate) struct Deck {
    /// The heading of the course.
    pub(crate) heading: String,
    /// The small line at the foot of each slide.
    pub(crate) footer: String,
    /// The slides.
    pub(crate) slides: Vec<Slide>,
}

/// The kind of a slide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SlideKind {
    /// The first one.
    Title,
    /// The first one of a lesson, where there are several.
    Section,
    /// Any other.
    Content,
}

/// A slide.
#[derive(Debug, Serialize)]
pub(crate) struct Slide {
    /// The kind.
    pub(crate) kind: SlideKind,
    /// The title: the code first.
    pub(crate) title: String,
    /// The sentence below it.
    pub(crate) lead: String,
    /// The table, if it has one.
    pub(crate) table: Option<SlideTable>,
    /// What to do on the job; empty if there is nothing.
    pub(crate) to_do: String,
    /// What to say, in sentences.
    pub(crate) notes: Vec<String>,
    /// The sources of what is on the slide.
    pub(crate) sources: Vec<String>,
    /// The places of its parts.
    pub(crate) places: Places,
}

/// The places of the parts of a slide, in points from its top.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Places {
    /// Height of the title, which starts at the top margin.
    pub(crate) title_height: u32,
    /// Top and height of the lead.
    pub(crate) lead: u32,
    pub(crate) lead_height: u32,
    /// Top of the table.
    pub(crate) table: u32,
    /// Top and height of what to do.
    pub(crate) to_do: u32,
    pub(crate) to_do_height: u32,
}

/// A table of a slide.
#[derive(Debug, Serialize)]
pub(crate) struct SlideTable {
    /// The description of the table, for readers who cannot see it.
    pub(crate) about: String,
    /// The font size.
    pub(crate) size: u32,
    /// The titles of the columns.
    pub(crate) titles: Vec<&'static str>,
    /// The widths of the columns, in points.
    pub(crate) widths: Vec<u32>,
    /// The height of the row of titles, in points.
    pub(crate) head: u32,
    /// The height of all rows, in points.
    pub(crate) height: u32,
    /// The rows.
    pub(crate) rows: Vec<SlideRow>,
}

/// A row of a table.
#[derive(Debug, Serialize)]
pub(crate) struct SlideRow {
    /// The cells, one for each column.
    pub(crate) cells: Vec<SlideCell>,
    /// The height, in points.
    pub(crate) height: u32,
    /// The sources of what the row states.
    #[serde(skip)]
    pub(crate) sources: Vec<crate::teach::Citation>,
}

/// A cell of a table.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct SlideCell {
    /// Its words, those of one version marked.
    pub(crate) runs: Vec<SlideRun>,
    /// True if it is a code.
    pub(crate) is_code: bool,
    /// How deep it is in a tree.
    pub(crate) depth: usize,
    #[serde(skip)]
    text: String,
}

/// A run of words.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SlideRun {
    /// `del` or `ins` where one version has it; empty if both have it.
    pub(crate) mark: &'static str,
    /// The words.
    pub(crate) text: String,
}

impl SlideCell {
    /// Creates a cell with a text.
    fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        let run = SlideRun { mark: "", text: text.clone() };
        Self { runs: vec![run], text, ..Self::default() }
    }

    /// Creates a cell with a code, or several.
    fn code(code: impl Into<String>) -> Self {
        Self { is_code: true, ..Self::text(code) }
    }

    /// Creates a cell with words, those of one version marked.
    fn words(words: &[Word]) -> Self {
        let run = |word: &Word| SlideRun {
            mark: match word.side {
                WordSide::Both => "",
                WordSide::Old => "del",
                WordSide::New => "ins",
            },
            text: word.text.clone(),
        };
        let text = words.iter().map(|word| word.text.as_str()).collect();
        Self { runs: words.iter().map(run).collect(), text, ..Self::default() }
    }

    /// Sets how deep the cell is in a tree.
    fn at_depth(self, depth: usize) -> Self {
        // The blanks are measured, and not shown.
        Self { depth, text: format!("{}{}", "    ".repeat(depth), self.text), ..self }
    }

    /// Returns its text with whether it is bold, for measuring.
    fn measured(&self) -> (&str, bool) {
        (&self.text, self.is_code || self.runs.iter().any(|run| run.mark == "ins"))
    }
}
