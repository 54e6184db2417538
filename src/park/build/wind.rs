//! Wind turbines: catalogue or curve file, place, profile per kW.

use super::Context;
use super::generation::{generator, measured};
use crate::park::project::{Fact, Generator, GeneratorKind};
use crate::problem::Problem;
use crate::scenario::{Table, nearest};
use crate::series::text::decode_lenient;
use crate::weather::Weather;
use crate::wind::{self, Air, Curve, CurveKind, DensityRule, FarmEfficiency, Shear, StormStop, Turbine};

/// The wind turbines of one table.
pub fn turbines(
    context: &Context<'_>,
    table: &Table,
    warnings: &mut Vec<Problem>,
) -> Result<Generator, Vec<Problem>> {
    if table.given("series") {
        let (capacity_kw, per_kw) = measured(context, table, table.number("capacity_kw"), warnings)?;
        return Ok(generator(table, GeneratorKind::Wind, capacity_kw, per_kw));
    }
    let (curve, hub_height_m) = curve(context, table)?;
    let shear = match table.number("roughness_m") {
        Some(roughness_m) => Shear::LogLaw { roughness_m },
        None => Shear::PowerLaw { exponent: table.required_number("shear_exponent") },
    };
    let storm = table.number("cut_out_m_s").map(|cut_out_m_s| StormStop {
        cut_out_m_s,
        restart_m_s: table.number("restart_m_s").unwrap_or(cut_out_m_s - 3.0),
    });
    let turbine = Turbine {
        shear,
        storm,
        density: match table.text("density") {
            Some("none") => DensityRule::None,
            Some("iec") => DensityRule::Iec,
            Some("linear") => DensityRule::Linear,
            _ => DensityRule::SiteCurve,
        },
        losses: table.required_number("losses"),
        efficiency: efficiency(context, table)?,
        mean_wind_speed_m_s: table.number("mean_wind_speed_m_s"),
        ..Turbine::new(curve, table.number("hub_height_m").unwrap_or(hub_height_m))
    };
    let (sky, place) = context.sky(table)?;
    let weather = &*sky.weather;
    let problems = turbine.check(weather.wind_height_m).into_iter().map(|problem| table.adopt(problem));
    let (problems, found): (Vec<Problem>, Vec<Problem>) = problems.partition(Problem::is_error);
    warnings.extend(found);
    if !problems.is_empty() {
        return Err(problems);
    }
    tell_rescaling(context, table, &turbine, weather);
    let rated_kw = turbine.curve.rated_kw();
    let capacity_kw =
        table.number("capacity_kw").unwrap_or_else(|| table.required_number("count") * rated_kw);
    let kept = 1.0 - table.required_number("line_loss");
    let per_kw = context.shared(format!("wind {place} {kept} {turbine:?}"), || {
        wind::power_kw(&turbine, &air(weather)).iter().map(|kw| kw / rated_kw * kept).collect()
    });
    Ok(generator(table, GeneratorKind::Wind, capacity_kw, per_kw))
}

/// Says by how much the wind at the hub is rescaled.
fn tell_rescaling(context: &Context<'_>, table: &Table, turbine: &Turbine, weather: &Weather) {
    let Some(wanted_m_s) = turbine.mean_wind_speed_m_s else { return };
    let as_found = Turbine { mean_wind_speed_m_s: None, ..turbine.clone() };
    let speed_m_s = wind::hub_speed_m_s(&as_found, &air(weather));
    let mean_m_s = speed_m_s.iter().sum::<f64>() / speed_m_s.len().max(1) as f64;
    if mean_m_s > 0.0 {
        let factor = wanted_m_s / mean_m_s;
        let text = format!(
            "wind at the hub rescaled by {factor:.4}, from a mean of {mean_m_s:.2} to {wanted_m_s} m/s"
        );
        context.understood(Fact { key: table.key_path("mean_wind_speed_m_s"), text });
    }
}

/// The weather's wind and air; its temperature is at 2 m and its pressure at the ground.
fn air(weather: &Weather) -> Air<'_> {
    Air {
        speed_m_s: &weather.wind_speed_m_s,
        speed_height_m: weather.wind_height_m,
        temperature_c: &weather.temperature_c,
        temperature_height_m: 2.0,
        pressure_pa: &weather.pressure_pa,
        pressure_height_m: 0.0,
    }
}

/// Power curve and usual hub height, from the catalogue or a file.
fn curve(context: &Context<'_>, table: &Table) -> Result<(Curve, f64), Vec<Problem>> {
    if let Some(path) = table.text("power_curve") {
        let (column, kind) = match table.number("rotor_diameter_m") {
            Some(rotor_diameter_m) => ("cp", CurveKind::Coefficient { rotor_diameter_m }),
            None => ("power_kw", CurveKind::PowerKw),
        };
        let curve = from_file(context, table, ("power_curve", path), column, |speeds, values| {
            Curve::new(speeds, values, kind)
        })?;
        return Ok((curve, 100.0));
    }
    if table.given("rotor_diameter_m") {
        let message = "`rotor_diameter_m` goes with the `cp` column of a `power_curve`";
        return Err(vec![
            table.error("rotor_diameter_m", "missing-key", message).hint("name a `power_curve`"),
        ]);
    }
    let Some(id) = table.text("turbine") else {
        let problem = table.error("", "missing-key", "`turbine` or `power_curve` is missing");
        return Err(vec![
            problem.hint("turbine = \"generic-5mw\", or a CSV with wind_speed_m_s and power_kw"),
        ]);
    };
    match wind::from_catalogue(id) {
        Some(entry) => Ok((entry.power_curve(), entry.hub_height_m.value)),
        None => {
            let known = || wind::catalogue().iter().map(|entry| entry.id.as_str());
            let message = format!("turbine `{id}` is not in the catalogue");
            let hint = match nearest::nearest(id, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known: {}", known().collect::<Vec<_>>().join(", ")),
            };
            Err(vec![table.error("turbine", "unknown-entry", message).hint(hint)])
        }
    }
}

/// The farm's efficiency over wind speed, from a file.
fn efficiency(context: &Context<'_>, table: &Table) -> Result<Option<FarmEfficiency>, Vec<Problem>> {
    let Some(path) = table.text("efficiency_curve") else { return Ok(None) };
    from_file(context, table, ("efficiency_curve", path), "efficiency", FarmEfficiency::new).map(Some)
}

/// A curve over wind speed from the file that a key names.
fn from_file<T>(
    context: &Context<'_>,
    table: &Table,
    (key, path): (&str, &str),
    column: &str,
    make: impl Fn(&[f64], &[f64]) -> Result<T, Vec<Problem>>,
) -> Result<T, Vec<Problem>> {
    let place = |problem| vec![Problem { place: table.place(key), ..problem }];
    let bytes = context.scenario.files.read(path).map_err(place)?;
    let shown = context.scenario.files.shown(path);
    let text = decode_lenient(&bytes, &shown).map_err(|problem| vec![problem])?;
    wind::read_curve(text.as_bytes(), column)
        .and_then(|(speeds, values)| make(&speeds, &values))
        .map_err(|problems| in_file(problems, &shown, &table.key_path(key)))
}

fn in_file(problems: Vec<Problem>, file: &str, key: &str) -> Vec<Problem> {
    problems.into_iter().map(|problem| problem.in_file(file).at_key(key)).collect()
}
