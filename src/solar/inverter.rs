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
