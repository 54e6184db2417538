//! The sheet a figure is drawn on: title, plotting area and legend strip, in SVG.

use super::font::{self, FAMILY};
use super::theme::{GRID, INK};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use unicode_width::UnicodeWidthStr;

/// Why a figure could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("a figure cannot be drawn: {0}")]
pub struct DrawError(pub String);

impl<E: std::error::Error + Send + Sync> From<DrawingAreaErrorKind<E>> for DrawError {
    fn from(error: DrawingAreaErrorKind<E>) -> Self {
        Self(error.to_string())
    }
}

/// The drawing area of an SVG sheet.
pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A finished figure.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Stable file name without extension.
    pub id: String,
    /// What it shows, as a caption.
    pub caption: String,
    /// SVG with `<text>`.
    pub svg: String,
    /// Its data as CSV.
    pub csv: String,
}

/// An entry of the legend.
#[derive(Debug, Clone)]
pub struct Legend {
    /// Text.
    pub label: String,
    /// Colour of its patch.
    pub colour: RGBColor,
}

impl Legend {
    /// A legend entry.
    pub fn new(label: &str, colour: RGBColor) -> Self {
        Self { label: label.to_owned(), colour }
    }
}

/// Width of a figure in pixels.
pub const WIDTH: u32 = 1100;
/// Height of a usual figure in pixels.
pub const HEIGHT: u32 = 560;
const TITLE: i32 = 48;
const LEGEND_ROW: i32 = 28;

/// Draws a sheet: title on top, legend strip at the bottom, the rest for `draw`.
///
/// # Errors
/// If drawing fails.
pub fn sheet(
    height: u32,
    title: &str,
    legend: &[Legend],
    draw: impl FnOnce(&Area<'_>) -> Result<(), DrawError>,
) -> Result<String, DrawError> {
    font::register();
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        root.fill(&WHITE)?;
        root.draw_text(title, &text(24, INK).pos(Pos::new(HPos::Left, VPos::Top)), (18, 12))?;
        let rows = place_legend(&root, legend, height as i32)?;
        let bottom = if legend.is_empty() { 8 } else { rows * LEGEND_ROW + 8 };
        let (_, below) = root.split_vertically(TITLE);
        let (middle, _) = below.split_vertically(height as i32 - TITLE - bottom);
        draw(&middle)?;
        root.present()?;
    }
    // What SVG assumes anyway need not be said of every mark.
    let svg = [" opacity=\"1\"", " stroke=\"none\"", " stroke-width=\"1\""]
        .iter()
        .fold(svg, |svg, assumed| svg.replace(assumed, ""));
    // The title is the figure's text alternative.
    let label = font::escape(title);
    Ok(svg.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{label}\" "), 1))
}

/// Draws the legend from the bottom up and returns how many rows it took.
fn place_legend(root: &Area<'_>, legend: &[Legend], height: i32) -> Result<i32, DrawError> {
    let entry_width = |entry: &Legend| 34 + entry.label.width() as i32 * 9 + 16;
    let mut rows: Vec<Vec<&Legend>> = vec![Vec::new()];
    let mut x = 0;
    for entry in legend {
        if x + entry_width(entry) > WIDTH as i32 - 90 {
            rows.push(Vec::new());
            x = 0;
        }
        x += entry_width(entry);
        if let Some(row) = rows.last_mut() {
            row.push(entry);
        }
    }
    let count = rows.len() as i32;
    for (index, row) in rows.iter().enumerate() {
        let y = height - (count - index as i32) * LEGEND_ROW;
        let mut x = 74;
        for entry in row {
            root.draw(&Rectangle::new([(x, y + 4), (x + 22, y + 18)], entry.colour.filled()))?;
            root.draw(&Rectangle::new([(x, y + 4), (x + 22, y + 18)], INK.mix(0.35).stroke_width(1)))?;
            let style = text(17, INK).pos(Pos::new(HPos::Left, VPos::Center));
            root.draw_text(&entry.label, &style, (x + 30, y + 12))?;
            x += entry_width(entry);
        }
    }
    Ok(count)
}

/// The text style of a size and colour.
pub fn text(size: i32, colour: RGBColor) -> TextStyle<'static> {
    (FAMILY, size).into_font().color(&colour)
}

/// The line style of grid lines.
pub fn grid_line() -> ShapeStyle {
    GRID.stroke_width(1)
}

/// A round upper end of an axis for a largest value: 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 × 10ⁿ.
pub fn round_up(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 1.0;
    }
    let power = 10f64.powf(value.log10().floor());
    let steps = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    steps.iter().map(|step| step * power).find(|end| *end >= value * 0.999_999).unwrap_or(10.0 * power)
}

/// Axis labels: no more decimals than the axis needs.
pub fn axis_number(value: f64, span: f64) -> String {
    let decimals = if span >= 20.0 {
        0
    } else if span >= 2.0 {
        1
    } else {
        2
    };
    super::theme::grouped(value, decimals)
}

/// Builds the CSV of a figure: a header and rows of a label and numbers; NaN is an empty cell.
pub fn csv(header: &[&str], rows: impl Iterator<Item = (String, Vec<f64>)>) -> String {
    let mut out = header.join(",");
    out.push('\n');
    for (label, values) in rows {
        let label = if label.contains([',', '"', '\n']) {
            format!("\"{}\"", label.replace('"', "\"\""))
        } else {
            label
        };
        out.push_str(&label);
        for value in values {
            out.push(',');
            if !value.is_nan() {
                crate::output::number::push(&mut out, value);
            }
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers() {
        assert_eq!(round_up(0.0), 1.0);
        assert_eq!(round_up(97.0), 100.0);
        assert_eq!(round_up(101.0), 120.0);
        assert_eq!(round_up(5.0), 5.0);
    }
}
