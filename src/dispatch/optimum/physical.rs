//! The cost of a step where its prices break convexity: export pays more than import costs, or
//! energy is worth less than nothing.
//!
//! There is one meter, and a storage either charges or discharges. For each way the meter turns
//! the cost is convex in net power; the step costs the lower of the two. In the energy put into
//! the cells that is a few convex stretches, one after another.

use super::node::{Bus, Meter, Offers, Order, PHYSICAL, Piece};

/// A piecewise linear function from `from` on; `value` of a piece is how much a unit lowers it.
#[derive(Debug, Clone, Default)]
pub struct Curve {
    /// Where it begins.
    pub from: f64,
    /// Its value there, money.
    pub cost: f64,
    /// Its pieces.
    pub pieces: Vec<Piece>,
}

impl Curve {
    /// An empty function beginning at a point.
    pub fn begin(&mut self, from: f64, cost: f64) {
        (self.from, self.cost) = (from, cost);
        self.pieces.clear();
    }

    /// Appends a stretch; what is shorter than `least` lengthens the piece before.
    #[inline]
    pub fn push(&mut self, value: f64, length: f64, least: f64) {
        if length <= 0.0 {
            return;
        }
        match self.pieces.last_mut() {
            Some(last) if last.value == value || length <= least => last.kwh += length,
            _ => self.pieces.push(Piece { value, kwh: length }),
        }
    }

    /// Its value at a point; beyond its ends that of the end.
    pub fn at(&self, point: f64) -> f64 {
        let mut rest = point - self.from;
        let mut cost = self.cost;
        for piece in &self.pieces {
            if rest <= 0.0 {
                break;
            }
            cost -= piece.value * rest.min(piece.kwh);
            rest -= piece.kwh;
        }
        cost
    }

    /// How far `self` lies above another over the same range at most, and where.
    pub fn above(&self, other: &Self) -> (f64, f64) {
        let left = |pieces: &[Piece], at: usize| pieces.get(at).map_or(0.0, |piece| piece.kwh);
        let (mut i, mut j) = (0, 0);
        let (mut left_self, mut left_other) = (left(&self.pieces, 0), left(&other.pieces, 0));
        let (mut ahead, mut at) = (self.cost - other.cost, self.from);
        let mut most = (ahead, at);
        while i < self.pieces.len() && j < other.pieces.len() {
            let length = left_self.min(left_other);
            ahead -= (self.pieces[i].value - other.pieces[j].value) * length;
            at += length;
            if ahead > most.0 {
                most = (ahead, at);
            }
            left_self -= length;
            left_other -= length;
            if left_self <= 0.0 {
                i += 1;
                left_self = left(&self.pieces, i);
            }
            if left_other <= 0.0 {
                j += 1;
                left_other = left(&other.pieces, j);
            }
        }
        most
    }

    /// [`Curve::above`] at given points, or everywhere if there are none.
    pub fn above_at(&self, other: &Self, points: &[f64]) -> (f64, f64) {
        let ahead = points.iter().map(|&at| (self.at(at) - other.at(at), at));
        ahead.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_else(|| self.above(other))
    }

    /// The lower of two functions over the same range into `self`.
    pub fn lowest(&mut self, first: &Self, second: &Self) {
        let scale = first.cost.abs().max(second.cost.abs());
        let (first, second) = if first.from >= second.from { (first, second) } else { (second, first) };
        self.lower(first, second, 1e-15 * (1.0 + scale), 1e-12 * (1.0 + first.from.abs()));
    }

    /// The lower of two functions into `self`. `second` begins and ends no earlier than `first`;
    /// where it begins later it begins on or above it, and where `first` ends earlier it ends on or
    /// above `second`, so the lower of both has no jump. Differences below `near` money are none, lengths below `least` no pieces.
    pub fn lower(&mut self, first: &Self, second: &Self, near: f64, least: f64) {
        self.begin(first.from, first.cost);
        let (mut i, mut j) = (0, 0);
        let mut left_first = first.pieces.first().map_or(0.0, |piece| piece.kwh);
        let mut left_second = second.pieces.first().map_or(0.0, |piece| piece.kwh);
        let mut lead = second.from - first.from;
        let mut ahead = first.cost - second.cost;
        while lead > 0.0 && i < first.pieces.len() {
            let value = first.pieces[i].value;
            let length = left_first.min(lead);
            self.push(value, length, least);
            ahead -= value * length;
            lead -= length;
            left_first -= length;
            if left_first <= 0.0 {
                i += 1;
                left_first = first.pieces.get(i).map_or(0.0, |piece| piece.kwh);
            }
        }
        let mut on_second = second.from <= first.from && ahead > near;
        if on_second {
            self.cost = second.cost;
        }
        // `ahead` is how far the first lies above the second.
        while i < first.pieces.len() && j < second.pieces.len() {
            let (a, b) = (first.pieces[i].value, second.pieces[j].value);
            let length = left_first.min(left_second);
            let then = ahead - (a - b) * length;
            let (lower, upper) = if on_second { (b, a) } else { (a, b) };
            let crosses = if on_second { then < -near } else { then > near };
            if crosses {
                let beneath = if on_second { ahead > 0.0 } else { ahead < 0.0 };
                let until = if beneath { (ahead / (a - b)).clamp(0.0, length) } else { 0.0 };
                self.push(lower, until, least);
                self.push(upper, length - until, least);
                on_second = !on_second;
            } else {
                self.push(lower, length, least);
            }
            ahead = then;
            left_first -= length;
            left_second -= length;
            if left_first <= 0.0 {
                i += 1;
                left_first = first.pieces.get(i).map_or(0.0, |piece| piece.kwh);
            }
            if left_second <= 0.0 {
                j += 1;
                left_second = second.pieces.get(j).map_or(0.0, |piece| piece.kwh);
            }
        }
        if j < second.pieces.len() {
            self.push(second.pieces[j].value, left_second, least);
            for piece in &second.pieces[j + 1..] {
                self.push(piece.value, piece.kwh, least);
            }
        }
    }
}

/// Cost of a step over falling net power, for each way of the meter and the lower of both.
#[derive(Debug, Clone, Default)]
pub struct PowerCurves {
    import: Curve,
    export: Curve,
    lower: Curve,
}

/// Powers below this are rounding, kW.
const NOTHING_KW: f64 = 1e-12;

impl Curve {
    /// The cost of `order` from net power `top` down to `bottom`, money per h over kW.
    fn of(&mut self, order: &Order, top: f64, bottom: f64) {
        let highest = order.highest_kw();
        let top = top.min(highest);
        self.begin(-top, order.cost(top));
        let mut upper = highest;
        for segment in order.segments().iter().rev() {
            let lower = upper - segment.length_kw;
            self.push(segment.slope, upper.min(top) - lower.max(bottom), NOTHING_KW);
            upper = lower;
        }
    }
}

impl Bus<'_> {
    /// Which way the meter turns at least cost in step `t` at a net power.
    pub(super) fn meter(&self, t: usize, z: f64) -> Meter {
        if self.convex || self.site.is_convex_step(t) {
            return Meter::Either;
        }
        let import = self.order(t, Meter::Import);
        let export = self.order(t, Meter::Export);
        if z > export.highest_kw() {
            Meter::Import
        } else if z < import.lowest_kw || export.cost(z) < import.cost(z) {
            Meter::Export
        } else {
            Meter::Import
        }
    }

    /// The pieces of step `t` as one meter and one storage can do it.
    pub(super) fn physical_offers(&self, t: usize, curves: &mut PowerCurves) -> Offers<PHYSICAL> {
        let store = &self.store;
        let net = self.net_kw(t);
        let import = self.order(t, Meter::Import);
        let export = self.order(t, Meter::Export);
        let top = (net + store.charge_limit_kw).min(import.highest_kw());
        let bottom = (net - store.discharge_limit_kw).max(export.lowest_kw);
        let mut offers = Offers::between(self.in_cells(t, top), self.in_cells(t, bottom));
        if top < bottom {
            return offers;
        }
        let imports = top > import.lowest_kw || bottom >= import.lowest_kw;
        let exports = bottom < export.highest_kw() || top <= export.highest_kw();
        let cost = if imports && exports {
            curves.import.of(&import, top, bottom);
            curves.export.of(&export, top, bottom);
            let scale = curves.import.cost.abs().max(curves.export.cost.abs());
            curves.lower.lower(&curves.import, &curves.export, 1e-13 * (1.0 + scale), NOTHING_KW);
            &curves.lower
        } else if imports {
            curves.import.of(&import, top, bottom);
            &curves.import
        } else {
            curves.export.of(&export, top, bottom);
            &curves.export
        };
        let wear = store.throughput_cost_per_kwh;
        let mut upper = top;
        for piece in &cost.pieces {
            let lower = upper - piece.kwh;
            let charging = upper - lower.max(net);
            let discharging = upper.min(net) - lower;
            offers.push(
                piece.value * self.rates.per_charge_efficiency,
                charging * self.rates.charge_kwh_per_kw,
            );
            offers.push(
                (piece.value - wear) * store.discharge_efficiency,
                discharging * self.rates.discharge_kwh_per_kw,
            );
            upper = lower;
        }
        offers.top_cost = (cost.cost + wear * (net - top).max(0.0)) * self.site.step_hours;
        offers
    }
}
