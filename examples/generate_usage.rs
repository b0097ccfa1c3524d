//! Makes a table of claim lines to count: some codes as common as in real claims, 40 owners, days over ten years, amounts.
//!
//! `cargo run --release --example generate_usage -- RELEASE LINES FILE` writes a CSV with the billable codes of a release.
//! The same release makes the same file.

#[path = "../benches/made_up/numbers.rs"]
mod numbers;

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use codeset::formats::{self, Options};
use codeset::model::Entry;
use codeset::sources;
use jiff::ToSpan;
use jiff::civil::date;

use numbers::Numbers;

/// Number of departments.
const OWNERS: usize = 40;

/// Number of days, from October 1, 2016.
const DAYS: usize = 3_650;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [release, lines, file] = arguments.as_slice() else {
        return Err("generate_usage RELEASE LINES FILE".into());
    };
    let lines: usize = lines.parse()?;
    let opened = sources::open(Path::new(release), &formats::wanted)?;
    let release = formats::read(opened.files, &Options::default())?;
    let mut numbers = Numbers(20_261_001);
    let billable = release.entries().filter(|entry| entry.is_billable());
    let mut codes: Vec<String> = billable.map(Entry::display).collect();
    for at in (1..codes.len()).rev() {
        codes.swap(at, numbers.below(at + 1));
    }
    let first = date(2016, 10, 1);
    let day = |at: usize| first.checked_add((at as i64).days()).map(|day| day.to_string());
    let days: Vec<String> = (0..DAYS).map(day).collect::<Result<_, _>>()?;
    let mut out = BufWriter::new(File::create(file)?);
    writeln!(out, "code,date_of_service,department,charges")?;
    for _ in 0..lines {
        let code = &codes[rank(&mut numbers, codes.len())];
        let (day, owner) = (&days[numbers.below(DAYS)], numbers.below(OWNERS));
        let (dollars, cents) = (numbers.below(4_000), numbers.below(100));
        writeln!(out, "{code},{day},Department {owner},{dollars}.{cents:02}")?;
    }
    out.flush()?;
    Ok(())
}

/// Draws a rank below `end` by Zipf's law: the first ten ranks are drawn as often as the next ninety.
fn rank(numbers: &mut Numbers, end: usize) -> usize {
    let share = (numbers.next() >> 11) as f64 / (1_u64 << 53) as f64;
    let rank = (end as f64).powf(share) as usize;
    rank.clamp(1, end) - 1
}
