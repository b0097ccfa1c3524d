//! See `codeset_fuzz::attributes`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::attributes(bytes));
