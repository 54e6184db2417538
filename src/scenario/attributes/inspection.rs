//! `[[park.inspection]]`.

use super::common::{COSTS, EXISTING, NAME, TITLE};
use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// Battery inspection bays.
pub static INSPECTION: TableSpec = TableSpec {
    name: "inspection",
    doc: "Bays in which vehicles have their traction battery tested, and what becomes of packs that are retired.",
    attributes: &[
        NAME,
        TITLE,
        &[
            Attribute::new("charging", Kind::Text, "name of the park's charging whose vehicles come; absent: its only one"),
            Attribute::new("bays", Kind::Integer(Range::between(0.0, 1000.0)), "number of bays").default("1", ""),
            Attribute::number("tested_share", Range::SHARE, "share of the fleet's vehicles that are tested in the year, each after one of its charging sessions").default("0.2", "assumed"),
            Attribute::number("bay_min", Range::POSITIVE, "mean time of a vehicle in the bay; a test takes between two and four thirds of it").default("22.5", "quoted: tests by charging data and pulse take 15 to 30 min"),
            Attribute::number("patience_min", Range::NOT_NEGATIVE, "longest wait for a bay").default("30", "assumed"),
            Attribute::number("exchanged_share", Range::SHARE, "energy that the battery gives and takes back, over that of the pack").default("0.15", "quoted: 0.05 to 0.25"),
            Attribute::number("power_kw", Range::POSITIVE, "power of the exchange at the battery").default("90", "quoted: 60 to 120 kW"),
            Attribute::number("efficiency", Range::EFFICIENCY, "between bus and battery, one way").default("0.95", "quoted: DC charger modules, 0.94 to 0.96"),
            Attribute::number("standby_kw", Range::NOT_NEGATIVE, "power of a bay at all times").default("0.18", "quoted: 0.1 to 0.5 % of the rating"),
            Attribute::number("soh_mean", Range::between(0.3, 1.0), "mean state of health of the vehicles' batteries").default("0.9", "assumed"),
            Attribute::number("soh_sd", Range::between(0.0, 0.3), "its standard deviation over vehicles").default("0.07", "assumed"),
            Attribute::number("soh_error_sd", Range::between(0.0, 0.2), "standard deviation of the error of a test").default("0.015", "quoted: a test is right to about 0.03, taken as two standard deviations"),
            Attribute::number("unsafe_share", Range::SHARE, "share of tested packs that are unsafe: recycled at any state of health").default("0.005", "assumed"),
            Attribute::number("scrapped_share", Range::SHARE, "share of tested vehicles that are scrapped while their pack is sound: reused").default("0.02", "assumed"),
            Attribute::number("reuse_from_soh", Range::SHARE, "lowest state of health for use in a vehicle; packs below are retired").default("0.8", "quoted: routing of retired packs"),
            Attribute::number("second_life_from_soh", Range::SHARE, "lowest state of health for a second life in a store; packs below are recycled").default("0.6", "quoted: routing of retired packs"),
            Attribute::new("battery_chemistry", Kind::Choice(&["lfp", "nmc"]), "cathode of the packs, for the metals that recycling recovers").default("\"lfp\"", "assumed"),
            Attribute::new("feeds", Kind::Text, "name of the park's second-life storage that packs of a second life are counted against"),
            Attribute::number("fee_per_test", Range::NOT_NEGATIVE, "what drivers pay for a test, part of the charging revenue").default("0.0", ""),
        ],
        EXISTING,
        COSTS,
    ],
    id: "name",
};
