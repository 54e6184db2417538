//! Light on one plane, and the cells behind it.

use multiversion::multiversion;
use nalgebra::Vector3;

use super::array::PvArray;
use super::incidence::{Incidence, ashrae, physical};
use super::{Light, Sky, SunPath, Tracker};

/// One plane of an array.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// Share of the array's DC capacity on this plane; shares of an array add up to 1.
    pub share: f64,
    /// Tilt from horizontal, deg, 0..90.
    pub tilt_deg: f64,
    /// Direction it faces, from north, clockwise, deg.
    pub azimuth_deg: f64,
    /// Follows the sun instead of standing fixed; tilt and azimuth are then not used.
    pub tracker: Option<Tracker>,
}

impl Plane {
    /// A whole array on one fixed plane.
    pub fn fixed(tilt_deg: f64, azimuth_deg: f64) -> Self {
        Self { share: 1.0, tilt_deg, azimuth_deg, tracker: None }
    }

    /// A whole array on trackers.
    pub fn tracked(tracker: Tracker) -> Self {
        Self { tracker: Some(tracker), ..Self::fixed(0.0, 180.0) }
    }

    /// Unit vector normal to the fixed plane: east, north, up.
    pub fn normal(&self) -> Vector3<f64> {
        let (sin_tilt, cos_tilt) = self.tilt_deg.to_radians().sin_cos();
        let (sin_azimuth, cos_azimuth) = self.azimuth_deg.to_radians().sin_cos();
        Vector3::new(sin_tilt * sin_azimuth, sin_tilt * cos_azimuth, cos_tilt)
    }
}

/// Cosine of the angle between the apparent sun and a fixed plane's normal; negative behind the plane.
pub fn incidence_cosine(path: &SunPath, plane: &Plane, step: usize) -> f64 {
    path.direction(step).dot(&plane.normal())
}

/// What a plane receives and how warm its cells are, over a year; shape `[steps]` each.
///
/// It depends on weather, sun, plane and glass, not on losses or inverter: a park shares it
/// between arrays that differ only in those.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaneYear {
    /// Beam on the plane before the glass, W/m².
    pub beam_w_per_m2: Vec<f64>,
    /// Global in the plane before the glass, W/m².
    pub poa_w_per_m2: Vec<f64>,
    /// Light behind the glass: beam with incidence loss, diffuse and reflected without, W/m².
    pub effective_w_per_m2: Vec<f64>,
    /// Cell temperature, °C, from the light before the glass.
    pub cell_c: Vec<f64>,
}

impl PlaneYear {
    /// The year of one plane of an array.
    ///
    /// # Panics
    /// If the sky's columns differ in length from the path: they are columns of one table.
    pub fn new(path: &SunPath, light: &Light, sky: &Sky, array: &PvArray, plane: &Plane) -> Self {
        let steps = path.len();
        let mut year = Self {
            beam_w_per_m2: vec![0.0; steps],
            poa_w_per_m2: vec![0.0; steps],
            effective_w_per_m2: vec![0.0; steps],
            cell_c: vec![0.0; steps],
        };
        let tracked = plane.tracker.map(|tracker| tracker.year(path));
        let dimmed = obstructed(path, light, array, plane, tracked.as_ref().map(|(_, shaded)| &shaded[..]));
        let light = dimmed.as_ref().unwrap_or(light);
        let starts = path.axis.month_starts();
        for (month, albedo) in sky.albedo_by_month.iter().enumerate() {
            let span = Span { start: starts[month], end: starts[month + 1] };
            if let Some((normals, _)) = &tracked {
                tracked_light(&mut year, path, light, normals, *albedo, span, array.incidence);
                continue;
            }
            // One loop per glass: a choice inside the loop would keep it from vectorising.
            match array.incidence {
                Incidence::None => uncovered(&mut year, path, light, plane, *albedo, span),
                Incidence::Physical => glass(&mut year, path, light, plane, *albedo, span),
                Incidence::Ashrae(b) => ashrae_glass(&mut year, path, light, plane, *albedo, span, b),
            }
        }
        if let Some(bifacial) = array.bifacial {
            let cover = plane.tracker.map(|tracker| tracker.ground_cover);
            let cover = cover.or(array.rows.map(|rows| rows.ground_cover)).unwrap_or(0.0);
            for (month, albedo) in sky.albedo_by_month.iter().enumerate() {
                for step in starts[month]..starts[month + 1] {
                    let cos_tilt = match &tracked {
                        Some((normals, _)) => normals[step].z,
                        None => plane.tilt_deg.to_radians().cos(),
                    };
                    let (ghi, dhi) = (light.ghi_w_per_m2[step], light.dhi_w_per_m2[step]);
                    let gain = bifacial.gain_w_per_m2(ghi, dhi, *albedo, cos_tilt, cover);
                    year.effective_w_per_m2[step] += gain;
                }
            }
        }
        array.cell_temperature.fill(
            &year.poa_w_per_m2,
            sky.temperature_c,
            sky.wind_speed_m_s,
            &mut year.cell_c,
        );
        year
    }
}

/// The light that rows and horizon leave, if there are any.
fn obstructed(
    path: &SunPath,
    light: &Light,
    array: &PvArray,
    plane: &Plane,
    shaded: Option<&[f64]>,
) -> Option<Light> {
    let mut lit = vec![1.0; path.len()];
    let mut dome = 1.0;
    let mut times = |shares: &[f64]| lit.iter_mut().zip(shares).for_each(|(lit, share)| *lit *= share);
    match (shaded, array.rows) {
        (Some(shaded), _) => times(&shaded.iter().map(|share| 1.0 - share).collect::<Vec<f64>>()),
        (None, Some(rows)) => {
            times(&rows.lit_share(path, plane.tilt_deg, plane.azimuth_deg));
            dome *= rows.dome_share(plane.tilt_deg);
        }
        (None, None) if array.horizon.is_none() => return None,
        (None, None) => (),
    }
    if let Some(horizon) = &array.horizon {
        times(&horizon.open(path));
        dome *= horizon.dome_share();
    }
    Some(light.dimmed(&lit, dome))
}

/// Beam, sky and ground on a plane that turns, over a month.
fn tracked_light(
    year: &mut PlaneYear,
    path: &SunPath,
    light: &Light,
    normals: &[Vector3<f64>],
    albedo: f64,
    span: Span,
    incidence: Incidence,
) {
    for (step, normal) in normals.iter().enumerate().take(span.end).skip(span.start) {
        let cosine = path.direction(step).dot(normal).max(0.0);
        let beam = light.dni_w_per_m2[step] * cosine;
        let sin_tilt = (1.0 - normal.z * normal.z).max(0.0).sqrt();
        let sky = light.isotropic_w_per_m2[step] * (1.0 + normal.z)
            + light.circumsolar_w_per_m2[step] * cosine
            + light.horizon_w_per_m2[step] * sin_tilt;
        let diffuse = sky.max(0.0) + light.ghi_w_per_m2[step] * albedo * 0.5 * (1.0 - normal.z);
        year.beam_w_per_m2[step] = beam;
        year.poa_w_per_m2[step] = beam + diffuse;
        year.effective_w_per_m2[step] = beam * incidence.modifier(cosine) + diffuse;
    }
}

/// Steps of one month.
#[derive(Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
}

#[allow(unsafe_code)] // the macro calls the version that the processor was found to support
#[multiversion(targets("x86_64+avx2+fma", "x86_64+avx"))]
fn glass(year: &mut PlaneYear, path: &SunPath, light: &Light, plane: &Plane, albedo: f64, span: Span) {
    transpose(year, path, light, plane, albedo, span, physical);
}

#[allow(unsafe_code)] // as above
#[multiversion(targets("x86_64+avx2+fma", "x86_64+avx"))]
fn ashrae_glass(
    year: &mut PlaneYear,
    path: &SunPath,
    light: &Light,
    plane: &Plane,
    albedo: f64,
    span: Span,
    b: f64,
) {
    transpose(year, path, light, plane, albedo, span, |cosine| ashrae(cosine, b));
}

#[allow(unsafe_code)] // as above
#[multiversion(targets("x86_64+avx2+fma", "x86_64+avx"))]
fn uncovered(year: &mut PlaneYear, path: &SunPath, light: &Light, plane: &Plane, albedo: f64, span: Span) {
    transpose(year, path, light, plane, albedo, span, |_| 1.0);
}

/// Beam, sky and ground on a fixed plane over a month.
#[inline(always)]
fn transpose(
    year: &mut PlaneYear,
    path: &SunPath,
    light: &Light,
    plane: &Plane,
    albedo: f64,
    Span { start, end }: Span,
    modifier: impl Fn(f64) -> f64,
) {
    let normal = plane.normal();
    let (sin_tilt, cos_tilt) = plane.tilt_deg.to_radians().sin_cos();
    let ground_share = albedo * 0.5 * (1.0 - cos_tilt);
    let n = end - start;
    let (east, north, up) =
        (&path.east[start..end][..n], &path.north[start..end][..n], &path.up[start..end][..n]);
    let ghi = &light.ghi_w_per_m2[start..end][..n];
    let dni = &light.dni_w_per_m2[start..end][..n];
    let dome = &light.isotropic_w_per_m2[start..end][..n];
    let disc = &light.circumsolar_w_per_m2[start..end][..n];
    let band = &light.horizon_w_per_m2[start..end][..n];
    let beam_out = &mut year.beam_w_per_m2[start..end][..n];
    let poa_out = &mut year.poa_w_per_m2[start..end][..n];
    let effective_out = &mut year.effective_w_per_m2[start..end][..n];
    for t in 0..n {
        let cosine = (east[t] * normal.x + north[t] * normal.y + up[t] * normal.z).max(0.0);
        let beam = dni[t] * cosine;
        let sky = (dome[t] * (1.0 + cos_tilt) + disc[t] * cosine + band[t] * sin_tilt).max(0.0);
        let diffuse = sky + ghi[t] * ground_share;
        beam_out[t] = beam;
        poa_out[t] = beam + diffuse;
        effective_out[t] = beam * modifier(cosine) + diffuse;
    }
}
