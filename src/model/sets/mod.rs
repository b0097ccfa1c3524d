//! The code sets: one file and one line each.

mod hcpcs;
mod icd10cm;
mod icd10pcs;
mod icd11;
mod table;

pub use hcpcs::HCPCS;
pub use icd10cm::ICD10CM;
pub use icd10pcs::ICD10PCS;
pub use icd11::ICD11;
pub use table::TABLE;

use super::code_set::CodeSet;

/// Every set that is supported.
pub static ALL: &[&CodeSet] = &[&ICD10CM, &ICD10PCS, &HCPCS, &ICD11, &TABLE];
