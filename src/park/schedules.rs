//! What moving a fleet's charging saves: the mean price of three schedules of the same sessions.

use super::vehicles::Charging;
use crate::charging::{Strategy, optimum};
use crate::tariff::CompiledTariff;
use std::sync::Arc;

/// Mean prices of the energy that can be moved, money per kWh at the bus, by the tariff alone: as if the fleet
/// had the meter for itself, without demand charge, own generation or other units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedules {
    /// Energy that can be moved, kWh at the bus.
    pub movable_kwh: f64,
    /// Full power on arrival.
    pub uncontrolled_per_kwh: f64,
    /// As the rule manages it.
    pub managed_per_kwh: f64,
    /// Every session in its cheapest steps until it leaves: no schedule is cheaper.
    pub optimal_per_kwh: f64,
}

impl Schedules {
    /// What the managed schedule costs above the optimum, as a share of it; `None` where that is free or earns.
    pub fn gap(&self) -> Option<f64> {
        (self.optimal_per_kwh > 0.0).then(|| self.managed_per_kwh / self.optimal_per_kwh - 1.0)
    }
}

impl Charging {
    /// The schedules of a managed fleet under the prices of its site; found once. `None` for fleets that
    /// are not managed, that feed back, or whose sessions were not drawn.
    pub fn schedules(&self, tariff: &Arc<CompiledTariff>) -> Option<Schedules> {
        *self.schedules.get_or_init(|| self.find_schedules(tariff))
    }

    fn find_schedules(&self, tariff: &Arc<CompiledTariff>) -> Option<Schedules> {
        let owned = self.limits.as_ref()?;
        let limits = owned.as_limits();
        if self.fleet.strategy != Strategy::Managed {
            return None;
        }
        let (price, step_h) = (&*tariff.import_price_per_kwh, tariff.axis.step_h());
        let windows = self.year.windows(&self.fleet, &tariff.axis)?;
        let mean = |kw: &[f64]| {
            let kwh: f64 = kw.iter().sum();
            (kwh > 0.0).then(|| kw.iter().zip(price).map(|(kw, price)| kw * price).sum::<f64>() / kwh)
        };
        let mut taken_kwh = 0.0f64;
        let managed_kw: Vec<f64> = (owned.preference(tariff).preferred_kwh.iter())
            .map(|kwh| {
                let before_kwh = taken_kwh;
                taken_kwh = taken_kwh.max(*kwh);
                (taken_kwh - before_kwh) / step_h
            })
            .collect();
        // What can be moved, as it comes: standby and what cannot be moved stand in both.
        let on_arrival = self.uncontrolled_kw.iter().zip(&*self.fixed_kw);
        let on_arrival: Vec<f64> = on_arrival.map(|(all, fixed)| (all - fixed).max(0.0)).collect();
        Some(Schedules {
            movable_kwh: limits.earliest_kwh.last().copied().unwrap_or(0.0),
            uncontrolled_per_kwh: mean(&on_arrival)?,
            managed_per_kwh: mean(&managed_kw)?,
            optimal_per_kwh: mean(&optimum::cheapest(windows, price, step_h))?,
        })
    }
}
