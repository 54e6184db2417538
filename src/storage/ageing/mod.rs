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
mod rest;

pub use life::{Augmentation, Life, LifePlan, augment, life, life_from};
use rainflow::{Counter, Turns};
pub use rainflow::{Cycle, DEPTH_CLASSES, by_depth, rainflow};

use super::catalogue::{AgeingLaw, Chemistry};
use super::parameters::Health;
use crate::dispatch::Num;
use crate::problem::Problem;

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
        let [calendar, resistance] = rest::along(self, rest::factors(self, cell_c), [soc, soc], hours);
        Wear { calendar, resistance, cyclic: 0.0 }
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
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AgeingYear {
    /// Wear of the year.
    pub wear: Wear,
    /// Energy moved in and out of the cells over twice the capacity.
    pub full_cycles: f64,
    /// Mean state of charge.
    pub mean_soc: f64,
    /// Energy-weighted mean rate, 1/h.
    pub mean_c_rate: f64,
    /// Cycles by depth in shares of the capacity, as [`by_depth`] counts them.
    pub cycles_by_depth: [f64; DEPTH_CLASSES],
    /// Where the law was asked beyond its range.
    pub warnings: Vec<Problem>,
}

/// Ages a storage by a year of use.
///
/// # Panics
/// If a temperature series is not as long as the trajectory.
pub fn year(law: &Law, trajectory: &Trajectory<'_>) -> AgeingYear {
    let Trajectory { initial_kwh, energy_kwh, capacity_kwh, step_h, cell_c } = *trajectory;
    if capacity_kwh <= 0.0 || energy_kwh.is_empty() {
        return AgeingYear::default();
    }
    if let CellTemperature::Series(series) = cell_c {
        assert_eq!(series.len(), energy_kwh.len(), "one temperature per step");
    }
    let (mut wear, soc_sum) = rest::of_year(law, trajectory);
    // Along the year: energy moved, and its square of each step, up to each point.
    let (mut moved, mut squares) = (0.0, 0.0);
    let (wears, by_depth) = (Vec::with_capacity(1024), [0.0; DEPTH_CLASSES]);
    let mut cycled = Cycled { law, step_h, highest_rate: 0.0, wears, by_depth };
    let mut found = |cycle, sums| cycled.add(&cycle, sums);
    let mut soc = initial_kwh / capacity_kwh;
    let mut turns = Turns::new(soc, [0.0; 2]);
    let mut counter = Counter::new(&turns);
    for &stored_kwh in energy_kwh {
        let next = stored_kwh / capacity_kwh;
        let change = (next - soc).abs();
        moved += change;
        squares += change * change;
        if let Some(turn) = turns.next(next, [moved, squares]) {
            counter.turn(turn, &mut found);
        }
        soc = next;
    }
    counter.finish(&turns, &mut found);
    for &cycle in &cycled.wears {
        wear = wear + cycle;
    }
    AgeingYear {
        wear,
        full_cycles: 0.5 * moved,
        mean_soc: soc_sum / energy_kwh.len() as f64,
        mean_c_rate: if moved > 0.0 { squares / step_h / moved } else { 0.0 },
        cycles_by_depth: cycled.by_depth,
        warnings: beyond_range(law, cell_c, step_h, cycled.highest_rate),
    }
}

/// What the cycles of a year did.
struct Cycled<'a> {
    law: &'a Law,
    step_h: f64,
    highest_rate: f64,
    wears: Vec<Wear>,
    by_depth: [f64; DEPTH_CLASSES],
}

impl Cycled<'_> {
    /// Adds a cycle; `before` and `after` are the energy moved, and its square of each step, up to its first
    /// extreme and up to where it closed.
    fn add(&mut self, cycle: &Cycle, [before, after]: [[f64; 2]; 2]) {
        // The rate of both legs of a closed cycle, of the one leg of a half cycle.
        let moved = after[0] - before[0];
        let rate = if after[0] > before[0] { (after[1] - before[1]) / self.step_h / moved } else { 0.0 };
        if cycle.range > 0.01 {
            self.highest_rate = self.highest_rate.max(rate);
        }
        let wear = self.law.cycles(cycle.range, rate, cycle.count * cycle.range);
        self.wears.push(Wear { resistance: wear.resistance.max(0.0), ..wear });
        rainflow::into_class(&mut self.by_depth, cycle);
    }
}

/// The lowest and the highest value, of eight side by side.
fn extremes(series: &[f64]) -> (f64, f64) {
    let (eights, rest) = series.as_chunks::<8>();
    let (mut low, mut high) = ([f64::INFINITY; 8], [f64::NEG_INFINITY; 8]);
    for eight in eights {
        for (lane, &value) in eight.iter().enumerate() {
            low[lane] = Num::min(value, low[lane]);
            high[lane] = Num::max(value, high[lane]);
        }
    }
    let of = |lanes: [f64; 8], first: f64, pick: fn(f64, f64) -> f64| {
        lanes.iter().chain(rest).fold(first, |found, &value| pick(found, value))
    };
    (of(low, f64::INFINITY, f64::min), of(high, f64::NEG_INFINITY, f64::max))
}

/// Warnings where cells were colder, warmer or faster than the law was fitted for.
fn beyond_range(law: &Law, cell_c: CellTemperature<'_>, step_h: f64, highest_rate: f64) -> Vec<Problem> {
    let (low, high, rate, source) = law.fitted_range();
    let mut warnings = Vec::new();
    let (coldest, warmest, hours) = match cell_c {
        CellTemperature::Constant(c) => (c, c, None),
        CellTemperature::Series(series) => {
            let (coldest, warmest) = extremes(series);
            let outside = match coldest < low || warmest > high {
                true => series.iter().filter(|&&c| c < low || c > high).count(),
                false => 0,
            };
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
