//! Shear, density and power curves against windpowerlib.

use zeropark::wind::{
    Air, Curve, CurveKind, DensityRule, Shear, Turbine, air_density_barometric_kg_per_m3,
    air_density_kg_per_m3, hub_speed_m_s, power_kw,
};

use crate::harness::{Suite, Table, case_name};

#[test]
fn wind_power_matches_windpowerlib() {
    let mut suite = Suite::open("wind");
    for start in ["hourly_", "sample240h_"] {
        for file in suite.files(start, ".csv") {
            let case = case_name(&file);
            let name = case.strip_prefix(start).unwrap_or(&case).to_owned();
            let json = suite.json(&suite.beside(&format!("case_{name}.json")));
            compare(&mut suite, &case, &Table::read(&file), &json, start == "hourly_");
        }
    }
    suite.finish();
}

fn compare(suite: &mut Suite, case: &str, table: &Table, json: &serde_json::Value, whole_year: bool) {
    let field = |value: &serde_json::Value, key: &str| {
        value[key].as_f64().unwrap_or_else(|| panic!("{case}: no {key}"))
    };
    let list = |key: &str| -> Option<Vec<f64>> {
        let values = json["turbine_data"][key].as_array()?;
        Some(values.iter().map(|value| value.as_f64().unwrap_or(f64::NAN)).collect())
    };
    let (hub, reference, roughness) =
        (field(json, "hub_height_m"), field(json, "reference_height_m"), field(json, "roughness_m"));
    let nominal_w = field(&json["turbine_data"], "nominal_power_w");
    let powers: Vec<f64> = list("p").expect("a power curve").iter().map(|watt| watt / 1000.0).collect();
    let curve = Curve::new(&list("v").expect("speeds"), &powers, CurveKind::PowerKw).expect("a sound curve");

    let speed = table.numbers("wind_speed_m_s");
    let temperature: Vec<f64> = table.numbers("temp_k").iter().map(|kelvin| kelvin - 273.15).collect();
    let pressure = table.numbers("pressure_pa");
    let air = Air {
        speed_m_s: &speed,
        speed_height_m: reference,
        temperature_c: &temperature,
        temperature_height_m: 2.0,
        pressure_pa: &pressure,
        pressure_height_m: 0.0,
    };
    let log = Turbine {
        shear: Shear::LogLaw { roughness_m: roughness },
        density: DensityRule::None,
        ..Turbine::new(curve, hub)
    };
    let seventh = Turbine { shear: Shear::PowerLaw { exponent: 1.0 / 7.0 }, ..log.clone() };
    let rough = Turbine { shear: Shear::PowerLaw { exponent: 1.0 / (hub / roughness).ln() }, ..log.clone() };
    for (column, turbine) in
        [("v_hub_log", &log), ("v_hub_hellmann_1_7", &seventh), ("v_hub_hellmann_rough", &rough)]
    {
        let ours = hub_speed_m_s(turbine, &air);
        suite.compare(case, column, "speed", ours.into_iter().zip(table.numbers(column)));
    }
    for (column, rule) in [
        ("rho_ideal", air_density_kg_per_m3 as fn(f64, f64, f64, f64, f64) -> f64),
        ("rho_barometric", air_density_barometric_kg_per_m3),
    ] {
        let density = (0..table.len()).map(|i| rule(temperature[i], 2.0, pressure[i], 0.0, hub));
        suite.compare(case, column, "density", density.zip(table.numbers(column)));
    }

    let watts =
        |turbine: &Turbine| -> Vec<f64> { power_kw(turbine, &air).iter().map(|kw| kw * 1000.0).collect() };
    let site = Turbine { density: DensityRule::SiteCurve, ..log.clone() };
    let mut columns =
        vec![("p_log_w", watts(&log)), ("p_hellmann_w", watts(&seventh)), ("p_log_density_w", watts(&site))];
    if let (Some(speeds), Some(coefficients)) = (list("cp_v"), list("cp")) {
        let kind =
            CurveKind::Coefficient { rotor_diameter_m: field(&json["turbine_data"], "rotor_diameter_m") };
        let curve = Curve::new(&speeds, &coefficients, kind).expect("a sound curve");
        columns.push(("p_cp_w", watts(&Turbine { curve, ..site.clone() })));
    }
    for (column, ours) in &columns {
        if table.has(column) {
            let expected = table.numbers(column);
            let shares =
                ours.iter().zip(expected).map(|(ours, expected)| (ours / nominal_w, expected / nominal_w));
            suite.compare(case, column, "share_of_nominal", shares);
        }
    }
    if !whole_year {
        return;
    }
    let mwh = |watts: &[f64]| watts.iter().sum::<f64>() / 1e6;
    for (column, ours) in &columns {
        if let Some(expected) = json["annual_mwh"][column].as_f64() {
            suite.compare(case, &format!("annual_{column}"), "annual", [(mwh(ours), expected)]);
        }
    }
    for (variant, rule) in [
        ("own_interp_no_density", DensityRule::None),
        ("iec_cube_root_speed", DensityRule::Iec),
        ("linear_power_scaling_capped", DensityRule::Linear),
    ] {
        if let Some(expected) = json["annual_mwh_variants"][variant].as_f64() {
            let ours = mwh(&watts(&Turbine { density: rule, ..log.clone() }));
            suite.compare(case, &format!("annual_{variant}"), "annual", [(ours, expected)]);
        }
    }
}
