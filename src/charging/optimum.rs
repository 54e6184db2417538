//! Optimal schedules of known sessions: what no strategy without foresight can beat.
//!
//! A [`Window`] may charge at most `power_kw` in steps `first..end` and takes exactly its energy;
//! what the window cannot hold is a shortfall ([`Window::shortfall_kwh`]). Powers are at the bus.

/// A session on the grid of steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// First step it is plugged in.
    pub first: usize,
    /// One past the last.
    pub end: usize,
    /// Energy wanted at the bus, kWh.
    pub energy_kwh: f64,
    /// Highest power at the bus, kW.
    pub power_kw: f64,
}

impl Window {
    /// What it can take at the bus, kWh.
    pub fn feasible_kwh(&self, step_h: f64) -> f64 {
        self.energy_kwh.min(self.power_kw * step_h * (self.end.saturating_sub(self.first)) as f64)
    }

    /// What its stay cannot hold, kWh at the bus.
    pub fn shortfall_kwh(&self, step_h: f64) -> f64 {
        self.energy_kwh - self.feasible_kwh(step_h)
    }

    /// Fills the steps in the given order, each as far as it goes; calls `put(step, kw)`.
    fn fill(&self, step_h: f64, order: impl Iterator<Item = usize>, mut put: impl FnMut(usize, f64)) {
        let mut rest_kwh = self.feasible_kwh(step_h);
        for step in order {
            let kw = self.power_kw.min(rest_kwh / step_h);
            if kw <= 0.0 {
                break;
            }
            put(step, kw);
            rest_kwh -= kw * step_h;
        }
    }
}

/// Full power from arrival until filled, the last step in part: profile of the sum, kW.
pub fn uncontrolled(windows: &[Window], steps: usize, step_h: f64) -> Vec<f64> {
    let mut profile_kw = vec![0.0; steps];
    for window in windows {
        window.fill(step_h, window.first..window.end, |step, kw| profile_kw[step] += kw);
    }
    profile_kw
}

/// Lowest cost at a price per step: sessions do not compete, so each takes its own cheapest steps,
/// the earlier of equal ones first. Profile of the sum, kW.
pub fn cheapest(windows: &[Window], price_per_kwh: &[f64], step_h: f64) -> Vec<f64> {
    let mut profile_kw = vec![0.0; price_per_kwh.len()];
    for window in windows {
        let mut order: Vec<usize> = (window.first..window.end).collect();
        order.sort_by(|&a, &b| price_per_kwh[a].total_cmp(&price_per_kwh[b]));
        window.fill(step_h, order.into_iter(), |step, kw| profile_kw[step] += kw);
    }
    profile_kw
}

/// Sweeps after which [`valley_filling`] gives up improving.
const SWEEPS: usize = 20_000;

/// The profile of the sum that minimises the sum of squares of base and charging, kW; it is unique.
///
/// Each session in turn fills the valley that all others leave (water-filling, exact), until nothing
/// moves: block-coordinate descent on a convex quadratic. The reachable sums form the base polytope of a
/// submodular function, so the least-squares point is also the least majorised one: no schedule has a
/// lower highest step (Veinott 1971, *Least d-majorized network flows*, Management Science 17).
/// Hence the lowest peak of base and charging is its maximum, and with no base that of charging alone.
pub fn valley_filling(windows: &[Window], base_kw: &[f64], step_h: f64) -> Vec<f64> {
    let mut total_kw = base_kw.to_vec();
    let mut plans: Vec<Vec<f64>> =
        windows.iter().map(|window| vec![0.0; window.end.saturating_sub(window.first)]).collect();
    let mut edges = Vec::new();
    for _ in 0..SWEEPS {
        let mut moved_kw: f64 = 0.0;
        for (window, plan) in windows.iter().zip(&mut plans) {
            let span = &mut total_kw[window.first..window.end];
            for (total, own) in span.iter_mut().zip(plan.iter()) {
                *total -= own;
            }
            let level_kw =
                water_level(span, window.power_kw, window.feasible_kwh(step_h) / step_h, &mut edges);
            for (total, own) in span.iter_mut().zip(plan.iter_mut()) {
                let kw = (level_kw - *total).clamp(0.0, window.power_kw);
                moved_kw = moved_kw.max((kw - *own).abs());
                *own = kw;
                *total += kw;
            }
        }
        if moved_kw < 1e-9 {
            break;
        }
    }
    let mut profile_kw = vec![0.0; base_kw.len()];
    for (window, plan) in windows.iter().zip(&plans) {
        for (sum, kw) in profile_kw[window.first..window.end].iter_mut().zip(plan) {
            *sum += kw;
        }
    }
    profile_kw
}

/// The level at which filling `ground` with at most `power_kw` a step takes `amount_kw` in all.
fn water_level(ground: &[f64], power_kw: f64, amount_kw: f64, edges: &mut Vec<(f64, f64)>) -> f64 {
    edges.clear();
    for &height in ground {
        edges.push((height, 1.0));
        edges.push((height + power_kw, -1.0));
    }
    edges.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some(&(mut level_kw, _)) = edges.first() else { return 0.0 };
    let (mut filled_kw, mut open) = (0.0, 0.0);
    for &(height, change) in edges.iter() {
        let next_kw = filled_kw + open * (height - level_kw);
        if next_kw >= amount_kw && open > 0.0 {
            return level_kw + (amount_kw - filled_kw) / open;
        }
        (filled_kw, level_kw) = (next_kw, height);
        open += change;
    }
    level_kw
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 6 kWh at up to 3 kW into ground 0, 1, 5 (hours): level 3.5 would need 3.5 in the first
    /// step; capped at 3 there, the second takes 3 as well: level 4.
    #[test]
    fn a_single_session_fills_its_valley() {
        let window = Window { first: 0, end: 3, energy_kwh: 5.5, power_kw: 3.0 };
        assert_eq!(valley_filling(&[window], &[0.0, 1.0, 5.0], 1.0), [3.0, 2.5, 0.0]);
        let tight = Window { energy_kwh: 20.0, ..window };
        assert_eq!(valley_filling(&[tight], &[0.0, 1.0, 5.0], 1.0), [3.0, 3.0, 3.0]);
        assert_eq!(tight.shortfall_kwh(1.0), 11.0);
    }

    #[test]
    fn the_cheapest_steps_are_taken_first() {
        let window = Window { first: 0, end: 4, energy_kwh: 5.0, power_kw: 2.0 };
        assert_eq!(cheapest(&[window], &[0.5, 0.2, 0.9, 0.2], 1.0), [1.0, 2.0, 0.0, 2.0]);
        assert_eq!(uncontrolled(&[window], 4, 1.0), [2.0, 2.0, 1.0, 0.0]);
    }
}
