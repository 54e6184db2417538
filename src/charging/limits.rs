//! A fleet as one unit of the year loop: limits of power and of cumulative energy.
//!
//! Every session may charge between its start and its departure with at most its power, must have
//! its energy by the deadline, and cannot have it before full-power charging would deliver it. Sums
//! over sessions bound what the fleet as a whole can do. The bounds are necessary; how far a
//! schedule within them can miss single sessions is measured by [`super::disaggregate`].

use super::acceptance::Acceptance;
use super::profile::add_power;
use super::session::Session;

/// Limits of the charging unit. Powers are at the park bus, kW; energies are at the park bus, kWh.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnitLimits {
    /// Highest charging power of each step, kW.
    pub p_max_kw: Vec<f64>,
    /// Energy since 1 January that must have been taken at the end of each step, kWh.
    pub latest_kwh: Vec<f64>,
    /// Energy since 1 January that can have been taken at the end of each step, kWh.
    pub earliest_kwh: Vec<f64>,
    /// Highest discharging power of each step, kW; zeros where nothing may feed back.
    pub discharge_max_kw: Vec<f64>,
    /// Energy at the bus got back per energy taken from it, for what feeds back.
    pub round_trip_efficiency: f64,
}

impl UnitLimits {
    /// Energy of the year, kWh.
    pub fn energy_kwh(&self) -> f64 {
        self.earliest_kwh.last().copied().unwrap_or(0.0)
    }
}

/// Builds the limits session by session, as powers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LimitsBook {
    p_max_kw: Vec<f64>,
    earliest_kw: Vec<f64>,
    latest_kw: Vec<f64>,
    fixed_kw: Vec<f64>,
}

impl LimitsBook {
    pub fn new(steps: usize) -> Self {
        let zero = || vec![0.0; steps];
        Self { p_max_kw: zero(), earliest_kw: zero(), latest_kw: zero(), fixed_kw: zero() }
    }

    /// Adds a session; one without time to spare is fixed.
    pub fn add(&mut self, session: &Session, pair: &Acceptance, step_h: f64) {
        let laxity_h = session.laxity_h();
        let start_h = session.start_h;
        let flexible = laxity_h > 1e-6;
        pair.charge(session.soc, session.delivered_kwh, |from_h, to_h, bus_kw| {
            let (from_h, to_h) = (start_h + from_h, start_h + to_h);
            if flexible {
                add_power(&mut self.earliest_kw, step_h, from_h, to_h, bus_kw);
                add_power(&mut self.latest_kw, step_h, from_h + laxity_h, to_h + laxity_h, bus_kw);
            } else {
                add_power(&mut self.fixed_kw, step_h, from_h, to_h, bus_kw);
            }
        });
        if flexible {
            let kw = pair.power_at(session.soc);
            add_power(&mut self.p_max_kw, step_h, start_h, session.depart_h, kw);
        }
    }

    /// The limits, and the power that cannot be moved.
    pub fn close(self, step_h: f64) -> (UnitLimits, Vec<f64>) {
        let sum = |power_kw: &[f64]| {
            let mut energy_kwh = 0.0;
            power_kw
                .iter()
                .map(|kw| {
                    energy_kwh += kw * step_h;
                    energy_kwh
                })
                .collect::<Vec<f64>>()
        };
        let earliest_kwh = sum(&self.earliest_kw);
        // The last night's sessions may end after the year; what is due then is due now.
        let mut latest_kwh = sum(&self.latest_kw);
        latest_kwh.iter_mut().zip(&earliest_kwh).for_each(|(late, early)| *late = late.min(*early));
        let discharge_max_kw = vec![0.0; self.p_max_kw.len()];
        let limits = UnitLimits {
            p_max_kw: self.p_max_kw,
            latest_kwh,
            earliest_kwh,
            discharge_max_kw,
            round_trip_efficiency: 1.0,
        };
        (limits, self.fixed_kw)
    }
}
