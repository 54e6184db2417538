//! A park as a linear program: the rows and columns of each step, in the order of time.
//!
//! Per step one balance at the bus, one energy balance per storage and fleet, one row per demand
//! charge; per charging session one row over its window.

use super::program::Program;
use super::{Session, System};
use crate::dispatch::optimum::{Reservoir, Terminal, UNMETERED};

/// No column.
pub(super) const NONE: usize = usize::MAX;

/// Which meter the program sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meter {
    /// Import and export may fall into one step: the plain linear program.
    Relaxed,
    /// Where it would pay to buy and sell at once, a chord between all import and all export
    /// takes most of the gain away; branching takes the rest.
    OneWay,
}

/// Columns of a unit with an energy: power in, power out, energy at the end of each step.
#[derive(Debug, Clone)]
pub(super) struct UnitColumns {
    pub charge: Vec<usize>,
    pub discharge: Vec<usize>,
    /// The column that holds the energy at the end of the step.
    pub energy: Vec<usize>,
    /// Its energy balance.
    pub balance: Vec<usize>,
}

/// What is relaxed at a price, to find what cannot be kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Relief {
    /// One more kW of import for all steps, and what each step uses of it.
    pub import: usize,
    pub short: Vec<usize>,
    /// One more kW of export, and what each step uses of it.
    pub export: usize,
    pub dumped: Vec<usize>,
    /// kWh missing at the end, per storage.
    pub end: Vec<usize>,
    /// kWh more room, per storage.
    pub room: Vec<usize>,
    /// kWh not charged in time, per fleet.
    pub late: Vec<usize>,
    /// kWh not charged, per session.
    pub missed: Vec<usize>,
}

/// Which limits may be exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Elastic {
    pub import: bool,
    pub export: bool,
    pub end: bool,
    pub room: bool,
    pub charging: bool,
}

impl Elastic {
    fn any(self) -> bool {
        self != Self::default()
    }
}

/// The program of a park with the meaning of its columns.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub program: Program,
    pub import: Vec<usize>,
    pub export: Vec<usize>,
    pub curtail: Vec<usize>,
    pub unserved: Vec<usize>,
    pub stores: Vec<UnitColumns>,
    pub fleets: Vec<UnitColumns>,
    /// Power of each session in each step of its window.
    pub sessions: Vec<Vec<usize>>,
    pub relief: Relief,
}

/// The most that could be imported and exported in a step with every unit at full power, kW. Nobody
/// buys and throws generation away in one step unless buying costs less than nothing.
pub(super) fn reach_kw(system: &System<'_>, t: usize) -> (f64, f64) {
    let site = &system.site;
    let own = site.load_kw[t] - site.available_kw[t];
    let throws = site.import_price_per_kwh[t] + site.curtailment_cost_per_kwh < 0.0;
    let (mut import, mut export) = (if throws { site.load_kw[t] } else { own }, -own);
    for store in system.stores {
        import += store.charge_limit_kw;
        export += store.discharge_limit_kw;
    }
    for fleet in system.fleets {
        import += fleet.charge_max_kw[t];
        export += fleet.discharge_max_kw.get(t).copied().unwrap_or(0.0);
    }
    for session in system.sessions.iter().filter(|session| session.covers(t)) {
        import += session.power_max_kw;
    }
    (import.max(0.0).min(site.import_limit_kw), export.max(0.0).min(site.export_limit_kw))
}

/// Lowest and highest energy of a storage at the end of the horizon, kWh.
pub(super) fn final_range_kwh(store: &Reservoir) -> (f64, f64) {
    let (low, high) = (store.energy_min_kwh, store.energy_max_kwh);
    match store.terminal {
        Terminal::EqualInitial => (store.energy_start_kwh, store.energy_start_kwh),
        Terminal::AtLeastInitial => (low.max(store.energy_start_kwh), high),
        Terminal::AtLeast(kwh) => (low.max(kwh), high),
        Terminal::Free | Terminal::Valued(_) => (low, high),
    }
}

/// Rows of a step.
struct StepRows {
    bus: Vec<usize>,
    stores: Vec<Vec<usize>>,
    fleets: Vec<Vec<usize>>,
    /// Per charge, the row of the metering window a step belongs to.
    peaks: Vec<Vec<usize>>,
    chords: Vec<usize>,
    sessions: Vec<usize>,
    /// Elastic rows of a step: import, export, each fleet's late energy, each storage's room.
    short: Vec<usize>,
    dumped: Vec<usize>,
    late: Vec<Vec<usize>>,
    low: Vec<Vec<usize>>,
    high: Vec<Vec<usize>>,
    /// The end state of each storage.
    end: Vec<usize>,
}

/// Whether buying and selling in one step would pay.
pub(super) fn pays_both_ways(system: &System<'_>, t: usize) -> bool {
    system.site.export_price_per_kwh[t] > system.site.import_price_per_kwh[t]
}

/// Whether a fleet can do anything in a step.
fn is_active(system: &System<'_>, fleet: usize, t: usize) -> bool {
    let fleet = &system.fleets[fleet];
    fleet.charge_max_kw[t] > 0.0 || fleet.discharge_max_kw.get(t).is_some_and(|&kw| kw > 0.0)
}

fn rows(system: &System<'_>, program: &mut Program, meter: Meter, elastic: Elastic) -> StepRows {
    let site = &system.site;
    let steps = site.steps();
    let mut rows = StepRows {
        bus: vec![NONE; steps],
        stores: vec![vec![NONE; steps]; system.stores.len()],
        fleets: vec![vec![NONE; steps]; system.fleets.len()],
        peaks: vec![vec![NONE; steps]; site.demand.len()],
        chords: vec![NONE; steps],
        sessions: vec![NONE; system.sessions.len()],
        short: vec![NONE; steps],
        dumped: vec![NONE; steps],
        late: vec![vec![NONE; steps]; system.fleets.len()],
        low: vec![vec![NONE; steps]; system.stores.len()],
        high: vec![vec![NONE; steps]; system.stores.len()],
        end: vec![NONE; system.stores.len()],
    };
    let mut ending: Vec<Vec<usize>> = vec![Vec::new(); steps];
    for (at, session) in system.sessions.iter().enumerate() {
        ending[session.depart.clamp(1, steps) - 1].push(at);
    }
    for t in 0..steps {
        rows.bus[t] = program.row(site.load_kw[t] - site.available_kw[t]);
        if meter == Meter::OneWay && pays_both_ways(system, t) {
            let (import, export) = reach_kw(system, t);
            if import > 0.0 && export > 0.0 {
                rows.chords[t] = program.row(1.0);
            }
        }
        let window_ends = (t + 1) % system.metering_steps == 0 || t + 1 == steps;
        let window = t - t % system.metering_steps;
        for (charge, peaks) in site.demand.iter().zip(&mut rows.peaks) {
            let period = charge.period_of_step[t];
            if window_ends && period != UNMETERED && charge.price_per_kw[period as usize] > 0.0 {
                let row = program.row(0.0);
                peaks[window..=t].fill(row);
            }
        }
        if elastic.import {
            rows.short[t] = program.row(0.0);
        }
        if elastic.export {
            rows.dumped[t] = program.row(0.0);
        }
        for (at, store) in system.stores.iter().enumerate() {
            let before = if t == 0 { store.retention_per_step * store.energy_start_kwh } else { 0.0 };
            rows.stores[at][t] = program.row(before);
            if elastic.room {
                rows.low[at][t] = program.row(store.energy_min_kwh);
                rows.high[at][t] = program.row(store.energy_max_kwh);
            }
            if elastic.end && t + 1 == steps {
                rows.end[at] = program.row(0.0);
            }
        }
        for (at, fleet) in system.fleets.iter().enumerate() {
            if is_active(system, at, t) {
                rows.fleets[at][t] = program.row(0.0);
            }
            if elastic.charging {
                rows.late[at][t] = program.row(fleet.latest_kwh[t]);
            }
        }
        for &at in &ending[t] {
            rows.sessions[at] = program.row(system.sessions[at].energy_kwh);
        }
    }
    rows
}

impl Model {
    /// The program of a park.
    pub fn new(system: &System<'_>, meter: Meter) -> Self {
        Self::build(system, meter, Elastic::default())
    }

    /// A program whose only cost is what the park's limits are exceeded by.
    pub fn elastic(system: &System<'_>, elastic: Elastic) -> Self {
        Self::build(system, Meter::Relaxed, elastic)
    }

    fn build(system: &System<'_>, meter: Meter, elastic: Elastic) -> Self {
        let mut program = Program::new();
        let rows = rows(system, &mut program, meter, elastic);
        let priced = if elastic.any() { 0.0 } else { 1.0 };
        let mut model = Self {
            program,
            import: Vec::new(),
            export: Vec::new(),
            curtail: Vec::new(),
            unserved: Vec::new(),
            stores: Vec::new(),
            fleets: Vec::new(),
            sessions: Vec::new(),
            relief: Relief::default(),
        };
        model.meter(system, &rows, meter, priced);
        for at in 0..system.stores.len() {
            model.store(system, at, &rows, priced, elastic);
        }
        for at in 0..system.fleets.len() {
            model.fleet(system, at, &rows, priced, elastic);
        }
        for (session, &row) in system.sessions.iter().zip(&rows.sessions) {
            model.session(system, session, row, &rows.bus);
        }
        if elastic.any() {
            model.relieve(system, &rows, elastic);
        }
        model
    }

    /// Import, export, curtailment, unserved load and the peaks.
    fn meter(&mut self, system: &System<'_>, rows: &StepRows, meter: Meter, priced: f64) {
        let site = &system.site;
        let (steps, hours) = (site.steps(), site.step_hours * priced);
        let share = 1.0 / system.metering_steps as f64;
        let program = &mut self.program;
        let mut highest = 0.0f64;
        for t in 0..steps {
            let (import_kw, export_kw) = reach_kw(system, t);
            highest = highest.max(import_kw);
            let chord = rows.chords[t];
            let bounds = |limit: f64, reach: f64| match meter {
                Meter::OneWay if pays_both_ways(system, t) => ((0.0, reach), reach),
                Meter::OneWay => ((0.0, limit), reach.max(0.0)),
                Meter::Relaxed => ((0.0, limit), f64::INFINITY),
            };
            let peaks = rows.peaks.iter().filter(|peaks| peaks[t] != NONE).map(|peaks| (peaks[t], -share));
            let chord_of = |reach: f64| (chord != NONE).then(|| (chord, 1.0 / reach));
            let (range, cap) = bounds(site.import_limit_kw, import_kw);
            let entries = std::iter::once((rows.bus[t], 1.0)).chain(chord_of(import_kw)).chain(peaks);
            self.import.push(program.column(site.import_price_per_kwh[t] * hours, range, cap, entries));
            let (range, cap) = bounds(site.export_limit_kw, export_kw);
            let entries = std::iter::once((rows.bus[t], -1.0)).chain(chord_of(export_kw));
            self.export.push(program.column(-site.export_price_per_kwh[t] * hours, range, cap, entries));
            if chord != NONE {
                program.column(0.0, (0.0, 1.0), 1.0, [(chord, 1.0)]);
            }
            self.curtail.push(if site.available_kw[t] > 0.0 {
                let cost = site.curtailment_cost_per_kwh * hours;
                program.column(cost, (0.0, site.available_kw[t]), f64::INFINITY, [(rows.bus[t], -1.0)])
            } else {
                NONE
            });
            self.unserved.push(match site.unserved_cost_per_kwh {
                Some(cost) if site.load_kw[t] > 0.0 => {
                    let bounds = (0.0, site.load_kw[t]);
                    program.column(cost * hours, bounds, f64::INFINITY, [(rows.bus[t], 1.0)])
                }
                _ => NONE,
            });
        }
        for (at, (charge, peaks)) in site.demand.iter().zip(&rows.peaks).enumerate() {
            for (period, &price) in charge.price_per_kw.iter().enumerate().filter(|(_, price)| **price > 0.0)
            {
                let mut windows: Vec<usize> = (0..steps)
                    .filter(|&t| charge.period_of_step[t] as usize == period && peaks[t] != NONE)
                    .map(|t| peaks[t])
                    .collect();
                windows.dedup();
                for &row in &windows {
                    program.column(0.0, (0.0, f64::INFINITY), highest, [(row, -1.0)]);
                }
                let entries = windows.into_iter().map(|row| (row, 1.0));
                let so_far = system.past.peak_kw(at, period);
                let bounds = (so_far, f64::INFINITY);
                program.spanning_column(price * priced, bounds, highest.max(so_far), entries);
            }
        }
    }

    fn store(&mut self, system: &System<'_>, at: usize, rows: &StepRows, priced: f64, elastic: Elastic) {
        let (store, bus, balance) = (&system.stores[at], &rows.bus, &rows.stores[at]);
        let (steps, hours) = (bus.len(), system.site.step_hours);
        let program = &mut self.program;
        let mut columns =
            UnitColumns { charge: vec![], discharge: vec![], energy: vec![], balance: balance.clone() };
        let wear = store.throughput_cost_per_kwh * hours * priced;
        for t in 0..steps {
            let stored = store.charge_efficiency * hours;
            let entries = [(bus[t], -1.0), (balance[t], -stored)];
            columns.charge.push(program.column(0.0, (0.0, store.charge_limit_kw), f64::INFINITY, entries));
            let taken = hours / store.discharge_efficiency;
            let entries = [(bus[t], 1.0), (balance[t], taken)];
            columns.discharge.push(program.column(
                wear,
                (0.0, store.discharge_limit_kw),
                f64::INFINITY,
                entries,
            ));
            let last = t + 1 == steps;
            let range = if last && !elastic.end {
                final_range_kwh(store)
            } else {
                (store.energy_min_kwh, store.energy_max_kwh)
            };
            let most = store.energy_max_kwh.max(store.energy_start_kwh);
            let range = if elastic.room { (-most, 2.0 * most) } else { range };
            let value = match store.terminal {
                Terminal::Valued(value) if last => -value * priced,
                _ => 0.0,
            };
            let next = balance.get(t + 1).map(|&row| (row, -store.retention_per_step));
            let end = (last && rows.end[at] != NONE).then(|| (rows.end[at], 1.0));
            let room = [rows.low[at][t], rows.high[at][t]].into_iter().filter(|&row| row != NONE);
            let more = next.into_iter().chain(end).chain(room.map(|row| (row, 1.0)));
            let entries = std::iter::once((balance[t], 1.0)).chain(more);
            columns.energy.push(program.column(value, range, f64::INFINITY, entries));
        }
        self.stores.push(columns);
    }

    fn fleet(&mut self, system: &System<'_>, at: usize, rows: &StepRows, priced: f64, elastic: Elastic) {
        let (fleet, hours) = (&system.fleets[at], system.site.step_hours);
        let (steps, balance) = (rows.bus.len(), &rows.fleets[at]);
        let program = &mut self.program;
        let mut columns = UnitColumns {
            charge: vec![NONE; steps],
            discharge: vec![NONE; steps],
            energy: vec![NONE; steps],
            balance: balance.clone(),
        };
        // The energy stands still until the next active step: one column for all of them.
        let mut t = 0;
        while t < steps {
            let next = (t + 1..steps).find(|&later| balance[later] != NONE).unwrap_or(steps);
            if balance[t] != NONE {
                let late = |t: usize| (rows.late[at][t] != NONE).then(|| (rows.late[at][t], 1.0));
                let latest = fleet.latest_kwh[t..next].iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let earliest = fleet.earliest_kwh[t..next].iter().copied().fold(f64::INFINITY, f64::min);
                let low = if elastic.charging { latest.min(0.0) } else { latest };
                let entries = std::iter::once((balance[t], 1.0))
                    .chain((next < steps).then(|| (balance[next], -1.0)))
                    .chain((t..next).filter_map(late));
                let value = if next == steps { system.past.delivered_value_per_kwh } else { 0.0 };
                let bounds = (low.min(earliest), earliest);
                let column = program.column(-value * priced, bounds, f64::INFINITY, entries);
                columns.energy[t..next].fill(column);
                let entries = [(rows.bus[t], -1.0), (balance[t], -hours)];
                let bounds = (0.0, fleet.charge_max_kw[t]);
                columns.charge[t] = program.column(0.0, bounds, f64::INFINITY, entries);
                let back_kw = fleet.discharge_max_kw.get(t).copied().unwrap_or(0.0);
                if back_kw > 0.0 {
                    let entries = [(rows.bus[t], 1.0), (balance[t], hours / fleet.discharge_efficiency)];
                    let wear = fleet.discharge_cost_per_kwh * hours * priced;
                    columns.discharge[t] = program.column(wear, (0.0, back_kw), f64::INFINITY, entries);
                }
            }
            t = next;
        }
        self.fleets.push(columns);
    }

    fn session(&mut self, system: &System<'_>, session: &Session, row: usize, bus: &[usize]) {
        let hours = system.site.step_hours;
        let window = session.arrive..session.depart.min(bus.len());
        let columns = window.map(|t| {
            let entries = [(bus[t], -1.0), (row, hours)];
            self.program.column(0.0, (0.0, session.power_max_kw), f64::INFINITY, entries)
        });
        let columns = columns.collect();
        self.sessions.push(columns);
    }

    /// Columns that exceed limits at a price; what each step uses costs next to nothing beside the
    /// most that any step needs.
    fn relieve(&mut self, system: &System<'_>, rows: &StepRows, elastic: Elastic) {
        let steps = rows.bus.len();
        let open = (0.0, f64::INFINITY);
        let slight = 0.01 / steps as f64;
        let program = &mut self.program;
        let relief = &mut self.relief;
        (relief.import, relief.export) = (NONE, NONE);
        let mut each = |sign: f64, own: &[usize]| -> (usize, Vec<usize>) {
            let used = (0..steps).map(|t| {
                program.column(0.0, open, f64::INFINITY, [(own[t], -1.0)]);
                // Earlier use costs a little more, so that what must come early is what is left.
                let cost = slight * (1.0 + (steps - t) as f64 / steps as f64);
                program.column(cost, open, f64::INFINITY, [(rows.bus[t], sign), (own[t], -1.0)])
            });
            let used = used.collect();
            let most = own.iter().map(|&row| (row, 1.0));
            (program.spanning_column(1.0, open, f64::INFINITY, most), used)
        };
        if elastic.import {
            (relief.import, relief.short) = each(1.0, &rows.short);
        }
        if elastic.export {
            (relief.export, relief.dumped) = each(-1.0, &rows.dumped);
        }
        for (at, store) in system.stores.iter().enumerate() {
            if elastic.room {
                for t in 0..steps {
                    program.column(0.0, open, f64::INFINITY, [(rows.low[at][t], -1.0)]);
                    program.column(0.0, open, f64::INFINITY, [(rows.high[at][t], 1.0)]);
                }
                let low = rows.low[at].iter().map(|&row| (row, 1.0));
                let entries: Vec<_> = low.chain(rows.high[at].iter().map(|&row| (row, -1.0))).collect();
                relief.room.push(program.spanning_column(1.0, open, f64::INFINITY, entries));
            }
            if elastic.end {
                let row = rows.end[at];
                program.column(0.0, final_range_kwh(store), f64::INFINITY, [(row, -1.0)]);
                program.column(1.0, open, f64::INFINITY, [(row, -1.0)]);
                relief.end.push(program.column(1.0, open, f64::INFINITY, [(row, 1.0)]));
            }
        }
        for late in rows.late.iter().filter(|_| elastic.charging) {
            for &row in late {
                program.column(0.0, open, f64::INFINITY, [(row, -1.0)]);
            }
            let entries = late.iter().map(|&row| (row, 1.0));
            relief.late.push(program.spanning_column(1.0, open, f64::INFINITY, entries));
        }
        if elastic.charging {
            for &row in &rows.sessions {
                relief.missed.push(program.column(1.0, open, f64::INFINITY, [(row, 1.0)]));
            }
        }
    }
}
