//! Naming patterns for the files of an edition that no catalog has yet.

use super::{Address, KnownFile, KnownRelease, Role};
use crate::model::{CodeSet, Edition, MONTHS, ReleaseName};

/// The editions that a pattern applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Year,
    Month,
}

/// Addresses with `{year}`, `{month}` and `{Month}` in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pub(super) set: &'static CodeSet,
    pub(super) kind: Kind,
    pub(super) urls: Vec<String>,
    pub(super) holds: Vec<String>,
    pub(super) publisher: String,
    pub(super) terms: String,
}

impl Pattern {
    /// Returns the release of this name, if the pattern applies to it.
    pub(super) fn apply(&self, name: ReleaseName) -> Option<KnownRelease> {
        let (year, month) = match (self.kind, name.edition) {
            (Kind::Year, Edition::Year(year)) => (year, None),
            (Kind::Month, Edition::Month(year, month)) => {
                (year, MONTHS.get(usize::try_from(month - 1).ok()?))
            }
            _ => return None,
        };
        if name.set != self.set {
            return None;
        }
        let month = month.copied().unwrap_or_default();
        let fill = |url: &String| {
            url.replace("{year}", &format!("{year:04}"))
                .replace("{month}", &month.to_lowercase())
                .replace("{Month}", month)
        };
        let urls: Vec<String> = self.urls.iter().map(fill).collect();
        let file = KnownFile {
            role: Role::Codes,
            name: last_part(urls.first()?),
            address: Address::Urls(urls),
            sha256: None,
            bytes: None,
            holds: self.holds.clone(),
            rolling: false,
        };
        Some(KnownRelease {
            set: name.set,
            edition: Some(name.edition),
            effective: name.effective(),
            publisher: self.publisher.clone(),
            terms: self.terms.clone(),
            repeats: None,
            files: vec![file],
            guessed: true,
        })
    }
}

/// Returns the last part of an address, with `%20` decoded.
pub(super) fn last_part(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let last = path.rsplit('/').next().unwrap_or(path);
    let mut bytes = Vec::with_capacity(last.len());
    let mut rest = last.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = || {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            u8::from_str_radix(digits, 16).ok().filter(|_| *first == b'%')
        };
        match escaped() {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
