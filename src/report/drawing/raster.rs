//! A drawing as pixels: every shape covers each pixel by its share of it.

use super::{Anchor, Drawing, Mark, Paint, Picture, Text};
use crate::report::font;
use crate::report::hatch::{Hatch, hatch};
use crate::report::heatmap;
use crate::report::theme::{Theme, edge, edge_width};
use ab_glyph::{OutlineCurve, Point, point};
use ab_glyph_rasterizer::Rasterizer;
use plotters::style::RGBColor;
use std::collections::BTreeMap;

/// Steps of coverage along an edge: enough to look smooth at 300 dpi, few enough that a figure
/// has a small palette.
const SHADES: f32 = 7.0;

/// Width of A4, mm.
const A4_MM: f64 = 210.0;

struct Sheet {
    width: usize,
    height: usize,
    scale: f32,
    pixels: Vec<[u8; 3]>,
    shape: Rasterizer,
}

pub fn png(drawing: &Drawing, width: u32) -> Result<Vec<u8>, png::EncodingError> {
    let scale = f64::from(width) / f64::from(drawing.size.0);
    let height = (f64::from(drawing.size.1) * scale).round() as u32;
    let mut sheet = Sheet {
        width: width as usize,
        height: height as usize,
        scale: scale as f32,
        pixels: vec![[255; 3]; width as usize * height as usize],
        shape: Rasterizer::new(1, 1),
    };
    for mark in &drawing.marks {
        sheet.mark(mark, drawing);
    }
    encode(&sheet.pixels, width, height)
}

/// A picture with a palette of its most frequent colours; the rare rest, shades along edges, takes the
/// nearest of them.
fn encode(pixels: &[[u8; 3]], width: u32, height: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut counts: BTreeMap<[u8; 3], usize> = BTreeMap::new();
    for run in pixels.chunk_by(|a, b| a == b) {
        *counts.entry(run[0]).or_default() += run.len();
    }
    let mut frequent: Vec<([u8; 3], usize)> =
        counts.iter().map(|(colour, count)| (*colour, *count)).collect();
    frequent.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let palette: Vec<[u8; 3]> = frequent.iter().take(256).map(|(colour, _)| *colour).collect();
    let nearest = |colour: &[u8; 3]| {
        let away = |other: &[u8; 3]| {
            other.iter().zip(colour).map(|(a, b)| i32::from(a.abs_diff(*b)).pow(2)).sum::<i32>()
        };
        palette.iter().enumerate().min_by_key(|(_, other)| away(other)).map_or(0, |(place, _)| place as u8)
    };
    let places_of: BTreeMap<[u8; 3], u8> = counts.keys().map(|colour| (*colour, nearest(colour))).collect();
    let mut places = Vec::with_capacity(pixels.len());
    for run in pixels.chunk_by(|a, b| a == b) {
        let place = places_of.get(&run[0]).copied().unwrap_or_default();
        places.resize(places.len() + run.len(), place);
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::Best);
    let per_metre = (f64::from(width) / A4_MM * 1000.0).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    encoder.write_header()?.write_image_data(&places)?;
    Ok(bytes)
}

impl Sheet {
    fn mark(&mut self, mark: &Mark, drawing: &Drawing) {
        match mark {
            Mark::Box(edges, paint) => {
                let [x0, y0, x1, y1] = edges.map(|edge| edge as f32 * self.scale);
                self.rectangle([x0, y0, x1, y1], *paint, hatch(drawing.theme, paint.colour));
                let [x0, y0, x1, y1] = *edges;
                self.edge(&[(x0, y0), (x1, y0), (x1, y1), (x0, y1)], *paint, drawing.theme);
            }
            Mark::Area(points, paint) => {
                let scale = self.scale;
                let corners: Vec<Point> =
                    points.iter().map(|(x, y)| point(*x as f32 * scale, *y as f32 * scale)).collect();
                self.polygon(&corners, *paint, hatch(drawing.theme, paint.colour));
                self.edge(points, *paint, drawing.theme);
            }
            Mark::Line(points, paint, width) => {
                for pair in points.windows(2) {
                    self.segment(pair[0], pair[1], *width as f32, *paint);
                }
            }
            Mark::Dot(centre, radius, paint) => {
                const CORNERS: usize = 24;
                let (scale, radius) = (self.scale, *radius as f32);
                let corners: Vec<Point> = (0..CORNERS)
                    .map(|i| {
                        let angle = i as f32 / CORNERS as f32 * std::f32::consts::TAU;
                        let (x, y) = (centre.0 as f32, centre.1 as f32);
                        point((x + radius * angle.cos()) * scale, (y + radius * angle.sin()) * scale)
                    })
                    .collect();
                self.polygon(&corners, *paint, None);
            }
            Mark::Text(text) => self.text(text, drawing.theme),
            Mark::Picture(picture) => self.picture(picture),
            Mark::Series(_) => {}
        }
    }

    fn blend(&mut self, x: usize, y: usize, cover: f32, paint: Paint, hatch: Option<Hatch>) {
        let (along, down) = (x as f32 / self.scale, y as f32 / self.scale);
        let share = (cover * SHADES).round() / SHADES * paint.opacity as f32;
        let RGBColor(r, g, b) = paint.colour;
        let pixel = &mut self.pixels[y * self.width + x];
        for (below, above) in pixel.iter_mut().zip([r, g, b]) {
            let above = f32::from(above);
            let above = hatch.map_or(above, |hatch| hatch.shown(above, along, down));
            *below = (f32::from(*below) + (above - f32::from(*below)) * share).round() as u8;
        }
    }

    /// The edge of an area, where its colour needs one.
    fn edge(&mut self, corners: &[(i32, i32)], paint: Paint, theme: Theme) {
        let Some(colour) = edge(theme, paint.colour, paint.opacity) else { return };
        for (from, to) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            self.segment(*from, *to, edge_width(theme), Paint { colour, opacity: 1.0 });
        }
    }

    /// A rectangle with edges between pixels.
    fn rectangle(&mut self, [x0, y0, x1, y1]: [f32; 4], paint: Paint, hatch: Option<Hatch>) {
        let cover = |from: f32, to: f32, pixel: usize| {
            (to.min(pixel as f32 + 1.0) - from.max(pixel as f32)).clamp(0.0, 1.0)
        };
        let last = |to: f32, size: usize| (to.ceil().max(0.0) as usize).min(size);
        for y in y0.max(0.0) as usize..last(y1, self.height) {
            let row = cover(y0, y1, y);
            for x in x0.max(0.0) as usize..last(x1, self.width) {
                self.blend(x, y, row * cover(x0, x1, x), paint, hatch);
            }
        }
    }

    /// A straight piece of a line.
    fn segment(&mut self, from: (i32, i32), to: (i32, i32), width: f32, paint: Paint) {
        let scale = self.scale;
        let half = width / 2.0 * scale;
        let at = |(x, y): (i32, i32)| point(x as f32 * scale, y as f32 * scale);
        let (a, b) = (at(from), at(to));
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length = dx.hypot(dy).max(1e-6);
        // Square ends close the corners of a polyline.
        let (ux, uy) = (dx / length * half, dy / length * half);
        if from.0 == to.0 || from.1 == to.1 {
            let edges = [a.x.min(b.x) - half, a.y.min(b.y) - half, a.x.max(b.x) + half, a.y.max(b.y) + half];
            self.rectangle(edges, paint, None);
            return;
        }
        let corners = [
            point(a.x - ux - uy, a.y - uy + ux),
            point(b.x + ux - uy, b.y + uy + ux),
            point(b.x + ux + uy, b.y + uy - ux),
            point(a.x - ux + uy, a.y - uy - ux),
        ];
        self.polygon(&corners, paint, None);
    }

    fn polygon(&mut self, corners: &[Point], paint: Paint, hatch: Option<Hatch>) {
        let closed = corners.iter().zip(corners.iter().cycle().skip(1));
        let lines: Vec<OutlineCurve> = closed.map(|(a, b)| OutlineCurve::Line(*a, *b)).collect();
        self.fill(&lines, paint, hatch);
    }

    /// Fills closed outlines.
    fn fill(&mut self, curves: &[OutlineCurve], paint: Paint, hatch: Option<Hatch>) {
        let ends = curves.iter().flat_map(|curve| match curve {
            OutlineCurve::Line(a, b) => [*a, *b, *a, *b],
            OutlineCurve::Quad(a, c, b) => [*a, *c, *b, *b],
            OutlineCurve::Cubic(a, c, d, b) => [*a, *c, *d, *b],
        });
        let (mut low, mut high) = (point(f32::MAX, f32::MAX), point(f32::MIN, f32::MIN));
        for end in ends {
            (low.x, low.y) = (low.x.min(end.x), low.y.min(end.y));
            (high.x, high.y) = (high.x.max(end.x), high.y.max(end.y));
        }
        let (left, top) = (low.x.floor().max(0.0), low.y.floor().max(0.0));
        let right = high.x.ceil().min(self.width as f32);
        let bottom = high.y.ceil().min(self.height as f32);
        if right <= left || bottom <= top {
            return;
        }
        let mut shape = std::mem::replace(&mut self.shape, Rasterizer::new(1, 1));
        shape.reset((right - left) as usize, (bottom - top) as usize);
        let by = |p: Point| point(p.x - left, p.y - top);
        for curve in curves {
            match curve {
                OutlineCurve::Line(a, b) => shape.draw_line(by(*a), by(*b)),
                OutlineCurve::Quad(a, c, b) => shape.draw_quad(by(*a), by(*c), by(*b)),
                OutlineCurve::Cubic(a, c, d, b) => shape.draw_cubic(by(*a), by(*c), by(*d), by(*b)),
            }
        }
        shape.for_each_pixel_2d(|x, y, cover| {
            if cover > 0.0 {
                let (x, y) = (x as usize + left as usize, y as usize + top as usize);
                self.blend(x, y, cover.min(1.0), paint, hatch);
            }
        });
        self.shape = shape;
    }

    fn text(&mut self, text: &Text, theme: Theme) {
        let line = font::line(&text.content);
        let size = text.size as f32;
        let length = line.advance as f32 * size;
        let back = match text.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => length / 2.0,
            Anchor::End => length,
        };
        let (scale, drop) = (self.scale, text.drop as f32);
        let (x0, y0) = (text.at.0 as f32, text.at.1 as f32);
        for (id, at) in &line.glyphs {
            let place = |p: Point| {
                let (along, up) = ((p.x + *at as f32) * size - back, p.y * size - drop);
                let (x, y) = if text.turned { (x0 - up, y0 - along) } else { (x0 + along, y0 - up) };
                point(x * scale, y * scale)
            };
            let curves: Vec<OutlineCurve> = font::outline(*id)
                .iter()
                .map(|curve| match curve {
                    OutlineCurve::Line(a, b) => OutlineCurve::Line(place(*a), place(*b)),
                    OutlineCurve::Quad(a, c, b) => OutlineCurve::Quad(place(*a), place(*c), place(*b)),
                    OutlineCurve::Cubic(a, c, d, b) => {
                        OutlineCurve::Cubic(place(*a), place(*c), place(*d), place(*b))
                    }
                })
                .collect();
            self.fill(&curves, Paint { colour: theme.shows(text.paint.colour), ..text.paint }, None);
        }
    }

    fn picture(&mut self, picture: &Picture) {
        let rows = picture.places.len() / picture.columns.max(1);
        let scale = self.scale;
        let edge = |corner: i32, size: i32, part: usize, parts: usize| {
            ((corner as f32 + size as f32 * part as f32 / parts as f32) * scale).round().max(0.0) as usize
        };
        for row in 0..rows {
            let top = edge(picture.corner.1, picture.size.1, row, rows);
            let bottom = edge(picture.corner.1, picture.size.1, row + 1, rows).min(self.height);
            for column in 0..picture.columns {
                let left = edge(picture.corner.0, picture.size.0, column, picture.columns);
                let right =
                    edge(picture.corner.0, picture.size.0, column + 1, picture.columns).min(self.width);
                let place = picture.places[row * picture.columns + column];
                let RGBColor(r, g, b) = heatmap::colour(f64::from(place) / 255.0);
                for y in top..bottom {
                    self.pixels[y * self.width + left..y * self.width + right].fill([r, g, b]);
                }
            }
        }
    }
}
