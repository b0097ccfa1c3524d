//! A working folder with a store and a catalog of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use codeset::sources::checksum_of;

pub(crate) struct Desk {
    folder: tempfile::TempDir,
}

/// What a run ended with.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    #[track_caller]
    pub(crate) fn done(self) -> Self {
        let code = if self.err.contains("error[") { 3 } else { 0 };
        assert_eq!(self.code, Some(code), "{}", self.err);
        self
    }

    /// It could not run, and says so with these words.
    #[track_caller]
    pub(crate) fn refused(self, words: &[&str]) -> Self {
        assert_eq!(self.code, Some(2), "{}{}", self.out, self.err);
        assert!(words.iter().all(|word| self.err.contains(word)), "{words:?} in {}", self.err);
        self
    }
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.path("store/v1")
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// A catalog with one release of one file.
    pub(crate) fn catalog(&self, release: &str, url: &str, more: &str) {
        let text = format!(
            "[[release]]\nname = \"{release}\"\n[[release.file]]\nrole = \"codes\"\nurl = \"{url}\"\n{more}\n"
        );
        self.write("catalog.toml", text);
    }

    /// A catalog with one release of one file whose checksum is known.
    pub(crate) fn pinned(&self, release: &str, url: &str, bytes: &[u8]) {
        self.catalog(release, url, &format!("sha256 = \"{}\"\nbytes = {}", checksum_of(bytes), bytes.len()));
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_codeset"));
        for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
            command.env_remove(name).env_remove(name.to_uppercase());
        }
        for name in ["CODESET_CATALOG", "CODESET_MIRROR", "CODESET_STORE"] {
            command.env_remove(name);
        }
        command.current_dir(self.folder.path()).args(args).env("CODESET_STORE", self.path("store"));
        if self.path("catalog.toml").is_file() {
            command.arg("--catalog").arg(self.path("catalog.toml"));
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::of(&self.command(args).output().unwrap())
    }

    /// The arguments of a fetch that is quick to give up.
    pub(crate) fn fetching<'a>(more: &[&'a str]) -> Vec<&'a str> {
        let mut args =
            vec!["fetch", "--allow-http", "--retries", "2", "--backoff", "0.01", "--timeout", "20"];
        args.extend(more);
        args
    }

    pub(crate) fn fetch(&self, more: &[&str]) -> Ran {
        self.run(&Self::fetching(more))
    }

    /// Whether the store has no release.
    pub(crate) fn is_unchanged(&self) -> bool {
        !self.store().join("releases").exists() && !self.store().join("blobs").exists()
    }

    /// The bytes that the store has under a checksum.
    pub(crate) fn blob(&self, bytes: &[u8]) -> PathBuf {
        let sha256 = checksum_of(bytes);
        self.store().join("blobs").join(&sha256[..2]).join(&sha256)
    }

    pub(crate) fn holds(&self, bytes: &[u8]) -> bool {
        std::fs::read(self.blob(bytes)).is_ok_and(|held| held == bytes)
    }

    /// The bytes of all downloads that have not ended.
    pub(crate) fn partial(&self) -> u64 {
        let files = std::fs::read_dir(self.store().join("partial")).into_iter().flatten().flatten();
        let parts = files.filter(|file| ends_in_part(&file.path()));
        parts.map(|file| file.metadata().map_or(0, |metadata| metadata.len())).sum()
    }
}

fn ends_in_part(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "part")
}
