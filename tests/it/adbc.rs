//! `--usage adbc:PROFILE`: queries of `usage-sql` that drivers of ADBC run.
//!
//! The drivers are those of the registries: in the Python packages adbc-driver-sqlite and adbc-driver-postgresql, and
//! `libduckdb.so` in the npm package @duckdb/node-bindings-linux-x64. `CODESET_ADBC_DRIVERS` names a folder with their files.

use std::fs;
use std::process::Output;

use crate::common::lists::Desk;

/// The arguments before the usage.
const IMPACT: [&str; 9] =
    ["impact", "old.txt", "new.txt", "--map", "table.csv", "--edition", "2025", "--edition", "2026"];

fn run(desk: &Desk, args: &[&str]) -> Output {
    let mut command = desk.command(args);
    command.env("ADBC_PROFILE_PATH", desk.folder.path().join("profiles")).output().unwrap()
}

fn impact(desk: &Desk, usage: &[&str]) -> Output {
    run(desk, &[&IMPACT[..], &["--format", "json", "--usage"], usage].concat())
}

fn refused(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(output.stdout.is_empty());
    error
}

/// Writes a query for a table `claims` with two code columns.
fn write_query(desk: &Desk, dialect: &str) -> String {
    let file = format!("{dialect}.sql");
    let args = [
        &["usage-sql", "old.txt", "new.txt", "--edition", "2025", "--edition", "2026", "--dialect", dialect]
            [..],
        &["--table", "claims", "--code-column", "dx1..dx2", "--day-column", "discharge_date"],
        &["--owner-column", "department", "--amount-column", "charges", "--account-column", "account"],
        &["-o", &file],
    ];
    let output = run(desk, &args.concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    file
}

#[test]
fn a_profile_and_a_query_need_each_other() {
    let desk = Desk::new(&[("used.csv", "code\nI10\n")]);
    let query = write_query(&desk, "sqlite");
    fs::write(desk.list("change.sql"), "UPDATE claims SET edition_slot = 1;\n").unwrap();
    for (usage, fact) in [
        (&["adbc:billing"][..], "--usage adbc:PROFILE needs the query to run"),
        (
            &["lists/used.csv", "--usage-query", &query],
            "--usage-query needs the database to run the query in",
        ),
        (&["adbc:billing", "--usage-query", "none.sql"], "cannot read the query `none.sql`"),
        (
            &["adbc:billing", "--usage-query", "lists/change.sql"],
            "`lists/change.sql` is not a query of codeset usage-sql",
        ),
        (&["adbc:billing", "adbc:billing", "--usage-query", &query], "`adbc:billing` is given twice"),
        (&["adbc:", "--usage-query", &query], "must be followed by the name of a connection profile"),
        (
            &["adbc:postgresql://mary:hunter2@db/billing", "--usage-query", &query],
            "must be followed by the name of a connection profile",
        ),
    ] {
        let error = refused(&impact(&desk, usage));
        assert!(error.contains(fact) && error.contains("= help: "), "{usage:?}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    // A query is an input, and is not overwritten.
    let error = refused(&impact(&desk, &["adbc:billing", "--usage-query", &query, "-o", &query]));
    assert!(error.contains("does not write `.sql` files") || error.contains("is an input"), "{error}");
}

#[cfg(not(feature = "adbc"))]
#[test]
fn a_build_without_adbc_refuses_a_profile() {
    let desk = Desk::new(&[]);
    let query = write_query(&desk, "sqlite");
    let error = refused(&impact(&desk, &["adbc:billing", "--usage-query", &query]));
    assert!(error.contains("this build of codeset has no ADBC support"), "{error}");
    assert!(error.contains("--features adbc"), "{error}");
}

#[cfg(feature = "adbc")]
mod drivers {
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    use adbc_core::options::AdbcVersion;
    use adbc_core::{Connection, Database, LOAD_FLAG_DEFAULT, Statement};
    use adbc_driver_manager::ManagedDatabase;

    use super::*;
    #[cfg(unix)]
    use crate::common::postgres_server;
    use crate::common::tools;

    /// A word that no message may show.
    const PASSWORD: &str = "hunter2";

    /// Returns the file of a driver: from the folder of the environment, or from a package of Python.
    fn driver(file: &str, package: &str) -> Option<PathBuf> {
        let folder = std::env::var_os("CODESET_ADBC_DRIVERS").map(PathBuf::from);
        let found = folder.and_then(|folder| walk(&folder, file, 4));
        found.or_else(|| {
            let show = format!("import {package}; print({package}.__path__[0])");
            let output = Command::new("python3").args(["-c", &show]).stderr(Stdio::null()).output().ok()?;
            let folder = String::from_utf8(output.stdout).ok()?;
            Some(Path::new(folder.trim()).join(file)).filter(|path| path.is_file())
        })
    }

    fn walk(folder: &Path, file: &str, depth: usize) -> Option<PathBuf> {
        let path = folder.join(file);
        if path.is_file() {
            return Some(path);
        }
        let folders = fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
        folders.filter(|path| depth > 0 && path.is_dir()).find_map(|path| walk(&path, file, depth - 1))
    }

    fn sqlite() -> Option<PathBuf> {
        let found = driver("libadbc_driver_sqlite.so", "adbc_driver_sqlite");
        if found.is_none() {
            tools::missing("SQLite's ADBC driver (pip install adbc-driver-sqlite, or CODESET_ADBC_DRIVERS)");
        }
        found
    }

    fn postgresql() -> Option<PathBuf> {
        let found = driver("libadbc_driver_postgresql.so", "adbc_driver_postgresql");
        if found.is_none() {
            tools::missing(
                "PostgreSQL's ADBC driver (pip install adbc-driver-postgresql, or CODESET_ADBC_DRIVERS)",
            );
        }
        found
    }

    /// Writes a profile. Returns its path.
    fn write_profile(desk: &Desk, name: &str, driver: &str, options: &str) -> PathBuf {
        let folder = desk.folder.path().join("profiles");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{name}.toml"));
        fs::write(&file, format!("profile_version = 1\ndriver = '{driver}'\n\n[Options]\n{options}\n"))
            .unwrap();
        file
    }

    /// Writes the profile `lite` of a database of SQLite.
    fn write_lite(desk: &Desk, driver: &Path) -> PathBuf {
        let database = desk.folder.path().join("claims.db").display().to_string();
        write_profile(desk, "lite", driver.to_str().unwrap(), &format!("uri = '{database}'"))
    }

    /// Statements that create the table of claims. The owner of the first codes is NULL.
    fn statements(decimal: &str) -> Vec<String> {
        let create = format!(
            "CREATE TABLE claims (dx1 VARCHAR(20), dx2 VARCHAR(20), discharge_date VARCHAR(10), department VARCHAR(40), \
             charges {decimal}, account VARCHAR(20))"
        );
        let codes = ["I10", "E87.2", "e872", "A00.0", "R05", "Z59.1", "T36.8X2A", "E11.9;I10"];
        let days = ["'2025-03-01'", "'2025-10-01'", "'2026-02-28'", "NULL"];
        let owners = ["NULL", "'Lab'", "'Ward 3'", "'O''Neil, \"A\" & B'"];
        let row = |at: usize| {
            let account = at / 3;
            format!(
                "('{}', {}, {}, {}, {}.{:02}, 'A-{account}')",
                codes[at % 8],
                if at.is_multiple_of(5) { "NULL".to_owned() } else { format!("'{}'", codes[at / 8 % 8]) },
                days[at / 2 % 4],
                owners[at / 7 % 4],
                account % 90 * 7,
                account % 97,
            )
        };
        let rows: Vec<String> = (0..600).map(row).collect();
        vec![create, format!("INSERT INTO claims VALUES {}", rows.join(", "))]
    }

    /// Runs statements in the database of a profile, with its driver.
    fn fill(profile: &Path, statements: &[String]) {
        let uri = format!("profile://{}", profile.display());
        let database =
            ManagedDatabase::from_uri(&uri, None, AdbcVersion::V110, LOAD_FLAG_DEFAULT, None).unwrap();
        let mut connection = database.new_connection().unwrap();
        for sql in statements {
            let mut statement = connection.new_statement().unwrap();
            statement.set_sql_query(sql).unwrap();
            statement.execute_update().unwrap();
        }
    }

    /// Writes what clients write as the result of the query: that of SQLite.
    #[cfg(feature = "sqlite")]
    fn write_result(desk: &Desk) {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        database.execute_batch(&statements("TEXT").join(";")).unwrap();
        let sql = fs::read_to_string(desk.folder.path().join(write_query(desk, "sqlite"))).unwrap();
        let mut statement = database.prepare(&sql).unwrap();
        let mut out = csv::Writer::from_path(desk.list("used.csv")).unwrap();
        out.write_record(statement.column_names()).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cell = |at: usize| match row.get_ref(at).unwrap() {
                rusqlite::types::ValueRef::Null => String::new(),
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                value => value.as_str().unwrap().to_owned(),
            };
            out.write_record((0..columns).map(cell)).unwrap();
        }
        out.flush().unwrap();
    }

    /// Checks that the report of a profile is that of the result as a file, apart from the name of the file.
    #[cfg(feature = "sqlite")]
    fn is_as_from_a_file(desk: &Desk, profile: &str, query: &str) {
        write_result(desk);
        let through = impact(desk, &[&format!("adbc:{profile}"), "--usage-query", query]);
        let from_file = impact(desk, &["lists/used.csv"]);
        let text = |output: &Output| {
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{errors}");
            String::from_utf8(output.stdout.clone()).unwrap() + &errors
        };
        let (through, from_file) = (text(&through), text(&from_file));
        assert!(through.contains("\"E872\"") && through.contains("O'Neil"), "{through}");
        assert_eq!(through.replace(&format!("adbc:{profile}"), "used.csv"), from_file);
    }

    #[cfg(feature = "sqlite")]
    #[test]
    fn the_driver_of_sqlite_gives_the_report_of_the_result() {
        let Some(driver) = sqlite() else { return };
        let desk = Desk::new(&[]);
        fill(&write_lite(&desk, &driver), &statements("TEXT"));
        let query = write_query(&desk, "sqlite");
        is_as_from_a_file(&desk, "lite", &query);
        // `crosswalk` reads codes in use in the same way.
        let crosswalk =
            [&["crosswalk"], &IMPACT[1..], &["--usage", "adbc:lite", "--usage-query", &query]].concat();
        let output = run(&desk, &crosswalk);
        assert!(String::from_utf8_lossy(&output.stdout).contains("E87.2"), "{output:?}");
    }

    #[test]
    fn a_column_without_values_in_its_first_rows_is_read() {
        let Some(driver) = sqlite() else { return };
        let desk = Desk::new(&[]);
        let rows = "INSERT INTO claims WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000) \
            SELECT 'Z59.1', NULL, NULL, PRINTF('D%05d', x), CASE WHEN x > 2990 THEN '12.50' END, NULL FROM n";
        let create = statements("TEXT").swap_remove(0);
        fill(&write_lite(&desk, &driver), &[create, rows.to_owned()]);
        let query = write_query(&desk, "sqlite");
        let output = impact(&desk, &["adbc:lite", "--usage-query", &query]);
        assert!(output.status.success(), "{output:?}");
        let json = String::from_utf8(output.stdout).unwrap();
        assert!(json.contains("\"125.00\"") && json.contains("3000"), "{json}");
    }

    #[cfg(feature = "sqlite")]
    #[test]
    fn the_driver_of_duckdb_gives_the_report_of_the_result() {
        let Some(library) = driver("libduckdb.so", "no_such_package") else {
            tools::missing(
                "DuckDB's library (npm @duckdb/node-bindings-linux-x64, and CODESET_ADBC_DRIVERS)",
            );
            return;
        };
        let desk = Desk::new(&[]);
        let manifest = desk.folder.path().join("duckdb.toml");
        let shared = library.display();
        fs::write(
            &manifest,
            format!(
                "manifest_version = 1\n\n[Driver]\nentrypoint = 'duckdb_adbc_init'\nshared = '{shared}'\n"
            ),
        )
        .unwrap();
        let database = desk.folder.path().join("claims.duckdb");
        let options = format!("path = '{}'", database.display());
        let profile = write_profile(&desk, "duck", manifest.to_str().unwrap(), &options);
        fill(&profile, &statements("DECIMAL(12, 2)"));
        let query = write_query(&desk, "duckdb");
        is_as_from_a_file(&desk, "duck", &query);
    }

    #[cfg(all(feature = "sqlite", unix))]
    #[test]
    fn the_driver_of_postgresql_gives_the_report_of_the_result() {
        let Some(driver) = postgresql() else { return };
        let Some(server) = postgres_server::Server::start() else {
            tools::missing("PostgreSQL (initdb, postgres, psql)");
            return;
        };
        let desk = Desk::new(&[]);
        let shown = server.psql().args(["-c", "SHOW unix_socket_directories"]).output().unwrap();
        let socket = String::from_utf8(shown.stdout).unwrap();
        let uri = format!(
            "uri = 'postgresql:///postgres?host={}&user=codeset&password={{{{ env_var(CODESET_TEST_PASSWORD) }}}}'",
            socket.trim()
        );
        let profile = write_profile(&desk, "billing", driver.to_str().unwrap(), &uri);
        fill(&profile, &statements("NUMERIC(12, 2)"));
        let query = write_query(&desk, "postgresql");
        is_as_from_a_file(&desk, "billing", &query);
        // A cell of the table is not part of a message.
        fill(&profile, &["UPDATE claims SET discharge_date = 'Smith 1950' WHERE dx1 = 'I10'".to_owned()]);
        let error = refused(&impact(&desk, &["adbc:billing", "--usage-query", &query]));
        assert!(error.contains("invalid input syntax for type date: \"*** ***\""), "{error}");
        assert!(!error.contains("Smith") && !error.contains("1950"), "{error}");
    }

    #[test]
    fn prepare_counts_the_codes_of_a_database() {
        let Some(driver) = sqlite() else { return };
        let desk = Desk::new(&[]);
        fill(&write_lite(&desk, &driver), &statements("TEXT"));
        let query = write_query(&desk, "sqlite");
        for (name, copy) in [("old.txt", "icd10cm-order-2025.txt"), ("new.txt", "icd10cm-order-2026.txt")] {
            fs::copy(desk.folder.path().join(name), desk.folder.path().join(copy)).unwrap();
        }
        let project =
            "new = '2026'\n[sets.icd10cm]\nold = 'icd10cm-order-2025.txt'\nnew = 'icd10cm-order-2026.txt'\n";
        fs::write(desk.folder.path().join("codeset.toml"), project).unwrap();
        let output = run(&desk, &["prepare", "--usage", "adbc:lite", "--usage-query", &query]);
        assert!(output.status.success(), "{output:?}");
        let json = fs::read_to_string(desk.folder.path().join("prepare-2026/prepare.json")).unwrap();
        assert!(json.contains("E872"), "{json}");
    }

    #[test]
    fn a_profile_or_driver_that_cannot_be_used_is_named_without_its_options() {
        let desk = Desk::new(&[("text.so", "not a library")]);
        let query = write_query(&desk, "sqlite");
        let secret = format!("password = '{PASSWORD}'");
        write_profile(&desk, "nowhere", "no_such_adbc_driver", &secret);
        write_profile(&desk, "missing", "/no/such/libdriver.so", &secret);
        write_profile(&desk, "text", desk.list("text.so").to_str().unwrap(), &secret);
        write_profile(&desk, "address", &format!("postgresql://mary:{PASSWORD}@db/billing"), &secret);
        write_profile(&desk, "syntax", "driver", &format!("password = {PASSWORD}"));
        write_profile(&desk, "braces", "driver", &format!("password = '{{{{ {PASSWORD} }}}}'"));
        write_profile(&desk, "list", "driver", &format!("password = ['{PASSWORD}']"));
        let versionless = desk.folder.path().join("profiles/version.toml");
        fs::write(versionless, format!("driver = 'x'\n[Options]\n{secret}\n")).unwrap();
        for (profile, reason) in [
            ("unknown", "cannot read the ADBC profile `unknown`: the profile was not found"),
            ("syntax", "cannot read the ADBC profile `syntax`: it is not valid TOML"),
            ("braces", "something else than {{ env_var(NAME) }}"),
            ("list", "an option is neither a text nor a number nor a truth value"),
            ("version", "it does not have profile_version = 1"),
            (
                "nowhere",
                "cannot load the driver of the ADBC profile `nowhere`: Driver not found: no_such_adbc_driver",
            ),
            ("missing", "cannot load the driver of the ADBC profile `missing`: "),
            ("text", "cannot load the driver of the ADBC profile `text`: "),
            ("address", "cannot load the driver of the ADBC profile `address`\n"),
        ] {
            let error = refused(&impact(&desk, &[&format!("adbc:{profile}"), "--usage-query", &query]));
            assert!(error.contains(reason) && error.contains("= help: "), "{error}");
            assert!(!error.contains(PASSWORD) && !error.contains("mary"), "{error}");
        }
    }

    #[test]
    fn a_query_that_fails_is_reported_with_the_reason() {
        let Some(driver) = sqlite() else { return };
        let desk = Desk::new(&[]);
        write_lite(&desk, &driver);
        let query = write_query(&desk, "sqlite");
        let error = refused(&impact(&desk, &["adbc:lite", "--usage-query", &query]));
        let reason = "the query failed in the database of the ADBC profile `lite`: ";
        assert!(error.contains(reason) && error.contains("no such table: claims"), "{error}");
        // A result of other releases is refused by its slots, and one without columns that are needed by their names.
        for (sql, reason) in [
            (
                "WITH a AS (SELECT 1)\nSELECT 'I10' AS code, '2001-01-01/..' AS edition_slot, 4 AS lines",
                "the same OLD, NEW",
            ),
            (
                "WITH a AS (SELECT 1)\nSELECT 'I10' AS code, 'undated' AS edition_slot",
                "there is no column `lines`",
            ),
            (
                "WITH a AS (SELECT 1)\nSELECT x'00' AS code, 'undated' AS edition_slot, 1 AS lines",
                "its column `code` has",
            ),
        ] {
            fs::write(desk.list("other.sql"), sql).unwrap();
            let error = refused(&impact(&desk, &["adbc:lite", "--usage-query", "lists/other.sql"]));
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn a_password_is_not_shown_when_a_connection_fails() {
        let Some(driver) = postgresql() else { return };
        let desk = Desk::new(&[]);
        let query = write_query(&desk, "postgresql");
        let in_environment = "{{ env_var(CODESET_TEST_PASSWORD) }}";
        for (name, uri) in [
            ("written", format!("postgresql://mary:{PASSWORD}@127.0.0.1:1/billing")),
            ("variable", format!("postgresql://mary:{in_environment}@127.0.0.1:1/billing")),
            // Without its escape, a part of the password is taken for the host.
            ("host", format!("postgresql://mary:x@{PASSWORD}/y@127.0.0.1:1/billing")),
            ("port", format!("postgresql://mary:x@y:{PASSWORD}/billing")),
            ("key", format!("{PASSWORD}=mary")),
        ] {
            write_profile(&desk, name, driver.to_str().unwrap(), &format!("uri = '{uri}'"));
            let usage = format!("adbc:{name}");
            let args = [&IMPACT[..], &["--usage", &usage, "--usage-query", &query]].concat();
            let mut command = desk.command(&args);
            command.env("ADBC_PROFILE_PATH", desk.folder.path().join("profiles"));
            let error = refused(&command.env("CODESET_TEST_PASSWORD", PASSWORD).output().unwrap());
            assert!(error.contains(&format!("cannot connect with the ADBC profile `{name}`: ")), "{error}");
            assert!(!error.to_lowercase().contains(PASSWORD) && !error.contains("mary"), "{error}");
        }
    }

    /// Starts `impact` with a query that does not end.
    #[cfg(target_os = "linux")]
    fn start_endless(desk: &Desk, driver: &Path) -> (Child, u32) {
        write_lite(desk, driver);
        let sql = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)\n\
            SELECT 'I10' AS code, 'undated' AS edition_slot, COUNT(*) AS lines FROM n;\n";
        fs::write(desk.list("endless.sql"), sql).unwrap();
        let args = [&IMPACT[..], &["--usage", "adbc:lite", "--usage-query", "lists/endless.sql"]].concat();
        let mut command = desk.command(&args);
        command.env("ADBC_PROFILE_PATH", desk.folder.path().join("profiles"));
        command.env("TMPDIR", desk.folder.path().join("lists"));
        let parent = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let child = wait_for(|| child_of(parent.id()).filter(|child| has_loaded(*child, driver)));
        (parent, child)
    }

    #[cfg(target_os = "linux")]
    fn wait_for<T>(mut found: impl FnMut() -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = found() {
                return found;
            }
            assert!(start.elapsed() < Duration::from_secs(60), "nothing happened for a minute");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    #[cfg(target_os = "linux")]
    fn child_of(parent: u32) -> Option<u32> {
        let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
        let mut numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        numbers.find(|process| {
            let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
            let after = stat.rsplit(") ").next().unwrap_or_default();
            after.split(' ').nth(1) == Some(&parent.to_string())
        })
    }

    #[cfg(target_os = "linux")]
    fn has_loaded(process: u32, library: &Path) -> bool {
        let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap_or_default();
        maps.contains(library.file_name().unwrap().to_str().unwrap())
    }

    #[cfg(target_os = "linux")]
    fn signal(process: u32, signal: &str) {
        assert!(Command::new("kill").args([signal, &process.to_string()]).status().unwrap().success());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_driver_that_crashes_or_is_killed_is_a_message() {
        let Some(driver) = sqlite() else { return };
        for (name, number) in [("-KILL", 9), ("-ABRT", 6)] {
            let desk = Desk::new(&[]);
            let (parent, child) = start_endless(&desk, &driver);
            let arguments = fs::read_to_string(format!("/proc/{child}/cmdline")).unwrap();
            assert!(!arguments.contains("claims.db"), "options of a profile are not arguments: {arguments}");
            signal(child, name);
            let error = refused(&parent.wait_with_output().unwrap());
            let message =
                format!("the driver of the ADBC profile `lite` crashed or was killed (signal {number})");
            assert!(error.contains(&message), "{error}");
            assert!(temporary_folders(&desk).is_empty());
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_driver_ends_with_the_program_that_waits_for_it() {
        let Some(driver) = sqlite() else { return };
        let desk = Desk::new(&[]);
        let (mut parent, child) = start_endless(&desk, &driver);
        assert_eq!(temporary_folders(&desk).len(), 1);
        parent.kill().unwrap();
        parent.wait().unwrap();
        wait_for(|| {
            (!Path::new(&format!("/proc/{child}/maps")).exists() || !has_loaded(child, &driver)).then_some(())
        });
        wait_for(|| temporary_folders(&desk).is_empty().then_some(()));
    }

    /// The folders for results that were not removed.
    #[cfg(target_os = "linux")]
    fn temporary_folders(desk: &Desk) -> Vec<PathBuf> {
        let entries = fs::read_dir(desk.folder.path().join("lists")).unwrap();
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
    }
}
