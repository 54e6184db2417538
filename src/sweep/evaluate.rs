//! From a design to its row of metrics.
//!
//! Keys that change only numbers of a park ([`Knob`]) are turned on a copy of it; every other key
//! goes through the scenario's checks and builds the project again. A built project with its
//! baseline is kept for the designs that share those other keys, and a park that no knob of a
//! design touches is simulated once. Designs that share a built project run in groups of eight,
//! side by side, where their parks allow it.

use super::chunks::Status;
use super::insight::{Insight, Marginal, Objective, objectives};
use super::metrics::{Metric, Scope, metric_columns, scopes};
use super::results::Column;
use super::scratch::Scratch;
use super::study::{Design, Study, study_spot};
use crate::dispatch::{LANES, Ledger, Num, Wide};
use crate::park::design::{self, Detail, Knob, ParkYear, STORAGE_KNOBS};
use crate::park::group::{Prepared, unserved};
use crate::park::measure::{self, Measured};
use crate::park::project::{GeneratorKind, Park};
use crate::park::simulate::SimulationError;
use crate::park::{BuildOptions, Project, build, build_first_year};
use crate::problem::{Problem, Problems};
use crate::scenario::Scenario;
use crate::scenario::raw::RawValue;
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Built projects kept at a time.
const KEPT: usize = 32;

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
    scopes: Vec<Scope>,
    /// Metric columns.
    pub columns: Vec<Column>,
    /// Why designs run one by one instead of eight side by side; none where they do not.
    pub one_by_one: Option<String>,
    /// What the report minimises.
    pub objectives: Vec<Objective>,
    bases: Mutex<VecDeque<(Vec<RawValue>, BaseCell)>>,
    /// Parks that some knob touches.
    touched: Vec<usize>,
    /// Warnings of the scenario as it stands, and those that only its variants have.
    warnings: Mutex<(BTreeSet<String>, BTreeSet<String>)>,
}

pub(super) type Base = Result<Built, (Status, String)>;

/// A base that the first design to need it builds.
pub(super) type BaseCell = Arc<OnceLock<Base>>;

/// A built project with its baseline and the parks that no knob touches.
pub(super) struct Built {
    project: Project,
    baselines: Vec<ParkYear>,
    all: Measured,
    untouched: Vec<Option<ParkYear>>,
    /// What groups of eight share, of each touched park; empty where designs run one by one.
    prepared: Vec<Prepared>,
    /// Import of all parks that no knob touches, kW; empty where there is only one park.
    others_kw: Vec<f64>,
}

/// Whether a design's parks could be turned to it; else why not.
type Turned = Result<(), (Status, String)>;

/// Status and metrics of a design, and why it has none.
pub struct Evaluated {
    /// How it ended.
    pub status: Status,
    /// Metrics in the order of the columns; NaN where there is none.
    pub values: Vec<f64>,
    /// Why there are none.
    pub reason: Option<String>,
}

impl<'a> Evaluator<'a> {
    /// Prepares a study: builds its scenario once, so that what is wrong with it is said first.
    ///
    /// # Errors
    /// Problems of the scenario, or unknown metrics.
    pub fn new(study: &'a Study, options: BuildOptions) -> Result<(Self, Project), Problems> {
        let project = build(&study.scenario, options)?;
        let (columns, metrics) = metric_columns(study, &project)?;
        let objectives = objectives(study.objectives.as_deref(), &columns).map_err(|name| {
            let message = format!("the objective `{name}` is not among the metrics");
            Problem::error("unknown-metric", message).at_key("objectives").hint("name it under `metrics` too")
        })?;
        let keys = study.vary.iter().map(|v| &v.addresses).chain(study.derived.iter().map(|d| &d.addresses));
        // Later years are built with the design, so that it stands in them too.
        let built_anew = !project.years.is_empty() && asks_for_money(&metrics);
        let effects: Vec<Effect> = keys
            .map(|addresses| {
                if built_anew {
                    return Effect::Rebuild;
                }
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
        let mut evaluator = Self {
            study,
            options,
            effects,
            scopes: scopes(&metrics),
            metrics,
            columns,
            one_by_one: None,
            objectives,
            bases: Mutex::default(),
            touched,
            warnings: Mutex::new((
                project.warnings.iter().map(Problem::to_string).collect(),
                BTreeSet::new(),
            )),
        };
        evaluator.one_by_one = evaluator.why_one_by_one(&project);
        Ok((evaluator, project))
    }

    fn why_one_by_one(&self, project: &Project) -> Option<String> {
        match self.detail() {
            Detail::Money => return Some("metrics of the cash flow need aged years".to_owned()),
            Detail::Steps => return Some("the 24/7 score looks at every step".to_owned()),
            Detail::Sums => {}
        }
        let mut parks = self.touched.iter().map(|&index| &project.parks[index]);
        parks.find_map(|park| Some(format!("park {}: {}", park.name, unserved(park)?)))
    }

    /// Keys that build the project again for each of their values.
    pub fn slow_keys(&self) -> Vec<&str> {
        let keys = self.study.keys().zip(&self.effects);
        keys.filter(|(_, effect)| matches!(effect, Effect::Rebuild)).map(|(key, _)| key).collect()
    }

    /// The designs cut into groups that share a built project, at most eight in each, by their
    /// place in `designs`; designs that a condition leaves out stand alone.
    pub fn groups(&self, designs: &[Design]) -> Vec<Vec<usize>> {
        let mut open: Vec<(Vec<RawValue>, Vec<usize>)> = Vec::new();
        let mut groups = Vec::new();
        for (place, design) in designs.iter().enumerate() {
            if design.excluded.is_some() {
                groups.push(vec![place]);
                continue;
            }
            let slow = self.slow_values(design);
            let found = open.iter().position(|(values, _)| *values == slow).unwrap_or_else(|| {
                open.push((slow, Vec::new()));
                open.len() - 1
            });
            let members = &mut open[found].1;
            members.push(place);
            if members.len() == LANES {
                groups.push(std::mem::take(members));
            }
        }
        groups.extend(open.into_iter().map(|(_, members)| members).filter(|members| !members.is_empty()));
        groups
    }

    /// Evaluates a group of [`Self::groups`].
    pub fn evaluate(&self, designs: &[&Design], scratch: &mut Scratch) -> Vec<Evaluated> {
        let all = |outcome: (Status, String)| designs.iter().map(|_| self.without(outcome.clone())).collect();
        if let Some(condition) = designs[0].excluded {
            return all((Status::Excluded, self.study.conditions[condition].text.clone()));
        }
        let slow = self.slow_values(designs[0]);
        let cell = self.base_of(&slow);
        let built = match cell.get_or_init(|| self.build(&slow)) {
            Ok(built) => built,
            Err(outcome) => return all(outcome.clone()),
        };
        let Scratch { ledger, import_kw, copies } = scratch;
        let copies = copies.of(&cell, &built.project, &self.touched, designs.len());
        let turned: Vec<Turned> = designs
            .iter()
            .zip(copies.iter_mut())
            .map(|(design, parks)| self.turn(built, design, parks))
            .collect();
        let side_by_side = self.side_by_side(built, &turned, copies, import_kw);
        turned
            .into_iter()
            .zip(side_by_side)
            .zip(copies.iter())
            .map(|((turned, values), parks)| match (turned, values) {
                (Err(outcome), _) => self.without(outcome),
                (Ok(()), Some(values)) => Evaluated { status: Status::Ok, values, reason: None },
                (Ok(()), None) => match self.alone(built, parks, ledger) {
                    Ok(values) => Evaluated { status: Status::Ok, values, reason: None },
                    Err(outcome) => self.without(outcome),
                },
            })
            .collect()
    }

    fn without(&self, (status, why): (Status, String)) -> Evaluated {
        Evaluated { status, values: vec![f64::NAN; self.metrics.len()], reason: Some(why) }
    }

    fn slow_values(&self, design: &Design) -> Vec<RawValue> {
        let keys = self.effects.iter().zip(&design.values);
        keys.filter(|(effect, _)| matches!(effect, Effect::Rebuild)).map(|(_, value)| value.clone()).collect()
    }

    /// Turns copies of the touched parks to a design.
    fn turn(&self, built: &Built, design: &Design, parks: &mut [Park]) -> Turned {
        let invalid = |why: String| (Status::Invalid, why);
        for (park, &index) in parks.iter_mut().zip(&self.touched) {
            design::reset(park, &built.project.parks[index]);
        }
        for ((effect, value), key) in self.effects.iter().zip(&design.values).zip(self.study.keys()) {
            let Effect::Knobs(knobs) = effect else { continue };
            let RawValue::Number(value) = value else {
                return Err(invalid(format!("{key}: {} is not a number", value.describe())));
            };
            if !value.is_finite() {
                return Err(invalid(format!("{key}: its expression has no finite value here")));
            }
            if *value < 0.0 {
                return Err(invalid(format!("{key}: {value} is below 0")));
            }
            for (index, knob) in knobs {
                let Ok(place) = self.touched.binary_search(index) else { continue };
                design::turn(&mut parks[place], knob, *value, REFERENCE);
            }
        }
        for park in parks {
            design::settle(park).map_err(|problems| invalid(Problems(problems).to_string()))?;
        }
        Ok(())
    }

    /// What one more of each varied number does at the best design: the design is simulated again with
    /// a hundredth of the key's range more (or less at the upper end of what is valid).
    pub fn marginal(&self, insight: &Insight) -> Vec<Marginal> {
        let Some(best) = insight.best.first() else { return Vec::new() };
        let values = self.study.design(best.design).values;
        let mut scratch = Scratch::default();
        let mut found = Vec::new();
        for (column, vary) in self.study.vary.iter().enumerate() {
            let effect = insight.effects.iter().find(|effect| effect.column == column);
            let (Some(effect), RawValue::Number(at)) = (effect, &values[column]) else { continue };
            let ends = effect.bins.iter().flat_map(|bin| [bin.from, bin.to]);
            let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(x), h.max(x)));
            let step = 0.01 * (high - low);
            let moved = [step, -step].into_iter().filter(|step| step.is_finite() && *step != 0.0);
            let per_unit = moved.into_iter().find_map(|step| {
                let mut varied = values[..self.study.vary.len()].to_vec();
                varied[column] = RawValue::Number(at + step);
                let design = Design { excluded: None, ..self.study.design_of(varied) };
                let row = self.evaluate(&[&design], &mut scratch).pop()?;
                let change =
                    |objective: &Objective| (objective.of(&row.values) - objective.of(&best.values)) / step;
                (row.status == Status::Ok).then(|| self.objectives.iter().map(change).collect())
            });
            let of = |per_unit| Marginal { key: vary.key.clone(), at: *at, per_unit };
            found.extend(per_unit.map(of));
        }
        found
    }

    /// Rows of the designs that run side by side; `None` for those that have to run alone.
    fn side_by_side(
        &self,
        built: &Built,
        turned: &[Turned],
        copies: &[Vec<Park>],
        import_kw: &mut Vec<Wide>,
    ) -> Vec<Option<Vec<f64>>> {
        let mut rows: Vec<Option<Vec<f64>>> = turned.iter().map(|_| None).collect();
        let places: Vec<usize> = (0..turned.len()).filter(|&place| turned[place].is_ok()).collect();
        if built.prepared.is_empty() || places.is_empty() {
            return rows;
        }
        import_kw.clear();
        import_kw.extend(built.others_kw.iter().map(|kw| Wide::splat(*kw)));
        let mut found: Vec<Vec<Option<Measured>>> = Vec::with_capacity(self.touched.len());
        for (touched, prepared) in built.prepared.iter().enumerate() {
            let parks: Vec<&Park> = places.iter().map(|&place| &copies[place][touched]).collect();
            let baseline = &built.baselines[self.touched[touched]].measured;
            found.push(prepared.measure(&built.project, &parks, baseline, import_kw));
        }
        let coincident = import_kw.iter().fold(Wide::ZERO, |peak, &kw| peak.max(kw));
        for (lane, place) in places.into_iter().enumerate() {
            let parks: Option<Vec<&Measured>> = (0..built.project.parks.len())
                .map(|index| match self.touched.binary_search(&index) {
                    Ok(touched) => found[touched][lane].as_ref(),
                    Err(_) => built.untouched[index].as_ref().map(|year| &year.measured),
                })
                .collect();
            let Some(parks) = parks else { continue };
            let own = || parks[0].metrics.energy.map_or(0.0, |energy| energy.peak_import_kw);
            let peak_kw = if parks.len() == 1 { own() } else { coincident.lane(lane) };
            let all = || measure::all(&built.project, &parks, peak_kw, Some(&built.all));
            rows[place] = Some(self.row(all, &parks));
        }
        rows
    }

    /// The row of a design that runs alone.
    fn alone(
        &self,
        built: &Built,
        parks: &[Park],
        ledger: &mut Ledger,
    ) -> Result<Vec<f64>, (Status, String)> {
        let mut years: Vec<Option<ParkYear>> = built.project.parks.iter().map(|_| None).collect();
        for (&index, park) in self.touched.iter().zip(parks) {
            let year =
                design::configured(&built.project, park, &built.baselines[index], self.detail(), ledger)
                    .map_err(|error| (Status::Infeasible, error.to_string()))?;
            years[index] = Some(year);
        }
        let years: Vec<&ParkYear> = years
            .iter()
            .zip(&built.untouched)
            .filter_map(|(new, old)| new.as_ref().or(old.as_ref()))
            .collect();
        let all = || design::all(&built.project, &years, Some(&built.all));
        let parks: Vec<&Measured> = years.iter().map(|year| &year.measured).collect();
        Ok(self.row(all, &parks))
    }

    /// The row of a design's parks; `all` sums them, which is asked for only where a metric wants it.
    fn row(&self, all: impl Fn() -> Measured, parks: &[&Measured]) -> Vec<f64> {
        let mut row = vec![f64::NAN; self.metrics.len()];
        for scope in &self.scopes {
            match scope.park {
                Some(index) => scope.fill(&parks[index].metrics, &mut row),
                None => scope.fill(&all().metrics, &mut row),
            }
        }
        row
    }

    fn money(&self) -> bool {
        asks_for_money(&self.metrics)
    }

    /// What the metrics ask of a design's year.
    fn detail(&self) -> Detail {
        if self.money() {
            Detail::Money
        } else if self.metrics.iter().any(|metric| metric.key == "cfe_score") {
            Detail::Steps
        } else {
            Detail::Sums
        }
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

    /// Keeps the warnings that a variant has and the scenario as it stands has not.
    fn hear(&self, project: &Project) {
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, new) = &mut *warnings;
        new.extend(project.warnings.iter().map(Problem::to_string).filter(|text| !known.contains(text)));
    }

    /// Warnings that only some of the variants built so far have, in order.
    pub fn variants_warn(&self) -> Vec<String> {
        let warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        warnings.1.iter().cloned().collect()
    }

    /// Builds the project of some slow values, knobs at their reference.
    fn build(&self, slow: &[RawValue]) -> Base {
        let invalid = |problems: Problems| (Status::Invalid, problems.to_string());
        let mut overrides: Vec<(&str, RawValue)> = Vec::new();
        let mut slow = slow.iter();
        for (key, effect) in self.study.keys().zip(&self.effects) {
            match effect {
                Effect::Rebuild => overrides.extend(slow.next().map(|value| (key, value.clone()))),
                Effect::Knobs(knobs) if knobs.iter().any(|(_, k)| matches!(k, Knob::Capacity { .. })) => {
                    overrides.push((key, RawValue::Number(REFERENCE)));
                }
                Effect::Knobs(_) => {}
            }
        }
        let scenario = self.study.scenario.with(&overrides, &study_spot()).map_err(invalid)?;
        let build = if self.money() { build } else { build_first_year };
        let project = build(&scenario, self.options).map_err(invalid)?;
        self.hear(&project);
        let mut ledger = Ledger::default();
        let infeasible = |error: SimulationError| (Status::Infeasible, error.to_string());
        let mut year =
            |park| design::baseline(&project, park, Detail::Steps, &mut ledger).map_err(infeasible);
        let baselines: Vec<ParkYear> = project.parks.iter().map(&mut year).collect::<Result<_, _>>()?;
        let all = design::all(&project, &baselines.iter().collect::<Vec<_>>(), None);
        let mut untouched = Vec::with_capacity(project.parks.len());
        for (index, park) in project.parks.iter().enumerate() {
            untouched.push(if self.touched.contains(&index) {
                None
            } else {
                let year = design::configured(&project, park, &baselines[index], self.detail(), &mut ledger);
                Some(year.map_err(infeasible)?)
            });
        }
        let prepared = if self.one_by_one.is_some() { Vec::new() } else { self.prepared(&project) };
        let mut others_kw = vec![0.0; if project.parks.len() > 1 { project.axis.steps() } else { 0 }];
        for year in untouched.iter().flatten() {
            others_kw.iter_mut().zip(&year.import_kw).for_each(|(sum, kw)| *sum += kw);
        }
        Ok(Built { project, baselines, all, untouched, prepared, others_kw })
    }

    /// What groups share, of each touched park; empty where one of them does not run in groups.
    fn prepared(&self, project: &Project) -> Vec<Prepared> {
        let parks = self.touched.iter().map(|&index| {
            let park = &project.parks[index];
            let varies = |kind: GeneratorKind, name: &str| {
                let turns = |(of, knob): &(usize, Knob)| {
                    *of == index && *knob == Knob::Capacity { kind, name: name.to_owned() }
                };
                let turned = |effect: &Effect| matches!(effect, Effect::Knobs(k) if k.iter().any(turns));
                self.effects.iter().any(turned)
            };
            let plants = park.generators.iter().enumerate();
            let varied: Vec<usize> =
                plants.filter(|(_, plant)| varies(plant.kind, &plant.name)).map(|(place, _)| place).collect();
            Prepared::new(project, park, &varied)
        });
        parks.collect::<Option<_>>().unwrap_or_default()
    }
}

/// Whether a metric asks for the project's cash flow, which costs more years of simulation.
fn asks_for_money(metrics: &[Metric]) -> bool {
    const OF_ONE_YEAR: [&str; 4] = ["annual_total", "annual_total_with_carbon", "capex", "opex_annual"];
    let asks = |metric: &Metric| metric.group == "economics" && !OF_ONE_YEAR.contains(&metric.key.as_str());
    metrics.iter().any(asks)
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
