//! Runs a query with the driver of a profile.

use std::env;
use std::fs::File;
use std::io;
use std::path::Path;

use adbc_core::error::{Error, Result as AdbcResult, Status};
use adbc_core::options::{AdbcVersion, OptionDatabase, OptionStatement, OptionValue};
use adbc_core::{Connection, Database, Driver, LOAD_FLAG_DEFAULT, Optionable, Statement};
use adbc_driver_manager::ManagedDriver;
use adbc_driver_manager::profile::{
    ConnectionProfile, ConnectionProfileProvider, FilesystemProfile, FilesystemProfileProvider,
    process_profile_value,
};
use arrow_array::RecordBatchReader;

use super::masked::Secrets;
use super::rows;
use crate::cli::error::Step;

/// The class of SQLSTATE for values that cannot be converted: their messages quote cells.
const DATA_EXCEPTION: &str = "22";

/// Rows from which SQLite's driver infers the types of columns: a later text in a column that began with NULL is an error.
const SQLITE_ROWS: (&str, i64) = ("adbc.sqlite.query.batch_rows", 1 << 24);

/// The step that failed, and the reason.
pub(super) struct Failure {
    pub(super) step: Step,
    /// The reason, safe to show.
    pub(super) reason: String,
}

impl Failure {
    fn new(step: Step, reason: impl Into<String>) -> Self {
        Self { step, reason: reason.into() }
    }
}

/// Returns the failure to write a result.
pub(super) fn not_kept(error: &io::Error) -> Failure {
    Failure::new(Step::Query, format!("its result cannot be kept in the folder for temporary files: {error}"))
}

/// Runs a query, and writes its result as CSV.
pub(super) fn run(profile: &str, sql: &str, result: &Path) -> Result<(), Failure> {
    let profile =
        FilesystemProfileProvider::default().get_profile(profile).map_err(|error| unread(&error))?;
    let options = options(&profile).map_err(|error| unread(&error))?;
    let secrets = Secrets::new(values(&profile, &options));
    let mut driver = load(&profile, &secrets)?;
    let connected = driver.new_database_with_opts(options).and_then(|database| database.new_connection());
    let mut connection =
        connected.map_err(|error| Failure::new(Step::Connection, secrets.masked(&error.message, "")))?;
    let failed = |error: Error| Failure::new(Step::Query, reason(&error, sql, &secrets));
    let mut statement = connection.new_statement().map_err(failed)?;
    // Other drivers refuse the option.
    let _ = statement
        .set_option(OptionStatement::Other(SQLITE_ROWS.0.to_owned()), OptionValue::Int(SQLITE_ROWS.1));
    // Some drivers take a statement only without its end.
    statement.set_sql_query(sql.trim_end().trim_end_matches(';')).map_err(failed)?;
    let reader = statement.execute().map_err(failed)?;
    write(reader, result, &|message| secrets.masked(message, sql))
}

/// Loads the driver in the newest version of ADBC that it has.
fn load(profile: &FilesystemProfile, secrets: &Secrets) -> Result<ManagedDriver, Failure> {
    let failed = |error: Error| {
        let name = profile.get_driver_name().map_or("", |(name, _)| name);
        // An address in place of a driver may have a password.
        let is_name = !["://", "@", "="].iter().any(|part| name.contains(part));
        let reason = if is_name { secrets.without_values(&error.message) } else { String::new() };
        Failure::new(Step::Driver, reason)
    };
    let (name, _) = profile.get_driver_name().map_err(failed)?;
    let load = |version| ManagedDriver::load_from_name(name, None, version, LOAD_FLAG_DEFAULT, None);
    let driver = match load(AdbcVersion::V110) {
        Err(error) if error.status == Status::NotImplemented => load(AdbcVersion::V100),
        loaded => loaded,
    };
    driver.map_err(failed)
}

type Options = Vec<(OptionDatabase, OptionValue)>;

/// Returns the options of a profile, with the values of environment variables.
fn options(profile: &FilesystemProfile) -> AdbcResult<Options> {
    let options = profile.get_options()?.into_iter().map(|(name, value)| match value {
        OptionValue::String(text) => Ok((name, process_profile_value(&text)?)),
        value => Ok((name, value)),
    });
    options.collect()
}

/// Returns everything that a message may not show.
fn values(profile: &FilesystemProfile, options: &Options) -> Vec<String> {
    let written = profile.get_options().into_iter().flatten().map(|(_, value)| value);
    let values = written.chain(options.iter().map(|(_, value)| value.clone()));
    let texts = values.filter_map(|value| match value {
        OptionValue::String(text) => Some(text),
        OptionValue::Int(number) => Some(number.to_string()),
        _ => None,
    });
    // Drivers read variables of their own, such as PGPASSWORD.
    let is_secret = |name: &str| {
        let name = name.to_uppercase();
        ["PASS", "PWD", "TOKEN", "SECRET", "KEY", "CREDENTIAL"].iter().any(|word| name.contains(word))
            && !matches!(name.as_str(), "PWD" | "OLDPWD")
    };
    let variables = env::vars_os()
        .filter_map(|(name, value)| is_secret(name.to_str()?).then(|| value.to_string_lossy().into_owned()));
    texts.chain(variables).collect()
}

/// Returns the failure to read a profile. Messages of the TOML reader quote the line, so most are left out.
fn unread(error: &Error) -> Failure {
    let message = &error.message;
    let reason = match error.status {
        Status::NotFound => "the profile was not found",
        _ if message.starts_with("could not read profile") => "its file cannot be read",
        _ if message.contains("profile_version") || message.starts_with("unsupported profile version") => {
            "it does not have profile_version = 1"
        }
        _ if message.contains("'driver' field") => "it has no text for driver",
        _ if message.contains("'Options' table") => "it has no table [Options]",
        _ if message.contains("replacement expression") => {
            "an option has something else than {{ env_var(NAME) }} between {{ and }}"
        }
        _ if message.contains("option type") => "an option is neither a text nor a number nor a truth value",
        _ => "it is not valid TOML",
    };
    Failure::new(Step::Profile, reason)
}

/// Returns the reason why a query failed.
fn reason(error: &Error, sql: &str, secrets: &Secrets) -> String {
    let state: String =
        error.sqlstate.iter().filter_map(|&char| u8::try_from(char).ok()).map(char::from).collect();
    if state.starts_with(DATA_EXCEPTION) {
        return format!("a value in the table cannot be converted (SQLSTATE {state})");
    }
    secrets.masked(&error.message, sql)
}

/// Returns the message of the driver from that of Arrow, which reads its rows.
fn of_driver(message: &str) -> &str {
    message.split_once("Producer error: ").map_or(message, |(_, message)| message)
}

/// Writes the rows of a result as CSV.
fn write(
    reader: Box<dyn RecordBatchReader + Send>,
    result: &Path,
    masked: &dyn Fn(&str) -> String,
) -> Result<(), Failure> {
    let file = File::options().write(true).create_new(true).open(result).map_err(|error| not_kept(&error))?;
    let mut out = csv::Writer::from_writer(file);
    let not_written = |error: csv::Error| not_kept(&io::Error::from(error));
    let schema = reader.schema();
    out.write_record(schema.fields().iter().map(|field| field.name())).map_err(not_written)?;
    for batch in reader {
        let batch =
            batch.map_err(|error| Failure::new(Step::Query, masked(of_driver(&error.to_string()))))?;
        let columns = rows::columns(&batch).map_err(|reason| Failure::new(Step::Query, reason))?;
        for row in 0..batch.num_rows() {
            for column in &columns {
                out.write_field(&*column(row)).map_err(not_written)?;
            }
            out.write_record(None::<&[u8]>).map_err(not_written)?;
        }
    }
    out.flush().map_err(|error| not_kept(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_cannot_be_converted_is_not_shown() {
        let secrets = Secrets::new(Vec::new());
        let mut error = Error::with_message_and_status("cannot convert Smith", Status::InvalidArguments);
        assert_eq!(reason(&error, "", &secrets), "cannot convert Smith");
        error.sqlstate = b"22007".map(|byte| byte.try_into().unwrap());
        let shown = "a value in the table cannot be converted (SQLSTATE 22007)";
        assert_eq!(reason(&error, "", &secrets), shown);
        let of_arrow = "C Data interface error: Error code: 5. Producer error: [libpq] ERROR:  no such table";
        assert_eq!(of_driver(of_arrow), "[libpq] ERROR:  no such table");
    }
}
