//! The plant of a park: the only place with limits, efficiencies, the balance and the one meter.
//!
//! A step takes what the park draws and generates, lets a [`Controller`] move energy between
//! the bus, the storages and the managed charging within what each can do, and settles the rest
//! at the meter. All powers are kW at the bus, averaged over the step; whatever is requested,
//! the flows that come out balance, stay within every limit, never import and export in one
//! step, and never charge and discharge one unit in one step.
//!
//! Order of a step: storages rest (self-discharge); vehicles take what can wait no longer; the
//! controller adds flexible charging, storage power and vehicle discharge; import fills what is
//! missing up to its limit and the rest is unserved; a surplus is exported up to its limit and
//! the rest curtailed, PV first.
//!
//! Several storages share a request in proportion to what each could do, so that two halves of
//! a storage behave as the whole.

use super::Num;
use super::controller::Controller;
use super::fleet::{Fleet, Fleets};
use crate::storage::{Losses, Store};

/// What the park draws and generates in a step before anything is decided, kW.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Supply<N> {
    /// Load and charging that nobody controls.
    pub demand_kw: N,
    /// PV available, AC.
    pub pv_kw: N,
    /// Wind available, AC.
    pub wind_kw: N,
}

/// What flowed in a step, kW at the bus, all ≥ 0.
///
/// `pv + wind + discharge + v2g + import + unserved
///  = demand + vehicles + charge + export + curtailed`
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Flows<N> {
    /// Load and charging that nobody controls.
    pub demand_kw: N,
    /// PV available before curtailment.
    pub pv_kw: N,
    /// Wind available before curtailment.
    pub wind_kw: N,
    /// Managed charging, before what vehicles give back.
    pub vehicles_kw: N,
    /// Vehicles to the bus.
    pub v2g_kw: N,
    /// Storages charging, standby included.
    pub charge_kw: N,
    /// Storages discharging, net of standby.
    pub discharge_kw: N,
    /// Bought at the meter.
    pub import_kw: N,
    /// Sold at the meter.
    pub export_kw: N,
    /// Generation thrown away: PV first, then wind.
    pub curtailed_kw: N,
    /// Load that the import limit leaves without power.
    pub unserved_kw: N,
}

/// The storages of a park: a small array whose length the compiler knows, or a vector.
pub trait Stores<N: Num> {
    /// How they lose energy.
    type Losses: Losses<N>;
    /// All of them.
    fn all(&self) -> &[Store<N, Self::Losses>];
    /// All of them, to be driven.
    fn all_mut(&mut self) -> &mut [Store<N, Self::Losses>];
}

impl<N: Num, L: Losses<N>, const K: usize> Stores<N> for [Store<N, L>; K] {
    type Losses = L;
    #[inline(always)]
    fn all(&self) -> &[Store<N, L>] {
        self
    }
    #[inline(always)]
    fn all_mut(&mut self) -> &mut [Store<N, L>] {
        self
    }
}

impl<N: Num, L: Losses<N>> Stores<N> for Vec<Store<N, L>> {
    type Losses = L;
    #[inline(always)]
    fn all(&self) -> &[Store<N, L>] {
        self
    }
    #[inline(always)]
    fn all_mut(&mut self) -> &mut [Store<N, L>] {
        self
    }
}

/// What a controller moved in a step, kW.
#[derive(Debug, Clone, Copy)]
pub struct Moves<N> {
    /// Managed charging.
    pub vehicles_kw: N,
    /// Vehicles to the bus.
    pub v2g_kw: N,
    /// Storages charging, before standby.
    pub charge_kw: N,
    /// Storages discharging, before standby.
    pub discharge_kw: N,
    /// Generation thrown away on purpose.
    pub curtail_kw: N,
}

/// The most the meter may pass each way, kW; infinite where there is no limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GridLimits<N> {
    /// Import.
    pub import_kw: N,
    /// Export.
    pub export_kw: N,
}

impl<N: Num> GridLimits<N> {
    /// No limit either way.
    pub fn none() -> Self {
        Self { import_kw: N::splat(f64::INFINITY), export_kw: N::splat(f64::INFINITY) }
    }
}

/// The plant in a running year. `LIMITED` says whether the meter has limits at all.
#[derive(Debug, Clone)]
pub struct Plant<N, S, F, const LIMITED: bool> {
    /// Storages.
    pub stores: S,
    /// Managed fleets.
    pub fleets: F,
    /// Limits of the meter; looked at only if `LIMITED`.
    pub limits: GridLimits<N>,
}

/// Keeps a share of nothing at nothing instead of 0/0.
const TINY_KW: f64 = 1e-300;

impl<'a, N: Num, S: Stores<N>, F: Fleets<'a, N>, const LIMITED: bool> Plant<N, S, F, LIMITED> {
    /// Simulates one step.
    #[inline(always)]
    pub fn step<C: Controller<N>>(
        &mut self,
        controller: &C,
        mode: C::Mode,
        step: usize,
        supply: Supply<N>,
    ) -> Flows<N> {
        self.step_in(self.fleets.open(step + 1), controller, mode, step, supply)
    }

    /// Simulates a step of a segment whose fleet series are open.
    #[inline(always)]
    pub(super) fn step_in<C: Controller<N>>(
        &mut self,
        fleets: F::View,
        controller: &C,
        mode: C::Mode,
        step: usize,
        supply: Supply<N>,
    ) -> Flows<N> {
        let Supply { demand_kw, pv_kw, wind_kw } = supply;
        self.fleets.look_up(fleets, step);
        let mut net_kw = demand_kw - pv_kw - wind_kw;
        for store in self.stores.all_mut() {
            store.rest();
            if S::Losses::STANDBY {
                net_kw += store.standby_kw();
            }
        }
        let moves = controller.drive(mode, step, net_kw, pv_kw + wind_kw, self);
        // Adding a constant 0 is an instruction: leave out what the type says is not there.
        let mut grid_kw = net_kw;
        if !self.fleets.all().is_empty() {
            grid_kw += moves.vehicles_kw;
        }
        grid_kw = grid_kw + moves.charge_kw - moves.discharge_kw - moves.v2g_kw;
        if C::CURTAILS {
            grid_kw += moves.curtail_kw;
        }
        let deficit_kw = grid_kw.positive();
        let surplus_kw = deficit_kw - grid_kw;
        let (mut import_kw, mut export_kw) = (deficit_kw, surplus_kw);
        let (mut unserved_kw, mut curtailed_kw) = (N::ZERO, moves.curtail_kw);
        if LIMITED {
            import_kw = deficit_kw.min(self.limits.import_kw);
            export_kw = surplus_kw.min(self.limits.export_kw);
            unserved_kw = deficit_kw - import_kw;
            let cut_kw = surplus_kw - export_kw;
            curtailed_kw = if C::CURTAILS { curtailed_kw + cut_kw } else { cut_kw };
        }
        let (mut charge_kw, mut discharge_kw) = (moves.charge_kw, moves.discharge_kw);
        if S::Losses::STANDBY {
            (charge_kw, discharge_kw) = (N::ZERO, N::ZERO);
            for store in self.stores.all() {
                charge_kw += store.net_kw().positive();
                discharge_kw += (-store.net_kw()).positive();
            }
        }
        Flows {
            demand_kw,
            pv_kw,
            wind_kw,
            vehicles_kw: moves.vehicles_kw,
            v2g_kw: moves.v2g_kw,
            charge_kw,
            discharge_kw,
            import_kw,
            export_kw,
            curtailed_kw,
            unserved_kw,
        }
    }

    /// Charges the storages with up to `charge_kw` or discharges them with up to `discharge_kw`
    /// (at most one of the two is above 0); returns what they took and gave.
    #[inline(always)]
    pub fn share_storage(&mut self, step: usize, charge_kw: N, discharge_kw: N) -> (N, N) {
        let stores = self.stores.all_mut();
        if let [store] = stores {
            return store.drive(step, charge_kw, discharge_kw);
        }
        let (mut charge_room_kw, mut discharge_room_kw) = (N::ZERO, N::ZERO);
        for store in stores.iter_mut() {
            store.charge_kw = store.charge_room_kw(step);
            store.discharge_kw = store.discharge_room_kw(step);
            charge_room_kw += store.charge_kw;
            discharge_room_kw += store.discharge_kw;
        }
        let charge_kw = charge_kw.min(charge_room_kw).positive();
        let discharge_kw = discharge_kw.min(discharge_room_kw).positive();
        let charge_share = charge_kw / charge_room_kw.max(N::splat(TINY_KW));
        let discharge_share = discharge_kw / discharge_room_kw.max(N::splat(TINY_KW));
        for store in stores {
            store.apply(store.charge_kw * charge_share, store.discharge_kw * discharge_share);
        }
        (charge_kw, discharge_kw)
    }

    /// Charges vehicles with what cannot wait, with the park's surplus as far as they can take it, and
    /// with what they prefer by now as far as it keeps the park's net power below `up_to_kw`; returns
    /// the sum. `net_kw` is before charging.
    #[inline(always)]
    pub fn share_charging(&mut self, net_kw: N, up_to_kw: N) -> N {
        let fleets = self.fleets.all_mut();
        if let [fleet] = fleets {
            fleet.charge(net_kw, up_to_kw);
            return fleet.charge_kw;
        }
        // Mostly the park has no surplus, and room for all that is preferred: no fleet then waits for another.
        let mut liked_kw = N::ZERO;
        for fleet in fleets {
            liked_kw += fleet.like();
        }
        if !(-net_kw).any_positive() && !(net_kw + liked_kw).any_gt(up_to_kw) {
            return liked_kw;
        }
        self.fleets.rarely(|fleets| share_among(fleets, net_kw, up_to_kw))
    }

    /// Takes up to `discharge_kw` from vehicles that do not charge and closes the fleets' step;
    /// returns what they gave.
    #[inline(always)]
    pub fn share_v2g(&mut self, discharge_kw: N) -> N {
        let fleets = self.fleets.all_mut();
        if !F::V2G {
            for fleet in fleets {
                fleet.close();
            }
            return N::ZERO;
        }
        if let [fleet] = fleets {
            let given_kw = discharge_kw.min(fleet.discharge_room_kw());
            fleet.finish(given_kw);
            return given_kw;
        }
        let mut room_kw = N::ZERO;
        for fleet in fleets.iter_mut() {
            fleet.discharge_kw = fleet.discharge_room_kw();
            room_kw += fleet.discharge_kw;
        }
        let given_kw = discharge_kw.min(room_kw);
        let share = given_kw / room_kw.max(N::splat(TINY_KW));
        for fleet in fleets {
            fleet.finish(fleet.discharge_kw * share);
        }
        given_kw
    }

    /// Follows set-points of every unit (net kW with standby, positive charging; storages first,
    /// then fleets) as far as limits and the meter allow.
    #[inline(always)]
    pub fn follow(
        &mut self,
        step: usize,
        net_kw: N,
        renewable_kw: N,
        set_point_kw: impl Fn(usize) -> N,
        curtail_kw: N,
    ) -> Moves<N> {
        let curtail_kw = curtail_kw.min(renewable_kw).positive();
        let (mut urgent_kw, mut added_kw, mut v2g_kw) = (N::ZERO, N::ZERO, N::ZERO);
        let units = self.stores.all().len();
        for (i, fleet) in self.fleets.all_mut().iter_mut().enumerate() {
            let planned_kw = set_point_kw(units + i);
            let fixed_kw = fleet.start();
            fleet.flexible_kw = (planned_kw - fixed_kw).positive().min(fleet.flexible_kw);
            // A fleet that will charge has nothing to give: a negative plan adds no charging.
            fleet.discharge_kw = (-planned_kw).positive().min(fleet.discharge_room_kw());
            urgent_kw += fixed_kw;
            added_kw += fleet.flexible_kw;
            v2g_kw += fleet.discharge_kw;
        }
        let (mut charge_kw, mut discharge_kw) = (N::ZERO, N::ZERO);
        for (i, store) in self.stores.all_mut().iter_mut().enumerate() {
            let planned_kw = set_point_kw(i) - store.standby_kw();
            store.charge_kw = store.charge_of(step, planned_kw);
            store.discharge_kw = store.discharge_of(step, -planned_kw);
            charge_kw += store.charge_kw;
            discharge_kw += store.discharge_kw;
        }
        // Limits win over the plan: no charging into a shortage, no discharge into the void.
        let (mut charge_share, mut discharge_share) = (N::ONE, N::ONE);
        if LIMITED {
            let (in_kw, out_kw) = (charge_kw + added_kw, discharge_kw + v2g_kw);
            let grid_kw = net_kw + urgent_kw + in_kw - out_kw + curtail_kw;
            let short_kw = (grid_kw - self.limits.import_kw).positive().min(in_kw);
            let spare_kw = renewable_kw - curtail_kw;
            let void_kw = (-grid_kw - self.limits.export_kw - spare_kw).positive().min(out_kw);
            charge_share -= short_kw / in_kw.max(N::splat(TINY_KW));
            discharge_share -= void_kw / out_kw.max(N::splat(TINY_KW));
        }
        for fleet in self.fleets.all_mut() {
            fleet.charge_kw += fleet.flexible_kw * charge_share;
            fleet.finish(fleet.discharge_kw * discharge_share);
        }
        for store in self.stores.all_mut() {
            store.apply(store.charge_kw * charge_share, store.discharge_kw * discharge_share);
        }
        let vehicles_kw = urgent_kw + added_kw * charge_share;
        let (charge_kw, discharge_kw) = (charge_kw * charge_share, discharge_kw * discharge_share);
        v2g_kw *= discharge_share;
        Moves { vehicles_kw, v2g_kw, charge_kw, discharge_kw, curtail_kw }
    }
}

/// Shares a surplus (`-net_kw`), and what keeps the park's net power below `up_to_kw`, among fleets: each gets
/// what cannot wait, the same share of what it could take more, and the same of what it prefers beyond.
/// Returns the sum.
fn share_among<N: Num>(fleets: &mut [Fleet<'_, N>], net_kw: N, up_to_kw: N) -> N {
    let (mut urgent_kw, mut flexible_kw, mut preferred_kw) = (N::ZERO, N::ZERO, N::ZERO);
    for fleet in fleets.iter_mut() {
        urgent_kw += fleet.start();
        flexible_kw += fleet.flexible_kw;
    }
    let surplus_kw = (-net_kw - urgent_kw).positive().min(flexible_kw);
    let share = surplus_kw / flexible_kw.max(N::splat(TINY_KW));
    for fleet in fleets.iter_mut() {
        let room_kw = fleet.charge_kw + fleet.flexible_kw;
        fleet.charge_kw += fleet.flexible_kw * share;
        fleet.flexible_kw = (fleet.preferred_kw().min(room_kw) - fleet.charge_kw).positive();
        preferred_kw += fleet.flexible_kw;
    }
    let added_kw = (up_to_kw - net_kw - urgent_kw - surplus_kw).positive().min(preferred_kw);
    let share = added_kw / preferred_kw.max(N::splat(TINY_KW));
    for fleet in fleets {
        fleet.charge_kw += fleet.flexible_kw * share;
    }
    urgent_kw + surplus_kw + added_kw
}
