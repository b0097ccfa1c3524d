//! Reports as HTML: one file with search, filters and sorting.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::page::{self, Run, runs, word};
use super::people;
use super::svg::TreeDrawing;
use crate::base::{day, grouped};
use crate::model::Problem;
use crate::view::{self, Cell, Report, Shown, Table, Target};

const PAGE: &str = include_str!("html/page.html");
const SCRIPT: &str = include_str!("html/page.js");

/// Minimum number of rows for which search and filters are useful.
const WORTH_SEARCHING: usize = 6;

/// Maximum number of columns of a table that is not scrolled sideways.
const MOST_COLUMNS: usize = 8;

/// Number of sections that are next to each other on a first page.
const FIRST: usize = 2;

/// Number of names of a cell that a page always shows; the others are opened.
const SHOWN: usize = 4;

/// Number of shades of a heat map.
const SHADES: u64 = 5;

/// Writes a report.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    page::write(PAGE, &[page::STYLE], &[page::SEARCH, SCRIPT], &Page::of(report), out)
}

/// A page as the template takes it.
#[derive(Serialize)]
struct Page<'v> {
    title: &'v str,
    heading: &'v str,
    editions: Vec<Edition<'v>>,
    lead: Option<&'v str>,
    metrics: Vec<Metric<'v>>,
    sections: Vec<Section<'v>>,
    /// The words of the page.
    legend: Vec<Term<'v>>,
    /// The day to count down to.
    countdown: Option<String>,
    /// The class of its layout; empty for the usual one.
    layout: &'static str,
    /// Number of the sections of a first page that are next to each other.
    first: usize,
}

#[derive(Serialize)]
struct Edition<'v> {
    word: &'static str,
    id: &'v str,
    date: Option<String>,
    effective: Option<String>,
    file: Option<&'v str>,
}

#[derive(Serialize)]
struct Metric<'v> {
    value: String,
    label: &'static str,
    note: &'v str,
    tone: &'static str,
}

#[derive(Serialize)]
struct Section<'v> {
    heading: &'v str,
    count: Option<String>,
    parts: Vec<Part<'v>>,
}

#[derive(Serialize)]
#[serde(tag = "is", rename_all = "lowercase")]
enum Part<'v> {
    Heading { text: &'v str },
    Text { text: &'v str },
    Listing(Listing<'v>),
    Terms { terms: Vec<Term<'v>> },
    Problems { problems: Vec<Message<'v>> },
    Steps { steps: Vec<Step<'v>> },
    Statement { statement: Statement<'v> },
    Trees { caption: &'v str, trees: Vec<TreeDrawing<'v>> },
    Footnotes { notes: &'v [String] },
}

#[derive(Serialize)]
struct Statement<'v> {
    label: &'static str,
    tentative: bool,
    headline: &'v str,
    text: &'v str,
    footnotes: &'v [usize],
}

#[derive(Serialize)]
struct Step<'v> {
    title: &'v str,
    file: &'v str,
    about: &'v str,
}

#[derive(Serialize)]
struct Term<'v> {
    word: &'v str,
    tone: &'static str,
    meaning: &'v str,
}

#[derive(Serialize)]
struct Message<'v> {
    severity: &'static str,
    tone: &'static str,
    code: &'static str,
    fact: &'v str,
    place: String,
    hint: Option<&'v str>,
}

#[derive(Serialize)]
struct Listing<'v> {
    caption: &'v str,
    columns: Vec<Head<'v>>,
    rows: Vec<Vec<Field<'v>>>,
    /// True if rows may be searched, sorted and filtered.
    tools: bool,
    /// True if it is scrolled sideways.
    wide: bool,
    /// The bar of each row; empty where it is not a chart.
    bars: Vec<Bar>,
    /// The shade of each cell, from 0 to 5; empty where it is not a heat map.
    shades: Vec<Vec<u64>>,
}

#[derive(Serialize)]
struct Bar {
    label: String,
    width: String,
}

#[derive(Serialize)]
struct Head<'v> {
    title: &'v str,
    number: bool,
    /// The words that rows may be filtered by, each with the number of rows.
    filter: Vec<(&'v str, usize)>,
}

#[derive(Serialize)]
#[serde(tag = "is", rename_all = "lowercase")]
enum Field<'v> {
    Empty,
    Text {
        text: &'v str,
    },
    Code {
        text: &'v str,
    },
    Number {
        text: String,
        sort: String,
    },
    Day {
        text: String,
        sort: String,
    },
    Badge {
        word: &'v str,
        tone: &'static str,
    },
    Words {
        words: Vec<Run<'v>>,
    },
    Entry {
        code: &'v str,
        was: Option<&'v str>,
        texts: Vec<Text<'v>>,
    },
    Targets {
        targets: Vec<Instead<'v>>,
        /// True if each of them needs its basis.
        bases: bool,
        evidence: Vec<Evidence<'v>>,
        questions: Vec<Question<'v>>,
        paths: &'v [String],
    },
    Shares {
        shares: &'v [(String, String)],
        shown: usize,
    },
    Progress {
        text: String,
        sort: u64,
        width: String,
    },
    Link {
        file: &'v str,
        text: &'v str,
    },
}

#[derive(Serialize)]
struct Text<'v> {
    label: &'static str,
    words: Vec<Run<'v>>,
}

#[derive(Serialize)]
struct Instead<'v> {
    code: &'v str,
    text: &'v str,
    provenance: &'static str,
    basis: Cow<'static, str>,
    with: &'v str,
}

#[derive(Serialize)]
struct Evidence<'v> {
    provenance: &'static str,
    basis: Cow<'static, str>,
    place: &'v str,
    codes: &'v [String],
}

#[derive(Serialize)]
struct Question<'v> {
    about: &'v str,
    answers: &'v [(String, String)],
}

impl<'v> Page<'v> {
    fn of(report: &'v Report) -> Self {
        let edition = |edition: &'v view::Edition| Edition {
            word: edition.word,
            id: &edition.id,
            date: edition.effective.map(|day| day.to_string()),
            effective: edition.effective.map(day),
            file: edition.file.as_deref(),
        };
        let metric = |metric: &'v view::Metric| Metric {
            value: grouped(metric.value),
            label: metric.label,
            note: &metric.note,
            tone: word(metric.tone),
        };
        let sections = report.sections.iter().filter(|section| section.shown != Shown::Workbook);
        let mut sections: Vec<_> = sections.map(Section::of).collect();
        if report.layout == view::Layout::OnePage {
            sections.iter_mut().for_each(Section::without_tools);
        }
        let problems = (!report.problems.is_empty()).then(|| Section::of_problems(&report.problems));
        Self {
            title: &report.title,
            heading: if report.heading.is_empty() { &report.title } else { &report.heading },
            editions: report.editions.iter().map(edition).collect(),
            lead: report.lead.as_deref(),
            countdown: report.day.filter(|_| report.counts_down).map(|day| day.to_string()),
            layout: match report.layout {
                view::Layout::Long => "",
                view::Layout::OnePage => "onepage",
                view::Layout::FirstPage => "dashboard",
            },
            first: FIRST,
            legend: report.legend.iter().map(Term::of).collect(),
            metrics: report.metrics.iter().map(metric).collect(),
            sections: sections
                .into_iter()
                .chain(problems)
                .chain(report.appendix.iter().map(Section::of))
                .collect(),
        }
    }
}

impl<'v> Section<'v> {
    fn of(section: &'v view::Section) -> Self {
        let about = (!section.about.is_empty()).then_some(Part::Text { text: &section.about });
        let of_part = |part| Part::of(part, &section.heading);
        Self {
            heading: &section.heading,
            count: section.count.map(grouped),
            parts: about.into_iter().chain(section.parts.iter().map(of_part)).collect(),
        }
    }

    /// Takes away search and filters, which a printed page has no use for.
    fn without_tools(&mut self) {
        for part in &mut self.parts {
            if let Part::Listing(listing) = part {
                listing.tools = false;
            }
        }
    }

    fn of_problems(problems: &'v [Problem]) -> Self {
        let about = Part::Text { text: "Problems in the files, and notes on how they were read." };
        let message = |problem: &'v Problem| Message {
            severity: problem.severity.word(),
            tone: word(problem.severity.into()),
            code: problem.code.word(),
            fact: &problem.fact,
            place: if problem.place.file.is_empty() { String::new() } else { problem.place.to_string() },
            hint: problem.hint.as_deref(),
        };
        let problems_part = Part::Problems { problems: problems.iter().map(message).collect() };
        Self {
            heading: "Problems",
            count: Some(grouped(problems.len() as u64)),
            parts: vec![about, problems_part],
        }
    }
}

impl<'v> Part<'v> {
    fn of(part: &'v view::Part, heading: &'v str) -> Self {
        match part {
            view::Part::Heading(text) => Self::Heading { text },
            view::Part::Text(text) => Self::Text { text },
            view::Part::Table(caption, table) => Self::Listing(Listing::of(caption, table)),
            view::Part::Findings(_, table) => Self::Listing(Listing::of(heading, table)),
            view::Part::Steps(steps) => {
                let step =
                    |step: &'v view::Step| Step { title: &step.title, file: &step.file, about: &step.about };
                Self::Steps { steps: steps.iter().map(step).collect() }
            }
            view::Part::Statement(statement) => Self::Statement {
                statement: Statement {
                    label: statement.label,
                    tentative: statement.is_tentative,
                    headline: &statement.headline,
                    text: &statement.text,
                    footnotes: &statement.footnotes,
                },
            },
            view::Part::Trees(trees) => Self::Trees {
                caption: &trees.caption,
                trees: trees.trees.iter().map(TreeDrawing::of).collect(),
            },
            view::Part::Footnotes(notes) => Self::Footnotes { notes },
            view::Part::Terms(terms) => Self::Terms { terms: terms.iter().map(Term::of).collect() },
        }
    }
}

impl<'v> Term<'v> {
    fn of(term: &'v view::Term) -> Self {
        Self { word: &term.word, tone: word(term.tone), meaning: &term.meaning }
    }
}

impl<'v> Listing<'v> {
    fn of(caption: &'v str, table: &'v Table) -> Self {
        let shown: Vec<usize> =
            (0..table.columns.len()).filter(|at| table.columns[*at].fill_in.is_none()).collect();
        let head = |at: &usize| {
            let head = &table.columns[*at];
            Head {
                title: &head.title,
                number: head.is_number,
                filter: if head.is_filter {
                    choices(table.rows.iter().map(|row| &row[*at]))
                } else {
                    Vec::new()
                },
            }
        };
        Self {
            caption,
            columns: shown.iter().map(head).collect(),
            rows: table
                .rows
                .iter()
                .map(|row| shown.iter().map(|at| Field::of(&row[*at])).collect())
                .collect(),
            bars: bars(table),
            shades: shades(table),
            tools: !table.is_outline && !table.has_bars && table.rows.len() >= WORTH_SEARCHING,
            wide: shown.len() > MOST_COLUMNS,
        }
    }
}

/// Returns the words that rows may be filtered by, in order, each with the number of its rows; empty where there is no
/// choice.
fn choices<'v>(cells: impl Iterator<Item = &'v Cell>) -> Vec<(&'v str, usize)> {
    let mut counts = BTreeMap::new();
    for key in cells.flat_map(Cell::keys) {
        *counts.entry(key).or_insert(0) += 1;
    }
    if counts.len() > 1 { counts.into_iter().collect() } else { Vec::new() }
}

/// Returns the shade of each cell of a heat map: 0 without a number, otherwise 1 to 5 by the share of the largest.
fn shades(table: &Table) -> Vec<Vec<u64>> {
    if !table.has_shades {
        return Vec::new();
    }
    let number = |cell: &Cell| match cell {
        Cell::Count(count) => *count,
        _ => 0,
    };
    let most = table.rows.iter().flatten().map(number).max().unwrap_or(0).max(1);
    let shade = |cell: &Cell| (number(cell) * SHADES).div_ceil(most);
    table.rows.iter().map(|row| row.iter().map(shade).collect()).collect()
}

/// Returns the bar of each row: the number it shows, with its title, and its length in percent of the longest.
fn bars(table: &Table) -> Vec<Bar> {
    let number = |row: &[Cell], at: usize| match &row[at] {
        Cell::Count(count) => *count,
        _ => 0,
    };
    let Some(at) = table.columns.iter().position(|head| head.is_number).filter(|_| table.has_bars) else {
        return Vec::new();
    };
    let longest = table.rows.iter().map(|row| number(row, at)).max().unwrap_or(0).max(1);
    let bar = |row: &Vec<Cell>| Bar {
        label: format!("{} {}", people::text(&row[at]), table.columns[at].title),
        width: format!("{:.2}", number(row, at) as f64 / longest as f64 * 100.0),
    };
    table.rows.iter().map(bar).collect()
}

impl<'v> Field<'v> {
    fn of(cell: &'v Cell) -> Self {
        let number = |sort: String| Self::Number { text: people::text(cell), sort };
        match cell {
            Cell::Empty => Self::Empty,
            Cell::Text(text) => Self::Text { text },
            Cell::Code(text) => Self::Code { text },
            Cell::Count(count) => number(count.to_string()),
            // Hidden numbers are sorted before all others.
            Cell::Hidden => number("0".to_owned()),
            Cell::Change(change) => number(change.to_string()),
            Cell::Amount(amount) => number(amount.to_string()),
            Cell::Share(share) => number(format!("{share:.6}")),
            Cell::Day(date) => Self::Day { text: day(*date), sort: date.to_string() },
            Cell::Badge(text, tone) => Self::Badge { word: text, tone: word(*tone) },
            Cell::Words(words) => Self::Words { words: runs(words) },
            Cell::Shares(shares) => Self::Shares { shares, shown: SHOWN },
            Cell::Progress(done, all) => Self::Progress {
                text: people::text(cell),
                sort: done * 1000 / (*all).max(1),
                width: format!("{:.2}", *done as f64 / (*all).max(1) as f64 * 100.0),
            },
            Cell::Link(link) => Self::Link { file: &link.file, text: &link.text },
            Cell::Entry(entry) => Self::Entry {
                code: &entry.code,
                was: entry.was.as_deref(),
                texts: entry
                    .texts
                    .iter()
                    .map(|text| Text { label: text.label, words: runs(&text.words) })
                    .collect(),
            },
            Cell::Targets(targets) => Self::Targets {
                targets: targets.targets.iter().map(Instead::of).collect(),
                bases: needs_bases(targets),
                evidence: targets.evidence.iter().map(Evidence::of).collect(),
                questions: targets
                    .questions
                    .iter()
                    .map(|question| Question { about: &question.about, answers: &question.answers })
                    .collect(),
                paths: &targets.paths,
            },
        }
    }
}

/// Returns whether the evidence in common does not say the provenance of all targets: it differs, or names another set.
fn needs_bases(targets: &view::Targets) -> bool {
    let in_common: Vec<_> = targets.evidence.iter().map(view::EvidenceLine::provenance).collect();
    let differ = targets.targets.windows(2).any(|pair| pair[0].provenance != pair[1].provenance);
    differ || targets.targets.first().is_some_and(|target| !in_common.contains(&target.provenance))
}

impl<'v> Instead<'v> {
    fn of(target: &'v Target) -> Self {
        Self {
            code: &target.code,
            text: &target.text,
            provenance: target.provenance.word(),
            basis: target.provenance.basis(),
            with: &target.with,
        }
    }
}

impl<'v> Evidence<'v> {
    fn of(line: &'v view::EvidenceLine) -> Self {
        let provenance = line.provenance();
        Self {
            provenance: provenance.word(),
            basis: provenance.basis(),
            place: &line.place,
            codes: &line.codes,
        }
    }
}
