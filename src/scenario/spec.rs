//! The attribute table: what a scenario may say, and what each key means.
//!
//! One static tree of [`TableSpec`]s describes every table, key, type, unit, range, default,
//! meaning and source. Decoding, messages, the nearest key, the JSON Schema, key paths of
//! studies, columns of park tables and the reference page all come from it.

/// One table of the file format.
#[derive(Debug)]
pub struct TableSpec {
    /// Kind of table in words, such as `storage`; also the default name of a device.
    pub name: &'static str,
    /// What the table describes.
    pub doc: &'static str,
    /// Its keys.
    pub attributes: &'static [&'static [Attribute]],
    /// Key that names an item of a list of such tables: `name` for devices, `class` for
    /// chargers; empty where items have no name.
    pub id: &'static str,
}

/// One key of a table.
#[derive(Debug)]
pub struct Attribute {
    /// The key; its suffix is the unit (see [`unit_of`]).
    pub key: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether it must be given.
    pub required: bool,
    /// The documented default, as TOML; empty where there is none or the catalogue gives it.
    pub default: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// Where the default comes from: a source, "assumed", or empty.
    pub source: &'static str,
}

/// What an attribute takes.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A finite number.
    Number(Range),
    /// A whole number.
    Integer(Range),
    /// One of these whole numbers.
    OneOf(&'static [u32]),
    /// `true` or `false`.
    Bool,
    /// Any text.
    Text,
    /// A device's or park's name: letters of any script, digits, space, `-`, `_`.
    Name,
    /// A path relative to the scenario file.
    Path,
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// Text, or `{ en = "…", zh = "…" }`.
    Localised,
    /// A number, or `{ series = "f.csv", column = "c" }`.
    NumberOrSeries(Range),
    /// A catalogue name, a number, or a series.
    NameNumberOrSeries(Range),
    /// A list of numbers, of this many (0: any).
    Numbers(Range, usize),
    /// A list of texts.
    Texts,
    /// A text, or a list of texts.
    TextOrTexts,
    /// A list of key-value tables or scalars, kept as written (study values).
    Any,
    /// A table.
    Table(&'static TableSpec),
    /// A list of tables.
    Tables(&'static TableSpec),
    /// A catalogue name, or a table.
    NameOrTable(&'static TableSpec),
}

/// A range of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Lowest value.
    pub min: f64,
    /// Highest value.
    pub max: f64,
    /// Whether the lowest value itself is refused.
    pub above_min: bool,
}

impl Range {
    /// Any finite number.
    pub const ANY: Self = Self::between(f64::NEG_INFINITY, f64::INFINITY);
    /// Zero or more.
    pub const NOT_NEGATIVE: Self = Self::between(0.0, f64::INFINITY);
    /// More than zero.
    pub const POSITIVE: Self = Self { above_min: true, ..Self::NOT_NEGATIVE };
    /// A share: 0 to 1.
    pub const SHARE: Self = Self::between(0.0, 1.0);
    /// An efficiency: above 0, at most 1.
    pub const EFFICIENCY: Self = Self { above_min: true, ..Self::SHARE };

    /// From `min` to `max`, both included.
    pub const fn between(min: f64, max: f64) -> Self {
        Self { min, max, above_min: false }
    }

    /// Whether a value lies inside; never for NaN or infinities.
    pub fn contains(&self, value: f64) -> bool {
        value.is_finite() && value <= self.max && (value > self.min || (value == self.min && !self.above_min))
    }

    /// The range in words: `0 to 1`, `at least 0`, `above 0`.
    pub fn describe(&self) -> String {
        match (self.min.is_finite(), self.max.is_finite()) {
            (true, true) if self.min == self.max => format!("{} only", self.min),
            (true, true) if self.above_min => format!("above {} and at most {}", self.min, self.max),
            (true, true) => format!("{} to {}", self.min, self.max),
            (true, false) if self.above_min => format!("above {}", self.min),
            (true, false) => format!("at least {}", self.min),
            (false, true) => format!("at most {}", self.max),
            (false, false) => "any finite number".to_owned(),
        }
    }
}

impl Attribute {
    /// An optional key without default.
    pub const fn new(key: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { key, kind, required: false, default: "", doc, source: "" }
    }

    /// An optional number without default.
    pub const fn number(key: &'static str, range: Range, doc: &'static str) -> Self {
        Self::new(key, Kind::Number(range), doc)
    }

    /// The same key, required.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same key with a default (as TOML) and where that comes from.
    pub const fn default(self, default: &'static str, source: &'static str) -> Self {
        Self { default, source, ..self }
    }
}

impl TableSpec {
    /// All keys, in documented order.
    pub fn attributes(&self) -> impl Iterator<Item = &'static Attribute> {
        self.attributes.iter().flat_map(|group| group.iter())
    }

    /// The attribute of a key.
    pub fn attribute(&self, key: &str) -> Option<&'static Attribute> {
        self.attributes().find(|attribute| attribute.key == key)
    }
}

/// Unit suffixes and how they read, longest first.
const UNITS: &[(&str, &str)] = &[
    ("_per_kwh_throughput", "/kWh"),
    ("_per_kw_month", "/(kW·month)"),
    ("_per_kva_month", "/(kVA·month)"),
    ("_per_kw_year", "/(kW·a)"),
    ("_per_kwh_year", "/(kWh·a)"),
    ("_kwh_per_m2", "kWh/m²"),
    ("_kwh_per_kva", "kWh/kVA"),
    ("_kg_per_kwh", "kg/kWh"),
    ("_kg_per_kw", "kg/kW"),
    ("_t_per_tce", "t/tce"),
    ("_per_kwh", "/kWh"),
    ("_per_mwh", "/MWh"),
    ("_per_kw", "/kW"),
    ("_per_month", "/month"),
    ("_per_year", "/a"),
    ("_per_day", "/d"),
    ("_per_t", "/t"),
    ("_per_c", "/°C"),
    ("_m_s", "m/s"),
    ("_minutes", "min"),
    ("_years", "a"),
    ("_hours", "h"),
    ("_mwh", "MWh"),
    ("_kwh", "kWh"),
    ("_kvarh", "kvarh"),
    ("_kvar", "kvar"),
    ("_kva", "kVA"),
    ("_kw", "kW"),
    ("_gj", "GJ"),
    ("_deg", "°"),
    ("_ha", "ha"),
    ("_km", "km"),
    ("_min", "min"),
    ("_pa", "Pa"),
    ("_m", "m"),
    ("_c", "°C"),
    ("_t", "t"),
    ("_h", "h"),
];

/// The unit a key names by its suffix; empty for shares, counts and texts.
pub fn unit_of(key: &str) -> &'static str {
    // `soc_min` is a share, not minutes; growth and loss by year or day are shares too, not money.
    if ["soc_", "growth", "degradation", "self_discharge"].iter().any(|share| key.contains(share)) {
        return "";
    }
    let key = key.strip_suffix("_by_month").unwrap_or(key);
    UNITS.iter().find(|(suffix, _)| key.ends_with(suffix)).map_or("", |(_, unit)| unit)
}
