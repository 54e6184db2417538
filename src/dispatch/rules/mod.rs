//! Rule policies as planners know them: which band holds when.
//!
//! A policy turns a year's inputs into a [`Rulebook`]: segments whose mode names a month and a
//! class of the day's price (or carbon), and the [`Band`] of each mode. The plant does the rest.
//!
//! | policy | when to use it |
//! | --- | --- |
//! | self-consumption | own generation is worth more at home than sold; flat prices |
//! | time-of-use | prices differ enough within a day to pay for the round trip |
//! | time-of-use with room | the same where own generation often leaves a surplus: cheap hours fill only what it will not |
//! | peak-shaving | the bill hangs on the month's highest power |
//! | peak-shaving with arbitrage | both: trade within the day, never above the threshold |
//! | minimum-carbon | the grid's factor differs over the day and tonnes matter more than money |
//! | zero-export | the grid takes nothing back |
//! | backup-reserve | part of the store is kept for outages |

mod days;
mod net;
mod preference;
mod room;
#[cfg(test)]
mod tests;

use super::Num;
use super::column::nothing;
use super::controller::Band;
use super::fleet::{Fleet, FleetLimits};
use super::ledger::Ledger;
use super::plant::{GridLimits, Plant};
use super::run::{Steering, StorageUnit, YearInputs, YearResult, run_year};
use super::year::{Summed, simulate};
use crate::storage::{EnergyParameters, Simple, Store};
use days::Class;
pub use days::{DayShape, Days, Idle, Levels};
pub use net::NetLoad;
pub use preference::Preference;
use std::sync::Arc;

/// A rule policy with its parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Policy {
    /// Surplus charges, deficit discharges.
    SelfConsumption,
    /// Cheap hours charge from the grid, dear hours discharge.
    TimeOfUse {
        /// Import up to which cheap hours charge, kW; `None`: the month's highest net load with
        /// vehicles charging as they like, so that charging never raises the month's peak.
        grid_charge_up_to_kw: Option<f64>,
        /// 1, or 2: hours between two dear spells of a day charge as well.
        cycles: u8,
    },
    /// Time-of-use that leaves room for the surplus of the next day.
    TimeOfUseWithRoom {
        /// As for time-of-use.
        grid_charge_up_to_kw: Option<f64>,
        /// As for time-of-use.
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
    /// Months and hours of the year, with its segments split where the mode changes.
    pub shape: Arc<DayShape>,
    /// Band of each mode.
    pub bands: Vec<Band<f64>>,
    /// Limits of the meter, with what the policy adds.
    pub limits: GridLimits<f64>,
    /// Share of the usable energy that stays in store.
    pub reserve_share: f64,
    /// What each managed fleet prefers.
    pub preferences: Vec<Arc<Preference>>,
    /// Share of the usable energy up to which the grid may fill storages, per step; empty: all of it.
    pub ceiling_share: Vec<f64>,
}

impl Policy {
    /// The bands and modes of a year; `inputs.segments` with any mode. Where a threshold has to
    /// be found this simulates the year a number of times.
    pub fn rulebook(&self, inputs: &YearInputs<'_>) -> Rulebook {
        self.rulebook_in(self.days(inputs), inputs)
    }

    fn rulebook_in(&self, days: Days, inputs: &YearInputs<'_>) -> Rulebook {
        let mut net = days.net_account::<f64>();
        if self.wants_levels(inputs.fleets.len()) {
            let zeros = nothing(inputs.demand_kw.len());
            let whole = |series| if <[f64]>::is_empty(series) { zeros } else { series };
            let (pv_kw, wind_kw) = (whole(inputs.pv_kw), whole(inputs.wind_kw));
            simulate(
                inputs.step_h,
                &days.shape.segments,
                &Summed { demand_kw: inputs.demand_kw, pv_kw, wind_kw },
                nothing_to_move(inputs.limits),
                &Idle,
                &mut net,
                &mut (),
            );
        }
        let levels = days.levels(&net);
        let mut book = Rulebook {
            shape: Arc::clone(&days.shape),
            bands: vec![],
            limits: self.limits(inputs.limits),
            reserve_share: self.reserve_share(),
            preferences: days.preferences.clone(),
            ceiling_share: match self {
                Self::TimeOfUseWithRoom { .. } => room::ceiling_share(inputs),
                _ => Vec::new(),
            },
        };
        let mut ledger = Ledger::default();
        book.bands = self.bands(&days, &levels, |bands| {
            book.bands = bands;
            book.run(inputs, &mut ledger);
            days.highest(&ledger.import_kw)
        });
        book
    }

    /// The days of a year as this policy sees them; they do not depend on sizes.
    pub fn days(&self, inputs: &YearInputs<'_>) -> Days {
        let signal = self.signal(inputs);
        // Wear is money: beside a carbon signal it has no weight.
        let wears = if self.goes_by_price() { 1.0 } else { 0.0 };
        let preference = |fleet: &FleetLimits<'_>| {
            Arc::new(Preference::of(fleet, signal, inputs.step_h, wears * fleet.discharge_cost_per_kwh))
        };
        let preferences = inputs.fleets.iter().map(preference).collect();
        Days::new(Arc::new(self.shape(inputs)), inputs.step_h, inputs.fleets, preferences)
    }

    /// What hours are told apart by.
    fn signal<'a>(&self, inputs: &YearInputs<'a>) -> &'a [f64] {
        match self {
            Self::MinimumCarbon => inputs.series.carbon_kg_per_kwh,
            _ => inputs.series.import_price_per_kwh,
        }
    }

    /// Months and hours of a year as this policy sees them.
    pub fn shape(&self, inputs: &YearInputs<'_>) -> DayShape {
        let steps = inputs.demand_kw.len();
        DayShape::new(self.signal(inputs), inputs.segments, inputs.layout, steps, inputs.step_h)
    }

    /// Whether import prices and segments alone decide [`Policy::shape`].
    pub fn goes_by_price(&self) -> bool {
        *self != Self::MinimumCarbon
    }

    /// The meter's limits with what the policy adds.
    pub fn limits<N: Num>(&self, mut limits: GridLimits<N>) -> GridLimits<N> {
        if *self == Self::ZeroExport {
            limits.export_kw = N::ZERO;
        }
        limits
    }

    /// Whether its bands refer to the net load of a month: for storages those of some policies, for
    /// managed fleets all.
    pub fn wants_levels(&self, fleets: usize) -> bool {
        fleets > 0
            || matches!(
                self,
                Self::TimeOfUse { .. }
                    | Self::TimeOfUseWithRoom { .. }
                    | Self::PeakShaving { .. }
                    | Self::MinimumCarbon
            )
    }

    /// Share of the usable energy that stays in store.
    pub fn reserve_share(&self) -> f64 {
        if let Self::BackupReserve { share } = *self { share } else { 0.0 }
    }

    /// Bands of all modes, of one park or of designs side by side. `peaks` simulates the year
    /// under some bands and tells the highest import of each month, kW; it is asked only where a
    /// threshold has to be found.
    pub fn bands<N: Num>(
        &self,
        days: &Days,
        levels: &Levels<N>,
        mut peaks: impl FnMut(Vec<Band<N>>) -> [N; 12],
    ) -> Vec<Band<N>> {
        let thresholds = match *self {
            Self::PeakShaving { threshold_kw: Some(kw), .. } => [N::splat(kw); 12],
            Self::PeakShaving { threshold_kw: None, .. } => {
                found_thresholds(levels.highest_kw, |kw| peaks(self.all_bands(days, levels, kw)))
            }
            _ => [N::splat(f64::INFINITY); 12],
        };
        self.all_bands(days, levels, &thresholds)
    }

    fn all_bands<N: Num>(&self, days: &Days, levels: &Levels<N>, thresholds_kw: &[N; 12]) -> Vec<Band<N>> {
        let all = [Class::Low, Class::Middle, Class::High, Class::Refill];
        (0..12)
            .flat_map(|month| all.map(|class| self.band(days, levels, month, class, thresholds_kw[month])))
            .collect()
    }

    fn band<N: Num>(
        &self,
        days: &Days,
        levels: &Levels<N>,
        month: usize,
        class: Class,
        threshold_kw: N,
    ) -> Band<N> {
        let hold = N::splat(f64::INFINITY);
        let traded = |up_to_kw: N, cap_kw: N, cycles: u8| match class {
            Class::Low => (up_to_kw, cap_kw.max(up_to_kw)),
            Class::Refill if cycles > 1 => (up_to_kw, cap_kw.max(up_to_kw)),
            Class::High => (N::ZERO, N::ZERO),
            _ if days.shape.has_high[month] => (N::ZERO, cap_kw),
            _ => (N::ZERO, N::ZERO),
        };
        let (low_kw, high_kw) = match *self {
            Self::SelfConsumption | Self::ZeroExport | Self::BackupReserve { .. } => (N::ZERO, N::ZERO),
            Self::TimeOfUse { grid_charge_up_to_kw, cycles }
            | Self::TimeOfUseWithRoom { grid_charge_up_to_kw, cycles } => {
                traded(grid_charge_up_to_kw.map_or(levels.highest_kw[month], N::splat), hold, cycles)
            }
            Self::MinimumCarbon => traded(levels.highest_kw[month], hold, 2),
            Self::PeakShaving { arbitrage: false, .. } => (threshold_kw, threshold_kw),
            Self::PeakShaving { arbitrage: true, .. } => traded(threshold_kw, threshold_kw, 1),
        };
        // When they charge is each fleet's preference; how far, the level.
        let vehicles_up_to_kw = levels.vehicles_kw[month].min(threshold_kw);
        Band { charge_up_to_kw: low_kw, discharge_down_to_kw: high_kw, vehicles_up_to_kw }
    }

    /// Simulates one park's year under this policy and writes its ledger.
    ///
    /// # Panics
    /// As [`run_year`].
    pub fn run(&self, inputs: &YearInputs<'_>, ledger: &mut Ledger) -> YearResult {
        self.rulebook(inputs).run(inputs, ledger)
    }

    /// The same where the [`Policy::shape`] of the year and what its fleets prefer are known already.
    ///
    /// # Panics
    /// As [`run_year`]; if a fleet lacks its preference.
    pub fn run_in(
        &self,
        (shape, preferences): (Arc<DayShape>, Vec<Arc<Preference>>),
        inputs: &YearInputs<'_>,
        ledger: &mut Ledger,
    ) -> YearResult {
        let days = Days::new(shape, inputs.step_h, inputs.fleets, preferences);
        self.rulebook_in(days, inputs).run(inputs, ledger)
    }
}

/// A plant with neither storage nor vehicles.
pub fn nothing_to_move<N: Num>(limits: GridLimits<N>) -> Idling<N> {
    Plant { stores: [], fleets: [], limits }
}

/// A plant with neither storage nor vehicles.
pub type Idling<N> = Plant<N, [Store<N, Simple<N, false>>; 0], [Fleet<'static, N>; 0], false>;

/// The lowest threshold of each month that the store holds, to 1/65536 of the month's peak, by
/// bisection of all months at once; where stores carried over from another month make a threshold
/// fail in the end it is set to the peak that came out.
fn found_thresholds<N: Num>(highest_kw: [N; 12], mut peaks: impl FnMut(&[N; 12]) -> [N; 12]) -> [N; 12] {
    let mut high = highest_kw;
    let raise = |high: &mut [N; 12], reached: [N; 12]| {
        high.iter_mut().zip(reached).for_each(|(high, reached)| *high = high.max(reached));
    };
    let first = peaks(&high);
    raise(&mut high, first);
    let mut low = [N::ZERO; 12];
    for _ in 0..16 {
        let middle: [N; 12] = std::array::from_fn(|month| (low[month] + high[month]) * 0.5);
        let reached = peaks(&middle);
        for month in 0..12 {
            let (reached, middle) = (reached[month], middle[month]);
            let bound = middle * (1.0 + 1e-9);
            high[month] = reached.select_gt(bound, high[month], middle);
            low[month] = reached.select_gt(bound, middle, low[month]);
        }
    }
    let reached = peaks(&high);
    raise(&mut high, reached);
    high
}

/// The storage with its floor raised by the share of its usable energy that stays in store.
pub fn reserved<N: Num>(mut parameters: EnergyParameters<N>, share: f64) -> EnergyParameters<N> {
    parameters.min_kwh += (parameters.max_kwh - parameters.min_kwh) * share;
    parameters
}

impl Rulebook {
    /// Simulates one park's year under these bands and writes its ledger; segments and limits of
    /// `inputs` give way to the book's.
    pub fn run(&self, inputs: &YearInputs<'_>, ledger: &mut Ledger) -> YearResult {
        let storages: Vec<StorageUnit> = inputs
            .storages
            .iter()
            .map(|unit| StorageUnit { parameters: reserved(unit.parameters, self.reserve_share), ..*unit })
            .collect();
        let fleets: Vec<FleetLimits<'_>> =
            self.preferences.iter().zip(inputs.fleets).map(|(own, limits)| own.apply(limits)).collect();
        let inputs = YearInputs {
            segments: &self.shape.segments,
            limits: self.limits,
            storages: &storages,
            fleets: &fleets,
            ..*inputs
        };
        let steering = match self.ceiling_share.as_slice() {
            [] => Steering::Rule(&self.bands),
            ceiling_share => Steering::Room(&self.bands, ceiling_share),
        };
        run_year(&inputs, steering, ledger)
    }
}
