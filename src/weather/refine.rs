//! From the file's intervals and clock to the steps and clock of the axis.
//!
//! Values are brought to a fine grid that both clocks share, moved, and averaged to the steps. On
//! the fine grid the mean of every file interval is kept. Radiation follows the sun's path inside
//! the interval: the clearness (value per cosine of the zenith, or per clear-sky transmittance for
//! the beam) runs linearly between the middles of the intervals. The other columns run linearly.

use super::closure::{SAMPLE_MINUTES, Sun};
use super::{Column, WeatherFile};
use crate::time::Axis;

/// How a file maps onto an axis.
#[derive(Debug, Clone, Copy)]
pub struct Mapping {
    interval: usize,
    fine: usize,
    /// Minutes by which values move later: clock of the site against the file, and the shift.
    moved: i64,
    shift_minutes: i64,
    days: usize,
    axis: Axis,
}

impl Mapping {
    /// The mapping of columns that happened `shift_minutes` (a multiple of 5) after their stamps.
    pub fn new(file: &WeatherFile, axis: &Axis, file_offset_minutes: i32, shift_minutes: i64) -> Self {
        let moved = shift_minutes + i64::from(axis.utc_offset_minutes - file_offset_minutes);
        let interval = file.interval_minutes as usize;
        let step = axis.step_minutes as usize;
        let fine = gcd(gcd(interval, step), moved.unsigned_abs() as usize);
        Self { interval, fine, moved, shift_minutes, days: file.days, axis: *axis }
    }

    /// A column on the axis.
    pub fn apply(&self, column: Column, values: &[f64], sun: &Sun) -> Vec<f64> {
        let parts = self.interval / self.fine;
        let fine = if parts == 1 {
            values.to_vec()
        } else if column.is_radiation() && self.fine.is_multiple_of(SAMPLE_MINUTES) {
            follow_sun(values, &self.weights(column, sun), parts, largest_ratio(column))
        } else {
            linear(values, parts, column == Column::Wind)
        };
        let per_step = self.axis.step_minutes as usize / self.fine;
        let count = fine.len();
        let moved = (self.moved / self.fine as i64).rem_euclid(count as i64) as usize;
        let moved_from = |index: usize| fine[around(index + count - moved, count)];
        let steps = count / per_step;
        let mean = |step: usize| {
            (0..per_step).map(|part| moved_from(step * per_step + part)).sum::<f64>() / per_step as f64
        };
        let year: Vec<f64> = (0..steps).map(mean).collect();
        self.fit_days(year)
    }

    /// Drops 29 February, or repeats 28 February for it, where the years differ.
    fn fit_days(&self, mut year: Vec<f64>) -> Vec<f64> {
        let day = self.axis.steps_per_day();
        let leap_day = 59 * day;
        match (self.days, self.axis.days()) {
            (366, 365) => {
                year.drain(leap_day..leap_day + day);
            }
            (365, 366) => {
                let before: Vec<f64> = year[leap_day - day..leap_day].to_vec();
                year.splice(leap_day..leap_day, before);
            }
            _ => {}
        }
        year
    }

    /// Weight of each fine part by the sun, where the radiation really happened.
    fn weights(&self, column: Column, sun: &Sun) -> Vec<f64> {
        let samples = self.fine / SAMPLE_MINUTES;
        let count = sun.cos_zenith.len();
        let shift = (self.shift_minutes / SAMPLE_MINUTES as i64).rem_euclid(count as i64) as usize;
        let weight = |cos: f64| if column == Column::Dni { clear_beam(cos) } else { cos.max(0.0) };
        (0..count / samples)
            .map(|part| {
                let sample =
                    |index: usize| weight(sun.cos_zenith[around(part * samples + index + shift, count)]);
                (0..samples).map(sample).sum::<f64>() / samples as f64
            })
            .collect()
    }
}

/// A place on a ring that was passed once at most: a division less for each of many.
#[inline]
fn around(place: usize, count: usize) -> usize {
    if place < count { place } else { place - count }
}

/// Transmittance of a clear sky for the beam: Meinel & Meinel (1976), `0.7 ^ (AM ^ 0.678)`.
fn clear_beam(cos_zenith: f64) -> f64 {
    if cos_zenith <= 0.0 { 0.0 } else { 0.7_f64.powf((1.0 / cos_zenith.max(0.02)).powf(0.678)) }
}

/// Largest value per weight that the sun can explain, W/m²; the rest is spread evenly.
fn largest_ratio(column: Column) -> f64 {
    if column == Column::Dni { 1400.0 / 0.7 } else { 1200.0 }
}

/// Splits interval means into parts that follow the weights, keeping every mean.
fn follow_sun(values: &[f64], weights: &[f64], parts: usize, largest: f64) -> Vec<f64> {
    let count = values.len();
    let mean_weight: Vec<f64> =
        weights.chunks_exact(parts).map(|part| part.iter().sum::<f64>() / parts as f64).collect();
    let bright: Vec<f64> = values.iter().zip(&mean_weight).map(|(v, w)| v.min(largest * w)).collect();
    let ratio: Vec<f64> =
        bright.iter().zip(&mean_weight).map(|(v, w)| if *w > 0.0 { v / w } else { f64::NAN }).collect();
    let mut fine = Vec::with_capacity(count * parts);
    for slot in 0..count {
        let own = ratio[slot];
        let neighbour = |index: usize| if ratio[index].is_nan() { own } else { ratio[index] };
        let (before, after) =
            (neighbour(around(slot + count - 1, count)), neighbour(around(slot + 1, count)));
        let rest = values[slot] - bright[slot];
        let shape = |part: usize| {
            let place = (part as f64 + 0.5) / parts as f64 - 0.5;
            let towards = if place < 0.0 { before } else { after };
            weights[slot * parts + part] * (own + (towards - own) * place.abs())
        };
        let mean = if own.is_nan() { 0.0 } else { (0..parts).map(shape).sum::<f64>() / parts as f64 };
        for part in 0..parts {
            let sunny = if mean > 0.0 { shape(part) * (bright[slot] / mean) } else { bright[slot] };
            fine.push(sunny + rest);
        }
    }
    fine
}

/// Splits interval means into parts on lines between the middles, keeping every mean.
fn linear(values: &[f64], parts: usize, positive: bool) -> Vec<f64> {
    let count = values.len();
    let mut fine = Vec::with_capacity(count * parts);
    for slot in 0..count {
        let (before, own, after) =
            (values[around(slot + count - 1, count)], values[slot], values[around(slot + 1, count)]);
        let line = |part: usize| {
            let place = (part as f64 + 0.5) / parts as f64 - 0.5;
            own + (if place < 0.0 { before } else { after } - own) * place.abs()
        };
        let mean = (0..parts).map(line).sum::<f64>() / parts as f64;
        for part in 0..parts {
            let value = line(part);
            fine.push(match positive {
                true if mean > 0.0 => value * (own / mean),
                true => own,
                false => value + (own - mean),
            });
        }
    }
    fine
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: means 0, 4, 0 over two parts; the lines give 3/4 of the peak on both sides of the
    /// middle and 1/4 in the neighbours; the additive correction restores the means.
    #[test]
    fn lines_between_middles_keep_every_mean() {
        let fine = linear(&[0.0, 4.0, 0.0, 0.0], 2, false);
        let means: Vec<f64> = fine.chunks_exact(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect();
        assert_eq!(means, [0.0, 4.0, 0.0, 0.0]);
        assert!(fine[1] > fine[0]);
    }

    #[test]
    fn the_sun_shapes_the_interval_and_keeps_its_mean() {
        // Sunrise in the middle of the second interval.
        let weights = [0.0, 0.0, 0.0, 0.1, 0.2, 0.3, 0.2, 0.1];
        let values = [0.0, 30.0, 150.0, 90.0];
        let fine = follow_sun(&values, &weights, 2, 1200.0);
        for (pair, value) in fine.chunks_exact(2).zip(values) {
            assert!(((pair[0] + pair[1]) / 2.0 - value).abs() < 1e-12);
        }
        assert_eq!((fine[2], fine[3]), (0.0, 60.0));
        // More than the sun can explain is spread evenly: 1200 * 0.05 of 100 follows the sun.
        let spread = follow_sun(&[0.0, 100.0, 0.0, 0.0], &weights, 2, 1200.0);
        assert!((spread[2] - 40.0).abs() < 1e-9 && (spread[3] - 160.0).abs() < 1e-9);
    }
}
