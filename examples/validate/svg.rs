//! One figure for a case: mean power by hour and by month, measured, zeropark and the peer.

use crate::stats::{Case, Errors, Peers};

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 320.0;
const COLOURS: [&str; 3] = ["#444444", "#0072B2", "#D55E00"];

pub fn draw(case: &Case, peers: &Peers) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n<text x=\"50\" y=\"20\" font-size=\"14\">{}</text>\n",
        case.title
    );
    for (at, colour) in
        ["measured", "zeropark", "peer"].iter().zip(COLOURS).enumerate().map(|(i, (n, c))| ((i, n), c))
    {
        let x = 520.0 + 110.0 * at.0 as f64;
        svg += &format!(
            "<line x1=\"{x}\" y1=\"16\" x2=\"{}\" y2=\"16\" stroke=\"{colour}\" stroke-width=\"3\"/><text x=\"{}\" y=\"20\">{}</text>\n",
            x + 20.0,
            x + 26.0,
            at.1
        );
    }
    svg += &panel(case, peers, "hour", 24, 50.0);
    svg += &panel(case, peers, "month", 12, 480.0);
    svg + "</svg>\n"
}

fn panel(case: &Case, peers: &Peers, group: &str, keys: usize, left: f64) -> String {
    let (width, top, bottom) = (340.0, 40.0, 275.0);
    let mut lines: [Vec<(usize, f64)>; 3] = Default::default();
    for key in 0..keys {
        let errors = Errors::of(
            case.rows.iter().filter(|row| key == if group == "hour" { row.hour } else { row.month }),
        );
        if errors.count == 0 {
            continue;
        }
        lines[0].push((key, errors.measured));
        lines[1].push((key, errors.modelled));
        if let Some(peer) = peers.get(&(case.id.to_owned(), group.to_owned(), key)) {
            lines[2].push((key, peer.modelled));
        }
    }
    let highest = lines.iter().flatten().map(|(_, value)| *value).fold(1e-9, f64::max) * 1.05;
    let x = |key: usize| left + width * (key as f64 + 0.5) / keys as f64;
    let y = |value: f64| bottom - (bottom - top) * value / highest;
    let mut svg = String::new();
    for tick in 0..=4 {
        let value = highest * f64::from(tick) / 4.0;
        svg += &format!(
            "<line x1=\"{left}\" y1=\"{0:.1}\" x2=\"{1}\" y2=\"{0:.1}\" stroke=\"#dddddd\"/><text x=\"{2}\" y=\"{3:.1}\" text-anchor=\"end\">{4}</text>\n",
            y(value),
            left + width,
            left - 4.0,
            y(value) + 4.0,
            short(value)
        );
    }
    for key in (0..keys).step_by(if keys == 24 { 3 } else { 1 }) {
        let label = if keys == 24 { key } else { key + 1 };
        svg += &format!("<text x=\"{:.1}\" y=\"290\" text-anchor=\"middle\">{label}</text>\n", x(key));
    }
    svg += &format!(
        "<text x=\"{:.1}\" y=\"310\" text-anchor=\"middle\">{group} (mean power, {})</text>\n",
        left + width / 2.0,
        case.unit
    );
    for (line, colour) in lines.iter().zip(COLOURS) {
        let points: Vec<String> =
            line.iter().map(|(key, value)| format!("{:.1},{:.1}", x(*key), y(*value))).collect();
        let dash = if colour == COLOURS[2] { " stroke-dasharray=\"5 4\"" } else { "" };
        svg += &format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/>\n",
            points.join(" ")
        );
    }
    svg
}

/// Three significant digits.
fn short(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}
