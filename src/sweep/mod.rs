//! Sweeps: many designs of one scenario, sampled, evaluated in parallel, streamed as rows.

mod random;
mod sample;
mod sobol;

pub use sample::{Axis, Method, Position, Sampler};
pub use sobol::{MAX_DIMENSIONS, Sobol};
