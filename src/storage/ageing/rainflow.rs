//! Rainflow counting of a series into cycles.
//!
//! Source: ASTM E1049-85 (2017), section 5.4.4, with the first and the last point taken as
//! reversals and the rest of the series counted as half cycles from its start.

/// One counted cycle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cycle {
    /// Difference of its extremes, ≥ 0.
    pub range: f64,
    /// Middle of its extremes.
    pub mean: f64,
    /// 1 for a closed cycle, 0.5 for a half cycle.
    pub count: f64,
    /// Index of its first extreme in the series.
    pub start: usize,
    /// Index of its second extreme, after `start`.
    pub end: usize,
    /// Index of the reversal that closed it; of a half cycle `end` itself.
    pub close: usize,
}

/// Room for counting, reused from series to series.
#[derive(Debug, Default, Clone)]
pub struct Counter {
    open: Vec<(usize, f64)>,
    first: usize,
}

impl Counter {
    /// Calls `found` with every cycle of a series; fewer than three points hold none.
    pub fn count(&mut self, series: impl IntoIterator<Item = f64>, mut found: impl FnMut(Cycle)) {
        self.open.clear();
        self.first = 0;
        let mut points = series.into_iter().enumerate();
        let (Some((_, start)), Some((_, second))) = (points.next(), points.next()) else { return };
        self.open.push((0, start));
        let (mut index, mut value, mut slope) = (1, second, second - start);
        let mut more = false;
        for (next_index, next) in points {
            more = true;
            let next_slope = next - value;
            if next_slope != 0.0 {
                if slope * next_slope < 0.0 {
                    self.reverse((index, value), &mut found);
                }
                slope = next_slope;
            }
            (index, value) = (next_index, next);
        }
        if more {
            self.reverse((index, value), &mut found);
        }
        for pair in self.open[self.first..].windows(2) {
            found(half(pair[0], pair[1]));
        }
    }

    /// Takes the next reversal and counts what it closes.
    fn reverse(&mut self, point: (usize, f64), found: &mut impl FnMut(Cycle)) {
        self.open.push(point);
        while let [.., a, b, c] = self.open[self.first..] {
            let (earlier, later) = ((b.1 - a.1).abs(), (c.1 - b.1).abs());
            if later < earlier {
                break;
            }
            if self.open.len() - self.first == 3 {
                found(half(a, b));
                self.first += 1;
            } else {
                found(Cycle { count: 1.0, close: c.0, ..half(a, b) });
                self.open.truncate(self.open.len() - 3);
                self.open.push(c);
            }
        }
    }
}

fn half(a: (usize, f64), b: (usize, f64)) -> Cycle {
    Cycle { range: (b.1 - a.1).abs(), mean: 0.5 * (a.1 + b.1), count: 0.5, start: a.0, end: b.0, close: b.0 }
}

/// Classes of depth that [`by_depth`] counts in.
pub const DEPTH_CLASSES: usize = 10;

/// Cycles by depth: ten classes of a tenth each, a depth on their border in the deeper one, full depth in
/// the last. Depths are shares; what is no deeper than 1 % is left out as noise of control and rest.
pub fn by_depth(shares: impl IntoIterator<Item = f64>) -> [f64; DEPTH_CLASSES] {
    let mut counts = [0.0; DEPTH_CLASSES];
    Counter::default().count(shares, |cycle| {
        if cycle.range > 0.01 {
            let class = (cycle.range * DEPTH_CLASSES as f64 + 1e-9) as usize;
            counts[class.min(DEPTH_CLASSES - 1)] += cycle.count;
        }
    });
    counts
}

/// All cycles of a series, in the order they are counted.
///
/// # Example
/// ```
/// use zeropark::storage::ageing::rainflow;
///
/// // ASTM E1049-85, figure 6: eight legs, one of them a closed cycle of range 4.
/// let cycles = rainflow(&[-2.0, 1.0, -3.0, 5.0, -1.0, 3.0, -4.0, 4.0, -2.0]);
/// let closed: Vec<f64> = cycles.iter().filter(|c| c.count == 1.0).map(|c| c.range).collect();
/// assert_eq!(closed, [4.0]);
/// ```
pub fn rainflow(series: &[f64]) -> Vec<Cycle> {
    let mut cycles = Vec::new();
    Counter::default().count(series.iter().copied(), |cycle| cycles.push(cycle));
    cycles
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The history of ASTM E1049-85 (2017), figure 6 and its table: -2, 1, -3, 5, -1, 3, -4, 4, -2 counts
    /// half cycles of ranges 3, 4, 8, 9, 8, 6 and one cycle of range 4. As shares of 10 they fall into
    /// classes 3 (0.5), 4 (0.5 + 1), 6 (0.5), 8 (0.5 + 0.5) and 9 (0.5).
    #[test]
    fn cycles_fall_into_classes_of_depth_as_the_standards_example_counts_them() {
        let history = [-2.0, 1.0, -3.0, 5.0, -1.0, 3.0, -4.0, 4.0, -2.0];
        let counts = by_depth(history.map(|value| value / 10.0));
        assert_eq!(counts, [0.0, 0.0, 0.0, 0.5, 1.5, 0.0, 0.5, 0.0, 1.0, 0.5]);
    }

    #[test]
    fn full_depth_is_counted_and_trembling_is_not() {
        assert_eq!(by_depth([0.0, 1.0, 0.0]), [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
        assert_eq!(by_depth([0.5, 0.505, 0.5, 0.505, 0.5]), [0.0; DEPTH_CLASSES]);
    }
}
