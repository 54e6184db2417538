//! What the days of a year say to a policy, and the levels of net load its bands refer to.

use super::preference::Preference;
use crate::dispatch::plant::{Flows, Moves, Plant, Stores};
use crate::dispatch::{Accounts, Column, Controller, FleetLimits, Fleets, MeterLayout, Num, Segment};
use std::sync::Arc;

/// What a storage does with the hours of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Class {
    /// Cheap (or clean): charge.
    Low = 0,
    /// In between: charge from surplus only.
    Middle = 1,
    /// Dear (or dirty): discharge.
    High = 2,
    /// In between, after one dear spell and before another of the same day.
    Refill = 3,
}

pub(super) const CLASSES: usize = 4;

/// Months and hours of a year by a signal, the same for every park and case that shares the signal.
#[derive(Debug, Clone, PartialEq)]
pub struct DayShape {
    /// The year's segments, split where the mode changes; a mode names month and class.
    pub segments: Vec<Segment>,
    /// Month of every step.
    month: Vec<u8>,
    /// Whether the month has cheap hours.
    pub(super) has_low: [bool; 12],
    /// Whether the month has dear hours.
    pub(super) has_high: [bool; 12],
    /// Whether a step is cheap, or of a month that has no cheap ones.
    pub(super) cheap: Vec<bool>,
    /// Cheap hours of each month; all where it has none.
    hours: [f64; 12],
}

impl DayShape {
    /// The days by the price or carbon `signal` of every step.
    pub fn new(signal: &[f64], segments: &[Segment], layout: MeterLayout, steps: usize, step_h: f64) -> Self {
        let mut month = vec![0u8; steps];
        for segment in segments {
            month[segment.start as usize..segment.end as usize].fill(segment.month);
        }
        let classes = classes(signal, steps, (24.0 / step_h).round() as usize);
        let modes: Vec<u8> =
            classes.iter().zip(&month).map(|(&class, &month)| month * CLASSES as u8 + class as u8).collect();
        let (mut has_low, mut has_high) = ([false; 12], [false; 12]);
        for (&class, &month) in classes.iter().zip(&month) {
            has_low[month as usize] |= class == Class::Low;
            has_high[month as usize] |= class == Class::High;
        }
        let cheap = |(&class, &month): (&Class, &u8)| class == Class::Low || !has_low[month as usize];
        let cheap: Vec<bool> = classes.iter().zip(&month).map(cheap).collect();
        let mut hours = [0.0; 12];
        for (&month, _) in month.iter().zip(&cheap).filter(|(_, cheap)| **cheap) {
            hours[month as usize] += step_h;
        }
        let segments = split(segments, &modes, layout.metering_steps);
        Self { segments, month, has_low, has_high, cheap, hours }
    }
}

/// The months and hours of a year as a policy sees them, with what vehicles want in them: the same
/// for every design of a park.
#[derive(Debug, Clone, PartialEq)]
pub struct Days {
    /// Months and hours.
    pub shape: Arc<DayShape>,
    /// What vehicles want in each month, kWh at the bus.
    wanted_kwh: [f64; 12],
    /// What managed vehicles would take in each step if nobody moved it, kW.
    pub(super) vehicles_kw: Column,
    /// Its sum over the cheap hours of each month, kWh.
    cheap_vehicles_kwh: [f64; 12],
    /// What each managed fleet prefers.
    pub(super) preferences: Vec<Arc<Preference>>,
}

impl Days {
    /// The days of a park with some managed fleets and what each prefers.
    pub(super) fn new(
        shape: Arc<DayShape>,
        step_h: f64,
        fleets: &[FleetLimits<'_>],
        preferences: Vec<Arc<Preference>>,
    ) -> Self {
        assert_eq!(preferences.len(), fleets.len(), "each fleet has a preference");
        let steps = shape.month.len();
        let (mut wanted_kwh, mut cheap_vehicles_kwh) = ([0.0; 12], [0.0; 12]);
        if fleets.is_empty() {
            let vehicles_kw = Column::nothing(steps);
            return Self { shape, wanted_kwh, vehicles_kw, cheap_vehicles_kwh, preferences };
        }
        let mut vehicles_kw = vec![0.0; steps];
        for (step, vehicles_kw) in vehicles_kw.iter_mut().enumerate() {
            let month = shape.month[step] as usize;
            let mut kwh = 0.0;
            for fleet in fleets {
                let before = if step == 0 { 0.0 } else { fleet.earliest_kwh[step - 1] };
                kwh += fleet.earliest_kwh[step] - before;
            }
            *vehicles_kw = kwh / step_h;
            wanted_kwh[month] += kwh;
            if shape.cheap[step] {
                cheap_vehicles_kwh[month] += kwh;
            }
        }
        let vehicles_kw = Column::from(vehicles_kw);
        Self { shape, wanted_kwh, vehicles_kw, cheap_vehicles_kwh, preferences }
    }

    /// The limits of a managed fleet, by its place, with what it prefers.
    ///
    /// # Panics
    /// If the days were made for fewer fleets.
    pub fn prefer<'a>(&'a self, fleet: usize, limits: &FleetLimits<'a>) -> FleetLimits<'a> {
        self.preferences[fleet].apply(limits)
    }

    /// Month of every step.
    pub fn month(&self) -> &[u8] {
        &self.shape.month
    }

    /// Highest value of each month, at least 0.
    pub(super) fn highest(&self, values: &[f64]) -> [f64; 12] {
        let mut highest = [0.0f64; 12];
        for (&month, &value) in self.shape.month.iter().zip(values) {
            highest[month as usize] = highest[month as usize].max(value);
        }
        highest
    }

    /// An account of the net load, to be run over a year in which nothing is moved.
    pub fn net_account<N: Num>(&self) -> NetAccount<'_, N> {
        NetAccount {
            has_low: self.shape.has_low,
            vehicles_kw: &self.vehicles_kw,
            highest_kw: [N::ZERO; 12],
            cheap_kwh: [N::ZERO; 12],
        }
    }

    /// The levels that follow from the net load.
    pub fn levels<N: Num>(&self, net: &NetAccount<'_, N>) -> Levels<N> {
        let mut vehicles_kw = net.highest_kw;
        for (month, level_kw) in vehicles_kw.iter_mut().enumerate() {
            if self.shape.hours[month] > 0.0 {
                let wanted_kwh = N::splat(1.25 * self.wanted_kwh[month] - self.cheap_vehicles_kwh[month]);
                let spread_kw = (net.cheap_kwh[month] + wanted_kwh) * (1.0 / self.shape.hours[month]);
                *level_kw = level_kw.max(spread_kw);
            }
        }
        Levels { highest_kw: net.highest_kw, vehicles_kw }
    }
}

/// Levels of grid power per month that bands refer to, kW.
#[derive(Debug, Clone, Copy)]
pub struct Levels<N> {
    /// Highest net load before storage, its vehicles charging as they like: neither storage nor managed
    /// charging raises the month's peak above what it would be without either.
    pub(super) highest_kw: [N; 12],
    /// Up to which managed charging fills cheap hours: the highest net load, or what spreads the
    /// month's charging over its cheap hours with a margin of a quarter.
    pub(super) vehicles_kw: [N; 12],
}

/// The net load before storage and with charging as vehicles like, per month.
#[derive(Debug, Clone)]
pub struct NetAccount<'a, N> {
    has_low: [bool; 12],
    /// Charging as vehicles like, kW of each step.
    vehicles_kw: &'a [f64],
    /// Its highest value, kW, at least 0.
    pub(super) highest_kw: [N; 12],
    /// Its sum over the cheap hours, kWh.
    pub(super) cheap_kwh: [N; 12],
}

impl<N: Num> Accounts<N> for NetAccount<'_, N> {
    type Sums = (N, N);

    #[inline(always)]
    fn open(&self, _end: usize) -> (N, N) {
        (N::ZERO, N::ZERO)
    }

    #[inline(always)]
    fn add(&self, sums: &mut (N, N), step: usize, flows: &Flows<N>) {
        let net_kw = flows.demand_kw - flows.pv_kw - flows.wind_kw + N::splat(self.vehicles_kw[step]);
        sums.0 = net_kw.max(sums.0);
        sums.1 += net_kw;
    }

    #[inline(always)]
    fn book(&mut self, segment: &Segment, step_h: f64, sums: (N, N)) {
        let month = segment.month as usize;
        self.highest_kw[month] = self.highest_kw[month].max(sums.0);
        if segment.mode as usize % CLASSES == Class::Low as usize || !self.has_low[month] {
            self.cheap_kwh[month] += sums.1 * step_h;
        }
    }
}

/// Moves nothing.
#[derive(Debug, Clone, Copy)]
pub struct Idle;

impl<N: Num> Controller<N> for Idle {
    type Mode = ();

    #[inline(always)]
    fn mode(&self, _segment: &Segment) {}

    #[inline(always)]
    fn drive<'a, S: Stores<N>, F: Fleets<'a, N>, const LIMITED: bool>(
        &self,
        _mode: (),
        _step: usize,
        _net_kw: N,
        _renewable_kw: N,
        _plant: &mut Plant<N, S, F, LIMITED>,
    ) -> Moves<N> {
        let nothing = N::ZERO;
        Moves {
            vehicles_kw: nothing,
            v2g_kw: nothing,
            charge_kw: nothing,
            discharge_kw: nothing,
            curtail_kw: nothing,
        }
    }
}

/// Class of every step by where its signal stands within its day: the lowest quarter of the
/// day's range is low, the upper two fifths are high. A day whose range is below 2 % of its
/// highest value has no low and no high.
pub(super) fn classes(signal: &[f64], steps: usize, steps_per_day: usize) -> Vec<Class> {
    let mut classes = vec![Class::Middle; steps];
    for (day, classes) in signal.chunks(steps_per_day).zip(classes.chunks_mut(steps_per_day)) {
        let lowest = day.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = day.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let range = highest - lowest;
        if range <= 0.02 * highest.abs() {
            continue;
        }
        for (&value, class) in day.iter().zip(classes.iter_mut()) {
            if value <= lowest + 0.25 * range {
                *class = Class::Low;
            } else if value >= lowest + 0.6 * range {
                *class = Class::High;
            }
        }
        let first = classes.iter().position(|&class| class == Class::High);
        let last = classes.iter().rposition(|&class| class == Class::High);
        if let (Some(first), Some(last)) = (first, last) {
            for class in &mut classes[first..=last] {
                if *class == Class::Middle {
                    *class = Class::Refill;
                }
            }
        }
    }
    classes
}

/// The segments with a mode of each step, split where it changes; within a metering window the
/// first step's mode holds.
pub(super) fn split(segments: &[Segment], modes: &[u8], metering_steps: usize) -> Vec<Segment> {
    let mut parts: Vec<Segment> = Vec::with_capacity(segments.len());
    for segment in segments {
        let mut last: Option<Segment> = None;
        for start in (segment.start..segment.end).step_by(metering_steps) {
            let end = start + metering_steps as u32;
            match &mut last {
                Some(part) if part.mode == modes[start as usize] => part.end = end,
                _ => parts.extend(last.replace(Segment {
                    start,
                    end,
                    mode: modes[start as usize],
                    ..*segment
                })),
            }
        }
        parts.extend(last);
    }
    parts
}
