//! See `codeset_fuzz::previous`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::previous(bytes));
