//! See `codeset::fuzzing::difference`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::difference(bytes));
