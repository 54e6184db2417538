//! Gauges: how far a value is from its threshold, one row each.

use super::broken;
use crate::report::canvas::{Area, DrawError, WIDTH, text};
use crate::report::theme::{BASELINE, BETTER, INK, TRACK, WORSE};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// One value against its threshold.
#[derive(Debug, Clone)]
pub struct Gauge {
    /// What is judged.
    pub label: String,
    /// Its value.
    pub value: f64,
    /// The threshold.
    pub threshold: f64,
    /// Whether values above the threshold pass.
    pub more_passes: bool,
    /// Whether it passes; none where it is not judged.
    pub pass: Option<bool>,
    /// Value, threshold and margin in words.
    pub words: [String; 3],
}

/// Height of a row, px.
pub const ROW: i32 = 58;

/// Draws the gauges: the light part of a bar passes, the line is the threshold, the bar the value.
///
/// # Errors
/// If drawing fails.
pub fn gauges(area: &Area<'_>, gauges: &[Gauge]) -> Result<(), DrawError> {
    let (x0, x1) = (390, WIDTH as i32 - 260);
    for (row, gauge) in gauges.iter().enumerate() {
        let y = 14 + row as i32 * ROW;
        let largest = gauge.value.abs().max(gauge.threshold.abs()).max(f64::MIN_POSITIVE) * 1.15;
        let low = gauge.value.min(gauge.threshold).min(0.0);
        let low = if low < 0.0 { -largest } else { 0.0 };
        let place = |value: f64| x0 + ((value - low) / (largest - low) * f64::from(x1 - x0)).round() as i32;
        let edge = place(gauge.threshold);
        let (from, to) = if gauge.more_passes { (edge, x1) } else { (x0, edge) };
        area.draw(&Rectangle::new([(x0, y), (x1, y + 26)], TRACK[0].filled()))?;
        area.draw(&Rectangle::new([(from, y), (to, y + 26)], TRACK[1].filled()))?;
        let colour = match gauge.pass {
            Some(true) => BETTER,
            Some(false) => WORSE,
            None => BASELINE,
        };
        let ends = [(place(0.0).clamp(x0, x1), y + 7), (place(gauge.value), y + 19)];
        area.draw(&Rectangle::new(ends, colour.filled()))?;
        area.draw(&PathElement::new(vec![(edge, y - 4), (edge, y + 30)], INK.stroke_width(3)))?;
        let name = text(16, INK).pos(Pos::new(HPos::Right, VPos::Center));
        let lines = broken(&gauge.label, f64::from(x0) - 32.0);
        for (line, part) in lines.iter().enumerate() {
            area.draw_text(part, &name, (x0 - 14, y + 13 + line as i32 * 18 - (lines.len() as i32 - 1) * 9))?;
        }
        let [value, threshold, margin] = &gauge.words;
        let style = text(16, INK).pos(Pos::new(HPos::Left, VPos::Center));
        area.draw_text(value, &style, (x1 + 12, y + 5))?;
        let style = text(14, INK).pos(Pos::new(HPos::Left, VPos::Center));
        area.draw_text(margin, &style, (x1 + 12, y + 25))?;
        let style = text(13, INK).pos(Pos::new(HPos::Center, VPos::Top));
        area.draw_text(threshold, &style, (edge, y + 31))?;
    }
    Ok(())
}
