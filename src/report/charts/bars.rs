//! Bars: stacked over categories with lines above them, or side by side.

use super::{Line, Span, YAxis, at, chart, slot_labels, zero_line};
use crate::report::canvas::{Area, DrawError, text};
use crate::report::drawing::Series;
use crate::report::theme::{INK, comparable};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Room for the labels of categories, px: a line of text and 18 px for each further one.
fn below(categories: &[String]) -> i32 {
    let lines = categories.iter().map(|label| label.matches('\n').count() + 1).max().unwrap_or(1);
    32 + 18 * lines as i32
}

/// Stacked bars per category: `up` above zero, `down` below; `lines` join the middles of categories.
///
/// # Errors
/// If drawing fails.
pub fn stacked_bars(
    area: &Area<'_>,
    categories: &[String],
    up: &[Line],
    down: &[Line],
    lines: &[Line],
    y: &YAxis,
) -> Result<(), DrawError> {
    let count = categories.len();
    let sum = |stack: &[Line], i: usize| stack.iter().map(|line| line.values[i].max(0.0)).sum::<f64>();
    let courses = || lines.iter().flat_map(|line| line.values.iter().copied());
    let high = (0..count).map(|i| sum(up, i)).chain(courses()).fold(0.0, f64::max) / y.factor;
    let low = -(0..count).map(|i| sum(down, i)).chain(courses().map(|v| -v)).fold(0.0, f64::max) / y.factor;
    let span = Span::of(low, high, 5.0);
    let x = (0.0, count as f64);
    let chart = chart(area, x, span, y, below(categories))?;
    for (sign, stack) in [(1.0, up), (-1.0, down)] {
        let mut bases = vec![0.0; count];
        for line in stack {
            area.draw(&Series(&line.column))?;
            for (i, base) in bases.iter_mut().enumerate() {
                let next = *base + line.values[i].max(0.0);
                if next > *base {
                    let corners = [(i as f64 + 0.14, sign * *base), (i as f64 + 0.86, sign * next)]
                        .map(|(x, value)| at(&chart, area, (x, value / y.factor)));
                    area.draw(&Rectangle::new(corners, line.colour.filled()))?;
                }
                *base = next;
            }
        }
    }
    area.draw(&Series(""))?;
    zero_line(&chart, area, x)?;
    for line in lines {
        area.draw(&Series(&line.column))?;
        let points = line.values.iter().enumerate();
        let points: Vec<_> =
            points.map(|(i, value)| at(&chart, area, (i as f64 + 0.5, value / y.factor))).collect();
        area.draw(&PathElement::new(points.clone(), line.colour.stroke_width(2)))?;
        for point in points {
            area.draw(&Circle::new(point, 4, line.colour.filled()))?;
        }
    }
    area.draw(&Series(""))?;
    slot_labels(&chart, area, categories, span.low)
}

/// Bars side by side per category, each with its value above it; a value that is not there has no bar.
///
/// # Errors
/// If drawing fails.
pub fn grouped_bars(
    area: &Area<'_>,
    categories: &[String],
    bars: &[Line],
    y: &YAxis,
) -> Result<(), DrawError> {
    let values = || bars.iter().flat_map(|line| line.values.iter().copied()).filter(|v| v.is_finite());
    let high = values().fold(0.0, f64::max) / y.factor;
    let low = values().fold(0.0, f64::min) / y.factor;
    let span = Span::of(low, high * 1.06, 5.0);
    let x = (0.0, categories.len() as f64);
    let chart = chart(area, x, span, y, below(categories))?;
    let width = 0.76 / bars.len().max(1) as f64;
    for (place, line) in bars.iter().enumerate() {
        area.draw(&Series(&line.column))?;
        for (i, value) in line.values.iter().enumerate().filter(|(_, v)| v.is_finite()) {
            let left = i as f64 + 0.12 + place as f64 * width;
            let corners = [(left + 0.01, 0.0), (left + width - 0.01, *value)]
                .map(|(x, value)| at(&chart, area, (x, value / y.factor)));
            area.draw(&Rectangle::new(corners, line.colour.filled()))?;
        }
    }
    area.draw(&Series(""))?;
    zero_line(&chart, area, x)?;
    let style = text(15, INK).pos(Pos::new(HPos::Center, VPos::Bottom));
    for (place, line) in bars.iter().enumerate() {
        for (i, value) in line.values.iter().enumerate().filter(|(_, v)| v.is_finite()) {
            let middle = i as f64 + 0.12 + (place as f64 + 0.5) * width;
            let (x, top) = at(&chart, area, (middle, value.max(0.0) / y.factor));
            area.draw_text(&comparable(value / y.factor, high.max(-low)), &style, (x, top - 4))?;
        }
    }
    slot_labels(&chart, area, categories, span.low)
}
