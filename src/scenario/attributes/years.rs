//! `[years]`.

use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

const FACTOR: Range = Range::between(0.0, 10.0);

/// Later calendar years that are simulated too.
pub static YEARS: TableSpec = TableSpec {
    name: "years",
    doc: "Later calendar years that are simulated too, each with its calendar, grown loads and fleets, aged devices and the devices then in service. Factors are over `time.year`, one per listed year, linear between listed years and constant after the last.",
    attributes: &[&[
        Attribute::new(
            "list",
            Kind::Numbers(Range::between(1950.0, 2200.0), 0),
            "calendar years in ascending order, none before time.year",
        )
        .required(),
        Attribute::new("every_year", Kind::Bool, "simulate the years between them too").default("false", ""),
        Attribute::new(
            "import_price_factors",
            Kind::Numbers(FACTOR, 0),
            "every price of the tariff but those of export, over time.year's and beside price_growth_per_year",
        ),
        Attribute::new("export_price_factors", Kind::Numbers(FACTOR, 0), "prices of export likewise"),
        Attribute::new("fuel_price_factors", Kind::Numbers(FACTOR, 0), "prices of fuels likewise"),
        Attribute::new("grid_carbon_factors", Kind::Numbers(FACTOR, 0), "the grid's carbon factor likewise"),
    ]],
    id: "",
};
