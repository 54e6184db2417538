//! One stop of one vehicle at a gun.

/// A session that got a gun.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Session {
    /// Number of the vehicle in its fleet.
    pub vehicle: u32,
    /// Index of the group of guns it used.
    pub group: u16,
    /// When it arrived, h.
    pub arrive_h: f64,
    /// When power can flow, h.
    pub start_h: f64,
    /// When it is done if charged at full power from the start, h.
    pub full_power_end_h: f64,
    /// When managed charging must be done: the stated departure less a margin, h.
    pub deadline_h: f64,
    /// When it leaves, h.
    pub depart_h: f64,
    /// State of charge at arrival; 0 where unknown.
    pub soc: f64,
    /// Energy wanted, in the vehicle, kWh.
    pub wanted_kwh: f64,
    /// Energy received, in the vehicle, kWh.
    pub delivered_kwh: f64,
}

impl Session {
    /// Time to spare between charging at full power and the deadline, h.
    pub fn laxity_h(&self) -> f64 {
        (self.deadline_h - self.full_power_end_h).max(0.0)
    }
}
