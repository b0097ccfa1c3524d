//! The destination and format of a report. Each command offers only the formats it can write.

use std::ffi::OsStr;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::ErrorKind;

use super::options::heading;
use crate::view::Format;

/// The formats of a family of reports.
pub(in crate::cli) trait Formats: Debug + Clone + Send + Sync + 'static {
    /// The formats, in the order of the help.
    const ALL: &'static [Format];
}

macro_rules! families {
    ($($(#[$doc:meta])+ $family:ident [$($format:ident)*])+) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone)]
        pub(in crate::cli) enum $family {}

        impl Formats for $family {
            const ALL: &'static [Format] = &[
                Format::Text, Format::Markdown, Format::Csv, Format::Xlsx, Format::Html, Format::Json, Format::Jsonl,
                $(Format::$format,)*
            ];
        }
    )+};
}

families! {
    /// The formats of every report.
    Common []
    /// The formats of `impact`.
    Impacts [Review]
    /// The formats of `diff`.
    Changes [Addenda]
    /// The formats of `crosswalk`.
    Mappings [Sql FhirR4 FhirR5]
    /// The formats of `scan`.
    Findings [Sarif Github Junit]
}

/// The destination and format of a report.
#[derive(Debug, Args)]
pub(in crate::cli) struct OutputArgs<F: Formats = Common> {
    /// Write the report in this format
    ///
    /// Without it, the extension of the output file determines the format: .txt, .md, .csv, .xlsx, .html, .json and so
    /// on. Without a file, the report is text.
    #[arg(
        long,
        short,
        value_name = "FORMAT",
        value_parser = FormatParser::<F>(PhantomData),
        help_heading = heading::OUTPUT
    )]
    pub(in crate::cli) format: Option<Format>,

    /// Write to FILE instead of standard output
    ///
    /// The file appears as a whole or not at all, and an input is never overwritten. `-` is standard output.
    #[arg(long, short, value_name = "FILE", help_heading = heading::OUTPUT)]
    pub(in crate::cli) output: Option<PathBuf>,

    #[arg(skip)]
    family: PhantomData<F>,
}

/// Parses the word of a format of this family. For any other format, the error lists the formats of the family.
#[derive(Debug, Clone)]
struct FormatParser<F>(PhantomData<F>);

impl<F: Formats> TypedValueParser for FormatParser<F> {
    type Value = Format;

    fn parse_ref(
        &self,
        command: &clap::Command,
        _: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Format, clap::Error> {
        let word = value.to_string_lossy();
        if let Some(format) = F::ALL.iter().find(|format| format.word() == word) {
            return Ok(*format);
        }
        let offered = F::ALL.iter().map(|format| format.word()).collect::<Vec<_>>().join(", ");
        let fact = match Format::ALL.iter().any(|format| format.word() == word) {
            true => format!("codeset {} does not write `{word}`", command.get_name()),
            false => format!("`{word}` is not a format"),
        };
        let text = format!(
            "{fact}\n  = help: use one of the formats of codeset {}: {offered}\n",
            command.get_name()
        );
        Err(clap::Error::raw(ErrorKind::InvalidValue, text))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(F::ALL.iter().map(|format| PossibleValue::new(format.word()).help(format.meaning()))))
    }
}
