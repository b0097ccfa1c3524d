//! The codes that index terms led to, and those that the same terms lead to now.

use crate::model::{Entry, Release};

/// Codes have seven characters where the last is an extension; indexes leave it out.
const EXTENDED: usize = 7;

/// Returns the billable codes of NEW that terms of the index lead to now, which led to this code in OLD.
pub(super) fn codes<'a>(old: &'a Release, new: &'a Release, source: Entry<'a>) -> Vec<Entry<'a>> {
    let code = source.code();
    let extension = (code.len() == EXTENDED).then(|| code.split_at(EXTENDED - 1));
    let stem = extension.map(|(stem, _)| stem.trim_end_matches('X'));
    let mut found: Vec<Entry<'a>> = Vec::new();
    for index in &old.companions.indexes {
        let Some(later) = new.companions.indexes.iter().find(|later| later.title == index.title) else {
            continue;
        };
        let terms = [Some(code), stem].into_iter().flatten().flat_map(|code| index.terms(code));
        for term in terms {
            for target in later.codes(term) {
                let with_extension =
                    extension.map(|(_, last)| format!("{target:X<width$}{last}", width = EXTENDED - 1));
                let entry = new
                    .find_billable(target)
                    .or_else(|| with_extension.as_deref().and_then(|code| new.find_billable(code)));
                found.extend(entry.filter(|entry| entry.code() != code));
            }
        }
    }
    found.sort_by_key(|entry| entry.order());
    found.dedup_by_key(|entry| entry.order());
    found
}
