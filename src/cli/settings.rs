//! The settings that result from the arguments about releases: the same for every command, with defaults for options
//! that it does not accept.

use std::path::PathBuf;

use super::args::{
    AddArgs, ApplyArgs, CatalogOptions, CodeMapArgs, ColumnOption, CrosswalkArgs, DiffArgs, EvaluateArgs,
    FetchArgs, GuidelinesArgs, HistoryArgs, ImpactArgs, InitArgs, LicenseOption, ListArgs, LockArgs,
    LookupArgs, MigrateFilesArgs, MigrateSqlArgs, PairOptions, PrepareArgs, ReleaseColumnOption,
    ReleaseOptions, ScanArgs, SetsArgs, StoreArgs, StoreOptions, TeachArgs, UsageSqlArgs, VerifyArgs,
};

/// How releases are found and read.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// The set that all releases are of.
    pub(super) set: Option<String>,
    /// Their editions, in their order.
    pub(super) editions: Vec<String>,
    /// The column of codes in a release that is a table of the user's own.
    pub(super) release_column: Option<String>,
    /// The column of codes in lists and tables that are compared with releases.
    pub(super) list_column: Option<String>,
    /// True if outputs show licensed descriptions.
    pub(super) licensed: bool,
    /// True if OLD may be newer than NEW.
    pub(super) backward: bool,
    /// True if only releases in `codeset.lock` are used.
    pub(super) locked: bool,
    /// The folder of the store; `None` for the usual one.
    pub(super) store: Option<PathBuf>,
    /// The user's own catalogs.
    pub(super) catalogs: Vec<PathBuf>,
}

impl Settings {
    fn licensed(self, args: &LicenseOption) -> Self {
        Self { licensed: args.with_licensed_text, ..self }
    }

    /// Names the column of codes in every table of the user's own, releases included.
    fn column(self, args: &ColumnOption) -> Self {
        Self { release_column: args.code_column.clone(), list_column: args.code_column.clone(), ..self }
    }

    fn release_column(self, args: &ReleaseColumnOption) -> Self {
        Self { release_column: args.release_column.clone(), ..self }
    }

    fn list_column(self, column: Option<&String>) -> Self {
        Self { list_column: column.cloned(), ..self }
    }
}

impl From<&CatalogOptions> for Settings {
    fn from(args: &CatalogOptions) -> Self {
        Self { catalogs: args.catalog.clone(), ..Self::default() }
    }
}

impl From<&StoreOptions> for Settings {
    fn from(args: &StoreOptions) -> Self {
        Self { store: args.store.clone(), ..Self::from(&args.catalogs) }
    }
}

impl From<&ReleaseOptions> for Settings {
    fn from(args: &ReleaseOptions) -> Self {
        Self {
            set: args.set.set.clone(),
            editions: args.edition.clone(),
            locked: args.lock.locked,
            ..Self::from(&args.store)
        }
    }
}

impl From<&PairOptions> for Settings {
    fn from(args: &PairOptions) -> Self {
        Self { backward: args.backward, ..Self::from(&args.releases) }
    }
}

/// Lists which groups of options each command has.
macro_rules! settings {
    ($($command:ty: |$args:ident| $settings:expr;)+) => {$(
        impl From<&$command> for Settings {
            fn from($args: &$command) -> Self {
                $settings
            }
        }
    )+};
}

settings! {
    DiffArgs: |args| Self::from(&args.pair).licensed(&args.license).column(&args.column);
    VerifyArgs: |args| Self::from(&args.pair).licensed(&args.license);
    ApplyArgs: |args| Self::from(&args.reading);
    LookupArgs: |args| Self::from(&args.reading).licensed(&args.license).column(&args.column);
    GuidelinesArgs: |args| Self::from(&args.pair).list_column(args.reading.code_column.as_ref().filter(|_| args.usage.is_empty()));
    HistoryArgs: |args| Self::from(&args.reading).licensed(&args.license).column(&args.column);
    CrosswalkArgs: |args| {
        // With --usage the column is that of the usage files.
        let list = args.reading.code_column.as_ref().filter(|_| args.usage.is_empty());
        let list = list.or(args.column.release_column.as_ref());
        Self::from(&args.pair).licensed(&args.license).release_column(&args.column).list_column(list)
    };
    CodeMapArgs: |args| Self::from(&args.reading).licensed(&args.license).column(&args.column);
    EvaluateArgs: |args| Self::from(&args.pair).column(&args.column);
    ImpactArgs: |args| Self::from(&args.pair).licensed(&args.license).release_column(&args.column);
    PrepareArgs: |args| {
        Self { locked: args.lock.locked, ..Self::from(&args.store) }.licensed(&args.license)
    };
    ScanArgs: |args| Self::from(&args.pair).licensed(&args.license).release_column(&args.column);
    MigrateFilesArgs: |args| Self::from(&args.pair).licensed(&args.license).release_column(&args.column);
    MigrateSqlArgs: |args| Self::from(&args.pair).licensed(&args.license).release_column(&args.column);
    UsageSqlArgs: |args| Self::from(&args.pair).release_column(&args.column);
    FetchArgs: |args| Self { locked: args.lock.locked, ..Self::from(&args.store) };
    AddArgs: |args| Self { set: args.set.set.clone(), ..Self::from(&args.store) };
    InitArgs: |args| Self::from(&args.store);
    ListArgs: |args| Self::from(&args.store);
    LockArgs: |args| Self::from(&args.store);
    StoreArgs: |args| Self::from(args.command.store());
    TeachArgs: |args| {
        let list = args.reading.code_column.as_ref().filter(|_| args.usage.is_empty());
        let list = list.or(args.column.release_column.as_ref());
        Self::from(&args.pair).licensed(&args.license).release_column(&args.column).list_column(list)
    };
    SetsArgs: |args| Self::from(&args.catalogs);
}
