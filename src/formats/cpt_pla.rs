//! CPT's codes of proprietary laboratory analyses, published every quarter: CPTPLA.txt.
//!
//! Source: AMA, CPT data files, folder "Proprietary Laboratory Analyses (PLA) Codes". Tab-delimited, without titles:
//! code, long, medium and short descriptor, two columns whose meaning is not known (they are not read), released date,
//! effective date, proprietary name, laboratory, manufacturer. Dates stay as published.

use super::cpt_text::{self, Fault, Record, is_mostly};
use super::text::Line;
use super::{Format, Options, Part, Sample};
use crate::model::sets::is_cpt_code;
use crate::model::{ProblemCode, SourceFile};

/// Number of columns of a record.
const COLUMNS: usize = 11;

/// See the module.
pub(super) struct CptPla;

impl Format for CptPla {
    fn id(&self) -> &'static str {
        "cpt_pla"
    }

    fn title(&self) -> &'static str {
        "CPT proprietary laboratory analyses"
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
    let columns: Vec<&str> = line.text.split('\t').map(str::trim).collect();
    let Ok([code, long, medium, short, _, _, released, effective, name, laboratory, manufacturer]) =
        <[&str; COLUMNS]>::try_from(columns.as_slice())
    else {
        let fact = format!("the record has {} columns, but the layout has {COLUMNS}", columns.len());
        return Err((ProblemCode::ShortRecord, 1, fact));
    };
    if !is_cpt_code(code) {
        return Err((ProblemCode::BadRecord, 1, "the first column is not a CPT code".to_owned()));
    }
    let properties = vec![
        ("Released Date", released),
        ("Effective Date", effective),
        ("Proprietary Name", name),
        ("Laboratory", laboratory),
        ("Manufacturer", manufacturer),
    ];
    Ok(Record { code, long, medium, short, properties, ..Record::default() })
}
