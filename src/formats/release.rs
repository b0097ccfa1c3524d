//! Joins files into one release: finds pieces that belong together, contradictions, and records that cannot be read.

use std::fmt;

use super::companions::{attach, check_actions, is_copy};
use super::diagnose::{Diagnosis, diagnose};
use super::merge::merge;
use super::{
    Concepts, Form, Options, Part, described, pcs_release, recognize, recognize_as, tabular_release,
};
use crate::base::{counted, grouped};
use crate::model::{
    Addenda, CodeMap, CodeSet, Companions, Content, ConversionTable, DecisionTable, Hierarchy, Level, Place,
    Problem, ProblemCode, Problems, Release, Source, SourceFile, Transition,
};

/// The reason why files are not a release.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The files do not hold codes.
    NoCodes {
        /// The location, as far as it is known.
        place: Box<Place>,
        /// A description of the problem.
        fact: String,
        /// The suggested next step.
        hint: String,
    },
    /// The files hold two different releases.
    SeveralReleases {
        /// The files that hold codes.
        files: Vec<String>,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCodes { place, fact, .. } if place.file.is_empty() => f.write_str(fact),
            Self::NoCodes { place, fact, .. } => write!(f, "{fact}\n  --> {place}"),
            Self::SeveralReleases { files } => write!(f, "these are several releases: {}", files.join(", ")),
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    /// Returns the suggested next step.
    pub fn hint(&self) -> &str {
        match self {
            Self::NoCodes { hint, .. } => hint,
            Self::SeveralReleases { .. } => "pass one file, zip or folder for each release",
        }
    }
}

/// Reads the files of one release: one order file or codes file, with the addenda and conversion tables that came with it.
/// Files without a known layout are skipped with a note.
///
/// # Errors
///
/// If the files do not hold codes, or hold several different releases.
pub fn read(files: Vec<SourceFile>, options: &Options) -> Result<Release, Error> {
    let parts = Parts::read(files, options);
    parts.into_release(options)
}

/// Reads the addenda among files; the notes list the files that were skipped.
pub fn read_addenda(files: Vec<SourceFile>) -> (Vec<Addenda>, Vec<Problem>) {
    let parts = Parts::read(files, &Options::default());
    (parts.companions.addenda, parts.notes)
}

/// The content of files about replacements and equivalents of codes.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Maps {
    /// The publisher's conversion tables.
    pub tables: Vec<ConversionTable>,
    /// Tables of transitions between two editions of a described set.
    pub transitions: Vec<Transition>,
    /// The user's decisions.
    pub decisions: Vec<DecisionTable>,
    /// Maps to other classifications.
    pub others: Vec<CodeMap>,
    /// The files.
    pub sources: Vec<Source>,
    /// Files that were skipped.
    pub notes: Vec<Problem>,
}

/// Reads conversion tables, decisions, and maps to other classifications from files.
pub fn read_maps(files: Vec<SourceFile>) -> Maps {
    read_maps_as(files, None)
}

/// The same for releases of a set: the files of a set that a catalog describes are recognized by its descriptor.
pub fn read_maps_as(files: Vec<SourceFile>, set: Option<&'static CodeSet>) -> Maps {
    let options = Options { set: set.filter(|set| set.descriptor.is_some()), ..Options::default() };
    let Parts { companions, decisions, sources, notes, .. } = Parts::read(files, &options);
    let Companions { conversion_tables: tables, transitions, maps: others, .. } = companions;
    Maps { tables, transitions, decisions, others, sources, notes }
}

/// The content of files, by kind.
#[derive(Default)]
struct Parts {
    sources: Vec<Source>,
    concepts: Vec<Concepts>,
    /// Concepts that another member of the same archive holds as well, or should hold.
    spares: Vec<Concepts>,
    companions: Companions,
    decisions: Vec<DecisionTable>,
    contents: Vec<Content>,
    unknown: Vec<Diagnosis>,
    notes: Vec<Problem>,
}

impl Parts {
    fn read(files: Vec<SourceFile>, options: &Options) -> Self {
        let mut parts = Self::default();
        for file in files {
            parts.take(file, options);
        }
        parts
    }

    fn take(&mut self, file: SourceFile, options: &Options) {
        let Some(format) = recognize_as(&file.bytes, options.set) else {
            let described = options.set.and_then(|set| described::diagnose(&file, set));
            let found = described.or_else(|| other_set(&file, options)).unwrap_or_else(|| diagnose(&file));
            self.notes.push(
                Problem::new(ProblemCode::PassedOver, found.place.clone(), found.fact.clone())
                    .hint(found.hint.clone()),
            );
            self.unknown.push(found);
            return;
        };
        if self.sources.iter().any(|source| source.sha256 == file.source.sha256) {
            let fact = "skipped: it has the same bytes as another file";
            self.notes.push(Problem::new(ProblemCode::PassedOver, Place::file(&file.source.name), fact));
            return;
        }
        self.sources.push(file.source.clone());
        let (name, is_spare) = (file.source.name.clone(), file.is_spare);
        let part = format.read(file, options);
        if let Some(records) = part.records() {
            self.contents.push(Content { file: name, layout: format.title(), records });
        }
        match part {
            Part::Concepts(concepts) if is_spare => self.spares.push(concepts),
            Part::Concepts(concepts) => self.concepts.push(concepts),
            Part::Companion(companion) => self.companions.add(companion),
            Part::Decisions(table) => self.decisions.push(table),
        }
    }

    fn into_release(self, options: &Options) -> Result<Release, Error> {
        let Self { sources, concepts, spares, mut companions, decisions, contents, unknown, mut notes } =
            self;
        // A map is not part of a release.
        let maps = std::mem::take(&mut companions.maps);
        notes.extend(maps.iter().map(passed_over));
        notes.extend(decisions.iter().map(not_of_release));
        let names: Vec<String> = concepts.iter().map(|concepts| concepts.name.clone()).collect();
        let mut concepts = with_pieces_joined(concepts);
        at_most_one(&companions.tabulars, |list| &list.name)?;
        at_most_one(&companions.pcs_tables, |tables| &tables.name)?;
        if concepts.is_empty() {
            concepts.extend(companions.tabulars.iter().map(tabular_release::concepts_of));
            concepts.extend(companions.pcs_tables.iter().map(pcs_release::concepts_of));
        }
        // The fullest file is the release: an order file has headers, a codes file does not.
        let (full, others): (Vec<_>, Vec<_>) = concepts.into_iter().partition(|part| part.coverage.headers);
        let mut ranked = full.into_iter().chain(others);
        let Some(mut first) = ranked.next() else {
            return Err(no_codes(&companions, &decisions, &maps, unknown));
        };
        if first.table.concepts.is_empty() {
            return Err(no_record(first));
        }
        companions.note_lists.iter().for_each(|list| attach(&mut first, list));
        let mut release = release(first);
        companions.action_reports.iter().for_each(|report| check_actions(&mut release, report));
        for other in ranked {
            if other.set != release.set || other.coverage.headers {
                if other.set == release.set && is_copy(&mut release, other) {
                    continue;
                }
                return Err(Error::SeveralReleases { files: names });
            }
            check_codes_file(&mut release, other);
        }
        spares.into_iter().for_each(|spare| compare_spare(&mut release, spare));
        companions.tabulars.iter().for_each(|list| tabular_release::attach(&mut release, list));
        companions.pcs_tables.iter().for_each(|tables| pcs_release::attach(&mut release, tables));
        // A list that breaks off is incomplete.
        companions.tabulars.retain(|list| list.is_whole);
        companions.pcs_tables.retain(|tables| tables.is_whole);
        at_most_one(&companions.pcs_definitions, |definitions| &definitions.name)?;
        release.edition = options.edition.or(release.edition);
        release.shows_licensed = options.shows_licensed;
        release.sources = sources;
        release.contents = contents;
        let Companions { pcs_definitions, indexes, addenda, conversion_tables, transitions, .. } =
            &companions;
        let problems = &mut release.problems;
        problems.extend(pcs_definitions.iter().flat_map(|definitions| definitions.problems.clone()));
        problems.extend(indexes.iter().flat_map(|index| index.problems.clone()));
        problems.extend(addenda.iter().flat_map(|addenda| addenda.problems.clone()));
        problems.extend(conversion_tables.iter().flat_map(|table| table.problems.clone()));
        problems.extend(transitions.iter().flat_map(|table| table.problems.clone()));
        problems.extend(notes);
        release.companions = companions;
        Ok(release)
    }
}

/// Checks that there is at most one companion of a kind: several of them mean several releases.
fn at_most_one<T>(all: &[T], name: impl Fn(&T) -> &String) -> Result<(), Error> {
    if all.len() > 1 {
        return Err(Error::SeveralReleases { files: all.iter().map(|one| name(one).clone()).collect() });
    }
    Ok(())
}

/// Reports a map found among the files of a release, because it is not part of the release.
fn passed_over(map: &CodeMap) -> Problem {
    let fact = format!("skipped: it maps {} to {}", map.source.title(), map.target.title());
    let hint = "use it with codeset map";
    Problem::new(ProblemCode::PassedOver, Place::file(&map.name), fact).hint(hint)
}

/// Reports decisions that are in the same place as a release, because they are not part of the release.
fn not_of_release(table: &DecisionTable) -> Problem {
    let fact = "skipped: these are decisions about replacements, not a part of the release";
    Problem::new(ProblemCode::PassedOver, Place::file(&table.name), fact).hint("pass them with --decisions")
}

/// Describes a file whose layout belongs to another set than the one that the user names.
fn other_set(file: &SourceFile, options: &Options) -> Option<Diagnosis> {
    let (set, format) = (options.set?, recognize(&file.bytes)?);
    let fact = format!("the file has the layout of {}, not of {}", format.title(), set.title);
    let hint = "omit --set, or pass a file of that set".to_owned();
    Some(Diagnosis { place: Place::file(&file.source.name), fact, hint })
}

/// Joins pieces of one set into one release, in the order of their files.
fn with_pieces_joined(concepts: Vec<Concepts>) -> Vec<Concepts> {
    let (pieces, mut joined): (Vec<_>, Vec<_>) =
        concepts.into_iter().partition(|concepts| concepts.form == Form::Piece);
    let mut by_set: Vec<Vec<Concepts>> = Vec::new();
    for piece in pieces {
        match by_set.iter_mut().find(|set| set[0].set == piece.set) {
            Some(set) => set.push(piece),
            None => by_set.push(vec![piece]),
        }
    }
    joined.extend(by_set.into_iter().filter_map(merge));
    joined
}

/// Returns the error for files without codes: it describes their content.
fn no_codes(
    companions: &Companions,
    decisions: &[DecisionTable],
    maps: &[CodeMap],
    unknown: Vec<Diagnosis>,
) -> Error {
    let Companions { indexes, pcs_definitions, transitions, addenda, conversion_tables, .. } = companions;
    let known = indexes.iter().map(|index| (&index.name, "an index"));
    let known = known.chain(pcs_definitions.iter().map(|one| (&one.name, "a list of definitions")));
    let known = known.chain(transitions.iter().map(|table| (&table.name, "a table of transitions")));
    let known = known.chain(addenda.iter().map(|addenda| (&addenda.name, "addenda")));
    let known = known.chain(conversion_tables.iter().map(|table| (&table.name, "a conversion table")));
    let known = known.chain(decisions.iter().map(|table| (&table.name, "a table of decisions")));
    let mut known = known.chain(maps.iter().map(|map| (&map.name, "a map between two classifications")));
    if let Some((name, what)) = known.next() {
        let fact = format!("this is {what}, not a release: it contains no list of codes");
        let hint = "pass the order file, or the zip or folder that contains it".to_owned();
        return Error::NoCodes { place: Box::new(Place::file(name)), fact, hint };
    }
    match unknown.into_iter().next() {
        Some(found) => Error::NoCodes { place: Box::new(found.place), fact: found.fact, hint: found.hint },
        None => Error::NoCodes {
            place: Box::default(),
            fact: "there is no file to read".to_owned(),
            hint: "pass the order file, or the zip or folder that contains it".to_owned(),
        },
    }
}

/// Returns the error for a recognized file without any readable record.
fn no_record(concepts: Concepts) -> Error {
    let worst = concepts.problems.into_iter().min_by_key(|problem| problem.severity);
    let place = worst.as_ref().map_or_else(|| Place::file(&concepts.name), |problem| problem.place.clone());
    let (fact, hint) = worst
        .map_or_else(|| ("the file has no record".to_owned(), None), |problem| (problem.fact, problem.hint));
    let hint = hint.unwrap_or_else(|| "pass the original file from the publisher".to_owned());
    Error::NoCodes { place: Box::new(place), fact, hint }
}

fn release(concepts: Concepts) -> Release {
    let Concepts { name, set, edition, facts, table, coverage, unreadable, lines, problems, .. } = concepts;
    let pieces = table.pieces.clone();
    let place = |order: u32| {
        let line = lines.get(order as usize).copied().unwrap_or(0);
        let file = pieces.iter().rfind(|piece| piece.start <= order).map_or(&name, |piece| &piece.file);
        Place { line: Some(line).filter(|line| *line > 0), ..Place::file(file) }
    };
    let (mut release, repeated) = Release::new(set, table);
    release.edition = edition;
    release.facts = facts;
    release.file.clone_from(&name);
    release.coverage = coverage;
    release.unreadable = unreadable.into_iter().filter(|code| release.find(code).is_none()).collect();
    release.problems = problems;
    let mut found = Problems::default();
    for order in repeated {
        found.add(ProblemCode::DuplicateCode, || {
            let fact = "this code is in an earlier record as well; the earlier one counts";
            Problem::new(ProblemCode::DuplicateCode, place(order), fact)
        });
    }
    if set.hierarchy == Hierarchy::ByCode {
        check_invariants(&release, &place, &mut found);
    }
    release.problems.extend(found.finish(&name));
    release
}

/// Checks the invariants of every official file: billable codes have no codes below them, and every header has some.
fn check_invariants(release: &Release, place: &dyn Fn(u32) -> Place, found: &mut Problems) {
    let mut entries = release.entries().peekable();
    while let Some(entry) = entries.next() {
        let has_child = entries.peek().is_some_and(|next| next.code().starts_with(entry.code()));
        let (code, fact) = match (entry.level(), has_child) {
            (Level::Code, true) => (ProblemCode::BillableParent, "a billable code has codes below it"),
            (Level::Header, false) => (ProblemCode::ChildlessHeader, "a header has no code below it"),
            _ => continue,
        };
        found.add(code, || Problem::new(code, place(entry.order()), format!("{}: {fact}", entry.display())));
    }
}

/// Compares a member of an archive with the release from another member. If they agree, that is a note.
fn compare_spare(release: &mut Release, spare: Concepts) {
    let (name, before) = (spare.name.clone(), release.problems.len());
    if spare.set != release.set {
        let fact = format!("skipped: it is {}, but the release is {}", spare.set.title, release.set.title);
        release.problems.push(Problem::new(ProblemCode::PassedOver, Place::file(&name), fact));
        return;
    }
    let has_all = spare.coverage.headers || !release.coverage.headers;
    let (theirs, ours) = (spare.table.concepts.len(), release.len());
    if !has_all {
        check_codes_file(release, spare);
    } else if !is_copy(release, spare) {
        let fact = format!(
            "skipped: it has {}, but {} has {}",
            counted(theirs as u64, "record", "records"),
            release.file,
            grouped(ours as u64)
        );
        release.problems.push(Problem::new(ProblemCode::CopyDiffers, Place::file(&name), fact));
    }
    if release.problems.len() == before {
        let fact = format!("skipped: it has the same content as {}", release.file);
        release.problems.push(Problem::new(ProblemCode::PassedOver, Place::file(&name), fact));
    }
}

/// Checks that the codes file of a release repeats its billable rows: same codes, same long descriptions.
fn check_codes_file(release: &mut Release, codes: Concepts) {
    let Concepts { name, set, table, problems, .. } = codes;
    let (codes, _) = Release::new(set, table);
    let mut found = Problems::default();
    let mut report = |code: &str, fact: &str| {
        found.add(ProblemCode::CodesFileDiffers, || {
            let fact = format!("{}: {fact}", (set.display)(code));
            Problem::new(ProblemCode::CodesFileDiffers, Place::file(&name), fact)
        });
    };
    let mut theirs = codes.entries().peekable();
    for ours in release.entries().filter(|entry| entry.level() == Level::Code) {
        while let Some(more) = theirs.next_if(|entry| entry.code() < ours.code()) {
            report(more.code(), "is in the codes file, but is not a billable code of the order file");
        }
        match theirs.next_if(|entry| entry.code() == ours.code()) {
            None => report(ours.code(), "is billable in the order file, but not in the codes file"),
            Some(same) if same.long() != ours.long() => {
                report(ours.code(), "has another description in the codes file than in the order file");
            }
            Some(_) => {}
        }
    }
    for more in theirs {
        report(more.code(), "is in the codes file, but is not a billable code of the order file");
    }
    let found = found.finish(&name);
    release.problems.extend(problems);
    release.problems.extend(found);
}
