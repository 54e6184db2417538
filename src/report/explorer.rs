//! The year of every park inside the page, so that a reader chooses park and week.
//!
//! Each column of hourly means is stored as shares of its largest value in 12 bits, which is more
//! than the three digits that are shown; the bytes are packed with zlib and written in Base64.

use super::data::{ParkData, ReportData};
use super::figures::energy::SUPPLY;
use super::font::escape;
use super::heatmap::{base64, hourly, month_name};
use super::theme::{Flow, GRID, Theme, edge};
use crate::lang::{Lang, Message, message};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use plotters::style::RGBColor;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;

/// Steps of a column's scale.
const LEVELS: f64 = 4095.0;

/// What the demand is made of.
const USES: [(&str, &str, Flow); 2] =
    [("flow.load", "load_kw", Flow::Load), ("flow.charging", "charging_kw", Flow::Charging)];

/// The section: controls, chart and data. Nothing where no park has a year.
pub fn section(html: &mut String, report: &ReportData, week: Option<usize>, lang: Lang) {
    let parks: Vec<(usize, &ParkData)> =
        report.parks.iter().enumerate().filter(|(_, park)| park.series.is_some()).collect();
    if parks.is_empty() {
        return;
    }
    let t = |key: &str| lang.text(key);
    let _ = write!(
        html,
        "<section id=\"explorer\"><h2>{}</h2><p>{}</p><div class=\"controls\">\
         <label for=\"week-park\">{}</label><select id=\"week-park\">",
        t("explorer.title"),
        t("explorer.note"),
        t("report.column.park")
    );
    for (index, park) in &parks {
        let _ = write!(html, "<option value=\"{index}\">{}</option>", escape(park.title.pick(lang)));
    }
    let _ = writeln!(
        html,
        "</select><label for=\"week-day\">{}</label><input type=\"date\" id=\"week-day\">\
         <button type=\"button\" id=\"week-before\">{}</button><button type=\"button\" id=\"week-after\">{}</button></div>\n\
         <div class=\"keys\" id=\"week-keys\" role=\"group\" aria-label=\"{}\"></div>\n\
         <div class=\"sheet\"><svg id=\"chart\" viewBox=\"0 0 1100 540\" role=\"img\" tabindex=\"0\" aria-label=\"{}\" \
         aria-describedby=\"readout\"></svg></div>\n<div class=\"readout\" id=\"readout\" aria-live=\"polite\"></div></section>",
        t("explorer.from"),
        t("explorer.before"),
        t("explorer.after"),
        t("page.series"),
        t("explorer.chart"),
    );
    let book = json!({
        "year": report.axis.year,
        "days": report.axis.days(),
        "parks": parks.iter().map(|(index, park)| year(report, *index, park, week, lang)).collect::<Vec<_>>(),
    });
    let _ = writeln!(html, "<script type=\"application/json\" id=\"years\">{}</script>", inert(&book));
}

/// JSON that cannot end the element it stands in.
pub fn inert(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

/// The words that the script shows.
pub fn words(lang: Lang) -> Value {
    let months: Vec<String> = (0..12).map(|month| month_name(month, lang)).collect();
    json!({
        "sort": lang.text("page.sort"),
        "series": lang.text("page.series"),
        "date": lang.pick("{d} {m}", "{m}{d}日"),
        "months": months,
        "grid": hex(GRID),
    })
}

/// A colour as SVG writes it.
pub fn hex(colour: RGBColor) -> String {
    format!("#{:02X}{:02X}{:02X}", colour.0, colour.1, colour.2)
}

fn year(report: &ReportData, index: usize, park: &ParkData, week: Option<usize>, lang: Lang) -> Value {
    let axis = &report.axis;
    let column = |name: &str| park.series.as_ref().and_then(|series| series.column(name));
    let supply = SUPPLY.iter().map(|flow| (flow, "supply"));
    let uses = USES.iter().map(|flow| (flow, "use"));
    let store = ("explorer.stored", "storage_energy_kwh", Flow::Discharge);
    let columns: Vec<Value> = supply
        .chain(uses)
        .chain([(&store, "store")])
        .filter_map(|((key, name, flow), side)| {
            let values = hourly(axis, column(name)?);
            let most = values.iter().copied().fold(0.0, f64::max);
            (most > 0.0).then(|| {
                json!({
                    "key": name, "label": lang.text(key), "colour": hex(flow.colour()),
                    "edge": edge(Theme::Light, flow.colour(), 1.0).map(hex), "side": side,
                    "max": most, "data": packed(&values, most),
                })
            })
        })
        .collect();
    let first = week.unwrap_or_else(|| super::figures::week_of_highest(axis, column("grid_import_kw")));
    json!({ "index": index, "first": first, "columns": columns })
}

/// Values as shares of the largest, 12 bits each: all high bytes, then all low bytes, zlib, Base64.
fn packed(values: &[f64], most: f64) -> String {
    let levels: Vec<u16> =
        values.iter().map(|value| (value / most * LEVELS).round().clamp(0.0, LEVELS) as u16).collect();
    let bytes: Vec<u8> = levels
        .iter()
        .map(|level| (level >> 8) as u8)
        .chain(levels.iter().map(|level| (level & 255) as u8))
        .collect();
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let _ = encoder.write_all(&bytes);
    base64(&encoder.finish().unwrap_or_default())
}

/// The texts of the section.
pub const MESSAGES: &[Message] = &[
    message("explorer.title", "Any week of any park", "任选园区与周"),
    message(
        "explorer.note",
        "Hourly means. Point at the chart, or use the arrow keys on it, to read values; a button hides its series.",
        "小时均值。将指针移到图上或用方向键读取数值；点击按钮可隐藏对应系列。",
    ),
    message("explorer.from", "from", "起始日"),
    message("explorer.before", "week before", "前一周"),
    message("explorer.after", "week after", "后一周"),
    message(
        "explorer.chart",
        "Supply stacked, demand as a line, stored energy below",
        "堆叠为供电，折线为需求，下方为储能电量",
    ),
    message("explorer.stored", "stored energy", "储能电量"),
    message("page.sort", "sort by this column", "按此列排序"),
    message("page.series", "series", "系列"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn a_year_is_unpacked_to_within_a_level() {
        let values: Vec<f64> = (0..8760).map(|i| f64::from(i % 97) * 1.3).collect();
        let text = packed(&values, 96.0 * 1.3);
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let (mut bytes, mut bits, mut count) = (Vec::new(), 0u32, 0);
        for c in text.chars().filter(|c| *c != '=') {
            bits = bits << 6 | ALPHABET.find(c).expect("Base64") as u32;
            count += 6;
            if count >= 8 {
                count -= 8;
                bytes.push((bits >> count & 255) as u8);
            }
        }
        let mut raw = Vec::new();
        flate2::read::ZlibDecoder::new(bytes.as_slice()).read_to_end(&mut raw).expect("zlib");
        assert_eq!(raw.len(), 2 * values.len());
        for (i, value) in values.iter().enumerate() {
            let level = f64::from(raw[i]) * 256.0 + f64::from(raw[values.len() + i]);
            assert!((level / LEVELS * 96.0 * 1.3 - value).abs() <= 96.0 * 1.3 / LEVELS / 2.0 + 1e-9);
        }
    }

    #[test]
    fn json_cannot_end_its_element() {
        assert_eq!(inert(&json!("</script>")), "\"\\u003c/script>\"");
    }
}
