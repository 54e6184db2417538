//! The command line: one file per command; parses, calls one library function, prints.

mod check;
mod compare;
mod messages;
mod new;
mod report;
mod run;
mod schema;
pub mod summary;
mod sweep;

use crate::lang::Lang;
use crate::report::theme::Theme;
use crate::run::Format;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

/// Done; warnings were printed.
pub const DONE: u8 = 0;
/// The run failed: input and output, an interrupt, limits that cannot be met.
pub const FAILED: u8 = 1;
/// The input is wrong.
pub const WRONG_INPUT: u8 = 2;

/// Simulates zero-carbon parks for a year: wind, solar, storage, charging and load, with bill and carbon.
///
/// Without a command the built-in home case runs.
#[derive(Debug, Parser)]
#[command(name = "zeropark", version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Simulate every park for the year, baseline and configured; print the summary, write the output folder
    #[command(after_help = "Example:\n  zeropark run scenarios/jiaocheng.toml --out output/first --lang zh")]
    Run(run::RunArgs),
    /// Read and validate a scenario; print what was understood; no simulation
    #[command(after_help = "Example:\n  zeropark check my-park.toml")]
    Check(check::CheckArgs),
    /// Put finished runs side by side
    #[command(after_help = "Example:\n  zeropark compare output/first output/second --out output/difference")]
    Compare(compare::CompareArgs),
    /// Draw the report of a finished run again: another language, another week
    #[command(after_help = "Example:\n  zeropark report output/jiaocheng --lang zh --week 07-14")]
    Report(report::ReportArgs),
    /// Write a commented starter scenario that runs as it stands
    #[command(after_help = "Example:\n  zeropark new my-park && zeropark run my-park/park.toml")]
    New(new::NewArgs),
    /// Print the JSON Schema of the scenario file, for editors
    #[command(after_help = "Example:\n  zeropark schema > scenario.schema.json")]
    Schema(schema::SchemaArgs),
    /// Evaluate many designs in parallel, one row each
    #[command(after_help = "Example:\n  zeropark sweep study.toml --format parquet --out output/study")]
    Sweep(sweep::SweepArgs),
    /// Join the parts of a sharded sweep
    #[command(
        after_help = "Example:\n  zeropark merge output/study-1-of-2 output/study-2-of-2 --out output/study"
    )]
    Merge(sweep::MergeArgs),
}

/// Options every command takes.
#[derive(Debug, Clone, Default, Args)]
pub struct Common {
    /// Output folder [default: output/NAME, the scenario's name]
    #[arg(short, long, value_name = "DIR", global = true)]
    pub out: Option<PathBuf>,
    /// Language of summary and report
    #[arg(long, value_enum, default_value_t, global = true)]
    pub lang: Lang,
    /// Theme of the figures: light, or print, whose hatched areas can be told apart in grey
    #[arg(long, value_enum, default_value_t, global = true)]
    pub theme: Theme,
    /// Worker threads [default: all processors]; results do not depend on it
    #[arg(long, value_name = "N", global = true, value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// Seed of random sessions
    #[arg(long, value_name = "N", default_value_t = 1, global = true)]
    pub seed: u64,
    /// Print nothing but errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Print exactly summary.json on stdout
    #[arg(long, global = true)]
    pub json: bool,
    /// Format of series and sweep results
    #[arg(long, value_enum, default_value_t, global = true)]
    pub format: Format,
    /// Draw no figures and no report
    #[arg(long, global = true)]
    pub no_plots: bool,
    /// Write no series
    #[arg(long, global = true)]
    pub no_series: bool,
    /// Also write the series of the baseline
    #[arg(long, global = true)]
    pub baseline_series: bool,
}

/// Runs the command line and returns the process's exit code (0 done, 1 failed, 2 wrong input).
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(threads) = cli.common.threads {
        // Fails only if a pool stands already, which nothing before this line makes.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build_global();
    }
    // Ctrl-C lets work in progress end and clean up; a handler that cannot be set changes nothing else.
    let _ = ctrlc::set_handler(|| crate::run::INTERRUPTED.store(true, Ordering::Relaxed));
    let code = match cli.command {
        None => run::run(&run::RunArgs::default(), &cli.common),
        Some(Command::Run(args)) => run::run(&args, &cli.common),
        Some(Command::Check(args)) => check::check(&args, &cli.common),
        Some(Command::Compare(args)) => compare::compare(&args, &cli.common),
        Some(Command::Report(args)) => report::report(&args, &cli.common),
        Some(Command::New(args)) => new::new(&args),
        Some(Command::Schema(args)) => schema::schema(&args),
        Some(Command::Sweep(args)) => sweep::sweep(&args, &cli.common),
        Some(Command::Merge(args)) => sweep::merge(&args, &cli.common),
    };
    ExitCode::from(code)
}
