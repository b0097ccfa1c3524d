//! Interpretation of users' files: which cells hold codes of which system, in which notation, and what role a column has.
//!
//! Readers return rows and cells; the functions here decide. They do not know files or changes of codes.
//!
//! Invariant: user files are interpreted here only, for `impact` and `scan` alike: `systems` (names of code systems,
//! and which column names the system of which), `notation` (content of a cell), `headings` (headings below titles),
//! `roles` (counts, amounts, days, owners, accounts), `evidence` (whether a column holds codes).

pub(crate) mod code_id;
pub(crate) mod codebook;
pub(crate) mod evidence;
pub(crate) mod forms;
pub(crate) mod headings;
pub(crate) mod names;
pub(crate) mod notation;
pub(crate) mod roles;
pub(crate) mod spellings;
pub(crate) mod systems;
pub(crate) mod uses;

pub use names::Names;
pub use uses::PlaceUse;

/// The way the cells of a field are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Reading {
    /// A value: one code, or several with delimiters between them, or a pattern.
    Value,
    /// The beginning of codes, of this length: `SUBSTR(code, 1, 3) IN (..)`.
    Beginning(u8),
    /// A pattern of SQL's `LIKE`.
    Like,
    /// A regular expression.
    Expression,
    /// The first and the last code of a range, with anything between them; beginnings of codes of this length, if one is given.
    Range(Option<u8>),
    /// A token of a running text.
    Token,
    /// The line around a token: it holds no code of its own.
    Line,
}
