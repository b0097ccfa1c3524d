//! The code sets: one file and one line each, and the sets that catalogs describe.
//!
//! Invariant: everything in which sets differ is a field of their descriptor, on top of `CodeSet::PLAIN`; no other room
//! tests for a set.

mod cdt;
mod cpt;
mod hcpcs;
mod icd10cm;
mod icd10pcs;
mod icd11;
mod icd9;
mod level_two;
mod ndc;
mod opps;
mod pfs;
mod table;

pub use cdt::CDT;
pub use cpt::CPT;
pub(crate) use cpt::{category as cpt_category, is_code as is_cpt_code};
pub use hcpcs::HCPCS;
pub(super) use icd9::diagnosis_category_length;
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

use std::sync::{PoisonError, RwLock};

use super::code_set::CodeSet;

/// Every set that is supported.
pub static ALL: &[&CodeSet] = &[&ICD10CM, &ICD10PCS, &HCPCS, &CPT, &CDT, &NDC, &ICD11, &PFS, &OPPS, &TABLE];

/// The sets that catalogs describe. A name such as `icd10gm@2015` is resolved with this list wherever it is parsed, so
/// the list is global.
static DESCRIBED: RwLock<Vec<&'static CodeSet>> = RwLock::new(Vec::new());

/// Registers a described set by its id; it replaces an earlier described set with the same id.
pub fn describe(set: &'static CodeSet) {
    let mut sets = DESCRIBED.write().unwrap_or_else(PoisonError::into_inner);
    sets.retain(|known| known.id != set.id);
    sets.push(set);
}

/// Returns every set: those with readers of their own, then the described ones in the order they were described.
pub fn all() -> Vec<&'static CodeSet> {
    let described = DESCRIBED.read().unwrap_or_else(PoisonError::into_inner);
    ALL.iter().chain(described.iter()).copied().collect()
}

/// Returns the set with this id, or `None`: one with built-in readers, or one that was [described](describe).
pub fn by_id(id: &str) -> Option<&'static CodeSet> {
    all().into_iter().find(|set| set.id.eq_ignore_ascii_case(id))
}
