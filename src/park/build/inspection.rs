//! Battery inspection: bays behind a fleet of the park, and what their packs are counted against.

use super::Context;
use super::generation::costs;
use crate::charging::inspection::{Inspection, InspectionYear, bay_costs};
use crate::metrics;
use crate::park::project::{Bays, Charging, Costs, Fact, Service, Storage};
use crate::problem::Problem;
use crate::scenario::Table;
use crate::scenario::nearest::nearest;
use crate::storage::chemistry;

/// Chemistry of storages made of retired packs.
const SECOND_LIFE: &str = "second-life-lfp";

/// The bays of a park; what is wrong is left out and reported.
pub fn bays(
    context: &Context<'_>,
    park: &Table,
    fleets: &[Charging],
    storages: &[Storage],
    problems: &mut Vec<Problem>,
) -> Vec<Bays> {
    // Fleets or storages that were left out are told already.
    if problems.iter().any(Problem::is_error) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for table in park.tables("inspection") {
        match one(context, park.name(), table, fleets, storages) {
            Ok((bays, odd)) => {
                problems.extend(odd);
                found.push(bays);
            }
            Err(wrong) => problems.extend(wrong),
        }
    }
    found
}

fn one(
    context: &Context<'_>,
    park: &str,
    table: &Table,
    fleets: &[Charging],
    storages: &[Storage],
) -> Result<(Bays, Vec<Problem>), Vec<Problem>> {
    let fleet = fleet(table, fleets).map_err(|problem| vec![problem])?;
    let store = store(table, storages).map_err(|problem| vec![problem])?;
    let number = |key: &str| table.required_number(key);
    let inspection = Inspection {
        name: table.name().to_owned(),
        bays: number("bays") as usize,
        tested_share: number("tested_share"),
        bay_min: number("bay_min"),
        patience_min: number("patience_min"),
        exchanged_share: number("exchanged_share"),
        power_kw: number("power_kw"),
        efficiency: number("efficiency"),
        standby_kw: number("standby_kw"),
        soh_mean: number("soh_mean"),
        soh_sd: number("soh_sd"),
        soh_error_sd: number("soh_error_sd"),
        unsafe_share: number("unsafe_share"),
        scrapped_share: number("scrapped_share"),
        reuse_from_soh: number("reuse_from_soh"),
        second_life_from_soh: number("second_life_from_soh"),
        battery_chemistry: table.required_text("battery_chemistry").to_owned(),
    };
    let pack_kwh = fleet.fleet.class.pack_kwh;
    let wrong: Vec<Problem> =
        inspection.check(pack_kwh).into_iter().map(|problem| table.adopt(problem)).collect();
    if wrong.iter().any(Problem::is_error) {
        return Err(wrong);
    }
    let year = inspection.year(&fleet.year, pack_kwh, &context.axis, context.options.seed, park);
    let installed_kw = inspection.power_kw * inspection.bays as f64;
    let [capex, opex_per_year, life_years] = bay_costs();
    let defaults = Costs { capex, opex_per_year, life_years, replacement_fraction: 1.0 };
    let fee_per_test = number("fee_per_test");
    let told = told(&inspection, &fleet.name, &year, store, fee_per_test);
    tell(context, table, &told);
    let odd = warnings(table, &inspection, &told);
    let bays = Bays {
        name: inspection.name.clone(),
        existing: table.flag("existing"),
        revenue_by_month: year.tests_by_month.map(|tests| tests as f64 * fee_per_test),
        bus_kw: year.bus_kw.into(),
        told,
        service: Service::of(table),
        costs: costs(table, installed_kw, defaults),
    };
    Ok((bays, odd))
}

/// The fleet whose vehicles come.
fn fleet<'a>(table: &Table, fleets: &'a [Charging]) -> Result<&'a Charging, Problem> {
    const KEY: &str = "charging";
    let names = || fleets.iter().map(|fleet| fleet.name.as_str());
    let found = match table.text(KEY) {
        Some(name) => fleets.iter().find(|fleet| fleet.name == name).ok_or_else(|| {
            let problem = table.error(KEY, "unknown-fleet", format!("the park has no charging \"{name}\""));
            match nearest(name, names()) {
                Some(near) => problem.hint(format!("did you mean \"{near}\"?")),
                None => problem.hint("name a `[[park.charging]]` of the same park"),
            }
        })?,
        None => match fleets {
            [only] => only,
            [] => {
                let problem =
                    table.error("", "unknown-fleet", "the park has no charging whose vehicles could come");
                return Err(problem.hint("add a `[[park.charging]]`"));
            }
            _ => {
                let message =
                    format!("whose vehicles come is not said: the park has {} fleets", fleets.len());
                let hint = format!("charging = one of {}", names().collect::<Vec<_>>().join(", "));
                return Err(table.error("", "unknown-fleet", message).hint(hint));
            }
        },
    };
    let class = &found.fleet.class;
    if class.pack_kwh <= 0.0 || !class.pack_kwh.is_finite() || found.year.sessions.is_empty() {
        let message = format!("\"{}\" has no sessions of vehicles with a battery", found.name);
        return Err(table
            .error(KEY, "no-battery", message)
            .hint("name a fleet of the catalogue, or one of sessions"));
    }
    Ok(found)
}

/// The store that packs of a second life are counted against.
fn store<'a>(table: &Table, storages: &'a [Storage]) -> Result<Option<&'a Storage>, Problem> {
    const KEY: &str = "feeds";
    let Some(name) = table.text(KEY) else { return Ok(None) };
    let Some(store) = storages.iter().find(|storage| storage.name == name) else {
        let problem = table.error(KEY, "unknown-storage", format!("the park has no storage \"{name}\""));
        return Err(match nearest(name, storages.iter().map(|storage| storage.name.as_str())) {
            Some(near) => problem.hint(format!("did you mean \"{near}\"?")),
            None => problem.hint("name a `[[park.storage]]` of the same park"),
        });
    };
    if !chemistry(SECOND_LIFE).is_some_and(|second_life| std::ptr::eq(second_life, store.device.chemistry)) {
        let cells = &store.device.chemistry.title.en;
        let message = format!(
            "\"{name}\" is a storage of new cells ({cells}): it is not of packs in their second life"
        );
        let hint = format!("chemistry = \"{SECOND_LIFE}\" at the storage");
        return Err(table.error(KEY, "not-second-life", message).hint(hint));
    }
    Ok(Some(store))
}

fn told(
    inspection: &Inspection,
    charging: &str,
    year: &InspectionYear,
    store: Option<&Storage>,
    fee_per_test: f64,
) -> metrics::Inspection {
    let tests = year.tests.len() as f64;
    let [reused, second_life, recycled] = year.packs.map(|packs| packs as f64);
    let nameplate_kwh = store.map(|store| store.energy_kwh).filter(|kwh| *kwh > 0.0);
    metrics::Inspection {
        name: inspection.name.clone(),
        charging: charging.to_owned(),
        bays: inspection.bays as f64,
        vehicles_tested: tests,
        lost_tests: year.lost as f64,
        mean_wait_min: year.mean_wait_min,
        bay_utilisation: year.utilisation,
        exchanged_kwh: year.exchanged_kwh,
        energy_loss_kwh: year.loss_kwh,
        standby_kwh: year.standby_kwh,
        revenue: tests * fee_per_test,
        mean_soh: year.mean_soh,
        packs_retired: reused + second_life + recycled,
        packs_reused: reused,
        packs_second_life: second_life,
        packs_recycled: recycled,
        second_life_kwh: year.second_life_kwh,
        feeds: store.map(|store| store.name.clone()),
        share_of_storage: nameplate_kwh.map(|kwh| year.second_life_kwh / kwh),
        years_to_fill_storage: nameplate_kwh
            .filter(|_| year.second_life_kwh > 0.0)
            .map(|kwh| kwh / year.second_life_kwh),
        recovered_nickel_kg: year.recovered.nickel_kg,
        recovered_cobalt_kg: year.recovered.cobalt_kg,
        recovered_manganese_kg: year.recovered.manganese_kg,
        recovered_lithium_kg: year.recovered.lithium_kg,
    }
}

fn tell(context: &Context<'_>, table: &Table, told: &metrics::Inspection) {
    let mut text = format!(
        "{} vehicles of {} tested in {} bays, {} lost, bays taken {:.1} % of the year; {:.0} kWh lost of {:.0} kWh exchanged; {} packs retired: {} reused, {} in a second life, {} recycled",
        told.vehicles_tested,
        told.charging,
        told.bays,
        told.lost_tests,
        100.0 * told.bay_utilisation,
        told.energy_loss_kwh,
        told.exchanged_kwh,
        told.packs_retired,
        told.packs_reused,
        told.packs_second_life,
        told.packs_recycled,
    );
    if let (Some(store), Some(share)) = (&told.feeds, told.share_of_storage) {
        text +=
            &format!("; {:.0} kWh a year for {store}, {:.1} % of it", told.second_life_kwh, 100.0 * share);
    }
    context.understood(Fact { key: table.key_path(""), text });
}

/// What a planner should know: tests that found no bay.
fn warnings(table: &Table, inspection: &Inspection, told: &metrics::Inspection) -> Vec<Problem> {
    let came = told.vehicles_tested + told.lost_tests;
    let lost = told.lost_tests / came.max(1.0);
    let mut odd = Vec::new();
    if lost > 0.02 {
        let (missed, patience, share) = (told.lost_tests, inspection.patience_min, 100.0 * lost);
        let message = (
            format!("{missed} of {came} vehicles found no bay within {patience} min ({share:.1} %)"),
            format!("{came} 辆车中有 {missed} 辆在 {patience} 分钟内未等到工位（{share:.1} %）"),
        );
        let hint = ("more bays, or shorter tests", "增加工位，或缩短检测时间");
        odd.push(table.warning("bays", "lost-tests", message).hint(hint));
    }
    if came == 0.0 {
        let message = ("no vehicle comes for a test in the year", "全年没有车辆前来检测");
        odd.push(table.warning("tested_share", "no-tests", message).hint(("a larger share", "提高检测比例")));
    }
    odd
}
