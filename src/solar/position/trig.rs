//! Branch-free trigonometry that a compiler turns into vector code.
//!
//! The standard library's functions cost about 10 ns and do not vectorise. These cost 1 to 3 ns
//! inside a vectorised loop and agree with it to better than 1e-14 (tested below). They use no
//! fused multiply-add, so the result does not depend on the instruction set.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI, TAU};

/// `(sin, cos)` of an angle in turns (1 turn = 360°), any size up to about 1e6 turns.
#[inline(always)]
pub fn sin_cos_turns(turns: f64) -> (f64, f64) {
    let turns = turns - turns.round();
    // Fold to a quarter turn on either side of zero, where the series is short.
    let folded = if turns.abs() > 0.25 { 0.5f64.copysign(turns) - turns } else { turns };
    (sine_series(TAU * folded), sine_series(TAU * (0.25 - turns.abs())))
}

/// Cosine of an angle in turns.
#[inline(always)]
pub fn cos_turns(turns: f64) -> f64 {
    let turns = turns - turns.round();
    sine_series(TAU * (0.25 - turns.abs()))
}

/// Taylor series of the sine to the 21st power, for |x| up to π/2.
#[inline(always)]
fn sine_series(x: f64) -> f64 {
    let u = x * x;
    let mut sum = 1.0 / 51_090_942_171_709_440_000.0;
    sum = sum * u - 1.0 / 121_645_100_408_832_000.0;
    sum = sum * u + 1.0 / 355_687_428_096_000.0;
    sum = sum * u - 1.0 / 1_307_674_368_000.0;
    sum = sum * u + 1.0 / 6_227_020_800.0;
    sum = sum * u - 1.0 / 39_916_800.0;
    sum = sum * u + 1.0 / 362_880.0;
    sum = sum * u - 1.0 / 5_040.0;
    sum = sum * u + 1.0 / 120.0;
    sum = sum * u - 1.0 / 6.0;
    x + x * u * sum
}

/// Angle of the point (x, y) from the x axis, radians in -π..π; 0 for the origin.
#[inline(always)]
pub fn atan2(y: f64, x: f64) -> f64 {
    let (ax, ay) = (x.abs(), y.abs());
    let (small, large) = (ax.min(ay), ax.max(ay));
    // atan(s/l) = π/4 + atan((s - l)/(s + l)): keeps the argument within ±tan(π/8).
    let near_diagonal = small > 0.414_213_562_373_095 * large;
    let top = if near_diagonal { small - large } else { small };
    let bottom = if near_diagonal { small + large } else { large };
    let offset = if near_diagonal { FRAC_PI_4 } else { 0.0 };
    let angle = offset + arctangent_series(top / if bottom == 0.0 { 1.0 } else { bottom });
    let angle = if ay > ax { FRAC_PI_2 - angle } else { angle };
    let angle = if x < 0.0 { PI - angle } else { angle };
    if y < 0.0 { -angle } else { angle }
}

/// Arctangent for |x| up to tan(π/8): Chebyshev interpolation of `atan(√u)/√u` of degree 10 in
/// `u = x²`, computed for this crate; its error is 2e-15.
#[inline(always)]
fn arctangent_series(x: f64) -> f64 {
    const C: [f64; 11] = [
        0.9999999999999984,
        -0.3333333333321843,
        0.1999999998157897,
        -0.14285713037262382,
        0.11111066008397014,
        -0.09089941058445744,
        0.07679285354923673,
        -0.06554614220273361,
        0.05269799389057154,
        -0.03208773386580993,
        0.007899766238746293,
    ];
    let u = x * x;
    let mut sum = C[10];
    let mut k = 10;
    while k > 0 {
        k -= 1;
        sum = sum * u + C[k];
    }
    x * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the standard library, over many turns; the argument itself carries 1e-16 × turns.
    #[test]
    fn sine_and_cosine_agree_with_the_standard_library() {
        for i in -40_000..40_000 {
            let turns = f64::from(i) * 0.000_173;
            let (sin, cos) = sin_cos_turns(turns);
            let exact = (TAU * (turns - turns.round())).sin_cos();
            assert!((sin - exact.0).abs() < 1e-14 && (cos - exact.1).abs() < 1e-14, "{turns}");
            assert_eq!(cos, cos_turns(turns));
        }
    }

    #[test]
    fn arctangent_agrees_with_the_standard_library_all_around() {
        for i in 0..36_000 {
            let (y, x) = (f64::from(i) * TAU / 36_000.0).sin_cos();
            for scale in [1e-6, 1.0, 3e5] {
                let error = (atan2(y * scale, x * scale) - f64::atan2(y, x)).abs();
                assert!(error < 1e-14 || (error - TAU).abs() < 1e-14, "{i}");
            }
        }
        assert_eq!(atan2(0.0, 0.0), 0.0);
    }
}
