//! Files from the network: over https, within limits, verified before use.
//!
//! A request is a GET with the program's name and version, and, for a file that is already stored, its version
//! identifier from the server; nothing else is sent. An interrupted download resumes where it stopped; a file enters
//! the store only when it is complete and verified.

mod address;
mod answer;
mod client;
mod download;

use std::time::Duration;

use jiff::civil::Date;

pub(crate) use address::shown as shown_address;
pub(crate) use client::{Client, Standing};

use super::store::{Blob, Store, StoreError, StoredFile};
use crate::base::counted;

/// Maximum redirects that are followed: publishers need one.
pub(crate) const MAX_REDIRECTS: usize = 5;

/// Maximum bytes of a download: the largest official file has about 60 MB.
pub(crate) const MAX_BYTES: u64 = 512 << 20;

/// Maximum time that a server may request before a retry.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(120);

/// Maximum time for a file, with all attempts and delays, as a multiple of the timeout of a read: a server that sends a
/// byte now and then reaches no other limit.
pub(crate) const WHOLE_FILE: u32 = 120;

/// The settings of requests.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Whether http is allowed as well as https.
    pub(crate) allow_http: bool,
    /// Scheme and host, and optionally a path, that replace those of every address.
    pub(crate) mirror: Option<String>,
    /// Timeout of a connection, and of each read.
    pub(crate) patience: Duration,
    /// Number of retries.
    pub(crate) retries: u32,
    /// Delay before the first retry; it doubles each time.
    pub(crate) backoff: Duration,
}

impl Settings {
    /// Returns the maximum time for a file, with all attempts and delays.
    pub(crate) fn deadline(&self) -> Duration {
        self.patience.saturating_mul(WHOLE_FILE)
    }
}

impl Default for Settings {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { allow_http: false, mirror: None, patience: seconds(30), retries: 4, backoff: seconds(1) }
    }
}

/// A file to fetch.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The file name.
    pub(crate) name: String,
    /// Its addresses: the first that has it is used.
    pub(crate) urls: Vec<String>,
    /// The checksum that it must have.
    pub(crate) pin: Option<String>,
    /// The size that it must have, in bytes.
    pub(crate) bytes: Option<u64>,
    /// Words that must occur in the names of the archive's members; not checked for a file with a checksum.
    pub(crate) holds: Vec<String>,
    /// The stored file from the same address: a new one is fetched only if it changed.
    pub(crate) here: Option<StoredFile>,
}

/// The way a file was obtained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// Its bytes were already stored.
    Here,
    /// Its server reports that the stored file is the newest.
    Unchanged,
    /// Over the network.
    Fetched,
}

/// A file that is now in the store.
#[derive(Debug, Clone)]
pub(crate) struct Fetched {
    /// Its bytes.
    pub(crate) blob: Blob,
    /// The address it was fetched from.
    pub(crate) url: String,
    /// The way it was obtained.
    pub(crate) how: How,
    /// The identifier of this version, from its server.
    pub(crate) etag: Option<String>,
    /// The date of this version, from its server.
    pub(crate) last_modified: Option<String>,
}

impl Fetched {
    /// Returns the day of this version, from its server.
    pub(crate) fn day(&self) -> Option<Date> {
        let text = self.last_modified.as_deref()?;
        Some(jiff::fmt::rfc2822::parse(text).ok()?.with_time_zone(jiff::tz::TimeZone::UTC).date())
    }
}

/// The reason a file was not fetched. The store is unchanged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    /// The address is not allowed.
    #[error("`{url}` is not fetched: {fact}")]
    Address {
        /// The address.
        url: String,
        /// The reason.
        fact: String,
    },
    /// No server responded, or the response was incomplete.
    #[error("`{url}` could not be fetched in {}: {fact}", counted(u64::from(*attempts), "attempt", "attempts"))]
    Unreachable {
        /// The address.
        url: String,
        /// Number of attempts.
        attempts: u32,
        /// The last error.
        fact: String,
    },
    /// The server is too slow. What arrived is kept, and the next run continues after it.
    #[error("`{url}` is not complete after {} s, the limit for a file: {bytes} bytes arrived", limit.as_secs_f64())]
    Slow {
        /// The address.
        url: String,
        /// The bytes that arrived, in this and in earlier runs.
        bytes: u64,
        /// The limit.
        limit: Duration,
    },
    /// The server does not have the file, or refuses it.
    #[error("`{url}` returned {status}")]
    Status {
        /// The address.
        url: String,
        /// The status of its response.
        status: String,
        /// Whether the file does not exist.
        absent: bool,
    },
    /// The server returned a web page instead of a file.
    #[error("`{url}` returned a web page instead of the file")]
    Page {
        /// The address.
        url: String,
    },
    /// The checksum differs.
    #[error("`{url}` was refused: its SHA-256 is {found}, not {wanted}")]
    Checksum {
        /// The address.
        url: String,
        /// The checksum in the catalog.
        wanted: String,
        /// The checksum of the download.
        found: String,
    },
    /// The size differs from the expected one, or the content is wrong.
    #[error("`{url}` was refused: {fact}")]
    Refused {
        /// The address.
        url: String,
        /// The reason.
        fact: String,
    },
    /// The store cannot save it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The program cannot send requests at all.
    #[error("cannot make requests: {0}")]
    Client(String),
}

impl FetchError {
    /// Returns whether the address does not have the file: another address may have it.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Page { .. } | Self::Status { absent: true, .. })
    }
}

/// Receives progress reports of a download.
pub(crate) trait Progress: Sync {
    /// Reports the bytes received so far, and the total if known.
    fn at(&self, bytes: u64, of: Option<u64>);
    /// Reports a failed attempt that is retried.
    fn again(&self, fact: &str, wait: Duration);
    /// Reports that another process fetches the same file.
    fn waiting(&self);
}

impl Client {
    /// Fetches a file into the store.
    ///
    /// # Errors
    ///
    /// If it cannot be fetched, or is not the expected file.
    pub(crate) fn fetch(
        &self,
        request: &Request,
        store: &Store,
        progress: &dyn Progress,
    ) -> Result<Fetched, FetchError> {
        if let Some(pin) = request.pin.as_deref().filter(|pin| store.has(pin)) {
            let bytes = std::fs::metadata(store.blob(pin)).map_or(0, |metadata| metadata.len());
            let blob = Blob { sha256: pin.to_owned(), bytes };
            let url = request.urls.first().cloned().unwrap_or_default();
            return Ok(Fetched { blob, url, how: How::Here, etag: None, last_modified: None });
        }
        let mut last = None;
        for url in &request.urls {
            match download::download(self, url, request, store, progress) {
                Err(error) if error.is_absent() => last = Some(error),
                done => return done,
            }
        }
        Err(last.unwrap_or_else(|| FetchError::Client(format!("`{}` has no address", request.name))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::{MAX_DEPTH, MAX_FILE, MAX_MEMBERS, MAX_TOTAL};

    #[test]
    fn the_documentation_has_the_limits_on_input() {
        let text = include_str!("../../../SECURITY.md");
        for limit in [
            format!("{} GiB for a file of a release", MAX_FILE >> 30),
            format!("{} GiB for a release", MAX_TOTAL >> 30),
            format!("{} members", crate::base::grouped(MAX_MEMBERS as u64)),
            format!("a ratio of {}", crate::base::unpack::MAX_RATIO),
            format!("{MAX_DEPTH} nested archives"),
            format!("{} MiB for a workbook of a release", crate::tables::workbook::WORKBOOK_LIMIT >> 20),
            format!("{MAX_REDIRECTS} redirects"),
            format!("{} MiB and {} minutes", MAX_BYTES >> 20, Settings::default().deadline().as_secs() / 60),
        ] {
            assert!(text.contains(&limit), "SECURITY.md does not have `{limit}`");
        }
    }
}
