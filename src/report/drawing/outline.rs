//! Outlines as short text: paths of the sheet and glyphs of the font.

use ab_glyph::{OutlineCurve, Point, point};
use std::fmt::Write as _;

/// Points without those that lie between their neighbours on one straight line.
pub fn straightened(points: impl IntoIterator<Item = (i32, i32)>) -> Vec<(i32, i32)> {
    let mut kept: Vec<(i32, i32)> = Vec::new();
    for point in points {
        if kept.last() == Some(&point) {
            continue;
        }
        if let [.., before, last] = kept[..] {
            let (first, second) =
                ((last.0 - before.0, last.1 - before.1), (point.0 - last.0, point.1 - last.1));
            let cross = i64::from(first.0) * i64::from(second.1) - i64::from(first.1) * i64::from(second.0);
            let along = i64::from(first.0) * i64::from(second.0) + i64::from(first.1) * i64::from(second.1);
            if cross == 0 && along > 0 {
                kept.pop();
            }
        }
        kept.push(point);
    }
    kept
}

/// Writes numbers of a path one after another, with as few characters as they need.
#[derive(Default)]
pub struct Pen {
    /// The path so far.
    pub text: String,
    command: char,
}

impl Pen {
    fn command(&mut self, command: char) {
        if self.command != command {
            self.text.push(command);
            self.command = command;
        }
    }

    fn number(&mut self, value: i32) {
        if value >= 0 && self.text.ends_with(|c: char| c.is_ascii_digit()) {
            self.text.push(' ');
        }
        let _ = write!(self.text, "{value}");
    }

    /// Starts at a point.
    pub fn start(&mut self, (x, y): (i32, i32)) {
        self.command = ' ';
        self.command('M');
        self.number(x);
        self.number(y);
    }

    /// Goes straight by a step.
    pub fn step(&mut self, (dx, dy): (i32, i32)) {
        match (dx, dy) {
            (0, 0) => {}
            (dx, 0) => {
                self.command('h');
                self.number(dx);
            }
            (0, dy) => {
                self.command('v');
                self.number(dy);
            }
            (dx, dy) => {
                self.command('l');
                self.number(dx);
                self.number(dy);
            }
        }
    }

    /// Goes along a Bézier curve by steps from where it starts.
    pub fn curve(&mut self, command: char, steps: &[(i32, i32)]) {
        self.command(command);
        for (dx, dy) in steps {
            self.number(*dx);
            self.number(*dy);
        }
    }

    /// Closes the outline.
    pub fn close(&mut self) {
        self.command = 'z';
        self.text.push('z');
    }

    /// Goes along points.
    pub fn polyline(&mut self, points: &[(i32, i32)]) {
        let Some(first) = points.first() else { return };
        self.start(*first);
        for pair in points.windows(2) {
            self.step((pair[1].0 - pair[0].0, pair[1].1 - pair[0].1));
        }
    }
}

/// A glyph's outline on a grid of `grid` units to the em, y upwards.
pub fn glyph(outline: &[OutlineCurve], grid: f32) -> String {
    let place = |p: Point| ((p.x * grid).round() as i32, (p.y * grid).round() as i32);
    let mut pen = Pen::default();
    let mut at: Option<Point> = None;
    for curve in outline {
        let (from, to) = match curve {
            OutlineCurve::Line(a, b) => (*a, *b),
            OutlineCurve::Quad(a, _, b) => (*a, *b),
            OutlineCurve::Cubic(a, _, _, b) => (*a, *b),
        };
        if at != Some(from) {
            if at.is_some() {
                pen.close();
            }
            pen.start(place(from));
        }
        let (x, y) = place(from);
        let by = |p: Point| {
            let (px, py) = place(p);
            (px - x, py - y)
        };
        // A curve that bends by less than half a unit is a line.
        let flat = |p: Point| {
            let (dx, dy) = ((to.x - from.x) * grid, (to.y - from.y) * grid);
            let (px, py) = ((p.x - from.x) * grid, (p.y - from.y) * grid);
            let length = dx.hypot(dy);
            if length < 0.5 { px.hypot(py) < 0.5 } else { (px * dy - py * dx).abs() / length < 0.5 }
        };
        match curve {
            OutlineCurve::Quad(_, c, b) if !flat(*c) => pen.curve('q', &[by(*c), by(*b)]),
            OutlineCurve::Cubic(a, c, d, b) if !(flat(*c) && flat(*d)) => {
                match quadratic([*a, *c, *d, *b], grid) {
                    Some(middle) => pen.curve('q', &[by(middle), by(*b)]),
                    None => pen.curve('c', &[by(*c), by(*d), by(*b)]),
                }
            }
            _ => pen.step(by(to)),
        }
        at = Some(to);
    }
    if at.is_some() {
        pen.close();
    }
    pen.text
}

/// The middle of the quadratic curve that a cubic one is to half a unit of the grid; none where it is not.
///
/// The two differ by at most √3/36 of the cubic's third difference.
fn quadratic([a, c, d, b]: [Point; 4], grid: f32) -> Option<Point> {
    let third = |a: f32, c: f32, d: f32, b: f32| b - 3.0 * d + 3.0 * c - a;
    let off = third(a.x, c.x, d.x, b.x).hypot(third(a.y, c.y, d.y, b.y)) * 3f32.sqrt() / 36.0 * grid;
    let middle = |a: f32, c: f32, d: f32, b: f32| (3.0 * (c + d) - a - b) / 4.0;
    (off < 0.5).then(|| point(middle(a.x, c.x, d.x, b.x), middle(a.y, c.y, d.y, b.y)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_on_a_straight_line_are_dropped_but_not_those_where_it_turns() {
        let points = [(0, 0), (5, 0), (5, 0), (9, 0), (9, 4), (9, 8), (9, 2)];
        assert_eq!(straightened(points), [(0, 0), (9, 0), (9, 8), (9, 2)]);
    }

    #[test]
    fn a_path_says_no_more_than_it_must() {
        let mut pen = Pen::default();
        pen.polyline(&[(10, 20), (16, 20), (16, 17), (18, 19), (21, 15)]);
        pen.close();
        assert_eq!(pen.text, "M10 20h6v-3l2 2 3-4z");
    }

    /// A quadratic curve written as a cubic one comes back; a bend of the other kind does not.
    #[test]
    fn cubic_curves_that_are_quadratic_are_written_as_such() {
        let [a, m, b] = [point(0.0, 0.0), point(0.3, 0.6), point(0.6, 0.0)];
        let third =
            |from: Point| point(from.x + (m.x - from.x) * 2.0 / 3.0, from.y + (m.y - from.y) * 2.0 / 3.0);
        let found = quadratic([a, third(a), third(b), b], 100.0).expect("is quadratic");
        assert!((found.x - m.x).abs() < 1e-6 && (found.y - m.y).abs() < 1e-6);
        assert!(quadratic([a, point(0.0, 0.6), point(0.6, -0.6), b], 100.0).is_none());
    }
}
