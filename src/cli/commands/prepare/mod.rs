//! `codeset prepare [NEW]`: the update of an organization as one job, by `codeset.toml`.
//!
//! Invariant: nothing is written outside the folder of the update, except with `--apply`: then the lists change, and their
//! journal is next to `codeset.toml`.

mod decisions;
mod folder;
mod lists;
mod releases;
mod used;

use std::cell::RefCell;
use std::path::Path;

use crate::base::counted;
use crate::cli::ExitStatus;
use crate::cli::args::PrepareArgs;
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::output::{self, Ui};
use crate::cli::project::{Project, ProjectLists};
use crate::crosswalk::{Crosswalk, CrosswalkOptions, crosswalk_with, reverse};
use crate::diff::{Diff, diff, steps};
use crate::impact::{CountedOnce, Impact, Usage, attribute_impact, impact};
use crate::migrate::Instructions;
use crate::report::{Earlier, ImpactReport, LISTS, Listed, PrepareReport, PreparedSet, SUMMARY, lists_view};
use crate::sources;
use folder::Folder;
use releases::{Loaded, Planned};

pub(in crate::cli) fn run(args: &PrepareArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let project = Project::find(args.project.as_deref())?;
    let planned = releases::planned(args.new.as_deref(), &project, loader)?;
    let files = used::files(&args.usage, &project, ui)?;
    let name = planned.edition.clone();
    let folder = match &args.output {
        Some(folder) => folder.clone(),
        None => project.folder().join(format!("prepare-{name}")),
    };
    let earlier = args.since.as_deref().map(earlier).transpose()?;
    let mut loaded = load(&planned, &project, loader, ui)?;
    let suppress_below = args.suppress_below.or(project.suppress_below());
    let usages = used::read(&mut loaded, &files, suppress_below, ui)?;
    decisions::read(&mut loaded, &project, loader, ui)?;
    let update = Update { name: &name, project: &project, loader, loaded: &loaded, usages: &usages };
    let written = update.write(&folder, earlier, args.apply, ui)?;
    tell(&folder, &written, project.decisions())?;
    Ok(ExitStatus::Done)
}

/// Loads the releases of every set.
fn load(planned: &Planned, project: &Project, loader: &Loader, ui: &Ui) -> Result<Vec<Loaded>, Error> {
    planned.sets.iter().map(|set| Loaded::open(set, project, loader, ui)).collect()
}

/// An earlier report, with the name of its file.
type EarlierFile = (String, Earlier);

fn earlier(path: &Path) -> Result<EarlierFile, Error> {
    let text = sources::read_text(path)?;
    let earlier: Earlier = serde_json::from_str(&text).map_err(|_| {
        Error::argument(
            format!("`{}` is not a prepare.json of an earlier run", path.display()),
            "--since takes the file prepare.json that codeset prepare wrote",
        )
    })?;
    Ok((path.display().to_string(), earlier))
}

/// Everything that was read.
struct Update<'u> {
    name: &'u str,
    project: &'u Project,
    loader: &'u Loader,
    loaded: &'u [Loaded],
    usages: &'u [Usage],
}

/// What was written.
struct Written {
    files: usize,
    headline: String,
}

/// The results of one set.
struct Results<'a> {
    diff: Diff<'a>,
    crosswalk: Crosswalk<'a>,
    instructions: Instructions,
}

impl Update<'_> {
    fn write(
        &self,
        folder: &Path,
        earlier: Option<EarlierFile>,
        applies: bool,
        ui: &Ui,
    ) -> Result<Written, Error> {
        let mut results: Vec<Results<'_>> = self.loaded.iter().map(results).collect();
        for (result, loaded) in results.iter_mut().zip(self.loaded) {
            result.crosswalk.problems.extend(loaded.problems.iter().cloned());
        }
        let impacts: Vec<Impact<'_>> = results
            .iter()
            .zip(self.usages)
            .map(|(result, usage)| impact(&result.diff, &result.crosswalk, usage))
            .collect();
        let attributes: Vec<_> = results
            .iter()
            .zip(&impacts)
            .zip(self.usages.iter().zip(self.loaded))
            .map(|((result, impact), (usage, loaded))| {
                attribute_impact(&result.diff, impact, usage, &loaded.attributes)
            })
            .collect();
        let sets =
            results.iter().zip(&impacts).zip(&attributes).zip(self.usages.iter().zip(self.loaded)).map(
                |(((result, impact), attributes), (usage, loaded))| PreparedSet {
                    diff: &result.diff,
                    crosswalk: &result.crosswalk,
                    decisions: &loaded.decisions,
                    stays: Box::new(|code| result.instructions.stays(code)),
                    impact: ImpactReport::new(&result.diff, &result.crosswalk, impact)
                        .with_attributes(attributes),
                    amounts: match usage.first_amounts {
                        [None, None] => [usage.amount, usage.affected_amount],
                        first => first,
                    },
                },
            );
        let person_of = |department: &str| self.project.person_of(department).map(str::to_owned);
        let mut report = PrepareReport::new(self.name, sets.collect(), &person_of);
        if let Some((file, earlier)) = &earlier {
            report = report.since(file.clone(), earlier);
        }
        let mut folder = Folder::open(folder)?;
        let lists = self.lists(&results, applies, ui)?;
        if !lists.is_empty() {
            report = report.with_lists(lists.iter().map(|listed| listed.row.clone()).collect());
            folder.page(LISTS, &lists_view(lists))?;
        }
        folder.reviews(&mut report)?;
        for result in &results {
            folder.course(&result.diff, &result.crosswalk, &reverse(&result.diff), self.project.course())?;
        }
        folder.lock(self.loader, self.loaded)?;
        folder.page(SUMMARY, &report.one_page())?;
        ui.problems(&report.problems);
        let headline = report.headline();
        let files = folder.finish(report)?;
        Ok(Written { files, headline })
    }

    /// Scans the lists, and with `applies` changes them first.
    fn lists(&self, results: &[Results<'_>], applies: bool, ui: &Ui) -> Result<Vec<Listed>, Error> {
        let ProjectLists { paths, exceptions } = self.project.lists();
        if paths.is_empty() {
            if applies {
                return Err(Error::argument(
                    "codeset.toml names no lists to change",
                    "name files or folders under [lists], such as paths = [\"lists\"]",
                ));
            }
            return Ok(Vec::new());
        }
        let journals = applies.then(|| self.project.folder().join(sources::JOURNALS));
        let lists = lists::Lists { paths, exceptions: exceptions.as_deref(), journals: journals.as_deref() };
        results
            .iter()
            .zip(self.loaded)
            .map(|(result, loaded)| {
                lists.of(loaded, &result.diff, &result.crosswalk, &result.instructions, ui)
            })
            .collect()
    }
}

/// Computes the changes of a set, and the replacements as far as they are decided.
fn results(loaded: &Loaded) -> Results<'_> {
    let Loaded { old, new, between, decisions, .. } = loaded;
    let mut decisions = decisions.clone();
    let instructions = Instructions::take(old, new, &mut decisions);
    let diff = diff(old, new);
    let steps = steps(old, between, new);
    let options =
        CrosswalkOptions { between: &steps, decisions: Some(&decisions), ..CrosswalkOptions::default() };
    let crosswalk = crosswalk_with(&diff, &options);
    Results { diff, crosswalk, instructions }
}

/// Says what was written, and what to open.
fn tell(folder: &Path, written: &Written, decisions: &Path) -> Result<(), Error> {
    output::write(None, |out| {
        writeln!(out, "{}", written.headline)?;
        let files = counted(written.files as u64, "file", "files");
        writeln!(
            out,
            "{files} in {}; decisions that come back go into {}",
            folder.display(),
            decisions.display()
        )?;
        writeln!(out, "open {}", folder.join("index.html").display())
    })
}

/// Returns what readings of several sets have counted; `None` for one set.
fn counted_once(sets: usize) -> Option<RefCell<CountedOnce>> {
    (sets > 1).then(RefCell::default)
}
