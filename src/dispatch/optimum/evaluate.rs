//! One evaluation of given demand caps: the schedule, its true cost, and a cut per block.

use super::forward::{self, finite_clamp};
use super::hull::Hull;
use super::master::Cut;
use super::model::{Plan, Reservoir, SizeCut, UNMETERED};
use super::node::Bus;
use super::steps::{Capped, General, Hulled, Steps};
use super::value_function::ValueFunction;

/// Blocks of steps such that every demand period lies in one of them, and the periods' numbering.
#[derive(Debug, Clone, Default)]
pub struct Blocks {
    /// First step of each block, then the number of steps.
    pub borders: Vec<usize>,
    /// Number of the first period of each charge among all periods.
    pub first_period: Vec<usize>,
    /// Price of every period, money per kW.
    pub prices: Vec<f64>,
}

impl Blocks {
    /// Cuts the horizon of `bus` wherever no demand period reaches across.
    pub fn new(bus: &Bus<'_>) -> Self {
        let steps = bus.site.steps();
        let mut first_period = Vec::new();
        let mut prices = Vec::new();
        let mut joined = vec![0i32; steps + 1];
        for charge in bus.site.demand {
            first_period.push(prices.len());
            prices.extend_from_slice(charge.price_per_kw);
            let mut reach = vec![(usize::MAX, 0); charge.price_per_kw.len()];
            for (t, &period) in charge.period_of_step.iter().enumerate() {
                if period != UNMETERED {
                    let (first, last) = &mut reach[period as usize];
                    (*first, *last) = ((*first).min(t), t);
                }
            }
            for (first, last) in reach {
                if first < last {
                    // Borders first + 1 ..= last are inside the period.
                    joined[first + 1] += 1;
                    joined[last + 1] -= 1;
                }
            }
        }
        let mut borders = vec![0];
        let mut inside = 0;
        for (t, change) in joined.iter().enumerate().take(steps).skip(1) {
            inside += change;
            let metered =
                |t: usize| bus.site.demand.iter().any(|charge| charge.period_of_step[t] != UNMETERED);
            if inside == 0 && metered(t) && borders.last() != Some(&t) && (borders.len() > 1 || t > 0) {
                borders.push(t);
            }
        }
        borders.push(steps);
        Self { borders, first_period, prices }
    }

    /// Weights per period as (charge, period, money per kW).
    fn peaks(&self, totals: &[f64]) -> Vec<(usize, usize, f64)> {
        let periods = totals.iter().enumerate().filter(|(_, weight)| **weight > 0.0);
        let numbered = periods.map(|(number, &weight)| {
            let charge = self.charge_of(number);
            (charge, number - self.first_period[charge], weight)
        });
        numbered.collect()
    }

    /// The demand charge of a period by its number among all.
    pub fn charge_of(&self, period: usize) -> usize {
        self.first_period.partition_point(|&first| first <= period) - 1
    }

    /// Number of blocks.
    pub fn count(&self) -> usize {
        self.borders.len() - 1
    }
}

/// Weight of a step's import in a cut: step, period, money per kW.
pub type Weight = (u32, u32, f64);

/// What one evaluation found.
#[derive(Debug, Clone, Default)]
pub struct Evaluation {
    /// A cut per block.
    pub cuts: Vec<Cut>,
    /// The weights behind the cuts, per block in order of steps.
    pub weights: Vec<Vec<Weight>>,
    /// Highest import of every period, kW.
    pub peaks_kw: Vec<f64>,
    /// Energy cost plus the true peaks at their price, money.
    pub cost: f64,
}

/// Follows the solved cost-to-go of `bus` (with caps) and gathers schedule, cost and cuts.
///
/// With a hull, steps whose cost is not convex are those of their hull: the cuts hold, the schedule
/// and its cost are those of the hull's mixtures.
pub fn evaluate(
    bus: &Bus<'_>,
    hull: Option<&Hull>,
    value: &ValueFunction,
    blocks: &Blocks,
    plan: &mut Plan,
) -> Evaluation {
    match hull {
        Some(hull) => through(bus, &Hulled::new(bus, hull), value, blocks, plan, None),
        None if bus.is_capped() => through(bus, &Capped::new(bus), value, blocks, plan, None),
        None => through(bus, &General(bus), value, blocks, plan, None),
    }
}

/// [`evaluate`] of a convex bus with the cuts as functions of sizes.
pub fn size_cuts(bus: &Bus<'_>, value: &ValueFunction, blocks: &Blocks, plan: &mut Plan) -> Vec<SizeCut> {
    let mut cuts = Vec::with_capacity(blocks.count());
    through(bus, &General(bus), value, blocks, plan, Some(&mut cuts));
    cuts
}

fn through<const N: usize>(
    bus: &Bus<'_>,
    of: &impl Steps<N>,
    value: &ValueFunction,
    blocks: &Blocks,
    plan: &mut Plan,
    mut size_cuts: Option<&mut Vec<SizeCut>>,
) -> Evaluation {
    let (site, store) = (&bus.site, &bus.store);
    let steps = site.steps();
    let keep = store.retention_per_step;
    let (low, high) = (store.energy_min_kwh, store.energy_max_kwh);
    let hours = site.step_hours;
    plan.storage_setpoint_kw.clear();
    plan.energy_kwh.clear();
    plan.marginal_value_per_kwh.clear();
    plan.curtailed_kw.clear();
    let mut found = Evaluation { peaks_kw: vec![0.0; blocks.prices.len()], ..Evaluation::default() };
    let mut energy = store.energy_start_kwh;
    let mut price = 0.0;
    let mut constant = 0.0;
    let mut value_in = 0.0;
    let mut totals = vec![0.0; blocks.prices.len()];
    let mut weights: Vec<Weight> = Vec::new();
    let mut block = 0;
    let mut sizes = SizeCut::default();
    for t in 0..steps {
        let before = price;
        let step = forward::follow(bus, value, &of.offers(t), t, energy);
        energy = step.energy_kwh;
        price = finite_clamp(price / keep, step.value_range.0, step.value_range.1);
        let flows = of.flows(t, step.setpoint_kw);
        found.cost += flows.cost;
        let weigh = |period: usize, weight: f64| {
            totals[period] += weight;
            weights.push((t as u32, period as u32, weight));
        };
        let bound = if let Some((excess, bound)) = of.support(t, price) {
            spread(bus, blocks, t, excess, weigh);
            bound
        } else {
            let slopes = of.slopes_at(t, bus.net_kw(t) + step.setpoint_kw);
            let node = node_price(&bus.store, slopes, step.setpoint_kw, price);
            let excess = (node - site.import_price_per_kwh[t]).max(0.0) * hours;
            let spent = spread(bus, blocks, t, excess, weigh);
            let bound = step_bound(bus, t, node, price, spent);
            sizes.charge_limit_per_kw += bound.charge;
            sizes.discharge_limit_per_kw += bound.discharge;
            if size_cuts.is_some() {
                sizes.available_per_kw.push(bound.available);
            }
            bound.cost
        };
        for (charge, &first) in site.demand.iter().zip(&blocks.first_period) {
            let period = charge.period_of_step[t];
            if period != UNMETERED {
                let peak = &mut found.peaks_kw[first + period as usize];
                *peak = peak.max(flows.import_kw);
            }
        }
        if t == blocks.borders[block] {
            value_in = price * keep;
            sizes.value_in_per_kwh = value_in;
            if block == 0 {
                constant -= value_in * store.energy_start_kwh;
                value_in = 0.0;
            } else {
                constant -= value_in * low;
            }
        } else {
            // Energy at the end of the step before: its best place for these prices.
            let slope = before - keep * price;
            constant += slope * if slope > 0.0 { low } else { high };
            sizes.energy_max_per_kwh += slope.min(0.0);
        }
        constant += bound;
        if t + 1 == blocks.borders[block + 1] {
            let mut value_out = price;
            if let Some(cuts) = size_cuts.as_deref_mut() {
                let mut cut = std::mem::take(&mut sizes);
                cut.steps = blocks.borders[block]..t + 1;
                cut.value_out_per_kwh = price;
                cut.constant = constant + price * low;
                if block == 0 {
                    cut.constant += cut.value_in_per_kwh * (store.energy_start_kwh - low);
                }
                cut.constant -= cut.energy_max_per_kwh * high
                    + cut.charge_limit_per_kw * store.charge_limit_kw
                    + cut.discharge_limit_per_kw * store.discharge_limit_kw;
                let available = &site.available_kw[cut.steps.clone()];
                cut.constant -=
                    cut.available_per_kw.iter().zip(available).map(|(per_kw, kw)| per_kw * kw).sum::<f64>();
                cut.peaks_per_kw = blocks.peaks(&totals);
                cuts.push(cut);
            }
            if block + 1 == blocks.count() {
                let (least, most) = store.final_range_kwh();
                let slope = price - store.final_value_per_kwh();
                constant += slope * if slope > 0.0 { least } else { most };
                value_out = 0.0;
            } else {
                constant += price * low;
            }
            let peaks = totals.iter().enumerate().filter(|(_, total)| **total > 0.0);
            let peaks = peaks.map(|(k, &total)| (k, total)).collect();
            found.cuts.push(Cut { block, constant, value_in, value_out, peaks });
            found.weights.push(std::mem::take(&mut weights));
            totals.fill(0.0);
            constant = 0.0;
            block += 1;
        }
        plan.storage_setpoint_kw.push(step.setpoint_kw);
        plan.energy_kwh.push(energy);
        plan.curtailed_kw.push(flows.curtailed_kw);
        plan.marginal_value_per_kwh.push(price);
    }
    found.cost -= store.final_value_per_kwh() * energy;
    found.cost += found.peaks_kw.iter().zip(&blocks.prices).map(|(peak, price)| peak * price).sum::<f64>();
    plan.objective = found.cost;
    found
}

/// Price of power at the bus that supports what the storage does, money per kWh.
/// `slopes` are the left and right slope of the step's cost.
fn node_price(store: &Reservoir, slopes: (f64, f64), setpoint_kw: f64, price: f64) -> f64 {
    let (least, most) = supporting(store, setpoint_kw, price);
    let (left, right) = slopes;
    // The step's own slopes where they meet the storage's range, else the nearest.
    let node = left.max(least).min(right);
    if node.is_finite() { node.min(most.max(left)) } else { most.max(least).min(right) }
}

/// Lowest and highest price of power at the bus at which the storage does what it does, money per kWh.
fn supporting(store: &Reservoir, setpoint_kw: f64, price: f64) -> (f64, f64) {
    let charging = price * store.charge_efficiency;
    let discharging = price / store.discharge_efficiency + store.throughput_cost_per_kwh;
    let near = 1e-9;
    if setpoint_kw > 0.0 {
        let full = setpoint_kw >= store.charge_limit_kw * (1.0 - near);
        (if full { f64::NEG_INFINITY } else { charging }, charging)
    } else if setpoint_kw < 0.0 {
        let full = setpoint_kw <= -store.discharge_limit_kw * (1.0 - near);
        (discharging, if full { f64::INFINITY } else { discharging })
    } else {
        (
            if store.charge_limit_kw > 0.0 { charging } else { f64::NEG_INFINITY },
            if store.discharge_limit_kw > 0.0 { discharging } else { f64::INFINITY },
        )
    }
}

/// Lowest and highest price of power at the bus that supports a step: what a little less and a little
/// more power is worth. Where prices are not convex the two ranges may not meet.
pub(super) fn node_prices(store: &Reservoir, slopes: (f64, f64), setpoint_kw: f64, price: f64) -> (f64, f64) {
    let (least, most) = supporting(store, setpoint_kw, price);
    let (low, high) = (slopes.0.max(least), slopes.1.min(most));
    if low <= high && low.is_finite() && high.is_finite() {
        return (low, high);
    }
    let node = node_price(store, slopes, setpoint_kw, price);
    let or = |value: f64, other: f64| if value.is_finite() { value } else { other };
    if low <= high { (or(low, node), or(high, node)) } else { (node, node) }
}

/// Spreads what power costs above the import price over the caps of step `t`, lowest cap first;
/// returns what was spread, money per kW.
pub(super) fn spread(
    bus: &Bus<'_>,
    blocks: &Blocks,
    t: usize,
    excess: f64,
    mut add: impl FnMut(usize, f64),
) -> f64 {
    let mut rest = excess;
    if rest <= 0.0 || bus.caps_kw.is_empty() {
        return 0.0;
    }
    // Where the import limit is reached before a cap, the limit makes power dear.
    for cap in bus.caps(t).iter().filter(|cap| cap.cap_kw <= bus.site.import_limit_kw) {
        let weight = rest.min(cap.price_per_kw);
        if weight > 0.0 {
            add(blocks.first_period[cap.charge] + cap.period, weight);
            rest -= weight;
        }
    }
    excess - rest
}

/// The least a step can cost at these prices: each source and sink at its better end. A bound for
/// any prices, so rounding in them costs sharpness but never truth.
fn step_bound(bus: &Bus<'_>, t: usize, node: f64, price: f64, spent: f64) -> Bound {
    let (site, store) = (&bus.site, &bus.store);
    let (load, available) = (site.load_kw[t], site.available_kw[t]);
    let import = site.import_limit_kw.min(load + available + store.charge_limit_kw + 1.0);
    let export = site.export_limit_kw.min(load + available + store.discharge_limit_kw + 1.0);
    let gain = |slope: f64, most: f64| slope.min(0.0) * most;
    let hours = site.step_hours;
    let of_available = (site.curtailment_cost_per_kwh + node).min(0.0) - node;
    let charge = (node - price * store.charge_efficiency).min(0.0);
    let discharge = (store.throughput_cost_per_kwh - node + price / store.discharge_efficiency).min(0.0);
    let mut rate = node * load + of_available * available;
    rate += gain(site.import_price_per_kwh[t] + spent / hours - node, import);
    rate += gain(node - site.export_price_per_kwh[t], export);
    rate += charge * store.charge_limit_kw + discharge * store.discharge_limit_kw;
    if let Some(cost) = site.unserved_cost_per_kwh {
        rate += gain(cost - node, load);
    }
    Bound {
        cost: rate * hours,
        charge: charge * hours,
        discharge: discharge * hours,
        available: of_available * hours,
    }
}

/// The least a step can cost, money, and how it changes with sizes, money per kW.
struct Bound {
    cost: f64,
    charge: f64,
    discharge: f64,
    available: f64,
}
