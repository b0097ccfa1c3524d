//! See `codeset_fuzz::difference`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::difference(bytes));
