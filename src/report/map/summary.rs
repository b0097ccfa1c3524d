//! The counts of a map: its rows by flag, its sources by what corresponds to them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::base::closed_list;
use crate::crosswalk::{Alternative, Counterparts, Direction, MapReader};
use crate::model::{Classification, Closeness, CodeMap, Counterpart, MapRow};
use crate::view::{Cell, Section, Table, column};

/// The kinds of correspondence of a source: word, meaning.
const SOURCES: &[(&str, &str)] = &[
    ("exact", "one code, identical"),
    ("approximate", "one code, approximate"),
    ("one", "one code; the publisher does not state how close"),
    ("several", "several targets, of which one applies"),
    ("combination", "several codes together, in some cases with single codes as alternatives"),
    ("cluster", "one cluster of codes"),
    ("block", "no code: leads to a block"),
    ("chapter", "no code: leads to a chapter"),
    ("no-map", "the publisher states that there is no equivalent"),
];

/// The number of rows with the same flags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FlagCount {
    /// Approximate, no map, combination, scenario, choice list: a digit each.
    pub flags: String,
    /// The same in words.
    pub words: String,
    /// The number of rows.
    pub rows: u64,
}

/// A map and its counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MapSummary {
    /// The file.
    pub file: String,
    /// The kind of map.
    pub kind: MapKind,
    /// The source classification, by the name used in commands.
    pub from: &'static str,
    /// The target classification.
    pub to: &'static str,
    /// The release that the file names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// Rows of the file that were read.
    pub rows: u64,
    /// Different sources that are codes.
    pub sources: u64,
    /// Sources that are blocks or chapters: counted here only.
    pub headings: u64,
    /// Different targets that are codes or clusters.
    pub targets: u64,
    /// Sources with more than one alternative of codes that belong together.
    pub several_scenarios: u64,
    /// Lists, in all scenarios, of more than one code to choose from.
    pub choice_lists: u64,
    /// Rows by their flags; empty where the layout has none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<FlagCount>,
    /// Sources that are codes by their kind of correspondence: each is counted once.
    pub by_source: BTreeMap<&'static str, u64>,
}

closed_list! {
    /// The kind of map that has it.
    pub enum MapKind {
        /// A general equivalence mapping of CMS and NCHS: a suggestion by its own documentation, not a crosswalk.
        Gem = "gem",
        /// A mapping table of the WHO.
        WhoMap = "who-map",
    }
}

impl MapKind {
    pub(super) fn of(map: &CodeMap) -> Self {
        if map.target == Classification::Icd11 { Self::WhoMap } else { Self::Gem }
    }
}

impl MapSummary {
    /// Counts a map, as its file has it.
    pub(super) fn of(map: &CodeMap) -> Self {
        let kind = MapKind::of(map);
        let mut summary = Self {
            file: map.name.clone(),
            kind,
            from: map.source.word(),
            to: map.target.word(),
            release: map.release.clone(),
            rows: map.rows().len() as u64,
            sources: 0,
            headings: 0,
            targets: map.rows().iter().filter_map(|row| row.target.code()).collect::<BTreeSet<_>>().len()
                as u64,
            several_scenarios: 0,
            choice_lists: 0,
            flags: if kind == MapKind::Gem { flag_counts(map) } else { Vec::new() },
            by_source: BTreeMap::new(),
        };
        let forward = MapReader::new(map, Direction::Forward);
        let sources = forward.codes().into_iter().filter_map(|code| forward.counterparts(code));
        sources.for_each(|source| summary.add(map, &source));
        summary
    }

    fn add(&mut self, map: &CodeMap, source: &Counterparts<'_>) {
        if !source.is_code {
            self.headings += 1;
            return;
        }
        self.sources += 1;
        *self.by_source.entry(word(map, source)).or_default() += 1;
        let scenarios = source.alternatives.iter().filter(|one| one.scenario.is_some()).count();
        self.several_scenarios += u64::from(scenarios > 1);
        let lists = source.alternatives.iter().flat_map(|one| &one.lists);
        self.choice_lists += lists.filter(|list| list.len() > 1).count() as u64;
    }

    /// Returns the title of the map, for headings.
    pub(super) fn title(&self) -> String {
        let release = self.release.as_ref().map(|release| format!(" ({release})")).unwrap_or_default();
        format!("{}{release}: {} -> {}", self.file, titled(self.from), titled(self.to))
    }

    /// Returns the counts for people.
    pub(super) fn section(&self) -> Section {
        let mut counts = vec![("rows", self.rows), ("sources", self.sources)];
        if self.headings > 0 {
            counts.push(("blocks and chapters as sources", self.headings));
        }
        counts.push(("targets", self.targets));
        if self.kind == MapKind::Gem {
            counts.push(("sources with several scenarios", self.several_scenarios));
            counts.push(("lists to choose from in scenarios", self.choice_lists));
        }
        let counts = Table::of(
            [
                column("", |(name, _): &(&str, u64)| Cell::from(*name)),
                column("", |(_, count): &(&str, u64)| Cell::Count(*count)),
            ],
            &counts,
        );
        let kinds = SOURCES.iter().filter(|(word, _)| self.by_source.contains_key(word));
        Section::new(self.title())
            .table("Counts", Table { is_outline: true, ..counts })
            .bars(
                "Sources by kind of equivalent",
                kinds,
                [
                    column("sources", |(word, _): &(&str, &str)| Cell::from(*word)),
                    column("count", |(word, _): &(&str, &str)| Cell::Count(self.by_source[word])),
                    column("meaning", |(_, meaning): &(&str, &str)| Cell::from(*meaning)),
                ],
            )
            .table(
                "Rows by their flags",
                Table::of(
                    [
                        column("flags", |count: &FlagCount| Cell::code(count.flags.clone())),
                        column("rows", |count: &FlagCount| Cell::Count(count.rows)),
                        column("meaning", |count: &FlagCount| Cell::from(count.words.as_str())),
                    ],
                    &self.flags,
                ),
            )
    }
}

/// Returns the common name of a classification.
pub(super) fn titled(id: &'static str) -> &'static str {
    Classification::from_word(id).map_or(id, Classification::title)
}

fn word(map: &CodeMap, source: &Counterparts<'_>) -> &'static str {
    let together = |one: &Alternative<'_>| one.lists.len() > 1;
    match &source.alternatives[..] {
        [] => match source.without_code.first().map(|row| &row.target) {
            Some(Counterpart::Block(_)) => "block",
            Some(Counterpart::Chapter(_)) => "chapter",
            _ => "no-map",
        },
        all if all.iter().any(together) => "combination",
        [only] if source.without_code.is_empty() => match only.lists.first().and_then(|list| list.first()) {
            _ if only.single().is_none() => "several",
            Some(row) if row.target.code().is_some_and(|code| map.target.parts(code).is_some()) => "cluster",
            Some(row) => of_one(row.closeness),
            None => "no-map",
        },
        _ => "several",
    }
}

fn of_one(closeness: Closeness) -> &'static str {
    match closeness {
        Closeness::Identical => "exact",
        Closeness::Approximate => "approximate",
        Closeness::Unstated => "one",
    }
}

/// Counts rows by flags, the most frequent first.
fn flag_counts(map: &CodeMap) -> Vec<FlagCount> {
    let mut counts: BTreeMap<String, (String, u64)> = BTreeMap::new();
    for row in map.rows() {
        let count = counts.entry(digits(row)).or_insert_with(|| (words(row), 0));
        count.1 += 1;
    }
    let counts = counts.into_iter().map(|(flags, (words, rows))| FlagCount { flags, words, rows });
    let mut counts: Vec<_> = counts.collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.rows));
    counts
}

/// Returns the flags as the file writes them.
fn digits(row: &MapRow) -> String {
    let (scenario, choice) = row.combination.map_or((0, 0), |place| (place.scenario, place.choice));
    let approximate = u8::from(row.closeness == Closeness::Approximate);
    let no_map = u8::from(row.target == Counterpart::None);
    format!("{approximate}{no_map}{}{scenario}{choice}", u8::from(row.combination.is_some()))
}

/// Describes the flags of a row in words; empty where the layout has none.
pub(super) fn words(row: &MapRow) -> String {
    if row.target == Counterpart::None {
        return "no map".to_owned();
    }
    let closeness = match row.closeness {
        Closeness::Unstated => None,
        stated => Some(stated.word().to_owned()),
    };
    let combination = row
        .combination
        .map(|place| format!("combination, scenario {}, choice list {}", place.scenario, place.choice));
    closeness.into_iter().chain(combination).collect::<Vec<_>>().join(", ")
}
