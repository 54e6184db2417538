//! The sky of a year: weather columns, and the light they send, before any plane is known.
//!
//! The three sky models (isotropic, Hay-Davies, Perez) all say that a plane sees an isotropic
//! dome, a circumsolar disc and a horizon band. What each sends depends on the weather and the sun
//! only, so [`Light`] computes it once for all planes:
//!
//! ```text
//! sky diffuse = max(0, isotropic (1 + cos tilt) + circumsolar max(cos AOI, 0) + horizon sin tilt)
//! ```
//!
//! Units: irradiance W/m². Columns are aligned with the sun path, element `t` the mean of step `t`.

use super::decompose::{Decomposition, decompose, diffuse_by_closure};
use super::{SunPath, relative_air_mass};

/// Weather columns that PV needs, borrowed from a checked table; shape `[steps]` each.
#[derive(Debug, Clone, Copy)]
pub struct Sky<'a> {
    /// Global horizontal irradiance, W/m².
    pub ghi_w_per_m2: &'a [f64],
    /// Direct normal irradiance, W/m²; `None` where the file has none.
    pub dni_w_per_m2: Option<&'a [f64]>,
    /// Diffuse horizontal irradiance, W/m²; `None` where the file has none.
    pub dhi_w_per_m2: Option<&'a [f64]>,
    /// Air temperature, °C.
    pub temperature_c: &'a [f64],
    /// Wind speed as in the weather file (10 m), m/s.
    pub wind_speed_m_s: &'a [f64],
    /// Station pressure, Pa; `None`: the standard atmosphere at the observer's elevation.
    pub pressure_pa: Option<&'a [f64]>,
    /// Ground reflectance by month, fractions of 1.
    pub albedo_by_month: [f64; 12],
}

/// How the diffuse sky is shared out over directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SkyModel {
    /// Uniform dome (Liu & Jordan 1963).
    Isotropic,
    /// Uniform dome and circumsolar disc (Hay & Davies 1980).
    HayDavies,
    /// Dome, disc and horizon band by clearness (Perez et al. 1990, all-sites composite).
    #[default]
    Perez,
}

/// The light of a year, ready for any plane.
#[derive(Debug, Clone, PartialEq)]
pub struct Light {
    /// Global horizontal irradiance, W/m², shape `[steps]`.
    pub ghi_w_per_m2: Vec<f64>,
    /// Direct normal irradiance, W/m².
    pub dni_w_per_m2: Vec<f64>,
    /// Diffuse horizontal irradiance, W/m².
    pub dhi_w_per_m2: Vec<f64>,
    /// Isotropic dome: times (1 + cos tilt).
    pub isotropic_w_per_m2: Vec<f64>,
    /// Circumsolar disc: times the cosine of incidence.
    pub circumsolar_w_per_m2: Vec<f64>,
    /// Horizon band: times the sine of the tilt; may be negative.
    pub horizon_w_per_m2: Vec<f64>,
}

impl Light {
    /// The light of weather columns under a sky model.
    ///
    /// A missing beam is derived from the global by `decomposition`; a missing diffuse closes
    /// `GHI = DHI + DNI cos z`.
    ///
    /// # Panics
    /// If the columns differ in length from the path: they are columns of one checked table.
    pub fn new(path: &SunPath, sky: &Sky, decomposition: Decomposition, model: SkyModel) -> Self {
        let steps = path.len();
        assert!(sky.ghi_w_per_m2.len() == steps, "global irradiance and sun path belong together");
        let standard = [super::position::standard_pressure_pa(path.observer.elevation_m)];
        let pressure_pa = sky.pressure_pa.unwrap_or(&standard);
        let (dni, dhi) = match (sky.dni_w_per_m2, sky.dhi_w_per_m2) {
            (Some(dni), Some(dhi)) => (dni.to_vec(), dhi.to_vec()),
            (Some(dni), None) => (dni.to_vec(), diffuse_by_closure(path, sky.ghi_w_per_m2, dni)),
            (None, _) => decompose(path, sky.ghi_w_per_m2, pressure_pa, decomposition),
        };
        assert!(dni.len() == steps && dhi.len() == steps, "irradiance and sun path belong together");
        let mut light = Self {
            ghi_w_per_m2: sky.ghi_w_per_m2.to_vec(),
            dni_w_per_m2: dni,
            dhi_w_per_m2: dhi,
            isotropic_w_per_m2: vec![0.0; steps],
            circumsolar_w_per_m2: vec![0.0; steps],
            horizon_w_per_m2: vec![0.0; steps],
        };
        match model {
            SkyModel::Isotropic => light.isotropic(),
            SkyModel::HayDavies => light.hay_davies(path),
            SkyModel::Perez => light.perez(path),
        }
        light
    }

    fn isotropic(&mut self) {
        for (dome, dhi) in self.isotropic_w_per_m2.iter_mut().zip(&self.dhi_w_per_m2) {
            *dome = 0.5 * dhi;
        }
    }

    /// Hay & Davies (1980): the anisotropy index `DNI / I0` of the diffuse comes from the disc.
    fn hay_davies(&mut self, path: &SunPath) {
        for step in 0..path.len() {
            let dhi = self.dhi_w_per_m2[step];
            let index = self.dni_w_per_m2[step] / path.extraterrestrial_w_per_m2[step];
            self.isotropic_w_per_m2[step] = 0.5 * dhi * (1.0 - index);
            self.circumsolar_w_per_m2[step] = dhi * index / path.up[step].max(0.01745);
        }
    }

    /// Perez, Ineichen, Seals, Michalsky & Stewart (1990), Solar Energy 44, 271-289, table 6.
    fn perez(&mut self, path: &SunPath) {
        /// F11, F12, F13, F21, F22, F23 by bin of clearness, overcast to clear.
        const F: [[f64; 6]; 8] = [
            [-0.008, 0.588, -0.062, -0.060, 0.072, -0.022],
            [0.130, 0.683, -0.151, -0.019, 0.066, -0.029],
            [0.330, 0.487, -0.221, 0.055, -0.064, -0.026],
            [0.568, 0.187, -0.295, 0.109, -0.152, -0.014],
            [0.873, -0.392, -0.362, 0.226, -0.462, 0.001],
            [1.132, -1.237, -0.412, 0.288, -0.823, 0.056],
            [1.060, -1.600, -0.359, 0.264, -1.127, 0.131],
            [0.678, -0.327, -0.250, 0.156, -1.377, 0.251],
        ];
        /// Lower edges of the clearness bins 2 to 8.
        const EDGES: [f64; 7] = [1.065, 1.23, 1.5, 1.95, 2.8, 4.5, 6.2];
        /// Cosine of 85°.
        const MIN_COS: f64 = 0.087_155_742_747_658_2;
        for step in 0..path.len() {
            let (dni, dhi) = (self.dni_w_per_m2[step], self.dhi_w_per_m2[step]);
            let zenith_deg = path.apparent_zenith_deg[step];
            if dhi <= 0.0 || zenith_deg > 90.0 {
                continue;
            }
            let zenith = zenith_deg.to_radians();
            let cube = 1.041 * zenith * zenith * zenith;
            let clearness = ((dhi + dni) / dhi + cube) / (1.0 + cube);
            let brightness =
                dhi * relative_air_mass(zenith_deg, path.up[step]) / path.extraterrestrial_w_per_m2[step];
            let f = F[EDGES.iter().map(|edge| usize::from(clearness >= *edge)).sum::<usize>()];
            let disc = (f[0] + f[1] * brightness + f[2] * zenith).max(0.0);
            let band = f[3] + f[4] * brightness + f[5] * zenith;
            self.isotropic_w_per_m2[step] = 0.5 * dhi * (1.0 - disc);
            self.circumsolar_w_per_m2[step] = dhi * disc / path.up[step].max(MIN_COS);
            self.horizon_w_per_m2[step] = dhi * band;
        }
    }
}
