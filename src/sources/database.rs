//! SQLite databases: tables with their columns, and rows as text. A file is only read, and no file is created next to
//! it; changes are made in memory, in one transaction.
//!
//! Invariant: a database is opened as one that nobody changes, and refused while a journal lies next to it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, MAIN_DB, OpenFlags};

/// Maximum bytes of one value: a longer one is neither a code nor a description.
const LONGEST_VALUE: i32 = 64 << 20;

/// The reason a database cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DatabaseError {
    /// Another program has it open, or was stopped while it wrote: the file is not up to date.
    #[error("`{}` next to the database has changes that are not in the database yet: close the program that writes \
             to it", .0.display())]
    Busy(PathBuf),
    /// A row cannot be changed, so no row is changed.
    #[error("row {number} of the table `{table}` cannot be changed")]
    Change {
        /// The table.
        table: String,
        /// The number of the row.
        number: i64,
        /// The reason.
        source: rusqlite::Error,
    },
    /// Its path is not valid Unicode.
    #[error("the path of the database is not Unicode")]
    Path,
    /// It is damaged, encrypted or not a database.
    #[error("cannot read {what}")]
    Read {
        /// The database or table.
        what: String,
        /// The reason.
        source: rusqlite::Error,
    },
}

/// A database.
#[derive(Debug)]
pub(crate) struct Database(Connection);

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatabaseTable {
    /// Its name.
    pub(crate) name: String,
    /// The names of its columns.
    pub(crate) columns: Vec<String>,
    /// The name of the row number column, if its rows have numbers.
    number: Option<&'static str>,
}

impl DatabaseTable {
    /// Returns whether its rows have numbers that identify them.
    pub(crate) fn has_numbers(&self) -> bool {
        self.number.is_some()
    }
}

/// Receives a row: its number in the table, or a count from 1 if it has none, and its values. A null is an empty text;
/// a blob is `None`.
pub(crate) type TakeRow<'t> = &'t mut dyn FnMut(i64, &[Option<Cow<'_, str>>]);

impl Database {
    /// Opens a database for reading.
    ///
    /// # Errors
    ///
    /// If it is not a database, or has pending changes in a file next to it.
    pub(crate) fn open(path: &Path) -> Result<Self, DatabaseError> {
        if let Some(nearby) = unwritten(path) {
            return Err(DatabaseError::Busy(nearby));
        }
        let address = address(path).ok_or(DatabaseError::Path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        Self::guarded(Connection::open_with_flags(address, flags).map_err(unreadable)?)
    }

    /// Opens the bytes of a database; its file is not touched.
    ///
    /// # Errors
    ///
    /// If the bytes are not a database.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Result<Self, DatabaseError> {
        let mut connection = Connection::open_in_memory().map_err(unreadable)?;
        let mut bytes = bytes.to_vec();
        if let Some(versions) = bytes.get_mut(VERSIONS) {
            versions.fill(1);
        }
        connection.deserialize_read_exact(MAIN_DB, &*bytes, bytes.len(), false).map_err(unreadable)?;
        Self::guarded(connection)
    }

    fn guarded(connection: Connection) -> Result<Self, DatabaseError> {
        // The schema is untrusted: functions in it may only calculate.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).map_err(unreadable)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).map_err(unreadable)?;
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE).map_err(unreadable)?;
        Ok(Self(connection))
    }

    /// Returns its tables in the order of their names, without those of SQLite itself. Views repeat what is in tables; they are
    /// not even prepared, because a few views of views may take forever.
    ///
    /// # Errors
    ///
    /// If it is damaged, encrypted or not a database.
    pub(crate) fn tables(&self) -> Result<Vec<DatabaseTable>, DatabaseError> {
        let list = "SELECT name, sql LIKE 'CREATE VIRTUAL %' FROM sqlite_schema \
                    WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
        let mut statement = self.0.prepare(list).map_err(unreadable)?;
        let listed = statement
            .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<bool>>(1)? == Some(true))))
            .map_err(unreadable)?
            .collect::<rusqlite::Result<Vec<_>>>()
            .map_err(unreadable)?;
        let is_virtual = |name: &str| listed.iter().any(|(other, is_virtual)| *is_virtual && other == name);
        // The storage of a virtual table repeats its content.
        let is_storage = |name: &str| {
            name.rsplit_once('_').is_some_and(|(table, part)| STORAGE.contains(&part) && is_virtual(table))
        };
        let mut found = Vec::new();
        for (name, _) in listed.iter().filter(|(name, _)| !is_storage(name)) {
            // A table whose columns cannot be queried, such as one of a missing module, has none.
            let columns = self.columns(name).unwrap_or_default();
            let has =
                |number: &str| self.0.prepare(&format!("SELECT {number} FROM {}", quoted(name))).is_ok();
            let number = ["rowid", "_rowid_", "oid"]
                .into_iter()
                .find(|number| !columns.iter().any(|column| column.eq_ignore_ascii_case(number)))
                .filter(|number| has(number));
            found.push(DatabaseTable { name: name.clone(), columns, number });
        }
        Ok(found)
    }

    fn columns(&self, table: &str) -> rusqlite::Result<Vec<String>> {
        let statement = self.0.prepare(&format!("SELECT * FROM {}", quoted(table)))?;
        Ok(statement.column_names().map(str::to_owned).collect())
    }

    /// Passes the rows of a table to `take`, one by one.
    ///
    /// # Errors
    ///
    /// If it cannot be read to its end.
    pub(crate) fn each_row(&self, table: &DatabaseTable, take: TakeRow<'_>) -> Result<(), DatabaseError> {
        self.rows(table, take)
            .map_err(|source| DatabaseError::Read { what: format!("the table `{}`", table.name), source })
    }

    /// Changes rows, and inserts copies of rows into their tables, in one transaction; returns the bytes of the changed
    /// database. The database was opened from `bytes`, which also contain its journal mode.
    ///
    /// # Errors
    ///
    /// If a row no longer exists, or a constraint of the table forbids the change.
    pub(crate) fn changed<'c>(
        mut self,
        bytes: &[u8],
        changes: impl IntoIterator<Item = RowWrite<'c>>,
    ) -> Result<Vec<u8>, DatabaseError> {
        let tables = self.tables()?;
        let transaction = self.0.transaction().map_err(unreadable)?;
        for change in changes {
            write(&transaction, &tables, &change).map_err(|source| DatabaseError::Change {
                table: change.table.to_owned(),
                number: change.number,
                source,
            })?;
        }
        transaction.commit().map_err(unreadable)?;
        let mut changed = self.0.serialize(MAIN_DB).map_err(unreadable)?.to_vec();
        if let (Some(now), Some(before)) = (changed.get_mut(VERSIONS), bytes.get(VERSIONS)) {
            now.copy_from_slice(before);
        }
        Ok(changed)
    }

    fn rows(&self, table: &DatabaseTable, take: TakeRow<'_>) -> rusqlite::Result<()> {
        let number = table.number.map(|number| format!("{number}, ")).unwrap_or_default();
        let mut statement = self.0.prepare(&format!("SELECT {number}* FROM {}", quoted(&table.name)))?;
        let first = usize::from(table.number.is_some());
        let width = statement.column_count();
        let mut rows = statement.query([])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            count += 1;
            let number = if first == 1 { row.get(0)? } else { count };
            let values: Vec<_> =
                (first..width).map(|at| row.get_ref(at).map(text)).collect::<rusqlite::Result<_>>()?;
            take(number, &values);
        }
        Ok(())
    }
}

/// The last words of the names of tables in which the modules of SQLite (FTS3 to FTS5, R*Tree) store virtual tables.
const STORAGE: [&str; 11] =
    ["content", "segments", "segdir", "docsize", "stat", "data", "idx", "config", "node", "rowid", "parent"];

/// Position of the file format versions, which state whether changes are kept in a separate file; in memory they are
/// not.
const VERSIONS: Range<usize> = 18..20;

/// The first bytes of a database.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Returns whether bytes are a database.
pub(crate) fn is_database(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

fn unreadable(source: rusqlite::Error) -> DatabaseError {
    DatabaseError::Read { what: "the database".to_owned(), source }
}

/// A change of a row. Columns count from 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowWrite<'c> {
    /// The table.
    pub(crate) table: &'c str,
    /// The number of the row.
    pub(crate) number: i64,
    /// The previous values of the cells that change.
    pub(crate) before: &'c BTreeMap<u32, String>,
    /// The new values.
    pub(crate) after: &'c BTreeMap<u32, String>,
    /// Copies of the row as it was, with other cells.
    pub(crate) copies: &'c [BTreeMap<u32, String>],
}

fn write(database: &Connection, tables: &[DatabaseTable], change: &RowWrite<'_>) -> rusqlite::Result<()> {
    let table = tables.iter().find(|table| table.name == change.table);
    let Some((table, number)) = table.and_then(|table| Some((table, table.number?))) else {
        return Err(GONE);
    };
    if !change.copies.is_empty() {
        copy(database, table, number, change)?;
    }
    if change.after.is_empty() { Ok(()) } else { update(database, table, number, change) }
}

/// The error of SQLite for a missing row; also used for a row whose content has changed, which counts as another row.
const GONE: rusqlite::Error = rusqlite::Error::QueryReturnedNoRows;

/// Inserts copies of a row into its table.
fn copy(
    database: &Connection,
    table: &DatabaseTable,
    number: &str,
    change: &RowWrite<'_>,
) -> rusqlite::Result<()> {
    let name = quoted(&table.name);
    let mut columns = copied_columns(database, &table.name)?;
    columns.retain(|(_, at)| *at < table.columns.len() as u32);
    let listed: Vec<String> = columns.iter().map(|(column, _)| quoted(column)).collect();
    for copy in change.copies {
        let values = columns
            .iter()
            .zip(&listed)
            .map(|((_, at), column)| if copy.contains_key(at) { like(column, *at) } else { column.clone() });
        let values = values.collect::<Vec<_>>().join(", ");
        let listed = listed.join(", ");
        let sql = format!("INSERT INTO {name} ({listed}) SELECT {values} FROM {name} WHERE {number} = ?1");
        if execute(database, &sql, change.number, copy)? != 1 {
            return Err(GONE);
        }
    }
    Ok(())
}

/// Updates a row if its content is unchanged.
fn update(
    database: &Connection,
    table: &DatabaseTable,
    number: &str,
    change: &RowWrite<'_>,
) -> rusqlite::Result<()> {
    let name = quoted(&table.name);
    let column = |at: &u32| table.columns.get(*at as usize).map_or_else(String::new, |name| quoted(name));
    let was: Vec<String> = change.before.keys().map(column).collect();
    let select = format!("SELECT {} FROM {name} WHERE {number} = ?1", was.join(", "));
    let is_same = database.query_row(&select, [change.number], |row| {
        for (at, before) in change.before.values().enumerate() {
            if text(row.get_ref(at)?).is_none_or(|found| found != before.as_str()) {
                return Ok(false);
            }
        }
        Ok(true)
    })?;
    let now: Vec<String> =
        change.after.keys().map(|at| format!("{} = {}", column(at), like(&column(at), *at))).collect();
    let sql = format!("UPDATE {name} SET {} WHERE {number} = ?1", now.join(", "));
    if !is_same || execute(database, &sql, change.number, change.after)? != 1 {
        return Err(GONE);
    }
    Ok(())
}

/// Returns the SQL for a new value, of the type of the one that it replaces: days may be numbers.
fn like(column: &str, at: u32) -> String {
    format!("CASE typeof({column}) WHEN 'integer' THEN CAST(?{0} AS INTEGER) ELSE ?{0} END", at + 2)
}

fn execute(
    database: &Connection,
    sql: &str,
    number: i64,
    cells: &BTreeMap<u32, String>,
) -> rusqlite::Result<usize> {
    let mut statement = database.prepare(sql)?;
    statement.raw_bind_parameter(1, number)?;
    for (at, text) in cells {
        statement.raw_bind_parameter(*at as usize + 2, text)?;
    }
    statement.raw_execute()
}

/// Returns the columns that are copied with a row, with their positions: neither its number nor calculated columns.
fn copied_columns(database: &Connection, table: &str) -> rusqlite::Result<Vec<(String, u32)>> {
    let list = "SELECT name, cid FROM pragma_table_xinfo(?1) \
                WHERE hidden = 0 AND NOT (pk = 1 AND upper(type) = 'INTEGER' \
                AND (SELECT count(*) FROM pragma_table_xinfo(?1) WHERE pk > 0) = 1)";
    let mut statement = database.prepare(list)?;
    statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Returns a file next to a database with changes that are not yet in it: a program has it open, or was stopped while
/// it wrote.
pub(crate) fn unwritten(path: &Path) -> Option<PathBuf> {
    ["-wal", "-journal"].into_iter().find_map(|extension| {
        let mut nearby = path.as_os_str().to_owned();
        nearby.push(extension);
        let is_any = fs::metadata(&nearby).is_ok_and(|metadata| metadata.len() > 0);
        is_any.then(|| nearby.into())
    })
}

fn text(value: ValueRef<'_>) -> Option<Cow<'_, str>> {
    match value {
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes)),
        ValueRef::Integer(number) => Some(number.to_string().into()),
        ValueRef::Real(number) => Some(number.to_string().into()),
        // A null may mean an open-ended date.
        ValueRef::Null => Some("".into()),
        ValueRef::Blob(_) => None,
    }
}

/// Quotes a name for SQL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Returns a path as an SQLite URI for an immutable file, so that SQLite creates no file next to it.
fn address(path: &Path) -> Option<String> {
    let path = path.to_str()?;
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let is_drive = path.as_bytes().get(1) == Some(&b':') && cfg!(windows);
    let mut address = String::from(if is_drive { "file:/" } else { "file:" });
    for byte in path.bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'~' | b':' => address.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => address.push(char::from(byte)),
            byte => write!(address, "%{byte:02x}").ok()?,
        }
    }
    Some(address + "?immutable=1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(sql: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a b#?%.db");
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        (folder, path)
    }

    fn describe(path: &Path) -> Vec<String> {
        let database = Database::open(path).unwrap();
        let mut described = Vec::new();
        for table in database.tables().unwrap() {
            described.push(format!("{} {}", table.name, table.columns.join(",")));
            let mut take = |number: i64, values: &[Option<Cow<'_, str>>]| {
                let values: Vec<_> = values.iter().map(|value| value.as_deref().unwrap_or("-")).collect();
                described.push(format!("{number}: {}", values.join(",")));
            };
            database.each_row(&table, &mut take).unwrap();
        }
        described
    }

    #[test]
    fn rows_are_text_under_their_number() {
        let (folder, path) = database(
            "CREATE TABLE \"a \"\"b\" (code TEXT, rowid INTEGER, x);
             INSERT INTO \"a \"\"b\" (_rowid_, code, rowid, x) VALUES (7, 'E87.2', 3, 1.5), (9, NULL, 4, x'00ff');
             CREATE TABLE c (code TEXT PRIMARY KEY) WITHOUT ROWID;
             INSERT INTO c VALUES ('R05'), ('B20');
             CREATE VIEW d AS SELECT code FROM c;",
        );
        assert_eq!(
            describe(&path),
            ["a \"b code,rowid,x", "7: E87.2,3,1.5", "9: ,4,-", "c code", "1: B20", "2: R05",]
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn views_are_not_prepared_and_storage_of_virtual_tables_is_left_out() {
        let views = (1..30).map(|at| {
            let before = at - 1;
            format!("CREATE VIEW v{at} AS SELECT * FROM v{before} UNION ALL SELECT * FROM v{before};")
        });
        let (_folder, path) = database(&format!(
            "CREATE TABLE dx (code); INSERT INTO dx VALUES ('R05'); CREATE VIEW v0 AS SELECT * FROM dx; {}
             CREATE VIRTUAL TABLE box USING rtree(id, low, high);
             CREATE TABLE dx_data (code);",
            views.collect::<String>()
        ));
        assert_eq!(describe(&path), ["box id,low,high", "dx code", "1: R05", "dx_data code"]);
    }

    #[test]
    fn a_database_that_is_being_written_is_refused() {
        let (_folder, path) = database("PRAGMA journal_mode = WAL; CREATE TABLE a (b);");
        assert_eq!(describe(&path), ["a b"]);
        let mut nearby = path.clone().into_os_string();
        nearby.push("-wal");
        fs::write(&nearby, "x").unwrap();
        let error = Database::open(&path).unwrap_err().to_string();
        assert!(error.contains("-wal` next to the database"), "{error}");
    }

    #[test]
    fn a_damaged_database_does_no_harm() {
        let (_folder, path) = database("CREATE TABLE a (b); INSERT INTO a VALUES ('E87.2'), ('R05');");
        let bytes = fs::read(&path).unwrap();
        for at in (0..bytes.len()).step_by(97) {
            let mut garbled = bytes.clone();
            garbled[at] ^= 0xff;
            for bytes in [&garbled[..], &bytes[..at]] {
                fs::write(&path, bytes).unwrap();
                let Ok(database) = Database::open(&path) else { continue };
                for table in database.tables().unwrap_or_default() {
                    let _ = database.each_row(&table, &mut |_, _| {});
                }
            }
        }
    }
}
