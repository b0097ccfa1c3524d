//! The headings of a user's table, and the column that holds the keys.

use std::collections::HashSet;

use crate::fields::{self, roles, systems};
use crate::model::{Place, Problem, ProblemCode};

/// A table whose columns are not identified yet.
pub(super) struct Cells {
    /// The headings; empty while they are still among the rows.
    pub(super) titles: Vec<String>,
    /// The filled cells of each row, by column, with its place.
    pub(super) rows: Vec<(Place, Vec<(u32, String)>)>,
    /// The column of the keys, once it is known.
    pub(super) key: Option<usize>,
    pub(super) problems: Vec<Problem>,
}

/// How the column of codes is named on the command line. Where --code-column is that of the user's files, the releases have
/// an option of their own.
pub(super) const KEY_OPTION: &str = "--code-column (--release-column in impact, crosswalk, scan and migrate)";

/// Maximum length of the heading of a key; a longer one is a sentence.
const LONGEST_TITLE: usize = 60;

/// Upper bound on the length of a code.
const LONGEST_CODE: usize = 32;

/// Number of columns that are searched for keys.
const MOST_COLUMNS: usize = 512;

/// Titles of columns of descriptions.
pub(super) const LONG: &[&str] =
    &["description", "longdescription", "long", "title", "name", "label", "display", "text", "desc"];

/// Words of headings that mean codes, in addition to the names of code sets.
const KINDS: [&str; 11] = [
    "concept",
    "diagnosis",
    "dx",
    "procedure",
    "proc",
    "px",
    "cpthcpcs",
    "hcpcscpt",
    "msdrg",
    "snomed",
    "loinc",
];

/// Suffixes that may follow them.
const SUFFIXES: [&str; 6] = ["", "code", "codes", "number", "no", "cd"];

/// How certain it is that a heading names the keys, most certain first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// `Code`.
    Code,
    /// The name of a code set, with or without `code`: `HCPCS`, `ICD-10-CM Code`.
    Set,
    /// Any other kind of code: `Billing code`.
    OtherCode,
    /// `Key`, `ID`.
    Key,
}

fn rank(title: &str) -> Option<Rank> {
    let title = title.trim();
    if title.len() > LONGEST_TITLE {
        return None;
    }
    let letters = letters(&without_year(title));
    if matches!(letters.as_str(), "code" | "codes") {
        return Some(Rank::Code);
    }
    if matches!(letters.as_str(), "key" | "id") {
        return Some(Rank::Key);
    }
    let is_name = |name: &str| KINDS.contains(&name) || systems::is_set_name(name);
    let is_set = |rest: &str| SUFFIXES.iter().any(|suffix| rest.strip_suffix(suffix).is_some_and(is_name));
    if is_set(&letters) {
        return Some(Rank::Set);
    }
    let words = title.split_whitespace().count();
    (words <= 4 && letters.ends_with("code")).then_some(Rank::OtherCode)
}

/// Returns whether a heading certainly names keys.
pub(super) fn is_key_title(title: &str) -> bool {
    rank(title).is_some_and(|rank| rank != Rank::OtherCode)
}

/// Returns whether a heading names descriptions.
pub(super) fn is_description(title: &str) -> bool {
    LONG.contains(&letters(&without_year(title)).as_str())
}

/// Returns a heading without the year that it is for: `2026 Code`, `Code FY2026`, `ICD-10-CM Code 2025`, `Code (FY 26)`.
pub(super) fn without_year(title: &str) -> String {
    let is_year = |word: &str| {
        let small = word.to_ascii_lowercase();
        let digits = small.trim_start_matches(['f', 'c', 'y']);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let is_full = digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
        match small.len() - digits.len() {
            0 => is_number && is_full,
            _ => {
                matches!(small.as_str(), "fy" | "cy")
                    || is_number && (is_full || digits.len() == 2) && small.contains('y')
            }
        }
    };
    let words = title.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    let all: Vec<&str> = words.collect();
    let kept: Vec<&str> = all.iter().copied().filter(|word| !is_year(word)).collect();
    // `Code (FY 26)`: two digits are a year only together with a word for the year.
    let has_mark = kept.len() + 1 < all.len()
        || all.iter().any(|word| matches!(word.to_ascii_lowercase().as_str(), "fy" | "cy"));
    let kept = kept
        .into_iter()
        .filter(|word| !(has_mark && word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_digit())));
    kept.collect::<Vec<_>>().join(" ")
}

/// Returns the letters and digits of a heading, in lowercase.
pub(super) fn letters(title: &str) -> String {
    title.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns whether a value may be a code: one short word with a digit.
pub(super) fn is_code_like(value: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'/' | b'&');
    value.len() <= LONGEST_CODE
        && value.bytes().all(is_part)
        && value.bytes().any(|byte| byte.is_ascii_digit())
        && value.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
}

/// Returns whether a value is a few capital letters, as modifiers are: a column of them in one length may be codes.
fn is_mark(value: &str) -> bool {
    (1..=5).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Returns a cell of a row; empty if the row does not have it.
pub(super) fn cell(row: &[(u32, String)], column: usize) -> &str {
    row.binary_search_by_key(&(column as u32), |(column, _)| *column).map_or("", |at| &row[at].1)
}

/// The reason why no column holds the keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum KeyError {
    /// The table is empty.
    #[error("the table has no rows")]
    NoRows,
    /// The column that the user names is missing; then all columns.
    #[error("there is no column `{0}`; the columns are {1}")]
    NoColumn(String, String),
    /// Several columns may hold the keys: their titles and examples.
    #[error("several columns may contain the keys: {0}; name one with {KEY_OPTION}")]
    Several(String),
}

/// Finds the headings and the column of the keys. `wanted` is the heading that the user names, or the number of the column.
///
/// # Errors
///
/// If no column holds the keys, or several may.
pub(super) fn find(mut cells: Cells, name: &str, wanted: Option<&str>) -> Result<Cells, KeyError> {
    if cells.titles.is_empty() {
        headings(&mut cells, wanted);
    }
    if cells.titles.is_empty() {
        return Err(KeyError::NoRows);
    }
    if let Some(wanted) = wanted {
        cells.key = Some(named(&cells, wanted)?);
    } else if cells.key.is_none() {
        let (key, note) = guessed(&cells, name)?;
        cells.key = Some(key);
        cells.problems.extend(note);
    }
    Ok(cells)
}

/// Returns the heading of a column, or its number: there may be more columns than headings.
pub(super) fn title_of(cells: &Cells, column: usize) -> String {
    let title = cells.titles.get(column).filter(|title| !title.is_empty());
    title.cloned().unwrap_or_else(|| format!("column {}", column + 1))
}

/// Removes the headings from the rows, without deciding the column of keys.
pub(super) fn with_titles(mut cells: Cells) -> Cells {
    if cells.titles.is_empty() {
        headings(&mut cells, None);
    }
    cells
}

/// Returns the first column that holds a distinct code in nearly each row.
pub(super) fn first_code_column(cells: &Cells) -> Option<usize> {
    code_columns(cells).into_iter().next()
}

/// Returns the column that the user names.
fn named(cells: &Cells, wanted: &str) -> Result<usize, KeyError> {
    let found = cells.titles.iter().position(|title| title.trim() == wanted.trim());
    let found = found.or_else(|| cells.titles.iter().position(|title| letters(title) == letters(wanted)));
    let number = || wanted.trim().parse::<usize>().ok()?.checked_sub(1).filter(|at| *at < cells.titles.len());
    found.or_else(number).ok_or_else(|| {
        let titles = cells.titles.iter().take(MOST_COLUMNS).map(String::as_str).collect::<Vec<_>>();
        KeyError::NoColumn(wanted.to_owned(), titles.join(", "))
    })
}

/// The position of the headings among the rows.
enum Headings {
    /// In this row; the rows above it are a banner.
    In(usize),
    /// There are no headings: the first row holds a code.
    Missing,
}

/// Removes the headings from the rows, with the banner above them. If there are no headings, columns are named by their
/// content.
fn headings(cells: &mut Cells, wanted: Option<&str>) {
    if let Some(found) = by_headings(cells, wanted) {
        cells.rows.drain(..found.end);
        let width = found.names.last().map_or(0, |(column, _)| *column as usize + 1);
        cells.titles = vec![String::new(); width];
        for (column, name) in found.names {
            cells.titles[column as usize] = name;
        }
        return;
    }
    match before_codes(cells) {
        Headings::In(at) => {
            let rows = cells.rows.split_off((at + 1).min(cells.rows.len()));
            let titles =
                std::mem::replace(&mut cells.rows, rows).pop().map(|(_, row)| row).unwrap_or_default();
            for (column, title) in titles {
                cells.titles.resize(column as usize, String::new());
                cells.titles.push(fields::headings::in_one_line(&title));
            }
        }
        Headings::Missing => {
            cells.titles = (1..=width(cells)).map(|number| format!("column {number}")).collect();
            if let Some(column) = text_column(cells) {
                cells.titles[column] = "description".to_owned();
            }
        }
    }
}

/// Returns the number of columns that are examined.
fn width(cells: &Cells) -> usize {
    let last = cells.rows.iter().filter_map(|(_, row)| row.last()).map(|(column, _)| *column as usize + 1);
    last.max().unwrap_or(0).min(MOST_COLUMNS)
}

/// Finds the headings among the first rows that name the keys, or the column that the user names.
fn by_headings(cells: &Cells, wanted: Option<&str>) -> Option<fields::headings::Headings> {
    let first = cells.rows.iter().take(2 * fields::headings::ROWS_BEFORE);
    let rows: Vec<fields::headings::Cells<'_>> =
        first.map(|(_, row)| row.iter().map(|(column, cell)| (*column, cell.as_str())).collect()).collect();
    let is_code = |cell: &str| is_code_like(cell) && rank(cell).is_none() && !roles::is_known(cell);
    let is_wanted = |title: &str| wanted.is_some_and(|wanted| letters(title) == letters(wanted));
    let found = fields::headings::find(&rows, &is_code, &is_wanted)?;
    let names_keys = found.names.iter().any(|(_, name)| rank(name).is_some() || is_wanted(name));
    names_keys.then_some(found)
}

/// Finds the headings by the first row that has a code in the column of codes: they are the row before it.
fn before_codes(cells: &Cells) -> Headings {
    let Some(column) = code_columns(cells).into_iter().next() else { return Headings::In(0) };
    let are_marks = values(cells)[column].like_codes == 0;
    let is_code = |value: &str| if are_marks { is_mark(value) } else { is_code_like(value) };
    match cells.rows.iter().position(|(_, row)| is_code(cell(row, column).trim())) {
        Some(0) | None => Headings::Missing,
        Some(first) => Headings::In(first - 1),
    }
}

/// Statistics about the values of a column.
#[derive(Default)]
struct Values<'c> {
    filled: usize,
    like_codes: usize,
    /// Those with a letter as well as a digit.
    with_letter: usize,
    /// Those that may be an amount of money or a code: `12.50`.
    like_amounts: usize,
    distinct: HashSet<&'c str>,
    /// Those of a few capital letters, and their lengths.
    like_marks: usize,
    lengths: HashSet<usize>,
}

impl Values<'_> {
    /// Returns whether nearly every row has a value of its own: one repeated code does not make another column the key.
    fn are_unique(&self, rows: usize) -> bool {
        self.filled > 0 && is_most(self.distinct.len(), rows)
    }

    fn are_codes(&self, rows: usize) -> bool {
        let are_marks = rows > 1 && self.like_marks == rows && self.lengths.len() == 1;
        let are_codes = is_most(self.like_codes, rows) && self.like_amounts * 2 <= self.filled;
        self.are_unique(rows) && (are_codes || are_marks)
    }
}

/// Returns whether `count` is at least nineteen of twenty, or all but one of fewer.
fn is_most(count: usize, of: usize) -> bool {
    count * 20 >= of * 19 || of > 2 && of < 20 && count + 1 >= of
}

fn values(cells: &Cells) -> Vec<Values<'_>> {
    let mut columns: Vec<Values<'_>> = (0..width(cells)).map(|_| Values::default()).collect();
    for (column, value) in cells.rows.iter().flat_map(|(_, row)| row) {
        let Some(held) = columns.get_mut(*column as usize) else { continue };
        let value = value.trim();
        held.filled += 1;
        held.distinct.insert(value);
        held.like_marks += usize::from(is_mark(value));
        if held.lengths.len() < 2 {
            held.lengths.insert(value.len());
        }
        if is_code_like(value) {
            let has_letter = value.bytes().any(|byte| byte.is_ascii_alphabetic());
            let decimals = value.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            held.like_codes += 1;
            held.with_letter += usize::from(has_letter);
            held.like_amounts += usize::from(!has_letter && (1..=2).contains(&decimals));
        }
    }
    columns
}

/// Returns the columns that hold a distinct code in nearly each row: those whose codes have letters, or else those of numbers.
fn code_columns(cells: &Cells) -> Vec<usize> {
    let (columns, rows) = (values(cells), cells.rows.len());
    let are_codes = |at: &usize| columns[*at].are_codes(rows);
    let all: Vec<usize> = (0..columns.len()).filter(are_codes).collect();
    let with_letters: Vec<usize> =
        all.iter().copied().filter(|at| columns[*at].with_letter * 2 > columns[*at].filled).collect();
    if with_letters.is_empty() { all } else { with_letters }
}

/// Returns the first column of words.
pub(super) fn text_column(cells: &Cells) -> Option<usize> {
    let is_text = |column: &usize| {
        let words = cells.rows.iter().filter(|(_, row)| cell(row, *column).trim().contains(' ')).count();
        words * 2 > cells.rows.len()
    };
    (0..width(cells)).find(is_text)
}

/// Returns the column of keys by its heading, or else by its values, with a note if it was found by its values.
fn guessed(cells: &Cells, name: &str) -> Result<(usize, Option<Problem>), KeyError> {
    let (columns, rows) = (values(cells), cells.rows.len());
    let ranks: Vec<Option<Rank>> = cells.titles.iter().take(MOST_COLUMNS).map(|title| rank(title)).collect();
    for wanted in [Rank::Code, Rank::Set, Rank::OtherCode, Rank::Key] {
        let named: Vec<usize> = (0..ranks.len()).filter(|at| ranks[*at] == Some(wanted)).collect();
        if let (Rank::Code, [only]) = (wanted, &named[..]) {
            return Ok((*only, None));
        }
        let is_key = |at: &usize| columns.get(*at).is_some_and(|values| values.are_unique(rows));
        match named.iter().copied().filter(is_key).collect::<Vec<_>>()[..] {
            [] => {}
            [only] => return Ok((only, None)),
            ref several => return Err(several_keys(cells, several)),
        }
    }
    // None of them has a distinct value in each row: a list with repeated codes, which is reported later.
    if let Some(best) = (0..ranks.len()).filter(|at| ranks[*at].is_some()).min_by_key(|at| ranks[*at]) {
        return Ok((best, None));
    }
    match code_columns(cells)[..] {
        [] => Ok((0, None)),
        [only] => {
            let fact = format!(
                "the keys are read from `{}`, which has a different code in each row",
                title_of(cells, only)
            );
            let place = Place::file(name);
            let note = Problem::new(ProblemCode::ColumnAssumed, place, fact)
                .hint(format!("name another column with {KEY_OPTION}"));
            Ok((only, Some(note)))
        }
        ref several => Err(several_keys(cells, several)),
    }
}

fn several_keys(cells: &Cells, columns: &[usize]) -> KeyError {
    let example = |column: usize| cells.rows.first().map_or("", |(_, row)| cell(row, column));
    let shown =
        |column: &usize| format!("`{}` ({})", title_of(cells, *column), example(*column).escape_debug());
    KeyError::Several(columns.iter().take(5).map(shown).collect::<Vec<_>>().join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_keys_are_reported_with_and_without_a_year() {
        for (title, expected) in [
            ("Code", Some(Rank::Code)),
            ("2026 code", Some(Rank::Code)),
            ("Code FY2026", Some(Rank::Code)),
            ("Code (FY 26)", Some(Rank::Code)),
            ("FY26 Code", Some(Rank::Code)),
            ("ICD-10-CM Code 2025", Some(Rank::Set)),
            ("ICD-10-CM", Some(Rank::Set)),
            ("CPT/HCPCS\nCode", Some(Rank::Set)),
            ("concept_code", Some(Rank::Set)),
            ("NDC", Some(Rank::Set)),
            ("Billing code", Some(Rank::OtherCode)),
            ("concept_id", None),
            ("id", Some(Rank::Key)),
            ("Description", None),
            ("2026", None),
            ("What somebody once wrote about every one of these codes", None),
        ] {
            assert_eq!(rank(title), expected, "{title}");
        }
        assert_eq!(letters(&without_year("Long Description FY2026")), "longdescription");
        assert_eq!(letters(&without_year("ICD-10-CM Code")), "icd10cmcode");
    }

    #[test]
    fn values_with_a_digit_and_no_blank_are_like_codes() {
        for value in ["A000", "250.00", "0002-0485-04", "1A00.0&XN1", "99213"] {
            assert!(is_code_like(value), "{value}");
        }
        for value in ["", "Cholera", "A 1", "$12", "-1", "(5)"] {
            assert!(!is_code_like(value), "{value}");
        }
    }
}
