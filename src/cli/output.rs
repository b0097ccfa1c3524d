//! Output of commands: data to stdout, messages to stderr.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anstyle::{AnsiColor, Style};

use super::args::{Formats, OutputArgs};
use super::error::Error;
use crate::base::{safe, safe_lines};
use crate::formats;
use crate::interchange::{self, Interchange};
use crate::model::{Problem, ProblemCode, Severity, Wanted};
use crate::sources;
use crate::view::Format;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = AnsiColor::Cyan.on_default().bold();

/// Maximum number of problems of one kind on stderr; reports have them all.
const SHOWN: usize = 3;

/// The messages on stderr.
pub(super) struct Ui {
    quiet: bool,
    silent: bool,
    /// True if a part of the input could not be read.
    is_partial: AtomicBool,
}

impl Ui {
    pub(super) fn new(quiet: bool) -> Self {
        Self { quiet, silent: false, is_partial: AtomicBool::new(false) }
    }

    /// Creates one that writes nothing, for a run that is a part of another command.
    pub(super) fn silent() -> Self {
        Self { quiet: true, silent: true, is_partial: AtomicBool::new(false) }
    }

    /// Returns true if notes are left out.
    #[cfg(feature = "fetch")]
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Warns that a file, or a part of it, could not be read: also where warnings are left out, since it is the reason for
    /// the exit code.
    pub(super) fn unread(&self, text: &str) {
        self.is_partial.store(true, Ordering::Relaxed);
        self.say(WARNING, "warning", &safe(text), None);
    }

    /// Returns true if a part of the input could not be read.
    pub(super) fn is_partial(&self) -> bool {
        self.is_partial.load(Ordering::Relaxed)
    }

    /// Writes a warning, which does not stop the command.
    pub(super) fn warning(&self, text: &str) {
        if !self.quiet {
            self.say(WARNING, "warning", &safe(text), None);
        }
    }

    /// Writes the error that ended the command.
    pub(super) fn error(&self, error: &Error) {
        self.say(ERROR, "error", &error.describe(), error.hint().as_deref());
    }

    /// Writes a note that does not report a problem.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            self.say(NOTE, "note", &safe(text), None);
        }
    }

    fn say(&self, style: Style, word: &str, text: &str, hint: Option<&str>) {
        // Names of files and members are part of messages: their characters must not reach a terminal raw.
        let mut text = format!("{style}{word}{style:#}: {}", safe_lines(text));
        if let Some(hint) = hint {
            text.push_str("\n  = help: ");
            text.push_str(&safe_lines(hint));
        }
        let _ = writeln!(anstream::stderr(), "{text}");
    }

    /// Writes problems, most severe first, and the first ones of each kind. With `--quiet` only errors are written.
    pub(super) fn problems(&self, problems: &[Problem]) {
        if self.silent {
            return;
        }
        let is_error = |problem: &Problem| problem.severity == Severity::Error;
        self.is_partial.fetch_or(problems.iter().any(is_error), Ordering::Relaxed);
        let mut stderr = anstream::stderr();
        let described = |severity: &Severity| !self.quiet || *severity == Severity::Error;
        for severity in [Severity::Error, Severity::Warning, Severity::Note].into_iter().filter(described) {
            let mut counts: BTreeMap<ProblemCode, usize> = BTreeMap::new();
            for problem in problems.iter().filter(|problem| problem.severity == severity) {
                let count = counts.entry(problem.code).or_default();
                *count += 1;
                if *count <= SHOWN {
                    let _ = writeln!(stderr, "{}", styled(problem));
                }
            }
            for (code, count) in counts.into_iter().filter(|(_, count)| *count > SHOWN) {
                let more = format!("{} more; the JSON report lists them", count - SHOWN);
                let _ = writeln!(stderr, "{}[{code}]: {more}", severity.word());
            }
        }
    }
}

fn styled(problem: &Problem) -> String {
    let style = match problem.severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
        Severity::Note => NOTE,
    };
    let text = safe_lines(&problem.to_string());
    let word = problem.severity.word();
    let rest = text.strip_prefix(word).unwrap_or(&text);
    format!("{style}{word}{style:#}{rest}")
}

/// The destination of a report.
pub(super) struct Output<'a> {
    format: Format,
    file: Option<&'a Path>,
}

impl<'a> Output<'a> {
    /// Resolves the arguments; `inputs` are never overwritten. A format that the command does not write is refused here,
    /// before anything is read.
    pub(super) fn new<F: Formats>(args: &'a OutputArgs<F>, inputs: &[&PathBuf]) -> Result<Self, Error> {
        let file = checked(args.output.as_deref(), inputs)?;
        let extension = file.and_then(Path::extension).and_then(|extension| extension.to_str());
        let by_name = extension.and_then(format_of);
        if args.format.is_none()
            && let Some(extension) = extension
            && (by_name.is_some_and(|format| !F::ALL.contains(&format)) || is_other_format(extension))
        {
            return Err(Error::argument(
                format!("this command does not write `.{extension}` files"),
                format!("use one of the extensions {}, or pass --format", extensions(F::ALL)),
            ));
        }
        let format = args.format.or(by_name).unwrap_or(Format::Text);
        if format == Format::Xlsx && args.output.is_none() && io::stdout().is_terminal() {
            return Err(Error::argument(
                "cannot write a workbook to a terminal; use -o FILE",
                "name a file with -o, such as -o report.xlsx, or pass -o - to write to stdout anyway",
            ));
        }
        Ok(Self { format, file })
    }

    /// Creates an output to a file, in the format of its extension.
    pub(super) fn to_file(file: &'a Path, inputs: &[&PathBuf]) -> Result<Self, Error> {
        let described = file.extension().and_then(|extension| format_of(extension.to_str()?));
        let format = described.ok_or_else(|| {
            Error::argument(
                format!("cannot tell the format of `{}` from its extension", file.display()),
                "name it .xlsx or .csv",
            )
        })?;
        Ok(Self { format, file: checked(Some(file), inputs)? })
    }

    /// Returns the format of the report.
    pub(super) fn format(&self) -> Format {
        self.format
    }

    /// Writes one of several reports, to a file of its own.
    pub(super) fn write_to<R: Interchange>(&self, file: &Path, report: &R) -> Result<(), Error> {
        Output { format: self.format, file: Some(file) }.write(report)
    }

    /// Writes a report.
    pub(super) fn write<R: Interchange>(&self, report: &R) -> Result<(), Error> {
        if !interchange::has_form(report, self.format) {
            return Err(Error::NoSuchForm { command: R::NAME, format: self.format.word() });
        }
        let color = self.file.is_none() && stdout_has_color();
        write(self.file, |out| interchange::render(report, self.format, color, out).map(drop))
    }
}

/// Returns whether an extension belongs to a format that codeset does not write, so that text in such a file would be
/// misleading.
fn is_other_format(extension: &str) -> bool {
    const OTHERS: [&str; 18] = [
        "pdf", "doc", "docx", "xls", "xlsm", "xlsb", "ods", "odt", "ppt", "pptx", "rtf", "xml", "yaml",
        "yml", "tsv", "parquet", "sqlite", "zip",
    ];
    OTHERS.contains(&extension.to_ascii_lowercase().as_str())
}

/// Lists the extensions that name formats.
fn extensions(formats: &[Format]) -> String {
    let named =
        formats.iter().filter(|format| **format == Format::Text || format_of(extension(**format)).is_some());
    named.map(|format| format!(".{}", extension(*format))).collect::<Vec<_>>().join(", ")
}

fn format_of(extension: &str) -> Option<Format> {
    Some(match extension.to_ascii_lowercase().as_str() {
        "md" | "markdown" => Format::Markdown,
        "csv" => Format::Csv,
        "xlsx" => Format::Xlsx,
        "html" | "htm" => Format::Html,
        "json" => Format::Json,
        "jsonl" | "ndjson" => Format::Jsonl,
        "sql" => Format::Sql,
        "sarif" => Format::Sarif,
        _ => return None,
    })
}

/// Returns the file extension of a format.
pub(super) fn extension(format: Format) -> &'static str {
    match format {
        Format::Text | Format::Addenda => "txt",
        Format::Markdown => "md",
        Format::Csv => "csv",
        Format::Xlsx => "xlsx",
        Format::Html | Format::Review => "html",
        Format::Json => "json",
        Format::Jsonl => "jsonl",
        Format::Sql => "sql",
        Format::FhirR4 => "fhir-r4.json",
        Format::FhirR5 => "fhir-r5.json",
        Format::Sarif => "sarif",
        Format::Github => "annotations.txt",
        Format::Junit => "junit.xml",
    }
}

/// Returns the file to write to; `None` for stdout.
pub(super) fn checked<'a>(file: Option<&'a Path>, inputs: &[&PathBuf]) -> Result<Option<&'a Path>, Error> {
    let Some(file) = file.filter(|file| *file != Path::new("-")) else { return Ok(None) };
    if inputs.iter().any(|input| sources::is_same_file(file, input) || is_read_from(file, input)) {
        return Err(Error::Overwrite { path: file.display().to_string() });
    }
    Ok(Some(file))
}

/// Returns true if a file is in an input folder and would be read as input; reports written there earlier would not.
fn is_read_from(file: &Path, folder: &Path) -> bool {
    sources::is_below(file, folder)
        && sources::head(file).is_ok_and(|head| formats::wanted(&head) != Wanted::No)
}

/// Returns whether stdout shows colors: by `--color`, by NO_COLOR and similar variables, by whether it is a terminal.
fn stdout_has_color() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

/// Writes to a file, as a whole, or to stdout.
pub(super) fn write(
    file: Option<&Path>,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    if let Some(file) = file {
        return Ok(sources::write_whole(file, content)?);
    }
    let mut stdout = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    content(&mut stdout).and_then(|()| stdout.flush()).map_err(Error::Stdout)
}
