//! Energy metrics from the accounts of a year, and their sum over parks.

use super::model::Energy;
use crate::dispatch::YearResult;

/// What the accounts do not know: how demand splits, and the nameplate of the storages.
#[derive(Debug, Clone, Copy, Default)]
pub struct EnergyContext {
    /// Loads, kWh.
    pub load_kwh: f64,
    /// Charging that the year loop does not move, kWh.
    pub fixed_charging_kwh: f64,
    /// Nameplate energy of all storages, kWh.
    pub nameplate_kwh: f64,
}

/// Energy metrics of one park's year.
pub fn energy(year: &YearResult, context: &EnergyContext) -> Energy {
    let sums = &year.energy;
    let stored = |get: fn(&crate::dispatch::StorageYear) -> f64| year.storages.iter().map(get).sum::<f64>();
    let energy = Energy {
        load_kwh: context.load_kwh,
        charging_kwh: context.fixed_charging_kwh + sums.vehicles_kwh,
        v2g_kwh: sums.v2g_kwh,
        pv_available_kwh: year.pv_kwh,
        wind_available_kwh: year.wind_kwh,
        renewable_export_kwh: sums.renewable_export_kwh,
        curtailed_kwh: sums.curtailed_kwh,
        curtailed_pv_kwh: sums.curtailed_pv_kwh,
        curtailed_wind_kwh: sums.curtailed_kwh - sums.curtailed_pv_kwh,
        grid_import_kwh: year.meter.imported_kwh(),
        grid_export_kwh: year.meter.exported_kwh(),
        storage_charge_kwh: sums.charge_kwh,
        storage_discharge_kwh: sums.discharge_kwh,
        storage_loss_kwh: stored(|unit| unit.loss_kwh()),
        unserved_kwh: sums.unserved_kwh,
        peak_import_kw: year.meter.highest_kw(),
        full_cycles: ratio(stored(|unit| unit.cell_discharge_kwh), context.nameplate_kwh),
        balance_residual_kwh: sums.residual_kwh,
        ..Energy::default()
    };
    with_ratios(energy)
}

/// The ratios that follow from the sums.
fn with_ratios(energy: Energy) -> Energy {
    let available = energy.pv_available_kwh + energy.wind_available_kwh;
    let used = available - energy.curtailed_kwh - energy.renewable_export_kwh;
    let demand = energy.load_kwh + energy.charging_kwh - energy.v2g_kwh;
    Energy {
        renewable_used_kwh: used,
        self_consumption: ratio(used, available),
        self_sufficiency: ratio(energy.grid_import_kwh, demand).map(|import| (1.0 - import).max(0.0)),
        ..energy
    }
}

/// A ratio, none where it has no meaning.
fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// The energies of all parks: sums are sums, ratios are recomputed, the peak is coincident.
///
/// `nameplate_kwh` is that of each park's storages; `peak_import_kw` the coincident peak.
pub fn energy_of_all(parks: &[(Energy, f64)], peak_import_kw: f64) -> Energy {
    let sum = |get: fn(&Energy) -> f64| parks.iter().map(|(park, _)| get(park)).sum::<f64>();
    let nameplate: f64 = parks.iter().map(|(_, kwh)| kwh).sum();
    let cycled: f64 = parks.iter().map(|(park, kwh)| park.full_cycles.unwrap_or(0.0) * kwh).sum();
    with_ratios(Energy {
        load_kwh: sum(|e| e.load_kwh),
        charging_kwh: sum(|e| e.charging_kwh),
        v2g_kwh: sum(|e| e.v2g_kwh),
        pv_available_kwh: sum(|e| e.pv_available_kwh),
        wind_available_kwh: sum(|e| e.wind_available_kwh),
        renewable_used_kwh: 0.0,
        renewable_export_kwh: sum(|e| e.renewable_export_kwh),
        curtailed_kwh: sum(|e| e.curtailed_kwh),
        curtailed_pv_kwh: sum(|e| e.curtailed_pv_kwh),
        curtailed_wind_kwh: sum(|e| e.curtailed_wind_kwh),
        grid_import_kwh: sum(|e| e.grid_import_kwh),
        grid_export_kwh: sum(|e| e.grid_export_kwh),
        storage_charge_kwh: sum(|e| e.storage_charge_kwh),
        storage_discharge_kwh: sum(|e| e.storage_discharge_kwh),
        storage_loss_kwh: sum(|e| e.storage_loss_kwh),
        unserved_kwh: sum(|e| e.unserved_kwh),
        peak_import_kw,
        self_consumption: None,
        self_sufficiency: None,
        full_cycles: ratio(cycled, nameplate),
        balance_residual_kwh: sum(|e| e.balance_residual_kwh),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 100 available, 10 curtailed, 20 exported: 70 used. Demand 200 + 50, import 180:
    /// self-sufficiency 1 − 180/250 = 0.28.
    #[test]
    fn ratios_follow_from_the_sums() {
        let energy = with_ratios(Energy {
            load_kwh: 200.0,
            charging_kwh: 50.0,
            pv_available_kwh: 60.0,
            wind_available_kwh: 40.0,
            curtailed_kwh: 10.0,
            renewable_export_kwh: 20.0,
            grid_import_kwh: 180.0,
            ..Energy::default()
        });
        assert_eq!(energy.renewable_used_kwh, 70.0);
        assert_eq!(energy.self_consumption, Some(0.7));
        assert!(energy.self_sufficiency.is_some_and(|share| (share - 0.28).abs() < 1e-12));
        assert_eq!(with_ratios(Energy::default()).self_consumption, None);
    }
}
