//! What the suites `irradiance` and `pv` share: a site, its year of weather, and its planes.

use std::path::Path;

use zeropark::solar::{Light, Observer, Plane, Sky, SunPath};
use zeropark::time::Axis;

use crate::harness::{Suite, Table, case_name};

/// A site of the suites with its year of weather (zero where a sample has no row).
pub struct Site {
    pub name: String,
    pub path: SunPath,
    pub ghi: Vec<f64>,
    pub dni: Vec<f64>,
    pub dhi: Vec<f64>,
    pub temperature_c: Vec<f64>,
    pub wind_speed_m_s: Vec<f64>,
    pub pressure_pa: Vec<f64>,
    pub albedo: f64,
    /// Step of each row of the table it was read from.
    pub steps: Vec<usize>,
}

impl Site {
    /// The site of a case file `<kind>_<site>.csv`, with the weather of `table`.
    pub fn new(suite: &Suite, file: &Path, table: &Table) -> Self {
        let case = case_name(file);
        let name = case.split_once('_').map_or(case.as_str(), |(_, site)| site).to_owned();
        let json = suite.json(&suite.beside(&format!("site_{name}.json")));
        let field = |key: &str| json[key].as_f64().unwrap_or_else(|| panic!("{name}: no {key}"));
        let stamps = table.text("local_start");
        let year: i32 = stamps[0][..4].parse().expect("a year");
        let axis = Axis { year, step_minutes: 60, utc_offset_minutes: (field("tz") * 60.0) as i32 };
        let observer = Observer::new(field("lat"), field("lon"), field("elev"));
        let steps: Vec<usize> = stamps.iter().map(|stamp| step_of(&axis, stamp)).collect();
        let column = |name: &str| {
            let mut year = vec![0.0; axis.steps()];
            for (step, value) in steps.iter().zip(table.numbers(name)) {
                year[*step] = value;
            }
            year
        };
        Self {
            path: SunPath::new(&observer, &axis, 0.0),
            ghi: column("ghi"),
            dni: column("dni"),
            dhi: column("dhi"),
            temperature_c: column("temp_air"),
            wind_speed_m_s: column("wind_speed"),
            pressure_pa: column("pressure_pa"),
            albedo: field("albedo"),
            name,
            steps,
        }
    }

    /// The weather as the engine takes it.
    pub fn sky(&self) -> Sky<'_> {
        Sky {
            ghi_w_per_m2: &self.ghi,
            dni_w_per_m2: Some(&self.dni),
            dhi_w_per_m2: Some(&self.dhi),
            temperature_c: &self.temperature_c,
            wind_speed_m_s: &self.wind_speed_m_s,
            pressure_pa: Some(&self.pressure_pa),
            albedo_by_month: [self.albedo; 12],
        }
    }

    /// Pairs of a year's values at the rows of a table and its expected column, split into the rows
    /// away from the horizon and the rows at the edges of the rules (zenith 86.5 to 90.5 deg).
    pub fn split(&self, ours: &[f64], expected: &[f64]) -> [Vec<(f64, f64)>; 2] {
        let mut pairs = [Vec::new(), Vec::new()];
        for (step, expected) in self.steps.iter().zip(expected) {
            let edge = (86.5..=90.5).contains(&self.path.zenith_deg[*step]);
            pairs[usize::from(edge)].push((ours[*step], *expected));
        }
        pairs
    }
}

/// Step of a stamp `YYYY-MM-DDThh:mm` in local standard time.
fn step_of(axis: &Axis, stamp: &str) -> usize {
    let number = |range: std::ops::Range<usize>| -> usize { stamp[range].parse().expect("digits") };
    let month = axis.month_starts()[number(5..7) - 1];
    month + (number(8..10) - 1) * axis.steps_per_day() + number(11..13)
}

/// Planes named in a table's header as `<prefix>t<tilt>a<azimuth>`.
pub fn planes(table: &Table, prefix: &str) -> Vec<(String, Plane)> {
    let mut planes = Vec::new();
    for column in table.columns() {
        let Some(name) = column.strip_prefix(prefix) else { continue };
        let Some((tilt, azimuth)) = name.strip_prefix('t').and_then(|rest| rest.split_once('a')) else {
            continue;
        };
        if let (Ok(tilt), Ok(azimuth)) = (tilt.parse(), azimuth.parse()) {
            planes.push((name.to_owned(), Plane::fixed(tilt, azimuth)));
        }
    }
    planes
}

/// Annual sum of hourly W/m², kWh/m².
pub fn kwh(hourly: &[f64]) -> f64 {
    hourly.iter().sum::<f64>() / 1000.0
}

/// The light of a site with the irradiance it has measured.
pub fn measured_light(site: &Site, model: zeropark::solar::SkyModel) -> Light {
    Light::new(&site.path, &site.sky(), zeropark::solar::Decomposition::Erbs, model)
}
