//! Reports over the samples.

use std::path::PathBuf;
use std::process::{Command, Output};

pub(crate) const OLD: &str = "demo/icd10cm-order-2025.txt";
pub(crate) const NEW: &str = "demo/icd10cm-order-2026.txt";
pub(crate) const TABLE: &str = "demo/icd10cm-conversion-2026.csv";
pub(crate) const USAGE: &str = "demo/usage.csv";

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn codeset(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_codeset")).args(arguments).current_dir(root()).output().unwrap()
}

/// What a command wrote to stdout.
pub(crate) fn written(arguments: &[&str]) -> String {
    let output = codeset(arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    let code = if said.contains("error[") { 3 } else { 0 };
    assert_eq!(output.status.code(), Some(code), "{said}");
    String::from_utf8(output.stdout).unwrap()
}
