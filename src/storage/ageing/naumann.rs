//! Ageing of an LFP/graphite cell by Naumann et al.
//!
//! Sources: calendar: J. Energy Storage 17 (2018) 153, doi 10.1016/j.est.2018.01.019; cyclic:
//! J. Power Sources 451 (2020) 227666, doi 10.1016/j.jpowsour.2019.227666; parameters as SimSES
//! 1.3.12 has them. One commercial 3 Ah power cell: cells of other makers differ by a factor of two.
//!
//! Losses of capacity grow with the square root of time and of equivalent full cycles, so the
//! *square* of each adds up under changing stress (virtual time): that is what the functions here
//! return. Increases of resistance add up themselves. All are relative to the new cell.

use super::rest::exp;
use crate::dispatch::Num;

/// Gas constant as the source rounds it, J/(mol K).
const GAS: f64 = 8.314_459_8;
const KELVIN: f64 = 273.15;
const REFERENCE_K: f64 = 298.15;

/// Cell temperatures of the calendar tests, °C.
pub const CALENDAR_RANGE_C: (f64, f64) = (0.0, 60.0);
/// Highest mean of charging and discharging rate in the cycling tests, 1/h.
pub const HIGHEST_C_RATE: f64 = 1.5;
/// Where the ranges come from.
pub const SOURCE: &str =
    "Naumann et al. 2018, doi 10.1016/j.est.2018.01.019, and 2020, doi 10.1016/j.jpowsour.2019.227666";

/// Temperature factors of rest: on the square of the capacity loss per second, and on the
/// increase of resistance per second. `cell_c` in °C.
#[inline(always)]
pub fn calendar_factors<N: Num>(cell_c: N) -> (N, N) {
    let inverse = N::ONE / (cell_c + N::splat(KELVIN)) - N::splat(1.0 / REFERENCE_K);
    let capacity = exp(inverse * (-17_126.0 / GAS)) * 1.2571e-5;
    (capacity * capacity, exp(inverse * (-71_827.0 / GAS)) * 3.4194e-10)
}

/// Factors of the state of charge on the square of the capacity loss at rest and on the increase of
/// resistance: their means over the states of charge `middle - half` to `middle + half`.
///
/// With `x = SOC - 0.5` the first is `(a x³ + b)²`, the second `c x² + d`; over `m ± h` the means of
/// the powers are `x²: m² + h²/3`, `x³: m³ + m h²`, `x⁶: m⁶ + 5 m⁴ h² + 3 m² h⁴ + h⁶/7`.
#[inline(always)]
pub fn calendar_charge_factors<N: Num>(middle: N, half: N) -> (N, N) {
    const A: f64 = 2.8575;
    const B: f64 = 0.60225;
    let m = middle - N::splat(0.5);
    let (m2, h2) = (m * m, half * half);
    let cubes = m * (m2 + h2);
    let sixths = m2 * (m2 * (m2 + h2 * 5.0) + h2 * h2 * 3.0) + h2 * h2 * h2 * (1.0 / 7.0);
    let capacity = sixths * (A * A) + cubes * (2.0 * A * B) + N::splat(B * B);
    (capacity, (m2 + h2 * (1.0 / 3.0)) * -3.3903 + N::splat(1.5604))
}

/// Square of the capacity loss per equivalent full cycle, and increase of resistance per
/// equivalent full cycle, of cycles of a depth (share of the capacity) at a rate (mean of
/// charging and discharging, 1/h).
///
/// The fitted increase of resistance falls with the rate and would be negative above 1.05/h.
pub fn cyclic(depth: f64, c_rate: f64) -> (f64, f64) {
    let cube = |x: f64| x * x * x;
    let capacity = 0.01 * (0.0630 * c_rate + 0.0971) * (4.0253 * cube(depth - 0.6) + 1.0923);
    let resistance = 0.01 * (-0.0020 * c_rate + 0.0021) * (6.8477 * cube(depth - 0.5) + 0.91882);
    (capacity * capacity, resistance)
}
