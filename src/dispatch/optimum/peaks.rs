//! Demand charges where prices are not convex: branch and bound on the peaks of each block.
//!
//! Blocks (months, where demand is metered by month) share only the energy in store at their
//! borders, so the year is gone through backwards, and each block's cost becomes a function of the
//! energy it begins with. A box of the block's peaks is bounded from below for every such energy at
//! once: of a peak within `[low, high]` the price is `price × low` and, with any weights on the steps
//! that sum to at most the price, `weight × import above low` of every step; import above `high` costs
//! the price in full. The peaks at a box's corners, whose cost is exact, bound it from above and give
//! the weights. Boxes are halved where the two bounds differ most until they meet for every energy.

use super::evaluate::{Blocks, Weight, node_prices, spread};
use super::forward::finite_clamp;
use super::model::{DemandCharge, Site, UNMETERED};
use super::node::{Bus, MAX_CHARGES, Meter};
use super::nonconvex;
use super::physical::Curve;
use super::steps::{Capped, Physical, Steps};
use super::value_function::{Unreachable, ValueFunction};
use std::rc::Rc;

/// Boxes into which the peaks of a block are parted at most.
const MOST_BOXES: usize = 400;

/// What a search over peaks found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Peak of every period, kW.
    pub peaks_kw: Vec<f64>,
    /// No schedule costs less, money.
    pub bound: f64,
    /// Costs of a block solved.
    pub evaluations: usize,
}

/// A block of the year: its steps as a site of their own.
struct Block<'a> {
    site: Site<'a>,
    /// Numbers of the block's periods among all, each with its charge and period.
    periods: Vec<(usize, usize, usize)>,
}

/// Peaks whose cost is known.
struct Corner {
    peaks_kw: Vec<f64>,
    /// Cost of the block and all after it over the energy at its start, demand included.
    cost: Curve,
    /// What a kW more of peak saves in each step, and what a kW less costs.
    sides: [Side; 2],
}

/// The change of cost to one side of a corner.
#[derive(Default)]
struct Side {
    weights: Vec<Weight>,
    /// Their sums by the block's periods.
    sums: Vec<f64>,
}

/// A box of peaks with what no schedule within it can beat.
struct PeakBox {
    low: Rc<Corner>,
    high: Rc<Corner>,
    bound: Curve,
    /// Money per kW of the import above `low`, per demand charge and step.
    weights_per_kw: Rc<Vec<Vec<f64>>>,
    depth: usize,
    /// How far the bound lies below the cheapest corners at most, money, and at which energy.
    gap: f64,
    at_kwh: f64,
}

/// The search in one block.
struct Search<'s> {
    block: &'s Block<'s>,
    /// The block's steps with what comes after, without caps.
    bus: Bus<'s>,
    blocks: &'s Blocks,
    value: &'s mut ValueFunction,
    caps_kw: Vec<Vec<f64>>,
    floors_kw: Vec<Vec<f64>>,
    evaluations: usize,
}

/// Whether peaks can be branched on: a step holds a lower and an upper cap of every charge.
pub fn can_branch(site: &Site<'_>) -> bool {
    2 * site.demand.len() <= MAX_CHARGES
}

/// Peaks and a bound within `allowed` money of each other where the search came to its end.
///
/// # Errors
/// If limits cannot be met.
pub fn branch(
    bus: &Bus<'_>,
    blocks: &Blocks,
    value: &mut ValueFunction,
    start: &Start<'_>,
    allowed: f64,
) -> Result<Found, Unreachable> {
    let mut found = Found { bound: f64::NEG_INFINITY, ..Found::default() };
    let mut cost = f64::INFINITY;
    // Energies at the blocks' starts for which the bounds must meet: those of the schedules found, and
    // of every energy where these did not do.
    let mut energies_kwh: Vec<Vec<f64>> = start.energies_kwh.iter().map(|&kwh| vec![kwh]).collect();
    for last in [false, false, false, true] {
        if last {
            energies_kwh.iter_mut().skip(1).for_each(Vec::clear);
        }
        let pass = pass(bus, blocks, value, start, &energies_kwh, allowed)?;
        found.evaluations += pass.evaluations;
        found.bound = found.bound.max(pass.bound);
        if pass.cost < cost {
            (cost, found.peaks_kw) = (pass.cost, pass.peaks_kw);
        }
        if cost - found.bound <= 0.9 * allowed {
            break;
        }
        energies_kwh.iter_mut().zip(pass.energies_kwh).for_each(|(all, kwh)| all.push(kwh));
    }
    Ok(found)
}

/// What a search begins with.
pub struct Start<'a> {
    /// Peaks of every period that are good already, kW.
    pub peaks_kw: &'a [f64],
    /// Weights of a bound that is good for the whole year, per demand charge and step, money per kW.
    pub weights_per_kw: &'a [Vec<f64>],
    /// Energies in store at the start of each block that are good already, kWh.
    pub energies_kwh: &'a [f64],
    /// More than any import can be, kW.
    pub most_kw: f64,
}

/// What one pass through the blocks found.
struct Pass {
    peaks_kw: Vec<f64>,
    /// Cost of a schedule with these peaks at most, money.
    cost: f64,
    bound: f64,
    energies_kwh: Vec<f64>,
    evaluations: usize,
}

/// Backwards through the blocks with bounds that meet at given energies (everywhere where there are
/// none), then forwards along the cheapest peaks found.
fn pass(
    bus: &Bus<'_>,
    blocks: &Blocks,
    value: &mut ValueFunction,
    start: &Start<'_>,
    energies_kwh: &[Vec<f64>],
    allowed: f64,
) -> Result<Pass, Unreachable> {
    let share = 0.7 * allowed / blocks.count() as f64;
    let mut evaluations = 0;
    // The bound after each block, and each block's corners, from the last to the first.
    let mut after: Vec<Option<Curve>> = vec![None; blocks.count() + 1];
    let mut corners: Vec<Vec<Rc<Corner>>> = Vec::with_capacity(blocks.count());
    for number in (0..blocks.count()).rev() {
        let charges = slices(&bus.site, blocks, number);
        let block = Block::new(&bus.site, blocks, number, &charges);
        let mut search = Search::new(&block, bus, blocks, value, after[number + 1].as_ref());
        let (bound, known) = search.run(start, blocks.borders[number], &energies_kwh[number], share)?;
        evaluations += search.evaluations;
        after[number] = Some(bound);
        corners.push(known);
    }
    corners.reverse();
    let mut energy_kwh = bus.store.energy_start_kwh;
    let bound = after[0].as_ref().map_or(f64::NEG_INFINITY, |bound| bound.at(energy_kwh));
    let mut found = Pass {
        peaks_kw: vec![0.0; blocks.prices.len()],
        cost: 0.0,
        bound,
        energies_kwh: Vec::with_capacity(blocks.count()),
        evaluations,
    };
    for (number, corners) in corners.iter().enumerate() {
        let charges = slices(&bus.site, blocks, number);
        let block = Block::new(&bus.site, blocks, number, &charges);
        let mut search = Search::new(&block, bus, blocks, value, after[number + 1].as_ref());
        let best = corners.iter().min_by(|a, b| a.cost.at(energy_kwh).total_cmp(&b.cost.at(energy_kwh)));
        let Some(best) = best else { continue };
        for (&(period, ..), &kw) in block.periods.iter().zip(&best.peaks_kw) {
            found.peaks_kw[period] = kw;
        }
        found.energies_kwh.push(energy_kwh);
        found.cost += best.cost.at(energy_kwh);
        energy_kwh = search.corner(best.peaks_kw.clone(), energy_kwh)?.1;
        found.cost -= after[number + 1].as_ref().map_or(0.0, |after| after.at(energy_kwh));
    }
    Ok(found)
}

/// The demand charges of a block's steps.
fn slices<'a>(site: &Site<'a>, blocks: &Blocks, number: usize) -> Vec<DemandCharge<'a>> {
    let steps = blocks.borders[number]..blocks.borders[number + 1];
    let of = |charge: &DemandCharge<'a>| DemandCharge {
        price_per_kw: charge.price_per_kw,
        period_of_step: &charge.period_of_step[steps.clone()],
    };
    site.demand.iter().map(of).collect()
}

impl<'a> Block<'a> {
    fn new(site: &Site<'a>, blocks: &Blocks, number: usize, demand: &'a [DemandCharge<'a>]) -> Self {
        let steps = blocks.borders[number]..blocks.borders[number + 1];
        let mut periods: Vec<(usize, usize, usize)> = Vec::new();
        for (at, charge) in demand.iter().enumerate() {
            for &period in charge.period_of_step.iter().filter(|&&period| period != UNMETERED) {
                let all = blocks.first_period[at] + period as usize;
                if !periods.iter().any(|&(known, ..)| known == all) {
                    periods.push((all, at, period as usize));
                }
            }
        }
        let site = Site {
            load_kw: &site.load_kw[steps.clone()],
            available_kw: &site.available_kw[steps.clone()],
            import_price_per_kwh: &site.import_price_per_kwh[steps.clone()],
            export_price_per_kwh: &site.export_price_per_kwh[steps],
            demand,
            ..*site
        };
        Self { site, periods }
    }
}

impl<'s> Search<'s> {
    fn new(
        block: &'s Block<'s>,
        bus: &Bus<'_>,
        blocks: &'s Blocks,
        value: &'s mut ValueFunction,
        after: Option<&'s Curve>,
    ) -> Self {
        let zeros: Vec<Vec<f64>> =
            block.site.demand.iter().map(|charge| vec![0.0; charge.price_per_kw.len()]).collect();
        let bus = Bus { after, convex: false, ..Bus::new(block.site, bus.store) };
        Self { block, bus, blocks, value, caps_kw: zeros.clone(), floors_kw: zeros, evaluations: 0 }
    }

    /// Cost of the peaks alone, money.
    fn demand_cost(&self, peaks_kw: &[f64]) -> f64 {
        self.block.periods.iter().zip(peaks_kw).map(|(&(all, ..), kw)| self.blocks.prices[all] * kw).sum()
    }

    /// The cost of given peaks, and the energy at the block's end from `energy_kwh` on.
    fn corner(&mut self, peaks_kw: Vec<f64>, energy_kwh: f64) -> Result<(Corner, f64), Unreachable> {
        set(&mut self.caps_kw, self.block, &peaks_kw);
        let bus = Bus { caps_kw: &self.caps_kw, ..self.bus };
        self.evaluations += 1;
        self.value.solve_from_anywhere(&bus)?;
        let mut cost = self.value.start();
        cost.cost += self.demand_cost(&peaks_kw);
        let (weights, end_kwh) = if bus.is_capped() {
            weights(&bus, &Capped::new(&bus), self.value, self.blocks, energy_kwh)
        } else {
            weights(&bus, &Physical::new(&bus), self.value, self.blocks, energy_kwh)
        };
        let sides = weights.map(|weights| {
            let mut sums = vec![0.0; self.block.periods.len()];
            for &(_, period, weight) in &weights {
                let at = self.block.periods.iter().position(|&(all, ..)| all == period as usize);
                sums[at.unwrap_or(0)] += weight;
            }
            Side { weights, sums }
        });
        Ok((Corner { peaks_kw, cost, sides }, end_kwh))
    }

    /// The bound of a box with given weights.
    fn bound(
        &mut self,
        (low, high): (&Corner, &Corner),
        weights_per_kw: &[Vec<f64>],
    ) -> Result<Curve, Unreachable> {
        set(&mut self.floors_kw, self.block, &low.peaks_kw);
        set(&mut self.caps_kw, self.block, &high.peaks_kw);
        let bus = Bus { caps_kw: &self.caps_kw, floors_kw: &self.floors_kw, weights_per_kw, ..self.bus };
        self.evaluations += 1;
        self.value.solve_from_anywhere(&bus)?;
        let mut bound = self.value.start();
        bound.cost += self.demand_cost(&low.peaks_kw);
        Ok(bound)
    }

    /// The box between two corners, with weights mixed from theirs, or its parent's where these are
    /// better.
    fn part(&mut self, low: Rc<Corner>, high: Rc<Corner>, parent: &PeakBox) -> Result<PeakBox, Unreachable> {
        let mixed = self.mix(&low, &high);
        let bound = self.bound((&low, &high), &mixed)?;
        let weights_per_kw = Rc::new(mixed);
        let (depth, energy_kwh) = (parent.depth + 1, parent.at_kwh);
        let mut part = PeakBox { low, high, bound, weights_per_kw, depth, gap: 0.0, at_kwh: energy_kwh };
        if part.bound.at(energy_kwh) < parent.bound.at(energy_kwh) {
            let inherited = self.bound((&part.low, &part.high), &parent.weights_per_kw)?;
            if inherited.at(energy_kwh) > part.bound.at(energy_kwh) {
                (part.bound, part.weights_per_kw) = (inherited, Rc::clone(&parent.weights_per_kw));
            }
        }
        Ok(part)
    }

    /// Weights between those of two corners: their sums are the price where that lies between the
    /// sums, which is best if the cost is convex between the corners; else the nearer corner's.
    fn mix(&self, low: &Corner, high: &Corner) -> Vec<Vec<f64>> {
        let (low, high) = (&low.sides[0], &high.sides[1]);
        let steps = self.block.site.steps();
        let mut mixed = vec![vec![0.0; steps]; self.block.site.demand.len()];
        for (at, &(all, charge, _)) in self.block.periods.iter().enumerate() {
            let price = self.blocks.prices[all];
            let (below, above) = (low.sums[at], high.sums[at]);
            let of_low = if below >= above {
                if below > above { ((price - above) / (below - above)).clamp(0.0, 1.0) } else { 1.0 }
            } else {
                0.5
            };
            let sum = of_low * below + (1.0 - of_low) * above;
            let scale = if sum > price { price / sum } else { 1.0 };
            for (side, share) in [(low, of_low), (high, 1.0 - of_low)] {
                for &(t, _, weight) in side.weights.iter().filter(|weight| weight.1 as usize == all) {
                    mixed[charge][t as usize] += share * scale * weight;
                }
            }
        }
        mixed
    }

    /// The bound of the block over the energy at its start, good at given energies (or, without any,
    /// at all), and the corners found.
    fn run(
        &mut self,
        start: &Start<'_>,
        first_step: usize,
        energies_kwh: &[f64],
        allowed: f64,
    ) -> Result<(Curve, Vec<Rc<Corner>>), Unreachable> {
        let middle = 0.5 * (self.bus.store.energy_min_kwh + self.bus.store.energy_max_kwh);
        let middle = energies_kwh.first().copied().unwrap_or(middle);
        let count = self.block.periods.len();
        let steps = first_step..first_step + self.block.site.steps();
        let weights_per_kw: Vec<Vec<f64>> =
            start.weights_per_kw.iter().map(|weights| weights[steps.clone()].to_vec()).collect();
        let start_kw: Vec<f64> =
            self.block.periods.iter().map(|&(period, ..)| start.peaks_kw[period]).collect();
        let low = Rc::new(self.corner(vec![0.0; count], middle)?.0);
        let high = Rc::new(self.corner(vec![start.most_kw; count], middle)?.0);
        let mut corners = vec![Rc::clone(&low), Rc::clone(&high)];
        let mut upper = Curve::default();
        upper.lowest(&low.cost, &high.cost);
        let bound = self.bound((&low, &high), &weights_per_kw)?;
        let (gap, at_kwh) = upper.above_at(&bound, energies_kwh);
        let weights_per_kw = Rc::new(weights_per_kw);
        let mut open = vec![PeakBox { low, high, bound, weights_per_kw, depth: 0, gap, at_kwh }];
        let mut left: Vec<Curve> = Vec::new();
        let mut spare = Curve::default();
        let mut boxes = 1;
        while let Some(widest) = (0..open.len()).max_by(|&a, &b| open[a].gap.total_cmp(&open[b].gap)) {
            let mut parent = open.swap_remove(widest);
            (parent.gap, parent.at_kwh) = upper.above_at(&parent.bound, energies_kwh);
            if parent.gap <= 0.0 && upper.above(&parent.bound).0 <= 0.0 {
                continue;
            }
            let parted = if parent.gap <= allowed || boxes >= MOST_BOXES {
                None
            } else {
                self.split(&parent, &start_kw)
            };
            let Some((period, kw)) = parted else {
                left.push(parent.bound);
                continue;
            };
            let mut at_kw = parent.high.peaks_kw.clone();
            at_kw[period] = kw;
            let high = Rc::new(self.corner(at_kw, parent.at_kwh)?.0);
            let low = if count == 1 {
                Rc::clone(&high)
            } else {
                let mut at_kw = parent.low.peaks_kw.clone();
                at_kw[period] = kw;
                Rc::new(self.corner(at_kw, parent.at_kwh)?.0)
            };
            for corner in [&high, &low].into_iter().take(count.min(2)) {
                spare.lowest(&upper, &corner.cost);
                std::mem::swap(&mut spare, &mut upper);
                corners.push(Rc::clone(corner));
            }
            for (low, high) in [(Rc::clone(&parent.low), high), (low, Rc::clone(&parent.high))] {
                let mut part = self.part(low, high, &parent)?;
                (part.gap, part.at_kwh) = upper.above_at(&part.bound, energies_kwh);
                open.push(part);
            }
            boxes += 1;
        }
        let mut lower = upper;
        for bound in &left {
            spare.lowest(&lower, bound);
            std::mem::swap(&mut spare, &mut lower);
        }
        Ok((lower, corners))
    }

    /// The period along which a box is parted, and where, kW; none where its sides are rounding.
    fn split(&self, part: &PeakBox, start_kw: &[f64]) -> Option<(usize, f64)> {
        let (low, high) = (&part.low, &part.high);
        let cost =
            |at: usize| self.blocks.prices[self.block.periods[at].0] * (high.peaks_kw[at] - low.peaks_kw[at]);
        let at = (0..start_kw.len()).max_by(|&a, &b| cost(a).total_cmp(&cost(b)))?;
        let (from, to) = (low.peaks_kw[at], high.peaks_kw[at]);
        let width = to - from;
        if width <= 1e-10 * (1.0 + to) {
            return None;
        }
        let within = |kw: f64, margin: f64| kw > from + margin * width && kw < to - margin * width;
        if part.depth < start_kw.len() && within(start_kw[at], 1e-3) {
            return Some((at, start_kw[at]));
        }
        if start_kw.len() == 1 && part.depth.is_multiple_of(2) {
            // Where the tangents at both ends meet: the best of a cost that is convex in between.
            let price = self.blocks.prices[self.block.periods[at].0];
            let (falls, rises) = (price - low.sides[0].sums[at], price - high.sides[1].sums[at]);
            let ahead = high.cost.at(part.at_kwh) - low.cost.at(part.at_kwh);
            let meet = from + (ahead - rises * width) / (falls - rises);
            if within(meet, 0.02) {
                return Some((at, meet));
            }
        }
        Some((at, from + 0.5 * width))
    }
}

/// Writes the peaks of a block's periods into the caps of all.
fn set(caps_kw: &mut [Vec<f64>], block: &Block<'_>, peaks_kw: &[f64]) {
    for (&(_, charge, period), &kw) in block.periods.iter().zip(peaks_kw) {
        caps_kw[charge][period] = kw;
    }
}

/// Follows the schedule from an energy: what a kW more of each cap saves in each step, what a kW less
/// costs, and the energy at the end.
fn weights<const N: usize>(
    bus: &Bus<'_>,
    of: &impl Steps<N>,
    value: &ValueFunction,
    blocks: &Blocks,
    mut energy_kwh: f64,
) -> ([Vec<Weight>; 2], f64) {
    let mut weights = [Vec::new(), Vec::new()];
    let mut price = 0.0;
    for t in 0..bus.site.steps() {
        let step = nonconvex::follow(bus, value, &of.offers(t), t, energy_kwh);
        energy_kwh = step.energy_kwh;
        price = finite_clamp(price / bus.store.retention_per_step, step.value_range.0, step.value_range.1);
        let z = bus.net_kw(t) + step.setpoint_kw;
        if bus.meter(t, z) == Meter::Export {
            continue;
        }
        let slopes = of.slopes_at(t, z);
        let (least, most) = node_prices(&bus.store, slopes, step.setpoint_kw, price);
        for (node, weights) in [least, most].into_iter().zip(&mut weights) {
            let excess = (node - bus.site.import_price_per_kwh[t]).max(0.0) * bus.site.step_hours;
            spread(bus, blocks, t, excess, |period, weight| weights.push((t as u32, period as u32, weight)));
        }
    }
    (weights, energy_kwh)
}
