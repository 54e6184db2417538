//! Power and energy of one storage: what a step may charge or discharge, and what it leaves.
//!
//! Everything is generic over [`Num`], so that a battery of one park and the same battery of
//! eight designs side by side run the same lines. Powers are AC kW at the bus, energies kWh in
//! the cells. The order of a step is: rest (self-discharge), then charge or discharge; a limit
//! is the power that just reaches the energy bound at the end of the step.
//!
//! Two models of losses, chosen at compile time:
//! - [`Simple`]: constant efficiencies and self-discharge. A power `c` stores `η_c c Δt`; a
//!   power `d` takes `d Δt / η_d`.
//! - [`Detailed`]: between bus and cells the converter also loses `L(p) = a p + b p²` of the AC
//!   power `p`, on top of a standby draw that the plant adds to the load, so `c` stores
//!   `η_c (c - L(c)) Δt` and `d` takes `(d + L(d)) Δt / η_d`; a series scales the power limits
//!   (temperature derating).

use crate::dispatch::Num;

/// What the year loop needs to know of a storage: plain numbers, checked by their owner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EnergyParameters<N> {
    /// Highest charging power, AC kW, ≥ 0.
    pub charge_limit_kw: N,
    /// Highest discharging power, AC kW, ≥ 0.
    pub discharge_limit_kw: N,
    /// Lowest stored energy, kWh.
    pub min_kwh: N,
    /// Highest stored energy, kWh, at least `min_kwh`.
    pub max_kwh: N,
    /// Stored energy at the start of the year, kWh.
    pub initial_kwh: N,
    /// Share of charged AC energy that reaches the cells, (0, 1].
    pub charge_efficiency: N,
    /// Share of the cells' energy that reaches the bus, (0, 1].
    pub discharge_efficiency: N,
    /// Share of the stored energy lost per hour.
    pub self_discharge_per_h: N,
    /// Constant draw of converter and auxiliaries, AC kW (detailed losses only).
    pub standby_kw: N,
    /// Converter loss proportional to the AC power, share of it (detailed losses only).
    pub linear_loss: N,
    /// Converter loss with the square of the AC power, kW per kW² (detailed losses only).
    pub quadratic_loss_per_kw: N,
}

impl<N: Num> EnergyParameters<N> {
    /// A storage with equal power both ways and constant efficiencies, nothing else lost.
    pub fn simple(power_kw: N, min_kwh: N, max_kwh: N, initial_kwh: N, efficiencies: (N, N)) -> Self {
        Self {
            charge_limit_kw: power_kw,
            discharge_limit_kw: power_kw,
            min_kwh,
            max_kwh,
            initial_kwh,
            charge_efficiency: efficiencies.0,
            discharge_efficiency: efficiencies.1,
            self_discharge_per_h: N::ZERO,
            standby_kw: N::ZERO,
            linear_loss: N::ZERO,
            quadratic_loss_per_kw: N::ZERO,
        }
    }
}

macro_rules! gathered {
    ($($field:ident),*) => {
        impl<N: Num> EnergyParameters<N> {
            /// The parameters of several designs side by side; `of` gives those of a lane.
            pub fn from_each<'a>(of: impl Fn(usize) -> &'a EnergyParameters<f64>) -> Self {
                Self { $($field: N::from_fn(|lane| of(lane).$field),)* }
            }
        }
    };
}

gathered!(
    charge_limit_kw,
    discharge_limit_kw,
    min_kwh,
    max_kwh,
    initial_kwh,
    charge_efficiency,
    discharge_efficiency,
    self_discharge_per_h,
    standby_kw,
    linear_loss,
    quadratic_loss_per_kw
);

/// How AC power and stored energy are bound within one step.
pub trait Losses<N: Num>: Copy {
    /// Whether the storage draws power when idle.
    const STANDBY: bool;
    /// Constant draw, AC kW.
    fn standby_kw(&self) -> N;
    /// Energy left after resting one step, kWh.
    fn rested_kwh(&self, stored_kwh: N) -> N;
    /// AC power that stores `room_kwh` in one step, kW; below 0 only where the room is.
    fn charge_kw_for(&self, room_kwh: N) -> N;
    /// Energy that a charging power stores in one step, kWh.
    fn stored_kwh_by(&self, charge_kw: N) -> N;
    /// AC power that takes `available_kwh` in one step, kW; below 0 only where nothing is available.
    fn discharge_kw_for(&self, available_kwh: N) -> N;
    /// Energy that a discharging power takes in one step, kWh.
    fn taken_kwh_by(&self, discharge_kw: N) -> N;
    /// A power limit in a step, after temperature derating.
    fn derated(&self, limit_kw: N, step: usize) -> N;
    /// What a storage with `stored_kwh` between its bounds (from rest perhaps below the lower) takes and gives
    /// of powers ≥ 0 of which at most one is above 0: both, AC kW, and the kWh it holds then.
    #[inline(always)]
    fn within(&self, stored_kwh: N, (min_kwh, max_kwh): (N, N), charge_kw: N, discharge_kw: N) -> [N; 3] {
        let charge_kw = charge_kw.min(self.charge_kw_for((max_kwh - stored_kwh).positive()));
        let discharge_kw = discharge_kw.min(self.discharge_kw_for((stored_kwh - min_kwh).positive()));
        let change_kwh = self.stored_kwh_by(charge_kw) - self.taken_kwh_by(discharge_kw);
        [charge_kw, discharge_kw, stored_kwh + change_kwh]
    }
}

/// Constant efficiencies; `RESTS` says whether there is self-discharge.
#[derive(Debug, Clone, Copy)]
pub struct Simple<N, const RESTS: bool> {
    kept: N,
    kwh_per_charge_kw: N,
    charge_kw_per_kwh: N,
    kwh_per_discharge_kw: N,
    discharge_kw_per_kwh: N,
}

impl<N: Num, const RESTS: bool> Simple<N, RESTS> {
    /// The model for steps of `step_h` hours.
    pub fn new(parameters: &EnergyParameters<N>, step_h: f64) -> Self {
        let step = N::splat(step_h);
        let kwh_per_charge_kw = parameters.charge_efficiency * step;
        Self {
            kept: N::ONE - parameters.self_discharge_per_h * step,
            kwh_per_charge_kw,
            charge_kw_per_kwh: N::ONE / kwh_per_charge_kw,
            kwh_per_discharge_kw: step / parameters.discharge_efficiency,
            discharge_kw_per_kwh: parameters.discharge_efficiency / step,
        }
    }
}

impl<N: Num, const RESTS: bool> Losses<N> for Simple<N, RESTS> {
    const STANDBY: bool = false;

    #[inline(always)]
    fn standby_kw(&self) -> N {
        N::ZERO
    }
    #[inline(always)]
    fn rested_kwh(&self, stored_kwh: N) -> N {
        if RESTS { stored_kwh * self.kept } else { stored_kwh }
    }
    #[inline(always)]
    fn charge_kw_for(&self, room_kwh: N) -> N {
        room_kwh * self.charge_kw_per_kwh
    }
    #[inline(always)]
    fn stored_kwh_by(&self, charge_kw: N) -> N {
        charge_kw * self.kwh_per_charge_kw
    }
    #[inline(always)]
    fn discharge_kw_for(&self, available_kwh: N) -> N {
        available_kwh * self.discharge_kw_per_kwh
    }
    #[inline(always)]
    fn taken_kwh_by(&self, discharge_kw: N) -> N {
        discharge_kw * self.kwh_per_discharge_kw
    }
    #[inline(always)]
    fn derated(&self, limit_kw: N, _step: usize) -> N {
        limit_kw
    }
    // The energy itself is kept within its bounds, not by way of the power that reaches them: a store is then
    // full or empty to the last bit instead of shrinking its rest step by step down to denormal numbers, and
    // the next step waits for four operations only.
    #[inline(always)]
    fn within(&self, stored_kwh: N, (min_kwh, max_kwh): (N, N), charge_kw: N, discharge_kw: N) -> [N; 3] {
        let change_kwh = self.stored_kwh_by(charge_kw) - self.taken_kwh_by(discharge_kw);
        [
            charge_kw.min(self.charge_kw_for((max_kwh - stored_kwh).positive())),
            discharge_kw.min(self.discharge_kw_for((stored_kwh - min_kwh).positive())),
            (stored_kwh + change_kwh).min(max_kwh).max(stored_kwh.min(min_kwh)),
        ]
    }
}

/// Standby, linear and quadratic converter losses, self-discharge and derated power.
#[derive(Debug, Clone, Copy)]
pub struct Detailed<'a, N> {
    simple: Simple<N, true>,
    standby_kw: N,
    /// Share of the charging power left after the linear loss.
    charged_share: N,
    /// Multiple of the discharging power after the linear loss.
    drawn_share: N,
    quadratic_per_kw: N,
    derating: &'a [f64],
}

impl<'a, N: Num> Detailed<'a, N> {
    /// The model for steps of `step_h` hours; `derating` is the factor on power per step.
    pub fn new(parameters: &EnergyParameters<N>, step_h: f64, derating: &'a [f64]) -> Self {
        Self {
            simple: Simple::new(parameters, step_h),
            standby_kw: parameters.standby_kw,
            charged_share: N::ONE - parameters.linear_loss,
            drawn_share: N::ONE + parameters.linear_loss,
            quadratic_per_kw: parameters.quadratic_loss_per_kw,
            derating,
        }
    }
}

impl<N: Num> Losses<N> for Detailed<'_, N> {
    const STANDBY: bool = true;

    #[inline(always)]
    fn standby_kw(&self) -> N {
        self.standby_kw
    }
    #[inline(always)]
    fn rested_kwh(&self, stored_kwh: N) -> N {
        self.simple.rested_kwh(stored_kwh)
    }
    /// The smaller root of `b c² - (1 - a) c + x = 0`, in the form that stays exact for small `b`;
    /// where no power reaches `x` the power of the largest gain.
    #[inline(always)]
    fn charge_kw_for(&self, room_kwh: N) -> N {
        let cell_kw = self.simple.charge_kw_for(room_kwh).positive();
        let share = self.charged_share;
        let root = (share * share - self.quadratic_per_kw * cell_kw * 4.0).positive().sqrt();
        cell_kw * 2.0 / (share + root)
    }
    #[inline(always)]
    fn stored_kwh_by(&self, charge_kw: N) -> N {
        self.simple.stored_kwh_by(charge_kw * (self.charged_share - self.quadratic_per_kw * charge_kw))
    }
    /// The positive root of `b d² + (1 + a) d - y = 0`.
    #[inline(always)]
    fn discharge_kw_for(&self, available_kwh: N) -> N {
        let cell_kw = self.simple.discharge_kw_for(available_kwh).positive();
        let share = self.drawn_share;
        cell_kw * 2.0 / (share + (share * share + self.quadratic_per_kw * cell_kw * 4.0).sqrt())
    }
    #[inline(always)]
    fn taken_kwh_by(&self, discharge_kw: N) -> N {
        self.simple.taken_kwh_by(discharge_kw * (self.drawn_share + self.quadratic_per_kw * discharge_kw))
    }
    #[inline(always)]
    fn derated(&self, limit_kw: N, step: usize) -> N {
        limit_kw * self.derating[step]
    }
}

/// One storage in a running year: fixed limits and losses beside its stored energy.
#[derive(Debug, Clone, Copy)]
pub struct Store<N, L> {
    charge_limit_kw: N,
    discharge_limit_kw: N,
    min_kwh: N,
    max_kwh: N,
    losses: L,
    /// Energy in the cells now, kWh.
    pub stored_kwh: N,
    /// Charging power of the last step before standby, AC kW.
    pub charge_kw: N,
    /// Discharging power of the last step before standby, AC kW.
    pub discharge_kw: N,
}

impl<N: Num, L: Losses<N>> Store<N, L> {
    /// A storage at the start of its year.
    pub fn new(parameters: &EnergyParameters<N>, losses: L) -> Self {
        Self {
            charge_limit_kw: parameters.charge_limit_kw,
            discharge_limit_kw: parameters.discharge_limit_kw,
            min_kwh: parameters.min_kwh,
            max_kwh: parameters.max_kwh,
            losses,
            stored_kwh: parameters.initial_kwh,
            charge_kw: N::ZERO,
            discharge_kw: N::ZERO,
        }
    }

    /// Constant draw of converter and auxiliaries, AC kW.
    #[inline(always)]
    pub fn standby_kw(&self) -> N {
        self.losses.standby_kw()
    }

    /// Loses a step's self-discharge.
    #[inline(always)]
    pub fn rest(&mut self) {
        self.stored_kwh = self.losses.rested_kwh(self.stored_kwh);
    }

    /// What the storage takes of a charging request in a step, AC kW, ≥ 0 for any request.
    #[inline(always)]
    pub fn charge_of(&self, step: usize, request_kw: N) -> N {
        let limit_kw = self.losses.derated(self.charge_limit_kw, step);
        request_kw.min(limit_kw).min(self.losses.charge_kw_for(self.max_kwh - self.stored_kwh)).positive()
    }

    /// What the storage gives of a discharging request in a step, AC kW, ≥ 0 for any request.
    #[inline(always)]
    pub fn discharge_of(&self, step: usize, request_kw: N) -> N {
        let limit_kw = self.losses.derated(self.discharge_limit_kw, step);
        request_kw.min(limit_kw).min(self.losses.discharge_kw_for(self.stored_kwh - self.min_kwh)).positive()
    }

    /// Highest charging power of a step, AC kW, ≥ 0.
    #[inline(always)]
    pub fn charge_room_kw(&self, step: usize) -> N {
        self.charge_of(step, N::splat(f64::INFINITY))
    }

    /// Charging power that fills this share of the usable energy in a step, AC kW, ≥ 0; limits apart.
    #[inline(always)]
    pub fn charge_kw_to(&self, share: N) -> N {
        let level_kwh = self.min_kwh + (self.max_kwh - self.min_kwh) * share;
        self.losses.charge_kw_for(level_kwh - self.stored_kwh).positive()
    }

    /// Highest discharging power of a step, AC kW, ≥ 0.
    #[inline(always)]
    pub fn discharge_room_kw(&self, step: usize) -> N {
        self.discharge_of(step, N::splat(f64::INFINITY))
    }

    /// Charges with up to `charge_kw` or discharges with up to `discharge_kw`, of which at most one may be
    /// above 0; returns what the storage took and gave, AC kW.
    #[inline(always)]
    pub fn drive(&mut self, step: usize, charge_kw: N, discharge_kw: N) -> (N, N) {
        let limited =
            |request_kw: N, limit_kw: N| request_kw.min(self.losses.derated(limit_kw, step)).positive();
        let charge_kw = limited(charge_kw, self.charge_limit_kw);
        let discharge_kw = limited(discharge_kw, self.discharge_limit_kw);
        let bounds_kwh = (self.min_kwh, self.max_kwh);
        [self.charge_kw, self.discharge_kw, self.stored_kwh] =
            self.losses.within(self.stored_kwh, bounds_kwh, charge_kw, discharge_kw);
        (self.charge_kw, self.discharge_kw)
    }

    /// Books a step's powers, of which at most one may be above 0.
    #[inline(always)]
    pub fn apply(&mut self, charge_kw: N, discharge_kw: N) {
        self.charge_kw = charge_kw;
        self.discharge_kw = discharge_kw;
        self.stored_kwh += self.losses.stored_kwh_by(charge_kw) - self.losses.taken_kwh_by(discharge_kw);
    }

    /// Energy that a net discharging power takes from the cells in one step, kWh; 0 for 0, so
    /// that standby drawn from the bus takes nothing.
    pub fn taken_kwh_by_net(&self, discharge_kw: N) -> N {
        let before_standby_kw = discharge_kw + self.losses.standby_kw();
        discharge_kw.select_gt(N::ZERO, self.losses.taken_kwh_by(before_standby_kw), N::ZERO)
    }

    /// Net charging power of the last step with standby, AC kW (negative: discharging).
    #[inline(always)]
    pub fn net_kw(&self) -> N {
        if L::STANDBY {
            self.charge_kw - self.discharge_kw + self.losses.standby_kw()
        } else {
            self.charge_kw - self.discharge_kw
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 1 h steps, 0.9 in and 0.8 out, 1 %/h self-discharge. 50 kWh rest to 49.5; a
    /// charge of 10 kW stores 9 kWh; a discharge of 8 kW takes 10 kWh.
    #[test]
    fn a_simple_step_is_rest_then_power_times_efficiency() {
        let parameters = EnergyParameters {
            self_discharge_per_h: 0.01,
            ..EnergyParameters::simple(20.0, 10.0, 60.0, 50.0, (0.9, 0.8))
        };
        let mut store = Store::new(&parameters, Simple::<_, true>::new(&parameters, 1.0));
        store.rest();
        assert!((store.stored_kwh - 49.5).abs() < 1e-12);
        assert!((store.charge_of(0, 1e9) - 10.5 / 0.9).abs() < 1e-12);
        assert!((store.discharge_of(0, 1e9) - 20.0).abs() < 1e-12);
        store.apply(10.0, 0.0);
        assert!((store.stored_kwh - 58.5).abs() < 1e-12);
        store.apply(0.0, 8.0);
        assert!((store.stored_kwh - 48.5).abs() < 1e-12);
    }

    /// By hand: a = 0.02, b = 0.0004 per kW. 50 kW lose 1 + 1 kW: 48 kW arrive times 0.95, and
    /// 52 kW over 0.95 leave the cells. The limits undo exactly that.
    #[test]
    fn detailed_limits_undo_detailed_losses() {
        let parameters = EnergyParameters {
            linear_loss: 0.02,
            quadratic_loss_per_kw: 0.0004,
            standby_kw: 0.5,
            ..EnergyParameters::simple(100.0, 0.0, 100.0, 50.0, (0.95, 0.95))
        };
        let losses = Detailed::new(&parameters, 0.5, &[1.0]);
        assert!((losses.stored_kwh_by(50.0) - 48.0 * 0.95 * 0.5).abs() < 1e-12);
        assert!((losses.taken_kwh_by(50.0) - 52.0 / 0.95 * 0.5).abs() < 1e-12);
        assert!((losses.charge_kw_for(losses.stored_kwh_by(50.0)) - 50.0).abs() < 1e-10);
        assert!((losses.discharge_kw_for(losses.taken_kwh_by(50.0)) - 50.0).abs() < 1e-10);
        let mut store = Store::new(&parameters, losses);
        store.apply(0.0, 50.0);
        assert!((store.net_kw() + 49.5).abs() < 1e-12, "standby is netted");
    }

    #[test]
    fn a_store_below_its_floor_offers_nothing() {
        let parameters = EnergyParameters::simple(20.0, 10.0, 60.0, 5.0, (0.9, 0.8));
        let store = Store::new(&parameters, Simple::<_, false>::new(&parameters, 0.25));
        assert_eq!(store.discharge_of(0, 1e9), 0.0);
    }
}
