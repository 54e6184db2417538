//! How well text and marks stand out, on a screen and in grey print.
//!
//! # Source
//! WCAG 2.2 (W3C 2023): relative luminance, contrast ratio, at least 4.5 for text (1.4.3) and 3 for marks
//! (1.4.11). CIE 1976 lightness L* for grey print.

use plotters::style::RGBColor;

/// Least contrast of text.
pub const TEXT: f64 = 4.5;
/// Least contrast of marks, of large text and of what can be operated.
pub const MARK: f64 = 3.0;
/// Least difference of L* by which two plain areas are told apart in grey.
pub const GREY: f64 = 12.0;

/// Relative luminance: 0 is black, 1 is white.
pub fn luminance(RGBColor(r, g, b): RGBColor) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/// Contrast ratio of two colours, 1 to 21.
pub fn contrast(a: RGBColor, b: RGBColor) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Lightness in grey print, L*: 0 is black, 100 is white.
pub fn lightness(colour: RGBColor) -> f64 {
    let y = luminance(colour);
    if y > 216.0 / 24389.0 { 116.0 * y.cbrt() - 16.0 } else { 24389.0 / 27.0 * y }
}

/// A colour over white with an opacity.
pub fn over_white(RGBColor(r, g, b): RGBColor, opacity: f64) -> RGBColor {
    let mix = |part: u8| (255.0 + (f64::from(part) - 255.0) * opacity).round() as u8;
    RGBColor(mix(r), mix(g), mix(b))
}

/// The colour, darkened as far as it must be to stand out from white as a mark.
pub fn darkened(colour: RGBColor) -> RGBColor {
    let shaded = |tenths: u32| {
        let keep = 1.0 - f64::from(tenths) / 20.0;
        let part = |part: u8| (f64::from(part) * keep).round() as u8;
        RGBColor(part(colour.0), part(colour.1), part(colour.2))
    };
    let white = RGBColor(255, 255, 255);
    (0..20).map(shaded).find(|shade| contrast(*shade, white) >= MARK).unwrap_or(RGBColor(0, 0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const WHITE: RGBColor = RGBColor(255, 255, 255);

    /// By hand: black and white are (1 + 0.05) / 0.05 = 21. Red is 0.2126, so 1.05 / 0.2626 = 3.998. 118 of 255
    /// is 0.462745, ((0.462745 + 0.055) / 1.055)^2.4 = 0.181164, so 1.05 / 0.231164 = 4.542, the well-known
    /// least grey for text. 119 of 255 gives 0.184475, and 116 · 0.184475^(1/3) − 16 = 50.03.
    #[test]
    fn contrast_and_lightness_are_those_of_their_standards() {
        let grey = |part| RGBColor(part, part, part);
        let near =
            |found: f64, hand: f64, slack: f64| assert!((found - hand).abs() < slack, "{found} {hand}");
        near(contrast(grey(0), WHITE), 21.0, 1e-9);
        near(contrast(WHITE, RGBColor(255, 0, 0)), 3.998, 5e-4);
        near(contrast(grey(118), WHITE), 4.542, 5e-4);
        near(lightness(grey(119)), 50.03, 5e-3);
        near(lightness(WHITE), 100.0, 1e-9);
        // 10 of 255 is linear: 0.0392157 / 12.92 = 0.0030353, times 903.2963 is 2.742.
        near(lightness(grey(10)), 2.742, 5e-4);
        assert_eq!(over_white(grey(0), 0.2), grey(204));
        assert_eq!(darkened(grey(118)), grey(118));
        let yellow = darkened(RGBColor(240, 228, 66));
        assert!(contrast(yellow, WHITE) >= MARK && yellow.0 > 2 * yellow.2, "{yellow:?}");
    }

    fn colour(text: &str, variables: &BTreeMap<&str, &str>) -> Option<RGBColor> {
        let text = text.trim();
        if let Some(name) = text.strip_prefix("var(").and_then(|rest| rest.split(')').next()) {
            return colour(variables.get(name).expect("a variable"), variables);
        }
        if let Some(parts) = text.strip_prefix("rgba(255,255,255,") {
            assert!(parts.starts_with(".9"), "nearly opaque white");
            return Some(WHITE);
        }
        let digits = text.strip_prefix('#')?.split([' ', '!', ';']).next()?;
        let digit = |at: usize| u8::from_str_radix(&digits[at..=at], 16).expect("a digit");
        match digits.len() {
            3 => Some(RGBColor(17 * digit(0), 17 * digit(1), 17 * digit(2))),
            6 => Some(RGBColor(16 * digit(0) + digit(1), 16 * digit(2) + digit(3), 16 * digit(4) + digit(5))),
            _ => panic!("`{text}` is no colour"),
        }
    }

    /// Every text colour of the pages against every ground of theirs, and what can be operated or warns against
    /// the paper. The tip alone is light on dark; it names both.
    #[test]
    fn pages_have_the_contrast_that_readers_need() {
        let css = include_str!("page.css");
        let root = css.split("--ink").nth(1).and_then(|rest| rest.split('}').next()).expect("variables");
        let variables: BTreeMap<&str, &str> =
            format!("--ink{root}").leak().split(';').filter_map(|entry| entry.split_once(':')).collect();
        let (mut texts, mut grounds, mut borders) = (Vec::new(), Vec::new(), Vec::new());
        for rule in css.split('}') {
            let Some((selector, body)) = rule.rsplit_once('{') else { continue };
            if selector.trim().ends_with(":root") {
                continue;
            }
            let named = |key: &str| {
                body.split(';')
                    .filter_map(|entry| entry.trim().split_once(':'))
                    .find(|(name, _)| *name == key)
            };
            let of = |key: &str| named(key).and_then(|(_, value)| colour(value, &variables));
            let (text, ground) = (of("color").or_else(|| of("fill")), of("background"));
            if selector.trim() == ".tip" {
                let (text, ground) = (text.expect("a colour"), ground.expect("a ground"));
                assert!(contrast(text, ground) >= TEXT);
                continue;
            }
            texts.extend(text.map(|text| (selector.trim().to_owned(), text)));
            grounds.extend(ground.map(|ground| (selector.trim().to_owned(), ground)));
            // What is no more than a rule between rows may be faint; borders in a colour of their own may not.
            for (key, value) in body.split(';').filter_map(|entry| entry.trim().split_once(':')) {
                let drawn = key.starts_with("border") || key == "outline";
                if drawn && !value.contains("var(--line)") && value.contains(['#', '(']) {
                    let at = value.find(['#', 'v']).expect("a colour");
                    borders.extend(colour(&value[at..], &variables));
                }
            }
        }
        assert!(texts.len() >= 12 && grounds.len() >= 7 && borders.len() >= 4, "{texts:?} {grounds:?}");
        for (of_text, text) in &texts {
            for (of_ground, ground) in &grounds {
                let found = contrast(*text, *ground);
                assert!(found >= TEXT, "{of_text} on {of_ground}: {found:.2}");
            }
        }
        for border in borders {
            assert!(contrast(border, WHITE) >= MARK, "{border:?}");
        }
    }
}
