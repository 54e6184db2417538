//! Decomposition, transposition, air mass, incidence and glass against pvlib.

use zeropark::solar::{
    CellTemperature, Decomposition, Incidence, Light, Plane, PlaneYear, PvArray, Sky, SkyModel, decompose,
    incidence_cosine, relative_air_mass,
};

use crate::harness::{Suite, Table, case_name};
use crate::solar_site::{Site, kwh, measured_light, planes};

#[test]
fn sky_and_plane_of_array_match_pvlib() {
    let mut suite = Suite::open("irradiance");
    for start in ["hourly_", "sample12d_"] {
        for file in suite.files(start, ".csv") {
            let table = Table::read(&file);
            let site = Site::new(&suite, &file, &table);
            let case = case_name(&file);
            compare_sun(&mut suite, &case, &site, &table);
            compare_decomposition(&mut suite, &case, &site, &table);
            compare_planes(&mut suite, &case, &site, &table);
            if start == "hourly_" {
                compare_annual(&mut suite, &site);
            }
        }
    }
    suite.finish();
}

fn compare_sun(suite: &mut Suite, case: &str, site: &Site, table: &Table) {
    let at = |values: &[f64]| -> Vec<f64> { site.steps.iter().map(|step| values[*step]).collect() };
    let pairs = |ours: &[f64], name: &str| -> Vec<(f64, f64)> {
        at(ours).into_iter().zip(table.numbers(name)).collect()
    };
    suite.compare(case, "zenith", "zenith", pairs(&site.path.zenith_deg, "zenith"));
    suite.compare(
        case,
        "apparent_zenith",
        "zenith",
        pairs(&site.path.apparent_zenith_deg, "apparent_zenith"),
    );
    let azimuth = pairs(&site.path.azimuth_deg, "azimuth").into_iter().zip(table.numbers("zenith"));
    let azimuth = azimuth.filter(|(_, zenith)| (1.0..=90.0).contains(zenith)).map(|(pair, _)| pair);
    suite.compare(case, "azimuth", "azimuth", azimuth);
    suite.compare(case, "dni_extra", "dni_extra", pairs(&site.path.extraterrestrial_w_per_m2, "dni_extra"));
    let expected = table.optional("airmass_relative");
    let low = site.steps.iter().zip(&expected).filter(|(step, _)| site.path.zenith_deg[**step] < 85.0);
    let air_mass = low.map(|(step, expected)| {
        let ours = relative_air_mass(site.path.apparent_zenith_deg[*step], site.path.up[*step]);
        (ours, expected.unwrap_or(f64::NAN))
    });
    suite.compare(case, "airmass_relative", "airmass", air_mass);
}

fn compare_split(suite: &mut Suite, case: &str, column: &str, site: &Site, ours: &[f64], expected: &[f64]) {
    let [plain, edge] = site.split(ours, expected);
    suite.compare(case, column, "irradiance", plain);
    suite.compare(case, &format!("{column}@horizon"), "irradiance_horizon", edge);
}

fn compare_decomposition(suite: &mut Suite, case: &str, site: &Site, table: &Table) {
    let (dni, dhi) = decompose(&site.path, &site.ghi, &site.pressure_pa, Decomposition::Erbs);
    compare_split(suite, case, "erbs_dni", site, &dni, &table.numbers("erbs_dni"));
    compare_split(suite, case, "erbs_dhi", site, &dhi, &table.numbers("erbs_dhi"));
    for (column, model) in [
        ("disc_dni", Decomposition::Disc),
        ("dirint_dni", Decomposition::Dirint),
        ("dirint_dkt_dni", Decomposition::DirintStability),
    ] {
        let (dni, _) = decompose(&site.path, &site.ghi, &site.pressure_pa, model);
        compare_split(suite, case, column, site, &dni, &table.numbers(column));
    }
}

/// The light in a plane before the glass.
fn poa(site: &Site, sky: &Sky, light: &Light, plane: &Plane) -> PlaneYear {
    let array = PvArray {
        incidence: Incidence::None,
        cell_temperature: CellTemperature::default(),
        ..PvArray::default()
    };
    PlaneYear::new(&site.path, light, sky, &array, plane)
}

fn compare_planes(suite: &mut Suite, case: &str, site: &Site, table: &Table) {
    let sky = site.sky();
    for (name, plane) in planes(table, "perez_") {
        let cosines: Vec<f64> =
            (0..site.path.len()).map(|step| incidence_cosine(&site.path, &plane, step)).collect();
        let rows = || site.steps.iter().map(|step| cosines[*step]);
        let column = |prefix: &str| table.numbers(&format!("{prefix}_{name}"));
        let angles = rows().map(|cosine| cosine.clamp(-1.0, 1.0).acos().to_degrees());
        suite.compare(case, &format!("aoi_{name}"), "aoi", angles.zip(column("aoi")));
        for (prefix, glass) in [("iam_phys", Incidence::Physical), ("iam_ashrae", Incidence::Ashrae(0.05))] {
            let ours = rows().map(|cosine| glass.modifier(cosine));
            suite.compare(case, &format!("{prefix}_{name}"), "iam", ours.zip(column(prefix)));
        }
        for (prefix, model) in [
            ("isotropic", SkyModel::Isotropic),
            ("haydavies", SkyModel::HayDavies),
            ("perez", SkyModel::Perez),
        ] {
            let year = poa(site, &sky, &measured_light(site, model), &plane);
            let ours = &year.poa_w_per_m2;
            compare_split(suite, case, &format!("{prefix}_{name}"), site, ours, &column(prefix));
            if model == SkyModel::Perez {
                let beam = &year.beam_w_per_m2;
                compare_split(suite, case, &format!("poa_direct_{name}"), site, beam, &column("poa_direct"));
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
    let global_only = Sky { dni_w_per_m2: None, dhi_w_per_m2: None, ..sky };
    for (column, model, decomposition) in [
        ("isotropic_kwh_m2", SkyModel::Isotropic, None),
        ("haydavies_kwh_m2", SkyModel::HayDavies, None),
        ("perez_kwh_m2", SkyModel::Perez, None),
        ("erbs_haydavies_kwh_m2", SkyModel::HayDavies, Some(Decomposition::Erbs)),
        ("erbs_perez_kwh_m2", SkyModel::Perez, Some(Decomposition::Erbs)),
        ("dirint_perez_kwh_m2", SkyModel::Perez, Some(Decomposition::DirintStability)),
    ] {
        let weather = if decomposition.is_some() { &global_only } else { &sky };
        let light = Light::new(&site.path, weather, decomposition.unwrap_or_default(), model);
        let tilts = table.numbers("tilt").into_iter().zip(table.numbers("azimuth"));
        let ours = tilts
            .map(|(tilt, azimuth)| kwh(&poa(site, &sky, &light, &Plane::fixed(tilt, azimuth)).poa_w_per_m2));
        let pairs: Vec<(f64, f64)> = ours.zip(table.numbers(column)).collect();
        suite.compare(&case, column, "annual", pairs);
    }
}
