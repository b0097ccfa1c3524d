//! General equivalence mappings between ICD-9-CM and ICD-10-CM or ICD-10-PCS, in four directions.
//!
//! Source: CMS and NCHS, "GEMs technical documentation 2018". Columns, from 1, of the files from ICD-10: 1-7 source, 9-13
//! target; of those from ICD-9: 1-5 source, 7-13 target; of both: 15 approximate, 16 no map, 17 combination, 18 scenario,
//! 19 choice list. Codes are without dots. `NoDx`, `NoPCS` and `NoI9` stand for no target.

use super::text::{Line, TextFile};
use super::{Format, Options, Part, Sample};
use crate::model::Companion;
use crate::model::sets::{ICD10CM, ICD10PCS};
use crate::model::{
    Classification, Closeness, CodeMap, Combination, Counterpart, MapRow, Problem, ProblemCode, Problems,
    SourceFile,
};

/// Values for a missing target: diagnoses in both directions, procedures in each.
const NONE: [&str; 3] = ["NoDx", "NoPCS", "NoI9"];

/// See the module.
pub(super) struct Gem;

impl Format for Gem {
    fn id(&self) -> &'static str {
        "gem"
    }

    fn title(&self) -> &'static str {
        "general equivalence mapping"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["icd10cm", "icd10pcs"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        sample.mostly(|line| record(line).is_ok())
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        Companion::Map(parse(&TextFile::decode(file))).into()
    }
}

/// A parsed line.
struct Record<'a> {
    from_icd9: bool,
    source: &'a str,
    target: &'a str,
    flags: [u8; 5],
}

impl Record<'_> {
    fn has_no_target(&self) -> bool {
        NONE.contains(&self.target)
    }

    /// Returns whether the record may be one of procedures: their codes have four digits at most, or seven characters.
    fn may_be_procedure(&self) -> bool {
        let (icd9, icd10) =
            if self.from_icd9 { (self.source, self.target) } else { (self.target, self.source) };
        let of_icd9 = icd9.len() <= 4 && icd9.bytes().all(|byte| byte.is_ascii_digit());
        let of_icd10 = icd10.len() == 7
            && icd10.get(..1).and_then(|section| ICD10PCS.chapter(section)).is_some_and(|section| {
                icd10.starts_with(section.id) && (ICD10PCS.normalize)(icd10).is_some()
            });
        match self.target {
            "NoDx" => false,
            "NoPCS" => self.from_icd9 && of_icd9,
            "NoI9" => !self.from_icd9 && of_icd10,
            _ => of_icd9 && of_icd10,
        }
    }
}

/// A fault in a record: the column, and a sentence.
type Fault = (usize, &'static str);

fn record<'a>(line: &Line<'a>) -> Result<Record<'a>, Fault> {
    let text = line.text.trim_ascii_end();
    if !text.is_ascii() || text.len() != 19 {
        return Err((1, "record has not 19 characters"));
    }
    let from_icd9 = text.as_bytes()[5] == b' ' && text.as_bytes()[6] != b' ';
    let middle = if from_icd9 { 6 } else { 8 };
    let [source, target, flags] = [&text[..middle], &text[middle..14], &text[14..]].map(str::trim_ascii_end);
    let flags =
        <[u8; 5]>::try_from(flags.as_bytes()).ok().map(|flags| flags.map(|flag| flag.wrapping_sub(b'0')));
    let Some(flags) = flags.filter(|flags| flags.iter().all(|flag| *flag <= 9)) else {
        return Err((15, "columns 15-19 are not five digits"));
    };
    let [is_source, is_target] = if from_icd9 { [is_icd9, is_icd10] } else { [is_icd10, is_icd9] };
    if !is_source(source) {
        return Err((1, "the source is not a code"));
    }
    let record = Record { from_icd9, source, target, flags };
    if record.has_no_target() || is_target(target) {
        Ok(record)
    } else {
        Err((middle + 1, "the target is not a code"))
    }
}

/// Reports errors of the publisher whose intended meaning is clear.
fn note_slips(file: &TextFile, line: &Line<'_>, record: &Record<'_>, problems: &mut Problems) {
    let is_small = |code: &&str| !NONE.contains(code) && code.bytes().any(|byte| byte.is_ascii_lowercase());
    let fact = if let Some(code) = [record.source, record.target].into_iter().find(is_small) {
        format!("`{code}` was read as {}", code.to_ascii_uppercase())
    } else if record.has_no_target() && record.flags[1] == 0 {
        // 29 records of 2018, all from ICD-10-PCS.
        format!("{}: `{}` without its flag was read as no map", record.source, record.target)
    } else {
        return;
    };
    problems.add(ProblemCode::OddCode, || Problem::new(ProblemCode::OddCode, file.place(line, 0), fact));
}

/// Returns whether a code is ICD-9: digits, for diagnoses sometimes after a V or E. One record of 2018 has a lowercase `v`.
fn is_icd9(code: &str) -> bool {
    let digits = code.strip_prefix(['V', 'E', 'v', 'e']).unwrap_or(code);
    (3..=5).contains(&code.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_icd10(code: &str) -> bool {
    let is_procedure = code.len() == 7 && (ICD10PCS.normalize)(code).is_some_and(|same| same == code);
    is_procedure || (ICD10CM.normalize)(code).is_some_and(|same| same == code)
}

fn parse(file: &TextFile) -> CodeMap {
    let mut rows = Vec::new();
    let mut problems = Problems::default();
    let (mut from_icd9, mut procedures) = (None, true);
    for line in file.lines().filter(|line| !line.text.trim_ascii().is_empty()) {
        let fault = match record(&line) {
            Ok(record) if *from_icd9.get_or_insert(record.from_icd9) != record.from_icd9 => {
                (1, "the record maps in the opposite direction of the first one")
            }
            Ok(record) if record.flags[1] == 1 && !record.has_no_target() => {
                (16, "the flag says that there is no map, but the record has a target")
            }
            Ok(record) => {
                procedures &= record.may_be_procedure();
                note_slips(file, &line, &record, &mut problems);
                rows.push(row(&record, line.number));
                continue;
            }
            Err(fault) => fault,
        };
        problems.add(ProblemCode::BadRecord, || {
            file.left_out(ProblemCode::BadRecord, &line, fault.0, fault.1.to_owned())
        });
    }
    let [icd9, icd10] = if procedures && !rows.is_empty() {
        [Classification::Icd9pcs, Classification::Icd10pcs]
    } else {
        [Classification::Icd9cm, Classification::Icd10cm]
    };
    let (source, target) = if from_icd9 == Some(true) { (icd9, icd10) } else { (icd10, icd9) };
    let mut map = CodeMap::new(file.name.clone(), source, target, rows);
    let found: Vec<Problem> = file.problems.clone();
    map.problems = found.into_iter().chain(problems.finish(&file.name)).collect();
    map
}

fn row(record: &Record<'_>, number: u32) -> MapRow {
    let [approximate, _, combination, scenario, choice] = record.flags;
    let target = match record.has_no_target() {
        true => Counterpart::None,
        false => Counterpart::Code(record.target.to_ascii_uppercase()),
    };
    MapRow {
        source: record.source.to_ascii_uppercase(),
        is_code: true,
        target,
        closeness: if approximate == 0 { Closeness::Identical } else { Closeness::Approximate },
        combination: (combination == 1).then_some(Combination { scenario, choice }),
        row: number,
    }
}
