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

/// The same subset in parts, as WOFF2, for pages: the first holds Latin, signs and the characters of the
/// message catalogues and of the scenarios that come along, the others what else a user may write.
static PARTS: [&[u8]; 10] = [
    include_bytes!("../../assets/fonts/pages/0.woff2"),
    include_bytes!("../../assets/fonts/pages/1.woff2"),
    include_bytes!("../../assets/fonts/pages/2.woff2"),
    include_bytes!("../../assets/fonts/pages/3.woff2"),
    include_bytes!("../../assets/fonts/pages/4.woff2"),
    include_bytes!("../../assets/fonts/pages/5.woff2"),
    include_bytes!("../../assets/fonts/pages/6.woff2"),
    include_bytes!("../../assets/fonts/pages/7.woff2"),
    include_bytes!("../../assets/fonts/pages/8.woff2"),
    include_bytes!("../../assets/fonts/pages/9.woff2"),
];

/// The characters of each part, a line per part.
static CHARACTERS: &str = include_str!("../../assets/fonts/pages/characters.txt");

/// A part of the font that a page embeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    /// The part as WOFF2.
    pub woff2: &'static [u8],
    /// The characters it is used for, as CSS writes them; empty for the first part, which takes the rest.
    pub range: String,
}

/// The parts of the font that texts need: always the first, and those with any of their characters.
pub fn faces(texts: &[&str]) -> Vec<Face> {
    let mut used: Vec<char> =
        texts.iter().flat_map(|text| text.chars()).filter(|c| *c > '\u{2fff}').collect();
    used.sort_unstable();
    used.dedup();
    let part = |(index, characters): (usize, &str)| {
        let range = |c: &char| characters.contains(*c).then(|| format!("U+{:X}", u32::from(*c)));
        let ranges: Vec<String> =
            if index == 0 { Vec::new() } else { used.iter().filter_map(range).collect() };
        (index == 0 || !ranges.is_empty()).then(|| Face { woff2: PARTS[index], range: ranges.join(",") })
    };
    CHARACTERS.lines().enumerate().filter_map(part).collect()
}

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
    fn a_page_embeds_the_parts_of_the_font_it_needs() {
        assert_eq!(CHARACTERS.lines().count(), PARTS.len());
        assert_eq!(faces(&["Jiaocheng"]).len(), 1);
        // A character of a later part is asked of that part alone.
        let rare = CHARACTERS.lines().nth(5).and_then(|part| part.chars().next()).expect("a part");
        let faces_of_rare = faces(&["蕉城", &rare.to_string()]);
        assert_eq!(faces_of_rare.len(), 2);
        assert_eq!(faces_of_rare[1].range, format!("U+{:X}", u32::from(rare)));
        // Nearly all of what the program itself says is in the first part: pages stay small.
        let texts: String = crate::lang::messages().flat_map(|m| [m.en, m.zh]).collect();
        let later: usize = faces(&[&texts])[1..].iter().map(|face| face.range.split(',').count()).sum();
        assert!(later < 40, "{later} characters of messages need later parts: make the parts again");
        let all: String = CHARACTERS.lines().collect();
        assert!(missing(&all).is_empty());
    }

    /// Warnings are made where what is odd is found: every Chinese character of the sources counts.
    #[test]
    fn the_first_part_has_every_chinese_character_that_the_program_writes() {
        fn texts(folder: &std::path::Path, found: &mut String) {
            for entry in std::fs::read_dir(folder).expect("lists").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    texts(&path, found);
                } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "js") {
                    found.push_str(&std::fs::read_to_string(&path).expect("reads"));
                }
            }
        }
        let mut text = String::new();
        texts(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
        let first = CHARACTERS.lines().next().expect("a part");
        let mut later: Vec<char> =
            text.chars().filter(|c| *c > '\u{2e7f}' && *c < '\u{10000}' && !first.contains(*c)).collect();
        later.sort_unstable();
        later.dedup();
        assert_eq!(later, [], "make the parts again: assets/fonts/README.md");
    }

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
