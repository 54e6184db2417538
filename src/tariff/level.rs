//! A price or power that may vary over the year.

use std::sync::Arc;

/// A value that is constant, given per month, or given per step.
#[derive(Debug, Clone, PartialEq)]
pub enum Level {
    /// The same all year.
    Constant(f64),
    /// One value per month, January first.
    Monthly([f64; 12]),
    /// One value per step of the year's axis.
    Series(Arc<[f64]>),
}

impl Level {
    /// The value in a step of a month (0 to 11).
    ///
    /// # Panics
    /// If the level is a series that does not reach the step: its length is checked before.
    pub fn at(&self, month: usize, step: usize) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Monthly(values) => values[month],
            Self::Series(values) => values[step],
        }
    }

    /// Whether it varies within a month.
    pub const fn is_series(&self) -> bool {
        matches!(self, Self::Series(_))
    }

    /// All its values, in no particular relation to time.
    pub(super) fn values(&self) -> &[f64] {
        match self {
            Self::Constant(value) => std::slice::from_ref(value),
            Self::Monthly(values) => values,
            Self::Series(values) => values,
        }
    }
}

impl From<f64> for Level {
    fn from(value: f64) -> Self {
        Self::Constant(value)
    }
}
