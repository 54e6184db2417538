//! `zeropark sweep` and `zeropark merge`: many designs, one row each.

use super::{Common, DONE, FAILED, WRONG_INPUT, messages};
use crate::lang::Lang;
use crate::park::BuildOptions;
use crate::problem::Problem;
use crate::run::{Format, INTERRUPTED};
use crate::sweep::{self, Evaluator, MANY_DESIGNS, Shard, Study, SweepError, SweepOptions, Swept};
use clap::Args;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Arguments of `sweep`.
#[derive(Debug, Clone, Args)]
pub struct SweepArgs {
    /// Study file (TOML): the scenario, the keys that vary, the metrics to keep
    pub study: PathBuf,
    /// Go on with an interrupted sweep; finished chunks are not computed again
    #[arg(long)]
    pub resume: bool,
    /// Compute one part of several, such as 2/8; join them with `merge`
    #[arg(long, value_name = "I/N", value_parser = Shard::parse)]
    pub shard: Option<Shard>,
    /// Allow more than two million designs
    #[arg(long)]
    pub yes: bool,
    /// Also write best.xlsx: the best designs, the front, and what each key does
    #[arg(long)]
    pub xlsx: bool,
}

/// Arguments of `merge`.
#[derive(Debug, Clone, Args)]
pub struct MergeArgs {
    /// Folders of the parts
    #[arg(required = true)]
    pub parts: Vec<PathBuf>,
    /// Also write best.xlsx: the best designs, the front, and what each key does
    #[arg(long)]
    pub xlsx: bool,
}

/// Runs a study.
pub fn sweep(args: &SweepArgs, common: &Common) -> u8 {
    let study = match Study::read(&args.study, common.seed) {
        Ok(study) => study,
        Err(problems) => return wrong(&problems.0),
    };
    if study.designs() > MANY_DESIGNS && !args.yes {
        let message = format!("the study has {} designs", study.designs());
        let problem = Problem::error("many-designs", message).hint("add --yes if that is meant");
        return wrong(&[problem.in_file(&args.study.display().to_string())]);
    }
    let (evaluator, project) = match Evaluator::new(&study, BuildOptions { seed: common.seed }) {
        Ok(evaluator) => evaluator,
        Err(problems) => return wrong(&problems.0),
    };
    let shard = args.shard.unwrap_or(Shard::WHOLE);
    let name = match args.shard {
        Some(Shard { index, count }) => format!("{}-{index}-of-{count}", study.name),
        None => study.name.clone(),
    };
    let options = SweepOptions {
        out: common.out.clone().unwrap_or_else(|| Path::new("output").join(name)),
        format: if common.format == Format::Parquet { sweep::Format::Parquet } else { sweep::Format::Csv },
        shard,
        resume: args.resume,
    };
    let progress = Progress::new(common.quiet);
    let stop = || INTERRUPTED.load(Ordering::Relaxed);
    let title = format!("{} · {}", common.lang.pick(&project.title.en, &project.title.zh), study.name);
    let present =
        |insight: &sweep::Insight, folder: &Path| present(insight, &title, folder, args.xlsx, common);
    let swept =
        sweep::run(&study, &evaluator, &options, &|done, all| progress.show(done, all), &stop, &present);
    progress.end();
    if !common.quiet {
        messages::print_warnings(&project.warnings, common.verbose, common.lang);
    }
    report(swept, &options.out, common)
}

/// Joins the parts of a sweep.
pub fn merge(args: &MergeArgs, common: &Common) -> u8 {
    let out = common.out.clone().unwrap_or_else(|| Path::new("output").join("merged"));
    let name = out.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let present =
        |insight: &sweep::Insight, folder: &Path| present(insight, &name, folder, args.xlsx, common);
    report(sweep::merge(&args.parts, &out, &present), &out, common)
}

/// The report of a finished sweep.
fn present(
    insight: &sweep::Insight,
    title: &str,
    folder: &Path,
    xlsx: bool,
    common: &Common,
) -> std::io::Result<()> {
    let written = crate::report::sweep::write(insight, title, folder, xlsx, common.lang);
    written.map_err(|error| match error {
        crate::report::ReportError::Io(error) => error,
        other => std::io::Error::other(other.to_string()),
    })
}

fn wrong(problems: &[Problem]) -> u8 {
    messages::print(problems);
    WRONG_INPUT
}

fn report(swept: Result<Swept, SweepError>, out: &Path, common: &Common) -> u8 {
    match swept {
        Ok(swept) => {
            if !common.quiet {
                print!("{}", text(&swept, out, common.lang));
            }
            DONE
        }
        Err(error) if error.is_input() => wrong(&[Problem::error("sweep", error.to_string())]),
        Err(error) => {
            eprintln!("{error}");
            FAILED
        }
    }
}

/// What a finished sweep says on stdout.
fn text(swept: &Swept, out: &Path, lang: Lang) -> String {
    let Swept { designs, ok, infeasible, invalid, excluded, wall_time_s, .. } = swept;
    let rate = *designs as f64 / wall_time_s.max(1e-9);
    let out = out.display();
    let slow = swept.slow_keys.join(", ");
    let reason = swept.first_reason.as_deref().unwrap_or_default();
    let mut lines = match lang {
        Lang::En => vec![
            format!("{designs} designs in {wall_time_s:.1} s ({rate:.0} per second), in {out}"),
            format!("{ok} ok, {infeasible} infeasible, {invalid} invalid, {excluded} excluded by conditions"),
        ],
        Lang::Zh => vec![
            format!("{designs} 个方案，用时 {wall_time_s:.1} 秒（每秒 {rate:.0} 个），结果在 {out}"),
            format!("可行 {ok}，不可行 {infeasible}，无效 {invalid}，被条件排除 {excluded}"),
        ],
    };
    if !reason.is_empty() {
        lines.push(match lang {
            Lang::En => format!("first without metrics: {reason}"),
            Lang::Zh => format!("首个无结果的方案：{reason}"),
        });
    }
    if !slow.is_empty() {
        lines.push(match lang {
            Lang::En => format!("the project is built again for each value of: {slow}"),
            Lang::Zh => format!("以下键的每个取值都会重新建模：{slow}"),
        });
    }
    for warning in swept.warnings.iter().take(5) {
        lines.push(match lang {
            Lang::En => format!("some designs: {warning}"),
            Lang::Zh => format!("部分方案：{warning}"),
        });
    }
    if swept.warnings.len() > 5 {
        let more = swept.warnings.len() - 5;
        lines.push(match lang {
            Lang::En => format!("{more} more warnings of some designs stand in manifest.json"),
            Lang::Zh => format!("另有 {more} 条部分方案的警告，见 manifest.json"),
        });
    }
    if let Some(why) = &swept.one_by_one {
        lines.push(match lang {
            Lang::En => format!("designs ran one by one, not eight side by side: {why}"),
            Lang::Zh => format!("方案逐个计算，未八个并行：{why}"),
        });
    }
    lines.join("\n") + "\n"
}

/// A progress bar on a terminal, a plain line every few seconds elsewhere.
struct Progress {
    bar: Option<indicatif::ProgressBar>,
    quiet: bool,
    last: Mutex<(Instant, Instant)>,
}

impl Progress {
    fn new(quiet: bool) -> Self {
        let style = indicatif::ProgressStyle::with_template(
            "{wide_bar} {human_pos}/{human_len} designs, {per_sec}, {eta} left",
        );
        let terminal = !quiet && std::io::stderr().is_terminal();
        let bar = terminal.then(|| match style {
            Ok(style) => indicatif::ProgressBar::no_length().with_style(style),
            Err(_) => indicatif::ProgressBar::no_length(),
        });
        let now = Instant::now();
        Self { bar, quiet, last: Mutex::new((now, now)) }
    }

    fn show(&self, done: u64, all: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(all);
            bar.set_position(done);
            return;
        }
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !self.quiet && last.1.elapsed() > Duration::from_secs(5) {
            let rate = done as f64 / last.0.elapsed().as_secs_f64();
            let left = (all - done) as f64 / rate.max(1e-9);
            eprintln!("{done} of {all} designs, {rate:.0} per second, {left:.0} s left");
            last.1 = Instant::now();
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
