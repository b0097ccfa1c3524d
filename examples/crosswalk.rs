//! Finds the codes to use instead of those that are no longer billable: `cargo run --example crosswalk`.

use std::error::Error;
use std::io::{self, Write};

use codeset::model::Release;

const OLD: &[u8] = include_bytes!("../demo/icd10cm-order-2025.txt");
const NEW: &[u8] = include_bytes!("../demo/icd10cm-order-2026.txt");
/// The publisher's conversion table. It comes with NEW, and its rows are the official replacements.
const TABLE: &[u8] = include_bytes!("../demo/icd10cm-conversion-2026.csv");

fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout())
}

/// Writes one line for each replacement, with its strongest evidence.
pub fn run(out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let old = Release::read([("icd10cm-order-2025.txt", OLD.to_vec())])?;
    let new = Release::read([
        ("icd10cm-order-2026.txt", NEW.to_vec()),
        ("icd10cm-conversion-2026.csv", TABLE.to_vec()),
    ])?;
    for mapping in &old.diff(&new).crosswalk().mappings {
        if mapping.targets.is_empty() {
            writeln!(out, "{} -> no replacement", mapping.source.display())?;
        }
        for target in &mapping.targets {
            let evidence = target.evidence.first().map_or("", |evidence| evidence.kind.word());
            writeln!(out, "{} -> {} ({evidence})", mapping.source.display(), target.entry.display())?;
        }
    }
    Ok(())
}
