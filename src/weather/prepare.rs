//! A weather file on the axis of a run.

use super::closure::{Closure, INCONSISTENT_W_PER_M2, SAMPLE_MINUTES, Sun};
use super::fill::fill;
use super::quality::{Finding, FindingKind, Findings};
use super::refine::Mapping;
use super::warn::{distance_km, warn_of_assumed, warn_of_calendar, warn_of_distance, warn_of_findings};
use super::{Column, Format, WeatherFile};
use crate::problem::{Problem, Problems};
use crate::solar::position::standard_pressure_pa;
use crate::solar::{Decomposition, Observer};
use crate::time::Axis;

/// How missing values are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Repair {
    /// Not at all: missing values are errors.
    #[default]
    None,
    /// Linearly between the neighbours.
    Interpolate,
    /// Radiation by its clearness against a clear sky, the rest linearly.
    ClearSky,
}

/// The site that a run is for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Site {
    /// Latitude, deg north.
    pub latitude_deg: f64,
    /// Longitude, deg east.
    pub longitude_deg: f64,
    /// Elevation, m.
    pub elevation_m: f64,
}

/// What a scenario says about its weather.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Options {
    /// Shift of the radiation against its stamps, minutes; none: found.
    pub radiation_shift_minutes: Option<f64>,
    /// Rescales all radiation to this annual global sum, kWh/m².
    pub ghi_annual_kwh_per_m2: Option<f64>,
    /// Rescales the wind to this annual mean at the file's height, m/s.
    pub mean_wind_speed_m_s: Option<f64>,
    /// Height of the file's wind above ground, m; none: by its format.
    pub wind_height_m: Option<f64>,
    /// How missing values are filled.
    pub repair: Repair,
    /// How the global is split where the file has no beam.
    pub decomposition: Decomposition,
    /// Longest gap that is filled, h.
    pub max_gap_hours: f64,
    /// Ground reflectance; none: the file's mean, else 0.2 (usual for grass and urban ground).
    pub albedo: Option<f64>,
}

/// Weather on the axis: step means, shape `[steps]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Weather {
    /// Global horizontal irradiance, W/m².
    pub ghi_w_per_m2: Vec<f64>,
    /// Direct normal irradiance, W/m².
    pub dni_w_per_m2: Vec<f64>,
    /// Diffuse horizontal irradiance, W/m².
    pub dhi_w_per_m2: Vec<f64>,
    /// Air temperature, °C.
    pub temperature_c: Vec<f64>,
    /// Wind speed, m/s, at [`Self::wind_height_m`].
    pub wind_speed_m_s: Vec<f64>,
    /// Height of the wind, m.
    pub wind_height_m: f64,
    /// Air pressure, Pa.
    pub pressure_pa: Vec<f64>,
    /// Dew point, °C; the air temperature where the file has no humidity.
    pub dew_point_c: Vec<f64>,
    /// Ground reflectance, fraction of 1: the scenario's, else the file's mean, else 0.2.
    pub albedo: f64,
    /// Columns the file lacks and that were assumed (names of [`Column::name`]): a device that
    /// lives on one of them should refuse.
    pub assumed: Vec<&'static str>,
}

/// What was understood of a weather file, for `check` and the manifest.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Understood {
    /// File as the user named it.
    pub file: String,
    /// Its kind.
    pub format: Format,
    /// Name of its place.
    pub place: String,
    /// Minutes per row.
    pub interval_minutes: u32,
    /// Rows that hold an interval of the year.
    pub rows: usize,
    /// Distance from the site, km, where the file says where it is.
    pub distance_km: Option<f64>,
    /// Annual sum of global, direct normal and diffuse irradiance on the axis, kWh/m².
    pub annual_kwh_per_m2: [f64; 3],
    /// Mean temperature, °C.
    pub mean_temperature_c: f64,
    /// Mean wind speed, m/s, and its height, m.
    pub mean_wind_speed_m_s: f64,
    /// Height of the wind, m.
    pub wind_height_m: f64,
    /// What the closure of the radiation says, where all three columns are there.
    pub closure: Option<Closure>,
    /// Shift that was applied to the radiation, minutes.
    pub radiation_shift_minutes: f64,
    /// Factor on the radiation; 1 if not rescaled.
    pub radiation_factor: f64,
    /// Factor on the wind; 1 if not rescaled.
    pub wind_factor: f64,
    /// Defects of the data, counted.
    pub findings: Vec<Finding>,
    /// Values that were filled, per column.
    pub repaired: Vec<(String, usize)>,
    /// Warnings.
    #[serde(skip)]
    pub warnings: Vec<Problem>,
}

impl Understood {
    /// The facts as lines for a reader.
    pub fn lines(&self) -> Vec<String> {
        let [ghi, dni, dhi] = self.annual_kwh_per_m2;
        let mut lines = vec![format!(
            "{:?} file, {} min, {}: GHI {ghi:.0}, DNI {dni:.0}, DHI {dhi:.0} kWh/m² a year; {:.1} °C; wind {:.2} m/s at {} m",
            self.format,
            self.interval_minutes,
            self.place,
            self.mean_temperature_c,
            self.mean_wind_speed_m_s,
            self.wind_height_m
        )];
        if let Some(km) = self.distance_km {
            lines.push(format!("{km:.0} km from the site"));
        }
        if let Some(closure) = &self.closure {
            lines.push(format!(
                "radiation closes to {:.1} W/m² with a clock shift of {:+} min (unshifted {:.1}); applied {:+} min",
                closure.rms_w_per_m2,
                closure.best_shift_minutes,
                closure.nominal_rms_w_per_m2,
                self.radiation_shift_minutes
            ));
        }
        if self.radiation_factor != 1.0 {
            lines.push(format!("radiation rescaled by {:.4}", self.radiation_factor));
        }
        if self.wind_factor != 1.0 {
            lines.push(format!("wind rescaled by {:.4}", self.wind_factor));
        }
        for (column, count) in &self.repaired {
            lines.push(format!("{column}: {count} values filled"));
        }
        lines
    }
}

/// Maps a weather file onto the axis of a run.
///
/// # Errors
/// Missing values that the options do not let us repair.
pub fn prepare(
    file: &WeatherFile,
    axis: &Axis,
    site: &Site,
    options: &Options,
) -> Result<(Weather, Understood), Problems> {
    let offset = file.utc_offset_minutes.unwrap_or(axis.utc_offset_minutes);
    let (latitude, longitude) =
        file.latitude_deg.zip(file.longitude_deg).unwrap_or((site.latitude_deg, site.longitude_deg));
    let observer = Observer::new(latitude, longitude, file.elevation_m.unwrap_or(site.elevation_m));
    let sun = Sun::new(file, axis, &observer, offset);
    let mut warnings = Vec::new();
    let closure = Closure::find(file, &sun);
    let shift = radiation_shift(file, options, closure.as_ref(), &mut warnings);
    let cos = sun.interval_cos(file, shift);

    let mut findings = file.findings.clone();
    let mut columns: [Option<Vec<f64>>; 9] =
        Column::ALL.map(|column| file.column(column).map(<[f64]>::to_vec));
    if closure.as_ref().is_none_or(|closure| closure.consistent) {
        findings.extend(check_against_sun(file, &sun, shift, &mut columns[Column::Ghi as usize]));
    }
    against_the_clock(file, site, &findings)?;
    let repaired = repair(file, options, &cos, &mut columns, &findings)?;
    let mut assumed = complete_radiation(
        file,
        axis,
        (&observer, shift),
        &cos,
        options.decomposition,
        &mut columns,
        &mut warnings,
    );

    let still = Mapping::new(file, axis, offset, 0);
    let moved = Mapping::new(file, axis, offset, shift.round() as i64);
    let mut on_axis = Column::ALL.map(|column| {
        let mapping = if column.is_radiation() { &moved } else { &still };
        columns[column as usize].as_ref().map(|values| mapping.apply(column, values, &sun))
    });
    let steps = axis.steps();
    let mut take = |column: Column, stand_in: f64| {
        on_axis[column as usize].take().unwrap_or_else(|| {
            assumed.push(column.name());
            vec![stand_in; steps]
        })
    };
    let mut weather = Weather {
        ghi_w_per_m2: take(Column::Ghi, 0.0),
        dni_w_per_m2: take(Column::Dni, 0.0),
        dhi_w_per_m2: take(Column::Dhi, 0.0),
        temperature_c: take(Column::Temperature, 15.0),
        wind_speed_m_s: take(Column::Wind, 1.0),
        wind_height_m: options.wind_height_m.unwrap_or(file.wind_height_m),
        pressure_pa: take(Column::Pressure, standard_pressure_pa(site.elevation_m)),
        dew_point_c: Vec::new(),
        albedo: options.albedo.unwrap_or_else(|| file_albedo(&columns[Column::Albedo as usize])),
        assumed: Vec::new(),
    };
    weather.assumed = assumed;
    let humidity = on_axis[Column::Humidity as usize].take();
    weather.dew_point_c = match (on_axis[Column::DewPoint as usize].take(), humidity) {
        (Some(dew_point), _) => dew_point,
        (None, Some(humidity)) => dew_points(&humidity, &weather.temperature_c),
        (None, None) => {
            weather.assumed.push(Column::DewPoint.name());
            weather.temperature_c.clone()
        }
    };
    warn_of_assumed(file, &weather, &mut warnings);
    let (radiation_factor, wind_factor) = rescale(&mut weather, axis, options);
    warn_of_findings(file, &findings, &repaired, &mut warnings);
    warn_of_calendar(file, axis, &mut warnings);
    let distance_km = file.latitude_deg.zip(file.longitude_deg).map(|place| distance_km(place, site));
    warn_of_distance(file, distance_km, &mut warnings);
    let annual = |values: &[f64]| values.iter().sum::<f64>() * axis.step_h() / 1000.0;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let understood = Understood {
        file: file.file.clone(),
        format: file.format,
        place: file.place.clone(),
        interval_minutes: file.interval_minutes,
        rows: file.rows.iter().filter(|row| **row > 0).count(),
        distance_km,
        annual_kwh_per_m2: [&weather.ghi_w_per_m2, &weather.dni_w_per_m2, &weather.dhi_w_per_m2]
            .map(|values| annual(values)),
        mean_temperature_c: mean(&weather.temperature_c),
        mean_wind_speed_m_s: mean(&weather.wind_speed_m_s),
        wind_height_m: weather.wind_height_m,
        closure,
        radiation_shift_minutes: shift,
        radiation_factor,
        wind_factor,
        findings,
        repaired,
        warnings,
    };
    Ok((weather, understood))
}

/// The shift to apply, a multiple of five minutes, and what there is to say about it.
fn radiation_shift(
    file: &WeatherFile,
    options: &Options,
    closure: Option<&Closure>,
    warnings: &mut Vec<Problem>,
) -> f64 {
    let nominal = file.nominal_shift_minutes;
    if let Some(closure) = closure.filter(|closure| !closure.consistent) {
        let error = closure.rms_w_per_m2;
        let message = (
            format!(
                "GHI, DHI and DNI do not fit together at any clock shift: the error of GHI = DHI + DNI cos z is {error:.0} W/m² at best, sound files stay below {INCONSISTENT_W_PER_M2}"
            ),
            format!(
                "无论时标如何平移，GHI、DHI 与 DNI 都不相符：GHI = DHI + DNI cos z 的误差至少为 {error:.0} W/m²，正常文件低于 {INCONSISTENT_W_PER_M2}"
            ),
        );
        let hint = ("use another file for this place", "请换用该地的其他文件");
        let problem = Problem::warning("inconsistent-radiation", message).in_file(&file.file);
        warnings.push(problem.hint(hint));
    }
    let chosen = options
        .radiation_shift_minutes
        .unwrap_or_else(|| closure.map_or(nominal, |closure| closure.shift_minutes(nominal)));
    let shift = (chosen / 5.0).round() * 5.0;
    if let Some(closure) = closure.filter(|c| c.consistent && options.radiation_shift_minutes.is_none())
        && (shift - nominal).abs() > 5.0
    {
        let (there, unshifted) = (closure.rms_w_per_m2, closure.nominal_rms_w_per_m2);
        let message = (
            format!(
                "the radiation stands {shift:+} min from its stamps (closure error {there:.1} W/m² there, {unshifted:.1} unshifted); it is moved"
            ),
            format!(
                "辐射与其时标相差 {shift:+} 分钟（平移后闭合误差 {there:.1} W/m²，平移前 {unshifted:.1}），已平移"
            ),
        );
        let hint =
            ("site.radiation_shift_minutes sets the shift", "可用 site.radiation_shift_minutes 指定平移量");
        let problem = Problem::warning("radiation-clock", message).in_file(&file.file);
        warnings.push(problem.hint(hint));
    }
    shift
}

/// Marks global radiation above what can reach the ground, and counts radiation at night.
///
/// # Source
/// Long & Shi (2008), BSRN "physically possible" limit: `1.5 E0 cos(z)^1.2 + 100` W/m².
fn check_against_sun(file: &WeatherFile, sun: &Sun, shift: f64, ghi: &mut Option<Vec<f64>>) -> Vec<Finding> {
    let Some(ghi) = ghi else { return Vec::new() };
    let highest = sun.interval_max_cos(file, shift, 20.0);
    // Intervals shorter than the samples share one.
    let slots_per_sample = (SAMPLE_MINUTES / file.interval_minutes as usize).max(1);
    let mut findings = Findings::default();
    for (slot, value) in ghi.iter_mut().enumerate() {
        let cos = highest[slot].max(0.0);
        let normal = sun.extraterrestrial_w_per_m2.get(slot / slots_per_sample).copied().unwrap_or(1366.1);
        if *value > 1.5 * normal * cos.powf(1.2) + 100.0 {
            findings.add(FindingKind::Impossible, Column::Ghi.name(), file.rows[slot], Some(*value));
            *value = f64::NAN;
        } else if highest[slot] <= 0.0 && *value > 10.0 {
            findings.add(FindingKind::NightPower, Column::Ghi.name(), file.rows[slot], Some(*value));
        }
    }
    findings.done()
}

/// Radiation that is impossible or at night in many intervals: place and clock do not belong
/// to the file.
fn against_the_clock(file: &WeatherFile, site: &Site, findings: &[Finding]) -> Result<(), Problem> {
    /// Share of the intervals; the sun is up in about half of them.
    const MOST: f64 = 0.05;
    let wrong = |finding: &&Finding| {
        finding.column == Column::Ghi.name()
            && matches!(finding.kind, FindingKind::Impossible | FindingKind::NightPower)
    };
    let count: usize = findings.iter().filter(wrong).map(|finding| finding.count).sum();
    if (count as f64) < MOST * file.slots() as f64 {
        return Ok(());
    }
    let (latitude, longitude) =
        file.latitude_deg.zip(file.longitude_deg).unwrap_or((site.latitude_deg, site.longitude_deg));
    let place = format!("{latitude}°, {longitude}°");
    let problem = Problem::error(
        "radiation-clock",
        format!(
            "{count} of {} values of the radiation stand where the sun of {place} cannot be",
            file.slots()
        ),
    );
    Err(problem.in_file(&file.file).in_column(Column::Ghi.name()).hint(
        "check site.timezone, site.longitude_deg and the zone of the file's stamps, or set site.radiation_shift_minutes",
    ))
}

fn repair(
    file: &WeatherFile,
    options: &Options,
    cos: &[f64],
    columns: &mut [Option<Vec<f64>>; 9],
    findings: &[Finding],
) -> Result<Vec<(String, usize)>, Problems> {
    let mut repaired = Vec::new();
    let mut problems = Vec::new();
    for column in Column::ALL {
        let Some(values) = &mut columns[column as usize] else { continue };
        let how = (options.repair, options.max_gap_hours);
        match fill(file, column, values, cos, how, findings) {
            Ok(0) => {}
            Ok(count) => repaired.push((column.name().to_owned(), count)),
            // Reflectance is a side matter: without it the scenario's value holds.
            Err(_) if column == Column::Albedo => columns[column as usize] = None,
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(repaired) } else { Err(Problems(problems)) }
}

/// Derives what is missing of the three radiation columns; returns the names assumed.
fn complete_radiation(
    file: &WeatherFile,
    axis: &Axis,
    (observer, shift): (&Observer, f64),
    cos: &[f64],
    decomposition: Decomposition,
    columns: &mut [Option<Vec<f64>>; 9],
    warnings: &mut Vec<Problem>,
) -> Vec<&'static str> {
    let [ghi, dni, dhi, ..] = columns;
    let high = |cos: f64| cos.max(0.05);
    match (&ghi, &dni, &dhi) {
        (Some(global), Some(beam), None) => {
            let rest = global.iter().zip(beam).zip(cos);
            *dhi = Some(rest.map(|((g, b), cos)| (g - b * cos.max(0.0)).max(0.0)).collect());
            vec![Column::Dhi.name()]
        }
        (Some(global), None, Some(diffuse)) => {
            let rest = global.iter().zip(diffuse).zip(cos);
            let beam = |((g, d), cos): ((&f64, &f64), &f64)| {
                if *cos <= 0.0 { 0.0 } else { ((g - d) / high(*cos)).clamp(0.0, 1400.0) }
            };
            *dni = Some(rest.map(beam).collect());
            vec![Column::Dni.name()]
        }
        (None, Some(beam), Some(diffuse)) => {
            let sum = beam.iter().zip(diffuse).zip(cos);
            *ghi = Some(sum.map(|((b, d), cos)| d + b * cos.max(0.0)).collect());
            vec![Column::Ghi.name()]
        }
        (Some(global), None, None) => {
            let (beam, diffuse, beyond) =
                super::closure::split_global(file, axis, observer, shift, global, decomposition);
            warnings.extend(beyond);
            (*dni, *dhi) = (Some(beam), Some(diffuse));
            vec![Column::Dni.name(), Column::Dhi.name()]
        }
        _ => Vec::new(),
    }
}

/// Dew point, °C, of air at a relative humidity (fraction) and temperature (°C).
///
/// # Source
/// Magnus form of Alduchov & Eskridge (1996): 17.625, 243.04 °C.
fn dew_points(humidity: &[f64], temperature_c: &[f64]) -> Vec<f64> {
    let dew_point = |(humidity, t): (&f64, &f64)| {
        let gamma = humidity.clamp(0.01, 1.0).ln() + 17.625 * t / (243.04 + t);
        243.04 * gamma / (17.625 - gamma)
    };
    humidity.iter().zip(temperature_c).map(dew_point).collect()
}

/// Mean reflectance of a file's column; 0.2 without one.
fn file_albedo(column: &Option<Vec<f64>>) -> f64 {
    column.as_ref().map_or(0.2, |values| values.iter().sum::<f64>() / values.len() as f64)
}

fn rescale(weather: &mut Weather, axis: &Axis, options: &Options) -> (f64, f64) {
    let mut factors = (1.0, 1.0);
    let ghi = weather.ghi_w_per_m2.iter().sum::<f64>() * axis.step_h() / 1000.0;
    if let Some(wanted) = options.ghi_annual_kwh_per_m2.filter(|_| ghi > 0.0) {
        factors.0 = wanted / ghi;
        for column in [&mut weather.ghi_w_per_m2, &mut weather.dni_w_per_m2, &mut weather.dhi_w_per_m2] {
            column.iter_mut().for_each(|value| *value *= factors.0);
        }
    }
    let wind = weather.wind_speed_m_s.iter().sum::<f64>() / axis.steps() as f64;
    if let Some(wanted) = options.mean_wind_speed_m_s.filter(|_| wind > 0.0) {
        factors.1 = wanted / wind;
        weather.wind_speed_m_s.iter_mut().for_each(|value| *value *= factors.1);
    }
    factors
}
