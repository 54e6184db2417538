//! Sizes, roofs, connection points and tenants of a park, as the rules need them.

use crate::metrics::compliance::{Indicators, Roof};
use crate::park::judged::{Judged, Tenant};
use crate::park::project::Series;
use crate::problem::Problem;
use crate::scenario::Table;
use crate::scenario::nearest::nearest;

/// What the rules need of a park; what does not fit together is reported.
pub fn judged(park: &Table, loads: &[(String, Series)], problems: &mut Vec<Problem>) -> Judged {
    let grid = park.table("grid");
    let kv = grid.and_then(|grid| grid.number("connection_kv"));
    let on_roofs = park.tables("pv").iter().filter(|pv| pv.text("connection") != Some("direct-line"));
    Judged {
        indicators: indicators(park.table("indicators")),
        value_added: park.number("value_added"),
        area_ha: park.number("area_ha"),
        product_output: park.number("product_output"),
        product_unit: park.text("product_unit").unwrap_or_default().to_owned(),
        sector: park.text("sector").map(str::to_owned),
        roofs: park.tables("roof").iter().filter_map(|table| roof(park, table, problems)).collect(),
        roof_pv: on_roofs
            .map(|pv| {
                let points = pv.required_number("connection_points");
                (pv.name().to_owned(), points, pv.number("connection_kv").or(kv))
            })
            .collect(),
        spot_market: spot_market(grid),
        tenants: tenants(park, loads, problems),
    }
}

/// Whether the grid's table says that a spot market runs.
pub fn spot_market(grid: Option<&Table>) -> Option<bool> {
    grid.filter(|grid| grid.given("spot_market")).map(|grid| grid.flag("spot_market"))
}

fn indicators(table: Option<&Table>) -> Indicators {
    let number = |key: &str| table.and_then(|table| table.number(key));
    Indicators {
        product_energy: number("product_energy"),
        product_energy_limit: number("product_energy_limit"),
        solid_waste_share: number("solid_waste_share"),
        waste_heat_share: number("waste_heat_share"),
        water_reuse_share: number("water_reuse_share"),
    }
}

/// An error of a name in a list that names nothing.
fn unknown(table: &Table, key: &str, name: &str, kind: &str, known: &[&str]) -> Problem {
    let problem = table.error(key, "unknown-name", format!("the park has no {kind} \"{name}\""));
    match nearest(name, known.iter().copied()) {
        Some(near) => problem.hint(format!("did you mean \"{near}\"?")),
        None if known.is_empty() => problem.hint(format!("add a [[park.{kind}]] with that name")),
        None => problem.hint(format!("known: {}", known.join(", "))),
    }
}

fn roof(park: &Table, table: &Table, problems: &mut Vec<Problem>) -> Option<Roof> {
    let arrays: Vec<&str> = park.tables("pv").iter().map(Table::name).collect();
    let area_m2 = table.required_number("area_m2");
    let pv_w_per_m2 = table.required_number("pv_w_per_m2");
    let mut power_kw = 0.0;
    for name in table.texts("pv").unwrap_or(&[]) {
        match park.tables("pv").iter().find(|pv| pv.name() == name) {
            Some(pv) => power_kw += pv.number("capacity_kw").unwrap_or(0.0),
            None => {
                problems.push(unknown(table, "pv", name, "pv", &arrays));
                return None;
            }
        }
    }
    let covered_m2 = power_kw * 1000.0 / pv_w_per_m2;
    if covered_m2 > area_m2 {
        let message = format!(
            "{power_kw:.0} kW of PV at {pv_w_per_m2} W/m² cover {covered_m2:.0} m², more than the roof's {area_m2:.0} m²"
        );
        problems.push(
            table
                .error("area_m2", "roof-too-small", message)
                .hint("check `area_m2` (gross roof area) and `pv_w_per_m2` (power per m² of modules)"),
        );
        return None;
    }
    Some(Roof { kind: table.required_text("kind").to_owned(), area_m2, covered_m2, pv_w_per_m2 })
}

fn tenants(park: &Table, loads: &[(String, Series)], problems: &mut Vec<Problem>) -> Vec<Tenant> {
    let load_names: Vec<&str> = park.tables("load").iter().map(Table::name).collect();
    let fuel_names: Vec<&str> = park.tables("fuel").iter().map(Table::name).collect();
    let mut owners: Vec<(&str, String)> = Vec::new();
    let mut found = Vec::new();
    for table in park.tables("tenant") {
        let before = problems.len();
        let tenant_loads = table.texts("loads").unwrap_or(&[]);
        if tenant_loads.is_empty() {
            let message = "a tenant without loads has nothing to share in";
            problems.push(table.error("loads", "tenant-without-load", message).hint(format!(
                "name loads of the park, such as loads = [\"{}\"]",
                load_names.first().copied().unwrap_or("load")
            )));
        }
        for (key, kind, known) in [("loads", "load", &load_names), ("fuels", "fuel", &fuel_names)] {
            for name in table.texts(key).unwrap_or(&[]) {
                let id = format!("{kind} {name}");
                if !known.contains(&name.as_str()) {
                    problems.push(unknown(table, key, name, kind, known));
                } else if let Some((owner, _)) = owners.iter().find(|(_, owned)| *owned == id) {
                    let message = format!("the {kind} \"{name}\" belongs to tenant \"{owner}\" already");
                    problems.push(table.error(key, "two-tenants", message).hint("name each once"));
                } else {
                    owners.push((table.name(), id));
                }
            }
        }
        if problems[before..].iter().any(Problem::is_error) {
            continue;
        }
        found.push(Tenant {
            name: table.name().to_owned(),
            loads: tenant_loads
                .iter()
                .filter_map(|name| loads.iter().position(|(load, _)| load == name))
                .collect(),
            fuels: table.texts("fuels").unwrap_or(&[]).to_vec(),
            green_share: table.number("green_share"),
            sector: table.text("sector").map(str::to_owned),
        });
    }
    let sum: f64 = found.iter().filter_map(|tenant| tenant.green_share).sum();
    if let (true, Some(last)) = (sum > 1.0 + 1e-9, park.tables("tenant").last()) {
        let message = format!("the tenants' shares of the green power add up to {sum}, more than 1");
        problems.push(
            last.error("green_share", "shares-above-one", message)
                .hint("lower them; what no tenant has goes by use"),
        );
    }
    found
}
