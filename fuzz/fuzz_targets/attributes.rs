//! See `codeset::fuzzing::attributes`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::attributes(bytes));
