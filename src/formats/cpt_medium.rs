//! CPT's medium descriptors: MEDU.txt.
//!
//! Source: AMA, CPT data files, folder "standard". After the notice, columns from 1: 1-5 code, 6 blank, 7-54 text in
//! capitals. In 2001 (filelayout.txt) the text had up to 100 columns.

use super::cpt_short::{WIDEST, WIDTH, longest};
use super::cpt_text::{self, Fault, Record, fixed};
use super::text::Line;
use super::{Format, Options, Part, Sample};
use crate::model::SourceFile;

/// See the module.
pub(super) struct CptMedium;

impl Format for CptMedium {
    fn id(&self) -> &'static str {
        "cpt_medium"
    }

    fn title(&self) -> &'static str {
        "CPT medium descriptors"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["cpt"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        longest(sample).is_some_and(|longest| longest > WIDTH)
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        cpt_text::read(file, record)
    }
}

fn record<'a>(line: &Line<'a>) -> Result<Record<'a>, Fault> {
    let (code, medium) = fixed(line, WIDEST)?;
    Ok(Record { code, medium, ..Record::default() })
}
