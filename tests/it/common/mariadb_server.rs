//! A MariaDB of a test's own: in a temporary folder, on a socket there, and gone with the test.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server that runs until it is dropped.
pub(crate) struct Server {
    child: Child,
    folder: tempfile::TempDir,
}

impl Server {
    /// Starts a server with a database `billing`; without its programs there is none.
    pub(crate) fn start() -> Option<Self> {
        let programs = ["mariadb-install-db", "mariadbd", "mariadb"];
        if !programs.iter().all(|name| Command::new(name).arg("--help").output().is_ok()) {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let data = format!("--datadir={}", folder.path().join("data").display());
        // It refuses to run as root unless it is told to.
        let user = (fs::metadata(folder.path()).unwrap().uid() == 0).then_some("--user=root");
        let made = Command::new("mariadb-install-db")
            .args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", &data])
            .args(user)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let child = Command::new("mariadbd")
            .args(["--no-defaults", "--skip-networking", "--innodb-flush-log-at-trx-commit=0", &data])
            .args(user)
            .arg(format!("--socket={}", folder.path().join("socket").display()))
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let server = Self { child, folder };
        server.wait();
        Some(server)
    }

    /// Its client, with the cells of a row between tabs.
    pub(crate) fn client(&self, database: &str) -> Command {
        let mut command = Command::new("mariadb");
        command
            .arg("--no-defaults")
            .arg(format!("--socket={}", self.folder.path().join("socket").display()))
            .args([
                "--user=root",
                "--default-character-set=utf8mb4",
                "--batch",
                "--raw",
                "--skip-column-names",
            ])
            .arg(database);
        command
    }

    fn wait(&self) {
        for _ in 0..600 {
            let asked =
                self.client("").args(["-e", "CREATE DATABASE IF NOT EXISTS billing"]).output().unwrap();
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
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
