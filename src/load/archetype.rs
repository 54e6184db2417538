//! Load shapes of industries, scaled to an annual energy.
//!
//! The shapes are data (`scenarios/catalogue/archetypes.toml`). A shape is a continuous curve of
//! the wall-clock minute, so that 5-minute and hourly runs see the same load.

use crate::catalogue::Grade;
use crate::problem::Problem;
use crate::time::{Calendar, DayKind};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Archetype {
    #[allow(dead_code, reason = "shown by the catalogue's readers")]
    title: BTreeMap<String, String>,
    #[allow(dead_code, reason = "evidence that travels with the data")]
    grade: Grade,
    #[allow(dead_code, reason = "evidence that travels with the data")]
    source: String,
    workday: [f64; 24],
    rest: [f64; 24],
    month: [f64; 12],
    new_year: f64,
    national_day: f64,
}

fn catalogue() -> &'static BTreeMap<String, Archetype> {
    static CATALOGUE: OnceLock<BTreeMap<String, Archetype>> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        crate::catalogue::parse("archetypes", include_str!("../../scenarios/catalogue/archetypes.toml"))
    })
}

/// Names of all archetypes.
pub fn names() -> impl Iterator<Item = &'static str> {
    catalogue().keys().map(String::as_str)
}

/// The value of a daily shape at a minute: straight lines between the middles of its hours.
fn at_minute(shape: &[f64; 24], minute: f64) -> f64 {
    let hour = (minute / 60.0 - 0.5).rem_euclid(24.0);
    let (before, part) = (hour.floor() as usize % 24, hour.fract());
    shape[before] + (shape[(before + 1) % 24] - shape[before]) * part
}

/// Days of the Spring Festival and of the National Day lie in January or February and in October.
fn holiday_factor(archetype: &Archetype, kind: DayKind, month: usize, day_of_month: usize) -> f64 {
    match (kind, month) {
        // 1 to 3 January is New Year's Day, not the Spring Festival.
        (DayKind::Holiday, 0) if day_of_month < 3 => 1.0,
        (DayKind::Holiday, 0 | 1) => archetype.new_year,
        (DayKind::Holiday, 9) => archetype.national_day,
        _ => 1.0,
    }
}

/// The load of an archetype over the year, kW, shape `[steps]`; its energy is `annual_kwh`.
///
/// A step's value is the mean of the curve at its quarter points. Holidays count as days off
/// with the archetype's own dips at the Spring Festival and the National Day.
///
/// # Errors
/// A problem without place if there is no such archetype.
pub fn archetype_kw(name: &str, annual_kwh: f64, calendar: &Calendar) -> Result<Vec<f64>, Problem> {
    let Some(archetype) = catalogue().get(name) else {
        let known: Vec<&str> = names().collect();
        return Err(Problem::error(
            "unknown-archetype",
            format!("\"{name}\" is not an archetype of the catalogue"),
        )
        .hint(format!("known: {}", known.join(", "))));
    };
    let axis = calendar.axis;
    let step_minutes = f64::from(axis.step_minutes);
    // Four points per quarter-hour of the step: the mean of straight lines, nearly exact.
    let points = (axis.step_minutes / 15).max(1) * 4;
    let mean = |shape: &[f64; 24], minute: usize| {
        let point = |i| minute as f64 + (f64::from(i) + 0.5) / f64::from(points) * step_minutes;
        (0..points).map(|i| at_minute(shape, point(i))).sum::<f64>() / f64::from(points)
    };
    // Of a day of rest and of work, by the minute at which the step begins; found when first met.
    let mut means = [vec![f64::NAN; 1440], vec![f64::NAN; 1440]];
    let mut load: Vec<f64> = (0..axis.steps())
        .map(|step| {
            let (day, minute) = calendar.wall_clock(step);
            let kind = calendar.day_kind(day);
            let (month, day_of_month) = axis.month_and_day(day);
            let shape = if kind.is_worked() { &archetype.workday } else { &archetype.rest };
            let known = &mut means[usize::from(kind.is_worked())][minute];
            if known.is_nan() {
                *known = mean(shape, minute);
            }
            *known * archetype.month[month] * holiday_factor(archetype, kind, month, day_of_month)
        })
        .collect();
    let energy = load.iter().sum::<f64>() * axis.step_h();
    load.iter_mut().for_each(|value| *value *= annual_kwh / energy);
    Ok(load)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Axis, Zone};

    fn calendar(step_minutes: u32) -> Calendar {
        let axis = Axis { year: 2025, step_minutes, utc_offset_minutes: 480 };
        Calendar::new(axis, &Zone::parse("Asia/Shanghai").expect("is known"), true).0
    }

    #[test]
    fn every_archetype_has_the_energy_that_was_asked_for() {
        for name in names() {
            let load = archetype_kw(name, 1.0e6, &calendar(60)).expect("is known");
            assert!((load.iter().sum::<f64>() - 1.0e6).abs() < 1e-3, "{name}");
            assert!(load.iter().all(|value| *value > 0.0));
        }
    }

    /// Load factors of the plants as commonly quoted: cells about 0.85, copper about 0.92, cars about 0.47.
    #[test]
    fn load_factors_are_near_those_quoted() {
        for (name, low, high) in [
            ("battery-cell-plant", 0.82, 0.92),
            ("copper-smelter", 0.92, 0.99),
            ("vehicle-plant", 0.45, 0.62),
        ] {
            let load = archetype_kw(name, 8.76e6, &calendar(60)).expect("is known");
            let factor = 1000.0 / load.iter().copied().fold(0.0, f64::max);
            assert!((low..high).contains(&factor), "{name}: {factor}");
        }
    }

    #[test]
    fn quarter_hours_average_to_the_hour() {
        let hourly = archetype_kw("port", 1.0e6, &calendar(60)).expect("is known");
        let fine = archetype_kw("port", 1.0e6, &calendar(15)).expect("is known");
        for (hour, quarters) in hourly.iter().zip(fine.chunks(4)) {
            assert!((hour - quarters.iter().sum::<f64>() / 4.0).abs() < 1e-9 * hour);
        }
    }

    #[test]
    fn the_car_plant_rests_at_the_spring_festival() {
        let load = archetype_kw("vehicle-plant", 1.0e6, &calendar(60)).expect("is known");
        // 29 January 2025, a Wednesday, is a holiday; 15 January, a Wednesday, is worked.
        assert!(load[28 * 24 + 10] < 0.4 * load[14 * 24 + 10]);
    }

    #[test]
    fn an_unknown_archetype_lists_the_known() {
        let problem = archetype_kw("foundry", 1.0, &calendar(60)).expect_err("is unknown");
        assert!(problem.hint.is_some_and(|hint| hint.contains("battery-cell-plant")));
    }
}
