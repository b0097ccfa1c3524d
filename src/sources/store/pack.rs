//! A store in one file, for transfer to a machine without network access.
//!
//! It is a zip archive with the manifests and the bytes they name. Its content is not trusted: every file is hashed
//! again on import.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, System, ZipArchive, ZipWriter};

use super::{BUCKET, Manifest, Store, StoreError, is_sha256};
use crate::sources::MAX_MEMBERS;

/// Maximum bytes of a manifest in an archive.
const MAX_MANIFEST: u64 = 4 << 20;

/// Maximum bytes of all files of an archive: those of all releases of the catalog are a tenth of that.
const MAX_IMPORT: u64 = 32 << 30;

/// The result of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Imported {
    /// Releases that were added, or were already present with the same files.
    pub(crate) taken: Vec<String>,
    /// Releases that are present with other files, and were not changed.
    pub(crate) kept: Vec<String>,
}

/// Holds the first error, and takes everything after it without writing it: the writer of archives panics when it is
/// dropped after an error.
struct FirstError<W> {
    inner: W,
    error: Option<io::Error>,
    /// Where the next byte goes, and the length, as if everything was written.
    at: u64,
    end: u64,
}

impl<W> FirstError<W> {
    fn or_hold<T>(&mut self, result: io::Result<T>, instead: T) -> T {
        result.unwrap_or_else(|error| {
            self.error.get_or_insert(error);
            instead
        })
    }

    fn moved_by(&mut self, bytes: usize) {
        self.at += bytes as u64;
        self.end = self.end.max(self.at);
    }
}

impl<W: Write> Write for FirstError<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match self.error {
            Some(_) => bytes.len(),
            None => match self.inner.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
                result => self.or_hold(result, bytes.len()),
            },
        };
        self.moved_by(written);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.error.is_none() {
            let result = self.inner.flush();
            self.or_hold(result, ());
        }
        Ok(())
    }
}

impl<W: Seek> Seek for FirstError<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let wanted = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        let wanted = wanted.ok_or(io::ErrorKind::InvalidInput)?;
        if self.error.is_none() {
            let result = self.inner.seek(SeekFrom::Start(wanted));
            self.or_hold(result, wanted);
        }
        self.at = wanted;
        Ok(wanted)
    }
}

impl Store {
    /// Exports releases with all their files.
    ///
    /// # Errors
    ///
    /// If something cannot be read or written.
    pub(crate) fn export(&self, manifests: &[Manifest], out: impl Write + Seek) -> io::Result<()> {
        let mut out = FirstError { inner: out, error: None, at: 0, end: 0 };
        let packed = self.pack(manifests, &mut out);
        out.error.map_or(packed, Err)
    }

    fn pack(&self, manifests: &[Manifest], out: impl Write + Seek) -> io::Result<()> {
        // Official files are compressed already.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(zip::DateTime::default())
            .system(System::Unix);
        let mut zip = ZipWriter::new(out);
        let mut written = BTreeMap::new();
        for file in manifests.iter().flat_map(|manifest| &manifest.files) {
            if written.insert(&file.sha256, ()).is_none() {
                zip.start_file(format!("codeset/{BUCKET}/blobs/{}", file.sha256), options)?;
                io::copy(&mut File::open(self.blob(&file.sha256))?, &mut zip)?;
            }
        }
        for manifest in manifests {
            zip.start_file(format!("codeset/{BUCKET}/releases/{}.json", manifest.release), options)?;
            zip.write_all(&serde_json::to_vec_pretty(manifest)?)?;
        }
        zip.finish()?.flush()
    }

    /// Imports a file that [`Store::export`] wrote. A release that is present with other files is kept, unless
    /// `replace`.
    ///
    /// # Errors
    ///
    /// If the file is not an exported store, or is damaged: then no release was changed.
    pub(crate) fn import(&self, path: &Path, replace: bool) -> Result<Imported, StoreError> {
        let name = path.display().to_string();
        let refuse = |fact: String| StoreError::NotExported { name: name.clone(), fact };
        let file = File::open(path).map_err(StoreError::disk("read", path))?;
        let mut zip = ZipArchive::new(file).map_err(|error| refuse(error.to_string()))?;
        if zip.len() > MAX_MEMBERS {
            return Err(refuse(format!("it has more than {MAX_MEMBERS} members")));
        }
        // Manifests first: they say which files belong in it, and how large these are.
        let (mut manifests, mut blobs) = (Vec::new(), Vec::new());
        for at in 0..zip.len() {
            let mut member = zip.by_index(at).map_err(|error| refuse(error.to_string()))?;
            let inside = member.name().map_err(|error| refuse(error.to_string()))?.into_owned();
            let place = inside.strip_prefix("codeset/").and_then(|rest| rest.strip_prefix(BUCKET));
            match place.and_then(|place| place.strip_prefix('/')?.split_once('/')) {
                Some(("blobs", sha256)) if is_sha256(sha256) => blobs.push((at, sha256.to_owned())),
                Some(("releases", file)) => {
                    let mut bytes = Vec::new();
                    let read = member.by_ref().take(MAX_MANIFEST).read_to_end(&mut bytes);
                    read.map_err(|error| refuse(format!("{inside}: {error}")))?;
                    let id = file.strip_suffix(".json").unwrap_or(file);
                    manifests.push(
                        Manifest::parse(&bytes, id).map_err(|fact| refuse(format!("{inside}: {fact}")))?,
                    );
                }
                _ => return Err(refuse(format!("`{inside}` does not belong in it"))),
            }
        }
        let files = manifests.iter().flat_map(|manifest| &manifest.files);
        let sizes: BTreeMap<&str, u64> = files.map(|file| (file.sha256.as_str(), file.bytes)).collect();
        let total = sizes.values().fold(0_u64, |total, bytes| total.saturating_add(*bytes));
        if total > MAX_IMPORT {
            return Err(refuse(format!("its files have more than {} GiB in all", MAX_IMPORT >> 30)));
        }
        for (at, sha256) in &blobs {
            let Some(bytes) = sizes.get(sha256.as_str()) else {
                return Err(refuse(format!("the file {sha256} is in none of its releases")));
            };
            let member = zip.by_index(*at).map_err(|error| refuse(error.to_string()))?;
            // A file that is larger than stated has another checksum.
            self.take_from(member.take(bytes.saturating_add(1)), sha256, Some(sha256))?;
        }
        let files = manifests.iter().flat_map(|manifest| &manifest.files);
        if let Some(missing) = files.into_iter().find(|file| !self.has(&file.sha256)) {
            return Err(refuse(format!("it does not contain the file `{}`", missing.name)));
        }
        self.record_all(manifests, replace)
    }

    fn record_all(&self, manifests: Vec<Manifest>, replace: bool) -> Result<Imported, StoreError> {
        let _recording = self.recording()?;
        let mut imported = Imported::default();
        for manifest in manifests {
            let here = self.manifest(manifest.name())?;
            if here.is_some_and(|here| here.files != manifest.files) && !replace {
                imported.kept.push(manifest.release);
                continue;
            }
            self.record(&manifest)?;
            imported.taken.push(manifest.release);
        }
        Ok(imported)
    }
}
