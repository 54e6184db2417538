//! Power-factor adjustment (功率因数调整电费).
//!
//! 水电财字〔1983〕215号: a month's average power factor, rounded to hundredths, is compared with the
//! standard of the user's class (0.90, 0.85 or 0.80); the bill rises or falls by a share.

/// Where the month's reactive energy comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Reactive {
    /// A given average power factor, 0 to 1.
    CosPhi(f64),
    /// Reactive energy per month, kvarh.
    MonthlyKvarh([f64; 12]),
    /// Reactive power per step, kvar (counted by magnitude).
    SeriesKvar(std::sync::Arc<[f64]>),
}

/// The adjustment of a tariff.
#[derive(Debug, Clone, PartialEq)]
pub struct PowerFactor {
    /// Standard of the user's class: 0.90, 0.85 or 0.80.
    pub standard: f64,
    /// Reactive energy or power factor.
    pub reactive: Reactive,
}

impl PowerFactor {
    /// The standards the rule knows.
    pub const STANDARDS: [f64; 3] = [0.90, 0.85, 0.80];
}

/// Average power factor of active and reactive energy; 1 where nothing is used.
pub(super) fn cos_phi(active_kwh: f64, reactive_kvarh: f64) -> f64 {
    let apparent = active_kwh.hypot(reactive_kvarh);
    if apparent > 0.0 { active_kwh / apparent } else { 1.0 }
}

/// Change of the bill as a share: negative is a reward.
///
/// The 0.90 table between 0.70 and 1.00 is confirmed by a second source; the rest is quoted.
/// Rewards end at 0.95 (0.94, 0.92 for the lower standards) with -0.75 %, -1.10 % and -1.30 %.
/// Penalties rise by 0.5 % per hundredth over the first twenty, by 1 % over the next five and
/// by 2 % after that.
pub fn adjustment_rate(cos_phi: f64, standard: f64) -> f64 {
    let hundredths = |value: f64| (value * 100.0).round() as i32;
    let (at, standard) = (hundredths(cos_phi), hundredths(standard));
    if at >= standard {
        // Up to 0.90 a hundredth earns 0.10 %, beyond that 0.15 %.
        let (best, to_90) = match standard {
            90 => (95, 0),
            85 => (94, 5),
            _ => (92, 10),
        };
        let gained = at.min(best) - standard;
        let low = gained.min(to_90);
        return -(0.001 * f64::from(low) + 0.0015 * f64::from(gained - low));
    }
    let missed = standard - at;
    let (first, next, last) = (missed.min(20), (missed - 20).clamp(0, 5), (missed - 25).max(0));
    0.005 * f64::from(first) + 0.01 * f64::from(next) + 0.02 * f64::from(last)
}
