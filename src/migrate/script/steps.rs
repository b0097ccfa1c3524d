//! Replacements and additions as rows of one table of steps.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::closed_list;

use jiff::civil::Date;

use super::{Addition, Mode, NewCode, Replacement};

/// The reason why no script can be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScriptError {
    /// Rows cannot be ended without columns of days.
    #[error("cannot end-date rows without a column of first days and a column of last days")]
    NoDays,
    /// A row has one code.
    #[error("`{code}` has {count} new codes, but a row has room for only one")]
    Several {
        /// The old code.
        code: String,
        /// The number of its new codes.
        count: usize,
    },
    /// The code has no replacement.
    #[error("`{code}` has no new code to replace it")]
    NoNew {
        /// The old code.
        code: String,
    },
    /// Old and new would be valid on the same day.
    #[error("`{code}` ends on {last_day}, but its replacement already begins on {first_day}")]
    Days {
        /// The old code.
        code: String,
        /// Its last day.
        last_day: Date,
        /// The first day of the new codes.
        first_day: Date,
    },
}

closed_list! {
    /// The kind of a step, by its word in the table of steps.
    pub(super) enum What {
        /// The old code is replaced by the new one.
        Replace = "replace",
        /// The old code ends without a new one.
        End = "end",
        /// The new code is added; the old one is only copied.
        Add = "add",
    }
}

/// A row of the table of steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step<'a> {
    pub(super) what: What,
    /// The position among the steps to the same new code: each step runs after the one before and sees its rows.
    pub(super) pass: usize,
    pub(super) old: &'a str,
    pub(super) new: Option<&'a NewCode>,
    /// The day by which a row must have begun to be copied: the last of the old code, or of an addition the first.
    pub(super) last_day: Date,
    pub(super) first_day: Date,
}

/// Puts replacements and additions in order.
pub(super) fn steps<'a>(
    mode: Mode,
    replacements: &'a [Replacement],
    additions: &'a [Addition],
) -> Result<Vec<Step<'a>>, ScriptError> {
    let mut steps = Vec::new();
    let mut seen = BTreeMap::new();
    for replacement in in_order(replacements) {
        check(mode, replacement)?;
        // Two entries of one code are merged, with the days of the first.
        let first: &Replacement = seen.entry(replacement.old.as_str()).or_insert(replacement);
        steps.extend(replaced(replacement, (first.last_day, first.first_day)));
    }
    if mode == Mode::Replace {
        check_one_each(&steps)?;
    }
    steps.extend(additions.iter().map(|addition| Step {
        what: What::Add,
        pass: 0,
        old: &addition.like,
        new: Some(&addition.new),
        last_day: addition.first_day,
        first_day: addition.first_day,
    }));
    Ok(numbered(steps))
}

/// Orders the replacements. Of several codes that lead to one, the code that ends first makes the row.
fn in_order(replacements: &[Replacement]) -> Vec<&Replacement> {
    let mut ordered: Vec<_> = replacements.iter().collect();
    ordered.sort_by_key(|replacement| replacement.first_day);
    ordered
}

fn check(mode: Mode, replacement: &Replacement) -> Result<(), ScriptError> {
    let code = || replacement.old.clone();
    if replacement.last_day >= replacement.first_day {
        let Replacement { last_day, first_day, .. } = *replacement;
        return Err(ScriptError::Days { code: code(), last_day, first_day });
    }
    match (mode, replacement.new.len()) {
        (Mode::Replace, 0) => Err(ScriptError::NoNew { code: code() }),
        _ => Ok(()),
    }
}

fn check_one_each(steps: &[Step<'_>]) -> Result<(), ScriptError> {
    let mut new: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for step in steps {
        new.entry(step.old).or_default().extend(step.new.map(|new| new.code.as_str()));
    }
    match new.into_iter().find(|(_, codes)| codes.len() > 1) {
        Some((code, codes)) => Err(ScriptError::Several { code: code.to_owned(), count: codes.len() }),
        None => Ok(()),
    }
}

/// Returns the steps of one code. A code that is among its own successors stays, and the others are added to it.
fn replaced(replacement: &Replacement, (last_day, first_day): (Date, Date)) -> Vec<Step<'_>> {
    let old = replacement.old.as_str();
    let stays = replacement.new.iter().any(|new| new.code == old);
    let (what, last_day) = if stays { (What::Add, first_day) } else { (What::Replace, last_day) };
    let step = |what, new| Step { what, pass: 0, old, new, last_day, first_day };
    if replacement.new.is_empty() {
        return vec![step(What::End, None)];
    }
    replacement.new.iter().filter(|new| new.code != old).map(|new| step(what, Some(new))).collect()
}

/// Numbers the steps to each new code. Duplicate steps are merged.
fn numbered(steps: Vec<Step<'_>>) -> Vec<Step<'_>> {
    let mut passes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut numbered = Vec::with_capacity(steps.len());
    for mut step in steps {
        if !seen.insert((step.old, step.new.map(|new| new.code.as_str()))) {
            continue;
        }
        if let Some(new) = step.new {
            let pass = passes.entry(&new.code).or_default();
            *pass += 1;
            step.pass = *pass;
        }
        numbered.push(step);
    }
    numbered
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn new(codes: &[&str]) -> Vec<NewCode> {
        codes.iter().map(|code| NewCode { code: (*code).to_owned(), description: None }).collect()
    }

    fn replacement(old: &str, codes: &[&str], year: i16) -> Replacement {
        let (last_day, first_day) = (date(year, 9, 30), date(year, 10, 1));
        Replacement { old: old.to_owned(), new: new(codes), last_day, first_day }
    }

    fn describe(steps: &[Step<'_>]) -> Vec<String> {
        let described = |step: &Step<'_>| {
            let new = step.new.map_or("-", |new| &new.code);
            format!("{} {} {} {new}", step.pass, step.what.word(), step.old)
        };
        steps.iter().map(described).collect()
    }

    #[test]
    fn of_codes_that_lead_to_one_the_one_that_ends_first_goes_first() {
        let list = [replacement("B", &["N"], 2024), replacement("A", &["N", "M"], 2023)];
        let steps = steps(Mode::EndDate, &list, &[]).unwrap();
        assert_eq!(describe(&steps), ["1 replace A N", "1 replace A M", "2 replace B N"]);
    }

    #[test]
    fn a_code_that_is_its_own_successor_stays_and_the_others_are_added() {
        let list = [replacement("A", &["A", "B"], 2023)];
        let steps = steps(Mode::EndDate, &list, &[]).unwrap();
        assert_eq!(describe(&steps), ["1 add A B"]);
        assert_eq!(steps[0].last_day, date(2023, 10, 1));
    }

    #[test]
    fn a_code_without_a_successor_only_ends() {
        let list = [replacement("A", &[], 2023)];
        assert_eq!(describe(&steps(Mode::EndDate, &list, &[]).unwrap()), ["0 end A -"]);
        assert_eq!(steps(Mode::Replace, &list, &[]), Err(ScriptError::NoNew { code: "A".to_owned() }));
    }

    #[test]
    fn a_row_cannot_be_given_two_codes_and_one_stated_twice_is_one() {
        let several = ScriptError::Several { code: "A".to_owned(), count: 2 };
        assert_eq!(steps(Mode::Replace, &[replacement("A", &["B", "C"], 2023)], &[]), Err(several.clone()));
        let apart = [replacement("A", &["B"], 2023), replacement("A", &["C"], 2023)];
        assert_eq!(steps(Mode::Replace, &apart, &[]), Err(several));
        let twice = [replacement("A", &["B"], 2023), replacement("A", &["B"], 2024)];
        assert_eq!(describe(&steps(Mode::Replace, &twice, &[]).unwrap()), ["1 replace A B"]);
    }

    #[test]
    fn what_replaces_a_code_begins_after_it_ends() {
        let mut list = [replacement("A", &["B"], 2023)];
        list[0].first_day = list[0].last_day;
        let error = steps(Mode::EndDate, &list, &[]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`A` ends on 2023-09-30, but its replacement already begins on 2023-09-30"
        );
    }
}
