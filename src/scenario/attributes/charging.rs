//! `[[park.charging]]`.

use super::common::{COSTS, EXISTING, GROWTH, NAME, SERIES_OPTIONS, SERIES_PATH, TITLE};
use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// Charging of a fleet.
pub static CHARGING: TableSpec = TableSpec {
    name: "charging",
    doc: "Charging of vehicles or ships: a fleet of the catalogue, sessions of a file, or a measured series.",
    attributes: &[
        NAME,
        TITLE,
        &[
            Attribute::new("fleet", Kind::Text, "fleet from the catalogue"),
            Attribute::new("sessions", Kind::Path, "CSV of sessions, instead of a catalogue fleet"),
            Attribute::new(
                "timetable",
                Kind::Path,
                "CSV of a ferry's departures: a time HH:MM and a route From_To per row",
            ),
            Attribute::new("terminal", Kind::Text, "terminal of the timetable where ferries charge"),
            Attribute::number("crossing_min", Range::POSITIVE, "time of a ferry's crossing")
                .default("20", "assumed"),
            Attribute::number(
                "crossing_kwh",
                Range::POSITIVE,
                "energy of a ferry's crossing from its battery",
            ),
            Attribute::number(
                "connection_min",
                Range::NOT_NEGATIVE,
                "time to moor and plug a ferry, and again to unplug",
            )
            .default("2", "assumed"),
            Attribute::new(
                "season",
                Kind::Texts,
                "first and last day of the timetable, as [\"05-01\", \"09-30\"]; absent: all year",
            ),
            Attribute::new(
                "ship_type",
                Kind::Text,
                "type of the ships on shore power: sets their hotelling power with gross_tonnage",
            ),
            Attribute::number("gross_tonnage", Range::POSITIVE, "gross tonnage of the ships on shore power"),
            Attribute::new(
                "vehicles",
                Kind::Number(Range::between(0.0, 100_000.0)),
                "number of vehicles or ships; each has its own sessions",
            ),
            Attribute::new("chargers", Kind::Tables(&CHARGERS), "charger classes and their number of guns"),
            Attribute::new(
                "shares_chargers_of",
                Kind::Text,
                "name of the park's charging whose chargers and queue this fleet uses too; it gives no `chargers` then",
            ),
            Attribute::new(
                "strategy",
                Kind::Choice(&["uncontrolled", "managed", "v2g"]),
                "how the fleet is charged",
            )
            .default("\"uncontrolled\"", ""),
            Attribute::new(
                "replaces",
                Kind::Choice(&["electric", "petrol", "diesel", "marine-diesel", "none"]),
                "what the same transport uses in the baseline",
            )
            .default("\"electric\"", ""),
            Attribute::new("owner", Kind::Choice(&["park", "third-party"]), "whose fuel it was")
                .default("\"third-party\"", ""),
            Attribute::number("energy_price_per_kwh", Range::NOT_NEGATIVE, "what drivers pay for energy")
                .default("0.0", ""),
            Attribute::number("service_fee_per_kwh", Range::NOT_NEGATIVE, "what drivers pay for service")
                .default("0.0", ""),
            Attribute::number(
                "site_limit_kw",
                Range::POSITIVE,
                "highest power of all its chargers together; absent: no limit",
            ),
            Attribute::number(
                "battery_kwh",
                Range::POSITIVE,
                "usable battery energy; default from the catalogue",
            ),
            Attribute::number(
                "km_per_day",
                Range::NOT_NEGATIVE,
                "mean distance of an active day; default from the catalogue",
            ),
            Attribute::number(
                "consumption_kwh_per_km",
                Range::POSITIVE,
                "energy from the battery per km; default from the catalogue",
            ),
            Attribute::number(
                "plug_in_soc",
                Range::SHARE,
                "mean state of charge at which drivers plug in; default from the catalogue",
            ),
            Attribute::number(
                "charges_elsewhere_share",
                Range::SHARE,
                "share of vehicles that always charge elsewhere; default from the catalogue",
            ),
            Attribute::number(
                "patience_min",
                Range::NOT_NEGATIVE,
                "longest wait for a gun; default from the catalogue",
            ),
            Attribute::number(
                "tide_window_h",
                Range::NOT_NEGATIVE,
                "hours before and after high water in which ships reach a berth, high water every 12.42 h from 1 January 00:00; 0: any time; default from the catalogue",
            ),
            Attribute::number(
                "v2g_soc_min",
                Range::SHARE,
                "lowest state of charge under v2g; default from the catalogue",
            ),
            Attribute::number(
                "v2g_cost_per_kwh",
                Range::NOT_NEGATIVE,
                "wear of the battery by a kWh fed back, which the park pays; default from the catalogue",
            ),
        ],
        GROWTH,
        SERIES_PATH,
        SERIES_OPTIONS,
        &[Attribute::number(
            "fuel_price_per_gj",
            Range::NOT_NEGATIVE,
            "price of the fuel that park-owned transport burns in the baseline; absent: its saving is not counted",
        )],
        EXISTING,
        COSTS,
    ],
    id: "name",
};

static CHARGERS: TableSpec = TableSpec {
    name: "chargers",
    doc: "A class of chargers and its number of guns.",
    attributes: &[&[
        Attribute::new("class", Kind::Text, "charger class from the catalogue").required(),
        Attribute::new("count", Kind::Number(Range::between(0.0, 100_000.0)), "number of guns").required(),
    ]],
    id: "class",
};
