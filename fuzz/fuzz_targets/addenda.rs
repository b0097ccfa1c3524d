//! See `codeset::fuzzing::addenda`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::addenda(bytes));
