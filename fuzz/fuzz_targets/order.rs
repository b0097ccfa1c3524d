//! See `codeset::fuzzing::order`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::order(bytes));
