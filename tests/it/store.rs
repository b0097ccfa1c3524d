//! Keeping releases: taken in by hand, found by name, pinned, carried elsewhere, cared for.

use std::fs;
use std::io::{Cursor, Write};
use std::path::PathBuf;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use codeset::sources::checksum_of;

use crate::common::desk::{Desk, Ran};
use crate::common::official;
use crate::common::pages::root;

fn demo(name: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("demo").join(name).to_str().unwrap().to_owned()
}

/// A desk with both samples in its store.
fn filled() -> Desk {
    let desk = Desk::new();
    for year in ["2025", "2026"] {
        let file = demo(&format!("icd10cm-order-{year}.txt"));
        desk.run(&["add", &file, "--as", &format!("icd10cm@{year}")]).done();
    }
    desk
}

fn is_2026(ran: &Ran) -> bool {
    ran.out.contains("icd10cm@2025 (Oct 1, 2024) -> icd10cm@2026 (Oct 1, 2025)")
}

#[test]
fn a_delivery_that_was_taken_in_is_found_by_its_name() {
    let desk = filled();
    let by_name = desk.run(&["diff", "icd10cm@2025", "icd10cm@2026", "-q"]).done();
    assert!(is_2026(&by_name), "{}", by_name.out);
    let by_path = desk.run(&["diff", &demo("icd10cm-order-2025.txt"), &demo("icd10cm-order-2026.txt"), "-q"]);
    assert_eq!(by_name.out, by_path.done().out);
    desk.run(&["diff", "icd10cm@fy2025", "icd10cm@2026", "-q"]).done();
}

#[test]
fn what_is_at_a_path_comes_before_what_is_called_so() {
    let desk = filled();
    desk.write("icd10cm@2026", fs::read(demo("icd10cm-order-2025.txt")).unwrap());
    let ran =
        desk.run(&["diff", "icd10cm@2025", "icd10cm@2026", "--edition", "2025", "--edition", "2026", "-q"]);
    assert!(ran.done().out.contains("No difference"));
}

#[test]
fn a_name_that_is_not_here_says_how_it_comes_here() {
    let desk = Desk::new();
    desk.run(&["diff", "icd10cm@2025", "icd10cm@2026"]).refused(&["codeset fetch icd10cm@2025"]);
    desk.run(&["lookup", "00000", "--in", "cpt@2026"]).refused(&["codeset add PATH --as cpt@2026"]);
    desk.run(&["diff", "icd10cm@26", "icd10cm@2026"]).refused(&["is not an edition"]);
    assert!(!desk.path("store").exists());
}

#[test]
fn the_conversion_table_next_to_a_release_is_used_by_itself() {
    let desk = filled();
    let table = demo("icd10cm-conversion-2026.csv");
    desk.run(&["add", &table, "--as", "icd10cm@2026", "--role", "conversion"]).done();
    let ran = desk.run(&["crosswalk", "icd10cm@2025", "icd10cm@2026", "B88.0", "-q"]).done();
    assert!(ran.out.lines().any(|line| line.starts_with("  official ")), "{}", ran.out);
}

#[test]
fn another_file_of_a_release_needs_to_be_wanted() {
    let desk = filled();
    let other = demo("icd10cm-order-2025.txt");
    desk.run(&["add", &other, "--as", "icd10cm@2026"]).refused(&["is already in the store", "--replace"]);
    desk.run(&["add", &other, "--as", "icd10cm@2026", "--replace"]).done();
    assert!(desk.run(&["diff", "icd10cm@2025", "icd10cm@2026", "-q"]).done().out.contains("No difference"));
    desk.run(&["add", &demo("usage.csv"), "--as", "icd10cm@2030"]).refused(&["as a release"]);
    assert!(!desk.store().join("releases/icd10cm@2030.json").exists());
}

#[test]
fn a_folder_is_taken_in_with_its_terms() {
    let desk = Desk::new();
    desk.write("delivery/texts/LONGULT.txt", "09001\tINVENTED SERVICE OF THE FIRST KIND\r\n");
    desk.write("delivery/read me.md", "Invented.");
    desk.run(&["add", "delivery", "--as", "cpt@2026", "--terms", "license 4711"]).done();
    let manifest = fs::read_to_string(desk.store().join("releases/cpt@2026.json")).unwrap();
    assert!(manifest.contains("license 4711") && manifest.contains("texts/LONGULT.txt"), "{manifest}");
    let ran = desk.run(&["lookup", "09001", "--in", "cpt@2026", "--with-licensed-text"]).done();
    assert!(ran.out.contains("INVENTED SERVICE"), "{}", ran.out);
    desk.run(&["add", "delivery", "--as", "icd10cm@2026"]).refused(&["`delivery` is CPT, not ICD-10-CM"]);
}

#[test]
fn a_lock_gives_the_same_report_whatever_comes_into_the_store() {
    let desk = filled();
    let diff = ["diff", "icd10cm@2025", "icd10cm@2026", "--format", "json"];
    let locked = [&diff[..], &["--locked"]].concat();
    desk.run(&locked).refused(&["there is no codeset.lock"]);
    desk.run(&["lock", "icd10cm@2025", "icd10cm@2026"]).done();
    let before = desk.run(&locked).done().out;
    let issued_again =
        fs::read_to_string(demo("icd10cm-order-2026.txt")).unwrap().replace("Multiple", "Several");
    let file = desk.write("icd10cm-order-2026.txt", issued_again);
    desk.run(&["add", file.to_str().unwrap(), "--as", "icd10cm@2026", "--replace"]).done();
    assert_eq!(desk.run(&locked).done().out, before);
    assert_ne!(desk.run(&diff).done().out, before);
    // By a path it is what it is.
    desk.run(&["diff", "icd10cm@2025", file.to_str().unwrap(), "--locked"])
        .refused(&["is not in codeset.lock"]);
    desk.run(&["lookup", "B88.0", "--in", "icd10cm@2024", "--locked"]).refused(&["is not in codeset.lock"]);
    desk.run(&["lock"]).done();
    assert_ne!(desk.run(&locked).done().out, before);
}

#[test]
fn what_is_locked_and_was_pruned_is_missed() {
    let desk = filled();
    desk.run(&["lock", "icd10cm@2026"]).done();
    desk.run(&["store", "prune", "icd10cm@2026"]).done();
    desk.run(&["lookup", "B88.0", "--in", "icd10cm@2026", "--locked"])
        .refused(&["codeset fetch --locked icd10cm@2026"]);
    desk.run(&["lookup", "B88.0", "--in", "icd10cm@2025"]).done();
}

#[test]
fn a_store_is_carried_in_one_file() {
    let desk = filled();
    desk.run(&["store", "export", "releases.zip"]).done();
    let elsewhere = Desk::new();
    let file = desk.path("releases.zip").to_str().unwrap().to_owned();
    let ran = elsewhere.run(&["store", "import", &file]).done();
    assert_eq!(ran.out, "icd10cm@2025\timported\nicd10cm@2026\timported\n");
    assert!(is_2026(&elsewhere.run(&["diff", "icd10cm@2025", "icd10cm@2026", "-q"]).done()));
    // The same bytes, whenever it is written.
    elsewhere.run(&["store", "export", "again.zip"]).done();
    assert_eq!(fs::read(desk.path("releases.zip")).unwrap(), fs::read(elsewhere.path("again.zip")).unwrap());
}

#[test]
fn an_export_names_the_licensed_releases_in_it() {
    let desk = filled();
    assert!(!desk.run(&["store", "export", "free.zip"]).done().err.contains("licensed"));
    let text = fs::read(root().join("tests/fixtures/cpt_long/ok/bare.txt")).unwrap();
    let file = desk.write("invented.txt", text);
    desk.run(&["add", file.to_str().unwrap(), "--as", "cpt@2026", "--set", "cpt"]).done();
    let ran = desk.run(&["store", "export", "licensed.zip"]).done();
    assert!(ran.err.contains("licensed texts (cpt@2026)"), "{}", ran.err);
}

#[test]
fn what_is_no_exported_store_changes_nothing() {
    let desk = Desk::new();
    desk.write("plain.zip", "nothing");
    desk.run(&["store", "import", "plain.zip"]).refused(&["is not an exported store"]);
    // Files that no release names would fill the disk.
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let bytes = b"a file of no release";
    let name = format!("codeset/v1/blobs/{}", checksum_of(bytes));
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(bytes).unwrap();
    desk.write("unnamed.zip", zip.finish().unwrap().into_inner());
    desk.run(&["store", "import", "unnamed.zip"]).refused(&["is in none of its releases"]);
    assert!(!desk.holds(bytes));
    let full = filled();
    full.run(&["store", "export", "releases.zip"]).done();
    let mut bytes = fs::read(full.path("releases.zip")).unwrap();
    let at = bytes.windows(9).position(|text| text == b"Other aca").unwrap();
    bytes[at] = b'X';
    desk.write("damaged.zip", bytes);
    let ran = desk.run(&["store", "import", "damaged.zip"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(!desk.store().join("releases").exists());
}

#[cfg(unix)]
#[test]
fn damage_is_found_at_once_and_by_asking() {
    use std::os::unix::fs::PermissionsExt;
    let desk = filled();
    let sample = fs::read(demo("icd10cm-order-2026.txt")).unwrap();
    let blob = desk.blob(&sample);
    fs::set_permissions(&blob, PermissionsExt::from_mode(0o644)).unwrap();
    fs::write(&blob, &sample[..sample.len() / 2]).unwrap();
    desk.run(&["lookup", "A00", "--in", "icd10cm@2026"])
        .refused(&["has changed since it was added", "codeset store verify"]);
    desk.run(&["store", "verify"]).refused(&["its content has changed", "1 file"]);
    desk.run(&["store", "verify", "--discard"]).refused(&["codeset fetch icd10cm@2026"]);
    assert!(!blob.exists());
    desk.run(&["add", &demo("icd10cm-order-2026.txt"), "--as", "icd10cm@2026"]).done();
    desk.run(&["store", "verify"]).done();
}

#[test]
fn a_manifest_of_somebody_else_is_not_believed() {
    let desk = filled();
    let path = desk.store().join("releases/icd10cm@2026.json");
    let text = fs::read_to_string(&path).unwrap();
    for (right, wrong) in [
        ("\"version\": 1", "\"version\": 2"),
        ("icd10cm@2026", "icd10cm@2024"),
        ("\"sha256\": \"", "\"sha256\": \"../../"),
    ] {
        fs::write(&path, text.replace(right, wrong)).unwrap();
        desk.run(&["lookup", "A00", "--in", "icd10cm@2026"]).refused(&["is damaged"]);
    }
}

#[cfg(unix)]
#[test]
fn no_link_in_a_store_is_followed() {
    let desk = Desk::new();
    let victim = desk.write("victim", "precious\n");
    let file = demo("icd10cm-order-2025.txt");
    let add = ["add", &file, "--as", "icd10cm@2025"];
    for place in ["lock", "recording.lock", "partial", "releases"] {
        let link = desk.store().join(place);
        let _ = fs::remove_dir_all(desk.store());
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        let target =
            if place.contains('.') || place == "lock" { victim.clone() } else { desk.path("elsewhere") };
        fs::create_dir_all(desk.path("elsewhere")).unwrap();
        std::os::unix::fs::symlink(target, &link).unwrap();
        desk.run(&add).refused(&[place, "it is a link"]);
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious\n", "{place}");
        assert_eq!(fs::read_dir(desk.path("elsewhere")).unwrap().count(), 0, "{place}");
    }
    let _ = fs::remove_dir_all(desk.store());
    desk.run(&add).done();
}

#[test]
fn prune_removes_what_no_release_needs() {
    let desk = filled();
    desk.write("store/v1/partial/left.part", "half");
    desk.run(&["store", "prune", "icd10cm@2025"]).done();
    assert!(!desk.path("store/v1/partial/left.part").exists());
    assert!(!desk.blob(&fs::read(demo("icd10cm-order-2025.txt")).unwrap()).exists());
    desk.run(&["lookup", "B88.0", "--in", "icd10cm@2025"]).refused(&["is not in the store"]);
    desk.run(&["store", "verify"]).done();
}

#[test]
fn a_code_is_looked_up_in_what_is_in_force_on_a_day() {
    let desk = filled();
    let on = |day: &str| desk.run(&["lookup", "B88.0", "--on", day, "--set", "icd10cm", "-q"]);
    // April 2025 ships October's codes again, and of April 2026 no codes are known.
    assert!(on("2025-09-30").done().out.contains("B88.0 in icd10cm@2025"));
    assert!(on("2025-10-01").done().out.contains("B88.0 in icd10cm@2026"));
    assert!(on("2026-05-01").done().out.contains("B88.0 in icd10cm@2026"));
    on("2024-09-30").refused(&["icd10cm@2024` is not in the store", "codeset fetch icd10cm@2024"]);
    on("2026-10-01").refused(&["icd10cm@2027"]);
    on("2030-01-01").refused(&["is unknown", "codeset list icd10cm --remote"]);
    on("2010-01-01").refused(&["no known ICD-10-CM was in force"]);
    on("yesterday").refused(&["invalid date `yesterday`"]);
    assert!(desk.run(&["lookup", "B88.0", "--on", "2025-10-01", "-q"]).done().out.contains("icd10cm@2026"));
}

#[test]
fn impact_uses_the_editions_in_between_that_are_here() {
    let desk = filled();
    desk.run(&["add", &demo("icd10cm-order-2025.txt"), "--as", "icd10cm@2024"]).done();
    let usage = demo("usage.csv");
    let ran = desk.run(&["impact", "icd10cm@2024", "icd10cm@2026", "--usage", &usage]).done();
    assert!(ran.err.contains("as with --via: icd10cm@2025"), "{}", ran.err);
    let ran = desk.run(&["impact", "icd10cm@2025", "icd10cm@2026", "--usage", &usage]).done();
    assert!(!ran.err.contains("--via"), "{}", ran.err);
}

#[test]
fn what_is_known_and_here_is_listed() {
    let desk = filled();
    let ran = desk.run(&["list", "icd10cm", "--on", "2025-12-01"]).done();
    let line = |name: &str| ran.out.lines().find(|line| line.contains(name)).unwrap().to_owned();
    assert!(ran.out.contains("In force: icd10cm@2026. Next: icd10cm@2027 from Oct 1, 2026."), "{}", ran.out);
    assert!(line("  icd10cm@2026 ").contains("yes, unverified") && line("  icd10cm@2027 ").contains("next"));
    assert!(line("icd10cm@2025-04").contains("same codes as icd10cm@2025"));
    for format in ["markdown", "csv", "json", "jsonl", "html"] {
        let ran = desk.run(&["list", "--on", "2025-12-01", "--format", format]).done();
        assert!(ran.out.contains("icd10cm@2026"), "{format}");
    }
    let json = desk.run(&["list", "--on", "2025-12-01", "--format", "json"]).done().out;
    let schema =
        fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas/list.schema.json"))
            .unwrap();
    let schema = serde_json::from_str(&schema).unwrap();
    assert!(jsonschema::is_valid(&schema, &serde_json::from_str(&json).unwrap()));
}

#[test]
fn a_catalog_of_the_users_may_lead_to_a_share() {
    let desk = Desk::new();
    desk.write("share/order 2026.txt", fs::read(demo("icd10cm-order-2026.txt")).unwrap());
    let text = "[[release]]\nname = \"icd10cm@2026\"\nterms = \"ours\"\n[[release.file]]\nrole = \"codes\"\npath = \"share/order 2026.txt\"\n";
    desk.write("catalog.toml", text);
    desk.run(&["fetch", "icd10cm@2026"]).done();
    desk.run(&["lookup", "B88.0", "--in", "icd10cm@2026"]).done();
    desk.write("catalog.toml", "[[release]]\nname = 1\n");
    desk.run(&["list"]).refused(&["catalog.toml", "line 2"]);
}

#[test]
fn what_is_another_set_or_edition_is_not_taken_in() {
    let Some(data) = official::data() else { return };
    let desk = Desk::new();
    let file = |path: &str| data.join(path).to_str().unwrap().to_owned();
    let of_2025 = file("icd10cm/fy2025/ICD10-CM Code Descriptions 2025.zip");
    desk.run(&["add", &of_2025, "--as", "icd10cm@2024"]).refused(&[
        "icd10cm@2025",
        "icd10cm@2024",
        "--force",
    ]);
    assert!(!desk.run(&["list"]).out.contains("icd10cm@2024  here"));
    desk.run(&["add", &of_2025, "--as", "icd10cm@2024", "--force"]).done();
    desk.run(&["add", &of_2025, "--as", "icd10cm@2025"]).done();
    // Both sets ship order files of one layout.
    let pcs = file("icd10pcs/fy2025/cms_2025_pr.zip");
    desk.run(&["add", &pcs, "--as", "icd10cm@2026"]).refused(&["is ICD-10-PCS, not ICD-10-CM"]);
    assert!(!desk.run(&["list"]).out.contains("icd10cm@2026  here"));
}
