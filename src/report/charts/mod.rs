//! The kinds of charts figures are made of: bars, areas and lines, waterfalls, blocks, gauges.
//!
//! Values are given in the unit of the figure's data; the axis says by what they are divided to be
//! read. What shows a column of the data is marked with the column's name, and the sheet carries
//! the scale of its axes, so that a drawn figure can be read back.

mod bars;
mod blocks;
mod gauges;
mod lines;
mod waterfall;

pub use bars::{grouped_bars, stacked_bars};
pub use blocks::{Block, blocks};
pub use gauges::{Gauge, ROW as GAUGE_ROW, gauges};
pub use lines::{Course, XAxis, areas_and_lines};
pub use waterfall::{Step, waterfall};

use super::canvas::{Area, DrawError, grid_line, text};
use super::drawing::Frame;
use super::font;
use super::theme::{INK, grouped};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// A named series of numbers with its colour.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its column of the figure's data.
    pub column: String,
    /// Colour.
    pub colour: RGBColor,
    /// Values, in the unit of the data.
    pub values: Vec<f64>,
}

impl Line {
    /// A series of a column.
    pub fn new(column: &str, colour: RGBColor, values: Vec<f64>) -> Self {
        Self { column: column.to_owned(), colour, values }
    }
}

/// What an upright axis shows.
#[derive(Debug, Clone)]
pub struct YAxis {
    /// Unit, and what is measured where that is not plain.
    pub desc: String,
    /// What values are divided by to be read in this unit.
    pub factor: f64,
}

impl YAxis {
    /// An axis in a unit.
    pub fn new(desc: impl Into<String>, factor: f64) -> Self {
        Self { desc: desc.into(), factor }
    }
}

/// A range with round ends and the distance of its grid lines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Distance of grid lines.
    pub step: f64,
}

impl Span {
    /// The smallest span of round numbers that holds two values, in about `parts` steps.
    pub fn of(low: f64, high: f64, parts: f64) -> Self {
        let width = high - low;
        if !(width > 0.0 && width.is_finite()) {
            return Self { low, high: low + 1.0, step: 0.5 };
        }
        let rough = width / parts;
        let power = 10f64.powf(rough.log10().floor());
        let wide = [1.0, 2.0, 2.5, 5.0].into_iter().find(|step| step * power >= rough * 0.999_999);
        let step = wide.unwrap_or(10.0) * power;
        let (first, last) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
        // A little below zero does not need a whole step of room.
        let shallow = low < 0.0 && -low < 0.4 * step;
        Self { low: if shallow { 1.1 * low } else { first * step }, high: last * step, step }
    }

    /// Its grid lines.
    pub fn ticks(&self) -> impl Iterator<Item = f64> + use<> {
        let step = self.step;
        let (first, last) =
            ((self.low / step - 1e-9).ceil() as i64, (self.high / step + 1e-9).floor() as i64);
        (first..=last).map(move |tick| tick as f64 * step)
    }

    /// A number of the axis, with as many decimals as its steps have and no more.
    pub fn label(&self, value: f64) -> String {
        /// Steps smaller than this many decimals show are of no unit that a figure is drawn in.
        const MOST: i32 = 15;
        let decimals = (0..MOST).find(|&decimals| {
            let shifted = self.step * 10f64.powi(decimals);
            shifted > 0.5 && (shifted - shifted.round()).abs() < 1e-6 * shifted
        });
        grouped(value, decimals.unwrap_or(MOST) as usize)
    }
}

type Chart<'a, 'b> = ChartContext<'a, Recording<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Recording<'a> = super::drawing::Recorder<'a>;

/// A chart with its upright axis, grid lines and unit; `below` is the room for labels of x, px.
fn chart<'a, 'b>(
    area: &'a Area<'b>,
    x: (f64, f64),
    span: Span,
    y: &YAxis,
    below: i32,
) -> Result<Chart<'a, 'b>, DrawError> {
    let chart = ChartBuilder::on(area)
        .margin_top(30)
        .margin_left(78)
        .margin_right(24)
        .margin_bottom(below)
        .build_cartesian_2d(x.0..x.1, span.low..span.high)?;
    let (x0, bottom) = at(&chart, area, (x.0, span.low));
    let (x1, top) = at(&chart, area, (x.1, span.high));
    let (left, upper) = area.get_base_pixel();
    area.draw(&Frame {
        pixels: [x0 + left, top + upper, x1 + left, bottom + upper],
        x: [x.0, x.1],
        y: [span.low * y.factor, span.high * y.factor],
    })?;
    for tick in span.ticks() {
        let at = at(&chart, area, (x.0, tick)).1;
        area.draw(&PathElement::new(vec![(x0, at), (x1, at)], grid_line()))?;
    }
    for tick in span.ticks() {
        let at = at(&chart, area, (x.0, tick)).1;
        let style = text(16, INK).pos(Pos::new(HPos::Right, VPos::Center));
        area.draw_text(&span.label(tick), &style, (x0 - 8, at))?;
    }
    let style = text(16, INK).pos(Pos::new(HPos::Left, VPos::Bottom));
    area.draw_text(&y.desc, &style, (18, top - 10))?;
    Ok(chart)
}

/// Where a point of a chart is on the area, px.
fn at(chart: &Chart<'_, '_>, area: &Area<'_>, point: (f64, f64)) -> (i32, i32) {
    let (x, y) = chart.plotting_area().map_coordinate(&point);
    let (left, upper) = area.get_base_pixel();
    (x - left, y - upper)
}

/// The line of zero over the width of a chart.
fn zero_line(chart: &Chart<'_, '_>, area: &Area<'_>, x: (f64, f64)) -> Result<(), DrawError> {
    let ends = vec![at(chart, area, (x.0, 0.0)), at(chart, area, (x.1, 0.0))];
    area.draw(&PathElement::new(ends, INK.stroke_width(1)))?;
    Ok(())
}

/// Labels below a chart of as many slots, each centred and broken in two where it is too wide.
fn slot_labels(
    chart: &Chart<'_, '_>,
    area: &Area<'_>,
    labels: &[String],
    bottom: f64,
) -> Result<(), DrawError> {
    let slot = at(chart, area, (1.0, bottom)).0 - at(chart, area, (0.0, bottom)).0;
    let style = text(16, INK).pos(Pos::new(HPos::Center, VPos::Top));
    for (i, label) in labels.iter().enumerate() {
        let (x, y) = at(chart, area, (i as f64 + 0.5, bottom));
        for (row, part) in broken(label, f64::from(slot) - 6.0).iter().enumerate() {
            area.draw_text(part, &style, (x, y + 8 + row as i32 * 18))?;
        }
    }
    Ok(())
}

/// A label in its lines; one that is wider than its room is broken in two near its middle, at a space or
/// between Chinese characters.
fn broken(label: &str, room: f64) -> Vec<&str> {
    if let Some((first, rest)) = label.split_once('\n') {
        return [broken(first, room), broken(rest, room)].concat();
    }
    if font::width(label, font::em(16.0)) <= room {
        return vec![label];
    }
    let middle = label.len() / 2;
    let wide = |c: char| c > '\u{2e7f}';
    let gaps = label
        .char_indices()
        .skip(1)
        .filter(|(at, c)| *c == ' ' || (wide(*c) && !"）：，".contains(*c) && !label[..*at].ends_with('（')));
    let gap = gaps.min_by_key(|(at, _)| at.abs_diff(middle));
    gap.map_or_else(|| vec![label], |(at, _)| vec![&label[..at], label[at..].trim_start()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_round_ends_and_no_false_decimals() {
        let span = Span::of(0.0, 97.0, 5.0);
        assert_eq!(span, Span { low: 0.0, high: 100.0, step: 20.0 });
        assert_eq!(span.ticks().count(), 6);
        assert_eq!(span.label(60.0), "60");
        let span = Span::of(-2.7, 4.0, 5.0);
        assert_eq!((span.low, span.high, span.step), (-4.0, 4.0, 2.0));
        let span = Span::of(-0.1, 10.0, 5.0);
        assert!((span.low + 0.11).abs() < 1e-12 && span.ticks().eq([0.0, 2.5, 5.0, 7.5, 10.0]));
        assert_eq!(Span::of(0.0, 1.2, 5.0).label(0.5), "0.50");
        assert_eq!(Span::of(0.0, 1.0, 5.0).label(0.2), "0.2");
        // Steps of 0.0000002 and of 25 million: every label is told from its neighbours.
        let fine = Span::of(0.0, 1e-6, 5.0);
        let labels: Vec<String> = fine.ticks().map(|tick| fine.label(tick)).collect();
        assert_eq!(labels[..3], ["0.0000000", "0.0000002", "0.0000004"]);
        assert_eq!(Span::of(0.0, 1e8, 5.0).label(2e7), "20,000,000");
    }

    #[test]
    fn long_labels_break_at_a_space() {
        assert_eq!(broken("demand, capacity", 60.0), ["demand,", "capacity"]);
        assert_eq!(broken("demand", 200.0), ["demand"]);
        assert_eq!(broken("峰谷套利两充两放", 60.0), ["峰谷套利", "两充两放"]);
        assert_eq!(broken("峰谷套利（两充两放）", 60.0), ["峰谷套利", "（两充两放）"]);
        assert_eq!(broken("time-of-use\n(45 %)", 200.0), ["time-of-use", "(45 %)"]);
    }
}
