//! See `codeset::fuzzing::previous`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::previous(bytes));
