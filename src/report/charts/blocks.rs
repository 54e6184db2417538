//! Blocks side by side on a common scale, as an abatement curve has them.

use super::{Span, YAxis, at, chart, zero_line};
use crate::report::canvas::{Area, DrawError, text};
use crate::report::drawing::Series;
use crate::report::theme::INK;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// A block of an abatement curve.
#[derive(Debug, Clone)]
pub struct Block {
    /// How wide it is, from where the block before ended.
    pub width: f64,
    /// How high, from zero.
    pub height: f64,
    /// Colour.
    pub colour: RGBColor,
}

/// Blocks side by side, each from zero to its height; `x` is read like `y`.
///
/// # Errors
/// If drawing fails.
pub fn blocks(area: &Area<'_>, blocks: &[Block], x: &YAxis, y: &YAxis) -> Result<(), DrawError> {
    let width: f64 = blocks.iter().map(|block| block.width / x.factor).sum();
    let high = blocks.iter().map(|block| block.height / y.factor).fold(0.0, f64::max);
    let low = blocks.iter().map(|block| block.height / y.factor).fold(0.0, f64::min);
    let span = Span::of(low, high, 5.0);
    let along = Span::of(0.0, width, 6.0);
    let ends = (0.0, width * 1.02);
    let chart = chart(area, ends, span, y, 58)?;
    area.draw(&Series("cost_per_t"))?;
    let mut from = 0.0;
    let mut outlines = Vec::new();
    for block in blocks {
        let next = from + block.width / x.factor;
        let corners = [(from, 0.0), (next, block.height / y.factor)].map(|point| at(&chart, area, point));
        area.draw(&Rectangle::new(corners, block.colour.filled()))?;
        // An outline would hide the colour of a thin block.
        if corners[0].0.abs_diff(corners[1].0) > 4 {
            outlines.push(Rectangle::new(corners, INK.stroke_width(1)));
        }
        from = next;
    }
    area.draw(&Series(""))?;
    for outline in &outlines {
        area.draw(outline)?;
    }
    zero_line(&chart, area, ends)?;
    let style = text(16, INK).pos(Pos::new(HPos::Center, VPos::Top));
    for tick in along.ticks().filter(|tick| *tick <= ends.1) {
        let (px, py) = at(&chart, area, (tick, span.low));
        area.draw(&PathElement::new(vec![(px, py), (px, py + 6)], INK.stroke_width(1)))?;
        area.draw_text(&along.label(tick), &style, (px, py + 9))?;
    }
    let (px, py) = at(&chart, area, (ends.1 / 2.0, span.low));
    area.draw_text(&x.desc, &style, (px, py + 33))?;
    Ok(())
}
