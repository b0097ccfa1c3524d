//! CPT's long descriptors, a record on each line: LONGULT.txt (mixed case) and LONGUT.txt (capitals).
//!
//! Source: AMA, CPT data files, folder "standard". After the notice: code, tab, descriptor. No titles.

use super::cpt_text::{self, Fault, Record, is_mostly};
use super::text::Line;
use super::{Format, Options, Part, Sample};
use crate::model::sets::is_cpt_code;
use crate::model::{ProblemCode, SourceFile};

/// See the module.
pub(super) struct CptLong;

impl Format for CptLong {
    fn id(&self) -> &'static str {
        "cpt_long"
    }

    fn title(&self) -> &'static str {
        "CPT long descriptors"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["cpt"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        is_mostly(sample, |line| record(line).is_ok())
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        cpt_text::read(file, record)
    }
}

fn record<'a>(line: &Line<'a>) -> Result<Record<'a>, Fault> {
    let Some((code, long)) = line.text.split_once('\t') else {
        let fact = "there is no tab between a code and its descriptor";
        return Err((ProblemCode::ShortRecord, 1, fact.to_owned()));
    };
    if !is_cpt_code(code) {
        return Err((ProblemCode::BadRecord, 1, "the text before the tab is not a CPT code".to_owned()));
    }
    if long.contains('\t') || long.trim().is_empty() {
        let fact = "the tab must be followed by exactly one column, the descriptor";
        return Err((ProblemCode::BadRecord, 7, fact.to_owned()));
    }
    Ok(Record { code, long: long.trim(), ..Record::default() })
}
