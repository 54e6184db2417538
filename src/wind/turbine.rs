//! A turbine and its power over a year.

use super::curve::Curve;
use super::density::{DensityRule, air_density_kg_per_m3};
use super::efficiency::FarmEfficiency;
use super::shear::Shear;
use crate::problem::Problem;

/// Weather columns that wind power needs, borrowed from a checked table; shape `[steps]` each.
#[derive(Debug, Clone, Copy)]
pub struct Air<'a> {
    /// Wind speed, m/s.
    pub speed_m_s: &'a [f64],
    /// Its height above ground, m; 10 in weather files.
    pub speed_height_m: f64,
    /// Air temperature, °C.
    pub temperature_c: &'a [f64],
    /// Its height above ground, m; 2 in weather files.
    pub temperature_height_m: f64,
    /// Air pressure, Pa, shape `[steps]` or one value.
    pub pressure_pa: &'a [f64],
    /// Its height above ground, m; 0 for station pressure.
    pub pressure_height_m: f64,
}

/// Storm control: the turbine stops above its cut-out speed and restarts below a lower one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StormStop {
    /// Hub wind speed above which it stops, m/s.
    pub cut_out_m_s: f64,
    /// Hub wind speed below which it restarts, m/s; at most the cut-out speed.
    pub restart_m_s: f64,
}

/// Parameters of one turbine at its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Turbine {
    /// Power or coefficient curve.
    pub curve: Curve,
    /// Hub height above ground, m.
    pub hub_height_m: f64,
    /// Wind profile up to the hub.
    pub shear: Shear,
    /// How air density acts on the curve.
    pub density: DensityRule,
    /// Losses of the farm (wake, electrical, unavailability), fraction of the power.
    pub losses: f64,
    /// What the farm keeps over wind speed, besides the losses; `None`: all.
    pub efficiency: Option<FarmEfficiency>,
    /// Storm control with hysteresis; `None`: the curve's last point.
    pub storm: Option<StormStop>,
    /// Annual mean wind speed at hub height to which the year is rescaled, m/s.
    pub mean_wind_speed_m_s: Option<f64>,
}

impl Turbine {
    /// A turbine of a curve: one-seventh profile, site-curve density, no losses, no rescaling.
    pub fn new(curve: Curve, hub_height_m: f64) -> Self {
        Self {
            curve,
            hub_height_m,
            shear: Shear::PowerLaw { exponent: 0.14 },
            density: DensityRule::default(),
            losses: 0.0,
            efficiency: None,
            storm: None,
            mean_wind_speed_m_s: None,
        }
    }

    /// Everything that is wrong, with keys relative to the turbine.
    ///
    /// # Arguments
    /// * `speed_height_m` - height of the weather's wind, m
    pub fn check(&self, speed_height_m: f64) -> Vec<Problem> {
        let mut problems = self.shear.check(speed_height_m, self.hub_height_m);
        let mut range = |key: &str, value: f64, low: f64, high: f64, hint: &str| {
            if !(low..=high).contains(&value) {
                let message = format!("{value} is outside {low} to {high}");
                problems.push(Problem::error("out-of-range", message).at_key(key).hint(hint));
            }
        };
        range("hub_height_m", self.hub_height_m, 5.0, 300.0, "metres above ground");
        range("wind_height_m", speed_height_m, 1.0, 300.0, "metres above ground, usually 10");
        range("losses", self.losses, 0.0, 0.99, "write 0.1 for 10 %");
        if let Some(mean) = self.mean_wind_speed_m_s {
            range("mean_wind_speed_m_s", mean, 0.5, 20.0, "annual mean at hub height");
        }
        if let Some(storm) = self.storm {
            range("cut_out_m_s", storm.cut_out_m_s, 10.0, 60.0, "usually 25 m/s");
            range("restart_m_s", storm.restart_m_s, 5.0, storm.cut_out_m_s, "at most the cut-out speed");
        }
        if problems.is_empty()
            && (speed_height_m / self.hub_height_m).max(self.hub_height_m / speed_height_m) > 20.0
        {
            let hub = self.hub_height_m;
            let message = (
                format!(
                    "wind of {speed_height_m} m carried to {hub} m: a profile law is uncertain beyond a few times its height"
                ),
                format!("将 {speed_height_m} m 高度的风速推算到 {hub} m：超出数倍高度后风廓线不确定性很大"),
            );
            problems.push(Problem::warning("extrapolation", message).at_key("hub_height_m"));
        }
        problems
    }
}

/// Wind speed at the hub, m/s, shape `[steps]`: profile, then the rescaling to a mean.
///
/// A year without wind stays without wind whatever mean is asked for.
pub fn hub_speed_m_s(turbine: &Turbine, air: &Air) -> Vec<f64> {
    let factor = turbine.shear.factor(air.speed_height_m, turbine.hub_height_m);
    let mut speed: Vec<f64> = air.speed_m_s.iter().map(|speed| speed * factor).collect();
    if let Some(target) = turbine.mean_wind_speed_m_s {
        let mean = speed.iter().sum::<f64>() / speed.len().max(1) as f64;
        if mean > 0.0 {
            let scale = target / mean;
            speed.iter_mut().for_each(|speed| *speed *= scale);
        }
    }
    speed
}

/// Power of one turbine over a year, kW, shape `[steps]`, after losses.
///
/// # Panics
/// If the columns differ in length: they are columns of one checked table.
pub fn power_kw(turbine: &Turbine, air: &Air) -> Vec<f64> {
    let steps = air.speed_m_s.len();
    assert!(air.temperature_c.len() == steps, "columns of one table");
    assert!(air.pressure_pa.len() == steps || air.pressure_pa.len() == 1, "one pressure, or one per step");
    let mut power = hub_speed_m_s(turbine, air);
    let kept = 1.0 - turbine.losses;
    let mut stopped = false;
    for (step, power) in power.iter_mut().enumerate() {
        let speed = *power;
        if let Some(storm) = turbine.storm {
            stopped = speed > storm.cut_out_m_s || (stopped && speed >= storm.restart_m_s);
        }
        let density = air_density_kg_per_m3(
            air.temperature_c[step],
            air.temperature_height_m,
            air.pressure_pa[step.min(air.pressure_pa.len() - 1)],
            air.pressure_height_m,
            turbine.hub_height_m,
        );
        let farm = turbine.efficiency.as_ref().map_or(1.0, |curve| curve.at(speed));
        let running = turbine.curve.power_kw(speed, density, turbine.density) * kept * farm;
        *power = if stopped { 0.0 } else { running };
    }
    power
}

#[cfg(test)]
mod tests {
    use super::super::CurveKind;
    use super::*;

    fn turbine() -> Turbine {
        let curve = Curve::new(&[3.0, 12.0, 25.0], &[0.0, 900.0, 900.0], CurveKind::PowerKw).unwrap();
        Turbine { density: DensityRule::None, ..Turbine::new(curve, 80.0) }
    }

    fn air<'a>(speed_m_s: &'a [f64], temperature_c: &'a [f64]) -> Air<'a> {
        Air {
            speed_m_s,
            speed_height_m: 80.0,
            temperature_c,
            temperature_height_m: 2.0,
            pressure_pa: &[101_325.0],
            pressure_height_m: 0.0,
        }
    }

    /// By hand: above 25 m/s it stops, at 22 it still waits, below 20 it runs again.
    #[test]
    fn a_storm_stops_the_turbine_until_the_wind_has_calmed() {
        let storm = Some(StormStop { cut_out_m_s: 25.0, restart_m_s: 20.0 });
        let speeds = [24.0, 26.0, 22.0, 19.0, 22.0];
        let temperature = [15.0; 5];
        let power = power_kw(&Turbine { storm, ..turbine() }, &air(&speeds, &temperature));
        assert_eq!(power, [900.0, 0.0, 0.0, 900.0, 900.0]);
        let without = power_kw(&turbine(), &air(&speeds, &temperature));
        assert_eq!(without, [900.0, 0.0, 900.0, 900.0, 900.0]);
    }

    /// By hand: mean 6 rescaled to 9 multiplies every speed by 1.5.
    #[test]
    fn a_mean_wind_speed_rescales_the_year() {
        let speeds = [4.0, 8.0];
        let rescaled = Turbine { mean_wind_speed_m_s: Some(9.0), ..turbine() };
        assert_eq!(hub_speed_m_s(&rescaled, &air(&speeds, &[15.0; 2])), [6.0, 12.0]);
        assert_eq!(hub_speed_m_s(&rescaled, &air(&[0.0; 2], &[15.0; 2])), [0.0; 2]);
    }

    #[test]
    fn parameters_outside_their_range_are_named() {
        let wrong = Turbine {
            hub_height_m: 1000.0,
            losses: 1.2,
            shear: Shear::LogLaw { roughness_m: 12.0 },
            ..turbine()
        };
        let keys: Vec<_> = wrong.check(10.0).into_iter().filter_map(|problem| problem.place.key).collect();
        assert_eq!(keys, ["roughness_m", "hub_height_m", "losses"]);
        assert!(turbine().check(10.0).is_empty());
        assert!(!turbine().check(2.0)[0].is_error());
    }
}
