//! The carbon ledgers of a case and the rules a Chinese park is judged by.
//!
//! Every ledger looks at the same year: location-based, market-based, the park rule, the hour by
//! hour match, scope 1, embodied. They are never added up.

use super::case::{Case, CaseSeries, or_empty};
use super::measure::{CaseMetrics, Measured, Sums};
use super::project::{CarbonTerms, GeneratorKind, Park};
use crate::charging::{self, Owner};
use crate::dispatch::{Column, Ledger, Num};
use crate::metrics::carbon::{
    MatchSeries, Matching, ParkRule, ParkRuleTerms, TceMethod, carbon_payback_years, embodied_factors,
    embodied_t, market_based, matching,
};
use crate::metrics::compliance::{green_direct_shares, park_rules};
use crate::metrics::{Burnt, Carbon, Energy, GreenDirect, ZeroCarbonPark, fuel};
use crate::problem::Problem;
use crate::storage::chemistry_name;

/// Project life where the scenario has no economics (assumed): replacements hang on it.
const YEARS_WITHOUT_ECONOMICS: f64 = 25.0;

/// What the sum over parks needs of a park's ledgers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Ledgers {
    /// The park rule, by the scenario's way of counting electricity.
    pub rule: ParkRule,
    /// The park rule with electricity at equivalent and at equal value.
    pub by_method: [ParkRule; 2],
    /// Energy of fuel and heat, GJ.
    pub fuel_gj: f64,
    /// Process emissions, t.
    pub process_t: f64,
    /// Electricity that would take over all fuel and heat, kWh.
    pub replacing_kwh: f64,
    /// Own renewable energy used in the park whose certificates it keeps, kWh.
    pub own_green_kwh: f64,
    /// Electricity used, losses included, kWh.
    pub used_kwh: f64,
    /// Embodied carbon of the first devices, without replacements, t.
    pub first_embodied_t: f64,
    /// The hour by hour match, where the steps were looked at.
    pub matching: Option<Matching>,
}

/// A case's ledgers: the metrics, what their sum needs, and what is odd.
pub fn ledgers(
    case: &Sums<'_>,
    energy: &Energy,
    baseline: Option<&Measured>,
) -> (Carbon, Ledgers, Option<Problem>) {
    let (park, terms) = (case.park, &case.project.carbon);
    let loss = park.grid.transformer_loss;
    let purchased_kwh = energy.grid_import_kwh / (1.0 - loss);
    let location_t = case.year.import_kg / 1000.0 / (1.0 - loss);
    let burnt = burnt(park, case.case);
    let before = baseline.and_then(|baseline| baseline.metrics.carbon);
    let applies = !park.fuels.is_empty() || displaced(park, Owner::Park).co2_t > 0.0;
    let scope1_t = applies.then_some(burnt.co2_t);
    let outside = displaced(park, Owner::ThirdParty);
    // What runs in the park: loads, vehicles, the losses of storage and transformer.
    let used_kwh = energy.load_kwh + energy.charging_kwh - energy.v2g_kwh + energy.storage_loss_kwh
        - energy.unserved_kwh
        + purchased_kwh * loss;
    let kept = kept_share(park, case.case);
    let own_green_kwh = energy.renewable_used_kwh * kept;
    let sold_green_kwh = energy.renewable_used_kwh * (1.0 - kept);
    let bought_green_kwh = match case.case {
        Case::Baseline => 0.0,
        Case::Configured => park.green.trade_kwh + park.green.certificates_kwh,
    };
    let grid_factor = if purchased_kwh > 0.0 { location_t * 1000.0 / purchased_kwh } else { 0.0 };
    let residual = terms.residual_kg_per_kwh.unwrap_or(grid_factor);
    let market = market_based(purchased_kwh + sold_green_kwh, bought_green_kwh, residual);
    let rule_terms = ParkRuleTerms {
        burnt,
        used_kwh,
        purchased_kwh,
        exported_kwh: energy.grid_export_kwh * (1.0 - loss),
        own_green_kwh,
        sold_green_kwh,
        bought_green_kwh,
    };
    let by_method = [TceMethod::Equivalent, TceMethod::Equal].map(|method| {
        ParkRule::of(&rule_terms, terms.park_rule_kg_per_kwh, terms.exports, method, terms.equal_kgce_per_kwh)
    });
    let rule = by_method[usize::from(terms.tce == TceMethod::Equal)];
    let years = case.project.economics.as_ref().map_or(YEARS_WITHOUT_ECONOMICS, |e| e.lifetime_years as f64);
    let embodied = (case.case == Case::Configured).then(|| embodied(park, years));
    let odd = (market.unused_kwh > 0.5).then(|| {
        let unused = market.unused_kwh / 1000.0;
        let message = (
            format!(
                "{unused:.0} MWh of green power and certificates are more than what is purchased; they count nowhere"
            ),
            format!("有 {unused:.0} MWh 绿电与绿证超出购电量，不计入任何核算"),
        );
        Problem::warning("unused-certificates", message)
            .at_key(format!("park.{}.green", park.name))
            .hint(("buy less, or sell what is left over", "减少购买，或出售多余部分"))
    });
    let carbon = Carbon {
        location_based_t: Some(location_t),
        market_based_t: Some(market.kg / 1000.0),
        park_rule_t: Some(rule.total_t()),
        scope1_t,
        avoided_t: before.and_then(|carbon| carbon.location_based_t).map(|before| before - location_t),
        avoided_fuel_t: before
            .and_then(|carbon| carbon.scope1_t)
            .zip(scope1_t)
            .map(|(before, now)| before - now),
        avoided_fuel_outside_t: (case.case == Case::Configured && outside.co2_t > 0.0)
            .then_some(outside.co2_t),
        embodied_t: embodied,
        embodied_annual_t: embodied.map(|tonnes| tonnes / years),
        energy_tce: Some(rule.energy_tce),
        energy_equivalent_tce: Some(by_method[0].energy_tce),
        energy_equal_tce: Some(by_method[1].energy_tce),
        unused_green_kwh: Some(market.unused_kwh),
        ..Carbon::default()
    };
    let electrified = case.case == Case::Configured;
    let heat = park.fuels.iter().map(|fuel| (fuel.left(electrified), fuel.electric_efficiency));
    let ledgers = Ledgers {
        rule,
        by_method,
        fuel_gj: burnt.energy_gj,
        process_t: heat.clone().filter(|(left, _)| left.energy_gj == 0.0).map(|(left, _)| left.co2_t).sum(),
        replacing_kwh: heat.map(|(left, efficiency)| left.energy_gj / efficiency / 0.0036).sum(),
        own_green_kwh,
        used_kwh,
        // Within a year nothing is replaced.
        first_embodied_t: if electrified { self::embodied(park, 1.0) } else { 0.0 },
        matching: None,
    };
    (payback(carbon, &ledgers), ledgers, odd)
}

/// The same with the years in which the first devices pay their carbon back, once it is known what is
/// avoided a year.
pub fn payback(carbon: Carbon, ledgers: &Ledgers) -> Carbon {
    let avoided_t = carbon.avoided_t.map(|tonnes| tonnes + carbon.avoided_fuel_t.unwrap_or(0.0));
    let years = avoided_t.and_then(|tonnes| carbon_payback_years(ledgers.first_embodied_t, tonnes));
    Carbon { carbon_payback_years: years, ..carbon }
}

/// Carbon cost and abatement cost of a case, once its annual total is known.
pub fn priced(measured: &mut Measured, price_per_t: f64, baseline: Option<&Measured>) {
    let (Some(carbon), Some(economics)) = (&mut measured.metrics.carbon, &mut measured.metrics.economics)
    else {
        return;
    };
    economics.annual_total_with_carbon =
        carbon.market_based_t.map(|tonnes| economics.annual_total + price_per_t * tonnes);
    let before = baseline.and_then(|baseline| baseline.metrics.economics.as_ref());
    carbon.abatement_cost_per_t = before.zip(carbon.avoided_t).and_then(|(before, avoided_t)| {
        let tonnes =
            avoided_t + carbon.avoided_fuel_t.unwrap_or(0.0) - carbon.embodied_annual_t.unwrap_or(0.0);
        (tonnes > 0.0).then(|| (economics.annual_total - before.annual_total) / tonnes)
    });
}

/// The core indicator and the shares beside it.
pub fn zero_carbon_park(ledgers: &Ledgers, terms: &CarbonTerms) -> ZeroCarbonPark {
    let rule = &ledgers.rule;
    let intensity = rule.intensity_t_per_tce();
    let system = &park_rules().zero_carbon_park["national"];
    let threshold = system.target[0].class(rule.energy_tce).map(|class| class.intensity_t_per_tce);
    ZeroCarbonPark {
        intensity_t_per_tce: intensity,
        threshold,
        clean_energy_share: rule.clean_share(),
        direct_supply_share: (ledgers.used_kwh > 0.0).then(|| ledgers.own_green_kwh / ledgers.used_kwh),
        pass: intensity.zip(threshold).map(|(intensity, threshold)| intensity <= threshold),
        exports: terms.exports,
        tce: terms.tce,
    }
}

/// The green direct connection: plants on a dedicated line only, all export counted; none without
/// such a plant.
pub fn green_direct(case: &Sums<'_>, energy: &Energy) -> Option<GreenDirect> {
    let park = case.park;
    let plants = park.generators_of(case.case).filter(|plant| plant.direct_line && plant.capacity_kw != 0.0);
    let step_h = case.project.axis.step_h();
    let available: f64 = plants.map(|plant| plant.capacity_kw * plant.kwh_per_kw_step() * step_h).sum();
    if available <= 0.0 {
        return None;
    }
    let (exported, curtailed) = (energy.grid_export_kwh, case.year.direct_curtailed_kwh);
    let used = energy.load_kwh + energy.charging_kwh - energy.v2g_kwh;
    Some(green_direct_shares([available, exported, curtailed, used], &park.green.direct))
}

/// What the hour by hour match needs beside the ledger's own columns, kW.
pub struct MatchColumns {
    /// Use that was served.
    pub need: Column,
    green: Column,
    stored: Column,
    contracted: Column,
}

impl MatchColumns {
    /// The series of the match.
    pub fn series<'a>(&'a self, park: &'a Park, ledger: &'a Ledger) -> MatchSeries<'a> {
        MatchSeries {
            need: &self.need,
            green: or_empty(&self.green),
            import: &ledger.import_kw,
            charge: &ledger.charge_kw,
            discharge: &ledger.discharge_kw,
            stored: &self.stored,
            contracted: or_empty(&self.contracted),
            grid_clean_share: park.grid.carbon_free_share.as_deref().unwrap_or(&[]),
            factor_kg: park.grid.carbon_kg_per_kwh.as_deref().unwrap_or(&[]),
        }
    }
}

/// Use and green power of each step. Traded green power is taken as even over the year (assumed:
/// contracts rarely name hours); certificates have no hour.
pub fn match_columns(
    park: &Park,
    case: Case,
    series: &CaseSeries,
    ledger: &Ledger,
    step_h: f64,
) -> MatchColumns {
    let steps = ledger.import_kw.len();
    let moved = [&ledger.vehicles_kw, &ledger.v2g_kw, &ledger.unserved_kw];
    let need = if moved.iter().all(|column| column.is_nothing()) {
        series.demand_kw.clone()
    } else {
        let moved = moved[0].iter().zip(moved[1]).zip(moved[2]);
        let need = |(demand, ((vehicles, v2g), unserved)): (&f64, ((&f64, &f64), &f64))| {
            demand + vehicles - v2g - unserved
        };
        series.demand_kw.iter().zip(moved).map(need).collect::<Vec<f64>>().into()
    };
    let green = if series.pv_kw.is_nothing() && series.wind_kw.is_nothing() {
        Column::nothing(steps)
    } else {
        let kept = kept_share(park, case);
        let left = series.pv_kw.iter().zip(&series.wind_kw).zip(&ledger.curtailed_kw).zip(&ledger.export_kw);
        let green = |(((pv, wind), curtailed), &export): (((&f64, &f64), &f64), &f64)| {
            let left = pv + wind - curtailed;
            (left - Num::min(export, left)) * kept
        };
        left.map(green).collect::<Vec<f64>>().into()
    };
    let traded_kw = match case {
        Case::Baseline => 0.0,
        Case::Configured => park.green.trade_kwh / (steps as f64 * step_h),
    };
    MatchColumns {
        need,
        green,
        stored: if step_h == 1.0 {
            ledger.energy_kwh.clone()
        } else {
            ledger.energy_kwh.iter().map(|kwh| kwh / step_h).collect::<Vec<f64>>().into()
        },
        contracted: if traded_kw == 0.0 { Column::nothing(steps) } else { vec![traded_kw; steps].into() },
    }
}

/// The match of use and green power hour by hour, kWh.
pub fn matched(case: &CaseMetrics<'_>) -> Matching {
    let step_h = case.project.axis.step_h();
    let columns = match_columns(case.park, case.case, case.series, case.ledger, step_h);
    let mut matching = matching(&columns.series(case.park, case.ledger));
    for sum in [
        &mut matching.need,
        &mut matching.own,
        &mut matching.contracted,
        &mut matching.grid_clean,
        &mut matching.unmatched_import,
        &mut matching.unmatched_import_kg,
    ] {
        *sum *= step_h;
    }
    matching
}

/// Share of the available renewable energy whose certificates the park keeps.
fn kept_share(park: &Park, case: Case) -> f64 {
    if park.generators_of(case).all(|plant| plant.certificates_kept) {
        return 1.0;
    }
    let (mut all, mut kept) = (0.0, 0.0);
    for plant in park.generators_of(case) {
        let kwh = plant.capacity_kw * plant.kwh_per_kw_step();
        all += kwh;
        kept += if plant.certificates_kept { kwh } else { 0.0 };
    }
    if all > 0.0 { kept / all } else { 1.0 }
}

/// Embodied carbon of what is built, over the project, t.
fn embodied(park: &Park, years: f64) -> f64 {
    let factors = embodied_factors();
    let plants = park.generators.iter().filter(|plant| !plant.existing).map(|plant| {
        let per_kw = match plant.kind {
            GeneratorKind::Pv => &factors.pv_kg_per_kw,
            GeneratorKind::Wind => &factors.wind_kg_per_kw,
        };
        embodied_t(per_kw.value * plant.capacity_kw, plant.costs.life_years.max(1.0), years)
    });
    let storages = park.storages.iter().filter(|unit| !unit.existing).map(|unit| {
        let per_kwh = factors.storage(chemistry_name(unit.device.chemistry));
        embodied_t(per_kwh * unit.energy_kwh, unit.costs.life_years.max(1.0), years)
    });
    plants.chain(storages).sum()
}

/// What the park itself burns in a case: its fuels, and in the baseline the fuel of its own transport.
fn burnt(park: &Park, case: Case) -> Burnt {
    let fuels = park.fuels.iter().map(|fuel| fuel.left(case == Case::Configured));
    let transport = match case {
        Case::Baseline => displaced(park, Owner::Park),
        Case::Configured => Burnt::default(),
    };
    fuels.fold(transport, Burnt::and)
}

/// Fuel that the park's electric transport replaces, of one owner.
fn displaced(park: &Park, owner: Owner) -> Burnt {
    let fuels = park.fleets.iter().filter(|fleet| !fleet.in_baseline).filter_map(|fleet| fleet.year.fuel);
    fuels
        .filter(|displaced| displaced.owner == owner)
        .filter_map(|displaced| {
            let name = match displaced.fuel {
                charging::Fuel::Petrol => "petrol",
                charging::Fuel::Diesel => "diesel",
                charging::Fuel::MarineDiesel => "marine-diesel",
            };
            fuel(name).map(|fuel| Burnt::of(fuel, displaced.energy_gj))
        })
        .fold(Burnt::default(), Burnt::and)
}
