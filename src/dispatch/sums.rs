//! Sums over the columns of a year, and years in which nothing is decided: eight steps side by side.
//!
//! What a step adds to a sum, and what the meter makes of a step without units, hang on no other step. The
//! lines are those of the year loop, with consecutive steps in the lanes where it has one step or designs.

use super::accounts::{Accounts, EnergyAccount};
use super::fleet::Fleet;
use super::plant::{Flows, GridLimits, Plant, Supply};
use super::rules::Idle;
use super::year::Summed;
use super::{LANES, Lanes, Num, Segment};
use crate::storage::{Simple, Store};

/// The flows of a year, kW per step.
#[derive(Clone, Copy)]
pub(super) struct FlowColumns<'a> {
    /// Demand and generation.
    pub source: Summed<'a>,
    /// Managed charging and what vehicles give back.
    pub fleets: [&'a [f64]; 2],
    /// Storages charging and discharging.
    pub storages: [&'a [f64]; 2],
    /// Import, export, curtailed, unserved.
    pub meter: [&'a [f64]; 4],
}

impl FlowColumns<'_> {
    /// The flows of the steps from one on; without `UNITS` those of storages and fleets are 0.
    #[inline(always)]
    fn flows<N: Num, const UNITS: bool>(&self, step: usize) -> Flows<N> {
        let [import, export, curtailed, unserved] = self.meter;
        let ([vehicles, v2g], [charge, discharge]) = (self.fleets, self.storages);
        let of_units = |column| if UNITS { N::at(column, step) } else { N::ZERO };
        let Supply { demand_kw, pv_kw, wind_kw } = supply(&self.source, step);
        Flows {
            demand_kw,
            pv_kw,
            wind_kw,
            vehicles_kw: of_units(vehicles),
            v2g_kw: of_units(v2g),
            charge_kw: of_units(charge),
            discharge_kw: of_units(discharge),
            import_kw: N::at(import, step),
            export_kw: N::at(export, step),
            curtailed_kw: N::at(curtailed, step),
            unserved_kw: N::at(unserved, step),
        }
    }
}

/// Demand and generation of the steps from one on.
#[inline(always)]
fn supply<N: Num>(source: &Summed<'_>, step: usize) -> Supply<N> {
    Supply {
        demand_kw: N::at(source.demand_kw, step),
        pv_kw: N::at(source.pv_kw, step),
        wind_kw: N::at(source.wind_kw, step),
    }
}

/// The energies of a year in steps of `step_h` hours; without `UNITS` those of storages and fleets are 0.
///
/// # Panics
/// If a column is shorter than the demand.
pub(super) fn energies<const UNITS: bool>(columns: &FlowColumns<'_>, step_h: f64) -> EnergyAccount<f64> {
    let (wide, single) = added::<UNITS>(columns);
    wide.joined(&single, step_h)
}

/// The sums of whole eights of steps and of the others, kW times steps.
// The lanes are summed elsewhere: the compiler would take them apart from the first step on.
#[multiversion::multiversion(targets(
    "x86_64+avx512f+avx512dq+avx512vl+avx512bw+bmi2",
    "x86_64+avx2+bmi2",
    "aarch64+neon"
))]
fn added<const UNITS: bool>(columns: &FlowColumns<'_>) -> (EnergyAccount<Lanes<LANES>>, EnergyAccount<f64>) {
    let steps = columns.source.demand_kw.len();
    let whole = steps - steps % LANES;
    let account = EnergyAccount::<Lanes<LANES>>::default();
    let mut wide = account.open(steps);
    for step in (0..whole).step_by(LANES) {
        account.add(&mut wide, step, &columns.flows::<_, UNITS>(step));
    }
    let account = EnergyAccount::<f64>::default();
    let mut single = account.open(steps);
    for step in whole..steps {
        account.add(&mut single, step, &columns.flows::<_, UNITS>(step));
    }
    (wide, single)
}

/// What the meter passes where there is neither a storage nor a managed fleet: writes import, export,
/// curtailment and what stays unserved.
///
/// # Panics
/// If a column is shorter than the demand.
#[multiversion::multiversion(targets(
    "x86_64+avx512f+avx512dq+avx512vl+avx512bw+bmi2",
    "x86_64+avx2+bmi2",
    "aarch64+neon"
))]
pub(super) fn settle(source: &Summed<'_>, limits: &GridLimits<f64>, mut meter: [&mut [f64]; 4]) {
    let steps = source.demand_kw.len();
    let whole = steps - steps % LANES;
    for step in (0..whole).step_by(LANES) {
        settle_at::<Lanes<LANES>>(source, limits, meter.each_mut(), step);
    }
    for step in whole..steps {
        settle_at::<f64>(source, limits, meter.each_mut(), step);
    }
}

#[inline(always)]
fn settle_at<N: Num>(
    source: &Summed<'_>,
    limits: &GridLimits<f64>,
    [import_kw, export_kw, curtailed_kw, unserved_kw]: [&mut &mut [f64]; 4],
    step: usize,
) {
    let stores: [Store<N, Simple<N, false>>; 0] = [];
    let fleets: [Fleet<'_, N>; 0] = [];
    let limits = GridLimits { import_kw: N::splat(limits.import_kw), export_kw: N::splat(limits.export_kw) };
    let mut plant: Plant<N, _, _, true> = Plant { stores, fleets, limits };
    let flows = plant.step(&Idle, (), step, supply(source, step));
    flows.import_kw.put(import_kw, step);
    flows.export_kw.put(export_kw, step);
    flows.curtailed_kw.put(curtailed_kw, step);
    flows.unserved_kw.put(unserved_kw, step);
}

/// Books import and export, kW per step, to accounts that look at nothing else; the meter averages `window`
/// steps.
pub(super) fn book_meter<A: Accounts<f64>>(
    accounts: &mut A,
    segments: &[Segment],
    step_h: f64,
    window: usize,
    [import_kw, export_kw]: [&[f64]; 2],
) {
    for segment in segments {
        let (start, end) = (segment.start as usize, segment.end as usize);
        let mut sums = accounts.open(end);
        for (step, (&import_kw, &export_kw)) in
            (start..end).zip(import_kw[start..end].iter().zip(&export_kw[start..end]))
        {
            accounts.add(&mut sums, step, &Flows { import_kw, export_kw, ..Flows::default() });
            if window == 1 {
                accounts.meter(&mut sums, import_kw);
            }
        }
        if window > 1 {
            for steps in import_kw[start..end].chunks(window) {
                accounts.meter(&mut sums, steps.iter().sum::<f64>() * (1.0 / window as f64));
            }
        }
        accounts.book(segment, step_h, sums);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand, eleven hours (eight side by side, three alone) of 10 kW demand and 0, 2, 4, … 20 kW of PV, the
    /// meter open to 8 kW in and 5 kW out: import 8 (of 10), 8, 6, 4, 2, 0 kW, unserved 2 kW once, and of
    /// the surplus of 2, 4, 6, 8, 10 kW export 2, 4, 5, 5, 5 and 0, 0, 1, 3, 5 kW thrown away.
    #[test]
    fn steps_side_by_side_settle_and_add_up_as_one_after_the_other() {
        let demand_kw = [10.0; 11];
        let pv_kw: Vec<f64> = (0..11).map(|step| 2.0 * f64::from(step)).collect();
        let source = Summed { demand_kw: &demand_kw, pv_kw: &pv_kw, wind_kw: &[0.0; 11] };
        let mut meter = [[0.0; 11]; 4];
        let limits = GridLimits { import_kw: 8.0, export_kw: 5.0 };
        settle(&source, &limits, meter.each_mut().map(|column| &mut column[..]));
        assert_eq!(meter[0][..6], [8.0, 8.0, 6.0, 4.0, 2.0, 0.0]);
        assert_eq!(meter[1][6..], [2.0, 4.0, 5.0, 5.0, 5.0]);
        assert_eq!(meter[2][6..], [0.0, 0.0, 1.0, 3.0, 5.0]);
        assert_eq!(meter[3].iter().sum::<f64>(), 2.0);
        let none = [0.0; 11];
        let columns = FlowColumns {
            source,
            fleets: [&none; 2],
            storages: [&none; 2],
            meter: meter.each_ref().map(|column| &column[..]),
        };
        let sums = energies::<false>(&columns, 0.5);
        assert_eq!([sums.curtailed_kwh, sums.curtailed_pv_kwh, sums.unserved_kwh], [4.5, 4.5, 1.0]);
        assert_eq!([sums.renewable_export_kwh, sums.residual_kwh], [10.5, 0.0]);
        assert_eq!(energies::<true>(&columns, 0.5), sums);
    }

    /// By hand: windows of three steps average 6, 4, 1 and 9 kW; the demand window of the second segment sees 9, the
    /// other 6. Metered step by step they see 12 and 20. Energies are the same: 30 kW times 5 minutes each.
    #[test]
    fn a_meter_averages_its_window() {
        use super::super::MeterLayout;
        use super::super::accounts::MeterAccount;
        let import_kw = [3.0, 6.0, 9.0, 0.0, 0.0, 12.0, 1.0, 1.0, 1.0, 20.0, 5.0, 2.0];
        let segment = |start, windows| Segment {
            start,
            end: start + 6,
            month: 0,
            band: windows as u8 - 1,
            windows,
            mode: 0,
        };
        let segments = [segment(0, 1), segment(6, 2)];
        for (window, peaks_kw) in [(3, [6.0, 9.0]), (1, [12.0, 20.0])] {
            let mut meter =
                MeterAccount::<f64>::new(MeterLayout { bands: 2, windows: 2, metering_steps: window });
            book_meter(&mut meter, &segments, 1.0 / 12.0, window, [&import_kw, &[0.0; 12]]);
            let near = |found: f64, known: f64| assert!((found - known).abs() < 1e-12, "{found} {known}");
            near(meter.reading.peak_kw[0], peaks_kw[0]);
            near(meter.reading.peak_kw[1], peaks_kw[1]);
            near(meter.reading.import_kwh[0], 30.0 / 12.0);
            near(meter.reading.import_kwh[1], 30.0 / 12.0);
        }
    }
}
