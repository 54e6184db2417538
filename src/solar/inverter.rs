//! From DC to AC.

/// Inverter by PVWatts: one efficiency curve, scaled to a nominal efficiency, with clipping.
///
/// `η = η_nom / 0.9637 (-0.0162 ζ - 0.0059 / ζ + 0.9858)`, `ζ = P_dc / P_dc0`, AC at most the
/// rating `η_nom P_dc0`.
///
/// # Source
/// Dobos (2014), *PVWatts Version 5 Manual*, NREL/TP-6A20-62641, section 5.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inverter {
    /// Efficiency at rated power, fraction of 1.
    pub nominal_efficiency: f64,
    /// DC capacity of the array over AC rating of the inverter.
    pub dc_ac_ratio: f64,
}

impl Inverter {
    /// AC, kW per kW of DC capacity, from DC in the same unit; at most `1 / dc_ac_ratio`.
    #[inline(always)]
    pub fn ac_per_kw(&self, dc_per_kw: f64) -> f64 {
        let rating = 1.0 / self.dc_ac_ratio;
        let dc_rating = rating / self.nominal_efficiency;
        let scale = self.nominal_efficiency / 0.9637;
        // η P_dc without the division by a load that may be zero.
        let load = dc_per_kw / dc_rating;
        let ac = scale * dc_rating * (load * (0.9858 - 0.0162 * load) - 0.0059);
        ac.clamp(0.0, rating)
    }
}

/// Inverter by the Sandia model with the parameters of the CEC library.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CecInverter {
    /// AC rating `Paco`, W.
    pub ac_rating_w: f64,
    /// DC power at which it is reached, `Pdco`, W.
    pub dc_rating_w: f64,
    /// DC voltage at which that holds, `Vdco`, V.
    pub dc_voltage_v: f64,
    /// DC power to start, `Pso`, W.
    pub start_w: f64,
    /// Curvature (1/W) and its three voltage coefficients (1/V), C0 to C3.
    pub c: [f64; 4],
    /// Consumption at night, `Pnt`, W.
    pub night_w: f64,
}

impl CecInverter {
    /// AC power, W, from DC power (W) at a voltage (V): limited to the rating, minus the night's
    /// consumption when there is too little to start.
    ///
    /// # Source
    /// King, Gonzalez, Galbraith & Boyson (2007), *Performance Model for Grid-Connected
    /// Photovoltaic Inverters*, SAND2007-5036, equations 1 to 4.
    #[inline]
    pub fn ac_w(&self, dc_w: f64, voltage_v: f64) -> f64 {
        if dc_w < self.start_w {
            return -self.night_w;
        }
        let [c0, c1, c2, c3] = self.c;
        let off = voltage_v - self.dc_voltage_v;
        let rated = self.dc_rating_w * (1.0 + c1 * off);
        let start = self.start_w * (1.0 + c2 * off);
        let curve = c0 * (1.0 + c3 * off);
        let slope = self.ac_rating_w / (rated - start) - curve * (rated - start);
        let over = dc_w - start;
        (slope * over + curve * over * over).min(self.ac_rating_w)
    }

    /// AC, kW per kW of DC capacity, of as many such inverters as the ratio asks for, at their rated
    /// voltage. Consumption at night is left to the load: never negative.
    #[inline]
    pub fn ac_per_kw(&self, dc_per_kw: f64, dc_ac_ratio: f64) -> f64 {
        let dc_w = dc_per_kw * dc_ac_ratio * self.ac_rating_w;
        (self.ac_w(dc_w, self.dc_voltage_v) / (self.ac_rating_w * dc_ac_ratio)).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::library::inverters;

    /// Reference: pvlib 0.16.1 `inverter.sandia(v_dc, p_dc, inverter)` on the shipped library.
    #[test]
    fn cec_inverters_match_pvlib() {
        for (name, voltage, dc, expected) in CASES {
            let inverter = inverters().get(name).unwrap_or_else(|| panic!("{name}"));
            let ours = inverter.ac_w(dc, voltage);
            assert!((ours - expected).abs() < 1e-6 * inverter.ac_rating_w, "{name}: {ours} not {expected}");
        }
    }

    #[rustfmt::skip]
    const CASES: [(&str, f64, f64, f64); 8] = [
        ("Sungrow Power Supply Co - Ltd : SG 60KU-M [480V]", 700.0, 30516.955078, 30110.0961596765),
        ("Sungrow Power Supply Co - Ltd : SG 60KU-M [480V]", 740.0, 6103.3910156, 5957.908436739011),
        ("Sungrow Power Supply Co - Ltd : SG 60KU-M [480V]", 670.0, 73240.6921872, 60000.0),
        ("Sungrow Power Supply Co - Ltd : SG 60KU-M [480V]", 700.0, 30.516955078, -18.0),
        ("Huawei Technologies Co - Ltd : SUN2000-100KTL-USH0 [800V]", 1120.0, 50724.527344, 50126.80048474832),
        ("Huawei Technologies Co - Ltd : SUN2000-100KTL-USH0 [800V]", 1160.0, 10144.905468800001, 9924.537130103152),
        ("Huawei Technologies Co - Ltd : SUN2000-100KTL-USH0 [800V]", 1090.0, 121738.8656256, 100000.0),
        ("Huawei Technologies Co - Ltd : SUN2000-100KTL-USH0 [800V]", 1120.0, 50.724527344, -30.0),
    ];
}
