//! `codeset migrate OLD NEW PATH..`, `codeset migrate undo|resume|forget JOURNAL`

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::base::{counted, safe, safe_lines, with_causes};
use crate::cli::ExitStatus;
use crate::cli::args::{Include, JournalArgs, MigrateArgs, MigrateCommand, MigrateFilesArgs};
use crate::cli::commands::scan::{compared, exceptions, excepts};
use crate::cli::commands::script;
#[cfg(feature = "sqlite")]
use crate::cli::databases;
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::output::{self, Output, Ui};
use crate::crosswalk::Decisions;
use crate::migrate::{self, Change, Instructions, Migrated, Migration, Options};
use crate::report::MigrateReport;
use crate::scan::{Finding, Names, Plan, ScanOptions};
use crate::sources::{self, JOURNALS, Journal, NewContent, Outcome, WalkEntry};
use crate::view::Format;

/// What is said while another process changes files.
pub(in crate::cli) const CHANGING: &str =
    "another codeset process is changing files here; waiting until it ends";

pub(in crate::cli) fn run(args: &MigrateArgs, ui: &Ui) -> Result<ExitStatus, Error> {
    match &args.command {
        Some(MigrateCommand::Sql(args)) => script::run(args, &Loader::new(args.as_ref())?, ui),
        Some(MigrateCommand::Undo(args)) => {
            describe(&open(args)?.undo(&mut |_| Ok(()), &|| ui.note(CHANGING))?, "was restored", ui)
        }
        Some(MigrateCommand::Resume(args)) => {
            describe(&open(args)?.redo(&mut |_| Ok(()), &|| ui.note(CHANGING))?, "was changed", ui)
        }
        Some(MigrateCommand::Forget(args)) => {
            open(args)?.forget()?;
            ui.note(&format!("removed `{}`; its changes can no longer be undone", args.journal.display()));
            Ok(ExitStatus::Done)
        }
        None => files(&args.files, &Loader::new(&args.files)?, ui),
    }
}

/// Changes files, or shows what would change.
fn files(args: &MigrateFilesArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let (Some(old), Some(new)) = (&args.old, &args.new) else {
        unreachable!("clap requires both without a subcommand");
    };
    let mut inputs = vec![old, new];
    inputs.extend(args.replacements.files().chain(&args.via.via).chain(&args.paths));
    inputs.extend(&args.reading.exceptions);
    let output = Output::new(&args.output, &inputs)?;
    let sheet = args.sheet.as_ref().map(|sheet| Output::to_file(sheet, &inputs)).transpose()?;
    let options = Options {
        mode: args.mode,
        descriptions: args.descriptions,
        keeps_descriptions: args.keep_descriptions,
        past_rows: args.past_rows,
        programs: args.include.contains(&Include::Programs),
        text: args.include.contains(&Include::Text),
    };
    let ([old, mut new], between) = loader.editions(old, new, &args.via.via)?;
    let tables = loader.maps_of(&mut new, args.replacements.files())?;
    let mut decisions = Decisions::new(&old, &new, tables);
    let decided = Instructions::take(&mut decisions);
    let (codes, diff, crosswalk) = compared(&old, &between, &new, &decisions);
    let columns = args.reading.code_column.clone();
    let scan_options = ScanOptions { on: None, columns, keeps_rows: true, past_rows: args.past_rows };
    let plan = Plan::with(codes, &diff, &crosswalk, &scan_options);
    let names = if args.show_names { Names::Whole } else { Names::KnownWords };
    let mut report = MigrateReport::new(&diff, &crosswalk).with_names(names);
    let mut changed = Vec::new();
    let mut shown = Vec::new();
    let mut proposals = Vec::new();
    let mut met = BTreeSet::new();
    let exceptions = exceptions(args.reading.exceptions.as_deref(), new.set)?;
    let is_excepted = |name: &str, finding: &Finding<'_>| excepts(&exceptions, name, finding);
    let migration = Migration {
        plan: &plan,
        options,
        decided: &decided,
        crosswalk: &crosswalk,
        is_excepted: &is_excepted,
    };
    if args.paths.iter().any(|path| path == Path::new("-")) {
        return Err(Error::argument(
            "standard input cannot be changed",
            "save it as a file and pass the file; only codeset scan reads standard input",
        ));
    }
    for file in sources::walk(&args.paths)? {
        let Some(before) = content(&file, ui)? else { continue };
        let Some(migrated) = migrated(&migration, &file, &before) else { continue };
        report.add(&file.name, &migrated);
        met.extend(migrated.met.iter().cloned());
        if let Some(fact) = &migrated.failed {
            ui.unread(&format!("`{}`: {fact}", file.name));
        }
        if migrated.content.is_some() && !migrated.repeated.is_empty() {
            let columns: Vec<String> = migrated.repeated.iter().map(u32::to_string).collect();
            ui.warning(&format!(
                "`{}`: copied rows repeat the values of column {}, which look like row numbers",
                file.name,
                columns.join(", ")
            ));
        }
        if let Some(proposal) = migrated.proposed {
            let after = migrated.content.as_deref().unwrap_or(&before);
            let written = if args.redact {
                write_cells(&file.name, &migrated.proposed_changes, names, &mut proposals)
            } else {
                proposals.write_all(diff_of(&file.name, after, &proposal).as_bytes())
            };
            written.map_err(Error::Stdout)?;
        }
        if let Some(after) = migrated.content {
            changed.push(NewContent { path: file.path, before, after });
            shown.push((file.name, migrated.changes));
        }
    }
    report.problems.extend(decided.unused(&met, new.set));
    ui.problems(&report.problems);
    if let Some(sheet) = &sheet {
        sheet.write(&report.sheet())?;
    }
    propose(args.sheet.as_deref(), &proposals, args.redact, ui)?;
    if args.in_place {
        if !changed.is_empty() {
            for file in changed.iter().filter(|file| sources::names_of(&file.path) > 1) {
                ui.warning(&format!(
                    "`{}` has other hard links, which keep the old content",
                    file.path.display()
                ));
            }
            let journals = args.journals.clone().unwrap_or_else(|| PathBuf::from(JOURNALS));
            let journal = sources::prepare(&journals, &changed, &mut |_| Ok(()), &|| ui.note(CHANGING))?;
            report.set_journal(journal.path().display().to_string());
            let done = replace(&journal, ui)?;
            output.write(&report)?;
            return settled(&done);
        }
    } else if args.output.format.is_none() && output.format() == Format::Text {
        let file = args.output.output.as_deref().filter(|path| *path != Path::new("-"));
        let is_shown = file.is_none() && std::io::stdout().is_terminal();
        if !args.redact && !changed.is_empty() && !is_shown {
            ui.note(WHOLE_LINES);
        }
        output::write(file, |out| {
            changed.iter().zip(&shown).try_for_each(|(file, (name, changes))| match args.redact {
                true => write_cells(name, changes, names, out),
                false => {
                    let patch = diff_of(name, &file.before, &file.after);
                    // A patch that is applied has the bytes of the file; one that is looked at must not control the terminal.
                    out.write_all(if is_shown { safe_lines(&patch) } else { patch }.as_bytes())
                }
            })
        })?;
        ui.note(&report.in_short());
        return Ok(ExitStatus::Done);
    }
    output.write(&report)?;
    Ok(ExitStatus::Done)
}

/// Warns before a patch is written to a place where others may read it.
const WHOLE_LINES: &str = "the patch contains whole lines of your files, including whatever is next to the codes; --redact shows only \
                           the changed cells";

/// Returns the bytes of a file; `None`, with a message, if it was found in a folder and cannot be read.
pub(super) fn content(file: &WalkEntry, ui: &Ui) -> Result<Option<Vec<u8>>, Error> {
    match sources::read_whole(&file.path) {
        Err(error) if file.is_found => {
            ui.unread(&format!("`{}`: {}", file.name, with_causes(&error)));
            Ok(None)
        }
        read => Ok(read.map(Some)?),
    }
}

/// Returns the name of a file in the header of a patch, quoted as Git does if it has characters that would end the line.
fn in_header(side: char, name: &str) -> String {
    if !name.chars().any(|char| char.is_control() || matches!(char, '"' | '\\')) && safe(name) == name {
        return format!("{side}/{name}");
    }
    let mut quoted = format!("\"{side}/");
    for byte in name.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ => quoted.push_str(&format!("\\{byte:03o}")),
        }
    }
    quoted.push('"');
    quoted
}

/// Writes the changed cells of a file, without the rest of their lines.
fn write_cells(name: &str, changes: &[Change], names: Names, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "--- {}\n+++ {}", in_header('a', name), in_header('b', name))?;
    for Change { line, column, field, old, new, .. } in changes {
        writeln!(out, "@@ {line}:{column} {} @@", names.place(field))?;
        if !old.is_empty() {
            writeln!(out, "-{old}")?;
        }
        writeln!(out, "+{new}")?;
    }
    Ok(())
}

/// Writes the patch with the proposals for programs and running text next to the sheet.
fn propose(sheet: Option<&Path>, patch: &[u8], is_redacted: bool, ui: &Ui) -> Result<(), Error> {
    if patch.is_empty() {
        return Ok(());
    }
    let Some(sheet) = sheet else {
        ui.note(
            "programs and running text are not changed without --include programs,text; --sheet FILE writes a patch with \
             proposals next to FILE",
        );
        return Ok(());
    };
    if is_redacted {
        let path = sheet.with_extension("proposals.txt");
        sources::write_whole(&path, |out| out.write_all(patch))?;
        ui.note(&format!(
            "wrote proposals for programs and running text to `{}`; make the changes by hand",
            path.display()
        ));
        return Ok(());
    }
    let path = sheet.with_extension("patch");
    ui.note(WHOLE_LINES);
    sources::write_whole(&path, |out| out.write_all(patch))?;
    ui.note(&format!(
        "wrote proposals for programs and running text to `{}`; review them, then apply them with git apply",
        path.display()
    ));
    Ok(())
}

fn open(args: &JournalArgs) -> Result<Journal, Error> {
    Journal::open(&args.journal).map_err(Error::Journal)
}

/// Returns the migrated file; `None` if it is of a kind that is not read.
pub(super) fn migrated<'m>(
    migration: &Migration<'m, '_>,
    file: &WalkEntry,
    before: &[u8],
) -> Option<Migrated<'m>> {
    #[cfg(feature = "sqlite")]
    if databases::is_database(before) {
        return Some(databases::migrate(migration, file, before));
    }
    migration.of(&file.name, before)
}

/// Converts a file to text, to show what changed in it.
fn as_text(bytes: &[u8]) -> Cow<'_, str> {
    #[cfg(feature = "sqlite")]
    if let Some(text) = Some(bytes).filter(|bytes| databases::is_database(bytes)).and_then(databases::as_text)
    {
        return text.into();
    }
    migrate::as_text(bytes)
}

/// Reports the result for the files of a journal.
fn describe(files: &Outcome, word: &str, ui: &Ui) -> Result<ExitStatus, Error> {
    for path in &files.replaced {
        ui.note(&format!("`{}` {word}", sources::shown(path)));
    }
    if files.replaced.is_empty() {
        let count = counted(files.untouched.len() as u64, "file is", "files are");
        ui.note(&format!("{count} up to date, nothing was changed"));
    }
    settled(files)
}

/// Replaces the files of a new journal. If one of them cannot be replaced, a note names the journal: there is no report.
pub(super) fn replace(journal: &Journal, ui: &Ui) -> Result<Outcome, Error> {
    let replaced = journal.redo(&mut |_| Ok(()), &|| ui.note(CHANGING));
    if replaced.is_err() {
        let journal = journal.path().display().to_string();
        ui.note(&format!(
            "files before it may be changed: codeset migrate resume {journal} finishes the run, undo restores them"
        ));
    }
    Ok(replaced?)
}

/// Returns an error if files were not changed.
pub(super) fn settled(settled: &Outcome) -> Result<ExitStatus, Error> {
    if settled.refused.is_empty() {
        return Ok(ExitStatus::Done);
    }
    let names: Vec<String> =
        settled.refused.iter().map(|path| format!("`{}`", sources::shown(path))).collect();
    Err(Error::ChangedSince(names.join(", ")))
}

/// Returns the changes of a file as a patch.
fn diff_of(name: &str, before: &[u8], after: &[u8]) -> String {
    let (old, new) = (as_text(before), as_text(after));
    let diff = TextDiff::from_lines(old.as_ref(), new.as_ref());
    let mut unified = diff.unified_diff();
    unified.context_radius(2).header(&in_header('a', name), &in_header('b', name)).to_string()
}
