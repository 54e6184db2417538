//! The sessions of a fleet's year, kept small.
//!
//! A year has hundreds of thousands of sessions, and writing to fresh memory costs more than their arithmetic. Half of
//! the quantities of most sessions follow from the other half; they are kept only where they do not.

use super::class::FleetClass;
use super::session::Session;

/// Sessions of a block: blocks are never moved, as a list that grows would be.
const BLOCK: usize = 1024;

/// Sessions that got a gun, in order of arrival; every one is given back to the last bit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sessions {
    connection_h: f64,
    soc_target: f64,
    pack_kwh: f64,
    blocks: Vec<Block>,
    /// Sessions of each vehicle.
    of_vehicle: Vec<u32>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Block {
    kept: Vec<Kept>,
    /// What does not follow, session by session in the order of [`Sessions::usual`].
    odd: Vec<f64>,
}

/// What is kept of every session; see [`Session`].
#[derive(Debug, Clone, Copy, PartialEq)]
struct Kept {
    vehicle: u32,
    group: u16,
    /// A bit for each of the four quantities that does not follow.
    odd: u16,
    arrive_h: f64,
    full_power_end_h: f64,
    depart_h: f64,
    soc: f64,
}

impl Sessions {
    /// No sessions yet, of vehicles of this class.
    pub(crate) fn of(class: &FleetClass) -> Self {
        Self {
            connection_h: class.connection_min / 60.0,
            soc_target: class.soc_target,
            pack_kwh: class.pack_kwh,
            blocks: Vec::new(),
            of_vehicle: Vec::new(),
        }
    }

    /// Number of sessions.
    pub fn len(&self) -> usize {
        self.blocks.iter().map(|block| block.kept.len()).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Start, deadline and energy wanted of a session that waits for no gun, cannot be moved and fills its battery to
    /// the usual state of charge; it receives what it wants.
    #[inline]
    fn usual(&self, arrive_h: f64, full_power_end_h: f64, soc: f64) -> [f64; 3] {
        let wanted_kwh = (self.soc_target - soc).max(0.0) * self.pack_kwh;
        [arrive_h + self.connection_h, full_power_end_h, wanted_kwh]
    }

    /// Adds the next session.
    #[inline]
    pub(crate) fn push(&mut self, session: &Session) {
        let &Session { vehicle, group, arrive_h, full_power_end_h, depart_h, soc, .. } = session;
        let [start_h, deadline_h, wanted_kwh] = self.usual(arrive_h, full_power_end_h, soc);
        let follow = [
            (session.start_h, start_h),
            (session.deadline_h, deadline_h),
            (session.wanted_kwh, wanted_kwh),
            (session.delivered_kwh, session.wanted_kwh),
        ];
        if self.blocks.last().is_none_or(|block| block.kept.len() == BLOCK) {
            self.blocks.push(Block { kept: Vec::with_capacity(BLOCK), odd: Vec::new() });
        }
        let last = self.blocks.len() - 1;
        let block = &mut self.blocks[last];
        let mut odd = 0;
        for (bit, (value, usual)) in follow.into_iter().enumerate() {
            if value.to_bits() != usual.to_bits() {
                odd |= 1 << bit;
                if block.odd.capacity() == 0 {
                    block.odd.reserve(BLOCK);
                }
                block.odd.push(value);
            }
        }
        if self.of_vehicle.len() <= vehicle as usize {
            self.of_vehicle.resize(vehicle as usize + 1, 0);
        }
        self.of_vehicle[vehicle as usize] += 1;
        block.kept.push(Kept { vehicle, group, odd, arrive_h, full_power_end_h, depart_h, soc });
    }

    /// The sessions in order.
    pub fn iter(&self) -> impl Iterator<Item = Session> + '_ {
        self.blocks.iter().flat_map(move |block| {
            let mut odd = block.odd.iter().copied();
            block.kept.iter().map(move |kept| self.session(kept, &mut odd))
        })
    }

    #[inline]
    fn session(&self, kept: &Kept, odd: &mut impl Iterator<Item = f64>) -> Session {
        let &Kept { vehicle, group, arrive_h, full_power_end_h, depart_h, soc, .. } = kept;
        let mut one = |bit: u16, usual: f64| {
            if kept.odd & 1 << bit == 0 { usual } else { odd.next().unwrap_or(usual) }
        };
        let [start_h, deadline_h, wanted_kwh] = self.usual(arrive_h, full_power_end_h, soc);
        let (start_h, deadline_h) = (one(0, start_h), one(1, deadline_h));
        let wanted_kwh = one(2, wanted_kwh);
        let delivered_kwh = one(3, wanted_kwh);
        Session {
            vehicle,
            group,
            arrive_h,
            start_h,
            full_power_end_h,
            deadline_h,
            depart_h,
            soc,
            wanted_kwh,
            delivered_kwh,
        }
    }

    /// Number of sessions of each vehicle, up to the last that has one.
    pub fn of_vehicle(&self) -> &[u32] {
        &self.of_vehicle
    }

    /// Vehicle and departure, h, of each session in order.
    pub fn departures(&self) -> impl Iterator<Item = (u32, f64)> + '_ {
        self.blocks.iter().flat_map(|block| block.kept.iter().map(|kept| (kept.vehicle, kept.depart_h)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charging::fleet_class;

    /// Sessions that follow the rule and that do not, over more than one block.
    #[test]
    fn every_session_comes_back_to_the_last_bit() {
        let class = fleet_class("public-fast").expect("known");
        let mut kept = Sessions::of(class);
        let usual = |number: u32| {
            let (arrive_h, soc) = (f64::from(number) * 0.37, f64::from(number % 7) * 0.1);
            let start_h = arrive_h + class.connection_min / 60.0;
            let wanted_kwh = (class.soc_target - soc).max(0.0) * class.pack_kwh;
            let full_power_end_h = start_h + 0.61;
            Session {
                vehicle: number,
                group: (number % 3) as u16,
                arrive_h,
                start_h,
                full_power_end_h,
                deadline_h: full_power_end_h,
                depart_h: full_power_end_h + 0.2,
                soc,
                wanted_kwh,
                delivered_kwh: wanted_kwh,
            }
        };
        let sessions: Vec<Session> = (0..3000)
            .map(|number| {
                let mut session = usual(number);
                match number % 11 {
                    1 => session.start_h += 0.25,
                    2 => session.deadline_h = session.depart_h,
                    3 => session.wanted_kwh *= 0.5,
                    4 => session.delivered_kwh = session.wanted_kwh - 1e-9,
                    5 => (session.start_h, session.delivered_kwh) = (session.start_h + 1.0, -0.0),
                    _ => {}
                }
                session
            })
            .collect();
        sessions.iter().for_each(|session| kept.push(session));
        assert_eq!(kept.len(), 3000);
        for (found, session) in kept.iter().zip(&sessions) {
            assert_eq!(found, *session);
            assert_eq!(found.delivered_kwh.to_bits(), session.delivered_kwh.to_bits());
        }
        let departures: Vec<(u32, f64)> = sessions.iter().map(|s| (s.vehicle, s.depart_h)).collect();
        assert!(kept.departures().eq(departures));
        // What follows is not kept: of eleven sessions seven numbers more than the five of each.
        let odd: usize = kept.blocks.iter().map(|block| block.odd.len()).sum();
        assert!((3000 * 7 / 11..3000 * 7 / 11 + 7).contains(&odd), "{odd}");
    }
}
