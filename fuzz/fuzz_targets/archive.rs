//! See `TARGETS` of `codeset_fuzz`.

#![no_main]

// A panic in a library that reads such files is caught where it is called. libFuzzer's own hook would end the process before
// that; a panic that nobody catches still ends it.
libfuzzer_sys::fuzz_target!(
    init: std::panic::set_hook(Box::new(|_| {})),
    |bytes: &[u8]| codeset_fuzz::run("archive", bytes)
);
