//! Catalogs in their TOML form.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::pattern::{Kind, Pattern, last_part};
use super::{Address, Catalog, CatalogError, KnownFile, KnownRelease, Role};
use crate::model::{CodeSet, ReleaseName, ReleaseNameError, sets};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    as_of: Option<Date>,
    #[serde(default)]
    publisher: BTreeMap<String, WrittenPublisher>,
    #[serde(default)]
    lasts: BTreeMap<String, i8>,
    #[serde(default)]
    release: Vec<WrittenRelease>,
    #[serde(default)]
    pattern: Vec<WrittenPattern>,
    /// Read before everything else, see [`super::read_sets`]: releases refer to them by name.
    #[serde(default, rename = "set")]
    _sets: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPublisher {
    name: String,
    terms: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRelease {
    name: String,
    effective: Option<Date>,
    publisher: Option<String>,
    terms: Option<String>,
    repeats: Option<String>,
    #[serde(default)]
    file: Vec<WrittenFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    role: Role,
    url: Option<String>,
    path: Option<PathBuf>,
    name: Option<String>,
    sha256: Option<String>,
    bytes: Option<u64>,
    #[serde(default)]
    holds: Vec<String>,
    #[serde(default)]
    rolling: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPattern {
    set: String,
    edition: Kind,
    publisher: Option<String>,
    #[serde(default)]
    holds: Vec<String>,
    urls: Vec<String>,
}

pub(super) fn read(file: &str, text: &str, folder: &Path) -> Result<Catalog, CatalogError> {
    let refuse = |fact: String| CatalogError { file: file.to_owned(), fact };
    let written: Written =
        toml::from_str(text).map_err(|error| refuse(error.to_string().trim().to_owned()))?;
    let reader = Reader { publishers: written.publisher, folder };
    let set = |id: &str| sets::by_id(id).ok_or_else(|| refuse(format!("`{id}` is not a code set")));
    let lasts = written.lasts.iter().map(|(id, months)| Ok((set(id)?, *months))).collect::<Result<_, _>>()?;
    let patterns = written.pattern.into_iter().map(|pattern| {
        let (publisher, terms) = reader.publisher(set(&pattern.set)?, pattern.publisher, None);
        let WrittenPattern { set: id, edition: kind, holds, urls, .. } = pattern;
        Ok(Pattern { set: set(&id)?, kind, urls, holds, publisher, terms })
    });
    let patterns = patterns.collect::<Result<_, _>>()?;
    let releases = written
        .release
        .into_iter()
        .map(|release| reader.release(release).map_err(|error| refuse(error.to_string())));
    let releases = releases.collect::<Result<_, _>>()?;
    let mut catalog = Catalog { as_of: written.as_of, releases, patterns, lasts };
    catalog.sort();
    Ok(catalog)
}

struct Reader<'a> {
    publishers: BTreeMap<String, WrittenPublisher>,
    folder: &'a Path,
}

/// The reason why a release of a catalog cannot be read.
#[derive(Debug, thiserror::Error)]
enum EntryError {
    #[error(transparent)]
    Name(#[from] ReleaseNameError),
    /// The release, and the error in one of its files.
    #[error("{0}: {1}")]
    File(String, FileError),
}

/// The reason why a file of a release cannot be read.
#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error("a file has both `url` and `path`")]
    TwoAddresses,
    #[error("a file has neither `url` nor `path`")]
    NoAddress,
    #[error("`{0}` is not a file name; set one with `name`")]
    Name(String),
    #[error("`sha256` is not 64 hexadecimal digits")]
    Checksum,
}

impl Reader<'_> {
    /// Returns name and terms of a publisher: by its key, else the key itself as the name; without either, those of the set.
    fn publisher(&self, set: &CodeSet, key: Option<String>, terms: Option<String>) -> (String, String) {
        let known = key.as_ref().and_then(|key| self.publishers.get(key));
        let name = known.map(|known| known.name.clone()).or(key).unwrap_or_else(|| set.publisher.to_owned());
        let terms = terms.or_else(|| known.map(|known| known.terms.clone()));
        (name, terms.unwrap_or_else(|| set.terms.to_owned()))
    }

    fn release(&self, written: WrittenRelease) -> Result<KnownRelease, EntryError> {
        let WrittenRelease { name, effective, publisher, terms, repeats, file } = written;
        let (set, edition) = match sets::by_id(&name) {
            Some(set) => (set, None),
            None => {
                let name = ReleaseName::parse(&name)?;
                (name.set, Some(name.edition))
            }
        };
        let repeats = repeats.map(|name| ReleaseName::parse(&name));
        let (publisher, terms) = self.publisher(set, publisher, terms);
        let files = file
            .into_iter()
            .map(|file| self.file(file).map_err(|error| EntryError::File(name.clone(), error)));
        Ok(KnownRelease {
            set,
            edition,
            effective: effective.or_else(|| edition?.effective(set.calendar)),
            publisher,
            terms,
            repeats: repeats.transpose()?,
            files: files.collect::<Result<_, _>>()?,
            guessed: false,
        })
    }

    fn file(&self, written: WrittenFile) -> Result<KnownFile, FileError> {
        let WrittenFile { role, url, path, name, sha256, bytes, holds, rolling } = written;
        let (address, last) = match (url, path) {
            (Some(url), None) => {
                let last = last_part(&url);
                (Address::Urls(vec![url]), last)
            }
            (None, Some(path)) => {
                let last = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                (Address::Path(self.folder.join(path)), last)
            }
            (Some(_), Some(_)) => return Err(FileError::TwoAddresses),
            (None, None) => return Err(FileError::NoAddress),
        };
        let name = name.unwrap_or(last);
        if !is_plain_name(&name) {
            return Err(FileError::Name(name));
        }
        let sha256 = sha256.map(|sha256| sha256.to_ascii_lowercase());
        if sha256.as_deref().is_some_and(|sha256| !is_sha256(sha256)) {
            return Err(FileError::Checksum);
        }
        Ok(KnownFile { role, address, name, sha256, bytes, holds, rolling })
    }
}

/// Returns whether a text is 64 lowercase hexadecimal digits.
pub(in crate::sources) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Returns whether a text is a plain file name, without any path component.
fn is_plain_name(name: &str) -> bool {
    let plain = |char: char| !char.is_control() && !matches!(char, '/' | '\\' | ':');
    !name.is_empty() && name != "." && name != ".." && name.len() <= 200 && name.chars().all(plain)
}
