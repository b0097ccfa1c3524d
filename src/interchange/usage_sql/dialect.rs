//! The databases that queries are written for. Each has a template with its casts, literals and instructions.

use crate::base::{Quotes, closed_list};

closed_list! {
    /// A database that a query is written for.
    pub enum QueryDialect {
        Spark = "spark", "Spark SQL and Databricks.";
        Snowflake = "snowflake", "Snowflake.";
        BigQuery = "bigquery", "BigQuery.";
        Redshift = "redshift", "Amazon Redshift.";
        SqlServer = "sqlserver", "Microsoft SQL Server.";
        PostgreSql = "postgresql", "PostgreSQL.";
        DuckDb = "duckdb", "DuckDB.";
        MySql = "mysql", "MySQL and MariaDB.";
        Sqlite = "sqlite", "SQLite.";
        Trino = "trino", "Trino.";
    }
}

impl QueryDialect {
    /// Returns its template: macros that the template of the query calls.
    pub(super) fn template(self) -> &'static str {
        match self {
            Self::Spark => include_str!("spark.sql"),
            Self::Snowflake => include_str!("snowflake.sql"),
            Self::BigQuery => include_str!("bigquery.sql"),
            Self::Redshift => include_str!("redshift.sql"),
            Self::SqlServer => include_str!("sqlserver.sql"),
            Self::PostgreSql => include_str!("postgresql.sql"),
            Self::DuckDb => include_str!("duckdb.sql"),
            Self::MySql => include_str!("mysql.sql"),
            Self::Sqlite => include_str!("sqlite.sql"),
            Self::Trino => include_str!("trino.sql"),
        }
    }

    /// Returns the quotes of names.
    pub(super) fn quotes(self) -> Quotes {
        match self {
            Self::Snowflake | Self::Redshift | Self::PostgreSql | Self::DuckDb | Self::Trino => {
                Quotes::Double
            }
            Self::SqlServer => Quotes::Brackets,
            // SQLite reads a name in double quotes as a text if the table lacks the column.
            Self::Spark | Self::MySql | Self::Sqlite => Quotes::Backticks,
            Self::BigQuery => Quotes::BackticksWithEscapes,
        }
    }
}
