//! See `TARGETS` of `codeset_fuzz`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::run("hcpcs", bytes));
