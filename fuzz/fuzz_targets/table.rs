//! See `codeset::fuzzing::table`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::table(bytes));
