//! A drawing as SVG: marks of one style share an element, glyphs are defined once.

use super::outline::{Pen, glyph};
use super::{Anchor, Drawing, Mark, Paint, Text};
use crate::report::font::{self, FAMILY, escape};
use crate::report::hatch::{Hatch, hatch};
use crate::report::heatmap::{base64, image};
use crate::report::theme::{edge, edge_width};
use plotters::style::RGBColor;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Units to the em of outlined glyphs: an eighth of a pixel at the size of labels, a third of a dot
/// in print.
const GRID: f64 = 100.0;

/// How marks that share an element are drawn.
#[derive(Clone, PartialEq)]
enum Style {
    Nothing,
    Fill(Paint),
    Stroke(Paint, u32),
    Dots(Paint, u32),
    Words(Paint, f64, Anchor),
}

struct Writer<'a> {
    drawing: &'a Drawing,
    outlined: bool,
    body: String,
    style: Style,
    pen: Pen,
    glyphs: BTreeMap<u16, String>,
    hatches: Vec<Hatch>,
    /// Where the group of the open series begins, and where its marks do.
    series: Option<(usize, usize)>,
}

pub fn write(drawing: &Drawing, outlined: bool) -> String {
    let mut writer = Writer {
        drawing,
        outlined,
        body: String::with_capacity(8 * 1024),
        style: Style::Nothing,
        pen: Pen::default(),
        glyphs: BTreeMap::new(),
        hatches: Vec::new(),
        series: None,
    };
    for mark in &drawing.marks {
        writer.mark(mark);
    }
    writer.series("");
    writer.finish()
}

fn hex(RGBColor(r, g, b): RGBColor) -> String {
    format!("#{r:02X}{g:02X}{b:02X}")
}

/// A number with at most two decimals.
fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn opacity(name: &str, paint: Paint) -> String {
    if paint.opacity < 1.0 { format!(" {name}-opacity=\"{}\"", short(paint.opacity)) } else { String::new() }
}

impl Writer<'_> {
    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Box([x0, y0, x1, y1], paint) => {
                self.change(Style::Fill(*paint), paint.opacity >= 1.0);
                self.pen.polyline(&[(*x0, *y0), (*x1, *y0), (*x1, *y1), (*x0, *y1)]);
                self.pen.close();
            }
            // Polygons stay apart: where two of them meet, their winding could cancel.
            Mark::Area(points, paint) => {
                self.change(Style::Fill(*paint), false);
                self.pen.polyline(points);
                self.pen.close();
                self.flush();
            }
            Mark::Line(points, paint, width) => {
                self.change(Style::Stroke(*paint, *width), paint.opacity >= 1.0);
                self.pen.polyline(points);
            }
            Mark::Dot(centre, radius, paint) => {
                self.change(Style::Dots(*paint, *radius), paint.opacity >= 1.0);
                self.pen.start(*centre);
                self.pen.curve('h', &[]);
                self.pen.text.push('0');
            }
            Mark::Text(text) => self.text(text),
            Mark::Picture(picture) => {
                self.flush();
                let (x, y) = picture.corner;
                let (width, height) = picture.size;
                let _ = writeln!(
                    self.body,
                    "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\" \
                     style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{}\"/>",
                    base64(&image(&picture.places, picture.columns).unwrap_or_default())
                );
            }
            Mark::Series(name) => self.series(name),
        }
    }

    /// Ends the group of a series, which nobody needs if nothing was drawn, and begins the next.
    fn series(&mut self, name: &str) {
        self.flush();
        if let Some((from, drawn)) = self.series.take() {
            if self.body.len() > drawn {
                self.body.push_str("</g>\n");
            } else {
                self.body.truncate(from);
            }
        }
        if !name.is_empty() {
            let from = self.body.len();
            let _ = writeln!(self.body, "<g data-series=\"{}\">", escape(name));
            self.series = Some((from, self.body.len()));
        }
    }

    /// Goes on with a style; what was drawn with another is written out.
    fn change(&mut self, style: Style, merge: bool) {
        if !merge || self.style != style {
            self.flush();
            self.style = style;
        }
    }

    fn flush(&mut self) {
        let style = std::mem::replace(&mut self.style, Style::Nothing);
        let path = std::mem::take(&mut self.pen).text;
        let theme = self.drawing.theme;
        let shown = |paint: Paint| hex(theme.shows(paint.colour));
        let body = &mut self.body;
        match style {
            Style::Nothing => {}
            Style::Fill(paint) => {
                let faint = opacity("fill", paint);
                let edge = edge(theme, paint.colour, paint.opacity);
                let edge = edge.map_or_else(String::new, |edge| match edge_width(theme) {
                    1.0 => format!(" stroke=\"{}\"", hex(edge)),
                    width => format!(" stroke=\"{}\" stroke-width=\"{width}\"", hex(edge)),
                });
                let _ = writeln!(body, "<path fill=\"{}\"{faint}{edge} d=\"{path}\"/>", shown(paint));
                if let Some(hatch) = hatch(theme, paint.colour) {
                    let _ = writeln!(body, "<path fill=\"url(#{})\" d=\"{path}\"/>", hatch.id());
                    if !self.hatches.contains(&hatch) {
                        self.hatches.push(hatch);
                    }
                }
            }
            Style::Stroke(paint, width) => {
                let faint = opacity("stroke", paint);
                let wide = if width == 1 { String::new() } else { format!(" stroke-width=\"{width}\"") };
                let stroke = shown(paint);
                let _ = writeln!(body, "<path fill=\"none\" stroke=\"{stroke}\"{wide}{faint} d=\"{path}\"/>");
            }
            Style::Dots(paint, radius) => {
                let (stroke, faint) = (shown(paint), opacity("stroke", paint));
                let _ = writeln!(
                    body,
                    "<path fill=\"none\" stroke=\"{stroke}\"{faint} stroke-width=\"{}\" stroke-linecap=\"round\" d=\"{path}\"/>",
                    2 * radius
                );
            }
            Style::Words(..) => body.push_str("</g>\n"),
        }
    }

    fn text(&mut self, text: &Text) {
        let style = Style::Words(text.paint, text.size, text.anchor);
        if self.style != style {
            self.flush();
            let fill = hex(self.drawing.theme.shows(text.paint.colour));
            let faint = opacity("fill", text.paint);
            if self.outlined {
                let scale = text.size / GRID;
                let _ = write!(
                    self.body,
                    "<g fill=\"{fill}\"{faint} transform=\"scale({scale:.5} -{scale:.5})\">"
                );
            } else {
                let anchor = match text.anchor {
                    Anchor::Start => "",
                    Anchor::Middle => " text-anchor=\"middle\"",
                    Anchor::End => " text-anchor=\"end\"",
                };
                let size = short(text.size);
                let _ = write!(self.body, "<g fill=\"{fill}\"{faint} font-size=\"{size}\"{anchor}>");
            }
            self.style = style;
        }
        if self.outlined {
            self.glyphs(text);
            return;
        }
        let (x, y) = text.at;
        let turned = if text.turned { format!(" transform=\"rotate(270 {x} {y})\"") } else { String::new() };
        let y = short(f64::from(y) + text.drop);
        let content = escape(&text.content);
        let _ = write!(self.body, "<text x=\"{x}\" y=\"{y}\"{turned}>{content}</text>");
    }

    /// A line of text as uses of outlined glyphs, in units of their grid.
    fn glyphs(&mut self, text: &Text) {
        let line = font::line(&text.content);
        let back = match text.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => line.advance / 2.0,
            Anchor::End => line.advance,
        };
        let (x, y) = (f64::from(text.at.0) / text.size, f64::from(text.at.1) / text.size);
        // Along the line and up from it; a turned line runs upwards from its point.
        let drop = text.drop / text.size;
        let (along, up) = if text.turned { (-back, -drop) } else { (x - back, -y - drop) };
        if text.turned {
            let _ =
                write!(self.body, "<g transform=\"translate({:.0} {:.0})rotate(90)\">", x * GRID, -y * GRID);
        }
        for (id, at) in &line.glyphs {
            let outline = self.glyphs.entry(id.0).or_insert_with(|| glyph(&font::outline(*id), GRID as f32));
            if !outline.is_empty() {
                let (x, y) = ((along + at) * GRID, up * GRID);
                let _ = write!(self.body, "<use href=\"#{}\" x=\"{x:.0}\" y=\"{y:.0}\"/>", glyph_name(id.0));
            }
        }
        if text.turned {
            self.body.push_str("</g>");
        }
    }

    fn finish(self) -> String {
        let (width, height) = self.drawing.size;
        let mut svg = String::with_capacity(self.body.len() + 4096);
        let _ = write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\"",
            escape(&self.drawing.alt)
        );
        if !self.outlined {
            let _ = write!(svg, " font-family=\"{FAMILY}\"");
        }
        if let Some(frame) = self.drawing.frame {
            let [left, top, right, bottom] = frame.pixels;
            let ([x0, x1], [y0, y1]) = (frame.x, frame.y);
            let _ = write!(
                svg,
                " data-plot=\"{left} {top} {right} {bottom}\" data-x=\"{x0} {x1}\" data-y=\"{y0} {y1}\""
            );
        }
        // Pages let a reader hide a series by its entry here.
        if !self.drawing.legend.is_empty() {
            let entry = |(label, colour): &(String, RGBColor)| {
                format!("{}={}", escape(&label.replace(['|', '='], " ")), hex(*colour))
            };
            let entries: Vec<String> = self.drawing.legend.iter().map(entry).collect();
            let _ = write!(svg, " data-legend=\"{}\"", entries.join("|"));
        }
        svg.push_str(">\n");
        let glyphs: Vec<_> = self.glyphs.iter().filter(|(_, path)| !path.is_empty()).collect();
        if !glyphs.is_empty() || !self.hatches.is_empty() {
            svg.push_str("<defs>");
            for (id, path) in glyphs {
                let _ = write!(svg, "<path id=\"{}\" d=\"{path}\"/>", glyph_name(*id));
            }
            for hatch in &self.hatches {
                svg.push_str(&hatch.pattern());
            }
            svg.push_str("</defs>\n");
        }
        svg.push_str(&self.body);
        svg.push_str("</svg>\n");
        svg
    }
}

fn glyph_name(id: u16) -> String {
    format!("g{id}")
}
