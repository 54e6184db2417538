//! A waterfall: from one total to another by changes.

use super::{Span, YAxis, at, chart, slot_labels, zero_line};
use crate::report::canvas::{Area, DrawError, text};
use crate::report::drawing::Series;
use crate::report::theme::{BETTER, INK, TOTAL, WORSE, comparable};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// One bar of a waterfall.
#[derive(Debug, Clone)]
pub struct Step {
    /// Text below the bar.
    pub label: String,
    /// A total, drawn from zero, or a change from the bar before.
    pub value: f64,
    /// Whether it is a total.
    pub total: bool,
}

/// A waterfall: totals from zero, changes from where the bar before ended; less is better.
///
/// # Errors
/// If drawing fails.
pub fn waterfall(area: &Area<'_>, steps: &[Step], column: &str, y: &YAxis) -> Result<(), DrawError> {
    let mut level = 0.0;
    let mut bars = Vec::with_capacity(steps.len());
    for step in steps {
        let value = step.value / y.factor;
        let (from, to) = if step.total { (0.0, value) } else { (level, level + value) };
        level = to;
        let colour = match (step.total, step.value < 0.0) {
            (true, _) => TOTAL,
            (false, true) => BETTER,
            (false, false) => WORSE,
        };
        bars.push((from, to, colour));
    }
    let high = bars.iter().map(|(a, b, _)| a.max(*b)).fold(0.0, f64::max);
    let low = bars.iter().map(|(a, b, _)| a.min(*b)).fold(0.0, f64::min);
    let room = 0.06 * (high - low);
    let span = Span::of(if low < 0.0 { low - room } else { low }, high + room, 5.0);
    let x = (0.0, steps.len() as f64);
    let chart = chart(area, x, span, y, 52)?;
    area.draw(&Series(column))?;
    for (i, (from, to, colour)) in bars.iter().enumerate() {
        let i = i as f64;
        let corners = [(i + 0.18, *from), (i + 0.82, *to)].map(|point| at(&chart, area, point));
        area.draw(&Rectangle::new(corners, colour.filled()))?;
    }
    area.draw(&Series(""))?;
    for (i, (_, to, _)) in bars.iter().enumerate().take(bars.len().saturating_sub(1)) {
        let i = i as f64;
        let ends = [(i + 0.82, *to), (i + 1.18, *to)].map(|point| at(&chart, area, point));
        area.draw(&PathElement::new(ends.to_vec(), INK.stroke_width(1)))?;
    }
    zero_line(&chart, area, x)?;
    for (i, (step, (from, to, _))) in steps.iter().zip(&bars).enumerate() {
        // The line of zero would strike through the label of a bar that hangs below it.
        let hangs = from.max(*to) < 0.0;
        let (end, side, gap) =
            if hangs { (from.min(*to), VPos::Top, 4) } else { (from.max(*to), VPos::Bottom, -4) };
        let style = text(16, INK).pos(Pos::new(HPos::Center, side));
        let (x, y_px) = at(&chart, area, (i as f64 + 0.5, end));
        // A change is read beside the totals: with as many decimals as they have.
        let label = comparable(step.value / y.factor, high.max(-low));
        let sign = if !step.total && step.value > 0.0 && label != "0" { "+" } else { "" };
        area.draw_text(&format!("{sign}{label}"), &style, (x, y_px + gap))?;
    }
    let labels: Vec<String> = steps.iter().map(|step| step.label.clone()).collect();
    slot_labels(&chart, area, &labels, span.low)
}
