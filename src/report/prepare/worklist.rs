//! The worklist of a person: the codes of the person's departments with columns to fill in.

use super::{PrepareReport, PreparedItem};
use crate::model::sets;
use crate::report::impact::work_columns;
use crate::view::{Cell, Report, Section, column};

/// Returns the worklist of a person; of everybody without one.
pub(super) fn worklist(report: &PrepareReport<'_>, person: Option<&str>) -> Report {
    let is_theirs = |item: &&PreparedItem<'_>| person.is_none_or(|person| item.reviewers.contains(person));
    let mut items: Vec<&PreparedItem<'_>> = report.items.iter().filter(is_theirs).collect();
    items.sort_by_key(|item| item.progress.is_settled());
    let lines = |item: &PreparedItem<'_>| match person {
        Some(person) => Cell::lines(item.lines_of(person)),
        None => Cell::lines(item.row.lines),
    };
    let digest = |set: &str| {
        let set = report.sets.iter().find(|row| row.code_set == set);
        Cell::from(set.map(|row| row.releases.clone()))
    };
    let title = person.map_or("everybody".to_owned(), str::to_owned);
    let section = Section::new("Worklist")
        .first_sheet("Worklist")
        .about(
            "What needs a decision comes first, most claim lines first. Fill in the yellow columns, save the workbook \
             and put it into the decisions folder. The last column identifies the releases; leave it as it is.",
        )
        .rows(
            items.iter().copied(),
            [
                column("code set", |item: &PreparedItem<'_>| {
                    Cell::from(sets::by_id(item.code_set).map_or("", |set| set.title))
                })
                .filter(),
                column("claim lines", lines),
                column("progress", |item: &PreparedItem<'_>| Cell::badge(item.progress.status(), item.progress))
                    .filter(),
            ]
            .into_iter()
            .chain(work_columns("departments").map(|column| column.of_part(PreparedItem::row)))
            .chain([column("releases", move |item: &PreparedItem<'_>| digest(item.code_set))]),
        );
    Report {
        day: report.effective,
        ..Report::new(format!("Worklist for the update {}: {title}", report.edition))
    }
    .lead(format!("Decisions of {title} about codes in use that end or were narrowed."))
    .section(section)
}
