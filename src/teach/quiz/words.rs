//! Comparison of descriptions by their words: which of them cannot both fit one record.

use std::collections::BTreeSet;

/// Words that do not set one condition or procedure apart from another.
const FILLERS: &str = "a an the of in on at to by for from and or as is are not other others unspecified specified \
    elsewhere classified nec nos due side";

/// Units of measure.
const UNITS: &str = "mg mcg g gram grams ml cc l liter liters iu meq mci millicurie millicuries unit units minute \
    minutes hour hours day days sq cm mm inch inches";

/// Words of descriptions that cover what has no code of its own: whether one of them fits depends on all other codes.
const RESIDUAL: &[&str] = &["unspecified", "other", "specified", "elsewhere"];

/// Returns whether neither description has all the words of the other. A record in the words of one of them does not
/// state the other, and the other is not a more general name of it.
pub(super) fn exclude_each_other(one: &str, other: &str) -> bool {
    let (one, other) = (content(one), content(other));
    !one.is_subset(&other) && !other.is_subset(&one)
}

/// Returns whether a description has all the words of another one, and more: it adds a detail to it.
pub(super) fn adds_to(description: &str, general: &str) -> bool {
    let (own, general) = (content(description), content(general));
    general.is_subset(&own) && own.len() > general.len()
}

/// Returns whether a description has words that another one does not have.
pub(super) fn is_beyond(description: &str, general: &str) -> bool {
    !content(description).is_subset(&content(general))
}

/// Returns whether a description covers what has no code of its own, such as `Other specified ..`.
pub(super) fn is_residual(description: &str) -> bool {
    split(description).any(|word| RESIDUAL.contains(&word.as_str()))
}

/// Returns whether a description covers a record that does not specify a detail.
pub(super) fn is_unspecified(description: &str) -> bool {
    split(description).any(|word| word == "unspecified")
}

fn content(description: &str) -> BTreeSet<String> {
    let words: Vec<String> = split(description).collect();
    let is_filler = |word: &String| FILLERS.split_whitespace().any(|filler| filler == word);
    let kept = words.iter().enumerate().filter(|(at, word)| !is_filler(word) && !is_amount(&words[*at..]));
    // A plural is not another word.
    kept.map(|(_, word)| word.strip_suffix('s').map_or(word.clone(), str::to_owned)).collect()
}

/// Returns whether words begin with an amount: ten times 1 mg is 10 mg.
fn is_amount(words: &[String]) -> bool {
    let is_number = |word: &&String| word.bytes().all(|byte| byte.is_ascii_digit());
    let numbers = words.iter().take_while(is_number).count();
    numbers > 0 && words.get(numbers).is_some_and(|unit| UNITS.split_whitespace().any(|known| known == unit))
}

fn split(description: &str) -> impl Iterator<Item = String> {
    let words = description.split(|char: char| !char.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_more_general_description_also_fits() {
        let record = "Right flank pain";
        assert!(exclude_each_other(record, "Left flank pain"));
        for fits in
            ["Flank pain, unspecified side", "Flank pain", "Right flank pains", "Right flank pain with fever"]
        {
            assert!(!exclude_each_other(record, fits), "{fits}");
        }
        assert!(
            !exclude_each_other("Injection, x, 0.5 mg", "Injection, x, 10 mg"),
            "amounts can be added up"
        );
        assert!(exclude_each_other("Diabetes, type 1", "Diabetes, type 2"));
        assert!(exclude_each_other("Pain with fever", "Pain without fever"));
        assert!(
            !exclude_each_other("Migraine, intractable", "Migraine, not intractable"),
            "too close to be asked"
        );
    }

    #[test]
    fn descriptions_of_what_is_left_are_known() {
        assert!(
            is_residual("Other cysts") && is_residual("Pain, unspecified") && !is_residual("Pain of mother")
        );
    }
}
