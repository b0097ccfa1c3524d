//! `codeset impact --split-by owner -o DIR`: a report for each owner, and an index.

use std::collections::BTreeSet;
use std::path::Path;

use crate::cli::error::{Error, InputError};
use crate::cli::output::{self, Output};
use crate::crosswalk::Crosswalk;
use crate::diff::Diff;
use crate::impact::{Attribute, Usage, attribute_impact, impact};
use crate::report::ImpactReport;
use crate::sources;

/// Maximum length of the name of an owner's file, without its extension: file systems allow 255 bytes.
const LONGEST_NAME: usize = 60;

/// The common input of the reports of all owners.
pub(super) struct Splitter<'s> {
    pub(super) folder: &'s Path,
    pub(super) output: &'s Output<'s>,
    pub(super) diff: &'s Diff<'s>,
    pub(super) crosswalk: &'s Crosswalk<'s>,
    pub(super) attributes: &'s [Attribute],
}

impl Splitter<'_> {
    /// Writes a report for each owner into the folder, and the whole one as the index; returns the number of reports.
    pub(super) fn write(&self, usage: &Usage, whole: &ImpactReport<'_>) -> Result<usize, Error> {
        let owners = usage.owners();
        if owners.is_empty() {
            return Err(InputError::NoOwners.into());
        }
        sources::make_folder(self.folder)?;
        let extension = output::extension(self.output.format());
        let file = |name: &str| self.folder.join(format!("{name}.{extension}"));
        let mut taken = BTreeSet::new();
        self.output.write_to(&file("index"), whole)?;
        for owner in &owners {
            let of_owner = usage.of_owner(owner);
            let impact = impact(self.diff, self.crosswalk, &of_owner);
            let attributes = attribute_impact(self.diff, &impact, &of_owner, self.attributes);
            let report = ImpactReport::new(self.diff, self.crosswalk, &impact);
            let report = report.with_attributes(&attributes).of_owner(owner);
            // Windows reserves some names for devices: `con`, `nul`. The prefix avoids them.
            self.output.write_to(&file(&format!("owner-{}", name(owner, &mut taken))), &report)?;
        }
        Ok(owners.len() + 1)
    }
}

/// Returns a part of a file name that every file system accepts and that no other owner has: letters and digits, in lower
/// case, and hyphens.
pub(super) fn name(owner: &str, taken: &mut BTreeSet<String>) -> String {
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
    let plain = plain.to_owned();
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
        let mut of = |owner: &str| format!("owner-{}", name(owner, &mut taken));
        assert_eq!(of("Family medicine"), "owner-family-medicine");
        assert_eq!(of("Family/Medicine"), "owner-family-medicine-2");
        assert_eq!(of("../../etc/passwd"), "owner-etc-passwd");
        assert_eq!(of("CON"), "owner-con");
        assert_eq!(of("\u{202e}"), "owner-owner");
        assert!(of(&"x".repeat(500)).len() < 100);
    }
}
