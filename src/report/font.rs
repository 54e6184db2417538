//! The embedded font, and text as outlines so that a figure shows on a machine without fonts.
//!
//! SVG text as `<text>` shows only where the viewer has the glyphs. A figure that leaves the program
//! as a file carries its glyphs as outlines instead; each distinct glyph is defined once. In the HTML
//! report figures keep `<text>`, and the page embeds the font.

use ab_glyph::{Font, FontRef, GlyphId, OutlineCurve, Point, point};
use std::sync::OnceLock;

/// Name of the font family in figures and pages.
pub const FAMILY: &str = "Noto Sans SC";

/// Noto Sans CJK SC, subset (OpenType), for figures.
pub static OTF: &[u8] = include_bytes!("../../assets/fonts/NotoSansSC-subset.otf");

/// The same subset as WOFF2, for pages.
pub static WOFF2: &[u8] = include_bytes!("../../assets/fonts/NotoSansSC-subset.woff2");

fn font() -> &'static FontRef<'static> {
    static FONT: OnceLock<FontRef<'static>> = OnceLock::new();
    FONT.get_or_init(|| match FontRef::try_from_slice(OTF) {
        Ok(font) => font,
        Err(error) => panic!("the embedded font is broken: {error}"),
    })
}

/// Height of an em of a text style of plotters, whose sizes are those of its line, px.
pub fn em(size: f64) -> f64 {
    size / 1.24
}

/// A line of text as glyphs.
pub struct Line {
    /// Each glyph with its place along the line, em.
    pub glyphs: Vec<(GlyphId, f64)>,
    /// Length of the line, em.
    pub advance: f64,
}

fn units_per_em() -> f64 {
    f64::from(font().units_per_em().unwrap_or(1000.0))
}

/// Sets a line of text.
pub fn line(text: &str) -> Line {
    let (font, units) = (font(), units_per_em());
    let (mut pen, mut previous) = (0.0, None);
    let mut glyphs = Vec::with_capacity(text.len());
    for character in text.chars() {
        let id = font.glyph_id(character);
        if let Some(previous) = previous {
            pen += f64::from(font.kern_unscaled(previous, id)) / units;
        }
        glyphs.push((id, pen));
        pen += f64::from(font.h_advance_unscaled(id)) / units;
        previous = Some(id);
    }
    Line { glyphs, advance: pen }
}

/// Width of a line of text whose em is `size` high, px.
pub fn width(text: &str, size: f64) -> f64 {
    line(text).advance * size
}

/// The outline of a glyph in em, y upwards; empty for a space.
pub fn outline(id: GlyphId) -> Vec<OutlineCurve> {
    let units = units_per_em() as f32;
    let em = |p: Point| point(p.x / units, p.y / units);
    let curves = font().outline(id).map(|outline| outline.curves).unwrap_or_default();
    let scaled = |curve: OutlineCurve| match curve {
        OutlineCurve::Line(a, b) => OutlineCurve::Line(em(a), em(b)),
        OutlineCurve::Quad(a, c, b) => OutlineCurve::Quad(em(a), em(c), em(b)),
        OutlineCurve::Cubic(a, c, d, b) => OutlineCurve::Cubic(em(a), em(c), em(d), em(b)),
    };
    curves.into_iter().map(scaled).collect()
}

/// The characters of a text that the embedded font lacks.
pub fn missing(text: &str) -> Vec<char> {
    let mut lacking: Vec<char> =
        text.chars().filter(|c| !c.is_control() && font().glyph_id(*c).0 == 0).collect();
    lacking.sort_unstable();
    lacking.dedup();
    lacking
}

/// Text made harmless inside XML and HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_has_every_character_of_the_message_catalogues() {
        for message in crate::lang::messages() {
            assert_eq!(missing(message.en), [], "{}", message.key);
            assert_eq!(missing(message.zh), [], "{}", message.key);
        }
        assert_eq!(missing("−0123456789.,%–·→…㎡℃万亿"), []);
        assert_eq!(missing("\u{10ffff}x"), ['\u{10ffff}']);
    }
}
