//! `[[park.load]]`.

use super::common::{GROWTH, NAME, SERIES_OPTIONS, SERIES_PATH};
use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// An electric load.
pub static LOAD: TableSpec = TableSpec {
    name: "load",
    doc: "An electric load: an archetype scaled to its annual energy, or a measured series.",
    attributes: &[
        NAME,
        &[
            Attribute::new("archetype", Kind::Text, "shape from the catalogue"),
            Attribute::number("annual_mwh", Range::NOT_NEGATIVE, "annual energy; rescales a series too"),
        ],
        GROWTH,
        SERIES_PATH,
        SERIES_OPTIONS,
    ],
    id: "name",
};
