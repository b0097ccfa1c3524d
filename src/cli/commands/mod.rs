//! The commands: each resolves its arguments, calls the library, and writes a report.

#[cfg(feature = "adbc")]
pub(super) mod adbc_query;
pub(super) mod add;
pub(super) mod apply;
pub(super) mod crosswalk;
pub(super) mod demo;
pub(super) mod diff;
pub(super) mod evaluate;
pub(super) mod fetch;
pub(super) mod guidelines;
pub(super) mod history;
pub(super) mod impact;
pub(super) mod init;
pub(super) mod list;
pub(super) mod lock;
pub(super) mod lookup;
pub(super) mod map;
pub(super) mod migrate;
pub(super) mod prepare;
pub(super) mod scan;
pub(super) mod schema;
mod script;
pub(super) mod sets;
pub(super) mod shell;
mod split;
pub(super) mod store;
pub(super) mod teach;
pub(super) mod usage_sql;
pub(super) mod verify;
