//! Closed lists: enums whose values have a word each.

/// Declares a closed list: an enum with a word for each value. Commands, output, files and schemas use the same word.
///
/// The list gets `ALL`, `word()`, `from_word()`, `Display` and `Serialize`; in tests also `JsonSchema`. There are three
/// forms:
///
/// * `Variant = "word",` with a doc comment above each variant;
/// * `Variant = "word", "Meaning.";` where the meaning is also the documentation, and `meaning()` returns it;
/// * `enum Name with column: Type { Variant = "word", Value, "Meaning."; }`, which adds a method `column()` that returns
///   `Type::Value`.
macro_rules! closed_list {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident {
            $($(#[$documentation:meta])* $variant:ident = $word:literal,)+
        }
    ) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        $(#[$attribute])*
        $visibility enum $name {
            $($(#[$documentation])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of the list.
            $visibility const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Returns the word used in commands, files and output.
            $visibility fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Returns the value with this word, or `None`.
            $visibility fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word() == word)
            }
        }

        // Not every list inside the crate is read from words.
        const _: fn(&str) -> Option<$name> = $name::from_word;

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    };

    (
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident {
            $($variant:ident = $word:literal, $meaning:literal;)+
        }
    ) => {
        $crate::base::closed_list! {
            $(#[$attribute])*
            $visibility enum $name {
                $(#[doc = $meaning] $variant = $word,)+
            }
        }

        impl $name {
            /// Returns the meaning, in a sentence.
            $visibility fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)+ }
            }
        }
    };

    (
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident with $column:ident: $type:ident {
            $($variant:ident = $word:literal, $value:ident, $meaning:literal;)+
        }
    ) => {
        $crate::base::closed_list! {
            $(#[$attribute])*
            $visibility enum $name {
                $($variant = $word, $meaning;)+
            }
        }

        impl $name {
            #[doc = concat!("Returns the ", stringify!($column), ".")]
            $visibility fn $column(self) -> $type {
                match self { $(Self::$variant => $type::$value,)+ }
            }
        }
    };
}

pub(crate) use closed_list;

/// Reduces the schema of a list to its words, for long lists whose meanings are documented elsewhere.
#[cfg(test)]
pub(crate) fn only_words(schema: &mut schemars::Schema) {
    let values = schema.get("oneOf").and_then(|values| values.as_array()).cloned().unwrap_or_default();
    let words: Vec<_> = values.iter().filter_map(|value| value.get("const").cloned()).collect();
    *schema = schemars::json_schema!({ "type": "string", "enum": words });
}

#[cfg(test)]
mod tests {
    closed_list! {
        /// Seasons.
        enum Season with temperature: Temperature {
            Summer = "summer", Hot, "June to August.";
            Winter = "winter", Cold, "December to February.";
        }
    }

    #[derive(Debug, PartialEq, Eq)]
    enum Temperature {
        Hot,
        Cold,
    }

    #[test]
    fn a_list_has_a_word_and_a_meaning_for_each_value() {
        assert_eq!(Season::ALL, [Season::Summer, Season::Winter]);
        assert_eq!(Season::from_word("winter"), Some(Season::Winter));
        assert_eq!(Season::from_word("spring"), None);
        assert_eq!(Season::Summer.to_string(), "summer");
        assert_eq!(Season::Summer.temperature(), Temperature::Hot);
        assert_eq!(Season::Winter.temperature(), Temperature::Cold);
        assert_eq!(Season::Winter.meaning(), "December to February.");
        assert_eq!(serde_json::to_string(&Season::Winter).unwrap(), "\"winter\"");
    }
}
