//! See `codeset_fuzz::ndc`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::ndc(bytes));
