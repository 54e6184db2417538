//! `zeropark new`: a commented starter scenario.

use super::{DONE, FAILED, WRONG_INPUT, messages};
use crate::problem::Problem;
use crate::scenario::starter;
use clap::Args;
use std::io::ErrorKind;
use std::path::PathBuf;

/// Arguments of `new`.
#[derive(Debug, Clone, Args)]
pub struct NewArgs {
    /// Folder to write the scenario to: new, or empty
    pub dir: PathBuf,
}

/// Writes the starter.
pub fn new(args: &NewArgs) -> u8 {
    match starter::write(&args.dir) {
        Ok(files) => {
            for file in &files {
                println!("wrote {}", file.display());
            }
            println!("run it: zeropark run {}", files[0].display());
            DONE
        }
        Err(error) if matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotADirectory) => {
            let message = format!("`{}` is there and is not an empty folder", args.dir.display());
            messages::print(&[Problem::error("output-folder", message).hint("name a new folder")]);
            WRONG_INPUT
        }
        Err(error) => {
            eprintln!("`{}` cannot be written: {error}", args.dir.display());
            FAILED
        }
    }
}
