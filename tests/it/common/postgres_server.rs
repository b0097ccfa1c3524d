//! A PostgreSQL of a test's own: in a temporary folder, on a socket there, and gone with the test.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server that runs until it is dropped.
pub(crate) struct Server {
    child: Child,
    psql: PathBuf,
    folder: tempfile::TempDir,
}

impl Server {
    /// Starts a server; without its programs, or as an administrator without another user to be, there is none.
    pub(crate) fn start() -> Option<Self> {
        let [initdb, postgres, psql] = ["initdb", "postgres", "psql"].map(program);
        let (initdb, postgres, psql) = (initdb?, postgres?, psql?);
        let folder = tempfile::tempdir().unwrap();
        let user = user_of(folder.path())?;
        if let Some((user, group)) = user {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let data = folder.path().join("data");
        let made = as_user(&initdb, user, folder.path())
            .args(["--auth=trust", "--username=codeset", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let child = as_user(&postgres, user, folder.path())
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args(["-c", "listen_addresses=", "-c", "fsync=off"])
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let server = Self { child, psql, folder };
        server.wait();
        Some(server)
    }

    /// Its client, with rows as bare lines.
    pub(crate) fn psql(&self) -> Command {
        let mut command = Command::new(&self.psql);
        command.arg("-h").arg(self.folder.path()).args(["-U", "codeset", "-d", "postgres", "-XqAt"]);
        command.env("PGCLIENTENCODING", "UTF8");
        command
    }

    fn wait(&self) {
        for _ in 0..600 {
            let asked = self.psql().args(["-c", "SELECT 1"]).output().unwrap();
            if asked.status.success() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("{}", fs::read_to_string(self.folder.path().join("log")).unwrap_or_default());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its way to shut down at once, tidily: a kill would leave its shared memory behind.
        let asked = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// A program, on the path or where Debian keeps those of the newest version.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut folders: Vec<_> = std::env::split_paths(&path).collect();
    let mut versions: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.filter_map(Result::ok).map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    folders.into_iter().map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Whom to run as: the server refuses to run as root. Nobody else if the one who runs the test is not root.
fn user_of(folder: &Path) -> Option<Option<(u32, u32)>> {
    if fs::metadata(folder).unwrap().uid() != 0 {
        return Some(None);
    }
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let line = users.lines().find(|line| line.starts_with("postgres:"))?;
    let mut numbers = line.split(':').skip(2).map_while(|number| number.parse().ok());
    Some(Some((numbers.next()?, numbers.next()?)))
}

fn as_user(program: &Path, user: Option<(u32, u32)>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    command
}
