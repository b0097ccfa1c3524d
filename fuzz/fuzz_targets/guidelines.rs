//! See `codeset_fuzz::guidelines`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codeset_fuzz::guidelines(bytes));
