//! Designs from their number: grid, Latin hypercube, Sobol or a list.
//!
//! A sampler gives the position of any design from its number alone, so that a million designs
//! take no memory and a shard or a resumed run sees the same ones.

use super::random::{Stream, mix, permuted};
use super::sobol::Sobol;

/// The values that one key takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Axis {
    /// One of `n` listed values; its position is an index.
    Listed(usize),
    /// Anything between two bounds.
    Between {
        /// Lowest value.
        min: f64,
        /// Highest value.
        max: f64,
    },
}

/// Where a design stands on one axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Position {
    /// Index of a listed value.
    Index(usize),
    /// A value.
    Value(f64),
}

/// How designs are drawn.
#[derive(Debug, Clone)]
pub enum Method {
    /// Every combination of the listed values; the last axis runs fastest.
    Grid,
    /// As many designs as said; each axis is cut into as many equal parts, one design in each.
    LatinHypercube {
        /// Designs.
        count: u64,
        /// Seed.
        seed: u64,
    },
    /// Points of the scrambled Sobol sequence.
    Sobol {
        /// Designs.
        count: u64,
        /// Seed.
        seed: u64,
    },
}

/// Designs by number.
#[derive(Debug, Clone)]
pub struct Sampler {
    axes: Vec<Axis>,
    method: Method,
    sobol: Option<Sobol>,
    count: u64,
}

impl Sampler {
    /// A sampler of some axes; `None` if a grid has an axis without a list, or more designs than
    /// 64 bits count.
    ///
    /// # Panics
    /// If Sobol is asked for more axes than it has dimensions, or an axis lists nothing.
    pub fn new(axes: Vec<Axis>, method: Method) -> Option<Self> {
        assert!(!axes.contains(&Axis::Listed(0)), "an axis lists at least one value");
        let count = match method {
            Method::Grid => axes.iter().try_fold(1u64, |count, axis| match axis {
                Axis::Listed(values) => count.checked_mul(*values as u64),
                Axis::Between { .. } => None,
            })?,
            Method::LatinHypercube { count, .. } | Method::Sobol { count, .. } => count,
        };
        let sobol = match method {
            Method::Sobol { seed, .. } => Some(Sobol::scrambled(axes.len(), seed)),
            _ => None,
        };
        Some(Self { axes, method, sobol, count })
    }

    /// Designs there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The design of a number, one position per axis.
    pub fn design(&self, number: u64) -> Vec<Position> {
        if let Method::Grid = self.method {
            return self.combination(number);
        }
        let place = |(k, axis)| Self::place(axis, self.unit(number, k));
        self.axes.iter().enumerate().map(place).collect()
    }

    /// A combination of listed values: the number in mixed radix.
    fn combination(&self, number: u64) -> Vec<Position> {
        let mut rest = number;
        let mut positions = vec![Position::Index(0); self.axes.len()];
        for (position, axis) in positions.iter_mut().zip(&self.axes).rev() {
            let Axis::Listed(values) = axis else { unreachable!("a grid has lists only") };
            *position = Position::Index((rest % *values as u64) as usize);
            rest /= *values as u64;
        }
        positions
    }

    /// Coordinate of a design on an axis, in [0, 1).
    fn unit(&self, number: u64, axis: usize) -> f64 {
        match (&self.sobol, &self.method) {
            (Some(sobol), _) => sobol.coordinate(number, axis),
            (None, Method::LatinHypercube { count, seed }) => {
                let key = mix(seed ^ mix(axis as u64));
                let part = permuted(number, *count, key) as f64;
                (part + Stream::new(key, number).uniform()) / *count as f64
            }
            (None, _) => 0.0,
        }
    }

    fn place(axis: &Axis, unit: f64) -> Position {
        match *axis {
            Axis::Listed(values) => Position::Index(((unit * values as f64) as usize).min(values - 1)),
            Axis::Between { min, max } => Position::Value(min + unit * (max - min)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_is_every_combination_with_the_last_axis_fastest() {
        let grid = Sampler::new(vec![Axis::Listed(2), Axis::Listed(3)], Method::Grid).expect("a grid");
        let all: Vec<_> = (0..grid.count()).map(|i| grid.design(i)).collect();
        let at = |a, b| vec![Position::Index(a), Position::Index(b)];
        assert_eq!(all, [at(0, 0), at(0, 1), at(0, 2), at(1, 0), at(1, 1), at(1, 2)]);
    }

    #[test]
    fn a_grid_that_cannot_be_counted_is_none() {
        assert!(Sampler::new(vec![Axis::Listed(1 << 40); 2], Method::Grid).is_none());
        assert!(Sampler::new(vec![Axis::Between { min: 0.0, max: 1.0 }], Method::Grid).is_none());
    }

    /// The definition of a Latin hypercube: each of n parts of each axis holds one design.
    #[test]
    fn a_latin_hypercube_has_one_design_in_each_part() {
        let axes = vec![Axis::Between { min: 10.0, max: 20.0 }; 3];
        let sampler = Sampler::new(axes, Method::LatinHypercube { count: 50, seed: 3 }).expect("designs");
        for axis in 0..3 {
            let mut parts = [0; 50];
            for number in 0..50 {
                let Position::Value(value) = sampler.design(number)[axis] else { panic!("a value") };
                parts[((value - 10.0) / 10.0 * 50.0) as usize] += 1;
            }
            assert!(parts.iter().all(|&count| count == 1));
        }
    }

    #[test]
    fn listed_values_are_drawn_evenly() {
        let sampler =
            Sampler::new(vec![Axis::Listed(4)], Method::Sobol { count: 64, seed: 9 }).expect("designs");
        let mut hits = [0; 4];
        for number in 0..64 {
            let Position::Index(index) = sampler.design(number)[0] else { panic!("an index") };
            hits[index] += 1;
        }
        assert_eq!(hits, [16; 4]);
    }
}
