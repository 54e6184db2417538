//! Wind profile: from the height of the measurement to the hub.

use crate::problem::Problem;

/// How wind speed grows with height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shear {
    /// `v (h / h_ref)^α`; 0.14 (one seventh) over open land, 0.10 over sea, 0.2 to 0.3 over suburbs
    /// and woods. Hellmann (1916).
    PowerLaw {
        /// Exponent α.
        exponent: f64,
    },
    /// `v ln(h / z0) / ln(h_ref / z0)`: neutral surface layer over a roughness length.
    LogLaw {
        /// Roughness length z0, m: 0.0002 open sea, 0.03 grass, 0.1 to 0.3 fields with hedges, 1 towns.
        roughness_m: f64,
    },
}

impl Shear {
    /// Speed at `to_m` over speed at `from_m`, both above ground.
    pub fn factor(&self, from_m: f64, to_m: f64) -> f64 {
        match *self {
            Self::PowerLaw { exponent } => (to_m / from_m).powf(exponent),
            Self::LogLaw { roughness_m } => (to_m / roughness_m).ln() / (from_m / roughness_m).ln(),
        }
    }

    /// What is wrong with the profile for these heights, keys relative to the turbine.
    pub fn check(&self, from_m: f64, to_m: f64) -> Vec<Problem> {
        let mut problems = Vec::new();
        match *self {
            Self::PowerLaw { exponent } => {
                if !(0.0..=0.6).contains(&exponent) {
                    let message = format!("{exponent} is outside 0 to 0.6");
                    let problem = Problem::error("out-of-range", message).at_key("shear_exponent");
                    problems.push(problem.hint("0.14 over open land, 0.10 over sea"));
                }
            }
            Self::LogLaw { roughness_m } => {
                if !(roughness_m > 0.0 && roughness_m < from_m.min(to_m)) {
                    let message = format!(
                        "{roughness_m} m is not between 0 and the heights of wind ({from_m} m) and hub ({to_m} m)"
                    );
                    let problem = Problem::error("out-of-range", message).at_key("roughness_m");
                    problems.push(problem.hint("0.03 m over grass, 0.0002 m over sea"));
                }
            }
        }
        problems
    }
}
