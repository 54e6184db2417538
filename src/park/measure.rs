//! From a simulated case to its metrics.

use super::ageing::storage_units;
use super::case::{Case, CaseSeries};
use super::finance::Flows;
use super::ledgers::{Ledgers, green_direct, ledgers, matched, payback, priced, zero_carbon_park};
use super::project::{Costs, Park, Project};
use super::rules::{intensity_of_all, intensity_of_park};
use super::schedules::Schedules;
use super::usage::Usage;
use crate::charging::Owner;
use crate::dispatch::{Ledger, MeterReading, Num, Planned, YearResult};
use crate::economics::{capital_recovery_factor, device_costs};
use crate::metrics::{
    Bill, BillMonth, BillParts, Carbon, ChargingFleet, DispatchPlan, Economics, EnergyContext, Metrics,
    energy, energy_of_all,
};
use crate::problem::Problem;
use crate::storage::Assessment;
use crate::tariff::{self, Basis, BillExtras, Charges};

/// What a case is measured from.
pub struct CaseMetrics<'a> {
    /// The project.
    pub project: &'a Project,
    /// The park.
    pub park: &'a Park,
    /// Which case.
    pub case: Case,
    /// Sums of the year.
    pub year: &'a YearResult,
    /// Its series.
    pub series: &'a CaseSeries,
    /// Its ledger.
    pub ledger: &'a Ledger,
}

/// The metrics of a case, and what the sum over parks needs beside them.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// The metrics.
    pub metrics: Metrics,
    /// Nameplate energy of the storages, kWh.
    pub nameplate_kwh: f64,
    /// What was odd.
    pub warnings: Vec<Problem>,
    /// How each storage of the case ages.
    pub assessed: Vec<Option<Assessment>>,
    /// The project's cash flow; in the configured case only.
    pub flows: Option<Flows>,
    /// What the sum over parks needs of the carbon ledgers.
    pub ledgers: Option<Ledgers>,
}

/// Measures one case; `baseline` is that of the same park, for what compares with it.
pub fn measure(case: &CaseMetrics<'_>, baseline: Option<&Measured>) -> Measured {
    let CaseMetrics { project, park, year, .. } = *case;
    let usage = Usage::of(case);
    let mut measured = measure_sums(&Sums { project, park, case: case.case, year, usage: &usage }, baseline);
    if let Some(bill) = &mut measured.metrics.bill {
        bill.monthly = monthly(project, park, case.case, year, &usage);
    }
    let (storage, assessed) = storage_units(case, &mut measured.warnings);
    measured.metrics.storage = storage;
    measured.assessed = assessed;
    measured.metrics.charging = fleets(park, case.case, year, &usage);
    measured.metrics.inspection = park.bays_of(case.case).map(|bays| bays.told.clone()).collect();
    if let (Some(carbon), Some(ledgers)) = (&mut measured.metrics.carbon, &mut measured.ledgers) {
        let matching = matched(case);
        carbon.cfe_score = matching.score();
        carbon.cfe_matched_share = matching.matched_share();
        ledgers.matching = Some(matching);
    }
    measured
}

/// [`measure`] without what looks at every step: months of the bill, ageing, fleets, 24/7 matching.
pub fn without_steps(case: &CaseMetrics<'_>, baseline: Option<&Measured>) -> Measured {
    let CaseMetrics { project, park, year, .. } = *case;
    let usage = Usage::of(case);
    measure_sums(&Sums { project, park, case: case.case, year, usage: &usage }, baseline)
}

/// A case in sums alone, without its steps.
#[derive(Clone, Copy)]
pub struct Sums<'a> {
    /// The project.
    pub project: &'a Project,
    /// The park.
    pub park: &'a Park,
    /// Which case.
    pub case: Case,
    /// Sums of the year.
    pub year: &'a YearResult,
    /// What else the steps said.
    pub usage: &'a Usage,
}

impl Sums<'_> {
    /// The bill of the year, without its months, if the park is billed.
    pub fn bill(&self) -> Option<Bill> {
        let Sums { project, park, case, year, usage } = *self;
        park.grid.billed.then(|| bill(project, park, case, year, usage))
    }
}

/// The metrics that follow from the sums of a case: all but the months of the bill and what is told
/// of each storage and fleet.
pub fn measure_sums(sums: &Sums<'_>, baseline: Option<&Measured>) -> Measured {
    measure_billed(sums, sums.bill(), baseline)
}

/// [`measure_sums`] of a case whose bill is known, if it is billed.
pub fn measure_billed(sums: &Sums<'_>, bill: Option<Bill>, baseline: Option<&Measured>) -> Measured {
    let Sums { project, park, case, year, usage } = *sums;
    let nameplate_kwh = park.storages_of(case).map(|storage| storage.energy_kwh).sum();
    let Usage { load_kwh, fixed_charging_kwh, .. } = *usage;
    let energy = energy(year, &EnergyContext { load_kwh, fixed_charging_kwh, nameplate_kwh });
    let economics = project.economics.as_ref().zip(bill.as_ref()).map(|(economics, bill)| {
        let costs = costs_of(park, case);
        let running = fuel_cost(park, case) + wear_cost(park, case, year);
        annual(bill.parts.total, &costs, economics.discount_rate, running)
    });
    let mut measured = Measured { nameplate_kwh, ..Measured::default() };
    if park.grid.carbon_kg_per_kwh.is_some() {
        let (carbon, ledgers, odd) = ledgers(sums, &energy, baseline);
        measured.metrics.carbon = Some(carbon);
        measured.metrics.zero_carbon_park = Some(zero_carbon_park(&ledgers, &project.carbon));
        measured.metrics.intensity = intensity_of_park(park, &carbon);
        measured.warnings.extend(odd);
        measured.ledgers = Some(ledgers);
    }
    measured.metrics = Metrics {
        energy: Some(energy),
        bill,
        economics,
        green_direct: green_direct(sums, &energy),
        dispatch: year.planned.map(plan),
        ..measured.metrics
    };
    priced(&mut measured, project.carbon.price_per_t, baseline);
    measured
}

/// A plan's certificate as metrics.
fn plan(planned: Planned) -> DispatchPlan {
    let Planned { cost, lower_bound, mean_marginal_value_per_kwh, ageing_cost_per_kwh } = planned;
    DispatchPlan {
        planned_cost: cost,
        lower_bound,
        gap: (cost - lower_bound).max(0.0) / cost.abs().max(1.0),
        mean_marginal_value_per_kwh,
        ageing_cost_per_kwh,
    }
}

/// The fleets of a case: sessions as drawn, peak and V2G as the year loop ran them.
fn fleets(park: &Park, case: Case, year: &YearResult, usage: &Usage) -> Vec<ChargingFleet> {
    let mut managed = usage.peaks_kw.iter().zip(&year.fleets);
    park.fleets_of(case)
        .map(|fleet| {
            let runs = case == Case::Configured && fleet.limits.is_some();
            match if runs { managed.next() } else { None } {
                Some((peak_kw, sums)) => {
                    let schedules = fleet.schedules(&park.grid.tariff).filter(|_| park.grid.billed);
                    let of = |get: fn(&Schedules) -> f64| schedules.as_ref().map(get);
                    ChargingFleet {
                        peak_kw: Some(*peak_kw),
                        v2g_kwh: Some(sums.discharge_kwh),
                        movable_kwh: of(|found| found.movable_kwh),
                        uncontrolled_price_per_kwh: of(|found| found.uncontrolled_per_kwh),
                        managed_price_per_kwh: of(|found| found.managed_per_kwh),
                        optimal_price_per_kwh: of(|found| found.optimal_per_kwh),
                        gap_to_optimum: schedules.and_then(|found| found.gap()),
                        v2g_wear_cost: fleet.wear_cost(sums.discharge_kwh),
                        ..fleet.sessions.clone()
                    }
                }
                None => fleet.sessions.clone(),
            }
        })
        .collect()
}

fn extras<N: Num>(
    project: &Project,
    park: &Park,
    case: Case,
    charging_revenue: [N; 12],
    wheeling_charge: [N; 12],
) -> BillExtras<N> {
    let green = &park.green;
    let supply = if case == Case::Configured { green.cost_per_year() } else { 0.0 };
    BillExtras {
        green_supply_cost: park.grid.tariff.spread_over_months(N::splat(supply)),
        transformer_loss: park.grid.transformer_loss,
        charging_revenue,
        wheeling_charge,
        ..BillExtras::none(project.axis.year)
    }
}

/// The bill of a year, without its months.
pub fn bill(project: &Project, park: &Park, case: Case, year: &YearResult, usage: &Usage) -> Bill {
    let extras = extras(project, park, case, usage.charging_revenue, usage.wheeling_charge);
    bill_of_lane(&park.grid.tariff.bill(&year.meter, &extras), 0)
}

/// The bills of designs side by side; `charging_revenue` is that of each month.
pub fn bills<N: Num>(
    project: &Project,
    park: &Park,
    meter: &MeterReading<N>,
    charging_revenue: [N; 12],
) -> tariff::Bill<N> {
    let extras = extras(project, park, Case::Configured, charging_revenue, [N::ZERO; 12]);
    park.grid.tariff.bill(meter, &extras)
}

/// One of several bills, without its months.
pub fn bill_of_lane<N: Num>(bill: &tariff::Bill<N>, lane: usize) -> Bill {
    let basis = if bill.basis_of(lane) == Basis::Capacity { "capacity" } else { "demand" };
    Bill { parts: parts(&bill.parts.lane(lane)), basis: Some(basis.to_owned()), monthly: Vec::new() }
}

/// The months of a bill, each with its energy per band.
fn monthly(project: &Project, park: &Park, case: Case, year: &YearResult, usage: &Usage) -> Vec<BillMonth> {
    let tariff = &park.grid.tariff;
    let extras = extras(project, park, case, usage.charging_revenue, usage.wheeling_charge);
    let bill = tariff.bill(&year.meter, &extras);
    let months = tariff.monthly(&bill, &year.meter, extras.transformer_loss);
    let month = months.iter().map(|month| BillMonth {
        month: month.month as usize,
        kwh_by_band: tariff.band_names.iter().cloned().zip(month.kwh_by_band.iter().copied()).collect(),
        peak_kw: month.peak_kw,
        parts: parts(&month.charges),
    });
    month.collect()
}

fn parts(charges: &Charges<f64>) -> BillParts {
    BillParts {
        energy_charge: charges.energy_charge,
        demand_charge: charges.demand_charge,
        capacity_charge: charges.capacity_charge,
        fixed_charge: charges.fixed_charge,
        surcharges: charges.surcharges,
        power_factor_adjustment: charges.power_factor_adjustment,
        green_supply_cost: charges.green_supply_cost,
        wheeling_charge: charges.wheeling_charge,
        export_revenue: charges.export_revenue,
        charging_revenue: charges.charging_revenue,
        total: charges.total(),
    }
}

/// Costs of everything that stands in a case.
fn costs_of(park: &Park, case: Case) -> Vec<Costs> {
    let generators = park.generators_of(case).map(|generator| generator.costs);
    let storages = park.storages_of(case).map(|storage| storage.costs);
    let fleets = park.fleets_of(case).map(|fleet| fleet.costs);
    let bays = park.bays_of(case).map(|bays| bays.costs);
    let heat = heat_costs(park).filter(|_| case == Case::Configured);
    let retrofits = park.retrofits.iter().map(|retrofit| retrofit.costs).filter(|_| case == Case::Configured);
    generators.chain(storages).chain(fleets).chain(bays).chain(heat).chain(retrofits).collect()
}

/// Costs of the electric heat that replaces fuels.
pub fn heat_costs(park: &Park) -> impl Iterator<Item = Costs> {
    let known = &device_costs().electrified;
    park.fuels.iter().filter(|fuel| fuel.electrified_share > 0.0).map(|fuel| Costs {
        capex: fuel.capex_per_kw * fuel.electric_kw(),
        opex_per_year: 0.0,
        life_years: known.life_years.value,
        replacement_fraction: known.replacement_capex_fraction.value,
    })
}

/// What the park's fuels cost in a case, as far as they have a price: part of the running cost.
pub fn fuel_cost(park: &Park, case: Case) -> f64 {
    let fuels = park
        .fuels
        .iter()
        .map(|fuel| fuel.price_per_gj.unwrap_or(0.0) * fuel.left(case == Case::Configured).energy_gj);
    let transport = park.fleets.iter().filter(|fleet| case == Case::Baseline && !fleet.in_baseline);
    let transport = transport.filter_map(|fleet| {
        let displaced = fleet.year.fuel.as_ref().filter(|fuel| fuel.owner == Owner::Park)?;
        Some(displaced.energy_gj * fleet.fuel_price_per_gj?)
    });
    fuels.chain(transport).sum()
}

/// Wear of the batteries of vehicles that feed back: part of the running cost, as the park pays for it.
pub fn wear_cost(park: &Park, case: Case, year: &YearResult) -> f64 {
    let managed = park.managed_of(case).zip(&year.fleets);
    managed.filter_map(|(fleet, sums)| fleet.wear_cost(sums.discharge_kwh)).sum()
}

/// The annual total: bill, running cost (of devices, and `other`), and annual capital of every device over
/// its life.
fn annual(bill_total: f64, costs: &[Costs], rate: f64, other: f64) -> Economics {
    let opex_annual = costs.iter().map(|cost| cost.opex_per_year).sum::<f64>() + other;
    let capital: f64 =
        costs.iter().map(|cost| capital_recovery_factor(rate, cost.life_years.max(1.0)) * cost.capex).sum();
    Economics {
        capex: costs.iter().map(|cost| cost.capex).sum(),
        opex_annual,
        annual_total: bill_total + opex_annual + capital,
        ..Economics::default()
    }
}

/// All parks together: no netting between them.
pub fn all(
    project: &Project,
    parks: &[&Measured],
    peak_import_kw: f64,
    baseline: Option<&Measured>,
) -> Measured {
    let energies: Vec<_> = parks
        .iter()
        .filter_map(|park| park.metrics.energy.map(|energy| (energy, park.nameplate_kwh)))
        .collect();
    let bills: Vec<&Bill> = parks.iter().filter_map(|park| park.metrics.bill.as_ref()).collect();
    let economics: Vec<&Economics> =
        parks.iter().filter_map(|park| park.metrics.economics.as_ref()).collect();
    let carbon: Vec<&Carbon> = parks.iter().filter_map(|park| park.metrics.carbon.as_ref()).collect();
    let tonnes = |get: fn(&Carbon) -> Option<f64>| -> Option<f64> {
        carbon
            .iter()
            .map(|carbon| get(carbon))
            .collect::<Option<Vec<f64>>>()
            .map(|values| values.iter().sum())
    };
    // Parks to which a ledger does not apply add nothing to it.
    let present = |get: fn(&Carbon) -> Option<f64>| -> Option<f64> {
        let values: Vec<f64> = carbon.iter().filter_map(|carbon| get(carbon)).collect();
        (!values.is_empty()).then(|| values.iter().sum())
    };
    let location = tonnes(|carbon| carbon.location_based_t);
    let before = baseline.and_then(|b| b.metrics.carbon).and_then(|carbon| carbon.location_based_t);
    let ledgers = all_ledgers(parks);
    let metrics = Metrics {
        zero_carbon_park: ledgers.as_ref().map(|ledgers| zero_carbon_park(ledgers, &project.carbon)),
        energy: Some(energy_of_all(&energies, peak_import_kw)),
        bill: (!bills.is_empty()).then(|| sum_of_bills(&bills)),
        economics: (project.economics.is_some() && !economics.is_empty()).then(|| Economics {
            capex: economics.iter().map(|e| e.capex).sum(),
            opex_annual: economics.iter().map(|e| e.opex_annual).sum(),
            annual_total: economics.iter().map(|e| e.annual_total).sum(),
            ..Economics::default()
        }),
        carbon: (!carbon.is_empty()).then(|| Carbon {
            location_based_t: location,
            market_based_t: tonnes(|carbon| carbon.market_based_t),
            park_rule_t: tonnes(|carbon| carbon.park_rule_t),
            embodied_t: present(|carbon| carbon.embodied_t),
            embodied_annual_t: present(|carbon| carbon.embodied_annual_t),
            cfe_score: ledgers.and_then(|ledgers| ledgers.matching?.score()),
            cfe_matched_share: ledgers.and_then(|ledgers| ledgers.matching?.matched_share()),
            unused_green_kwh: present(|carbon| carbon.unused_green_kwh),
            energy_equivalent_tce: tonnes(|carbon| carbon.energy_equivalent_tce),
            energy_equal_tce: tonnes(|carbon| carbon.energy_equal_tce),
            avoided_t: before.zip(location).map(|(before, after)| before - after),
            scope1_t: present(|carbon| carbon.scope1_t),
            avoided_fuel_t: present(|carbon| carbon.avoided_fuel_t),
            avoided_fuel_outside_t: present(|carbon| carbon.avoided_fuel_outside_t),
            energy_tce: tonnes(|carbon| carbon.energy_tce),
            ..Carbon::default()
        }),
        ..Metrics::default()
    };
    let mut measured = Measured {
        metrics,
        nameplate_kwh: parks.iter().map(|park| park.nameplate_kwh).sum(),
        ledgers,
        ..Measured::default()
    };
    if let (Some(carbon), Some(ledgers)) = (&mut measured.metrics.carbon, &measured.ledgers) {
        *carbon = payback(*carbon, ledgers);
        measured.metrics.intensity = intensity_of_all(&project.parks, carbon);
    }
    priced(&mut measured, project.carbon.price_per_t, baseline);
    let summed: Vec<&Flows> = parks.iter().filter_map(|park| park.flows.as_ref()).collect();
    if let (Some(terms), Some(economics), true) =
        (&project.economics, &mut measured.metrics.economics, !summed.is_empty())
    {
        let sum = Flows::sum(summed.into_iter());
        sum.fill(terms, economics);
        measured.flows = Some(sum);
    }
    measured
}

/// The ledgers of all parks: sums, nothing netted between them; none where a park has none.
fn all_ledgers(parks: &[&Measured]) -> Option<Ledgers> {
    let all: Vec<Ledgers> = parks.iter().filter_map(|park| park.ledgers).collect();
    let first = *all.first()?;
    Some(all[1..].iter().fold(first, |sum, park| Ledgers {
        rule: sum.rule.and(park.rule),
        by_method: [0, 1].map(|method| sum.by_method[method].and(park.by_method[method])),
        fuel_gj: sum.fuel_gj + park.fuel_gj,
        process_t: sum.process_t + park.process_t,
        replacing_kwh: sum.replacing_kwh + park.replacing_kwh,
        own_green_kwh: sum.own_green_kwh + park.own_green_kwh,
        used_kwh: sum.used_kwh + park.used_kwh,
        first_embodied_t: sum.first_embodied_t + park.first_embodied_t,
        matching: sum.matching.zip(park.matching).map(|(sum, park)| sum.and(park)),
    }))
}

fn sum_of_bills(bills: &[&Bill]) -> Bill {
    let mut sum = Bill::default();
    for bill in bills {
        add_parts(&mut sum.parts, &bill.parts);
    }
    sum.monthly = (0..12)
        .map(|index| {
            let mut month = BillMonth { month: index + 1, ..BillMonth::default() };
            for part in bills.iter().filter_map(|bill| bill.monthly.get(index)) {
                add_parts(&mut month.parts, &part.parts);
                month.peak_kw += part.peak_kw;
                for (band, kwh) in &part.kwh_by_band {
                    match month.kwh_by_band.get_mut(band) {
                        Some(sum) => *sum += kwh,
                        None => drop(month.kwh_by_band.insert(band.clone(), *kwh)),
                    }
                }
            }
            month
        })
        .collect();
    let first = bills[0].basis.clone();
    sum.basis = bills.iter().all(|bill| bill.basis == first).then_some(first).flatten();
    sum
}

fn add_parts(sum: &mut BillParts, parts: &BillParts) {
    sum.energy_charge += parts.energy_charge;
    sum.demand_charge += parts.demand_charge;
    sum.capacity_charge += parts.capacity_charge;
    sum.fixed_charge += parts.fixed_charge;
    sum.surcharges += parts.surcharges;
    sum.power_factor_adjustment += parts.power_factor_adjustment;
    sum.green_supply_cost += parts.green_supply_cost;
    sum.wheeling_charge += parts.wheeling_charge;
    sum.export_revenue += parts.export_revenue;
    sum.charging_revenue += parts.charging_revenue;
    sum.total += parts.total;
}
