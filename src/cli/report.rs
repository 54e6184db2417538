//! `zeropark report`: draw the report of a finished run again, in another language or with another week.

use super::{Common, DONE, FAILED, WRONG_INPUT, messages};
use crate::output::redraw::{RedrawError, redraw};
use crate::problem::Problem;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `report`.
#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// Output folder of a finished run
    pub dir: PathBuf,
    /// First day of the week that the figures show, as month-day such as 07-14 [default: the week of the highest import]
    #[arg(long, value_name = "MM-DD")]
    pub week: Option<String>,
}

/// Draws figures, `report.html`, `report.md` and `report.xlsx` anew; all else stays as it is.
pub fn report(args: &ReportArgs, common: &Common) -> u8 {
    match redraw(&args.dir, args.week.as_deref(), common.lang, common.theme) {
        Ok(missing) => {
            if !common.quiet {
                messages::print_warnings(&missing, true, common.lang);
                println!("{}", args.dir.join("report.html").display());
            }
            DONE
        }
        Err(RedrawError::Input(problems)) => {
            messages::print(&problems.0);
            WRONG_INPUT
        }
        Err(RedrawError::Report(crate::report::ReportError::Folder(error))) if error.is_input() => {
            messages::print(&[Problem::error("output-folder", error.to_string())]);
            WRONG_INPUT
        }
        Err(error) => {
            eprintln!("{error}");
            FAILED
        }
    }
}
