//! Reads two releases and lists what changed: `cargo run --example two_releases`.

use std::error::Error;
use std::io::{self, Write};

use codeset::model::Release;

/// Two small releases of ICD-10-CM. `Release::open("FILE.zip")` reads the publisher's own files.
const OLD: &[u8] = include_bytes!("../demo/icd10cm-order-2025.txt");
const NEW: &[u8] = include_bytes!("../demo/icd10cm-order-2026.txt");

fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout())
}

/// Writes one line for each code that is no longer billable.
pub fn run(out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let old = Release::read([("icd10cm-order-2025.txt", OLD.to_vec())])?;
    let new = Release::read([("icd10cm-order-2026.txt", NEW.to_vec())])?;
    let diff = old.diff(&new);
    writeln!(out, "{} -> {}: {} changes", old.id(), new.id(), diff.changes.len())?;
    for change in diff.changes.iter().filter(|change| change.is_deletion()) {
        writeln!(out, "{:<8} {}", change.kind.word(), change.entry().display())?;
    }
    Ok(())
}
