//! See `codeset::fuzzing::described`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::described(bytes));
