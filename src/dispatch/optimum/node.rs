//! The cost of one step as convex pieces: first of the net power at the bus, then of the energy
//! put into the cells.
//!
//! With one meter and `import price ≥ export price` the cheapest way to serve a net power `z`
//! (load − available + charge − discharge) takes its sources in order of price: giving up
//! curtailment, giving up export, importing, leaving load unserved. Each source is a segment of
//! `z` with a slope, so the cost is convex piecewise linear in `z`.

use super::model::{Reservoir, Site, UNMETERED};

/// Most demand charges that may meter one step.
pub const MAX_CHARGES: usize = 8;

/// Segments of a step's cost in net power, at most.
const MAX_SEGMENTS: usize = 4 + MAX_CHARGES;

/// A stretch of stored energy with one marginal value.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Piece {
    /// Money per kWh in the cells.
    pub value: f64,
    /// Length, kWh in the cells.
    pub kwh: f64,
}

/// What a step can do for the cells: pieces of falling value, from full charge to full discharge.
#[derive(Debug, Clone, Copy)]
pub struct Offers {
    pieces: [Piece; MAX_SEGMENTS + 1],
    count: usize,
    /// Energy put into the cells at full charge, kWh (negative if the step must discharge).
    pub top_kwh: f64,
    /// Cost of the step at full charge, money.
    pub top_cost: f64,
    /// Energy put into the cells at full discharge, kWh.
    pub bottom_kwh: f64,
}

impl Offers {
    /// The pieces in order of falling value.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces[..self.count]
    }

    #[inline]
    fn push(&mut self, value: f64, kwh: f64) {
        if kwh > 0.0 {
            self.pieces[self.count] = Piece { value, kwh };
            self.count += 1;
        }
    }
}

/// A source or sink of the bus over a stretch of net power.
#[derive(Debug, Clone, Copy, Default)]
struct Segment {
    slope: f64,
    length_kw: f64,
    /// 0 import, 1 unserved, 2 export given up, 3 curtailment given up.
    kind: u8,
}

/// What the bus does in a step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Flows {
    /// Import, kW.
    pub import_kw: f64,
    /// Export, kW.
    pub export_kw: f64,
    /// Curtailed renewable power, kW.
    pub curtailed_kw: f64,
    /// Load left unserved, kW.
    pub unserved_kw: f64,
    /// Cost of the step without demand, money.
    pub cost: f64,
}

/// The bus of a site with a reservoir: constants hoisted out of the step loop.
#[derive(Debug, Clone, Copy)]
pub struct Bus<'a> {
    /// The site.
    pub site: Site<'a>,
    /// Import caps per demand charge and period, kW; importing above costs the charge's price
    /// in every step. Empty: demand is not priced.
    pub caps_kw: &'a [Vec<f64>],
    /// Extra import price per step (multipliers of demand), money per kWh; may be empty.
    pub surcharge_per_kwh: &'a [f64],
    /// Reservoir.
    pub store: Reservoir,
    /// kWh stored per kW charged for a step.
    pub charge_kwh_per_kw: f64,
    /// kWh taken from the cells per kW discharged for a step.
    pub discharge_kwh_per_kw: f64,
    pub(super) per_charge_efficiency: f64,
}

impl<'a> Bus<'a> {
    /// A bus without demand prices.
    pub fn new(site: Site<'a>, store: Reservoir) -> Self {
        Self {
            site,
            caps_kw: &[],
            surcharge_per_kwh: &[],
            store,
            charge_kwh_per_kw: store.charge_efficiency * site.step_hours,
            discharge_kwh_per_kw: site.step_hours / store.discharge_efficiency,
            per_charge_efficiency: 1.0 / store.charge_efficiency,
        }
    }

    /// Price of import in a step with its surcharge, money per kWh.
    #[inline]
    pub fn import_price(&self, t: usize) -> f64 {
        let surcharge = self.surcharge_per_kwh.get(t).copied().unwrap_or(0.0);
        self.site.import_price_per_kwh[t] + surcharge
    }

    /// Net power at the bus without storage, kW.
    #[inline]
    pub fn net_kw(&self, t: usize) -> f64 {
        self.site.load_kw[t] - self.site.available_kw[t]
    }

    /// Whether steps need none of the general order of sources: no limit, no cap, no unserved
    /// load, and no price at which curtailing or importing at a loss would pay.
    pub fn is_plain(&self) -> bool {
        let site = &self.site;
        self.caps_kw.is_empty()
            && self.surcharge_per_kwh.is_empty()
            && site.import_limit_kw == f64::INFINITY
            && site.export_limit_kw == f64::INFINITY
            && site.unserved_cost_per_kwh.is_none()
            && site.curtailment_cost_per_kwh >= 0.0
            && site.export_price_per_kwh.iter().all(|&price| price >= 0.0)
    }

    /// The pieces of step `t` of a plain bus (see [`Bus::is_plain`]).
    #[inline]
    pub fn plain_offers(&self, t: usize) -> Offers {
        let (site, store) = (&self.site, &self.store);
        let (buy, sell) = (site.import_price_per_kwh[t], site.export_price_per_kwh[t]);
        let net = self.net_kw(t);
        let deficit = net.clamp(0.0, store.discharge_limit_kw);
        let surplus = (-net).clamp(0.0, store.charge_limit_kw);
        let bought = store.charge_limit_kw - surplus;
        let sold = store.discharge_limit_kw - deficit;
        let mut offers = Offers {
            pieces: [Piece::default(); MAX_SEGMENTS + 1],
            count: 0,
            top_kwh: store.charge_limit_kw * self.charge_kwh_per_kw,
            top_cost: 0.0,
            bottom_kwh: -store.discharge_limit_kw * self.discharge_kwh_per_kw,
        };
        let top = net + store.charge_limit_kw;
        offers.top_cost = top * site.step_hours * if top > 0.0 { buy } else { sell };
        let wear = store.throughput_cost_per_kwh;
        offers.push(buy * self.per_charge_efficiency, bought * self.charge_kwh_per_kw);
        offers.push(sell * self.per_charge_efficiency, surplus * self.charge_kwh_per_kw);
        offers.push((buy - wear) * store.discharge_efficiency, deficit * self.discharge_kwh_per_kw);
        offers.push((sell - wear) * store.discharge_efficiency, sold * self.discharge_kwh_per_kw);
        offers
    }

    /// Cost of step `t` of a plain bus at a set-point, throughput included, money.
    #[inline]
    pub fn plain_cost(&self, t: usize, setpoint_kw: f64) -> f64 {
        let site = &self.site;
        let z = self.net_kw(t) + setpoint_kw;
        let price = if z > 0.0 { site.import_price_per_kwh[t] } else { site.export_price_per_kwh[t] };
        (price * z + self.store.throughput_cost_per_kwh * (-setpoint_kw).max(0.0)) * site.step_hours
    }

    /// The pieces of step `t`. If the step's limits cannot be met whatever the storage does, the
    /// range is empty: `top_kwh < bottom_kwh`.
    pub fn offers(&self, t: usize) -> Offers {
        let store = &self.store;
        let net = self.net_kw(t);
        let (segments, count, lowest) = self.segments(t);
        let highest = lowest + segments[..count].iter().map(|segment| segment.length_kw).sum::<f64>();
        let top = (net + store.charge_limit_kw).min(highest);
        let bottom = (net - store.discharge_limit_kw).max(lowest);
        let in_cells = |z: f64| {
            let power = z - net;
            power * if power > 0.0 { self.charge_kwh_per_kw } else { self.discharge_kwh_per_kw }
        };
        let mut offers = Offers {
            pieces: [Piece::default(); MAX_SEGMENTS + 1],
            count: 0,
            top_kwh: in_cells(top),
            top_cost: 0.0,
            bottom_kwh: in_cells(bottom),
        };
        let wear = store.throughput_cost_per_kwh;
        let mut cost = wear * (net - top).max(0.0);
        let mut upper = highest;
        for segment in segments[..count].iter().rev() {
            let lower = upper - segment.length_kw;
            let charging = upper.min(top) - lower.max(net);
            let discharging = upper.min(net).min(top) - lower.max(bottom);
            offers.push(segment.slope * self.per_charge_efficiency, charging * self.charge_kwh_per_kw);
            offers.push(
                (segment.slope - wear) * store.discharge_efficiency,
                discharging * self.discharge_kwh_per_kw,
            );
            cost += segment.cost(top - lower);
            upper = lower;
        }
        offers.top_cost = cost * self.site.step_hours;
        offers
    }

    /// What the bus does in step `t` when the storage takes `setpoint_kw`; `cost` leaves demand
    /// and the surcharge out and includes throughput.
    pub fn flows(&self, t: usize, setpoint_kw: f64) -> Flows {
        let (segments, count, lowest) = self.segments(t);
        let z = self.net_kw(t) + setpoint_kw;
        let mut flows = Flows::default();
        let mut lower = lowest;
        for segment in &segments[..count] {
            let filled = (z - lower).clamp(0.0, segment.length_kw);
            match segment.kind {
                0 => flows.import_kw += filled,
                1 => flows.unserved_kw += filled,
                2 => flows.export_kw += segment.length_kw - filled,
                _ => flows.curtailed_kw += segment.length_kw - filled,
            }
            lower += segment.length_kw;
        }
        // A segment longer than any use of it leaves the rounding of its length: balance exactly.
        flows.settle(z);
        let site = &self.site;
        flows.cost = site.step_hours
            * (site.import_price_per_kwh[t] * flows.import_kw
                - site.export_price_per_kwh[t] * flows.export_kw
                + site.curtailment_cost_per_kwh * flows.curtailed_kw
                + site.unserved_cost_per_kwh.unwrap_or(0.0) * flows.unserved_kw
                + self.store.throughput_cost_per_kwh * (-setpoint_kw).max(0.0));
        flows
    }

    /// Left and right slope of the step's cost at a net power, money per kWh.
    pub fn slopes_at(&self, t: usize, z: f64) -> (f64, f64) {
        let (segments, count, lowest) = self.segments(t);
        let near = 1e-9 * (1.0 + z.abs());
        let (mut left, mut right) = (f64::NEG_INFINITY, f64::INFINITY);
        let mut lower = lowest;
        for segment in &segments[..count] {
            let upper = lower + segment.length_kw;
            if z > lower + near {
                left = segment.slope;
            }
            if z < upper - near {
                right = segment.slope;
                break;
            }
            lower = upper;
        }
        (left, right)
    }

    /// Segments of the step's cost in net power in order of rising slope, their count, and the
    /// lowest net power.
    fn segments(&self, t: usize) -> ([Segment; MAX_SEGMENTS], usize, f64) {
        let (site, store) = (&self.site, &self.store);
        let (load, available) = (site.load_kw[t], site.available_kw[t]);
        // Without a limit, a length that nothing exceeds.
        let import = site.import_limit_kw.min(load + available + store.charge_limit_kw + 1.0);
        let export = site.export_limit_kw.min(load + available + store.discharge_limit_kw + 1.0);
        let buy = self.import_price(t);
        let mut segments = [Segment::default(); MAX_SEGMENTS];
        let mut count = 0;
        let mut add = |slope: f64, length_kw: f64, kind: u8| {
            if length_kw > 0.0 {
                let mut at = count;
                while at > 0 && segments[at - 1].slope > slope {
                    segments[at] = segments[at - 1];
                    at -= 1;
                }
                segments[at] = Segment { slope, length_kw, kind };
                count += 1;
            }
        };
        add(-site.curtailment_cost_per_kwh, available, 3);
        add(site.export_price_per_kwh[t], export, 2);
        if self.caps_kw.is_empty() {
            add(buy, import, 0);
        } else {
            let (mut slope, mut from) = (buy, 0.0);
            let mut caps = [(0.0, 0.0); MAX_CHARGES];
            let mut metered = 0;
            for (charge, caps_kw) in site.demand.iter().zip(self.caps_kw) {
                let period = charge.period_of_step[t];
                if period != UNMETERED {
                    let cap = caps_kw[period as usize].clamp(0.0, import);
                    let mut at = metered;
                    while at > 0 && caps[at - 1].0 > cap {
                        caps[at] = caps[at - 1];
                        at -= 1;
                    }
                    caps[at] = (cap, charge.price_per_kw[period as usize] / site.step_hours);
                    metered += 1;
                }
            }
            for &(cap, price) in &caps[..metered] {
                add(slope, cap - from, 0);
                (slope, from) = (slope + price, cap);
            }
            add(slope, import - from, 0);
        }
        if let Some(cost) = site.unserved_cost_per_kwh {
            add(cost, load, 1);
        }
        (segments, count, -(export + available))
    }
}

impl Segment {
    /// Cost rate of the segment filled up to `filled_kw`, money per h; giving something up
    /// counts against having all of it.
    fn cost(&self, filled_kw: f64) -> f64 {
        let filled = filled_kw.clamp(0.0, self.length_kw);
        self.slope * if self.kind >= 2 { filled - self.length_kw } else { filled }
    }
}

impl Flows {
    /// Removes the rounding of long segments so that the balance holds to the last bit.
    fn settle(&mut self, z: f64) {
        let residual = z - (self.import_kw + self.unserved_kw - self.export_kw - self.curtailed_kw);
        if self.import_kw > 0.0 {
            self.import_kw = (self.import_kw + residual).max(0.0);
        } else if self.export_kw > 0.0 {
            self.export_kw = (self.export_kw - residual).max(0.0);
        }
    }
}
