//! What metrics need of a case's steps beside the sums of its year.

use super::case::Case;
use super::measure::CaseMetrics;
use super::project::GeneratorKind;
use crate::dispatch::{highest_by, total};

/// Sums that the year's accounts do not keep.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Usage {
    /// Loads, kWh.
    pub load_kwh: f64,
    /// Charging that the year loop does not move, kWh.
    pub fixed_charging_kwh: f64,
    /// What drivers pay in each month.
    pub charging_revenue: [f64; 12],
    /// Wheeling of direct lines in each month.
    pub wheeling_charge: [f64; 12],
    /// Highest metering-window average of each managed fleet with what of it cannot be moved, kW.
    pub peaks_kw: Vec<f64>,
}

impl Usage {
    /// From the series and the ledger of a case.
    pub fn of(case: &CaseMetrics<'_>) -> Self {
        let load_kwh = total(&case.series.load_kw) * case.project.axis.step_h();
        Self {
            load_kwh,
            fixed_charging_kwh: case.year.demand_kwh - load_kwh,
            charging_revenue: charging_revenue(case),
            wheeling_charge: wheeling(case),
            peaks_kw: peaks(case),
        }
    }
}

fn peaks(case: &CaseMetrics<'_>) -> Vec<f64> {
    let window = case.park.grid.tariff.layout.metering_steps;
    let managed = case.park.managed_of(case.case).zip(&case.ledger.fleets);
    let highest = managed.map(|(fleet, columns)| {
        if window == 1 {
            let (moved_kw, fixed_kw) = (&*columns.charge_kw, &*fleet.fixed_kw);
            return highest_by(moved_kw.len(), |step| moved_kw[step] + fixed_kw[step]);
        }
        let windows = columns.charge_kw.chunks(window).zip(fleet.fixed_kw.chunks(window));
        let average = |(moved, fixed): (&[f64], &[f64])| {
            moved.iter().zip(fixed).map(|(a, b)| a + b).sum::<f64>() / moved.len() as f64
        };
        windows.map(average).fold(0.0, f64::max)
    });
    highest.collect()
}

/// Sums of a series per month, times a factor.
fn per_month(case: &CaseMetrics<'_>, values: &[f64], factor: f64) -> [f64; 12] {
    let starts = case.project.axis.month_starts();
    std::array::from_fn(|month| total(&values[starts[month]..starts[month + 1]]) * factor)
}

/// What drivers pay: by the energy that goes into vehicles at the bus, and for battery tests.
fn charging_revenue(case: &CaseMetrics<'_>) -> [f64; 12] {
    let step_h = case.project.axis.step_h();
    let mut revenue = [0.0; 12];
    for bays in case.park.bays_of(case.case) {
        revenue.iter_mut().zip(bays.revenue_by_month).for_each(|(total, fees)| *total += fees);
    }
    let mut managed = case.ledger.fleets.iter();
    for fleet in case.park.fleets_of(case.case) {
        let runs = case.case == Case::Configured && fleet.limits.is_some();
        let columns = if runs { managed.next() } else { None };
        if fleet.revenue_per_kwh == 0.0 {
            continue;
        }
        let fixed = if runs { &fleet.fixed_kw } else { &fleet.uncontrolled_kw };
        let mut add = |values: &[f64]| {
            let sums = per_month(case, values, fleet.revenue_per_kwh * step_h);
            revenue.iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
        };
        add(fixed);
        if let Some(columns) = columns {
            add(&columns.charge_kw);
        }
    }
    revenue
}

/// Wheeling of direct lines, by what they bring less what is curtailed of them: curtailment of a
/// kind of plant falls on all plants of the kind alike.
fn wheeling(case: &CaseMetrics<'_>) -> [f64; 12] {
    let step_h = case.project.axis.step_h();
    let ledger = case.ledger;
    let mut fees = [0.0; 12];
    let lines = case.park.generators_of(case.case).filter(|generator| generator.direct_line);
    for generator in lines.filter(|line| line.wheeling_per_kwh * line.capacity_kw != 0.0) {
        let (available_kw, curtailed_kw) = match generator.kind {
            GeneratorKind::Pv => (&case.series.pv_kw, &ledger.curtailed_pv_kw),
            GeneratorKind::Wind => (&case.series.wind_kw, &ledger.curtailed_wind_kw),
        };
        let used = generator.per_kw.iter().zip(available_kw).zip(curtailed_kw);
        let used: Vec<f64> = used
            .map(
                |((per_kw, available), curtailed)| {
                    if *available > 0.0 { per_kw * (1.0 - curtailed / available) } else { *per_kw }
                },
            )
            .collect();
        let sums = per_month(case, &used, generator.wheeling_per_kwh * generator.capacity_kw * step_h);
        fees.iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
    }
    fees
}
