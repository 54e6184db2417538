//! Loads: measured series and archetypes.

mod archetype;

pub use archetype::{archetype_kw, names};
