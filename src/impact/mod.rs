//! Impact by the codes in use: the codes that changed, how often they are used, and the actions to take.
//!
//! Only aggregates of usage leave this folder: codes, counts and the names of owners. No other column of a usage file
//! is kept, and rows are never shown. Lists of codes and the user's own tables are read here as well, by the same
//! rules.
//!
//! Invariant: no error quotes a usage file. Readers can only pass on codes, numbers and sentences of ours (`&'static
//! str`).

mod attributes;
mod item;
mod lists;
mod note_changes;
mod owners;
mod totals;
mod usage;
mod weigh;

pub use crate::read::ReadSeek;
pub use attributes::{
    Attribute, AttributeChange, AttributeImpact, AttributeTotals, ItemAttribute, Kept, attribute_impact,
};
pub use item::{Item, Status};
pub(crate) use lists::read_codes_in_order;
pub use lists::{read_code_list, read_own_table};
pub use note_changes::NotedPlace;
pub use owners::OwnerUse;
pub use totals::UsageTotals;
pub use usage::{
    Amount, Basis, ByMonth, ColumnChoice, CountedOnce, EditionSlot, EditionSlots, Editions, Judged, Misdated,
    OwnerCounts, Purpose, ResultColumn, Suppressed, Tally, Usage, UsageError, UsageOptions, UsageReader,
    read_usage, usage_layouts,
};
pub use weigh::{CategoryUse, Impact, MonthUse, NewCode, Unknown, impact};
