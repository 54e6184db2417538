//! A study file for `sweep` and `optimize`.

use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// A study.
pub static STUDY: TableSpec = TableSpec {
    name: "study",
    doc: "A study: a scenario, the keys it varies, and the metrics it keeps.",
    attributes: &[&[
        Attribute::new("scenario", Kind::Path, "the scenario file").required(),
        Attribute::new("metrics", Kind::Texts, "metrics to keep; absent: every scalar of `all`"),
        Attribute::new(
            "objectives",
            Kind::Texts,
            "one or two of the metrics that the report minimises, `-` before one it maximises; absent: annual total and location-based carbon",
        ),
        Attribute::new("vary", Kind::Tables(&VARY), "the keys that vary"),
        Attribute::new("sample", Kind::Table(&SAMPLE), "how designs are drawn; absent: full grid"),
        Attribute::new("derive", Kind::Tables(&DERIVE), "keys that follow from varied ones"),
        Attribute::new(
            "conditions",
            Kind::Texts,
            "designs are left out unless these hold, such as `park.a.pv.roofs.capacity_kw <= 5000`",
        ),
        Attribute::new("objective", Kind::Table(&OBJECTIVE), "what optimize minimises"),
    ]],
    id: "",
};

static VARY: TableSpec = TableSpec {
    name: "vary",
    doc: "A key and its values.",
    attributes: &[&[
        Attribute::new("key", Kind::Text, "key path in the scenario").required(),
        Attribute::new("values", Kind::Any, "a list of values"),
        Attribute::new("range", Kind::Table(&STEPS), "evenly spaced values"),
        Attribute::number("min", Range::ANY, "lowest value, for sampling and optimize"),
        Attribute::number("max", Range::ANY, "highest value, for sampling and optimize"),
    ]],
    id: "",
};

static DERIVE: TableSpec = TableSpec {
    name: "derive",
    doc: "A key whose value follows from varied ones.",
    attributes: &[&[
        Attribute::new("key", Kind::Text, "key path in the scenario").required(),
        Attribute::new(
            "from",
            Kind::Text,
            "an expression of numbers, key paths, + - * / and parentheses, such as `park.a.storage.s.energy_kwh / 2`; a path with spaces stands in backticks",
        )
        .required(),
    ]],
    id: "",
};

static STEPS: TableSpec = TableSpec {
    name: "range",
    doc: "Evenly spaced values.",
    attributes: &[&[
        Attribute::number("from", Range::ANY, "first value").required(),
        Attribute::number("to", Range::ANY, "last value").required(),
        Attribute::number("step", Range::POSITIVE, "distance").required(),
    ]],
    id: "",
};

static SAMPLE: TableSpec = TableSpec {
    name: "sample",
    doc: "How designs are drawn.",
    attributes: &[&[
        Attribute::new(
            "method",
            Kind::Choice(&["grid", "latin-hypercube", "sobol", "list"]),
            "sampling method",
        )
        .default("\"grid\"", ""),
        Attribute::new("count", Kind::Integer(Range::POSITIVE), "number of designs"),
        Attribute::new("file", Kind::Path, "CSV of designs, for the method list"),
    ]],
    id: "",
};

static OBJECTIVE: TableSpec = TableSpec {
    name: "objective",
    doc: "What optimize minimises, and under which conditions.",
    attributes: &[&[
        Attribute::new("minimize", Kind::Texts, "one metric, or two for a Pareto front").required(),
        Attribute::new("subject_to", Kind::Texts, "conditions such as `green_direct.self_use_share >= 0.60`"),
    ]],
    id: "",
};
