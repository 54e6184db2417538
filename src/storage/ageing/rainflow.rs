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

/// A point of a series, with what a caller keeps beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point<T> {
    index: usize,
    value: f64,
    beside: T,
}

/// Finds where a series turns. It rests in registers while nothing turns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turns<T> {
    last: Point<T>,
    slope: f64,
}

impl<T: Copy> Turns<T> {
    /// A series that starts with a value.
    pub(super) fn new(value: f64, beside: T) -> Self {
        Self { last: Point { index: 0, value, beside }, slope: 0.0 }
    }

    /// Takes the next value; the point before it, if the series turned there.
    #[inline(always)]
    pub(super) fn next(&mut self, value: f64, beside: T) -> Option<Point<T>> {
        let (last, slope) = (self.last, value - self.last.value);
        self.last = Point { index: last.index + 1, value, beside };
        let turns = self.slope * slope < 0.0;
        // A series that rests goes on with the slope it had.
        self.slope = if slope != 0.0 { slope } else { self.slope };
        turns.then_some(last)
    }
}

/// Counts the cycles between the points where a series turns; `T` is what stands beside each point.
#[derive(Debug, Clone)]
pub(super) struct Counter<T> {
    open: Vec<Point<T>>,
    first: usize,
}

impl<T: Copy> Counter<T> {
    /// For a series from its first point on.
    pub(super) fn new(turns: &Turns<T>) -> Self {
        Self { open: vec![turns.last], first: 0 }
    }

    /// Takes the next turn and calls `found` with every cycle that it closes, and with what stood beside its
    /// first extreme and beside the turn that closed it.
    pub(super) fn turn(&mut self, point: Point<T>, found: &mut impl FnMut(Cycle, [T; 2])) {
        self.open.push(point);
        while let [.., a, b, c] = self.open[self.first..] {
            let (earlier, later) = ((b.value - a.value).abs(), (c.value - b.value).abs());
            if later < earlier {
                break;
            }
            if self.open.len() - self.first == 3 {
                found(half(&a, &b), [a.beside, b.beside]);
                self.first += 1;
            } else {
                found(Cycle { count: 1.0, close: c.index, ..half(&a, &b) }, [a.beside, c.beside]);
                self.open.truncate(self.open.len() - 3);
                self.open.push(c);
            }
        }
    }

    /// Calls `found` with the cycles that the end of the series leaves; fewer than three points hold none.
    pub(super) fn finish(mut self, turns: &Turns<T>, found: &mut impl FnMut(Cycle, [T; 2])) {
        if turns.last.index > 1 {
            self.turn(turns.last, found);
        }
        for pair in self.open[self.first..].windows(2) {
            found(half(&pair[0], &pair[1]), [pair[0].beside, pair[1].beside]);
        }
    }
}

fn half<T>(a: &Point<T>, b: &Point<T>) -> Cycle {
    Cycle {
        range: (b.value - a.value).abs(),
        mean: 0.5 * (a.value + b.value),
        count: 0.5,
        start: a.index,
        end: b.index,
        close: b.index,
    }
}

/// Calls `found` with every cycle of a series.
fn count(series: impl IntoIterator<Item = f64>, mut found: impl FnMut(Cycle)) {
    let mut points = series.into_iter();
    let Some(start) = points.next() else { return };
    let mut turns = Turns::new(start, ());
    let mut counter = Counter::new(&turns);
    let mut found = |cycle, _: [(); 2]| found(cycle);
    for value in points {
        if let Some(point) = turns.next(value, ()) {
            counter.turn(point, &mut found);
        }
    }
    counter.finish(&turns, &mut found);
}

/// Classes of depth that [`by_depth`] counts in.
pub const DEPTH_CLASSES: usize = 10;

/// Cycles by depth: ten classes of a tenth each, a depth on their border in the deeper one, full depth in
/// the last. Depths are shares; what is no deeper than 1 % is left out as noise of control and rest.
pub fn by_depth(shares: impl IntoIterator<Item = f64>) -> [f64; DEPTH_CLASSES] {
    let mut counts = [0.0; DEPTH_CLASSES];
    count(shares, |cycle| into_class(&mut counts, &cycle));
    counts
}

/// Adds a cycle to the class of its depth.
pub(super) fn into_class(counts: &mut [f64; DEPTH_CLASSES], cycle: &Cycle) {
    if cycle.range > 0.01 {
        let class = (cycle.range * DEPTH_CLASSES as f64 + 1e-9) as usize;
        counts[class.min(DEPTH_CLASSES - 1)] += cycle.count;
    }
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
    count(series.iter().copied(), |cycle| cycles.push(cycle));
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
