//! See `codeset::fuzzing::hcpcs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset::fuzzing::hcpcs(bytes));
