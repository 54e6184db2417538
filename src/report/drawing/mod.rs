//! A figure as a list of marks: what plotters draws, kept so that it can be written as SVG with
//! text, as SVG with outlined glyphs, and as PNG at print size, all from the same marks.
//!
//! Coordinates are pixels of the sheet, y downwards.

mod outline;
mod raster;
mod svg;

use super::font;
use super::theme::Theme;
use plotters::element::{Drawable, PointCollection};
use plotters::style::RGBColor;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontTransform,
};

/// A colour with its opacity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paint {
    /// Colour.
    pub colour: RGBColor,
    /// 0 is invisible, 1 hides what is below.
    pub opacity: f64,
}

impl From<BackendColor> for Paint {
    fn from(colour: BackendColor) -> Self {
        Self { colour: RGBColor(colour.rgb.0, colour.rgb.1, colour.rgb.2), opacity: colour.alpha }
    }
}

/// On which side of its point a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The text starts there.
    Start,
    /// It is centred.
    Middle,
    /// It ends there.
    End,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// What it says.
    pub content: String,
    /// Its point, px.
    pub at: (i32, i32),
    /// Its baseline below the point, px.
    pub drop: f64,
    /// Height of an em, px.
    pub size: f64,
    /// Where the point is along the text.
    pub anchor: Anchor,
    /// Whether it runs upwards.
    pub turned: bool,
    /// Colour.
    pub paint: Paint,
}

/// A picture of places on the colour scale of heat maps.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Upper left corner, px.
    pub corner: (i32, i32),
    /// Width and height on the sheet, px.
    pub size: (i32, i32),
    /// Places in a row.
    pub columns: usize,
    /// Places, row by row from the top.
    pub places: Vec<u8>,
}

/// One mark of a figure.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A filled rectangle: left, top, right, bottom.
    Box([i32; 4], Paint),
    /// A filled polygon.
    Area(Vec<(i32, i32)>, Paint),
    /// A line with its width.
    Line(Vec<(i32, i32)>, Paint, u32),
    /// A filled circle: centre and radius.
    Dot((i32, i32), u32, Paint),
    /// Text.
    Text(Text),
    /// A heat map.
    Picture(Picture),
    /// The marks up to the next `Series` show this column of the figure's data; an empty name ends it.
    Series(String),
}

/// How pixels of a chart map to its values, for readers of the SVG.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Left, top, right and bottom of the plot, px.
    pub pixels: [i32; 4],
    /// Values at left and right.
    pub x: [f64; 2],
    /// Values at bottom and top.
    pub y: [f64; 2],
}

/// A drawn figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Width and height, px.
    pub size: (u32, u32),
    /// What it shows, for readers who cannot see it.
    pub alt: String,
    /// Marks from the lowest to the highest.
    pub marks: Vec<Mark>,
    /// Its legend: what each colour shows.
    pub legend: Vec<(String, RGBColor)>,
    /// The scale of its chart, where it has one.
    pub frame: Option<Frame>,
    /// How it is meant to be read.
    pub theme: Theme,
}

impl Drawing {
    /// An empty sheet.
    pub fn new(size: (u32, u32), theme: Theme) -> Self {
        Self { size, alt: String::new(), marks: Vec::new(), legend: Vec::new(), frame: None, theme }
    }

    /// As SVG with `<text>`, for a page that brings the font along.
    pub fn svg(&self) -> String {
        svg::write(self, false)
    }

    /// As SVG that needs no font: glyphs are outlines, each defined once.
    pub fn outlined(&self) -> String {
        svg::write(self, true)
    }

    /// As PNG of a width in pixels, with its resolution set so that it prints on the width of A4.
    ///
    /// # Errors
    /// If encoding fails.
    pub fn png(&self, width: u32) -> Result<Vec<u8>, png::EncodingError> {
        raster::png(self, width)
    }

    /// The characters its text needs.
    pub fn characters(&self) -> impl Iterator<Item = char> + '_ {
        self.marks.iter().flat_map(|mark| match mark {
            Mark::Text(text) => text.content.chars(),
            _ => "".chars(),
        })
    }
}

/// What plotters draws on: it keeps the marks.
pub struct Recorder<'a> {
    drawing: &'a mut Drawing,
}

impl<'a> Recorder<'a> {
    /// A recorder that adds to a drawing.
    pub fn new(drawing: &'a mut Drawing) -> Self {
        Self { drawing }
    }
}

/// Recording cannot fail.
#[derive(Debug, thiserror::Error)]
#[error("recording cannot fail")]
pub struct Never;

type Done = Result<(), DrawingErrorKind<Never>>;

impl DrawingBackend for Recorder<'_> {
    type ErrorType = Never;

    fn get_size(&self) -> (u32, u32) {
        self.drawing.size
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> Done {
        self.draw_rect((x, y), (x + 1, y + 1), &colour, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Done {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (x0, y0): BackendCoord,
        (x1, y1): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Done {
        if !fill {
            return self.draw_path([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], style);
        }
        let paint = Paint::from(style.color());
        if paint.opacity > 0.0 {
            self.drawing.marks.push(Mark::Box([x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)], paint));
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Done {
        let paint = Paint::from(style.color());
        let points = outline::straightened(path);
        if paint.opacity > 0.0 && points.len() > 1 {
            self.drawing.marks.push(Mark::Line(points, paint, style.stroke_width()));
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        centre: BackendCoord,
        radius: u32,
        style: &S,
        _fill: bool,
    ) -> Done {
        self.drawing.marks.push(Mark::Dot(centre, radius, style.color().into()));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Done {
        let paint = Paint::from(style.color());
        let points = outline::straightened(corners);
        if paint.opacity > 0.0 && points.len() > 2 {
            self.drawing.marks.push(Mark::Area(points, paint));
        }
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, at: BackendCoord) -> Done {
        let paint = Paint::from(style.color());
        if text.is_empty() || paint.opacity <= 0.0 {
            return Ok(());
        }
        let size = font::em(style.size());
        let anchor = style.anchor();
        let drop = match anchor.v_pos {
            VPos::Top => 0.80,
            VPos::Center => 0.34,
            VPos::Bottom => -0.22,
        };
        self.drawing.marks.push(Mark::Text(Text {
            content: text.to_owned(),
            at,
            drop: drop * size,
            size,
            anchor: match anchor.h_pos {
                HPos::Left => Anchor::Start,
                HPos::Center => Anchor::Middle,
                HPos::Right => Anchor::End,
            },
            turned: !matches!(style.transform(), FontTransform::None),
            paint,
        }));
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Never>> {
        let size = font::em(style.size());
        Ok((font::width(text, size).ceil() as u32, size.ceil() as u32))
    }
}

/// Says that what is drawn from here on shows a column of the figure's data; empty: nothing in particular.
pub struct Series<'a>(pub &'a str);

impl<'p, C: 'p> PointCollection<'p, C> for &'p Series<'_> {
    type Point = &'p C;
    type IntoIter = std::iter::Empty<&'p C>;

    fn point_iter(self) -> Self::IntoIter {
        std::iter::empty()
    }
}

impl Drawable<Recorder<'_>> for Series<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        _: I,
        backend: &mut Recorder<'_>,
        _: (u32, u32),
    ) -> Done {
        backend.drawing.marks.push(Mark::Series(self.0.to_owned()));
        Ok(())
    }
}

impl<'p, C: 'p> PointCollection<'p, C> for &'p Frame {
    type Point = &'p C;
    type IntoIter = std::iter::Empty<&'p C>;

    fn point_iter(self) -> Self::IntoIter {
        std::iter::empty()
    }
}

impl Drawable<Recorder<'_>> for Frame {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        _: I,
        backend: &mut Recorder<'_>,
        _: (u32, u32),
    ) -> Done {
        backend.drawing.frame = Some(*self);
        Ok(())
    }
}

impl<'p, C: 'p> PointCollection<'p, C> for &'p Picture {
    type Point = &'p C;
    type IntoIter = std::iter::Empty<&'p C>;

    fn point_iter(self) -> Self::IntoIter {
        std::iter::empty()
    }
}

impl Drawable<Recorder<'_>> for Picture {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        _: I,
        backend: &mut Recorder<'_>,
        _: (u32, u32),
    ) -> Done {
        backend.drawing.marks.push(Mark::Picture(self.clone()));
        Ok(())
    }
}
