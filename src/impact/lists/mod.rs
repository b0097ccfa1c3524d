//! Files of the codes that a user keeps: a list of codes, or the user's own table. Their columns, systems and notations
//! are interpreted like those of usage files; no lines are counted.

mod code_list;
mod own_table;
mod rows;

pub use code_list::read_code_list;
pub(crate) use code_list::read_codes_in_order;
pub use own_table::read_own_table;
