//! See `codeset::fuzzing::maps`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::maps(bytes));
