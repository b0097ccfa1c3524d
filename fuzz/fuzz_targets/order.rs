//! See `codeset_fuzz::order`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::order(bytes));
