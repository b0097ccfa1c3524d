//! Official files, where they are here.

use std::path::{Path, PathBuf};

use codeset::formats::{self, Options};
use codeset::model::Release;
use codeset::sources;

/// The folder of official files, if it is there: `CODESET_DATA`, or `../shared/data` beside the project.
pub(crate) fn data() -> Option<PathBuf> {
    let default = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("CODESET_DATA").map_or_else(default, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: the official files are not here (set CODESET_DATA to their folder)");
    None
}

/// Reads a release from a path.
pub(crate) fn open(path: &Path) -> Release {
    let opened = sources::open(path, &formats::wanted).unwrap();
    formats::read(opened.files, &Options::default()).unwrap()
}
