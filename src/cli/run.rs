//! `zeropark run`: simulate a scenario, print the summary, write the output folder.

use super::{Common, DONE, FAILED, WRONG_INPUT, messages, summary};
use crate::lang::Lang;
use crate::problem::Problem;
use crate::run::{RunError, RunOptions, run_telling as execute};
use crate::scenario::Scenario;
use clap::Args;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

/// Arguments of `run`.
#[derive(Debug, Clone, Default, Args)]
pub struct RunArgs {
    /// Scenario file (TOML) [default: the built-in home case]
    pub scenario: Option<PathBuf>,
    /// Also simulate every policy and the optimum; print them side by side and write policies.csv
    #[arg(long)]
    pub compare_policies: bool,
    /// First day of the week that the figures show, as month-day such as 07-14 [default: the week of the highest import; at the end of the year the last seven days]
    #[arg(long, value_name = "MM-DD")]
    pub week: Option<String>,
}

/// Runs a scenario.
pub fn run(args: &RunArgs, common: &Common) -> u8 {
    let scenario = match args.scenario.as_deref().map_or_else(Scenario::home, Scenario::read) {
        Ok(scenario) => scenario,
        Err(problems) => {
            messages::print(&problems.0);
            return WRONG_INPUT;
        }
    };
    let week = match args.week.as_deref().map(|text| scenario.day_of_year(text)).transpose() {
        Ok(week) => week,
        Err(problem) => {
            messages::print(&[problem]);
            return WRONG_INPUT;
        }
    };
    let options = RunOptions {
        out: common.out.clone(),
        lang: common.lang,
        seed: common.seed,
        format: common.format,
        plots: !common.no_plots,
        series: !common.no_series,
        baseline_series: common.baseline_series,
        compare_policies: args.compare_policies,
        week,
        theme: common.theme,
    };
    // https://no-color.org
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let tell = |done: usize, all: usize, policy: &str| {
        let name = crate::policies::name_of(policy, common.lang);
        let text = match common.lang {
            Lang::En => format!("policy {} of {all}: {name}", done + 1),
            Lang::Zh => format!("策略 {}/{all}：{name}", done + 1),
        };
        notice(&text);
    };
    let terminal = !common.quiet && std::io::stderr().is_terminal();
    let finished = if terminal {
        execute(&scenario, &options, &tell)
    } else {
        execute(&scenario, &options, &|_, _, _| {})
    };
    if terminal && args.compare_policies {
        notice("");
    }
    match finished {
        Ok(finished) => {
            let text = if common.json {
                finished.summary_json.clone()
            } else if common.quiet {
                String::new()
            } else {
                let mut text = summary::text(&finished, common.lang, colour);
                if args.compare_policies {
                    text.push_str(&crate::policies::text(&finished.policies, common.lang));
                }
                text
            };
            let printed =
                std::io::stdout().write_all(text.as_bytes()).and_then(|()| std::io::stdout().flush());
            if !common.quiet {
                messages::print_warnings(&finished.warnings, common.verbose, common.lang);
            }
            match printed {
                // A closed pipe is the reader's choice, not a failure of the run.
                Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                    eprintln!(
                        "the output cannot be printed: {error}; the run stands in {}",
                        finished.folder.display()
                    );
                    FAILED
                }
                _ => DONE,
            }
        }
        Err(error) => report(&error),
    }
}

/// Writes one line over the last on a terminal.
fn notice(text: &str) {
    eprint!("\r\u{1b}[2K{text}");
    let _ = std::io::stderr().flush();
}

/// Prints why a run ended and returns the exit code that says so.
pub fn report(error: &RunError) -> u8 {
    match error {
        RunError::Input(problems) => {
            messages::print(&problems.0);
            WRONG_INPUT
        }
        RunError::Folder(folder) if folder.is_input() => {
            messages::print(&[Problem::error("output-folder", folder.to_string())]);
            WRONG_INPUT
        }
        other => {
            eprintln!("{other}");
            FAILED
        }
    }
}
