//! `zeropark schema`: the JSON Schema of the scenario file, for editors.

use super::DONE;
use crate::scenario::attributes::{SCENARIO, STUDY};
use crate::scenario::schema::schema as write;
use clap::Args;
use std::io::Write;

/// Arguments of `schema`.
#[derive(Debug, Clone, Args)]
pub struct SchemaArgs {
    /// The schema of a study file instead
    #[arg(long)]
    pub study: bool,
}

/// Prints the schema.
pub fn schema(args: &SchemaArgs) -> u8 {
    let spec = if args.study { &STUDY } else { &SCENARIO };
    let text = serde_json::to_string_pretty(&write(spec)).unwrap_or_default();
    let _ = writeln!(std::io::stdout(), "{text}");
    DONE
}
