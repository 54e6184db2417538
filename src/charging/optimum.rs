//! Optimal schedules of known sessions: what no strategy without foresight can beat.
//!
//! A [`Window`] may charge at most `power_kw` in steps `first..end` and takes exactly its energy;
//! what the window cannot hold is a shortfall ([`Window::shortfall_kwh`]). Powers are at the bus.

use std::ops::Range;

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

    /// Fills stretches of steps in the given order, each step as far as it goes; calls `put(step, kw)`.
    #[inline]
    fn fill(
        &self,
        step_h: f64,
        stretches: impl IntoIterator<Item = Range<usize>>,
        mut put: impl FnMut(usize, f64),
    ) {
        let mut rest_kwh = self.feasible_kwh(step_h);
        let full_kwh = self.power_kw * step_h;
        // With more left than this a step is full, whatever the rounding: most need no division.
        let ample_kwh = full_kwh * (1.0 + 4.0 * f64::EPSILON);
        for stretch in stretches {
            for step in stretch {
                if rest_kwh > ample_kwh {
                    put(step, self.power_kw);
                    rest_kwh -= full_kwh;
                    continue;
                }
                let kw = self.power_kw.min(rest_kwh / step_h);
                if kw <= 0.0 {
                    return;
                }
                put(step, kw);
                rest_kwh -= kw * step_h;
            }
        }
    }
}

/// Full power from arrival until filled, the last step in part: profile of the sum, kW.
pub fn uncontrolled(windows: &[Window], steps: usize, step_h: f64) -> Vec<f64> {
    let mut profile_kw = vec![0.0; steps];
    for window in windows {
        window.fill(step_h, std::iter::once(window.first..window.end), |step, kw| profile_kw[step] += kw);
    }
    profile_kw
}

/// Lowest cost at a price per step: sessions do not compete, so each takes its own cheapest steps,
/// the earlier of equal ones first. Profile of the sum, kW.
pub fn cheapest(windows: impl IntoIterator<Item = Window>, price_per_kwh: &[f64], step_h: f64) -> Vec<f64> {
    let mut profile_kw = vec![0.0; price_per_kwh.len()];
    let mut runs = Runs::of(price_per_kwh);
    for window in windows {
        let stretches = runs.cheapest_first(window.first..window.end).iter();
        let stretches = stretches.map(|run| run.start.max(window.first)..run.end.min(window.end));
        window.fill(step_h, stretches, |step, kw| profile_kw[step] += kw);
    }
    profile_kw
}

/// Steps in a row at one price: prices hold for hours, so that a stay has few of them to sort.
struct Runs {
    /// Run of each step.
    of_step: Vec<u32>,
    /// First step of each run, and one past the last of all.
    start: Vec<usize>,
    /// Number of lower prices than that of each run.
    rank: Vec<u32>,
    /// By number of runs after the first: the first run of the last stay over so many, and their steps in order.
    /// Stays that begin about the same time mostly touch the same runs.
    last: Vec<(u32, Vec<Range<usize>>)>,
}

impl Runs {
    fn of(price: &[f64]) -> Self {
        let (mut of_step, mut start) = (Vec::with_capacity(price.len()), Vec::new());
        for (step, here) in price.iter().enumerate() {
            if step == 0 || price[step - 1].total_cmp(here).is_ne() {
                start.push(step);
            }
            of_step.push(start.len() as u32 - 1);
        }
        let mut prices: Vec<f64> = start.iter().map(|&step| price[step]).collect();
        prices.sort_unstable_by(f64::total_cmp);
        prices.dedup_by(|a, b| a.total_cmp(b).is_eq());
        let rank = start
            .iter()
            .map(|&step| prices.partition_point(|other| other.total_cmp(&price[step]).is_lt()) as u32);
        let rank = rank.collect();
        start.push(price.len());
        Self { of_step, start, rank, last: Vec::new() }
    }

    /// The steps of the runs that a range of steps touches, the cheapest run first, the earlier of equal ones first.
    fn cheapest_first(&mut self, steps: Range<usize>) -> &[Range<usize>] {
        if steps.is_empty() {
            return &[];
        }
        let (first, last) = (self.of_step[steps.start], self.of_step[steps.end - 1]);
        let more = (last - first) as usize;
        if self.last.len() <= more {
            self.last.resize(more + 1, (u32::MAX, Vec::new()));
        }
        let Self { start, rank, last: known, .. } = self;
        let (known_first, order) = &mut known[more];
        if *known_first != first {
            *known_first = first;
            let mut runs: Vec<usize> = (first as usize..=last as usize).collect();
            runs.sort_by_key(|&run| rank[run]);
            order.clear();
            order.extend(runs.into_iter().map(|run| start[run]..start[run + 1]));
        }
        order
    }
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
        assert_eq!(cheapest([window], &[0.5, 0.2, 0.9, 0.2], 1.0), [1.0, 2.0, 0.0, 2.0]);
        assert_eq!(uncontrolled(&[window], 4, 1.0), [2.0, 2.0, 1.0, 0.0]);
    }

    /// Sorting the steps of every window by themselves, and dividing at each, comes to the same bits: prices that
    /// come back, prices of one step, and energies that end on a step's edge or a rounding beside it.
    #[test]
    fn runs_of_equal_price_change_no_bit() {
        const STEPS: usize = 96;
        let mut bits = 1u64;
        let mut draw = |below: usize| {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (bits >> 33) as usize % below
        };
        for step_h in [1.0, 0.25, 1.0 / 12.0] {
            let mut price: Vec<f64> = Vec::new();
            while price.len() < STEPS {
                let (level, length) = ([0.3, 0.6, -0.1, 0.9][draw(4)], 1 + draw(8));
                price.resize((price.len() + length).min(STEPS), level);
            }
            let windows: Vec<Window> = (0..2000)
                .map(|_| {
                    let (first, power_kw) = (draw(STEPS), [7.0, 33.3, 110.0 / 0.95][draw(3)]);
                    let end = (first + draw(30)).min(STEPS);
                    let full_kwh = power_kw * step_h * draw(12) as f64;
                    let energy_kwh =
                        [full_kwh, full_kwh.next_up(), full_kwh.next_down(), draw(90) as f64][draw(4)];
                    Window { first, end, energy_kwh, power_kw }
                })
                .collect();
            let mut by_hand = vec![0.0; STEPS];
            for window in &windows {
                let mut order: Vec<usize> = (window.first..window.end).collect();
                order.sort_by(|&a, &b| price[a].total_cmp(&price[b]).then(a.cmp(&b)));
                let mut rest_kwh = window.energy_kwh.min(window.power_kw * step_h * order.len() as f64);
                for step in order {
                    let kw = window.power_kw.min(rest_kwh / step_h);
                    if kw <= 0.0 {
                        break;
                    }
                    by_hand[step] += kw;
                    rest_kwh -= kw * step_h;
                }
            }
            let found = cheapest(windows, &price, step_h);
            assert!(found.iter().zip(&by_hand).all(|(one, other)| one.to_bits() == other.to_bits()));
        }
    }
}
