//! The inline `[park.grid.tariff]` table.

use super::common::NAME;
use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// An inline tariff.
pub static TARIFF: TableSpec = TableSpec {
    name: "tariff",
    doc: "A tariff written out in the scenario, or one of the catalogue with changes.",
    attributes: &[GENERAL, PRICES, POWER, REST, LISTS],
    id: "",
};

const GENERAL: &[Attribute] = &[
    Attribute::new("name", Kind::Text, "name in outputs; absent: that of `base`, else \"inline\""),
    Attribute::new(
        "base",
        Kind::Text,
        "tariff of the catalogue that the other keys change; a band of the same name keeps its hours unless it \
         gives its own",
    ),
    Attribute::new(
        "regime",
        Kind::Choice(&["agency", "market"]),
        "agency: bought by the grid company; market: traded directly, so that administrative bands may fall away",
    )
    .default("\"agency\"", ""),
];

const PRICES: &[Attribute] = &[
    Attribute::new(
        "import_price_per_kwh",
        Kind::NumberOrSeries(Range::ANY),
        "price of energy outside all bands",
    ),
    Attribute::new(
        "purchase_price_per_kwh",
        Kind::NumberOrSeries(Range::ANY),
        "the part that a band's `multiplier` multiplies, or the spot price",
    ),
    Attribute::new(
        "purchase_price_per_kwh_by_month",
        Kind::Numbers(Range::ANY, 12),
        "the same, January to December",
    ),
    Attribute::new(
        "fixed_price_per_kwh",
        Kind::NumberOrSeries(Range::ANY),
        "the part that stays beside the purchase price: transmission, losses, system operation; adders of a spot \
         price",
    )
    .default("0.0", ""),
    Attribute::new(
        "fixed_price_per_kwh_by_month",
        Kind::Numbers(Range::ANY, 12),
        "the same, January to December",
    ),
    Attribute::number("surcharge_per_kwh", Range::ANY, "government funds and surcharges on top of every price")
        .default("0.0", ""),
    Attribute::new(
        "contract_kw",
        Kind::NumberOrSeries(Range::NOT_NEGATIVE),
        "contracted power: paid at the contract price, deviations from it at the purchase price as spot price",
    ),
    Attribute::new(
        "contract_price_per_kwh",
        Kind::NumberOrSeries(Range::ANY),
        "price of the contracted energy; replaces the purchase price",
    ),
    Attribute::new("export_price_per_kwh", Kind::NumberOrSeries(Range::ANY), "price paid for exported energy")
        .default("0.0", ""),
];

const POWER: &[Attribute] = &[
    Attribute::number(
        "demand_charge_per_kw_month",
        Range::NOT_NEGATIVE,
        "charge on the month's highest metering window",
    )
    .default("0.0", ""),
    Attribute::number(
        "demand_ratchet",
        Range::SHARE,
        "billed demand of that charge is at least this share of the year's highest",
    )
    .default("0.0", ""),
    Attribute::number(
        "contract_demand_kw",
        Range::NOT_NEGATIVE,
        "declared demand, paid as such: the first demand charge then bills it instead of the metered peak",
    ),
    Attribute::number(
        "contract_floor",
        Range::SHARE,
        "least declared demand, kW per kVA of `transformer_kva`; 0: no floor",
    )
    .default("0.4", "发改办价格〔2016〕1583号"),
    Attribute::number(
        "contract_overrun_above",
        Range::between(1.0, 10.0),
        "share of the declared demand above which the overrun begins",
    )
    .default("1.05", "发改办价格〔2016〕1583号"),
    Attribute::number(
        "contract_overrun_factor",
        Range::NOT_NEGATIVE,
        "price of the overrun as a multiple of the demand price",
    )
    .default("2.0", "发改办价格〔2016〕1583号"),
    Attribute::new(
        "high_load_factor_discount",
        Kind::Bool,
        "a lower demand price in months of much energy per kVA",
    )
    .default("false", ""),
    Attribute::number("discount_factor", Range::SHARE, "factor on the demand price of such months")
        .default("0.9", "发改价格〔2023〕526号"),
    Attribute::number(
        "discount_from_kwh_per_kva",
        Range::NOT_NEGATIVE,
        "energy of a month per kVA of `transformer_kva` from which the discount holds",
    )
    .default("260", "发改价格〔2023〕526号"),
    Attribute::number("capacity_charge_per_kva_month", Range::NOT_NEGATIVE, "charge on transformer capacity")
        .default("0.0", ""),
    Attribute::number("transformer_kva", Range::NOT_NEGATIVE, "transformer capacity"),
    Attribute::new(
        "basis",
        Kind::Choice(&["demand", "capacity", "cheaper"]),
        "which of demand and capacity charge is paid",
    )
    .default("\"demand\"", ""),
    Attribute::new(
        "exempt_until_year",
        Kind::Integer(Range::between(1900.0, 2200.0)),
        "last year in which neither demand nor capacity charge is paid (centralised charging)",
    ),
    Attribute::new(
        "metering_window_minutes",
        Kind::Integer(Range::between(5.0, 60.0)),
        "averaging window of demand: 5, 10, 15, 30 or 60",
    )
    .default("15", "Chinese demand metering"),
];

const REST: &[Attribute] = &[
    Attribute::number(
        "power_factor",
        Range::EFFICIENCY,
        "average power factor of every month; absent: no adjustment, unless reactive energy is given",
    ),
    Attribute::new(
        "reactive_kvar",
        Kind::NumberOrSeries(Range::ANY),
        "reactive power at the meter, from which each month's power factor follows",
    ),
    Attribute::new(
        "reactive_kvarh_by_month",
        Kind::Numbers(Range::NOT_NEGATIVE, 12),
        "reactive energy of each month, January to December",
    ),
    Attribute::number(
        "power_factor_standard",
        Range::SHARE,
        "standard the power factor is compared with: 0.90, 0.85 or 0.80",
    )
    .default("0.9", "水电财字〔1983〕215号"),
    Attribute::number(
        "single_capacity_kw",
        Range::NOT_NEGATIVE,
        "connection of single-capacity pricing (发改价格〔2025〕1192号): transmission is paid per kW, not per kWh",
    ),
    Attribute::number(
        "transmission_price_per_kwh",
        Range::NOT_NEGATIVE,
        "energy price of transmission that single-capacity pricing replaces; absent: that of `base`",
    ),
    Attribute::number(
        "average_load_factor",
        Range::SHARE,
        "average load factor of the province's users of 110 kV and above, for single-capacity pricing",
    ),
    Attribute::number("fixed_charge_per_month", Range::ANY, "fixed charge").default("0.0", ""),
];

const LISTS: &[Attribute] = &[
    Attribute::new("band", Kind::Tables(&BAND), "time-of-use bands"),
    Attribute::new("demand", Kind::Tables(&DEMAND), "further demand charges, each with its own window"),
];

static BAND: TableSpec = TableSpec {
    name: "band",
    doc: "A time-of-use band.",
    attributes: &[
        NAME,
        &[
            Attribute::new(
                "price_per_kwh",
                Kind::NumberOrSeries(Range::ANY),
                "price of energy in the band, without surcharge",
            ),
            Attribute::number(
                "multiplier",
                Range::NOT_NEGATIVE,
                "price = fixed price + purchase price × this multiple",
            ),
            Attribute::new(
                "multiplier_by_month",
                Kind::Numbers(Range::NOT_NEGATIVE, 12),
                "the same, January to December",
            ),
            Attribute::new(
                "export_price_per_kwh",
                Kind::NumberOrSeries(Range::ANY),
                "price paid for export in the band; absent: the tariff's",
            ),
        ],
        WHEN,
        &[Attribute::new("rule", Kind::Tables(&RULE), "further hours, each with its own months and days")],
    ],
    id: "name",
};

static DEMAND: TableSpec = TableSpec {
    name: "demand",
    doc: "A charge on the month's highest metering window within certain hours.",
    attributes: &[
        NAME,
        &[
            Attribute::number("price_per_kw_month", Range::NOT_NEGATIVE, "price of the highest window")
                .required(),
            Attribute::number(
                "ratchet",
                Range::SHARE,
                "billed demand is at least this share of the year's highest in these hours",
            )
            .default("0.0", ""),
        ],
        WHEN,
    ],
    id: "name",
};

static RULE: TableSpec =
    TableSpec { name: "rule", doc: "Hours of certain days and months.", attributes: &[WHEN], id: "" };

/// When a band or a demand window holds: all conditions together.
const WHEN: &[Attribute] = &[
    Attribute::new(
        "hours",
        Kind::TextOrTexts,
        "ranges such as \"10:00-12:00\", end-exclusive, wall-clock; absent: all day",
    ),
    Attribute::new("months", Kind::Numbers(Range::between(1.0, 12.0), 0), "months 1 to 12; absent: all"),
    Attribute::new(
        "days",
        Kind::TextOrTexts,
        "all, workday (make-up workdays too), weekend, holiday, make-up-workday or ordinary-workday",
    )
    .default("\"all\"", ""),
    Attribute::new(
        "precedence",
        Kind::Integer(Range::between(-1000.0, 1000.0)),
        "where bands overlap the highest wins; equal ones are an error",
    )
    .default("0", ""),
    Attribute::new(
        "min_holiday_days",
        Kind::Integer(Range::between(0.0, 366.0)),
        "only on holidays of at least this many days in a row",
    )
    .default("0", ""),
    Attribute::number(
        "daily_max_from_c",
        Range::between(-60.0, 60.0),
        "only on days whose highest air temperature reaches this; needs weather",
    ),
];
