//! `[park.dispatch]`.

use crate::scenario::spec::{Attribute, Kind, TableSpec};

/// How storage and charging are run.
pub static DISPATCH: TableSpec = TableSpec {
    name: "dispatch",
    doc: "The policy that runs storage and managed charging.",
    attributes: &[&[
        Attribute::new(
            "policy",
            Kind::Choice(&["self-consumption", "time-of-use", "peak-shaving"]),
            "self-consumption: store surplus, serve deficit; time-of-use: also fill from the grid in valley hours and keep energy for peak hours; peak-shaving: hold import below a threshold",
        )
        .default("\"self-consumption\"", ""),
    ]],
    id: "",
};
