//! See `codeset_fuzz::addenda`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::addenda(bytes));
