//! Scanned files of any kind, whatever their names suggest.

use super::SAMPLES;
use codeset::crosswalk::crosswalk;
use codeset::diff::diff;
use codeset::migrate::{Instructions, Migration, Mode, Options};
use codeset::report::{FileRows, ScanReport};
use codeset::scan::{Names, Plan, ScanOptions};

/// Names of files, one for each kind that is recognized by its name.
const NAMES: [&str; 12] = [
    "a", "a.csv", "a.tsv", "a.json", "a.jsonl", "a.yaml", "a.toml", "a.xml", "a.html", "a.sql", "a.py",
    "a.rs",
];

/// Scans files that may contain codes, against two small releases, then reports and changes them.
pub fn scan(bytes: &[u8]) {
    let [old, new] = &*SAMPLES;
    let diff = diff(old, new);
    let crosswalk = crosswalk(&diff);
    let decided = Instructions::default();
    for keeps_rows in [false, true] {
        let options = ScanOptions { keeps_rows, ..ScanOptions::default() };
        let plan = Plan::new(&diff, &crosswalk, &[], &options);
        for name in NAMES {
            let Ok(scan) = plan.scan_text(name, &mut &bytes[..]) else { continue };
            let mut report = ScanReport::new(&diff, &crosswalk);
            report.add(FileRows::of(name, bytes.len() as u64, &scan, &|_, _| false, Names::KnownWords));
            report.count();
            if !keeps_rows && !scan.findings.is_empty() {
                super::render_all(&report);
            }
            for mode in [Mode::Replace, Mode::EndDate] {
                let options = Options {
                    mode,
                    descriptions: keeps_rows,
                    keeps_descriptions: !keeps_rows,
                    past_rows: keeps_rows,
                    programs: keeps_rows,
                    text: keeps_rows,
                };
                let migration = Migration {
                    plan: &plan,
                    options,
                    decided: &decided,
                    crosswalk: &crosswalk,
                    is_excepted: &|_, _| false,
                };
                let changed = migration.of(name, bytes).is_some_and(|migrated| migrated.content.is_some());
                assert!(keeps_rows || !changed, "nothing is changed without its row");
            }
        }
    }
}
