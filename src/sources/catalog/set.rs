//! `[[set]]` of a catalog: code sets that are described in data instead of code.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use encoding_rs::Encoding;
use regex_automata::meta::Regex;
use serde::Deserialize;

use super::CatalogError;
use crate::model::sets;
use crate::model::{
    Calendar, CodeSet, Column, Deletion, Descriptor, Field, FileForm, FileLayout, Hierarchy, KeyRule,
    Letters, LevelRule, PropertyDefinition, PropertyGroup, TransitionRule, ValueKind,
};

/// A catalog, reduced to its sets: the other tables are read elsewhere.
#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    set: Vec<WrittenSet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenSet {
    id: String,
    title: String,
    publisher: Option<String>,
    terms: Option<String>,
    uri: Option<String>,
    #[serde(default)]
    licensed: bool,
    #[serde(default)]
    calendar: WrittenCalendar,
    #[serde(default)]
    absence: WrittenAbsence,
    #[serde(default)]
    file: WrittenFile,
    columns: Option<WrittenColumns>,
    #[serde(default)]
    key: WrittenKey,
    #[serde(default)]
    level: WrittenLevel,
    #[serde(default)]
    status: WrittenStatus,
    #[serde(default)]
    successor: WrittenSuccessor,
    transition: Option<WrittenTransition>,
}

#[derive(Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WrittenCalendar {
    #[default]
    CalendarYear,
    FiscalYear,
}

#[derive(Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WrittenAbsence {
    /// A missing key was removed.
    #[default]
    Removed,
    /// The publisher keeps ended codes; a missing one is reported.
    Unexpected,
}

#[derive(Default, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenForm {
    #[default]
    Delimited,
    Fixed,
    Claml,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenFile {
    layout: WrittenForm,
    encoding: Option<String>,
    skip_lines: usize,
    delimiter: Option<String>,
    headings: Option<bool>,
    quotes: Option<bool>,
    day_first: bool,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum WrittenColumn {
    Number(u32),
    Text(String),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenColumns {
    key: Option<WrittenColumn>,
    description: Option<WrittenColumn>,
    short: Option<WrittenColumn>,
    level: Option<WrittenColumn>,
    parent: Option<WrittenColumn>,
    status: Option<WrittenColumn>,
    start: Option<WrittenColumn>,
    end: Option<WrittenColumn>,
    successor: Option<WrittenColumn>,
    attributes: BTreeMap<String, WrittenColumn>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenKey {
    pattern: Option<String>,
    headers: Option<String>,
    letters: WrittenLetters,
    remove: String,
    pad: usize,
    nested: bool,
}

#[derive(Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenLetters {
    #[default]
    Kept,
    Upper,
    Lower,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenLevel {
    codes: Vec<String>,
    headers: Vec<String>,
    with_children: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenStatus {
    ended: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenSuccessor {
    phrases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTransition {
    old: WrittenColumn,
    new: WrittenColumn,
    #[serde(default)]
    none: Vec<String>,
    forward: Option<WrittenMark>,
    backward: Option<WrittenMark>,
    #[serde(default = "yes")]
    official: bool,
    #[serde(default)]
    file: WrittenFile,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMark {
    column: WrittenColumn,
    values: Vec<String>,
}

/// Maximum padded length of a key: no code is as long.
const LONGEST_KEY: usize = 64;

/// Maximum size of a compiled pattern, in bytes. Patterns of codes take a few kilobytes.
const PATTERN_LIMIT: usize = 1 << 20;

/// The reason why a set of a catalog cannot be read; it names the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum SetError {
    #[error("the catalog describes it twice")]
    Twice,
    #[error("`id` may only contain lowercase letters, digits, `-` and `_`")]
    Id,
    #[error("`id` is the id of a built-in set; choose another one")]
    BuiltIn,
    /// The values, and the column that they are in.
    #[error("`{0}` needs `columns.{1}`")]
    NeedsColumn(&'static str, String),
    #[error("`columns.level` needs `level.codes` or `level.headers`: the values that mark them")]
    NeedsLevels,
    #[error("`columns.status` needs `status.ended`: the values that end a code")]
    NeedsEnded,
    #[error("`level.with_children` needs `columns.parent` or `key.nested = true`")]
    NeedsParents,
    #[error("`transition` needs `key.pattern`: its codes distinguish the table from other files")]
    NeedsPattern,
    #[error("`columns.key` is missing: the column of keys")]
    NoKeys,
    /// The column, and its fault.
    #[error("`{0}` {1}")]
    Column(String, ColumnFault),
    /// The file, and the label of the encoding.
    #[error("`{0}.encoding` is `{1}`, which is not an encoding; write utf-8, windows-1252 or utf-16le")]
    Encoding(&'static str, String),
    /// The file, and the field.
    #[error("`{0}.{1}` is for delimited files only")]
    DelimitedOnly(&'static str, &'static str),
    #[error("`{0}.delimiter` must be one character such as `;`, or `tab`")]
    Delimiter(&'static str),
    #[error("`key.pad` is {0}; no key is longer than {LONGEST_KEY} characters")]
    Pad(usize),
    #[error("`key.headers` needs `key.pattern`, which all other keys match")]
    HeadersNeedPattern,
    /// The pattern, and the reason.
    #[error("`{0}` is not a regular expression: {1}")]
    Pattern(&'static str, String),
    #[error("`transition.file.layout` is delimited or fixed")]
    TransitionLayout,
}

/// The fault of a column in a catalog.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum ColumnFault {
    #[error("is 0, but columns count from 1")]
    Zero,
    #[error("is `{0}`; for fixed columns write `1-5`, or `7-` for the rest of the line")]
    Characters(String),
    #[error("is a number; for ClaML, name an attribute, a rubric or a Meta")]
    NumberInClaml,
    #[error("is the heading `{0}`, but `file.headings` is false; write its number")]
    NoHeadings(String),
    #[error("is empty")]
    Empty,
}

/// Reads the sets that a catalog describes. Each lives until the program ends, as the built-in ones do.
///
/// # Errors
///
/// If the text is not a catalog, or a set is described in a way that cannot be read; the message names the field.
pub fn read_sets(file: &Path, text: &str) -> Result<Vec<&'static CodeSet>, CatalogError> {
    let file = file.display().to_string();
    let refuse = |fact: String| CatalogError { file: file.clone(), fact };
    let written: Written =
        toml::from_str(text).map_err(|error| refuse(error.to_string().trim().to_owned()))?;
    let mut described: Vec<&'static CodeSet> = Vec::new();
    for set in written.set {
        let id = set.id.clone();
        let in_set = |error: SetError| refuse(format!("[[set]] `{id}`: {error}"));
        if described.iter().any(|known| known.id == id) {
            return Err(in_set(SetError::Twice));
        }
        described.push(code_set(set, &file).map_err(in_set)?);
    }
    Ok(described)
}

/// Makes a set, which is never freed: a catalog describes only a few, and they are in use until the program ends.
fn code_set(written: WrittenSet, catalog: &str) -> Result<&'static CodeSet, SetError> {
    let WrittenSet { id, title, publisher, terms, uri, licensed, calendar, absence, .. } = &written;
    let is_id = |id: &str| {
        let is_part =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
        !id.is_empty() && id.len() <= LONGEST_KEY && id.bytes().all(is_part)
    };
    if !is_id(id) {
        return Err(SetError::Id);
    }
    if sets::ALL.iter().any(|known| known.id == *id) {
        return Err(SetError::BuiltIn);
    }
    let kept = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let or_kept = |text: &Option<String>, other: &'static str| text.as_deref().map_or(other, kept);
    let descriptor: &'static Descriptor = Box::leak(Box::new(descriptor(&written, catalog)?));
    let has_parents = descriptor.is_nested_by_key || descriptor.column(&Field::Parent).is_some();
    let set = CodeSet {
        id: kept(id),
        title: kept(title),
        publisher: or_kept(publisher, "not given in the catalog"),
        terms: or_kept(terms, "not given in the catalog"),
        uri: uri.as_deref().map(kept),
        calendar: match calendar {
            WrittenCalendar::CalendarYear => Calendar::CalendarYear,
            WrittenCalendar::FiscalYear => Calendar::FiscalYear,
        },
        normalize: Box::leak(Box::new(|typed: &str| descriptor.keys.normalize(typed))),
        deletion: match absence {
            WrittenAbsence::Removed => Deletion::ByAbsence,
            WrittenAbsence::Unexpected => Deletion::ByTermination,
        },
        hierarchy: if has_parents { Hierarchy::ByParent } else { Hierarchy::Flat },
        properties: properties(descriptor),
        licensed: licensed.then_some(|_| true),
        has_conversion_tables: descriptor.transition.is_some(),
        has_notes_on_successors: descriptor.column(&Field::Successor).is_some(),
        descriptor: Some(descriptor),
        ..CodeSet::PLAIN
    };
    Ok(Box::leak(Box::new(set)))
}

static ATTRIBUTES: PropertyGroup = PropertyGroup::shown("columns", "the attributes that the catalog names");

static VALIDITY: PropertyGroup =
    PropertyGroup::last_day("validity", "whether and until when a code is in use");

/// Returns the attributes of a set: the named ones, and the sources of its status, end and replacements.
fn properties(descriptor: &Descriptor) -> &'static [PropertyDefinition] {
    let definition = |(field, _): &(Field, Column)| {
        let (name, group, kind) = match field {
            Field::Attribute(name) => (name.clone(), &ATTRIBUTES, ValueKind::Text),
            Field::Successor => (descriptor.successor_name()?, &ATTRIBUTES, ValueKind::Text),
            Field::Status => (field.name().to_owned(), &VALIDITY, ValueKind::Code),
            Field::End => (field.name().to_owned(), &VALIDITY, ValueKind::Date),
            Field::Start => (field.name().to_owned(), &ATTRIBUTES, ValueKind::Date),
            _ => return None,
        };
        let name: &'static str = Box::leak(name.into_boxed_str());
        Some(PropertyDefinition { name: Cow::Borrowed(name), group, kind })
    };
    Box::leak(descriptor.columns.iter().filter_map(definition).collect())
}

fn descriptor(written: &WrittenSet, catalog: &str) -> Result<Descriptor, SetError> {
    let WrittenSet { file, key, level, status, successor, .. } = written;
    let layout = layout(file, "file")?;
    let columns = columns(written, layout.form)?;
    let has = |field: &Field| columns.iter().any(|(known, _)| known == field);
    let need = |values: &[String], name: &'static str, field: Field| match values.is_empty() || has(&field) {
        true => Ok(()),
        false => Err(SetError::NeedsColumn(name, field.name().to_owned())),
    };
    need(&level.codes, "level.codes", Field::Level)?;
    need(&level.headers, "level.headers", Field::Level)?;
    need(&status.ended, "status.ended", Field::Status)?;
    need(&successor.phrases, "successor.phrases", Field::Successor)?;
    if has(&Field::Level) && level.codes.is_empty() && level.headers.is_empty() {
        return Err(SetError::NeedsLevels);
    }
    if has(&Field::Status) && status.ended.is_empty() {
        return Err(SetError::NeedsEnded);
    }
    if level.with_children && !key.nested && !has(&Field::Parent) {
        return Err(SetError::NeedsParents);
    }
    let keys = keys(key)?;
    let transition = written.transition.as_ref().map(transition).transpose()?;
    if transition.is_some() && keys.pattern.is_none() {
        return Err(SetError::NeedsPattern);
    }
    Ok(Descriptor {
        catalog: catalog.to_owned(),
        keys,
        layout,
        columns,
        levels: LevelRule {
            codes: level.codes.clone(),
            headers: level.headers.clone(),
            with_children: level.with_children,
        },
        is_nested_by_key: key.nested,
        ended: status.ended.clone(),
        day_first: file.day_first,
        phrases: successor.phrases.clone(),
        transition,
    })
}

fn columns(written: &WrittenSet, form: FileForm) -> Result<Vec<(Field, Column)>, SetError> {
    let none = WrittenColumns::default();
    let columns = written.columns.as_ref().unwrap_or(&none);
    let WrittenColumns { key, description, short, level, parent, status, start, end, successor, attributes } =
        columns;
    let own = [
        (Field::Key, key),
        (Field::Description, description),
        (Field::Short, short),
        (Field::Level, level),
        (Field::Parent, parent),
        (Field::Status, status),
        (Field::Start, start),
        (Field::End, end),
        (Field::Successor, successor),
    ];
    let own = own.into_iter().filter_map(|(field, column)| Some((field, column.clone()?)));
    let named = attributes.iter().map(|(name, column)| (Field::Attribute(name.clone()), column.clone()));
    let mut found = own
        .chain(named)
        .map(|(field, written)| {
            let name = match &field {
                Field::Attribute(name) => format!("columns.attributes.{name}"),
                field => format!("columns.{}", field.name()),
            };
            Ok((field, column(&written, form, &name)?))
        })
        .collect::<Result<Vec<_>, SetError>>()?;
    let has = |field: &Field, found: &[(Field, Column)]| found.iter().any(|(known, _)| known == field);
    if form == FileForm::Claml {
        // Fields of every ClaML file.
        for (field, name) in
            [(Field::Parent, "SuperClass"), (Field::Description, "preferred"), (Field::Key, "code")]
        {
            if !has(&field, &found) {
                found.insert(0, (field, Column::Heading(name.to_owned())));
            }
        }
    }
    if !has(&Field::Key, &found) {
        return Err(SetError::NoKeys);
    }
    Ok(found)
}

/// Parses a column in the notation of a layout: a number, a heading, or characters such as `1-5` and `7-`.
fn column(written: &WrittenColumn, form: FileForm, name: &str) -> Result<Column, SetError> {
    let of = |fault| SetError::Column(name.to_owned(), fault);
    let number = |number: usize| match number {
        0 => Err(of(ColumnFault::Zero)),
        number => Ok(number),
    };
    match (written, form) {
        (WrittenColumn::Number(at), FileForm::Fixed) => {
            let first = number(*at as usize)?;
            Ok(Column::Characters { first, last: Some(first) })
        }
        (WrittenColumn::Text(text), FileForm::Fixed) => {
            let range = text.split_once('-').and_then(|(first, last)| {
                let last = last.trim();
                let last = if last.is_empty() { None } else { Some(last.parse::<usize>().ok()?) };
                Some((first.trim().parse::<usize>().ok()?, last))
            });
            let range = range.filter(|(first, last)| *first > 0 && last.is_none_or(|last| last >= *first));
            let Some((first, last)) = range else { return Err(of(ColumnFault::Characters(text.clone()))) };
            Ok(Column::Characters { first, last })
        }
        (WrittenColumn::Number(_), FileForm::Claml) => Err(of(ColumnFault::NumberInClaml)),
        (WrittenColumn::Number(at), _) => Ok(Column::Number(number(*at as usize)?)),
        (WrittenColumn::Text(text), FileForm::Delimited { headings: false, .. }) => {
            Err(of(ColumnFault::NoHeadings(text.clone())))
        }
        (WrittenColumn::Text(text), _) if text.trim().is_empty() => Err(of(ColumnFault::Empty)),
        (WrittenColumn::Text(text), _) => Ok(Column::Heading(text.trim().to_owned())),
    }
}

fn layout(written: &WrittenFile, name: &'static str) -> Result<FileLayout, SetError> {
    let encoding = written.encoding.as_deref().map(|label| {
        Encoding::for_label(label.as_bytes()).ok_or_else(|| SetError::Encoding(name, label.to_owned()))
    });
    let is_delimited = written.layout == WrittenForm::Delimited;
    for (field, is_given) in [
        ("delimiter", written.delimiter.is_some()),
        ("headings", written.headings.is_some()),
        ("quotes", written.quotes.is_some()),
    ] {
        if is_given && !is_delimited {
            return Err(SetError::DelimitedOnly(name, field));
        }
    }
    let delimiter = match written.delimiter.as_deref().map(str::as_bytes) {
        None => None,
        Some(b"tab") => Some(b'\t'),
        Some([mark]) if mark.is_ascii() && !mark.is_ascii_alphanumeric() => Some(*mark),
        Some(_) => return Err(SetError::Delimiter(name)),
    };
    let form = match written.layout {
        WrittenForm::Delimited => FileForm::Delimited {
            delimiter,
            headings: written.headings.unwrap_or(true),
            quotes: written.quotes.unwrap_or(true),
        },
        WrittenForm::Fixed => FileForm::Fixed,
        WrittenForm::Claml => FileForm::Claml,
    };
    Ok(FileLayout { form, encoding: encoding.transpose()?, skip_lines: written.skip_lines })
}

fn keys(written: &WrittenKey) -> Result<KeyRule, SetError> {
    let WrittenKey { pattern, headers, letters, remove, pad, nested: _ } = written;
    if *pad > LONGEST_KEY {
        return Err(SetError::Pad(*pad));
    }
    if headers.is_some() && pattern.is_none() {
        return Err(SetError::HeadersNeedPattern);
    }
    let compiled = |pattern: &Option<String>, name: &'static str| {
        pattern.as_ref().map(|text| Ok::<_, SetError>((text.clone(), whole(text, name)?))).transpose()
    };
    Ok(KeyRule {
        pattern: compiled(pattern, "key.pattern")?,
        headers: compiled(headers, "key.headers")?,
        letters: match letters {
            WrittenLetters::Kept => Letters::Kept,
            WrittenLetters::Upper => Letters::Upper,
            WrittenLetters::Lower => Letters::Lower,
        },
        removed: remove.clone(),
        pad: *pad,
    })
}

/// Compiles a pattern that must match a whole key.
fn whole(pattern: &str, name: &'static str) -> Result<Regex, SetError> {
    let config = Regex::config().nfa_size_limit(Some(PATTERN_LIMIT));
    let built = Regex::builder().configure(config).build(&format!(r"\A(?:{pattern})\z"));
    built.map_err(|error| {
        let reason = error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string);
        SetError::Pattern(name, reason)
    })
}

fn transition(written: &WrittenTransition) -> Result<TransitionRule, SetError> {
    let layout = layout(&written.file, "transition.file")?;
    if layout.form == FileForm::Claml {
        return Err(SetError::TransitionLayout);
    }
    let mark = |mark: &Option<WrittenMark>, name: &str| {
        let mark = mark.as_ref().map(|mark| {
            let column = column(&mark.column, layout.form, &format!("transition.{name}.column"))?;
            Ok::<_, SetError>((column, mark.values.clone()))
        });
        mark.transpose()
    };
    Ok(TransitionRule {
        old: column(&written.old, layout.form, "transition.old")?,
        new: column(&written.new, layout.form, "transition.new")?,
        none: written.none.clone(),
        forward: mark(&written.forward, "forward")?,
        backward: mark(&written.backward, "backward")?,
        is_official: written.official,
        layout,
    })
}
