//! See `codeset::fuzzing::usage`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::usage(bytes));
