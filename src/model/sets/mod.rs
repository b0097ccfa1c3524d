//! The code sets: one file and one line each.

mod cdt;
mod cpt;
mod hcpcs;
mod icd10cm;
mod icd10pcs;
mod icd11;
mod icd9;
mod ndc;
mod opps;
mod pfs;
mod table;

pub use cdt::CDT;
pub use cpt::CPT;
pub(crate) use cpt::{category as cpt_category, is_code as is_cpt_code};
pub use hcpcs::HCPCS;
pub use icd9::{ICD9CM, ICD9PCS};
pub use icd10cm::ICD10CM;
pub(crate) use icd10cm::with_fillers;
pub use icd10pcs::ICD10PCS;
pub use icd11::ICD11;
pub use ndc::NDC;
pub(crate) use ndc::{is_product, package_number};
pub use opps::OPPS;
pub use pfs::PFS;
pub use table::TABLE;

use super::code_set::CodeSet;

/// Every set that is supported.
pub static ALL: &[&CodeSet] = &[&ICD10CM, &ICD10PCS, &HCPCS, &CPT, &CDT, &NDC, &ICD11, &PFS, &OPPS, &TABLE];
