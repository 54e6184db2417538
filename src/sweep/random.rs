//! Random numbers that are a function of (seed, stream, position), whatever ran before.

/// The output of SplitMix64 for a counter (G. L. Steele, D. Lea, C. H. Flood, "Fast splittable
/// pseudorandom number generators", OOPSLA 2014).
pub fn mix(counter: u64) -> u64 {
    let mut z = counter.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A stream of random numbers named by a seed and a number.
#[derive(Debug, Clone)]
pub struct Stream(u64);

impl Stream {
    /// The stream from its start.
    pub fn new(seed: u64, stream: u64) -> Self {
        Self(mix(mix(seed) ^ mix(stream ^ 0x5bd1_e995)))
    }

    /// The next 64 random bits.
    pub fn next(&mut self) -> u64 {
        let value = mix(self.0);
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        value
    }

    /// The next number of [0, 1).
    pub fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (0.5f64).powi(53)
    }
}

/// The image of `index` under a random permutation of `0..count`, in constant memory: a
/// four-round Feistel network on the next even number of bits, walked until it lands inside.
pub fn permuted(index: u64, count: u64, key: u64) -> u64 {
    let half = (u64::BITS - (count - 1).leading_zeros()).div_ceil(2).max(1);
    let mask = (1 << half) - 1;
    let mut value = index;
    loop {
        let (mut left, mut right) = (value >> half, value & mask);
        for round in 0..4 {
            (left, right) = (right, left ^ (mix(key ^ mix(right ^ (round << 56))) & mask));
        }
        value = left << half | right;
        if value < count {
            return value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reference: SplitMix64 with seed 1234567, first outputs as published with the generator
    /// (6457827717110365317, 3203168211198807973).
    #[test]
    fn mix_is_splitmix64() {
        assert_eq!(mix(1234567), 6457827717110365317);
        assert_eq!(mix(1234567u64.wrapping_add(0x9e37_79b9_7f4a_7c15)), 3203168211198807973);
    }

    #[test]
    fn a_permutation_hits_everything_once() {
        for count in [1, 2, 7, 100, 1025] {
            let mut images: Vec<u64> = (0..count).map(|i| permuted(i, count, 99)).collect();
            images.sort_unstable();
            assert!(images.into_iter().eq(0..count), "{count}");
        }
    }
}
