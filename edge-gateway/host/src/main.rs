//! The `facematch` binary.

use facematch_host::commands;
use std::process::ExitCode;

fn main() -> ExitCode {
    commands::run()
}
