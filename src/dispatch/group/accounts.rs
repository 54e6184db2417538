//! What a group's year sums beside the accounts that a park alone has.

use super::{FleetUse, Wide};
use crate::dispatch::accounts::Accounts;
use crate::dispatch::ledger::Observer;
use crate::dispatch::plant::{Flows, Plant, Stores};
use crate::dispatch::{Fleets, Num, Segment};
use std::cell::Cell;

/// The import of every step, added to what stands there.
#[derive(Clone, Copy)]
pub(super) struct ImportAccount<'a> {
    pub(super) import_kw: &'a [Cell<Wide>],
}

impl<'a> Accounts<Wide> for ImportAccount<'a> {
    type Sums = &'a [Cell<Wide>];

    #[inline(always)]
    fn open(&self, end: usize) -> Self::Sums {
        &self.import_kw[..end.min(self.import_kw.len())]
    }

    #[inline(always)]
    fn add(&self, sums: &mut Self::Sums, step: usize, flows: &Flows<Wide>) {
        if let Some(sum_kw) = sums.get(step) {
            sum_kw.set(sum_kw.get() + flows.import_kw);
        }
    }

    #[inline(always)]
    fn book(&mut self, _segment: &Segment, _step_h: f64, _sums: Self::Sums) {}
}

/// Charging of the park's one managed fleet.
pub(super) struct FleetAccount<'a> {
    pub(super) fixed_kw: &'a [f64],
    pub(super) used: FleetUse<Wide>,
}

impl<'a> Accounts<Wide> for FleetAccount<'a> {
    type Sums = (&'a [f64], Wide, Wide);

    #[inline(always)]
    fn open(&self, end: usize) -> Self::Sums {
        (&self.fixed_kw[..end], Wide::ZERO, Wide::ZERO)
    }

    #[inline(always)]
    fn add(&self, sums: &mut Self::Sums, step: usize, flows: &Flows<Wide>) {
        sums.1 += flows.vehicles_kw;
        sums.2 = sums.2.max(flows.vehicles_kw + Wide::splat(sums.0[step]));
    }

    #[inline(always)]
    fn book(&mut self, segment: &Segment, step_h: f64, sums: Self::Sums) {
        self.used.charge_kwh[segment.month as usize] += sums.1 * step_h;
        self.used.peak_kw = self.used.peak_kw.max(sums.2);
    }
}

/// Sums of every unit, kW times steps.
pub(super) struct Units<'a> {
    pub(super) months: &'a [u8],
    pub(super) storages: Vec<[Wide; 2]>,
    pub(super) fleets: Vec<(&'a [f64], FleetUse<Wide>, Wide)>,
}

impl<'u> Observer<Wide> for Units<'u> {
    type View<'v>
        = &'v mut Units<'u>
    where
        Self: 'v;

    #[inline(always)]
    fn open(&mut self, _end: usize) -> &mut Self {
        self
    }

    #[inline(always)]
    fn see<'a, S: Stores<Wide>, F: Fleets<'a, Wide>, const LIMITED: bool>(
        units: &mut &mut Self,
        step: usize,
        _flows: &Flows<Wide>,
        plant: &Plant<Wide, S, F, LIMITED>,
    ) {
        for (store, [charge, discharge]) in plant.stores.all().iter().zip(&mut units.storages) {
            *charge += store.charge_kw;
            *discharge += store.discharge_kw;
        }
        for (fleet, (fixed_kw, used, discharge)) in plant.fleets.all().iter().zip(&mut units.fleets) {
            used.charge_kwh[units.months[step] as usize] += fleet.charge_kw;
            used.peak_kw = used.peak_kw.max(fleet.charge_kw + Wide::splat(fixed_kw[step]));
            *discharge += fleet.discharge_kw;
        }
    }
}
