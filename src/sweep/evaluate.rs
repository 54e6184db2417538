//! From a design to its row of metrics.
//!
//! Keys that change only numbers of a park ([`Knob`]) are turned on a copy of it; every other key
//! goes through the scenario's checks and builds the project again. A built project with its
//! baseline is kept for the designs that share those other keys, and a park that no knob of a
//! design touches is simulated once.

use super::chunks::Status;
use super::results::{Column, Kind};
use super::study::{Study, study_spot};
use crate::dispatch::Ledger;
use crate::metrics::Metrics;
use crate::output::summary::scalars;
use crate::park::design::{self, Knob, ParkYear, STORAGE_KNOBS};
use crate::park::measure::Measured;
use crate::park::project::GeneratorKind;
use crate::park::simulate::SimulationError;
use crate::park::{BuildOptions, Project, build};
use crate::problem::{Problem, Problems};
use crate::scenario::raw::RawValue;
use crate::scenario::{Scenario, nearest};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Built projects kept at a time.
const KEPT: usize = 32;

/// A metric column: of which park (`None`: all), in which group, under which key.
#[derive(Debug, Clone)]
struct Metric {
    park: Option<usize>,
    group: String,
    key: String,
}

/// What a key of the study does.
#[derive(Debug, Clone)]
enum Effect {
    /// Turns a knob of some parks.
    Knobs(Vec<(usize, Knob)>),
    /// Builds the project again.
    Rebuild,
}

/// Evaluates the designs of a study.
pub struct Evaluator<'a> {
    study: &'a Study,
    options: BuildOptions,
    effects: Vec<Effect>,
    metrics: Vec<Metric>,
    /// Metric columns.
    pub columns: Vec<Column>,
    bases: Mutex<VecDeque<(Vec<RawValue>, BaseCell)>>,
    /// Parks that some knob touches.
    touched: Vec<usize>,
}

type Base = Result<Built, (Status, String)>;

/// A base that the first design to need it builds.
type BaseCell = Arc<OnceLock<Base>>;

/// A built project with its baseline and the parks that no knob touches.
struct Built {
    project: Project,
    baselines: Vec<ParkYear>,
    all: Measured,
    untouched: Vec<Option<ParkYear>>,
}

impl<'a> Evaluator<'a> {
    /// Prepares a study: builds its scenario once, so that what is wrong with it is said first.
    ///
    /// # Errors
    /// Problems of the scenario, or unknown metrics.
    pub fn new(study: &'a Study, options: BuildOptions) -> Result<(Self, Project), Problems> {
        let project = build(&study.scenario, options)?;
        let (columns, metrics) = metric_columns(study, &project)?;
        let keys = study.vary.iter().map(|v| &v.addresses).chain(study.derived.iter().map(|d| &d.addresses));
        let effects: Vec<Effect> = keys
            .map(|addresses| {
                let knobs = addresses.iter().map(|address| knob(study, &project, &address.path)).collect();
                Option::map_or(knobs, Effect::Rebuild, Effect::Knobs)
            })
            .collect();
        let mut touched: Vec<usize> = effects
            .iter()
            .flat_map(|effect| match effect {
                Effect::Knobs(knobs) => knobs.iter().map(|(park, _)| *park).collect(),
                Effect::Rebuild => vec![],
            })
            .collect();
        touched.sort_unstable();
        touched.dedup();
        let bases = Mutex::default();
        Ok((Self { study, options, effects, metrics, columns, bases, touched }, project))
    }

    /// Keys that build the project again for each of their values.
    pub fn slow_keys(&self) -> Vec<&str> {
        let names = self.study.vary.iter().map(|v| &v.key).chain(self.study.derived.iter().map(|d| &d.key));
        names
            .zip(&self.effects)
            .filter(|(_, effect)| matches!(effect, Effect::Rebuild))
            .map(|(key, _)| key.as_str())
            .collect()
    }

    /// The status and metrics of a design, and why it has none.
    pub fn evaluate(&self, number: u64, ledger: &mut Ledger, row: &mut Vec<f64>) -> (Status, Option<String>) {
        row.clear();
        match self.metrics_of(number, ledger, row) {
            Ok(()) => (Status::Ok, None),
            Err((status, why)) => {
                row.clear();
                row.resize(self.metrics.len(), f64::NAN);
                (status, Some(why))
            }
        }
    }

    fn metrics_of(
        &self,
        number: u64,
        ledger: &mut Ledger,
        row: &mut Vec<f64>,
    ) -> Result<(), (Status, String)> {
        let design = self.study.design(number);
        if let Some(condition) = design.excluded {
            return Err((Status::Excluded, self.study.conditions[condition].text.clone()));
        }
        let invalid = |why: String| (Status::Invalid, why);
        let slow: Vec<RawValue> = self
            .effects
            .iter()
            .zip(&design.values)
            .filter(|(effect, _)| matches!(effect, Effect::Rebuild))
            .map(|(_, value)| value.clone())
            .collect();
        let cell = self.base_of(&slow);
        let built = cell.get_or_init(|| self.build(&slow)).as_ref().map_err(Clone::clone)?;
        let mut parks: Vec<_> =
            self.touched.iter().map(|&index| (index, built.project.parks[index].clone())).collect();
        let reference = self.references();
        for ((effect, value), reference) in self.effects.iter().zip(&design.values).zip(reference) {
            let Effect::Knobs(knobs) = effect else { continue };
            let RawValue::Number(value) = value else {
                return Err(invalid(format!("{} is not a number", value.describe())));
            };
            if !value.is_finite() || *value < 0.0 {
                return Err(invalid(format!("{value} is not a size")));
            }
            for (index, knob) in knobs {
                let Some((_, park)) = parks.iter_mut().find(|(park, _)| park == index) else { continue };
                design::turn(park, knob, *value, reference);
            }
        }
        let mut years: Vec<Option<ParkYear>> = built.project.parks.iter().map(|_| None).collect();
        for (index, park) in &mut parks {
            design::settle(park).map_err(|problems| invalid(Problems(problems).to_string()))?;
            let year =
                design::configured(&built.project, park, &built.baselines[*index], self.money(), ledger)
                    .map_err(|error| (Status::Infeasible, error.to_string()))?;
            years[*index] = Some(year);
        }
        let years: Vec<&ParkYear> = years
            .iter()
            .zip(&built.untouched)
            .filter_map(|(new, old)| new.as_ref().or(old.as_ref()))
            .collect();
        let all = design::all(&built.project, &years, Some(&built.all));
        self.fill(row, &all.metrics, &years);
        Ok(())
    }

    /// The value each key's knobs were built with.
    fn references(&self) -> impl Iterator<Item = f64> {
        std::iter::repeat_n(REFERENCE, self.effects.len())
    }

    /// Whether a metric asks for the project's cash flow, which costs two more years of simulation.
    fn money(&self) -> bool {
        const OF_ONE_YEAR: [&str; 3] = ["annual_total", "capex", "opex_annual"];
        let asks =
            |metric: &Metric| metric.group == "economics" && !OF_ONE_YEAR.contains(&metric.key.as_str());
        self.metrics.iter().any(asks)
    }

    fn fill(&self, row: &mut Vec<f64>, all: &Metrics, parks: &[&ParkYear]) {
        let value_of = |metrics: &Metrics| serde_json::to_value(metrics).unwrap_or_default();
        let all = value_of(all);
        let parks: Vec<serde_json::Value> = parks
            .iter()
            .enumerate()
            .map(|(index, park)| {
                let asked = self.metrics.iter().any(|metric| metric.park == Some(index));
                if asked { value_of(&park.measured.metrics) } else { serde_json::Value::Null }
            })
            .collect();
        row.extend(self.metrics.iter().map(|metric| {
            let metrics = metric.park.map_or(&all, |index| &parks[index]);
            match &metrics[&metric.group][&metric.key] {
                serde_json::Value::Number(number) => number.as_f64().unwrap_or(f64::NAN),
                serde_json::Value::Bool(flag) => f64::from(u8::from(*flag)),
                _ => f64::NAN,
            }
        }));
    }

    fn base_of(&self, slow: &[RawValue]) -> BaseCell {
        let mut bases = self.bases.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cell)) = bases.iter().find(|(values, _)| values == slow) {
            return cell.clone();
        }
        if bases.len() == KEPT {
            bases.pop_front();
        }
        let cell = Arc::new(OnceLock::new());
        bases.push_back((slow.to_vec(), cell.clone()));
        cell
    }

    /// Builds the project of some slow values, knobs at their reference.
    fn build(&self, slow: &[RawValue]) -> Base {
        let invalid = |problems: Problems| (Status::Invalid, problems.to_string());
        let mut overrides: Vec<(&str, RawValue)> = Vec::new();
        let mut slow = slow.iter();
        let keys = self.study.vary.iter().map(|v| v.key.as_str());
        let keys = keys.chain(self.study.derived.iter().map(|d| d.key.as_str()));
        for (key, effect) in keys.zip(&self.effects) {
            match effect {
                Effect::Rebuild => overrides.extend(slow.next().map(|value| (key, value.clone()))),
                Effect::Knobs(knobs) if knobs.iter().any(|(_, k)| matches!(k, Knob::Capacity { .. })) => {
                    overrides.push((key, RawValue::Number(REFERENCE)));
                }
                Effect::Knobs(_) => {}
            }
        }
        let scenario = self.study.scenario.with(&overrides, &study_spot()).map_err(invalid)?;
        let project = build(&scenario, self.options).map_err(invalid)?;
        let mut ledger = Ledger::default();
        let infeasible = |error: SimulationError| (Status::Infeasible, error.to_string());
        let mut year = |park| design::baseline(&project, park, &mut ledger).map_err(infeasible);
        let baselines: Vec<ParkYear> = project.parks.iter().map(&mut year).collect::<Result<_, _>>()?;
        let all = design::all(&project, &baselines.iter().collect::<Vec<_>>(), None);
        let mut untouched = Vec::with_capacity(project.parks.len());
        for (index, park) in project.parks.iter().enumerate() {
            untouched.push(if self.touched.contains(&index) {
                None
            } else {
                let year = design::configured(&project, park, &baselines[index], self.money(), &mut ledger);
                Some(year.map_err(infeasible)?)
            });
        }
        Ok(Built { project, baselines, all, untouched })
    }
}

/// What capacities are built with before they are scaled: any number above 0 does.
const REFERENCE: f64 = 1.0;

/// The knob that a key path is, where it is one.
fn knob(study: &Study, project: &Project, path: &str) -> Option<(usize, Knob)> {
    let parts: Vec<&str> = path.split('.').collect();
    let (index, park) =
        project.parks.iter().enumerate().find(|(_, park)| parts.get(1) == Some(&park.name.as_str()))?;
    let knob = match parts[2..] {
        ["pv", name, "capacity_kw"] => Knob::Capacity { kind: GeneratorKind::Pv, name: name.to_owned() },
        ["wind", name, key @ ("count" | "capacity_kw")] => {
            // A count says nothing where a capacity is given.
            let capacity = has_capacity(&study.scenario, &park.name, name);
            (capacity == (key == "capacity_kw")).then_some(())?;
            Knob::Capacity { kind: GeneratorKind::Wind, name: name.to_owned() }
        }
        ["storage", name, key] => {
            let key = STORAGE_KNOBS.iter().find(|known| **known == key)?;
            Knob::Storage { name: name.to_owned(), key }
        }
        ["grid", "import_limit_kw"] => Knob::ImportLimit,
        ["grid", "export_limit_kw"] => Knob::ExportLimit,
        _ => return None,
    };
    design::turn(&mut park.clone(), &knob, 1.0, 1.0).then_some((index, knob))
}

fn has_capacity(scenario: &Scenario, park: &str, name: &str) -> bool {
    let park = scenario.root.tables("park").iter().find(|table| table.name() == park);
    let turbines = park.and_then(|park| park.tables("wind").iter().find(|table| table.name() == name));
    turbines.is_some_and(|table| table.number("capacity_kw").is_some())
}

/// The metric columns a study asks for, checked.
fn metric_columns(study: &Study, project: &Project) -> Result<(Vec<Column>, Vec<Metric>), Problems> {
    let known = serde_json::to_value(design::every_metric()).unwrap_or_default();
    let keys: Vec<(String, Kind)> = scalars(&known)
        .into_iter()
        .filter(|(name, _)| name != "bill.basis")
        .map(|(name, _)| {
            let kind = if name.ends_with(".pass") { Kind::Flag } else { Kind::Number };
            (name, kind)
        })
        .collect();
    let every = || keys.iter().map(|(name, _)| format!("all.{name}")).collect();
    let names: Vec<String> = study.metrics.clone().unwrap_or_else(every);
    let (mut columns, mut metrics, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for name in names {
        let of = project.parks.iter().position(|park| name.starts_with(&format!("{}.", park.name)));
        let rest = match of {
            Some(index) => &name[project.parks[index].name.len() + 1..],
            None => name.strip_prefix("all.").unwrap_or(&name),
        };
        match keys.iter().find(|(key, _)| key == rest) {
            Some((key, kind)) => {
                let (group, key) = key.split_once('.').unwrap_or((key, ""));
                metrics.push(Metric { park: of, group: group.to_owned(), key: key.to_owned() });
                columns.push(Column { name: name.clone(), kind: *kind });
            }
            None => {
                let problem = Problem::error("unknown-metric", format!("`{name}` is not a metric"));
                let near = nearest::nearest(rest, keys.iter().map(|(key, _)| key.as_str()));
                problems.push(match near {
                    Some(near) => problem.hint(format!("did you mean `{near}`?")).at_key("metrics"),
                    None => {
                        problem.hint("such as economics.annual_total or park.<name>.carbon.location_based_t")
                    }
                });
            }
        }
    }
    if problems.is_empty() { Ok((columns, metrics)) } else { Err(Problems(problems)) }
}
