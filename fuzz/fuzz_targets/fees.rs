//! See `codeset_fuzz::fees`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::fees(bytes));
