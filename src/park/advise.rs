//! What only a simulation can tell of the rules: how much plant on a direct line brings a share.
//!
//! A plant is added, or scaled, and the year is simulated again until the term just passes: power of a
//! plant beyond what is used in its hour is curtailed or exported, so that no ratio would do.

use super::case::Case;
use super::measure::{CaseMetrics, Measured, Sums, measure_sums};
use super::project::{Generator, GeneratorKind, Park, Project};
use super::rules::advice;
use super::simulate::{Results, SimulationError, case_year};
use super::usage::Usage;
use crate::dispatch::Ledger;
use crate::metrics::compliance::{Change, Rule, Text};
use rayon::prelude::*;

/// Parks beyond this many are not simulated again.
const MOST_PARKS: usize = 24;
/// How close to a threshold the search goes.
const TOLERANCE: f64 = 5e-4;
/// Simulations after which a search stops.
const MOST_YEARS: usize = 24;
/// Available energy over use beyond which more plant is taken to bring nothing.
const MOST_SUPPLY: f64 = 40.0;

/// Puts the changes that simulation finds beside the rules that fail, and makes the sentences of all
/// parks anew.
///
/// # Errors
/// If `stop` says so.
pub fn advise(
    project: &Project,
    results: &mut Results,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<(), SimulationError> {
    if project.parks.len() > MOST_PARKS {
        return Ok(());
    }
    let found: Result<Vec<()>, SimulationError> = project
        .parks
        .par_iter()
        .zip(&mut results.parks)
        .map(|(park, result)| {
            if stop() {
                return Err(SimulationError::Interrupted);
            }
            for rule in &mut result.configured.rules {
                direct_supply(project, &[park], rule);
                direct_line(project, park, rule);
            }
            Ok(())
        })
        .collect();
    found?;
    if let [only] = &results.parks[..] {
        results.all.configured.rules.clone_from(&only.configured.rules);
    }
    let parks: Vec<&Park> = project.parks.iter().collect();
    for rule in &mut results.all.configured.rules {
        if stop() {
            return Err(SimulationError::Interrupted);
        }
        if parks.len() > 1 {
            direct_supply(project, &parks, rule);
        }
    }
    results.advice = advice(&results.all.configured.rules);
    Ok(())
}

/// The plant that a direct line would have: the parks' own on a direct line, else any of the project, else
/// their wind, else any wind, else their PV; the largest of its kind. One of 0 kW is a candidate.
fn template<'a>(project: &'a Project, parks: &[&'a Park]) -> Option<(&'a Park, &'a Generator)> {
    let own = || parks.iter().flat_map(|park| park.generators.iter().map(move |plant| (*park, plant)));
    let any = || project.parks.iter().flat_map(|park| park.generators.iter().map(move |plant| (park, plant)));
    let largest = |plants: &mut dyn Iterator<Item = (&'a Park, &'a Generator)>| {
        let yields = plants.filter(|(_, plant)| plant.kwh_per_kw_step() > 0.0);
        yields.max_by(|a, b| a.1.capacity_kw.total_cmp(&b.1.capacity_kw))
    };
    let wind = |plant: &(&Park, &Generator)| plant.1.kind == GeneratorKind::Wind;
    largest(&mut own().filter(|plant| plant.1.direct_line))
        .or_else(|| largest(&mut any().filter(|plant| plant.1.direct_line)))
        .or_else(|| largest(&mut own().filter(wind)))
        .or_else(|| largest(&mut any().filter(wind)))
        .or_else(|| largest(&mut own()))
}

/// Own green energy used, all electricity used, and what is available of a new plant, kWh.
#[derive(Debug, Clone, Copy, Default)]
struct Supply {
    own: f64,
    used: f64,
    curtailed: f64,
}

/// The year of a park, measured in sums; none where its limits cannot be kept.
fn measured(project: &Project, park: &Park, ledger: &mut Ledger) -> Option<(Measured, f64)> {
    let case = Case::Configured;
    let (year, series) = case_year(project, park, case, ledger).ok()?;
    let usage = Usage::of(&CaseMetrics { project, park, case, year: &year, series: &series, ledger });
    let curtailed = year.energy.curtailed_kwh;
    Some((measure_sums(&Sums { project, park, case, year: &year, usage: &usage }, None), curtailed))
}

/// How much plant on a direct line takes parks to a share of direct supply: each gets a plant by its
/// use, `energy` being what all of them could generate over what is used.
fn direct_supply(project: &Project, parks: &[&Park], rule: &mut Rule) {
    let (Some(threshold), true) = (rule.threshold, rule.term == "direct-supply-share") else { return };
    let (Some(change), Some((from, plant))) = (&mut rule.change, template(project, parks)) else { return };
    let yield_h = plant.kwh_per_kw_step() * project.axis.step_h();
    let used: Option<Vec<f64>> = parks
        .par_iter()
        .map_init(Ledger::default, |ledger, park| Some(measured(project, park, ledger)?.0.ledgers?.used_kwh))
        .collect();
    let Some(used) = used else { return };
    let total: f64 = used.iter().sum();
    let supply = |energy: f64| -> Option<Supply> {
        let parks: Option<Vec<Supply>> = parks
            .par_iter()
            .zip(&used)
            .map_init(Ledger::default, |ledger, (park, used)| {
                let mut park = (*park).clone();
                park.generators.push(Generator {
                    name: "direct line".to_owned(),
                    capacity_kw: energy * used / yield_h,
                    direct_line: true,
                    existing: false,
                    certificates_kept: true,
                    ..plant.clone()
                });
                let (found, curtailed) = measured(project, &park, ledger)?;
                let ledgers = found.ledgers?;
                Some(Supply { own: ledgers.own_green_kwh, used: ledgers.used_kwh, curtailed })
            })
            .collect();
        let sum = |sum: Supply, park: &Supply| Supply {
            own: sum.own + park.own,
            used: sum.used + park.used,
            curtailed: sum.curtailed + park.curtailed,
        };
        Some(parks?.iter().fold(Supply::default(), sum))
    };
    let share = |energy: f64| supply(energy).map(|found| found.own / found.used);
    let gap = threshold - rule.value.unwrap_or(0.0);
    let Some(found) = smallest(threshold, gap, MOST_SUPPLY, share) else { return };
    let (kind, kind_zh) = match plant.kind {
        GeneratorKind::Pv => ("PV", "光伏"),
        GeneratorKind::Wind => ("wind", "风电"),
    };
    let profile = format!("{} {}", from.name, plant.name);
    let profile_zh = format!("{}“{}”", from.title.zh, plant.title.zh);
    let megawatts = |energy: f64| energy * total / yield_h / 1000.0;
    match found {
        Found::At(energy) => {
            let (mw, lost) = (megawatts(energy), supply(energy).map_or(0.0, |found| found.curtailed / 1e6));
            change.amount = mw;
            change.unit = "MW";
            change.text.en += &format!(
                "; simulated: {mw:.1} MW of {kind} on direct lines with the profile of {profile} ({yield_h:.0} full-load hours), shared by use, with {lost:.1} GWh curtailed in all"
            );
            change.text.zh += &format!(
                "；经逐时模拟：需直连{kind_zh} {mw:.1} MW（采用{profile_zh}出力曲线，{yield_h:.0} 等效满发小时，按用电量分配），届时合计弃电 {lost:.1} GWh"
            );
        }
        Found::Never { at, reached } => {
            let (mw, percent) = (megawatts(at), 100.0 * reached);
            change.text.en += &format!(
                "; simulated: {mw:.0} MW of {kind} with the profile of {profile} bring {percent:.1} %, no more: it needs storage, or a plant that generates at other hours"
            );
            change.text.zh += &format!(
                "；经逐时模拟：{mw:.0} MW {kind_zh}（{profile_zh}出力曲线）仅达 {percent:.1} %，还须配置储能或出力互补的电源"
            );
        }
    }
}

/// What a search found.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Found {
    /// The smallest amount that reaches the threshold.
    At(f64),
    /// The threshold is out of reach: the largest amount that was tried, and what it brings.
    Never { at: f64, reached: f64 },
}

/// The smallest `x` up to `most` at which a rising function reaches a threshold, from above: the
/// returned amount passes. None where the function has no value.
fn smallest(threshold: f64, start: f64, most: f64, of: impl Fn(f64) -> Option<f64>) -> Option<Found> {
    let (mut low, mut high) = (0.0, start.clamp(1e-6, most));
    let (mut below, mut reached) = (None, of(high)?);
    let mut years = 1;
    while reached < threshold {
        if high >= most {
            return Some(Found::Never { at: high, reached });
        }
        (low, below) = (high, Some(reached));
        high = (2.0 * high).min(most);
        reached = of(high)?;
        years += 1;
    }
    while reached - threshold > TOLERANCE && years < MOST_YEARS {
        // Along the line between the bounds, aimed just above the threshold; every third step halves.
        let along = below.filter(|_| years % 3 != 0).map_or(0.5, |below| {
            ((threshold + 0.5 * TOLERANCE - below) / (reached - below)).clamp(0.02, 0.98)
        });
        let between = low + along * (high - low);
        let value = of(between)?;
        years += 1;
        if value >= threshold {
            (high, reached) = (between, value);
        } else {
            (low, below) = (between, Some(value));
        }
    }
    Some(Found::At(high))
}

/// How the plants of a direct line have to grow or shrink for a term of their rule.
fn direct_line(project: &Project, park: &Park, rule: &mut Rule) {
    let (Some(threshold), Some(false), "green-direct") = (rule.threshold, rule.pass, rule.rule.as_str())
    else {
        return;
    };
    if park.green.direct.eligible != Some(true) {
        return;
    }
    let installed: f64 =
        park.generators.iter().filter(|plant| plant.direct_line).map(|plant| plant.capacity_kw).sum();
    let term = rule.term.clone();
    let mut ledger = Ledger::default();
    let mut shares = |factor: f64| {
        let mut park = park.clone();
        let lines = park.generators.iter_mut().filter(|plant| plant.direct_line);
        lines.for_each(|plant| plant.capacity_kw *= factor);
        measured(project, &park, &mut ledger)?.0.metrics.green_direct
    };
    let ledger_of = std::cell::RefCell::new(&mut shares);
    let rising = |of: &dyn Fn(&crate::metrics::GreenDirect) -> Option<f64>, factor: f64| {
        (ledger_of.borrow_mut())(factor).and_then(|shares| of(&shares))
    };
    // Consumption rises with the plant; self-use rises and export falls as it shrinks.
    let found = match term.as_str() {
        "consumption-share" => {
            smallest(threshold, 1.0, MOST_SUPPLY, |factor| rising(&|shares| shares.consumption_share, factor))
                .map(|found| (found, 1.0))
        }
        "self-use-share" => {
            smallest(threshold, 0.1, 0.999, |cut| rising(&|shares| shares.self_use_share, 1.0 - cut))
                .map(|found| (found, -1.0))
        }
        "export-share" => smallest(-threshold, 0.1, 0.999, |cut| {
            rising(&|shares| shares.export_share.map(|share| -share), 1.0 - cut)
        })
        .map(|found| (found, -1.0)),
        _ => None,
    };
    let Some((found, sign)) = found else { return };
    let new_mw = |x: f64| if sign > 0.0 { x } else { 1.0 - x } * installed / 1000.0;
    rule.change = Some(match found {
        Found::At(x) => {
            let (mw, now) = (new_mw(x), installed / 1000.0);
            Change {
                amount: mw - now,
                unit: "MW",
                text: Text::new(
                    format!("simulated: {mw:.1} MW on the direct line instead of {now:.1} MW"),
                    format!("经逐时模拟：直连装机由 {now:.1} MW 调整为 {mw:.1} MW"),
                ),
            }
        }
        Found::Never { .. } => Change {
            amount: 0.0,
            unit: "MW",
            text: Text::new(
                "no size of the direct line alone passes: it needs storage, more load, or a limit on exports",
                "仅调整直连装机无法达标：须配置储能、增加负荷或限制上网功率",
            ),
        },
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A share that saturates, 0.8 (1 − e^−x): 0.5 is reached at ln(8/3) = 0.98083; 0.9 never.
    #[test]
    fn the_search_ends_just_above_the_threshold() {
        let of = |x: f64| Some(0.8 * (1.0 - (-x).exp()));
        for start in [0.01, 0.9, 30.0] {
            let Some(Found::At(x)) = smallest(0.5, start, 40.0, of) else { panic!("is found") };
            assert!((0.98083..0.98083 + 2e-3).contains(&x), "{x}");
        }
        let Some(Found::Never { at, reached }) = smallest(0.9, 0.5, 40.0, of) else { panic!("is not") };
        assert!(at == 40.0 && (reached - 0.8).abs() < 1e-9);
    }
}
