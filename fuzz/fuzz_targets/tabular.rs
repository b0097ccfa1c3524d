//! See `codeset_fuzz::tabular`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::tabular(bytes));
