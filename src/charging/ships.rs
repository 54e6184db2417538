//! Ships: battery ferries bound to a timetable, and the power of ships at berth.

use std::collections::VecDeque;
use std::sync::LazyLock;

use serde::Deserialize;

use super::sessions_csv::GivenSession;
use crate::catalogue::{Sourced, parse};
use crate::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShipFile {
    ship: Vec<ShipRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShipRow {
    #[serde(rename = "type")]
    kind: String,
    hotelling: Sourced<Vec<[f64; 3]>>,
}

static SHIPS: LazyLock<Vec<ShipRow>> = LazyLock::new(|| {
    parse::<ShipFile>("ships.toml", include_str!("../../scenarios/catalogue/ships.toml")).ship
});

/// Average power of a ship at berth, kW, by type and gross tonnage; `None` for an unknown type.
pub fn hotelling_kw(kind: &str, gross_tonnage: f64) -> Option<f64> {
    let ship = SHIPS.iter().find(|ship| ship.kind == kind)?;
    let row = ship
        .hotelling
        .value
        .iter()
        .find(|[from, below, _]| gross_tonnage >= *from && (gross_tonnage < *below || *below == 0.0))?;
    Some(row[2])
}

/// Ship types that [`hotelling_kw`] knows.
pub fn ship_types() -> impl Iterator<Item = &'static str> {
    SHIPS.iter().map(|ship| ship.kind.as_str())
}

/// A departure of every day of the timetable's season.
#[derive(Debug, Clone, PartialEq)]
pub struct Departure {
    /// Wall-clock minute of the day.
    pub minute: u32,
    /// Where from.
    pub from: String,
    /// Where to.
    pub to: String,
}

/// A timetable as read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Timetable {
    /// Departures in order of time.
    pub departures: Vec<Departure>,
    /// Rows that are none, each with its place.
    pub warnings: Vec<Problem>,
}

/// Reads a timetable: a CSV with a header, a time `HH:MM` and a route `From_To` per row. A row that is no
/// departure (remarks stand in published ones) is left out with a warning.
///
/// # Errors
/// If no row is a departure.
pub fn parse_timetable(bytes: &[u8], file: &str) -> Result<Timetable, Problem> {
    let mut timetable = Timetable::default();
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    for (row, record) in reader.records().enumerate() {
        let departure = record.ok().and_then(|record| {
            let (hour, minute) = record.get(0)?.split_once(':')?;
            let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
            let (from, to) = record.get(1)?.split_once('_')?;
            (hour < 24 && minute < 60).then(|| Departure {
                minute: hour * 60 + minute,
                from: from.to_owned(),
                to: to.to_owned(),
            })
        });
        match departure {
            Some(departure) => timetable.departures.push(departure),
            None => timetable.warnings.push(
                Problem::warning(
                    "no-departure",
                    ("the row is no departure and is left out", "该行不是班次，已略去"),
                )
                .in_file(file)
                .at_line(row + 2)
                .hint((
                    "a departure is a time HH:MM and a route From_To",
                    "班次由时刻 HH:MM 和航线 起点_终点 组成",
                )),
            ),
        }
    }
    timetable.departures.sort_by_key(|departure| departure.minute);
    if timetable.departures.is_empty() {
        return Err(Problem::error("empty-file", "the timetable has no departure").in_file(file));
    }
    Ok(timetable)
}

/// A battery ferry and its charger.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ferry {
    /// Usable battery energy, kWh.
    pub battery_kwh: f64,
    /// Time of a crossing, min.
    pub crossing_min: f64,
    /// Energy of a crossing from the battery, kWh.
    pub crossing_kwh: f64,
    /// Time from arrival to flowing power and from its end to departure, min (mooring, plug).
    pub connection_min: f64,
    /// Power at the gun, kW.
    pub power_kw: f64,
}

/// What a timetable asks of the berths at one terminal.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FerryYear {
    /// Stops at the terminal, with the energy each can take; in order of arrival.
    pub sessions: Vec<GivenSession>,
    /// Ferries that keep the timetable.
    pub ferries: usize,
    /// Crossings without passengers, to be where the next departure is.
    pub empty_crossings: usize,
    /// Energy of all crossings, kWh.
    pub crossing_kwh: f64,
}

/// A ferry in service.
struct Vessel {
    stored_kwh: f64,
    arrived_h: f64,
}

impl Vessel {
    /// Energy that a stop at the charger until `leaves_h` gives, kWh.
    fn charge_kwh(&self, leaves_h: f64, ferry: &Ferry) -> f64 {
        let time_h = leaves_h - self.arrived_h - 2.0 * ferry.connection_min / 60.0;
        (ferry.battery_kwh - self.stored_kwh).min(time_h * ferry.power_kw).max(0.0)
    }

    /// Whether it lies here by `leaves_h` with the energy of so many crossings: those until it is back
    /// at the charger.
    fn can_leave(&self, leaves_h: f64, charges: bool, crossings: f64, ferry: &Ferry) -> bool {
        let energy_kwh = self.stored_kwh + if charges { self.charge_kwh(leaves_h, ferry) } else { 0.0 };
        self.arrived_h <= leaves_h + 1e-9 && energy_kwh + 1e-9 >= crossings * ferry.crossing_kwh
    }
}

impl FerryYear {
    /// A vessel leaves, after charging if it lay at the charger, and crosses.
    fn cross(&mut self, mut vessel: Vessel, leaves_h: f64, charges: bool, ferry: &Ferry) -> Vessel {
        let energy_kwh = if charges { vessel.charge_kwh(leaves_h, ferry) } else { 0.0 };
        if energy_kwh > 0.0 {
            let connection_h = ferry.connection_min / 60.0;
            self.sessions.push(GivenSession {
                arrive_h: vessel.arrived_h + connection_h,
                depart_h: leaves_h - connection_h,
                energy_kwh,
                power_kw: ferry.power_kw,
            });
            vessel.stored_kwh += energy_kwh;
        }
        self.crossing_kwh += ferry.crossing_kwh;
        Vessel {
            stored_kwh: vessel.stored_kwh - ferry.crossing_kwh,
            arrived_h: leaves_h + ferry.crossing_min / 60.0,
        }
    }
}

/// The stops at `terminal` of the ferries that keep a timetable on `days` days from the day `first_day`.
///
/// The ferry that has waited longest at a terminal and has the energy takes its next departure. Where
/// none is there, one that lies at the other side crosses without passengers in time (published
/// timetables name no such crossings), and where none can, another is put into service, with a full
/// battery. At `terminal` a ferry charges what its crossings took, as far as the stop lets it. Times
/// are of the wall clock; `ahead_h` says how far that is ahead of standard time on a day.
///
/// # Panics
/// If the battery does not hold a crossing there and back.
pub fn ferry_year(
    timetable: &Timetable,
    terminal: &str,
    ferry: &Ferry,
    (first_day, days): (usize, usize),
    ahead_h: impl Fn(usize) -> f64,
) -> FerryYear {
    let mut year = FerryYear::default();
    // Quay 0 is the terminal, quay 1 the other side.
    let mut quays: [VecDeque<Vessel>; 2] = Default::default();
    let crossing_h = ferry.crossing_min / 60.0;
    assert!(ferry.battery_kwh >= 2.0 * ferry.crossing_kwh, "the battery holds a crossing there and back");
    let take = |quays: &mut [VecDeque<Vessel>; 2], quay: usize, leaves_h: f64, crossings: f64| {
        let fit = |vessel: &Vessel| vessel.can_leave(leaves_h, quay == 0, crossings, ferry);
        let at = quays[quay].iter().position(fit)?;
        quays[quay].remove(at)
    };
    for day in first_day..first_day + days {
        for departure in &timetable.departures {
            let now_h = day as f64 * 24.0 + f64::from(departure.minute) / 60.0 - ahead_h(day);
            let from = usize::from(departure.from != terminal);
            if from == 1 && departure.to != terminal {
                continue;
            }
            // From the charger there and back; from the other side back, or over, there and back.
            let (own, moved) = if from == 0 { (2.0, 3.0) } else { (1.0, 2.0) };
            let vessel = take(&mut quays, from, now_h, own)
                .or_else(|| {
                    let leaves_h = now_h - crossing_h;
                    let other = take(&mut quays, 1 - from, leaves_h, moved)?;
                    year.empty_crossings += 1;
                    Some(year.cross(other, leaves_h, from == 1, ferry))
                })
                .unwrap_or_else(|| {
                    year.ferries += 1;
                    Vessel { stored_kwh: ferry.battery_kwh, arrived_h: now_h }
                });
            let arrived = year.cross(vessel, now_h, from == 0, ferry);
            quays[1 - from].push_back(arrived);
        }
    }
    year.sessions.sort_by(|a, b| a.arrive_h.total_cmp(&b.arrive_h));
    year
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of the table in ships.toml.
    #[test]
    fn hotelling_power_follows_type_and_tonnage() {
        assert_eq!(hotelling_kw("container", 3000.0), Some(257.0));
        assert_eq!(hotelling_kw("container", 150_000.0), Some(5717.0));
        assert_eq!(hotelling_kw("submarine", 3000.0), None);
        assert!(ship_types().count() > 5);
    }

    /// By hand: A to B at 6:00 and 8:00, back at 7:00 and 9:00, crossings of half an hour and 20 kWh: one
    /// ferry; each stop at A from 7:30 to 8:00 and from 9:30 to the next morning gives back 40 kWh at most.
    #[test]
    fn one_ferry_keeps_a_simple_timetable() {
        let text = "time,route\n06:00,A_B\n07:00,B_A\nremark\n08:00,A_B\n09:00,B_A\n";
        let timetable = parse_timetable(text.as_bytes(), "t.csv").expect("reads");
        assert_eq!(timetable.warnings.len(), 1);
        assert_eq!(timetable.warnings[0].place.line, Some(4));
        let ferry = Ferry {
            battery_kwh: 200.0,
            crossing_min: 30.0,
            crossing_kwh: 20.0,
            connection_min: 5.0,
            power_kw: 60.0,
        };
        let year = ferry_year(&timetable, "A", &ferry, (0, 2), |_| 0.0);
        assert_eq!((year.ferries, year.crossing_kwh, year.empty_crossings), (1, 160.0, 0));
        let energies: Vec<f64> = year.sessions.iter().map(|session| session.energy_kwh.round()).collect();
        // 20 minutes at 60 kW are 20 kWh; the night makes up for the rest.
        assert_eq!(energies, [20.0, 60.0, 20.0]);
        assert!((year.sessions[0].arrive_h - (7.5 + 5.0 / 60.0)).abs() < 1e-9);
    }
}
