//! A PV array: parameters, checks, and its AC power over a year.

use multiversion::multiversion;

use super::{
    Bifacial, CecInverter, CellTemperature, Decomposition, Horizon, Incidence, Inverter, Light, Module,
    Plane, PlaneYear, Rows, Sky, SkyModel, SunPath, clipping,
};
use crate::problem::Problem;
use crate::time::Axis;

/// Parameters of an array. Everything is per kW of DC capacity at standard test conditions.
#[derive(Debug, Clone, PartialEq)]
pub struct PvArray {
    /// Planes with their shares of the capacity.
    pub planes: Vec<Plane>,
    /// DC capacity over AC rating.
    pub dc_ac_ratio: f64,
    /// Inverter efficiency at rated power, fraction of 1.
    pub inverter_efficiency: f64,
    /// All losses not given separately, except inverter and clipping, fraction of DC.
    pub losses: f64,
    /// Soiling loss by month, fraction of the light.
    pub soiling_by_month: [f64; 12],
    /// Share of the time the array is in service; applied to AC as an average.
    pub availability: f64,
    /// Loss of DC power per year of age, fraction of the initial power.
    pub degradation_per_year: f64,
    /// Age of the array in the simulated year, years.
    pub age_years: f64,
    /// Change of DC power with cell temperature, 1/K, negative.
    pub temperature_coefficient_per_c: f64,
    /// Sky model.
    pub sky_model: SkyModel,
    /// Split of the global where the weather has no beam.
    pub decomposition: Decomposition,
    /// Incidence loss of the beam.
    pub incidence: Incidence,
    /// Cell temperature model.
    pub cell_temperature: CellTemperature,
    /// Rows of a ground array that shade each other; `None`: a roof or a single row.
    pub rows: Option<Rows>,
    /// Terrain in the light; `None`: a free horizon.
    pub horizon: Option<Horizon>,
    /// Light on the rear; `None`: one-sided modules.
    pub bifacial: Option<Bifacial>,
    /// Single-diode module; `None`: power proportional to light, with a temperature coefficient.
    pub module: Option<Module>,
    /// Inverter of the CEC library; `None`: the PVWatts curve.
    pub cec_inverter: Option<CecInverter>,
    /// Takes the clipping inside the step into account ([`super::clipping`]).
    pub clipping_inside_step: bool,
}

impl Default for PvArray {
    /// PVWatts' defaults (14 % losses, 96 % inverter, ratio 1.2, standard module) on a south-facing
    /// plane of 20°, Perez sky, Faiman cell temperature, glass.
    fn default() -> Self {
        Self {
            planes: vec![Plane::fixed(20.0, 180.0)],
            dc_ac_ratio: 1.2,
            inverter_efficiency: 0.96,
            losses: 0.14,
            soiling_by_month: [0.0; 12],
            availability: 1.0,
            degradation_per_year: 0.0,
            age_years: 0.0,
            temperature_coefficient_per_c: -0.0037,
            sky_model: SkyModel::Perez,
            decomposition: Decomposition::Erbs,
            incidence: Incidence::Physical,
            cell_temperature: CellTemperature::default(),
            rows: None,
            horizon: None,
            bifacial: None,
            module: None,
            cec_inverter: None,
            clipping_inside_step: false,
        }
    }
}

impl PvArray {
    /// Everything that is wrong, with keys relative to the array.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = self.cell_temperature.check();
        let mut range = |key: &str, value: f64, low: f64, high: f64, hint: &str| {
            if !(low..=high).contains(&value) {
                let message = format!("{value} is outside {low} to {high}");
                problems.push(Problem::error("out-of-range", message).at_key(key).hint(hint));
            }
        };
        range("dc_ac_ratio", self.dc_ac_ratio, 0.2, 5.0, "kW DC per kW AC, usually 1.0 to 1.5");
        range("inverter_efficiency", self.inverter_efficiency, 0.5, 1.0, "write 0.96 for 96 %");
        range("losses", self.losses, 0.0, 0.99, "write 0.14 for 14 %");
        for soiling in self.soiling_by_month {
            range("soiling_by_month", soiling, 0.0, 0.99, "write 0.03 for 3 %");
        }
        range("availability", self.availability, 0.0, 1.0, "write 0.99 for 99 %");
        range("degradation_per_year", self.degradation_per_year, 0.0, 0.2, "write 0.005 for 0.5 % a year");
        range("age_years", self.age_years, 0.0, 100.0, "years since commissioning");
        range(
            "temperature_coefficient_per_c",
            self.temperature_coefficient_per_c,
            -0.02,
            0.0,
            "write -0.0037 for -0.37 %/K",
        );
        if let Incidence::Ashrae(b) = self.incidence {
            range("incidence", b, 0.0, 0.5, "usually 0.05");
        }
        for plane in &self.planes {
            range("tilt_deg", plane.tilt_deg, 0.0, 90.0, "0 is flat, 90 a wall");
            range("azimuth_deg", plane.azimuth_deg, 0.0, 360.0, "from north, clockwise: 180 faces south");
            range("share", plane.share, 0.0, 1.0, "shares of the capacity add up to 1");
        }
        let parts = [
            self.rows.iter().flat_map(Rows::check).collect::<Vec<_>>(),
            self.horizon.iter().flat_map(Horizon::check).collect(),
            self.bifacial.iter().flat_map(Bifacial::check).collect(),
            self.module.iter().flat_map(Module::check).collect(),
            self.planes
                .iter()
                .filter_map(|plane| plane.tracker)
                .flat_map(|tracker| tracker.check())
                .collect(),
        ];
        problems.extend(parts.into_iter().flatten());
        let total: f64 = self.planes.iter().map(|plane| plane.share).sum();
        if (total - 1.0).abs() > 1e-6 {
            let message = format!("the planes' shares add up to {total}, not 1");
            problems.push(Problem::error("shares", message).at_key("planes"));
        }
        problems
    }

    /// The inverter of this array.
    pub fn inverter(&self) -> Inverter {
        Inverter { nominal_efficiency: self.inverter_efficiency, dc_ac_ratio: self.dc_ac_ratio }
    }

    /// DC power at which the inverter reaches its rating, kW per kW.
    fn dc_at_limit(&self) -> f64 {
        match self.cec_inverter {
            None => 1.0 / (self.dc_ac_ratio * self.inverter_efficiency),
            Some(inverter) => inverter.dc_rating_w / inverter.ac_rating_w / self.dc_ac_ratio,
        }
    }

    /// Share of DC power left after losses, soiling of a month (0 to 11) and ageing.
    fn dc_share(&self, month: usize) -> f64 {
        (1.0 - self.losses)
            * (1.0 - self.soiling_by_month[month])
            * (1.0 - self.degradation_per_year * self.age_years).max(0.0)
    }
}

/// Light and cell temperature of each plane of an array, in order: the first level of a park's
/// cache, independent of losses, ratio and inverter.
///
/// # Panics
/// If the sky's columns differ in length from the path: they are columns of one checked table.
pub fn plane_years(path: &SunPath, light: &Light, sky: &Sky, array: &PvArray) -> Vec<PlaneYear> {
    array.planes.iter().map(|plane| PlaneYear::new(path, light, sky, array, plane)).collect()
}

/// AC power per kW of DC capacity, kW, shape `[steps]`: the second level.
///
/// Planes share one inverter: their DC adds up before its curve and its limit.
///
/// # Panics
/// If there are not as many years as planes.
///
/// # Source
/// DC by PVWatts: Dobos (2014), NREL/TP-6A20-62641, section 4.
pub fn ac_from_planes(years: &[PlaneYear], axis: &Axis, array: &PvArray) -> Vec<f64> {
    assert_eq!(years.len(), array.planes.len(), "one year for each plane");
    let mut power = vec![0.0; axis.steps()];
    let starts = axis.month_starts();
    for month in 0..12 {
        let (start, end) = (starts[month], starts[month + 1]);
        for (year, plane) in years.iter().zip(&array.planes) {
            let rate = plane.share * array.dc_share(month);
            let (dc, light, cell) =
                (&mut power[start..end], &year.effective_w_per_m2[start..end], &year.cell_c[start..end]);
            match &array.module {
                None => add_dc(dc, light, cell, rate / 1000.0, array.temperature_coefficient_per_c),
                Some(module) => {
                    for ((dc, light), cell) in dc.iter_mut().zip(light).zip(cell) {
                        *dc += rate * module.per_kw(*light, *cell);
                    }
                }
            }
        }
    }
    let above = match array.clipping_inside_step {
        true => clipping::above_limit(&power, array.dc_at_limit()),
        false => Vec::new(),
    };
    match array.cec_inverter {
        None => convert(&mut power, array.inverter(), 1.0),
        Some(inverter) => {
            power.iter_mut().for_each(|power| *power = inverter.ac_per_kw(*power, array.dc_ac_ratio));
        }
    }
    clipping::take(&mut power, &above, 1.0 / array.dc_ac_ratio);
    power.iter_mut().for_each(|power| *power *= array.availability);
    power
}

/// AC power per kW of DC capacity over a year, kW, shape `[steps]`, from weather columns.
///
/// # Panics
/// If the sky's columns differ in length from the path: they are columns of one checked table.
pub fn ac_per_kw(path: &SunPath, sky: &Sky, array: &PvArray) -> Vec<f64> {
    let light = Light::new(path, sky, array.decomposition, array.sky_model);
    ac_from_planes(&plane_years(path, &light, sky, array), &path.axis, array)
}

#[allow(unsafe_code)] // the macro calls the version that the processor was found to support
#[multiversion(targets("x86_64+avx2+fma", "x86_64+avx"))]
fn add_dc(dc: &mut [f64], effective: &[f64], cell_c: &[f64], rate: f64, coefficient: f64) {
    for ((dc, light), cell) in dc.iter_mut().zip(effective).zip(cell_c) {
        *dc += light * rate * (1.0 + coefficient * (cell - 25.0)).max(0.0);
    }
}

#[allow(unsafe_code)] // as above
#[multiversion(targets("x86_64+avx2+fma", "x86_64+avx"))]
fn convert(power: &mut [f64], inverter: Inverter, availability: f64) {
    for power in power {
        *power = inverter.ac_per_kw(*power) * availability;
    }
}
