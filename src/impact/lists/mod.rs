//! Files that say which codes somebody keeps: a list of codes, a table of one's own. Their columns, systems and notations
//! are understood as those of usage are; nothing is counted.

mod code_list;
mod own_table;
mod rows;

pub use code_list::{read_code_list, read_codes_in_order};
pub use own_table::read_own_table;
