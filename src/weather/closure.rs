//! The sun over a weather file, and the clock of its radiation.
//!
//! The three radiation columns must close: `GHI = DHI + DNI cos z`. Which position of the sun
//! closes them best says when the radiation of a row happened, whatever the stamp claims. The
//! clock found so agrees with an independent sign, the daily centre of the global radiation
//! against solar noon, on the five Chinese TMYx files at hand: half an hour late in four, an hour
//! and a half early in one.

use super::{Column, WeatherFile};
use crate::problem::Problem;
use crate::solar::{Decomposition, Observer, SunPath, decompose, split_beyond};
use crate::time::{Axis, is_leap_year};

/// Length of a sample of the sun's path, minutes.
pub const SAMPLE_MINUTES: usize = 5;
/// Closure error beyond which a file counts as inconsistent at every shift, W/m²: sound files
/// close to 1 to 15, broken ones to more than 100.
pub const INCONSISTENT_W_PER_M2: f64 = 50.0;
/// Farthest shift that is tried, minutes.
const MAX_SHIFT_MINUTES: i32 = 120;

/// The sun's path over the file's year in the file's clock, every five minutes.
#[derive(Debug)]
pub struct Sun {
    /// Cosine of the zenith angle in the middle of each sample; negative at night.
    pub cos_zenith: Vec<f64>,
    /// Extraterrestrial irradiance normal to the sun at the start of each interval of the file, or in each sample where
    /// that is longer, W/m².
    pub extraterrestrial_w_per_m2: Vec<f64>,
}

impl Sun {
    /// The path over an observer, in the year of the axis or the nearest with as many days.
    pub fn new(file: &WeatherFile, axis: &Axis, observer: &Observer, utc_offset_minutes: i32) -> Self {
        let axis =
            Axis { year: year_like(file, axis), step_minutes: SAMPLE_MINUTES as u32, utc_offset_minutes };
        let mut cos_zenith = SunPath::zenith_angles_deg(observer, &axis, 0.0);
        cos_zenith.iter_mut().for_each(|zenith| *zenith = zenith.to_radians().cos());
        let samples = (file.interval_minutes as usize / SAMPLE_MINUTES).max(1);
        let extraterrestrial_w_per_m2 = SunPath::extraterrestrial_every(&axis, 0.0, samples);
        Self { cos_zenith, extraterrestrial_w_per_m2 }
    }

    /// Cosine of the zenith at a minute of the year, between the samples.
    fn cos_at(&self, minute: f64) -> f64 {
        let position = minute / SAMPLE_MINUTES as f64 - 0.5;
        // The next whole number below; `f64::floor` is a call where the processor is not known.
        let whole = position as i64;
        let below = whole - i64::from(whole as f64 > position);
        let part = position - below as f64;
        let count = self.cos_zenith.len() as i64;
        // Almost all minutes lie inside the year: a division for the few that do not.
        let at = |index: i64| {
            let inside = if (0..count).contains(&index) { index } else { index.rem_euclid(count) };
            self.cos_zenith[inside as usize]
        };
        at(below) * (1.0 - part) + at(below + 1) * part
    }

    /// Cosine in the middle of each interval of the file, the sun moved by a shift.
    pub fn interval_cos(&self, file: &WeatherFile, shift_minutes: f64) -> Vec<f64> {
        let length = f64::from(file.interval_minutes);
        (0..file.slots()).map(|slot| self.cos_at((slot as f64 + 0.5) * length + shift_minutes)).collect()
    }

    /// Highest cosine within each interval, widened by a margin on both sides.
    pub fn interval_max_cos(&self, file: &WeatherFile, shift_minutes: f64, margin_minutes: f64) -> Vec<f64> {
        let length = f64::from(file.interval_minutes);
        let highest = |slot: usize| {
            let start = slot as f64 * length + shift_minutes - margin_minutes;
            let samples = ((length + 2.0 * margin_minutes) / SAMPLE_MINUTES as f64).ceil() as usize;
            (0..=samples)
                .map(|sample| self.cos_at(start + (sample * SAMPLE_MINUTES) as f64))
                .fold(f64::NEG_INFINITY, f64::max)
        };
        (0..file.slots()).map(highest).collect()
    }
}

/// What the closure of the radiation columns says.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Closure {
    /// Shift that closes best, minutes: the sun of a row is that of its middle plus this.
    pub best_shift_minutes: f64,
    /// Root mean square of `GHI - DHI - DNI cos z` there, W/m².
    pub rms_w_per_m2: f64,
    /// The same at the format's own clock.
    pub nominal_rms_w_per_m2: f64,
    /// Whether the columns close at all.
    pub consistent: bool,
}

impl Closure {
    /// Finds the clock of a file; none if it lacks a column or has too few daylight rows.
    pub fn find(file: &WeatherFile, sun: &Sun) -> Option<Self> {
        let column = |column| file.column(column);
        let (ghi, dni, dhi) = (column(Column::Ghi)?, column(Column::Dni)?, column(Column::Dhi)?);
        let length = f64::from(file.interval_minutes);
        let rows: Vec<(f64, f64, f64)> = ghi
            .iter()
            .zip(dni)
            .zip(dhi)
            .enumerate()
            .filter(|(_, ((ghi, dni), dhi))| **ghi > 20.0 && !dni.is_nan() && !dhi.is_nan())
            .map(|(slot, ((ghi, dni), dhi))| ((slot as f64 + 0.5) * length, *dni, ghi - dhi))
            .collect();
        if rows.len() < 500 {
            return None;
        }
        // A coarse sample of many rows is enough: at most 9000, spread evenly over the year.
        let rows: Vec<_> = rows.iter().step_by(rows.len().div_ceil(9000)).collect();
        let rms = |shift: f64| {
            let error = |(minute, dni, beam): &&(f64, f64, f64)| {
                let cos = sun.cos_at(minute + shift).max(0.0);
                (beam - dni * cos).powi(2)
            };
            (rows.iter().map(error).sum::<f64>() / rows.len() as f64).sqrt()
        };
        let shifts = (-MAX_SHIFT_MINUTES..=MAX_SHIFT_MINUTES).step_by(SAMPLE_MINUTES).map(f64::from);
        let (best, least) = shifts.map(|shift| (shift, rms(shift))).min_by(|a, b| a.1.total_cmp(&b.1))?;
        let nominal = rms(file.nominal_shift_minutes);
        Some(Self {
            best_shift_minutes: best,
            rms_w_per_m2: least,
            nominal_rms_w_per_m2: nominal,
            consistent: least <= INCONSISTENT_W_PER_M2,
        })
    }

    /// The shift to use: the format's own where it closes nearly as well as the best.
    pub fn shift_minutes(&self, nominal_minutes: f64) -> f64 {
        let nominal_will_do = self.nominal_rms_w_per_m2 <= 1.1 * self.rms_w_per_m2 + 1.0;
        if nominal_will_do || !self.consistent { nominal_minutes } else { self.best_shift_minutes }
    }
}

/// Direct normal and diffuse irradiance of a file that has only the global, W/m², with the sun in
/// the middle of each interval and the mean pressure of the site's elevation; and warnings where the
/// model is asked beyond the range it was fitted in.
pub fn split_global(
    file: &WeatherFile,
    axis: &Axis,
    observer: &Observer,
    shift_minutes: f64,
    ghi: &[f64],
    decomposition: Decomposition,
) -> (Vec<f64>, Vec<f64>, Vec<Problem>) {
    let axis = Axis {
        year: year_like(file, axis),
        step_minutes: file.interval_minutes,
        utc_offset_minutes: file.utc_offset_minutes.unwrap_or(axis.utc_offset_minutes),
    };
    let path = SunPath::new(observer, &axis, shift_minutes);
    let (beam, diffuse) = decompose(&path, ghi, &[100.0 * observer.pressure_hpa], decomposition);
    let beyond = split_beyond(&path, ghi, decomposition);
    (beam, diffuse, beyond.into_iter().map(|problem| problem.in_file(&file.file)).collect())
}

/// The year of the axis, or the one before it that has as many days as the file.
fn year_like(file: &WeatherFile, axis: &Axis) -> i32 {
    let leap = file.days == 366;
    (0..9).map(|back| axis.year - back).find(|year| is_leap_year(*year) == leap).unwrap_or(axis.year)
}
