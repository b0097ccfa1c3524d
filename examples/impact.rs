//! Shows which codes of a usage table need a replacement: `cargo run --example impact`.

use std::error::Error;
use std::io::{self, Write};

use codeset::impact::Usage;
use codeset::model::Release;

const OLD: &[u8] = include_bytes!("../demo/icd10cm-order-2025.txt");
const NEW: &[u8] = include_bytes!("../demo/icd10cm-order-2026.txt");
const TABLE: &[u8] = include_bytes!("../demo/icd10cm-conversion-2026.csv");
/// A made-up table: code, description, department, count.
const USAGE: &[u8] = include_bytes!("../demo/usage.csv");

fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout())
}

/// Writes the total, then one line for each code to replace, most used first.
pub fn run(out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let old = Release::read([("icd10cm-order-2025.txt", OLD.to_vec())])?;
    let new = Release::read([
        ("icd10cm-order-2026.txt", NEW.to_vec()),
        ("icd10cm-conversion-2026.csv", TABLE.to_vec()),
    ])?;
    let diff = old.diff(&new);
    let crosswalk = diff.crosswalk();
    let usage = Usage::read("usage.csv", USAGE, &diff)?;
    let impact = crosswalk.impact(&diff, &usage);
    writeln!(
        out,
        "{} of {} lines use a code that is no longer billable",
        impact.affected.lines, impact.used.lines
    )?;
    for item in impact.items.iter().filter(|item| item.status.is_affected()) {
        let targets = item.mapping.iter().flat_map(|mapping| &mapping.targets);
        let targets: Vec<String> = targets.map(|target| target.entry.display().to_string()).collect();
        writeln!(out, "{} lines: {} -> {}", item.tally.lines, item.entry.display(), targets.join(" or "))?;
    }
    Ok(())
}
