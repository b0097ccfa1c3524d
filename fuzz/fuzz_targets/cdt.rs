//! See `codeset_fuzz::cdt`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::cdt(bytes));
