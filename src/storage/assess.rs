//! What a simulated year did to a storage, and what life that makes.

use super::ageing::{self, AgeingYear, CellTemperature, Law, Life, LifePlan, Trajectory};
use super::catalogue::system;
use super::parameters::Storage;
use super::thermal::{CellHeat, Thermal};

/// A storage's year as the ledger has it; all series have one value per step.
#[derive(Debug, Clone, Copy)]
pub struct YearOfUse<'a> {
    /// Charging, AC kW.
    pub charge_kw: &'a [f64],
    /// Discharging, AC kW.
    pub discharge_kw: &'a [f64],
    /// Energy in the cells at the end of the step, kWh.
    pub energy_kwh: &'a [f64],
    /// Energy in the cells at the start, kWh.
    pub initial_kwh: f64,
    /// Length of a step, h.
    pub step_h: f64,
    /// Air around the container, °C; `None`: cells at the catalogue's temperature all year.
    pub air_c: Option<&'a [f64]>,
}

/// What a year of use means for a storage.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Wear of the year and where the ageing law was asked beyond its range.
    pub year: AgeingYear,
    /// The life that such years make.
    pub life: Life,
}

/// Ages a storage by a year of use and reckons its life in a project; `None` if it does not age
/// or has no capacity.
///
/// The cells' temperature follows the air, the heat of the losses, and the container's cooling and
/// heating ([`Thermal`]).
///
/// # Panics
/// If the series differ in length.
pub fn assess(storage: &Storage, used: &YearOfUse<'_>, project_years: u32) -> Option<Assessment> {
    if !storage.ages || storage.energy_kwh <= 0.0 {
        return None;
    }
    let law = Law::of(storage.chemistry);
    let cells = used.air_c.map(|air_c| {
        assert_eq!(air_c.len(), used.charge_kw.len(), "one air temperature per step");
        let heat = CellHeat::of(storage);
        let (charge_kw, discharge_kw) = (&used.charge_kw[..air_c.len()], &used.discharge_kw[..air_c.len()]);
        Thermal::of(storage).cells_c(air_c, |step| heat.kw(charge_kw[step], discharge_kw[step]), used.step_h)
    });
    let cell_c = match &cells {
        Some(series) => CellTemperature::Series(series),
        None => CellTemperature::Constant(system().cell_temperature_c.value),
    };
    let trajectory = Trajectory {
        initial_kwh: used.initial_kwh,
        energy_kwh: used.energy_kwh,
        capacity_kwh: storage.energy_kwh * storage.health.capacity,
        step_h: used.step_h,
        cell_c,
    };
    let year = ageing::year(&law, &trajectory);
    let plan = LifePlan {
        project_years,
        life_years: storage.costs.life_years,
        end_of_life: storage.end_of_life_health(),
    };
    let life = ageing::life_from(&law, &year.wear, &plan, storage.health);
    Some(Assessment { year, life })
}

/// What is bought for a storage in a project, and what it has lost by year.
#[derive(Debug, Clone, PartialEq)]
pub struct LifeOfProject {
    /// Purchases after the first: years from the start, and share of the nameplate energy.
    pub added: Vec<(f64, f64)>,
    /// Years that a unit serves.
    pub span_years: f64,
    /// Share of the capacity at purchase lost at the start of each year 1, 2, …; negative where a new
    /// unit has replaced one that was bought worn.
    pub lost_by_year: Vec<f64>,
}

/// The purchases of a storage in a project: whole units at the end of their life, or cells added
/// whenever a year ends below `augment_below` of the nameplate energy.
pub fn augment_plan(
    storage: &Storage,
    assessed: &Assessment,
    project_years: u32,
    augment_below: Option<f64>,
) -> LifeOfProject {
    let law = Law::of(storage.chemistry);
    let wear = &assessed.year.wear;
    let life = &assessed.life;
    let span_years = life.years_to_end_of_life.unwrap_or(f64::INFINITY).min(storage.costs.life_years);
    if let Some(keep) = augment_below {
        let plan = LifePlan {
            project_years,
            life_years: storage.costs.life_years,
            end_of_life: storage.end_of_life_health(),
        };
        let (added, by_year) = ageing::augment(&law, wear, &plan, keep);
        let restored = |end: u32| added.iter().any(|block| block.after_years == end);
        let lost = (0..project_years).map(|start| match start {
            0 => 0.0,
            start if restored(start) => 0.0,
            start => (1.0 - by_year[start as usize - 1]).max(0.0),
        });
        return LifeOfProject {
            lost_by_year: lost.collect(),
            added: added.iter().map(|block| (f64::from(block.after_years), block.share)).collect(),
            span_years,
        };
    }
    let at_purchase = storage.health.capacity;
    let lost = (0..project_years).map(|start| {
        let years = f64::from(start);
        // A unit bought just now is new; else the last year's end is this one's start.
        let capacity = match life.replaced_after_years.iter().rfind(|&&at| at <= years + 1e-9) {
            Some(bought) => law.health(&wear.times(years - bought)).capacity,
            None if start == 0 => at_purchase,
            None => life.by_year[start as usize - 1].capacity,
        };
        1.0 - capacity / at_purchase
    });
    LifeOfProject {
        lost_by_year: lost.collect(),
        added: life.replaced_after_years.iter().map(|at| (*at, 1.0)).collect(),
        span_years,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::chemistry;

    fn daily(storage: &Storage, air_c: Option<&[f64]>) -> Option<Assessment> {
        let charges = |hour: usize| (8..12).contains(&(hour % 24));
        let gives = |hour: usize| (18..22).contains(&(hour % 24));
        let column = |on: &dyn Fn(usize) -> bool, kw: f64| -> Vec<f64> {
            (0..8760).map(|h| if on(h) { kw } else { 0.0 }).collect()
        };
        let (charge_kw, discharge_kw) = (column(&charges, 22.0 / 0.94), column(&gives, 22.0 * 0.94));
        let mut stored_kwh = 5.0;
        let energy_kwh: Vec<f64> = (0..8760)
            .map(|hour| {
                stored_kwh += if charges(hour) { 22.0 } else { 0.0 } - if gives(hour) { 22.0 } else { 0.0 };
                stored_kwh
            })
            .collect();
        let used = YearOfUse {
            charge_kw: &charge_kw,
            discharge_kw: &discharge_kw,
            energy_kwh: &energy_kwh,
            initial_kwh: 5.0,
            step_h: 1.0,
            air_c,
        };
        assess(storage, &used, 25)
    }

    fn lfp() -> Storage {
        Storage::new(chemistry("lfp").expect("in the catalogue"), 50.0, 100.0)
    }

    /// One cycle of 88 % a day at 25 °C. The reference values of the suite nearest to it (one cycle
    /// of 80 % a day at half charge) lose 19.6 % in ten years, so about 6 % in the first and 30 %
    /// after some 23.
    #[test]
    fn a_cycle_a_day_wears_lfp_as_the_reference_does() {
        let assessed = daily(&lfp(), None).expect("ages");
        let capacity = assessed.life.end_of_year.capacity;
        assert!((0.92..0.95).contains(&capacity), "{capacity}");
        let years = assessed.life.years_to_end_of_life.expect("ends");
        assert!((18.0..28.0).contains(&years), "{years}");
        // Replaced by its life of 12 years first: at 12 and 24 of 25.
        assert_eq!(assessed.life.replacements, 2);
        assert!((assessed.year.full_cycles - 365.0 * 0.88).abs() < 1e-6);
    }

    #[test]
    fn warm_air_shortens_a_life_and_cooling_bounds_it() {
        let life = |air: f64| {
            let air = vec![air; 8760];
            daily(&lfp(), Some(&air)).expect("ages").life.end_of_year.capacity
        };
        assert!(life(30.0) < life(15.0));
        assert!((life(40.0) - life(35.0)).abs() < 1e-3, "cells are held at the set point");
    }

    #[test]
    fn what_does_not_age_is_not_assessed() {
        assert_eq!(daily(&Storage { ages: false, ..lfp() }, None), None);
        assert_eq!(daily(&Storage { energy_kwh: 0.0, ..lfp() }, None), None);
    }
}
