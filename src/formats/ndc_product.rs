//! Products of the NDC directory: finished, unfinished and excluded ones.
//!
//! Source: FDA, "NDC Product File Definitions". Text with tabs, titles in the first line: 20 columns; 14 of unfinished
//! drugs; 17 before August 2013, which had no PRODUCTID; 18 until 2018. Read by their titles, in any order.

use super::ndc_text::{self, Table, has_title};
use super::{Format, Options, Part, Sample};
use crate::model::{Level, SourceFile};

/// See the module.
pub(super) struct NdcProduct;

const TABLE: Table = Table { level: Level::Header, code: "PRODUCTNDC", parent: None, description: None };

impl Format for NdcProduct {
    fn id(&self) -> &'static str {
        "ndc_product"
    }

    fn title(&self) -> &'static str {
        "NDC products"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["ndc"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        has_title(sample, TABLE.code)
            && has_title(sample, "PRODUCTTYPENAME")
            && !has_title(sample, "NDCPACKAGECODE")
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        Part::Concepts(ndc_text::read(file, &TABLE))
    }
}
