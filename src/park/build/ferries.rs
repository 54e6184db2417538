//! Ferries bound to a timetable: their stops at the charging terminal.

use super::Context;
use crate::charging::Fleet;
use crate::charging::ships::{Ferry, FerryYear, ferry_year, parse_timetable};
use crate::park::project::Fact;
use crate::problem::Problem;
use crate::scenario::Table;
use crate::scenario::nearest::nearest;

/// The year of the ferries that a table's timetable asks for.
///
/// # Errors
/// Problems of the file, of the terminal, the season, or a battery that does not hold a crossing
/// there and back.
pub fn plan(
    context: &Context<'_>,
    table: &Table,
    fleet: &Fleet,
    path: &str,
    warnings: &mut Vec<Problem>,
) -> Result<FerryYear, Vec<Problem>> {
    let key = table.key_path("timetable");
    let bytes = context
        .scenario
        .files
        .read(path)
        .map_err(|problem| vec![Problem { place: table.place("timetable"), ..problem }])?;
    let timetable = parse_timetable(&bytes, &context.scenario.files.shown(path))
        .map_err(|problem| vec![problem.at_key(key.clone())])?;
    warnings.extend(timetable.warnings.iter().cloned().map(|warning| warning.at_key(key.clone())));
    let Some(terminal) = table.text("terminal") else {
        let problem =
            table.error("timetable", "missing-key", "`terminal` is missing: where do ferries charge?");
        return Err(vec![problem.hint(format!("add `terminal = \"{}\"`", timetable.departures[0].from))]);
    };
    let mut known: Vec<&str> =
        timetable.departures.iter().flat_map(|one| [one.from.as_str(), one.to.as_str()]).collect();
    known.sort_unstable();
    known.dedup();
    if !known.contains(&terminal) {
        let message = format!("no departure of the timetable begins or ends at \"{terminal}\"");
        let problem = table.error("terminal", "unknown-terminal", message);
        return Err(vec![match nearest(terminal, known.iter().copied()) {
            Some(near) => problem.hint(format!("did you mean \"{near}\"?")),
            None => problem.hint(format!("terminals: {}", known.join(", "))),
        }]);
    }
    let Some(crossing_kwh) = table.number("crossing_kwh") else {
        let problem =
            table.error("timetable", "missing-key", "`crossing_kwh` is missing: the energy of a crossing");
        return Err(vec![problem.hint("add `crossing_kwh = …`")]);
    };
    let gun_kw = fleet.chargers.iter().map(|guns| guns.class.power_kw).fold(0.0, f64::max);
    let ferry = Ferry {
        battery_kwh: fleet.class.pack_kwh,
        crossing_min: table.required_number("crossing_min"),
        crossing_kwh,
        connection_min: table.required_number("connection_min"),
        power_kw: gun_kw.min(fleet.class.dc_kw),
    };
    if ferry.battery_kwh < 2.0 * crossing_kwh {
        let message = format!(
            "{crossing_kwh} kWh there and again back is more than the battery of {} kWh holds",
            ferry.battery_kwh
        );
        let problem = table.error("crossing_kwh", "battery-too-small", message);
        return Err(vec![problem.hint(format!("set battery_kwh to {} at least", 2.0 * crossing_kwh))]);
    }
    let season = season(context, table)?;
    let steps_per_day = context.axis.steps_per_day();
    let ahead_h =
        |day: usize| f64::from(context.calendar.wall_shift_minutes((2 * day + 1) * steps_per_day / 2)) / 60.0;
    let year = ferry_year(&timetable, terminal, &ferry, season, ahead_h);
    let text = format!(
        "{} ferries keep the timetable of {} departures a day, with {} crossings without passengers a year",
        year.ferries,
        timetable.departures.len(),
        year.empty_crossings
    );
    context.understood(Fact { key, text });
    if fleet.vehicles != year.ferries && table.given("vehicles") {
        let (needed, given) = (year.ferries, fleet.vehicles);
        let message = (
            format!("{needed} ferries are needed, {given} are given"),
            format!("需要 {needed} 艘渡轮，给定 {given} 艘"),
        );
        let hint = (
            format!("set vehicles = {needed}, or change batteries, chargers or timetable"),
            format!("设 vehicles = {needed}，或调整电池、充电设施或班次"),
        );
        warnings.push(table.warning("vehicles", "other-fleet-size", message).hint(hint));
    }
    Ok(year)
}

/// First day and number of days of the season; the whole year where none is given.
fn season(context: &Context<'_>, table: &Table) -> Result<(usize, usize), Vec<Problem>> {
    let Some(days) = table.texts("season") else { return Ok((0, context.axis.days())) };
    let wrong = |message: String| {
        let problem = table.error("season", "bad-season", message);
        vec![problem.hint("write [\"05-01\", \"09-30\"]: first and last day, in the order of the year")]
    };
    let [first, last] = days else { return Err(wrong(format!("{} days found, expected 2", days.len()))) };
    let day = |text: &str| context.scenario.day_of_year(text).map_err(|problem| wrong(problem.message));
    let (first, last) = (day(first)?, day(last)?);
    if last < first {
        return Err(wrong("the last day is before the first".to_owned()));
    }
    Ok((first, last + 1 - first))
}
