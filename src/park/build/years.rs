//! `[years]`: which calendar years are simulated after the first, and the project as each finds it.

use super::{BuildOptions, of_year};
use crate::park::project::{Project, Service};
use crate::park::years::{Factors, LaterYear};
use crate::problem::{Problem, Problems};
use crate::scenario::raw::RawValue;
use crate::scenario::{Scenario, Table};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Years that devices are reckoned for where no `[economics]` gives the project's life.
const LIFE_WITHOUT_ECONOMICS: i32 = 25;

/// What is different in a later year before anything is made of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ahead {
    /// Years after the first.
    pub years: i32,
    /// Factor on every price of the tariff but those of export.
    pub import_price: f64,
    /// Factor on the prices of export.
    pub export_price: f64,
}

impl Ahead {
    /// The first year.
    pub const FIRST: Self = Self { years: 0, import_price: 1.0, export_price: 1.0 };

    /// What a yearly growth makes of a quantity by then.
    pub fn grown(&self, growth_per_year: Option<f64>) -> f64 {
        (1.0 + growth_per_year.unwrap_or(0.0)).powi(self.years)
    }
}

/// The later years of a scenario in ascending order, each with what paths make of it; problems are
/// reported. Beside the listed years those are simulated in which a device comes or goes, and the year
/// before: between any two the money is taken as linear.
pub fn plan(scenario: &Scenario, problems: &mut Vec<Problem>) -> Vec<(i32, Factors)> {
    let root = &scenario.root;
    let Some(first) = root.table("time").map(|time| time.required_number("year") as i32) else {
        return Vec::new();
    };
    let life = root.table("economics").map(|table| table.required_number("lifetime_years") as i32);
    let end = first + life.unwrap_or(LIFE_WITHOUT_ECONOMICS);
    let changes: BTreeSet<i32> =
        changes(root).into_iter().filter(|year| *year > first && *year < end).collect();
    let Some(table) = root.table("years") else {
        problems.extend(growing(root));
        if let (Some(change), Some(economics)) = (changes.first(), root.table("economics")) {
            let message = (
                format!("devices come or go from {change} on, and the cash flow rests on {first} alone"),
                format!("自 {change} 年起有设备投运或退出，而现金流仅以 {first} 年为依据"),
            );
            let list: Vec<String> = [first].iter().chain(&changes).map(i32::to_string).collect();
            let list = list.join(", ");
            let hint = (
                format!("add a [years] table with list = [{list}]"),
                format!("增加 [years] 表，list = [{list}]"),
            );
            problems.push(economics.warning("", "one-year", message).hint(hint));
        }
        return Vec::new();
    };
    let Some(listed) = listed(table, first, end, problems) else { return Vec::new() };
    let path = |key: &str, problems: &mut Vec<Problem>| path(table, key, &listed, first, problems);
    let import_price = path("import_price_factors", problems);
    let export_price = path("export_price_factors", problems);
    let fuel_price = path("fuel_price_factors", problems);
    let grid_carbon = path("grid_carbon_factors", problems);
    let mut years: BTreeSet<i32> = listed.iter().copied().collect();
    years.extend(changes.iter().flat_map(|year| [year - 1, *year]));
    if table.flag("every_year") {
        years.extend(first..=listed.last().copied().unwrap_or(first));
    }
    let of = |path: &[(f64, f64)], year: i32| at(path, f64::from(year));
    years
        .into_iter()
        .filter(|year| *year > first)
        .map(|year| {
            let factors = Factors {
                import_price: of(&import_price, year),
                export_price: of(&export_price, year),
                fuel_price: of(&fuel_price, year),
                grid_carbon: of(&grid_carbon, year),
            };
            (year, factors)
        })
        .collect()
}

/// Warnings of growth that no later year shows.
fn growing(root: &Table) -> Vec<Problem> {
    let kinds = ["load", "charging", "fuel"];
    let tables = root.tables("park").iter().flat_map(|park| kinds.iter().flat_map(|kind| park.tables(kind)));
    let grow = tables.filter(|table| table.number("growth_per_year").is_some_and(|growth| growth != 0.0));
    let problem = |table: &Table| {
        let message = (
            "`growth_per_year` has no effect without a [years] table",
            "没有 [years] 表，`growth_per_year` 不起作用",
        );
        let hint = ("add [years] with list = […]", "增加 [years] 表，list = […]");
        table.warning("growth_per_year", "no-effect", message).hint(hint)
    };
    grow.map(problem).collect()
}

/// Calendar years in which a device comes or goes.
fn changes(root: &Table) -> BTreeSet<i32> {
    let kinds = ["pv", "wind", "storage", "charging", "retrofit"];
    let devices = root.tables("park").iter().flat_map(|park| kinds.iter().flat_map(|kind| park.tables(kind)));
    devices.map(Service::of).flat_map(|service| [service.from, service.until]).flatten().collect()
}

/// The listed years; none where they are wrong.
fn listed(table: &Table, first: i32, end: i32, problems: &mut Vec<Problem>) -> Option<Vec<i32>> {
    let written = table.numbers("list")?;
    let mut wrong = |message: String, hint: String| {
        problems.push(table.error("list", "years-list", message).hint(hint));
        None
    };
    if let Some(year) = written.iter().find(|year| year.fract() != 0.0) {
        return wrong(format!("{year} is no calendar year"), format!("write {}", year.round()));
    }
    let years: Vec<i32> = written.iter().map(|year| *year as i32).collect();
    if let Some(pair) = years.windows(2).find(|pair| pair[0] >= pair[1]) {
        let message = format!("{} stands after {}", pair[1], pair[0]);
        return wrong(message, "write each year once, in ascending order".to_owned());
    }
    match (years.first(), years.last()) {
        (None, _) => wrong("no year is listed".to_owned(), format!("write list = [{first}, {}]", first + 5)),
        (Some(year), _) if *year < first => {
            let message = format!("{year} lies before time.year, which is {first}");
            wrong(message, format!("list years from {first} on, or set time.year = {year}"))
        }
        (_, Some(year)) if *year >= end => {
            let message = format!("{year} lies beyond the project, which ends with {}", end - 1);
            wrong(message, "list earlier years, or give a longer economics.lifetime_years".to_owned())
        }
        _ => Some(years),
    }
}

/// A path of factors as points of year and factor, 1 in the first year; empty where it is absent or
/// wrong.
fn path(
    table: &Table,
    key: &str,
    listed: &[i32],
    first: i32,
    problems: &mut Vec<Problem>,
) -> Vec<(f64, f64)> {
    let Some(factors) = table.numbers(key) else { return Vec::new() };
    if factors.len() != listed.len() {
        let message = format!("{} factors for {} listed years", factors.len(), listed.len());
        problems
            .push(table.error(key, "path-length", message).hint("write one factor for each year of `list`"));
        return Vec::new();
    }
    if listed[0] == first && factors[0] != 1.0 {
        let message = format!("the factor of {first}, which is time.year, is {} and not 1", factors[0]);
        let hint = "factors are over time.year; change the price or factor itself instead";
        problems.push(table.error(key, "path-start", message).hint(hint));
        return Vec::new();
    }
    let start = (listed[0] != first).then_some((f64::from(first), 1.0));
    start.into_iter().chain(listed.iter().map(|year| f64::from(*year)).zip(factors.iter().copied())).collect()
}

/// The value of a path: linear between its points, constant after the last; 1 where it has none.
fn at(path: &[(f64, f64)], year: f64) -> f64 {
    let after = path.iter().position(|(at, _)| *at >= year);
    match after {
        Some(0) => path[0].1,
        Some(next) => {
            let ((x0, y0), (x1, y1)) = (path[next - 1], path[next]);
            y0 + (y1 - y0) * (year - x0) / (x1 - x0)
        }
        None => path.last().map_or(1.0, |last| last.1),
    }
}

/// The project in each planned year.
///
/// # Errors
/// What is wrong in a year, the year before the message.
pub fn later(
    scenario: &Scenario,
    options: BuildOptions,
    project: &mut Project,
    plan: &[(i32, Factors)],
) -> Result<(), Problems> {
    let Some(table) = scenario.root.table("years") else { return Ok(()) };
    let first = project.axis.year;
    let economics = project.economics.as_ref();
    let (price_growth, opex_growth) = economics.map_or((0.0, 0.0), |e| (e.price_growth, e.opex_growth));
    let built: Vec<Result<Project, Problems>> = plan
        .par_iter()
        .map(|(year, factors)| {
            let years = year - first;
            let money = (1.0 + price_growth).powi(years);
            let ahead = Ahead {
                years,
                import_price: factors.import_price * money,
                export_price: factors.export_price * money,
            };
            let scenario =
                scenario.with(&[("time.year", RawValue::Number(f64::from(*year)))], &table.spot)?;
            let mut project = of_year(&scenario, options, ahead)?;
            factors.apply(&mut project, money, (1.0 + opex_growth).powi(years));
            Ok(project)
        })
        .collect();
    let known: BTreeSet<&str> = project.warnings.iter().map(|problem| problem.kind).collect();
    let mut told: BTreeSet<String> = BTreeSet::new();
    let (mut odd, mut wrong) = (Vec::new(), Vec::new());
    for ((year, _), built) in plan.iter().zip(built) {
        let in_year = |problem: Problem| Problem {
            message: format!("in {year}: {}", problem.message),
            message_zh: problem.message_zh.map(|message| format!("{year} 年：{message}")),
            ..problem
        };
        match built {
            Ok(later) => {
                let new = later.warnings.iter().filter(|warning| !known.contains(warning.kind));
                odd.extend(
                    new.filter(|w| told.insert(format!("{} {:?}", w.kind, w.place))).cloned().map(in_year),
                );
                project.years.push(LaterYear { year: *year, project: later });
            }
            Err(problems) => wrong.extend(problems.0.into_iter().filter(Problem::is_error).map(in_year)),
        }
    }
    project.warnings.extend(odd);
    if wrong.is_empty() { Ok(()) } else { Err(Problems(wrong)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 1 in 2025, 0.8 in 2030: 0.92 in 2027; 0.8 after.
    #[test]
    fn paths_are_linear_between_their_years_and_constant_after() {
        let path = [(2025.0, 1.0), (2030.0, 0.8)];
        assert!((at(&path, 2027.0) - 0.92).abs() < 1e-12);
        assert_eq!(
            [at(&path, 2025.0), at(&path, 2030.0), at(&path, 2049.0), at(&[], 2030.0)],
            [1.0, 0.8, 0.8, 1.0]
        );
    }
}
