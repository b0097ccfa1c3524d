//! The sheets of a report: what is to be filled in, a summary, one for each other section with rows of its own, then the
//! problems.

use jiff::civil::Date;

use super::people;
use super::spread::across;
use crate::model::Problem;
use crate::view::{Cell, Part, Report, Section, Table};

/// A workbook.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Workbook {
    pub(super) title: String,
    /// The creation date in the file.
    pub(super) day: Option<Date>,
    pub(super) sheets: Vec<Sheet>,
    /// The problems with the input, and those of fitting: the last sheet.
    pub(super) problems: Vec<Problem>,
}

/// A sheet.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) body: Body,
}

/// The content of a sheet.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    /// Texts and small tables, one below the other.
    Page(Vec<Block>),
    /// One table with titles in the first row, to be sorted and filtered.
    Rows(Table),
}

/// A part of a sheet of texts and small tables.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    Heading(String),
    Text(String),
    Table(Table),
}

/// Returns the workbook of a report.
pub(super) fn workbook(report: Report) -> Workbook {
    let mut summary: Vec<Block> = report.lead.into_iter().map(Block::Text).collect();
    if !report.metrics.is_empty() {
        summary.push(Block::Table(people::metrics(&report.metrics)));
    }
    let mut contents = Table::new(&["sheet", "entries", "rows", "content"]).numbers(&["entries", "rows"]);
    let (mut first, mut rows, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    let legend = Section::new("Legend").terms(report.legend);
    let legend = Some(legend).filter(|legend| !legend.parts.is_empty());
    for section in report.sections.into_iter().chain(legend).chain(report.appendix) {
        match section.sheet {
            Some(name) => {
                let (own, other) = split(section.parts);
                let table = own.map(across).unwrap_or_default();
                let about = if section.about.is_empty() { &section.heading } else { &section.about };
                contents.row(vec![
                    Cell::from(name),
                    Cell::from(section.count),
                    Cell::Count(table.rows.len() as u64),
                    Cell::from(about.as_str()),
                ]);
                // A section whose rows were left out has nothing to filter.
                if !table.columns.is_empty() {
                    let sheets = if section.is_first_sheet { &mut first } else { &mut rows };
                    sheets.push(Sheet { name: name.to_owned(), body: Body::Rows(table) });
                }
                if !other.is_empty() {
                    rest.push(Block::Heading(section.heading));
                    rest.extend(other.into_iter().map(block));
                }
            }
            None => {
                if !section.heading.is_empty() {
                    rest.push(Block::Heading(people::heading(&section)));
                }
                if !section.about.is_empty() {
                    rest.push(Block::Text(section.about));
                }
                rest.extend(section.parts.into_iter().map(block));
            }
        }
    }
    if !report.problems.is_empty() {
        let count = Cell::Count(report.problems.len() as u64);
        contents.row(vec![
            Cell::from("Problems"),
            count.clone(),
            count,
            Cell::from("Problems in the files."),
        ]);
    }
    if !contents.rows.is_empty() {
        summary.push(Block::Heading("Sheets".to_owned()));
        summary.push(Block::Table(contents));
    }
    summary.extend(rest);
    let summary = Sheet { name: "Summary".to_owned(), body: Body::Page(summary) };
    let sheets = first.into_iter().chain([summary]).chain(rows).collect();
    Workbook { title: report.title, day: report.day, sheets, problems: report.problems }
}

/// Separates the rows that get the sheet of a section from its other parts.
fn split(mut parts: Vec<Part>) -> (Option<Table>, Vec<Part>) {
    let own = parts.iter().position(|part| matches!(part, Part::Table(..) | Part::Findings(..)));
    let table = own.map(|at| parts.remove(at)).and_then(|part| match part {
        Part::Table(_, table) | Part::Findings(_, table) => Some(table),
        _ => None,
    });
    (table, parts)
}

fn block(part: Part) -> Block {
    match part {
        Part::Heading(text) => Block::Heading(text),
        Part::Text(text) => Block::Text(text),
        Part::Table(_, table) | Part::Findings(_, table) => Block::Table(across(table)),
        Part::Terms(terms) => Block::Table(people::terms(&terms)),
        Part::Steps(steps) => Block::Table(people::steps(&steps)),
        Part::Statement(statement) => Block::Text(people::statement(&statement)),
        Part::Trees(trees) => Block::Table(people::trees(&trees)),
        Part::Footnotes(notes) => Block::Table(people::footnotes(&notes)),
    }
}

/// Returns problems as rows.
pub(super) fn problem_table(problems: &[Problem]) -> Table {
    let titles = ["severity", "problem", "fact", "help", "file", "line", "column", "sheet", "cell"];
    let mut table = Table::new(&titles).numbers(&["line", "column"]);
    for problem in problems {
        let place = &problem.place;
        table.row(vec![
            Cell::from(problem.severity.word()),
            Cell::from(problem.code.word()),
            Cell::from(problem.fact.as_str()),
            Cell::from(problem.hint.as_deref()),
            Cell::from(place.file.as_str()),
            Cell::from(place.line.map(u64::from)),
            Cell::from(place.column.map(u64::from)),
            Cell::from(place.sheet.as_deref()),
            Cell::from(place.cell.as_deref()),
        ]);
    }
    table.without_empty_columns()
}
