//! The kinds of charts figures are made of: stacked bars, areas, lines, heat maps, waterfalls.

use super::canvas::{Area, DrawError, axis_number, grid_line, round_up, text};
use super::theme::{BETTER, INK, TOTAL, WORSE, rounded};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// A named series of numbers with its colour.
#[derive(Debug, Clone)]
pub struct Line {
    /// Legend text.
    pub label: String,
    /// Colour.
    pub colour: RGBColor,
    /// Values.
    pub values: Vec<f64>,
}

/// Stacked bars per category: `up` above zero, `down` below.
///
/// # Errors
/// If drawing fails.
pub fn stacked_bars(
    area: &Area<'_>,
    categories: &[String],
    up: &[Line],
    down: &[Line],
    unit: &str,
) -> Result<(), DrawError> {
    let sum = |lines: &[Line], i: usize| lines.iter().map(|line| line.values[i].max(0.0)).sum::<f64>();
    let top = round_up((0..categories.len()).map(|i| sum(up, i)).fold(0.0, f64::max));
    let low = (0..categories.len()).map(|i| sum(down, i)).fold(0.0, f64::max);
    let bottom = if low > 0.0 { -round_up(low) } else { 0.0 };
    let count = categories.len();
    let mut chart = ChartBuilder::on(area)
        .margin(10)
        .margin_right(24)
        .x_label_area_size(34)
        .y_label_area_size(78)
        .build_cartesian_2d(0.0..count as f64, bottom..top)?;
    let label = |x: &f64| {
        let index = x.floor() as usize;
        if (x.fract() - 0.5).abs() < 1e-6 {
            categories.get(index).cloned().unwrap_or_default()
        } else {
            String::new()
        }
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .bold_line_style(grid_line())
        .light_line_style(TRANSPARENT)
        .y_desc(unit)
        .y_labels(7)
        .y_label_formatter(&|y| axis_number(*y, top - bottom))
        .x_label_formatter(&label)
        .label_style(text(16, INK))
        .axis_desc_style(text(17, INK))
        .draw()?;
    for (sign, lines) in [(1.0, up), (-1.0, down)] {
        for i in 0..count {
            let mut base = 0.0;
            for line in lines {
                let next = base + line.values[i].max(0.0);
                if next > base {
                    chart.draw_series(std::iter::once(Rectangle::new(
                        [(i as f64 + 0.14, sign * base), (i as f64 + 0.86, sign * next)],
                        line.colour.filled(),
                    )))?;
                }
                base = next;
            }
        }
    }
    chart.draw_series(std::iter::once(PathElement::new(
        vec![(0.0, 0.0), (count as f64, 0.0)],
        INK.stroke_width(1),
    )))?;
    let plot = chart.plotting_area();
    for (i, category) in categories.iter().enumerate() {
        let (x, y) = plot.map_coordinate(&(i as f64 + 0.5, bottom));
        let (left, upper) = area.get_base_pixel();
        let style = text(16, INK).pos(Pos::new(HPos::Center, VPos::Top));
        area.draw_text(category, &style, (x - left, y - upper + 8))?;
    }
    Ok(())
}

/// Axis of a line or area chart.
pub struct XAxis<'a> {
    /// Positions and texts of its labels.
    pub ticks: &'a [(f64, String)],
    /// What it shows; empty for nothing.
    pub desc: &'a str,
}

/// Stacked areas with lines above them; x is the index.
///
/// # Errors
/// If drawing fails.
pub fn areas_and_lines(
    area: &Area<'_>,
    x: &XAxis<'_>,
    areas: &[Line],
    lines: &[Line],
    unit: &str,
) -> Result<(), DrawError> {
    let count = areas.iter().chain(lines).map(|line| line.values.len()).max().unwrap_or(1);
    let mut stack = vec![0.0; count];
    let mut tops = Vec::with_capacity(areas.len());
    for line in areas {
        let below = stack.clone();
        for (sum, value) in stack.iter_mut().zip(&line.values) {
            *sum += value.max(0.0);
        }
        tops.push((below, stack.clone(), line.colour));
    }
    let highest = lines.iter().flat_map(|line| line.values.iter().copied()).chain(stack.iter().copied());
    let top = round_up(highest.fold(0.0, f64::max));
    let lowest = lines.iter().flat_map(|line| line.values.iter().copied()).fold(0.0, f64::min);
    let bottom = if lowest < 0.0 { -round_up(-lowest) } else { 0.0 };
    let mut chart = ChartBuilder::on(area)
        .margin(10)
        .margin_right(24)
        .x_label_area_size(if x.desc.is_empty() { 34 } else { 56 })
        .y_label_area_size(78)
        .build_cartesian_2d(0.0..count as f64, bottom..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .bold_line_style(grid_line())
        .light_line_style(TRANSPARENT)
        .y_desc(unit)
        .y_labels(7)
        .y_label_formatter(&|y| axis_number(*y, top - bottom))
        .label_style(text(16, INK))
        .axis_desc_style(text(17, INK))
        .draw()?;
    // Steps hold their average: each value is drawn over its whole interval.
    let steps = |values: &[f64]| -> Vec<(f64, f64)> {
        values.iter().enumerate().flat_map(|(i, v)| [(i as f64, *v), (i as f64 + 1.0, *v)]).collect()
    };
    for (below, above, colour) in &tops {
        if above.iter().zip(below).all(|(a, b)| a <= b) {
            continue;
        }
        let mut outline = steps(above);
        outline.extend(steps(below).into_iter().rev());
        chart.draw_series(std::iter::once(Polygon::new(outline, colour.filled())))?;
    }
    for line in lines {
        chart.draw_series(std::iter::once(PathElement::new(
            steps(&line.values),
            line.colour.stroke_width(2),
        )))?;
    }
    let plot = chart.plotting_area();
    let (left, upper) = area.get_base_pixel();
    for (at, label) in x.ticks {
        let (px, py) = plot.map_coordinate(&(*at, bottom));
        let (px, py) = (px - left, py - upper);
        area.draw(&PathElement::new(vec![(px, py), (px, py + 6)], INK.stroke_width(1)))?;
        area.draw_text(label, &text(16, INK).pos(Pos::new(HPos::Center, VPos::Top)), (px, py + 9))?;
    }
    if !x.desc.is_empty() {
        let (px, py) = plot.map_coordinate(&(count as f64 / 2.0, bottom));
        let style = text(17, INK).pos(Pos::new(HPos::Center, VPos::Top));
        area.draw_text(x.desc, &style, (px - left, py - upper + 32))?;
    }
    Ok(())
}

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
pub fn waterfall(area: &Area<'_>, steps: &[Step], unit: &str) -> Result<(), DrawError> {
    let mut level = 0.0;
    let mut bars = Vec::with_capacity(steps.len());
    for step in steps {
        let (from, to) = if step.total { (0.0, step.value) } else { (level, level + step.value) };
        level = to;
        let colour = match (step.total, step.value < 0.0) {
            (true, _) => TOTAL,
            (false, true) => BETTER,
            (false, false) => WORSE,
        };
        bars.push((from, to, colour));
    }
    let top = round_up(bars.iter().map(|(a, b, _)| a.max(*b)).fold(0.0, f64::max) * 1.08);
    let lowest = bars.iter().map(|(a, b, _)| a.min(*b)).fold(0.0, f64::min);
    let bottom = if lowest < 0.0 { -round_up(-lowest * 1.1) } else { 0.0 };
    let count = steps.len();
    let mut chart = ChartBuilder::on(area)
        .margin(10)
        .margin_right(24)
        .x_label_area_size(40)
        .y_label_area_size(84)
        .build_cartesian_2d(0.0..count as f64, bottom..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .bold_line_style(grid_line())
        .light_line_style(TRANSPARENT)
        .y_desc(unit)
        .y_label_formatter(&|y| axis_number(*y, top - bottom))
        .label_style(text(16, INK))
        .axis_desc_style(text(17, INK))
        .draw()?;
    for (i, (from, to, colour)) in bars.iter().enumerate() {
        let i = i as f64;
        chart.draw_series(std::iter::once(Rectangle::new(
            [(i + 0.18, *from), (i + 0.82, *to)],
            colour.filled(),
        )))?;
        if i + 1.0 < count as f64 {
            chart.draw_series(std::iter::once(PathElement::new(
                vec![(i + 0.82, *to), (i + 1.18, *to)],
                INK.stroke_width(1),
            )))?;
        }
    }
    let plot = chart.plotting_area();
    let (left, upper) = area.get_base_pixel();
    for (i, (step, (from, to, _))) in steps.iter().zip(&bars).enumerate() {
        let (x, y) = plot.map_coordinate(&(i as f64 + 0.5, from.max(*to)));
        let sign = if !step.total && step.value > 0.0 { "+" } else { "" };
        let style = text(16, INK).pos(Pos::new(HPos::Center, VPos::Bottom));
        area.draw_text(&format!("{sign}{}", rounded(step.value)), &style, (x - left, y - upper - 4))?;
        let (x, y) = plot.map_coordinate(&(i as f64 + 0.5, bottom));
        let style = text(16, INK).pos(Pos::new(HPos::Center, VPos::Top));
        area.draw_text(&step.label, &style, (x - left, y - upper + 9))?;
    }
    Ok(())
}

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

/// Blocks side by side on a common scale, each from zero to its height.
///
/// # Errors
/// If drawing fails.
pub fn blocks(area: &Area<'_>, blocks: &[Block], x_unit: &str, y_unit: &str) -> Result<(), DrawError> {
    let width: f64 = blocks.iter().map(|block| block.width).sum();
    let top = round_up(blocks.iter().map(|block| block.height).fold(0.0, f64::max));
    let lowest = blocks.iter().map(|block| block.height).fold(0.0, f64::min);
    let bottom = if lowest < 0.0 { -round_up(-lowest) } else { 0.0 };
    let top = if lowest < 0.0 && top <= 1.0 { 0.06 * -bottom } else { top };
    let mut chart = ChartBuilder::on(area)
        .margin(10)
        .margin_right(24)
        .x_label_area_size(58)
        .y_label_area_size(84)
        .build_cartesian_2d(0.0..width * 1.02, bottom..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .bold_line_style(grid_line())
        .light_line_style(TRANSPARENT)
        .x_desc(x_unit)
        .y_desc(y_unit)
        .y_labels(7)
        .x_label_formatter(&|x| axis_number(*x, width))
        .y_label_formatter(&|y| axis_number(*y, top - bottom))
        .label_style(text(16, INK))
        .axis_desc_style(text(17, INK))
        .draw()?;
    let mut from = 0.0;
    for block in blocks {
        let corners = [(from, 0.0), (from + block.width, block.height)];
        chart.draw_series(std::iter::once(Rectangle::new(corners, block.colour.filled())))?;
        chart.draw_series(std::iter::once(Rectangle::new(corners, INK.stroke_width(1))))?;
        from += block.width;
    }
    let zero = vec![(0.0, 0.0), (width * 1.02, 0.0)];
    chart.draw_series(std::iter::once(PathElement::new(zero, INK.stroke_width(1))))?;
    Ok(())
}
