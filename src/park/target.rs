//! The import a rolling control holds a month to: what the last weeks, known afterwards, would have
//! needed, and a margin.
//!
//! A plan of two days knows nothing of the month's other days. Without a target it would shave every
//! early day as far as it goes, or let the first dear hour set a peak for the whole month. The optimum
//! of the days just measured says what the park's storage can hold; it is found again every week and at
//! the start of a month, and a month whose peak is above it already is held to that peak.

use super::foresight::{Charge, paid_kw};
use crate::dispatch::optimum::{DemandCharge, Plan, Planner, Reservoir, Site, Terminal, UNMETERED};

/// Days measured that a target rests on, and days after which it is found again; assumed.
const LEARNED_DAYS: usize = 30;
const LEARN_EVERY_DAYS: usize = 7;

/// Relative gap of a target's plan.
const TOLERANCE: f64 = 1e-3;

/// The import to hold each demand charge's periods to.
pub(super) struct Targets<'a> {
    charges: &'a [Charge],
    /// What is added to the optimum of the past, as a share of it.
    margin: f64,
    steps_per_day: usize,
    /// Highest import of each charge's periods so far, kW.
    pub paid_kw: Vec<Vec<f64>>,
    /// The peaks so far or the target, whichever is higher, kW.
    pub held_kw: Vec<Vec<f64>>,
    learned: bool,
    planner: Planner,
    plan: Plan,
}

impl<'a> Targets<'a> {
    pub fn new(charges: &'a [Charge], margin: f64, step_h: f64) -> Self {
        let none: Vec<Vec<f64>> = charges.iter().map(|charge| vec![0.0; charge.price_per_kw.len()]).collect();
        Self {
            charges,
            margin,
            steps_per_day: (24.0 / step_h).round() as usize,
            paid_kw: none.clone(),
            held_kw: none,
            learned: false,
            planner: Planner::default(),
            plan: Plan::default(),
        }
    }

    /// Learns from the steps before `now` where it is time to; `site` and `store` are those of the year
    /// as it was measured. Only what is before `now` is looked at.
    pub fn learn(&mut self, now: usize, interval: usize, site: &Site<'_>, store: &Reservoir) {
        let week = LEARN_EVERY_DAYS * self.steps_per_day;
        if self.charges.is_empty() || now < week {
            return;
        }
        let begins = self.charges.iter().any(|charge| {
            let (before, at) = (charge.period_of_step[now - 1], charge.period_of_step[now]);
            before != at && at != UNMETERED && before != UNMETERED
        });
        if now % week >= interval && !begins {
            return;
        }
        let from = now.saturating_sub(LEARNED_DAYS * self.steps_per_day);
        // The past as one period of each charge, at the price that comes.
        let coming =
            |charge: &Charge| charge.period_of_step[now..].iter().copied().find(|&at| at != UNMETERED);
        let past: Vec<(Vec<f64>, Vec<u16>)> = self
            .charges
            .iter()
            .map(|charge| {
                let price = coming(charge).map_or(0.0, |period| charge.price_per_kw[period as usize]);
                let metered = charge.period_of_step[from..now].iter();
                let period = metered.map(|&at| if at == UNMETERED { UNMETERED } else { 0 }).collect();
                (vec![price], period)
            })
            .collect();
        let demand: Vec<DemandCharge<'_>> = past
            .iter()
            .map(|(price_per_kw, period_of_step)| DemandCharge { price_per_kw, period_of_step })
            .collect();
        let seen = Site {
            load_kw: &site.load_kw[from..now],
            available_kw: &site.available_kw[from..now],
            import_price_per_kwh: &site.import_price_per_kwh[from..now],
            export_price_per_kwh: &site.export_price_per_kwh[from..now],
            demand: &demand,
            ..*site
        };
        let store = Reservoir { terminal: Terminal::EqualInitial, ..*store };
        if self.planner.with_demand(seen, store, TOLERANCE, &mut self.plan).is_err() {
            return;
        }
        for ((_, period_of_step), (charge, (held, paid))) in
            past.iter().zip(self.charges.iter().zip(self.held_kw.iter_mut().zip(&self.paid_kw)))
        {
            let import = (0..now - from)
                .filter(|&t| period_of_step[t] != UNMETERED)
                .map(|t| seen.load_kw[t] - seen.available_kw[t] + self.plan.storage_setpoint_kw[t]);
            let target = import.fold(0.0, f64::max) * (1.0 + self.margin);
            let first = coming(charge).map_or(held.len(), usize::from);
            for (held, paid) in held.iter_mut().zip(paid).skip(first) {
                *held = paid.max(target);
            }
        }
        self.learned = true;
    }

    /// Import that a step is held to, kW, when its plan meant `planned_kw` of it: none where the step is
    /// not metered.
    pub fn hold_kw(&self, step: usize, planned_kw: f64) -> f64 {
        let held = paid_kw(self.charges, &self.held_kw, step);
        if self.learned { held } else { held.max(planned_kw) }
    }

    /// Takes note of a metered mean import.
    pub fn meter(&mut self, step: usize, import_kw: f64) {
        for (charge, (paid, held)) in self.charges.iter().zip(self.paid_kw.iter_mut().zip(&mut self.held_kw))
        {
            let period = charge.period_of_step[step];
            if period != UNMETERED {
                let period = period as usize;
                paid[period] = paid[period].max(import_kw);
                held[period] = held[period].max(import_kw);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: every day 100 kW for 23 hours and 200 kW for one. A store of 50 kWh brings the one hour
    /// to 150 kW; with a margin of a tenth the next month is held to 165 kW, and to 180 kW once that much
    /// was drawn. The first week nothing is known.
    #[test]
    fn a_month_is_held_to_what_the_weeks_before_would_have_needed() {
        let steps = 60 * 24;
        let load: Vec<f64> = (0..steps).map(|t| if t % 24 == 12 { 200.0 } else { 100.0 }).collect();
        let (none, price) = (vec![0.0; steps], vec![0.5; steps]);
        let month: Vec<u16> = (0..steps).map(|t| u16::from(t >= 30 * 24)).collect();
        let charges = [Charge { price_per_kw: vec![30.0, 30.0], period_of_step: month }];
        let site = Site {
            step_hours: 1.0,
            load_kw: &load,
            available_kw: &none,
            import_price_per_kwh: &price,
            export_price_per_kwh: &none,
            import_limit_kw: f64::INFINITY,
            export_limit_kw: f64::INFINITY,
            unserved_cost_per_kwh: None,
            curtailment_cost_per_kwh: 0.0,
            demand: &[],
        };
        let store = Reservoir {
            charge_limit_kw: 50.0,
            discharge_limit_kw: 50.0,
            energy_max_kwh: 50.0,
            ..Reservoir::none()
        };
        let mut targets = Targets::new(&charges, 0.1, 1.0);
        targets.learn(24, 1, &site, &store);
        assert_eq!((targets.hold_kw(24, 70.0), targets.held_kw[0][0]), (70.0, 0.0));
        targets.learn(30 * 24, 1, &site, &store);
        assert!((targets.hold_kw(30 * 24, 300.0) - 165.0).abs() < 0.3, "{}", targets.hold_kw(30 * 24, 0.0));
        targets.meter(30 * 24, 180.0);
        assert_eq!(targets.hold_kw(31 * 24, 0.0), 180.0);
        // January's own peak is not touched.
        assert_eq!(targets.paid_kw[0], [0.0, 180.0]);
    }
}
