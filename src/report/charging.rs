//! Fleets and battery inspection as tables: what was served, what moving it saves, where packs go.

use super::data::ParkData;
use super::font::escape;
use super::theme::{grouped, rounded};
use super::words::{dash, energy, share};
use crate::lang::{Lang, Message, message};
use serde_json::Value;
use std::fmt::Write as _;

/// How a cell is written.
#[derive(Clone, Copy)]
enum Form {
    Name,
    Count,
    Minutes,
    Energy,
    Power,
    Price,
    Share,
    Mass,
}

/// A table: group of the summary, title, note, columns of message, key and form.
struct Table {
    group: &'static str,
    title: &'static str,
    note: &'static str,
    columns: &'static [(&'static str, &'static str, Form)],
}

const TABLES: [Table; 2] = [
    Table {
        group: "charging",
        title: "charging.title",
        note: "charging.note",
        columns: &[
            ("charging.name", "name", Form::Name),
            ("charging.sessions", "sessions", Form::Count),
            ("charging.lost", "lost_sessions", Form::Count),
            ("charging.wait", "mean_wait_min", Form::Minutes),
            ("charging.delivered", "delivered_kwh", Form::Energy),
            ("charging.unmet", "unmet_kwh", Form::Energy),
            ("charging.peak", "peak_kw", Form::Power),
            ("charging.v2g", "v2g_kwh", Form::Energy),
            ("charging.arrival", "uncontrolled_price_per_kwh", Form::Price),
            ("charging.managed", "managed_price_per_kwh", Form::Price),
            ("charging.gap", "gap_to_optimum", Form::Share),
        ],
    },
    Table {
        group: "inspection",
        title: "inspection.title",
        note: "inspection.note",
        columns: &[
            ("charging.name", "name", Form::Name),
            ("inspection.tests", "vehicles_tested", Form::Count),
            ("inspection.lost", "lost_tests", Form::Count),
            ("inspection.use", "bay_utilisation", Form::Share),
            ("inspection.exchanged", "exchanged_kwh", Form::Energy),
            ("inspection.loss", "energy_loss_kwh", Form::Energy),
            ("inspection.soh", "mean_soh", Form::Share),
            ("inspection.reused", "packs_reused", Form::Count),
            ("inspection.second", "packs_second_life", Form::Count),
            ("inspection.recycled", "packs_recycled", Form::Count),
            ("inspection.second.energy", "second_life_kwh", Form::Energy),
            ("inspection.nickel", "recovered_nickel_kg", Form::Mass),
            ("inspection.cobalt", "recovered_cobalt_kg", Form::Mass),
            ("inspection.manganese", "recovered_manganese_kg", Form::Mass),
            ("inspection.lithium", "recovered_lithium_kg", Form::Mass),
        ],
    },
];

/// A table for readers: title, note, rows with the header first.
pub struct Rows {
    /// Title.
    pub title: &'static str,
    /// What the reader should know.
    pub note: &'static str,
    /// Header and rows.
    pub rows: Vec<Vec<String>>,
}

/// The tables of a park that have a row; columns that no row fills are left out.
pub fn tables(park: &ParkData, lang: Lang) -> Vec<Rows> {
    let found = TABLES.iter().filter_map(|table| {
        let items = park.configured[table.group].as_array().filter(|items| !items.is_empty())?;
        let filled = |key: &str| items.iter().any(|item| !item[key].is_null());
        let columns: Vec<_> = table.columns.iter().filter(|(_, key, _)| filled(key)).collect();
        let head = columns.iter().map(|(name, ..)| lang.text(name).to_owned()).collect();
        let row = |item: &Value| {
            columns.iter().map(|(_, key, form)| cell(park, table.group, &item[*key], *form, lang)).collect()
        };
        let rows = std::iter::once(head).chain(items.iter().map(row)).collect();
        Some(Rows { title: lang.text(table.title), note: lang.text(table.note), rows })
    });
    found.collect()
}

fn cell(park: &ParkData, kind: &str, value: &Value, form: Form, lang: Lang) -> String {
    let number = value.as_f64();
    let with = |write: &dyn Fn(f64) -> String| number.map_or_else(dash, write);
    match form {
        Form::Name => park.device(kind, value.as_str().unwrap_or_default(), lang).to_owned(),
        Form::Count => with(&|count| grouped(count, 0)),
        Form::Minutes => with(&|minutes| grouped(minutes, 1)),
        Form::Energy => energy(number, lang),
        Form::Power => with(&|kw| grouped(kw, 0)),
        Form::Price => with(&|price| grouped(price, 3)),
        Form::Share => share(number),
        Form::Mass => with(&rounded),
    }
}

/// The tables of a park as HTML.
pub fn html(html: &mut String, park: &ParkData, lang: Lang) {
    for Rows { title, note, rows } in tables(park, lang) {
        let _ = write!(html, "<h3>{title}</h3><p>{note}</p><div class=\"scroll\"><table>");
        for (index, row) in rows.iter().enumerate() {
            let (open, mark, close) = match index {
                0 => ("<thead>", "th scope=\"col\"", "</thead><tbody>\n"),
                _ => ("", "td", "\n"),
            };
            let _ = write!(html, "{open}<tr>");
            for cell in row {
                let _ = write!(html, "<{mark}>{}</{}>", escape(cell), &mark[..2]);
            }
            let _ = write!(html, "</tr>{close}");
        }
        html.push_str("</tbody></table></div>\n");
    }
}

/// The texts of the tables.
pub const MESSAGES: &[Message] = &[
    message("charging.title", "Charging", "充电"),
    message(
        "charging.note",
        "Energies are in the vehicles, the peak at the park bus. Prices are means per kWh that can be moved, by the tariff alone: charged on arrival, and as managed; the gap is that of managed charging above the cheapest schedule of the same sessions.",
        "电量按车端计，峰值按园区母线计。电价为可调电量的平均价，仅按电价计算：即插即充与有序充电；差距为有序充电高出相同充电需求最低费用方案的比例。",
    ),
    message("charging.name", "name", "名称"),
    message("charging.sessions", "sessions", "充电次数"),
    message("charging.lost", "lost", "流失次数"),
    message("charging.wait", "mean wait, min", "平均等待（分钟）"),
    message("charging.delivered", "delivered", "充入电量"),
    message("charging.unmet", "unmet", "未满足电量"),
    message("charging.peak", "peak, kW", "峰值（kW）"),
    message("charging.v2g", "fed back", "反送电量"),
    message("charging.arrival", "price on arrival", "即插即充均价"),
    message("charging.managed", "price managed", "有序充电均价"),
    message("charging.gap", "gap to optimum", "与最优方案差距"),
    message("inspection.title", "Battery inspection", "电池检测"),
    message(
        "inspection.note",
        "Vehicles tested after charging, and the packs that retire: reused in vehicles, second life in stores, recycled. Recovered metals are told apart and are part of no carbon account.",
        "充电后进行电池检测；退役电池按健康状态分为整车再用、梯次利用与再生利用。回收金属单独列示，不计入任何碳核算。",
    ),
    message("inspection.tests", "tested", "检测车辆"),
    message("inspection.lost", "lost", "流失车辆"),
    message("inspection.use", "bays taken", "工位占用率"),
    message("inspection.exchanged", "exchanged", "充放电量"),
    message("inspection.loss", "lost energy", "检测损耗"),
    message("inspection.soh", "mean state of health", "平均健康状态"),
    message("inspection.reused", "reused", "整车再用"),
    message("inspection.second", "second life", "梯次利用"),
    message("inspection.recycled", "recycled", "再生利用"),
    message("inspection.second.energy", "second-life energy", "梯次利用容量"),
    message("inspection.nickel", "nickel, kg", "镍（kg）"),
    message("inspection.cobalt", "cobalt, kg", "钴（kg）"),
    message("inspection.manganese", "manganese, kg", "锰（kg）"),
    message("inspection.lithium", "lithium, kg", "锂（kg）"),
];
