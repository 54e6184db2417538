//! Managed charging in the plant: the bounds of a fleet, and its state in a running year.

use super::Num;

/// A charging fleet as the plant sees it: power and energy bounds of every step, bus-side.
///
/// Delivered energy counts from the start of the year. `latest_kwh[t] ≤ earliest_kwh[t]` and
/// neither ever falls; an ideal schedule stays between them at the end of every step.
#[derive(Debug, Clone, Copy)]
pub struct FleetLimits<'a> {
    /// Highest charging power, kW, per step.
    pub charge_max_kw: &'a [f64],
    /// Energy that has to be delivered by the end of the step, kWh.
    pub latest_kwh: &'a [f64],
    /// Energy that can be delivered by the end of the step, kWh (charging on arrival).
    pub earliest_kwh: &'a [f64],
    /// Energy it would take by choice by the end of the step, kWh: between the two.
    pub preferred_kwh: &'a [f64],
    /// Highest power back to the bus, kW, per step; zeros where there is none.
    pub discharge_max_kw: &'a [f64],
    /// Bus energy out per delivered energy given up, (0, 1]: both conversions of the detour.
    pub discharge_efficiency: f64,
    /// Wear of a kWh given back, money.
    pub discharge_cost_per_kwh: f64,
}

impl FleetLimits<'_> {
    /// Whether it ever gives energy back.
    pub fn gives_back(&self) -> bool {
        self.discharge_max_kw.iter().any(|kw| *kw > 0.0)
    }
}

/// A charging fleet in a running year.
///
/// Within the loop energies are counted in kW times steps, so that power and energy are one number and
/// a step waits for the step before it as shortly as it can.
#[derive(Debug, Clone, Copy)]
pub struct Fleet<'a, N> {
    limits: FleetLimits<'a>,
    step_h: f64,
    /// Steps of an hour, or 1 where the limits are counted in steps already.
    per_h: f64,
    /// Delivered so far net of what came back, kW times steps.
    delivered: N,
    /// Charging power of the last step, kW.
    pub charge_kw: N,
    /// Power back to the bus in the last step, kW.
    pub discharge_kw: N,
    /// What could have been added to the power that cannot wait, kW.
    pub(super) flexible_kw: N,
    /// Bounds of the step: charging, latest, earliest, discharging, preferred.
    now: [f64; 5],
}

impl<'a, N: Num> Fleet<'a, N> {
    /// A fleet at the start of its year, in steps of `step_h` hours.
    pub fn new(limits: FleetLimits<'a>, step_h: f64) -> Self {
        let [delivered, charge_kw, discharge_kw, flexible_kw] = [N::ZERO; 4];
        let now = [0.0; 5];
        Self { limits, step_h, per_h: 1.0 / step_h, delivered, charge_kw, discharge_kw, flexible_kw, now }
    }

    /// Energy delivered so far net of what came back, kWh at the bus.
    pub fn delivered_kwh(&self) -> N {
        self.delivered * self.step_h
    }

    /// The power that brings it to an energy.
    #[inline(always)]
    fn until(&self, bound: f64) -> N {
        N::splat(bound) - self.delivered
    }

    /// Sets the power that it takes by choice, and at least what cannot wait; returns it.
    ///
    /// What bounds it at the end of the step is one number, so that the next step waits for little.
    #[inline(always)]
    pub(super) fn like(&mut self) -> N {
        let [charge_max_kw, latest, earliest, _, preferred] = self.now;
        let bound = Num::min(Num::max(preferred, latest), earliest);
        self.charge_kw = self.until(bound).min(N::splat(charge_max_kw)).positive();
        self.charge_kw
    }

    /// Sets the power that cannot wait and notes what could be added to it; returns the first.
    #[inline(always)]
    pub(super) fn start(&mut self) -> N {
        let [charge_max_kw, latest, earliest, ..] = self.now;
        let room_kw = self.until(earliest).min(N::splat(charge_max_kw)).positive();
        self.charge_kw = self.until(latest).min(room_kw).positive();
        self.flexible_kw = room_kw - self.charge_kw;
        self.charge_kw
    }

    /// The power that brings it to what it prefers.
    #[inline(always)]
    pub(super) fn preferred_kw(&self) -> N {
        self.until(self.now[4])
    }

    /// Charges with what cannot wait, with a surplus (`-net_kw`) and with what it prefers by now as far
    /// as that keeps the park's net power below `up_to_kw`, within what it can take.
    #[inline(always)]
    pub(super) fn charge(&mut self, net_kw: N, up_to_kw: N) {
        let [charge_max_kw, latest, earliest, ..] = self.now;
        let preferred_kw = self.preferred_kw().min(up_to_kw - net_kw);
        let owed_kw = self.until(latest).max(-net_kw);
        let room_kw = self.until(earliest).min(N::splat(charge_max_kw));
        self.charge_kw = preferred_kw.max(owed_kw).min(room_kw).positive();
    }

    /// Highest power back to the bus in a step, kW: nothing while it charges, and never so much
    /// that a later departure cannot be met.
    #[inline(always)]
    pub(super) fn discharge_room_kw(&self) -> N {
        let [_, latest, _, discharge_max_kw, _] = self.now;
        let spare_kw = (self.delivered - N::splat(latest)) * self.limits.discharge_efficiency;
        self.charge_kw.select_gt(N::ZERO, N::ZERO, spare_kw.positive().min(N::splat(discharge_max_kw)))
    }

    /// Closes a step in which nothing is given back.
    #[inline(always)]
    pub(super) fn close(&mut self) {
        self.delivered += self.charge_kw;
    }

    /// Closes a step in which it gives power back.
    #[inline(always)]
    pub(super) fn finish(&mut self, discharge_kw: N) {
        self.discharge_kw = discharge_kw;
        self.delivered += self.charge_kw - discharge_kw * (1.0 / self.limits.discharge_efficiency);
    }
}

/// The energies of a fleet in kW times steps.
#[derive(Debug, Clone)]
pub struct InSteps([Vec<f64>; 3]);

impl InSteps {
    /// Those of a fleet whose energies are kWh, in steps of `step_h` hours.
    pub fn of(limits: &FleetLimits<'_>, step_h: f64) -> Self {
        let energies = [limits.latest_kwh, limits.earliest_kwh, limits.preferred_kwh];
        Self(energies.map(|kwh| kwh.iter().map(|kwh| kwh * (1.0 / step_h)).collect()))
    }

    /// The limits with these energies.
    fn apply<'a>(&'a self, limits: &FleetLimits<'a>) -> FleetLimits<'a> {
        let [latest_kwh, earliest_kwh, preferred_kwh] = &self.0;
        FleetLimits { latest_kwh, earliest_kwh, preferred_kwh, ..*limits }
    }
}

/// The series of a fleet cut at the end of a segment, so that a look-up within it asks no bounds: a step
/// without a place that may panic stays in vector registers.
#[derive(Debug, Clone, Copy)]
pub struct Bounds<'a> {
    charge_max_kw: &'a [f64],
    latest: &'a [f64],
    earliest: &'a [f64],
    preferred: &'a [f64],
}

impl<'a> Bounds<'a> {
    #[inline(always)]
    fn of(limits: &FleetLimits<'a>, end: usize) -> Self {
        Self {
            charge_max_kw: &limits.charge_max_kw[..end],
            latest: &limits.latest_kwh[..end],
            earliest: &limits.earliest_kwh[..end],
            preferred: &limits.preferred_kwh[..end],
        }
    }
}

/// The managed fleets of a park: none, or a vector.
pub trait Fleets<'a, N: Num> {
    /// Whether any of them may give energy back.
    const V2G: bool = true;
    /// Their series in a segment.
    type View: Copy;
    /// Their series up to step `end`.
    fn open(&self, end: usize) -> Self::View;
    /// Looks up the bounds of a step, before anything is computed.
    fn look_up(&mut self, view: Self::View, step: usize);
    /// All of them.
    fn all(&self) -> &[Fleet<'a, N>];
    /// All of them, to be driven.
    fn all_mut(&mut self) -> &mut [Fleet<'a, N>];
    /// Does to all of them what is rarely done.
    #[inline(always)]
    fn rarely<T>(&mut self, act: impl FnOnce(&mut [Fleet<'a, N>]) -> T) -> T {
        act(self.all_mut())
    }
}

macro_rules! any_number {
    ($([$($generic:tt)*] $fleets:ty;)*) => {$(
        /// Each looks its bounds up where they stand.
        impl<'a, N: Num, $($generic)*> Fleets<'a, N> for $fleets {
            type View = ();
            #[inline(always)]
            fn open(&self, _end: usize) {}
            #[inline(always)]
            fn look_up(&mut self, (): (), step: usize) {
                for fleet in self {
                    let limits = &fleet.limits;
                    let steps = |kwh: &[f64]| kwh[step] * fleet.per_h;
                    fleet.now = [
                        limits.charge_max_kw[step],
                        steps(limits.latest_kwh),
                        steps(limits.earliest_kwh),
                        limits.discharge_max_kw[step],
                        steps(limits.preferred_kwh),
                    ];
                }
            }
            #[inline(always)]
            fn all(&self) -> &[Fleet<'a, N>] {
                self
            }
            #[inline(always)]
            fn all_mut(&mut self) -> &mut [Fleet<'a, N>] {
                self
            }
        }
    )*};
}

any_number! {
    [const K: usize] [Fleet<'a, N>; K];
    [] Vec<Fleet<'a, N>>;
}

/// One fleet, which gives no energy back and whose limits are counted in steps.
#[derive(Debug, Clone)]
pub struct OneWay<'a, N>([Fleet<'a, N>; 1]);

impl<'a, N: Num> OneWay<'a, N> {
    /// A fleet at the start of its year.
    pub fn new(limits: &FleetLimits<'a>, energies: &'a InSteps, step_h: f64) -> Self {
        Self([Fleet { per_h: 1.0, ..Fleet::new(energies.apply(limits), step_h) }])
    }
}

impl<'a, N: Num> Fleets<'a, N> for OneWay<'a, N> {
    const V2G: bool = false;
    type View = Bounds<'a>;
    // Without a loop over one: the compiler sees too late through it that the bounds hold.
    #[inline(always)]
    fn open(&self, end: usize) -> Bounds<'a> {
        Bounds::of(&self.0[0].limits, end)
    }
    #[inline(always)]
    fn look_up(&mut self, view: Bounds<'a>, step: usize) {
        let (charge_max_kw, preferred) = (view.charge_max_kw[step], view.preferred[step]);
        self.0[0].now = [charge_max_kw, view.latest[step], view.earliest[step], 0.0, preferred];
    }
    #[inline(always)]
    fn all(&self) -> &[Fleet<'a, N>] {
        &self.0
    }
    #[inline(always)]
    fn all_mut(&mut self) -> &mut [Fleet<'a, N>] {
        &mut self.0
    }
}

/// Some fleets, none of which gives energy back.
#[derive(Debug, Clone)]
pub struct Charged<'a, N, const K: usize>([Fleet<'a, N>; K]);

impl<'a, N: Num, const K: usize> Charged<'a, N, K> {
    /// The fleets at the start of their year; none if there are not as many, or any gives energy back.
    pub fn new(limits: &[FleetLimits<'a>], step_h: f64) -> Option<Self> {
        let limits: [FleetLimits<'a>; K] = limits.try_into().ok()?;
        (!limits.iter().any(FleetLimits::gives_back))
            .then(|| Self(limits.map(|limits| Fleet::new(limits, step_h))))
    }
}

impl<'a, N: Num, const K: usize> Fleets<'a, N> for Charged<'a, N, K> {
    const V2G: bool = false;
    type View = [Bounds<'a>; K];
    #[inline(always)]
    fn open(&self, end: usize) -> [Bounds<'a>; K] {
        self.0.each_ref().map(|fleet| Bounds::of(&fleet.limits, end))
    }
    #[inline(always)]
    fn look_up(&mut self, view: [Bounds<'a>; K], step: usize) {
        // By place: what is found by one is known to the compiler before it lays out the state.
        for k in 0..K {
            let (fleet, view) = (&mut self.0[k], &view[k]);
            let [latest, earliest, preferred] =
                [view.latest, view.earliest, view.preferred].map(|kwh| kwh[step] * fleet.per_h);
            fleet.now = [view.charge_max_kw[step], latest, earliest, 0.0, preferred];
        }
    }
    #[inline(always)]
    fn all(&self) -> &[Fleet<'a, N>] {
        &self.0
    }
    #[inline(always)]
    fn all_mut(&mut self) -> &mut [Fleet<'a, N>] {
        &mut self.0
    }
    // On a copy: their state otherwise never needs a place in memory.
    #[inline(always)]
    fn rarely<T>(&mut self, act: impl FnOnce(&mut [Fleet<'a, N>]) -> T) -> T {
        let mut apart = self.0;
        let found = act(&mut apart);
        self.0 = apart;
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::plant::{GridLimits, Plant};
    use super::*;
    use crate::storage::{Simple, Store};

    /// What two fleets that prefer 10 and 5 kW and can take 20 each draw in an hour, and their sum, kW.
    fn drawn<'a, F: Fleets<'a, f64>>(mut fleets: F, net_kw: f64, up_to_kw: f64) -> ([f64; 2], f64) {
        fleets.look_up(fleets.open(1), 0);
        let stores: [Store<f64, Simple<f64, false>>; 0] = [];
        let mut plant: Plant<f64, _, _, false> = Plant { stores, fleets, limits: GridLimits::none() };
        let sum_kw = plant.share_charging(net_kw, up_to_kw);
        let each = plant.fleets.all();
        ([each[0].charge_kw, each[1].charge_kw], sum_kw)
    }

    /// By hand, net load and the power up to which vehicles may raise it: 50 of 100 kW leaves room for both; 50 of 60
    /// leaves 10 of the 15 they prefer, two thirds to each; 50 of 40 nothing. A surplus of 12 kW goes half to
    /// each, and the first takes 4 more to what it prefers. Where 3 kW of the first cannot wait they are drawn
    /// in any case, and of 50 and 3 to 55 kW 2 are left for 7 and 5: a sixth.
    #[test]
    fn two_fleets_share_what_there_is_for_both() {
        let (charge_max_kw, earliest_kwh, zero) = ([20.0], [20.0], [0.0]);
        let limits = |latest_kwh: &'static [f64], preferred_kwh: &'static [f64]| FleetLimits {
            charge_max_kw: &charge_max_kw,
            latest_kwh,
            earliest_kwh: &earliest_kwh,
            preferred_kwh,
            discharge_max_kw: &zero,
            discharge_efficiency: 1.0,
            discharge_cost_per_kwh: 0.0,
        };
        let waiting = [limits(&[0.0], &[10.0]), limits(&[0.0], &[5.0])];
        let urgent = [limits(&[3.0], &[10.0]), limits(&[0.0], &[5.0])];
        let by_hand = [
            (waiting, 50.0, 100.0, [10.0, 5.0]),
            (waiting, 50.0, 60.0, [20.0 / 3.0, 10.0 / 3.0]),
            (waiting, 50.0, 40.0, [0.0, 0.0]),
            (waiting, -12.0, 100.0, [10.0, 6.0]),
            (urgent, 50.0, 40.0, [3.0, 0.0]),
            (urgent, 50.0, 55.0, [3.0 + 7.0 / 6.0, 5.0 / 6.0]),
        ];
        for (limits, net_kw, up_to_kw, known) in by_hand {
            let any: Vec<Fleet<'_, f64>> = limits.iter().map(|&fleet| Fleet::new(fleet, 1.0)).collect();
            let two = Charged::<f64, 2>::new(&limits, 1.0).expect("two that only charge");
            for (each, sum_kw) in [drawn(any, net_kw, up_to_kw), drawn(two, net_kw, up_to_kw)] {
                let off = |k: usize| (each[k] - known[k]).abs();
                assert!(off(0) < 1e-12 && off(1) < 1e-12, "{net_kw} of {up_to_kw}: {each:?} {known:?}");
                assert!((sum_kw - known[0] - known[1]).abs() < 1e-12);
            }
        }
    }
}
