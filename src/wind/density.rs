//! Air density at the hub, and what it does to a power curve.

/// Air density for which power curves are published, kg/m³ (IEC 61400-12-1).
pub const STANDARD_DENSITY_KG_PER_M3: f64 = 1.225;

/// How density acts on the power curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DensityRule {
    /// Not at all: the curve as published.
    None,
    /// The curve's speeds are stretched by `(1.225 / ρ)^k`: k = 1/3 below 7.5 m/s, 2/3 above
    /// 12.5 m/s, linear between. Svenningsen, *Power curve air density correction* (EMD, 2010).
    #[default]
    SiteCurve,
    /// The wind speed is normalised, `v (ρ / 1.225)^(1/3)`: IEC 61400-12-1 for pitch control.
    Iec,
    /// Power is scaled by `ρ / 1.225`, capped at rated power: stall control.
    Linear,
}

/// Density of air at hub height, kg/m³, by the ideal gas law for dry air.
///
/// Temperature falls by 6.5 K per km from its height, pressure by 1 hPa per 8 m from its own.
///
/// # Arguments
/// * `temperature_c` - air temperature at `temperature_height_m`, °C
/// * `pressure_pa` - air pressure at `pressure_height_m`, Pa
///
/// # Source
/// Lapse rate of the standard atmosphere; R = 287.058 J/(kg K).
#[inline(always)]
pub fn air_density_kg_per_m3(
    temperature_c: f64,
    temperature_height_m: f64,
    pressure_pa: f64,
    pressure_height_m: f64,
    hub_height_m: f64,
) -> f64 {
    let temperature_k = temperature_c + 273.15 - 0.0065 * (hub_height_m - temperature_height_m);
    let pressure_hub_pa = pressure_pa - 100.0 * (hub_height_m - pressure_height_m) / 8.0;
    pressure_hub_pa / (287.058 * temperature_k)
}

/// Density of air at hub height, kg/m³, by the barometric rule: the standard density scaled by
/// pressure and temperature.
///
/// # Source
/// As windpowerlib 0.2.2 states it (1.225 kg/m³ at 288.15 K and 1013.30 hPa); it differs from
/// [`air_density_kg_per_m3`] by 4e-5.
pub fn air_density_barometric_kg_per_m3(
    temperature_c: f64,
    temperature_height_m: f64,
    pressure_pa: f64,
    pressure_height_m: f64,
    hub_height_m: f64,
) -> f64 {
    let temperature_k = temperature_c + 273.15 - 0.0065 * (hub_height_m - temperature_height_m);
    let pressure_hub_pa = pressure_pa - 100.0 * (hub_height_m - pressure_height_m) / 8.0;
    STANDARD_DENSITY_KG_PER_M3 * 288.15 * pressure_hub_pa / (101_330.0 * temperature_k)
}
