//! Files of sets that a catalog describes: they are read by the descriptor, not by a reader of their own.
//!
//! `records` splits a file into records (delimited, fixed columns, ClaML), `codes` builds a release from them, `transition` a
//! table of successors, and `draft` writes the first draft of a descriptor.

mod claml;
mod codes;
mod draft;
mod record;
mod records;
mod transition;

pub use draft::{DraftError, draft};

use super::diagnose::Diagnosis;
use super::{Format, Options, Sample};
use crate::model::{CodeSet, Descriptor, Field, FileForm, HEAD, Place, SourceFile};
use crate::tables::workbook::is_workbook;
use record::{Record, Records};

/// The layouts of described sets, in the order in which they are tried: decisions and transitions first, because their rows
/// also have a key.
static LAYOUTS: &[&dyn Format] =
    &[&super::decisions::Decisions, &transition::DescribedTransition, &codes::DescribedCodes];

/// The same for sets without transitions.
static WITHOUT_TRANSITION: &[&dyn Format] = &[&super::decisions::Decisions, &codes::DescribedCodes];

/// Returns the layouts that files of a described set may be in.
pub(super) fn layouts(descriptor: &Descriptor) -> &'static [&'static dyn Format] {
    if descriptor.transition.is_some() { LAYOUTS } else { WITHOUT_TRANSITION }
}

/// Reads the first records of a file by `columns` of a descriptor; empty if the file does not have the layout.
fn head(
    sample: &Sample<'_>,
    descriptor: &Descriptor,
    read: impl Fn(SourceFile, &Descriptor) -> Option<Records>,
) -> Records {
    let mut bytes = sample.bytes;
    if !is_workbook(bytes) && bytes.len() >= HEAD {
        // The last line of a partial file is cut.
        bytes = &bytes[..HEAD];
        let end = bytes.iter().rposition(|byte| matches!(byte, b'\n' | b'\r'));
        bytes = &bytes[..end.unwrap_or(bytes.len())];
    }
    read(SourceFile::new("", bytes.to_vec()), descriptor).unwrap_or_default()
}

/// Returns whether at least half of the records, and at least one, satisfy `test`.
fn mostly(records: &Records, test: impl Fn(&Record) -> bool) -> bool {
    let fit = records.rows.iter().filter(|record| test(record)).count();
    fit > 0 && fit * 2 >= records.rows.len()
}

/// Returns the reason why a file does not fit the descriptor of a set: a missing column, or a key that does not match.
pub(super) fn diagnose(file: &SourceFile, set: &CodeSet) -> Option<Diagnosis> {
    let descriptor = set.descriptor?;
    if file.bytes.trim_ascii().is_empty() {
        return None;
    }
    let key = descriptor.column(&Field::Key)?;
    let hint = |field: &str| {
        format!("correct `{field}` of [[set]] `{}` in {}, or pass another file", set.id, descriptor.catalog)
    };
    let name = &file.source.name;
    let found = |place: Place, fact: String, hint: String| Some(Diagnosis { place, fact, hint });
    let columns: Vec<_> = descriptor.columns.iter().map(|(_, column)| column).collect();
    let copy = file.clone();
    let records = match records::read(copy, &descriptor.layout, &columns) {
        Ok(records) => records,
        Err(fault) => return found(*fault.place, fault.fact, hint(fault.field)),
    };
    let at = descriptor.columns.iter().position(|(field, _)| *field == Field::Key)?;
    let bad = records.rows.iter().find(|record| descriptor.keys.normalize(&record.cells[at]).is_none());
    let Some(record) = bad else {
        return found(Place::file(name), "the file has no records".to_owned(), hint("file"));
    };
    let value = record.cells[at].chars().take(30).collect::<String>().escape_debug().to_string();
    let mut fact = match value.is_empty() {
        true => format!("most rows have no key in {key}; in this row it is empty"),
        false => format!("most rows have no key in {key}; in this row it is `{value}`"),
    };
    if let Some((pattern, _)) = descriptor.keys.pattern.as_ref().filter(|_| !value.is_empty()) {
        fact.push_str(&format!(", which does not match `{pattern}`"));
    }
    let field = match descriptor.layout.form {
        FileForm::Delimited { .. } if record.cells[at].is_empty() => "file.delimiter` or `columns.key",
        _ => "columns.key` or `key.pattern",
    };
    found(record.place.clone(), fact, hint(field))
}

/// Returns the set that options name, if a catalog describes it.
fn described(options: &Options) -> (&'static CodeSet, &'static Descriptor) {
    let set = options.set.expect("a described layout is only used for a described set");
    (set, set.descriptor.expect("a described layout is only used for a described set"))
}
