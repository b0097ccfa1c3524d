//! The code sets: one file and one line each.

mod cdt;
mod cpt;
mod icd10cm;
mod icd10pcs;
mod opps;
mod pfs;

pub use cdt::CDT;
pub use cpt::CPT;
pub(crate) use cpt::{category as cpt_category, is_code as is_cpt_code};
pub use icd10cm::ICD10CM;
pub use icd10pcs::ICD10PCS;
pub use opps::OPPS;
pub use pfs::PFS;

use super::code_set::CodeSet;

/// Every set that is supported.
pub static ALL: &[&CodeSet] = &[&ICD10CM, &ICD10PCS, &CPT, &CDT, &PFS, &OPPS];
