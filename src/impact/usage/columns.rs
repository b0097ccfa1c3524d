//! Which column of a table is what: by content for codes, by heading for the others.

use super::UsageOptions;
use super::basis::DayOf;
use super::money::Amount;
use super::vocabulary::Vocabulary;
use crate::model::CodeSet;
use crate::tables::day::{self, Day};

/// What the user says about columns, which overrules what the table tells.
#[derive(Debug, Clone, Default)]
pub struct ColumnChoice {
    /// Heading of the code column.
    pub code: Option<String>,
    /// Heading of the column that says how often.
    pub count: Option<String>,
    /// Heading of the column that says who owns a line.
    pub owner: Option<String>,
    /// Heading of the column of amounts.
    pub amount: Option<String>,
    /// Heading of the column that says on which day.
    pub date: Option<String>,
}

impl ColumnChoice {
    /// Whether the user named any column.
    pub(super) fn is_made(&self) -> bool {
        let Self { code, count, owner, amount, date } = self;
        [code, count, owner, amount, date].into_iter().any(Option::is_some)
    }
}

/// The columns of a table, by position from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// Codes: several in a table of the form dx1 .. dx25.
    pub codes: Vec<usize>,
    /// How often; without one a line counts once.
    pub count: Option<usize>,
    /// Who owns the line.
    pub owner: Option<usize>,
    /// How much money.
    pub amount: Option<usize>,
    /// On which day: of several the first that is not blank.
    pub dates: Vec<usize>,
    /// Which code set a line's code belongs to.
    pub label: Option<usize>,
    /// Whether the first row holds headings.
    pub headings: bool,
    /// What was found, for people.
    pub found: Vec<String>,
}

/// Headings of columns that say how often.
const COUNTS: &[&str] = &[
    "count",
    "counts",
    "n",
    "lines",
    "cases",
    "claims",
    "encounters",
    "frequency",
    "freq",
    "volume",
    "uses",
    "total",
];

/// Headings of columns that say who owns a line. None of them names a patient.
const OWNERS: &[&str] = &[
    "owner",
    "department",
    "dept",
    "clinic",
    "facility",
    "location",
    "payer",
    "service",
    "service_line",
    "specialty",
    "team",
    "unit",
];

/// Headings of columns of amounts, the ones charged before the ones paid.
const AMOUNTS: &[&str] = &[
    "amount",
    "charges",
    "charge",
    "charge_amount",
    "total_charge",
    "total_charges",
    "line_charge",
    "billed",
    "billed_amount",
    "allowed",
    "allowed_amount",
    "paid",
    "paid_amount",
    "payment",
    "cost",
    "clm_tot_chrg_amt",
    "clm_sbmt_chrg_amt",
    "clm_line_sbmt_chrg_amt",
    "clm_pmt_amt",
];

/// Headings of columns of days.
const DATES: &[(&str, DayOf)] = &[
    ("discharge_date", DayOf::Discharge),
    ("date_of_discharge", DayOf::Discharge),
    ("dischtime", DayOf::Discharge),
    ("discharged", DayOf::Discharge),
    ("nch_bene_dschrg_dt", DayOf::Discharge),
    ("service_date", DayOf::Service),
    ("date_of_service", DayOf::Service),
    ("dos", DayOf::Service),
    ("servicedate", DayOf::Service),
    ("service_dt", DayOf::Service),
    ("clm_line_thru_dt", DayOf::Through),
    ("through_date", DayOf::Through),
    ("thru_date", DayOf::Through),
    ("to_date", DayOf::Through),
    ("statement_through_date", DayOf::Through),
    ("clm_thru_dt", DayOf::Through),
    ("from_date", DayOf::From),
    ("statement_from_date", DayOf::From),
    ("clm_line_from_dt", DayOf::From),
    ("clm_from_dt", DayOf::From),
    ("admission_date", DayOf::Admission),
    ("admit_date", DayOf::Admission),
    ("admittime", DayOf::Admission),
    ("encounter_date", DayOf::Record),
    ("visit_date", DayOf::Record),
    ("diagnosis_date", DayOf::Record),
    ("date", DayOf::Record),
];

/// The share of cells that must be amounts or days for a column to be taken for one, of those that are not blank.
const FITTING_SHARE: f64 = 0.8;

/// Parts of headings of columns that say which code set or version a line's code belongs to.
const LABELS: &[&str] =
    &["version", "vrsn", "code_set", "codeset", "code_system", "code_type", "icdv", "icd_type", "icd_ind"];

/// Words that stand in headings and hardly in names of people: only a row with one of them is ever quoted.
const HEADING_WORDS: &[&str] = &[
    "code",
    "codes",
    "icd",
    "icd10",
    "dx",
    "dx1",
    "diagnosis",
    "diag",
    "procedure",
    "proc",
    "px",
    "description",
    "date",
    "id",
    "mrn",
    "patient",
    "encounter",
    "name",
];

/// The share of values that must be codes for a column to be taken for the code column.
const LEAST_SHARE: f64 = 0.2;

/// The share from which further columns with a like heading are code columns too.
const WIDE_SHARE: f64 = 0.5;

/// Finds the columns of a table by its first rows.
///
/// # Errors
///
/// A sentence, if a heading that was asked for is not there, or no column holds codes.
pub(super) fn find(
    sample: &[csv::StringRecord],
    options: &UsageOptions,
    vocabulary: &Vocabulary<'_>,
) -> Result<Columns, String> {
    let choice = &options.columns;
    let Some(first) = sample.first() else { return Err("the table is empty".to_owned()) };
    let width = sample.iter().map(csv::StringRecord::len).max().unwrap_or(0);
    let headings = !first.iter().any(|cell| vocabulary.knows(cell)) && first.iter().all(is_like_a_heading);
    let names: Vec<String> = first.iter().map(plain).collect();
    let named = |wanted: &str| names.iter().position(|name| headings && *name == plain(wanted));
    let chosen = |wanted: &Option<String>| {
        let Some(wanted) = wanted else { return Ok(None) };
        named(wanted).map(Some).ok_or_else(|| no_heading(wanted, first, headings))
    };
    let rows = &sample[usize::from(headings)..];
    let mut columns = Columns {
        codes: Vec::new(),
        count: chosen(&choice.count)?.or_else(|| COUNTS.iter().find_map(|name| named(name))),
        owner: chosen(&choice.owner)?.or_else(|| OWNERS.iter().find_map(|name| named(name))),
        amount: chosen(&choice.amount)?.or_else(|| {
            let found = AMOUNTS.iter().filter_map(|name| named(name));
            found.into_iter().find(|at| fits(rows, *at, |cell| Amount::parse(cell).is_some()))
        }),
        dates: Vec::new(),
        label: names.iter().position(|name| headings && LABELS.iter().any(|label| name.contains(label))),
        headings,
        found: Vec::new(),
    };
    let mut left = Vec::new();
    match chosen(&choice.date)? {
        Some(at) => columns.dates.push(at),
        None => {
            for at in options.basis.order().into_iter().flat_map(date_headings).filter_map(named) {
                if fits(rows, at, |cell| matches!(day::read(cell), Day::Known(_))) {
                    columns.dates.push(at);
                } else if fits(rows, at, |cell| matches!(day::read(cell), Day::Known(_) | Day::NoCentury)) {
                    left.push(at);
                }
            }
        }
    }
    // Rows that are labelled as another set say nothing about where this one's codes are.
    let label =
        |row: &csv::StringRecord| columns.label.and_then(|at| row.get(at)).unwrap_or_default().to_owned();
    let own: Vec<&csv::StringRecord> =
        rows.iter().filter(|row| !vocabulary.set().is_foreign(label(row).as_bytes())).collect();
    let shares: Vec<f64> = (0..width).map(|at| vocabulary.share(cells(&own, at))).collect();
    columns.codes = match chosen(&choice.code)? {
        Some(at) => vec![at],
        None => {
            code_columns(&shares, &names, headings).ok_or_else(|| no_codes(vocabulary.set(), headings))?
        }
    };
    columns.count = columns.count.filter(|at| !columns.codes.contains(at));
    columns.amount = columns.amount.filter(|at| !columns.codes.contains(at) && columns.count != Some(*at));
    columns.found = describe(&columns, first, &shares, own.len(), vocabulary.set());
    let name = |at: usize| column_name(&columns, first, at);
    let left = left.into_iter().map(|at| {
        format!("{} has years of two digits; without their century they are not used as days", name(at))
    });
    let left: Vec<String> = left.collect();
    columns.found.extend(left);
    Ok(columns)
}

/// The headings of a kind of days.
fn date_headings(kind: DayOf) -> impl Iterator<Item = &'static str> {
    DATES.iter().filter(move |(_, of)| *of == kind).map(|(name, _)| *name)
}

/// Whether a cell may be a heading: it begins with a letter, or is empty. Dates, numbers and codes of other sets are none.
pub(super) fn is_like_a_heading(cell: &str) -> bool {
    let cell = cell.trim();
    cell.chars().next().is_none_or(|first| first.is_alphabetic() || first == '_')
}

/// Whether a first row is surely one of headings, and may be quoted: it holds a word that headings are made of.
fn is_quotable(first: &csv::StringRecord) -> bool {
    let known = |word: &str| {
        [HEADING_WORDS, COUNTS, OWNERS, AMOUNTS].iter().any(|words| words.contains(&word))
            || DATES.iter().any(|(name, _)| *name == word)
    };
    first.iter().any(|cell| {
        let cell = cell.trim().to_ascii_lowercase();
        known(&cell) || cell.split(|char: char| !char.is_alphanumeric()).any(known)
    })
}

fn cells<'a>(rows: &[&'a csv::StringRecord], at: usize) -> impl Iterator<Item = &'a str> {
    rows.iter().filter_map(move |row| row.get(at))
}

/// A heading as it is compared: small letters, `_` for blanks and hyphens.
pub(super) fn plain(heading: &str) -> String {
    heading.trim().to_ascii_lowercase().replace([' ', '-'], "_")
}

/// Whether enough cells of a column are what its heading says, and there are any.
fn fits(rows: &[csv::StringRecord], at: usize, is_one: impl Fn(&[u8]) -> bool) -> bool {
    let (mut filled, mut fitting) = (0_u32, 0_u32);
    for cell in rows.iter().filter_map(|row| row.get(at)).filter(|cell| !matches!(cell.trim(), "" | "~")) {
        filled += 1;
        fitting += u32::from(is_one(cell.as_bytes()));
    }
    filled > 0 && f64::from(fitting) >= f64::from(filled) * FITTING_SHARE
}

fn column_name(columns: &Columns, first: &csv::StringRecord, at: usize) -> String {
    match first.get(at).filter(|_| columns.headings && is_quotable(first)) {
        Some(name) => format!("column `{}`", name.trim().escape_debug()),
        None => format!("column {}", at + 1),
    }
}

fn no_heading(wanted: &str, first: &csv::StringRecord, headings: bool) -> String {
    if !headings {
        return format!("there is no column `{wanted}`: the table has no headings");
    }
    if !is_quotable(first) {
        return format!("there is no column `{wanted}`");
    }
    let names: Vec<String> = first.iter().map(|name| name.trim().escape_debug().to_string()).collect();
    format!("there is no column `{wanted}`; the columns are: {}", names.join(", "))
}

fn no_codes(set: &CodeSet, headings: bool) -> String {
    let named = if headings { "" } else { ", and there are no headings" };
    format!("no column holds {} codes of either release{named}", set.title)
}

/// The column with the greatest share of codes and, if its heading ends in a number, its sisters.
fn code_columns(shares: &[f64], names: &[String], headings: bool) -> Option<Vec<usize>> {
    let best = (0..shares.len()).max_by(|&a, &b| shares[a].total_cmp(&shares[b]).then(b.cmp(&a)))?;
    if shares[best] < LEAST_SHARE {
        return None;
    }
    let stem = |at: usize| {
        let name = names.get(at).map_or("", String::as_str);
        let stem = name.trim_end_matches(|char: char| char.is_ascii_digit());
        (stem.len() < name.len() && headings).then_some(stem)
    };
    let sisters = (0..shares.len()).filter(|&at| {
        at == best || shares[at] >= WIDE_SHARE && stem(best).is_some() && stem(at) == stem(best)
    });
    Some(sisters.collect())
}

fn describe(
    columns: &Columns,
    first: &csv::StringRecord,
    shares: &[f64],
    rows: usize,
    set: &CodeSet,
) -> Vec<String> {
    let name = |at: usize| column_name(columns, first, at);
    let mut found: Vec<String> = columns
        .codes
        .iter()
        .map(|&at| {
            format!(
                "{} read as {}: {:.0} % of {rows} rows looked at are codes",
                name(at),
                set.id,
                shares[at] * 100.0
            )
        })
        .collect();
    found.extend(columns.count.map(|at| format!("{} read as count", name(at))));
    found.extend(columns.owner.map(|at| format!("{} read as owner", name(at))));
    found.extend(columns.amount.map(|at| format!("{} read as amount", name(at))));
    found.extend(columns.dates.iter().enumerate().map(|(place, &at)| {
        let next = if place == 0 { "" } else { " where the one before is blank" };
        format!("{} read as day of the line{next}", name(at))
    }));
    found.extend(columns.label.map(|at| format!("{} read as code set or version of the line", name(at))));
    found
}
