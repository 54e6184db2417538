//! One visual language: a colour per flow that means the same in every figure.
//!
//! The colours are those of Okabe and Ito (2008), told apart by readers with any colour vision. What is
//! lighter than WCAG asks of a mark has a darker edge; in print all areas have edges, and are hatched.

use super::contrast::{MARK, contrast, darkened, over_white};
use super::heatmap::on_scale;
use plotters::style::RGBColor;

/// What a colour stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flow {
    /// Demand of the park's loads.
    Load,
    /// Charging of vehicles and ships.
    Charging,
    /// PV.
    Pv,
    /// Wind.
    Wind,
    /// Storage, discharging.
    Discharge,
    /// Storage, charging.
    Charge,
    /// Grid import.
    Import,
    /// Grid export.
    Export,
    /// Curtailed renewables.
    Curtailed,
    /// Load not served.
    Unserved,
    /// Bidirectional charging, discharging.
    V2g,
    /// Carbon.
    Carbon,
    /// Money.
    Money,
    /// Losses.
    Loss,
    /// Fuel burnt on site.
    Fuel,
}

impl Flow {
    /// Its colour.
    pub const fn colour(self) -> RGBColor {
        match self {
            Self::Load => RGBColor(64, 64, 72),
            Self::Charging => RGBColor(204, 121, 167),
            Self::Pv => RGBColor(230, 159, 0),
            Self::Wind => RGBColor(86, 180, 233),
            Self::Discharge => RGBColor(0, 158, 115),
            Self::Charge => RGBColor(127, 206, 185),
            Self::Import => RGBColor(140, 140, 150),
            Self::Export => RGBColor(0, 114, 178),
            Self::Curtailed => RGBColor(240, 228, 66),
            Self::Unserved => RGBColor(160, 0, 40),
            Self::V2g => RGBColor(150, 80, 130),
            Self::Carbon => RGBColor(110, 84, 60),
            Self::Money => RGBColor(0, 114, 178),
            Self::Loss => RGBColor(190, 190, 190),
            Self::Fuel => RGBColor(213, 94, 0),
        }
    }
}

/// How figures are meant to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Theme {
    /// In colour, on a screen or in print.
    #[default]
    Light,
    /// In grey too: areas are hatched, each flow in its own way, and text is black.
    Print,
}

impl Theme {
    /// A colour as this theme shows it.
    pub fn shows(self, colour: RGBColor) -> RGBColor {
        match self {
            Self::Print if colour == INK => RGBColor(0, 0, 0),
            Self::Print if colour == GRID => RGBColor(200, 200, 200),
            _ => colour,
        }
    }
}

/// The edge of an area, where it needs one: in colour, what hardly stands out from white has a darker edge; in
/// print, every area has a black one. Grounds have none, nor have the cells of a map.
pub fn edge(theme: Theme, colour: RGBColor, opacity: f64) -> Option<RGBColor> {
    if GROUNDS.contains(&colour) || on_scale(colour) {
        return None;
    }
    match theme {
        Theme::Print => Some(RGBColor(0, 0, 0)),
        Theme::Light => {
            let faint = contrast(over_white(colour, opacity), WHITE) < MARK;
            faint.then(|| darkened(colour))
        }
    }
}

/// Width of an edge, px: in print a hair, so that a line is told from it.
pub const fn edge_width(theme: Theme) -> f32 {
    match theme {
        Theme::Light => 1.0,
        Theme::Print => 0.5,
    }
}

/// The shade of the area of one of several units of a kind, such as storages: of the colour of their flow,
/// lighter and darker by turns; more than five share shades.
pub fn shade(flow: Flow, place: usize) -> RGBColor {
    const SHADES: [f64; 5] = [0.0, 0.4, -0.45, 0.8, -0.7];
    shifted(flow.colour(), SHADES[place % SHADES.len()])
}

/// The shade of the line of one of several units, which has no edge: as [`shade`], but dark ones alone; more
/// than three share shades.
pub fn line_shade(flow: Flow, place: usize) -> RGBColor {
    const SHADES: [f64; 3] = [0.0, -0.45, -0.75];
    shifted(flow.colour(), SHADES[place % SHADES.len()])
}

/// A colour shifted towards white above zero, towards black below.
fn shifted(RGBColor(r, g, b): RGBColor, shift: f64) -> RGBColor {
    let end = if shift > 0.0 { 255.0 } else { 0.0 };
    let mix = |part: u8| (f64::from(part) + (end - f64::from(part)) * shift.abs()).round() as u8;
    RGBColor(mix(r), mix(g), mix(b))
}

/// Good news: less cost, less carbon, a rule that passes.
pub const BETTER: RGBColor = RGBColor(0, 158, 115);
/// Bad news.
pub const WORSE: RGBColor = RGBColor(213, 94, 0);
/// The baseline beside the design.
pub const BASELINE: RGBColor = RGBColor(170, 170, 178);
/// Totals, and the design beside the baseline.
pub const TOTAL: RGBColor = RGBColor(64, 64, 72);
/// Text and axes.
pub const INK: RGBColor = RGBColor(40, 40, 46);
/// Grid lines.
pub const GRID: RGBColor = RGBColor(225, 225, 228);

/// The bar of a gauge where values fail, and where they pass.
pub const TRACK: [RGBColor; 2] = [RGBColor(238, 238, 240), RGBColor(205, 235, 225)];
/// What marks stand on.
const GROUNDS: [RGBColor; 3] = [WHITE, TRACK[0], TRACK[1]];
const WHITE: RGBColor = RGBColor(255, 255, 255);

/// A scale of a number for reading: the factor to divide by, and the unit's prefix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// What to divide by.
    pub factor: f64,
    /// The unit in words.
    pub unit: &'static str,
}

/// Energy in the unit that reads best for its size: kWh, MWh, GWh; 万 kWh in Chinese.
pub fn energy_scale(kwh: f64, lang: crate::lang::Lang) -> Scale {
    let size = kwh.abs();
    match lang {
        crate::lang::Lang::Zh if size >= 1e8 => Scale { factor: 1e8, unit: "亿 kWh" },
        crate::lang::Lang::Zh if size >= 1e4 => Scale { factor: 1e4, unit: "万 kWh" },
        _ if size >= 2e6 => Scale { factor: 1e6, unit: "GWh" },
        _ if size >= 2e3 => Scale { factor: 1e3, unit: "MWh" },
        _ => Scale { factor: 1.0, unit: "kWh" },
    }
}

/// Power in kW or MW.
pub fn power_scale(kw: f64) -> Scale {
    if kw.abs() >= 2e3 { Scale { factor: 1e3, unit: "MW" } } else { Scale { factor: 1.0, unit: "kW" } }
}

/// Money in the unit that reads best: millions in English, 万 in Chinese.
pub fn money_scale(amount: f64, lang: crate::lang::Lang) -> Scale {
    let size = amount.abs();
    match lang {
        crate::lang::Lang::Zh if size >= 1e8 => Scale { factor: 1e8, unit: "亿" },
        crate::lang::Lang::Zh if size >= 1e4 => Scale { factor: 1e4, unit: "万" },
        crate::lang::Lang::En if size >= 2e6 => Scale { factor: 1e6, unit: "million" },
        crate::lang::Lang::En if size >= 2e3 => Scale { factor: 1e3, unit: "thousand" },
        _ => Scale { factor: 1.0, unit: "" },
    }
}

/// A currency as readers of a language write it after a number.
pub fn currency(code: &str, lang: crate::lang::Lang) -> &str {
    match (lang, code) {
        (crate::lang::Lang::Zh, "CNY") => "元",
        _ => code,
    }
}

/// Money with its unit as one word: `million CNY`, `万元`.
pub fn money_unit(scale: Scale, code: &str, lang: crate::lang::Lang) -> String {
    let name = currency(code, lang);
    match lang {
        crate::lang::Lang::Zh if name != code => format!("{}{name}", scale.unit),
        _ => format!("{} {name}", scale.unit).trim().to_owned(),
    }
}

/// Tonnes of CO2 in t, kt; 万 t in Chinese.
pub fn tonnes_scale(tonnes: f64, lang: crate::lang::Lang) -> Scale {
    let size = tonnes.abs();
    match lang {
        crate::lang::Lang::Zh if size >= 1e4 => Scale { factor: 1e4, unit: "万 t" },
        crate::lang::Lang::En if size >= 2e3 => Scale { factor: 1e3, unit: "kt" },
        _ => Scale { factor: 1.0, unit: "t" },
    }
}

/// A number that six decimals do not show is nothing in any unit of a report.
const NOTHING: f64 = 5e-7;

/// A number with three significant digits and thousands separated: what a reader can use.
pub fn rounded(value: f64) -> String {
    if value.abs() < NOTHING || !value.is_finite() {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor() as i32;
    let decimals = (2 - magnitude).clamp(0, 6) as usize;
    grouped(value, decimals)
}

/// A number with the decimals of the largest beside it, or with one digit where those would show nothing; what is
/// less than a ten-thousandth of the largest is none.
pub fn comparable(value: f64, largest: f64) -> String {
    let magnitude = |value: f64| value.abs().max(f64::MIN_POSITIVE).log10().floor() as i32;
    if value.abs() < NOTHING.max(1e-4 * largest.abs()) {
        return "0".to_owned();
    }
    let decimals = (2 - magnitude(largest)).clamp(0, 6).max((-magnitude(value)).clamp(0, 6));
    grouped(value, decimals as usize)
}

/// A number with fixed decimals and thousands separated by commas.
pub fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), ""), |(w, f)| (w, f));
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    let zero = out.chars().all(|c| matches!(c, '0' | '.' | ','));
    if value < 0.0 && !zero { format!("−{out}") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    #[test]
    fn numbers_read_without_false_precision() {
        assert_eq!(rounded(1_234_567.0), "1,234,567");
        assert_eq!(rounded(12.345), "12.3");
        assert_eq!(rounded(-0.012345), "−0.0123");
        assert_eq!(grouped(-0.001, 1), "0.0");
    }

    #[test]
    fn small_numbers_have_the_decimals_of_the_largest_beside_them() {
        assert_eq!(comparable(-0.421, 5.17), "−0.42");
        assert_eq!(comparable(0.0149, 5.17), "0.01");
        assert_eq!(comparable(-0.00723, 5.17), "−0.007");
        assert_eq!(comparable(512.3, 5170.0), "512");
        assert_eq!(comparable(0.0, 5.0), "0");
        // Rounding of a solver beside 617 thousand, and what no unit shows.
        assert_eq!([comparable(-1.8e-9, 61.7), comparable(0.004, 61.7), rounded(-4.5e-12)], ["0", "0", "0"]);
        assert_eq!([comparable(0.007, 61.7), rounded(4.5e-6)], ["0.007", "0.000005"]);
    }

    #[test]
    fn chinese_readers_get_wan() {
        assert_eq!(energy_scale(5.0e6, Lang::Zh).unit, "万 kWh");
        assert_eq!(energy_scale(5.0e6, Lang::En).unit, "GWh");
        assert_eq!(money_scale(3.0e8, Lang::Zh).unit, "亿");
    }
}
