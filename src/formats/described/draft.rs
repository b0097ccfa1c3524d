//! The first draft of a descriptor, made from a file: values found in the file are filled in, everything else can be added.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::claml;
use crate::formats::text::TextFile;
use crate::formats::user_table::of_rows;
use crate::formats::user_table_key as key;
use crate::model::sets;
use crate::model::{ProblemCode, SourceFile};
use crate::tables::rows::{Layout, agreed_delimiter, text_rows, workbook_rows};
use crate::tables::workbook::is_workbook;

/// Maximum columns of a table.
const MOST_COLUMNS: usize = 512;

/// Number of lines that are examined to find fixed columns.
const LINES: usize = 1_000;

/// Maximum length of a first word that is a key in fixed columns.
const LONGEST_KEY: usize = 16;

/// The reason why a descriptor cannot be drafted from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftError {
    /// A description of what is missing.
    pub fact: String,
    /// The suggested next step.
    pub hint: String,
}

/// A part of a draft: the tables `file` and `columns`, and the keys that were found.
#[derive(Default)]
struct Seen {
    file: Vec<String>,
    columns: Vec<String>,
    remarks: Vec<String>,
    keys: Vec<String>,
}

/// Drafts `[[set]]` of a catalog from a file.
///
/// # Errors
///
/// If the file has no delimiter, fixed columns or classes, because its keys then cannot be located.
pub fn draft(file: SourceFile) -> Result<String, DraftError> {
    let name = file.source.name.clone();
    let seen = if is_workbook(&file.bytes) { of_workbook(&file)? } else { of_text(TextFile::decode(file))? };
    Ok(written(&name, &seen))
}

fn error(fact: impl Into<String>, hint: impl Into<String>) -> DraftError {
    DraftError { fact: fact.into(), hint: hint.into() }
}

fn of_workbook(file: &SourceFile) -> Result<Seen, DraftError> {
    let layout = Layout { title_rows: 50, columns: MOST_COLUMNS, is_titles: &|row| !row.is_empty() };
    let rows =
        workbook_rows(file, &layout).map_err(|cause| error(cause.to_string(), "save the table as CSV"))?;
    of_cells(of_rows(rows.unwrap_or_default(), Vec::new()), &file.source.name, Vec::new())
}

fn of_text(text: TextFile) -> Result<Seen, DraftError> {
    let start = text.text.trim_start();
    if start.starts_with(['[', '{']) {
        let hint = "pass --set table: a JSON table with a column of codes needs no descriptor";
        return Err(error("cannot describe a JSON file", hint));
    }
    if text.text.contains(claml::ROOT) {
        return of_claml(&text);
    }
    if start.starts_with('<') {
        let hint = "describe a text file or workbook of the same codes: ClaML is the only XML format that is \
                    supported";
        return Err(error("the file is XML, but not ClaML", hint));
    }
    let is_utf8 = text.problems.iter().all(|problem| problem.code != ProblemCode::Encoding);
    let encoding = format!("encoding = \"{}\"", if is_utf8 { "utf-8" } else { "windows-1252" });
    match agreed_delimiter(&text.text) {
        Some(mark) => {
            let shown = if mark == b'\t' { "tab".to_owned() } else { char::from(mark).to_string() };
            let rows = text_rows(&text.name, &text.text, mark);
            let file = vec![encoding, format!("delimiter = {}", quoted(&shown))];
            of_cells(of_rows(rows, Vec::new()), &text.name, file)
        }
        None => of_fixed_columns(&text, encoding),
    }
}

fn of_claml(text: &TextFile) -> Result<Seen, DraftError> {
    let column = crate::model::Column::Heading("code".to_owned());
    let records = claml::records(text, &[&column]).map_err(|fault| error(fault.fact, ""))?;
    let keys = records.rows.into_iter().filter_map(|record| record.cells.into_iter().next()).collect();
    Ok(Seen {
        file: vec!["layout = \"claml\"".to_owned()],
        columns: vec![
            "key = \"code\"".to_owned(),
            "description = \"preferred\"".to_owned(),
            "parent = \"SuperClass\"".to_owned(),
        ],
        remarks: vec!["A column names an attribute of Class, a kind of Rubric, or a Meta.".to_owned()],
        keys,
    })
}

fn of_cells(cells: key::Cells, name: &str, mut file: Vec<String>) -> Result<Seen, DraftError> {
    let all = cells.rows.len();
    let (found, doubt) = match key::find(copy(&cells), name, None) {
        Ok(found) => (found, None),
        Err(doubt) => (key::with_titles(cells), Some(doubt)),
    };
    if found.rows.is_empty() {
        return Err(error("the table has no rows below its headings", "pass a file that contains codes"));
    }
    // Columns without headings are named by numbers.
    let has_headings = found.rows.len() < all;
    // A column without a heading is named by its number.
    let column = |at: usize| match found.titles.get(at).filter(|title| has_headings && !title.is_empty()) {
        Some(title) => quoted(title),
        None => (at + 1).to_string(),
    };
    if !has_headings {
        file.push("headings = false".to_owned());
    }
    let at = found.key.unwrap_or_else(|| key::first_code_column(&found).unwrap_or(0));
    let mut columns = vec![format!("key = {}", column(at))];
    let text = found.titles.iter().position(|title| key::is_description(title)).filter(|text| *text != at);
    columns.extend(
        text.or_else(|| key::text_column(&found)).map(|text| format!("description = {}", column(text))),
    );
    let mut remarks: Vec<String> = doubt
        .iter()
        .map(ToString::to_string)
        .filter_map(|doubt| doubt.split(';').next().map(str::to_owned))
        .map(|doubt| format!("Check the key: {doubt}."))
        .collect();
    remarks.push("The columns and their first values:".to_owned());
    for (at, title) in found.titles.iter().enumerate() {
        let value = found.rows.first().map_or("", |(_, row)| key::cell(row, at));
        let shown: String = value.chars().take(40).collect();
        let title = if has_headings { format!("{} ", quoted(title)) } else { String::new() };
        remarks.push(format!("  {:>2}: {title}{}", at + 1, shown.escape_debug()));
    }
    let keys = found.rows.iter().map(|(_, row)| key::cell(row, at).trim().to_owned()).collect();
    Ok(Seen { file, columns, remarks, keys })
}

fn copy(cells: &key::Cells) -> key::Cells {
    key::Cells {
        titles: cells.titles.clone(),
        rows: cells.rows.clone(),
        key: cells.key,
        problems: Vec::new(),
    }
}

/// Reads fixed columns: a word at the beginning of each line, and the rest from the same character on.
fn of_fixed_columns(text: &TextFile, encoding: String) -> Result<Seen, DraftError> {
    let lines: Vec<&str> = text.lines().map(|line| line.text).take(LINES).collect();
    let parts = |line: &&str| {
        let word = line.split(' ').next().filter(|word| (1..=LONGEST_KEY).contains(&word.len()))?.to_owned();
        let rest = line[word.len()..].trim_start_matches(' ');
        let start = line.len() - rest.len();
        (!rest.is_empty()).then_some((word, start))
    };
    let starts: Vec<Option<usize>> = lines.iter().map(|line| parts(line).map(|(_, start)| start)).collect();
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    starts.iter().flatten().for_each(|start| *counts.entry(*start).or_default() += 1);
    let filled = lines.iter().filter(|line| !line.trim().is_empty()).count();
    let common = counts.into_iter().max_by_key(|(_, count)| *count);
    let Some((start, _)) = common.filter(|(_, count)| *count * 20 >= filled * 19) else {
        return Err(error(
            "cannot find the keys: the text has no common delimiter and no fixed columns",
            "write [[set]] by hand: file.layout, columns.key and columns.description",
        ));
    };
    let is_code = |line: &&&str| line.get(..start).is_some_and(|word| key::is_code_like(word.trim()));
    if lines.iter().filter(is_code).count() * 2 < filled {
        let hint = "describe a file that has codes, not lines of words";
        return Err(error("the first column of the text contains words instead of codes", hint));
    }
    let skip = starts.iter().take_while(|found| **found != Some(start)).count();
    let mut file = vec!["layout = \"fixed\"".to_owned(), encoding];
    if skip > 0 {
        file.push(format!("skip_lines = {skip}"));
    }
    let all =
        text.lines().skip(skip).map(|line| line.text.get(..start).unwrap_or(line.text).trim().to_owned());
    Ok(Seen {
        file,
        columns: vec![format!("key = \"1-{start}\""), format!("description = \"{}-\"", start + 1)],
        remarks: Vec::new(),
        keys: all.filter(|key| !key.is_empty()).collect(),
    })
}

/// Writes the draft: the values that were found, then the ones that may be added.
fn written(name: &str, seen: &Seen) -> String {
    let stem = name.rsplit(['/', '!']).next().unwrap_or(name);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let mut draft = format!(
        "# A first draft from {}: check it, then name the catalog with --catalog.\n",
        stem.escape_debug()
    );
    for remark in &seen.remarks {
        let _ = writeln!(draft, "# {remark}");
    }
    let title = stem.replace('_', " ");
    let _ = write!(
        draft,
        "\n[[set]]\nid = {}\ntitle = {}\n# publisher = \"\"\n# terms = \"\"\n\n[set.file]\n{}\n\n[set.columns]\n{}\n",
        quoted(&id(stem)),
        quoted(&title),
        seen.file.join("\n"),
        seen.columns.join("\n")
    );
    draft.push_str(ADD_TO_COLUMNS);
    let _ = write!(draft, "\n[set.key]\n");
    match pattern(&seen.keys) {
        Some(pattern) => {
            let _ = writeln!(draft, "pattern = '{pattern}'");
        }
        None => draft.push_str("# pattern = '[A-Z][0-9]{2}'\n"),
    }
    draft.push_str(REST);
    draft
}

const ADD_TO_COLUMNS: &str = "\
# short, level, parent, status, start, end, successor: further columns, each if the file has it
# attributes = { NAME = COLUMN }: columns whose values are compared
";

const REST: &str = "\
# letters = \"upper\"  # lower-case letters mean the same
# remove = \".\"       # characters that people write and the file does not
# pad = 3            # numbers have leading zeros
# nested = true      # a code is below the one that its own begins with

# absence = \"unexpected\" in [[set]]: the publisher keeps codes that ended
# [set.level]        # codes = [\"T\"], headers = [\"N\"]: values of columns.level; or with_children = true
# [set.status]       # ended = [\"Inactive\"]: values of columns.status
# [set.successor]    # phrases = [\"use\", \"replaced by\"]: what names a code in columns.successor
# [set.transition]   # old, new, none, forward, backward, official, file: a table of successors
";

/// Returns a short name made from the name of a file, without years and without characters that an id may not have.
fn id(stem: &str) -> String {
    let is_year = |word: &&str| word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    let words = stem.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let id: String = words.filter(|word| !is_year(word)).collect::<String>().to_ascii_lowercase();
    let is_taken = sets::ALL.iter().any(|set| set.id == id);
    match id.get(..id.len().min(24)).unwrap_or(&id) {
        "" => "myset".to_owned(),
        id if is_taken => format!("{id}-own"),
        id => id.to_owned(),
    }
}

/// Returns a pattern that all keys match: for each position, the kinds of characters that occur there. `None` without keys, or
/// if they have blanks, quotes or characters outside ASCII.
fn pattern(keys: &[String]) -> Option<String> {
    let shortest = keys.iter().map(String::len).min()?;
    let longest = keys.iter().map(String::len).max()?;
    // A quote would end the pattern.
    let is_plain = |key: &String| key.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\'');
    if shortest == 0 || longest > LONGEST_KEY || !keys.iter().all(is_plain) {
        return None;
    }
    let mut runs: Vec<(String, usize, usize)> = Vec::new();
    for at in 0..longest {
        let class = class(&keys.iter().filter_map(|key| key.as_bytes().get(at).copied()).collect());
        let needed = usize::from(at < shortest);
        match runs.last_mut().filter(|(last, ..)| *last == class) {
            Some((_, least, most)) => (*least, *most) = (*least + needed, *most + 1),
            None => runs.push((class, needed, 1)),
        }
    }
    let times = |(class, least, most): (String, usize, usize)| match (least, most) {
        (1, 1) => class,
        (0, 1) => format!("{class}?"),
        (least, most) if least == most => format!("{class}{{{most}}}"),
        (least, most) => format!("{class}{{{least},{most}}}"),
    };
    Some(runs.into_iter().map(times).collect())
}

/// Returns the kinds of some characters, as a class of a regular expression.
fn class(bytes: &BTreeSet<u8>) -> String {
    let mut class = String::new();
    for (range, is_in) in [
        ("A-Z", u8::is_ascii_uppercase as fn(&u8) -> bool),
        ("a-z", u8::is_ascii_lowercase),
        ("0-9", u8::is_ascii_digit),
    ] {
        if bytes.iter().any(is_in) {
            class.push_str(range);
        }
    }
    for mark in bytes.iter().filter(|byte| !byte.is_ascii_alphanumeric()) {
        class.push('\\');
        class.push(char::from(*mark));
    }
    format!("[{class}]")
}

/// Returns a text as a TOML string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            char if char.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(char));
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern_of(keys: &[&str]) -> Option<String> {
        pattern(&keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_pattern_has_the_kinds_of_characters_of_each_position() {
        assert_eq!(pattern_of(&["001", "470", "999"]).as_deref(), Some("[0-9]{3}"));
        assert_eq!(pattern_of(&["A00", "A00.0", "B12.34"]).as_deref(), Some(r"[A-Z][0-9]{2}[\.]?[0-9]{0,2}"));
        assert_eq!(
            pattern_of(&["207Q00000X", "2084P0800X"]).as_deref(),
            Some("[0-9]{3}[A-Z0-9]{2}[0-9]{4}[A-Z]")
        );
        assert_eq!(pattern_of(&[]), None);
        assert_eq!(pattern_of(&["É1"]), None);
    }

    #[test]
    fn an_id_is_made_of_the_name_of_the_file() {
        for (stem, expected) in [
            ("icd10_who_2016", "icd10who"),
            ("MS-DRG v43", "msdrgv43"),
            ("2026", "myset"),
            ("icd10cm", "icd10cm-own"),
        ] {
            assert_eq!(id(stem), expected, "{stem}");
        }
    }

    #[test]
    fn what_has_neither_delimiter_nor_columns_is_refused() {
        let draft_of = |text: &str| draft(SourceFile::new("f.txt", text.as_bytes().to_vec()));
        let refused = |text: &str| draft_of(text).unwrap_err().fact;
        assert!(
            refused("Some words\nand more of them here\nthat say nothing\n").contains("no common delimiter")
        );
        assert!(refused("<html><body></body></html>").contains("not ClaML"));
        assert!(refused("[{\"code\": 1}]").contains("JSON"));
    }
}
