//! Random streams and tabled quantile functions.
//!
//! A stream is a function of (seed, park, fleet, vehicle): adding a vehicle, a charger or a fleet
//! leaves the draws of all others as they were.

use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The number that seeds all streams of a fleet.
pub(crate) fn fleet_seed(seed: u64, park: &str, fleet: &str) -> u64 {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update((park.len() as u64).to_le_bytes());
    hash.update(park.as_bytes());
    hash.update(fleet.as_bytes());
    let digest = hash.finalize();
    digest.iter().take(8).fold(0, |word, &byte| (word << 8) | u64::from(byte))
}

/// The stream of one vehicle.
#[derive(Debug, Clone)]
pub(crate) struct Stream(Pcg32);

impl Stream {
    /// The stream of a vehicle of the fleet with this seed.
    pub fn new(fleet_seed: u64, vehicle: usize) -> Self {
        Self(Pcg32::new(fleet_seed ^ (vehicle as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15), vehicle as u64))
    }

    /// 32 random bits.
    #[inline]
    pub fn bits(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// A number in (0, 1).
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (f64::from(self.bits()) + 0.5) / 4_294_967_296.0
    }

    /// An exponential time of this mean.
    #[inline]
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * self.unit().ln()
    }
}

const BINS: usize = 256;

/// A distribution as its quantile function on 256 equal shares, linear between; the tails beyond
/// one part in 2,000 are cut.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quantiles([f64; BINS + 1]);

/// A kind of distribution and its numbers, as bits.
type Key = (&'static str, Vec<u64>);

/// Most tables that are remembered.
const MOST_KNOWN: usize = 256;

/// The table of a distribution, made once: fleets of one class share theirs, and a table takes some ten thousand
/// exponentials.
fn known(kind: &'static str, numbers: &[f64], make: impl FnOnce() -> Quantiles) -> Arc<Quantiles> {
    static KNOWN: Mutex<BTreeMap<Key, Arc<Quantiles>>> = Mutex::new(BTreeMap::new());
    let tables = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (kind, numbers.iter().map(|number| number.to_bits()).collect());
    if let Some(table) = tables().get(&key) {
        return table.clone();
    }
    // Two threads may make the same table at once; they make the same numbers.
    let table = Arc::new(make());
    let mut tables = tables();
    if tables.len() >= MOST_KNOWN {
        tables.clear();
    }
    tables.insert(key, table.clone());
    table
}

impl Quantiles {
    /// The distribution with this density (any scale) on `[low, high]`.
    fn of_density(low: f64, high: f64, density: impl Fn(f64) -> f64) -> Self {
        const GRID: usize = 4096;
        let width = (high - low) / GRID as f64;
        let mut cumulative = vec![0.0; GRID + 1];
        for i in 0..GRID {
            cumulative[i + 1] = cumulative[i] + density(low + (i as f64 + 0.5) * width).max(0.0);
        }
        let total = cumulative[GRID];
        if total <= 0.0 || width <= 0.0 {
            return Self([0.5 * (low + high); BINS + 1]);
        }
        let cut = 1.0 / 2000.0;
        let mut at = 0;
        Self(std::array::from_fn(|i| {
            let share = (i as f64 / BINS as f64).clamp(cut, 1.0 - cut) * total;
            while cumulative[at + 1] < share {
                at += 1;
            }
            let inside = (share - cumulative[at]) / (cumulative[at + 1] - cumulative[at]);
            low + (at as f64 + inside) * width
        }))
    }

    /// A normal distribution.
    pub fn normal(mean: f64, sd: f64) -> Arc<Self> {
        known("normal", &[mean, sd], || Self::normal_table(mean, sd))
    }

    fn normal_table(mean: f64, sd: f64) -> Self {
        if sd <= 0.0 {
            return Self([mean; BINS + 1]);
        }
        Self::of_density(mean - 4.0 * sd, mean + 4.0 * sd, |x| bell((x - mean) / sd))
    }

    /// A log-normal distribution of this mean and coefficient of variation; the table's mean is exact.
    pub fn log_normal(mean: f64, cv: f64) -> Arc<Self> {
        known("log-normal", &[mean, cv], || Self::log_normal_table(mean, cv))
    }

    fn log_normal_table(mean: f64, cv: f64) -> Self {
        if cv <= 0.0 || mean <= 0.0 {
            return Self([mean; BINS + 1]);
        }
        let sigma = cv.mul_add(cv, 1.0).ln().sqrt();
        let mut table = Self::normal_table(0.0, sigma);
        table.0.iter_mut().for_each(|z| *z = z.exp());
        let scale = mean / table.mean();
        table.0.iter_mut().for_each(|x| *x *= scale);
        table
    }

    /// Hours of the day from humps `[weight, mean_h, sd_h]`, wrapped into 0 to 24.
    pub fn of_humps(humps: &[[f64; 3]]) -> Arc<Self> {
        known("humps", humps.as_flattened(), || Self::humps_table(humps))
    }

    fn humps_table(humps: &[[f64; 3]]) -> Self {
        Self::of_density(0.0, 24.0, |x| {
            humps
                .iter()
                .map(|[weight, mean, sd]| {
                    let sd = sd.max(0.01);
                    let wrapped =
                        [-24.0, 0.0, 24.0].iter().map(|turn| bell((x + turn - mean) / sd)).sum::<f64>();
                    weight / sd * wrapped
                })
                .sum()
        })
    }

    /// The value at 32 random bits.
    #[inline]
    pub fn at(&self, bits: u32) -> f64 {
        let bin = (bits >> 24) as usize;
        let inside = f64::from(bits & 0x00ff_ffff) / 16_777_216.0;
        let (low, high) = (self.0[bin], self.0[bin + 1]);
        low + (high - low) * inside
    }

    /// Mean of the tabled distribution.
    pub fn mean(&self) -> f64 {
        self.0.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).sum::<f64>() / BINS as f64
    }
}

fn bell(z: f64) -> f64 {
    (-0.5 * z * z).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The normal quantiles 0.8413 (mean + sd) and 0.9772 (mean + 2 sd) of any table of the normal.
    #[test]
    fn normal_quantiles_match_the_table() {
        let quantiles = Quantiles::normal(8.2, 0.6);
        let at = |share: f64| quantiles.at((share * 4_294_967_296.0) as u32);
        assert!((at(0.5) - 8.2).abs() < 1e-3);
        assert!((at(0.841_344_7) - 8.8).abs() < 2e-3);
        assert!((at(0.977_249_9) - 9.4).abs() < 1e-2);
    }

    #[test]
    fn log_normal_keeps_its_mean_and_spread() {
        let quantiles = Quantiles::log_normal(70.0, 0.4);
        let mut stream = Stream::new(1, 2);
        let draws: Vec<f64> = (0..200_000).map(|_| quantiles.at(stream.bits())).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let sd = (draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / draws.len() as f64).sqrt();
        assert!((mean - 70.0).abs() < 0.3, "{mean}");
        assert!((sd / mean - 0.4).abs() < 0.01, "{}", sd / mean);
    }

    #[test]
    fn streams_differ_by_seed_park_fleet_and_vehicle() {
        let first = |seed, park, fleet, vehicle| Stream::new(fleet_seed(seed, park, fleet), vehicle).bits();
        let one = first(1, "a", "b", 0);
        assert_eq!(one, first(1, "a", "b", 0));
        for other in
            [first(2, "a", "b", 0), first(1, "ab", "", 0), first(1, "a", "c", 0), first(1, "a", "b", 1)]
        {
            assert_ne!(one, other);
        }
    }
}
