//! `codeset impact --split-by owner -o DIR`: a report for each owner, and an index.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::cli::error::Error;
use crate::cli::output::{self, Output};
use crate::crosswalk::Crosswalk;
use crate::diff::Diff;
use crate::impact::{Usage, impact};
use crate::report::ImpactReport;
use crate::sources;

/// The longest name of an owner's file, without its ending: file systems take 255 bytes.
const LONGEST_NAME: usize = 60;

/// Writes a report for each owner into a folder, and the whole one as the index.
pub(super) fn write(
    folder: &Path,
    output: &Output<'_>,
    diff: &Diff<'_>,
    crosswalk: &Crosswalk<'_>,
    usage: &Usage,
    whole: &ImpactReport<'_>,
) -> Result<usize, Error> {
    let owners = usage.owners();
    if owners.is_empty() {
        return Err(Error::argument(
            "no line of the usage files has an owner",
            "name the column of owners with --owner-column",
        ));
    }
    fs::create_dir_all(folder)
        .map_err(|source| sources::Error::Write { name: folder.display().to_string(), source })?;
    let ending = output::ending(output.format());
    let mut taken = BTreeSet::from(["index".to_owned()]);
    output.write_to(&folder.join(format!("index.{ending}")), whole)?;
    for owner in &owners {
        let of_owner = usage.of_owner(owner);
        let impact = impact(diff, crosswalk, &of_owner);
        let report = ImpactReport::new(diff, crosswalk, &impact).of_owner(owner);
        output.write_to(&folder.join(format!("{}.{ending}", name(owner, &mut taken))), &report)?;
    }
    Ok(owners.len())
}

/// A name that every file system takes, and that no other owner has: letters and digits, in small letters, and hyphens.
fn name(owner: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = String::new();
    for char in owner.to_lowercase().chars().take(LONGEST_NAME) {
        if char.is_ascii_alphanumeric() {
            name.push(char);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    let plain = match name.trim_matches('-') {
        "" => "owner",
        plain => plain,
    };
    // Windows keeps some names for devices: `con`, `nul`. None of ours is one.
    let plain = format!("owner-{plain}");
    let numbered = (2..).map(|number| format!("{plain}-{number}"));
    let free = std::iter::once(plain.clone()).chain(numbered).find(|name| !taken.contains(name));
    let free = free.expect("there are more numbers than owners");
    taken.insert(free.clone());
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_safe_and_differ() {
        let mut taken = BTreeSet::new();
        let mut of = |owner: &str| name(owner, &mut taken);
        assert_eq!(of("Family medicine"), "owner-family-medicine");
        assert_eq!(of("Family/Medicine"), "owner-family-medicine-2");
        assert_eq!(of("../../etc/passwd"), "owner-etc-passwd");
        assert_eq!(of("CON"), "owner-con");
        assert_eq!(of("\u{202e}"), "owner-owner");
        assert!(of(&"x".repeat(500)).len() < 100);
    }
}
