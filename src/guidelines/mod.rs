//! The Official Guidelines for Coding and Reporting: their sections, and what changed in them between two editions.
//!
//! Source: CDC/NCHS and CMS, "ICD-10-CM Official Guidelines for Coding and Reporting", one PDF for each fiscal year and for
//! some updates of April. The sections are the entries of its outline; their text is what the pages show below the headings.
//!
//! Invariant: every word of a page is in one section, but for running heads and the table of contents.

mod codes;
mod compare;
#[cfg(feature = "pdf")]
mod label;
#[cfg(feature = "pdf")]
mod locate;
mod marks;
mod pairs;
#[cfg(feature = "pdf")]
mod parse;
mod token;

pub use codes::NamedCode;
pub use compare::{GuidelineDiff, GuidelineKind, Headings, SectionChange, compare_guidelines};
pub use marks::{Base, Marking, UnchangedMark, Verification};
pub(crate) use token::squeezed;
pub use token::{Token, TokenStyle};

use jiff::civil::Date;

use crate::base::day;
use crate::model::{Source, SourceFile};

/// One edition of the guidelines.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Guidelines {
    /// The title on the first page.
    pub title: String,
    /// The fiscal year.
    pub fiscal_year: i16,
    /// The first day on which this edition applies.
    pub first_day: Date,
    /// The last day on which this edition applies, if it is not updated before.
    pub last_day: Date,
    /// The edition against which this one marks its changes, as its first page names it.
    pub base: Option<Base>,
    /// The sections, in the order of the document.
    pub sections: Vec<Section>,
    /// The file it was read from.
    pub source: Source,
    /// Entries of the outline whose headings are not in the text, by their titles. Such a section begins where its entry leads.
    pub unlocated: Vec<String>,
}

/// A section: an entry of the outline with the text below its heading, up to the next heading.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Section {
    /// The labels of the section and those above it, joined: `I.C.13.a`. Empty for a part without a label.
    pub number: String,
    /// The title, without its label.
    pub title: String,
    /// The number of sections above it.
    pub depth: usize,
    /// The page on which it begins, from 1.
    pub page: usize,
    /// The style of its heading, but for bold: all headings are bold.
    pub heading_style: TokenStyle,
    /// Its own text: that of sections below it is theirs.
    pub tokens: Vec<Token>,
}

impl Section {
    /// Returns the number and the title.
    pub fn heading(&self) -> String {
        [self.number.as_str(), self.title.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Returns the text, its paragraphs separated by line breaks.
    pub fn text(&self) -> String {
        token::text(&self.tokens)
    }

    /// Returns the codes and categories that the heading and the text name, each once, in the order of the text.
    pub fn codes(&self) -> Vec<NamedCode> {
        codes::named(&format!("{}\n{}", self.title, self.text()))
    }
}

impl Guidelines {
    /// Reads an edition from its PDF.
    ///
    /// # Errors
    ///
    /// If the file is not a PDF with the guidelines and an outline, or cannot be read completely.
    #[cfg(feature = "pdf")]
    pub fn read(file: &SourceFile) -> Result<Self, GuidelinesError> {
        parse::guidelines(file)
    }

    /// Reads an edition from its PDF.
    ///
    /// # Errors
    ///
    /// Always: this build has no reader of PDFs.
    #[cfg(not(feature = "pdf"))]
    pub fn read(_file: &SourceFile) -> Result<Self, GuidelinesError> {
        Err(GuidelinesError::Unsupported)
    }

    /// Names the edition: `FY2026`, or `FY2025, from Apr 1, 2025` if the fiscal year began earlier.
    pub fn edition(&self) -> String {
        let year = format!("FY{}", self.fiscal_year);
        if self.first_day.month() == 10 { year } else { format!("{year}, from {}", day(self.first_day)) }
    }

    /// Returns the codes and categories that all sections name, each once, sorted.
    pub fn codes(&self) -> Vec<NamedCode> {
        let mut codes: Vec<NamedCode> = self.sections.iter().flat_map(Section::codes).collect();
        codes.sort();
        codes.dedup();
        codes
    }

    /// Returns the sections that name a code, a category above it, or a range with it that is not as wide as a chapter, in their
    /// order.
    pub fn sections_about(&self, code: &str) -> Vec<&Section> {
        let is_about = |named: &NamedCode| !named.is_broad() && named.covers(code);
        self.sections.iter().filter(|section| section.codes().iter().any(is_about)).collect()
    }
}

/// The reason why a file is not an edition of the guidelines that can be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GuidelinesError {
    /// It cannot be read as a PDF.
    #[error("{0}")]
    Pdf(String),
    /// Its first page has another title.
    #[error(
        "is not an edition of the ICD-10-CM Official Guidelines for Coding and Reporting: its first page does not name them"
    )]
    OtherDocument,
    /// Its first page does not have the days of the edition.
    #[error(
        "does not name the days of its edition on the first page, as in (October 1, 2025 - September 30, 2026)"
    )]
    NoDays,
    /// It has more pages than any edition: their number and the limit.
    #[error("has {0} pages; an edition of the guidelines has at most {1}")]
    Pages(usize, usize),
    /// It has no bookmarks.
    #[error("has no outline (bookmarks), from which the sections are read")]
    NoOutline,
    /// This build has no reader of PDFs.
    #[error("this build cannot read PDFs: it lacks the feature `pdf`")]
    Unsupported,
}
