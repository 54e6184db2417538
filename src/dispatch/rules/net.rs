//! The net load of designs that scale shared profiles, without going through the year for each.
//!
//! A month's highest net load is the highest over its steps of demand less capacities times profiles.
//! A step whose demand is no higher than another's and whose profiles give no less is never the
//! highest, whatever the capacities; what is left of a month are a few dozen steps, found once. The
//! sum over cheap hours is linear in the capacities. Rounding apart (products and differences round
//! monotonically, so the highest is even the same number), this is what going through the year finds.

use super::days::{Days, NetAccount};
use crate::dispatch::Num;

/// See the module; one profile per capacity that varies.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NetLoad {
    profiles: usize,
    /// Steps that can be the highest: what no design scales, kW, then each profile, kW per kW.
    rows: Vec<f64>,
    /// Where each month's rows start, and where they end.
    month_rows: [usize; 13],
    /// The same columns summed over the cheap hours of each month, kWh.
    cheap: Vec<f64>,
}

impl NetLoad {
    /// The net load of `rest_kw` (what no design scales, before charging that is managed) less
    /// capacities times `profiles`.
    ///
    /// # Panics
    /// If a series is shorter than the year.
    pub fn new(days: &Days, step_h: f64, rest_kw: &[f64], profiles: &[&[f64]]) -> Self {
        let width = 1 + profiles.len();
        let row = |step: usize| {
            let rest = std::iter::once(rest_kw[step] + days.vehicles_kw[step]);
            rest.chain(profiles.iter().map(move |per_kw| per_kw[step]))
        };
        let mut months: [Vec<usize>; 12] = Default::default();
        let mut cheap = vec![0.0; 12 * width];
        for (step, &month) in days.month().iter().enumerate() {
            let month = month as usize;
            months[month].push(step);
            if days.shape.cheap[step] {
                let sums = &mut cheap[month * width..][..width];
                sums.iter_mut().zip(row(step)).for_each(|(sum, kw)| *sum += kw * step_h);
            }
        }
        let (mut rows, mut month_rows): (Vec<f64>, _) = (Vec::new(), [0; 13]);
        for (month, mut steps) in months.into_iter().enumerate() {
            let rest = |step: usize| rest_kw[step] + days.vehicles_kw[step];
            steps.sort_by(|&a, &b| rest(b).total_cmp(&rest(a)));
            let first = rows.len();
            for step in steps {
                let gives_less =
                    |kept: &[f64]| kept[1..].iter().zip(row(step).skip(1)).all(|(kept, own)| *kept <= own);
                if !rows[first..].chunks_exact(width).any(gives_less) {
                    rows.extend(row(step));
                }
            }
            month_rows[month + 1] = rows.len() / width;
        }
        Self { profiles: profiles.len(), rows, month_rows, cheap }
    }

    /// The account that going through the year with these capacities would leave.
    pub(in crate::dispatch) fn account<'a, N: Num>(
        &self,
        days: &'a Days,
        capacities_kw: &[N],
    ) -> NetAccount<'a, N> {
        let width = 1 + self.profiles;
        let net = |row: &[f64]| {
            let scaled = capacities_kw.iter().zip(&row[1..]);
            scaled.fold(N::splat(row[0]), |net, (&capacity_kw, &per_kw)| net - capacity_kw * per_kw)
        };
        let mut account = days.net_account();
        for month in 0..12 {
            let rows = &self.rows[self.month_rows[month] * width..self.month_rows[month + 1] * width];
            let highest = rows.chunks_exact(width).fold(N::ZERO, |highest, row| net(row).max(highest));
            account.highest_kw[month] = highest;
            account.cheap_kwh[month] = net(&self.cheap[month * width..][..width]);
        }
        account
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dispatch::{AccountSeries, GridLimits, MeterLayout, Policy, Segment, YearInputs};

    /// By brute force over every step of two days, cheap before eight.
    #[test]
    fn a_few_steps_tell_the_highest_of_all() {
        let steps = 48;
        let wave =
            |pace: f64| -> Vec<f64> { (0..steps).map(|t| 0.5 + 0.5 * (f64::from(t) * pace).sin()).collect() };
        let demand: Vec<f64> = wave(1.3).iter().map(|share| 100.0 * share).collect();
        let (pv, wind) = (wave(0.26), wave(2.1));
        let price: Vec<f64> = (0..steps).map(|t| if t % 24 < 8 { 0.3 } else { 0.9 }).collect();
        let segment = Segment { start: 0, end: 48, month: 0, band: 0, windows: 1, mode: 0 };
        let inputs = YearInputs {
            step_h: 1.0,
            segments: &[segment],
            layout: MeterLayout { bands: 1, windows: 1, metering_steps: 1 },
            demand_kw: &demand,
            pv_kw: &[],
            wind_kw: &[],
            storages: &[],
            fleets: &[],
            limits: GridLimits::none(),
            series: AccountSeries { import_price_per_kwh: &price, ..AccountSeries::default() },
        };
        let days = Policy::TimeOfUse { grid_charge_up_to_kw: None, cycles: 1 }.days(&inputs);
        let net = NetLoad::new(&days, 1.0, &demand, &[&pv, &wind]);
        assert!(net.rows.len() / 3 < 24, "most steps are left out");
        for [pv_kw, wind_kw] in [[0.0, 0.0], [50.0, 0.0], [0.0, 80.0], [300.0, 40.0]] {
            let of = |t: usize| demand[t] - pv_kw * pv[t] - wind_kw * wind[t];
            let highest = (0..48).map(of).fold(0.0, f64::max);
            let cheap: f64 = (0..48).filter(|t| t % 24 < 8).map(of).sum();
            let account = net.account(&days, &[pv_kw, wind_kw]);
            assert_eq!(account.highest_kw[..2], [highest, 0.0]);
            assert!((account.cheap_kwh[0] - cheap).abs() < 1e-9);
        }
    }
}
