//! Download of one file: attempts, and the part received so far.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use reqwest::Method;
use reqwest::blocking::Response;
use reqwest::header::{ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED, RANGE};
use serde::{Deserialize, Serialize};

use super::answer::text;
use super::client::Failure;
use super::{Client, FetchError, Fetched, How, MAX_BYTES, MAX_WAIT, Progress, Request, answer};
use crate::base::with_causes;
use crate::sources::store::{Blob, Store, StoreError, checksum, checksum_of, refuse_link};

/// The version of the file, according to the server.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Version {
    etag: Option<String>,
    last_modified: Option<String>,
}

impl Version {
    fn of(response: &Response) -> Self {
        let text = |name| text(response.headers(), name);
        Self { etag: text(ETAG), last_modified: text(LAST_MODIFIED) }
    }

    /// Returns the identifier of this version, byte for byte; weak tags do not qualify.
    fn validator(&self) -> Option<&str> {
        let strong = self.etag.as_deref().filter(|etag| !etag.starts_with("W/"));
        strong.or(self.last_modified.as_deref())
    }
}

/// A partial file, and the version it belongs to.
struct Partial {
    file: PathBuf,
    notes: PathBuf,
}

/// The result of a successful attempt.
enum End {
    Whole(Version),
    Unchanged,
}

pub(super) fn download(
    client: &Client,
    url: &str,
    request: &Request,
    store: &Store,
    progress: &dyn Progress,
) -> Result<Fetched, FetchError> {
    let key = checksum_of(url.as_bytes());
    let _claim = store.claim(&key, &|| progress.waiting())?;
    let fetched = |blob, how, version: Version| Fetched {
        blob,
        url: url.to_owned(),
        how,
        etag: version.etag,
        last_modified: version.last_modified,
    };
    // The previous holder of the claim may have fetched it.
    if let Some(pin) = request.pin.as_deref().filter(|pin| store.has(pin)) {
        return Ok(fetched(checksum(&store.blob(pin))?, How::Here, Version::default()));
    }
    let partial = Partial::new(&store.partial()?, &key)?;
    let asked = &client.asked(url)?;
    let attempts = Attempts { client, url, asked, request, store, progress, partial: &partial };
    let version = match attempts.all()? {
        End::Whole(version) => version,
        End::Unchanged => {
            let here = request.here.as_ref().expect("only local files are checked for updates");
            let blob = Blob { sha256: here.sha256.clone(), bytes: here.bytes };
            let version = Version { etag: here.etag.clone(), last_modified: here.last_modified.clone() };
            return Ok(fetched(blob, How::Unchanged, version));
        }
    };
    let blob = attempts.checked().inspect_err(|_| partial.remove())?;
    store.adopt(&partial.file, &blob.sha256)?;
    partial.remove();
    Ok(fetched(blob, How::Fetched, version))
}

struct Attempts<'a> {
    client: &'a Client,
    /// The address in the catalog.
    url: &'a str,
    /// The address that is requested, which errors name.
    asked: &'a str,
    request: &'a Request,
    store: &'a Store,
    progress: &'a dyn Progress,
    partial: &'a Partial,
}

impl Attempts<'_> {
    /// Retries until the file is complete, or a retry makes no sense.
    fn all(&self) -> Result<End, FetchError> {
        let settings = &self.client.settings;
        let began = Instant::now();
        let mut wait = settings.backoff;
        for attempt in 1.. {
            // A file that was complete when its process ended, or that continued as another version.
            let resumed = self.partial.length() > 0;
            if resumed && self.has_pin() {
                return Ok(End::Whole(self.partial.version()));
            }
            let (fact, asked) = match self.one(began) {
                Ok(End::Whole(_)) if resumed && self.request.pin.is_some() && !self.has_pin() => {
                    self.partial.remove();
                    ("the rest of the download does not match the part received earlier".to_owned(), None)
                }
                Ok(end) => return Ok(end),
                Err(Failure::Lasting(error)) => return Err(error),
                Err(Failure::Passing(fact, asked)) => (fact, asked),
            };
            let delay = asked.unwrap_or(wait);
            if attempt > settings.retries || delay > MAX_WAIT {
                let asked = asked.map(|asked| format!("; the server asks to wait {} s", asked.as_secs()));
                let fact = fact + &asked.unwrap_or_default();
                return Err(FetchError::Unreachable { url: self.asked.to_owned(), attempts: attempt, fact });
            }
            if began.elapsed() + delay > settings.deadline() {
                return Err(self.slow());
            }
            self.progress.again(&fact, delay);
            std::thread::sleep(delay);
            wait = wait.saturating_mul(2).min(MAX_WAIT);
        }
        unreachable!("attempts end")
    }

    fn has_pin(&self) -> bool {
        let pin = self.request.pin.as_deref();
        pin.is_some_and(|pin| checksum(&self.partial.file).is_ok_and(|blob| blob.sha256 == pin))
    }

    /// The file takes longer than its deadline.
    fn slow(&self) -> FetchError {
        let limit = self.client.settings.deadline();
        FetchError::Slow { url: self.asked.to_owned(), bytes: self.partial.length(), limit }
    }

    /// One attempt, of those that began at `began`.
    fn one(&self, began: Instant) -> Result<End, Failure> {
        let have = self.partial.length();
        let version = self.partial.version();
        let range = format!("bytes={have}-");
        let mut headers = Vec::new();
        let resumes = have > 0 && (version.validator().is_some() || self.request.pin.is_some());
        if resumes {
            headers.push((RANGE, range.as_str()));
            headers.extend(version.validator().map(|validator| (IF_RANGE, validator)));
        } else if let Some(here) = self.request.here.as_ref().filter(|here| self.store.has(&here.sha256)) {
            headers.extend(here.etag.as_deref().map(|etag| (IF_NONE_MATCH, etag)));
            headers.extend(here.last_modified.as_deref().map(|day| (IF_MODIFIED_SINCE, day)));
        }
        let asked_for_news =
            headers.iter().any(|(name, _)| *name == IF_NONE_MATCH || *name == IF_MODIFIED_SINCE);
        let response = self.client.send(Method::GET, self.url, &headers)?;
        match response.status().as_u16() {
            200 => self.receive(response, 0, began),
            206 if resumes => {
                let start = answer::range(response.headers()).map(|(start, _)| start);
                if start != Some(have) {
                    self.partial.remove();
                    return Err(Failure::Passing(
                        "the server resumed the download at the wrong position".to_owned(),
                        None,
                    ));
                }
                self.receive(response, have, began)
            }
            304 if asked_for_news => Ok(End::Unchanged),
            416 if resumes => {
                self.partial.remove();
                Err(Failure::Passing("it is shorter than the part received earlier".to_owned(), None))
            }
            408 | 425 | 429 | 500 | 502 | 503 | 504 => {
                let wait = answer::retry_after(response.headers());
                Err(Failure::Passing(format!("the server returned {}", response.status()), wait))
            }
            status => {
                let absent = status == 404 || status == 410;
                let status = response.status().to_string();
                Err(FetchError::Status { url: self.asked.to_owned(), status, absent }.into())
            }
        }
    }

    /// Writes the bytes after the first `have` bytes.
    fn receive(&self, mut response: Response, have: u64, began: Instant) -> Result<End, Failure> {
        if answer::is_page(response.headers()) {
            return Err(FetchError::Page { url: self.asked.to_owned() }.into());
        }
        let whole = answer::length(response.headers()).map(|length| have.saturating_add(length));
        let most = self.request.bytes.unwrap_or(MAX_BYTES);
        if let Some(whole) =
            whole.filter(|whole| *whole > most || self.request.bytes.is_some_and(|bytes| bytes != *whole))
        {
            return Err(self.wrong_size(whole).into());
        }
        let version = Version::of(&response);
        let mut file = self.partial.open(have, &version).map_err(FetchError::from)?;
        let disk = |source| {
            FetchError::from(StoreError::Disk { what: "write", path: self.partial.file.clone(), source })
        };
        let mut at = have;
        let mut buffer = vec![0; 64 << 10];
        loop {
            let read = match response.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    return Err(Failure::Passing(
                        format!("the connection was lost after {at} bytes: {}", with_causes(&error)),
                        None,
                    ));
                }
            };
            at += read as u64;
            if at > most {
                drop(file);
                self.partial.remove();
                return Err(self.wrong_size(at).into());
            }
            file.write_all(&buffer[..read]).map_err(disk)?;
            self.progress.at(at, whole);
            if began.elapsed() > self.client.settings.deadline() {
                return Err(self.slow().into());
            }
        }
        file.sync_all().map_err(disk)?;
        if whole.or(self.request.bytes).is_some_and(|whole| at < whole) {
            return Err(Failure::Passing(format!("the connection was lost after {at} bytes"), None));
        }
        Ok(End::Whole(version))
    }

    fn wrong_size(&self, found: u64) -> FetchError {
        let fact = match self.request.bytes {
            Some(bytes) if found < bytes => format!("it has {found} bytes, not {bytes}"),
            Some(bytes) => format!("it has {found} bytes or more, not {bytes}"),
            None => format!("it is larger than {} MiB, the limit for a download", MAX_BYTES >> 20),
        };
        FetchError::Refused { url: self.asked.to_owned(), fact }
    }

    /// Checks whether the received file is the requested one.
    fn checked(&self) -> Result<Blob, FetchError> {
        let blob = checksum(&self.partial.file)?;
        let url = || self.asked.to_owned();
        let mut head = Vec::new();
        let file = File::open(&self.partial.file);
        let read = file.and_then(|file| file.take(1024).read_to_end(&mut head));
        if read.is_ok() && answer::begins_as_page(&head) {
            return Err(FetchError::Page { url: url() });
        }
        match self.request.pin.as_deref() {
            Some(pin) if pin != blob.sha256 => {
                Err(FetchError::Checksum { url: url(), wanted: pin.to_owned(), found: blob.sha256 })
            }
            Some(_) => Ok(blob),
            None => {
                holds(&self.partial.file, &self.request.holds)
                    .map_err(|error| FetchError::Refused { url: url(), fact: error.to_string() })?;
                Ok(blob)
            }
        }
    }
}

/// The reason why an archive is not the requested one.
#[derive(Debug, thiserror::Error)]
enum ContentError {
    #[error("{0}")]
    Read(io::Error),
    #[error("it is not a zip archive")]
    NotArchive,
    #[error("no member of the archive has `{0}` in its name")]
    NoMember(String),
}

/// Checks whether an archive has the required members. If it contains archives, they may be in those.
fn holds(path: &Path, words: &[String]) -> Result<(), ContentError> {
    if words.is_empty() {
        return Ok(());
    }
    let file = File::open(path).map_err(ContentError::Read)?;
    let archive = zip::ZipArchive::new(file).map_err(|_| ContentError::NotArchive)?;
    let names = archive.file_names().filter_map(|name| Some(name.ok()?.to_lowercase()));
    let names: Vec<String> = names.collect();
    let nested = names.iter().any(|name| name.ends_with(".zip"));
    let missing = words.iter().find(|word| !names.iter().any(|name| name.contains(&word.to_lowercase())));
    match missing.filter(|_| !nested) {
        Some(word) => Err(ContentError::NoMember(word.clone())),
        None => Ok(()),
    }
}

impl Partial {
    fn new(folder: &Path, key: &str) -> Result<Self, StoreError> {
        let partial =
            Self { file: folder.join(format!("{key}.part")), notes: folder.join(format!("{key}.json")) };
        refuse_link(&partial.file)?;
        refuse_link(&partial.notes)?;
        Ok(partial)
    }

    fn length(&self) -> u64 {
        fs::metadata(&self.file).map_or(0, |metadata| metadata.len())
    }

    fn version(&self) -> Version {
        let notes = fs::read(&self.notes).ok();
        notes.and_then(|notes| serde_json::from_slice(&notes).ok()).unwrap_or_default()
    }

    /// Opens the file for writing after its first `have` bytes. If the version is new, the old content is removed
    /// before the notes are written.
    fn open(&self, have: u64, version: &Version) -> Result<File, StoreError> {
        let disk = |source| StoreError::Disk { what: "write", path: self.file.clone(), source };
        let mut options = File::options();
        options.write(true);
        if have == 0 {
            // A new file of ours, and not what somebody else put there since the check for links.
            let _ = fs::remove_file(&self.file);
            options.create_new(true);
        }
        let mut file = options.open(&self.file).map_err(disk)?;
        file.set_len(have).map_err(disk)?;
        file.seek(io::SeekFrom::Start(have)).map_err(disk)?;
        if have == 0 {
            file.sync_all().map_err(disk)?;
            let notes = serde_json::to_vec(version).expect("a version is plain data");
            crate::sources::write::try_write(&self.notes, |out| out.write_all(&notes)).map_err(disk)?;
        }
        Ok(file)
    }

    fn remove(&self) {
        let _ = fs::remove_file(&self.file);
        let _ = fs::remove_file(&self.notes);
    }
}
