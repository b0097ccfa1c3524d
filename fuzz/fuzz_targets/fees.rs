//! See `codeset::fuzzing::fees`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::fees(bytes));
