//! Fleet and charger classes of the catalogue.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::class::{ChargerClass, Current, FleetClass, Stay, Visit};
use crate::catalogue::{Grade, Sourced, parse};

const FLEETS: &str = include_str!("../../scenarios/catalogue/fleets.toml");
const CHARGERS: &str = include_str!("../../scenarios/catalogue/chargers.toml");

type Numbers = BTreeMap<String, Sourced>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FleetFile {
    fleet: Vec<FleetRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FleetRow {
    id: String,
    title: Title,
    #[serde(default)]
    ship: bool,
    #[serde(default)]
    rotating_shifts: bool,
    active: Sourced<[f64; 3]>,
    season: Sourced<[f64; 12]>,
    numbers: Numbers,
    visit: Vec<VisitRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Title {
    en: String,
    zh: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VisitRow {
    distance_share: f64,
    humps: Vec<[f64; 3]>,
    parked_h: Option<[f64; 2]>,
    linger_min: Option<f64>,
    #[serde(rename = "grade")]
    _grade: Grade,
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChargerFile {
    charger: Vec<ChargerRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChargerRow {
    id: String,
    current: Current,
    #[serde(default)]
    berth: bool,
    #[serde(default)]
    bidirectional: bool,
    numbers: Numbers,
}

/// Takes numbers out of a row, so that what is left over was misspelt.
struct Taker<'a> {
    id: &'a str,
    numbers: Numbers,
}

impl Taker<'_> {
    fn or(&mut self, key: &str, default: f64) -> f64 {
        self.numbers.remove(key).map_or(default, |number| number.value)
    }

    fn need(&mut self, key: &str) -> f64 {
        match self.numbers.remove(key) {
            Some(number) => number.value,
            None => panic!("embedded catalogue: {} has no {key}", self.id),
        }
    }

    fn done(self) {
        assert!(
            self.numbers.is_empty(),
            "embedded catalogue: {} has unknown {:?}",
            self.id,
            self.numbers.keys()
        );
    }
}

impl FleetRow {
    fn class(self) -> FleetClass {
        let mut take = Taker { id: &self.id, numbers: self.numbers };
        let visits = self
            .visit
            .into_iter()
            .map(|visit| Visit {
                distance_share: visit.distance_share,
                humps: visit.humps,
                stay: match (visit.parked_h, visit.linger_min) {
                    (Some([mean_h, sd_h]), None) => Stay::Parked { mean_h, sd_h },
                    (None, Some(linger_min)) => Stay::UntilCharged { linger_min },
                    _ => panic!("embedded catalogue: {}: parked_h or linger_min", self.id),
                },
            })
            .collect();
        let class = FleetClass {
            id: self.id.clone(),
            title: [self.title.en, self.title.zh],
            ship: self.ship,
            pack_kwh: take.need("pack_kwh"),
            consumption_kwh_per_km: take.need("consumption_kwh_per_km"),
            km_per_day: take.need("km_per_day"),
            km_cv: take.need("km_cv"),
            onboard_kw: take.or("onboard_kw", 0.0),
            onboard_efficiency: take.or("onboard_efficiency", 1.0),
            dc_kw: take.or("dc_kw", 0.0),
            taper_from_soc: take.need("taper_from_soc"),
            taper_share: take.need("taper_share"),
            soc_target: take.need("soc_target"),
            plug_in_soc: take.or("plug_in_soc", 1.0),
            plug_in_soc_sd: take.or("plug_in_soc_sd", 0.0),
            charges_elsewhere_share: take.or("charges_elsewhere_share", 0.0),
            active: self.active.value,
            season: self.season.value,
            visits,
            rotating_shifts: self.rotating_shifts,
            connection_min: take.or("connection_min", 0.0),
            patience_min: take.or("patience_min", 0.0),
            balk_length: take.or("balk_length", 0.0) as usize,
            return_min: take.or("return_min", 0.0),
            departure_sd_min: take.or("departure_sd_min", 0.0),
            hotelling_kw: take.or("hotelling_kw", 0.0),
            hotelling_cv: take.or("hotelling_cv", 0.0),
            tide_window_h: take.or("tide_window_h", 0.0),
            v2g_soc_min: take.or("v2g_soc_min", 1.0),
            v2g_cost_per_kwh: take.or("v2g_cost_per_kwh", 0.0),
            petrol_l_per_km: take.or("petrol_l_per_km", 0.0),
            diesel_l_per_km: take.or("diesel_l_per_km", 0.0),
            marine_diesel_kg_per_kwh: take.or("marine_diesel_kg_per_kwh", 0.0),
        };
        take.done();
        class
    }
}

impl ChargerRow {
    fn class(self) -> ChargerClass {
        let mut take = Taker { id: &self.id, numbers: self.numbers };
        let power_kw = take.need("power_kw");
        let class = ChargerClass {
            id: self.id.clone(),
            current: self.current,
            power_kw,
            efficiency: take.need("efficiency"),
            standby_kw: take.need("standby_kw"),
            berth: self.berth,
            bidirectional: self.bidirectional,
            guns_per_cabinet: take.or("guns_per_cabinet", 1.0) as usize,
            cabinet_kw: take.or("cabinet_kw", power_kw),
            capex_per_kw: take.need("capex_per_kw"),
            opex_per_kw_year: take.need("opex_per_kw_year"),
            life_years: take.need("life_years"),
        };
        take.done();
        class
    }
}

static FLEET_CLASSES: LazyLock<Vec<FleetClass>> = LazyLock::new(|| {
    parse::<FleetFile>("fleets.toml", FLEETS).fleet.into_iter().map(FleetRow::class).collect()
});

static CHARGER_CLASSES: LazyLock<Vec<ChargerClass>> = LazyLock::new(|| {
    parse::<ChargerFile>("chargers.toml", CHARGERS).charger.into_iter().map(ChargerRow::class).collect()
});

/// A fleet class of the catalogue.
pub fn fleet_class(id: &str) -> Option<&'static FleetClass> {
    FLEET_CLASSES.iter().find(|class| class.id == id)
}

/// Names of all fleet classes.
pub fn fleet_class_ids() -> impl Iterator<Item = &'static str> {
    FLEET_CLASSES.iter().map(|class| class.id.as_str())
}

/// A charger class of the catalogue.
pub fn charger_class(id: &str) -> Option<&'static ChargerClass> {
    CHARGER_CLASSES.iter().find(|class| class.id == id)
}

/// Names of all charger classes.
pub fn charger_class_ids() -> impl Iterator<Item = &'static str> {
    CHARGER_CLASSES.iter().map(|class| class.id.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_has_every_fleet_and_charger_planners_expect() {
        for id in [
            "commuter-car",
            "shift-worker",
            "public-fast",
            "ride-hailing",
            "light-truck",
            "heavy-truck",
            "swap-truck",
            "bus",
            "port-tractor",
            "electric-passenger-ship",
            "electric-cargo-ship",
            "shore-power",
        ] {
            let class = fleet_class(id).unwrap_or_else(|| panic!("{id}"));
            let mean = class.season.iter().sum::<f64>() / 12.0;
            assert!((mean - 1.0).abs() < 0.006, "{id}: season {mean}");
            let share: f64 = class.visits.iter().map(|visit| visit.distance_share).sum();
            assert!((share - 1.0).abs() < 1e-9, "{id}: {share}");
        }
        for id in ["ac-7kw", "ac-11kw", "ac-20kw", "dc-60kw", "dc-120kw", "dc-180kw", "dc-360kw", "dc-480kw"]
        {
            assert!(charger_class(id).is_some(), "{id}");
        }
        for id in ["dc-600kw", "truck-1mw", "ship-1mw", "shore-lv-150kw", "shore-hv-1mva", "cabinet-300kw-4"]
        {
            assert!(charger_class(id).is_some(), "{id}");
        }
    }
}
