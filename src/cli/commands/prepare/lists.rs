//! The lists of an organization: changed by the decisions where that is asked for, then scanned.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::releases::Loaded;
use crate::cli::commands::migrate::{CHANGING, content, migrated, replace, settled};
use crate::cli::commands::scan::{exceptions, excepts, scan};
use crate::cli::error::Error;
use crate::cli::output::Ui;
use crate::crosswalk::Crosswalk;
use crate::diff::Diff;
use crate::migrate::{Instructions, Migration, Mode, Options};
use crate::report::{FileRows, Listed, MigrateReport, ScanReport};
use crate::scan::{CodeTable, Finding, Names, Plan, ScanOptions};
use crate::sources::{self, NewContent};

/// The files to look at.
pub(super) struct Lists<'l> {
    pub(super) paths: &'l [PathBuf],
    pub(super) exceptions: Option<&'l Path>,
    /// The folder of journals; `None` to change nothing.
    pub(super) journals: Option<&'l Path>,
}

/// How lists are changed: as `codeset migrate` does without options.
const OPTIONS: Options = Options {
    mode: Mode::Replace,
    descriptions: false,
    keeps_descriptions: false,
    past_rows: false,
    programs: false,
    text: false,
};

impl Lists<'_> {
    /// Changes and scans the lists for one set.
    pub(super) fn of(
        &self,
        loaded: &Loaded,
        diff: &Diff<'_>,
        crosswalk: &Crosswalk<'_>,
        decided: &Instructions,
        ui: &Ui,
    ) -> Result<Listed, Error> {
        let options = ScanOptions { keeps_rows: true, ..ScanOptions::default() };
        let codes = CodeTable::of(&loaded.old, &loaded.between, &loaded.new);
        let plan = Plan::with(codes, diff, crosswalk, &options);
        let exceptions = exceptions(self.exceptions, loaded.new.set)?;
        let is_excepted = |name: &str, finding: &Finding<'_>| excepts(&exceptions, name, finding);
        let migration =
            Migration { plan: &plan, options: OPTIONS, decided, crosswalk, is_excepted: &is_excepted };
        let mut report = MigrateReport::new(diff, crosswalk).with_names(Names::KnownWords);
        let mut changed = Vec::new();
        let mut noted = BTreeSet::new();
        let files = sources::walk(self.paths)?;
        for file in &files {
            let Some(before) = content(file, ui)? else { continue };
            let Some(migrated) = migrated(&migration, file, &before) else { continue };
            report.add(&file.name, &migrated);
            if let Some(fact) = &migrated.failed {
                ui.unread(&format!("`{}`: {fact}", file.name));
                noted.insert(&file.name);
            }
            if let Some(after) = migrated.content {
                changed.push(NewContent { path: file.path.clone(), before, after });
            }
        }
        if let Some(journals) = self.journals.filter(|_| !changed.is_empty()) {
            let journal = sources::prepare(journals, &changed, &mut |_| Ok(()), &|| ui.note(CHANGING))?;
            report.set_journal(journal.path().display().to_string());
            settled(&replace(&journal, ui)?)?;
        }
        let mut found = ScanReport::new(diff, crosswalk);
        for file in &files {
            let (bytes, scan) = scan(&plan, file)?;
            if let Some(fact) = scan.failed.as_ref().filter(|_| noted.insert(&file.name)) {
                ui.unread(&format!("`{}`: {fact}", file.name));
            }
            found.add(FileRows::of(&file.name, bytes, &scan, &is_excepted, Names::KnownWords));
        }
        found.count();
        Ok(Listed::of(loaded.new.set, &found, &report))
    }
}
