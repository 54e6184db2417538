//! The bill: by month and part, and by month and band of the tariff.

use super::{Context, known};
use crate::report::canvas::{DrawError, Figure, HEIGHT, Legend, csv, sheet};
use crate::report::charts::{Line, stacked_bars};
use crate::report::heatmap::month_name;
use plotters::style::RGBColor;

/// Parts of a bill with their colours: costs first, then revenues.
pub const PARTS: [(&str, RGBColor); 10] = [
    ("energy_charge", RGBColor(0, 114, 178)),
    ("demand_charge", RGBColor(213, 94, 0)),
    ("capacity_charge", RGBColor(230, 159, 0)),
    ("fixed_charge", RGBColor(140, 140, 150)),
    ("surcharges", RGBColor(204, 121, 167)),
    ("power_factor_adjustment", RGBColor(110, 84, 60)),
    ("green_supply_cost", RGBColor(0, 158, 115)),
    ("wheeling_charge", RGBColor(86, 180, 233)),
    ("export_revenue", RGBColor(127, 206, 185)),
    ("charging_revenue", CHARGING_REVENUE),
];

/// What drivers pay, in the bill.
pub const CHARGING_REVENUE: RGBColor = RGBColor(205, 182, 222);

/// Bands from the cheapest to the dearest, light to dark; no flow has these colours.
pub const BANDS: [RGBColor; 5] = [
    RGBColor(231, 222, 239),
    RGBColor(193, 168, 214),
    RGBColor(150, 110, 182),
    RGBColor(104, 58, 142),
    RGBColor(58, 18, 92),
];

pub fn monthly(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let Some(months) = context.park.configured["bill"]["monthly"].as_array() else { return Ok(None) };
    let part = |month: &serde_json::Value, key: &str| month[key].as_f64().unwrap_or(0.0);
    let most = months
        .iter()
        .map(|m| PARTS.iter().map(|(key, _)| part(m, key).abs()).sum::<f64>())
        .fold(0.0, f64::max);
    if most <= 0.0 || months.len() != 12 {
        return Ok(None);
    }
    let (mut up, mut down, mut legend) = (Vec::new(), Vec::new(), Vec::new());
    for (key, colour) in PARTS {
        let revenue = key.ends_with("_revenue");
        let values: Vec<f64> = months.iter().map(|m| part(m, key)).collect();
        if values.iter().all(|v| v.abs() < 1e-6 * most) {
            continue;
        }
        legend.push(Legend::new(context.t(&format!("bill.{key}")), colour));
        // A power-factor reward is negative and stands below zero like a revenue.
        let (costs, gains): (Vec<f64>, Vec<f64>) =
            values.iter().map(|v| if revenue { (0.0, *v) } else { (v.max(0.0), (-v).max(0.0)) }).unzip();
        up.push(Line::new(key, colour, costs));
        down.push(Line::new(key, colour, gains));
    }
    let categories: Vec<String> = (0..12).map(|m| month_name(m, context.lang)).collect();
    let drawing = sheet(HEIGHT, &context.title("figure.bill"), &legend, |area| {
        stacked_bars(area, &categories, &up, &down, &[], &context.money(most))
    })?;
    let header: Vec<&str> = std::iter::once("month").chain(PARTS.iter().map(|(key, _)| *key)).collect();
    let rows = months
        .iter()
        .enumerate()
        .map(|(m, month)| ((m + 1).to_string(), PARTS.iter().map(|(key, _)| part(month, key)).collect()));
    Ok(Some(Figure::new("bill-monthly", context.t("figure.bill.caption"), drawing, csv(&header, rows))))
}

/// Energy charges by month and band, the bands from the cheapest to the dearest.
pub fn bands(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let mut bands: Vec<_> =
        context.park.bands.iter().filter(|band| band.kwh.iter().sum::<f64>() > 0.0).collect();
    let price = |money: &[f64; 12], kwh: &[f64; 12]| money.iter().sum::<f64>() / kwh.iter().sum::<f64>();
    bands.sort_by(|a, b| price(&a.money, &a.kwh).total_cmp(&price(&b.money, &b.kwh)));
    if bands.len() < 2 {
        return Ok(None);
    }
    let colour = |place: usize| {
        BANDS[(place as f64 / (bands.len() - 1) as f64 * (BANDS.len() - 1) as f64).round() as usize]
    };
    let month_sum = |m: usize| bands.iter().map(|band| band.money[m]).sum::<f64>();
    let most = (0..12).map(month_sum).fold(0.0, f64::max);
    let lines: Vec<Line> = bands
        .iter()
        .enumerate()
        .map(|(place, band)| Line::new(&band.name, colour(place), band.money.to_vec()))
        .collect();
    let legend: Vec<Legend> = lines
        .iter()
        .map(|line| {
            let name = known(&format!("band.{}", line.column), context.lang);
            Legend::new(name.unwrap_or(&line.column), line.colour)
        })
        .collect();
    let categories: Vec<String> = (0..12).map(|m| month_name(m, context.lang)).collect();
    let drawing = sheet(HEIGHT, &context.title("figure.bands"), &legend, |area| {
        stacked_bars(area, &categories, &lines, &[], &[], &context.money(most))
    })?;
    let header: Vec<&str> =
        std::iter::once("month").chain(lines.iter().map(|line| line.column.as_str())).collect();
    let rows = (0..12).map(|m| ((m + 1).to_string(), lines.iter().map(|line| line.values[m]).collect()));
    Ok(Some(Figure::new("bill-bands", context.t("figure.bands.caption"), drawing, csv(&header, rows))))
}
