//! How fast a battery takes energy from a gun, over its state of charge.
//!
//! Power at the gun is the lowest of the gun's rating, the on-board charger (alternating current)
//! and the battery's acceptance (direct current), which is full up to a knee and falls linearly to
//! a share of it when full. The falling part is cut into bins of constant power, so that times and
//! energies are exact sums.

use super::class::{ChargerClass, Current, FleetClass};

/// Bins of the falling part.
const BINS: usize = 16;

/// Charging of one class of vehicle at one class of gun.
#[derive(Debug, Clone, PartialEq)]
pub struct Acceptance {
    /// Efficiency from the bus into the battery.
    pub efficiency: f64,
    /// Highest power at the bus, kW.
    pub bulk_bus_kw: f64,
    /// Battery energy, kWh.
    pub pack_kwh: f64,
    /// State of charge at the lower edge of each bin, with the end 1.0 last.
    edges_soc: Vec<f64>,
    /// Power at the bus in each bin, kW.
    bus_kw: Vec<f64>,
}

impl Acceptance {
    /// The pairing, or `None` where the vehicle cannot use the gun.
    pub fn of(fleet: &FleetClass, gun: &ChargerClass) -> Option<Self> {
        if fleet.ship != gun.berth || (fleet.hotelling_kw > 0.0) != (gun.current == Current::Shore) {
            return None;
        }
        let (rated_kw, onboard) = match gun.current {
            Current::Ac => (gun.power_kw.min(fleet.onboard_kw), fleet.onboard_efficiency),
            Current::Dc => (gun.power_kw.min(fleet.dc_kw), 1.0),
            Current::Shore => (gun.power_kw, 1.0),
        };
        if rated_kw <= 0.0 {
            return None;
        }
        let efficiency = gun.efficiency * onboard;
        let bulk_bus_kw = rated_kw / gun.efficiency;
        let mut edges_soc = vec![0.0];
        let mut bus_kw = Vec::new();
        let knee = fleet.taper_from_soc;
        // At alternating current the on-board charger, well below the battery, sets the pace.
        if gun.current == Current::Dc && knee < 1.0 && fleet.taper_share < 1.0 {
            bus_kw.push(bulk_bus_kw);
            for bin in 0..BINS {
                let low = knee + (1.0 - knee) * bin as f64 / BINS as f64;
                let middle = (bin as f64 + 0.5) / BINS as f64;
                let accepted_kw = fleet.dc_kw * (1.0 - (1.0 - fleet.taper_share) * middle);
                let power_kw = accepted_kw.min(rated_kw) / gun.efficiency;
                if power_kw < bulk_bus_kw {
                    edges_soc.push(low);
                    bus_kw.push(power_kw);
                }
            }
        } else {
            bus_kw.push(bulk_bus_kw);
        }
        edges_soc.push(1.0);
        Some(Self { efficiency, bulk_bus_kw, pack_kwh: fleet.pack_kwh, edges_soc, bus_kw })
    }

    /// Constant power at the bus from empty to full, for a session whose battery is not known.
    pub fn flat(bus_kw: f64, efficiency: f64) -> Self {
        Self {
            efficiency,
            bulk_bus_kw: bus_kw,
            pack_kwh: f64::INFINITY,
            edges_soc: vec![0.0, 1.0],
            bus_kw: vec![bus_kw],
        }
    }

    /// The same pairing with at most `bus_kw` at the bus.
    #[must_use]
    pub fn slowed(&self, bus_kw: f64) -> Self {
        let mut slowed = self.clone();
        slowed.bulk_bus_kw = slowed.bulk_bus_kw.min(bus_kw);
        slowed.bus_kw.iter_mut().for_each(|kw| *kw = kw.min(bus_kw));
        slowed
    }

    /// Charges `energy_kwh` (in the vehicle) from a state of charge, and calls `stretch(from_h,
    /// to_h, bus_kw)` for each stretch of constant power from time 0. Returns the time it takes, h.
    #[inline]
    pub fn charge(&self, soc: f64, energy_kwh: f64, mut stretch: impl FnMut(f64, f64, f64)) -> f64 {
        let mut time_h = 0.0;
        let mut rest_kwh = energy_kwh;
        let mut soc = soc;
        let last = self.bus_kw.len() - 1;
        for (bin, &bus_kw) in self.bus_kw.iter().enumerate() {
            let top = self.edges_soc[bin + 1];
            if bin < last && soc >= top {
                continue;
            }
            let room_kwh = if bin == last { rest_kwh } else { ((top - soc) * self.pack_kwh).min(rest_kwh) };
            let next_h = time_h + room_kwh / (bus_kw * self.efficiency);
            stretch(time_h, next_h, bus_kw);
            time_h = next_h;
            rest_kwh -= room_kwh;
            soc = top;
            if rest_kwh <= 0.0 {
                break;
            }
        }
        time_h
    }

    /// Energy in the vehicle after at most `time_h` of charging towards `energy_kwh`.
    pub fn energy_after(&self, soc: f64, energy_kwh: f64, time_h: f64) -> f64 {
        let mut delivered_kwh = 0.0;
        self.charge(soc, energy_kwh, |from_h, to_h, bus_kw| {
            delivered_kwh += (to_h.min(time_h) - from_h).max(0.0) * bus_kw * self.efficiency;
        });
        delivered_kwh.min(energy_kwh)
    }

    /// Power at the bus from a state of charge on, kW; it only falls from there.
    #[inline]
    pub fn power_at(&self, soc: f64) -> f64 {
        self.bin(soc).0
    }

    /// Power at the bus from a state of charge on, kW, and the state of charge up to which it holds; the
    /// last holds for ever.
    pub(crate) fn bin(&self, soc: f64) -> (f64, f64) {
        let last = self.bus_kw.len() - 1;
        let bin = self.edges_soc[1..=last].iter().filter(|&&edge| edge <= soc).count();
        (self.bus_kw[bin], if bin == last { f64::INFINITY } else { self.edges_soc[bin + 1] })
    }

    /// Lowest power at the bus, kW: that of a full battery.
    pub fn lowest_kw(&self) -> f64 {
        self.bus_kw[self.bus_kw.len() - 1]
    }
}
