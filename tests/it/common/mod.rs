//! What several topics share: working folders, sample releases, official files, servers.

pub(crate) mod browser;
#[cfg_attr(not(feature = "fetch"), expect(dead_code, reason = "nothing is fetched without the feature"))]
pub(crate) mod desk;
pub(crate) mod imports;
pub(crate) mod lists;
#[cfg(unix)]
pub(crate) mod mariadb_server;
pub(crate) mod migrating;
pub(crate) mod official;
pub(crate) mod pages;
pub(crate) mod pdf;
#[cfg(unix)]
pub(crate) mod postgres_server;
pub(crate) mod row;
pub(crate) mod rows;
#[cfg(feature = "fetch")]
pub(crate) mod server;
pub(crate) mod slides;
pub(crate) mod sources;
pub(crate) mod tables;
pub(crate) mod tools;
