//! Cell temperature of photovoltaic modules, steady state, from plane irradiance, air and wind.

use crate::problem::Problem;

/// Steady-state model of the cell temperature, with its coefficients.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CellTemperature {
    /// `T = T_air + G / (u0 + u1 v)`. Faiman (2008), Progress in Photovoltaics 16, 307-315.
    Faiman {
        /// Constant heat loss, W/(m² K).
        u0: f64,
        /// Heat loss per wind speed, W s/(m³ K).
        u1: f64,
    },
    /// `T = T_air + G exp(a + b v) + G/1000 ΔT`. King, Boyson & Kratochvil (2004), SAND2004-3535.
    Sapm {
        /// Log of the temperature rise per irradiance without wind.
        a: f64,
        /// Its slope with wind speed, s/m.
        b: f64,
        /// Cell minus module back at 1000 W/m², K.
        delta_t_k: f64,
    },
    /// `T = T_air + G α (1 - η) / (Uc + Uv v)`. PVsyst's documented thermal model.
    PvSyst {
        /// Constant heat loss, W/(m² K).
        uc: f64,
        /// Heat loss per wind speed, W s/(m³ K).
        uv: f64,
        /// Absorbed share of the irradiance.
        absorption: f64,
        /// Module efficiency.
        efficiency: f64,
    },
}

impl Default for CellTemperature {
    /// Faiman with its published coefficients for open racks, 25 and 6.84.
    fn default() -> Self {
        Self::Faiman { u0: 25.0, u1: 6.84 }
    }
}

impl CellTemperature {
    /// SAPM, open rack, glass and polymer: SAND2004-3535 table.
    pub const SAPM_OPEN_RACK: Self = Self::Sapm { a: -3.56, b: -0.075, delta_t_k: 3.0 };
    /// SAPM, roof mounted close to the roof, glass and polymer: insulated-back row of the table.
    pub const SAPM_CLOSE_MOUNT: Self = Self::Sapm { a: -2.81, b: -0.0455, delta_t_k: 0.0 };
    /// PVsyst, free-standing.
    pub const PVSYST_FREE: Self = Self::PvSyst { uc: 29.0, uv: 0.0, absorption: 0.9, efficiency: 0.1 };
    /// PVsyst, integrated with an insulated back.
    pub const PVSYST_INSULATED: Self = Self::PvSyst { uc: 15.0, uv: 0.0, absorption: 0.9, efficiency: 0.1 };

    /// Cell temperatures, °C, overwritten into `cell_c`; all slices shape `[steps]`.
    ///
    /// # Panics
    /// If the slices differ in length: they are columns of one checked table.
    pub fn fill(&self, poa_w_per_m2: &[f64], air_c: &[f64], wind_m_s: &[f64], cell_c: &mut [f64]) {
        let n = cell_c.len();
        assert!(poa_w_per_m2.len() == n && air_c.len() == n && wind_m_s.len() == n, "columns of one table");
        let rows = cell_c.iter_mut().zip(poa_w_per_m2.iter().zip(air_c.iter().zip(wind_m_s)));
        match *self {
            Self::Faiman { u0, u1 } => {
                rows.for_each(|(cell, (g, (air, wind)))| *cell = air + g / (u0 + u1 * wind));
            }
            Self::Sapm { a, b, delta_t_k } => rows.for_each(|(cell, (g, (air, wind)))| {
                // At night the exponential would be multiplied by zero.
                let rise = if *g > 0.0 { (a + b * wind).exp() + delta_t_k / 1000.0 } else { 0.0 };
                *cell = air + g * rise;
            }),
            Self::PvSyst { uc, uv, absorption, efficiency } => {
                let absorbed = absorption * (1.0 - efficiency);
                rows.for_each(|(cell, (g, (air, wind)))| *cell = air + g * absorbed / (uc + uv * wind));
            }
        }
    }

    /// What is wrong with the coefficients: heat loss must be positive.
    pub fn check(&self) -> Vec<Problem> {
        let fine = match *self {
            Self::Faiman { u0, u1 } => u0 > 0.0 && u1 >= 0.0 && u0.is_finite() && u1.is_finite(),
            Self::Sapm { a, b, delta_t_k } => {
                a.is_finite() && b <= 0.0 && b.is_finite() && (0.0..=30.0).contains(&delta_t_k)
            }
            Self::PvSyst { uc, uv, absorption, efficiency } => {
                uc > 0.0
                    && uc.is_finite()
                    && uv >= 0.0
                    && uv.is_finite()
                    && (0.0..=1.0).contains(&absorption)
                    && (0.0..1.0).contains(&efficiency)
            }
        };
        if fine {
            return Vec::new();
        }
        let problem = Problem::error("out-of-range", format!("{self:?} does not cool the cell"))
            .at_key("cell_temperature")
            .hint("heat loss above 0, absorption and efficiency within 0 to 1");
        vec![problem]
    }
}
