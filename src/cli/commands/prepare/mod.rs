//! `codeset prepare [NEW]`: the update of an organization as one job, by `codeset.toml`.
//!
//! Invariant: nothing is written outside the folder of the update, except with `--apply`: then the lists change, and their
//! journal is next to `codeset.toml`.

mod decisions;
mod folder;
mod lists;
mod releases;
mod used;

use std::path::{Path, PathBuf};

use crate::base::counted;
use crate::cli::ExitStatus;
use crate::cli::args::{PrepareArgs, UsageQueryOption};
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::output::{self, Ui};
use crate::cli::project::{Project, ProjectLists};
use crate::cli::usage::guidelines_in_use;
use crate::crosswalk::{Crosswalk, CrosswalkOptions, crosswalk_with, reverse};
use crate::diff::{Diff, diff, steps};
use crate::guidelines::{GuidelineDiff, compare_guidelines};
use crate::impact::{Editions, Impact, Usage, attribute_impact, impact};
use crate::migrate::Instructions;
use crate::report::{Earlier, ImpactReport, LISTS, Listed, PrepareReport, PreparedSet, SUMMARY, lists_view};
use crate::sources;
use folder::Folder;
use releases::{Loaded, Planned};

pub(in crate::cli) fn run(args: &PrepareArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let project = Project::find(args.project.as_deref())?;
    let asked = Asked {
        edition: args.new.as_deref(),
        usage: &args.usage,
        query: &args.query,
        suppress_below: args.suppress_below,
        since: args.since.as_deref(),
        folder: args.output.as_deref(),
        applies: args.apply,
    };
    let prepared = asked.prepare(&project, loader, ui)?;
    tell(&prepared, project.decisions())?;
    Ok(ExitStatus::Done)
}

/// Prepares the update of a project as its file says.
pub(super) fn prepare(project: &Path, applies: bool, loader: &Loader, ui: &Ui) -> Result<Prepared, Error> {
    let query = &UsageQueryOption { usage_query: None };
    let asked =
        Asked { edition: None, usage: &[], query, suppress_below: None, since: None, folder: None, applies };
    asked.prepare(&Project::find(Some(project))?, loader, ui)
}

/// What overrules the project file.
struct Asked<'a> {
    edition: Option<&'a str>,
    usage: &'a [PathBuf],
    query: &'a UsageQueryOption,
    suppress_below: Option<u64>,
    since: Option<&'a Path>,
    folder: Option<&'a Path>,
    applies: bool,
}

impl Asked<'_> {
    fn prepare(&self, project: &Project, loader: &Loader, ui: &Ui) -> Result<Prepared, Error> {
        let planned = releases::planned(self.edition, project, loader)?;
        let files = used::files(self.usage, self.query, project, ui)?;
        let name = planned.edition.clone();
        let folder = match self.folder {
            Some(folder) => folder.to_owned(),
            None => project.folder().join(format!("prepare-{name}")),
        };
        let earlier = self.since.map(earlier).transpose()?;
        let mut loaded = load(&planned, project, loader, ui)?;
        let suppress_below = self.suppress_below.or(project.suppress_below());
        let usages = used::read(&mut loaded, &files, suppress_below, ui)?;
        let unknown = used::unknown_departments(project, &usages);
        decisions::read(&mut loaded, project, loader, ui)?;
        if let Some(first) = loaded.first_mut() {
            first.problems.extend(unknown);
        }
        let update = Update { name: &name, project, loader, loaded: &loaded, usages: &usages };
        update.write(&folder, earlier, self.applies, ui)
    }
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
pub(super) struct Prepared {
    folder: PathBuf,
    files: usize,
    /// The update in a sentence or two.
    pub(super) headline: String,
    /// The digest of the releases of each set.
    pub(super) digests: Vec<(&'static str, String)>,
    /// The changes in the lists, made or ready.
    pub(super) changes: u64,
    /// The journals that undo them, in the order in which they were made.
    pub(super) journals: Vec<PathBuf>,
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
    ) -> Result<Prepared, Error> {
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
                    decisions: &loaded.decisions,
                    impact: ImpactReport::new(&result.diff, &result.crosswalk, impact)
                        .with_attributes(attributes),
                    lines: usage.lines,
                    first_lines: usage.first_lines.or(usage.lines),
                    amounts: match usage.first_amounts {
                        [None, None] => [usage.amount, usage.affected_amount],
                        first => first,
                    },
                },
            );
        let person_of = |department: &str| self.project.person_of(department).map(str::to_owned);
        let mut report = PrepareReport::new(self.name, sets.collect(), &person_of);
        let pairs = self.loaded.iter().map(|loaded| loaded.guidelines.as_ref());
        let guidelines: Vec<Option<GuidelineDiff<'_>>> =
            pairs.map(|pair| pair.map(|[old, new]| compare_guidelines(old, new))).collect();
        let of_set = |((loaded, usage), diff): ((&Loaded, &Usage), &Option<GuidelineDiff<'_>>)| {
            let editions = Editions { old: &loaded.old, between: &loaded.between, new: &loaded.new };
            Some(guidelines_in_use(diff.as_ref()?, editions, usage))
        };
        let in_use = self.loaded.iter().zip(self.usages).zip(&guidelines).filter_map(of_set);
        report = report.with_guidelines(in_use);
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
        for ((result, set), guidelines) in results.iter().zip(&report.sets).zip(&guidelines) {
            let backward = reverse(&result.diff);
            let (course, diff) = (self.project.course(), &result.diff);
            folder.course(diff, &result.crosswalk, &backward, guidelines.as_ref(), course, &set.chapters)?;
        }
        folder.lock(self.loader, self.loaded)?;
        folder.page(SUMMARY, &report.one_page())?;
        ui.problems(&report.problems);
        let headline = report.headline();
        let digests = report.sets.iter().map(|set| (set.code_set, set.releases.clone())).collect();
        let changes = report.lists.iter().map(|list| list.changes).sum();
        let journals =
            report.lists.iter().filter_map(|list| list.journal.as_ref()).map(PathBuf::from).collect();
        let (path, files) = (folder.path().to_owned(), folder.finish(report)?);
        Ok(Prepared { folder: path, files, headline, digests, changes, journals })
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
    let instructions = Instructions::take(&mut decisions);
    let diff = diff(old, new);
    let steps = steps(old, between, new);
    let options =
        CrosswalkOptions { between: &steps, decisions: Some(&decisions), ..CrosswalkOptions::default() };
    let crosswalk = crosswalk_with(&diff, &options);
    Results { diff, crosswalk, instructions }
}

/// Says what was written, and what to open.
fn tell(prepared: &Prepared, decisions: &Path) -> Result<(), Error> {
    let (folder, files) = (&prepared.folder, counted(prepared.files as u64, "file", "files"));
    output::write(None, |out| {
        writeln!(out, "{}", prepared.headline)?;
        writeln!(
            out,
            "{files} in {}; decisions that come back go into {}",
            folder.display(),
            decisions.display()
        )?;
        writeln!(out, "open {}", folder.join("index.html").display())
    })
}
