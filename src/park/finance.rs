//! The incremental cash flow of a park, configured − baseline, year by year, and what follows from it.

use super::project::{Costs, EconomicTerms, GeneratorKind, Park};
use crate::economics::{
    Asset, Irr, Levelised, Operation, Purchase, discounted_payback_years, host_shares, irr, levelised, npv,
    payback_years, purchases, residual_value, statement, without_host,
};
use crate::metrics::{CashFlowYear, Economics};
use crate::storage::{Assessment, augment_plan};

/// Flows of a park's project, year 0 first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Flows {
    /// The project after taxes, whose parts add up.
    pub cash: Vec<CashFlowYear>,
    /// Before taxes.
    pub pretax: Vec<f64>,
    /// The owners, after debt service.
    pub equity: Vec<f64>,
    /// Debt service.
    pub service: Vec<f64>,
    /// The investor of an energy-service contract, after taxes.
    pub investor: Vec<f64>,
    /// The host's share under it.
    pub host: Vec<f64>,
    /// PV and wind.
    pub lcoe: Levelised,
    /// Storage.
    pub lcos: Levelised,
}

/// What a representative year says of all years.
#[derive(Debug, Clone, Default)]
pub struct Representative {
    /// Baseline − configured bill of the year.
    pub bill_saving: f64,
    /// The same with PV as old as `pv_loss` says.
    pub bill_saving_aged_pv: f64,
    /// The same with storage as worn as `storage_loss` says.
    pub bill_saving_aged_storage: f64,
    /// The same without new storage; only where it is shared apart.
    pub bill_saving_without_storage: f64,
    /// Fuel that is no longer bought.
    pub fuel_saving: f64,
    /// What new PV and wind give after curtailment, kWh: PV, wind.
    pub generated_kwh: [f64; 2],
    /// Discharge of new storage, kWh.
    pub discharged_kwh: f64,
    /// What its charging costs.
    pub charging_cost: f64,
}

/// How PV and storage age over the project, as shares lost in each year 1, 2, ….
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Losses {
    /// Share of each generator's power lost.
    pub generators: Vec<Vec<f64>>,
    /// Share of each storage's capacity lost.
    pub storages: Vec<Vec<f64>>,
}

/// A new device with what is bought for it.
struct Bought {
    costs: Costs,
    purchases: Vec<Purchase>,
    span_years: f64,
    kind: Kind,
}

#[derive(PartialEq, Clone, Copy)]
enum Kind {
    Generator,
    Storage,
    Other,
}

/// Losses of new PV and storage by year.
pub fn losses(park: &Park, terms: &EconomicTerms, assessed: &[Option<Assessment>]) -> Losses {
    let years = terms.lifetime_years;
    let none = || vec![0.0; years];
    let generators = park.generators.iter().map(|plant| {
        if plant.existing || !terms.degradation || plant.kind == GeneratorKind::Wind {
            return none();
        }
        let left = |age: f64| (1.0 - plant.degradation_per_year * age).max(0.0);
        let bought = purchases(0.0, years as f64, plant.costs.life_years, 1.0);
        (0..years)
            .map(|start| {
                let at = last_before(&bought, start as f64);
                // The plant of year 1 has the age of the simulated year; a new one is new.
                let age = if at > 0.0 { start as f64 - at } else { plant.age_years + start as f64 };
                1.0 - left(age) / left(plant.age_years).max(1e-9)
            })
            .collect()
    });
    let storages = park.storages.iter().enumerate().map(|(index, unit)| {
        match assessed.get(index).and_then(Option::as_ref) {
            Some(found) if terms.degradation && !unit.existing => {
                augment_plan(&unit.device, found, years as u32, unit.augment_below).lost_by_year
            }
            _ => none(),
        }
    });
    Losses { generators: generators.collect(), storages: storages.collect() }
}

fn last_before(bought: &[Purchase], years: f64) -> f64 {
    bought.iter().rfind(|purchase| purchase.after_years <= years + 1e-9).map_or(0.0, |p| p.after_years)
}

fn bought(park: &Park, terms: &EconomicTerms, assessed: &[Option<Assessment>]) -> Vec<Bought> {
    let end = terms.lifetime_years as f64;
    let plain = |costs: Costs, kind: Kind| {
        let span_years = costs.life_years.max(1e-3);
        Bought {
            purchases: purchases(0.0, end, span_years, costs.replacement_fraction),
            span_years,
            costs,
            kind,
        }
    };
    let mut list = Vec::new();
    for plant in park.generators.iter().filter(|plant| !plant.existing) {
        list.push(plain(plant.costs, Kind::Generator));
    }
    for (index, unit) in park.storages.iter().enumerate().filter(|(_, unit)| !unit.existing) {
        let mut device = plain(unit.costs, Kind::Storage);
        if let Some(found) = assessed.get(index).and_then(Option::as_ref) {
            let plan = augment_plan(&unit.device, found, terms.lifetime_years as u32, unit.augment_below);
            device.purchases.truncate(1);
            let share = unit.costs.replacement_fraction;
            device.purchases.extend(
                plan.added
                    .iter()
                    .map(|(after_years, size)| Purchase { after_years: *after_years, share: share * size }),
            );
            device.span_years = plan.span_years;
        }
        list.push(device);
    }
    let fleets = park.fleets.iter().filter(|fleet| !fleet.in_baseline);
    list.extend(fleets.map(|fleet| plain(fleet.costs, Kind::Other)));
    list.extend(super::measure::heat_costs(park).map(|costs| plain(costs, Kind::Other)));
    list
}

/// The cash flow of a park's project.
pub fn flows(
    park: &Park,
    terms: &EconomicTerms,
    year: &Representative,
    losses: &Losses,
    assessed: &[Option<Assessment>],
) -> Flows {
    let years = terms.lifetime_years;
    let list = bought(park, terms, assessed);
    let grown = |growth: f64, index: usize| (1.0 + growth).powi(index as i32);
    let pv = weighted(park.generators.iter().map(|plant| plant.capacity_kw), &losses.generators, years);
    let worn = weighted(park.storages.iter().map(|unit| unit.energy_kwh), &losses.storages, years);
    let progress = |lost: &[f64], index: usize| {
        let reference = lost.iter().copied().fold(0.0, f64::max);
        if reference > 0.0 { lost[index] / reference } else { 0.0 }
    };
    let mut operation = Vec::with_capacity(years);
    let mut bill = Vec::with_capacity(years);
    for index in 0..years {
        let aged = (year.bill_saving_aged_pv - year.bill_saving) * progress(&pv, index)
            + (year.bill_saving_aged_storage - year.bill_saving) * progress(&worn, index);
        let saving = (year.bill_saving + aged) * grown(terms.price_growth, index);
        bill.push(saving);
        let paid = |device: &Bought| {
            let due = device.purchases[1..].iter().filter(|purchase| purchase.year() == index + 1);
            due.map(|purchase| purchase.share).sum::<f64>() * device.costs.capex
        };
        operation.push(Operation {
            revenue: saving + year.fuel_saving * grown(terms.price_growth, index),
            opex: list.iter().map(|device| device.costs.opex_per_year).sum::<f64>()
                * grown(terms.opex_growth, index),
            replacement: list.iter().map(paid).sum(),
            salvage: if index + 1 == years {
                list.iter().map(|device| left(device, years)).sum()
            } else {
                0.0
            },
        });
    }
    let assets: Vec<Asset> = list
        .iter()
        .map(|device| Asset {
            capex: device.costs.capex,
            year: 0,
            depreciation_years: terms.depreciation_years.min(device.costs.life_years.max(1.0)),
            residual_share: terms.depreciation_residual,
        })
        .collect();
    let found = statement(&operation, &assets, &terms.taxes, &terms.debt);
    let cash = found.years.iter().map(|row| {
        let bill_saving = if row.year == 0 { 0.0 } else { bill[row.year - 1] };
        CashFlowYear {
            year: row.year,
            capex: 0.0 - row.capex,
            replacement: 0.0 - row.replacement,
            bill_saving,
            fuel_saving: row.revenue - bill_saving,
            opex: 0.0 - row.opex,
            residual: row.salvage,
            vat: 0.0 - row.vat,
            surtax: 0.0 - row.surtax,
            tax: 0.0 - row.tax,
            net: row.project_cash_flow,
        }
    });
    let (mut investor, mut host) = (Vec::new(), Vec::new());
    if let Some(share) = terms.host_share {
        let steps = host_shares(&terms.storage_host_shares, terms.storage_host_step_years, years);
        let apart = !terms.storage_host_shares.is_empty();
        let by_storage = if apart { year.bill_saving - year.bill_saving_without_storage } else { 0.0 };
        let shares: Vec<f64> = (0..years)
            .map(|index| {
                let of_storage = by_storage * (1.0 - worn[index]) * grown(terms.price_growth, index);
                share * (operation[index].revenue - of_storage) + steps[index] * of_storage
            })
            .collect();
        let rest = statement(&without_host(&operation, &shares), &assets, &terms.taxes, &terms.debt);
        investor = rest.column(|row| row.project_cash_flow);
        host = std::iter::once(0.0).chain(shares).collect();
    }
    let [pv_kwh, wind_kwh] = year.generated_kwh;
    let generated: Vec<f64> = pv.iter().map(|lost| pv_kwh * (1.0 - lost) + wind_kwh).collect();
    let discharged: Vec<f64> = worn.iter().map(|lost| year.discharged_kwh * (1.0 - lost)).collect();
    let charged = worn.iter().enumerate();
    let charged: Vec<f64> =
        charged.map(|(i, lost)| year.charging_cost * (1.0 - lost) * grown(terms.price_growth, i)).collect();
    Flows {
        cash: cash.collect(),
        pretax: found.column(|row| row.pretax_cash_flow),
        equity: found.column(|row| row.equity_cash_flow),
        service: found.column(|row| row.interest + row.principal),
        investor,
        host,
        lcoe: life_cost(terms, &list, Kind::Generator, &generated, &vec![0.0; years]),
        lcos: life_cost(terms, &list, Kind::Storage, &discharged, &charged),
    }
}

/// What is left of a device at the end, money.
fn left(device: &Bought, years: usize) -> f64 {
    residual_value(&device.purchases, years as f64, device.span_years) * device.costs.capex
}

/// Mean of losses weighted by size, by year.
fn weighted(sizes: impl Iterator<Item = f64>, losses: &[Vec<f64>], years: usize) -> Vec<f64> {
    let sizes: Vec<f64> = sizes.collect();
    let whole: f64 = sizes
        .iter()
        .zip(losses)
        .filter(|(_, lost)| lost.iter().any(|l| *l > 0.0))
        .map(|(size, _)| size)
        .sum();
    (0..years)
        .map(|year| {
            let lost: f64 = sizes.iter().zip(losses).map(|(size, lost)| size * lost[year]).sum();
            if whole > 0.0 { lost / whole } else { 0.0 }
        })
        .collect()
}

/// Levelised cost of the devices of a kind, before tax.
fn life_cost(terms: &EconomicTerms, list: &[Bought], kind: Kind, kwh: &[f64], fed: &[f64]) -> Levelised {
    let years = terms.lifetime_years;
    let mut costs = vec![0.0; years + 1];
    for device in list.iter().filter(|device| device.kind == kind) {
        for purchase in &device.purchases {
            costs[purchase.year().min(years)] += purchase.share * device.costs.capex;
        }
        for (index, cost) in costs[1..].iter_mut().enumerate() {
            *cost += device.costs.opex_per_year * (1.0 + terms.opex_growth).powi(index as i32);
        }
        costs[years] -= left(device, years);
    }
    for (cost, fed) in costs[1..].iter_mut().zip(fed) {
        *cost += fed;
    }
    let energy: Vec<f64> = std::iter::once(0.0).chain(kwh.iter().copied()).collect();
    levelised(terms.discount_rate, &costs, &energy)
}

impl Flows {
    /// The flows of several parks: sums year by year.
    pub fn sum<'a>(parks: impl Iterator<Item = &'a Self>) -> Self {
        let mut sum = Self::default();
        for park in parks {
            if sum.cash.is_empty() {
                sum = park.clone();
                continue;
            }
            for (total, year) in sum.cash.iter_mut().zip(&park.cash) {
                total.add(year);
            }
            for (total, flows) in [
                (&mut sum.pretax, &park.pretax),
                (&mut sum.equity, &park.equity),
                (&mut sum.service, &park.service),
                (&mut sum.investor, &park.investor),
                (&mut sum.host, &park.host),
            ] {
                total.iter_mut().zip(flows).for_each(|(total, flow)| *total += flow);
            }
            sum.lcoe = sum.lcoe.and(park.lcoe);
            sum.lcos = sum.lcos.and(park.lcos);
        }
        sum
    }

    /// Writes what follows from the flows into the metrics of the configured case.
    pub fn fill(&self, terms: &EconomicTerms, economics: &mut Economics) {
        let rate = terms.discount_rate;
        let net: Vec<f64> = self.cash.iter().map(|year| year.net).collect();
        let found = irr(&net);
        economics.npv = Some(npv(rate, &net));
        economics.irr = found.unique();
        economics.irr_status = Some(found.status().to_owned());
        economics.irr_roots = if let Irr::Several(rates) = &found { rates.clone() } else { Vec::new() };
        economics.payback_years = payback_years(&net);
        economics.discounted_payback_years = discounted_payback_years(rate, &net);
        economics.npv_before_tax = Some(npv(rate, &self.pretax));
        economics.irr_before_tax = irr(&self.pretax).unique();
        economics.lcoe_per_kwh = self.lcoe.per_kwh();
        economics.lcos_per_kwh = self.lcos.per_kwh();
        if self.service.iter().any(|service| *service > 0.0) {
            economics.equity_npv = Some(npv(rate, &self.equity));
            economics.equity_irr = irr(&self.equity).unique();
            let covers = self.service.iter().zip(&net).filter(|(service, _)| **service > 0.0);
            economics.dscr_min = covers.map(|(service, net)| net / service).reduce(f64::min);
        }
        if !self.investor.is_empty() {
            economics.investor_npv = Some(npv(rate, &self.investor));
            economics.investor_irr = irr(&self.investor).unique();
            economics.host_npv = Some(npv(rate, &self.host));
        }
        economics.cash_flow.clone_from(&self.cash);
    }
}
