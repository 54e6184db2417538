//! The new devices of a project: when each comes and goes, what is bought for it, what is left of it.

use super::measure::heat_costs;
use super::project::{Costs, EconomicTerms, GeneratorKind, Park, Service};
use super::years::YearOfPark;
use crate::economics::{Asset, Purchase, purchases, residual_value};
use crate::storage::{Assessment, augment_plan};

/// A new device with what is bought for it.
pub struct Device {
    costs: Costs,
    /// First and last + 1 year of operation, counted from 0.
    from: usize,
    until: usize,
    /// The first purchase and those after it.
    pub purchases: Vec<Purchase>,
    span_years: f64,
    /// What it is.
    pub kind: Kind,
}

/// What a device is, for levelised costs.
#[derive(PartialEq, Clone, Copy)]
pub enum Kind {
    /// PV and wind.
    Generator,
    /// Storage.
    Storage,
    /// Everything else.
    Other,
}

impl Device {
    fn new(costs: Costs, kind: Kind, (from, until): (usize, usize)) -> Self {
        let span_years = costs.life_years.max(1e-3);
        Self {
            purchases: purchases(from as f64, until as f64, span_years, costs.replacement_fraction),
            from,
            until,
            span_years,
            costs,
            kind,
        }
    }

    /// Investment, money.
    pub fn capex(&self) -> f64 {
        self.costs.capex
    }

    /// Operation and maintenance in a year of operation, counted from 0, at the first year's level.
    pub fn opex(&self, index: usize) -> f64 {
        if (self.from..self.until).contains(&index) { self.costs.opex_per_year } else { 0.0 }
    }

    /// What is bought after the first purchase in a year of the cash flow.
    pub fn replacement(&self, year: usize) -> f64 {
        let due = self.purchases[1..].iter().filter(|purchase| purchase.year() == year);
        due.map(|purchase| purchase.share).sum::<f64>() * self.costs.capex
    }

    /// What is left at the end of a project; nothing of what went before.
    pub fn left(&self, years: usize) -> f64 {
        if self.until < years {
            return 0.0;
        }
        residual_value(&self.purchases, years as f64, self.span_years) * self.costs.capex
    }

    /// As something that is written off, over its years in service at the longest.
    pub fn asset(&self, terms: &EconomicTerms) -> Asset {
        let years = terms.depreciation_years.min(self.costs.life_years.max(1.0));
        let retired = self.until < terms.lifetime_years;
        Asset {
            capex: self.costs.capex,
            year: self.from,
            depreciation_years: if retired { years.min((self.until - self.from) as f64) } else { years },
            residual_share: if retired { 0.0 } else { terms.depreciation_residual },
        }
    }
}

/// A device before its years are known.
struct Found<'a> {
    name: (&'static str, &'a str),
    costs: Costs,
    service: Service,
    kind: Kind,
    storage: Option<(&'a super::project::Storage, Option<&'a Assessment>)>,
}

/// The new devices of a park, those of its first year before those that come in later ones.
pub fn devices(
    park: &Park,
    terms: &EconomicTerms,
    first_year: i32,
    assessed: &[Option<Assessment>],
    later: &[YearOfPark],
) -> Vec<Device> {
    let mut list = found(park, assessed);
    for year in later {
        // Running costs of a later year are at its level already.
        let level = (1.0 + terms.opex_growth).powi(year.year - first_year);
        for mut device in found(&year.park, &year.configured.assessed) {
            if !list.iter().any(|known| known.name == device.name) {
                device.costs.opex_per_year /= level;
                list.push(device);
            }
        }
    }
    let end = terms.lifetime_years;
    let index = |year: i32| usize::try_from(year - first_year).unwrap_or(0).min(end);
    // On one year alone the cash flow has no other to tell it what comes or goes.
    let span = |service: Service| match later.is_empty() {
        true => (0, end),
        false => (service.from.map_or(0, index), service.until.map_or(end, index)),
    };
    let spans = list.iter().map(|found| (found, span(found.service)));
    spans.filter(|(_, (from, until))| from < until).map(|(found, span)| found.bought(terms, span)).collect()
}

fn found<'a>(park: &'a Park, assessed: &'a [Option<Assessment>]) -> Vec<Found<'a>> {
    let plain = |name, costs, service, kind| Found { name, costs, service, kind, storage: None };
    let mut list = Vec::new();
    for plant in park.generators.iter().filter(|plant| !plant.existing) {
        let of = if plant.kind == GeneratorKind::Pv { "pv" } else { "wind" };
        list.push(plain((of, plant.name.as_str()), plant.costs, plant.service, Kind::Generator));
    }
    for (index, unit) in park.storages.iter().enumerate().filter(|(_, unit)| !unit.existing) {
        let assessed = assessed.get(index).and_then(Option::as_ref);
        let device = plain(("storage", unit.name.as_str()), unit.costs, unit.service, Kind::Storage);
        list.push(Found { storage: Some((unit, assessed)), ..device });
    }
    for fleet in park.fleets.iter().filter(|fleet| !fleet.in_baseline) {
        list.push(plain(("charging", fleet.name.as_str()), fleet.costs, fleet.service, Kind::Other));
    }
    for bays in park.bays.iter().filter(|bays| !bays.existing) {
        list.push(plain(("inspection", bays.name.as_str()), bays.costs, bays.service, Kind::Other));
    }
    let names = park.fuels.iter().filter(|fuel| fuel.electrified_share > 0.0).map(|fuel| fuel.name.as_str());
    for (name, costs) in names.zip(heat_costs(park)) {
        list.push(plain(("fuel", name), costs, Service::default(), Kind::Other));
    }
    for retrofit in &park.retrofits {
        list.push(plain(("retrofit", retrofit.name.as_str()), retrofit.costs, retrofit.service, Kind::Other));
    }
    list
}

impl Found<'_> {
    fn bought(&self, terms: &EconomicTerms, (from, until): (usize, usize)) -> Device {
        let mut device = Device::new(self.costs, self.kind, (from, until));
        if let Some((unit, Some(found))) = self.storage {
            let years = until - from;
            let plan = augment_plan(&unit.device, found, terms.lifetime_years as u32, unit.augment_below);
            device.purchases.truncate(1);
            let share = unit.costs.replacement_fraction;
            let added = plan.added.iter().filter(|(after, _)| *after < years as f64 - 1e-6);
            device.purchases.extend(added.map(|(after_years, size)| Purchase {
                after_years: from as f64 + after_years,
                share: share * size,
            }));
            device.span_years = plan.span_years;
        }
        device
    }
}
