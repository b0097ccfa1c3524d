//! See `codeset::fuzzing::cdt`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::cdt(bytes));
