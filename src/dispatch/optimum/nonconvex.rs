//! Cost-to-go where the cost of a step need not be convex: exact, and only as long as needed.
//!
//! The infimal convolution of two piecewise linear functions is the lower envelope of those of
//! their convex stretches, and each of these is a merge of two sorted lists. A step has at most a
//! few stretches, and the envelope drops whatever no schedule uses, so the functions stay short.

use super::forward::{self, Move};
use super::node::{Bus, Offers, Piece};
use super::physical::Curve;
use super::steps::Steps;
use super::value_function::{Unreachable, ValueFunction};

/// Buffers of a solution, reused between plans.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    /// Convolution of a stretch of the step with one of the cost-to-go, with all so far, and of
    /// all stretches of the step so far.
    pair: Curve,
    stretch: Curve,
    whole: Curve,
    spare: Curve,
}

/// End of the convex stretch that begins at `start`: values fall within it.
fn stretch_end(pieces: &[Piece], start: usize) -> usize {
    let mut end = start + 1;
    while end < pieces.len() && pieces[end].value <= pieces[end - 1].value {
        end += 1;
    }
    end.min(pieces.len())
}

/// Length and fall of pieces.
fn extent(pieces: &[Piece]) -> (f64, f64) {
    pieces.iter().fold((0.0, 0.0), |(kwh, fall), piece| (kwh + piece.kwh, fall + piece.value * piece.kwh))
}

impl Curve {
    /// The infimal convolution of two convex functions: their pieces by falling value.
    fn merge(&mut self, a: &[Piece], b: &[Piece], least: f64) {
        let (mut i, mut j) = (0, 0);
        while i < a.len() || j < b.len() {
            let first = j >= b.len() || (i < a.len() && a[i].value >= b[j].value);
            let Piece { value, kwh } = if first { a[i] } else { b[j] };
            *if first { &mut i } else { &mut j } += 1;
            self.push(value, kwh, least);
        }
    }
}

impl Scratch {
    /// The infimal convolution of what comes later, from `low` on, with a step's own pieces,
    /// relative to the cost at the lowest energy and full charge, into `whole`.
    fn convolve(&mut self, low: f64, later: &[Piece], own: &[Piece], top_kwh: f64, near: f64, least: f64) {
        let mut begun = false;
        let (mut own_from, mut own_cost) = (-top_kwh, 0.0);
        let mut start = 0;
        loop {
            let end = stretch_end(own, start);
            let step = &own[start.min(own.len())..end];
            let (mut from, mut cost) = (low + own_from, own_cost);
            let mut first = 0;
            loop {
                let last = stretch_end(later, first);
                let part = &later[first.min(later.len())..last];
                let target = if first == 0 { &mut self.stretch } else { &mut self.pair };
                target.begin(from, cost);
                target.merge(part, step, least);
                if first > 0 {
                    self.spare.lower(&self.stretch, &self.pair, near, least);
                    std::mem::swap(&mut self.spare, &mut self.stretch);
                }
                if last >= later.len() {
                    break;
                }
                let (kwh, fall) = extent(part);
                from += kwh;
                cost -= fall;
                first = last;
            }
            if begun {
                self.spare.lower(&self.whole, &self.stretch, near, least);
                std::mem::swap(&mut self.spare, &mut self.whole);
            } else {
                std::mem::swap(&mut self.stretch, &mut self.whole);
                begun = true;
            }
            if end >= own.len() {
                break;
            }
            let (kwh, fall) = extent(step);
            own_from += kwh;
            own_cost -= fall;
            start = end;
        }
    }
}

impl ValueFunction {
    /// Cost-to-go of `bus` back to the first step, for any prices.
    pub(super) fn back_nonconvex<const N: usize>(
        &mut self,
        bus: &Bus<'_>,
        of: &impl Steps<N>,
        scratch: &mut Scratch,
    ) -> Result<(), Unreachable> {
        let (mut span, mut cost) = self.begin(bus)?;
        let store = &bus.store;
        let dearest = bus.site.import_price_per_kwh.iter().fold(0.0f64, |most, price| most.max(price.abs()));
        let least = 1e-12 * (1.0 + store.energy_max_kwh);
        let near = least * (1.0 + dearest);
        for t in (0..bus.site.steps()).rev() {
            self.step_back(bus, scratch, &of.offers(t), t, (&mut span, &mut cost), (near, least))?;
        }
        self.start_cost = cost;
        Ok(())
    }

    fn step_back<const N: usize>(
        &mut self,
        bus: &Bus<'_>,
        scratch: &mut Scratch,
        offers: &Offers<N>,
        t: usize,
        (span, cost): (&mut f64, &mut f64),
        (near, least): (f64, f64),
    ) -> Result<(), Unreachable> {
        let keep = bus.store.retention_per_step;
        let (from, to) = self.served_from(bus, offers, t, *span)?;
        let (start, end) = self.range[t + 1];
        let later = &self.pieces[start as usize..end as usize];
        let low = self.low_kwh[t + 1];
        scratch.convolve(low, later, offers.pieces(), offers.top_kwh, near, least);
        let whole = &scratch.whole;
        *cost += offers.top_cost + whole.cost;
        let mut skip = from - whole.from;
        let mut left = (to - from).max(0.0);
        *span = left / keep;
        let first_out = self.pieces.len();
        for piece in &whole.pieces {
            if left <= 0.0 && skip <= 0.0 {
                break;
            }
            if skip >= piece.kwh {
                skip -= piece.kwh;
                *cost -= piece.value * piece.kwh;
                continue;
            }
            *cost -= piece.value * skip;
            let kwh = (piece.kwh - skip).min(left);
            skip = 0.0;
            left -= kwh;
            if kwh <= 0.0 {
                break;
            }
            self.pieces.push(Piece { value: piece.value * keep, kwh: kwh / keep });
        }
        if left > 0.0 && self.pieces.len() > first_out {
            // Rounding of the lengths: the last piece reaches to the end.
            let last = self.pieces.len() - 1;
            self.pieces[last].kwh += left / keep;
        }
        self.range[t] = (first_out as u32, self.pieces.len() as u32);
        self.low_kwh[t] = from / keep;
        Ok(())
    }
}

/// Follows step `t` from the energy before it to the cheapest energy after it.
pub fn follow<const N: usize>(
    bus: &Bus<'_>,
    value: &ValueFunction,
    offers: &Offers<N>,
    t: usize,
    energy_kwh: f64,
) -> Move {
    let kept = energy_kwh * bus.store.retention_per_step;
    let later = value.after(t + 1);
    let own = offers.pieces();
    let low = value.low_kwh(t + 1);
    let from = low.max(kept + offers.bottom_kwh);
    // Upwards from full discharge: what comes later in its order, the step's own from its end.
    let (mut later, mut own) = (
        Cursor::new(later.iter(), from - low),
        Cursor::new(own.iter().rev(), from - kept - offers.bottom_kwh),
    );
    let (mut energy, mut cost) = (from, 0.0);
    let mut best = (cost, from);
    let mut below =
        (later.value_below.unwrap_or(f64::INFINITY), own.value_below.unwrap_or(f64::NEG_INFINITY));
    let mut left = below;
    let mut right = None;
    loop {
        let above = (
            later.now.map_or(f64::NEG_INFINITY, |piece| piece.value),
            own.now.map_or(f64::INFINITY, |piece| piece.value),
        );
        right = right.or(Some(above));
        let (Some(after), Some(spent)) = (later.now, own.now) else { break };
        let kwh = after.kwh.min(spent.kwh);
        cost += (spent.value - after.value) * kwh;
        energy += kwh;
        below = above;
        later.advance(kwh);
        own.advance(kwh);
        if cost < best.0 {
            best = (cost, energy);
            (left, right) = (below, None);
        }
    }
    let right = right.unwrap_or(below);
    // One more kWh in store saves what comes later, or what the step would have spent for it.
    let (least, most) = (right.0.max(left.1), left.0.min(right.1));
    let energy = best.1;
    let value_range = (least.min(most), least.max(most));
    Move { energy_kwh: energy, setpoint_kw: forward::bus_power(bus, energy - kept), value_range }
}

/// Pieces from a point on.
struct Cursor<I> {
    rest: I,
    /// What is left of the piece at hand.
    now: Option<Piece>,
    /// Value just below the point; none at the very start.
    value_below: Option<f64>,
}

impl<'a, I: Iterator<Item = &'a Piece>> Cursor<I> {
    fn new(mut rest: I, mut skip_kwh: f64) -> Self {
        let mut value_below = None;
        let mut now = rest.next().copied();
        while let Some(piece) = &mut now {
            if skip_kwh <= 0.0 {
                break;
            }
            value_below = Some(piece.value);
            if skip_kwh < piece.kwh {
                piece.kwh -= skip_kwh;
                break;
            }
            skip_kwh -= piece.kwh;
            now = rest.next().copied();
        }
        Self { rest, now, value_below }
    }

    #[inline]
    fn advance(&mut self, kwh: f64) {
        if let Some(piece) = &mut self.now {
            piece.kwh -= kwh;
            if piece.kwh <= 0.0 {
                self.now = self.rest.next().copied();
            }
        }
    }
}
