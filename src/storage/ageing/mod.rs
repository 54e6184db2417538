//! Ageing of a storage, after the year on the trajectory of its stored energy.
//!
//! A year leaves [`Wear`]: sums that add over years, whatever stress each had. [`Law::health`]
//! turns the sum into capacity and resistance. Between two points of the trajectory the stored
//! energy runs straight, and the wear of rest is integrated exactly along that line; cycles come
//! from rainflow counting, their rate from the energy moved along their legs. Cutting steps finer
//! therefore changes nothing but rounding.
//!
//! Conventions: state of charge is stored energy over capacity, 0 to 1; temperatures °C; losses
//! are shares of the capacity at purchase; a year of ageing is the year simulated.
//!
//! Two laws: [`Law::NaumannLfp`] (measured, one LFP cell) and [`Law::Generic`] (indicative, from a
//! quoted cycle life and shelf life). Left out: sudden death after a knee, lithium plating by cold
//! charging, cell spread.

mod life;
pub mod naumann;
mod rainflow;

pub use life::{Augmentation, Life, LifePlan, augment, life, life_from};
pub use rainflow::{Counter, Cycle, by_depth, rainflow};

use super::catalogue::{AgeingLaw, Chemistry};
use super::parameters::Health;
use crate::problem::Problem;

const GAS_J_PER_MOL_K: f64 = 8.314_462_618;
const KELVIN: f64 = 273.15;
/// Loss of capacity at which cycle life and shelf life are quoted.
const QUOTED_LOSS: f64 = 0.2;
const HOURS_PER_YEAR: f64 = 8760.0;

/// Temperature of the cells over the year, °C.
#[derive(Debug, Clone, Copy)]
pub enum CellTemperature<'a> {
    /// Held by thermal management.
    Constant(f64),
    /// Mean of each step.
    Series(&'a [f64]),
}

/// What a storage went through in a year.
#[derive(Debug, Clone, Copy)]
pub struct Trajectory<'a> {
    /// Stored energy at the start, kWh.
    pub initial_kwh: f64,
    /// Stored energy at the end of each step, kWh.
    pub energy_kwh: &'a [f64],
    /// Capacity of the year, kWh: nameplate times state of health.
    pub capacity_kwh: f64,
    /// Length of a step, h.
    pub step_h: f64,
    /// Temperature of the cells.
    pub cell_c: CellTemperature<'a>,
}

/// Sums of stress; they add over years.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Wear {
    /// Square of the capacity loss by rest.
    pub calendar: f64,
    /// Capacity loss by cycles: its square under [`Law::NaumannLfp`], itself under [`Law::Generic`].
    pub cyclic: f64,
    /// Increase of resistance, share; of [`Law::Generic`] 0: it follows the capacity.
    pub resistance: f64,
}

impl Wear {
    /// This wear `times` over.
    #[must_use]
    pub fn times(self, times: f64) -> Self {
        Self {
            calendar: self.calendar * times,
            cyclic: self.cyclic * times,
            resistance: self.resistance * times,
        }
    }
}

impl std::ops::Add for Wear {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            calendar: self.calendar + other.calendar,
            cyclic: self.cyclic + other.cyclic,
            resistance: self.resistance + other.resistance,
        }
    }
}

/// How a chemistry ages, as plain numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Law {
    /// See [`naumann`].
    NaumannLfp,
    /// Throughput and shelf life.
    Generic(Generic),
}

/// A loss at rest with the square root of time and a loss per cycle by its depth; indicative.
///
/// At rest: `q² = 0.04 t/t_shelf · exp(-E/R (1/T - 1/298.15)) · (1 + (s - 1)(2 SOC - 1))`, so that
/// 20 % is lost after the shelf life at 25 °C and half charge. A cycle of depth `d` costs
/// `0.2/N · (d/d_ref)^m`, as a Wöhler line through the quoted cycle life does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Generic {
    /// `N`: cycles of the quoted depth until 80 % is left.
    pub cycle_life: f64,
    /// `d_ref`: depth of the quoted cycles.
    pub cycle_life_depth: f64,
    /// `m`: cycles to end of life fall with depth to this power.
    pub depth_exponent: f64,
    /// `t_shelf`: years at rest at 25 °C and half charge until 80 % is left.
    pub shelf_life_years: f64,
    /// `E`: activation energy of the rate of `q²`, J/mol.
    pub activation_energy_j_per_mol: f64,
    /// `s`: rate of `q²` of a full store relative to a half full one, below 2.
    pub charge_stress: f64,
    /// Growth of the resistance per loss of capacity.
    pub resistance_per_loss: f64,
    /// Coldest and warmest cells of the chemistry's data sheet, °C.
    pub temperature_range_c: (f64, f64),
}

impl Law {
    /// The law of a chemistry of the catalogue.
    pub fn of(chemistry: &Chemistry) -> Self {
        match &chemistry.ageing {
            AgeingLaw::NaumannLfp => Self::NaumannLfp,
            AgeingLaw::Generic(law) => Self::Generic(Generic {
                cycle_life: law.cycle_life.value,
                cycle_life_depth: law.cycle_life_depth.value,
                depth_exponent: law.depth_exponent.value,
                shelf_life_years: law.shelf_life_years.value,
                activation_energy_j_per_mol: law.activation_energy_j_per_mol.value,
                charge_stress: law.charge_stress.value,
                resistance_per_loss: law.resistance_per_loss.value,
                temperature_range_c: (chemistry.temperature_min_c.value, chemistry.temperature_max_c.value),
            }),
        }
    }

    /// Health after a wear, relative to the day of purchase; capacity not below 0.
    pub fn health(&self, wear: &Wear) -> Health {
        let (cyclic, resistance) = match self {
            Self::NaumannLfp => (wear.cyclic.sqrt(), wear.resistance),
            Self::Generic(law) => {
                (wear.cyclic, law.resistance_per_loss * (wear.calendar.sqrt() + wear.cyclic))
            }
        };
        let loss = wear.calendar.sqrt() + cyclic;
        Health { capacity: (1.0 - loss).max(0.0), resistance: 1.0 + resistance }
    }

    /// Wear of `hours` at rest.
    pub fn rest(&self, cell_c: f64, soc: f64, hours: f64) -> Wear {
        let factors = self.rest_factors(cell_c);
        self.rest_along(factors, soc, soc, hours)
    }

    /// Wear of `full_cycles` equivalent full cycles of a depth at a rate (mean of both ways, 1/h).
    pub fn cycles(&self, depth: f64, c_rate: f64, full_cycles: f64) -> Wear {
        match self {
            Self::NaumannLfp => {
                let (cyclic, resistance) = naumann::cyclic(depth, c_rate);
                Wear { cyclic: cyclic * full_cycles, resistance: resistance * full_cycles, calendar: 0.0 }
            }
            Self::Generic(law) if depth > 0.0 => {
                let per_cycle =
                    QUOTED_LOSS / law.cycle_life * (depth / law.cycle_life_depth).powf(law.depth_exponent);
                Wear { cyclic: per_cycle * full_cycles / depth, ..Wear::default() }
            }
            Self::Generic(_) => Wear::default(),
        }
    }

    /// Temperature factors of rest per hour: on `calendar` and on `resistance`.
    fn rest_factors(&self, cell_c: f64) -> (f64, f64) {
        match self {
            Self::NaumannLfp => {
                let (capacity, resistance) = naumann::calendar_factors(cell_c);
                (capacity * 3600.0, resistance * 3600.0)
            }
            Self::Generic(law) => {
                let inverse = 1.0 / (cell_c + KELVIN) - 1.0 / 298.15;
                let arrhenius = (-law.activation_energy_j_per_mol / GAS_J_PER_MOL_K * inverse).exp();
                (QUOTED_LOSS * QUOTED_LOSS / (law.shelf_life_years * HOURS_PER_YEAR) * arrhenius, 0.0)
            }
        }
    }

    /// Wear of rest while the state of charge runs straight from one value to another, exactly.
    #[inline]
    fn rest_along(&self, factors: (f64, f64), from_soc: f64, to_soc: f64, hours: f64) -> Wear {
        let (middle, half) = (0.5 * (from_soc + to_soc), 0.5 * (to_soc - from_soc));
        match self {
            Self::NaumannLfp => {
                let (capacity, resistance) = naumann::calendar_charge_factors(middle, half);
                Wear {
                    calendar: factors.0 * capacity * hours,
                    resistance: factors.1 * resistance * hours,
                    cyclic: 0.0,
                }
            }
            Self::Generic(law) => {
                let stress = (1.0 + (law.charge_stress - 1.0) * (2.0 * middle - 1.0)).max(0.0);
                Wear { calendar: factors.0 * stress * hours, ..Wear::default() }
            }
        }
    }

    /// Temperatures the law holds for, °C, and the highest rate, 1/h.
    fn fitted_range(&self) -> (f64, f64, f64, &'static str) {
        match self {
            Self::NaumannLfp => {
                let (low, high) = naumann::CALENDAR_RANGE_C;
                (low, high, naumann::HIGHEST_C_RATE, naumann::SOURCE)
            }
            Self::Generic(law) => {
                let (low, high) = law.temperature_range_c;
                (low, high, f64::INFINITY, "the chemistry's data sheet range in the catalogue")
            }
        }
    }
}

/// What a year did to a storage.
#[derive(Debug, Clone, PartialEq)]
pub struct AgeingYear {
    /// Wear of the year.
    pub wear: Wear,
    /// Energy moved in and out of the cells over twice the capacity.
    pub full_cycles: f64,
    /// Mean state of charge.
    pub mean_soc: f64,
    /// Energy-weighted mean rate, 1/h.
    pub mean_c_rate: f64,
    /// Where the law was asked beyond its range.
    pub warnings: Vec<Problem>,
}

/// Ages a storage by a year of use.
///
/// # Panics
/// If a temperature series is not as long as the trajectory.
pub fn year(law: &Law, trajectory: &Trajectory<'_>) -> AgeingYear {
    let Trajectory { initial_kwh, energy_kwh, capacity_kwh, step_h, cell_c } = *trajectory;
    let mut wear = Wear::default();
    if capacity_kwh <= 0.0 || energy_kwh.is_empty() {
        return AgeingYear { wear, full_cycles: 0.0, mean_soc: 0.0, mean_c_rate: 0.0, warnings: Vec::new() };
    }
    if let CellTemperature::Series(series) = cell_c {
        assert_eq!(series.len(), energy_kwh.len(), "one temperature per step");
    }
    // Along the year: energy moved, and energy moved times its rate, up to each point.
    let (mut moved, mut moved_at_rate, mut soc_sum) = (0.0, 0.0, 0.0);
    let mut sums = Vec::with_capacity(energy_kwh.len() + 1);
    sums.push((0.0, 0.0));
    let mut soc = initial_kwh / capacity_kwh;
    let constant = match cell_c {
        CellTemperature::Constant(cell_c) => Some(law.rest_factors(cell_c)),
        CellTemperature::Series(_) => None,
    };
    let (mut last_cell_c, mut factors) = (f64::NAN, constant.unwrap_or_default());
    let mut resting = (f64::NAN, Wear::default());
    for (step, &stored_kwh) in energy_kwh.iter().enumerate() {
        if let CellTemperature::Series(series) = cell_c
            && series[step] != last_cell_c
        {
            last_cell_c = series[step];
            factors = law.rest_factors(last_cell_c);
            resting.0 = f64::NAN;
        }
        let next = stored_kwh / capacity_kwh;
        let change = (next - soc).abs();
        if change == 0.0 {
            if resting.0 != soc {
                resting = (soc, law.rest_along(factors, soc, soc, step_h));
            }
            wear = wear + resting.1;
        } else {
            wear = wear + law.rest_along(factors, soc, next, step_h);
            moved += change;
            moved_at_rate += change * change / step_h;
        }
        sums.push((moved, moved_at_rate));
        soc_sum += 0.5 * (soc + next);
        soc = next;
    }
    let mut highest_rate = 0.0f64;
    let points = std::iter::once(initial_kwh).chain(energy_kwh.iter().copied());
    Counter::default().count(points.map(|kwh| kwh / capacity_kwh), |cycle| {
        // The rate of both legs of a closed cycle, of the one leg of a half cycle.
        let (a, b) = (sums[cycle.start], sums[cycle.close]);
        let rate = if b.0 > a.0 { (b.1 - a.1) / (b.0 - a.0) } else { 0.0 };
        if cycle.range > 0.01 {
            highest_rate = highest_rate.max(rate);
        }
        let added = law.cycles(cycle.range, rate, cycle.count * cycle.range);
        wear = wear + Wear { resistance: added.resistance.max(0.0), ..added };
    });
    AgeingYear {
        wear,
        full_cycles: 0.5 * moved,
        mean_soc: soc_sum / energy_kwh.len() as f64,
        mean_c_rate: if moved > 0.0 { moved_at_rate / moved } else { 0.0 },
        warnings: beyond_range(law, cell_c, step_h, highest_rate),
    }
}

/// Warnings where cells were colder, warmer or faster than the law was fitted for.
fn beyond_range(law: &Law, cell_c: CellTemperature<'_>, step_h: f64, highest_rate: f64) -> Vec<Problem> {
    let (low, high, rate, source) = law.fitted_range();
    let mut warnings = Vec::new();
    let (coldest, warmest, hours) = match cell_c {
        CellTemperature::Constant(c) => (c, c, None),
        CellTemperature::Series(series) => {
            let outside = series.iter().filter(|&&c| c < low || c > high).count();
            let coldest = series.iter().copied().fold(f64::INFINITY, f64::min);
            let warmest = series.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            (coldest, warmest, Some(outside as f64 * step_h))
        }
    };
    if coldest < low || warmest > high {
        let time = hours.map_or(Default::default(), |hours| {
            (format!(", {hours} h outside"), format!("，其中 {hours} h 超出范围"))
        });
        let (en, zh): (String, String) = time;
        let message = (
            format!(
                "cells at {coldest:.1} to {warmest:.1} °C{en}: the ageing model holds from {low} to {high} °C ({source})"
            ),
            format!(
                "电芯温度 {coldest:.1} 至 {warmest:.1} °C{zh}：老化模型适用于 {low} 至 {high} °C（{source}）"
            ),
        );
        warnings.push(Problem::warning("beyond-fitted-range", message));
    }
    if highest_rate > rate {
        let message = (
            format!(
                "cycles of up to {highest_rate:.2} C: the ageing model was fitted up to a mean of {rate} C ({source})"
            ),
            format!("循环倍率最高 {highest_rate:.2} C：老化模型拟合的平均倍率至 {rate} C 为止（{source}）"),
        );
        warnings.push(Problem::warning("beyond-fitted-range", message));
    }
    warnings
}

#[cfg(test)]
mod tests;
