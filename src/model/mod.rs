//! The normalized model: code sets, releases, concepts, addenda, conversion tables, problems.
//!
//! All other modules build on these types; this module imports from no other.
//!
//! Invariant: same input, same output, byte for byte. Nothing here or above depends on the clock, the locale or the
//! order of a hash table.

mod addenda;
mod attribute;
mod code_list;
mod code_set;
mod companions;
mod concept;
mod conversion;
mod decision;
mod descriptor;
mod dots;
mod edition;
mod entry;
mod index;
mod map;
mod own_table;
mod pcs;
mod problem;
mod release;
mod release_name;
pub mod sets;
mod source;
mod tabular;
mod transition;

pub use addenda::{Action, Addenda, AddendaLine, LevelTotals, Totals};
pub use attribute::AttributeTable;
pub use code_list::CodeList;
pub use code_set::{
    ActionCode, Actions, AddendaColumns, Chapter, CodeSet, CodeSystem, Deletion, Effect, Hierarchy,
    PropertyDefinition, PropertyGroup, Successors, ValueKind,
};
pub use companions::{ActionReport, Companion, Companions, NoteList, ReportedAction};
pub use concept::{Concept, Details, Level, Note, NoteKind, Property, Span, TextKind, Validity};
pub use conversion::{ConversionRow, ConversionTable, Joint, Operand, Previous, Retired, Subject};
pub use decision::{Decision, DecisionRow, DecisionTable};
pub use descriptor::{
    Column, Descriptor, Field, FileForm, FileLayout, KeyRule, Letters, LevelRule, TransitionRule,
};
pub(crate) use edition::MONTHS;
pub use edition::{Calendar, Edition};
pub use entry::Entry;
pub use index::CodeIndex;
pub use map::{Classification, Closeness, CodeMap, Combination, Counterpart, MapRow, Scenario};
pub use own_table::{OwnRow, OwnTable};
pub use pcs::{AxisLabel, PcsAxis, PcsDefinition, PcsDefinitions, PcsRow, PcsTable, PcsTables};
pub use problem::{LISTED_PER_CODE, Place, Problem, ProblemCode, Problems, Severity};
pub use release::{Content, Coverage, Fact, Piece, Release, ReleaseTable};
pub use release_name::{ReleaseName, ReleaseNameError};
pub(crate) use source::hex;
pub use source::{HEAD, Source, SourceFile, Wanted};
pub use tabular::{ListPlace, PlaceKind, Tabular};
pub use transition::{Transition, TransitionRow};
