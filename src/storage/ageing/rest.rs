//! Wear of a year at rest, eight steps side by side.

use super::{CellTemperature, HOURS_PER_YEAR, Law, QUOTED_LOSS, Trajectory, Wear, naumann};
use crate::dispatch::{LANES, Lanes, Num};

const GAS_J_PER_MOL_K: f64 = 8.314_462_618;
const KELVIN: f64 = 273.15;

/// Temperature factors of rest per hour: on `calendar` and on `resistance`.
#[inline(always)]
pub(super) fn factors<N: Num>(law: &Law, cell_c: N) -> [N; 2] {
    match law {
        Law::NaumannLfp => {
            let (capacity, resistance) = naumann::calendar_factors(cell_c);
            [capacity * 3600.0, resistance * 3600.0]
        }
        Law::Generic(law) => {
            let inverse = N::ONE / (cell_c + N::splat(KELVIN)) - N::splat(1.0 / 298.15);
            let arrhenius = exp(inverse * (-law.activation_energy_j_per_mol / GAS_J_PER_MOL_K));
            [arrhenius * (QUOTED_LOSS * QUOTED_LOSS / (law.shelf_life_years * HOURS_PER_YEAR)), N::ZERO]
        }
    }
}

/// Wear (`calendar` and `resistance`) of rest while the state of charge runs straight from one value to
/// another, exactly.
#[inline(always)]
pub(super) fn along<N: Num>(law: &Law, factors: [N; 2], [from_soc, to_soc]: [N; 2], hours: f64) -> [N; 2] {
    let (middle, half) = ((from_soc + to_soc) * 0.5, (to_soc - from_soc) * 0.5);
    match law {
        Law::NaumannLfp => {
            let (capacity, resistance) = naumann::calendar_charge_factors(middle, half);
            [factors[0] * capacity * hours, factors[1] * resistance * hours]
        }
        Law::Generic(law) => {
            let stress = (N::ONE + (middle * 2.0 - N::ONE) * (law.charge_stress - 1.0)).positive();
            [factors[0] * stress * hours, N::ZERO]
        }
    }
}

/// Sums over steps that stand side by side.
struct Sums<N> {
    cell_c: N,
    factors: [N; 2],
    wear: [N; 2],
    soc: N,
}

impl<N: Num> Sums<N> {
    fn new() -> Self {
        Self { cell_c: N::splat(f64::NAN), factors: [N::ZERO; 2], wear: [N::ZERO; 2], soc: N::ZERO }
    }

    /// Adds steps; cells that are held at a temperature have the factors they had.
    #[inline(always)]
    fn add(&mut self, law: &Law, cell_c: N, soc: [N; 2], hours: f64) {
        if cell_c != self.cell_c {
            (self.cell_c, self.factors) = (cell_c, factors(law, cell_c));
        }
        let wear = along(law, self.factors, soc, hours);
        self.wear = [self.wear[0] + wear[0], self.wear[1] + wear[1]];
        self.soc += (soc[0] + soc[1]) * 0.5;
    }

    fn total(&self) -> [f64; 3] {
        [self.wear[0], self.wear[1], self.soc].map(N::joined)
    }
}

/// The wear of a year's rest, and the sum of the steps' mean states of charge.
pub(super) fn of_year(law: &Law, trajectory: &Trajectory<'_>) -> (Wear, f64) {
    let (wide, single) = added(law, trajectory);
    let ([wide, single], [calendar, resistance, soc]) = ([wide.total(), single.total()], [0, 1, 2]);
    let sum = |of: usize| wide[of] + single[of];
    (Wear { calendar: sum(calendar), resistance: sum(resistance), cyclic: 0.0 }, sum(soc))
}

/// The sums of whole eights of steps and of the others.
// The lanes are summed elsewhere: the compiler would take them apart from the first step on.
#[multiversion::multiversion(targets(
    "x86_64+avx512f+avx512dq+avx512vl+avx512bw+bmi2",
    "x86_64+avx2+bmi2",
    "aarch64+neon"
))]
fn added(law: &Law, trajectory: &Trajectory<'_>) -> (Sums<Lanes<LANES>>, Sums<f64>) {
    let Trajectory { initial_kwh, energy_kwh, capacity_kwh, step_h, cell_c } = *trajectory;
    let (eights, others) = energy_kwh.as_chunks::<LANES>();
    let cells = match cell_c {
        CellTemperature::Constant(_) => (&[][..], &[][..]),
        CellTemperature::Series(series) => series.as_chunks::<LANES>(),
    };
    let constant = match cell_c {
        CellTemperature::Constant(cell_c) => cell_c,
        CellTemperature::Series(_) => f64::NAN,
    };
    let mut before_kwh = initial_kwh;
    let mut wide = Sums::<Lanes<LANES>>::new();
    for (block, stored_kwh) in eights.iter().enumerate() {
        let cell_c = cells.0.get(block).map_or(Lanes([constant; LANES]), |cells| Lanes(*cells));
        let mut from_kwh = Lanes([before_kwh; LANES]);
        from_kwh.0[1..].copy_from_slice(&stored_kwh[..LANES - 1]);
        let capacity_kwh = Lanes::splat(capacity_kwh);
        wide.add(law, cell_c, [from_kwh / capacity_kwh, Lanes(*stored_kwh) / capacity_kwh], step_h);
        before_kwh = stored_kwh[LANES - 1];
    }
    let mut single = Sums::<f64>::new();
    for (step, &stored_kwh) in others.iter().enumerate() {
        let cell_c = cells.1.get(step).copied().unwrap_or(constant);
        single.add(law, cell_c, [before_kwh / capacity_kwh, stored_kwh / capacity_kwh], step_h);
        before_kwh = stored_kwh;
    }
    (wide, single)
}

/// `e^x` for `|x| < 700`, in lanes and alone the same bits: `2^k e^r` with `k` the nearest whole number to
/// `x / ln 2` and the Taylor series of `e^r`, whose remainder is below a twentieth of the last digit.
#[inline(always)]
pub(super) fn exp<N: Num>(x: N) -> N {
    /// Added to a number it leaves the nearest whole number in the last bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    /// ln 2 in two parts, the first so short that its product with `k` is exact.
    const LN_2: [f64; 2] = [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10];
    /// 1/n! from 13 down to 0.
    const TAYLOR: [f64; 14] = [
        1.0 / 6_227_020_800.0,
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ];
    let rounded = x * std::f64::consts::LOG2_E + N::splat(ROUND);
    let k = rounded - N::splat(ROUND);
    let r = x - k * LN_2[0] - k * LN_2[1];
    // A loop in the open: what it is called from is compiled for wider registers than a fold of the library.
    let mut series = N::splat(TAYLOR[0]);
    for &term in &TAYLOR[1..] {
        series = series * r + N::splat(term);
    }
    let power = |lane: usize| (rounded.lane(lane).to_bits() << 52).wrapping_add(1.0f64.to_bits());
    series * N::from_fn(|lane| f64::from_bits(power(lane)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the exponential of the system's library, to three units of the last digit.
    #[test]
    fn the_exponential_is_that_of_the_library() {
        for step in -3000..=3000 {
            let x = f64::from(step) * 0.0123;
            let (found, known) = (exp(x), x.exp());
            assert!((found / known - 1.0).abs() <= 3.0 * f64::EPSILON, "{x}: {found} {known}");
        }
        let eight = Lanes::<LANES>::from_fn(|lane| lane as f64 - 3.7);
        assert_eq!(exp(eight), Lanes::from_fn(|lane| exp(eight[lane])));
    }

    /// Eleven steps are eight side by side and three alone: the same as one after the other.
    #[test]
    fn steps_side_by_side_wear_as_one_after_the_other() {
        let stored: Vec<f64> = (0..11).map(|step| 50.0 + 40.0 * f64::from(step).sin()).collect();
        let cells: Vec<f64> = (0..11).map(|step| 20.0 + f64::from(step)).collect();
        let cell_c = CellTemperature::Series(&cells);
        let (energy_kwh, initial_kwh, capacity_kwh, step_h) = (stored.as_slice(), 30.0, 100.0, 0.25);
        let law = Law::NaumannLfp;
        let (wear, soc) =
            of_year(&law, &Trajectory { initial_kwh, energy_kwh, capacity_kwh, step_h, cell_c });
        let (mut before, mut sums) = (0.3, [0.0; 3]);
        for (stored, cell_c) in stored.iter().zip(cells) {
            let after = stored / 100.0;
            let [calendar, resistance] = along(&law, factors(&law, cell_c), [before, after], step_h);
            sums = [sums[0] + calendar, sums[1] + resistance, sums[2] + 0.5 * (before + after)];
            before = after;
        }
        for (found, known) in [wear.calendar, wear.resistance, soc].into_iter().zip(sums) {
            assert!((found / known - 1.0).abs() < 1e-14, "{found} {known}");
        }
    }
}
