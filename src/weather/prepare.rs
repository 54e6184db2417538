//! The way onto the axis: dates, clock shift of the radiation, finer steps, rescaling.

use super::closure::{Closure, closure};
use super::file::{Row, WeatherFile};
use crate::problem::{Problem, Problems};
use crate::solar::position::{Observer, SunPath, standard_pressure_pa};
use crate::time::Axis;

/// What the scenario says about its weather.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Clock shift of the radiation, minutes; none: found by closure.
    pub radiation_shift_minutes: Option<f64>,
    /// Annual global horizontal sum to rescale to, kWh/m².
    pub ghi_annual_kwh_per_m2: Option<f64>,
    /// Annual mean wind speed at the file's height to rescale to, m/s.
    pub mean_wind_speed_m_s: Option<f64>,
    /// Height of the wind measurement, m; none: as the format says.
    pub wind_height_m: Option<f64>,
    /// Ground reflectance; none: 0.2.
    pub albedo: Option<f64>,
}

/// The weather of the simulated year: step averages, shape `[steps]` each.
#[derive(Debug, Clone)]
pub struct Weather {
    /// Global horizontal irradiance, W/m².
    pub ghi_w_per_m2: Vec<f64>,
    /// Direct normal irradiance, W/m².
    pub dni_w_per_m2: Vec<f64>,
    /// Diffuse horizontal irradiance, W/m².
    pub dhi_w_per_m2: Vec<f64>,
    /// Dry-bulb temperature, °C.
    pub temperature_c: Vec<f64>,
    /// Dew point, °C; the temperature itself where the file has none.
    pub dew_point_c: Vec<f64>,
    /// Pressure, Pa; of the standard atmosphere where the file has none.
    pub pressure_pa: Vec<f64>,
    /// Wind speed at `wind_height_m`, m/s.
    pub wind_speed_m_s: Vec<f64>,
    /// Height of the wind, m.
    pub wind_height_m: f64,
    /// Ground reflectance.
    pub albedo: f64,
    /// How the radiation closed and which shift was taken out.
    pub closure: Closure,
    /// What was done, for `check` and the manifest; warnings among them.
    pub notes: Vec<Problem>,
}

/// Radiation whose columns do not close within this is called inconsistent, W/m².
const INCONSISTENT_W_PER_M2: f64 = 60.0;

impl Weather {
    /// Annual sum of a column of irradiance, kWh/m².
    pub fn annual_kwh_per_m2(column: &[f64], axis: &Axis) -> f64 {
        column.iter().sum::<f64>() * axis.step_h() / 1000.0
    }
}

/// Brings a weather file onto the axis.
///
/// # Errors
/// If hours are missing or doubled.
pub fn prepare(
    file: &WeatherFile,
    name: &str,
    axis: &Axis,
    observer: &Observer,
    options: &Options,
) -> Result<Weather, Problems> {
    let hourly_axis = Axis { step_minutes: file.interval_minutes, ..*axis };
    let rows = by_date(file, name, &hourly_axis)?;
    let mut notes = file.warnings.clone();
    // The file's own clock: its hours are those of its own zone.
    let clock_gap = file.utc_offset_minutes.map_or(0.0, |offset| f64::from(offset - axis.utc_offset_minutes));
    if clock_gap != 0.0 {
        notes.push(Problem::warning(
            "weather-zone",
            format!(
                "the weather's clock differs from the site's by {clock_gap} minutes; its hours are moved"
            ),
        ));
    }
    let column = |get: fn(&Row) -> f64| rows.iter().map(get).collect::<Vec<f64>>();
    let (mut ghi, mut dni, mut dhi) =
        (column(|r| r.ghi_w_per_m2), column(|r| r.dni_w_per_m2), column(|r| r.dhi_w_per_m2));
    let file_axis = Axis {
        utc_offset_minutes: file.utc_offset_minutes.unwrap_or(axis.utc_offset_minutes),
        ..hourly_axis
    };
    let place = file_observer(file, observer);
    let mut found = closure(&place, &file_axis, &ghi, &dni, &dhi);
    if let Some(shift) = options.radiation_shift_minutes {
        found.shift_minutes = shift;
        notes.push(Problem::warning(
            "radiation-shift",
            format!("radiation is moved by {shift} minutes, as the scenario says"),
        ));
    } else if found.error_w_per_m2 > INCONSISTENT_W_PER_M2 {
        notes.push(Problem::warning(
            "radiation-inconsistent",
            format!(
                "GHI, DNI and DHI do not belong together: they miss closure by {:.0} W/m² at every clock shift",
                found.error_w_per_m2
            ),
        ));
    } else if found.shift_minutes != 0.0 {
        notes.push(Problem::warning(
            "radiation-shift",
            format!(
                "the radiation columns are shifted against their clock by {} minutes (closure error {:.0} W/m² there, {:.0} W/m² unshifted); the shift is taken out",
                found.shift_minutes, found.error_w_per_m2, found.error_unshifted_w_per_m2
            ),
        ));
    }
    if let Some(target) = options.ghi_annual_kwh_per_m2 {
        let factor = target / Weather::annual_kwh_per_m2(&ghi, &hourly_axis);
        for values in [&mut ghi, &mut dni, &mut dhi] {
            values.iter_mut().for_each(|value| *value *= factor);
        }
        notes.push(Problem::warning(
            "radiation-rescaled",
            format!("radiation is rescaled by {factor:.4} to {target} kWh/m² a year"),
        ));
    }
    let mut wind = column(|r| r.wind_speed_m_s);
    if let Some(target) = options.mean_wind_speed_m_s {
        let mean = wind.iter().sum::<f64>() / wind.len() as f64;
        let factor = target / mean.max(1e-9);
        wind.iter_mut().for_each(|value| *value *= factor);
        notes.push(Problem::warning(
            "wind-rescaled",
            format!("wind is rescaled by {factor:.4} to a mean of {target} m/s"),
        ));
    }
    let pressure = standard_pressure_pa(observer.elevation_m);
    let or = |get: fn(&Row) -> f64, other: &dyn Fn(&Row) -> f64| -> Vec<f64> {
        rows.iter().map(|row| if get(row).is_nan() { other(row) } else { get(row) }).collect()
    };
    let temperature = column(|r| r.temperature_c);
    let dew = or(|r| r.dew_point_c, &|r| r.temperature_c);
    let pressure = or(|r| r.pressure_pa, &|_| pressure);
    // Where the radiation of an interval really stands, against the site's clock.
    let moved = found.shift_minutes - clock_gap;
    let [ghi, dni, dhi] = along_the_sun(axis, file.interval_minutes, observer, moved, [&ghi, &dni, &dhi]);
    let smooth = |values: &[f64]| interpolate(values, file.interval_minutes, axis, -clock_gap);
    Ok(Weather {
        ghi_w_per_m2: ghi,
        dni_w_per_m2: dni,
        dhi_w_per_m2: dhi,
        temperature_c: smooth(&temperature),
        dew_point_c: smooth(&dew),
        pressure_pa: smooth(&pressure),
        wind_speed_m_s: smooth(&wind),
        wind_height_m: options.wind_height_m.unwrap_or(file.wind_height_m),
        albedo: options.albedo.unwrap_or(0.2),
        closure: found,
        notes,
    })
}

/// Closure is judged where the file was made: at its own coordinates if it states them.
fn file_observer(file: &WeatherFile, site: &Observer) -> Observer {
    match (file.latitude_deg, file.longitude_deg) {
        (Some(latitude), Some(longitude)) => {
            Observer::new(latitude, longitude, file.elevation_m.unwrap_or(site.elevation_m))
        }
        _ => *site,
    }
}

/// One row per interval of the year, by date; 29 February of a leap year repeats the day before.
fn by_date(file: &WeatherFile, name: &str, axis: &Axis) -> Result<Vec<Row>, Problems> {
    let starts = axis.month_starts();
    let mut slots: Vec<Option<Row>> = vec![None; axis.steps()];
    let mut problems = Vec::new();
    for row in &file.rows {
        let (month, day) = (usize::from(row.month), usize::from(row.day));
        if day > crate::time::days_in_month(axis.year, month) {
            continue; // 29 February of a leap file in a common year
        }
        let step = starts[month - 1]
            + (day - 1) * axis.steps_per_day()
            + usize::from(row.minute) / axis.step_minutes as usize;
        if let Some(first) = slots[step].replace(*row) {
            problems.push(
                Problem::error("duplicate-hour", format!("the same hour as row {}", first.row))
                    .in_file(name)
                    .at_line(row.row),
            );
        }
    }
    if crate::time::is_leap_year(axis.year) {
        let day = axis.steps_per_day();
        for step in starts[2] - day..starts[2] {
            if slots[step].is_none() {
                slots[step] = slots[step - day];
            }
        }
    }
    let missing: Vec<usize> = (0..slots.len()).filter(|step| slots[*step].is_none()).collect();
    if let Some(first) = missing.first() {
        problems.push(
            Problem::error(
                "missing-hours",
                format!(
                    "{} hours of the year are missing, the first is {}",
                    missing.len(),
                    axis.stamp(*first)
                ),
            )
            .in_file(name),
        );
    }
    if problems.is_empty() { Ok(slots.into_iter().flatten().collect()) } else { Err(Problems(problems)) }
}

/// Cuts interval means into five-minute pieces that follow the sun, moves them by the clock shift,
/// and averages them onto the axis: each interval keeps its energy.
///
/// Within an interval the clearness (GHI and DHI over extraterrestrial horizontal) and the DNI of
/// the lit part are constant, so that GHI = DHI + DNI · cos z holds in every piece as in the whole.
fn along_the_sun(
    axis: &Axis,
    interval_minutes: u32,
    observer: &Observer,
    shift_minutes: f64,
    columns: [&[f64]; 3],
) -> [Vec<f64>; 3] {
    if shift_minutes == 0.0 && interval_minutes == axis.step_minutes {
        return columns.map(<[f64]>::to_vec);
    }
    const PIECE: u32 = 5;
    let fine = Axis { step_minutes: PIECE, ..*axis };
    let sun = SunPath::new(observer, &fine, 0.0);
    let up: Vec<f64> = sun.up.iter().map(|up| up.max(0.0)).collect();
    let pieces = (interval_minutes / PIECE) as usize;
    let offset = (shift_minutes / f64::from(PIECE)).round() as i64;
    let total = fine.steps() as i64;
    let at = |interval: usize, piece: usize| {
        ((interval * pieces + piece) as i64 + offset).rem_euclid(total) as usize
    };
    let per_step = (axis.step_minutes / PIECE) as usize;
    let mut out = [vec![0.0; axis.steps()], vec![0.0; axis.steps()], vec![0.0; axis.steps()]];
    for interval in 0..columns[0].len() {
        let light: f64 = (0..pieces).map(|piece| up[at(interval, piece)]).sum();
        let lit = (0..pieces).filter(|piece| up[at(interval, *piece)] > 0.0).count() as f64;
        for piece in 0..pieces {
            let place = at(interval, piece);
            let (by_light, by_time) = if light > 0.0 {
                (up[place] * pieces as f64 / light, f64::from(up[place] > 0.0) * pieces as f64 / lit)
            } else {
                (1.0, 1.0) // light without sun: twilight stays where the file has it
            };
            for (column, weight) in [(0, by_light), (1, by_time), (2, by_light)] {
                out[column][place / per_step] += columns[column][interval] * weight / per_step as f64;
            }
        }
    }
    out
}

/// Interval means onto the axis: the same values on equal steps; on finer steps straight lines
/// between the middles of the intervals, corrected so that each interval keeps its mean.
fn interpolate(values: &[f64], interval_minutes: u32, axis: &Axis, shift_minutes: f64) -> Vec<f64> {
    let parts = (interval_minutes / axis.step_minutes).max(1) as usize;
    let moved = (shift_minutes / f64::from(interval_minutes)).round() as i64;
    let count = values.len() as i64;
    let at = |i: i64| values[(i - moved).rem_euclid(count) as usize];
    if parts == 1 {
        return (0..count).map(at).collect();
    }
    let mut out = Vec::with_capacity(values.len() * parts);
    for i in 0..count {
        let (before, here, after) = (at(i - 1), at(i), at(i + 1));
        let line = |part: usize| {
            let x = (part as f64 + 0.5) / parts as f64 - 0.5;
            if x < 0.0 { here + (before - here) * -x } else { here + (after - here) * x }
        };
        let mean = (0..parts).map(line).sum::<f64>() / parts as f64;
        // The correction never drives a value that cannot be negative below zero.
        let floor = if before.min(here).min(after) >= 0.0 { 0.0 } else { f64::NEG_INFINITY };
        let parts_here: Vec<f64> = (0..parts).map(|part| (line(part) + here - mean).max(floor)).collect();
        let kept = parts_here.iter().sum::<f64>() / parts as f64;
        out.extend(parts_here.iter().map(|v| if floor == 0.0 && kept > 0.0 { v * here / kept } else { *v }));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FUZHOU: &[u8] = include_bytes!("../../scenarios/weather/fuzhou.epw.gz");

    fn fuzhou(step_minutes: u32, year: i32) -> (Weather, Axis) {
        let file = super::super::read(FUZHOU, "fuzhou.epw.gz").expect("reads");
        let axis = Axis { year, step_minutes, utc_offset_minutes: 480 };
        let observer = Observer::new(26.08, 119.29, 84.0);
        (prepare(&file, "fuzhou.epw.gz", &axis, &observer, &Options::default()).expect("prepares"), axis)
    }

    /// Sums read off the file by an independent script (columns 14 to 16 of the rows, as kWh/m²):
    /// GHI 1430, DNI 1231, DHI 591; mean temperature 20.3 °C, mean wind 3.1 m/s.
    #[test]
    fn the_fuzzhou_file_keeps_its_sums_and_its_shift_is_found() {
        let (weather, axis) = fuzhou(60, 2025);
        assert_eq!(weather.closure.shift_minutes, -30.0);
        assert!(weather.closure.error_w_per_m2 < 14.0);
        assert!((Weather::annual_kwh_per_m2(&weather.ghi_w_per_m2, &axis) - 1430.0).abs() < 1.0);
        assert!((Weather::annual_kwh_per_m2(&weather.dni_w_per_m2, &axis) - 1231.0).abs() < 1.0);
        assert!((Weather::annual_kwh_per_m2(&weather.dhi_w_per_m2, &axis) - 591.0).abs() < 1.0);
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        assert!((mean(&weather.temperature_c) - 20.3).abs() < 0.1);
        assert!((mean(&weather.wind_speed_m_s) - 3.1).abs() < 0.1);
    }

    #[test]
    fn finer_steps_keep_the_energy_of_the_year() {
        let (hourly, hour_axis) = fuzhou(60, 2025);
        for step_minutes in [30, 15, 10, 5] {
            let (fine, axis) = fuzhou(step_minutes, 2025);
            let sum = |v: &[f64], a: &Axis| Weather::annual_kwh_per_m2(v, a);
            for (a, b) in [
                (&hourly.ghi_w_per_m2, &fine.ghi_w_per_m2),
                (&hourly.dni_w_per_m2, &fine.dni_w_per_m2),
                (&hourly.dhi_w_per_m2, &fine.dhi_w_per_m2),
                (&hourly.wind_speed_m_s, &fine.wind_speed_m_s),
            ] {
                assert!((sum(a, &hour_axis) - sum(b, &axis)).abs() < 1e-6 * sum(a, &hour_axis));
            }
            assert!(fine.wind_speed_m_s.iter().all(|v| *v >= 0.0));
        }
    }

    #[test]
    fn a_leap_year_repeats_28_february() {
        let (weather, axis) = fuzhou(60, 2024);
        assert_eq!(weather.temperature_c.len(), 8784);
        let day = axis.month_starts()[2] - 24;
        assert_eq!(weather.temperature_c[day..day + 24], weather.temperature_c[day - 24..day]);
    }
}
