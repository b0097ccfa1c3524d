//! See `codeset_fuzz::openfda_ndc`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::openfda_ndc(bytes));
