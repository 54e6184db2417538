//! The simulated calendar years as a table.

use super::data::{ParkData, YearData};
use super::font::escape;
use super::theme::rounded;
use super::words::{Unit, dash, energy, money, share, tonnes, unit};
use crate::lang::{Lang, Message, message};
use std::fmt::Write as _;

/// A column: its message, which case, and the metric.
type Column = (&'static str, Case, &'static str, &'static str);

#[derive(Clone, Copy)]
enum Case {
    Baseline,
    Design,
    Change,
}

/// What is told of each year.
const COLUMNS: [Column; 11] = [
    ("years.load", Case::Design, "energy", "load_kwh"),
    ("years.import", Case::Design, "energy", "grid_import_kwh"),
    ("years.own", Case::Design, "energy", "self_sufficiency"),
    ("years.peak", Case::Design, "energy", "peak_import_kw"),
    ("years.bill.baseline", Case::Baseline, "bill", "total"),
    ("years.bill", Case::Design, "bill", "total"),
    ("years.annual", Case::Change, "economics", "annual_total"),
    ("years.location.baseline", Case::Baseline, "carbon", "location_based_t"),
    ("years.location", Case::Design, "carbon", "location_based_t"),
    ("years.fuel", Case::Design, "carbon", "scope1_t"),
    ("years.intensity", Case::Design, "zero_carbon_park", "intensity_t_per_tce"),
];

fn value(year: &YearData, (_, case, group, key): &Column) -> Option<f64> {
    let metrics = match case {
        Case::Baseline => &year.cases.baseline,
        Case::Design => &year.cases.configured,
        Case::Change => &year.cases.change,
    };
    metrics[*group][*key].as_f64()
}

/// The columns that some year fills.
fn columns(park: &ParkData) -> Vec<&'static Column> {
    COLUMNS.iter().filter(|column| park.years.iter().any(|year| value(year, column).is_some())).collect()
}

/// Header and rows for readers; none where there is but one year.
pub fn rows(park: &ParkData, currency: &str, lang: Lang) -> Vec<Vec<String>> {
    if park.years.is_empty() {
        return Vec::new();
    }
    let columns = columns(park);
    let head = columns.iter().map(|column| lang.text(column.0).to_owned());
    let mut rows = vec![std::iter::once(lang.text("years.year").to_owned()).chain(head).collect()];
    for year in &park.years {
        let cells = columns.iter().map(|column| {
            let value = value(year, column);
            match (column.2, unit(column.2, column.3, currency)) {
                (_, Unit::Share) => share(value),
                ("bill" | "economics", _) => money(value, currency, lang),
                ("carbon", _) => tonnes(value, lang),
                (_, Unit::Of(unit)) if unit == "kWh" => energy(value, lang),
                _ => value.map_or_else(dash, |value| {
                    if column.3.ends_with("_kw") {
                        format!("{} MW", rounded(value / 1000.0))
                    } else {
                        rounded(value)
                    }
                }),
            }
        });
        rows.push(std::iter::once(year.year.to_string()).chain(cells).collect());
    }
    rows
}

/// Header of the columns with their units.
pub fn head(currency: &str, lang: Lang) -> Vec<String> {
    let head = COLUMNS.iter().map(|column| match unit(column.2, column.3, currency) {
        Unit::Of(unit) if !unit.is_empty() => format!("{} ({unit})", lang.text(column.0)),
        _ => lang.text(column.0).to_owned(),
    });
    head.collect()
}

/// The numbers of a year, in the order of the columns.
pub fn numbers(year: &YearData, currency: &str) -> Vec<(Option<f64>, Unit)> {
    COLUMNS.iter().map(|column| (value(year, column), unit(column.2, column.3, currency))).collect()
}

/// The table of a park, or of all.
pub fn table(html: &mut String, currency: &str, park: &ParkData, lang: Lang) {
    let rows = rows(park, currency, lang);
    let Some((head, rows)) = rows.split_first() else { return };
    let (title, note) = (lang.text("years.title"), lang.text("years.note"));
    let _ =
        write!(html, "<h3>{title}</h3><p>{note}</p><div class=\"scroll\" tabindex=\"0\"><table><thead><tr>");
    for cell in head {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escape(cell));
    }
    html.push_str("</tr></thead><tbody>\n");
    for row in rows {
        html.push_str("<tr>");
        row.iter().enumerate().for_each(|(index, cell)| {
            let cell = escape(cell);
            let _ = match index {
                0 => write!(html, "<th scope=\"row\">{cell}</th>"),
                _ => write!(html, "<td>{cell}</td>"),
            };
        });
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table></div>\n");
}

/// The texts of the table.
pub const MESSAGES: &[Message] = &[
    message("years.title", "Year by year", "逐年结果"),
    message(
        "years.note",
        "Each year is simulated with its calendar, grown loads and fleets, aged PV and storage, the devices then in service, and the prices and grid factor of its path.",
        "各年分别模拟：按当年日历，计入负荷与车辆增长、光伏与储能老化、当年在役设备，以及当年电价与电网因子。",
    ),
    message("years.year", "year", "年份"),
    message("years.load", "load", "负荷"),
    message("years.import", "grid import", "购电"),
    message("years.own", "own supply", "自给率"),
    message("years.peak", "peak import", "购电峰值"),
    message("years.bill.baseline", "bill, baseline", "基准电费"),
    message("years.bill", "bill, design", "方案电费"),
    message("years.annual", "annual cost, change", "年成本变化"),
    message("years.location.baseline", "CO2 of electricity, baseline", "基准电力 CO2"),
    message("years.location", "CO2 of electricity, design", "方案电力 CO2"),
    message("years.fuel", "CO2 of fuel, design", "方案燃料 CO2"),
    message("years.intensity", "park rule, t/tce", "单位能耗碳排放，吨/吨标煤"),
];
