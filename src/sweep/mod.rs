//! Sweeps: many designs of one scenario, sampled, evaluated in parallel, streamed as rows.

mod chunks;
mod contradiction;
mod evaluate;
mod expression;
mod insight;
mod metrics;
mod random;
mod results;
mod run;
mod sample;
mod scratch;
mod sobol;
mod study;

pub use chunks::{Chunks, Rows, Shard, Status};
pub use evaluate::{Evaluated, Evaluator};
pub use expression::{Condition, Expression, Operator};
pub use insight::{Bin, Candidate, Contour, Effect, Insight, Marginal, Objective};
pub use results::{Column, Format, Kind, Layout, Setting};
pub use run::{Present, SweepError, SweepOptions, Swept, merge, run};
pub use sample::{Axis, Method, Position, Sampler};
pub use scratch::Scratch;
pub use sobol::{MAX_DIMENSIONS, Sobol};
pub use study::{Design, MANY_DESIGNS, Study};
