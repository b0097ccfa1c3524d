//! The programs in `examples/` run on built-in samples and print what a reader expects.

use std::error::Error;
use std::fs;
use std::path::Path;

use codeset::model::Release;

#[path = "../../examples/crosswalk.rs"]
#[expect(dead_code, unreachable_pub, reason = "the same file is a program")]
mod crosswalk;
#[path = "../../examples/impact.rs"]
#[expect(dead_code, unreachable_pub, reason = "the same file is a program")]
mod impact;
#[path = "../../examples/two_releases.rs"]
#[expect(dead_code, unreachable_pub, reason = "the same file is a program")]
mod two_releases;

type Example = fn(&mut dyn std::io::Write) -> Result<(), Box<dyn Error>>;

fn output(run: Example) -> String {
    let mut out = Vec::new();
    run(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_example_of_two_releases_lists_the_codes_that_are_no_longer_billable() {
    let expected = "\
icd10cm@2025 -> icd10cm@2026: 42 changes
demoted  B88.0
demoted  D71
demoted  G35
removed  S30.1XXA
demoted  Z91.011
demoted  Z91.012
";
    assert_eq!(output(two_releases::run), expected);
}

#[test]
fn the_example_of_a_crosswalk_lists_replacements_with_evidence() {
    let output = output(crosswalk::run);
    assert!(output.starts_with("B88.0 -> B88.01 (official)\nB88.0 -> B88.09 (official)\n"), "{output}");
    assert!(output.contains("\nS30.1XXA -> S30.11XA (official)\n"), "{output}");
    assert!(output.lines().all(|line| line.ends_with(" (official)")), "{output}");
}

#[test]
fn the_example_of_impact_lists_the_codes_to_replace_by_use() {
    let expected = "\
159 of 3395 lines use a code that is no longer billable
76 lines: G35 -> G35.A or G35.B0 or G35.B1 or G35.B2 or G35.C0 or G35.C1 or G35.C2 or G35.D
40 lines: Z91.011 -> Z91.0110 or Z91.0111 or Z91.0112
18 lines: Z91.012 -> Z91.0120 or Z91.0121 or Z91.0122
17 lines: S30.1XXA -> S30.11XA or S30.12XA or S30.13XA
6 lines: B88.0 -> B88.01 or B88.09
2 lines: D71 -> D71.1 or D71.8 or D71.9
";
    assert_eq!(output(impact::run), expected);
}

#[test]
fn a_release_from_disk_is_the_release_from_memory() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/icd10cm-order-2026.txt");
    let opened = Release::open(&path).unwrap();
    let read = Release::read([("icd10cm-order-2026.txt", fs::read(&path).unwrap())]).unwrap();
    assert_eq!((opened.id(), opened.len()), (read.id(), read.len()));
    assert!(opened.diff(&read).changes.is_empty());
}

#[test]
fn what_cannot_be_opened_says_why() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let missing = Release::open(folder.join("demo/nothing.zip")).unwrap_err();
    assert!(missing.to_string().starts_with("cannot read `"), "{missing}");
    let other = Release::open(folder.join("demo/usage.csv")).unwrap_err();
    assert!(matches!(other, codeset::OpenError::Release(_)), "{other}");
}
