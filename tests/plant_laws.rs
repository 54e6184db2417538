//! Laws of the plant over random parks and every rule policy.

use proptest::prelude::*;
use zeropark::dispatch::{
    AccountSeries, Band, Capacities, Column, EnergyAccount, Fleet, FleetLimits, GridLimits, LANES, Lanes,
    Ledger, MeterAccount, MeterLayout, Num, Plan, Plant, Policy, Rule, Scaled, Segment, Steering,
    StorageUnit, YearInputs, YearResult, run_year, simulate,
};
use zeropark::storage::{EnergyParameters, Simple, Store};

const STEPS: usize = 96;

/// Energy and power bounds of a charging fleet, owned.
#[derive(Debug, Clone)]
struct FleetSeries {
    charge_max_kw: Vec<f64>,
    latest_kwh: Vec<f64>,
    earliest_kwh: Vec<f64>,
    discharge_max_kw: Vec<f64>,
}

impl FleetSeries {
    fn limits(&self) -> FleetLimits<'_> {
        FleetLimits {
            charge_max_kw: &self.charge_max_kw,
            latest_kwh: &self.latest_kwh,
            earliest_kwh: &self.earliest_kwh,
            preferred_kwh: &self.earliest_kwh,
            discharge_max_kw: &self.discharge_max_kw,
            discharge_efficiency: 0.85,
            discharge_cost_per_kwh: 0.0,
        }
    }
}

/// A random park: series, devices, limits.
#[derive(Debug, Clone)]
struct Park {
    demand_kw: Vec<f64>,
    pv_kw: Vec<f64>,
    wind_kw: Vec<f64>,
    price: Vec<f64>,
    storages: Vec<EnergyParameters<f64>>,
    fleets: Vec<FleetSeries>,
    limits: GridLimits<f64>,
}

fn segments() -> Vec<Segment> {
    let segment = |i: u32| Segment {
        start: i * 12,
        end: i * 12 + 12,
        month: (i / 4) as u8,
        band: (i % 2) as u8,
        windows: 1,
        mode: 0,
    };
    (0..STEPS as u32 / 12).map(segment).collect()
}

impl Park {
    fn with_inputs<T>(&self, f: impl FnOnce(&YearInputs<'_>) -> T) -> T {
        let segments = segments();
        let storages: Vec<_> =
            self.storages.iter().map(|&parameters| StorageUnit { parameters, derating: None }).collect();
        let fleets: Vec<_> = self.fleets.iter().map(FleetSeries::limits).collect();
        f(&YearInputs {
            step_h: 1.0,
            segments: &segments,
            layout: MeterLayout { bands: 2, windows: 1, metering_steps: 1 },
            demand_kw: &self.demand_kw,
            pv_kw: &self.pv_kw,
            wind_kw: &self.wind_kw,
            storages: &storages,
            fleets: &fleets,
            limits: self.limits,
            series: AccountSeries {
                import_price_per_kwh: &self.price,
                export_price_per_kwh: &self.price,
                carbon_kg_per_kwh: &self.price,
                ..Default::default()
            },
        })
    }

    fn run(&self, policy: &Policy) -> (YearResult, Ledger) {
        let mut ledger = Ledger::default();
        (self.with_inputs(|inputs| policy.run(inputs, &mut ledger)), ledger)
    }
}

fn series(highest: f64) -> impl Strategy<Value = Vec<f64>> {
    // A third of the steps are exactly 0: nights and calms are where branches hide.
    prop::collection::vec(prop_oneof![2 => 0.0..highest, 1 => Just(0.0)], STEPS)
}

prop_compose! {
    fn storage(detailed: bool)(
        power in 0.0..80.0f64, max in 0.0..300.0f64, low in 0.0..0.9f64, start in 0.0..=1.0f64,
        efficiencies in (0.7..=1.0f64, 0.7..=1.0f64), rest in 0.0..0.01f64, losses in (0.0..0.5f64, 0.0..0.03f64, 0.0..0.0005f64),
    ) -> EnergyParameters<f64> {
        let min = low * max;
        let simple = EnergyParameters {
            self_discharge_per_h: rest,
            ..EnergyParameters::simple(power, min, max, min + start * (max - min), efficiencies)
        };
        if detailed {
            EnergyParameters { standby_kw: losses.0, linear_loss: losses.1, quadratic_loss_per_kw: losses.2, ..simple }
        } else {
            simple
        }
    }
}

prop_compose! {
    /// Sessions of 11 kW (arrival, stay, share of what fits), summed to the fleet's bounds.
    fn fleet()(sessions in prop::collection::vec((0..STEPS - 12, 1..12usize, 0.0..=1.0f64), 0..12), v2g in 0.0..20.0f64) -> FleetSeries {
        let mut fleet = FleetSeries {
            charge_max_kw: vec![0.0; STEPS],
            latest_kwh: vec![0.0; STEPS],
            earliest_kwh: vec![0.0; STEPS],
            discharge_max_kw: vec![0.0; STEPS],
        };
        for (arrival, stay, share) in sessions {
            let kwh = 11.0 * stay as f64 * share;
            for step in 0..STEPS {
                let present = step.saturating_sub(arrival).min(stay) as f64;
                let (done, left) = if step < arrival { (0.0, stay as f64) } else { (present + 1.0, stay as f64 - present - 1.0) };
                fleet.earliest_kwh[step] += kwh.min(11.0 * done.min(stay as f64));
                fleet.latest_kwh[step] += (kwh - 11.0 * left.max(0.0)).max(0.0);
                if (arrival..arrival + stay).contains(&step) {
                    fleet.charge_max_kw[step] += 11.0;
                    fleet.discharge_max_kw[step] += v2g;
                }
            }
        }
        fleet
    }
}

fn limit() -> impl Strategy<Value = f64> {
    prop_oneof![1 => Just(f64::INFINITY), 1 => Just(0.0), 2 => 0.0..150.0f64]
}

fn park(detailed: bool) -> impl Strategy<Value = Park> {
    let series = (series(100.0), series(150.0), series(60.0), series(1.0));
    let storages = prop::collection::vec(storage(detailed), 0..4);
    let fleets = prop::collection::vec(fleet(), 0..3);
    (series, storages, fleets, limit(), limit()).prop_map(
        |(series, storages, fleets, import_kw, export_kw)| {
            let (demand_kw, pv_kw, wind_kw, price) = series;
            let limits = GridLimits { import_kw, export_kw };
            Park { demand_kw, pv_kw, wind_kw, price, storages, fleets, limits }
        },
    )
}

fn policy() -> impl Strategy<Value = Policy> {
    prop_oneof![
        Just(Policy::SelfConsumption),
        (prop::option::of(0.0..150.0f64), 1..3u8)
            .prop_map(|(grid_charge_up_to_kw, cycles)| Policy::TimeOfUse { grid_charge_up_to_kw, cycles }),
        (prop::option::of(0.0..120.0f64), any::<bool>())
            .prop_map(|(threshold_kw, arbitrage)| Policy::PeakShaving { threshold_kw, arbitrage }),
        Just(Policy::MinimumCarbon),
        Just(Policy::ZeroExport),
        (0.0..=1.0f64).prop_map(|share| Policy::BackupReserve { share }),
    ]
}

/// Everything CONTRACT-like that must hold on every row.
fn check_rows(park: &Park, limits: &GridLimits<f64>, ledger: &Ledger) -> Result<(), TestCaseError> {
    for t in 0..STEPS {
        let supply = park.pv_kw[t]
            + park.wind_kw[t]
            + ledger.discharge_kw[t]
            + ledger.v2g_kw[t]
            + ledger.import_kw[t]
            + ledger.unserved_kw[t];
        let uses = park.demand_kw[t]
            + ledger.vehicles_kw[t]
            + ledger.charge_kw[t]
            + ledger.export_kw[t]
            + ledger.curtailed_kw[t];
        prop_assert!((supply - uses).abs() < 1e-6, "balance at {t}: {supply} {uses}");
        prop_assert!(ledger.import_kw[t] == 0.0 || ledger.export_kw[t] == 0.0, "one meter at {t}");
        prop_assert!(ledger.import_kw[t] <= limits.import_kw && ledger.export_kw[t] <= limits.export_kw);
        let standby: f64 = park.storages.iter().map(|parameters| parameters.standby_kw).sum();
        let wanted = park.demand_kw[t] + ledger.vehicles_kw[t] + standby;
        prop_assert!(ledger.unserved_kw[t] <= wanted + 1e-9, "unserved at {t}");
        prop_assert!(ledger.curtailed_kw[t] <= park.pv_kw[t] + park.wind_kw[t] + 1e-9, "curtailed at {t}");
        prop_assert!(ledger.curtailed_wind_kw[t] == 0.0 || ledger.curtailed_pv_kw[t] == park.pv_kw[t]);
        for (columns, parameters) in ledger.storages.iter().zip(&park.storages) {
            let (charge, discharge) = (columns.charge_kw[t], columns.discharge_kw[t]);
            prop_assert!(charge == 0.0 || discharge == 0.0, "one way at {t}");
            prop_assert!(charge >= 0.0 && discharge >= 0.0);
            prop_assert!(charge <= parameters.charge_limit_kw + parameters.standby_kw + 1e-9);
            prop_assert!(discharge <= parameters.discharge_limit_kw + 1e-9);
            let before = if t == 0 { parameters.initial_kwh } else { columns.energy_kwh[t - 1] };
            // Self-discharge may carry a store below its floor; nothing else may.
            let floor = parameters.min_kwh.min(before * (1.0 - parameters.self_discharge_per_h));
            prop_assert!(columns.energy_kwh[t] >= floor - 1e-9, "floor at {t}");
            prop_assert!(columns.energy_kwh[t] <= parameters.max_kwh + 1e-9, "ceiling at {t}");
        }
    }
    for (columns, fleet) in ledger.fleets.iter().zip(&park.fleets) {
        let mut delivered = 0.0;
        for t in 0..STEPS {
            let (charge, discharge) = (columns.charge_kw[t], columns.discharge_kw[t]);
            prop_assert!(charge == 0.0 || discharge == 0.0, "a fleet one way at {t}");
            prop_assert!(
                charge <= fleet.charge_max_kw[t] + 1e-9 && discharge <= fleet.discharge_max_kw[t] + 1e-9
            );
            delivered += charge - discharge / 0.85;
            prop_assert!(delivered <= fleet.earliest_kwh[t] + 1e-6, "not before arrival at {t}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_row_balances_within_all_limits(park in any::<bool>().prop_flat_map(park), policy in policy()) {
        let (year, ledger) = park.run(&policy);
        let mut limits = park.limits;
        if policy == Policy::ZeroExport {
            limits.export_kw = 0.0;
        }
        check_rows(&park, &limits, &ledger)?;
        prop_assert!(year.energy.residual_kwh.abs() < 1e-6);
        let sum = |column: &[f64]| column.iter().sum::<f64>();
        prop_assert!((sum(&ledger.import_kw) - year.meter.imported_kwh()).abs() < 1e-6);
        prop_assert!((sum(&ledger.curtailed_pv_kw) - year.energy.curtailed_pv_kwh).abs() < 1e-6);
        prop_assert!((sum(&ledger.charge_kw) - year.storages.iter().map(|s| s.charge_kwh).sum::<f64>()).abs() < 1e-6);
    }

    /// A year whose prices the meter's bands tell has loops of its own: they find what the loops for any park find.
    #[test]
    fn a_loop_for_most_parks_finds_the_same_year(
        mut park in any::<bool>().prop_flat_map(park), policy in policy(), storages in 0..2usize, driven in any::<bool>(),
    ) {
        park.storages.truncate(storages);
        if !driven {
            park.fleets.clear();
        }
        park.fleets.iter_mut().for_each(|fleet| fleet.discharge_max_kw.fill(0.0));
        let (mut year, ledger) = park.run(&policy);
        let mut own = Ledger::default();
        let found = park.with_inputs(|inputs| {
            let series = AccountSeries { priced_by_band: true, ..inputs.series };
            policy.run(&YearInputs { series, ..*inputs }, &mut own)
        });
        let simple = |unit: &EnergyParameters<f64>| {
            unit.standby_kw == 0.0 && unit.linear_loss == 0.0 && unit.quadratic_loss_per_kw == 0.0
        };
        let most = park.storages.iter().all(simple) && (park.storages.len() == 1 || park.fleets.is_empty())
            && !matches!(policy, Policy::TimeOfUseWithRoom { .. });
        prop_assert!(!most || found.meter.import_cost.iter().all(|cost| *cost == 0.0), "it counts no money");
        year.meter.import_cost.clone_from(&found.meter.import_cost);
        year.meter.export_revenue.clone_from(&found.meter.export_revenue);
        prop_assert_eq!(&found, &year);
        let meter = |ledger: &Ledger| {
            [&ledger.import_kw, &ledger.export_kw, &ledger.curtailed_pv_kw, &ledger.curtailed_wind_kw, &ledger.unserved_kw]
                .map(|column| column.to_vec())
        };
        prop_assert_eq!(meter(&own), meter(&ledger));
        let units = |ledger: &Ledger| {
            [&ledger.charge_kw, &ledger.discharge_kw, &ledger.energy_kwh, &ledger.vehicles_kw, &ledger.v2g_kw]
                .map(|column| column.to_vec())
        };
        prop_assert_eq!(units(&own), units(&ledger));
        prop_assert_eq!((&own.storages, &own.fleets), (&ledger.storages, &ledger.fleets));
    }

    #[test]
    fn a_plan_is_followed_within_all_limits(
        park in any::<bool>().prop_flat_map(park),
        points in prop::collection::vec(prop::collection::vec(-120.0..120.0f64, STEPS), 6),
        curtail in series(100.0),
    ) {
        let mut ledger = Ledger::default();
        let plan = Plan { set_points_kw: &points, curtail_kw: &curtail };
        park.with_inputs(|inputs| run_year(inputs, Steering::Plan(plan), &mut ledger));
        // Which of the two goes first is not the plan's to say.
        ledger.curtailed_wind_kw = Column::nothing(STEPS);
        check_rows(&park, &park.limits, &ledger)?;
    }

    /// Without V2G every session has its energy when it leaves, whatever the policy.
    #[test]
    fn managed_charging_is_done_by_departure(mut park in park(false), policy in policy()) {
        for fleet in &mut park.fleets {
            fleet.discharge_max_kw.fill(0.0);
        }
        let (year, _) = park.run(&policy);
        for (fleet, series) in year.fleets.iter().zip(&park.fleets) {
            prop_assert!((fleet.delivered_kwh - series.latest_kwh[STEPS - 1]).abs() < 1e-6);
        }
    }

    #[test]
    fn more_pv_never_raises_import_under_self_consumption(mut park in park(false), more in series(50.0)) {
        park.fleets.clear();
        let before = park.run(&Policy::SelfConsumption).0.meter.imported_kwh();
        for (pv, more) in park.pv_kw.iter_mut().zip(more) {
            *pv += more;
        }
        let after = park.run(&Policy::SelfConsumption).0.meter.imported_kwh();
        prop_assert!(after <= before + 1e-6, "{before} became {after}");
    }

    #[test]
    fn two_halves_of_a_storage_are_one(mut park in park(false), whole in storage(false), policy in policy()) {
        park.storages = vec![whole];
        let one = park.run(&policy).0;
        let half = EnergyParameters {
            charge_limit_kw: whole.charge_limit_kw / 2.0,
            discharge_limit_kw: whole.discharge_limit_kw / 2.0,
            min_kwh: whole.min_kwh / 2.0,
            max_kwh: whole.max_kwh / 2.0,
            initial_kwh: whole.initial_kwh / 2.0,
            ..whole
        };
        park.storages = vec![half, half];
        let two = park.run(&policy).0;
        prop_assert!((one.meter.imported_kwh() - two.meter.imported_kwh()).abs() < 1e-6);
        prop_assert!((one.storages[0].final_kwh - two.storages[0].final_kwh - two.storages[1].final_kwh).abs() < 1e-6);
    }

    /// Eight designs with their own sizes, limits and bands, with two storages and a fleet.
    #[test]
    fn lanes_agree_with_the_scalar_run(
        park in park(false),
        fleet in fleet(),
        designs in prop::collection::vec((0.0..3.0f64, 0.0..3.0f64, storage(false), storage(false), limit(), -50.0..150.0f64), LANES),
    ) {
        let lanes: [Lanes<LANES>; 6] = sums(&park, &fleet, &designs);
        for (i, design) in designs.iter().enumerate() {
            let alone: [f64; 6] = sums(&park, &fleet, std::slice::from_ref(design));
            for (together, alone) in lanes.iter().zip(alone) {
                prop_assert!((together.lane(i) - alone).abs() <= 1e-9 * alone.abs().max(1.0));
            }
        }
    }
}

/// PV factor, wind factor, two storages, import limit, lower edge of the band.
type Design = (f64, f64, EnergyParameters<f64>, EnergyParameters<f64>, f64, f64);

/// Import, export, peak, charge, unserved and final energy of the designs.
fn sums<N: Num>(park: &Park, fleet: &FleetSeries, designs: &[Design]) -> [N; 6] {
    let lane = |f: &dyn Fn(&Design) -> f64| N::from_fn(|i| f(&designs[i]));
    let store = |of: &dyn Fn(&Design) -> EnergyParameters<f64>| {
        let parameters = EnergyParameters {
            charge_limit_kw: lane(&|d| of(d).charge_limit_kw),
            discharge_limit_kw: lane(&|d| of(d).discharge_limit_kw),
            min_kwh: lane(&|d| of(d).min_kwh),
            max_kwh: lane(&|d| of(d).max_kwh),
            initial_kwh: lane(&|d| of(d).initial_kwh),
            charge_efficiency: lane(&|d| of(d).charge_efficiency),
            discharge_efficiency: lane(&|d| of(d).discharge_efficiency),
            self_discharge_per_h: lane(&|d| of(d).self_discharge_per_h),
            standby_kw: N::ZERO,
            linear_loss: N::ZERO,
            quadratic_loss_per_kw: N::ZERO,
        };
        Store::new(&parameters, Simple::<N, true>::new(&parameters, 1.0))
    };
    let limits = GridLimits { import_kw: lane(&|d| d.4), export_kw: N::splat(20.0) };
    let edge = lane(&|d| d.5);
    let band =
        Band { charge_up_to_kw: edge, discharge_down_to_kw: edge + N::splat(10.0), vehicles_up_to_kw: edge };
    let layout = MeterLayout { bands: 2, windows: 1, metering_steps: 1 };
    let mut accounts = (MeterAccount::new(layout), EnergyAccount::<N>::default());
    let source = Capacities {
        demand_kw: &park.demand_kw,
        pv: [Scaled { per_kw: &park.pv_kw, capacity_kw: lane(&|d| d.0) }],
        wind: [Scaled { per_kw: &park.wind_kw, capacity_kw: lane(&|d| d.1) }],
    };
    let plant: Plant<N, _, _, true> = Plant {
        stores: [store(&|d| d.2), store(&|d| d.3)],
        fleets: vec![Fleet::new(fleet.limits(), 1.0)],
        limits,
    };
    let rule = Rule::new(&[band], &limits);
    let end = simulate(1.0, &segments(), &source, plant, &rule, &mut accounts, &mut ());
    let (meter, energy) = accounts;
    let reading = &meter.reading;
    let stored = end.stores[0].stored_kwh + end.stores[1].stored_kwh;
    [
        reading.imported_kwh(),
        reading.exported_kwh(),
        reading.highest_kw(),
        energy.charge_kwh,
        energy.unserved_kwh,
        stored,
    ]
}
