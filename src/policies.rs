//! Policies side by side: what every rule makes of a project's year, what the optimum would, and
//! the share of the achievable saving each captures.
//!
//! A store that ends a year fuller than it began has bought for the next one: its change is priced
//! at the mean value of stored energy of the foreseen year (where none can be planned, at the mean
//! import price), so that the comparison is fair.

use crate::dispatch::{Ledger, Policy};
use crate::lang::Lang;
use crate::park::Project;
use crate::park::case::Case;
use crate::park::project::{Forecast, Operation, Park, PolicyOptions};
use crate::park::simulate::{CaseYear, Results, SimulationError, simulate};
use crate::park::{ageing_cost_per_kwh, plannable};
use crate::problem::Problem;
use crate::report::theme::grouped;
use std::sync::Mutex;
use unicode_width::UnicodeWidthStr;

/// One policy's year, all parks together.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyYear {
    /// The policy; `no-storage` is the year without any, against which savings count.
    pub policy: &'static str,
    /// The bill, money.
    pub bill: f64,
    /// Coincident peak import, kW.
    pub peak_import_kw: f64,
    /// Location-based tonnes; none without a carbon factor.
    pub location_based_t: Option<f64>,
    /// Full cycles of all storages; none without storage.
    pub full_cycles: Option<f64>,
    /// Wear of the storages by what they discharged, money.
    pub ageing_cost: f64,
    /// Value of what the storages hold more at the end than at the start, money.
    pub end_state_value: f64,
    /// Bill less the value of the end state.
    pub cost: f64,
    /// Share of the saving of foresight over the year without storage; none where foresight cannot
    /// plan a park or saves nothing.
    pub captured: Option<f64>,
}

/// What a rule is called and how it runs in a park.
type RuleOf = (&'static str, fn(&PolicyOptions) -> Policy);

/// The rules compared, each with the options that a park's scenario gives for it.
const RULES: [RuleOf; 9] = [
    ("self-consumption", |_| Policy::SelfConsumption),
    ("time-of-use", |own| Policy::TimeOfUse { grid_charge_up_to_kw: own.grid_charge_up_to_kw, cycles: 1 }),
    ("time-of-use, 2 cycles", |own| Policy::TimeOfUse {
        grid_charge_up_to_kw: own.grid_charge_up_to_kw,
        cycles: 2,
    }),
    ("time-of-use, room left", |own| Policy::TimeOfUseWithRoom {
        grid_charge_up_to_kw: own.grid_charge_up_to_kw,
        cycles: 1,
    }),
    ("peak-shaving", |own| Policy::PeakShaving { threshold_kw: own.threshold_kw, arbitrage: false }),
    ("peak-shaving-arbitrage", |own| Policy::PeakShaving { threshold_kw: own.threshold_kw, arbitrage: true }),
    ("minimum-carbon", |_| Policy::MinimumCarbon),
    ("zero-export", |_| Policy::ZeroExport),
    ("backup-reserve", |own| Policy::BackupReserve { share: own.reserve_share }),
];

/// The policies of a project side by side.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// One year per policy: without storage first, then the rules, the forecast, and foresight.
    pub years: Vec<PolicyYear>,
    /// Policies without a year, and why.
    pub left_out: Vec<Problem>,
}

/// What a park's storages gave and kept in a year.
#[derive(Debug, Clone, Copy, Default)]
struct Use {
    ageing_cost: f64,
    gained_kwh: f64,
}

/// Simulates every policy; the project is as before afterwards. A policy that cannot keep a limit is left
/// out with the reason.
///
/// # Errors
/// An interruption, or a sink that fails.
pub fn compare(
    project: &mut Project,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Comparison, SimulationError> {
    compare_telling(project, stop, &|_, _, _| {})
}

/// Told before each policy: how many are done, how many there are, and which comes.
pub type Telling<'a> = &'a dyn Fn(usize, usize, &str);

/// [`compare`], telling how far it has come.
///
/// # Errors
/// An interruption, or a sink that fails.
pub fn compare_telling(
    project: &mut Project,
    stop: &(dyn Fn() -> bool + Sync),
    tell: Telling<'_>,
) -> Result<Comparison, SimulationError> {
    let parks = project.parks.clone();
    // Later years of a cash flow would be simulated too, and no policy's year needs them.
    let economics = project.economics.take();
    let found = every(project, &parks, stop, tell);
    project.parks = parks;
    project.economics = economics;
    found
}

/// How every park runs in one row of the comparison.
type Steer = Box<dyn Fn(&mut Park)>;

/// The rows in their order.
fn policies(parks: &[Park]) -> Vec<(&'static str, Steer)> {
    let mut rows: Vec<(&'static str, Steer)> = vec![(
        "no-storage",
        Box::new(|park| {
            park.policy = Operation::Rule(Policy::SelfConsumption);
            park.storages.clear();
        }),
    )];
    for (name, rule) in RULES {
        let needs_carbon = rule(&PolicyOptions::default()) == Policy::MinimumCarbon;
        if !needs_carbon || parks.iter().all(|park| park.grid.carbon_kg_per_kwh.is_some()) {
            rows.push((name, Box::new(move |park| park.policy = Operation::Rule(rule(&park.options)))));
        }
    }
    rows.push((
        "forecast",
        Box::new(|park| {
            let forecast = Forecast { ageing_cost: false, ..park.options.forecast };
            park.policy = Operation::Forecast(forecast);
        }),
    ));
    let foresight = |ageing_cost| -> Steer {
        Box::new(move |park: &mut Park| park.policy = Operation::Foresight { ageing_cost })
    };
    if parks.iter().flat_map(|park| &park.storages).any(|storage| ageing_cost_per_kwh(storage) > 0.0) {
        rows.push(("foresight with wear", foresight(true)));
    }
    rows.push((FORESIGHT, foresight(false)));
    rows
}

/// The yardstick of all others.
const FORESIGHT: &str = "foresight";

fn every(
    project: &mut Project,
    parks: &[Park],
    stop: &(dyn Fn() -> bool + Sync),
    tell: Telling<'_>,
) -> Result<Comparison, SimulationError> {
    let mut found = Comparison::default();
    let mut years = Vec::new();
    let plans = parks.iter().all(plannable);
    let rows = policies(parks);
    let all = rows.len();
    for (done, (name, steer)) in rows.into_iter().enumerate() {
        tell(done, all, name);
        if !plans && (name.starts_with(FORESIGHT) || name == "forecast") {
            let message = (
                format!("`{name}` is left out: not every park can be planned"),
                format!("“{}”已略去：并非每个园区都能编制计划", name_of(name, Lang::Zh)),
            );
            found.left_out.push(Problem::warning("policy-left-out", message));
            continue;
        }
        project.parks = parks.to_vec();
        project.parks.iter_mut().for_each(steer);
        match one(project, stop) {
            Ok(year) => years.push((name, year)),
            Err(error @ (SimulationError::Unserved { .. } | SimulationError::NoPlan { .. })) => {
                let message = (
                    format!("`{name}` is left out: {error}"),
                    format!("“{}”已略去：{error}", name_of(name, Lang::Zh)),
                );
                found.left_out.push(Problem::warning("policy-left-out", message));
            }
            Err(error) => return Err(error),
        }
    }
    let foreseen = years.iter().find(|(name, _)| *name == FORESIGHT);
    let values: Vec<f64> = parks
        .iter()
        .enumerate()
        .map(|(index, park)| {
            let plan = foreseen.and_then(|(_, (results, _))| results.parks[index].configured.dispatch);
            let mean = park.grid.tariff.mean_import_price_per_kwh;
            plan.map_or(mean, |plan| plan.mean_marginal_value_per_kwh)
        })
        .collect();
    found.years =
        years.into_iter().map(|(name, (results, used))| row(name, &results, &used, &values)).collect();
    let cost_of = |name: &str| found.years.iter().find(|row| row.policy == name).map(|row| row.cost);
    if let (Some(none), Some(best)) = (cost_of("no-storage"), cost_of(FORESIGHT))
        && none - best > 1e-9 * none.abs()
    {
        found.years.iter_mut().for_each(|row| row.captured = Some((none - row.cost) / (none - best)));
    }
    Ok(found)
}

fn one(project: &Project, stop: &(dyn Fn() -> bool + Sync)) -> Result<(Results, Vec<Use>), SimulationError> {
    let used = Mutex::new(vec![Use::default(); project.parks.len()]);
    let step_h = project.axis.step_h();
    let sink = |year: &CaseYear<'_>| {
        if year.case == Case::Configured {
            used.lock().unwrap_or_else(std::sync::PoisonError::into_inner)[year.index] =
                use_of(year.park, year.ledger, step_h);
        }
        Ok(())
    };
    let results = simulate(project, &sink, stop)?;
    Ok((results, used.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)))
}

fn use_of(park: &Park, ledger: &Ledger, step_h: f64) -> Use {
    let units = park.storages.iter().zip(&ledger.storages);
    units.fold(Use::default(), |sum, (storage, columns)| {
        let discharged_kwh = columns.discharge_kw.iter().sum::<f64>() * step_h;
        let start_kwh = storage.parameters.initial_kwh;
        let end_kwh = columns.energy_kwh.last().copied().unwrap_or(start_kwh);
        Use {
            ageing_cost: sum.ageing_cost + discharged_kwh * ageing_cost_per_kwh(storage),
            gained_kwh: sum.gained_kwh + end_kwh - start_kwh,
        }
    })
}

fn row(policy: &'static str, results: &Results, used: &[Use], values: &[f64]) -> PolicyYear {
    let all = &results.all.configured;
    let bill = all.bill.as_ref().map_or(0.0, |bill| bill.parts.total);
    let end_state_value = used.iter().zip(values).map(|(used, value)| used.gained_kwh * value).sum();
    PolicyYear {
        policy,
        bill,
        peak_import_kw: all.energy.map_or(0.0, |energy| energy.peak_import_kw),
        location_based_t: all.carbon.and_then(|carbon| carbon.location_based_t),
        full_cycles: all.energy.and_then(|energy| energy.full_cycles),
        ageing_cost: used.iter().map(|used| used.ageing_cost).sum(),
        end_state_value,
        cost: bill - end_state_value,
        captured: None,
    }
}

impl PolicyYear {
    fn values(&self) -> [Option<f64>; 8] {
        [
            Some(self.bill),
            Some(self.peak_import_kw),
            self.location_based_t,
            self.full_cycles,
            Some(self.ageing_cost),
            Some(self.end_state_value),
            Some(self.cost),
            self.captured,
        ]
    }
}

/// `policies.csv`: one row per policy.
pub fn csv(rows: &[PolicyYear]) -> String {
    let mut text =
        "policy,bill,peak_import_kw,location_based_t,full_cycles,ageing_cost,end_state_value,cost,captured\n"
            .to_owned();
    for row in rows {
        text.push_str(&row.policy.replace(',', ""));
        for value in row.values() {
            text.push(',');
            if let Some(value) = value {
                text.push_str(&(value + 0.0).to_string());
            }
        }
        text.push('\n');
    }
    text
}

/// What readers call a policy.
pub fn name_of(policy: &str, lang: Lang) -> &'static str {
    lang.text(&format!("policy.{policy}"))
}

/// The table for people.
pub fn text(rows: &[PolicyYear], lang: Lang) -> String {
    let head = match lang {
        Lang::En => {
            ["policy", "bill", "peak kW", "t CO2", "cycles", "ageing", "end state", "bill - end", "captured"]
        }
        Lang::Zh => {
            ["策略", "电费", "峰值 kW", "吨 CO2", "循环", "老化成本", "期末电量价值", "电费-期末", "实现比例"]
        }
    };
    let mut table = vec![head.map(str::to_owned).to_vec()];
    for row in rows {
        let mut cells = vec![name_of(row.policy, lang).to_owned()];
        for (index, value) in row.values().into_iter().enumerate() {
            cells.push(match value {
                None => "-".to_owned(),
                Some(share) if index == 7 => format!("{} %", grouped(share * 100.0, 1)),
                Some(value) => grouped(value, if value.abs() < 100.0 { 1 } else { 0 }),
            });
        }
        table.push(cells);
    }
    let widths: Vec<usize> =
        (0..head.len()).map(|c| table.iter().map(|row| row[c].width()).max().unwrap_or(0)).collect();
    let mut text = "\n".to_owned();
    for row in &table {
        for (column, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[column] - cell.width());
            text.push_str(&if column == 0 { format!("{cell}{pad}") } else { format!("  {pad}{cell}") });
        }
        text.push('\n');
    }
    text
}
