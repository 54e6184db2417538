//! PV arrays and wind turbines: parameters from the scenario, profiles per kW.

use super::{Context, wind};
use std::collections::BTreeMap;

use crate::economics::device_costs;
use crate::park::project::{Costs, Generator, GeneratorKind, Series, Service};
use crate::problem::Problem;
use crate::scenario::{Table, nearest};
use crate::series::text::decode_lenient;
use crate::solar::{
    self, Bifacial, CellTemperature, Horizon, Incidence, Plane, PvArray, Rows, SkyModel, Tracker,
};

/// The generators of a park; what is wrong is left out and reported.
pub fn generators(context: &Context<'_>, park: &Table, problems: &mut Vec<Problem>) -> Vec<Generator> {
    let mut generators = Vec::new();
    for table in park.tables("pv") {
        match pv(context, table, problems) {
            Ok(generator) => generators.push(generator),
            Err(found) => problems.extend(found),
        }
    }
    for table in park.tables("wind") {
        match wind::turbines(context, table, problems) {
            Ok(generator) => generators.push(generator),
            Err(found) => problems.extend(found),
        }
    }
    generators
}

fn pv(context: &Context<'_>, table: &Table, warnings: &mut Vec<Problem>) -> Result<Generator, Vec<Problem>> {
    if table.given("series") {
        let (capacity_kw, per_kw) = measured(context, table, table.number("capacity_kw"), warnings)?;
        return Ok(generator(table, GeneratorKind::Pv, capacity_kw, per_kw));
    }
    without_use(table)?;
    let array = array(context, table)?;
    let problems: Vec<Problem> = array.check().into_iter().map(|problem| table.adopt(problem)).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    warnings.extend(faces_away(context, table, &array));
    let (sky, place) = context.sky(table)?;
    let kept = 1.0 - table.required_number("line_loss");
    let made = context.shared_with(format!("pv {place} {kept} {array:?}"), || {
        let (power, beyond) = sky.ac_per_kw(&array);
        (power.iter().map(|power| power * kept).collect(), beyond)
    });
    warnings.extend(made.beyond.map(|problem| table.adopt(problem)));
    let per_kw = made.series;
    let capacity_kw = table.required_number("capacity_kw");
    Ok(generator(table, GeneratorKind::Pv, capacity_kw, per_kw))
}

/// Keys that say something about a part which is not there.
fn without_use(table: &Table) -> Result<(), Vec<Problem>> {
    let unused = [
        ("incidence_b", "incidence = \"ashrae\"", table.text("incidence") == Some("ashrae")),
        ("rear_loss", "bifaciality", table.given("bifaciality")),
    ];
    let problems = unused.into_iter().filter(|(key, _, used)| table.given(key) && !used);
    let problems: Vec<Problem> = problems
        .map(|(key, with, _)| {
            let message = format!("`{key}` has no effect without `{with}`");
            table.error(key, "missing-key", message).hint(format!("add `{with}`, or leave `{key}` out"))
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// A warning of a single steep plane that turns its back to the sun, as copied azimuths do.
fn faces_away(context: &Context<'_>, table: &Table, array: &PvArray) -> Option<Problem> {
    let [Plane { tilt_deg, azimuth_deg, tracker: None, .. }] = array.planes[..] else { return None };
    let latitude_deg = context.observer.latitude_deg;
    let equatorward = -azimuth_deg.to_radians().cos() * latitude_deg.signum();
    (equatorward < -0.7 && tilt_deg >= 15.0 && latitude_deg.abs() > 20.0).then(|| {
        let (en, zh) =
            if latitude_deg < 0.0 { ("0 (north)", "0（北）") } else { ("180 (south)", "180（南）") };
        let message = (
            format!("the plane faces away from the sun: azimuth {azimuth_deg} at latitude {latitude_deg}"),
            format!("光伏组件背向太阳：纬度 {latitude_deg}，方位角 {azimuth_deg}"),
        );
        table.warning("azimuth_deg", "faces-away", message).hint((
            format!("the sun stands towards azimuth {en}; keep it if it is meant"),
            format!("太阳位于方位角 {zh} 一侧；确属有意则保留"),
        ))
    })
}

/// A generator from its table and its profile.
pub fn generator(table: &Table, kind: GeneratorKind, capacity_kw: f64, per_kw: Series) -> Generator {
    let known = match kind {
        GeneratorKind::Pv => &device_costs().pv,
        GeneratorKind::Wind => &device_costs().wind,
    };
    let defaults = Costs {
        capex: known.capex_per_kw_at(capacity_kw),
        opex_per_year: known.opex_per_kw_year.value,
        life_years: known.life_years.value,
        replacement_fraction: known.replacement_capex_fraction.value,
    };
    Generator {
        name: table.name().to_owned(),
        title: super::title(table, "title", table.name()),
        kind,
        capacity_kw,
        per_kw,
        direct_line: table.text("connection") == Some("direct-line"),
        wheeling_per_kwh: table.required_number("wheeling_per_kwh"),
        certificates_kept: table.flag("certificates_kept"),
        existing: table.flag("existing"),
        degradation_per_year: match kind {
            GeneratorKind::Pv => table.required_number("degradation_per_year"),
            GeneratorKind::Wind => 0.0,
        },
        age_years: match kind {
            GeneratorKind::Pv => table.required_number("age_years"),
            GeneratorKind::Wind => 0.0,
        },
        service: Service::of(table),
        catalogue_capex: !table.given("capex_per_kw"),
        costs: costs(table, capacity_kw, defaults),
    }
}

/// Capacity and profile per kW of a measured plant, after its line: the series is in kW of the
/// plant, or in kW per kW with `per_kw`; without a capacity the series' peak is it.
///
/// # Errors
/// Problems of the file, or a capacity that is missing.
pub fn measured(
    context: &Context<'_>,
    table: &Table,
    capacity_kw: Option<f64>,
    warnings: &mut Vec<Problem>,
) -> Result<(f64, Series), Vec<Problem>> {
    let series = super::series::series(context, table, Some(0.0), warnings)?;
    let kept = 1.0 - table.required_number("line_loss");
    let peak = series.iter().copied().fold(0.0, f64::max);
    if table.flag("per_kw") {
        if peak > 1.5 {
            let message = (
                format!("with `per_kw` the series reaches {peak} kW per kW"),
                format!("按 `per_kw` 读取时，序列最大值达每 kW {peak} kW"),
            );
            let hint = ("is the column in kW? Drop per_kw", "若该列单位为 kW，请去掉 per_kw");
            warnings.push(table.warning("per_kw", "series-per-kw", message).hint(hint));
        }
        return match capacity_kw {
            Some(capacity_kw) => Ok((capacity_kw, series.iter().map(|power| power * kept).collect())),
            None => Err(vec![
                table
                    .error("per_kw", "missing-key", "`capacity_kw` is missing: the series is per kW of it")
                    .hint("add `capacity_kw = …`"),
            ]),
        };
    }
    let capacity_kw = capacity_kw.unwrap_or(peak);
    if peak > 1.2 * capacity_kw {
        let message = (
            format!("the series reaches {peak:.1} kW, more than the plant of {capacity_kw} kW can give"),
            format!("序列最大值达 {peak:.1} kW，超过 {capacity_kw} kW 装机所能发出的功率"),
        );
        let hint = ("check `unit` and `capacity_kw`", "请检查 `unit` 与 `capacity_kw`");
        warnings.push(table.warning("series", "series-above-capacity", message).hint(hint));
    }
    let per_kw = |power: &f64| if capacity_kw > 0.0 { power / capacity_kw * kept } else { 0.0 };
    Ok((capacity_kw, series.iter().map(per_kw).collect()))
}

/// Parameters of an array from its table.
fn array(context: &Context<'_>, table: &Table) -> Result<PvArray, Vec<Problem>> {
    let number = |key: &str| table.required_number(key);
    let azimuth_deg = |table: &Table| match context.observer.latitude_deg < 0.0 && !table.given("azimuth_deg")
    {
        true => 0.0, // an azimuth that nobody gave faces the equator
        false => table.required_number("azimuth_deg"),
    };
    let plane = |table: &Table, share: f64| Plane {
        share,
        ..Plane::fixed(table.required_number("tilt_deg"), azimuth_deg(table))
    };
    let tracker = (table.text("mount") == Some("tracker")).then(|| Tracker {
        axis_azimuth_deg: number("axis_azimuth_deg"),
        max_angle_deg: number("max_angle_deg"),
        ground_cover: table.number("ground_cover").unwrap_or(Tracker::NORTH_SOUTH.ground_cover),
        backtracking: table.flag("backtracking"),
    });
    let several: Vec<Plane> =
        table.tables("plane").iter().map(|part| plane(part, part.required_number("share"))).collect();
    let planes = match tracker {
        Some(tracker) => vec![Plane::tracked(tracker)],
        None if several.is_empty() => vec![plane(table, 1.0)],
        None => several,
    };
    let rows = table.number("ground_cover").filter(|_| tracker.is_none());
    let horizon = table.numbers("horizon_deg").filter(|elevations| !elevations.is_empty());
    let module = library(context, table, "module", solar::library::modules(), solar::library::read_modules)?;
    let inverter =
        library(context, table, "inverter", solar::library::inverters(), solar::library::read_inverters)?;
    Ok(PvArray {
        module,
        cec_inverter: inverter,
        clipping_inside_step: table.flag("clipping_inside_step"),
        planes,
        dc_ac_ratio: number("dc_ac_ratio"),
        inverter_efficiency: number("inverter_efficiency"),
        losses: number("losses"),
        soiling_by_month: table
            .numbers("soiling_by_month")
            .and_then(|values| values.try_into().ok())
            .unwrap_or([0.0; 12]),
        availability: number("availability"),
        degradation_per_year: number("degradation_per_year"),
        age_years: number("age_years"),
        temperature_coefficient_per_c: number("temperature_coefficient_per_c"),
        sky_model: match table.text("sky_model") {
            Some("isotropic") => SkyModel::Isotropic,
            Some("hay-davies") => SkyModel::HayDavies,
            _ => SkyModel::Perez,
        },
        incidence: match table.text("incidence") {
            Some("none") => Incidence::None,
            Some("ashrae") => Incidence::Ashrae(number("incidence_b")),
            _ => Incidence::Physical,
        },
        cell_temperature: match table.text("cell_temperature") {
            Some("sapm-open-rack") => CellTemperature::SAPM_OPEN_RACK,
            Some("sapm-close-roof") => CellTemperature::SAPM_CLOSE_MOUNT,
            Some("pvsyst-free") => CellTemperature::PVSYST_FREE,
            Some("pvsyst-insulated") => CellTemperature::PVSYST_INSULATED,
            _ => CellTemperature::default(),
        },
        rows: rows.map(|ground_cover| Rows { ground_cover }),
        horizon: horizon.map(Horizon::equal_steps),
        bifacial: table
            .number("bifaciality")
            .map(|bifaciality| Bifacial { bifaciality, rear_loss: number("rear_loss") }),
        ..PvArray::default()
    })
}

/// An entry that `<kind> = "name"` asks for, from `<kind>_library` or the shipped part.
fn library<T: Copy>(
    context: &Context<'_>,
    table: &Table,
    kind: &str,
    shipped: &BTreeMap<String, T>,
    read: impl Fn(&[u8]) -> Result<BTreeMap<String, T>, Vec<Problem>>,
) -> Result<Option<T>, Vec<Problem>> {
    let file_key = format!("{kind}_library");
    let Some(name) = table.text(kind) else {
        if table.given(&file_key) {
            let message = format!("the library is not used: no `{kind}` is named");
            return Err(vec![table.error(&file_key, "missing-key", message).hint(format!("{kind} = \"…\""))]);
        }
        return Ok(None);
    };
    let given = match table.text(&file_key) {
        Some(path) => {
            let files = &context.scenario.files;
            let place = |problem| vec![Problem { place: table.place(&file_key), ..problem }];
            let bytes = files.read(path).map_err(place)?;
            let shown = files.shown(path);
            let in_file = |problems: Vec<Problem>| -> Vec<Problem> {
                problems.into_iter().map(|problem| problem.in_file(&shown)).collect()
            };
            let text = decode_lenient(&bytes, &shown).map_err(|problem| vec![problem])?;
            Some(read(text.as_bytes()).map_err(in_file)?)
        }
        None => None,
    };
    let entries = given.as_ref().unwrap_or(shipped);
    match entries.get(name) {
        Some(entry) => Ok(Some(*entry)),
        None => {
            let problem =
                table.error(kind, "unknown-entry", format!("`{name}` is not in the {kind} library"));
            let near = nearest::nearest(name, entries.keys().map(String::as_str));
            Err(vec![match near {
                Some(near) => problem.hint(format!("did you mean `{near}`?")),
                None => problem.hint(format!("give the full library in `{file_key}`")),
            }])
        }
    }
}

/// Costs of a device from its table, with defaults per kW.
pub fn costs(table: &Table, capacity_kw: f64, defaults: Costs) -> Costs {
    let per_kw = |key: &str, otherwise: f64| table.number(key).unwrap_or(otherwise);
    let sunk = if table.flag("existing") { 0.0 } else { 1.0 };
    Costs {
        capex: per_kw("capex_per_kw", defaults.capex) * capacity_kw * sunk,
        opex_per_year: per_kw("opex_per_kw_year", defaults.opex_per_year) * capacity_kw,
        life_years: per_kw("life_years", defaults.life_years),
        replacement_fraction: per_kw("replacement_capex_fraction", defaults.replacement_fraction),
    }
}
