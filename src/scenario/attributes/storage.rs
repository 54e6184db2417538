//! `[[park.storage]]`.

use super::common::{COSTS, EXISTING, NAME, TITLE};
use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// A storage unit.
pub static STORAGE: TableSpec = TableSpec {
    name: "storage",
    doc: "A storage unit: power, energy, chemistry.",
    attributes: &[
        NAME,
        TITLE,
        &[
            Attribute::new("chemistry", Kind::Text, "chemistry from the catalogue: lfp, nmc, sodium-ion, solid-state, condensed, second-life-lfp").default("\"lfp\"", ""),
            Attribute::number("power_kw", Range::NOT_NEGATIVE, "rated AC power, charging and discharging").required(),
            Attribute::number("energy_kwh", Range::NOT_NEGATIVE, "nameplate energy of the cells").required(),
            Attribute::number("state_of_health", Range::between(0.1, 1.0), "capacity at the start of the simulated year over that at purchase; the energy window shrinks with it").default("1.0", "new"),
            Attribute::number("relative_resistance", Range::between(1.0, 10.0), "resistance at the start of the simulated year over that at purchase; half of the conversion losses grow with it").default("1.0", "new"),
            Attribute::number("charge_efficiency", Range::EFFICIENCY, "AC to cells; absent: the chemistry's"),
            Attribute::number("discharge_efficiency", Range::EFFICIENCY, "cells to AC; absent: the chemistry's"),
            Attribute::number("soc_min", Range::SHARE, "lowest state of charge; absent: the chemistry's"),
            Attribute::number("soc_max", Range::SHARE, "highest state of charge; absent: the chemistry's"),
            Attribute::number("soc_initial", Range::SHARE, "state of charge at the start of the year; absent: halfway between the bounds"),
            Attribute::number("self_discharge_per_day", Range::between(0.0, 0.5), "share of the stored energy lost per day; absent: the chemistry's"),
            Attribute::new("terminal", Kind::Choice(&["equal-initial", "at-least-initial", "free"]), "stored energy at the end of the year, for planners").default("\"equal-initial\"", ""),
            Attribute::new("losses", Kind::Choice(&["simple", "detailed"]), "simple: efficiencies and self-discharge only; detailed: standby, linear and quadratic losses").default("\"simple\"", ""),
            Attribute::new("conditioning", Kind::Choice(&["active", "none"]), "active: the container is cooled and heated; none: the cells follow the air, age with it, and with detailed losses lose power outside their working range").default("\"active\"", ""),
            Attribute::new("ageing", Kind::Choice(&["model", "none"]), "whether the unit ages").default("\"model\"", ""),
            Attribute::number("capex_per_kwh", Range::NOT_NEGATIVE, "investment per kWh of nameplate energy"),
            Attribute::number("augment_below", Range::between(0.5, 0.99), "cells are added whenever a year ends with less than this share of the nameplate energy; absent: none are"),
            Attribute::number("opex_per_kwh_year", Range::NOT_NEGATIVE, "fixed operation and maintenance per kWh and year"),
        ],
        EXISTING,
        COSTS,
    ],
    id: "name",
};
