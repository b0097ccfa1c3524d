//! Tables of codes, repaired: the scripts for databases that are not opened here.

mod script;

pub use script::{
    Addition, DayColumns, Dialect, Mode, NewCode, Replacement, ScriptError, Scripts, SetColumn, Spelling,
    TableNames, scripts,
};
