//! From plane irradiance to AC power against pvlib's chain of the same models.

use zeropark::solar::{CellTemperature, Plane, PlaneYear, PvArray, SkyModel, ac_from_planes};

use crate::harness::{Suite, Table, case_name};
use crate::solar_site::{Site, kwh, measured_light, planes};

const MODELS: [(&str, CellTemperature); 3] = [
    ("faiman", CellTemperature::Faiman { u0: 25.0, u1: 6.84 }),
    ("sapm", CellTemperature::SAPM_OPEN_RACK),
    ("pvsyst", CellTemperature::PVSYST_FREE),
];

#[test]
fn pv_power_matches_pvlib() {
    let mut suite = Suite::open("pv");
    // Rows of this suite are those of `irradiance`, whose files hold the weather.
    let weather = Suite::open("irradiance");
    for start in ["hourly_", "sample12d_"] {
        for file in suite.files(start, ".csv") {
            let case = case_name(&file);
            let source = weather.files(&format!("{case}."), "csv").into_iter().next();
            let source = source.unwrap_or_else(|| panic!("irradiance has no weather for {case}"));
            let table = Table::read(&file);
            let site = Site::new(&weather, &source, &Table::read(&source));
            compare_hours(&mut suite, &case, &site, &table);
            if start == "hourly_" {
                compare_annual(&mut suite, &site);
            }
        }
    }
    suite.finish();
}

/// One kW on one plane with the chain's parameters.
fn array(plane: &Plane, model: CellTemperature, dc_ac_ratio: f64) -> PvArray {
    PvArray { planes: vec![plane.clone()], cell_temperature: model, dc_ac_ratio, ..PvArray::default() }
}

/// DC after losses, W per kW: what an inverter without losses or limit would pass on.
fn dc_w(year: &PlaneYear) -> Vec<f64> {
    let cells = year.effective_w_per_m2.iter().zip(&year.cell_c);
    cells.map(|(light, cell)| light * (1.0 - 0.0037 * (cell - 25.0)) * 0.86).collect()
}

fn compare_hours(suite: &mut Suite, case: &str, site: &Site, table: &Table) {
    let light = measured_light(site, SkyModel::Perez);
    let sky = site.sky();
    for (name, plane) in planes(table, "poa_global_") {
        for (model, cell) in MODELS {
            let array = array(&plane, cell, 1.2);
            let year = PlaneYear::new(&site.path, &light, &sky, &array, &plane);
            let column = format!("tcell_{model}_{name}");
            let [plain, edge] = site.split(&year.cell_c, &table.numbers(&column));
            suite.compare(case, &column, "cell_c", plain);
            suite.compare(case, &format!("{column}@horizon"), "cell_horizon_c", edge);
            if model != "faiman" {
                continue;
            }
            let ac = |ratio: f64| -> Vec<f64> {
                let array = PvArray { dc_ac_ratio: ratio, ..array.clone() };
                let power = ac_from_planes(std::slice::from_ref(&year), &site.path.axis, &array);
                power.iter().map(|kw| kw * 1000.0).collect()
            };
            for (prefix, tolerance, ours) in [
                ("poa_global", "irradiance", year.poa_w_per_m2.clone()),
                ("poa_eff", "irradiance", year.effective_w_per_m2.clone()),
                ("dc_w", "power_w", dc_w(&year)),
                ("ac12_w", "power_w", ac(1.2)),
                ("ac16_w", "power_w", ac(1.6)),
            ] {
                let column = format!("{prefix}_{name}");
                let [plain, edge] = site.split(&ours, &table.numbers(&column));
                suite.compare(case, &column, tolerance, plain);
                suite.compare(case, &format!("{column}@horizon"), "horizon", edge);
            }
        }
    }
}

fn compare_annual(suite: &mut Suite, site: &Site) {
    let case = format!("annual_{}", site.name);
    let file = suite.beside(&format!("{case}.csv"));
    if !file.is_file() {
        return;
    }
    let table = Table::read(&file);
    let sky = site.sky();
    let orientations: Vec<Plane> = (table.numbers("tilt").into_iter().zip(table.numbers("azimuth")))
        .map(|(tilt, azimuth)| Plane::fixed(tilt, azimuth))
        .collect();
    let mut compare = |column: &str, ours: &dyn Fn(&Plane) -> f64| {
        let pairs: Vec<_> = orientations.iter().map(ours).zip(table.numbers(column)).collect();
        suite.compare(&case, column, "annual", pairs);
    };
    let perez = measured_light(site, SkyModel::Perez);
    let hay_davies = measured_light(site, SkyModel::HayDavies);
    let year =
        |light, cell, plane: &Plane| PlaneYear::new(&site.path, light, &sky, &array(plane, cell, 1.2), plane);
    let ac = |light, cell, ratio, plane: &Plane| {
        let years = [year(light, cell, plane)];
        ac_from_planes(&years, &site.path.axis, &array(plane, cell, ratio)).iter().sum::<f64>()
    };
    let faiman = MODELS[0].1;
    compare("poa_kwh_m2", &|plane| kwh(&year(&perez, faiman, plane).poa_w_per_m2));
    for (model, cell) in MODELS {
        compare(&format!("dc_kwh_per_kw_{model}"), &|plane| kwh(&dc_w(&year(&perez, cell, plane))));
        compare(&format!("ac12_kwh_per_kw_{model}"), &|plane| ac(&perez, cell, 1.2, plane));
    }
    compare("ac10_kwh_per_kw_faiman", &|plane| ac(&perez, faiman, 1.0, plane));
    compare("ac16_kwh_per_kw_faiman", &|plane| ac(&perez, faiman, 1.6, plane));
    compare("ac12_haydavies_faiman", &|plane| ac(&hay_davies, faiman, 1.2, plane));
}
