//! Conversion tables: the previous assignment of each new code.
//!
//! Source: NCHS ICD-10-CM conversion table, one row per new code, columns `Current code assignment`,
//! `Effective`, `Previous Code(s) Assignment`; cumulative since FY2017.

use std::fmt;
use std::sync::OnceLock;

use jiff::civil::Date;

use super::code_set::CodeSet;
use super::problem::{Place, Problem};
use super::sets::ICD10CM;

/// A conversion table.
#[derive(Debug, Clone)]
pub struct ConversionTable {
    /// The set of its codes.
    pub set: &'static CodeSet,
    /// The file's name.
    pub name: String,
    /// The rows, in the file's order.
    pub rows: Vec<ConversionRow>,
    /// Codes that were deleted without a replacement, if the publisher lists them.
    pub retired: Vec<Retired>,
    /// Deviations from the layout.
    pub problems: Vec<Problem>,
    /// The codes that short ranges name, with the positions of their rows; filled on first use.
    pub(crate) ranged: OnceLock<Vec<(String, usize)>>,
}

impl ConversionTable {
    /// Returns a table without rows.
    pub fn new(set: &'static CodeSet, name: &str) -> Self {
        let (rows, retired, problems) = (Vec::new(), Vec::new(), Vec::new());
        Self { set, name: name.to_owned(), rows, retired, problems, ranged: OnceLock::new() }
    }

    /// Returns the single codes that rows name as predecessors, with their rows, including the codes of ranges whose
    /// ends differ in the last character. Longer ranges can be resolved only with a release.
    pub fn predecessors(&self) -> impl Iterator<Item = (&str, &ConversionRow)> {
        let single = self.rows.iter().flat_map(|row| {
            let codes = row.previous.operands.iter().filter_map(|operand| match operand {
                Operand::Code(code) => Some(code.as_str()),
                _ => None,
            });
            codes.map(move |code| (code, row))
        });
        let ranged = self.ranged.get_or_init(|| {
            let rows = self.rows.iter().enumerate();
            rows.flat_map(|(at, row)| {
                row.previous.operands.iter().flat_map(Operand::short_range).map(move |code| (code, at))
            })
            .collect()
        });
        single.chain(ranged.iter().map(|(code, at)| (code.as_str(), &self.rows[*at])))
    }

    /// Returns every code that a row names, as a predecessor, as a successor, or as deleted.
    pub fn named(&self) -> impl Iterator<Item = &str> {
        let predecessors = self.predecessors().map(|(code, _)| code);
        let currents = self.rows.iter().map(|row| row.current.as_str());
        predecessors.chain(currents).chain(self.retired.iter().map(|retired| retired.code.as_str()))
    }
}

/// The code that a row is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Subject {
    /// The current code, which is new: its meaning was coded differently before.
    #[default]
    Current,
    /// The previous code, which is deleted: the current one may have existed before.
    Previous,
}

/// A code that was deleted without a replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    /// The code.
    pub code: String,
    /// The first day on which it is no longer a code.
    pub effective: Date,
    /// Row of the file, from 1.
    pub row: u32,
}

/// A row of a conversion table: from `effective` on, `current` is assigned instead of `previous`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversionRow {
    /// The new code, without its dot.
    pub current: String,
    /// The day it takes effect. An integer year in the file is October 1 of that year.
    pub effective: Date,
    /// The code that the row is about.
    pub subject: Subject,
    /// The previous assignment.
    pub previous: Previous,
    /// Row of the file, from 1.
    pub row: u32,
    /// The location of the row.
    pub place: Place,
}

/// The content of a cell in the column `Previous Code(s) Assignment`: operands and the separators between them.
///
/// The `Display` form is the original cell without leading and trailing blanks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Previous {
    /// The operands; empty for `None`.
    pub operands: Vec<Operand>,
    /// The separators between operands: one fewer than operands.
    pub joints: Vec<Joint>,
    /// Positions of the operands with unusual dots: `W453XXA`, `I63-`, `a code from R11.-`. No table up to FY2026 has
    /// any, but that table omits dots in its current codes.
    pub odd_dots: Vec<usize>,
}

/// One operand of a cell. Codes are without their dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// `C56.1`
    Code(String),
    /// `H35.20-H35.23`: every code from the first to the last, by order number in the release before.
    Range {
        /// The first code.
        first: String,
        /// The last code.
        last: String,
    },
    /// `I63.-`: any code below a header.
    Below(String),
    /// `Codes in Categories T15-T19`: any code of these categories.
    InCategories {
        /// The first category.
        first: String,
        /// The last category.
        last: String,
    },
    /// `Code from categories T36-T50`: one code of these categories.
    FromCategories {
        /// The first category.
        first: String,
        /// The last category.
        last: String,
    },
    /// `a code from R11-`: one code below a header.
    ACodeFrom(String),
}

impl Operand {
    /// Returns the codes of a range whose ends differ in the last character; empty for any other operand.
    fn short_range(&self) -> Vec<String> {
        let Self::Range { first, last } = self else { return Vec::new() };
        let (Some((stem, from)), Some((other, to))) =
            (first.split_at_checked(first.len() - 1), last.split_at_checked(last.len() - 1))
        else {
            return Vec::new();
        };
        if first.is_empty() || stem != other {
            return Vec::new();
        }
        let (from, to) = (from.as_bytes()[0], to.as_bytes()[0]);
        let codes = (from..=to).filter(u8::is_ascii_alphanumeric);
        codes.map(|last| format!("{stem}{}", char::from(last))).collect()
    }
}

/// The separator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joint {
    /// `, `
    Comma,
    /// `; `
    Semicolon,
    /// ` and `
    And,
    /// ` AND `
    AndCapital,
    /// ` & `
    Ampersand,
}

/// The cell of a code that had no predecessor.
const NONE: &str = "None";

impl Previous {
    /// Reads a cell; `None` if its shape is not known. A parsed cell is formatted exactly as it was, so a cell with
    /// even one extra blank inside has an unknown shape.
    pub fn parse(cell: &str) -> Option<Self> {
        let mut previous = Self::default();
        let mut rest = cell.trim();
        if rest == NONE {
            return Some(previous);
        }
        while let Some((operand, joint, after)) = Joint::first_in(rest) {
            previous.push(operand)?;
            previous.joints.push(joint);
            rest = after;
        }
        previous.push(rest)?;
        Some(previous)
    }

    fn push(&mut self, text: &str) -> Option<()> {
        let operand = Operand::parse(text)?;
        let odd = [false, true].into_iter().find(|&odd| operand.written(odd) == text)?;
        if odd {
            self.odd_dots.push(self.operands.len());
        }
        self.operands.push(operand);
        Some(())
    }

    /// Returns the possible previous assignments: alternatives, each with all operands that were coded together.
    ///
    /// `and`, `AND` and `&` join codes that were coded together, `,` and `;` separate alternatives. One shape is an
    /// exception: in `H02.201, H02.202, H02.204 and H02.205` the `and` ends a list of alternatives.
    pub fn alternatives(&self) -> Vec<Vec<&Operand>> {
        let list = self.is_list_with_and();
        let mut alternatives: Vec<Vec<&Operand>> = Vec::new();
        for (at, operand) in self.operands.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| self.joints.get(before));
            let together = !list && before.is_some_and(|joint| joint.is_together());
            match alternatives.last_mut() {
                Some(last) if together => last.push(operand),
                _ => alternatives.push(vec![operand]),
            }
        }
        alternatives
    }

    /// Returns whether it is a list such as `A, B, C and D`: any one of these, or all of them together if the code that
    /// the row is about says so.
    pub fn is_list_with_and(&self) -> bool {
        let Some((Joint::And, before)) = self.joints.split_last() else { return false };
        !before.is_empty() && before.iter().all(|&joint| joint == Joint::Comma)
    }
}

impl fmt::Display for Previous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.operands.is_empty() {
            return f.write_str(NONE);
        }
        for (at, operand) in self.operands.iter().enumerate() {
            f.write_str(&operand.written(self.odd_dots.contains(&at)))?;
            if let Some(joint) = self.joints.get(at) {
                write!(f, "{joint}")?;
            }
        }
        Ok(())
    }
}

const IN_CATEGORIES: &str = "Codes in Categories ";
const FROM_CATEGORIES: &str = "Code from categories ";
const A_CODE_FROM: &str = "a code from ";

/// Length of a category, which is followed by the dot.
const CATEGORY_LENGTH: usize = 3;

impl Operand {
    /// Returns whether it names codes or a range of codes. Whole categories (`Codes in Categories T15-T19`) state the
    /// origin of a meaning too loosely to treat every code in them as changed.
    pub fn names_codes(&self) -> bool {
        matches!(self, Self::Code(_) | Self::Range { .. } | Self::Below(_))
    }

    /// Reads an operand with dots in any position; the caller checks the dots by formatting the result.
    fn parse(text: &str) -> Option<Self> {
        if let Some(categories) = text.strip_prefix(IN_CATEGORIES) {
            let (first, last) = categories_of(categories)?;
            return Some(Self::InCategories { first, last });
        }
        if let Some(categories) = text.strip_prefix(FROM_CATEGORIES) {
            let (first, last) = categories_of(categories)?;
            return Some(Self::FromCategories { first, last });
        }
        if let Some(partial) = text.strip_prefix(A_CODE_FROM) {
            return code(partial.strip_suffix('-')?).map(Self::ACodeFrom);
        }
        if let Some(header) = text.strip_suffix('-') {
            return code(header).map(Self::Below);
        }
        match text.split_once('-') {
            Some((first, last)) => Some(Self::Range { first: code(first)?, last: code(last)? }),
            None => code(text).map(Self::Code),
        }
    }

    /// Formats the operand as in a cell, with its dots in the usual or the unusual way.
    fn written(&self, odd_dots: bool) -> String {
        let dotted = !odd_dots;
        match self {
            Self::Code(code) => with_dot(code, dotted),
            Self::Range { first, last } => format!("{}-{}", with_dot(first, dotted), with_dot(last, dotted)),
            Self::Below(header) => partial(header, dotted),
            Self::InCategories { first, last } => format!("{IN_CATEGORIES}{first}-{last}"),
            Self::FromCategories { first, last } => format!("{FROM_CATEGORIES}{first}-{last}"),
            // The one such cell writes `R11-`, not `R11.-`.
            Self::ACodeFrom(header) if header.len() == CATEGORY_LENGTH => {
                format!("{A_CODE_FROM}{}", partial(header, odd_dots))
            }
            Self::ACodeFrom(header) => format!("{A_CODE_FROM}{}", partial(header, dotted)),
        }
    }
}

/// Parses a code, with or without its dot; returns it without.
fn code(text: &str) -> Option<String> {
    (ICD10CM.normalize)(text)
}

fn categories_of(text: &str) -> Option<(String, String)> {
    let (first, last) = text.split_once('-')?;
    let category = |text: &str| code(text).filter(|code| code.len() == CATEGORY_LENGTH);
    Some((category(first)?, category(last)?))
}

fn with_dot(code: &str, dotted: bool) -> String {
    if dotted { (ICD10CM.display)(code) } else { code.to_owned() }
}

/// Formats the prefix of codes: `I63.-`, `S06.3-`.
fn partial(header: &str, dotted: bool) -> String {
    let dot = if dotted && header.len() == CATEGORY_LENGTH { "." } else { "" };
    format!("{}{dot}-", with_dot(header, dotted))
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written(false))
    }
}

impl Joint {
    /// Every joint.
    pub const ALL: &[Self] = &[Self::Comma, Self::Semicolon, Self::And, Self::AndCapital, Self::Ampersand];

    /// Returns the separator as in the cell, with its blanks.
    pub fn text(self) -> &'static str {
        match self {
            Self::Comma => ", ",
            Self::Semicolon => "; ",
            Self::And => " and ",
            Self::AndCapital => " AND ",
            Self::Ampersand => " & ",
        }
    }

    /// Returns whether the operands it joins were coded together.
    pub fn is_together(self) -> bool {
        matches!(self, Self::And | Self::AndCapital | Self::Ampersand)
    }

    /// Returns the first separator in a text, with the text before and after it.
    fn first_in(text: &str) -> Option<(&str, Self, &str)> {
        let found = Self::ALL.iter().filter_map(|&joint| Some((text.find(joint.text())?, joint)));
        let (at, joint) = found.min_by_key(|&(at, _)| at)?;
        Some((&text[..at], joint, &text[at + joint.text().len()..]))
    }
}

impl fmt::Display for Joint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Formats the alternatives of a cell: ` + ` between operands that were coded together.
    fn alternatives(cell: &str) -> Vec<String> {
        let previous = Previous::parse(cell).unwrap_or_else(|| panic!("`{cell}` is not understood"));
        let text = |operands: &Vec<&Operand>| {
            operands.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ")
        };
        previous.alternatives().iter().map(text).collect()
    }

    /// Every shape in the FY2026 table, then shapes that may follow.
    const SHAPES: &[(&str, &[&str])] = &[
        ("A04.7", &["A04.7"]),
        ("J80", &["J80"]),
        ("QA0.0101", &["QA0.0101"]),
        ("T40.7X3D ", &["T40.7X3D"]),
        ("None", &[]),
        ("Codes in Categories T15-T19", &["Codes in Categories T15-T19"]),
        ("C56.1 and C56.2", &["C56.1 + C56.2"]),
        ("I63.011 AND I63.012", &["I63.011 + I63.012"]),
        ("M93.001 & M93.002", &["M93.001 + M93.002"]),
        ("G11.8 and E23.0 and K00.0", &["G11.8 + E23.0 + K00.0"]),
        ("C50.919, C50.929", &["C50.919", "C50.929"]),
        ("G93.3; R53.82", &["G93.3", "R53.82"]),
        ("S72.8X1A, S72.8X2A, S72.8X9A", &["S72.8X1A", "S72.8X2A", "S72.8X9A"]),
        ("S20.211A; S20.212A; S20.219A", &["S20.211A", "S20.212A", "S20.219A"]),
        ("E75.240, E75.241, E75.248, E75.249 ", &["E75.240", "E75.241", "E75.248", "E75.249"]),
        ("H02.201, H02.202, H02.204 and H02.205", &["H02.201", "H02.202", "H02.204", "H02.205"]),
        (
            "J68.0, J68.9, J69.1, J80, J82, J84.114, J84.89, Z72.0",
            &["J68.0", "J68.9", "J69.1", "J80", "J82", "J84.114", "J84.89", "Z72.0"],
        ),
        ("H35.20-H35.23", &["H35.20-H35.23"]),
        ("H02.101-H02.106; H02.109", &["H02.101-H02.106", "H02.109"]),
        ("H44.20-H44.23 and H35.30", &["H44.20-H44.23 + H35.30"]),
        ("H44.20-H44.23 and H35.051-H35.059", &["H44.20-H44.23 + H35.051-H35.059"]),
        ("I63.- and P91.88", &["I63.- + P91.88"]),
        ("K31.89 and a code from R11-", &["K31.89 + a code from R11-"]),
        ("K59.09 AND Code from categories T36-T50", &["K59.09 + Code from categories T36-T50"]),
        // Not in the table: an `and` inside alternatives, and unusual dots.
        ("A00.0, A00.1 and A00.9; B88.0", &["A00.0", "A00.1 + A00.9", "B88.0"]),
        ("A00.0; A00.1 and A00.9", &["A00.0", "A00.1 + A00.9"]),
        ("W453XXA", &["W45.3XXA"]),
        ("W453XXA, W45.8XXA", &["W45.3XXA", "W45.8XXA"]),
        ("H3520-H3523", &["H35.20-H35.23"]),
        ("I63- and S06.3-", &["I63.- + S06.3-"]),
        ("K31.89 and a code from R11.-", &["K31.89 + a code from R11-"]),
    ];

    #[test]
    fn every_shape_of_cell_is_read_and_printed_as_it_was() {
        for &(cell, expected) in SHAPES {
            assert_eq!(alternatives(cell), expected, "{cell}");
            assert_eq!(Previous::parse(cell).unwrap().to_string(), cell.trim());
        }
    }

    #[test]
    fn a_cell_of_another_shape_is_not_guessed_at() {
        let unknown = [
            "",
            " ",
            "none",
            "NONE",
            "-",
            "and",
            "AND",
            "A00.0,",
            "A00.0, ",
            ", A00.0",
            "A00.0,A00.1",
            "A00.0 A00.1",
            "A00.0  and A00.1",
            "A00.0 or A00.1",
            "A00.0 and",
            "A00.0, and A00.1",
            "A00.0 And A00.1",
            "a00.0",
            "A0",
            "A00.",
            "A000.1",
            "A00.12345",
            "00A.1",
            "ABC",
            "A00-A01-A02",
            "A00.0-A001",
            "A00.0\nA00.1",
            "Codes in Categories T15",
            "Codes in Categories T15.0-T19",
            "codes in categories T15-T19",
            "a code from R11",
            "C56.1 and None",
            "See note",
            "A00.0 (in part)",
            "Sézary",
        ];
        for cell in unknown {
            assert_eq!(Previous::parse(cell), None, "{cell}");
        }
    }

    fn a_code() -> impl Strategy<Value = String> {
        "[A-Z]([0-9][0-9A-Z]|[A-Z][0-9])[0-9A-Z]{0,4}"
    }

    fn a_category() -> impl Strategy<Value = String> {
        "[A-Z]([0-9][0-9A-Z]|[A-Z][0-9])"
    }

    fn an_operand() -> impl Strategy<Value = Operand> {
        prop_oneof![
            a_code().prop_map(Operand::Code),
            (a_code(), a_code()).prop_map(|(first, last)| Operand::Range { first, last }),
            a_code().prop_map(Operand::Below),
            (a_category(), a_category()).prop_map(|(first, last)| Operand::InCategories { first, last }),
            (a_category(), a_category()).prop_map(|(first, last)| Operand::FromCategories { first, last }),
            a_code().prop_map(Operand::ACodeFrom),
        ]
    }

    fn a_cell() -> impl Strategy<Value = Previous> {
        let joint = prop::sample::select(Joint::ALL);
        prop::collection::vec((an_operand(), joint, any::<bool>()), 0..6).prop_map(|parts| {
            let mut previous = Previous::default();
            for (at, (operand, joint, odd)) in parts.into_iter().enumerate() {
                if at > 0 {
                    previous.joints.push(joint);
                }
                if odd && operand.written(true) != operand.written(false) {
                    previous.odd_dots.push(at);
                }
                previous.operands.push(operand);
            }
            previous
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(previous in a_cell()) {
            prop_assert_eq!(Previous::parse(&previous.to_string()), Some(previous));
        }

        #[test]
        fn what_is_read_prints_as_it_was(cell in "[ ,;&A-Fa-f0-9.-]{0,20}") {
            if let Some(previous) = Previous::parse(&cell) {
                prop_assert_eq!(previous.to_string(), cell.trim());
            }
        }

        #[test]
        fn every_operand_is_in_one_alternative(previous in a_cell()) {
            let operands: Vec<_> = previous.alternatives().concat();
            prop_assert_eq!(operands, previous.operands.iter().collect::<Vec<_>>());
        }
    }
}
