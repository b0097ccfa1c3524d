//! See `codeset::fuzzing::usage_workbook`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::usage_workbook(bytes));
