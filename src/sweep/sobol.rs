//! Sobol points with 64 bits, scrambled by a seed, each computed from its index alone.
//!
//! Direction numbers: S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better
//! two-dimensional projections", SIAM J. Sci. Comput. 30 (2008) 2635-2654, table
//! `new-joe-kuo-6.21201` (its first 255 rows, `joe_kuo.csv`: dimension, degree s, coefficients a,
//! initial numbers m). Points come in Gray-code order, as published programs give them.
//!
//! Scrambling: a random lower-triangular binary matrix per dimension, then a random digital
//! shift (J. Matoušek, "On the L2-discrepancy for anchored boxes", J. Complexity 14 (1998)
//! 527-556). Both keep the points a digital net.

use super::random::Stream;

/// Dimensions there are direction numbers for.
pub const MAX_DIMENSIONS: usize = 256;

const BITS: usize = 64;

/// A Sobol sequence of some dimensions.
#[derive(Debug, Clone)]
pub struct Sobol {
    /// `[dimension][bit]`.
    directions: Vec<[u64; BITS]>,
    /// Digital shift per dimension.
    shifts: Vec<u64>,
}

impl Sobol {
    /// The sequence as published, without scrambling.
    ///
    /// # Panics
    /// If there are more dimensions than [`MAX_DIMENSIONS`].
    pub fn plain(dimensions: usize) -> Self {
        assert!(dimensions <= MAX_DIMENSIONS, "{dimensions} dimensions, at most {MAX_DIMENSIONS}");
        let rows = include_str!("joe_kuo.csv").lines().map(|line| {
            let row: Vec<u64> = line.split(',').map(|n| n.parse().expect("a table of numbers")).collect();
            recurrence(row[1] as usize, row[2], &row[3..])
        });
        let first = std::array::from_fn(|bit| 1 << (BITS - 1 - bit));
        let directions = std::iter::once(first).chain(rows).take(dimensions).collect();
        Self { directions, shifts: vec![0; dimensions] }
    }

    /// The sequence scrambled by a seed.
    ///
    /// # Panics
    /// As [`Sobol::plain`].
    pub fn scrambled(dimensions: usize, seed: u64) -> Self {
        let mut sobol = Self::plain(dimensions);
        for (dimension, directions) in sobol.directions.iter_mut().enumerate() {
            let mut stream = Stream::new(seed, dimension as u64);
            // Row i of the matrix yields bit i from the top: ones on the diagonal, random below.
            let rows: [u64; BITS] = std::array::from_fn(|i| {
                let diagonal = 1 << (BITS - 1 - i);
                let above = !(diagonal | (diagonal - 1));
                diagonal | (stream.next() & above)
            });
            for direction in directions.iter_mut() {
                *direction = rows.iter().enumerate().fold(0, |number, (i, row)| {
                    number | u64::from((row & *direction).count_ones() & 1) << (BITS - 1 - i)
                });
            }
            sobol.shifts[dimension] = stream.next();
        }
        sobol
    }

    /// A coordinate of a point, in [0, 1).
    pub fn coordinate(&self, index: u64, dimension: usize) -> f64 {
        let mut gray = index ^ (index >> 1);
        let mut number = self.shifts[dimension];
        while gray != 0 {
            number ^= self.directions[dimension][gray.trailing_zeros() as usize];
            gray &= gray - 1;
        }
        (number >> 11) as f64 * (0.5f64).powi(53)
    }
}

/// Direction numbers from a primitive polynomial of degree `s` with inner coefficients `a`.
fn recurrence(s: usize, a: u64, m: &[u64]) -> [u64; BITS] {
    let mut v = [0; BITS];
    for bit in 0..BITS {
        v[bit] = if bit < s {
            m[bit] << (BITS - 1 - bit)
        } else {
            (1..s).fold(v[bit - s] ^ (v[bit - s] >> s), |sum, k| sum ^ ((a >> (s - 1 - k) & 1) * v[bit - k]))
        };
    }
    v
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reference: scipy 1.17.1, `scipy.stats.qmc.Sobol(d=255, scramble=False, bits=64)`; all
    /// values are sums of few powers of two, so exact.
    #[test]
    fn points_are_the_published_ones() {
        let sobol = Sobol::plain(255);
        let cases: [(u64, [f64; 7]); 5] = [
            (1, [0.5; 7]),
            (2, [0.75, 0.25, 0.25, 0.75, 0.25, 0.25, 0.75]),
            (10, [0.9375, 0.0625, 0.6875, 0.5625, 0.8125, 0.8125, 0.8125]),
            (100, [0.4140625, 0.2578125, 0.7734375, 0.6953125, 0.8828125, 0.9921875, 0.2421875]),
            (
                1023,
                [
                    0.0009765625,
                    0.7529296875,
                    0.6123046875,
                    0.8505859375,
                    0.2587890625,
                    0.7236328125,
                    0.3408203125,
                ],
            ),
        ];
        for (index, expected) in cases {
            for (dimension, value) in [0, 1, 2, 9, 50, 120, 254].into_iter().zip(expected) {
                assert_eq!(sobol.coordinate(index, dimension), value, "point {index}, dimension {dimension}");
            }
        }
    }

    /// A digital net stays one: of 256 points each of 256 intervals holds exactly one, and each
    /// 16 × 16 box of the first two dimensions too.
    #[test]
    fn scrambled_points_fill_every_interval_once() {
        let sobol = Sobol::scrambled(6, 42);
        for dimension in 0..6 {
            let mut hits = [0; 256];
            for index in 0..256 {
                hits[(sobol.coordinate(index, dimension) * 256.0) as usize] += 1;
            }
            assert!(hits.iter().all(|&count| count == 1), "dimension {dimension}");
        }
        let mut boxes = [0; 256];
        for index in 0..256 {
            let at = |dimension| (sobol.coordinate(index, dimension) * 16.0) as usize;
            boxes[at(0) * 16 + at(1)] += 1;
        }
        assert!(boxes.iter().all(|&count| count == 1));
    }

    #[test]
    fn another_seed_gives_other_points() {
        let (a, b) = (Sobol::scrambled(2, 1), Sobol::scrambled(2, 2));
        assert_ne!(a.coordinate(5, 0), b.coordinate(5, 0));
        assert_eq!(a.coordinate(5, 1), Sobol::scrambled(2, 1).coordinate(5, 1));
    }

    /// Far points need the upper bits: they differ from each other and stay below 1.
    #[test]
    fn indices_beyond_32_bits_are_points_of_their_own() {
        let sobol = Sobol::plain(3);
        let far = sobol.coordinate(1 << 40, 1);
        assert!((0.0..1.0).contains(&far) && far != sobol.coordinate((1 << 40) + 1, 1));
    }
}
