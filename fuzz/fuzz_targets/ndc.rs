//! See `codeset::fuzzing::ndc`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::ndc(bytes));
