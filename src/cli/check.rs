//! `zeropark check`: read and validate, say what was understood; no simulation.

use super::{Common, DONE, WRONG_INPUT, messages};
use crate::park::{BuildOptions, build, facts};
use crate::scenario::Scenario;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Arguments of `check`.
#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    /// Scenario file (TOML)
    pub scenario: PathBuf,
}

/// Checks a scenario.
pub fn check(args: &CheckArgs, common: &Common) -> u8 {
    let built = Scenario::read(&args.scenario).and_then(|scenario| {
        build(&scenario, BuildOptions { seed: common.seed }).map(|project| (scenario, project))
    });
    let (scenario, project) = match built {
        Ok(built) => built,
        Err(problems) => {
            messages::print(&problems.0);
            return WRONG_INPUT;
        }
    };
    let mut text = format!("{} is sound: {} parks\n\n", args.scenario.display(), project.parks.len());
    let facts = facts(&project);
    let width = facts.iter().map(|fact| fact.key.chars().count()).max().unwrap_or(0).min(48);
    for fact in facts {
        text.push_str(&format!("{:width$}  {}\n", fact.key, fact.text));
    }
    text.push('\n');
    for data in &project.data_quality {
        text.push_str(&format!(
            "data of {} ({} rows, {} values filled):",
            data.file, data.rows, data.repaired
        ));
        if data.findings.is_empty() {
            text.push_str(" no defects found");
        }
        text.push('\n');
        for finding in &data.findings {
            let column = if finding.column.is_empty() { "" } else { &format!("{}: ", finding.column) };
            text.push_str(&format!("  {column}{}\n", finding.describe()));
        }
    }
    text.push('\n');
    for file in scenario.files.inputs() {
        text.push_str(&format!(
            "read {} ({} bytes, sha256 {}…)\n",
            file.path,
            file.bytes,
            &file.sha256[..12]
        ));
    }
    if !common.quiet {
        let _ = std::io::stdout().write_all(text.as_bytes());
        messages::print_warnings(&project.warnings, true, common.lang);
    }
    DONE
}
