//! Problems: deviations of the input from its layout.
//!
//! A problem is data. It is part of the release, the diff and the report; it is never corrected without notice, and a
//! single problem never stops the run.

use std::fmt;

use serde::Serialize;

use crate::base::{a1, closed_list, safe};

closed_list! {
    /// Says how much a problem matters.
    pub enum Severity {
        /// Something was left out or cannot be relied on.
        Error = "error",
        /// Something is odd; everything was read.
        Warning = "warning",
        /// Worth knowing; nothing is wrong.
        Note = "note",
    }
}

closed_list! {
    /// The closed list of problem codes.
    #[cfg_attr(test, schemars(transform = crate::base::only_words))]
    pub enum ProblemCode with severity: Severity {
        // Bytes and lines.
        Encoding = "encoding", Warning, "The text is not UTF-8; it was read as Windows-1252.";
        ByteOrderMark = "byte-order-mark", Note, "The file starts with a byte-order mark or is UTF-16 without one, unlike the publisher's files.";
        LineEnds = "line-ends", Note, "Lines end differently from the publisher's files.";
        // Records.
        ShortRecord = "short-record", Error, "A record is shorter than its layout.";
        BadRecord = "bad-record", Error, "A record does not follow its layout.";
        ForeignCode = "foreign-code", Error, "A record has a code of another set.";
        MissingColumns = "missing-columns", Warning, "A table lacks columns of its layout.";
        DuplicateCode = "duplicate-code", Error, "A code is in two records; the first one is used.";
        Truncated = "truncated", Error, "The file is truncated: later records are missing.";
        OrderGap = "order-gap", Warning, "Order numbers are not consecutive: rows may be missing.";
        BillableParent = "billable-parent", Warning, "A billable code has codes below it.";
        ChildlessHeader = "childless-header", Warning, "A header has no code below it.";
        UnknownColumn = "unknown-column", Note, "A column has an unknown title, or appears twice; it was left out.";
        RepeatedListing = "repeated-listing", Warning, "A product or package is in several records; where they differ, all values are kept.";
        NdcCollision = "ndc-collision", Warning, "Two packages have the same 11-digit form.";
        CodesFileDiffers = "codes-file-differs", Warning, "The codes file and the order file of one release disagree.";
        UnknownNote = "unknown-note", Warning, "A record names a note that is not in the file of notes.";
        ActionsDiffer = "actions-differ", Warning, "The publisher's report of its actions and the records of one release disagree.";
        CopyDiffers = "copy-differs", Warning, "Two files of one release, text and workbook, disagree about a code.";
        // Tabular list.
        BadXml = "bad-xml", Error, "A part of an XML file cannot be read, or does not follow its layout; it was left out.";
        BadIndex = "bad-index", Warning, "A line of an index does not follow its layout; it was read as is.";
        TabularDiffers = "tabular-differs", Warning, "The tabular list and the list of codes of one release disagree.";
        TabularForbidden = "tabular-forbidden", Note, "A note excludes codes that the 7th characters of the tabular list would create.";
        HeadingNotFound = "heading-not-found", Warning, "The outline of the guidelines has an entry whose heading is not in the text.";
        DeadReference = "dead-reference", Warning, "A note names a code or range that is not in the list.";
        // Addenda.
        UnpairedRevision = "unpaired-revision", Error, "A `Revise from` without its `Revise to`, or the other way round.";
        SummaryMismatch = "summary-mismatch", Warning, "The totals at the end of the addenda differ from the sums of its lines.";
        AddendaOtherBase = "addenda-other-base", Note, "The addenda start from another release than OLD.";
        AddendaContradiction = "addenda-contradiction", Error, "An addenda line contradicts the release it is applied to.";
        // Conversion table.
        UnknownCell = "unknown-cell", Warning, "A cell of the conversion table has an unknown form.";
        BadDate = "bad-date", Warning, "A date is not in the publisher's format.";
        OddCode = "odd-code", Warning, "A code is not in the publisher's format.";
        UnknownCurrent = "unknown-current", Warning, "A row of the conversion table has a code that is in neither release and has no replacement.";
        UnknownPredecessor = "unknown-predecessor", Warning, "A predecessor in the conversion table was not a valid code before.";
        HeaderPredecessor = "header-predecessor", Warning, "A predecessor in the conversion table was a header, not a billable code.";
        UnknownSuccessor = "unknown-successor", Warning, "The replacement named by a terminated code is not a code, or is terminated as well.";
        ForeignSuccessor = "foreign-successor", Note, "The replacement named by a deleted code is in another set or not billable, and is not followed.";
        Circle = "circle", Warning, "Rows of a conversion table form a cycle.";
        Contradiction = "contradiction", Warning, "Two rows of a conversion table contradict each other.";
        DuplicateRow = "duplicate-row", Warning, "Two rows of a table are about the same code.";
        TransitionRead = "transition-read", Note, "How many rows a table of transitions has, and how many of them are automatic.";
        OtherStep = "other-step", Warning, "A table of transitions does not cover the step between the two releases.";
        // Decisions.
        DecisionConflict = "decision-conflict", Error, "A table of decisions has two different decisions for a source and a target.";
        DecisionTarget = "decision-target", Error, "A decision names a target that is not billable in NEW.";
        UnreadDecisions = "unread-decisions", Error, "A file in the folder of decisions cannot be read; its decisions do not count.";
        DecisionContradiction = "decision-contradiction", Warning, "A decision contradicts an official row; both are shown.";
        DecisionOutdated = "decision-outdated", Warning, "A decision was made before the description or the proposed replacements of the code changed.";
        DecisionUnused = "decision-unused", Warning, "A decision is about a code that needs none.";
        // Releases.
        PassedOver = "passed-over", Note, "A file was skipped: it is not a format codeset reads.";
        MemberRefused = "member-refused", Warning, "A member of an archive was not read: its name, encryption or kind is not safe.";
        CodesOnly = "codes-only", Note, "A release contains billable codes only, or headers only; the others are not compared.";
        EditionAssumed = "edition-assumed", Note, "The edition was taken from the file name, from the codes, or is one of two with the same bytes.";
        LicensedText = "licensed-text", Note, "Licensed descriptions were left out of the output.";
        SameEdition = "same-edition", Note, "Two different files of one edition are compared.";
        NotCompared = "not-compared", Error, "Codes were left out of the comparison because their records cannot be read.";
        UnknownCode = "unknown-code", Warning, "A code that was asked for is not in the release.";
        CodeList = "code-list", Warning, "A line of a list of codes cannot be read, or matches no code of the releases.";
        Purged = "purged", Note, "Codes that expired long ago are no longer in the file.";
        Vanished = "vanished", Warning, "A code was removed although its publisher normally keeps ended codes with their last day.";
        NoConversionTable = "no-conversion-table", Warning, "No conversion table was given: official successors are not known.";
        // Usage.
        UsageLines = "usage-lines", Note, "Lines of the usage file that were left out, with the reason.";
        BadCount = "bad-count", Error, "A count is not a number; the line was counted once.";
        UsageRead = "usage-read", Note, "How a usage file was read, and what was found in it.";
        QueryResult = "query-result", Note, "What the result of a query of usage-sql cannot show.";
        BadAmount = "bad-amount", Error, "An amount is not a number; it was left out of the sums.";
        LineDate = "line-date", Warning, "The date of a line is ambiguous or unreadable; the line was not judged by date.";
        BadUsage = "bad-usage", Error, "A part of a usage file does not follow its layout; it was left out.";
        OwnerUnused = "owner-unused", Warning, "A department that has a reviewer is in no file of codes in use.";
        LikelyOtherSet = "likely-other-set", Warning, "Codes in use are in no release and have the form of another set.";
        NumberCode = "number-code", Warning, "A spreadsheet turned codes into numbers.";
        ColumnAssumed = "column-assumed", Note, "The role of a column was identified by its content.";
        // Attributes.
        AttributeRead = "attribute-read", Note, "How a table of an attribute was read, and how many codes it has.";
        AttributeTables = "attribute-tables", Warning, "The two tables of an attribute are of different kinds, so comparing them may be meaningless.";
        // Outputs.
        CellCut = "cell-cut", Warning, "A cell of a workbook contains only the beginning of a text: Excel allows 32,767 characters.";
    }
}

/// A location: a file, and inside it a line and column, or a sheet and cell. Lines and columns count from 1; columns
/// count characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Place {
    /// The file, an archive member as `archive.zip!member.txt`.
    pub file: String,
    /// Line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column, from 1, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Cell of a sheet, such as `C3383`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
}

impl Place {
    /// Returns the location of a whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }

    /// Returns the location of a line and column of a text file, both from 1.
    pub fn line(file: impl Into<String>, line: u32, column: u32) -> Self {
        Self { file: file.into(), line: Some(line), column: Some(column), ..Self::default() }
    }

    /// Returns the location of a cell of a workbook: `row` and `column` from 0, as workbook readers count.
    pub fn cell(file: impl Into<String>, sheet: impl Into<String>, row: u32, column: u32) -> Self {
        let cell = a1::reference(row + 1, column);
        Self { file: file.into(), sheet: Some(sheet.into()), cell: Some(cell), ..Self::default() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A line end in the name of a file must not begin a line of its own.
        f.write_str(&safe(&self.file))?;
        if let (Some(sheet), Some(cell)) = (&self.sheet, &self.cell) {
            return write!(f, ":{}!{cell}", safe(sheet));
        }
        for number in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{number}")?;
        }
        Ok(())
    }
}

/// One problem: a code, a place, a fact and, where there is one, a hint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Problem {
    /// How much it matters.
    pub severity: Severity,
    /// What kind of problem it is.
    pub code: ProblemCode,
    /// Where it is.
    pub place: Place,
    /// The problem, in a sentence without a full stop.
    pub fact: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Problem {
    /// Returns a problem with the severity of its code.
    pub fn new(code: ProblemCode, place: Place, fact: impl Into<String>) -> Self {
        Self { severity: code.severity(), code, place, fact: fact.into(), hint: None }
    }

    /// Returns the same problem with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity.word(), self.code, safe(&self.fact))?;
        if !self.place.file.is_empty() {
            write!(f, "\n  --> {}", self.place)?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  = help: {}", safe(hint))?;
        }
        Ok(())
    }
}

/// Maximum problems of one code that are listed for one file; the rest are counted. Otherwise a file in the wrong
/// layout would list every line.
pub const LISTED_PER_CODE: usize = 50;

/// Collects the problems of one file, lists the first ones of each code and counts the others.
#[derive(Debug, Default)]
pub struct Problems {
    listed: Vec<Problem>,
    counts: std::collections::BTreeMap<ProblemCode, usize>,
}

impl Problems {
    /// Adds a problem. The problem is built only if it will be listed.
    pub fn add(&mut self, code: ProblemCode, problem: impl FnOnce() -> Problem) {
        let count = self.counts.entry(code).or_default();
        *count += 1;
        if *count <= LISTED_PER_CODE {
            self.listed.push(problem());
        }
    }

    /// Adds the problems of parts of a file, in the order of their places.
    pub(crate) fn merge(&mut self, parts: Vec<Self>) {
        let mut listed = Vec::new();
        for part in parts {
            for (code, count) in part.counts {
                *self.counts.entry(code).or_default() += count;
            }
            listed.extend(part.listed);
        }
        listed.sort_by_key(|problem| problem.place.line);
        for problem in listed {
            let held = self.listed.iter().filter(|held| held.code == problem.code).count();
            if held < LISTED_PER_CODE {
                self.listed.push(problem);
            }
        }
    }

    /// Returns the number of problems of `code` that were added, listed or not.
    pub fn count(&self, code: ProblemCode) -> usize {
        self.counts.get(&code).copied().unwrap_or(0)
    }

    /// Returns the listed problems, then one line for each code with unlisted ones.
    pub fn finish(mut self, file: &str) -> Vec<Problem> {
        for (code, count) in self.counts {
            if count > LISTED_PER_CODE {
                let more = count - LISTED_PER_CODE;
                let fact = format!("{more} more of the same");
                self.listed.push(Problem::new(code, Place::file(file), fact));
            }
        }
        self.listed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_like_a_compiler_message() {
        let problem = Problem::new(
            ProblemCode::ShortRecord,
            Place::line("icd10cm-order-2026.txt", 2, 1),
            "record has 5 characters, the layout needs 78",
        )
        .hint("was the file saved by a spreadsheet? fetch it again");
        assert_eq!(
            problem.to_string(),
            "error[short-record]: record has 5 characters, the layout needs 78\n  \
             --> icd10cm-order-2026.txt:2:1\n  \
             = help: was the file saved by a spreadsheet? fetch it again"
        );
    }

    #[test]
    fn cells_are_named_as_spreadsheets_name_them() {
        for (column, name) in [(0, "A1"), (25, "Z1"), (26, "AA1"), (701, "ZZ1"), (702, "AAA1")] {
            assert_eq!(Place::cell("f", "s", 0, column).cell.as_deref(), Some(name));
        }
    }

    #[test]
    fn a_flood_of_problems_is_counted_and_its_beginning_listed() {
        let mut problems = Problems::default();
        for line in 1..=60 {
            problems.add(ProblemCode::ShortRecord, || {
                Problem::new(ProblemCode::ShortRecord, Place::line("f", line, 1), "short")
            });
        }
        let listed = problems.finish("f");
        assert_eq!(listed.len(), LISTED_PER_CODE + 1);
        assert_eq!(listed[LISTED_PER_CODE].fact, "10 more of the same");
    }

    #[test]
    fn words_of_the_problem_list_are_distinct() {
        let mut words: Vec<_> = ProblemCode::ALL.iter().map(|code| code.word()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), ProblemCode::ALL.len());
    }
}
