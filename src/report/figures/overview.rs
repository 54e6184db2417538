//! All parks at a glance: how each is supplied, how much it uses, and what stands there.

use super::Context;
use crate::lang::Lang;
use crate::park::Sizes;
use crate::report::canvas::{DrawError, Figure, Legend, csv, sheet, text};
use crate::report::data::ParkData;
use crate::report::drawing::Series;
use crate::report::theme::{Flow, INK, energy_scale, power_scale, rounded};
use crate::report::words::energy;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Shares of supply in the order they are drawn.
const SHARES: [(&str, &str, Flow); 3] = [
    ("flow.pv", "pv_available_kwh", Flow::Pv),
    ("flow.wind", "wind_available_kwh", Flow::Wind),
    ("flow.import", "grid_import_kwh", Flow::Import),
];

/// More parks than this are left to the tables.
const MOST_PARKS: usize = 24;
const ROW: i32 = 40;
/// Left and right end of the bars, px.
const BAR: (i32, i32) = (250, 560);

pub fn parks(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let report = context.report;
    if report.parks.len() < 2 {
        return Ok(None);
    }
    let shown: Vec<_> = report.parks.iter().take(MOST_PARKS).collect();
    let legend: Vec<Legend> =
        SHARES.iter().map(|(key, _, flow)| Legend::new(context.t(key), flow.colour())).collect();
    let height = (shown.len() as i32 * ROW + 110) as u32;
    // In English one unit for all parks, in Chinese the one that each park's size has.
    let scale = energy_scale(shown.iter().map(|park| total(park)).fold(0.0, f64::max) / 100.0, context.lang);
    let amount = |kwh: f64| match context.lang {
        Lang::En => format!("{} {}", rounded(kwh / scale.factor), scale.unit),
        Lang::Zh => energy(Some(kwh), context.lang),
    };
    let style = |size: i32, side: HPos| text(size, INK).pos(Pos::new(side, VPos::Center));
    let drawing = sheet(height, context.t("figure.overview"), &legend, |area| {
        for (place, (_, column, flow)) in SHARES.iter().enumerate() {
            area.draw(&Series(column))?;
            for (row, park) in shown.iter().enumerate() {
                let values = SHARES.map(|(_, key, _)| park.metric("energy", key).unwrap_or(0.0));
                let total: f64 = values.iter().sum();
                let edge = |upto: usize| {
                    let share = values[..upto].iter().sum::<f64>() / total;
                    BAR.0 + (share * f64::from(BAR.1 - BAR.0)).round() as i32
                };
                if total > 0.0 && values[place] > 0.0 {
                    let y = 6 + row as i32 * ROW;
                    let corners = [(edge(place), y), (edge(place + 1), y + 26)];
                    area.draw(&Rectangle::new(corners, flow.colour().filled()))?;
                }
            }
        }
        area.draw(&Series(""))?;
        for (row, park) in shown.iter().enumerate() {
            let y = 19 + row as i32 * ROW;
            area.draw_text(park.title.pick(context.lang), &style(16, HPos::Right), (BAR.0 - 12, y))?;
            area.draw_text(&amount(total(park)), &style(16, HPos::Left), (BAR.1 + 10, y))?;
            area.draw_text(&sizes(&park.sizes, context), &style(14, HPos::Left), (BAR.1 + 120, y))?;
        }
        Ok(())
    })?;
    let header: Vec<&str> = std::iter::once("park")
        .chain(SHARES.iter().map(|(_, key, _)| *key))
        .chain(["pv_kw", "wind_kw", "storage_kw", "storage_kwh", "guns"])
        .collect();
    let rows = shown.iter().map(|park| {
        let shares = SHARES.iter().map(|(_, key, _)| park.metric("energy", key).unwrap_or(0.0));
        let Sizes { pv_kw, wind_kw, storage_kw, storage_kwh, guns } = park.sizes;
        (park.name.clone(), shares.chain([pv_kw, wind_kw, storage_kw, storage_kwh, guns as f64]).collect())
    });
    let caption = context.t("figure.overview.caption");
    let called = shown.iter().map(|park| (park.name.clone(), park.title.pick(context.lang).to_owned()));
    Ok(Some(Figure::new("overview", caption, drawing, csv(&header, rows)).calling(called)))
}

/// All supply of a park, kWh.
fn total(park: &ParkData) -> f64 {
    SHARES.iter().filter_map(|(_, key, _)| park.metric("energy", key)).sum()
}

/// What stands in a park, in words.
fn sizes(sizes: &Sizes, context: &Context<'_>) -> String {
    let power = |kw: f64| {
        let scale = power_scale(kw);
        format!("{} {}", rounded(kw / scale.factor), scale.unit)
    };
    let mut parts = Vec::new();
    for (key, kw) in [("flow.pv", sizes.pv_kw), ("flow.wind", sizes.wind_kw)] {
        if kw > 0.0 {
            parts.push(format!("{} {}", context.t(key), power(kw)));
        }
    }
    if sizes.storage_kwh > 0.0 {
        let scale = power_scale(sizes.storage_kwh);
        let energy = format!("{} {}h", rounded(sizes.storage_kwh / scale.factor), scale.unit);
        parts.push(format!(
            "{} {} / {energy}",
            context.t("figure.overview.storage"),
            power(sizes.storage_kw)
        ));
    }
    if sizes.guns > 0 {
        parts.push(context.t("figure.overview.guns").replace("{}", &sizes.guns.to_string()));
    }
    parts.join(match context.lang {
        Lang::En => ", ",
        Lang::Zh => "，",
    })
}
