//! Day × hour heat maps: the year at one glance, as an image inside the SVG.

use super::canvas::{Area, DrawError, Figure, csv, sheet, text};
use super::charts::{Span, YAxis};
use super::drawing::Picture;
use super::theme::INK;
use crate::lang::Lang;
use crate::time::Axis;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// The scale from low to high: light to dark blue-violet (viridis read backwards), readable in grey.
pub fn colour(share: f64) -> RGBColor {
    const STOPS: [(u8, u8, u8); 6] =
        [(250, 250, 235), (190, 220, 160), (94, 190, 150), (40, 130, 142), (50, 80, 135), (50, 10, 80)];
    let x = share.clamp(0.0, 1.0) * (STOPS.len() - 1) as f64;
    let i = (x.floor() as usize).min(STOPS.len() - 2);
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * (x - i as f64)).round() as u8;
    let (a, b) = (STOPS[i], STOPS[i + 1]);
    RGBColor(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

/// The scale in as many colours as a picture has, for what is drawn cell by cell.
pub fn scale_colour(share: f64) -> RGBColor {
    colour((share.clamp(0.0, 1.0) * 255.0).round() / 255.0)
}

/// Whether a colour is one of [`scale_colour`].
pub fn on_scale(found: RGBColor) -> bool {
    (0..=255).any(|place| colour(f64::from(place) / 255.0) == found)
}

/// Hourly means of a series: `[day * 24 + hour]`.
pub fn hourly(axis: &Axis, values: &[f64]) -> Vec<f64> {
    let per_hour = axis.steps_per_hour();
    values.chunks(per_hour).map(|hour| hour.iter().sum::<f64>() / per_hour as f64).collect()
}

/// A heat map of a series over the year.
///
/// # Errors
/// If drawing fails.
pub fn figure(
    id: &str,
    title: &str,
    caption: &str,
    y: &YAxis,
    axis: &Axis,
    values: &[f64],
    lang: Lang,
) -> Result<Figure, DrawError> {
    let hours = hourly(axis, values);
    let days = hours.len() / 24;
    let factor = y.factor;
    let highest = hours.iter().copied().fold(0.0, f64::max) / factor;
    let lowest = hours.iter().copied().fold(f64::INFINITY, f64::min) / factor;
    // Values that never come near zero would all look alike on a scale from it.
    let lowest = if lowest > 0.0 && lowest < 0.3 * highest { 0.0 } else { lowest };
    // The colours reach from the lowest to the highest value; the labels are round numbers between.
    let scale = Span { low: lowest, high: highest, ..Span::of(lowest, highest, 4.0) };
    let (low, span) = (lowest, highest - lowest);
    let (x0, y0, width, height) = (84, 64, 880, 360);
    let drawing = sheet(470, title, &[], |area| {
        let base = area.get_base_pixel().1;
        labels(area, axis, (x0, y0 - base), (width, height), days, lang)?;
        let bar = x0 + width + 26;
        let style = text(15, INK).pos(Pos::new(HPos::Left, VPos::Center));
        for tick in scale.ticks() {
            let share = (tick - low) / span;
            let y = y0 - base + ((1.0 - share) * f64::from(height)) as i32;
            area.draw_text(&scale.label(tick), &style, (bar + 26, y))?;
        }
        let style = text(16, INK).pos(Pos::new(HPos::Left, VPos::Bottom));
        area.draw_text(&y.desc, &style, (bar, y0 - base - 8))?;
        let (corner, places) = ((x0, y0), map(&hours, days, low * factor, span * factor));
        area.draw(&Picture { corner, size: (width, height), columns: days, places })?;
        let places = (0..=u8::MAX).rev().collect();
        area.draw(&Picture { corner: (bar, y0), size: (20, height), columns: 1, places })?;
        Ok(())
    })?;
    let rows = (0..days).map(|day| {
        let (month, day_of_month) = axis.month_and_day(day);
        let label = format!("{:04}-{:02}-{:02}", axis.year, month + 1, day_of_month + 1);
        (label, hours[day * 24..day * 24 + 24].iter().map(|value| shown(*value)).collect())
    });
    let header: Vec<String> =
        std::iter::once("day".to_owned()).chain((0..24).map(|hour| format!("hour_{hour:02}"))).collect();
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    Ok(Figure::new(id, caption, drawing, csv(&header, rows)))
}

/// A value as the picture can show it: three digits; the series of the run hold them all.
fn shown(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let places = 2 - value.abs().log10().floor() as i32;
    let power = 10f64.powi(places.abs());
    if places < 0 { (value / power).round() * power } else { (value * power).round() / power }
}

fn labels(
    area: &Area<'_>,
    axis: &Axis,
    (x0, y0): (i32, i32),
    (width, height): (i32, i32),
    days: usize,
    lang: Lang,
) -> Result<(), DrawError> {
    for hour in [0, 6, 12, 18, 24] {
        let y = y0 + height - hour * height / 24;
        let style = text(15, INK).pos(Pos::new(HPos::Right, VPos::Center));
        area.draw_text(&format!("{hour:02}:00"), &style, (x0 - 8, y))?;
    }
    let starts = axis.month_starts();
    for month in 0..12 {
        let day = (starts[month] + starts[month + 1]) / 2 / axis.steps_per_day();
        let x = x0 + (day as i32 * width) / days.max(1) as i32;
        let style = text(15, INK).pos(Pos::new(HPos::Center, VPos::Top));
        area.draw_text(&month_name(month, lang), &style, (x, y0 + height + 8))?;
    }
    area.draw(&Rectangle::new([(x0 - 1, y0 - 1), (x0 + width, y0 + height)], INK.mix(0.4).stroke_width(1)))?;
    Ok(())
}

/// Short name of a month, 0 to 11.
pub fn month_name(month: usize, lang: Lang) -> String {
    const EN: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    match lang {
        Lang::En => EN[month].to_owned(),
        Lang::Zh => format!("{}月", month + 1),
    }
}

/// A day of the year as readers write it: `9 Sep`, `9月9日`.
pub fn day_name(axis: &Axis, day: usize, lang: Lang) -> String {
    let (month, day_of_month) = axis.month_and_day(day);
    match lang {
        Lang::En => format!("{} {}", day_of_month + 1, month_name(month, lang)),
        Lang::Zh => format!("{}{}日", month_name(month, lang), day_of_month + 1),
    }
}

/// One pixel per hour as its place on the scale, row by row, midnight at the bottom.
fn map(hours: &[f64], days: usize, low: f64, span: f64) -> Vec<u8> {
    // 64 colours are more than an eye tells apart in a map, and half the bytes.
    let place = |value: f64| ((value - low) / span * 63.0).round().clamp(0.0, 63.0) as u8 * 4;
    (0..24).rev().flat_map(|hour| (0..days).map(move |day| place(hours[day * 24 + hour]))).collect()
}

/// Places on the scale as PNG with the scale as its palette.
///
/// # Errors
/// If encoding fails.
pub fn image(places: &[u8], width: usize) -> Result<Vec<u8>, png::EncodingError> {
    let palette: Vec<u8> = (0..=u8::MAX)
        .flat_map(|place| {
            let RGBColor(r, g, b) = colour(f64::from(place) / 255.0);
            [r, g, b]
        })
        .collect();
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, width as u32, (places.len() / width) as u32);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette);
    encoder.set_compression(png::Compression::Best);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(places)?;
    writer.finish()?;
    Ok(png)
}

/// Base64 of bytes (RFC 4648).
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            if place <= chunk.len() {
                text.push(char::from(ALPHABET[(group >> (18 - 6 * place) & 63) as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vectors of RFC 4648, section 10.
    #[test]
    fn base64_matches_the_rfc() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn quarter_hours_are_averaged_to_hours() {
        let axis = Axis { year: 2025, step_minutes: 15, utc_offset_minutes: 480 };
        assert_eq!(hourly(&axis, &[1.0, 2.0, 3.0, 6.0]), [3.0]);
    }
}
