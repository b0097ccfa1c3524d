//! Errors about queries that ADBC drivers run. They name the profile; what a driver reports has been masked before.

use std::io;

/// A step of running a query through ADBC.
#[cfg(feature = "adbc")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Step {
    /// Find and read the profile.
    Profile,
    /// Load the driver.
    Driver,
    /// Connect to the database.
    Connection,
    /// Run the query and read its result.
    Query,
}

#[cfg(feature = "adbc")]
impl Step {
    pub(in crate::cli) const ALL: [Self; 4] = [Self::Profile, Self::Driver, Self::Connection, Self::Query];

    /// Returns the name by which one process reports the step to another one.
    pub(in crate::cli) fn id(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Driver => "driver",
            Self::Connection => "connection",
            Self::Query => "query",
        }
    }

    /// Returns the words for its failure.
    fn failed(self) -> &'static str {
        match self {
            Self::Profile => "cannot read the ADBC profile",
            Self::Driver => "cannot load the driver of the ADBC profile",
            Self::Connection => "cannot connect with the ADBC profile",
            Self::Query => "the query failed in the database of the ADBC profile",
        }
    }
}

/// The reason why a query cannot be run through ADBC.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum AdbcError {
    /// A step failed.
    #[cfg(feature = "adbc")]
    #[error("{} `{profile}`{}{reason}", step.failed(), if reason.is_empty() { "" } else { ": " })]
    Failed {
        /// The step.
        step: Step,
        /// The profile as typed.
        profile: String,
        /// The reason in words that are safe to show, if there are any.
        reason: String,
    },
    /// The process with the driver ended without a result.
    #[cfg(feature = "adbc")]
    #[error("the driver of the ADBC profile `{profile}` {ended}")]
    Crashed {
        /// The profile as typed.
        profile: String,
        /// How the process ended.
        ended: String,
    },
    /// The process with the driver cannot be started.
    #[cfg(feature = "adbc")]
    #[error("cannot start a process for the driver of the ADBC profile `{profile}`")]
    NotStarted {
        /// The profile as typed.
        profile: String,
        /// Why not.
        source: io::Error,
    },
    /// The query cannot be read.
    #[error("cannot read the query `{path}`")]
    Unread {
        /// The path as typed.
        path: String,
        /// Why not.
        source: io::Error,
    },
    /// A file is not a query that this program wrote.
    #[error("`{path}` is not a query of codeset usage-sql")]
    NotQuery {
        /// The path as typed.
        path: String,
    },
    /// The program was built without ADBC.
    #[cfg(not(feature = "adbc"))]
    #[error("this build of codeset has no ADBC support")]
    NotBuilt,
}

impl AdbcError {
    /// Returns the hint on how to fix it.
    pub(in crate::cli) fn hint(&self) -> &'static str {
        match self {
            #[cfg(feature = "adbc")]
            Self::Failed { step: Step::Profile, .. } => {
                "compare it with the one in docs/guides/beyond-one-machine.md: PROFILE.toml in a folder of ADBC_PROFILE_PATH, or in \
                 your folder for ADBC profiles"
            }
            #[cfg(feature = "adbc")]
            Self::Failed { step: Step::Driver, .. } => {
                "install the driver, for example with dbc install, or name its file or manifest as `driver` in the profile"
            }
            #[cfg(feature = "adbc")]
            Self::Failed { step: Step::Connection, .. } => {
                "check the options of the profile and the environment variables that it uses"
            }
            #[cfg(feature = "adbc")]
            Self::Failed { step: Step::Query, .. } => {
                "write the query for the tables of this database: codeset usage-sql OLD NEW --dialect DIALECT --table NAME"
            }
            #[cfg(feature = "adbc")]
            Self::Crashed { .. } => {
                "update the driver, or run the query with another tool and pass its result with --usage FILE"
            }
            #[cfg(feature = "adbc")]
            Self::NotStarted { .. } => {
                "run the query with another tool, and pass its result with --usage FILE"
            }
            Self::Unread { .. } | Self::NotQuery { .. } => {
                "write one: codeset usage-sql OLD NEW --dialect DIALECT --table NAME -o FILE"
            }
            #[cfg(not(feature = "adbc"))]
            Self::NotBuilt => {
                "run the query with another tool and pass its result with --usage FILE, or build codeset with --features adbc"
            }
        }
    }
}
