//! Lists that give codes an attribute: exempt or not, complication or not, category, payment group.
//!
//! A file is read by the layout that recognizes its content. Adding a list takes one file, one line in [`ATTRIBUTE_LAYOUTS`]
//! and one folder of fixtures. A file that does not fit any list may be a release that has the attribute itself, or any table
//! with a column of codes.
//!
//! Invariant: the attribute of a code that a list leaves out is known only if the list is whole and meant to be
//! complete (POA, 6I with 6J, a model of HCC); otherwise it is unknown, and never a difference. An ended code in such a
//! list is not a problem.

use super::attribute_layout::{AttributeError, AttributeLayout, AttributeOptions, AttributePart};
use super::{FORMATS, Options, Sample, read, recognize};
use super::{ccsr_dx, cms_hcc, code_values, ipps_cc, poa_exempt};
use crate::model::{AttributeTable, Place, Problem, ProblemCode, Release, SourceFile, Wanted, sets};

/// The lists that are read, in the order in which they are tried; the last one is any table.
pub static ATTRIBUTE_LAYOUTS: &[&dyn AttributeLayout] =
    &[&poa_exempt::PoaExempt, &ipps_cc::IppsCc, &cms_hcc::CmsHcc, &ccsr_dx::CcsrDx, &code_values::CodeValues];

/// Returns the layout of a publisher's list, recognized by its content, or `None` if it is not one.
pub fn attribute_layout(bytes: &[u8]) -> Option<&'static dyn AttributeLayout> {
    layout_of(&Sample::new(bytes))
}

fn layout_of(sample: &Sample<'_>) -> Option<&'static dyn AttributeLayout> {
    let (_, lists) = ATTRIBUTE_LAYOUTS.split_last()?;
    lists.iter().copied().find(|layout| layout.recognizes(sample))
}

/// Returns whether a member of a folder or archive may give an attribute. Any table might, so only a known list or a release is
/// read unless the user names the file itself.
pub fn wanted_attribute(bytes: &[u8]) -> Wanted {
    let sample = Sample::new(bytes);
    if layout_of(&sample).is_some() { sample.text_before_workbook() } else { super::wanted(bytes) }
}

/// Reads files as one list of an attribute.
///
/// # Errors
///
/// If they do not hold such a list, hold several, or have several columns and the user named none.
pub fn read_attribute(
    files: Vec<SourceFile>,
    options: &AttributeOptions<'_>,
) -> Result<AttributeTable, AttributeError> {
    let (mut tables, mut notes, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let mut lists: Vec<&dyn AttributeLayout> = Vec::new();
    for file in files {
        let Some(layout) = attribute_layout(&file.bytes) else {
            others.push(file);
            continue;
        };
        let name = file.source.name.clone();
        match layout.read(file, options)? {
            AttributePart::Table(table) => {
                tables.push(table);
                lists.push(layout);
            }
            AttributePart::Companion(what) => {
                let fact = format!("skipped: {what}");
                notes.push(Problem::new(ProblemCode::PassedOver, Place::file(name), fact));
            }
        }
    }
    let Some(layout) = lists.first() else {
        return if others.is_empty() { Err(no_list(&notes)) } else { of_others(others, options) };
    };
    if let Some(other) = lists.iter().find(|other| other.id() != layout.id()) {
        let fact = format!("the input contains several lists: {} and {}", layout.title(), other.title());
        return Err(AttributeError::new(fact, "pass the file of one of them"));
    }
    let mut table = layout.join(tables)?;
    table.problems.extend(notes);
    Ok(table)
}

fn no_list(notes: &[Problem]) -> AttributeError {
    let hint = "pass the list itself, or the zip that contains it";
    match notes.first() {
        Some(note) => AttributeError::new(format!("{}: {}", note.place.file, note.fact), hint),
        None => AttributeError::new("the input contains no list of codes", hint),
    }
}

/// Reads a release that has the attribute, or else a table of any kind.
fn of_others(
    files: Vec<SourceFile>,
    options: &AttributeOptions<'_>,
) -> Result<AttributeTable, AttributeError> {
    let sources: Vec<_> = files.iter().map(|file| file.source.clone()).collect();
    if files.iter().any(may_have_attributes) {
        let release = read(files.clone(), &Options::default());
        let release = release.map_err(|error| AttributeError::new(error.to_string(), error.hint()))?;
        let mut table = of_release(&release, options)?;
        table.sources = sources;
        return Ok(table);
    }
    let mut files = files.into_iter();
    let (Some(file), None) = (files.next(), files.next()) else {
        let fact = "the input contains several tables, and codeset recognizes none of them";
        return Err(AttributeError::new(fact, "name one file"));
    };
    refuse(&file)?;
    match code_values::CodeValues.read(file, options)? {
        AttributePart::Table(table) => Ok(table),
        AttributePart::Companion(what) => Err(AttributeError::new(what, "name the list itself")),
    }
}

/// Returns whether a file is of a set whose codes have attributes.
fn may_have_attributes(file: &SourceFile) -> bool {
    let Some(format) = recognize(&file.bytes) else { return false };
    debug_assert!(FORMATS.iter().any(|known| known.id() == format.id()));
    let sets = format.sets().iter().filter_map(|set| sets::by_id(set));
    format.id() != "decisions" && sets.into_iter().any(|set| !set.properties.is_empty())
}

/// Refuses lists of MS-DRGs, which are not codes of a claim line: only a grouper can assign codes to them.
fn refuse(file: &SourceFile) -> Result<(), AttributeError> {
    let sample = Sample::new(&file.bytes);
    let is_drg = |text: &str| text.to_ascii_uppercase().contains("MS-DRG");
    if !sample.lines().take(5).any(|line| is_drg(line.text) && line.text.contains('\t')) {
        return Ok(());
    }
    let fact = format!(
        "{} is a table of MS-DRGs; its keys are groups, not codes, so it cannot be joined",
        file.source.name
    );
    Err(AttributeError::new(fact, "pass a table of codes and their MS-DRG, as exported by your grouper"))
}

/// Reads an attribute of the codes of a release. Rows for a code with a modifier do not describe the code alone.
fn of_release(release: &Release, options: &AttributeOptions<'_>) -> Result<AttributeTable, AttributeError> {
    let names: Vec<&str> = release.properties.iter().map(|property| property.name.as_ref()).collect();
    let asked = options.column.unwrap_or(options.name);
    let Some(name) = names.iter().copied().find(|name| name.eq_ignore_ascii_case(asked)) else {
        let fact = format!("{} has no attribute `{asked}`", release.set.title);
        return Err(AttributeError::column(&release.file, &fact, &names));
    };
    let source = release.sources.first().cloned().unwrap_or_default();
    let mut table = AttributeTable::new(format!("{}: {name}", release.set.title), source, release.set);
    for entry in release.entries() {
        let code = (options.set.normalize)(entry.code());
        if let (Some(code), Some(value)) = (code, entry.property(name)) {
            table.values.entry(code).or_default().insert(value.to_owned());
        }
    }
    table.problems.clone_from(&release.problems);
    Ok(table)
}
