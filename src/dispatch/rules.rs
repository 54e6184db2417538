//! Rule policies as planners know them: which band holds when.
//!
//! A policy turns a year's inputs into a [`Rulebook`]: segments whose mode names a month and a
//! class of the day's price (or carbon), and the [`Band`] of each mode. The plant does the rest.
//!
//! | policy | when to use it |
//! | --- | --- |
//! | self-consumption | own generation is worth more at home than sold; flat prices |
//! | time-of-use | prices differ enough within a day to pay for the round trip |
//! | peak-shaving | the bill hangs on the month's highest power |
//! | peak-shaving with arbitrage | both: trade within the day, never above the threshold |
//! | minimum-carbon | the grid's factor differs over the day and tonnes matter more than money |
//! | zero-export | the grid takes nothing back |
//! | backup-reserve | part of the store is kept for outages |

use super::controller::Band;
use super::ledger::Ledger;
use super::run::{Steering, StorageUnit, YearInputs, YearResult, run_year};
use super::{GridLimits, Segment};

/// What a storage does with the hours of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Class {
    /// Cheap (or clean): charge.
    Low = 0,
    /// In between: charge from surplus only.
    Middle = 1,
    /// Dear (or dirty): discharge.
    High = 2,
    /// In between, after one dear spell and before another of the same day.
    Refill = 3,
}

const CLASSES: usize = 4;

/// A rule policy with its parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Policy {
    /// Surplus charges, deficit discharges.
    SelfConsumption,
    /// Cheap hours charge from the grid, dear hours discharge.
    TimeOfUse {
        /// Import up to which cheap hours charge, kW; `None`: the month's highest net load, so
        /// that charging never raises the month's peak.
        grid_charge_up_to_kw: Option<f64>,
        /// 1, or 2: hours between two dear spells of a day charge as well.
        cycles: u8,
    },
    /// Import is held at or below a threshold; the store refills below it.
    PeakShaving {
        /// kW; `None`: the lowest that holds, month by month.
        threshold_kw: Option<f64>,
        /// Between refills, trade like time-of-use below the threshold.
        arbitrage: bool,
    },
    /// Time-of-use by the grid's carbon factor instead of the price.
    MinimumCarbon,
    /// Self-consumption, and nothing leaves the park.
    ZeroExport,
    /// Self-consumption above a reserve.
    BackupReserve {
        /// Share of the usable energy that stays in store.
        share: f64,
    },
}

/// A policy made concrete for a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Rulebook {
    /// The year's segments, split where the mode changes.
    pub segments: Vec<Segment>,
    /// Band of each mode.
    pub bands: Vec<Band<f64>>,
    /// Limits of the meter, with what the policy adds.
    pub limits: GridLimits<f64>,
    /// Share of the usable energy that stays in store.
    pub reserve_share: f64,
}

impl Policy {
    /// The bands and modes of a year; `inputs.segments` with any mode. Where a threshold has to
    /// be found this simulates the year a number of times.
    pub fn rulebook(&self, inputs: &YearInputs<'_>) -> Rulebook {
        let months = Months::of(inputs);
        let signal = match self {
            Self::MinimumCarbon => inputs.series.carbon_kg_per_kwh,
            _ => inputs.series.import_price_per_kwh,
        };
        let classes = classes(signal, months.month.len(), (24.0 / inputs.step_h).round() as usize);
        let modes: Vec<u8> = classes
            .iter()
            .zip(&months.month)
            .map(|(&class, &month)| month * CLASSES as u8 + class as u8)
            .collect();
        let mut limits = inputs.limits;
        let mut reserve_share = 0.0;
        match *self {
            Self::ZeroExport => limits.export_kw = 0.0,
            Self::BackupReserve { share } => reserve_share = share,
            _ => {}
        }
        let segments = split(inputs.segments, &modes, inputs.layout.metering_steps);
        let levels = Levels::of(inputs, &months, &classes);
        let mut book = Rulebook { segments, bands: vec![], limits, reserve_share };
        let thresholds = match *self {
            Self::PeakShaving { threshold_kw: Some(kw), .. } => [kw; 12],
            Self::PeakShaving { threshold_kw: None, .. } => {
                self.found_thresholds(inputs, &months, &levels, &mut book)
            }
            _ => [f64::INFINITY; 12],
        };
        book.bands = self.bands(&levels, &thresholds);
        book
    }

    /// Bands of all months and classes.
    fn bands(&self, levels: &Levels, thresholds_kw: &[f64; 12]) -> Vec<Band<f64>> {
        let all = [Class::Low, Class::Middle, Class::High, Class::Refill];
        (0..12)
            .flat_map(|month| all.map(|class| self.band(levels, month, class, thresholds_kw[month])))
            .collect()
    }

    fn band(&self, levels: &Levels, month: usize, class: Class, threshold_kw: f64) -> Band<f64> {
        const HOLD: f64 = f64::INFINITY;
        let traded = |up_to_kw: f64, cap_kw: f64, cycles: u8| match class {
            Class::Low => (up_to_kw, cap_kw.max(up_to_kw)),
            Class::Refill if cycles > 1 => (up_to_kw, cap_kw.max(up_to_kw)),
            Class::High => (0.0, 0.0),
            _ if levels.has_high[month] => (0.0, cap_kw),
            _ => (0.0, 0.0),
        };
        let (low_kw, high_kw) = match *self {
            Self::SelfConsumption | Self::ZeroExport | Self::BackupReserve { .. } => (0.0, 0.0),
            Self::TimeOfUse { grid_charge_up_to_kw, cycles } => {
                traded(grid_charge_up_to_kw.unwrap_or(levels.highest_kw[month]), HOLD, cycles)
            }
            Self::MinimumCarbon => traded(levels.highest_kw[month], HOLD, 2),
            Self::PeakShaving { arbitrage: false, .. } => (threshold_kw, threshold_kw),
            Self::PeakShaving { arbitrage: true, .. } => traded(threshold_kw, threshold_kw, 1),
        };
        let cheap = class == Class::Low || !levels.has_low[month];
        let vehicles_up_to_kw = if cheap { levels.vehicles_kw[month].min(threshold_kw) } else { 0.0 };
        Band { charge_up_to_kw: low_kw, discharge_down_to_kw: high_kw, vehicles_up_to_kw }
    }

    /// The lowest threshold of each month that the store holds, to 1/65536 of the month's peak,
    /// by bisection of all months at once; where stores carried over from another month make a
    /// threshold fail in the end it is set to the peak that came out.
    fn found_thresholds(
        &self,
        inputs: &YearInputs<'_>,
        months: &Months,
        levels: &Levels,
        book: &mut Rulebook,
    ) -> [f64; 12] {
        let mut ledger = Ledger::default();
        let mut peaks = |thresholds: &[f64; 12], book: &mut Rulebook| {
            book.bands = self.bands(levels, thresholds);
            book.run(inputs, &mut ledger);
            months.highest(&ledger.import_kw)
        };
        let mut high = levels.highest_kw;
        let first = peaks(&high, book);
        for month in 0..12 {
            high[month] = high[month].max(first[month]);
        }
        let mut low = [0.0; 12];
        for _ in 0..16 {
            let mut middle = [0.0; 12];
            for month in 0..12 {
                middle[month] = 0.5 * (low[month] + high[month]);
            }
            let reached = peaks(&middle, book);
            for month in 0..12 {
                let holds = reached[month] <= middle[month] * (1.0 + 1e-9);
                *(if holds { &mut high[month] } else { &mut low[month] }) = middle[month];
            }
        }
        let reached = peaks(&high, book);
        for month in 0..12 {
            high[month] = high[month].max(reached[month]);
        }
        high
    }

    /// Simulates one park's year under this policy and writes its ledger.
    ///
    /// # Panics
    /// As [`run_year`].
    pub fn run(&self, inputs: &YearInputs<'_>, ledger: &mut Ledger) -> YearResult {
        self.rulebook(inputs).run(inputs, ledger)
    }
}

impl Rulebook {
    /// Simulates one park's year under these bands and writes its ledger; segments and limits of
    /// `inputs` give way to the book's.
    pub fn run(&self, inputs: &YearInputs<'_>, ledger: &mut Ledger) -> YearResult {
        let storages: Vec<StorageUnit> = inputs.storages.iter().map(|unit| self.reserved(unit)).collect();
        let inputs =
            YearInputs { segments: &self.segments, limits: self.limits, storages: &storages, ..*inputs };
        run_year(&inputs, Steering::Rule(&self.bands), ledger)
    }

    /// The storage with its floor raised by the reserve.
    pub fn reserved<'a>(&self, unit: &StorageUnit<'a>) -> StorageUnit<'a> {
        let mut unit = *unit;
        unit.parameters.min_kwh += self.reserve_share * (unit.parameters.max_kwh - unit.parameters.min_kwh);
        unit
    }
}

/// Month of every step.
struct Months {
    month: Vec<u8>,
}

impl Months {
    fn of(inputs: &YearInputs<'_>) -> Self {
        let mut month = vec![0; inputs.demand_kw.len()];
        for segment in inputs.segments {
            month[segment.start as usize..segment.end as usize].fill(segment.month);
        }
        Self { month }
    }

    /// Highest value of each month, at least 0.
    fn highest(&self, values: &[f64]) -> [f64; 12] {
        let mut highest = [0.0f64; 12];
        for (&month, &value) in self.month.iter().zip(values) {
            highest[month as usize] = highest[month as usize].max(value);
        }
        highest
    }
}

/// Levels of grid power per month that bands refer to, kW.
struct Levels {
    /// Highest net load before storage and managed charging.
    highest_kw: [f64; 12],
    /// Up to which managed charging fills cheap hours: the highest net load, or what spreads the
    /// month's charging over its cheap hours with a margin of a quarter.
    vehicles_kw: [f64; 12],
    /// Whether the month has cheap hours.
    has_low: [bool; 12],
    /// Whether the month has dear hours.
    has_high: [bool; 12],
}

impl Levels {
    fn of(inputs: &YearInputs<'_>, months: &Months, classes: &[Class]) -> Self {
        let at = |series: &[f64], step: usize| series.get(step).copied().unwrap_or(0.0);
        let steps = inputs.demand_kw.len();
        let net: Vec<f64> = (0..steps)
            .map(|step| inputs.demand_kw[step] - at(inputs.pv_kw, step) - at(inputs.wind_kw, step))
            .collect();
        let (mut has_low, mut has_high) = ([false; 12], [false; 12]);
        for (&class, &month) in classes.iter().zip(&months.month) {
            has_low[month as usize] |= class == Class::Low;
            has_high[month as usize] |= class == Class::High;
        }
        let (mut hours, mut cheap_kwh, mut wanted_kwh) = ([0.0; 12], [0.0; 12], [0.0; 12]);
        for step in 0..steps {
            let month = months.month[step] as usize;
            if classes[step] == Class::Low || !has_low[month] {
                hours[month] += inputs.step_h;
                cheap_kwh[month] += net[step] * inputs.step_h;
            }
            for fleet in inputs.fleets {
                let before = if step == 0 { 0.0 } else { fleet.earliest_kwh[step - 1] };
                wanted_kwh[month] += fleet.earliest_kwh[step] - before;
            }
        }
        let highest_kw = months.highest(&net);
        let mut vehicles_kw = highest_kw;
        for month in 0..12 {
            if hours[month] > 0.0 {
                let spread_kw = (cheap_kwh[month] + 1.25 * wanted_kwh[month]) / hours[month];
                vehicles_kw[month] = vehicles_kw[month].max(spread_kw);
            }
        }
        Self { highest_kw, vehicles_kw, has_low, has_high }
    }
}

/// Class of every step by where its signal stands within its day: the lowest quarter of the
/// day's range is low, the upper two fifths are high. A day whose range is below 2 % of its
/// highest value has no low and no high.
fn classes(signal: &[f64], steps: usize, steps_per_day: usize) -> Vec<Class> {
    let mut classes = vec![Class::Middle; steps];
    for (day, classes) in signal.chunks(steps_per_day).zip(classes.chunks_mut(steps_per_day)) {
        let lowest = day.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = day.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let range = highest - lowest;
        if range <= 0.02 * highest.abs() {
            continue;
        }
        for (&value, class) in day.iter().zip(classes.iter_mut()) {
            if value <= lowest + 0.25 * range {
                *class = Class::Low;
            } else if value >= lowest + 0.6 * range {
                *class = Class::High;
            }
        }
        let first = classes.iter().position(|&class| class == Class::High);
        let last = classes.iter().rposition(|&class| class == Class::High);
        if let (Some(first), Some(last)) = (first, last) {
            for class in &mut classes[first..=last] {
                if *class == Class::Middle {
                    *class = Class::Refill;
                }
            }
        }
    }
    classes
}

/// The segments with a mode of each step, split where it changes; within a metering window the
/// first step's mode holds.
fn split(segments: &[Segment], modes: &[u8], metering_steps: usize) -> Vec<Segment> {
    let mut parts: Vec<Segment> = Vec::with_capacity(segments.len());
    for segment in segments {
        let mut last: Option<Segment> = None;
        for start in (segment.start..segment.end).step_by(metering_steps) {
            let end = start + metering_steps as u32;
            match &mut last {
                Some(part) if part.mode == modes[start as usize] => part.end = end,
                _ => parts.extend(last.replace(Segment {
                    start,
                    end,
                    mode: modes[start as usize],
                    ..*segment
                })),
            }
        }
        parts.extend(last);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dispatch::{AccountSeries, MeterLayout};
    use crate::storage::EnergyParameters;

    /// A summer day of a two-part tariff: valley 0-8, flat 8-10, peak 10-12, flat 12-15, peak
    /// 15-20, flat 20-24 (Fujian's periods).
    fn fujian_day() -> Vec<f64> {
        let price = |hour| match hour {
            0..8 => 0.349,
            10..12 | 15..20 => 0.801,
            _ => 0.584,
        };
        (0..24).map(price).collect()
    }

    #[test]
    fn hours_of_a_day_are_low_high_and_between() {
        let found: Vec<u8> = classes(&fujian_day(), 24, 24).iter().map(|&class| class as u8).collect();
        let expected = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1];
        assert_eq!(found, expected);
        assert!(classes(&[0.6; 48], 48, 24).iter().all(|&class| class == Class::Middle), "a flat price");
    }

    fn segment(steps: u32) -> [Segment; 1] {
        [Segment { start: 0, end: steps, month: 0, band: 0, windows: 1, mode: 0 }]
    }

    /// A day's inputs of a park with one storage of 20 kWh usable, full at the start, 10 kW, no loss.
    fn with_day<T>(demand_kw: &[f64], price: &[f64], f: impl FnOnce(&YearInputs<'_>) -> T) -> T {
        let parameters = EnergyParameters::simple(10.0, 0.0, 20.0, 20.0, (1.0, 1.0));
        f(&YearInputs {
            step_h: 1.0,
            segments: &segment(demand_kw.len() as u32),
            layout: MeterLayout { bands: 1, windows: 1, metering_steps: 1 },
            demand_kw,
            pv_kw: &[],
            wind_kw: &[],
            storages: &[StorageUnit { parameters, derating: None }],
            fleets: &[],
            limits: GridLimits::none(),
            series: AccountSeries { import_price_per_kwh: price, ..Default::default() },
        })
    }

    /// By hand: four hours at 20 kW above a base of 10; 20 kWh over four hours take off 5 kW.
    #[test]
    fn the_threshold_found_is_the_lowest_that_holds() {
        let mut demand = [10.0; 24];
        demand[14..18].fill(20.0);
        with_day(&demand, &[0.6; 24], |inputs| {
            let policy = Policy::PeakShaving { threshold_kw: None, arbitrage: false };
            let year = policy.run(inputs, &mut Ledger::default());
            assert!((year.meter.peak_kw[0] - 15.0).abs() < 1e-3, "{}", year.meter.peak_kw[0]);
        });
    }

    /// By hand: full at dawn, 20 kWh go in the two hours of the first peak; a second cycle
    /// refills 20 kWh at noon and gives them in the afternoon peak.
    #[test]
    fn two_cycles_discharge_twice_the_store() {
        with_day(&[15.0; 24], &fujian_day(), |inputs| {
            let discharged = |cycles| {
                let policy = Policy::TimeOfUse { grid_charge_up_to_kw: Some(100.0), cycles };
                policy.run(inputs, &mut Ledger::default()).energy.discharge_kwh
            };
            assert!((discharged(1) - 20.0).abs() < 1e-9);
            assert!((discharged(2) - 40.0).abs() < 1e-9);
        });
    }

    /// By hand: of 20 kWh a quarter stays; self-consumption gives the other 15.
    #[test]
    fn a_reserve_stays_in_store() {
        with_day(&[15.0; 24], &fujian_day(), |inputs| {
            let policy = Policy::BackupReserve { share: 0.25 };
            let mut ledger = Ledger::default();
            assert!((policy.run(inputs, &mut ledger).energy.discharge_kwh - 15.0).abs() < 1e-9);
            assert!(ledger.energy_kwh.iter().all(|&kwh| kwh >= 5.0 - 1e-9));
        });
    }

    #[test]
    fn modes_never_cut_a_metering_window() {
        let parts = split(&segment(9), &[0, 0, 1, 1, 1, 1, 1, 1, 0], 3);
        let edges: Vec<_> = parts.iter().map(|part| (part.start, part.end, part.mode)).collect();
        assert_eq!(edges, [(0, 3, 0), (3, 9, 1)]);
    }
}
