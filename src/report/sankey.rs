//! The energy Sankey: where the park's electricity came from and where it went in the year.

use super::canvas::{Area, DrawError, text};
use super::theme::INK;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// A flow on one side of the bus.
#[derive(Debug, Clone)]
pub struct Stream {
    /// Name and size, in words.
    pub label: String,
    /// Size; streams of zero are left out.
    pub value: f64,
    /// Colour.
    pub colour: RGBColor,
}

/// Draws sources on the left, uses on the right, joined by the park's bus.
///
/// # Errors
/// If drawing fails.
pub fn draw(area: &Area<'_>, sources: &[Stream], uses: &[Stream], bus: &str) -> Result<(), DrawError> {
    let (width, height) = area.dim_in_pixel();
    let (width, height) = (f64::from(width), f64::from(height));
    let present = |streams: &[Stream]| -> Vec<Stream> {
        let total: f64 = streams.iter().map(|s| s.value).sum();
        streams.iter().filter(|s| s.value > total * 1e-4).cloned().collect()
    };
    let (left, right) = (present(sources), present(uses));
    let total =
        left.iter().map(|s| s.value).sum::<f64>().max(right.iter().map(|s| s.value).sum::<f64>()).max(1e-9);
    let gap = 22.0;
    let most = left.len().max(right.len()).max(1) as f64;
    let usable = height - 40.0 - gap * (most - 1.0);
    let scale = usable / total;
    let (x_left, x_bus, x_right) = (260.0, width / 2.0, width - 260.0);
    let bus_top = (height - total * scale) / 2.0;
    for (streams, x_end, side) in [(&left, x_left, -1.0), (&right, x_right, 1.0)] {
        let block: f64 =
            streams.iter().map(|s| s.value * scale).sum::<f64>() + gap * (streams.len().max(1) as f64 - 1.0);
        let mut y = (height - block) / 2.0;
        let mut at_bus = bus_top;
        for stream in streams {
            let thick = stream.value * scale;
            ribbon(area, (x_end, y), (x_bus + side * 9.0, at_bus), thick, stream.colour)?;
            let mid = (y + thick / 2.0).round() as i32;
            let edge = (x_end + side * 6.0).round() as i32;
            area.draw(&Rectangle::new(
                [(x_end as i32 - 3, y as i32), (x_end as i32 + 3, (y + thick).ceil() as i32)],
                stream.colour.filled(),
            ))?;
            let align = if side < 0.0 { HPos::Right } else { HPos::Left };
            let style = text(17, INK).pos(Pos::new(align, VPos::Center));
            area.draw_text(&stream.label, &style, (edge + side as i32 * 6, mid))?;
            y += thick + gap;
            at_bus += thick;
        }
    }
    let (top, bottom) = (bus_top as i32, (bus_top + total * scale) as i32);
    area.draw(&Rectangle::new([(x_bus as i32 - 9, top), (x_bus as i32 + 9, bottom)], INK.filled()))?;
    let style = text(17, INK).pos(Pos::new(HPos::Center, VPos::Bottom));
    area.draw_text(bus, &style, (x_bus as i32, top - 6))?;
    Ok(())
}

/// A band of constant thickness from one point to another along a smooth curve.
fn ribbon(
    area: &Area<'_>,
    from: (f64, f64),
    to: (f64, f64),
    thick: f64,
    colour: RGBColor,
) -> Result<(), DrawError> {
    let curve = |shift: f64| -> Vec<(i32, i32)> {
        (0..=32)
            .map(|i| {
                let t = f64::from(i) / 32.0;
                let smooth = t * t * (3.0 - 2.0 * t);
                let x = from.0 + (to.0 - from.0) * t;
                let y = from.1 + (to.1 - from.1) * smooth + shift;
                (x.round() as i32, y.round() as i32)
            })
            .collect()
    };
    let mut outline = curve(0.0);
    outline.extend(curve(thick.max(1.0)).into_iter().rev());
    area.draw(&Polygon::new(outline, colour.mix(0.72).filled()))?;
    Ok(())
}
