//! See `codeset_fuzz::cpt`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::cpt(bytes));
