//! See `codeset_fuzz::codes`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::codes(bytes));
