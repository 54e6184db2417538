//! The embedded font, and text as outlines so that a figure shows on a machine without fonts.
//!
//! plotters writes SVG text as `<text>`, which shows only where the viewer has the glyphs. A
//! figure that leaves the program as a file carries its glyphs as outlines instead; each distinct
//! glyph is defined once. In the HTML report figures keep `<text>`, and the page embeds the font.

use ab_glyph::{Font, FontRef, OutlineCurve};
use std::collections::BTreeMap;
use std::fmt::Write as _;
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

/// Registers the font with plotters; call before drawing. Cheap when called again.
pub fn register() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| {
        for style in [plotters::style::FontStyle::Normal, plotters::style::FontStyle::Bold] {
            if plotters::style::register_font(FAMILY, style, OTF).is_err() {
                panic!("the embedded font is broken");
            }
        }
    });
}

/// The characters of a text that the embedded font lacks.
pub fn missing(text: &str) -> Vec<char> {
    let mut lacking: Vec<char> =
        text.chars().filter(|c| !c.is_control() && font().glyph_id(*c).0 == 0).collect();
    lacking.sort_unstable();
    lacking.dedup();
    lacking
}

/// One `<text>` element of plotters' SVG.
struct Text<'a> {
    attributes: &'a str,
    content: String,
}

impl Text<'_> {
    fn attribute(&self, name: &str) -> Option<&str> {
        let start = self.attributes.find(&format!(" {name}=\""))? + name.len() + 3;
        let rest = &self.attributes[start..];
        Some(&rest[..rest.find('"')?])
    }

    fn number(&self, name: &str) -> f64 {
        self.attribute(name).and_then(|text| text.parse().ok()).unwrap_or(0.0)
    }
}

/// The SVG with every `<text>` replaced by outlines; the words stay as labels for assistive tools.
pub fn outlined(svg: &str) -> String {
    let mut glyphs: BTreeMap<u16, String> = BTreeMap::new();
    let mut body = String::with_capacity(svg.len() * 2);
    let mut rest = svg;
    while let Some(start) = rest.find("<text") {
        body.push_str(&rest[..start]);
        let element = &rest[start..];
        let (Some(open), Some(end)) = (element.find('>'), element.find("</text>")) else { break };
        let text = Text { attributes: &element[5..open], content: unescape(element[open + 1..end].trim()) };
        draw(&text, &mut glyphs, &mut body);
        rest = &element[end + "</text>".len()..];
    }
    body.push_str(rest);
    let mut defs = String::from("<defs>");
    for (id, path) in &glyphs {
        let _ = write!(defs, "<path id=\"g{id}\" d=\"{path}\"/>");
    }
    defs.push_str("</defs>\n");
    match body.find('>') {
        Some(end) if !glyphs.is_empty() => {
            // After the `<svg …>` tag, which is the first or follows an XML declaration.
            let at = body.find("<svg").and_then(|svg| body[svg..].find('>').map(|e| svg + e)).unwrap_or(end);
            body.insert_str(at + 1, &format!("\n{defs}"));
            body
        }
        _ => body,
    }
}

fn draw(text: &Text<'_>, glyphs: &mut BTreeMap<u16, String>, out: &mut String) {
    let font = font();
    let units = f64::from(font.units_per_em().unwrap_or(1000.0));
    let size = text.number("font-size");
    let scale = size / units;
    let mut pen = 0.0;
    let mut places = Vec::new();
    let mut previous = None;
    for character in text.content.chars() {
        let id = font.glyph_id(character);
        if let Some(previous) = previous {
            pen += f64::from(font.kern_unscaled(previous, id));
        }
        places.push((id.0, pen));
        pen += f64::from(font.h_advance_unscaled(id));
        previous = Some(id);
        glyphs
            .entry(id.0)
            .or_insert_with(|| font.outline(id).map(|outline| path(&outline.curves)).unwrap_or_default());
    }
    let anchor = match text.attribute("text-anchor") {
        Some("middle") => -pen / 2.0,
        Some("end") => -pen,
        _ => 0.0,
    };
    // plotters shifts the baseline by dy in em or ex; half an ex is about a quarter em.
    let dy = match text.attribute("dy") {
        Some(shift) if shift.ends_with("em") => shift[..shift.len() - 2].parse().unwrap_or(0.0),
        Some(shift) if shift.ends_with("ex") => shift[..shift.len() - 2].parse::<f64>().unwrap_or(0.0) * 0.54,
        _ => 0.0,
    } * size;
    let rotate = text.attribute("transform").map(|t| format!("{t} ")).unwrap_or_default();
    let fill = text.attribute("fill").unwrap_or("#000000");
    let _ = write!(
        out,
        "<g role=\"img\" aria-label=\"{}\" fill=\"{fill}\" transform=\"{rotate}translate({:.2},{:.2}) scale({scale:.5},{:.5})\">",
        escape(&text.content),
        text.number("x") + anchor * scale,
        text.number("y") + dy,
        -scale
    );
    for (id, x) in places {
        let _ = write!(out, "<use href=\"#g{id}\" x=\"{x:.0}\"/>");
    }
    out.push_str("</g>");
}

fn path(curves: &[OutlineCurve]) -> String {
    let mut text = String::new();
    let mut at = None;
    for curve in curves {
        let (from, to) = match curve {
            OutlineCurve::Line(a, b) => (a, b),
            OutlineCurve::Quad(a, _, b) => (a, b),
            OutlineCurve::Cubic(a, _, _, b) => (a, b),
        };
        if at != Some((from.x, from.y)) {
            let _ = write!(text, "M{} {}", from.x, from.y);
        }
        let _ = match curve {
            OutlineCurve::Line(_, b) => write!(text, "L{} {}", b.x, b.y),
            OutlineCurve::Quad(_, c, b) => write!(text, "Q{} {} {} {}", c.x, c.y, b.x, b.y),
            OutlineCurve::Cubic(_, c, d, b) => {
                write!(text, "C{} {} {} {} {} {}", c.x, c.y, d.x, d.y, b.x, b.y)
            }
        };
        at = Some((to.x, to.y));
    }
    text
}

/// Text made harmless inside XML and HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_replace_text_and_keep_the_words_as_label() {
        let svg = "<svg width=\"9\">\n<text x=\"5\" y=\"9\" dy=\"0.76em\" text-anchor=\"middle\" font-size=\"10\" fill=\"#111\">\n蕉城 &lt;A\n</text>\n</svg>";
        let drawn = outlined(svg);
        assert!(!drawn.contains("<text"));
        assert!(drawn.contains("aria-label=\"蕉城 &lt;A\""));
        assert_eq!(drawn.matches("<use ").count(), 5);
        assert!(drawn.contains("<defs><path id=\"g"));
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
