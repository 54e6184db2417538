//! A sweep from study to result table: chunk by chunk, resumable, in parts.
//!
//! Work in progress stands in `<out>.partial` with `sweep.json`, which says whose chunks they are.
//! A finished whole sweep is swapped in as a folder with the table; a finished part keeps its
//! chunks for [`merge`].

use super::chunks::{Chunks, Rows, Shard, Status, chunk_count, designs_of};
use super::evaluate::{Evaluated, Evaluator};
use super::insight::{self, Insight};
use super::results::{self, Column, Format, Layout};
use super::scratch::Scratch;
use super::study::{Design, Study};
use crate::output::folder::{FolderError, MANIFEST, check_place};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What a folder of chunks belongs to.
const HEAD: &str = "sweep.json";

/// Why a sweep ended without its table.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The chunks there are not of this study.
    #[error("{0}")]
    Foreign(String),
    /// The system refused.
    #[error("{what}: {error}; finished chunks are kept in {kept} (hint: make room and go on with --resume)")]
    Io {
        /// What was being done.
        what: String,
        /// What the system said.
        error: io::Error,
        /// Where the finished chunks are.
        kept: String,
    },
    /// The user interrupted it.
    #[error("interrupted; {done} of {chunks} chunks are finished in {kept} (hint: go on with --resume)")]
    Interrupted {
        /// Finished chunks.
        done: u64,
        /// All chunks.
        chunks: u64,
        /// Where they are.
        kept: String,
    },
}

impl SweepError {
    /// Whether the user asked for something wrong (exit code 2), rather than the work having failed.
    pub fn is_input(&self) -> bool {
        match self {
            Self::Folder(error) => error.is_input(),
            Self::Foreign(_) => true,
            Self::Io { .. } | Self::Interrupted { .. } => false,
        }
    }
}

/// How a sweep is run.
#[derive(Debug, Clone)]
pub struct SweepOptions {
    /// Output folder.
    pub out: PathBuf,
    /// Format of the table.
    pub format: Format,
    /// Which part.
    pub shard: Shard,
    /// Whether finished chunks of an interrupted run are used.
    pub resume: bool,
}

/// The head of a folder of chunks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Head {
    fingerprint: String,
    study: String,
    designs: u64,
    shard: Shard,
    settings: Vec<Column>,
    metrics: Vec<Column>,
    objectives: Option<Vec<String>>,
    format: Format,
}

impl Head {
    fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(folder.join(HEAD)).ok()?).ok()
    }

    fn layout(&self) -> Layout<'_> {
        Layout { settings: &self.settings, metrics: &self.metrics, designs: self.designs }
    }

    fn chunks(&self, folder: &Path) -> Chunks {
        Chunks::new(folder, &self.settings, self.metrics.len())
    }
}

/// A finished sweep.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Swept {
    /// Designs of this run.
    pub designs: u64,
    /// Designs that were simulated, in this run and before.
    pub ok: u64,
    /// Designs whose limits cannot be met.
    pub infeasible: u64,
    /// Designs whose values are no valid scenario.
    pub invalid: u64,
    /// Designs that a condition leaves out.
    pub excluded: u64,
    /// Chunks that stood already.
    pub resumed_chunks: u64,
    /// Why the first design that has no metrics has none.
    pub first_reason: Option<String>,
    /// Keys that build the project again.
    pub slow_keys: Vec<String>,
    /// Why designs ran one by one instead of eight side by side; none where they did not.
    pub one_by_one: Option<String>,
    /// Warnings that only some designs have, not the scenario as it stands.
    pub warnings: Vec<String>,
    /// Wall time, s.
    pub wall_time_s: f64,
}

impl Swept {
    fn count(&mut self, rows: &Rows) {
        for status in &rows.status {
            *match status {
                Status::Ok => &mut self.ok,
                Status::Infeasible => &mut self.infeasible,
                Status::Invalid => &mut self.invalid,
                Status::Excluded => &mut self.excluded,
            } += 1;
        }
    }
}

/// What makes a report of a finished sweep in its folder.
pub type Present<'a> = &'a dyn Fn(&Insight, &Path) -> io::Result<()>;

/// Runs a study, or a part of it.
///
/// `progress` hears of designs done and all designs; `stop` ends the work after a design; `present`
/// adds to the folder of a whole sweep before it is finished.
///
/// # Errors
/// If the folder cannot be used, the system refuses, or the user interrupts; finished chunks stay.
pub fn run(
    study: &Study,
    evaluator: &Evaluator<'_>,
    options: &SweepOptions,
    progress: &(dyn Fn(u64, u64) + Sync),
    stop: &(dyn Fn() -> bool + Sync),
    present: Present<'_>,
) -> Result<Swept, SweepError> {
    let started = Instant::now();
    check_place(&options.out)?;
    let head = Head {
        fingerprint: study.fingerprint.clone(),
        study: study.name.clone(),
        designs: study.designs(),
        shard: options.shard,
        settings: study.columns(),
        metrics: evaluator.columns.clone(),
        objectives: study.objectives.clone(),
        format: options.format,
    };
    let partial = sibling(&options.out, "partial");
    let kept = partial.display().to_string();
    let io_error = |what: &str| {
        let (what, kept) = (what.to_owned(), kept.clone());
        move |error| SweepError::Io { what, error, kept }
    };
    begin(&partial, &head, options.resume)?.map_err(io_error("the sweep cannot begin"))?;
    let chunks = head.chunks(&partial);
    let range = options.shard.range(chunk_count(head.designs));
    let all: u64 = range.clone().map(|chunk| span(chunk, head.designs)).sum();
    let mut swept = Swept {
        designs: all,
        one_by_one: evaluator.one_by_one.clone(),
        slow_keys: evaluator.slow_keys().into_iter().map(str::to_owned).collect(),
        ..Swept::default()
    };
    let mut done = 0;
    for chunk in range.clone() {
        let rows = if chunks.has(chunk) {
            swept.resumed_chunks += 1;
            let rows = chunks.read(chunk, span(chunk, head.designs) as usize);
            rows.map_err(io_error("a finished chunk cannot be read"))?
        } else {
            let Some((rows, reason)) = rows_of(study, evaluator, designs_of(chunk, head.designs), stop)
            else {
                let done = chunk - range.start;
                return Err(SweepError::Interrupted { done, chunks: range.end - range.start, kept });
            };
            chunks.write(chunk, &rows).map_err(io_error("a finished chunk cannot be written"))?;
            swept.first_reason = swept.first_reason.or(reason);
            rows
        };
        swept.count(&rows);
        done += span(chunk, head.designs);
        progress(done, all);
    }
    if options.shard == Shard::WHOLE {
        let read = |chunk, designs| chunks.read(chunk, designs);
        table(&partial, &head, read).map_err(io_error("the table cannot be written"))?;
        let insight = insight::gather(&head.layout(), evaluator.objectives.clone(), read)
            .map_err(io_error("a finished chunk cannot be read"))?;
        if let Some(mut insight) = insight {
            insight.marginal = evaluator.marginal(&insight);
            tell(&insight, &partial, present).map_err(io_error("the report cannot be written"))?;
        }
    }
    swept.warnings = evaluator.variants_warn();
    swept.wall_time_s = started.elapsed().as_secs_f64();
    let manifest = serde_json::json!({
        "zeropark": env!("CARGO_PKG_VERSION"), "kind": "sweep", "scenario": study.scenario.name(),
        "study": study.name, "fingerprint": study.fingerprint, "shard": options.shard,
        "threads": rayon::current_num_threads(), "inputs": study.scenario.files.inputs(), "sweep": swept,
    });
    finish(&partial, &options.out, &manifest).map_err(io_error("the folder cannot be finished"))?;
    if options.shard == Shard::WHOLE {
        // Only now: until the folder stands finished, a kill must leave what --resume needs.
        clear(&options.out).map_err(io_error("finished chunks cannot be removed"))?;
    }
    Ok(swept)
}

/// Joins the parts of a sharded sweep into one table.
///
/// # Errors
/// If parts are missing, doubled or of another study, naming them, or the system refuses.
pub fn merge(parts: &[PathBuf], out: &Path, present: Present<'_>) -> Result<Swept, SweepError> {
    let started = Instant::now();
    check_place(out)?;
    let mut heads: Vec<(Head, &Path)> = Vec::new();
    for part in parts {
        let head = Head::read(part).ok_or_else(|| {
            SweepError::Foreign(format!("{} is not a finished part of a sweep", part.display()))
        })?;
        heads.push((head, part));
    }
    let Some((first, first_path)) = heads.first().cloned() else {
        return Err(SweepError::Foreign("there are no parts to join".to_owned()));
    };
    let mut parts: Vec<Option<&Path>> = vec![None; first.shard.count as usize];
    for (head, path) in &heads {
        let same =
            Head { shard: first.shard, ..head.clone() } == first && head.shard.count == first.shard.count;
        if !same {
            let (a, b) = (path.display(), first_path.display());
            return Err(SweepError::Foreign(format!("{a} is a part of another sweep than {b}")));
        }
        let place = &mut parts[head.shard.index as usize - 1];
        if let Some(other) = place {
            let message = format!("{} and {} are the same part", other.display(), path.display());
            return Err(SweepError::Foreign(message));
        }
        *place = Some(path);
    }
    let missing: Vec<String> = (1..)
        .zip(&parts)
        .filter(|(_, part)| part.is_none())
        .map(|(index, _)| format!("{index}/{}", first.shard.count))
        .collect();
    if !missing.is_empty() {
        return Err(SweepError::Foreign(format!("parts are missing: {}", missing.join(", "))));
    }
    let all = chunk_count(first.designs);
    let counted = std::cell::RefCell::new(Swept { designs: first.designs, ..Swept::default() });
    let read = |chunk: u64, designs: usize| {
        let owner = (1..=first.shard.count)
            .find(|&index| Shard { index, count: first.shard.count }.range(all).contains(&chunk));
        let part = owner.and_then(|index| parts[index as usize - 1]).unwrap_or(out);
        first.chunks(part).read(chunk, designs)
    };
    let counting = |chunk: u64, designs: usize| {
        let rows = read(chunk, designs)?;
        counted.borrow_mut().count(&rows);
        Ok(rows)
    };
    let partial = sibling(out, "partial");
    let io_error = |error| SweepError::Io {
        what: "the parts cannot be joined".to_owned(),
        error,
        kept: "the parts".to_owned(),
    };
    (|| {
        if partial.exists() {
            fs::remove_dir_all(&partial)?;
        }
        fs::create_dir_all(&partial)?;
        table(&partial, &first, counting)?;
        let objectives = insight::objectives(first.objectives.as_deref(), &first.metrics).unwrap_or_default();
        if let Some(insight) = insight::gather(&first.layout(), objectives, read)? {
            tell(&insight, &partial, present)?;
        }
        let manifest = serde_json::json!({
            "zeropark": env!("CARGO_PKG_VERSION"), "kind": "sweep", "study": first.study,
            "fingerprint": first.fingerprint, "parts": first.shard.count,
        });
        finish(&partial, out, &manifest)
    })()
    .map_err(io_error)?;
    let wall_time_s = started.elapsed().as_secs_f64();
    Ok(Swept { wall_time_s, ..counted.into_inner() })
}

/// Evaluates the designs of a chunk, in parallel and in order; `None` if stopped. With the rows
/// comes why the first design without metrics has none.
fn rows_of(
    study: &Study,
    evaluator: &Evaluator<'_>,
    designs: std::ops::Range<u64>,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<(Rows, Option<String>)> {
    let all: Vec<Design> = designs.clone().into_par_iter().map(|number| study.design(number)).collect();
    let groups = evaluator.groups(&all);
    let evaluated: Option<Vec<Vec<Evaluated>>> = groups
        .par_iter()
        .map(|group| {
            let members: Vec<&Design> = group.iter().map(|&place| &all[place]).collect();
            (!stop()).then(|| Scratch::with(|scratch| evaluator.evaluate(&members, scratch)))
        })
        .collect();
    let mut by_place: Vec<Option<Evaluated>> = all.iter().map(|_| None).collect();
    for (place, outcome) in groups.into_iter().flatten().zip(evaluated?.into_iter().flatten()) {
        by_place[place] = Some(outcome);
    }
    let (mut rows, mut first) = (Rows::default(), None);
    for ((number, design), outcome) in designs.zip(&all).zip(by_place.into_iter().flatten()) {
        rows.push(design.settings(), outcome.status, &outcome.values);
        let reason = outcome.reason.filter(|_| outcome.status != Status::Excluded);
        first = first.or(reason.map(|reason| format!("design {number}: {reason}")));
    }
    Some((rows, first))
}

fn span(chunk: u64, designs: u64) -> u64 {
    let range = designs_of(chunk, designs);
    range.end - range.start
}

/// Makes the folder of chunks stand: that of the interrupted run, or an empty one.
fn begin(partial: &Path, head: &Head, resume: bool) -> Result<io::Result<()>, SweepError> {
    if resume && partial.exists() {
        let Some(found) = Head::read(partial) else {
            let message =
                format!("{} holds no interrupted sweep (hint: leave --resume out)", partial.display());
            return Err(SweepError::Foreign(message));
        };
        let same = Head { format: head.format, ..found } == *head;
        if !same {
            let message = format!(
                "{} belongs to another study, seed or part, or its inputs changed since (hint: leave --resume out to start anew, or choose another --out)",
                partial.display()
            );
            return Err(SweepError::Foreign(message));
        }
        return Ok(Ok(()));
    }
    Ok((|| {
        if partial.exists() {
            fs::remove_dir_all(partial)?;
        }
        fs::create_dir_all(partial)?;
        fs::write(partial.join(HEAD), serde_json::to_vec_pretty(head)?)
    })())
}

/// Writes the table of all chunks.
fn table(folder: &Path, head: &Head, read: impl Fn(u64, usize) -> io::Result<Rows>) -> io::Result<()> {
    let file = fs::File::create(folder.join(head.format.file()))?;
    let chunks = 0..chunk_count(head.designs);
    results::write(BufWriter::new(file), head.format, &head.layout(), read, chunks)
}

/// Writes what the sweep says as JSON and as `present` shows it.
fn tell(insight: &Insight, folder: &Path, present: Present<'_>) -> io::Result<()> {
    fs::write(folder.join("insight.json"), serde_json::to_string_pretty(insight)? + "\n")?;
    present(insight, folder)
}

/// Removes chunks and head, whose rows are in the table now.
fn clear(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("chunk-") || name == HEAD {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// Writes the manifest and swaps the folder into its place.
fn finish(partial: &Path, out: &Path, manifest: &serde_json::Value) -> io::Result<()> {
    fs::write(partial.join(MANIFEST), serde_json::to_string_pretty(manifest)? + "\n")?;
    let old = sibling(out, "old");
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    if out.exists() {
        fs::rename(out, &old)?;
    }
    fs::rename(partial, out)?;
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    Ok(())
}

fn sibling(place: &Path, suffix: &str) -> PathBuf {
    let mut name = place.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(suffix);
    place.with_file_name(name)
}
