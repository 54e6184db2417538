//! The cost-to-go of stored energy after every step, piecewise linear.
//!
//! Stored as pieces of one marginal value each from the lowest energy up, all steps in one arena.
//! Going back one step is an infimal convolution with the step's own pieces. Where all steps are
//! convex the values fall and the convolution is a merge of two sorted lists, cut to what the
//! limits can reach, and a rescaling for self-discharge; elsewhere see [`super::nonconvex`].

use super::hull::Hull;
use super::node::{Bus, Offers, Piece};
use super::nonconvex::Scratch;
use super::physical::Curve;
use super::steps::{Braced, Capped, General, Hulled, Physical, Plain, Steps};

/// Lengths below this are rounding, kWh.
pub(super) const NOTHING_KWH: f64 = 1e-9;

/// Some step's limits cannot be met from any stored energy; `reach::diagnose` says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreachable;

/// Cost-to-go after each step and before the first; buffers are reused between plans.
#[derive(Debug, Clone, Default)]
pub struct ValueFunction {
    pub(super) pieces: Vec<Piece>,
    /// Per time `t` (0 before the first step): where its pieces start and end.
    pub(super) range: Vec<(u32, u32)>,
    /// Energy at the first piece's start, kWh, per time.
    pub(super) low_kwh: Vec<f64>,
    /// Cost-to-go at `low_kwh` before the first step, money.
    pub(super) start_cost: f64,
    scratch: Scratch,
}

impl ValueFunction {
    /// Cost-to-go of `bus` from its final range back to the first step.
    ///
    /// # Errors
    /// If no schedule from the start energy keeps all limits.
    pub fn solve(&mut self, bus: &Bus<'_>) -> Result<(), Unreachable> {
        self.solve_from_anywhere(bus)?;
        if self.cost_from(bus.store.energy_start_kwh).is_finite() { Ok(()) } else { Err(Unreachable) }
    }

    /// [`ValueFunction::solve`] whatever the energy at the start.
    ///
    /// # Errors
    /// If limits cannot be kept from any start energy.
    pub(super) fn solve_from_anywhere(&mut self, bus: &Bus<'_>) -> Result<(), Unreachable> {
        if !bus.convex {
            let mut scratch = std::mem::take(&mut self.scratch);
            let solved = if bus.is_bare() {
                self.back_nonconvex(bus, &Plain(bus), &mut scratch)
            } else if bus.is_capped() && !bus.weights_per_kw.is_empty() {
                self.back_nonconvex(bus, &Braced::new(bus), &mut scratch)
            } else if bus.is_capped() {
                self.back_nonconvex(bus, &Capped::new(bus), &mut scratch)
            } else {
                self.back_nonconvex(bus, &Physical::new(bus), &mut scratch)
            };
            self.scratch = scratch;
            solved?;
        } else if bus.is_bare() {
            self.back(bus, &Plain(bus))?;
        } else if bus.is_capped() {
            self.back(bus, &Capped::new(bus))?;
        } else {
            self.back(bus, &General(bus))?;
        }
        Ok(())
    }

    /// The end of the horizon: width of its range, kWh, and cost at its lowest energy, money.
    pub(super) fn begin(&mut self, bus: &Bus<'_>) -> Result<(f64, f64), Unreachable> {
        let steps = bus.site.steps();
        let store = &bus.store;
        self.pieces.clear();
        self.range.clear();
        self.range.resize(steps + 1, (0, 0));
        self.low_kwh.clear();
        self.low_kwh.resize(steps + 1, 0.0);
        if let Some(after) = bus.after {
            self.pieces.extend_from_slice(&after.pieces);
            self.range[steps] = (0, self.pieces.len() as u32);
            self.low_kwh[steps] = after.from;
            return Ok((self.span_kwh(steps), after.cost));
        }
        let (low, high) = store.final_range_kwh();
        if high < low - NOTHING_KWH {
            return Err(Unreachable);
        }
        if high > low {
            self.pieces.push(Piece { value: store.final_value_per_kwh(), kwh: high - low });
        }
        self.range[steps] = (0, self.pieces.len() as u32);
        self.low_kwh[steps] = low;
        Ok((high - low, -store.final_value_per_kwh() * low))
    }

    /// Cost-to-go of `bus` with every step that is not convex replaced by its hull.
    ///
    /// # Errors
    /// If no schedule from the start energy keeps all limits.
    pub(super) fn solve_hull(&mut self, bus: &Bus<'_>, hull: &Hull) -> Result<(), Unreachable> {
        self.back(bus, &Hulled::new(bus, hull))?;
        if self.cost_from(bus.store.energy_start_kwh).is_finite() { Ok(()) } else { Err(Unreachable) }
    }

    fn back<const N: usize>(&mut self, bus: &Bus<'_>, of: &impl Steps<N>) -> Result<(), Unreachable> {
        let (mut span, mut cost) = self.begin(bus)?;
        let steps = bus.site.steps();
        let store = &bus.store;
        let keep = store.retention_per_step;
        for t in (0..steps).rev() {
            let offers = of.offers(t);
            let reach = self.low_kwh[t + 1] - offers.top_kwh;
            let (from, to) = self.served_from(bus, &offers, t, span)?;
            cost += offers.top_cost;
            span = (to - from).max(0.0);
            cost -= self.merge(t, &offers, from - reach, span, keep);
            self.low_kwh[t] = from / keep;
            span /= keep;
        }
        self.start_cost = cost;
        Ok(())
    }

    /// Energies kept from before step `t` from which the rest can be served, if `span` kWh above
    /// the lowest can after it.
    #[inline]
    pub(super) fn served_from<const N: usize>(
        &self,
        bus: &Bus<'_>,
        offers: &Offers<N>,
        t: usize,
        span: f64,
    ) -> Result<(f64, f64), Unreachable> {
        let store = &bus.store;
        let keep = store.retention_per_step;
        let low = self.low_kwh[t + 1];
        let from = (low - offers.top_kwh).max(keep * store.energy_min_kwh);
        let to = (low + span - offers.bottom_kwh).min(keep * store.energy_max_kwh);
        if offers.top_kwh < offers.bottom_kwh - NOTHING_KWH || to < from - NOTHING_KWH {
            return Err(Unreachable);
        }
        Ok((from, to))
    }

    /// Merges the pieces after step `t` with the step's own, drops `skip` kWh from the low end,
    /// keeps `span` kWh, and returns the value of what was dropped.
    #[inline]
    fn merge<const N: usize>(
        &mut self,
        t: usize,
        offers: &Offers<N>,
        mut skip: f64,
        mut span: f64,
        keep: f64,
    ) -> f64 {
        let (start, end) = self.range[t + 1];
        let (mut i, end) = (start as usize, end as usize);
        let first_out = self.pieces.len();
        let own = offers.pieces();
        let mut j = 0;
        let mut dropped = 0.0;
        let mut last_value = f64::NAN;
        while span > 0.0 || skip > 0.0 {
            let piece = match (i < end, j < own.len()) {
                (true, true) if self.pieces[i].value >= own[j].value => {
                    i += 1;
                    self.pieces[i - 1]
                }
                (_, true) => {
                    j += 1;
                    own[j - 1]
                }
                (true, false) => {
                    i += 1;
                    self.pieces[i - 1]
                }
                (false, false) => break,
            };
            if skip >= piece.kwh {
                skip -= piece.kwh;
                dropped += piece.value * piece.kwh;
                continue;
            }
            dropped += piece.value * skip;
            let kwh = (piece.kwh - skip).min(span);
            skip = 0.0;
            span -= kwh;
            if kwh <= 0.0 {
                break;
            }
            if piece.value == last_value {
                let last = self.pieces.len() - 1;
                self.pieces[last].kwh += kwh / keep;
            } else {
                last_value = piece.value;
                self.pieces.push(Piece { value: piece.value * keep, kwh: kwh / keep });
            }
        }
        if span > 0.0 && self.pieces.len() > first_out {
            // Rounding of the lengths: the last piece reaches to the end.
            let last = self.pieces.len() - 1;
            self.pieces[last].kwh += span / keep;
        }
        self.range[t] = (first_out as u32, self.pieces.len() as u32);
        dropped
    }

    /// Cost of the best schedule from `energy_kwh` before the first step; infinite out of range.
    #[must_use]
    pub fn cost_from(&self, energy_kwh: f64) -> f64 {
        let mut rest = energy_kwh - self.low_kwh[0];
        if rest < -1e-7 || rest > self.span_kwh(0) + 1e-7 {
            return f64::INFINITY;
        }
        let mut cost = self.start_cost;
        for piece in self.after(0) {
            let kwh = rest.clamp(0.0, piece.kwh);
            cost -= piece.value * kwh;
            rest -= kwh;
        }
        cost
    }

    /// The cost before the first step over the energy then in store.
    pub(super) fn start(&self) -> Curve {
        Curve { from: self.low_kwh[0], cost: self.start_cost, pieces: self.after(0).to_vec() }
    }

    /// The pieces at time `t`: 0 before the first step, `t` after step `t - 1`.
    #[inline]
    pub fn after(&self, t: usize) -> &[Piece] {
        let (start, end) = self.range[t];
        &self.pieces[start as usize..end as usize]
    }

    /// Lowest energy at time `t` from which the rest of the horizon can be served, kWh.
    #[inline]
    pub fn low_kwh(&self, t: usize) -> f64 {
        self.low_kwh[t]
    }

    /// Width of the range of energy at time `t`, kWh.
    pub fn span_kwh(&self, t: usize) -> f64 {
        self.after(t).iter().map(|piece| piece.kwh).sum()
    }
}
