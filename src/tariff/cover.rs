//! Who claims which minute: the proof that bands cover the year exactly once.

use super::check::MOST_DEMAND_CHARGES;
use super::hours::{DAY_MINUTES, clock};
use super::model::Tariff;
use super::rule::{DayFacts, Rule};
use crate::problem::Problem;
use crate::time::{Axis, Calendar, DayKind};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What holds in each minute of a kind of day.
#[derive(Debug, Default)]
pub(super) struct DayMap {
    /// Band of the minute; the number of bands stands for the remainder outside all bands.
    pub band: Vec<u8>,
    /// Demand windows of the minute, a bit each; bit 0 is the flat window and always set.
    pub windows: Vec<u16>,
}

/// A minute that is not in exactly one band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Clash {
    Uncovered,
    Twice(usize, usize),
}

/// The map of each wall-clock day of the year; days on which the same rules hold share one.
///
/// # Errors
/// One problem for each kind of clash, naming bands, hours, kind of day and the first date.
pub(super) fn day_maps(
    tariff: &Tariff,
    days: &[DayFacts],
    axis: &Axis,
) -> Result<Vec<Rc<DayMap>>, Vec<Problem>> {
    let mut seen: BTreeMap<Vec<bool>, Rc<DayMap>> = BTreeMap::new();
    let mut clashes: BTreeMap<Clash, (usize, Vec<usize>)> = BTreeMap::new();
    let mut maps = Vec::with_capacity(days.len());
    for (day, facts) in days.iter().enumerate() {
        let applies: Vec<bool> = all_rules(tariff).map(|rule| rule.applies(facts)).collect();
        let map = seen.entry(applies).or_insert_with(|| {
            let (map, found) = day_map(tariff, facts);
            for (clash, minutes) in found {
                clashes.entry(clash).or_insert((day, minutes));
            }
            Rc::new(map)
        });
        maps.push(Rc::clone(map));
    }
    if clashes.is_empty() {
        return Ok(maps);
    }
    let problem = |(clash, (day, minutes)): (Clash, (usize, Vec<usize>))| {
        describe(tariff, clash, &days[day], &minutes, &date(axis, day))
    };
    Err(clashes.into_iter().map(problem).collect())
}

/// Rules of bands, then of demand charges.
fn all_rules(tariff: &Tariff) -> impl Iterator<Item = &Rule> {
    let bands = tariff.bands.iter().flat_map(|band| &band.rules);
    bands.chain(tariff.demand.iter().flat_map(|charge| &charge.rules))
}

fn day_map(tariff: &Tariff, facts: &DayFacts) -> (DayMap, BTreeMap<Clash, Vec<usize>>) {
    let remainder = tariff.bands.len();
    let has_remainder = remainder == 0 || tariff.import_price_per_kwh.is_some();
    let mut clashes: BTreeMap<Clash, Vec<usize>> = BTreeMap::new();
    let mut map = DayMap::default();
    for minute in 0..DAY_MINUTES {
        let holds = |rule: &&Rule| rule.applies(facts) && rule.covers(minute);
        let claims = tariff.bands.iter().enumerate().filter_map(|(b, band)| {
            band.rules
                .iter()
                .filter(holds)
                .map(|rule| rule.precedence)
                .max()
                .map(|precedence| (precedence, b))
        });
        let (mut winner, mut rival) = (None, None);
        for claim in claims {
            match winner {
                Some((precedence, _)) if claim.0 < precedence => {}
                Some((precedence, _)) if claim.0 == precedence => rival = Some(claim.1),
                _ => (winner, rival) = (Some(claim), None),
            }
        }
        let clash = match (winner, rival) {
            (Some((_, first)), Some(second)) => Some(Clash::Twice(first, second)),
            (None, _) if !has_remainder => Some(Clash::Uncovered),
            _ => None,
        };
        if let Some(clash) = clash {
            clashes.entry(clash).or_default().push(minute);
        }
        map.band.push(winner.map_or(remainder, |(_, band)| band) as u8);
        let windows =
            tariff.demand.iter().take(MOST_DEMAND_CHARGES).enumerate().filter(|(_, charge)| {
                charge.rules.is_empty() || charge.rules.iter().any(|rule| holds(&rule))
            });
        map.windows.push(windows.fold(1, |mask, (w, _)| mask | 1 << (w + 1)));
    }
    (map, clashes)
}

fn describe(tariff: &Tariff, clash: Clash, facts: &DayFacts, minutes: &[usize], date: &str) -> Problem {
    let kind = match facts.kind {
        DayKind::Workday => "workday",
        DayKind::Weekend => "weekend",
        DayKind::Holiday => "holiday",
        DayKind::MakeUpWorkday => "make-up workday",
    };
    let hours = ranges(minutes);
    match clash {
        Clash::Uncovered => {
            Problem::error("uncovered-hours", format!("no band covers {hours} on {date} (a {kind})"))
                .hint(
                    "add these hours, months or days to a band, or give `import_price_per_kwh` for the rest",
                )
                .at_key("band")
        }
        Clash::Twice(first, second) => {
            let (first, second) = (&tariff.bands[first].name, &tariff.bands[second].name);
            Problem::error(
                "overlapping-bands",
                format!("bands `{first}` and `{second}` both claim {hours} on {date} (a {kind})"),
            )
            .hint("give the one that wins a higher `precedence`, such as 1, or shorten the other")
            .at_key(format!("band.{second}.hours"))
        }
    }
}

/// Minutes in ascending order as ranges of hours.
fn ranges(minutes: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for &minute in minutes {
        match runs.last_mut() {
            Some((_, end)) if *end == minute => *end += 1,
            _ => runs.push((minute, minute + 1)),
        }
    }
    let text = |(start, end): &(usize, usize)| format!("{}-{}", clock(*start), clock(*end));
    runs.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn date(axis: &Axis, day: usize) -> String {
    let (month, day) = axis.month_and_day(day);
    format!("{:04}-{:02}-{:02}", axis.year, month + 1, day + 1)
}

/// What rules ask of each wall-clock day; `temperature_c` has one value per step.
pub(super) fn day_facts(axis: &Axis, calendar: &Calendar, temperature_c: Option<&[f64]>) -> Vec<DayFacts> {
    let holiday_days = holiday_lengths(axis, calendar);
    let mut max_c = vec![None; axis.days()];
    if let Some(temperature_c) = temperature_c {
        for (step, &c) in temperature_c.iter().enumerate().take(axis.steps()) {
            let highest: &mut Option<f64> = &mut max_c[calendar.wall_clock(step).0];
            *highest = Some(highest.map_or(c, |max_c| max_c.max(c)));
        }
    }
    (0..axis.days())
        .map(|day| DayFacts {
            month: axis.month_and_day(day).0,
            kind: calendar.day_kind(day),
            holiday_days: holiday_days[day],
            max_c: max_c[day],
        })
        .collect()
}

/// Length of the holiday each day belongs to; 0 on other days. A holiday that runs over the turn
/// of the year counts only its days in the year.
fn holiday_lengths(axis: &Axis, calendar: &Calendar) -> Vec<u32> {
    let mut lengths = vec![0; axis.days()];
    let mut start = 0;
    for day in 0..=axis.days() {
        if day == axis.days() || calendar.day_kind(day) != DayKind::Holiday {
            lengths[start..day].fill((day - start) as u32);
            start = day + 1;
        }
    }
    lengths
}
