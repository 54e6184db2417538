//! Figures of a sweep: trade-off, effects of the keys, best over two keys, the best designs.

use crate::lang::{Lang, Message, message};
use crate::report::canvas::{
    Area, DrawError, Figure, HEIGHT, Legend, WIDTH, axis_number, csv, grid_line, sheet, text,
};
use crate::report::drawing::Drawing;
use crate::report::heatmap::{colour, scale_colour};
use crate::report::theme::{BETTER, INK, TOTAL};
use crate::sweep::{Candidate, Insight, Setting};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Blue of the front and of means.
const FRONT: RGBColor = RGBColor(0, 114, 178);
/// The cloud of designs behind it.
const CLOUD: RGBColor = RGBColor(140, 140, 150);

/// The texts of the figures.
pub const MESSAGES: &[Message] = &[
    message("sweep.front", "Trade-off between the two objectives", "两个目标之间的权衡"),
    message(
        "sweep.front.caption",
        "Blue: designs that no other beats in both objectives. Grey: some of all designs.",
        "蓝色：没有其他方案在两个目标上都更优的方案。灰色：部分全体方案。",
    ),
    message("sweep.front.designs", "best trade-offs", "最优权衡方案"),
    message("sweep.cloud", "other designs", "其他方案"),
    message("sweep.effects", "What each key does to the first objective", "各参数对首要目标的影响"),
    message(
        "sweep.effects.caption",
        "Mean over all other keys, and the best that can be reached; in brackets the share of the variance that the key explains alone.",
        "其余参数取遍时的平均值，以及可达到的最优值；括号内为该参数单独解释的方差占比。",
    ),
    message("sweep.mean", "mean", "平均"),
    message("sweep.best", "best", "最优"),
    message("sweep.contour", "Best of the first objective over two keys", "首要目标在两个参数上的最优值"),
    message(
        "sweep.contour.caption",
        "Each cell: the best over all other keys. White: no design fell there.",
        "每格为其余参数取遍时的最优值；白色表示没有方案落入。",
    ),
    message("sweep.parallel", "The best designs across all keys", "最优方案的各参数取值"),
    message(
        "sweep.parallel.caption",
        "One line per design; the darker the better in the first objective. Each axis runs from the lowest to the highest value among these designs.",
        "每条线为一个方案，颜色越深首要目标越优；各轴为这些方案取值的最小到最大。",
    ),
];

/// What brings values to few digits before the point, and the word for it.
fn scale(largest: f64, lang: Lang) -> (f64, &'static str) {
    match (lang, largest.abs()) {
        (Lang::En, x) if x >= 1e10 => (1e9, "billion"),
        (Lang::En, x) if x >= 1e7 => (1e6, "million"),
        (Lang::En, x) if x >= 1e4 => (1e3, "thousand"),
        (Lang::Zh, x) if x >= 1e9 => (1e8, "亿"),
        (Lang::Zh, x) if x >= 1e5 => (1e4, "万"),
        _ => (1.0, ""),
    }
}

/// A name with the word for the scale of its values.
fn named(name: &str, word: &str, lang: Lang) -> String {
    match (lang, word) {
        (_, "") => short(name),
        (Lang::En, word) => format!("{}, {word}", short(name)),
        (Lang::Zh, word) => format!("{}（{word}）", short(name)),
    }
}

/// Both ends of some values with a little room.
fn ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    let room = if high > low { 0.04 * (high - low) } else { high.abs().max(1.0) * 0.05 };
    (low - room, high + room)
}

/// A key or metric without what all of them share.
pub fn short(name: &str) -> String {
    let name = name.strip_prefix("park.").or_else(|| name.strip_prefix("all.")).unwrap_or(name);
    name.to_owned()
}

/// All figures that the sweep has.
///
/// # Errors
/// If drawing fails.
pub fn all(insight: &Insight, lang: Lang) -> Result<Vec<Figure>, DrawError> {
    let makers = [front, effects, contour, parallel];
    makers.iter().filter_map(|maker| maker(insight, lang).transpose()).collect()
}

fn figure(id: &str, key: &str, lang: Lang, drawing: Drawing, csv: String) -> Figure {
    Figure::new(id, lang.text(&format!("{key}.caption")), drawing, csv)
}

fn front(insight: &Insight, lang: Lang) -> Result<Option<Figure>, DrawError> {
    let [first, second] = insight.objectives.as_slice() else { return Ok(None) };
    let points: Vec<[f64; 2]> =
        insight.front.iter().map(|c| [first.of(&c.values), second.of(&c.values)]).collect();
    let both = || insight.cloud.iter().chain(&points);
    let (x, y) = (ends(both().map(|p| p[0])), ends(both().map(|p| p[1])));
    let ((fx, sx), (fy, sy)) = (scale(x.1, lang), scale(y.1, lang));
    let legend =
        [Legend::line(lang.text("sweep.front.designs"), FRONT), Legend::new(lang.text("sweep.cloud"), CLOUD)];
    let svg = sheet(HEIGHT, lang.text("sweep.front"), &legend, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin(10)
            .margin_right(30)
            .x_label_area_size(56)
            .y_label_area_size(92)
            .build_cartesian_2d(x.0 / fx..x.1 / fx, y.0 / fy..y.1 / fy)?;
        let (span_x, span_y) = ((x.1 - x.0) / fx, (y.1 - y.0) / fy);
        chart
            .configure_mesh()
            .bold_line_style(grid_line())
            .light_line_style(TRANSPARENT)
            .x_desc(named(&first.name, sx, lang))
            .y_desc(named(&second.name, sy, lang))
            .x_label_formatter(&|v| axis_number(*v, span_x))
            .y_label_formatter(&|v| axis_number(*v, span_y))
            .label_style(text(16, INK))
            .axis_desc_style(text(17, INK))
            .draw()?;
        let at = |p: &[f64; 2]| (p[0] / fx, p[1] / fy);
        chart.draw_series(insight.cloud.iter().map(|p| Circle::new(at(p), 2, CLOUD.filled())))?;
        chart.draw_series(LineSeries::new(points.iter().map(at), FRONT.stroke_width(2)))?;
        if points.len() <= 200 {
            chart.draw_series(points.iter().map(|p| Circle::new(at(p), 4, FRONT.filled())))?;
        }
        Ok(())
    })?;
    let rows = insight.front.iter().zip(&points).map(|(c, p)| (c.design.to_string(), p.to_vec()));
    let csv = csv(&["design", &first.name, &second.name], rows);
    Ok(Some(figure("front", "sweep.front", lang, svg, csv)))
}

fn effects(insight: &Insight, lang: Lang) -> Result<Option<Figure>, DrawError> {
    let shown: Vec<_> = insight.effects.iter().take(6).collect();
    if shown.is_empty() {
        return Ok(None);
    }
    let y = ends(shown.iter().flat_map(|effect| effect.bins.iter().flat_map(|bin| [bin.mean, bin.best])));
    let (factor, unit) = scale(y.1, lang);
    let span = (y.1 - y.0) / factor;
    let rows = shown.len().div_ceil(2);
    let height = (rows * 270 + 100) as u32;
    let legend =
        [Legend::line(lang.text("sweep.mean"), FRONT), Legend::line(lang.text("sweep.best"), BETTER)];
    let name =
        insight.objectives.first().map(|objective| named(&objective.name, unit, lang)).unwrap_or_default();
    let title = format!("{} · {name}", lang.text("sweep.effects"));
    let svg = sheet(height, &title, &legend, |area| {
        for (cell, effect) in area.split_evenly((rows, 2)).iter().zip(&shown) {
            let count = effect.bins.len();
            let label = |place: &f64| match effect.bins.get(place.round() as usize) {
                Some(bin) if (place - place.round()).abs() < 1e-6 => match &bin.word {
                    Some(word) => word.clone(),
                    None => middle(bin.from, bin.to),
                },
                _ => String::new(),
            };
            let caption = format!("{} ({} %)", short(&effect.key), axis_number(effect.share * 100.0, 20.0));
            let mut chart = ChartBuilder::on(cell)
                .margin(8)
                .margin_right(20)
                .caption(caption, text(16, INK))
                .x_label_area_size(28)
                .y_label_area_size(70)
                .build_cartesian_2d(-0.4..count as f64 - 0.6, y.0 / factor..y.1 / factor)?;
            chart
                .configure_mesh()
                .disable_x_mesh()
                .bold_line_style(grid_line())
                .light_line_style(TRANSPARENT)
                .x_labels(count.min(6))
                .y_labels(5)
                .x_label_formatter(&label)
                .y_label_formatter(&|v| axis_number(*v, span))
                .label_style(text(14, INK))
                .draw()?;
            for (colour, of) in [(FRONT, 0), (BETTER, 1)] {
                let at = |(place, bin): (usize, &crate::sweep::Bin)| {
                    (place as f64, [bin.mean, bin.best][of] / factor)
                };
                let points: Vec<_> = effect.bins.iter().enumerate().map(at).collect();
                chart.draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2)))?;
                chart.draw_series(points.iter().map(|p| Circle::new(*p, 3, colour.filled())))?;
            }
        }
        Ok(())
    })?;
    let rows = insight.effects.iter().flat_map(|effect| {
        effect.bins.iter().map(|bin| {
            let label = match &bin.word {
                Some(word) => format!("{}={word}", effect.key),
                None => effect.key.clone(),
            };
            (label, vec![bin.from, bin.to, bin.designs as f64, bin.mean, bin.best, effect.share])
        })
    });
    let csv = csv(&["key", "from", "to", "designs", "mean", "best", "share"], rows);
    Ok(Some(figure("effects", "sweep.effects", lang, svg, csv)))
}

/// The middle of a bin in few digits.
fn middle(from: f64, to: f64) -> String {
    crate::report::theme::rounded(0.5 * (from + to))
}

fn contour(insight: &Insight, lang: Lang) -> Result<Option<Figure>, DrawError> {
    let (Some(contour), Some(objective)) = (&insight.contour, insight.objectives.first()) else {
        return Ok(None);
    };
    let [xs, ys] = &contour.middles;
    let finite = || contour.best.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    let span = if high > low { high - low } else { 1.0 };
    let (factor, unit) = scale(high, lang);
    let names = contour.columns.map(|column| short(&insight.settings[column].name));
    let title = format!("{} · {}", lang.text("sweep.contour"), named(&objective.name, unit, lang));
    let svg = sheet(HEIGHT, &title, &[], |area| {
        let (x0, y0, width, height) = (120, 16, 800, 400);
        let edge = |cell: usize, count: usize, size: i32| (cell as i32 * size) / count as i32;
        for i in 0..xs.len() {
            for j in 0..ys.len() {
                let value = contour.best[i * ys.len() + j];
                if !value.is_finite() {
                    continue;
                }
                let left = x0 + edge(i, xs.len(), width);
                let right = x0 + edge(i + 1, xs.len(), width);
                let bottom = y0 + height - edge(j, ys.len(), height);
                let top = y0 + height - edge(j + 1, ys.len(), height);
                area.draw(&Rectangle::new(
                    [(left, top), (right, bottom)],
                    scale_colour((value - low) / span).filled(),
                ))?;
            }
        }
        labels(area, xs, |share| (x0 + (share * f64::from(width)) as i32, y0 + height + 10), HPos::Center)?;
        labels(area, ys, |share| (x0 - 10, y0 + height - (share * f64::from(height)) as i32), HPos::Right)?;
        let centre = Pos::new(HPos::Center, VPos::Top);
        area.draw_text(&names[0], &text(17, INK).pos(centre), (x0 + width / 2, y0 + height + 38))?;
        let turned = text(17, INK).transform(FontTransform::Rotate270).pos(centre);
        area.draw_text(&names[1], &turned, (14, y0 + height / 2))?;
        scale_bar(area, (x0 + width + 30, y0), height, (low / factor, span / factor))
    })?;
    let rows = xs.iter().enumerate().flat_map(|(i, x)| {
        let row = move |(j, y): (usize, &f64)| (x.to_string(), vec![*y, contour.best[i * ys.len() + j]]);
        ys.iter().enumerate().map(row)
    });
    let header = contour.columns.map(|column| insight.settings[column].name.as_str());
    let csv = csv(&[header[0], header[1], &objective.name], rows);
    Ok(Some(figure("contour", "sweep.contour", lang, svg, csv)))
}

/// At most seven labels of cells along an axis; `at` turns a share of it into a place.
fn labels(
    area: &Area<'_>,
    middles: &[f64],
    at: impl Fn(f64) -> (i32, i32),
    side: HPos,
) -> Result<(), DrawError> {
    let stride = middles.len().div_ceil(7);
    let vertical = if matches!(side, HPos::Right) { VPos::Center } else { VPos::Top };
    for (cell, value) in middles.iter().enumerate().step_by(stride) {
        let share = (cell as f64 + 0.5) / middles.len() as f64;
        let style = text(15, INK).pos(Pos::new(side, vertical));
        area.draw_text(&crate::report::theme::rounded(*value), &style, at(share))?;
    }
    Ok(())
}

fn scale_bar(
    area: &Area<'_>,
    (x, y): (i32, i32),
    height: i32,
    (low, span): (f64, f64),
) -> Result<(), DrawError> {
    const PARTS: i32 = 40;
    for part in 0..PARTS {
        let ends = [part, part + 1].map(|part| y + height - part * height / PARTS);
        let share = (f64::from(part) + 0.5) / f64::from(PARTS);
        area.draw(&Rectangle::new([(x, ends[1]), (x + 20, ends[0])], scale_colour(share).filled()))?;
    }
    for part in 0..=4 {
        let share = f64::from(part) / 4.0;
        let style = text(15, INK).pos(Pos::new(HPos::Left, VPos::Center));
        let place = (x + 28, y + height - (share * f64::from(height)) as i32);
        area.draw_text(&axis_number(low + share * span, span), &style, place)?;
    }
    Ok(())
}

fn parallel(insight: &Insight, lang: Lang) -> Result<Option<Figure>, DrawError> {
    let number = |candidate: &Candidate, column: usize| match candidate.settings[column] {
        Setting::Number(value) => Some(value),
        _ => None,
    };
    let Some(first) = insight.best.first() else { return Ok(None) };
    let keys = (0..insight.settings.len()).filter(|&column| number(first, column).is_some());
    let mut axes: Vec<(String, Vec<f64>)> = keys
        .map(|column| {
            let values = insight.best.iter().map(|c| number(c, column).unwrap_or(f64::NAN)).collect();
            (insight.settings[column].name.clone(), values)
        })
        .collect();
    for objective in &insight.objectives {
        axes.push((objective.name.clone(), insight.best.iter().map(|c| objective.of(&c.values)).collect()));
    }
    if axes.len() < 3 || insight.best.len() < 2 {
        return Ok(None);
    }
    let svg = sheet(HEIGHT, lang.text("sweep.parallel"), &[], |area| {
        let (x0, x1, y0, y1) = (110, WIDTH as i32 - 110, 36, 380);
        let place = |axis: usize| x0 + axis as i32 * (x1 - x0) / (axes.len() as i32 - 1);
        let ranges: Vec<(f64, f64)> = axes
            .iter()
            .map(|(_, values)| {
                values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &x| (l.min(x), h.max(x)))
            })
            .collect();
        let count = insight.best.len();
        for design in (0..count).rev() {
            let rank = 1.0 - design as f64 / count as f64;
            let points: Vec<(i32, i32)> = axes
                .iter()
                .zip(&ranges)
                .enumerate()
                .map(|(axis, ((_, values), (low, high)))| {
                    let share = if high > low { (values[design] - low) / (high - low) } else { 0.5 };
                    (place(axis), y1 - (share * f64::from(y1 - y0)) as i32)
                })
                .collect();
            area.draw(&PathElement::new(points, colour(0.5 + 0.5 * rank).stroke_width(1)))?;
        }
        for (axis, ((name, _), (low, high))) in axes.iter().zip(&ranges).enumerate() {
            let x = place(axis);
            area.draw(&PathElement::new(vec![(x, y0), (x, y1)], TOTAL.stroke_width(2)))?;
            let style = text(14, INK).pos(Pos::new(HPos::Center, VPos::Top));
            let (factor, word) = scale(*high, lang);
            let end = |value: f64| {
                format!("{} {word}", crate::report::theme::rounded(value / factor)).trim().to_owned()
            };
            area.draw_text(&end(*low), &style, (x, y1 + 6))?;
            let style = text(14, INK).pos(Pos::new(HPos::Center, VPos::Bottom));
            area.draw_text(&end(*high), &style, (x, y0 - 4))?;
            // Neighbouring names stand on two levels, so that long ones do not meet.
            let parts: Vec<String> = short(name).split('.').map(str::to_owned).collect();
            let (head, tail) = parts.split_at(parts.len().saturating_sub(1));
            let style = text(14, INK).pos(Pos::new(HPos::Center, VPos::Top));
            area.draw_text(&head.join("."), &style, (x, y1 + 30 + (axis as i32 % 2) * 40))?;
            area.draw_text(&tail.join("."), &style, (x, y1 + 48 + (axis as i32 % 2) * 40))?;
        }
        Ok(())
    })?;
    let header: Vec<&str> =
        std::iter::once("design").chain(axes.iter().map(|(name, _)| name.as_str())).collect();
    let rows = insight
        .best
        .iter()
        .enumerate()
        .map(|(place, c)| (c.design.to_string(), axes.iter().map(|(_, values)| values[place]).collect()));
    let csv = csv(&header, rows);
    Ok(Some(figure("best", "sweep.parallel", lang, svg, csv)))
}
