//! Where the models of sky and cells were fitted, and what a year asks of them beyond.
//!
//! Beyond its range a model still gives numbers; a planner is told how much of the year rests on them.

use super::{Decomposition, PlaneYear, PvArray, SunPath};
use crate::problem::Problem;

/// Cell temperatures at which modules are rated, °C: the temperature coefficient and the parameters
/// of the single-diode model rest on measurements between them.
pub const RATED_CELL_C: (f64, f64) = (15.0, 75.0);
/// Where [`RATED_CELL_C`] comes from.
pub const RATED_CELL_SOURCE: &str = "IEC 61853-1:2011";
/// Share of the year's light at cells beyond the range that is let pass: mornings and frost.
const LET_PASS: f64 = 0.05;

/// A warning where more than 5 % of the light meets cells beyond the range modules are rated in.
///
/// # Panics
/// If there are not as many years as planes.
pub fn cells_beyond(years: &[PlaneYear], array: &PvArray) -> Option<Problem> {
    assert_eq!(years.len(), array.planes.len(), "one year for each plane");
    let (low, high) = RATED_CELL_C;
    let (mut all, mut cold, mut warm) = (0.0, 0.0, 0.0);
    let (mut coldest, mut warmest) = (f64::INFINITY, f64::NEG_INFINITY);
    for (year, plane) in years.iter().zip(&array.planes) {
        for (light, cell) in year.effective_w_per_m2.iter().zip(&year.cell_c) {
            let light = light * plane.share;
            if light <= 0.0 {
                continue;
            }
            all += light;
            cold += if *cell < low { light } else { 0.0 };
            warm += if *cell > high { light } else { 0.0 };
            (coldest, warmest) = (coldest.min(*cell), warmest.max(*cell));
        }
    }
    if cold + warm <= LET_PASS * all {
        return None;
    }
    let (cold, warm) = (100.0 * cold / all, 100.0 * warm / all);
    let message = (
        format!(
            "cells run from {coldest:.0} to {warmest:.0} °C in the light, with {cold:.0} % of the light below {low} and {warm:.0} % above {high} °C; modules are rated from {low} to {high} °C ({RATED_CELL_SOURCE})"
        ),
        format!(
            "有光照时电池片温度为 {coldest:.0} 至 {warmest:.0} °C，{cold:.0} % 的光照低于 {low} °C，{warm:.0} % 高于 {high} °C；组件标定范围为 {low} 至 {high} °C（{RATED_CELL_SOURCE}）"
        ),
    );
    let hint = (
        "the law is carried on in a straight line; compare with the module's own measurements",
        "范围以外按直线外推，请与组件实测值对照",
    );
    Some(Problem::warning("beyond-fitted-range", message).at_key("cell_temperature").hint(hint))
}

/// What a decomposition was fitted on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fitted {
    /// Latitudes of its stations, deg, on the northern hemisphere.
    pub latitude_deg: (f64, f64),
    /// Clearness above which it had no data worth a curve.
    pub clearness: f64,
    /// Paper.
    pub source: &'static str,
}

impl Decomposition {
    /// The range this model was fitted in.
    ///
    /// # Source
    /// Erbs: five stations from Fort Hood (31.1° N) to Maynard (42.4° N), a constant above a clearness of
    /// 0.8. DISC: made with Atlanta, tested from Brownsville (25.9° N) to Bismarck (46.8° N); DIRINT is a
    /// correction of it. Latitudes rounded outwards.
    pub const fn fitted(self) -> Fitted {
        match self {
            Self::Erbs => {
                Fitted { latitude_deg: (31.0, 43.0), clearness: 0.8, source: "Erbs, Klein & Duffie (1982)" }
            }
            Self::Disc | Self::Dirint | Self::DirintStability => Fitted {
                latitude_deg: (25.0, 47.0),
                clearness: 1.0,
                source: "Maxwell (1987), SERI/TR-215-3087",
            },
        }
    }
}

/// Warnings where a global irradiance (W/m², shape `[steps]`) is split beyond what the model was
/// fitted on: another latitude, or more than 5 % of the light above its clearness.
///
/// # Panics
/// If the irradiance differs in length from the path.
pub fn split_beyond(path: &SunPath, ghi_w_per_m2: &[f64], model: Decomposition) -> Vec<Problem> {
    assert_eq!(ghi_w_per_m2.len(), path.len(), "global irradiance and sun path belong together");
    let fitted = model.fitted();
    let (low, high) = fitted.latitude_deg;
    let warning = |message: (String, String)| Problem::warning("beyond-fitted-range", message);
    let mut problems = Vec::new();
    let latitude = path.observer.latitude_deg;
    if !(low..=high).contains(&latitude.abs()) {
        let source = fitted.source;
        let message = (
            format!(
                "the global is split at a latitude of {latitude}°; the model was fitted between {low} and {high}° ({source})"
            ),
            format!("在纬度 {latitude}° 处分解总辐射，模型的拟合范围为 {low} 至 {high}°（{source}）"),
        );
        let hint = ("a file with beam and diffuse needs no such model", "含直射与散射辐射的文件无需该模型");
        problems.push(warning(message).hint(hint));
    }
    let (mut all, mut above) = (0.0, 0.0);
    for (step, ghi) in ghi_w_per_m2.iter().enumerate().filter(|(_, ghi)| **ghi > 0.0) {
        let cos_zenith = path.zenith_deg[step].to_radians().cos();
        all += ghi;
        // Close to the horizon clearness is not resolved.
        if cos_zenith > 0.1 && *ghi > fitted.clearness * path.extraterrestrial_w_per_m2[step] * cos_zenith {
            above += ghi;
        }
    }
    if above > LET_PASS * all {
        let (share, clearness, source) = (100.0 * above / all, fitted.clearness, fitted.source);
        let message = (
            format!(
                "{share:.0} % of the global stand above a clearness of {clearness}, where the model has no data ({source})"
            ),
            format!("{share:.0} % 的总辐射晴空指数高于 {clearness}，模型在该范围没有数据（{source}）"),
        );
        let hint = ("check the unit and the clock of the radiation", "请检查辐射的单位与时标");
        problems.push(warning(message).hint(hint));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solar::Plane;

    /// By hand: of 100 + 300 + 600 W/m², 100 meet cells of 10 °C and 600 cells of 80 °C.
    #[test]
    fn the_share_of_the_light_beyond_the_rated_range_is_told() {
        let year = PlaneYear {
            beam_w_per_m2: vec![0.0; 4],
            poa_w_per_m2: vec![0.0; 4],
            effective_w_per_m2: vec![0.0, 100.0, 300.0, 600.0],
            cell_c: vec![-40.0, 10.0, 40.0, 80.0],
        };
        let array = PvArray { planes: vec![Plane::fixed(20.0, 180.0)], ..PvArray::default() };
        let told = cells_beyond(std::slice::from_ref(&year), &array).expect("is beyond").to_string();
        assert!(
            told.contains(
                "from 10 to 80 °C in the light, with 10 % of the light below 15 and 60 % above 75 °C"
            ),
            "{told}"
        );
        let usual = PlaneYear { cell_c: vec![-40.0, 20.0, 40.0, 60.0], ..year };
        assert_eq!(cells_beyond(&[usual], &array), None);
    }
}
