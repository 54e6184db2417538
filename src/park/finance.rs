//! The incremental cash flow of a park, configured − baseline, year by year, and what follows from it.

use super::bought::{Device, Kind, devices};
use super::project::{EconomicTerms, GeneratorKind, Park};
use super::years::YearOfPark;
use crate::economics::{
    Asset, Irr, Levelised, Operation, Purchase, discounted_payback_years, host_shares, irr, levelised, npv,
    payback_years, purchases, statement, without_host,
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
    /// Wear of vehicles that feed back.
    pub wear_cost: f64,
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

/// The first year: what it says of money, and how it ages.
pub struct FirstYear<'a> {
    /// Calendar year.
    pub year: i32,
    /// What it says.
    pub money: &'a Representative,
    /// What is lost of PV and storage by year.
    pub losses: &'a Losses,
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

/// The cash flow of a park's project. It rests on the first year with its ageing; in the later years
/// that were simulated it is what they say, and between them it is that far off in proportion.
pub fn flows(
    park: &Park,
    terms: &EconomicTerms,
    first: &FirstYear<'_>,
    assessed: &[Option<Assessment>],
    later: &[YearOfPark],
) -> Flows {
    let years = terms.lifetime_years;
    let list = devices(park, terms, first.year, assessed, later);
    let grown = |growth: f64, index: usize| (1.0 + growth).powi(index as i32);
    let prices: Vec<f64> = (0..years).map(|index| grown(terms.price_growth, index)).collect();
    let path = Path::of(park, first, later, &prices);
    let mut operation = Vec::with_capacity(years);
    for index in 0..years {
        let in_year = |value: &dyn Fn(&Device) -> f64| list.iter().map(value).sum::<f64>();
        operation.push(Operation {
            revenue: path.bill[index] + path.fuel[index],
            opex: (in_year(&|device| device.opex(index)) + first.money.wear_cost)
                * grown(terms.opex_growth, index),
            replacement: in_year(&|device| device.replacement(index + 1)),
            salvage: if index + 1 == years { in_year(&|device| device.left(years)) } else { 0.0 },
        });
    }
    let assets: Vec<Asset> = list.iter().map(|device| device.asset(terms)).collect();
    let found = statement(&operation, &assets, &terms.taxes, &terms.debt);
    let cash = found.years.iter().map(|row| {
        let bill_saving = if row.year == 0 { 0.0 } else { path.bill[row.year - 1] };
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
        let shares: Vec<f64> = (0..years)
            .map(|index| {
                let of_storage =
                    if terms.storage_host_shares.is_empty() { 0.0 } else { path.by_storage[index] };
                share * (operation[index].revenue - of_storage) + steps[index] * of_storage
            })
            .collect();
        let rest = statement(&without_host(&operation, &shares), &assets, &terms.taxes, &terms.debt);
        investor = rest.column(|row| row.project_cash_flow);
        host = std::iter::once(0.0).chain(shares).collect();
    }
    Flows {
        cash: cash.collect(),
        pretax: found.column(|row| row.pretax_cash_flow),
        equity: found.column(|row| row.equity_cash_flow),
        service: found.column(|row| row.interest + row.principal),
        investor,
        host,
        lcoe: life_cost(terms, &list, Kind::Generator, &path.generated_kwh, &vec![0.0; years]),
        lcos: life_cost(terms, &list, Kind::Storage, &path.discharged_kwh, &path.charging_cost),
    }
}

/// What each year 1, 2, … of the project brings.
struct Path {
    /// Saving of the bill.
    bill: Vec<f64>,
    /// Saving of fuel.
    fuel: Vec<f64>,
    /// What new storage saves of the bill.
    by_storage: Vec<f64>,
    /// What new PV and wind give, kWh.
    generated_kwh: Vec<f64>,
    /// What new storage gives, kWh.
    discharged_kwh: Vec<f64>,
    /// What its charging costs.
    charging_cost: Vec<f64>,
}

impl Path {
    fn of(park: &Park, first: &FirstYear<'_>, later: &[YearOfPark], prices: &[f64]) -> Self {
        let (year, years) = (first.money, prices.len());
        let pv =
            weighted(park.generators.iter().map(|plant| plant.capacity_kw), &first.losses.generators, years);
        let worn = weighted(park.storages.iter().map(|unit| unit.energy_kwh), &first.losses.storages, years);
        let progress = |lost: &[f64], index: usize| {
            let reference = lost.iter().copied().fold(0.0, f64::max);
            if reference > 0.0 { lost[index] / reference } else { 0.0 }
        };
        // What the first year and its ageing say, at the first year's prices, corrected by what later
        // years say, of money at the first year's prices too.
        let simulated: Vec<(usize, &Representative)> = later
            .iter()
            .filter_map(|later| Some(((later.year - first.year) as usize, later.money.as_ref()?)))
            .filter(|(index, _)| *index < years)
            .collect();
        let path = |of_first: &dyn Fn(usize) -> f64, of: fn(&Representative) -> f64, money: bool| {
            let known: Vec<f64> = (0..years).map(of_first).collect();
            let price = |index: usize| if money { prices[index] } else { 1.0 };
            let off: Vec<(usize, f64)> = simulated
                .iter()
                .map(|(index, year)| (*index, of(year) / price(*index) - known[*index]))
                .collect();
            let corrected =
                known.iter().enumerate().map(|(index, known)| (known + between(&off, index)) * price(index));
            corrected.collect::<Vec<f64>>()
        };
        let aged = |index: usize| {
            year.bill_saving
                + (year.bill_saving_aged_pv - year.bill_saving) * progress(&pv, index)
                + (year.bill_saving_aged_storage - year.bill_saving) * progress(&worn, index)
        };
        let by_storage =
            |index: usize| (year.bill_saving - year.bill_saving_without_storage) * (1.0 - worn[index]);
        let [pv_kwh, wind_kwh] = year.generated_kwh;
        Self {
            bill: path(&aged, |year| year.bill_saving, true),
            fuel: path(&|_| year.fuel_saving, |year| year.fuel_saving, true),
            by_storage: (0..years).map(|index| by_storage(index) * prices[index]).collect(),
            generated_kwh: path(
                &|index| pv_kwh * (1.0 - pv[index]) + wind_kwh,
                |year| year.generated_kwh.iter().sum(),
                false,
            ),
            discharged_kwh: path(
                &|index| year.discharged_kwh * (1.0 - worn[index]),
                |year| year.discharged_kwh,
                false,
            ),
            charging_cost: path(
                &|index| year.charging_cost * (1.0 - worn[index]),
                |year| year.charging_cost,
                true,
            ),
        }
    }
}

/// How far off a year is: nothing in the first, linear between those that are known, constant after the
/// last.
fn between(known: &[(usize, f64)], index: usize) -> f64 {
    let mut before = (0, 0.0);
    for &(at, off) in known {
        if at >= index {
            let way = if at > before.0 { (index - before.0) as f64 / (at - before.0) as f64 } else { 1.0 };
            return before.1 + (off - before.1) * way;
        }
        before = (at, off);
    }
    before.1
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
fn life_cost(terms: &EconomicTerms, list: &[Device], kind: Kind, kwh: &[f64], fed: &[f64]) -> Levelised {
    let years = terms.lifetime_years;
    let mut costs = vec![0.0; years + 1];
    for device in list.iter().filter(|device| device.kind == kind) {
        for purchase in &device.purchases {
            costs[purchase.year().min(years)] += purchase.share * device.capex();
        }
        for (index, cost) in costs[1..].iter_mut().enumerate() {
            *cost += device.opex(index) * (1.0 + terms.opex_growth).powi(index as i32);
        }
        costs[years] -= device.left(years);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: nothing off in the first year, 30 in the fourth, 10 in the sixth.
    #[test]
    fn between_known_years_the_correction_is_linear() {
        let known = [(3, 30.0), (5, 10.0)];
        let found: Vec<f64> = (0..8).map(|index| between(&known, index)).collect();
        assert_eq!(found, [0.0, 10.0, 20.0, 30.0, 20.0, 10.0, 10.0, 10.0]);
        assert_eq!(between(&[], 4), 0.0);
    }
}
