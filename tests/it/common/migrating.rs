//! Lists of a user's, migrated.

use std::fs;

use super::lists::Desk;

impl Desk {
    pub(crate) fn decide(&self, rows: &str) {
        fs::write(self.folder.path().join("decisions.csv"), format!("source,target,status\n{rows}")).unwrap();
    }

    pub(crate) fn migrate(&self, args: &[&str]) -> String {
        let output = self.run(&[&["migrate"][..], &Self::RELEASES, &["lists", "--quiet"], args].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Findings that may be replaced without looking.
    pub(crate) fn automatic(&self) -> u64 {
        let output =
            self.run(&[&["scan"][..], &Self::RELEASES, &["lists", "--quiet", "--format", "json"]].concat());
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        report["replaceable"]["automatic"].as_u64().unwrap()
    }
}
