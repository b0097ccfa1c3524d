//! See `codeset_fuzz::maps`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::maps(bytes));
