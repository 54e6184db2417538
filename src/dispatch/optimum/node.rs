//! The cost of one step as convex pieces: first of the net power at the bus, then of the energy
//! put into the cells.
//!
//! With one meter and `import price ≥ export price` the cheapest way to serve a net power `z`
//! (load − available + charge − discharge) takes its sources in order of price: giving up
//! curtailment, giving up export, importing, leaving load unserved. Each source is a segment of
//! `z` with a slope, so the cost is convex piecewise linear in `z`. Where export pays more than
//! import costs this holds for each way the meter may turn (see [`super::physical`]).

use super::model::{Reservoir, Site, UNMETERED};
use super::physical::Curve;

/// Most demand charges that may meter one step.
pub const MAX_CHARGES: usize = 8;

/// Segments of a step's cost in net power, at most.
pub(super) const MAX_SEGMENTS: usize = 4 + MAX_CHARGES;

/// Pieces of a plain step, of one with a cap, of one with two, of any step whose cost is convex, and of any other,
/// at most.
pub(super) const PLAIN: usize = 4;
pub(super) const CAPPED: usize = 6;
pub(super) const BRACED: usize = 8;
pub(super) const CONVEX: usize = MAX_SEGMENTS + 1;
pub(super) const PHYSICAL: usize = 2 * MAX_SEGMENTS;

/// A stretch of stored energy with one marginal value.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Piece {
    /// Money per kWh in the cells.
    pub value: f64,
    /// Length, kWh in the cells.
    pub kwh: f64,
}

/// What a step can do for the cells: pieces from full charge to full discharge, of falling value
/// where the step's cost is convex.
#[derive(Debug, Clone, Copy)]
pub struct Offers<const N: usize> {
    pieces: [Piece; N],
    count: usize,
    /// Energy put into the cells at full charge, kWh (negative if the step must discharge).
    pub top_kwh: f64,
    /// Cost of the step at full charge, money.
    pub top_cost: f64,
    /// Energy put into the cells at full discharge, kWh.
    pub bottom_kwh: f64,
}

impl<const N: usize> Offers<N> {
    /// Offers without pieces between two ends, kWh in the cells.
    #[inline]
    pub(super) fn between(top_kwh: f64, bottom_kwh: f64) -> Self {
        Self { pieces: [Piece::default(); N], count: 0, top_kwh, top_cost: 0.0, bottom_kwh }
    }

    /// The same with more room.
    pub(super) fn widen<const M: usize>(&self) -> Offers<M> {
        let mut wide = Offers { top_cost: self.top_cost, ..Offers::between(self.top_kwh, self.bottom_kwh) };
        wide.pieces[..self.count].copy_from_slice(self.pieces());
        wide.count = self.count;
        wide
    }

    /// The pieces from full charge to full discharge.
    #[inline]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces[..self.count]
    }

    #[inline]
    pub(super) fn push(&mut self, value: f64, kwh: f64) {
        if kwh > 0.0 {
            self.pieces[self.count] = Piece { value, kwh };
            self.count += 1;
        }
    }
}

/// A source or sink of the bus over a stretch of net power.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Segment {
    /// Money per kWh.
    pub slope: f64,
    /// Length, kW.
    pub length_kw: f64,
    /// 0 import, 1 unserved, 2 export given up, 3 curtailment given up.
    kind: u8,
}

/// A cap on the import of a step: above it a kW costs the price of its period's demand.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cap {
    /// The cap, kW.
    pub cap_kw: f64,
    /// Money per kW above it.
    pub price_per_kw: f64,
    /// The demand charge, by number.
    pub charge: usize,
    /// Its period.
    pub period: usize,
}

/// The caps of one step, lowest first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caps {
    caps: [Cap; MAX_CHARGES],
    count: usize,
}

impl Caps {
    /// From the lowest up.
    #[inline]
    pub fn iter(&self) -> std::slice::Iter<'_, Cap> {
        self.caps[..self.count].iter()
    }

    #[inline]
    fn insert(&mut self, cap: Cap) {
        let mut at = self.count;
        while at > 0 && self.caps[at - 1].cap_kw > cap.cap_kw {
            self.caps[at] = self.caps[at - 1];
            at -= 1;
        }
        self.caps[at] = cap;
        self.count += 1;
    }
}

/// Which way the meter may turn in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meter {
    /// Either way: enough where the cheapest order of sources never uses both.
    Either,
    /// Import only.
    Import,
    /// Export only.
    Export,
}

/// The cost of a step in net power for one way of the meter: segments of rising slope.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    segments: [Segment; MAX_SEGMENTS],
    count: usize,
    /// Lowest net power, kW.
    pub lowest_kw: f64,
}

impl Order {
    /// The segments from the lowest net power up.
    #[inline]
    pub fn segments(&self) -> &[Segment] {
        &self.segments[..self.count]
    }

    /// Highest net power, kW.
    pub fn highest_kw(&self) -> f64 {
        self.lowest_kw + self.segments().iter().map(|segment| segment.length_kw).sum::<f64>()
    }

    /// Cost rate at a net power, money per h.
    pub fn cost(&self, z: f64) -> f64 {
        let mut lower = self.lowest_kw;
        let mut cost = 0.0;
        for segment in self.segments() {
            cost += segment.cost(z - lower);
            lower += segment.length_kw;
        }
        cost
    }
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

/// What a kW of a reservoir is in the cells over a step, and what a kWh in the cells is at the bus.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// kWh stored per kW charged for a step.
    pub charge_kwh_per_kw: f64,
    /// kWh taken from the cells per kW discharged for a step.
    pub discharge_kwh_per_kw: f64,
    /// kWh charged per kWh stored.
    pub per_charge_efficiency: f64,
    /// kWh discharged per kWh taken.
    pub discharge_efficiency: f64,
    /// Cost of discharged energy, money per kWh.
    pub wear_per_kwh: f64,
    /// Length of a step, h.
    pub step_hours: f64,
}

impl Rates {
    /// The rates of a reservoir in steps of so many hours.
    pub fn of(store: &Reservoir, step_hours: f64) -> Self {
        Self {
            charge_kwh_per_kw: store.charge_efficiency * step_hours,
            discharge_kwh_per_kw: step_hours / store.discharge_efficiency,
            per_charge_efficiency: 1.0 / store.charge_efficiency,
            discharge_efficiency: store.discharge_efficiency,
            wear_per_kwh: store.throughput_cost_per_kwh,
            step_hours,
        }
    }
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
    /// Lower caps with a price of their own: above these (per demand charge and period, kW) a kW
    /// costs the step's weight (per demand charge and step), above `caps_kw` the rest of the
    /// charge's price. Empty: none.
    pub floors_kw: &'a [Vec<f64>],
    /// See `floors_kw`, money per kW.
    pub weights_per_kw: &'a [Vec<f64>],
    /// Cost after the last step over the energy then in store; none: the store's end state.
    pub after: Option<&'a Curve>,
    /// Reservoir.
    pub store: Reservoir,
    /// Its rates.
    pub rates: Rates,
    /// Whether every step's cost is convex.
    pub(super) convex: bool,
    /// Whether steps need none of the general order of sources: no limit that can bind, no reason
    /// to leave load unserved, to curtail, or to import at a loss.
    pub(super) plain: bool,
}

impl<'a> Bus<'a> {
    /// A bus without demand prices.
    pub fn new(site: Site<'a>, store: Reservoir) -> Self {
        Self {
            site,
            caps_kw: &[],
            surcharge_per_kwh: &[],
            floors_kw: &[],
            weights_per_kw: &[],
            after: None,
            store,
            rates: Rates::of(&store, site.step_hours),
            convex: site.is_convex(),
            plain: is_plain(&site, &store),
        }
    }

    /// Whether [`super::steps::Plain`] says all of it.
    pub(super) fn is_bare(&self) -> bool {
        self.plain && self.caps_kw.is_empty() && self.surcharge_per_kwh.is_empty()
    }

    /// Whether [`super::steps::Capped`] says all of it.
    pub(super) fn is_capped(&self) -> bool {
        self.plain && self.caps_kw.len() <= 1
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

    /// Offers between full charge and full discharge.
    #[inline]
    pub(super) fn full_range<const N: usize>(&self) -> Offers<N> {
        Offers::between(
            self.store.charge_limit_kw * self.rates.charge_kwh_per_kw,
            -self.store.discharge_limit_kw * self.rates.discharge_kwh_per_kw,
        )
    }

    /// Energy put into the cells at a net power in step `t`, kWh.
    #[inline]
    pub(super) fn in_cells(&self, t: usize, z: f64) -> f64 {
        let power = z - self.net_kw(t);
        power * if power > 0.0 { self.rates.charge_kwh_per_kw } else { self.rates.discharge_kwh_per_kw }
    }

    /// The pieces of step `t`, whose cost must be convex (see [`Bus::is_convex_step`]). If the
    /// step's limits cannot be met whatever the storage does, the range is empty:
    /// `top_kwh < bottom_kwh`.
    pub fn offers(&self, t: usize) -> Offers<CONVEX> {
        let store = &self.store;
        let net = self.net_kw(t);
        let order = self.order(t, Meter::Either);
        let (lowest, highest) = (order.lowest_kw, order.highest_kw());
        let top = (net + store.charge_limit_kw).min(highest);
        let bottom = (net - store.discharge_limit_kw).max(lowest);
        let mut offers = Offers::between(self.in_cells(t, top), self.in_cells(t, bottom));
        let wear = store.throughput_cost_per_kwh;
        let mut cost = wear * (net - top).max(0.0);
        let mut upper = highest;
        for segment in order.segments().iter().rev() {
            let lower = upper - segment.length_kw;
            let charging = upper.min(top) - lower.max(net);
            let discharging = upper.min(net).min(top) - lower.max(bottom);
            offers.push(
                segment.slope * self.rates.per_charge_efficiency,
                charging * self.rates.charge_kwh_per_kw,
            );
            offers.push(
                (segment.slope - wear) * store.discharge_efficiency,
                discharging * self.rates.discharge_kwh_per_kw,
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
        let z = self.net_kw(t) + setpoint_kw;
        let order = self.order(t, self.meter(t, z));
        let mut flows = Flows::default();
        let mut lower = order.lowest_kw;
        for segment in order.segments() {
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
        let order = self.order(t, self.meter(t, z));
        let near = 1e-9 * (1.0 + z.abs());
        let (mut left, mut right) = (f64::NEG_INFINITY, f64::INFINITY);
        let mut lower = order.lowest_kw;
        for segment in order.segments() {
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

    /// The caps that meter step `t`, lowest first; none if demand is not priced.
    #[inline]
    pub(super) fn caps(&self, t: usize) -> Caps {
        let mut caps = Caps { caps: [Cap::default(); MAX_CHARGES], count: 0 };
        for (number, (charge, caps_kw)) in self.site.demand.iter().zip(self.caps_kw).enumerate() {
            let period = charge.period_of_step[t];
            if period != UNMETERED {
                let period = period as usize;
                let mut price_per_kw = charge.price_per_kw[period];
                if let Some(weights) = self.weights_per_kw.get(number) {
                    let (cap_kw, weight) = (self.floors_kw[number][period], weights[t]);
                    caps.insert(Cap { cap_kw, price_per_kw: weight, charge: number, period });
                    price_per_kw -= weight;
                }
                caps.insert(Cap { cap_kw: caps_kw[period], price_per_kw, charge: number, period });
            }
        }
        caps
    }

    /// The step's cost in net power if the meter turns as `meter` says.
    pub(super) fn order(&self, t: usize, meter: Meter) -> Order {
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
        if meter != Meter::Import {
            add(site.export_price_per_kwh[t], export, 2);
        }
        if meter != Meter::Export {
            let (mut slope, mut from) = (buy, 0.0);
            for cap in self.caps(t).iter() {
                let cap_kw = cap.cap_kw.clamp(0.0, import);
                add(slope, cap_kw - from, 0);
                (slope, from) = (slope + cap.price_per_kw / site.step_hours, cap_kw);
            }
            add(slope, import - from, 0);
        }
        if let Some(cost) = site.unserved_cost_per_kwh {
            add(cost, load, 1);
        }
        let export = if meter == Meter::Import { 0.0 } else { export };
        Order { segments, count, lowest_kw: -(export + available) }
    }
}

/// See [`Bus::plain`].
pub(super) fn is_plain(site: &Site<'_>, store: &Reservoir) -> bool {
    let highest = |series: &[f64]| series.iter().fold(0.0f64, |most, &value| most.max(value));
    let within = |limit: f64, series: &[f64], store_kw: f64| {
        limit == f64::INFINITY || limit > highest(series) + store_kw
    };
    let served = site.unserved_cost_per_kwh.is_none_or(|cost| {
        let demand: f64 = site.demand.iter().map(|charge| highest(charge.price_per_kw)).sum();
        cost >= highest(site.import_price_per_kwh) + demand / site.step_hours
    });
    served
        && site.curtailment_cost_per_kwh >= 0.0
        && site.export_price_per_kwh.iter().chain(site.import_price_per_kwh).all(|&price| price >= 0.0)
        && within(site.import_limit_kw, site.load_kw, store.charge_limit_kw)
        && within(site.export_limit_kw, site.available_kw, store.discharge_limit_kw)
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
