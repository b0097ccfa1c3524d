//! What every room needs and no room of the field owns: text for people, threads, limits on unpacked data.
//!
//! Invariant: imports nothing of ours.

pub(crate) mod a1;
mod closed_list;
mod error;
mod parallel;
mod quotes;
mod text;
pub(crate) mod unpack;

pub(crate) use closed_list::closed_list;
#[cfg(test)]
pub(crate) use closed_list::only_words;
pub(crate) use error::with_causes;
#[cfg(feature = "fetch")]
pub(crate) use parallel::each;
#[cfg(feature = "parquet")]
pub(crate) use parallel::each_with;
pub(crate) use parallel::{both, cores, on_all_cores};
pub(crate) use quotes::Quotes;
pub(crate) use text::{counted, day, grouped, nearest, safe, safe_lines, words_cut};
