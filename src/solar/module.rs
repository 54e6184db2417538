//! Single-diode module with the parameters of the CEC library: the detailed DC option.

use crate::problem::Problem;

/// A module by the six-parameter single-diode model, at its reference state (1000 W/m², 25 °C).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Module {
    /// Power at standard test conditions, W.
    pub stc_w: f64,
    /// Modified ideality factor times thermal voltage, V.
    pub a_ref_v: f64,
    /// Light current, A.
    pub light_current_a: f64,
    /// Diode saturation current, A.
    pub saturation_current_a: f64,
    /// Series resistance, Ω.
    pub series_ohm: f64,
    /// Shunt resistance, Ω.
    pub shunt_ohm: f64,
    /// Change of the short-circuit current with temperature, A/K.
    pub alpha_sc_a_per_k: f64,
    /// Adjustment of that coefficient, %.
    pub adjust_percent: f64,
}

impl Module {
    /// Power at the maximum power point, W.
    ///
    /// `I = I_L - I_0 (exp(v / a) - 1) - v / R_sh` with the diode voltage `v = V + I R_s`; the point
    /// where `dP/dv = 0` is found by Newton steps kept inside a bracket, to 1e-10 of the voltage.
    ///
    /// # Arguments
    /// * `light_w_per_m2` - light behind the glass
    /// * `cell_c` - cell temperature, °C
    ///
    /// # Source
    /// De Soto, Klein & Beckman (2006), Solar Energy 80, 78-88; Dobos (2012), *An Improved
    /// Coefficient Calculator for the California Energy Commission 6 Parameter Photovoltaic Module
    /// Model*, J. Solar Energy Engineering 134. Silicon's band gap 1.121 eV, -2.677e-4 /K.
    pub fn max_power_w(&self, light_w_per_m2: f64, cell_c: f64) -> f64 {
        if light_w_per_m2 <= 0.0 {
            return 0.0;
        }
        /// Boltzmann's constant, eV/K.
        const BOLTZMANN: f64 = 8.617_333_262e-5;
        const REFERENCE_K: f64 = 298.15;
        let kelvin = cell_c + 273.15;
        let (light, warmth) = (light_w_per_m2 / 1000.0, kelvin / REFERENCE_K);
        let a = self.a_ref_v * warmth;
        let alpha = self.alpha_sc_a_per_k * (1.0 - self.adjust_percent / 100.0);
        let current = light * (self.light_current_a + alpha * (kelvin - REFERENCE_K));
        let gap = 1.121 * (1.0 - 0.000_267_7 * (kelvin - REFERENCE_K));
        let saturation = self.saturation_current_a
            * warmth.powi(3)
            * (1.121 / (BOLTZMANN * REFERENCE_K) - gap / (BOLTZMANN * kelvin)).exp();
        let shunt = self.shunt_ohm / light;
        if current <= 0.0 {
            return 0.0;
        }
        let open = a * (current / saturation + 1.0).ln();
        let (mut low, mut high) = (0.0, open);
        let mut v = 0.8 * open;
        for _ in 0..60 {
            let diode = saturation * (v / a).exp();
            let i = current - (diode - saturation) - v / shunt;
            let slope = diode / a + 1.0 / shunt;
            let bend = diode / (a * a);
            let volt = v - i * self.series_ohm;
            // dP/dv and its derivative; positive below the maximum.
            let rise = (1.0 + slope * self.series_ohm) * i - volt * slope;
            let fall =
                bend * self.series_ohm * i - 2.0 * (1.0 + slope * self.series_ohm) * slope - volt * bend;
            if rise > 0.0 {
                low = v
            } else {
                high = v
            }
            let newton = v - rise / fall;
            let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
            let done = (next - v).abs() < 1e-10 * open;
            v = next;
            if done {
                break;
            }
        }
        let i = current - saturation * ((v / a).exp() - 1.0) - v / shunt;
        (i * (v - i * self.series_ohm)).max(0.0)
    }

    /// Power per power at standard test conditions.
    pub fn per_kw(&self, light_w_per_m2: f64, cell_c: f64) -> f64 {
        self.max_power_w(light_w_per_m2, cell_c) / self.stc_w
    }

    /// Everything that is wrong with the parameters.
    pub fn check(&self) -> Vec<Problem> {
        let rows = [
            ("STC", self.stc_w),
            ("a_ref", self.a_ref_v),
            ("I_L_ref", self.light_current_a),
            ("I_o_ref", self.saturation_current_a),
            ("R_sh_ref", self.shunt_ohm),
        ];
        let wrong = rows.into_iter().filter(|(_, value)| !(*value > 0.0 && value.is_finite()));
        wrong
            .map(|(column, value)| {
                Problem::error("out-of-range", format!("{value} is not above 0")).in_column(column)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::library::modules;
    use super::*;

    /// Reference: pvlib 0.16.1 `calcparams_cec` and `singlediode`, `p_mp`, on the shipped library.
    #[test]
    fn maximum_power_matches_pvlib() {
        for (name, light, cell, expected) in CASES {
            let module: Module = modules().get(name).copied().unwrap_or_else(|| panic!("{name}"));
            let ours = module.max_power_w(light, cell);
            assert!((ours - expected).abs() < 1e-6 * expected.max(1.0), "{name} {light} {cell}: {ours}");
        }
    }

    #[rustfmt::skip]
    const CASES: [(&str, f64, f64, f64); 9] = [
        ("LONGi Green Energy Technology Co._ Ltd. LR6-72-330M", 1000.0, 25.0, 329.907902216996),
        ("LONGi Green Energy Technology Co._ Ltd. LR6-72-330M", 200.0, 5.0, 69.54736928190545),
        ("LONGi Green Energy Technology Co._ Ltd. LR6-72-330M", 850.0, 58.0, 241.73392868627738),
        ("First Solar_ Inc. FS-4107A-3", 1000.0, 25.0, 107.87003088694713),
        ("First Solar_ Inc. FS-4107A-3", 200.0, 5.0, 23.777446970112674),
        ("First Solar_ Inc. FS-4107A-3", 850.0, 58.0, 82.89878473536457),
        ("Jinko Solar Co._ Ltd JKM310PP-72-V", 1000.0, 25.0, 310.0600025266841),
        ("Jinko Solar Co._ Ltd JKM310PP-72-V", 200.0, 5.0, 67.07267004940665),
        ("Jinko Solar Co._ Ltd JKM310PP-72-V", 850.0, 58.0, 228.1425099539669),
    ];

    #[test]
    fn a_module_gives_its_rating_at_standard_conditions_and_nothing_in_the_dark() {
        for (name, module) in modules() {
            assert!((module.per_kw(1000.0, 25.0) - 1.0).abs() < 0.01, "{name}");
            assert_eq!(module.max_power_w(0.0, 10.0), 0.0);
            assert!(module.check().is_empty());
        }
    }
}
