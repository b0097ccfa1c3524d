//! See `codeset::fuzzing::openfda_ndc`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::openfda_ndc(bytes));
