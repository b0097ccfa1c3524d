//! The catalog: the known releases, their download addresses, and the checksums of their files.
//!
//! One file is built in; a user's own files add releases and override built-in ones of the same name.
//!
//! Invariant: no edition is called `latest`: the result of a command does not depend on the day it runs. After the day
//! on which an edition must be out of date (`[lasts]`), no edition is in force, rather than the last known one.

mod pattern;
mod read;
mod set;

pub(super) use read::is_sha256;
pub use set::read_sets;

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::base::closed_list;
use crate::model::{CodeSet, Edition, ReleaseName};

static BUILT_IN: &str = include_str!("catalog.toml");

closed_list! {
    /// The role of a file in a release.
    #[derive(serde::Deserialize)]
    pub(crate) enum Role {
        /// The codes and their descriptions, with everything the publisher packs with them.
        Codes = "codes",
        /// Addenda in a file of their own.
        Addenda = "addenda",
        /// The conversion table.
        Conversion = "conversion",
        /// The list of codes that are exempt from reporting whether they were present on admission.
        Poa = "poa",
        /// Tabular list, tables and index.
        Tabular = "tabular",
        /// The Official Guidelines, in PDF.
        Guidelines = "guidelines",
        /// Anything else.
        More = "more",
    }
}

impl Role {
    /// Returns whether it is read whenever a release is read.
    pub(crate) fn is_codes(self) -> bool {
        matches!(self, Self::Codes | Self::Addenda | Self::Tabular)
    }

    /// Returns whether it is read when a release is NEW: the files a folder with the complete release would contain.
    pub(crate) fn is_read(self) -> bool {
        self.is_codes() || self == Self::Conversion
    }

    /// Returns whether it is fetched by default.
    pub(crate) fn is_fetched(self) -> bool {
        !matches!(self, Self::Tabular | Self::Guidelines | Self::More)
    }
}

/// The location of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// The network: the first available address is used.
    Urls(Vec<String>),
    /// A file or folder on this machine or on a network share; only a user's own catalog has these.
    Path(PathBuf),
}

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownFile {
    /// The role of the file.
    pub(crate) role: Role,
    /// The location of the file.
    pub(crate) address: Address,
    /// The file name.
    pub(crate) name: String,
    /// SHA-256 of its bytes, if known.
    pub(crate) sha256: Option<String>,
    /// Size in bytes, if known.
    pub(crate) bytes: Option<u64>,
    /// Words that must occur in the names of its members.
    pub(crate) holds: Vec<String>,
    /// Whether its address is reused for other bytes.
    pub(crate) rolling: bool,
}

impl KnownFile {
    /// Returns the checksum that its bytes must have.
    #[cfg(feature = "fetch")]
    pub(crate) fn pin(&self) -> Option<&str> {
        self.sha256.as_deref().filter(|_| !self.rolling)
    }

    /// Returns the first address, for display.
    pub(crate) fn shown_address(&self) -> String {
        match &self.address {
            Address::Urls(urls) => urls.first().cloned().unwrap_or_default(),
            Address::Path(path) => path.display().to_string(),
        }
    }
}

/// A release in a catalog, or one derived from its patterns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownRelease {
    /// The code set.
    pub(crate) set: &'static CodeSet,
    /// The edition; `None` for a release that is republished every day.
    pub(crate) edition: Option<Edition>,
    /// The day it takes effect.
    pub(crate) effective: Option<Date>,
    /// The publisher.
    pub(crate) publisher: String,
    /// The terms of use.
    pub(crate) terms: String,
    /// The edition whose codes it repeats.
    pub(crate) repeats: Option<ReleaseName>,
    /// Its files.
    pub(crate) files: Vec<KnownFile>,
    /// Whether it was only derived from a name pattern.
    pub(crate) guessed: bool,
}

impl KnownRelease {
    /// Returns `icd10cm@2026`, or `ndc` for a release that is republished every day.
    pub(crate) fn id(&self) -> String {
        match self.name() {
            Some(name) => name.to_string(),
            None => self.set.id.to_owned(),
        }
    }

    /// Returns its name, if it has an edition.
    pub(crate) fn name(&self) -> Option<ReleaseName> {
        self.edition.map(|edition| ReleaseName { set: self.set, edition })
    }

    /// Returns whether it contains codes.
    pub(crate) fn has_codes(&self) -> bool {
        self.files.iter().any(|file| file.role == Role::Codes)
    }
}

/// The reason a catalog cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the catalog `{file}`: {fact}")]
pub struct CatalogError {
    /// Its name.
    pub file: String,
    /// The error and its location.
    pub fact: String,
}

/// Known releases, and the naming patterns of others.
#[derive(Debug, Clone)]
pub(crate) struct Catalog {
    as_of: Option<Date>,
    releases: Vec<KnownRelease>,
    patterns: Vec<pattern::Pattern>,
    lasts: Vec<(&'static CodeSet, i8)>,
}

impl Catalog {
    /// Returns the built-in catalog.
    ///
    /// # Panics
    ///
    /// Never: a test reads the built-in catalog.
    pub(crate) fn built_in() -> Self {
        read::read("the built-in catalog", BUILT_IN, Path::new(""))
            .expect("a test reads the built-in catalog")
    }

    /// Reads a user's own catalog, which overrides this one. Paths in it are relative to its folder.
    ///
    /// # Errors
    ///
    /// If its text is not a catalog.
    pub(crate) fn overrule(&mut self, file: &Path, text: &str) -> Result<(), CatalogError> {
        let folder = file.parent().unwrap_or(Path::new(""));
        let other = read::read(&file.display().to_string(), text, folder)?;
        self.releases.retain(|known| !other.releases.iter().any(|release| release.id() == known.id()));
        self.releases.extend(other.releases);
        self.sort();
        self.lasts.splice(0..0, other.lasts);
        self.patterns.splice(0..0, other.patterns);
        Ok(())
    }

    fn sort(&mut self) {
        let sets = crate::model::sets::all();
        let place = |set: &CodeSet| sets.iter().position(|known| known.id == set.id);
        self.releases.sort_by_key(|release| (place(release.set), release.effective, release.edition));
    }

    /// Returns the day up to which the catalog is complete.
    pub(crate) fn as_of(&self) -> Option<Date> {
        self.as_of
    }

    /// Returns the releases, by set and effective date.
    pub(crate) fn releases(&self) -> &[KnownRelease] {
        &self.releases
    }

    /// Returns a release by its name.
    pub(crate) fn find(&self, name: ReleaseName) -> Option<&KnownRelease> {
        self.releases.iter().find(|release| release.name() == Some(name))
    }

    /// Returns the release that the publisher of a set republishes every day.
    pub(crate) fn rolling(&self, set: &CodeSet) -> Option<&KnownRelease> {
        self.releases.iter().find(|release| release.set == set && release.edition.is_none())
    }

    /// Derives a release that is not in the catalog from the publisher's naming pattern.
    pub(crate) fn guess(&self, name: ReleaseName) -> Option<KnownRelease> {
        let mut fitting = self.patterns.iter().filter_map(|pattern| pattern.apply(name));
        fitting.next()
    }

    /// Returns the day from which an edition is out of date, even if no newer one is known, because a newer one exists
    /// by then.
    pub(crate) fn ends(&self, set: &'static CodeSet, effective: Date) -> Option<Date> {
        let (_, months) = self.lasts.iter().find(|(known, _)| *known == set)?;
        if *months == 12 {
            let years = effective.year()..=effective.year().saturating_add(2);
            return years.filter_map(|year| set.calendar.first_day_of(year)).find(|day| *day > effective);
        }
        effective.checked_add(jiff::Span::new().months(*months)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalog_is_one() {
        let catalog = Catalog::built_in();
        assert!(catalog.releases().len() > 25);
        for release in catalog.releases() {
            let id = release.id();
            let by_name = release.edition.and_then(|edition| edition.effective(release.set.calendar));
            assert_eq!(release.effective, by_name, "{id}");
            if let Some(name) = release.repeats {
                assert!(catalog.find(name).is_some_and(KnownRelease::has_codes), "{id} repeats {name}");
            }
            assert!(!release.publisher.is_empty() && !release.terms.is_empty(), "{id}");
            for file in &release.files {
                let Address::Urls(urls) = &file.address else { panic!("{id} is on the network") };
                assert!(urls.iter().all(|url| url.starts_with("https://")), "{id}");
                assert!(file.name.contains('.') && !file.name.contains(['/', '%']), "{id}: {}", file.name);
            }
        }
    }

    #[test]
    fn no_address_is_in_the_catalog_twice() {
        let catalog = Catalog::built_in();
        let files = catalog.releases().iter().flat_map(|release| &release.files);
        let mut addresses: Vec<_> = files.map(KnownFile::shown_address).collect();
        let all = addresses.len();
        addresses.sort();
        addresses.dedup();
        assert_eq!(addresses.len(), all);
    }

    #[test]
    fn an_edition_is_out_of_date_when_the_next_one_is_due() {
        let catalog = Catalog::built_in();
        let ends = |name: &str| {
            let name = ReleaseName::parse(name).unwrap();
            catalog.ends(name.set, name.effective().unwrap()).map(|day| day.to_string())
        };
        assert_eq!(ends("icd10cm@2026").as_deref(), Some("2026-10-01"));
        assert_eq!(ends("icd10cm@2026-04").as_deref(), Some("2026-10-01"));
        assert_eq!(ends("hcpcs@2026-10").as_deref(), Some("2027-01-01"));
        assert_eq!(ends("cpt@2026").as_deref(), Some("2027-01-01"));
        assert_eq!(ends("ndc@2026-11-20"), None);
    }

    #[test]
    fn an_edition_nobody_has_seen_is_named_like_the_others() {
        let catalog = Catalog::built_in();
        let addresses = |name: &str| {
            let known = catalog.guess(ReleaseName::parse(name).unwrap())?;
            assert!(known.guessed && known.files[0].pin().is_none());
            let Address::Urls(urls) = known.files[0].address.clone() else { panic!("{name}") };
            Some(urls)
        };
        let urls = addresses("hcpcs@2027-01").unwrap();
        assert_eq!(urls[0], "https://www.cms.gov/files/zip/january-2027-alpha-numeric-hcpcs-file.zip");
        assert!(addresses("icd10cm@2028").unwrap()[0].ends_with("/2028/icd10cm-code-descriptions-2028.zip"));
        assert!(addresses("icd10cm@2028-04").unwrap()[0].contains("April-2028"));
        assert_eq!(addresses("cpt@2027"), None);
    }

    #[test]
    fn a_catalog_of_the_users_overrules_release_by_release() {
        let mut catalog = Catalog::built_in();
        let before = catalog.releases().len();
        let text = r#"
            [[release]]
            name = "icd10cm@2026"
            publisher = "our mirror"
            [[release.file]]
            role = "codes"
            url = "https://mirror.example/2026.zip"

            [[release]]
            name = "cpt@2026"
            terms = "license 4711"
            [[release.file]]
            role = "codes"
            path = "cpt/2026"
        "#;
        catalog.overrule(Path::new("/share/our.toml"), text).unwrap();
        assert_eq!(catalog.releases().len(), before + 1);
        let find = |name: &str| catalog.find(ReleaseName::parse(name).unwrap()).unwrap();
        assert_eq!(find("icd10cm@2026").files.len(), 1);
        assert_eq!(find("icd10cm@2026").effective.unwrap().to_string(), "2025-10-01");
        assert_eq!(find("cpt@2026").files[0].address, Address::Path(PathBuf::from("/share/cpt/2026")));
        assert_eq!(find("cpt@2026").terms, "license 4711");
    }

    #[test]
    fn what_is_no_catalog_is_reported_with_its_place() {
        let refused =
            |text: &str| Catalog::built_in().overrule(Path::new("our.toml"), text).unwrap_err().fact;
        assert!(refused("[[release]]\nname = \"icd10xx@2026\"").contains("icd10xx"));
        assert!(refused("[[release]]\nnom = \"icd10cm@2026\"").contains("line 2"));
        let file = |file: &str| {
            format!("[[release]]\nname = \"cpt@2026\"\n[[release.file]]\nrole = \"codes\"\n{file}")
        };
        assert!(refused(&file("")).contains("neither"));
        assert!(refused(&file("url = \"https://a/b.zip\"\nsha256 = \"12\"")).contains("64"));
        assert!(refused(&file("url = \"https://a/b.zip\"\nname = \"../b.zip\"")).contains("../b.zip"));
    }
}
