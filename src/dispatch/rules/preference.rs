//! When a managed fleet would charge by prices known ahead, and when giving back pays.
//!
//! At every step the energy at hand (what could have been taken by then and has not) has a window:
//! until all of it is due. It waits for the cheaper steps of the window as far as those can take it
//! at three quarters of their power, lest what waited comes back as a peak; the rest is spread evenly over the
//! steps that cost as much as this one, so that what is left at any time can still catch a
//! surplus, and the draw stays flat. Of the future only the prices and the departures of those
//! plugged in are used.

use crate::dispatch::FleetLimits;

/// Longest window that is looked into, h: a tariff repeats from day to day.
const LONGEST_H: f64 = 48.0;

/// Share of the power of cheaper steps that is waited for. A kilowatt-hour that waits saves the difference of
/// two prices; a kilowatt more in the month's highest window costs its demand charge, a hundred times that.
const WAITED_FOR: f64 = 0.75;

/// What a fleet prefers.
#[derive(Debug, Clone, PartialEq)]
pub struct Preference {
    /// Energy since 1 January it would have taken at the end of each step, kWh; the latest possible
    /// in steps in which it would rather wait.
    pub preferred_kwh: Vec<f64>,
    /// Highest power back to the bus in steps in which giving back pays, kW; else 0.
    pub discharge_max_kw: Vec<f64>,
}

impl Preference {
    /// The preference by a `signal` (price or carbon) of every step, none of which is a flat one.
    /// `discharge_cost` is the cost of a kWh given back, in the unit of the signal.
    pub fn of(limits: &FleetLimits<'_>, signal: &[f64], step_h: f64, discharge_cost: f64) -> Self {
        let steps = limits.earliest_kwh.len();
        let longest = (LONGEST_H / step_h) as usize;
        let at = |step: usize| signal.get(step).copied().unwrap_or(0.0);
        let room_kwh = |step: usize| limits.charge_max_kw[step] * step_h;
        let mut preferred_kwh = Vec::with_capacity(steps);
        let mut discharge_max_kw = vec![0.0; steps];
        let (mut taken_kwh, mut due) = (0.0f64, 0);
        for (step, discharge_kw) in discharge_max_kw.iter_mut().enumerate() {
            let (early_kwh, late_kwh) = (limits.earliest_kwh[step], limits.latest_kwh[step]);
            due = due.max(step);
            while due + 1 < steps && limits.latest_kwh[due] < early_kwh - 1e-9 * early_kwh {
                due += 1;
            }
            // Without anything at hand it waits; nothing given back has no price to look for.
            if early_kwh <= taken_kwh && limits.discharge_max_kw[step] <= 0.0 {
                taken_kwh = late_kwh.max(taken_kwh);
                preferred_kwh.push(late_kwh);
                continue;
            }
            let here = at(step);
            let tolerance = 1e-9 * here.abs();
            let (mut cheaper_kwh, mut alike_kwh, mut lowest) = (0.0, room_kwh(step), here);
            for ahead in step + 1..=due.min(step + longest) {
                let there = at(ahead);
                if there < here - tolerance {
                    cheaper_kwh += WAITED_FOR * room_kwh(ahead);
                    lowest = lowest.min(there);
                } else if there <= here + tolerance {
                    alike_kwh += room_kwh(ahead);
                }
            }
            let rest_kwh = early_kwh - taken_kwh - cheaper_kwh;
            let most_kwh = room_kwh(step).min(early_kwh - taken_kwh);
            if rest_kwh > 0.0 && most_kwh > 0.0 {
                let wanted_kwh = rest_kwh.min(rest_kwh * room_kwh(step) / alike_kwh).min(most_kwh);
                taken_kwh = late_kwh.max(taken_kwh + wanted_kwh);
                preferred_kwh.push(taken_kwh);
            } else {
                taken_kwh = late_kwh.max(taken_kwh);
                preferred_kwh.push(late_kwh);
            }
            if here > lowest / limits.discharge_efficiency + discharge_cost {
                *discharge_kw = limits.discharge_max_kw[step];
            }
        }
        Self { preferred_kwh, discharge_max_kw }
    }

    /// The fleet's limits with its preference in them.
    pub fn apply<'a>(&'a self, limits: &FleetLimits<'a>) -> FleetLimits<'a> {
        FleetLimits {
            preferred_kwh: &self.preferred_kwh,
            discharge_max_kw: &self.discharge_max_kw,
            ..*limits
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A car there from 0 to 6 o'clock that can take 2 kW and wants 6 kWh.
    fn preferred(price: &[f64]) -> Vec<f64> {
        let limits = FleetLimits {
            charge_max_kw: &[2.0; 6],
            latest_kwh: &[0.0, 0.0, 0.0, 2.0, 4.0, 6.0],
            earliest_kwh: &[2.0, 4.0, 6.0, 6.0, 6.0, 6.0],
            preferred_kwh: &[2.0, 4.0, 6.0, 6.0, 6.0, 6.0],
            discharge_max_kw: &[0.0; 6],
            discharge_efficiency: 1.0,
            discharge_cost_per_kwh: 0.0,
        };
        Preference::of(&limits, price, 1.0, 0.0).preferred_kwh
    }

    /// By hand: at one price 2 kWh are at hand, due at 4 o'clock: 2/4 in the first hour; then 3.5 of the 4 are
    /// left, due at 5, 3.5/4 in the second; then 4.625, due at 6, over 4 hours.
    #[test]
    fn at_one_price_what_is_at_hand_is_spread_evenly() {
        let taken = preferred(&[0.5; 6]);
        for (found, by_hand) in taken.iter().zip([0.5, 1.375, 2.531_25]) {
            assert!((found - by_hand).abs() < 1e-12, "{taken:?}");
        }
        assert!((taken[5] - 6.0).abs() < 1e-12, "{taken:?}");
    }

    /// By hand: two cheap hours from 3 o'clock count with 1.5 of their 2 kWh. At 0 o'clock 2 kWh are at hand, due at
    /// 3: 1.5 wait, 0.5 is spread over three dear hours: 1/6. At 1 o'clock 4 - 1/6, due at 4: 3 wait, 5/6 over two
    /// dear hours: 5/12. At 2 o'clock 6 - 7/12, due at 5: 3 wait, 29/12 over this and the last hour: 29/24.
    #[test]
    fn dear_hours_take_what_cheap_ones_cannot_at_three_quarters_of_their_power() {
        let taken = preferred(&[0.8, 0.8, 0.8, 0.3, 0.3, 0.8]);
        for (found, by_hand) in taken.iter().zip([1.0 / 6.0, 7.0 / 12.0, 43.0 / 24.0]) {
            assert!((found - by_hand).abs() < 1e-12, "{taken:?}");
        }
        assert!((taken[5] - 6.0).abs() < 1e-9, "{taken:?}");
        // One kWh at hand and four cheap hours for it: it waits.
        let limits = FleetLimits {
            charge_max_kw: &[1.0; 6],
            latest_kwh: &[0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
            earliest_kwh: &[1.0; 6],
            preferred_kwh: &[1.0; 6],
            discharge_max_kw: &[0.0; 6],
            discharge_efficiency: 1.0,
            discharge_cost_per_kwh: 0.0,
        };
        let taken = Preference::of(&limits, &[0.8, 0.3, 0.3, 0.3, 0.3, 0.8], 1.0, 0.0).preferred_kwh;
        assert_eq!(taken, [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]);
    }

    /// By hand: half lost on the way there and back and 0.1 of wear: given at 0.8 it costs 2 × 0.3 + 0.1 = 0.7 and
    /// pays; at 0.65 it does not; nor in the last hours, after which there is no cheap one.
    #[test]
    fn giving_back_has_to_pay_for_recharging_and_wear() {
        let limits = FleetLimits {
            charge_max_kw: &[2.0; 6],
            latest_kwh: &[0.0, 0.0, 0.0, 0.0, 0.0, 6.0],
            earliest_kwh: &[2.0, 4.0, 6.0, 6.0, 6.0, 6.0],
            preferred_kwh: &[2.0, 4.0, 6.0, 6.0, 6.0, 6.0],
            discharge_max_kw: &[2.0; 6],
            discharge_efficiency: 0.5,
            discharge_cost_per_kwh: 0.1,
        };
        let price = [0.8, 0.65, 0.3, 0.8, 0.8, 0.8];
        let paying = Preference::of(&limits, &price, 1.0, 0.1).discharge_max_kw;
        assert_eq!(paying, [2.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }
}
