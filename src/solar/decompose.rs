//! Beam and diffuse irradiance where a weather file has only the global: Erbs, DISC, DIRINT.
//!
//! All three work on the clearness index `kt = GHI / (I0 max(cos z, 0.065))`, limited to 0..1, with
//! the true zenith angle `z` and the extraterrestrial `I0` of the local day; the beam is zero
//! beyond `z = 87°`, where a division by `cos z` would only blow up errors.

use super::dirint_table::DIRINT;
use super::{SunPath, distance_factor, relative_air_mass_kasten_1966};

/// How to split a global irradiance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Decomposition {
    /// Erbs, Klein & Duffie (1982): diffuse share as a polynomial of clearness.
    #[default]
    Erbs,
    /// Maxwell (1987): quasi-physical beam transmittance.
    Disc,
    /// Perez et al. (1992): DISC corrected by measured bins, without the stability index.
    Dirint,
    /// DIRINT with the change of clearness against the neighbouring hours.
    DirintStability,
}

/// Cosine of the zenith below which clearness is not resolved.
const MIN_COS_ZENITH: f64 = 0.065;
/// Zenith angle beyond which a derived beam is zero, deg.
const MAX_ZENITH_DEG: f64 = 87.0;

/// Direct normal and diffuse horizontal irradiance from the global, W/m², shape `[steps]`.
///
/// # Arguments
/// * `ghi_w_per_m2` - global horizontal irradiance, shape `[steps]`
/// * `pressure_pa` - station pressure for the air mass of DISC: one value or shape `[steps]`
///
/// # Panics
/// If the slices differ in length: they are columns of one checked table.
pub fn decompose(
    path: &SunPath,
    ghi_w_per_m2: &[f64],
    pressure_pa: &[f64],
    model: Decomposition,
) -> (Vec<f64>, Vec<f64>) {
    assert_eq!(ghi_w_per_m2.len(), path.len(), "global irradiance and sun path belong together");
    assert!(pressure_pa.len() == 1 || pressure_pa.len() == path.len(), "one pressure, or one per step");
    let dni = match model {
        Decomposition::Erbs => return erbs(path, ghi_w_per_m2),
        Decomposition::Disc => disc(path, ghi_w_per_m2, pressure_pa, &local_distance(path)).dni,
        Decomposition::Dirint => dirint(path, ghi_w_per_m2, pressure_pa, false),
        Decomposition::DirintStability => dirint(path, ghi_w_per_m2, pressure_pa, true),
    };
    let dhi = diffuse_by_closure(path, ghi_w_per_m2, &dni);
    (dni, dhi)
}

/// `DHI = GHI - DNI cos z`, never negative.
pub fn diffuse_by_closure(path: &SunPath, ghi_w_per_m2: &[f64], dni_w_per_m2: &[f64]) -> Vec<f64> {
    let rows = ghi_w_per_m2.iter().zip(dni_w_per_m2).zip(&path.zenith_deg);
    rows.map(|((ghi, dni), zenith)| (ghi - dni * zenith.to_radians().cos().max(0.0)).max(0.0)).collect()
}

/// Inverse square distance of the sun by local day of the year, shape `[steps]`.
fn local_distance(path: &SunPath) -> Vec<f64> {
    let days: Vec<f64> = (0..path.axis.days()).map(|day| distance_factor(day as f64 + 1.0)).collect();
    (0..path.len()).map(|step| days[step / path.axis.steps_per_day()]).collect()
}

fn clearness(ghi: f64, extraterrestrial: f64, cos_zenith: f64) -> f64 {
    (ghi / (extraterrestrial * cos_zenith.max(MIN_COS_ZENITH))).clamp(0.0, 1.0)
}

/// Erbs, Klein & Duffie (1982), Solar Energy 28, 293-302.
fn erbs(path: &SunPath, ghi: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let (mut dni, mut dhi) = (vec![0.0; ghi.len()], ghi.to_vec());
    let distance = local_distance(path);
    for step in 0..ghi.len() {
        let zenith = path.zenith_deg[step];
        if ghi[step] <= 0.0 || zenith > MAX_ZENITH_DEG {
            continue;
        }
        let cos_zenith = zenith.to_radians().cos();
        let kt = clearness(ghi[step], 1366.1 * distance[step], cos_zenith);
        let diffuse_share = if kt <= 0.22 {
            1.0 - 0.09 * kt
        } else if kt <= 0.8 {
            0.9511 + kt * (-0.1604 + kt * (4.388 + kt * (-16.638 + kt * 12.336)))
        } else {
            0.165
        };
        dhi[step] = ghi[step] * diffuse_share;
        dni[step] = (ghi[step] - dhi[step]) / cos_zenith;
    }
    (dni, dhi)
}

/// What DISC found on the way, for DIRINT.
struct Disc {
    dni: Vec<f64>,
    /// Zenith-independent clearness kt' (Perez 1992, equation 1); NaN when the sun is down.
    clearness_prime: Vec<f64>,
}

/// Maxwell (1987), SERI/TR-215-3087; extraterrestrial 1370 W/m², Kasten 1966 air mass up to 12.
fn disc(path: &SunPath, ghi: &[f64], pressure_pa: &[f64], distance: &[f64]) -> Disc {
    let mut out = Disc { dni: vec![0.0; ghi.len()], clearness_prime: vec![f64::NAN; ghi.len()] };
    for step in 0..ghi.len() {
        let zenith = path.zenith_deg[step];
        if zenith > 90.0 {
            continue;
        }
        let extraterrestrial = 1370.0 * distance[step];
        let kt = clearness(ghi[step], extraterrestrial, zenith.to_radians().cos());
        let pressure = pressure_pa[step.min(pressure_pa.len() - 1)];
        let air_mass = (relative_air_mass_kasten_1966(zenith) * pressure / 101_325.0).min(12.0);
        out.clearness_prime[step] =
            (kt / (1.031 * (-1.4 / (0.9 + 9.4 / air_mass)).exp() + 0.1)).clamp(0.0, 1.0);
        if zenith <= MAX_ZENITH_DEG && ghi[step] > 0.0 {
            out.dni[step] = (extraterrestrial * disc_transmittance(kt, air_mass)).max(0.0);
        }
    }
    out
}

/// Beam transmittance `Kn = Knc - ΔKn`; Maxwell's equations as printed in the report.
fn disc_transmittance(kt: f64, m: f64) -> f64 {
    let (a, b, c) = if kt <= 0.6 {
        (
            0.512 + kt * (-1.56 + kt * (2.286 - 2.222 * kt)),
            0.37 + 0.962 * kt,
            -0.28 + kt * (0.932 - 2.048 * kt),
        )
    } else {
        (
            -5.743 + kt * (21.77 + kt * (-27.49 + 11.56 * kt)),
            41.4 + kt * (-118.5 + kt * (66.05 + 31.9 * kt)),
            -47.01 + kt * (184.2 + kt * (-222.0 + 73.81 * kt)),
        )
    };
    let clear = 0.866 + m * (-0.122 + m * (0.0121 + m * (-0.000653 + 0.000014 * m)));
    clear - (a + b * (c * m).exp())
}

/// Perez et al. (1992): DISC's beam times a factor of the bins of [`DIRINT`].
fn dirint(path: &SunPath, ghi: &[f64], pressure_pa: &[f64], stability: bool) -> Vec<f64> {
    // By UTC day, as the reference does here; it matters only where clearness meets a bin's edge.
    let distance: Vec<f64> = path.extraterrestrial_w_per_m2.iter().map(|e| e / 1366.1).collect();
    let Disc { mut dni, clearness_prime } = disc(path, ghi, pressure_pa, &distance);
    // The change of clearness is defined between hours, whatever the step.
    let hour = path.axis.steps_per_hour();
    for step in 0..dni.len() {
        if dni[step] <= 0.0 {
            continue;
        }
        let here = clearness_prime[step];
        let change = if stability {
            let next = clearness_prime.get(step + hour).copied().unwrap_or(f64::NAN);
            let previous = step.checked_sub(hour).map_or(f64::NAN, |at| clearness_prime[at]);
            let changes = [(here - next).abs(), (here - previous).abs()];
            let known = changes.iter().filter(|change| change.is_finite());
            let count = known.clone().count();
            (count > 0).then(|| known.sum::<f64>() / count as f64)
        } else {
            None
        };
        let clearness_bin = bin(here, &[0.24, 0.4, 0.56, 0.7, 0.8]);
        let zenith_bin = bin(path.zenith_deg[step], &[25.0, 40.0, 55.0, 70.0, 80.0]);
        let change_bin = change.map_or(6, |change| bin(change, &[0.015, 0.035, 0.07, 0.15, 0.3]));
        // Precipitable water is not asked for: the table's last column is its average.
        dni[step] *= DIRINT[clearness_bin][zenith_bin][change_bin][4];
    }
    dni
}

/// Number of edges at or below a value.
fn bin(value: f64, edges: &[f64]) -> usize {
    edges.iter().filter(|edge| value >= **edge).count()
}
