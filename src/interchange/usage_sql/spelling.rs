//! How a query brings the spellings of a code together, so that small groups are not those of a spelling.

use serde::Serialize;

use crate::impact::Editions;
use crate::model::{Entry, Release};

/// The spellings of single codes, as patterns of LIKE. Anything else stays as it is written.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Spelling {
    /// Matches texts that are longer than a code without its dot, followed by `%`.
    too_long: String,
    /// Matches a code with its dot, followed by `%`.
    dotted: Option<String>,
}

impl Spelling {
    /// Returns the spellings of the codes of some releases; `None` if uppercase and lowercase letters differ in them.
    pub(super) fn of(editions: Editions<'_>) -> Option<Self> {
        let set = editions.new.set;
        let codes = || editions.all().flat_map(Release::entries).map(Entry::code);
        let is_either = |code: &str| {
            let upper = (set.normalize)(&code.to_ascii_uppercase());
            upper.is_none_or(|upper| (set.normalize)(&code.to_ascii_lowercase()) == Some(upper))
        };
        if !codes().all(is_either) {
            return None;
        }
        let longest = codes().map(|code| code.chars().count()).max()?;
        let dotted = dotted(codes(), set.display);
        Some(Self { too_long: "_".repeat(longest + 1), dotted })
    }
}

/// Returns the beginning of codes with a dot, if the dot is at the same place in all of them and is only shown.
fn dotted<'c>(codes: impl Iterator<Item = &'c str>, display: fn(&str) -> String) -> Option<String> {
    let mut place = None;
    for code in codes {
        let shown = display(code);
        let Some(at) = shown.find('.') else { continue };
        if shown.replacen('.', "", 1) != code || *place.get_or_insert(at) != at {
            return None;
        }
    }
    place.map(|at| format!("{}.", "_".repeat(at)))
}
