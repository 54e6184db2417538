//! `[[park]]`.

use super::charging::CHARGING;
use super::common::NAME;
use super::dispatch::DISPATCH;
use super::fuel::FUEL;
use super::green::{GREEN, INDICATORS};
use super::grid::GRID;
use super::inspection::INSPECTION;
use super::judged::{ROOF, SECTORS, TENANT};
use super::load::LOAD;
use super::pv::PV;
use super::retrofit::RETROFIT;
use super::shiftable::SHIFTABLE;
use super::storage::STORAGE;
use super::wind::WIND;
use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// A park: loads and devices behind one meter.
pub static PARK: TableSpec = TableSpec {
    name: "park",
    doc: "A park: loads and devices behind one meter.",
    attributes: &[
        NAME,
        &[
            Attribute::new(
                "preset",
                Kind::Text,
                "park of the catalogue to start from: inspection-station-24 (PV canopy, storage, 24 fast guns, battery inspection); what is written here wins, device by device of the same name",
            ),
            Attribute::new("title", Kind::Localised, "title in reports"),
            Attribute::new("load", Kind::Tables(&LOAD), "electric loads"),
            Attribute::new("shiftable", Kind::Tables(&SHIFTABLE), "loads whose time of day is free"),
            Attribute::new("pv", Kind::Tables(&PV), "PV arrays"),
            Attribute::new("wind", Kind::Tables(&WIND), "wind turbines"),
            Attribute::new("storage", Kind::Tables(&STORAGE), "storage units"),
            Attribute::new("charging", Kind::Tables(&CHARGING), "charging of vehicles and ships"),
            Attribute::new("inspection", Kind::Tables(&INSPECTION), "battery inspection bays"),
            Attribute::new("fuel", Kind::Tables(&FUEL), "fuel, steam and process emissions"),
            Attribute::new("retrofit", Kind::Tables(&RETROFIT), "efficiency retrofits and renewed equipment"),
            Attribute::new("green", Kind::Table(&GREEN), "contractual green supply from outside"),
            Attribute::new(
                "indicators",
                Kind::Table(&INDICATORS),
                "guiding indicators of the zero-carbon park rules, passed through",
            ),
            Attribute::new("grid", Kind::Table(&GRID), "the connection: limits, tariff, grid carbon"),
            Attribute::new("dispatch", Kind::Table(&DISPATCH), "how storage and charging are run"),
            Attribute::number("area_ha", Range::POSITIVE, "area, for intensities"),
            Attribute::number("value_added", Range::POSITIVE, "annual value added, money, for intensities"),
            Attribute::number("product_output", Range::POSITIVE, "annual product output, for intensities"),
            Attribute::new("product_unit", Kind::Text, "unit of the product output in words"),
            Attribute::new("sector", Kind::Choice(SECTORS), "sector of a park that is one factory"),
            Attribute::new("roof", Kind::Tables(&ROOF), "roofs by kind of building"),
            Attribute::new("tenant", Kind::Tables(&TENANT), "users that share the park's green power"),
        ],
    ],
    id: "name",
};
