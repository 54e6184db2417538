//! Vehicles of the model: charging fleets, what of them can be moved, battery inspection bays.

use super::project::{Costs, Series, Service};
use super::schedules::Schedules;
use crate::charging::Strategy;
use crate::dispatch::{FleetLimits, Preference};
use crate::tariff::CompiledTariff;
use std::sync::{Arc, OnceLock};

/// A charging fleet.
#[derive(Debug, Clone)]
pub struct Charging {
    /// Name.
    pub name: String,
    /// What it is: class, vehicles, chargers, strategy.
    pub fleet: Arc<crate::charging::Fleet>,
    /// What its schedules cost, found when first asked for.
    pub schedules: Arc<OnceLock<Option<Schedules>>>,
    /// Bus power when nobody controls it, kW.
    pub uncontrolled_kw: Series,
    /// Bus power that the strategy cannot move, kW.
    pub fixed_kw: Series,
    /// Whether the same transport was electric already, so that it stands in the baseline.
    pub in_baseline: bool,
    /// What drivers pay per kWh at the bus, energy and service.
    pub revenue_per_kwh: f64,
    /// Metrics of its sessions.
    pub sessions: crate::metrics::ChargingFleet,
    /// Its sessions, use of chargers and displaced fuel.
    pub year: Arc<crate::charging::FleetYear>,
    /// What can be moved.
    pub limits: Option<Arc<OwnedLimits>>,
    /// Price per GJ of the fuel it replaces; none: not counted.
    pub fuel_price_per_gj: Option<f64>,
    /// Years in service.
    pub service: Service,
    /// Costs.
    pub costs: Costs,
}

impl Charging {
    /// Wear of the batteries by energy fed back, money; `None` for a fleet that feeds nothing back.
    pub fn wear_cost(&self, fed_back_kwh: f64) -> Option<f64> {
        let feeds = self.fleet.strategy == Strategy::V2g;
        feeds.then(|| fed_back_kwh * self.fleet.class.v2g_cost_per_kwh)
    }
}

/// Battery inspection bays.
#[derive(Debug, Clone)]
pub struct Bays {
    /// Name.
    pub name: String,
    /// Bus power of losses and standby, kW.
    pub bus_kw: Series,
    /// Also in the baseline.
    pub existing: bool,
    /// Fees of each month.
    pub revenue_by_month: [f64; 12],
    /// What its year came to.
    pub told: crate::metrics::Inspection,
    /// Years in service.
    pub service: Service,
    /// Costs.
    pub costs: Costs,
}

/// Limits of a managed fleet, owned.
#[derive(Debug, Clone)]
pub struct OwnedLimits {
    /// Highest charging power, kW.
    pub charge_max_kw: Vec<f64>,
    /// Energy that has to be delivered by the end of the step, kWh.
    pub latest_kwh: Vec<f64>,
    /// Energy that can be delivered by the end of the step, kWh.
    pub earliest_kwh: Vec<f64>,
    /// Highest power back to the bus, kW.
    pub discharge_max_kw: Vec<f64>,
    /// Bus energy out per delivered energy given up.
    pub discharge_efficiency: f64,
    /// Wear of a kWh given back, money.
    pub discharge_cost_per_kwh: f64,
    /// What the fleet prefers under the prices of a tariff, found when first asked for.
    pub preference: OnceLock<(Arc<CompiledTariff>, Arc<Preference>)>,
}

impl OwnedLimits {
    /// What the fleet prefers under a tariff's prices: the same in every case and design, so that it is found
    /// once for the tariff that asks first.
    pub fn preference(&self, tariff: &Arc<CompiledTariff>) -> Arc<Preference> {
        let find = || {
            let (price, step_h) = (&tariff.import_price_per_kwh, tariff.axis.step_h());
            Arc::new(Preference::of(&self.as_limits(), price, step_h, self.discharge_cost_per_kwh))
        };
        let (known, preference) = self.preference.get_or_init(|| (Arc::clone(tariff), find()));
        if Arc::ptr_eq(known, tariff) { Arc::clone(preference) } else { find() }
    }

    /// The same fleet without giving back.
    #[must_use]
    pub fn one_way(&self) -> Self {
        let discharge_max_kw = vec![0.0; self.discharge_max_kw.len()];
        Self { discharge_max_kw, preference: OnceLock::new(), ..self.clone() }
    }

    /// The limits as the plant takes them.
    pub fn as_limits(&self) -> FleetLimits<'_> {
        FleetLimits {
            charge_max_kw: &self.charge_max_kw,
            latest_kwh: &self.latest_kwh,
            earliest_kwh: &self.earliest_kwh,
            preferred_kwh: &self.earliest_kwh,
            discharge_max_kw: &self.discharge_max_kw,
            discharge_efficiency: self.discharge_efficiency,
            discharge_cost_per_kwh: self.discharge_cost_per_kwh,
        }
    }
}
