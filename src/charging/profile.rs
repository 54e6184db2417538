//! Adding a stretch of constant power to a series of step averages.

use crate::dispatch::Num;

/// Adds `power_kw` from `from_h` to `to_h` (hours since the start) to step averages, kW.
/// What lies outside the series is dropped.
#[inline]
pub fn add_power(series_kw: &mut [f64], step_h: f64, from_h: f64, to_h: f64, power_kw: f64) {
    let from = Num::max(from_h / step_h, 0.0);
    let to = Num::min(to_h / step_h, series_kw.len() as f64);
    if to <= from {
        return;
    }
    let (first, last) = (from as usize, to as usize);
    if first == last {
        series_kw[first] += power_kw * (to - from);
        return;
    }
    series_kw[first] += power_kw * ((first + 1) as f64 - from);
    for step in &mut series_kw[first + 1..last] {
        *step += power_kw;
    }
    if last < series_kw.len() {
        series_kw[last] += power_kw * (to - last as f64);
    }
}

/// The same on two series of one length: what overlaps is found once.
///
/// # Panics
/// If the series differ in length.
#[inline]
pub fn add_power_to_both(
    (one_kw, other_kw): (&mut [f64], &mut [f64]),
    step_h: f64,
    from_h: f64,
    to_h: f64,
    power_kw: f64,
) {
    let count = one_kw.len();
    assert_eq!(other_kw.len(), count, "series of one year");
    let from = Num::max(from_h / step_h, 0.0);
    let to = Num::min(to_h / step_h, count as f64);
    if to <= from {
        return;
    }
    let (first, last) = (from as usize, to as usize);
    let mut add = |step: usize, share: f64| {
        one_kw[step] += power_kw * share;
        other_kw[step] += power_kw * share;
    };
    if first == last {
        add(first, to - from);
        return;
    }
    add(first, (first + 1) as f64 - from);
    for step in first + 1..last {
        add(step, 1.0);
    }
    if last < count {
        add(last, to - last as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 8 kW from 0:15 to 2:30 by hand: 0.75, 1 and 0.5 hours of the three steps.
    #[test]
    fn a_stretch_fills_its_steps_by_overlap() {
        let mut series = vec![0.0; 3];
        add_power(&mut series, 1.0, 0.25, 2.5, 8.0);
        assert_eq!(series, [6.0, 8.0, 4.0]);
        add_power(&mut series, 1.0, 2.5, 9.0, 8.0);
        assert_eq!(series, [6.0, 8.0, 8.0]);
        add_power(&mut series, 1.0, 0.0, 0.25, 8.0);
        assert_eq!(series, [8.0, 8.0, 8.0]);
        let (mut one, mut other) = (vec![0.0; 3], vec![1.0; 3]);
        add_power_to_both((&mut one, &mut other), 1.0, 0.25, 2.5, 8.0);
        add_power_to_both((&mut one, &mut other), 1.0, 2.5, 9.0, 8.0);
        add_power_to_both((&mut one, &mut other), 1.0, 0.0, 0.25, 8.0);
        assert_eq!((one, other), (vec![8.0; 3], vec![9.0; 3]));
    }
}
