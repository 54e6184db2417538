//! `zeropark schema`: the JSON Schema of the scenario file, for editors.

use super::DONE;
use crate::scenario::attributes::{SCENARIO, STUDY};
use crate::scenario::reference::markdown;
use crate::scenario::schema::schema as write;
use clap::Args;
use std::io::Write;

/// Arguments of `schema`.
#[derive(Debug, Clone, Args)]
pub struct SchemaArgs {
    /// The schema of a study file instead
    #[arg(long)]
    pub study: bool,
    /// A page for readers (Markdown) instead of the schema
    #[arg(long)]
    pub markdown: bool,
}

/// Prints the schema.
pub fn schema(args: &SchemaArgs) -> u8 {
    let spec = if args.study { &STUDY } else { &SCENARIO };
    let text = if args.markdown {
        markdown(spec)
    } else {
        serde_json::to_string_pretty(&write(spec)).unwrap_or_default() + "\n"
    };
    let _ = std::io::stdout().write_all(text.as_bytes());
    DONE
}
