//! Loads whose time of day is free.

use super::Context;
use crate::dispatch::lp::Session;
use crate::park::shiftable::Shiftable;
use crate::problem::Problem;
use crate::scenario::Table;

/// The shiftable loads of a park; what is wrong is left out and reported.
pub fn shiftables(context: &Context<'_>, park: &Table, problems: &mut Vec<Problem>) -> Vec<Shiftable> {
    let mut found = Vec::new();
    for table in park.tables("shiftable") {
        match shiftable(context, table) {
            Ok(load) => found.push(load),
            Err(problem) => problems.push(problem),
        }
    }
    found
}

fn shiftable(context: &Context<'_>, table: &Table) -> Result<Shiftable, Problem> {
    let number = |key: &str| table.number(key).unwrap_or(0.0);
    let (step_h, steps) = (context.axis.step_h(), context.axis.steps());
    let energy_kwh = number("daily_kwh") * context.ahead.grown(table.number("growth_per_year"));
    let power_kw = number("power_kw");
    let (from, until) = (number("from_hour"), table.number("until_hour").unwrap_or(24.0));
    let hours = if until > from { until - from } else { until + 24.0 - from };
    let whole = |hours: f64| (hours / step_h).round() as usize;
    let length = whole(hours).max(1);
    let most_kwh = power_kw * length as f64 * step_h;
    if energy_kwh > most_kwh * (1.0 + 1e-9) {
        let message = format!(
            "{energy_kwh} kWh a day do not fit into {hours} h at {power_kw} kW: that is {most_kwh} kWh"
        );
        return Err(table
            .error("daily_kwh", "window-too-short", message)
            .hint(format!("raise power_kw to {:.0}, or widen the window", energy_kwh / hours)));
    }
    let per_day = whole(24.0);
    let windows = (0..steps / per_day).map(|day| {
        let arrive = day * per_day + whole(from);
        let depart = (arrive + length).min(steps);
        // The year's last window ends with the year.
        let room_kwh = power_kw * depart.saturating_sub(arrive) as f64 * step_h;
        Session { arrive, depart, energy_kwh: energy_kwh.min(room_kwh), power_max_kw: power_kw }
    });
    let windows = windows.filter(|window| window.energy_kwh > 0.0).collect();
    Ok(Shiftable { name: table.name().to_owned(), windows, shifted: table.flag("shifted") })
}
