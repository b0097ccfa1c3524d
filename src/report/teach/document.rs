//! The handout for Markdown.

use super::rewording::rewordings;
use super::{METHOD, TeachReport, counts, notes};
use crate::base::grouped;
use crate::diff::Change;
use crate::model::Release;
use crate::report::crosswalk::{TargetRow, capital};
use crate::report::document::{Block, Cell, Document, Table};
use crate::report::workbook::sources;
use crate::teach::{Asked, Citation, Lesson, LostCode, NewCode, StatedBy, describe};

/// Returns the handout.
pub(super) fn document(report: &TeachReport<'_>) -> Document {
    let mut blocks = vec![Block::Text(format!("{}.", report.title()))];
    blocks.extend(METHOD.iter().map(|text| Block::Text((*text).to_owned())));
    for lesson in &report.teaching.lessons {
        blocks.extend(of_lesson(report, lesson));
    }
    let left_out = report.left_out();
    if !left_out.is_empty() {
        blocks.push(Block::Heading("What is not in here".to_owned()));
        blocks.extend(left_out.into_iter().map(Block::Text));
    }
    blocks.extend(sources(&report.old, &report.new));
    Document { title: report.heading(), blocks }
}

fn of_lesson(report: &TeachReport<'_>, lesson: &Lesson<'_>) -> Vec<Block> {
    let (name, old, new) = (report.name(lesson), report.teaching.old, report.teaching.new);
    let mut blocks = vec![Block::Heading(name.clone())];
    blocks.extend(lesson.scope.about(new.set).map(Block::Text));
    if lesson.is_empty() {
        blocks.push(Block::Text(report.nothing()));
        return blocks;
    }
    let numbers = counts(lesson).into_iter().filter(|(_, count, _)| *count > 0);
    let numbers: Vec<_> =
        numbers.map(|(word, count, about)| format!("{} {word} ({about})", grouped(count as u64))).collect();
    blocks.push(Block::Text(format!("{}.", numbers.join(", "))));
    let whole: Vec<_> = lesson.gone.iter().filter(|lost| !lost.is_split()).collect();
    let narrowed: Vec<_> = lesson.narrowed.iter().filter(|lost| !lost.is_split()).collect();
    let parts = [
        ("new", lesson.fresh.len(), fresh(&lesson.fresh, new)),
        ("split", lesson.split().count(), lost(&lesson.split().collect::<Vec<_>>(), report)),
        ("gone, not split", whole.len(), lost(&whole, report)),
        ("narrowed: still valid, a part has its own code", narrowed.len(), lost(&narrowed, report)),
        ("what the documentation must say now", 1, asked(&lesson.asked(old))),
        ("reworded", lesson.reworded.len(), reworded(&lesson.reworded, new)),
        ("re-noted", lesson.renoted.len(), renoted(&lesson.renoted, new)),
        ("moved", lesson.moved.len(), listed(&lesson.moved, new)),
        ("new headings", lesson.headings.len(), listed(&lesson.headings, new)),
    ];
    for (part, count, table) in parts.into_iter().filter(|(.., table)| !table.rows.is_empty()) {
        let part = if report.teaching.lessons.len() == 1 { capital(part) } else { format!("{name}: {part}") };
        let number = if count > 1 { format!(" ({})", grouped(count as u64)) } else { String::new() };
        blocks.extend([Block::Heading(format!("{part}{number}")), Block::Table(table)]);
    }
    blocks
}

fn fresh(fresh: &[NewCode<'_>], new: &Release) -> Table {
    let mut table = Table::new(&["code", "description", "before", "source"]);
    for one in fresh {
        let citation = Citation::of(one.entry, new).with_rows(&one.before);
        table.row(vec![
            Cell::Code(one.entry.display()),
            Cell::from(one.entry.shown_long()),
            Cell::from(describe(&one.before)),
            Cell::from(citation.place()),
        ]);
    }
    table.without_empty_columns()
}

fn lost(all: &[&LostCode<'_>], report: &TeachReport<'_>) -> Table {
    let (old, set) = (report.teaching.old, report.teaching.new.set);
    let titles = [
        "code",
        "description",
        "change",
        "last day",
        "use instead",
        "description",
        "together with",
        "basis",
        "source",
    ];
    let mut table = Table::new(&titles);
    for lost in all {
        let source = lost.mapping.source;
        let last_day = lost.last_day.map_or(Cell::Empty, |day| Cell::Text(day.to_string()));
        let mut first = vec![
            Cell::Code(source.display()),
            Cell::from(source.shown_long()),
            Cell::Kind(lost.kind.word()),
            last_day,
        ];
        let rows = TargetRow::instead_of(&lost.mapping);
        if rows.is_empty() {
            let citation = Citation::of(source, old).place();
            first.extend([
                Cell::Empty,
                Cell::from("no successor is known"),
                Cell::Empty,
                Cell::Empty,
                Cell::from(citation),
            ]);
            table.row(std::mem::take(&mut first));
        }
        for (at, row) in rows.iter().enumerate() {
            let citation = Citation::of(source, old);
            let citation = match lost.mapping.targets.get(at) {
                Some(target) => citation.with_rows([target]),
                None => citation.with_mapping(&lost.mapping),
            };
            let mut cells = std::mem::take(&mut first);
            // The row continues the one above.
            cells.resize(4, Cell::Empty);
            let with = row.with.iter().map(|code| (set.display)(code)).collect::<Vec<_>>().join(" + ");
            cells.extend([
                Cell::Code(row.display.clone()),
                Cell::from(row.long),
                Cell::from(with),
                Cell::from(row.provenance.basis().as_ref()),
                Cell::from(citation.place()),
            ]);
            table.row(cells);
        }
    }
    table.without_empty_columns()
}

fn asked(all: &[Asked<'_>]) -> Table {
    let mut table = Table::new(&["code", "question", "the record says", "code then", "source"]);
    for asked in all {
        for (at, answer) in asked.answers.iter().enumerate() {
            let first = |cell: Cell| if at == 0 { cell } else { Cell::Empty };
            let question = if asked.stated_by != StatedBy::Nobody {
                asked.question.to_owned()
            } else {
                format!("{} (suggested)", asked.question)
            };
            table.row(vec![
                first(Cell::Code(asked.source.display())),
                first(Cell::from(question)),
                Cell::from(answer.words.as_str()),
                Cell::Code(answer.codes.join(", ")),
                first(Cell::from(asked.citation.place())),
            ]);
        }
    }
    table
}

fn reworded(changes: &[Change<'_>], new: &Release) -> Table {
    let mut table = Table::new(&["code", "level", "which", "before", "now", "source"]);
    for row in rewordings(changes, new) {
        table.row(vec![
            Cell::Code(row.code),
            Cell::from(row.level),
            Cell::from(row.which),
            Cell::Words(row.before),
            Cell::Words(row.now),
            Cell::from(row.citation.place()),
        ]);
    }
    table
}

fn renoted(changes: &[Change<'_>], new: &Release) -> Table {
    let mut table = Table::new(&["code", "description", "deleted", "new", "source"]);
    for change in changes {
        let entry = change.entry();
        let [went, came] = notes::changed(change).map(|lines| Cell::from(lines.join(" / ")));
        table.row(vec![
            Cell::Code(entry.display()),
            Cell::from(entry.shown_long()),
            went,
            came,
            Cell::from(Citation::of(entry, new).place()),
        ]);
    }
    table
}

fn listed(changes: &[Change<'_>], new: &Release) -> Table {
    let mut table = Table::new(&["code", "description", "source"]);
    for change in changes {
        let entry = change.entry();
        table.row(vec![
            Cell::Code(entry.display()),
            Cell::from(entry.shown_long()),
            Cell::from(Citation::of(entry, new).place()),
        ]);
    }
    table
}
