//! Later calendar years of a park: simulated one by one, with what has aged, grown, come and gone.
//!
//! The project of each year is built anew, so that weekdays, leap day, sessions and tariff are that
//! year's. Then what stands is aged: PV by its degradation, storage by the wear of the first year it
//! is simulated in, both renewed at the end of their life.

use super::case::Case;
use super::finance::Representative;
use super::measure::{CaseMetrics, Measured, measure};
use super::project::{Generator, GeneratorKind, Park, Project, Service, Storage};
use super::simulate::{SimulationError, case_year};
use super::variants::representative;
use crate::dispatch::{Column, Ledger};
use crate::problem::Problem;
use crate::storage::{Assessment, Health, augment_plan};
use std::collections::BTreeMap;

/// Prices and carbon of a year over those of the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factors {
    /// Every price of the tariff but those of export.
    pub import_price: f64,
    /// Prices of export.
    pub export_price: f64,
    /// Prices of fuels.
    pub fuel_price: f64,
    /// The grid's carbon factor.
    pub grid_carbon: f64,
}

impl Factors {
    /// Changes what is not part of the tariff: money that grows with prices, running costs, carbon.
    pub fn apply(&self, project: &mut Project, money: f64, opex: f64) {
        for park in &mut project.parks {
            for plant in &mut park.generators {
                plant.wheeling_per_kwh *= money;
                plant.costs.opex_per_year *= opex;
            }
            park.storages.iter_mut().for_each(|unit| unit.costs.opex_per_year *= opex);
            park.retrofits.iter_mut().for_each(|retrofit| retrofit.costs.opex_per_year *= opex);
            for fleet in &mut park.fleets {
                fleet.revenue_per_kwh *= money;
                fleet.costs.opex_per_year *= opex;
                fleet.fuel_price_per_gj =
                    fleet.fuel_price_per_gj.map(|price| price * self.fuel_price * money);
            }
            for bays in &mut park.bays {
                bays.revenue_by_month.iter_mut().for_each(|fees| *fees *= money);
                bays.told.revenue *= money;
                bays.costs.opex_per_year *= opex;
            }
            for fuel in &mut park.fuels {
                fuel.price_per_gj = fuel.price_per_gj.map(|price| price * self.fuel_price * money);
            }
            park.green.trade_premium_per_kwh *= money;
            park.green.certificate_price_per_kwh *= money;
            if let (Some(carbon), true) = (&mut park.grid.carbon_kg_per_kwh, self.grid_carbon != 1.0) {
                *carbon = carbon.iter().map(|kg| kg * self.grid_carbon).collect();
            }
        }
    }
}

/// A later year of a project.
#[derive(Debug)]
pub struct LaterYear {
    /// Calendar year.
    pub year: i32,
    /// The project as the year finds it, nothing aged.
    pub project: Project,
}

/// A later year of a park, simulated.
pub struct YearOfPark {
    /// Calendar year.
    pub year: i32,
    /// The park as it stood, aged.
    pub park: Park,
    /// Its baseline.
    pub baseline: Measured,
    /// Its design.
    pub configured: Measured,
    /// Import of both, kW.
    pub import_kw: [Column; 2],
    /// What the year says of money; none where there is no bill.
    pub money: Option<Representative>,
    /// What was odd.
    pub warnings: Vec<Problem>,
}

/// The wear of each storage by name, from the first year it was simulated in.
type Worn = BTreeMap<String, Assessment>;

/// Simulates the later years of a park, whose first year assessed its storages so. The ledger is used
/// up.
///
/// # Errors
/// If no plan keeps a limit.
pub fn later_years(
    project: &Project,
    park: &Park,
    assessed: &[Option<Assessment>],
    ledger: &mut Ledger,
) -> Result<Vec<YearOfPark>, SimulationError> {
    let mut worn = Worn::new();
    remember(&mut worn, park, assessed);
    let mut years = Vec::with_capacity(project.years.len());
    for later in &project.years {
        let Some(found) = later.project.parks.iter().find(|found| found.name == park.name) else { continue };
        let aged = aged(found, project, later.year, &worn);
        let year = simulated(&later.project, later.year, aged, ledger)
            .map_err(|error| SimulationError::InYear { year: later.year, error: Box::new(error) })?;
        remember(&mut worn, &year.park, &year.configured.assessed);
        years.push(year);
    }
    Ok(years)
}

fn remember(worn: &mut Worn, park: &Park, assessed: &[Option<Assessment>]) {
    for (unit, found) in park.storages.iter().zip(assessed) {
        if let Some(found) = found {
            worn.entry(unit.name.clone()).or_insert_with(|| found.clone());
        }
    }
}

/// Whole years that a device has stood when a year begins, counted from the project's first at the
/// earliest.
fn years_in_service(service: &Service, first: i32, year: i32) -> i32 {
    year - service.from.map_or(first, |from| from.max(first))
}

/// The park with what ages as old as a year finds it.
fn aged(park: &Park, project: &Project, year: i32, worn: &Worn) -> Park {
    let mut park = park.clone();
    if project.economics.as_ref().is_some_and(|terms| !terms.degradation) {
        return park;
    }
    let first = project.axis.year;
    for plant in &mut park.generators {
        let left = pv_left(plant, years_in_service(&plant.service, first, year));
        if left != 1.0 {
            plant.per_kw = plant.per_kw.iter().map(|power| power * left).collect();
        }
    }
    for unit in &mut park.storages {
        if let Some(found) = worn.get(&unit.name) {
            wear(unit, found, years_in_service(&unit.service, first, year));
        }
    }
    park
}

/// Power of a plant after years in service, over that in the first of them; a plant at the end of its
/// life is renewed.
fn pv_left(plant: &Generator, years: i32) -> f64 {
    if plant.kind != GeneratorKind::Pv {
        return 1.0;
    }
    let left = |age: f64| (1.0 - plant.degradation_per_year * age).max(0.0);
    let years = f64::from(years);
    let life = plant.costs.life_years;
    let renewed = if life > 0.0 { ((years + 1e-9) / life).floor() } else { 0.0 };
    let age = if renewed > 0.0 { years - renewed * life } else { plant.age_years + years };
    left(age) / left(plant.age_years).max(1e-9)
}

/// Wears a storage as years in service do.
fn wear(unit: &mut Storage, found: &Assessment, years: i32) {
    let years = years.max(0) as u32;
    let plan = augment_plan(&unit.device, found, years + 1, unit.augment_below);
    let lost = plan.lost_by_year[years as usize];
    if lost != 0.0 {
        let standby_kw = unit.parameters.standby_kw;
        let health = unit.device.health;
        unit.parameters = unit.device.energy(Health { capacity: health.capacity * (1.0 - lost), ..health });
        unit.parameters.standby_kw = standby_kw;
    }
}

fn simulated(
    project: &Project,
    year: i32,
    park: Park,
    ledger: &mut Ledger,
) -> Result<YearOfPark, SimulationError> {
    let mut run = |case: Case, before: Option<&Measured>| -> Result<_, SimulationError> {
        let (sums, series) = case_year(project, &park, case, ledger)?;
        let case = CaseMetrics { project, park: &park, case, year: &sums, series: &series, ledger };
        let measured = measure(&case, before);
        let money = before.and_then(|before| representative(&case, before, &measured));
        Ok((measured, money, ledger.import_kw.clone()))
    };
    let (baseline, _, before_kw) = run(Case::Baseline, None)?;
    let (configured, money, import_kw) = run(Case::Configured, Some(&baseline))?;
    let short_kwh = configured.metrics.energy.map_or(0.0, |energy| energy.unserved_kwh);
    let short = (short_kwh > 1e-3 && park.grid.unserved_cost_per_kwh.is_none()).then(|| {
        let message = (
            format!("in {year} {short_kwh:.0} kWh of load stay without power behind the import limit"),
            format!("{year} 年因购电功率上限有 {short_kwh:.0} kWh 负荷未获供电"),
        );
        let hint = (
            "raise it for that year's load; what the year costs and emits leaves them out",
            "请按该年负荷提高上限；该年成本与排放未计入这部分电量",
        );
        Problem::warning("unserved-later", message)
            .at_key(format!("park.{}.grid.import_limit_kw", park.name))
            .hint(hint)
    });
    Ok(YearOfPark {
        year,
        baseline,
        configured,
        import_kw: [before_kw, import_kw],
        money,
        warnings: short.into_iter().collect(),
        park,
    })
}
