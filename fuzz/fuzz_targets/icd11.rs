//! See `codeset_fuzz::icd11`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::icd11(bytes));
