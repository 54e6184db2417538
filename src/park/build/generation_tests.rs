//! PV arrays and wind turbines as a scenario names them.

use std::path::Path;
use std::sync::Arc;

use super::{BuildOptions, build};
use crate::park::project::Generator;
use crate::problem::Problems;
use crate::scenario::{Files, Scenario, raw};

/// The generators of a park under the home case's weather.
fn generators(devices: &str) -> Result<Vec<Generator>, Problems> {
    let text = format!(
        "schema = 1\nname = \"t\"\n[time]\nyear = 2025\n[site]\nlatitude_deg = 26.66\nlongitude_deg = 119.55\n\
         elevation_m = 10\ntimezone = \"+08:00\"\nweather = \"weather/fuzhou.epw.gz\"\n[[park]]\nname = \"p\"\n{devices}"
    );
    let (raw, problems) = raw::parse("t.toml", &text);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let scenario = Scenario::from_raw(raw, Arc::new(Files::folder(&folder)), problems)?;
    Ok(build(&scenario, BuildOptions { seed: 1 })?.parks.remove(0).generators)
}

fn yields(devices: &str) -> Vec<f64> {
    let generators = generators(devices).unwrap_or_else(|problems| panic!("{problems}"));
    generators.iter().map(|generator| generator.per_kw.iter().sum()).collect()
}

#[test]
fn every_key_of_an_array_moves_its_yield_in_its_direction() {
    let base = yields("[[park.pv]]\ncapacity_kw = 1\n")[0];
    for (keys, low, high) in [
        ("mount = \"tracker\"", 1.05, 1.35),
        ("tilt_deg = 90", 0.4, 0.8),
        ("ground_cover = 0.9", 0.95, 0.999),
        ("bifaciality = 0.7", 1.05, 1.2),
        ("horizon_deg = [20, 20, 20, 20]", 0.7, 0.98),
        ("availability = 0.9", 0.8999, 0.9001),
        ("age_years = 10", 0.93, 0.97),
        ("soiling_by_month = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]", 0.88, 0.92),
        ("sky_model = \"isotropic\"", 0.95, 0.999),
        ("sky_model = \"hay-davies\"", 0.97, 1.01),
        ("incidence = \"none\"", 1.001, 1.03),
        ("incidence = \"ashrae\"", 0.98, 1.02),
        ("cell_temperature = \"pvsyst-insulated\"", 0.9, 0.99),
        ("inverter_efficiency = 0.9", 0.92, 0.95),
        ("temperature_coefficient_per_c = 0", 1.0, 1.1),
        ("dc_ac_ratio = 1.6\nclipping_inside_step = true", 0.8, 0.999),
        ("module = \"LONGi Green Energy Technology Co._ Ltd. LR6-72-330M\"", 0.95, 1.05),
        ("inverter = \"Sungrow Power Supply Co - Ltd : SG 60KU-M [480V]\"", 1.0, 1.06),
        ("connection = \"direct-line\"\nline_loss = 0.04", 0.95999, 0.96001),
        ("weather = \"weather/urumqi.epw.gz\"", 0.2, 2.0),
    ] {
        let ratio = yields(&format!("[[park.pv]]\ncapacity_kw = 1\n{keys}\n"))[0] / base;
        assert!((low..=high).contains(&ratio) && ratio != 1.0, "{keys}: {ratio}");
    }
}

/// Two planes behind one inverter that never clips give the mean of their two arrays.
#[test]
fn planes_of_an_array_share_its_capacity() {
    let plane = |azimuth: u32| {
        format!(
            "[[park.pv]]\nname = \"{azimuth}\"\ncapacity_kw = 1\ndc_ac_ratio = 0.5\ntilt_deg = 30\nazimuth_deg = {azimuth}\n"
        )
    };
    let both = "[[park.pv]]\nname = \"both\"\ncapacity_kw = 1\ndc_ac_ratio = 0.5\n\
                [[park.pv.plane]]\nshare = 0.5\ntilt_deg = 30\nazimuth_deg = 90\n\
                [[park.pv.plane]]\nshare = 0.5\ntilt_deg = 30\nazimuth_deg = 270\n";
    let sums = yields(&format!("{}{}{both}", plane(90), plane(270)));
    assert!((sums[2] / (0.5 * (sums[0] + sums[1])) - 1.0).abs() < 0.005, "{sums:?}");
}

#[test]
fn every_key_of_a_turbine_moves_its_yield_in_its_direction() {
    let base = yields("[[park.wind]]\nturbine = \"generic-5mw\"\nhub_height_m = 120\n")[0];
    for (keys, low, high) in [
        ("mean_wind_speed_m_s = 8", 1.5, 4.0),
        ("roughness_m = 0.5", 1.0, 2.5),
        ("shear_exponent = 0", 0.2, 0.9),
        ("density = \"none\"", 0.9, 1.1),
        ("losses = 0", 1.1, 1.12),
        ("cut_out_m_s = 10", 0.3, 0.999),
        ("line_loss = 0.1\nconnection = \"direct-line\"", 0.8999, 0.9001),
    ] {
        let devices = format!("[[park.wind]]\nturbine = \"generic-5mw\"\nhub_height_m = 120\n{keys}\n");
        let ratio = yields(&devices)[0] / base;
        assert!((low..=high).contains(&ratio) && ratio != 1.0, "{keys}: {ratio}");
    }
    let farm = &generators("[[park.wind]]\nturbine = \"generic-5mw\"\ncount = 3\n").expect("builds")[0];
    assert!((farm.capacity_kw / 15_000.0 - 1.0).abs() < 0.001);
}

#[test]
fn wrong_devices_are_named_with_line_and_nearest_fix() {
    for (devices, message) in [
        (
            "[[park.wind]]\nturbine = \"generic-5wm\"\n",
            "t.toml:14:11: park.p.wind.wind.turbine: turbine `generic-5wm` is not in the catalogue \
             (hint: did you mean `generic-5mw`?)",
        ),
        (
            "[[park.pv]]\ncapacity_kw = 1\n[[park.pv.plane]]\nshare = 0.5\ntilt_deg = 3\nazimuth_deg = 9\n",
            "the planes' shares add up to 0.5, not 1",
        ),
        (
            "[[park.pv]]\ncapacity_kw = 1\ninverter = \"Sungrow Power Supply Co - Ltd : SG 60KU-N [480V]\"\n",
            "did you mean `Sungrow Power Supply Co - Ltd : SG 60KU-M [480V]`?",
        ),
        ("[[park.wind]]\n", "`turbine` or `power_curve` is missing"),
        ("[[park.wind]]\npower_curve = \"none.csv\"\n", "none.csv"),
        ("[[park.pv]]\ncapacity_kw = 1\nsoiling_by_month = [0.1]\n", "1 values found, expected 12"),
    ] {
        let problems = generators(devices).expect_err(devices).to_string();
        assert!(problems.contains(message), "{problems}");
    }
}
