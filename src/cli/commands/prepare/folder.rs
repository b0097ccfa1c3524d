//! The folder of an update: pages, worklists, a course, and `prepare.json`, which is written last.
//!
//! Invariant: a file appears whole or not at all. What an earlier run wrote and this one does not is removed, by the names
//! in its `prepare.json`; nothing else in the folder is touched.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use super::releases::Loaded;
use crate::cli::commands::split;
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::project::{PREPARE_REPORT, ProjectCourse};
use crate::crosswalk::Crosswalk;
use crate::diff::Diff;
use crate::guidelines::GuidelineDiff;
use crate::interchange::{write_course_file, write_page, write_review, write_workbook};
use crate::report::{Earlier, PrepareReport, TeachFile, TeachReport};
use crate::sources::{self, LOCK_FILE, LockFile, write_whole};
use crate::teach::{Scope, Specialties, teach};
use crate::view;

/// The folder of an update.
pub(super) struct Folder {
    path: PathBuf,
    files: BTreeSet<String>,
    /// What the earlier run wrote.
    earlier: Vec<String>,
}

impl Folder {
    /// Makes the folder, unless there is one from an earlier run.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        sources::make_folder(path)?;
        let report = path.join(PREPARE_REPORT);
        let earlier = if report.is_file() {
            serde_json::from_str::<Earlier>(&sources::read_text(&report)?).unwrap_or_default().files
        } else {
            Vec::new()
        };
        Ok(Self { path: path.to_owned(), files: BTreeSet::new(), earlier })
    }

    /// Returns the path of the folder.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn write(
        &mut self,
        name: &str,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        let path = self.path.join(name);
        if let Some(folder) = path.parent() {
            sources::make_folder(folder)?;
        }
        write_whole(&path, content)?;
        self.files.insert(name.to_owned());
        Ok(())
    }

    /// Writes a page.
    pub(super) fn page(&mut self, name: &str, page: &view::Report) -> Result<(), Error> {
        self.write(name, |out| write_page(page, out))
    }

    /// Writes the review page and the worklist of each person and of all, and names them in the report.
    pub(super) fn reviews(&mut self, report: &mut PrepareReport<'_>) -> Result<(), Error> {
        let mut taken = BTreeSet::from(["all".to_owned()]);
        for at in 0..report.reviewers.len() {
            let stem = split::name(&report.reviewers[at].reviewer, &mut taken);
            let row = &mut report.reviewers[at];
            row.review = format!("review-{stem}.html");
            row.worklist = format!("worklist-{stem}.xlsx");
        }
        let rows = report.reviewers.clone();
        let people = rows.iter().map(|row| (Some(row.reviewer.as_str()), &*row.review, &*row.worklist));
        let all = [(None, "review-all.html", "worklist-all.xlsx")];
        for (person, review, worklist) in people.chain(all) {
            self.write(review, |out| write_review(&report.review(person), out))?;
            self.write(worklist, |out| write_workbook(report.worklist(person), out))?;
        }
        Ok(())
    }

    /// Writes the course about what was asked for, else about the chapters in use; a set without chapters is one lesson.
    pub(super) fn course<'a>(
        &mut self,
        diff: &Diff<'a>,
        forward: &Crosswalk<'a>,
        backward: &Crosswalk<'a>,
        guidelines: Option<&'a GuidelineDiff<'a>>,
        asked: &ProjectCourse,
        in_use: &[&str],
    ) -> Result<(), Error> {
        let set = diff.new.set;
        let chapters = asked.chapters.iter().filter_map(|id| Scope::chapter(set, id));
        let table = Specialties::built_in();
        let specialties = asked.specialties.iter().filter_map(|id| table.find(id)).cloned();
        let specialties =
            specialties.filter(|specialty| specialty.ranges.iter().any(|range| range.set == set));
        let scopes: Vec<Scope> = chapters.chain(specialties.map(Scope::Specialty)).collect();
        let mut teaching = teach(diff, forward, backward, &scopes);
        if scopes.is_empty() {
            let is_in_use = |scope: &Scope| match scope {
                Scope::Chapter(chapter) => in_use.contains(&chapter.id),
                _ => true,
            };
            teaching.lessons.retain(|lesson| is_in_use(&lesson.scope));
        }
        if let Some(guidelines) = guidelines {
            teaching = teaching.with_guidelines(guidelines);
        }
        let report = TeachReport::new(&teaching, diff.problems.len());
        for file in TeachFile::ALL {
            let name = format!("course/{}/{}", set.id, file.name());
            self.write(&name, |out| write_course_file(&report, *file, out))?;
        }
        Ok(())
    }

    /// Writes the lock of the releases that are in the store; nothing where all releases are files of the user.
    pub(super) fn lock(&mut self, loader: &Loader, loaded: &[Loaded]) -> Result<(), Error> {
        let mut lock = LockFile::default();
        let store = loader.resolver().store()?;
        for name in loaded.iter().flat_map(|set| &set.names) {
            if let Some(manifest) = store.manifest(*name)? {
                lock.put(&manifest);
            }
        }
        if lock.releases().is_empty() {
            return Ok(());
        }
        self.write(LOCK_FILE, |out| out.write_all(lock.text().as_bytes()))
    }

    /// Writes the first page and the report, and removes what the earlier run wrote and this one does not; returns the
    /// number of files.
    pub(super) fn finish(mut self, mut report: PrepareReport<'_>) -> Result<usize, Error> {
        self.page("index.html", &report.index())?;
        report.files = self.files.iter().cloned().collect();
        self.write(PREPARE_REPORT, |out| crate::interchange::write_json(&report, out))?;
        for name in self.earlier.iter().filter(|name| !self.files.contains(*name)) {
            let path = Path::new(name);
            if path.components().all(|part| matches!(part, Component::Normal(_))) {
                // A file that somebody removed or moved is gone already.
                let _ = fs::remove_file(self.path.join(path));
            }
        }
        Ok(self.files.len())
    }
}
