//! A file that was cut anywhere inside a line never makes a code look changed.

use std::fs;
use std::path::PathBuf;

use codeset::diff::diff;
use codeset::formats::{self, Format, Options};
use codeset::model::{Release, SourceFile, sets};

fn fixtures(format: &dyn Format) -> Vec<Vec<u8>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("tests/fixtures").join(format.id()).join("ok");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| fs::read(file).unwrap()).collect()
}

fn read(bytes: &[u8], options: &Options) -> Option<Release> {
    formats::read(vec![SourceFile::new("f", bytes.to_vec())], options).ok()
}

/// Whether a cut leaves the lines whole, but for blanks at the end of one: then nobody can tell that there were more.
fn is_between_lines(bytes: &[u8], at: usize) -> bool {
    let rest = bytes[at..].iter().find(|byte| **byte != b' ');
    at == 0 || matches!(bytes[at - 1], b'\n' | b'\r') || rest.is_none_or(|byte| matches!(byte, b'\n' | b'\r'))
}

#[test]
fn a_cut_inside_a_line_makes_nothing_look_changed() {
    for format in formats::FORMATS {
        // A table of the user's own has no layout by which a cut could be told.
        if format.on_request() {
            continue;
        }
        let options =
            Options { set: format.sets().first().and_then(|set| sets::by_id(set)), ..Options::default() };
        for bytes in fixtures(*format) {
            let Some(whole) = read(&bytes, &options) else { continue };
            for at in (0..bytes.len()).filter(|at| !is_between_lines(&bytes, *at)) {
                let Some(cut) = read(&bytes[..at], &options) else { continue };
                let diff = diff(&whole, &cut);
                let told: Vec<_> = diff.changes.iter().map(|change| (change.kind, change.entry())).collect();
                assert!(told.is_empty(), "{} cut at {at}: {told:?}", format.id());
            }
        }
    }
}
