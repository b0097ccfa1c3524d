//! CPT's short descriptors: SHORTU.txt.
//!
//! Source: AMA, CPT data files, folder "standard". After the notice, columns from 1: 1-5 code, 6 blank, 7-34 text in
//! capitals.
//!
//! The medium descriptors have the same columns with more room. A file is recognized as short if everything at its
//! beginning, including blanks at the ends of lines, fits in 28 columns of text. Hundreds of medium descriptors never
//! do; an excerpt of a few rows may.

use super::cpt_text::{self, Fault, Record, fixed, is_mostly, sample_records};
use super::text::Line;
use super::{Format, Options, Part, Sample};
use crate::model::SourceFile;

/// Width of the text: columns 7-34.
pub(super) const WIDTH: usize = 28;

/// Width of medium descriptors: 48, and 100 in 2001.
pub(super) const WIDEST: usize = 100;

/// See the module.
pub(super) struct CptShort;

impl Format for CptShort {
    fn id(&self) -> &'static str {
        "cpt_short"
    }

    fn title(&self) -> &'static str {
        "CPT short descriptors"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["cpt"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        longest(sample).is_some_and(|longest| longest <= WIDTH)
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        cpt_text::read(file, record)
    }
}

fn record<'a>(line: &Line<'a>) -> Result<Record<'a>, Fault> {
    let (code, short) = fixed(line, WIDTH)?;
    Ok(Record { code, short, ..Record::default() })
}

/// Returns the number of columns of the widest text in a sample, including blanks at its end, if the sample is mostly codes
/// with texts in capitals. A list of five-digit numbers with names is not such a sample.
pub(super) fn longest(sample: &Sample<'_>) -> Option<usize> {
    let is_record =
        |line: &Line<'_>| fixed(line, WIDEST).is_ok_and(|(_, text)| !text.chars().any(char::is_lowercase));
    let columns = |line: &Line<'_>| line.length().saturating_sub(6);
    let records = || sample_records(sample, is_record).into_iter().filter(is_record);
    if is_mostly(sample, is_record) { records().map(|line| columns(&line)).max() } else { None }
}
