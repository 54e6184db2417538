//! A series of the year that may be nothing, shared with others, or its own.

use super::Num;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// Steps of a leap year of five minutes: no year has more.
const MOST_STEPS: usize = 366 * 24 * 12;

/// Nothing, for every step of every year; pages that are only read cost no memory.
static NOTHING: OnceLock<Vec<f64>> = OnceLock::new();

/// A series of zeros, which costs neither memory nor time to write.
///
/// # Panics
/// If a year has no so many steps.
pub fn nothing(steps: usize) -> &'static [f64] {
    &NOTHING.get_or_init(|| vec![0.0; MOST_STEPS])[..steps]
}

/// The sum of a series, as eight partial sums side by side: it takes an eighth of the time that adding one
/// after the other does, and rounds less.
pub fn total(values: &[f64]) -> f64 {
    total_of(values, |value| value)
}

/// [`total`] of what becomes of each value.
#[inline(always)]
pub(super) fn total_of(values: &[f64], of: impl Fn(f64) -> f64) -> f64 {
    let (eights, rest) = values.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for eight in eights {
        for (sum, &value) in sums.iter_mut().zip(eight) {
            *sum += of(value);
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    ((a + b) + (c + d)) + ((e + f) + (g + h)) + rest.iter().map(|&value| of(value)).sum::<f64>()
}

/// The sum over steps of what `of` tells of each, as eight partial sums side by side.
pub fn total_by(steps: usize, of: impl Fn(usize) -> f64) -> f64 {
    let sums = side_by_side(steps, |sum, step| sum + of(step));
    sums.iter().sum()
}

/// The highest of what `of` tells of steps, at least 0, as eight partial ones side by side.
pub fn highest_by(steps: usize, of: impl Fn(usize) -> f64) -> f64 {
    let highest = side_by_side(steps, |highest, step| Num::max(of(step), highest));
    highest.into_iter().fold(0.0, Num::max)
}

#[inline(always)]
fn side_by_side(steps: usize, with: impl Fn(f64, usize) -> f64) -> [f64; 8] {
    let (mut parts, whole) = ([0.0; 8], steps - steps % 8);
    for from in (0..whole).step_by(8) {
        for (lane, part) in parts.iter_mut().enumerate() {
            *part = with(*part, from + lane);
        }
    }
    for (part, step) in parts.iter_mut().zip(whole..steps) {
        *part = with(*part, step);
    }
    parts
}

/// A series with one value per step, kW or kWh, read as a slice.
///
/// # Example
/// ```
/// use zeropark::dispatch::Column;
///
/// let calm = Column::nothing(3);
/// assert_eq!(*calm, [0.0; 3]);
/// let mut gusty = Column::from(vec![1.0, 2.0, 3.0]);
/// let kept = gusty.clone();
/// gusty.to_mut()[0] = 5.0;
/// assert_eq!((gusty[0], kept[0]), (5.0, 1.0));
/// ```
#[derive(Debug, Clone)]
pub struct Column(Values);

#[derive(Debug, Clone)]
enum Values {
    Nothing(usize),
    Shared(Arc<[f64]>),
    Own(Arc<Vec<f64>>),
}

impl Column {
    /// Zeros.
    pub const fn nothing(steps: usize) -> Self {
        Self(Values::Nothing(steps))
    }

    /// Whether it is known to be zeros without a look.
    pub const fn is_nothing(&self) -> bool {
        matches!(self.0, Values::Nothing(_))
    }

    /// Its values, to be changed; a series that others see too is copied first.
    pub fn to_mut(&mut self) -> &mut Vec<f64> {
        if !matches!(self.0, Values::Own(_)) {
            self.0 = Values::Own(Arc::new(self.to_vec()));
        }
        match &mut self.0 {
            Values::Own(values) => Arc::make_mut(values),
            _ => unreachable!("it was made its own"),
        }
    }

    /// Its memory, if nobody else sees it; then it is empty.
    pub(super) fn take(&mut self) -> Option<Vec<f64>> {
        match std::mem::take(self).0 {
            Values::Own(values) => Arc::try_unwrap(values).ok(),
            _ => None,
        }
    }
}

impl Default for Column {
    fn default() -> Self {
        Self::nothing(0)
    }
}

impl From<Vec<f64>> for Column {
    fn from(values: Vec<f64>) -> Self {
        Self(Values::Own(Arc::new(values)))
    }
}

impl From<Arc<[f64]>> for Column {
    fn from(values: Arc<[f64]>) -> Self {
        Self(Values::Shared(values))
    }
}

impl Deref for Column {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        match &self.0 {
            Values::Nothing(steps) => nothing(*steps),
            Values::Shared(values) => values,
            Values::Own(values) => values,
        }
    }
}

impl<'a> IntoIterator for &'a Column {
    type Item = &'a f64;
    type IntoIter = std::slice::Iter<'a, f64>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 1 to n add up to n (n + 1) / 2, whole eights or not.
    #[test]
    fn a_total_leaves_nothing_out() {
        for n in [0, 1, 7, 8, 9, 20, 64] {
            let values: Vec<f64> = (1..=n).map(f64::from).collect();
            assert_eq!(total(&values), f64::from(n * (n + 1) / 2));
            assert_eq!(total_by(values.len(), |step| values[step]), total(&values));
            assert_eq!(highest_by(values.len(), |step| values[step]), f64::from(n));
        }
    }
}
