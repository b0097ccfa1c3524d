//! See `codeset::fuzzing::archive`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::archive(bytes));
