//! See `codeset::fuzzing::icd11`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::icd11(bytes));
