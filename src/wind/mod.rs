//! Wind: from the weather's wind to the power of a turbine.
//!
//! ```text
//! speed at its height ─▶ hub height (shear) ─▶ air density ─▶ power or Cp curve ─▶ losses, storm stop
//! ```
//!
//! [`power_kw`] does all of it for one turbine. Speeds are m/s, temperatures °C, pressures Pa,
//! powers kW. Series are step averages: a power curve is meant for 10-minute means, and an hourly
//! mean below rated power gives slightly less than the mean of its six ten-minute powers.

mod catalogue;
mod curve;
mod density;
mod efficiency;
mod shear;
mod turbine;

pub use catalogue::{CatalogueTurbine, Title, catalogue, from_catalogue};
pub use curve::{Curve, CurveKind, read_curve};
pub use density::{
    DensityRule, STANDARD_DENSITY_KG_PER_M3, air_density_barometric_kg_per_m3, air_density_kg_per_m3,
};
pub use efficiency::FarmEfficiency;
pub use shear::Shear;
pub use turbine::{Air, StormStop, Turbine, hub_speed_m_s, power_kw};
