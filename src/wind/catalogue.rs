//! Turbines that come with the program.

use std::sync::LazyLock;

use serde::Deserialize;

use super::curve::{Curve, CurveKind};
use crate::catalogue::{Sourced, parse};

/// A turbine of the catalogue.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueTurbine {
    /// Name in a scenario.
    pub id: String,
    /// What it is.
    pub title: Title,
    /// Rated power, kW.
    pub rated_kw: Sourced,
    /// Rotor diameter, m.
    pub rotor_diameter_m: Sourced,
    /// Hub height where the scenario gives none, m.
    pub hub_height_m: Sourced,
    /// File of the power curve in its source.
    pub curve: String,
    wind_speed_m_s: Vec<f64>,
    power_kw: Vec<f64>,
}

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl CatalogueTurbine {
    /// Its power curve.
    ///
    /// # Panics
    /// If the catalogue holds a wrong curve: it is part of the program, and a test reads every one.
    pub fn power_curve(&self) -> Curve {
        Curve::new(&self.wind_speed_m_s, &self.power_kw, CurveKind::PowerKw)
            .unwrap_or_else(|problems| panic!("catalogue turbine {}: {problems:?}", self.id))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    turbine: Vec<CatalogueTurbine>,
}

static TURBINES: LazyLock<Vec<CatalogueTurbine>> = LazyLock::new(|| {
    parse::<File>("turbines.toml", include_str!("../../scenarios/catalogue/turbines.toml")).turbine
});

/// All turbines of the catalogue, in its order.
pub fn catalogue() -> &'static [CatalogueTurbine] {
    &TURBINES
}

/// A turbine of the catalogue by its name in a scenario.
pub fn from_catalogue(id: &str) -> Option<&'static CatalogueTurbine> {
    TURBINES.iter().find(|turbine| turbine.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A curve of a real rotor stays below Betz' limit and ends near its rated power.
    #[test]
    fn every_turbine_has_a_sound_curve() {
        assert!(from_catalogue("generic-5mw").is_some());
        assert!(from_catalogue("unknown").is_none());
        for turbine in catalogue() {
            let curve = turbine.power_curve();
            let rated = curve.rated_kw() / turbine.rated_kw.value;
            assert!((0.99..1.03).contains(&rated), "{}: {rated}", turbine.id);
            assert!((20.0..30.0).contains(&curve.cut_out_m_s()), "{}", turbine.id);
            let area = std::f64::consts::PI / 4.0 * turbine.rotor_diameter_m.value.powi(2);
            for (speed, power) in turbine.wind_speed_m_s.iter().zip(&turbine.power_kw) {
                let coefficient = power * 1000.0 / (0.5 * 1.225 * area * speed.powi(3));
                assert!(coefficient < 16.0 / 27.0, "{} at {speed} m/s: {coefficient}", turbine.id);
            }
        }
    }
}
