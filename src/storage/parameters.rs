//! One storage as a planner states it: ratings, efficiencies, window, losses, ageing, costs.

use super::EnergyParameters;
use super::catalogue::{Chemistry, System, system};
use crate::problem::Problem;

/// What is asked of the stored energy at the end of the year, by planners that see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Terminal {
    /// As much as at the start.
    #[default]
    EqualInitial,
    /// At least as much as at the start.
    AtLeastInitial,
    /// Whatever is left.
    Free,
}

/// How energy is lost between bus and cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LossModel {
    /// Constant efficiencies and self-discharge only.
    #[default]
    Simple,
    /// Standby and auxiliary draw, linear and quadratic converter loss. The efficiencies then hold
    /// at half the rated power: the cells take what the converter's curve leaves of them.
    Detailed,
}

/// What a storage costs, in the scenario's currency (the catalogue's is CNY).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Costs {
    /// Investment per kW of AC power.
    pub capex_per_kw: f64,
    /// Investment per kWh of nameplate energy.
    pub capex_per_kwh: f64,
    /// Fixed operation and maintenance per kW and year.
    pub opex_per_kw_year: f64,
    /// Fixed operation and maintenance per kWh and year.
    pub opex_per_kwh_year: f64,
    /// Years until replacement.
    pub life_years: f64,
    /// Cost of a replacement as a share of the investment.
    pub replacement_capex_fraction: f64,
}

/// State of health relative to the day of purchase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Health {
    /// Capacity over capacity at purchase.
    pub capacity: f64,
    /// Resistance over resistance at purchase.
    pub resistance: f64,
}

impl Health {
    /// The day of purchase.
    pub const NEW: Self = Self { capacity: 1.0, resistance: 1.0 };
}

/// A storage: plain data, sound when [`Storage::check`] finds no error.
#[derive(Debug, Clone, PartialEq)]
pub struct Storage {
    /// What its cells are.
    pub chemistry: &'static Chemistry,
    /// Rated AC power both ways, kW.
    pub power_kw: f64,
    /// Nameplate energy of the cells at purchase, kWh.
    pub energy_kwh: f64,
    /// AC to cells, (0, 1].
    pub charge_efficiency: f64,
    /// Cells to AC, (0, 1].
    pub discharge_efficiency: f64,
    /// Lowest state of charge.
    pub soc_min: f64,
    /// Highest state of charge.
    pub soc_max: f64,
    /// State of charge at the start of the year; `None`: halfway between the bounds.
    pub soc_initial: Option<f64>,
    /// Share of the stored energy lost per day.
    pub self_discharge_per_day: f64,
    /// What is asked at the end of the year.
    pub terminal: Terminal,
    /// How energy is lost.
    pub losses: LossModel,
    /// Whether it ages.
    pub ages: bool,
    /// Whether its container cools and heats.
    pub conditioned: bool,
    /// Health at the start of the simulated year.
    pub health: Health,
    /// What it costs.
    pub costs: Costs,
}

impl Storage {
    /// A storage with everything but its size from the catalogue.
    pub fn new(chemistry: &'static Chemistry, power_kw: f64, energy_kwh: f64) -> Self {
        Self {
            chemistry,
            power_kw,
            energy_kwh,
            charge_efficiency: chemistry.charge_efficiency.value,
            discharge_efficiency: chemistry.discharge_efficiency.value,
            soc_min: chemistry.soc_min.value,
            soc_max: chemistry.soc_max.value,
            soc_initial: None,
            self_discharge_per_day: chemistry.self_discharge_per_day.value,
            terminal: Terminal::default(),
            losses: LossModel::default(),
            ages: true,
            conditioned: true,
            health: Health::NEW,
            costs: Costs {
                capex_per_kw: 0.0,
                capex_per_kwh: chemistry.capex_per_kwh.value,
                opex_per_kw_year: 0.0,
                opex_per_kwh_year: chemistry.opex_per_kwh_year.value,
                life_years: chemistry.life_years.value,
                replacement_capex_fraction: chemistry.replacement_capex_fraction.value,
            },
        }
    }

    /// State of charge at the start of the year.
    pub fn initial_soc(&self) -> f64 {
        self.soc_initial.unwrap_or(0.5 * (self.soc_min + self.soc_max))
    }

    /// Capacity at which it is retired, over capacity at purchase.
    pub fn end_of_life_health(&self) -> f64 {
        self.chemistry.end_of_life_soh.value / self.chemistry.soh_at_purchase.value
    }

    /// What is wrong with it: keys are relative to the device (`soc_min`). A size of 0 is sound: a
    /// study may vary it from there.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut wrong = |key: &str, message: String, hint: &str| {
            let problem = Problem::error("out-of-range", message).at_key(key);
            problems.push(if hint.is_empty() { problem } else { problem.hint(hint) });
        };
        for (key, unit, value) in [("power_kw", "kW", self.power_kw), ("energy_kwh", "kWh", self.energy_kwh)]
        {
            if !(value.is_finite() && value >= 0.0) {
                wrong(
                    key,
                    format!("{value} {unit} is not a finite rating of 0 or more"),
                    "ratings are positive",
                );
            }
        }
        for (key, value) in [
            ("charge_efficiency", self.charge_efficiency),
            ("discharge_efficiency", self.discharge_efficiency),
        ] {
            if !(value > 0.0 && value <= 1.0) {
                wrong(key, format!("{value} is outside (0, 1]"), percent_hint(value));
            }
        }
        for (key, value) in [("soc_min", self.soc_min), ("soc_max", self.soc_max)] {
            if !(0.0..=1.0).contains(&value) {
                wrong(key, format!("{value} is outside 0 to 1"), percent_hint(value));
            }
        }
        if !(0.0..=0.5).contains(&self.self_discharge_per_day) {
            let value = self.self_discharge_per_day;
            wrong(
                "self_discharge_per_day",
                format!("{value} is outside 0 to 0.5"),
                "a few thousandths are usual",
            );
        }
        let (Health { capacity, resistance }, end) = (self.health, self.end_of_life_health());
        if !(capacity > end && capacity <= 1.0) {
            let message =
                format!("{capacity} is outside {end:.3} (end of life) to 1 of the capacity at purchase");
            wrong("state_of_health", message, percent_hint(capacity));
        }
        if !(1.0..=10.0).contains(&resistance) {
            wrong(
                "relative_resistance",
                format!("{resistance} is outside 1 to 10"),
                "1 is the day of purchase",
            );
        }
        if self.soc_min > self.soc_max {
            let message = format!("soc_min {} is above soc_max {}", self.soc_min, self.soc_max);
            problems
                .push(Problem::error("crossed-bounds", message).at_key("soc_min").hint("exchange the two"));
        } else if let Some(soc) = self.soc_initial
            && !(self.soc_min..=self.soc_max).contains(&soc)
        {
            let message = format!("{soc} is outside the window {} to {}", self.soc_min, self.soc_max);
            problems.push(Problem::error("out-of-range", message).at_key("soc_initial"));
        }
        if problems.is_empty() {
            self.check_detailed(&mut problems);
            self.check_c_rate(&mut problems);
        }
        problems
    }

    /// The converter alone must not lose more than both losses together.
    fn check_detailed(&self, problems: &mut Vec<Problem>) {
        if self.losses == LossModel::Simple {
            return;
        }
        let (charge, discharge) = self.cell_efficiencies(system(), 1.0);
        for (key, stated, cell) in [
            ("charge_efficiency", self.charge_efficiency, charge),
            ("discharge_efficiency", self.discharge_efficiency, discharge),
        ] {
            if cell > 1.0 {
                let message = format!(
                    "{stated} is more than the converter of `losses = \"detailed\"` leaves at half power"
                );
                let hint = format!("at most {:.4}, or losses = \"simple\"", stated / cell);
                problems.push(Problem::error("out-of-range", message).at_key(key).hint(hint));
            }
        }
    }

    fn check_c_rate(&self, problems: &mut Vec<Problem>) {
        let usual = &self.chemistry.max_c_rate;
        if self.energy_kwh > 0.0 && self.power_kw > usual.value * self.energy_kwh * (1.0 + 1e-9) {
            let (kw, kwh, limit, source) = (self.power_kw, self.energy_kwh, usual.value, &usual.source);
            let (rate, title) = (kw / kwh, &self.chemistry.title);
            let message = (
                format!(
                    "{kw} kW on {kwh} kWh is {rate:.2} C, more than the {limit} C of {} ({source})",
                    title.en
                ),
                format!("{kw} kW 配 {kwh} kWh 为 {rate:.2} C，高于{}的 {limit} C（{source}）", title.zh),
            );
            problems.push(Problem::warning("unusual-c-rate", message).at_key("power_kw"));
        }
    }

    /// What the year loop needs, at a state of health.
    ///
    /// Capacity scales the energy window; resistance scales the ohmic share of the losses: the
    /// catalogue's share of what the efficiencies lose.
    pub fn energy(&self, health: Health) -> EnergyParameters<f64> {
        let system = system();
        let capacity_kwh = self.energy_kwh * health.capacity;
        let (charge_efficiency, discharge_efficiency) = match self.losses {
            LossModel::Simple => {
                let aged = |efficiency: f64| aged_efficiency(efficiency, system, health.resistance);
                (aged(self.charge_efficiency), aged(self.discharge_efficiency))
            }
            LossModel::Detailed => self.cell_efficiencies(system, health.resistance),
        };
        let mut parameters = EnergyParameters {
            charge_limit_kw: self.power_kw,
            discharge_limit_kw: self.power_kw,
            min_kwh: self.soc_min * capacity_kwh,
            max_kwh: self.soc_max * capacity_kwh,
            initial_kwh: self.initial_soc() * capacity_kwh,
            charge_efficiency,
            discharge_efficiency,
            self_discharge_per_h: self.self_discharge_per_day / 24.0,
            standby_kw: 0.0,
            linear_loss: 0.0,
            quadratic_loss_per_kw: 0.0,
        };
        if self.losses == LossModel::Detailed && self.power_kw > 0.0 && self.energy_kwh > 0.0 {
            let standby = system.standby_share.value + system.auxiliary_share.value;
            parameters.standby_kw = standby * self.power_kw;
            parameters.linear_loss = system.linear_loss.value;
            parameters.quadratic_loss_per_kw = system.quadratic_loss.value / self.power_kw;
        }
        parameters
    }

    /// Efficiencies of the cells behind the converter, so that both together give the stated
    /// efficiency at half the rated power.
    fn cell_efficiencies(&self, system: &System, resistance: f64) -> (f64, f64) {
        let loss = system.linear_loss.value + 0.5 * system.quadratic_loss.value;
        let charge = self.charge_efficiency / (1.0 - loss);
        let discharge = self.discharge_efficiency * (1.0 + loss);
        (aged_efficiency(charge, system, resistance), aged_efficiency(discharge, system, resistance))
    }
}

/// An efficiency whose ohmic share of the loss has grown with resistance; never below 0.1.
fn aged_efficiency(efficiency: f64, system: &System, resistance: f64) -> f64 {
    let growth = system.ohmic_share.value * (resistance - 1.0);
    (1.0 - (1.0 - efficiency) * (1.0 + growth)).max(0.1f64.min(efficiency))
}

fn percent_hint(value: f64) -> &'static str {
    if value > 1.0 && value <= 100.0 { "a share of 1: write 0.2 for 20 %" } else { "" }
}

#[cfg(test)]
#[path = "parameters_tests.rs"]
mod tests;
