//! The command line: one file per command; parses, calls one library function, prints.

pub mod summary;

use std::process::ExitCode;

/// Runs the command line and returns the process exit code (0 done, 1 failed, 2 wrong input).
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
