//! See `codeset_fuzz::usage`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::usage(bytes));
