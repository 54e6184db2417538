//! From the unit's power back to single sessions.
//!
//! The year loop sees a fleet as one unit, so its schedule keeps the fleet's bounds but may, in
//! places, not be a sum of feasible sessions. Here the unit's power of each step is dealt out to the
//! vehicles plugged in, the one with the least time to spare first; a vehicle that can wait no longer
//! is charged whatever the unit draws, and the others take as much less later. So every vehicle is
//! charged by its departure as far as is physically possible, and the energy that was drawn before the
//! unit drew it, and what nobody could take, say how far the unit is from its sessions.

use super::acceptance::Acceptance;
use super::class::{Fleet, Strategy};
use super::session::Session;
use super::year::FleetYear;

/// A unit's year dealt out to its sessions.
#[derive(Debug, Clone, PartialEq)]
pub struct Disaggregation {
    /// Energy received by each session of the year, in the vehicle, kWh (sessions of the fleet that
    /// could not be moved have what the year gave them).
    pub delivered_kwh: Vec<f64>,
    /// Energy vehicles lack when they leave, in the vehicle, kWh.
    pub missed_kwh: f64,
    /// Largest lack of one session, in the vehicle, kWh.
    pub worst_kwh: f64,
    /// Sessions that lack more than 1 % of what they wanted.
    pub short_sessions: usize,
    /// Energy drawn before the unit drew it, because a vehicle could wait no longer, at the bus, kWh.
    pub advanced_kwh: f64,
    /// Energy of the unit that no vehicle could take (or give), at the bus, kWh.
    pub spilled_kwh: f64,
    /// Energy given back to the bus, kWh.
    pub v2g_kwh: f64,
}

impl Disaggregation {
    /// Energy missed as a share of all the movable energy.
    pub fn missed_share(&self) -> f64 {
        let all: f64 = self.delivered_kwh.iter().sum::<f64>() + self.missed_kwh;
        if all > 0.0 { self.missed_kwh / all } else { 0.0 }
    }
}

struct Active {
    session: usize,
    pair: usize,
    /// Still to come, in the vehicle, kWh.
    rest_kwh: f64,
    /// Taken in this step because it could not wait, at the bus, kWh.
    taken_kwh: f64,
}

/// What a session has to take in the step that ends at `to_h` to be done by its deadline, at the bus, kWh.
fn pressing_kwh(session: &Session, pair: &Acceptance, rest_kwh: f64, to_h: f64) -> f64 {
    let later_h = session.deadline_h - to_h;
    if rest_kwh <= 0.0 || later_h * pair.lowest_kw() * pair.efficiency >= rest_kwh {
        return 0.0;
    }
    let soc = session.soc + (session.delivered_kwh - rest_kwh) / pair.pack_kwh;
    let needed_h = pair.hours(soc, rest_kwh);
    if needed_h <= later_h {
        return 0.0;
    }
    pair.energy_after(soc, rest_kwh, needed_h - later_h.max(0.0)) / pair.efficiency
}

/// Deals the unit's power (bus, kW, negative: given back) out to the sessions of the fleet's year.
///
/// # Panics
/// If the year is not that of this fleet, or has no sessions of its own (given sessions).
pub fn disaggregate(fleet: &Fleet, year: &FleetYear, unit_kw: &[f64], step_h: f64) -> Disaggregation {
    let pairs: Vec<Option<Acceptance>> =
        fleet.chargers.iter().map(|guns| Acceptance::of(&fleet.class, &guns.class)).collect();
    let sessions: Vec<Session> = year.sessions.iter().collect();
    let mut out = Disaggregation {
        delivered_kwh: sessions.iter().map(|session| session.delivered_kwh).collect(),
        missed_kwh: 0.0,
        worst_kwh: 0.0,
        short_sessions: 0,
        advanced_kwh: 0.0,
        spilled_kwh: 0.0,
        v2g_kwh: 0.0,
    };
    // What was drawn ahead of the unit and not yet made up for, kWh at the bus.
    let mut ahead_kwh = 0.0;
    let mut by_start: Vec<usize> = (0..sessions.len()).filter(|&i| sessions[i].laxity_h() > 1e-6).collect();
    by_start.sort_by(|&a, &b| sessions[a].start_h.total_cmp(&sessions[b].start_h));
    let mut coming = by_start.into_iter().peekable();
    let mut active: Vec<Active> = Vec::new();
    for (step, &power_kw) in unit_kw.iter().enumerate() {
        let (from_h, to_h) = (step as f64 * step_h, (step + 1) as f64 * step_h);
        while let Some(session) = coming.next_if(|&i| sessions[i].start_h < to_h) {
            let pair = usize::from(sessions[session].group);
            active.push(Active { session, pair, rest_kwh: sessions[session].delivered_kwh, taken_kwh: 0.0 });
        }
        let spare_h = |entry: &Active| {
            let session = &sessions[entry.session];
            let kw = pairs[entry.pair].as_ref().map_or(1.0, |pair| pair.bulk_bus_kw * pair.efficiency);
            session.deadline_h - from_h - entry.rest_kwh / kw
        };
        active.sort_by(|a, b| spare_h(a).total_cmp(&spare_h(b)).then(a.session.cmp(&b.session)));
        let mut left_kwh = power_kw.abs() * step_h;
        let mut forced_kwh = 0.0;
        for entry in &mut active {
            let (session, Some(pair)) = (&sessions[entry.session], &pairs[entry.pair]) else { continue };
            let kwh = pressing_kwh(session, pair, entry.rest_kwh, to_h);
            entry.rest_kwh -= kwh * pair.efficiency;
            entry.taken_kwh = kwh;
            forced_kwh += kwh;
        }
        if power_kw >= 0.0 {
            let back_kwh = (left_kwh - forced_kwh).max(0.0).min(ahead_kwh);
            out.advanced_kwh += (forced_kwh - left_kwh).max(0.0);
            ahead_kwh += (forced_kwh - left_kwh).max(0.0) - back_kwh;
            left_kwh = (left_kwh - forced_kwh - back_kwh).max(0.0);
            for entry in &mut active {
                let (session, Some(pair)) = (&sessions[entry.session], &pairs[entry.pair]) else { continue };
                let time_h = to_h.min(session.depart_h) - from_h.max(session.start_h);
                let soc = session.soc + (session.delivered_kwh - entry.rest_kwh) / pair.pack_kwh;
                let room_kwh = (pair.power_at(soc) * time_h.max(0.0) - entry.taken_kwh)
                    .max(0.0)
                    .min(entry.rest_kwh / pair.efficiency);
                let taken_kwh = room_kwh.min(left_kwh);
                entry.rest_kwh -= taken_kwh * pair.efficiency;
                left_kwh -= taken_kwh;
            }
        } else if fleet.strategy == Strategy::V2g {
            out.advanced_kwh += forced_kwh;
            ahead_kwh += forced_kwh;
            for entry in active.iter_mut().rev() {
                let (session, Some(pair)) = (&sessions[entry.session], &pairs[entry.pair]) else { continue };
                if !fleet.chargers[entry.pair].class.bidirectional || entry.taken_kwh > 0.0 {
                    continue;
                }
                let time_h = to_h.min(session.deadline_h) - from_h.max(session.start_h);
                let soc = session.soc + (session.delivered_kwh - entry.rest_kwh) / pair.pack_kwh;
                let stored_kwh = (soc - fleet.class.v2g_soc_min).max(0.0) * pair.pack_kwh;
                let vehicle_kw = pair.bulk_bus_kw * pair.efficiency;
                let back_kwh = (session.deadline_h - to_h).max(0.0) * vehicle_kw - entry.rest_kwh;
                let given_kwh = (stored_kwh.min(back_kwh).min(vehicle_kw * time_h).max(0.0)
                    * pair.efficiency)
                    .min(left_kwh);
                entry.rest_kwh += given_kwh / pair.efficiency;
                left_kwh -= given_kwh;
                out.v2g_kwh += given_kwh;
            }
        }
        out.spilled_kwh += left_kwh;
        active.retain(|entry| {
            let stays = sessions[entry.session].depart_h > to_h;
            if !stays {
                out.leave(&sessions[entry.session], entry);
            }
            stays
        });
    }
    // Sessions that run into the next year have the rest of their night before them.
    for entry in &active {
        out.delivered_kwh[entry.session] -= entry.rest_kwh.max(0.0);
    }
    out
}

impl Disaggregation {
    fn leave(&mut self, session: &Session, entry: &Active) {
        let lack_kwh = entry.rest_kwh.max(0.0);
        self.delivered_kwh[entry.session] = session.delivered_kwh - lack_kwh;
        self.missed_kwh += lack_kwh;
        self.worst_kwh = self.worst_kwh.max(lack_kwh);
        self.short_sessions += usize::from(lack_kwh > 0.01 * session.wanted_kwh);
    }
}
