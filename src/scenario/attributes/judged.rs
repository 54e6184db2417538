//! `[[park.roof]]` and `[[park.tenant]]`.

use super::common::NAME;
use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// Sectors that the zero-carbon factory guidance names.
pub const SECTORS: &[&str] = &[
    "vehicles",
    "lithium-battery",
    "photovoltaics",
    "electronics",
    "light-industry",
    "machinery",
    "computing",
    "steel",
    "non-ferrous",
    "petrochemicals",
    "building-materials",
    "textiles",
];

/// Roofs of a kind of building.
pub static ROOF: TableSpec = TableSpec {
    name: "roof",
    doc: "Roofs of one kind of building, for the shares that county roll-outs ask for.",
    attributes: &[
        NAME,
        &[
            Attribute::new(
                "kind",
                Kind::Choice(&["government", "public", "industrial-commercial", "rural"]),
                "kind of building",
            )
            .required(),
            Attribute::number("area_m2", Range::POSITIVE, "gross roof area").required(),
            Attribute::new("pv", Kind::Texts, "PV arrays that stand on them"),
            Attribute::number("pv_w_per_m2", Range::between(20.0, 400.0), "PV power per m² of modules")
                .default("200", "assumed: 180 to 220 W per usable m²"),
        ],
    ],
    id: "name",
};

/// A user of the park.
pub static TENANT: TableSpec = TableSpec {
    name: "tenant",
    doc: "A user of the park: hourly green power is shared out among tenants and what is common.",
    attributes: &[
        NAME,
        &[
            Attribute::new("loads", Kind::Texts, "its loads, by name").required(),
            Attribute::new("fuels", Kind::Texts, "its fuels, by name"),
            Attribute::number(
                "green_share",
                Range::SHARE,
                "contracted share of the green power; absent everywhere: by use in each hour",
            ),
            Attribute::new("sector", Kind::Choice(SECTORS), "its sector"),
        ],
    ],
    id: "name",
};
