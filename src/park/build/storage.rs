//! Storage units: chemistry from the catalogue, the scenario's overrides on top.

use super::Context;
use crate::park::project::{Fact, Service, Storage};
use crate::problem::Problem;
use crate::scenario::Table;
use crate::storage::{self, Health, LossModel, Terminal, chemistry, chemistry_names, thermal};

/// The storages of a park; what is wrong is left out and reported.
pub fn storages(context: &Context<'_>, park: &Table, problems: &mut Vec<Problem>) -> Vec<Storage> {
    let mut units = Vec::new();
    for table in park.tables("storage") {
        match parameters(table) {
            Ok(device) => {
                let found: Vec<Problem> =
                    device.check().into_iter().map(|problem| table.adopt(problem)).collect();
                let sound = !found.iter().any(Problem::is_error);
                problems.extend(found);
                if sound {
                    let unit = unit(context, table, device);
                    problems.extend(derated(table, &unit, context.axis.step_h()));
                    tell_draw(context, table, &unit);
                    units.push(unit);
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    units
}

/// Says what converter, auxiliaries and conditioning draw in the year.
fn tell_draw(context: &Context<'_>, table: &Table, unit: &Storage) {
    let Some((standby_kw, conditioning_kw)) = unit.draw_kw() else { return };
    let hours = context.axis.steps() as f64 * context.axis.step_h();
    let text = format!(
        "standby and auxiliaries draw {:.0} kWh a year, cooling and heating {:.0} kWh",
        standby_kw * hours,
        conditioning_kw * hours
    );
    context.understood(Fact { key: table.key_path("losses"), text });
}

/// A warning where the cells' temperature takes power away.
fn derated(table: &Table, unit: &Storage, step_h: f64) -> Option<Problem> {
    let derating = unit.derating.as_ref()?;
    let hours = derating.iter().filter(|&&factor| factor < 1.0).count() as f64 * step_h;
    let least = derating.iter().copied().fold(1.0, f64::min);
    let chemistry = unit.device.chemistry;
    (hours > 0.0).then(|| {
        let (low, high) = (chemistry.temperature_min_c.value, chemistry.temperature_max_c.value);
        let (source, left) = (&chemistry.temperature_min_c.source, 100.0 * least);
        let message = (
            format!(
                "the cells are near the end of their working range of {low} to {high} °C ({source}) in {hours} h of the year, and power falls to {left:.0} %"
            ),
            format!(
                "全年有 {hours} h 电芯接近工作温度范围 {low} 至 {high} °C 的边界（{source}），功率降至 {left:.0} %"
            ),
        );
        table.warning("conditioning", "beyond-working-range", message)
    })
}

fn parameters(table: &Table) -> Result<storage::Storage, Problem> {
    let name = table.required_text("chemistry");
    let Some(chemistry) = chemistry(name) else {
        let known: Vec<&str> = chemistry_names().collect();
        return Err(table
            .error(
                "chemistry",
                "unknown-chemistry",
                format!("\"{name}\" is not a chemistry of the catalogue"),
            )
            .hint(format!("known: {}", known.join(", "))));
    };
    let mut device = storage::Storage::new(
        chemistry,
        table.required_number("power_kw"),
        table.required_number("energy_kwh"),
    );
    let overrides = [
        ("charge_efficiency", &mut device.charge_efficiency),
        ("discharge_efficiency", &mut device.discharge_efficiency),
        ("soc_min", &mut device.soc_min),
        ("soc_max", &mut device.soc_max),
        ("self_discharge_per_day", &mut device.self_discharge_per_day),
        ("capex_per_kw", &mut device.costs.capex_per_kw),
        ("capex_per_kwh", &mut device.costs.capex_per_kwh),
        ("opex_per_kw_year", &mut device.costs.opex_per_kw_year),
        ("opex_per_kwh_year", &mut device.costs.opex_per_kwh_year),
        ("life_years", &mut device.costs.life_years),
        ("replacement_capex_fraction", &mut device.costs.replacement_capex_fraction),
    ];
    for (key, value) in overrides {
        if let Some(given) = table.number(key) {
            *value = given;
        }
    }
    device.soc_initial = table.number("soc_initial");
    device.terminal = match table.required_text("terminal") {
        "at-least-initial" => Terminal::AtLeastInitial,
        "free" => Terminal::Free,
        _ => Terminal::EqualInitial,
    };
    if table.text("losses") == Some("detailed") {
        device.losses = LossModel::Detailed;
    }
    device.ages = table.text("ageing") != Some("none");
    device.conditioned = table.text("conditioning") != Some("none");
    device.health = Health {
        capacity: table.required_number("state_of_health"),
        resistance: table.required_number("relative_resistance"),
    };
    Ok(device)
}

fn unit(context: &Context<'_>, table: &Table, device: storage::Storage) -> Storage {
    let mut unit = Storage::new(table.name().to_owned(), device, table.flag("existing"));
    unit.service = Service::of(table);
    unit.augment_below = table.number("augment_below");
    if !table.given("capex_per_kwh") {
        unit.catalogue_capex_per_kwh = Some(unit.device.costs.capex_per_kwh);
        unit.settle();
    }
    if let (LossModel::Detailed, Some(weather)) = (unit.device.losses, &context.weather)
        && unit.device.energy_kwh > 0.0
    {
        let prepared = thermal::prepare(&unit.device, &weather.temperature_c, context.axis.step_h());
        unit.parameters.standby_kw += prepared.conditioning_kw;
        unit.derating = Some(prepared.derating.into());
    }
    unit
}
