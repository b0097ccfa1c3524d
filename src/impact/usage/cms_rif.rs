//! CMS research files (RIF): pipes, a row of headings, a row for each line of a claim.
//!
//! Source: CMS Chronic Conditions Warehouse codebooks; headings as in CMSgov/beneficiary-fhir-data. Each row repeats
//! the codes of its claim; the principal and admitting diagnoses and those of its lines also occur among the others:
//! each diagnosis and procedure counts once per claim. HCPCS and NDC codes of lines count on each row. Each code has
//! its version in another column: 0 is ICD-10, 9 is ICD-9.

use std::collections::HashMap;
use std::io::{self, Read};

use jiff::civil::Date;

use super::basis::{DayOf, Days};
use super::fault::NoRoles;
use super::input::Input;
use super::ledger::{Ledger, Line};
use super::money::Amount;
use super::{Fault, Layout, UsageOptions};
use crate::base::counted;
use crate::model::{CodeSystem, ProblemCode};
use crate::tables::day;

/// The heading of the claim number of a row.
const CLAIM: &str = "clm_id";

/// Headings of codes: how they begin, the system of their codes, and whether they are those of a line.
const CODES: &[(&str, CodeSystem, bool)] = &[
    ("icd_dgns_cd", CodeSystem::Icd10cm, false),
    ("icd_dgns_e_cd", CodeSystem::Icd10cm, false),
    ("prncpal_dgns_cd", CodeSystem::Icd10cm, false),
    ("admtg_dgns_cd", CodeSystem::Icd10cm, false),
    ("fst_dgns_e_cd", CodeSystem::Icd10cm, false),
    ("rsn_visit_cd", CodeSystem::Icd10cm, false),
    ("icd_prcdr_cd", CodeSystem::Icd10pcs, false),
    ("line_icd_dgns_cd", CodeSystem::Icd10cm, true),
    ("hcpcs_cd", CodeSystem::Hcpcs, true),
    ("hcpcs_1st_mdfr_cd", CodeSystem::Hcpcs, true),
    ("hcpcs_2nd_mdfr_cd", CodeSystem::Hcpcs, true),
    ("hcpcs_3rd_mdfr_cd", CodeSystem::Hcpcs, true),
    ("hcpcs_4th_mdfr_cd", CodeSystem::Hcpcs, true),
    ("line_ndc_cd", CodeSystem::Ndc, true),
    ("rev_cntr_ide_ndc_upc_num", CodeSystem::Ndc, true),
    ("prod_srvc_id", CodeSystem::Ndc, true),
];

/// Headings of the days of a claim.
const CLAIM_DAYS: &[(&str, DayOf)] = &[
    ("nch_bene_dschrg_dt", DayOf::Discharge),
    ("clm_thru_dt", DayOf::Through),
    ("clm_from_dt", DayOf::From),
    ("clm_admsn_dt", DayOf::Admission),
    ("srvc_dt", DayOf::Service),
];

/// Headings of the day of a line, in order of preference.
const LINE_DAYS: &[&str] = &["line_last_expns_dt", "line_1st_expns_dt", "rev_cntr_dt", "srvc_dt"];

/// Headings of the charges of a claim.
const CLAIM_AMOUNTS: &[&str] =
    &["clm_tot_chrg_amt", "nch_carr_clm_sbmtd_chrg_amt", "tot_rx_cst_amt", "clm_pmt_amt"];

/// Headings of the charges of a line.
const LINE_AMOUNTS: &[&str] = &["line_sbmtd_chrg_amt", "rev_cntr_tot_chrg_amt", "tot_rx_cst_amt"];

/// CMS research files.
pub(super) struct CmsRif;

impl Layout for CmsRif {
    fn id(&self) -> &'static str {
        "cms_rif"
    }

    /// Recognizes a file by its headings, unless the user chooses the columns.
    fn recognizes(&self, head: &[u8], options: &UsageOptions) -> bool {
        let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
        let mark = delimiter(head);
        let has_claim =
            line.split(|byte| *byte == mark).any(|name| name.eq_ignore_ascii_case(CLAIM.as_bytes()));
        let has_codes = || {
            let names = line.split(|byte| *byte == mark).map(|name| plain(&String::from_utf8_lossy(name)));
            names.into_iter().any(|name| code_column(&name).is_some())
        };
        !options.columns.is_made() && has_claim && has_codes()
    }

    fn read(&self, input: Input<'_>, options: &UsageOptions, ledger: &mut Ledger<'_>) -> Result<(), Fault> {
        let mut table = reader(delimiter(input.head()), input.bytes());
        let mut record = csv::ByteRecord::new();
        if !next(&mut table, &mut record)? {
            return Err(NoRoles::Empty.into());
        }
        let headings = csv::StringRecord::from_byte_record_lossy(record.clone());
        let only = only(&options.only, Some(&headings))?;
        let mut claims = Claims::new(Columns::of(&headings), ledger);
        let mut other_rows = 0;
        while next(&mut table, &mut record)? {
            if only.iter().any(|(at, value)| text(&record, *at) != value.as_slice()) {
                other_rows += 1;
            } else {
                claims.row(&record);
            }
        }
        claims.finish();
        ledger.left_out(
            other_rows,
            "row does not have the value of --where",
            "rows do not have the value of --where",
        );
        Ok(())
    }
}

/// Returns a reader of rows of any length.
fn reader<R: Read>(delimiter: u8, reader: R) -> csv::Reader<R> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(reader)
}

/// Reads a row; returns whether there was one.
fn next<R: Read>(table: &mut csv::Reader<R>, record: &mut csv::ByteRecord) -> io::Result<bool> {
    // Only the system's reasons are passed on: no content of the file.
    table.read_byte_record(record).map_err(|error| match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other("its rows cannot be distinguished"),
    })
}

/// Returns the delimiter that occurs most often in the first line.
fn delimiter(head: &[u8]) -> u8 {
    let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let count = |delimiter: &u8| line.iter().filter(|byte| *byte == delimiter).count();
    // On a tie, the first in this list wins: a comma may occur in text, the others rarely do.
    let best = [b'\t', b'|', b';', b','].into_iter().rev().max_by_key(count).filter(|best| count(best) > 0);
    best.unwrap_or(b',')
}

/// Returns positions and values of the columns that rows are selected by.
fn only(
    wanted: &[(String, String)],
    headings: Option<&csv::StringRecord>,
) -> Result<Vec<(usize, Vec<u8>)>, NoRoles> {
    let find = |name: &str| headings?.iter().position(|heading| plain(heading) == plain(name));
    let position = |(name, value): &(String, String)| {
        let at = find(name).map(|at| (at, value.clone().into_bytes()));
        at.ok_or_else(|| NoRoles::NoColumn(name.clone()))
    };
    wanted.iter().map(position).collect()
}

/// Normalizes a heading for comparison: lower case, `_` for blanks and hyphens.
fn plain(heading: &str) -> String {
    heading.trim().to_ascii_lowercase().replace([' ', '-'], "_")
}

/// Returns the content of a cell; empty where the record has none.
fn text(record: &csv::ByteRecord, at: usize) -> &[u8] {
    record.get(at).unwrap_or_default().trim_ascii()
}

/// Returns the system of a column of codes and whether its codes are those of a line; the number at the end of its
/// heading is cut off.
fn code_column(name: &str) -> Option<(CodeSystem, bool)> {
    let stem = name.trim_end_matches(|char: char| char.is_ascii_digit());
    CODES.iter().find(|(known, ..)| *known == stem).map(|(_, system, of_line)| (*system, *of_line))
}

/// A column of codes, with the columns of their versions and days.
struct Codes {
    at: usize,
    system: CodeSystem,
    is_modifier: bool,
    version: Option<usize>,
    day: Option<usize>,
}

/// The columns of a file.
struct Columns {
    claim: Option<usize>,
    of_claim: Vec<Codes>,
    of_line: Vec<Codes>,
    claim_days: Vec<(usize, DayOf)>,
    line_days: Vec<usize>,
    claim_amounts: Vec<usize>,
    line_amounts: Vec<usize>,
}

impl Columns {
    fn of(headings: &csv::StringRecord) -> Self {
        let names: Vec<String> = headings.iter().map(plain).collect();
        let places: HashMap<&str, usize> = (0..).zip(&names).map(|(at, name)| (name.as_str(), at)).collect();
        let place = |name: &str| places.get(name).copied();
        let all = |wanted: &[&str]| wanted.iter().filter_map(|name| place(name)).collect();
        let mut columns = Self {
            claim: place(CLAIM),
            of_claim: Vec::new(),
            of_line: Vec::new(),
            claim_days: CLAIM_DAYS.iter().filter_map(|(name, of)| Some((place(name)?, *of))).collect(),
            line_days: all(LINE_DAYS),
            claim_amounts: all(CLAIM_AMOUNTS),
            line_amounts: all(LINE_AMOUNTS),
        };
        for (at, name) in names.iter().enumerate() {
            let Some((system, of_line)) = code_column(name) else { continue };
            let version = name.rfind("_cd").and_then(|end| {
                let (stem, number) = (&name[..end], &name[end + 3..]);
                place(&format!("{stem}_vrsn_cd{number}"))
            });
            let day =
                name.strip_prefix("icd_prcdr_cd").and_then(|number| place(&format!("prcdr_dt{number}")));
            let list = if of_line { &mut columns.of_line } else { &mut columns.of_claim };
            list.push(Codes { at, system, is_modifier: name.contains("mdfr"), version, day });
        }
        columns
    }
}

/// Counts the claims of a file.
struct Claims<'l, 'a> {
    columns: Columns,
    ledger: &'l mut Ledger<'a>,
    /// The claim of the previous row, to detect when a row begins another; it is never part of the output.
    claim: Vec<u8>,
    /// The diagnoses and procedures of the claim that were counted.
    given: Given,
    rows: u64,
    claims: u64,
}

impl<'l, 'a> Claims<'l, 'a> {
    fn new(columns: Columns, ledger: &'l mut Ledger<'a>) -> Self {
        Self { columns, ledger, claim: Vec::new(), given: Vec::new(), rows: 0, claims: 0 }
    }

    fn row(&mut self, row: &csv::ByteRecord) {
        self.rows += 1;
        let claim = self.columns.claim.map(|at| text(row, at)).unwrap_or_default();
        let columns = &self.columns;
        let mut days = Days::default();
        for (at, of) in &columns.claim_days {
            days.set(*of, first_day(&[*at], row, self.ledger));
        }
        if self.rows == 1 || claim != self.claim.as_slice() {
            self.claims += 1;
            self.claim.clear();
            self.claim.extend_from_slice(claim);
            self.given.clear();
            let amount = first_amount(&columns.claim_amounts, row, self.ledger);
            self.ledger.begin(Line { amount, day: self.ledger.judging(&days), ..Line::one() });
            give(&columns.of_claim, row, days, &mut self.given, self.ledger);
        }
        if !columns.of_line.is_empty() {
            let days = days.with(DayOf::Service, first_day(&columns.line_days, row, self.ledger));
            let amount = first_amount(&columns.line_amounts, row, self.ledger);
            self.ledger.begin(Line { amount, day: self.ledger.judging(&days), ..Line::one() });
            give(&columns.of_line, row, days, &mut self.given, self.ledger);
        }
    }

    fn finish(self) {
        let fact = format!(
            "read as CMS RIF: {}, {}; {} counted",
            counted(self.rows, "row", "rows"),
            counted(self.claims, "claim", "claims"),
            counted(self.ledger.codes(), "code", "codes"),
        );
        self.ledger.note(ProblemCode::UsageRead, fact);
    }
}

/// Codes of a claim that were counted.
type Given = Vec<(CodeSystem, Vec<u8>)>;

/// Maximum number of codes to remember: a claim has at most 25 diagnoses, 12 of external causes and 25 procedures.
const MAX_GIVEN: usize = 1000;

/// Passes on the codes of a row; of diagnoses and procedures only those that the claim did not have before.
fn give(codes: &[Codes], row: &csv::ByteRecord, days: Days, given: &mut Given, ledger: &mut Ledger<'_>) {
    for column in codes {
        let code = text(row, column.at);
        let version = column.version.map(|at| text(row, at)).unwrap_or_default();
        let system = if version == b"9" { CodeSystem::Icd9 } else { column.system };
        if matches!(code, b"" | b"~") {
            continue;
        }
        if matches!(system, CodeSystem::Icd10cm | CodeSystem::Icd10pcs | CodeSystem::Icd9) {
            if given.iter().any(|(held, known)| *held == system && known == code) {
                continue;
            }
            if given.len() < MAX_GIVEN {
                given.push((system, code.to_owned()));
            }
        }
        let own = column.day.and_then(|at| day::read(text(row, at)).known());
        let day = ledger.judging(&days.with(DayOf::Service, own));
        if column.is_modifier {
            ledger.modifier(system, code, day);
        } else {
            ledger.coded_on(system, code, day);
        }
    }
}

fn first_day(columns: &[usize], row: &csv::ByteRecord, ledger: &mut Ledger<'_>) -> Option<Date> {
    let day = columns.iter().map(|at| day::read(text(row, *at))).find(|day| *day != day::Day::Blank)?;
    if day.known().is_none() {
        let fact = "this row has an invalid date, which was ignored";
        ledger.problem(ProblemCode::LineDate, row.position().map(csv::Position::line), fact);
    }
    day.known()
}

fn first_amount(columns: &[usize], row: &csv::ByteRecord, ledger: &mut Ledger<'_>) -> Option<Amount> {
    let cell = columns.iter().map(|at| text(row, *at)).find(|cell| !matches!(*cell, b"" | b"~"))?;
    let amount = Amount::parse(cell);
    if amount.is_none() {
        let fact = "this row has an amount that is not a decimal number; it was left out of the sums";
        ledger.problem(ProblemCode::BadAmount, row.position().map(csv::Position::line), fact);
    }
    amount
}
