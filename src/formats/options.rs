//! The user's settings for files.

use crate::model::{CodeSet, Edition};

/// The user's settings for files, which override their content.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The code set.
    pub set: Option<&'static CodeSet>,
    /// The edition.
    pub edition: Option<Edition>,
    /// The heading of the column of codes, in a table of the user's own.
    pub key: Option<String>,
    /// Whether outputs may show licensed descriptions.
    pub shows_licensed: bool,
}
