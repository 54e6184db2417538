//! The sheet a figure is drawn on: title, plotting area and legend strip.

use super::drawing::{Drawing, Recorder};
use super::font::{self, FAMILY};
use super::theme::{GRID, INK, Theme};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::collections::BTreeMap;

/// Why a figure could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("a figure cannot be drawn: {0}")]
pub struct DrawError(pub String);

impl<E: std::error::Error + Send + Sync> From<DrawingAreaErrorKind<E>> for DrawError {
    fn from(error: DrawingAreaErrorKind<E>) -> Self {
        Self(error.to_string())
    }
}

/// The drawing area of a sheet.
pub type Area<'a> = DrawingArea<Recorder<'a>, Shift>;

/// A finished figure.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Stable file name without extension.
    pub id: String,
    /// What it shows, as a caption.
    pub caption: String,
    /// Its marks; they become SVG or PNG.
    pub drawing: Drawing,
    /// Its data as CSV.
    pub csv: String,
    /// What readers call rows and columns of the data that have a name of their own: parks, devices, terms.
    pub called: BTreeMap<String, String>,
}

impl Figure {
    /// A figure; title and caption together are its text alternative.
    pub fn new(id: &str, caption: &str, mut drawing: Drawing, csv: String) -> Self {
        drawing.alt = format!("{}: {caption}", drawing.alt);
        let called = BTreeMap::new();
        Self { id: id.to_owned(), caption: caption.to_owned(), drawing, csv, called }
    }

    /// The same figure with what readers call rows and columns of its data.
    #[must_use]
    pub fn calling(mut self, called: impl IntoIterator<Item = (String, String)>) -> Self {
        self.called.extend(called);
        self
    }

    /// As SVG with `<text>`, for a page that brings the font along.
    pub fn svg(&self) -> String {
        self.drawing.svg()
    }
}

/// An entry of the legend.
#[derive(Debug, Clone)]
pub struct Legend {
    /// Text.
    pub label: String,
    /// Colour of its patch.
    pub colour: RGBColor,
    /// Whether it stands for a line rather than an area.
    pub line: bool,
}

impl Legend {
    /// The entry of an area or of bars.
    pub fn new(label: &str, colour: RGBColor) -> Self {
        Self { label: label.to_owned(), colour, line: false }
    }

    /// The entry of a line.
    pub fn line(label: &str, colour: RGBColor) -> Self {
        Self { line: true, ..Self::new(label, colour) }
    }
}

/// Width of a figure in pixels.
pub const WIDTH: u32 = 1100;
/// Height of a usual figure in pixels.
pub const HEIGHT: u32 = 560;
const TITLE: i32 = 48;
const LEGEND_ROW: i32 = 28;
const LEGEND_LEFT: i32 = 78;
const LEGEND_TEXT: i32 = 17;

/// Draws a sheet: title on top, legend strip at the bottom, the rest for `draw`.
///
/// # Errors
/// If drawing fails.
pub fn sheet(
    height: u32,
    title: &str,
    legend: &[Legend],
    draw: impl FnOnce(&Area<'_>) -> Result<(), DrawError>,
) -> Result<Drawing, DrawError> {
    let mut drawing = Drawing::new((WIDTH, height), Theme::default());
    title.clone_into(&mut drawing.alt);
    drawing.legend = legend.iter().map(|entry| (entry.label.clone(), entry.colour)).collect();
    {
        let root = Recorder::new(&mut drawing).into_drawing_area();
        root.fill(&WHITE)?;
        root.draw_text(title, &text(24, INK).pos(Pos::new(HPos::Left, VPos::Top)), (18, 12))?;
        let rows = place_legend(&root, legend, height as i32)?;
        let bottom = if legend.is_empty() { 8 } else { rows * LEGEND_ROW + 8 };
        let (_, below) = root.split_vertically(TITLE);
        let (middle, _) = below.split_vertically(height as i32 - TITLE - bottom);
        draw(&middle)?;
        root.present()?;
    }
    Ok(drawing)
}

/// Draws the legend from the bottom up and returns how many rows it took.
fn place_legend(root: &Area<'_>, legend: &[Legend], height: i32) -> Result<i32, DrawError> {
    let entry_width =
        |entry: &Legend| 30 + font::width(&entry.label, font::em(f64::from(LEGEND_TEXT))).ceil() as i32 + 26;
    let mut rows: Vec<Vec<&Legend>> = vec![Vec::new()];
    let mut x = LEGEND_LEFT;
    for entry in legend {
        if x + entry_width(entry) > WIDTH as i32 && x > LEGEND_LEFT {
            rows.push(Vec::new());
            x = LEGEND_LEFT;
        }
        x += entry_width(entry);
        if let Some(row) = rows.last_mut() {
            row.push(entry);
        }
    }
    let count = rows.len() as i32;
    for (index, row) in rows.iter().enumerate() {
        let y = height - (count - index as i32) * LEGEND_ROW;
        let mut x = LEGEND_LEFT;
        let mut places = Vec::with_capacity(row.len());
        for entry in row {
            if entry.line {
                let ends = vec![(x, y + 11), (x + 22, y + 11)];
                root.draw(&PathElement::new(ends, entry.colour.stroke_width(3)))?;
            } else {
                root.draw(&Rectangle::new([(x, y + 4), (x + 22, y + 18)], entry.colour.filled()))?;
            }
            places.push(x);
            x += entry_width(entry);
        }
        let style = text(LEGEND_TEXT, INK).pos(Pos::new(HPos::Left, VPos::Center));
        for (entry, x) in row.iter().zip(places) {
            root.draw_text(&entry.label, &style, (x + 30, y + 12))?;
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

/// Axis labels: no more decimals than the axis needs.
pub fn axis_number(value: f64, span: f64) -> String {
    // An axis has about ten steps: as many decimals as tell them apart.
    let decimals = if span > 0.0 { (1.0 - (span / 2.0).log10()).ceil().clamp(0.0, 15.0) } else { 0.0 };
    super::theme::grouped(value, decimals as usize)
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
    fn labels_of_an_axis_are_told_apart_whatever_its_span() {
        assert_eq!([axis_number(40.0, 25.0), axis_number(4.5, 8.0)], ["40", "4.5"]);
        assert_eq!([axis_number(0.25, 1.5), axis_number(0.0042, 0.005)], ["0.25", "0.0042"]);
        assert_eq!([axis_number(1.0, 0.0), axis_number(7000.0, 9000.0)], ["1", "7,000"]);
    }
}
