//! The worklist of codes in use: a row for each code with what is known about it, and the columns that a team fills in. They
//! are read back as decisions.

use super::rows::{ItemRow, asked};
use crate::report::decided::{self, Task};
use crate::report::used::owner_shares;
use crate::view::{Cell, Column, column};

/// Returns the columns of a worklist after those that count lines. `owners` is the title of the column of owners.
pub(in crate::report) fn work_columns<'c>(
    owners: &'static str,
) -> impl Iterator<Item = Column<'c, ItemRow<'c>>> {
    let known = [
        column("amount", |item: &ItemRow<'_>| Cell::from(item.amount)),
        column(owners, |item: &ItemRow<'_>| owner_shares(&item.owners)).filter(),
        column("task", |item: &ItemRow<'_>| Cell::from(item.task().map(Task::title))).filter(),
        column("code", |item: &ItemRow<'_>| Cell::entry(item.display.clone(), item.long)),
        column("first day without it", |item: &ItemRow<'_>| Cell::from(item.deadline)),
        column("code to use", |item: &ItemRow<'_>| Cell::code(item.replacements())),
        column("the record must specify", |item: &ItemRow<'_>| Cell::from(asked(item))),
        // What is settled is filled in. A suggestion is not, also if it is the only one.
        column("target", |item: &ItemRow<'_>| match (item.task(), item.targets.as_slice()) {
            (Some(Task::Replace | Task::Decided), [only]) => Cell::code(only.display.clone()),
            _ => Cell::Empty,
        })
        .fill_in(decided::TARGET),
    ];
    known.into_iter().chain(decided::columns_to_decide())
}
