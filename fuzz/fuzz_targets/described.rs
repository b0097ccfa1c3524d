//! See `codeset_fuzz::described`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::described(bytes));
