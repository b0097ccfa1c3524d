//! The differences between databases: quotes, dates, transactions, temporary tables.

use jiff::civil::Date;

use crate::base::{Quotes, closed_list, safe};

closed_list! {
    /// A kind of SQL.
    #[derive(Default)]
    pub enum Dialect {
        /// Plain SQL: SQLite accepts it, and most other databases do once the first line is adapted.
        #[default]
        Ansi = "ansi",
        /// PostgreSQL.
        PostgreSql = "postgresql",
        /// Microsoft SQL Server.
        SqlServer = "sqlserver",
        /// MySQL and MariaDB.
        MySql = "mysql",
    }
}

impl Dialect {
    /// Returns the call of its program, so that it stops at the first error.
    pub(super) fn call(self) -> &'static str {
        match self {
            Self::Ansi => "sqlite3 -bail DATABASE < FILE (elsewhere: so that it stops at the first error)",
            Self::PostgreSql => "psql -v ON_ERROR_STOP=1 -f FILE DATABASE",
            Self::SqlServer => "sqlcmd -b -x -f 65001 -d DATABASE -i FILE",
            Self::MySql => "mysql --default-character-set=utf8mb4 DATABASE < FILE",
        }
    }

    fn quotes(self) -> Quotes {
        match self {
            Self::Ansi | Self::PostgreSql => Quotes::Double,
            Self::SqlServer => Quotes::Brackets,
            Self::MySql => Quotes::Backticks,
        }
    }

    /// Quotes a name of the user's. It is used exactly as written, including its case.
    pub(super) fn name(self, name: &str) -> String {
        self.quotes().name(name)
    }

    /// Quotes the name of a table, with its schema if there is one before a dot.
    pub(super) fn table(self, name: &str) -> String {
        self.quotes().table(name)
    }

    /// Writes a code, always as text: A0100 is not a number.
    pub(super) fn code(self, code: &str) -> String {
        let text = safe(code).replace('\'', "''");
        match self {
            Self::MySql => format!("'{}'", text.replace('\\', "\\\\")),
            Self::SqlServer if !text.is_ascii() => format!("N'{text}'"),
            _ => format!("'{text}'"),
        }
    }

    /// Quotes a description.
    pub(super) fn text(self, text: &str) -> String {
        let quoted = self.code(text);
        if self == Self::SqlServer && !quoted.starts_with('N') { format!("N{quoted}") } else { quoted }
    }

    /// Writes a date. SQLite has no `DATE '2025-10-01'`: there dates are text and compare as text, so plain SQL quotes
    /// them only.
    pub(super) fn day(self, day: Date) -> String {
        match self {
            Self::Ansi => format!("'{day}'"),
            Self::PostgreSql | Self::MySql => format!("DATE '{day}'"),
            Self::SqlServer => format!("CAST('{day}' AS DATE)"),
        }
    }

    /// Returns the type of a column of codes in our tables.
    pub(super) fn code_type(self) -> &'static str {
        match self {
            // The database for temporary tables may have another collation than the user's.
            Self::SqlServer => "VARCHAR(64) COLLATE DATABASE_DEFAULT",
            _ => "VARCHAR(64)",
        }
    }

    /// Returns the type of a column of dates in our tables.
    pub(super) fn day_type(self) -> &'static str {
        if self == Self::Ansi { "VARCHAR(10)" } else { "DATE" }
    }

    /// Returns the type of a column of descriptions in our tables.
    pub(super) fn text_type(self) -> &'static str {
        match self {
            Self::Ansi => "VARCHAR(4000)",
            Self::PostgreSql | Self::MySql => "TEXT",
            Self::SqlServer => "NVARCHAR(4000) COLLATE DATABASE_DEFAULT",
        }
    }

    /// Returns the statements that begin a script, whether or not they begin a transaction.
    pub(super) fn opening(self) -> &'static str {
        if self == Self::SqlServer { "SET NOCOUNT ON;\nSET XACT_ABORT ON;\n" } else { "" }
    }

    /// Returns the statement that begins a transaction. SQLite does not accept the standard's START.
    pub(super) fn begin(self) -> &'static str {
        match self {
            Self::MySql => "START TRANSACTION;\n",
            _ => "BEGIN TRANSACTION;\n",
        }
    }

    /// Returns the statement that ends it.
    pub(super) fn commit(self) -> &'static str {
        if self == Self::SqlServer { "COMMIT TRANSACTION;\n" } else { "COMMIT;\n" }
    }

    /// Returns the statement that rolls it back.
    pub(super) fn rollback(self) -> &'static str {
        if self == Self::SqlServer { "ROLLBACK TRANSACTION;\n" } else { "ROLLBACK;\n" }
    }

    /// Returns true if creating a table is part of a transaction.
    pub(super) fn creates_inside(self) -> bool {
        self != Self::MySql
    }

    /// Returns the name of a table of our own, which other sessions do not see where the database has such tables.
    pub(super) fn own(self, name: &str) -> String {
        if self == Self::SqlServer { format!("#{name}") } else { name.to_owned() }
    }

    /// Creates a table of our own.
    pub(super) fn create_own(self, name: &str, columns: &[String]) -> String {
        let temporary = if matches!(self, Self::PostgreSql | Self::MySql) { "TEMPORARY " } else { "" };
        format!("CREATE {temporary}TABLE {} (\n  {}\n);\n", self.own(name), columns.join(",\n  "))
    }

    /// Drops a table of our own.
    pub(super) fn drop_own(self, name: &str) -> String {
        let temporary = if self == Self::MySql { "TEMPORARY " } else { "" };
        format!("DROP {temporary}TABLE {};\n", self.own(name))
    }

    /// Creates a table of rows; `rows` refers to the source as `r`.
    pub(super) fn copy(self, to: &str, columns: &str, from: &str, rows: &str) -> String {
        match self {
            Self::SqlServer => format!("SELECT {columns} INTO {to}\nFROM {from} r\nWHERE {rows};\n"),
            _ => format!("CREATE TABLE {to} AS\nSELECT {columns} FROM {from} r\nWHERE {rows};\n"),
        }
    }

    /// Makes a table of rows to try things on. MySQL cannot read a temporary one twice in a statement.
    pub(super) fn copy_to_try(self, to: &str, columns: &str, from: &str, rows: &str) -> String {
        let copy = self.copy(to, columns, from, rows);
        if self == Self::PostgreSql { copy.replacen("CREATE", "CREATE TEMPORARY", 1) } else { copy }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn in_each<T>(written: impl Fn(Dialect) -> T) -> Vec<T> {
        Dialect::ALL.iter().copied().map(written).collect()
    }

    #[test]
    fn names_are_quoted_in_the_way_of_the_database_and_their_quotes_are_doubled() {
        let quoted = in_each(|dialect| dialect.table("x.a\"b]c`d"));
        let expected = ["\"x\".\"a\"\"b]c`d\"", "\"x\".\"a\"\"b]c`d\"", "[x].[a\"b]]c`d]", "`x`.`a\"b]c``d`"];
        assert_eq!(quoted, expected);
    }

    #[test]
    fn texts_cannot_leave_their_quotes() {
        let quoted = in_each(|dialect| dialect.text("it's \\ é\n"));
        let expected =
            ["'it''s \\ é\\u{a}'", "'it''s \\ é\\u{a}'", "N'it''s \\ é\\u{a}'", "'it''s \\\\ é\\\\u{a}'"];
        assert_eq!(quoted, expected);
    }

    #[test]
    fn days_are_plain_text_where_sqlite_reads_them() {
        let days = in_each(|dialect| dialect.day(date(2025, 10, 1)));
        let expected =
            ["'2025-10-01'", "DATE '2025-10-01'", "CAST('2025-10-01' AS DATE)", "DATE '2025-10-01'"];
        assert_eq!(days, expected);
    }
}
