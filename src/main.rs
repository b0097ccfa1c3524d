//! The `codeset` program: see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    codeset::cli::run(std::env::args_os())
}
