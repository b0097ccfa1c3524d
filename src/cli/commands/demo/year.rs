//! The year of the made-up organization: the update is prepared, decisions come back, the lists are changed and changed
//! back.

use std::fs;
use std::path::Path;

use super::organization::{self, BY_PAGE, BY_WORKBOOK, LISTS};
use super::sample;
use crate::base::counted;
use crate::cli::commands::prepare::{Prepared, prepare};
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::output::Ui;
use crate::cli::settings::Settings;
use crate::interchange::write_workbook;
use crate::sources::{self, Journal, write_whole};
use crate::view::{Cell, Report, Section, Table};

/// Runs the year in a folder; returns what happened, in sentences.
pub(super) fn run(folder: &Path) -> Result<Vec<String>, Error> {
    inputs(folder)?;
    // What an earlier demo left would be decisions of this one.
    for file in BY_PAGE.iter().map(|(file, ..)| *file).chain([BY_WORKBOOK.0]) {
        let _ = fs::remove_file(folder.join("decisions").join(file));
    }
    let mut events = Vec::new();
    let first = prepared(folder, false)?;
    events.push(format!("codeset prepare 2026: {}", first.headline));
    decisions(folder, &first.digests)?;
    events.push(
        "Decisions come back: two files saved by review pages, one worklist that was filled in.".to_owned(),
    );
    let applied = prepared(folder, true)?;
    let changes = counted(applied.changes, "change", "changes");
    events.push(format!("codeset prepare 2026 --apply: {changes} in the lists. {}", applied.headline));
    let mut restored = 0;
    // The last change is undone first; nobody else changes the lists of a folder that was just made.
    for journal in applied.journals.iter().rev() {
        let journal = Journal::open(journal).map_err(Error::Journal)?;
        restored += journal.undo(&mut |_| Ok(()), &|| ())?.replaced.len() as u64;
        journal.forget()?;
    }
    events.push(format!("codeset migrate undo: {} as before.", counted(restored, "list is", "lists are")));
    let last = prepared(folder, false)?;
    events.push(format!("codeset prepare 2026: {}", last.headline));
    Ok(events)
}

fn prepared(folder: &Path, applies: bool) -> Result<Prepared, Error> {
    let loader = Loader::new(Settings::default())?;
    prepare(&folder.join("codeset.toml"), applies, &loader, &Ui::silent())
}

fn write(path: &Path, text: &[u8]) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        sources::make_folder(folder)?;
    }
    Ok(write_whole(path, |out| out.write_all(text))?)
}

fn inputs(folder: &Path) -> Result<(), Error> {
    let releases = folder.join("releases");
    write(&releases.join("icd10cm-order-2025.txt"), sample("icd10cm-order-2025.txt"))?;
    for name in ["icd10cm-order-2026.txt", "icd10cm-conversion-2026.csv"] {
        write(&releases.join("icd10cm-2026").join(name), sample(name))?;
    }
    write(&releases.join("hcpcs-2025-07.csv"), organization::services_before().as_bytes())?;
    write(&releases.join("hcpcs-2025-10.csv"), organization::services_after().as_bytes())?;
    write(&folder.join("usage.csv"), organization::usage().as_bytes())?;
    write(&folder.join("codeset.toml"), organization::project().as_bytes())?;
    LISTS.iter().try_for_each(|(name, text)| write(&folder.join("lists").join(name), text.as_bytes()))
}

/// Writes the decisions as review pages and a worklist have them; `digests` identify the releases of each set.
fn decisions(folder: &Path, digests: &[(&'static str, String)]) -> Result<(), Error> {
    let digest = |code: &str| {
        let set = if code.starts_with('X') { "hcpcs" } else { "icd10cm" };
        digests.iter().find(|(id, _)| *id == set).map_or("", |(_, digest)| digest)
    };
    let folder = folder.join("decisions");
    for (file, who, rows) in BY_PAGE {
        let mut text =
            "\u{feff}\"source\",\"target\",\"status\",\"note\",\"who\",\"when\",\"releases\",\"item\"\r\n"
                .to_owned();
        for [code, target, status, note] in rows {
            text += &format!(
                "\"{code}\",\"{target}\",\"{status}\",\"{note}\",\"{who}\",\"2025-09-08\",\"{}\",\"\"\r\n",
                digest(code)
            );
        }
        write(&folder.join(file), text.as_bytes())?;
    }
    let (file, who, rows) = BY_WORKBOOK;
    let mut table = Table::new(&["code", "target", "status", "note", "who", "when", "releases"]);
    for [code, target, status, note] in rows {
        table.row(vec![
            Cell::code(*code),
            Cell::code(*target),
            Cell::from(*status),
            Cell::from(*note),
            Cell::from(who),
            Cell::from("2025-09-10"),
            Cell::from(digest(code)),
        ]);
    }
    let section = Section::new("Worklist").sheet("Worklist").table("Worklist", table);
    let workbook = Report::new("Worklist").section(section);
    Ok(write_whole(&folder.join(file), |out| write_workbook(workbook, out))?)
}
