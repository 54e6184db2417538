//! Tests of all figures: drawn from a made-up report, read back from their SVG.

use super::*;
use crate::report::contrast::{GREY, MARK, TEXT, contrast, lightness, over_white};
use crate::report::drawing::{Anchor, Mark, Text};
use crate::report::font;
use crate::report::hatch::hatch;
use crate::report::tests::sample;
use crate::report::theme::{BASELINE, Flow, GRID, TOTAL, TRACK, Theme, edge, shade};
use plotters::style::RGBColor;

/// Every figure of the sample: of its first park, and of all parks.
fn drawn(lang: Lang) -> Vec<Figure> {
    let report = sample();
    let mut figures =
        of_park(&Context { report: &report, park: &report.parks[0], lang, week: None }).expect("draws");
    figures.extend(of_all(&report, lang, None).expect("draws"));
    figures
}

fn both() -> impl Iterator<Item = Figure> {
    [Lang::En, Lang::Zh].into_iter().flat_map(drawn)
}

#[test]
fn every_maker_draws_the_sample() {
    let figures = drawn(Lang::En);
    assert_eq!(figures.len(), OF_PARK.len() + OF_ALL.len());
    let mut names: Vec<&str> = figures[..OF_PARK.len()].iter().map(|figure| figure.id.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), OF_PARK.len(), "names of one park's figures differ");
    for name in HEADLINE {
        assert!(figures[OF_PARK.len()..].iter().any(|figure| figure.id == name), "{name}");
    }
}

#[test]
fn every_figure_is_told_of_in_the_docs() {
    let page = include_str!("../../../docs/figures.md");
    for figure in drawn(Lang::En) {
        assert!(page.contains(&format!("`{}`", figure.id)), "{}", figure.id);
    }
}

/// A reader of XML as strict as a figure needs: balanced elements, quoted attributes that are named once,
/// known entities, one `id` each.
fn check_xml(text: &str) {
    let (mut open, mut ids) = (Vec::new(), std::collections::BTreeSet::new());
    let mut rest = text.trim_end();
    while let Some(start) = rest.find('<') {
        check_entities(&rest[..start]);
        let end = start + rest[start..].find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "elements nest");
            continue;
        }
        let (body, closed) = tag.strip_suffix('/').map_or((tag, false), |body| (body, true));
        let name = body.split(' ').next().expect("a name");
        let mut attributes = body[name.len()..].trim_start();
        let mut seen = Vec::new();
        while !attributes.is_empty() {
            let (key, after) = attributes.split_once("=\"").expect("a quoted attribute");
            let (value, after) = after.split_once('"').expect("the quote ends");
            assert!(!seen.contains(&key), "{name} names {key} twice");
            assert!(!value.contains('<'), "{value}");
            check_entities(value);
            assert!(key != "id" || ids.insert(value), "{value} is used once");
            seen.push(key);
            attributes = after.trim_start();
        }
        if !closed {
            open.push(name);
        }
        assert!(!open.is_empty() || rest.is_empty(), "one root");
    }
    assert!(open.is_empty() && rest.is_empty(), "{open:?} {rest}");
    for target in text.split("href=\"#").skip(1).chain(text.split("url(#").skip(1)) {
        let name = target.split(['"', ')']).next().expect("a name");
        assert!(ids.contains(name), "{name} is defined");
    }
}

fn check_entities(text: &str) {
    for part in text.split('&').skip(1) {
        let name = part.split(';').next().expect("a name");
        assert!(["amp", "lt", "gt", "quot", "#39"].contains(&name), "&{name};");
    }
}

#[test]
fn every_svg_is_well_formed_in_both_forms_and_themes() {
    for mut figure in both() {
        for theme in [Theme::Light, Theme::Print] {
            figure.drawing.theme = theme;
            let (text, outlined) = (figure.svg(), figure.drawing.outlined());
            check_xml(&text);
            check_xml(&outlined);
            for svg in [&text, &outlined] {
                let odd = ["NaN", "inf\"", "inf "].iter().any(|odd| svg.contains(odd));
                assert!(!odd, "{}", figure.id);
                assert!(svg.contains("role=\"img\" aria-label=\""));
            }
            assert!(text.contains("<text") && !outlined.contains("<text"));
            let hatched = text.contains("url(#hatch-");
            assert!(theme == Theme::Print || !hatched, "{}", figure.id);
            assert!(theme == Theme::Light || hatched || !text.contains("#E69F00"), "PV is hatched");
        }
    }
}

/// Where a text stands: left, top, right, bottom.
fn place(text: &Text) -> [f64; 4] {
    let width = font::width(&text.content, text.size);
    let back = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => width / 2.0,
        Anchor::End => width,
    };
    let (x, y) = (f64::from(text.at.0), f64::from(text.at.1));
    // From the baseline, letters and digits reach up by 0.75 em; little is below it.
    let (up, down) = (0.75 * text.size - text.drop, 0.1 * text.size + text.drop);
    if text.turned {
        return [x - up, y - width + back, x + down, y + back];
    }
    [x - back, y - up, x - back + width, y + down]
}

#[test]
fn labels_stay_on_the_sheet_and_do_not_meet() {
    for figure in both() {
        let (width, height) = figure.drawing.size;
        let texts: Vec<&Text> = figure
            .drawing
            .marks
            .iter()
            .filter_map(|mark| if let Mark::Text(text) = mark { Some(text) } else { None })
            .collect();
        for (i, text) in texts.iter().enumerate() {
            let a = place(text);
            let inside = a[0] >= 0.0 && a[1] >= 0.0 && a[2] <= f64::from(width) && a[3] <= f64::from(height);
            assert!(inside, "{}: `{}` at {a:?}", figure.id, text.content);
            for other in &texts[i + 1..] {
                let b = place(other);
                let meets = a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
                assert!(!meets, "{}: `{}` and `{}`", figure.id, text.content, other.content);
            }
        }
    }
}

#[test]
fn the_font_has_every_character_of_a_figure() {
    for figure in both() {
        let text: String = figure.drawing.characters().collect();
        assert_eq!(font::missing(&text), [], "{}", figure.id);
    }
}

/// The columns of a figure's data by name, empty cells as NaN.
fn columns(csv: &str) -> Vec<(String, Vec<f64>)> {
    let mut lines = csv.lines();
    let header = lines.next().expect("a header").split(',').map(str::to_owned);
    let mut columns: Vec<(String, Vec<f64>)> = header.map(|name| (name, Vec::new())).collect();
    for line in lines {
        let mut cells: Vec<&str> = line.split(',').collect();
        if let Some(quoted) = line.strip_prefix('"') {
            cells = vec![""];
            cells.extend(quoted.split_once("\",").expect("the quote ends").1.split(','));
        }
        for ((_, values), cell) in columns.iter_mut().zip(cells) {
            values.push(cell.parse().unwrap_or(f64::NAN));
        }
    }
    columns
}

/// The outlines of a path as points; only what figures use: `M`, `h`, `v`, `l`, `z`.
fn outlines(path: &str) -> Vec<Vec<(f64, f64)>> {
    let mut outlines: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut at = 0;
    let bytes = path.as_bytes();
    let mut command = b' ';
    let number = |at: &mut usize| -> f64 {
        while *at < bytes.len() && bytes[*at] == b' ' {
            *at += 1;
        }
        let start = *at;
        *at += 1;
        while *at < bytes.len() && (bytes[*at].is_ascii_digit() || bytes[*at] == b'.') {
            *at += 1;
        }
        path[start..*at].parse().expect("a number")
    };
    while at < bytes.len() {
        if bytes[at].is_ascii_alphabetic() {
            command = bytes[at];
            at += 1;
            if command == b'z' {
                continue;
            }
        }
        let (mut dx, mut dy) = (0.0, 0.0);
        match command {
            b'M' => {
                let start = (number(&mut at), number(&mut at));
                outlines.push(vec![start]);
                continue;
            }
            b'h' => dx = number(&mut at),
            b'v' => dy = number(&mut at),
            b'l' => (dx, dy) = (number(&mut at), number(&mut at)),
            other => panic!("`{}` in {path}", other as char),
        }
        let outline = outlines.last_mut().expect("a start");
        let (x, y) = *outline.last().expect("a point");
        outline.push((x + dx, y + dy));
    }
    outlines
}

/// Numbers of an attribute of the root.
fn numbers(svg: &str, name: &str) -> Option<Vec<f64>> {
    let after = svg.split_once(&format!(" {name}=\""))?.1;
    Some(after.split('"').next()?.split(' ').map(|part| part.parse().expect("a number")).collect())
}

/// Highest and lowest point of an outline above a place.
fn extent(outline: &[(f64, f64)], x: f64) -> Option<(f64, f64)> {
    let mut found: Option<(f64, f64)> = None;
    let closing = outline.last().copied().zip(outline.first().copied());
    let pairs = outline.windows(2).map(|pair| (pair[0], pair[1]));
    let area = outline.len() > 2 && outline[0].0 == outline[outline.len() - 1].0;
    for (a, b) in pairs.chain(closing.filter(|_| area)) {
        let (left, right) = if a.0 <= b.0 { (a, b) } else { (b, a) };
        if left.0 <= x && x <= right.0 && right.0 > left.0 {
            let y = left.1 + (right.1 - left.1) * (x - left.0) / (right.0 - left.0);
            found = Some(found.map_or((y, y), |(low, high)| (low.min(y), high.max(y))));
        }
    }
    found
}

/// Reads every marked series of every chart back from the SVG and compares it with the CSV beside it. A
/// pixel is the resolution: what is drawn may differ by one at each end of a bar, or of a step.
#[test]
fn figures_show_the_numbers_of_their_data() {
    let mut compared = 0;
    for figure in both() {
        let svg = figure.svg();
        let (Some(plot), Some(y)) = (numbers(&svg, "data-plot"), numbers(&svg, "data-y")) else { continue };
        let per_pixel = (y[1] - y[0]) / (plot[3] - plot[1]);
        let data = columns(&figure.csv);
        let rows = data[0].1.len();
        let mut found = 0;
        for group in svg.split("<g data-series=\"").skip(1) {
            let name = group.split('"').next().expect("a name");
            let group = group.split("</g>").next().expect("an end");
            let (_, values) = data.iter().find(|(column, _)| column == name).expect("a column of the data");
            let path =
                group.split(" d=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            let shapes = outlines(path);
            let bars = shapes.iter().all(|shape| shape.len() == 4) && group.contains("<path fill=\"#");
            if bars && figure.id != "load-duration" {
                // Bars in the order of the rows; a row of nothing, or of the other sign, has none.
                let heights: Vec<f64> =
                    shapes.iter().map(|bar| (bar[2].1 - bar[0].1).abs() * per_pixel).collect();
                let mut next = 0;
                for value in values.iter().filter(|value| value.abs() > 1.5 * per_pixel) {
                    let at = heights[next..]
                        .iter()
                        .position(|height| (height - value.abs()).abs() <= 1.1 * per_pixel);
                    // A total of a waterfall may be taller than its neighbour's change: order is kept.
                    let Some(skipped) = at else { continue };
                    next += skipped + 1;
                    found += 1;
                }
                let bars = heights.iter().filter(|height| **height > 1.5 * per_pixel).count();
                assert!(next >= bars, "{} {name}: {heights:?} shows {values:?}", figure.id);
            } else {
                let width = plot[2] - plot[0];
                for (row, value) in values.iter().enumerate().filter(|(_, value)| value.is_finite()) {
                    let share = match figure.id.as_str() {
                        "load-duration" => row as f64 / (rows - 1) as f64,
                        _ => (row as f64 + 0.5) / rows as f64,
                    };
                    let x = plot[0] + share * width;
                    let Some((top, bottom)) = extent(&shapes[0], x) else { continue };
                    let shown = if group.contains("fill=\"none\"") {
                        y[0] + (plot[3] - 0.5 * (top + bottom)) * per_pixel
                    } else {
                        (bottom - top) * per_pixel
                    };
                    // On a steep curve a pixel along is many pixels up: up to its neighbours.
                    let near = match figure.id.as_str() {
                        "load-duration" => &values[row.saturating_sub(1)..(row + 2).min(rows)],
                        _ => &values[row..=row],
                    };
                    let (low, high) =
                        near.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
                    let slack = 1.6 * per_pixel;
                    assert!(
                        (low - slack..=high + slack).contains(&shown),
                        "{} {name} row {row}: {shown} instead of {value}",
                        figure.id
                    );
                    found += 1;
                }
            }
        }
        assert!(found > 0, "{} shows none of its data", figure.id);
        compared += found;
    }
    assert!(compared > 2000, "{compared} values compared");
}

/// 30 December: no whole week is left, so the last seven days are shown; and any other week as asked for.
#[test]
fn the_week_asked_for_is_shown_and_the_last_one_ends_with_the_year() {
    let report = sample();
    let week = |day| {
        let context = Context { report: &report, park: &report.parks[1], lang: Lang::En, week: Some(day) };
        let figure = year::dispatch_week(&context).expect("draws").expect("has a series");
        let rows: Vec<String> = figure.csv.lines().map(str::to_owned).collect();
        assert_eq!(rows.len(), 1 + 168);
        (figure.drawing.alt, rows[1][..10].to_owned(), rows[168][..10].to_owned())
    };
    let (alt, first, last) = week(363);
    assert!(alt.starts_with("Second park: dispatch from 25 Dec to 31 Dec 2025"), "{alt}");
    assert_eq!((first.as_str(), last.as_str()), ("2025-12-25", "2025-12-31"));
    let (_, first, last) = week(194);
    assert_eq!((first.as_str(), last.as_str()), ("2025-07-14", "2025-07-20"));
}

/// A picture is read back pixel by pixel: the darkest hour of the map is that of the highest value.
#[test]
fn a_heat_map_shows_each_hour_in_its_place() {
    let report = sample();
    let context = Context { report: &report, park: &report.parks[0], lang: Lang::En, week: None };
    let figure = maps::pv(&context).expect("draws").expect("has PV");
    let picture = figure.drawing.marks.iter().find_map(|mark| match mark {
        Mark::Picture(picture) if picture.columns == 365 => Some(picture),
        _ => None,
    });
    let picture = picture.expect("a map");
    let data = columns(&figure.csv);
    let highest = data[1..].iter().flat_map(|(_, values)| values.iter().copied()).fold(0.0, f64::max);
    for (hour, (_, values)) in data[1..].iter().enumerate() {
        for (day, value) in values.iter().enumerate() {
            let place = f64::from(picture.places[(23 - hour) * 365 + day]) / 252.0;
            assert!((place - value / highest).abs() < 0.012, "day {day} hour {hour}");
        }
    }
}

#[test]
fn a_png_prints_on_a4_at_300_dpi_in_the_colours_of_the_figure() {
    let figure = drawn(Lang::Zh).into_iter().find(|figure| figure.id == "waterfall-money").expect("drawn");
    let png = figure.drawing.png(2480).expect("encodes");
    assert!(png.len() < 150_000, "{} bytes", png.len());
    let mut decoder = png::Decoder::new(std::io::Cursor::new(&png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG");
    let density = reader.info().pixel_dims.expect("a density");
    assert!((f64::from(density.xppu) * 0.0254 - 300.0).abs() < 0.5);
    let mut pixels = vec![0; reader.output_buffer_size()];
    let info = reader.next_frame(&mut pixels).expect("pixels");
    assert_eq!((info.width, info.height), (2480, 1263));
    let scale = 2480.0 / 1100.0;
    let at = |x: f64, y: f64| {
        let start = ((y * scale) as usize * 2480 + (x * scale) as usize) * 3;
        [pixels[start], pixels[start + 1], pixels[start + 2]]
    };
    for mark in &figure.drawing.marks {
        if let Mark::Box([x0, y0, x1, y1], paint) = mark
            && y1 - y0 > 8
            && *x0 > 0
        {
            let (r, g, b) = (paint.colour.0, paint.colour.1, paint.colour.2);
            assert_eq!(at(f64::from(x0 + x1) / 2.0, f64::from(y0 + y1) / 2.0), [r, g, b]);
        }
    }
    // The title is written, in the ink of text.
    let dark = (12..40)
        .flat_map(|y| (18..200).map(move |x| (x, y)))
        .filter(|(x, y)| at(f64::from(*x), f64::from(*y))[0] < 90);
    assert!(dark.count() > 300);
}

/// The colour on which a mark stands at a point: that of the topmost area below it.
fn ground(marks: &[Mark], (x, y): (f64, f64)) -> RGBColor {
    let inside = |points: &[(i32, i32)]| {
        let edges = points.iter().zip(points.iter().cycle().skip(1));
        let crossed = edges.filter(|(a, b)| {
            let (ax, ay, bx, by) = (f64::from(a.0), f64::from(a.1), f64::from(b.0), f64::from(b.1));
            (ay > y) != (by > y) && x < ax + (bx - ax) * (y - ay) / (by - ay)
        });
        crossed.count() % 2 == 1
    };
    let below = marks.iter().rev().find_map(|mark| match mark {
        Mark::Box([x0, y0, x1, y1], paint) => {
            let corners = [(*x0, *y0), (*x1, *y0), (*x1, *y1), (*x0, *y1)];
            inside(&corners).then(|| over_white(paint.colour, paint.opacity))
        }
        Mark::Area(points, paint) => inside(points).then(|| over_white(paint.colour, paint.opacity)),
        _ => None,
    });
    below.unwrap_or(RGBColor(255, 255, 255))
}

/// WCAG: text has a contrast of 4.5 with what it stands on; an area of 3 with the paper, by itself or by its
/// edge; a line or a dot of 3. Grid lines and the grounds of gauges carry nothing that is not said otherwise.
#[test]
fn text_and_marks_of_every_figure_stand_out() {
    let paper = RGBColor(255, 255, 255);
    let mut counts = [0; 3];
    for figure in both() {
        for theme in [Theme::Light, Theme::Print] {
            for (place, mark) in figure.drawing.marks.iter().enumerate() {
                let (kind, found, least) = match mark {
                    Mark::Text(text) => {
                        let [x0, y0, x1, y1] = self::place(text);
                        let ground =
                            ground(&figure.drawing.marks[..place], ((x0 + x1) / 2.0, (y0 + y1) / 2.0));
                        (0, contrast(theme.shows(text.paint.colour), ground), TEXT)
                    }
                    Mark::Box(_, paint) | Mark::Area(_, paint) => {
                        let alone = contrast(over_white(paint.colour, paint.opacity), paper);
                        let edge = edge(theme, paint.colour, paint.opacity);
                        let is_ground = paint.colour == paper || TRACK.contains(&paint.colour);
                        let edge =
                            edge.map_or(if is_ground { 21.0 } else { 1.0 }, |edge| contrast(edge, paper));
                        (1, alone.max(edge), MARK)
                    }
                    Mark::Line(_, paint, _) | Mark::Dot(_, _, paint) if paint.colour != GRID => {
                        (2, contrast(theme.shows(paint.colour), paper), MARK)
                    }
                    _ => continue,
                };
                counts[kind] += 1;
                assert!(found >= least, "{} {theme:?}: {found:.2} of {mark:?}", figure.id);
            }
        }
    }
    assert!(counts.iter().all(|count| *count > 200), "{counts:?}");
}

/// In grey, two areas of a figure differ in their hatch or by 12 of L*: a plain grey of 140 beside one of 170.
#[test]
fn areas_of_a_figure_are_told_apart_in_grey_print() {
    let flows = |list: &[(&str, &str, Flow)]| list.iter().map(|flow| flow.2.colour()).collect::<Vec<_>>();
    let mut sets: Vec<(String, Vec<RGBColor>)> = vec![
        ("supply".to_owned(), flows(&energy::SUPPLY)),
        ("use".to_owned(), flows(&energy::USE)),
        ("parts of the bill".to_owned(), bill::PARTS.iter().map(|part| part.1).collect()),
        ("bands".to_owned(), bill::BANDS.to_vec()),
        ("cases".to_owned(), vec![BASELINE, TOTAL]),
    ];
    for flow in [Flow::Discharge, Flow::Charging] {
        sets.push((format!("{flow:?}"), (0..5).map(|place| shade(flow, place)).collect()));
    }
    for figure in both() {
        sets.push((figure.id, figure.drawing.legend.iter().map(|entry| entry.1).collect()));
    }
    let mut pairs = 0;
    for (name, colours) in sets {
        for (place, a) in colours.iter().enumerate() {
            for b in colours[place + 1..].iter().filter(|b| *b != a) {
                let hatches = [a, b].map(|colour| hatch(Theme::Print, *colour).map(|hatch| hatch.lines));
                let apart = (lightness(*a) - lightness(*b)).abs();
                assert!(hatches[0] != hatches[1] || apart >= GREY, "{name}: {a:?} and {b:?}, {apart:.1}");
                pairs += 1;
            }
        }
    }
    assert!(pairs > 150, "{pairs} pairs");
}
