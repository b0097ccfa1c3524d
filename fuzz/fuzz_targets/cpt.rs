//! See `codeset::fuzzing::cpt`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::cpt(bytes));
