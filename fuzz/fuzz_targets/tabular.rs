//! See `codeset::fuzzing::tabular`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::tabular(bytes));
