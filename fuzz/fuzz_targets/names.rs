//! See `codeset::fuzzing::names`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::names(bytes));
