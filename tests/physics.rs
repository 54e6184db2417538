//! PV and wind through the program: steps, edges of the Earth, and what a weather file does not hold.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use tempfile::TempDir;
use zeropark::park::project::Project;
use zeropark::park::{BuildOptions, build};
use zeropark::problem::Problems;
use zeropark::scenario::Scenario;

const FUZHOU: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/weather/fuzhou.epw.gz");

/// Where, and the weather to use.
struct Site<'a> {
    latitude_deg: f64,
    longitude_deg: f64,
    timezone: &'a str,
    weather: &'a str,
    more: &'a str,
}

const HOME: Site<'static> =
    Site { latitude_deg: 26.1, longitude_deg: 119.3, timezone: "+08:00", weather: FUZHOU, more: "" };

fn project(folder: &Path, site: &Site<'_>, year: i32, step: u32, devices: &str) -> Result<Project, Problems> {
    let Site { latitude_deg, longitude_deg, timezone, weather, more } = site;
    let text = format!(
        "schema = 1\nname = \"t\"\n[time]\nyear = {year}\nstep_minutes = {step}\ncalendar = \"none\"\n\
         [site]\nlatitude_deg = {latitude_deg:?}\nlongitude_deg = {longitude_deg:?}\ntimezone = \"{timezone}\"\n\
         weather = \"{weather}\"\n{more}\n[[park]]\nname = \"p\"\n{devices}"
    );
    let file = folder.join("s.toml");
    fs::write(&file, text).expect("writes");
    build(&Scenario::read(&file)?, BuildOptions { seed: 1 })
}

/// Full-load hours of each generator.
fn yields(folder: &Path, site: &Site<'_>, year: i32, step: u32, devices: &str) -> Vec<f64> {
    let project = project(folder, site, year, step, devices).unwrap_or_else(|problems| panic!("{problems}"));
    let step_h = project.axis.step_h();
    let sum = |power: &[f64]| {
        assert_eq!(power.len(), project.axis.steps());
        assert!(power.iter().all(|power| (0.0..=1.1).contains(power)));
        power.iter().sum::<f64>() * step_h
    };
    project.parks[0].generators.iter().map(|generator| sum(&generator.per_kw)).collect()
}

/// Every option that changes the light, the conversion or the wind.
fn every_option() -> String {
    let arrays = [
        "tilt_deg = 30",
        "tilt_deg = 90\nazimuth_deg = 90",
        "sky_model = \"hay-davies\"",
        "sky_model = \"isotropic\"",
        "incidence = \"ashrae\"",
        "mount = \"tracker\"",
        "mount = \"tracker\"\nbacktracking = false",
        "tilt_deg = 25\nground_cover = 0.6",
        "horizon_deg = [0, 10, 20, 10]",
        "tilt_deg = 25\nbifaciality = 0.7",
        "cell_temperature = \"sapm-open-rack\"",
        "cell_temperature = \"pvsyst-insulated\"",
        "module = \"LONGi Green Energy Technology Co._ Ltd. LR6-72-330M\"",
        "inverter = \"Sungrow Power Supply Co - Ltd : SG 60KU-M [480V]\"",
    ];
    let mut text = String::new();
    for (index, keys) in arrays.iter().enumerate() {
        let _ =
            writeln!(text, "[[park.pv]]\nname = \"a{index}\"\ncapacity_kw = 1\ndc_ac_ratio = 1.0\n{keys}");
    }
    for (index, keys) in
        ["", "density = \"none\"", "roughness_m = 0.1", "cut_out_m_s = 22"].iter().enumerate()
    {
        let _ = writeln!(text, "[[park.wind]]\nname = \"w{index}\"\nturbine = \"generic-5mw\"\n{keys}");
    }
    text
}

/// The documented bound: 1 % of the year for every model of PV and wind, on a year of hourly weather.
#[test]
fn yields_of_every_model_agree_within_one_percent_at_every_step() {
    let folder = TempDir::new().expect("a folder");
    let devices = every_option();
    let fine = yields(folder.path(), &HOME, 2025, 5, &devices);
    assert_eq!(fine.len(), 18);
    for step in [60, 30, 15, 10] {
        let coarse = yields(folder.path(), &HOME, 2025, step, &devices);
        for (index, (coarse, fine)) in coarse.iter().zip(&fine).enumerate() {
            let gap = coarse / fine - 1.0;
            println!("{step} min, device {index}: {:+.3} %", 100.0 * gap);
            assert!(gap.abs() < 0.01, "{step} min, device {index}: {gap}");
        }
    }
}

/// A plain weather file of one global irradiance by day and hour; steady wind, 15 °C.
fn weather_of(folder: &Path, leap: bool, ghi: impl Fn(usize, usize) -> f64) -> String {
    weather_at(folder, leap, 15.0, ghi)
}

/// The same at another temperature.
fn weather_at(folder: &Path, leap: bool, air_c: f64, ghi: impl Fn(usize, usize) -> f64) -> String {
    let mut text = "ghi,temperature_c,wind_speed\n".to_owned();
    for hour in 0..if leap { 8784 } else { 8760 } {
        let _ = writeln!(text, "{:.1},{air_c},7.0", ghi(hour / 24, hour % 24));
    }
    fs::write(folder.join("weather.csv"), text).expect("writes");
    "weather.csv".to_owned()
}

/// Half a cosine of sun from 6 to 18 o'clock.
fn plain_weather(folder: &Path, leap: bool) -> String {
    weather_of(folder, leap, |_, hour| half_cosine(hour))
}

fn half_cosine(hour: usize) -> f64 {
    let noon = (hour as f64 + 0.5 - 12.0) / 24.0 * std::f64::consts::TAU;
    600.0 * noon.cos().max(0.0)
}

#[test]
fn a_file_with_only_the_global_is_split_by_the_model_asked_for() {
    let folder = TempDir::new().expect("a folder");
    let weather = plain_weather(folder.path(), false);
    let device = "[[park.pv]]\ncapacity_kw = 1\ntilt_deg = 35\n";
    let of = |model: &str| {
        let more = format!("decomposition = \"{model}\"");
        yields(folder.path(), &Site { weather: &weather, more: &more, ..HOME }, 2025, 60, device)[0]
    };
    let [erbs, disc, dirint] = ["erbs", "disc", "dirint"].map(of);
    for (one, other) in [(erbs, disc), (erbs, dirint), (disc, dirint)] {
        let gap = (one / other - 1.0).abs();
        assert!(gap > 1e-6 && gap < 0.1, "{erbs} {disc} {dirint}");
    }
}

#[test]
fn the_poles_the_date_line_and_leap_years_have_their_yield() {
    let folder = TempDir::new().expect("a folder");
    let devices = "[[park.pv]]\ncapacity_kw = 1\n[[park.pv]]\ncapacity_kw = 1\nmount = \"tracker\"\n\
                   [[park.wind]]\nturbine = \"generic-5mw\"\n";
    let places =
        [(90.0, 0.0, "+00:00"), (-90.0, 0.0, "+00:00"), (0.0, 180.0, "+12:00"), (0.0, -180.0, "-12:00")];
    for year in [2024, 2025] {
        for (latitude_deg, longitude_deg, timezone) in places {
            let leap = year == 2024;
            // At a pole the sun is up for half a year, at one height all day.
            let summer = |day: usize| (95..250).contains(&day) == (latitude_deg > 0.0);
            let night = |day: usize| (70..280).contains(&day) && latitude_deg < 0.0;
            let pole = |day: usize, _| if summer(day) && !night(day) { 150.0 } else { 0.0 };
            let weather = match latitude_deg == 0.0 {
                true => plain_weather(folder.path(), leap),
                false => weather_of(folder.path(), leap, pole),
            };
            let site = Site { latitude_deg, longitude_deg, timezone, weather: &weather, more: "" };
            for hours in yields(folder.path(), &site, year, 60, devices) {
                assert!(hours > 0.0, "{year} {latitude_deg} {longitude_deg}: {hours}");
            }
        }
    }
}

/// A day and night of the tropics do not happen at a pole: the file belongs elsewhere.
#[test]
fn weather_that_the_sun_of_the_place_cannot_make_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let weather = plain_weather(folder.path(), false);
    let pole =
        Site { latitude_deg: 90.0, longitude_deg: 0.0, timezone: "+00:00", weather: &weather, more: "" };
    let device = "[[park.pv]]\ncapacity_kw = 1\n";
    let problems = project(folder.path(), &pole, 2025, 60, device).expect_err("cannot be").to_string();
    assert!(problems.contains("where the sun of 90°, 0° cannot be"), "{problems}");
}

/// Without an azimuth a plane faces the equator; one with the other hemisphere's is warned of.
#[test]
fn planes_of_the_southern_hemisphere_face_north() {
    let folder = TempDir::new().expect("a folder");
    let weather = plain_weather(folder.path(), false);
    let south =
        Site { latitude_deg: -34.0, longitude_deg: 150.0, timezone: "+10:00", weather: &weather, more: "" };
    let devices = "[[park.pv]]\ncapacity_kw = 1\ntilt_deg = 30\n\
                   [[park.pv]]\ncapacity_kw = 1\ntilt_deg = 30\nazimuth_deg = 0\n\
                   [[park.pv]]\ncapacity_kw = 1\ntilt_deg = 30\nazimuth_deg = 180\n";
    let hours = yields(folder.path(), &south, 2025, 60, devices);
    assert_eq!(hours[0], hours[1]);
    assert!(hours[2] < 0.9 * hours[0], "{hours:?}");
    let built =
        project(folder.path(), &south, 2025, 60, devices).unwrap_or_else(|problems| panic!("{problems}"));
    let found: Vec<String> = built.warnings.iter().map(ToString::to_string).collect();
    let away: Vec<_> = found.iter().filter(|text| text.contains("faces away from the sun")).collect();
    assert_eq!(away.len(), 1, "{found:?}");
    assert!(away[0].contains("pv-3") && away[0].contains("0 (north)"), "{}", away[0]);
}

/// By hand: at 7 m/s and 1.225 kg/m³ a rotor of 100 m meets 0.5 · 1.225 · π · 50² · 343 = 1650.0 kW of
/// wind, of which the coefficient takes 0.4.
#[test]
fn a_curve_of_power_coefficients_turns_wind_into_power() {
    let folder = TempDir::new().expect("a folder");
    let weather = plain_weather(folder.path(), false);
    fs::write(folder.path().join("cp.csv"), "wind_speed_m_s,cp\n3,0.4\n20,0.4\n").expect("writes");
    let site = Site { weather: &weather, ..HOME };
    let device = "[[park.wind]]\npower_curve = \"cp.csv\"\nrotor_diameter_m = 100\nshear_exponent = 0\n\
                  density = \"none\"\nlosses = 0\n";
    let built =
        project(folder.path(), &site, 2025, 60, device).unwrap_or_else(|problems| panic!("{problems}"));
    let farm = &built.parks[0].generators[0];
    let power_kw = farm.per_kw[0] * farm.capacity_kw;
    assert!((power_kw / (0.4 * 1650.0) - 1.0).abs() < 1e-3, "{power_kw}");
    let wrong = "[[park.wind]]\nturbine = \"generic-5mw\"\nrotor_diameter_m = 100\n";
    let problems =
        project(folder.path(), &site, 2025, 60, wrong).expect_err("has no coefficients").to_string();
    assert!(problems.contains("rotor_diameter_m"), "{problems}");
}

/// The full libraries come as gzip; what is named in a file is the same as what is built in.
#[test]
fn libraries_are_read_from_files_packed_or_not() {
    let folder = TempDir::new().expect("a folder");
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/catalogue/pv-library");
    for name in ["modules.csv", "inverters.csv"] {
        let bytes = fs::read(shipped.join(name)).expect("reads");
        let packed = fs::File::create(folder.path().join(format!("{name}.gz"))).expect("makes");
        let mut packed = flate2::write::GzEncoder::new(packed, flate2::Compression::fast());
        packed.write_all(&bytes).expect("writes");
        packed.finish().expect("ends");
    }
    let array = "[[park.pv]]\ncapacity_kw = 1\nmodule = \"LONGi Green Energy Technology Co._ Ltd. LR6-72-330M\"\n\
                 inverter = \"Sungrow Power Supply Co - Ltd : SG 60KU-M [480V]\"\n";
    let given = "module_library = \"modules.csv.gz\"\ninverter_library = \"inverters.csv.gz\"\n";
    let hours = yields(folder.path(), &HOME, 2025, 60, &format!("{array}{array}{given}"));
    assert_eq!(hours[0], hours[1]);
    let unused = "[[park.pv]]\ncapacity_kw = 1\nmodule_library = \"modules.csv.gz\"\n";
    let problems = project(folder.path(), &HOME, 2025, 60, unused).expect_err("is not used").to_string();
    assert!(problems.contains("no `module` is named"), "{problems}");
}

#[test]
fn curves_that_cannot_be_are_named_with_file_and_row() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("back.csv"), "wind_speed_m_s,power_kw\n3,0\n5,100\n4,200\n25,200\n")
        .expect("writes");
    fs::write(folder.path().join("betz.csv"), "wind_speed_m_s,cp\n3,0.4\n5,0.7\n").expect("writes");
    for (keys, expected) in [
        ("power_curve = \"back.csv\"", ["back.csv:4:", "4 m/s does not follow 5 m/s"]),
        ("power_curve = \"betz.csv\"\nrotor_diameter_m = 90", ["betz.csv:3:", "Betz' limit is 0.593"]),
        ("power_curve = \"betz.csv\"", ["betz.csv:1:", "column `power_kw` is missing"]),
        (
            "turbine = \"generic-5mw\"\ncut_out_m_s = 20\nrestart_m_s = 25",
            ["s.toml:18:", "25 is outside 5 to 20"],
        ),
        ("turbine = \"generic-5mw\"\nroughness_m = 5\nhub_height_m = 5", ["roughness_m", "heights of wind"]),
    ] {
        let device = format!("[[park.wind]]\n{keys}\n");
        let problems = project(folder.path(), &HOME, 2025, 60, &device).expect_err(keys).to_string();
        assert!(expected.iter().all(|part| problems.contains(part)), "{keys}: {problems}");
    }
}

/// An inverter of 1 kW behind 1.6 kW. Weather refined by the program is smooth inside the hour, so the
/// correction, made for clouds, takes more than 5-minute steps do, but little.
#[test]
fn the_correction_for_clipping_only_takes_and_takes_little() {
    let folder = TempDir::new().expect("a folder");
    let array =
        |more: &str| format!("[[park.pv]]\ncapacity_kw = 1\ndc_ac_ratio = 1.6\ntilt_deg = 20\n{more}\n");
    let fine = yields(folder.path(), &HOME, 2025, 5, &array(""))[0];
    let hours = array("") + &array("clipping_inside_step = true");
    let hours = yields(folder.path(), &HOME, 2025, 60, &hours);
    let [plain, corrected] = [hours[0] / fine - 1.0, hours[1] / fine - 1.0];
    println!("plain {:+.3} %, corrected {:+.3} %", 100.0 * plain, 100.0 * corrected);
    assert!(corrected < plain && plain - corrected < 0.003 && corrected.abs() < 0.005, "{plain} {corrected}");
}

/// Warnings of a kind, as texts.
fn warnings(folder: &Path, site: &Site<'_>, devices: &str, kind: &str) -> Vec<String> {
    let built = project(folder, site, 2025, 60, devices).unwrap_or_else(|problems| panic!("{problems}"));
    built.warnings.iter().filter(|found| found.kind == kind).map(ToString::to_string).collect()
}

/// Under 600 W/m² and 7 m/s a cell is at most 600 / (25 + 6.84 · 7) = 8.2 K above the air (somewhat more on
/// a tilted plane): all light meets cells below 15 °C in air of -30 °C, none in air of 15 °C.
#[test]
fn cells_beyond_the_rated_range_are_told_with_range_and_source() {
    let folder = TempDir::new().expect("a folder");
    let device = "[[park.pv]]\ncapacity_kw = 1\n";
    let told = |air_c| {
        let weather = weather_at(folder.path(), false, air_c, |_, hour| half_cosine(hour));
        let found =
            warnings(folder.path(), &Site { weather: &weather, ..HOME }, device, "beyond-fitted-range");
        found.into_iter().filter(|text| text.contains("cells")).collect::<Vec<_>>()
    };
    assert_eq!(told(15.0), Vec::<String>::new());
    let cold = told(-30.0);
    assert_eq!(cold.len(), 1, "{cold:?}");
    for part in ["park.p.pv.pv", "from -30 to -2", "100 % of the light below 15", "15 to 75 °C (IEC 61853-1"]
    {
        assert!(cold[0].contains(part), "{part}: {}", cold[0]);
    }
}

/// Erbs et al. had stations from 31 to 43° N; DISC reaches from 25 to 47° N. The home case's file has a beam.
#[test]
fn a_split_beyond_what_it_was_fitted_on_is_told_with_range_and_source() {
    let folder = TempDir::new().expect("a folder");
    let weather = weather_of(folder.path(), false, |_, hour| 0.5 * half_cosine(hour));
    let device = "[[park.pv]]\ncapacity_kw = 1\n";
    let told = |latitude_deg, model: &str| {
        let more = format!("decomposition = \"{model}\"");
        let site = Site { latitude_deg, weather: &weather, more: &more, ..HOME };
        warnings(folder.path(), &site, device, "beyond-fitted-range")
    };
    for (latitude_deg, model, part) in [
        (26.1, "erbs", Some("between 31 and 43° (Erbs, Klein & Duffie (1982))")),
        (35.0, "erbs", None),
        (-35.0, "erbs", None),
        (26.1, "disc", None),
        (5.0, "dirint", Some("between 25 and 47° (Maxwell (1987), SERI/TR-215-3087)")),
    ] {
        let found = told(latitude_deg, model);
        assert_eq!(found.len(), usize::from(part.is_some()), "{latitude_deg} {model}: {found:?}");
        assert!(part.is_none_or(|part| found[0].contains(part)), "{found:?}");
    }
    assert_eq!(warnings(folder.path(), &HOME, device, "beyond-fitted-range"), Vec::<String>::new());
}

/// By hand: at a steady 7 m/s, half way between 0.7 at 5 and 0.9 at 9 m/s, the farm keeps 0.8 of what its
/// turbines give; with losses of 10 % besides, 0.72.
#[test]
fn a_farm_keeps_what_its_efficiency_says_at_the_wind_of_the_hour() {
    let folder = TempDir::new().expect("a folder");
    let weather = plain_weather(folder.path(), false);
    fs::write(folder.path().join("farm.csv"), "wind_speed_m_s,efficiency\n5,0.7\n9,0.9\n").expect("writes");
    fs::write(folder.path().join("wrong.csv"), "wind_speed_m_s,efficiency\n5,70\n").expect("writes");
    let turbine = "[[park.wind]]\nturbine = \"generic-5mw\"\nshear_exponent = 0\n";
    let devices = format!(
        "{turbine}losses = 0\n{turbine}losses = 0\nefficiency_curve = \"farm.csv\"\n\
         {turbine}losses = 0.1\nefficiency_curve = \"farm.csv\"\n"
    );
    let site = Site { weather: &weather, ..HOME };
    let hours = yields(folder.path(), &site, 2025, 60, &devices);
    assert!((hours[1] / hours[0] - 0.8).abs() < 1e-9, "{hours:?}");
    assert!((hours[2] / hours[0] - 0.72).abs() < 1e-9, "{hours:?}");
    let wrong = format!("{turbine}efficiency_curve = \"wrong.csv\"\n");
    let problems = project(folder.path(), &site, 2025, 60, &wrong).expect_err("is no share").to_string();
    assert!(problems.contains("wrong.csv:2:") && problems.contains("70 is outside 0 to 1"), "{problems}");
}

/// The rear adds bifaciality · (1 - loss) of its light, so what it adds to the light is as 1 - loss; with no
/// inverter limit and a temperature that the rear does not move, so is the yield, but for the inverter's curve.
/// ASHRAE's b of 0 is no loss at all.
#[test]
fn the_loss_of_the_rear_and_of_the_glass_are_keys() {
    let folder = TempDir::new().expect("a folder");
    let array =
        |keys: &str| format!("[[park.pv]]\ncapacity_kw = 1\ndc_ac_ratio = 0.5\ntilt_deg = 25\n{keys}\n");
    let devices = array("")
        + &array("bifaciality = 0.8\nrear_loss = 0")
        + &array("bifaciality = 0.8\nrear_loss = 0.5")
        + &array("bifaciality = 0.8\nrear_loss = 1")
        + &array("incidence = \"none\"")
        + &array("incidence = \"ashrae\"\nincidence_b = 0")
        + &array("incidence = \"ashrae\"\nincidence_b = 0.1");
    let hours = yields(folder.path(), &HOME, 2025, 60, &devices);
    let gain = |index: usize| hours[index] - hours[0];
    assert!((gain(2) / gain(1) - 0.5).abs() < 0.01, "{hours:?}");
    assert!(gain(3).abs() < 1e-9 && gain(1) > 0.05 * hours[0], "{hours:?}");
    assert!((hours[5] / hours[4] - 1.0).abs() < 1e-3 && hours[6] < 0.99 * hours[5], "{hours:?}");
    for (keys, part) in
        [("rear_loss = 0.2", "without `bifaciality`"), ("incidence_b = 0.1", "incidence = \"ashrae\"")]
    {
        let problems = project(folder.path(), &HOME, 2025, 60, &array(keys)).expect_err(keys).to_string();
        assert!(problems.contains(part), "{problems}");
    }
}

/// Light as smooth as a day: every decomposition and sky gives the same year at every step within 1 %.
#[test]
fn split_light_agrees_within_one_percent_at_every_step() {
    let folder = TempDir::new().expect("a folder");
    let weather = plain_weather(folder.path(), false);
    for model in ["erbs", "disc", "dirint"] {
        let more = format!("decomposition = \"{model}\"");
        let site = Site { weather: &weather, more: &more, ..HOME };
        let hours = |step| yields(folder.path(), &site, 2025, step, "[[park.pv]]\ncapacity_kw = 1\n")[0];
        let fine = hours(5);
        for step in [60, 30, 15] {
            let gap = hours(step) / fine - 1.0;
            println!("{model} {step} min: {:+.3} %", 100.0 * gap);
            assert!(gap.abs() < 0.01, "{model} {step} min: {gap}");
        }
    }
}
