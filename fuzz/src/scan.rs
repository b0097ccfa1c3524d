//! Scanned files of any kind, whatever their names suggest.

use super::{CROSSWALK, DIFF, PLANS};
use codeset::migrate::{Instructions, Migration, Mode, Options};
use codeset::report::{FileRows, ScanReport};
use codeset::scan::Names;

/// Names of files, one for each kind that is recognized by its name.
const NAMES: [&str; 12] = [
    "a", "a.csv", "a.tsv", "a.json", "a.jsonl", "a.yaml", "a.toml", "a.xml", "a.html", "a.sql", "a.py",
    "a.rs",
];

/// Scans files that may contain codes, against two small releases, then reports and changes them.
pub fn scan(bytes: &[u8]) {
    let decided = Instructions::default();
    for (plan, keeps_rows) in PLANS.iter().zip([false, true]) {
        for name in NAMES {
            let Ok(scan) = plan.scan_text(name, &mut &bytes[..]) else { continue };
            let mut report = ScanReport::new(&DIFF, &CROSSWALK);
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
                    plan,
                    options,
                    decided: &decided,
                    crosswalk: &CROSSWALK,
                    is_excepted: &|_, _| false,
                };
                let changed = migration.of(name, bytes).is_some_and(|migrated| migrated.content.is_some());
                assert!(keeps_rows || !changed, "nothing is changed without its row");
            }
        }
    }
}
