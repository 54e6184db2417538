//! All parks at a glance: how each is supplied, and how big it is.

use super::Context;
use crate::report::canvas::{DrawError, Figure, Legend, WIDTH, csv, sheet, text};
use crate::report::theme::{Flow, INK, energy_scale, rounded};
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

pub fn parks(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let report = context.report;
    if report.parks.len() < 2 {
        return Ok(None);
    }
    let shown: Vec<_> = report.parks.iter().take(MOST_PARKS).collect();
    let legend: Vec<Legend> =
        SHARES.iter().map(|(key, _, flow)| Legend::new(context.t(key), flow.colour())).collect();
    let row = 34;
    let height = (shown.len() as i32 * row + 120) as u32;
    let svg = sheet(height, context.t("figure.overview"), &legend, |area| {
        let (x0, x1) = (300, WIDTH as i32 - 150);
        for (index, park) in shown.iter().enumerate() {
            let y = 8 + index as i32 * row;
            let style = text(16, INK).pos(Pos::new(HPos::Right, VPos::Center));
            area.draw_text(park.title.pick(context.lang), &style, (x0 - 12, y + 12))?;
            let value = |key: &str| park.metric("energy", key).unwrap_or(0.0);
            let total: f64 = SHARES.iter().map(|(_, key, _)| value(key)).sum();
            if total <= 0.0 {
                continue;
            }
            let mut x = f64::from(x0);
            for (_, key, flow) in &SHARES {
                let next = x + value(key) / total * f64::from(x1 - x0);
                area.draw(&Rectangle::new(
                    [(x.round() as i32, y), (next.round() as i32, y + 24)],
                    flow.colour().filled(),
                ))?;
                x = next;
            }
            let scale = energy_scale(total, context.lang);
            let label = format!("{} {}", rounded(total / scale.factor), scale.unit);
            let style = text(15, INK).pos(Pos::new(HPos::Left, VPos::Center));
            area.draw_text(&label, &style, (x1 + 10, y + 12))?;
        }
        Ok(())
    })?;
    let header: Vec<&str> = std::iter::once("park").chain(SHARES.iter().map(|(_, key, _)| *key)).collect();
    let rows = report.parks.iter().map(|park| {
        let values = SHARES.iter().map(|(_, key, _)| park.metric("energy", key).unwrap_or(0.0)).collect();
        (park.name.clone(), values)
    });
    Ok(Some(Figure {
        id: "overview".to_owned(),
        caption: context.t("figure.overview.caption").to_owned(),
        svg,
        csv: csv(&header, rows),
    }))
}
