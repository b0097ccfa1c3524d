//! Compares releases of medical code sets: the changes, the replacements, and their impact on the codes an
//! organization uses.
//!
//! Data flows one way, and each step is a folder:
//!
//! ```text
//! files --sources--> named bytes --formats--> Release --diff--> Diff --crosswalk--> Crosswalk
//!       --impact--> Impact, --teach--> Teaching --report--> a typed report, which is the JSON
//!       --view--> one description for people --render--> text, Markdown, HTML, XLSX ...
//! ```
//!
//! * [`sources`]: files, folders, archives; checksums and limits; catalog, store and network. Only this module and
//!   [`cli`] access the disk.
//! * `tables`, `fields`, `read`: rows and cells of any kind of file, and what the fields of users' files mean.
//! * [`formats`]: official layouts, one file each; bytes in, values out.
//! * [`model`]: the types that all other modules use.
//! * [`diff`]: the changes between two releases; the publisher's addenda, checked and applied.
//! * [`crosswalk`]: the codes to use instead, with evidence.
//! * [`impact`]: the effect on the codes in use.
//! * [`scan`]: codes in other files: those no longer billable, and new ones that are missing.
//! * [`migrate`]: updates of tables of codes, by rule or by decision, with undo.
//! * [`guidelines`]: the Official Guidelines, and what changed in them, section by section.
//! * [`teach`]: learning material: lessons, flashcards, a quiz.
//! * [`report`]: one report a command: the typed value, and its view.
//! * [`view`]: the language of reports: sections, columns, cells, key numbers.
//! * `render`: one file for each form that every report has.
//! * [`interchange`]: the forms that only one report has, such as FHIR, SQL and SARIF.
//! * [`cli`]: arguments, settings, commands.
//!
//! The methods of [`Release`](model::Release), [`Diff`](diff::Diff) and [`Crosswalk`](crosswalk::Crosswalk) are the short
//! way; the functions of the modules take options. `examples/` has a whole program for each step.
//!
//! ```
//! use codeset::model::Release;
//!
//! # fn row(number: u32, code: &str, flag: u8, text: &str) -> String {
//! #     format!("{number:05} {code:<7} {flag} {text:<60} {text}\r\n")
//! # }
//! let old = row(1, "G35", 1, "Multiple sclerosis");
//! let new = [row(1, "G35", 0, "Multiple sclerosis"), row(2, "G35A", 1, "Relapsing-remitting MS")].concat();
//! let old = Release::read([("old.txt", old.into_bytes())])?;
//! let new = Release::read([("new.txt", new.into_bytes())])?;
//! let kinds: Vec<_> = old.diff(&new).changes.iter().map(|change| change.kind.word()).collect();
//! assert_eq!(kinds, ["demoted", "added"]);
//! # Ok::<(), codeset::formats::Error>(())
//! ```

#![warn(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod base;
pub mod cli;
pub mod crosswalk;
pub mod diff;
mod facade;
mod fields;
pub mod formats;
pub mod guidelines;
pub mod impact;
pub mod interchange;
pub mod migrate;
pub mod model;
mod read;
mod render;
pub mod report;
pub mod scan;
pub mod sources;
mod tables;
pub mod teach;
pub mod view;

pub use facade::OpenError;

/// Runs the example of the page about the library.
#[cfg(doctest)]
#[doc = include_str!("../docs/guides/as-a-library.md")]
struct Page;
