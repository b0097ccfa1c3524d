//! See `codeset::fuzzing::codes`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::codes(bytes));
