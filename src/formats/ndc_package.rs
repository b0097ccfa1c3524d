//! Packages of the NDC directory: of finished, unfinished and excluded drugs.
//!
//! Source: FDA, "NDC Package File Definitions". Text with tabs, titles in the first line: 8 columns; 4, later 6, of
//! unfinished drugs. Read by their titles, in any order.

use super::ndc_text::{self, Table, has_title};
use super::{Format, Options, Part, Sample};
use crate::model::{Level, SourceFile};

/// See the module.
pub(super) struct NdcPackage;

const TABLE: Table = Table {
    level: Level::Code,
    code: "NDCPACKAGECODE",
    parent: Some("PRODUCTNDC"),
    description: Some("PACKAGEDESCRIPTION"),
};

impl Format for NdcPackage {
    fn id(&self) -> &'static str {
        "ndc_package"
    }

    fn title(&self) -> &'static str {
        "NDC packages"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["ndc"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        has_title(sample, TABLE.code) && has_title(sample, "PACKAGEDESCRIPTION")
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        Part::Concepts(ndc_text::read(file, &TABLE))
    }
}
