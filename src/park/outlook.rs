//! What a controller thinks of the hours ahead: forecasts of load, PV and wind.
//!
//! A noisy forecast is the truth times `1 + error · √(time ahead / day) · n`: `n` is a standard normal
//! series of each quantity whose errors go together over some hours, drawn by seed, park and
//! quantity alone, and the error stops growing a day ahead. A forecast of one hour thus gets better as
//! it comes near, and results do not depend on threads.

use super::case::CaseSeries;
use super::project::{Forecast, ForecastSource, Park};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;

/// Hours after which the errors of a forecast have forgotten each other, to 1/e.
const TOGETHER_HOURS: f64 = 6.0;

/// What is measured, and what is thought of it.
struct View<'a> {
    measured_kw: &'a [f64],
    source: ForecastSource,
    /// The scenario's forecast.
    given_kw: Option<&'a [f64]>,
    /// Relative error a day ahead at each step.
    noise: Vec<f64>,
    steps_per_day: usize,
}

impl View<'_> {
    /// The forecast made before step `now` for step `t ≥ now`; of measurements only those before `now`.
    fn at(&self, now: usize, t: usize) -> f64 {
        let back = |period: usize| {
            let periods = (t - now) / period + 1;
            t.checked_sub(periods * period)
        };
        let day = || back(self.steps_per_day);
        let found = match self.source {
            ForecastSource::Perfect => Some(t),
            ForecastSource::Noisy => {
                let ahead = (t - now + 1).min(self.steps_per_day) as f64 / self.steps_per_day as f64;
                return self.measured_kw[t] * (1.0 + ahead.sqrt() * self.noise[t]).max(0.0);
            }
            ForecastSource::Series => match self.given_kw {
                Some(given_kw) => return given_kw[t],
                None => day(),
            },
            ForecastSource::Persistence => day(),
            ForecastSource::LastWeek => back(7 * self.steps_per_day).or_else(day),
        };
        // On the first day the last measurement stands for all hours.
        match found.or(now.checked_sub(1)) {
            Some(known) => self.measured_kw[known],
            None => 0.0,
        }
    }
}

/// Errors of unit variance times `error`, those of neighbouring steps together.
fn noise(steps: usize, step_h: f64, error: f64, seed: u64, name: &str, quantity: u64) -> Vec<f64> {
    // FNV-1a of the park's name, so that parks of one file differ.
    let stream = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut random =
        Pcg64::seed_from_u64(seed ^ stream.rotate_left(17) ^ quantity.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let kept = (-step_h / TOGETHER_HOURS).exp();
    let fresh = (1.0 - kept * kept).sqrt();
    let mut value: f64 = StandardNormal.sample(&mut random);
    let mut draw = |_| {
        let now = value;
        let next: f64 = StandardNormal.sample(&mut random);
        value = kept * value + fresh * next;
        error * now
    };
    (0..steps).map(&mut draw).collect()
}

/// The forecasts of a park's load and generation.
pub(super) struct Outlook<'a> {
    load: View<'a>,
    pv: View<'a>,
    wind: View<'a>,
    step_h: f64,
}

impl<'a> Outlook<'a> {
    /// The forecasts of a case's series.
    pub fn new(park: &'a Park, series: &'a CaseSeries, forecast: Forecast, step_h: f64) -> Self {
        let steps = series.demand_kw.len();
        let view = |measured_kw: &'a [f64], quantity: usize| View {
            measured_kw,
            source: forecast.source,
            given_kw: park.forecasts[quantity].as_deref(),
            noise: if forecast.source == ForecastSource::Noisy {
                noise(steps, step_h, forecast.error, forecast.seed, &park.name, quantity as u64)
            } else {
                Vec::new()
            },
            steps_per_day: (24.0 / step_h).round() as usize,
        };
        Self {
            load: view(&series.demand_kw, 0),
            pv: view(&series.pv_kw, 1),
            wind: view(&series.wind_kw, 2),
            step_h,
        }
    }

    /// Steps of a time, at least one.
    pub fn steps_of(&self, hours: f64) -> usize {
        ((hours / self.step_h).round() as usize).max(1)
    }

    /// What is forecast before step `now` for the steps from it to `until`, kW: load with `standby_kw`,
    /// and generation.
    pub fn see(
        &self,
        now: usize,
        until: usize,
        standby_kw: f64,
        load_kw: &mut Vec<f64>,
        available_kw: &mut Vec<f64>,
    ) {
        load_kw.clear();
        load_kw.extend((now..until).map(|t| self.load.at(now, t) + standby_kw));
        available_kw.clear();
        available_kw.extend((now..until).map(|t| self.pv.at(now, t) + self.wind.at(now, t)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(measured_kw: &[f64], source: ForecastSource) -> View<'_> {
        View { measured_kw, source, given_kw: None, noise: Vec::new(), steps_per_day: 2 }
    }

    /// By hand, days of 2 steps: before step 5, step 6 was last measured as step 4, step 5 as 3.
    #[test]
    fn a_forecast_uses_only_what_was_measured() {
        let measured: Vec<f64> = (0..40).map(f64::from).collect();
        let persistence = view(&measured, ForecastSource::Persistence);
        assert_eq!([5, 6, 7].map(|t| persistence.at(5, t)), [3.0, 4.0, 3.0]);
        assert_eq!((persistence.at(1, 1), persistence.at(0, 1)), (0.0, 0.0));
        let week = view(&measured, ForecastSource::LastWeek);
        assert_eq!((week.at(20, 20), week.at(20, 35), week.at(5, 5)), (6.0, 7.0, 3.0));
        for now in 1..30 {
            assert!(
                (now..now + 9).all(|t| week.at(now, t) < now as f64 && persistence.at(now, t) < now as f64)
            );
        }
        // A series of one's own stands where there is one, the day before where there is none.
        let series = view(&measured, ForecastSource::Series);
        assert_eq!(series.at(5, 6), 4.0);
        assert_eq!(View { given_kw: Some(&[7.0; 40]), ..series }.at(5, 6), 7.0);
    }

    /// By hand: a day of 4 steps, an error of 0.2 at the step; one step ahead √(1/4) of it, four and
    /// more ahead all of it; never below nothing.
    #[test]
    fn a_noisy_forecast_gets_better_as_its_hour_comes_near() {
        let mut noise = vec![0.2; 20];
        noise[19] = -1.5;
        let noisy = View { noise, steps_per_day: 4, ..view(&[100.0; 20], ForecastSource::Noisy) };
        let found = [noisy.at(10, 10), noisy.at(7, 10), noisy.at(0, 10), noisy.at(10, 19)];
        for (found, expected) in found.into_iter().zip([110.0, 120.0, 120.0, 0.0]) {
            assert!((found - expected).abs() < 1e-9, "{found} instead of {expected}");
        }
    }

    /// The stated error is the standard deviation; seeds, parks and quantities differ, and errors an hour
    /// apart go together as e^(−1/6).
    #[test]
    fn noise_has_the_stated_deviation() {
        let steps = 200_000;
        let first = noise(steps, 1.0, 0.1, 7, "p", 0);
        let of = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / a.len() as f64;
        assert!((of(&first, &first).sqrt() / 0.1 - 1.0).abs() < 0.02);
        let next = of(&first[1..], &first[..steps - 1]) / 0.01;
        assert!((next - (-1.0f64 / 6.0).exp()).abs() < 0.03, "{next}");
        for other in [
            noise(steps, 1.0, 0.1, 8, "p", 0),
            noise(steps, 1.0, 0.1, 7, "q", 0),
            noise(steps, 1.0, 0.1, 7, "p", 1),
        ] {
            assert!(of(&first, &other).abs() < 0.001);
        }
        assert_eq!(first, noise(steps, 1.0, 0.1, 7, "p", 0));
    }
}
