//! A folder with two releases, and lists of a user's that hold their codes.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use super::row::row;

/// FY2025 and FY2026: E87.2 and R05 were demoted, Z59.1 removed with one successor, T36.8X2A narrowed.
const CODES: &[(&str, u8, u8, &str)] = &[
    ("A00", 1, 1, "Cholera"),
    ("A000", 2, 2, "Cholera due to Vibrio cholerae 01, biovar cholerae"),
    ("A001", 2, 2, "Cholera due to Vibrio cholerae 01, biovar eltor"),
    ("E87", 1, 1, "Other disorders of fluid, electrolyte and acid-base balance"),
    ("E872", 2, 1, "Acidosis"),
    ("E8720", 0, 2, "Acidosis, unspecified"),
    ("E8721", 0, 2, "Acute metabolic acidosis"),
    ("I10", 2, 2, "Essential (primary) hypertension"),
    ("R05", 2, 1, "Cough"),
    ("R051", 0, 2, "Acute cough"),
    ("R052", 0, 2, "Subacute cough"),
    ("T368X2A", 2, 2, "Poisoning by other systemic antibiotics"),
    ("T36AX2A", 0, 2, "Poisoning by fluoroquinolone antibiotics"),
    ("Z591", 2, 0, "Inadequate housing"),
    ("Z5919", 0, 2, "Other inadequate housing"),
];

const TABLE: &str = "Current code assignment,Effective Date,Previous Code(s) Assignment\r\n\
    E87.20,2025,E87.2\r\nE87.21,2025,E87.2\r\nR05.1,2025,R05\r\nR05.2,2025,R05\r\nT36.AX2A,2025,T36.8X2A\r\n\
    Z59.19,2025,Z59.1\r\n";

/// A folder with two releases and files of a user.
pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
}

/// Returns the files of the releases with their names, and the conversion table.
pub(crate) fn release_files() -> [(&'static str, String); 3] {
    let release = |year: usize| {
        let held = CODES.iter().map(|(code, old, new, text)| (code, [*old, *new][year], text));
        let held = held.filter(|(_, level, _)| *level > 0).enumerate();
        held.map(|(at, (code, level, text))| row(at + 1, code, level - 1, text, text)).collect()
    };
    [("old.txt", release(0)), ("new.txt", release(1)), ("table.csv", TABLE.to_owned())]
}

impl Desk {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        for (name, text) in release_files() {
            fs::write(desk.folder.path().join(name), text).unwrap();
        }
        fs::create_dir(desk.folder.path().join("lists")).unwrap();
        for (name, text) in files {
            fs::write(desk.list(name), text).unwrap();
        }
        desk
    }

    pub(crate) fn list(&self, name: &str) -> PathBuf {
        self.folder.path().join("lists").join(name)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_codeset"));
        command
            .current_dir(self.folder.path())
            .args(args)
            .env("CODESET_STORE", self.folder.path().join("store"));
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    pub(crate) const RELEASES: [&str; 8] =
        ["old.txt", "new.txt", "--map", "table.csv", "--edition", "2025", "--edition", "2026"];
}
