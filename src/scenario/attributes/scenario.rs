//! The scenario file itself.

use super::carbon::CARBON;
use super::economics::ECONOMICS;
use super::park::PARK;
use super::site::{SITE, TIME};
use super::years::YEARS;
use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// The scenario file.
pub static SCENARIO: TableSpec = TableSpec {
    name: "scenario",
    doc: "A zeropark scenario: one or more parks, simulated for a year, baseline against configured.",
    attributes: &[&[
        Attribute::new("schema", Kind::Integer(Range::between(1.0, 1.0)), "version of the file format: 1")
            .required(),
        Attribute::new("name", Kind::Name, "name of the scenario, and of its output folder").required(),
        Attribute::new("title", Kind::Localised, "title of the report"),
        Attribute::new("description", Kind::Localised, "what the scenario asks, for the report"),
        Attribute::new("time", Kind::Table(&TIME), "the simulated year").required(),
        Attribute::new("site", Kind::Table(&SITE), "where the parks are").required(),
        Attribute::new("park", Kind::Tables(&PARK), "one table per park").required(),
        Attribute::new("parks", Kind::Table(&PARKS), "more parks from a table"),
        Attribute::new("economics", Kind::Table(&ECONOMICS), "money; absent: the economics group is null"),
        Attribute::new("carbon", Kind::Table(&CARBON), "carbon price and rules"),
        Attribute::new("years", Kind::Table(&YEARS), "later calendar years that are simulated too"),
    ]],
    id: "",
};

/// Parks from a table.
static PARKS: TableSpec = TableSpec {
    name: "parks",
    doc: "Parks from a CSV: columns are `name` and key paths below the park, such as `pv.roofs.capacity_kw`.",
    attributes: &[&[
        Attribute::new("file", Kind::Path, "CSV file, one row per park").required(),
        Attribute::new("template", Kind::Text, "park of this file that each row starts from").required(),
        Attribute::new("keep_template", Kind::Bool, "whether the template itself is simulated too")
            .default("false", ""),
    ]],
    id: "",
};
