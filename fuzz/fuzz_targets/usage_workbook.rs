//! See `codeset_fuzz::usage_workbook`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::usage_workbook(bytes));
