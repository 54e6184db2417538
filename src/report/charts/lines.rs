//! Stacked areas with lines above them along an axis.

use super::{Line, Span, YAxis, at, chart, zero_line};
use crate::report::canvas::{Area, DrawError, text};
use crate::report::drawing::Series;
use crate::report::theme::INK;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Axis of a line or area chart; value i stands at `from + i · step`.
pub struct XAxis<'a> {
    /// Positions and texts of its labels.
    pub ticks: &'a [(f64, String)],
    /// What it shows; empty for nothing.
    pub desc: &'a str,
    /// Where the first value stands.
    pub from: f64,
    /// Distance of two values.
    pub step: f64,
}

/// How values follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Each holds over its whole step.
    Steps,
    /// They are points of a curve.
    Points,
}

/// Stacked areas with lines above them.
///
/// # Errors
/// If drawing fails.
pub fn areas_and_lines(
    area: &Area<'_>,
    x: &XAxis<'_>,
    areas: &[Line],
    lines: &[Line],
    course: Course,
    y: &YAxis,
) -> Result<(), DrawError> {
    let count = areas.iter().chain(lines).map(|line| line.values.len()).max().unwrap_or(1);
    let mut stack = vec![0.0; count];
    let mut bands = Vec::with_capacity(areas.len());
    for line in areas {
        let below = stack.clone();
        for (sum, value) in stack.iter_mut().zip(&line.values) {
            *sum += value.max(0.0);
        }
        bands.push((line, below, stack.clone()));
    }
    let values = || lines.iter().flat_map(|line| line.values.iter().copied()).filter(|v| v.is_finite());
    let high = values().chain(stack.iter().copied()).fold(0.0, f64::max) / y.factor;
    let low = values().fold(0.0, f64::min) / y.factor;
    let span = Span::of(low, high, 5.0);
    let steps = if course == Course::Steps { count } else { count.max(2) - 1 };
    let ends = (x.from, x.from + steps as f64 * x.step);
    let chart = chart(area, ends, span, y, if x.desc.is_empty() { 36 } else { 58 })?;
    let place = |i: usize, value: f64| at(&chart, area, (x.from + i as f64 * x.step, value / y.factor));
    let outline = |values: &[f64]| -> Vec<(i32, i32)> {
        let points = values.iter().enumerate().filter(|(_, v)| v.is_finite());
        match course {
            Course::Points => points.map(|(i, v)| place(i, *v)).collect(),
            Course::Steps => points.flat_map(|(i, v)| [place(i, *v), place(i + 1, *v)]).collect(),
        }
    };
    for (line, below, above) in &bands {
        if above.iter().zip(below).all(|(a, b)| a <= b) {
            continue;
        }
        area.draw(&Series(&line.column))?;
        let mut edge = outline(above);
        edge.extend(outline(below).into_iter().rev());
        area.draw(&Polygon::new(edge, line.colour.filled()))?;
    }
    area.draw(&Series(""))?;
    zero_line(&chart, area, ends)?;
    for line in lines {
        area.draw(&Series(&line.column))?;
        area.draw(&PathElement::new(outline(&line.values), line.colour.stroke_width(2)))?;
    }
    area.draw(&Series(""))?;
    for (along, label) in x.ticks.iter().filter(|(along, _)| (ends.0..=ends.1).contains(along)) {
        let (px, py) = at(&chart, area, (*along, span.low));
        area.draw(&PathElement::new(vec![(px, py), (px, py + 6)], INK.stroke_width(1)))?;
        area.draw_text(label, &text(16, INK).pos(Pos::new(HPos::Center, VPos::Top)), (px, py + 9))?;
    }
    if !x.desc.is_empty() {
        let (px, py) = at(&chart, area, ((ends.0 + ends.1) / 2.0, span.low));
        let style = text(16, INK).pos(Pos::new(HPos::Center, VPos::Top));
        area.draw_text(x.desc, &style, (px, py + 33))?;
    }
    Ok(())
}
