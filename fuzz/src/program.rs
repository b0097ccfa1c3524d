//! Files that only the program reads: each is put into a folder, and a command is run there.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder that is removed in the end.
struct Room(PathBuf);

impl Room {
    fn new() -> Self {
        let thread = format!("{:?}", std::thread::current().id());
        let number: String = thread.chars().filter(char::is_ascii_digit).collect();
        let path = std::env::temp_dir().join(format!("codeset-fuzz-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder can be made");
        Self(path)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder can be made");
        fs::write(&path, bytes).expect("a file can be written");
        path
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(room: &Room, args: &[&dyn AsRef<Path>]) {
    let store = room.0.join("store");
    let report = room.0.join("report.json");
    let args = args.iter().map(|arg| arg.as_ref().as_os_str().to_owned());
    let all = [OsString::from("codeset"), OsString::from("-q")].into_iter().chain(args).map(|arg| match arg
        .to_str()
    {
        Some("STORE") => store.clone().into_os_string(),
        Some("REPORT") => report.clone().into_os_string(),
        _ => arg,
    });
    codeset::cli::run(all);
}

fn releases(room: &Room) -> [PathBuf; 2] {
    let write = |name: &str, rows| room.put(name, super::text(rows).as_bytes());
    [write("2025.txt", super::OLD), write("2026.txt", super::NEW)]
}

/// Checks the reader of databases of SQLite.
pub fn sqlite(bytes: &[u8]) {
    let room = Room::new();
    let [old, new] = releases(&room);
    let database = room.put("a.db", bytes);
    run(&room, &[&"scan", &old, &new, &database, &"-o", &"REPORT"]);
    assert_eq!(fs::read(&database).expect("it is there"), bytes, "what is scanned is not changed");
}

/// Checks the reader of project files.
pub fn project(bytes: &[u8]) {
    let room = Room::new();
    releases(&room);
    let project = room.put("codeset.toml", bytes);
    run(&room, &[&"prepare", &"--project", &project, &"--store", &"STORE", &"-o", &room.0.join("out")]);
}

/// Checks the reader of catalogs.
pub fn catalog(bytes: &[u8]) {
    let room = Room::new();
    let catalog = room.put("catalog.toml", bytes);
    run(&room, &[&"list", &"--catalog", &catalog, &"--store", &"STORE", &"-o", &"REPORT"]);
}

/// Checks the readers of manifests in a store.
pub fn manifest(bytes: &[u8]) {
    let room = Room::new();
    room.put("store/v1/releases/icd10cm@2031.json", bytes);
    run(&room, &[&"list", &"--store", &"STORE", &"-o", &"REPORT"]);
    run(&room, &[&"diff", &"icd10cm@2031", &"icd10cm@2031", &"--store", &"STORE", &"-o", &"REPORT"]);
}

/// Checks the reader of exported stores.
pub fn imported(bytes: &[u8]) {
    let room = Room::new();
    let bytes = if bytes.starts_with(b"{") {
        &super::documents::packed(&[("codeset/v1/releases/icd10cm@2031.json", bytes)])
    } else {
        bytes
    };
    let archive = room.put("a.zip", bytes);
    run(&room, &[&"store", &"import", &archive, &"--store", &"STORE"]);
}

/// Checks the reader of journals: nothing outside of the folder is touched.
pub fn journal(bytes: &[u8]) {
    let room = Room::new();
    let kept = room.put("list.csv", b"code\nG35\n");
    room.put(".codeset-migrate/1/0.old", b"code\nI10\n");
    room.put(".codeset-migrate/1/0.new", b"code\nI10\n");
    room.put(".codeset-migrate/1/journal.json", bytes);
    let folder = room.0.join(".codeset-migrate/1");
    run(&room, &[&"migrate", &"resume", &folder]);
    run(&room, &[&"migrate", &"undo", &folder]);
    assert_eq!(fs::read(kept).expect("it is there"), b"code\nG35\n", "no journal fits this file");
}
