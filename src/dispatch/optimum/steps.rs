//! The steps of a bus as planners go through them: the general order of sources, and short cuts
//! for the common case that give the same.

use super::hull::Hull;
use super::model::UNMETERED;
use super::node::{BRACED, Bus, CAPPED, CONVEX, Flows, Offers, PHYSICAL, PLAIN, Rates};
use super::physical::PowerCurves;
use crate::dispatch::Num;
use std::cell::RefCell;

/// What planners ask of a step; its pieces go from full charge to full discharge as they lie.
pub trait Steps<const N: usize> {
    /// What step `t` can do for the cells.
    fn offers(&self, t: usize) -> Offers<N>;
    /// What the bus does in step `t` when the storage takes `setpoint_kw`.
    fn flows(&self, t: usize, setpoint_kw: f64) -> Flows;
    /// Left and right slope of the step's cost at a net power, money per kWh.
    fn slopes_at(&self, t: usize, z: f64) -> (f64, f64);
    /// For a step that stands for mixtures: money per kW of import that supports it at a value of
    /// stored energy, and the least it can cost at both.
    fn support(&self, _t: usize, _price: f64) -> Option<(f64, f64)> {
        None
    }
}

/// Any steps of convex cost.
pub struct General<'a>(pub &'a Bus<'a>);

impl Steps<CONVEX> for General<'_> {
    fn offers(&self, t: usize) -> Offers<CONVEX> {
        self.0.offers(t)
    }

    fn flows(&self, t: usize, setpoint_kw: f64) -> Flows {
        self.0.flows(t, setpoint_kw)
    }

    fn slopes_at(&self, t: usize, z: f64) -> (f64, f64) {
        self.0.slopes_at(t, z)
    }
}

/// Any steps as one meter and one storage can do them.
pub struct Physical<'a> {
    bus: &'a Bus<'a>,
    curves: RefCell<PowerCurves>,
}

impl<'a> Physical<'a> {
    /// The steps of `bus`.
    pub fn new(bus: &'a Bus<'a>) -> Self {
        Self { bus, curves: RefCell::default() }
    }
}

impl Steps<PHYSICAL> for Physical<'_> {
    fn offers(&self, t: usize) -> Offers<PHYSICAL> {
        if self.bus.site.is_convex_step(t) {
            self.bus.offers(t).widen()
        } else {
            self.bus.physical_offers(t, &mut self.curves.borrow_mut())
        }
    }

    fn flows(&self, t: usize, setpoint_kw: f64) -> Flows {
        self.bus.flows(t, setpoint_kw)
    }

    fn slopes_at(&self, t: usize, z: f64) -> (f64, f64) {
        self.bus.slopes_at(t, z)
    }
}

/// Any steps, those of other than convex cost as their hull.
pub struct Hulled<'a> {
    bus: &'a Bus<'a>,
    hull: &'a Hull,
    capped: Option<Capped<'a>>,
}

impl<'a> Hulled<'a> {
    /// The steps of `bus` with a hull made of it.
    pub fn new(bus: &'a Bus<'a>, hull: &'a Hull) -> Self {
        Self { bus, hull, capped: bus.is_capped().then(|| Capped::new(bus)) }
    }
}

impl Steps<PHYSICAL> for Hulled<'_> {
    fn offers(&self, t: usize) -> Offers<PHYSICAL> {
        if !self.bus.site.is_convex_step(t) {
            self.hull.offers(self.bus, t)
        } else if let Some(capped) = &self.capped {
            capped.offers(t).widen()
        } else {
            self.bus.offers(t).widen()
        }
    }

    fn flows(&self, t: usize, setpoint_kw: f64) -> Flows {
        self.capped
            .as_ref()
            .map_or_else(|| self.bus.flows(t, setpoint_kw), |capped| capped.flows(t, setpoint_kw))
    }

    fn slopes_at(&self, t: usize, z: f64) -> (f64, f64) {
        self.capped.as_ref().map_or_else(|| self.bus.slopes_at(t, z), |capped| capped.slopes_at(t, z))
    }

    fn support(&self, t: usize, price: f64) -> Option<(f64, f64)> {
        (!self.bus.site.is_convex_step(t)).then(|| self.hull.support(self.bus, t, price))
    }
}

/// Pieces of a plain step from full charge to full discharge: money and kWh in the cells. `prices` are
/// those of import and export, `limits` those of charging and discharging power.
#[inline(always)]
pub(super) fn plain_pieces<N: Num>(
    rates: &Rates,
    (buy, sell): (f64, f64),
    net_kw: N,
    (charge_limit_kw, discharge_limit_kw): (N, N),
) -> [(f64, N); PLAIN] {
    let deficit = net_kw.clamp_to(N::ZERO, discharge_limit_kw);
    let surplus = (-net_kw).clamp_to(N::ZERO, charge_limit_kw);
    let bought = charge_limit_kw - surplus;
    let sold = discharge_limit_kw - deficit;
    let Rates { charge_kwh_per_kw, discharge_kwh_per_kw, wear_per_kwh: wear, .. } = *rates;
    [
        (buy * rates.per_charge_efficiency, bought * charge_kwh_per_kw),
        (sell * rates.per_charge_efficiency, surplus * charge_kwh_per_kw),
        ((buy - wear) * rates.discharge_efficiency, deficit * discharge_kwh_per_kw),
        ((sell - wear) * rates.discharge_efficiency, sold * discharge_kwh_per_kw),
    ]
}

/// What a plain step costs when the storage takes `setpoint_kw`, money.
#[inline(always)]
pub(super) fn plain_cost<N: Num>(rates: &Rates, (buy, sell): (f64, f64), net_kw: N, setpoint_kw: N) -> N {
    let z = net_kw + setpoint_kw;
    let discharged = (-setpoint_kw).positive();
    (z.positive() * buy - (-z).positive() * sell + discharged * rates.wear_per_kwh) * rates.step_hours
}

/// Plain steps (see [`Bus::plain`]) without any price on demand.
pub struct Plain<'a>(pub &'a Bus<'a>);

impl Steps<PLAIN> for Plain<'_> {
    #[inline(always)]
    fn offers(&self, t: usize) -> Offers<PLAIN> {
        let bus = self.0;
        let limits = (bus.store.charge_limit_kw, bus.store.discharge_limit_kw);
        let prices = (bus.site.import_price_per_kwh[t], bus.site.export_price_per_kwh[t]);
        let net = bus.net_kw(t);
        let mut offers = bus.full_range();
        offers.top_cost = plain_cost(&bus.rates, prices, net, limits.0);
        for (value, kwh) in plain_pieces(&bus.rates, prices, net, limits) {
            offers.push(value, kwh);
        }
        offers
    }

    #[inline]
    fn flows(&self, t: usize, setpoint_kw: f64) -> Flows {
        let bus = self.0;
        let net = bus.net_kw(t);
        let z = net + setpoint_kw;
        let prices = (bus.site.import_price_per_kwh[t], bus.site.export_price_per_kwh[t]);
        let cost = plain_cost(&bus.rates, prices, net, setpoint_kw);
        Flows { import_kw: z.max(0.0), export_kw: (-z).max(0.0), cost, ..Flows::default() }
    }

    fn slopes_at(&self, t: usize, z: f64) -> (f64, f64) {
        self.0.slopes_at(t, z)
    }
}

/// Plain steps with at most one demand charge.
pub struct Capped<'a> {
    bus: &'a Bus<'a>,
    /// Period of each step, with cap and price of the periods; empty: no demand charge.
    period_of_step: &'a [u16],
    caps_kw: &'a [f64],
    price_per_kw: &'a [f64],
    per_hour: f64,
}

impl<'a> Capped<'a> {
    /// The steps of `bus`, which must be plain and have no second demand charge.
    pub fn new(bus: &'a Bus<'a>) -> Self {
        let (mut period_of_step, mut caps_kw, mut price_per_kw): (&[u16], &[f64], &[f64]) = (&[], &[], &[]);
        if let (Some(charge), Some(caps)) = (bus.site.demand.first(), bus.caps_kw.first()) {
            (period_of_step, caps_kw, price_per_kw) = (charge.period_of_step, caps, charge.price_per_kw);
        }
        Self { bus, period_of_step, caps_kw, price_per_kw, per_hour: 1.0 / bus.site.step_hours }
    }

    /// Import above which a kWh costs more, and how much more.
    #[inline]
    fn cap(&self, t: usize) -> (f64, f64) {
        match self.period_of_step.get(t) {
            Some(&period) if period != UNMETERED => {
                let period = period as usize;
                (self.caps_kw[period].max(0.0), self.price_per_kw[period] * self.per_hour)
            }
            _ => (f64::INFINITY, 0.0),
        }
    }
}

/// [`Capped`] steps with a lower cap and its weight beneath the cap (see [`Bus::floors_kw`]).
pub struct Braced<'a> {
    capped: Capped<'a>,
    floors_kw: &'a [f64],
    weights_per_kw: &'a [f64],
}

impl<'a> Braced<'a> {
    /// The steps of `bus`, which must be plain and have one demand charge with weights.
    pub fn new(bus: &'a Bus<'a>) -> Self {
        let (floors_kw, weights_per_kw) = (&bus.floors_kw[0], &bus.weights_per_kw[0]);
        Self { capped: Capped::new(bus), floors_kw, weights_per_kw }
    }
}

impl Steps<BRACED> for Braced<'_> {
    #[inline(always)]
    fn offers(&self, t: usize) -> Offers<BRACED> {
        let bus = self.capped.bus;
        let (site, store) = (&bus.site, &bus.store);
        let (buy, sell) = (bus.import_price(t), site.export_price_per_kwh[t]);
        let (cap, extra) = self.capped.cap(t);
        let (floor, weight) = match self.capped.period_of_step[t] {
            UNMETERED => (f64::INFINITY, 0.0),
            period => (self.floors_kw[period as usize], self.weights_per_kw[t] * self.capped.per_hour),
        };
        let net = bus.net_kw(t);
        let (top, bottom) = (net + store.charge_limit_kw, net - store.discharge_limit_kw);
        let mut offers = bus.full_range();
        let above = weight * (top - floor).max(0.0) + (extra - weight) * (top - cap).max(0.0);
        offers.top_cost = site.step_hours * if top > 0.0 { buy * top + above } else { sell * top };
        let wear = store.throughput_cost_per_kwh;
        let (per_in, kwh_in) = (bus.rates.per_charge_efficiency, bus.rates.charge_kwh_per_kw);
        offers.push((buy + extra) * per_in, (top - net.max(cap)) * kwh_in);
        offers.push((buy + weight) * per_in, (top.min(cap) - net.max(floor)) * kwh_in);
        offers.push(buy * per_in, (top.min(floor) - net.max(0.0)) * kwh_in);
        offers.push(sell * per_in, (top.min(0.0) - net) * kwh_in);
        let (per_out, kwh_out) = (store.discharge_efficiency, bus.rates.discharge_kwh_per_kw);
        offers.push((buy + extra - wear) * per_out, (net - bottom.max(cap)) * kwh_out);
        offers.push((buy + weight - wear) * per_out, (net.min(cap) - bottom.max(floor)) * kwh_out);
        offers.push((buy - wear) * per_out, (net.min(floor) - bottom.max(0.0)) * kwh_out);
        offers.push((sell - wear) * per_out, (net.min(0.0) - bottom) * kwh_out);
        offers
    }

    #[inline]
    fn flows(&self, t: usize, setpoint_kw: f64) -> Flows {
        self.capped.flows(t, setpoint_kw)
    }

    fn slopes_at(&self, t: usize, z: f64) -> (f64, f64) {
        self.capped.bus.slopes_at(t, z)
    }
}

impl Steps<CAPPED> for Capped<'_> {
    #[inline(always)]
    fn offers(&self, t: usize) -> Offers<CAPPED> {
        let bus = self.bus;
        let (site, store) = (&bus.site, &bus.store);
        let (buy, sell) = (bus.import_price(t), site.export_price_per_kwh[t]);
        let (cap, extra) = self.cap(t);
        let net = bus.net_kw(t);
        let (top, bottom) = (net + store.charge_limit_kw, net - store.discharge_limit_kw);
        let mut offers = bus.full_range();
        let rate = if top > 0.0 { buy * top + extra * (top - cap).max(0.0) } else { sell * top };
        offers.top_cost = rate * site.step_hours;
        let wear = store.throughput_cost_per_kwh;
        let (per_in, kwh_in) = (bus.rates.per_charge_efficiency, bus.rates.charge_kwh_per_kw);
        offers.push((buy + extra) * per_in, (top - net.max(cap)) * kwh_in);
        offers.push(buy * per_in, (top.min(cap) - net.max(0.0)) * kwh_in);
        offers.push(sell * per_in, (top.min(0.0) - net) * kwh_in);
        let (per_out, kwh_out) = (store.discharge_efficiency, bus.rates.discharge_kwh_per_kw);
        offers.push((buy + extra - wear) * per_out, (net - bottom.max(cap)) * kwh_out);
        offers.push((buy - wear) * per_out, (net.min(cap) - bottom.max(0.0)) * kwh_out);
        offers.push((sell - wear) * per_out, (net.min(0.0) - bottom) * kwh_out);
        offers
    }

    #[inline]
    fn flows(&self, t: usize, setpoint_kw: f64) -> Flows {
        Plain(self.bus).flows(t, setpoint_kw)
    }

    #[inline]
    fn slopes_at(&self, t: usize, z: f64) -> (f64, f64) {
        let (buy, sell) = (self.bus.import_price(t), self.bus.site.export_price_per_kwh[t]);
        let (cap, extra) = self.cap(t);
        let near = 1e-9 * (1.0 + z.abs());
        let left = if z > cap + near {
            buy + extra
        } else if z > near {
            buy
        } else {
            sell
        };
        let right = if z >= cap - near {
            buy + extra
        } else if z >= -near {
            buy
        } else {
            sell
        };
        (left, right)
    }
}
