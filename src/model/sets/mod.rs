//! The code sets: one file and one line each.

mod icd10cm;
mod icd10pcs;
mod ndc;

pub use icd10cm::ICD10CM;
pub use icd10pcs::ICD10PCS;
pub use ndc::NDC;
pub(crate) use ndc::{is_product, package_number};

use super::code_set::CodeSet;

/// Every set that is supported.
pub static ALL: &[&CodeSet] = &[&ICD10CM, &ICD10PCS, &NDC];
