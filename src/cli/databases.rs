//! SQLite databases for the commands: reads their tables and writes their rows.

use std::path::Path;

use crate::base::with_causes;
use crate::migrate::{Migrated, Migration, RowChange};
use crate::scan::{FileScan, Plan, Tables};
use crate::sources::WalkEntry;
pub(super) use crate::sources::database::is_database;
use crate::sources::database::{Database, DatabaseError, RowWrite, unwritten};

/// Looks for codes in a database.
pub(super) fn scan<'p>(plan: &'p Plan<'_>, database: &Result<Database, DatabaseError>) -> FileScan<'p> {
    match database {
        Ok(database) => plan.scan_database(|tables| hand_out(database, tables)),
        Err(error) => plan.scan_database(|_| Err(error)),
    }
}

/// Opens the database of a file.
pub(super) fn open(path: &Path) -> Result<Database, DatabaseError> {
    Database::open(path)
}

/// Changes a database in one transaction. If a change fails, none is made, and all are left to decide.
pub(super) fn migrate<'m>(migration: &Migration<'m, '_>, file: &WalkEntry, bytes: &[u8]) -> Migrated<'m> {
    let database = match unwritten(&file.path) {
        Some(nearby) => Err(DatabaseError::Busy(nearby)),
        None => Database::of_bytes(bytes),
    };
    let scan = scan(migration.plan, &database);
    let scan = migration.concerned(&file.name, scan);
    let Ok(database) = database else { return migration.untouched(&scan, "") };
    let tables = database.tables().unwrap_or_default();
    let numbered: Vec<&str> =
        tables.iter().filter(|table| table.has_numbers()).map(|table| table.name.as_str()).collect();
    let (migrated, rows) = migration.database(&scan, &numbered);
    if rows.is_empty() {
        return migrated;
    }
    match database.changed(bytes, rows.iter().map(write)) {
        Ok(content) => Migrated { content: Some(content), ..migrated },
        Err(error) => migration.untouched(&scan, &format!("it was not changed: {}", with_causes(&error))),
    }
}

fn write(row: &RowChange) -> RowWrite<'_> {
    let RowChange { table, number, before, after, copies } = row;
    RowWrite { table, number: i64::from(*number), before, after, copies }
}

/// Hands out the tables of a database.
fn hand_out(database: &Database, tables: &mut Tables<'_>) -> Result<(), DatabaseError> {
    for table in &database.tables()? {
        tables.table(&table.name, &table.columns, |take| database.each_row(table, take))?;
    }
    Ok(())
}

/// Returns the rows of a database, a line each, prefixed with table and number, to show what changed. `None` if it
/// cannot be read.
pub(super) fn as_text(bytes: &[u8]) -> Option<String> {
    let database = Database::of_bytes(bytes).ok()?;
    let mut text = String::new();
    for table in &database.tables().ok()? {
        let mut take = |number: i64, values: &[Option<std::borrow::Cow<'_, str>>]| {
            text += &format!("{} {number}", table.name);
            values.iter().for_each(|value| text += &format!("\t{}", value.as_deref().unwrap_or("(bytes)")));
            text.push('\n');
        };
        database.each_row(table, &mut take).ok()?;
    }
    Some(text)
}
