//! Files from the network: over https, within limits, checked before they count.
//!
//! What goes out is a GET request with the program's name and version, and for a file that is here already what its
//! server called that version. Nothing else. An interrupted download goes on where it stopped; a file stands in the
//! store only when it is whole and is the right one.

mod address;
mod answer;
mod client;
mod download;

use std::time::Duration;

use jiff::civil::Date;

pub use address::shown as shown_address;
pub use client::{Client, Standing};

use super::store::{Blob, Store, StoreError, StoredFile};
use crate::model::counted;

/// Redirects that are followed: publishers need one.
pub const MAX_REDIRECTS: usize = 5;

/// Bytes of a download: the largest official file has about 60 MB.
pub const MAX_BYTES: u64 = 512 << 20;

/// How long a server may ask to wait before a retry.
pub const MAX_WAIT: Duration = Duration::from_secs(120);

/// How long one attempt at a file may take, however slowly its bytes come.
pub const MAX_TIME: Duration = Duration::from_secs(3600);

/// How requests are made.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether http is allowed as well as https.
    pub allow_http: bool,
    /// Scheme and host, and if need be a path, that stand for those of every address.
    pub mirror: Option<String>,
    /// How long a connection may take to come about, and then each read.
    pub patience: Duration,
    /// How often a request is made again.
    pub retries: u32,
    /// How long to wait before the first of them; it doubles each time.
    pub backoff: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { allow_http: false, mirror: None, patience: seconds(30), retries: 4, backoff: seconds(1) }
    }
}

/// A file that is wanted.
#[derive(Debug, Clone)]
pub struct Request {
    /// What it is called.
    pub name: String,
    /// Where it may be: the first address that has it counts.
    pub urls: Vec<String>,
    /// The checksum that it must have.
    pub pin: Option<String>,
    /// How many bytes it must have.
    pub bytes: Option<u64>,
    /// Words that members of the archive must have in their names; not asked of a file with a checksum.
    pub holds: Vec<String>,
    /// What is here of the same address: it is only fetched if it changed.
    pub here: Option<StoredFile>,
}

/// How a file came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Its bytes were here.
    Here,
    /// Its server says that what is here is the newest.
    Unchanged,
    /// Over the network.
    Fetched,
}

/// A file that is in the store now.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Its bytes.
    pub blob: Blob,
    /// The address that it came from.
    pub url: String,
    /// How it came.
    pub how: How,
    /// What its server calls this version.
    pub etag: Option<String>,
    /// The same as a date.
    pub last_modified: Option<String>,
}

impl Fetched {
    /// The day of this version, by its server.
    pub fn day(&self) -> Option<Date> {
        let text = self.last_modified.as_deref()?;
        Some(jiff::fmt::rfc2822::parse(text).ok()?.with_time_zone(jiff::tz::TimeZone::UTC).date())
    }
}

/// Says why a file was not fetched. Nothing in the store has changed then.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// An address that is not asked.
    #[error("`{url}` is not fetched: {fact}")]
    Address {
        /// The address.
        url: String,
        /// Why not.
        fact: String,
    },
    /// Nobody answered, or not to the end.
    #[error("`{url}` could not be fetched in {}: {fact}", counted(u64::from(*attempts), "attempt", "attempts"))]
    Unreachable {
        /// The address.
        url: String,
        /// How often it was tried.
        attempts: u32,
        /// What happened the last time.
        fact: String,
    },
    /// The server has no such file, or does not give it out.
    #[error("`{url}` answered {status}")]
    Status {
        /// The address.
        url: String,
        /// Its answer.
        status: String,
        /// Whether the file is not there.
        absent: bool,
    },
    /// A page came instead of a file.
    #[error("`{url}` answered with a page for a browser instead of the file")]
    Page {
        /// The address.
        url: String,
    },
    /// Other bytes came.
    #[error("`{url}` was refused: its SHA-256 is {found}, not {wanted}")]
    Checksum {
        /// The address.
        url: String,
        /// What the catalog says.
        wanted: String,
        /// What came.
        found: String,
    },
    /// It is larger or smaller than it should be, or holds something else.
    #[error("`{url}` was refused: {fact}")]
    Refused {
        /// The address.
        url: String,
        /// Why.
        fact: String,
    },
    /// The store cannot take it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The program cannot make requests at all.
    #[error("cannot make requests: {0}")]
    Client(String),
}

impl FetchError {
    /// Whether the address has no such file: another may have it.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Page { .. } | Self::Status { absent: true, .. })
    }
}

/// What is said while a file comes.
pub trait Progress: Sync {
    /// So many bytes are here, of so many.
    fn at(&self, bytes: u64, of: Option<u64>);
    /// It did not work, and is tried again.
    fn again(&self, fact: &str, wait: Duration);
    /// Another process fetches the same file.
    fn waiting(&self);
}

impl Client {
    /// Brings a file into the store.
    ///
    /// # Errors
    ///
    /// If it cannot be fetched, or is not the right one.
    pub fn fetch(
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
