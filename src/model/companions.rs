//! Companions of a release: what publishers provide next to its list of codes.

use super::addenda::Addenda;
use super::concept::Level;
use super::conversion::ConversionTable;
use super::index::CodeIndex;
use super::map::CodeMap;
use super::pcs::{PcsDefinitions, PcsTables};
use super::problem::{Place, Problem};
use super::tabular::Tabular;
use super::transition::Transition;

/// Declares the kinds of companions: each is one line, with the field that holds all of its kind.
macro_rules! companions {
    ($($(#[$doc:meta])* $field:ident: $kind:ident($type:ty),)*) => {
        /// A companion of a release.
        #[derive(Debug)]
        pub enum Companion {
            $($(#[$doc])* $kind($type),)*
        }

        /// The companions of a release, in the order of their files.
        #[derive(Debug, Default)]
        pub struct Companions {
            $($(#[$doc])* pub $field: Vec<$type>,)*
        }

        impl Companions {
            /// Adds a companion to those of its kind.
            pub fn add(&mut self, companion: Companion) {
                match companion {
                    $(Companion::$kind(added) => self.$field.push(added),)*
                }
            }
        }
    };
}

companions! {
    /// Addenda.
    addenda: Addenda(Addenda),
    /// Conversion tables.
    conversion_tables: Conversion(ConversionTable),
    /// Transitions between two editions.
    transitions: Transition(Transition),
    /// Maps to other classifications. A release has none: they are read by themselves.
    maps: Map(CodeMap),
    /// The tabular list: at most one.
    tabulars: Tabular(Tabular),
    /// Indexes.
    indexes: Index(CodeIndex),
    /// The tables of ICD-10-PCS: at most one file.
    pcs_tables: PcsTables(PcsTables),
    /// The definitions of ICD-10-PCS: at most one file.
    pcs_definitions: PcsDefinitions(PcsDefinitions),
    /// Notes that records refer to.
    note_lists: Notes(NoteList),
    /// Reports of the publisher's action on each record.
    action_reports: Actions(ActionReport),
}

impl Companions {
    /// Returns the tabular list, if there is one.
    pub fn tabular(&self) -> Option<&Tabular> {
        self.tabulars.first()
    }

    /// Returns whether a table says which codes replace others.
    pub fn has_successors(&self) -> bool {
        !self.conversion_tables.is_empty() || !self.transitions.is_empty()
    }
}

/// Notes that an attribute of a release refers to by number.
#[derive(Debug, Clone)]
pub struct NoteList {
    /// The file.
    pub name: String,
    /// The attribute whose values are the numbers.
    pub property: &'static str,
    /// The notes: number and text.
    pub notes: Vec<(String, String)>,
    /// Deviations from the layout.
    pub problems: Vec<Problem>,
}

/// The publisher's report of its action on each record.
#[derive(Debug, Clone)]
pub struct ActionReport {
    /// The file.
    pub name: String,
    /// One action for each record.
    pub actions: Vec<ReportedAction>,
    /// Deviations from the layout.
    pub problems: Vec<Problem>,
}

/// The action that the publisher reports for a record.
#[derive(Debug, Clone)]
pub struct ReportedAction {
    /// The code.
    pub code: String,
    /// The level: code or modifier.
    pub level: Level,
    /// The action, in words.
    pub words: String,
    /// The location of the report line.
    pub place: Place,
}
