//! What was understood of a scenario: sizes, annual sums, sources, for `zeropark check`.

use super::project::{Fact, GeneratorKind, Park, Project};
use super::retrofit::Target;
use crate::report::theme::grouped;
use crate::time::DayKind;

/// Everything that was understood, in the order of the scenario.
pub fn facts(project: &Project) -> Vec<Fact> {
    let mut facts = Vec::new();
    let axis = &project.axis;
    let days = |kind| (0..axis.days()).filter(|day| project.calendar.day_kind(*day) == kind).count();
    let mut say = |key: &str, text: String| facts.push(Fact { key: key.to_owned(), text });
    say(
        "time",
        format!(
            "{} with {} steps of {} min{}; {} workdays, {} weekend days, {} public holidays, {} make-up workdays",
            axis.year,
            axis.steps(),
            axis.step_minutes,
            clock(project),
            days(DayKind::Workday),
            days(DayKind::Weekend),
            days(DayKind::Holiday),
            days(DayKind::MakeUpWorkday),
        ),
    );
    if !project.years.is_empty() {
        let years: Vec<String> = project.years.iter().map(|later| later.year.to_string()).collect();
        say("years.list", format!("{} and {} are simulated", axis.year, years.join(", ")));
    }
    facts.extend(project.facts.iter().cloned());
    for park in &project.parks {
        of_park(project, park, &mut facts);
    }
    facts
}

/// The site's clock: its standard time, and when the wall clock is ahead of it.
fn clock(project: &Project) -> String {
    let axis = &project.axis;
    let stamp = axis.stamp(0);
    let ahead = (0..axis.steps()).filter(|step| project.calendar.wall_shift_minutes(*step) != 0).count();
    let summer = match ahead / axis.steps_per_hour() {
        0 => String::new(),
        hours => format!(", summer time for {} h", grouped(hours as f64, 0)),
    };
    format!(" in UTC{}{summer}", &stamp[19..])
}

fn of_park(project: &Project, park: &Park, facts: &mut Vec<Fact>) {
    let step_h = project.axis.step_h();
    let path = |kind: &str, name: &str| format!("park.{}.{kind}.{name}", park.name);
    let mut say = |key: String, text: String| facts.push(Fact { key, text });
    let mwh = |values: &[f64]| grouped(values.iter().sum::<f64>() * step_h / 1e3, 0);
    let peak = |values: &[f64]| grouped(values.iter().copied().fold(0.0, f64::max), 0);
    for (name, load) in &park.loads {
        say(path("load", name), format!("{} MWh a year, at most {} kW", mwh(load), peak(load)));
    }
    for load in &park.shiftable {
        let energy_kwh: f64 = load.windows.iter().map(|window| window.energy_kwh).sum();
        let power_kw = load.windows.first().map_or(0.0, |window| window.power_max_kw);
        let text =
            format!("{} MWh a year, at most {} kW", grouped(energy_kwh / 1e3, 0), grouped(power_kw, 0));
        say(path("shiftable", &load.name), text);
    }
    for generator in &park.generators {
        let (kind, hours) = match generator.kind {
            GeneratorKind::Pv => ("pv", "kWh/kW"),
            GeneratorKind::Wind => ("wind", "full-load hours"),
        };
        let yield_h = generator.per_kw.iter().sum::<f64>() * step_h;
        say(
            path(kind, &generator.name),
            format!(
                "{} kW, {} {hours}, {} MWh a year available",
                grouped(generator.capacity_kw, 0),
                grouped(yield_h, 0),
                grouped(yield_h * generator.capacity_kw / 1e3, 0),
            ),
        );
    }
    for storage in &park.storages {
        let p = &storage.parameters;
        say(
            path("storage", &storage.name),
            format!(
                "{} kW, {} kWh ({} kWh usable), round-trip efficiency {} %",
                grouped(p.charge_limit_kw, 0),
                grouped(storage.energy_kwh, 0),
                grouped(p.max_kwh - p.min_kwh, 0),
                grouped(p.charge_efficiency * p.discharge_efficiency * 100.0, 1),
            ),
        );
    }
    for fleet in &park.fleets {
        let number = |value: Option<f64>| grouped(value.unwrap_or(0.0), 0);
        let sessions = match (fleet.sessions.sessions, fleet.sessions.lost_sessions) {
            (Some(sessions), lost) => format!("{} sessions, {} lost", grouped(sessions, 0), number(lost)),
            (None, _) => "measured power".to_owned(),
        };
        say(
            path("charging", &fleet.name),
            format!(
                "{sessions}, {} kWh delivered into vehicles, uncontrolled peak {} kW",
                number(fleet.sessions.delivered_kwh),
                peak(&fleet.uncontrolled_kw),
            ),
        );
    }
    for fleet in &park.fleets {
        let Some(limits) = &fleet.limits else { continue };
        let movable_kwh = limits.earliest_kwh.last().copied().unwrap_or(0.0);
        let mut text = format!("{} kWh a year at the bus can be moved", grouped(movable_kwh, 0));
        if fleet.sessions.v2g_kwh.is_some() {
            text += &format!(
                "; vehicles may feed back up to {} kW, round-trip efficiency {} %",
                peak(&limits.discharge_max_kw),
                grouped(100.0 * limits.discharge_efficiency, 1),
            );
        }
        say(format!("{}.strategy", path("charging", &fleet.name)), text);
    }
    for fleet in &park.fleets {
        for class in &fleet.year.classes {
            let percent = |share: f64| grouped(100.0 * share, 0);
            say(
                format!("{}.chargers.{}", path("charging", &fleet.name), class.class),
                format!(
                    "{} guns, {} sessions, mean wait {} min, plugged in {} % of gun-hours, simultaneity {}",
                    grouped(class.guns as f64, 0),
                    grouped(class.sessions as f64, 0),
                    grouped(class.mean_wait_min, 1),
                    percent(class.utilisation),
                    grouped(class.simultaneity, 2),
                ),
            );
        }
    }
    for retrofit in &park.retrofits {
        let of = match retrofit.target {
            Target::Load(index) => &park.loads[index].0,
            Target::Fuel(index) => &park.fuels[index].name,
        };
        let saved = grouped(100.0 * retrofit.saving_fraction, 1);
        say(path("retrofit", &retrofit.name), format!("saves {saved} % of {of}"));
    }
    if park.grid.billed {
        of_tariff(project, park, &mut say);
    }
    if let Some(carbon) = &park.grid.carbon_kg_per_kwh {
        let mean = carbon.iter().sum::<f64>() / carbon.len() as f64;
        say(format!("park.{}.grid.carbon", park.name), format!("mean {} kg/kWh", grouped(mean, 4)));
    }
}

/// Hours and prices of each band, the proof that they cover the year, and where the tariff comes from.
fn of_tariff(project: &Project, park: &Park, say: &mut impl FnMut(String, String)) {
    let tariff = &park.grid.tariff;
    let key = format!("park.{}.grid.tariff", park.name);
    let prices = tariff.import_price_ranges();
    let bands = tariff.band_names.iter().zip(&tariff.hours_per_band).zip(prices);
    let bands = bands.filter_map(|((band, hours), prices)| {
        let (low, high) = prices?;
        let (low, high) = (grouped(low, 4), grouped(high, 4));
        let price = if low == high { low } else { format!("{low} to {high}") };
        Some(format!("{band} {} h at {price}", grouped(*hours, 0)))
    });
    let bands: Vec<String> = bands.collect();
    say(
        key.clone(),
        format!(
            "{}: {}; mean price {} {} per kWh, surcharges included; each of the {} minutes of {} is in exactly one \
             band",
            tariff.tariff.name,
            bands.join(", "),
            grouped(tariff.mean_import_price_per_kwh, 4),
            project.currency,
            grouped(tariff.hours_per_band.iter().sum::<f64>() * 60.0, 0),
            project.axis.year,
        ),
    );
    let own = if park.grid.tariff_changed { ", changed by the scenario" } else { "" };
    let evidence = park.grid.tariff_base.as_deref().and_then(crate::tariff::entry).map_or_else(
        || "written out in the scenario".to_owned(),
        |entry| format!("{}; {}; weakest number: {}{own}", entry.document, entry.date, entry.grade),
    );
    say(format!("{key}.source"), evidence);
}
