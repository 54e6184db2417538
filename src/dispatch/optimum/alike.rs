//! The cheapest schedules of designs side by side, energy only.
//!
//! Designs of one park share prices and efficiencies and differ in what they draw and in the sizes of
//! their storage. Going back in time, every piece of a step finds its place in the merit order of what
//! comes later: from the energy at which its turn comes the step uses it, however much there is. These
//! thresholds are all a schedule needs. One walk serves all designs, for the values are theirs together.

use super::forward::power;
use super::merit_order::{MeritOrder, PIECES};
use super::model::{Reservoir, Site};
use super::node::{Rates, is_plain};
use super::steps::{plain_cost, plain_pieces};
use super::value_function::NOTHING_KWH;
use crate::dispatch::{LANES, Lanes, Num};

/// Designs side by side: what they share, and their storages.
#[derive(Debug, Clone, Copy)]
pub struct Alike<'a, N> {
    buy: &'a [f64],
    sell: &'a [f64],
    rates: Rates,
    retention_per_step: f64,
    final_value_per_kwh: f64,
    charge_limit_kw: N,
    discharge_limit_kw: N,
    energy_min_kwh: N,
    energy_max_kwh: N,
    energy_start_kwh: N,
    /// Range of energies at the end.
    end_kwh: (N, N),
}

impl<'a, N: Num> Alike<'a, N> {
    /// Designs of a site with storages of their own; `site` is that of any of them, its limits the
    /// tightest, its load and renewable power the highest of all. None where they are not alike, or
    /// where a step needs more than importing at its price and exporting at its price: a limit that can
    /// bind, demand charges, prices below nothing or of export above import.
    ///
    /// # Panics
    /// If there are fewer storages than designs side by side.
    pub fn of(site: &Site<'a>, stores: &[Reservoir]) -> Option<Self> {
        let first = &stores[0];
        let same = |get: fn(&Reservoir) -> f64| stores.iter().all(|store| get(store) == get(first));
        let value = |store: &Reservoir| store.final_value_per_kwh();
        let alike = same(|store| store.charge_efficiency)
            && same(|store| store.discharge_efficiency)
            && same(|store| store.retention_per_step)
            && same(|store| store.throughput_cost_per_kwh)
            && same(value);
        let wide = |get: &dyn Fn(&Reservoir) -> f64| N::from_fn(|lane| get(&stores[lane]));
        let most = |get: fn(&Reservoir) -> f64| stores.iter().map(get).fold(0.0, f64::max);
        let largest = Reservoir {
            charge_limit_kw: most(|store| store.charge_limit_kw),
            discharge_limit_kw: most(|store| store.discharge_limit_kw),
            ..*first
        };
        (alike && site.demand.is_empty() && site.is_convex() && is_plain(site, &largest)).then(|| Self {
            buy: site.import_price_per_kwh,
            sell: site.export_price_per_kwh,
            rates: Rates::of(first, site.step_hours),
            retention_per_step: first.retention_per_step,
            final_value_per_kwh: value(first),
            charge_limit_kw: wide(&|store| store.charge_limit_kw),
            discharge_limit_kw: wide(&|store| store.discharge_limit_kw),
            energy_min_kwh: wide(&|store| store.energy_min_kwh),
            energy_max_kwh: wide(&|store| store.energy_max_kwh),
            energy_start_kwh: wide(&|store| store.energy_start_kwh),
            end_kwh: (wide(&|store| store.final_range_kwh().0), wide(&|store| store.final_range_kwh().1)),
        })
    }

    /// Pieces of step `t` at a net power without storage.
    #[inline(always)]
    fn pieces(&self, t: usize, net_kw: N) -> [(f64, N); PIECES] {
        let prices = (self.buy[t], self.sell[t]);
        plain_pieces(&self.rates, prices, net_kw, (self.charge_limit_kw, self.discharge_limit_kw))
    }

    #[inline(always)]
    fn cost(&self, t: usize, net_kw: N, setpoint_kw: N) -> N {
        plain_cost(&self.rates, (self.buy[t], self.sell[t]), net_kw, setpoint_kw)
    }
}

/// Schedules of designs side by side; buffers are reused from plan to plan.
#[derive(Debug, Clone, Default)]
pub struct Schedules<N: Num> {
    /// AC power of the storage per step, kW: positive charges, negative discharges.
    pub setpoint_kw: Vec<N>,
    /// Cost of each schedule, money; a [`super::Terminal::Valued`] rest counts against it.
    pub objective: N,
    /// No schedule costs less, money.
    pub lower_bound: N,
    /// Mean over the steps of the value of one more kWh in the cells, money per kWh.
    pub mean_marginal_value_per_kwh: N,
    order: MeritOrder<N>,
    /// Energy kept from before the step at which the turn of each piece comes, from the last step on.
    turns_kwh: Vec<N>,
    /// Which pieces any design has, by step from the last on.
    pieces: Vec<u8>,
    energy_kwh: Vec<N>,
    ranges: Vec<(N, N)>,
}

impl<N: Num> Schedules<N> {
    /// The cheapest schedule of every design; false if one of them has none. `net_kw` is the load less
    /// the renewable power of a step.
    #[inline(always)]
    fn plan_each(&mut self, site: &Alike<'_, N>, net_kw: impl Fn(usize) -> N) -> bool {
        if !self.back(site, &net_kw) {
            return false;
        }
        self.follow(site, &net_kw);
        self.values(site, &net_kw);
        true
    }

    #[inline(always)]
    fn back(&mut self, site: &Alike<'_, N>, net_kw: &impl Fn(usize) -> N) -> bool {
        let steps = site.buy.len();
        let keep = site.retention_per_step;
        let per_keep = 1.0 / keep;
        let (mut low, high) = site.end_kwh;
        let nothing = N::splat(NOTHING_KWH);
        let top = site.charge_limit_kw * site.rates.charge_kwh_per_kw;
        let bottom = -(site.discharge_limit_kw * site.rates.discharge_kwh_per_kw);
        let (least, most) = (site.energy_min_kwh * keep, site.energy_max_kwh * keep);
        self.turns_kwh.clear();
        self.pieces.clear();
        self.order.clear();
        let mut impossible = low - high - nothing;
        let mut span = (high - low).positive();
        self.order.put(0, site.final_value_per_kwh, span);
        let mut cost = -(low * site.final_value_per_kwh);
        for t in (0..steps).rev() {
            let net = net_kw(t);
            let pieces = site.pieces(t, net);
            let reach = low - top;
            let from = reach.max(least);
            let to = (low + span - bottom).min(most);
            impossible = impossible.max(from - to - nothing);
            let mut any = 0u8;
            for (number, (value, kwh)) in pieces.into_iter().enumerate() {
                if kwh.any_positive() {
                    any |= 1 << number;
                    let at = self.order.put(number, value, kwh);
                    self.turns_kwh.push(reach + at);
                }
            }
            self.pieces.push(any);
            span = (to - from).positive();
            cost += site.cost(t, net, site.charge_limit_kw) - self.order.cut_low(from - reach);
            self.order.cut_high(span);
            self.order.before_rest(keep, per_keep);
            (low, span) = (from * per_keep, span * per_keep);
        }
        let start = site.energy_start_kwh;
        let near = N::splat(1e-7);
        impossible = impossible.max(low - start - near).max(start - low - span - near);
        self.lower_bound = cost - self.order.worth(start - low);
        !impossible.any_positive()
    }

    #[inline(always)]
    fn follow(&mut self, site: &Alike<'_, N>, net_kw: &impl Fn(usize) -> N) {
        self.setpoint_kw.clear();
        self.energy_kwh.clear();
        let keep = site.retention_per_step;
        let top = site.charge_limit_kw * site.rates.charge_kwh_per_kw;
        let mut energy = site.energy_start_kwh;
        let mut total = N::ZERO;
        let mut turns = self.turns_kwh.iter().rev();
        for (t, &any) in self.pieces.iter().rev().enumerate() {
            let net = net_kw(t);
            let kept = energy * keep;
            let mut put = top;
            for (number, (_, kwh)) in site.pieces(t, net).into_iter().enumerate().rev() {
                if any & (1 << number) != 0
                    && let Some(&from) = turns.next()
                {
                    put -= (kept - from).positive().min(kwh);
                }
            }
            let limits = (site.charge_limit_kw, site.discharge_limit_kw);
            let setpoint_kw = power(&site.rates, limits, put);
            energy = (kept + put).max(site.energy_min_kwh).min(site.energy_max_kwh);
            total += site.cost(t, net, setpoint_kw);
            self.setpoint_kw.push(setpoint_kw);
            self.energy_kwh.push(energy);
        }
        self.objective = total - energy * site.final_value_per_kwh;
        self.lower_bound = self.lower_bound.min(self.objective);
    }

    /// Values of stored energy along the schedules: what every step does says between which values they
    /// lie, and what comes later says it too, until the storage is empty or full.
    #[inline(always)]
    fn values(&mut self, site: &Alike<'_, N>, net_kw: &impl Fn(usize) -> N) {
        let steps = site.buy.len();
        let keep = site.retention_per_step;
        let near = site.energy_max_kwh * 1e-10;
        let (nowhere, anywhere) = (N::splat(f64::NEG_INFINITY), N::splat(f64::INFINITY));
        let (empty, full) = (site.energy_min_kwh + near, site.energy_max_kwh - near);
        self.ranges.clear();
        let value = N::splat(site.final_value_per_kwh);
        let last = self.energy_kwh.last().copied().unwrap_or(site.energy_start_kwh);
        // The end state binds where it leaves no choice.
        let (mut below, mut above) = (
            (last + near).select_gt(site.end_kwh.1, nowhere, value),
            (site.end_kwh.0 + near).select_gt(last, anywhere, value),
        );
        let mut turns = self.turns_kwh.iter();
        for (place, &any) in self.pieces.iter().enumerate() {
            let t = steps - 1 - place;
            let energy = self.energy_kwh[t];
            above = energy.select_gt(empty, above, anywhere);
            below = full.select_gt(energy, below, nowhere);
            let before = if t == 0 { site.energy_start_kwh } else { self.energy_kwh[t - 1] };
            let kept = before * keep;
            for (number, (value, kwh)) in site.pieces(t, net_kw(t)).into_iter().enumerate() {
                if any & (1 << number) != 0
                    && let Some(&from) = turns.next()
                {
                    let (used, value) = (kept - from, N::splat(value));
                    above = used.min(kwh).select_gt(near, above.min(value), above);
                    below = (kwh - used.positive()).select_gt(near, below.max(value), below);
                }
            }
            self.ranges.push((below, above));
            (below, above) = (below * keep, above * keep);
        }
        let per_keep = 1.0 / keep;
        let (mut price, mut sum) = (N::ZERO, N::ZERO);
        for &(below, above) in self.ranges.iter().rev() {
            // One coherent price: it moves only where the storage is empty or full.
            price = price.max(below).min(above);
            sum += price;
            price = price * per_keep;
        }
        self.mean_marginal_value_per_kwh = sum * (1.0 / steps as f64);
    }
}

impl Schedules<Lanes<LANES>> {
    /// The cheapest schedule of eight designs; false if one of them has none. `net_kw` is the load less
    /// the renewable power of a step.
    pub fn plan(&mut self, site: &Alike<'_, Lanes<LANES>>, net_kw: impl Fn(usize) -> Lanes<LANES>) -> bool {
        plan_lanes(self, site, net_kw)
    }
}

#[multiversion::multiversion(targets(
    "x86_64+avx512f+avx512dq+avx512vl+avx512bw+bmi2",
    "x86_64+avx2+bmi2",
    "aarch64+neon"
))]
fn plan_lanes<F: Fn(usize) -> Lanes<LANES>>(
    schedules: &mut Schedules<Lanes<LANES>>,
    site: &Alike<'_, Lanes<LANES>>,
    net_kw: F,
) -> bool {
    schedules.plan_each(site, net_kw)
}
