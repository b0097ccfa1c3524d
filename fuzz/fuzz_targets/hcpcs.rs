//! See `codeset_fuzz::hcpcs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::hcpcs(bytes));
