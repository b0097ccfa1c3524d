//! The closed list of kinds of change.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! kinds {
    ($($variant:ident $word:literal $meaning:literal,)+) => {
        /// The kinds of change. The list is closed: documentation, schemas and every renderer's legend are made from it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $(#[doc = $meaning] $variant,)+ }

        impl Kind {
            /// Every kind, in the order in which they are reported.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Returns the word used in commands and output.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Returns the meaning, in a sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)+ }
            }
        }
    };
}

kinds! {
    Added "added" "New in this release.",
    Removed "removed" "Deleted from the release.",
    Demoted "demoted" "No longer billable: the code is now a category header, and claims with it are rejected.",
    Promoted "promoted" "Now billable: the code was a category header before.",
    Terminated "terminated" "A last day of use was set.",
    Reactivated "reactivated" "The last day of use was cleared.",
    Reused "reused" "The same code now has another meaning.",
    Revised "revised" "A description changed.",
    Moved "moved" "It has another parent, section or chapter.",
    Notes "notes" "Its notes changed: includes, excludes, code first and the like.",
    Property "property" "One of its attributes changed.",
    Narrowed "narrowed" "Still valid, but part of its meaning now has its own code, by the publisher's conversion table.",
    Recertified "recertified" "The yearly certification of a drug listing moved.",
    Reformatted "reformatted" "The same drug package, written with other segment lengths.",
}

impl Kind {
    /// Returns the kind with this word, or `None`.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// Returns whether a code with this change needs a replacement: it is lost, or part of its meaning is.
    pub fn needs_successor(self) -> bool {
        self.is_deletion() || self == Self::Narrowed
    }

    /// Returns whether it ends the use of a code on claims.
    pub fn is_deletion(self) -> bool {
        matches!(self, Self::Removed | Self::Demoted | Self::Terminated)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Kind {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Kind".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let words: Vec<&str> = Self::ALL.iter().map(|kind| kind.word()).collect();
        schemars::json_schema!({ "type": "string", "enum": words })
    }
}
