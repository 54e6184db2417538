//! A tariff laid over a year.

use super::cover::{DayMap, day_facts, day_maps};
use super::hours::DAY_MINUTES;
use super::model::{Basis, Tariff};
use super::power_factor::Reactive;
use crate::dispatch::{DayShape, MeterLayout, Segment};
use crate::problem::Problem;
use crate::time::{Axis, Calendar};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Most bands and mixes of bands: a year loop counts them in a byte.
const MOST_CELLS: usize = 256;

/// Bands by share of time in a metering window, in ascending order of band.
type Mix = Vec<(u8, u16)>;

/// One meter band of the year loop: a band of the tariff, or a mix where a metering window
/// straddles the border of two.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    /// Band and its share of the window; the shares add up to 1.
    pub shares: Vec<(usize, f64)>,
}

/// A tariff laid over a year: what the year loop and the bill need.
#[derive(Debug, Clone, PartialEq)]
pub struct CompiledTariff {
    /// The tariff.
    pub tariff: Tariff,
    /// The year.
    pub axis: Axis,
    /// Price of import per kWh at the meter, surcharge included, per step.
    pub import_price_per_kwh: Vec<f64>,
    /// Price of export per kWh at the meter, per step.
    pub export_price_per_kwh: Vec<f64>,
    /// Names of the bands; hours outside all of them are the last, `other`.
    pub band_names: Vec<String>,
    /// Band per step: the one that holds longest in it, the first of equals.
    pub band: Vec<u8>,
    /// Demand windows per step, a bit each. Bit 0 is metered always, bit `i + 1` belongs to the
    /// tariff's demand charge `i`. A window counts where it holds for any part of the step.
    pub windows: Vec<u16>,
    /// Runs of steps for the year loop, mode 0 throughout.
    pub segments: Vec<Segment>,
    /// Sizes of the meter reading.
    pub layout: MeterLayout,
    /// Hours of each band, adding up to the year's: every minute is in exactly one.
    pub hours_per_band: Vec<f64>,
    /// Mean over time of the import price, per kWh.
    pub mean_import_price_per_kwh: f64,
    /// Whether the import price varies within a band and month: then the reading must carry the
    /// money of import (`MeterReading::import_cost`), else it is not looked at.
    pub import_priced_by_step: bool,
    /// The same for export (`MeterReading::export_revenue`).
    pub export_priced_by_step: bool,
    /// What a planner should know: demand from steps longer than the metering window, and so on.
    pub warnings: Vec<Problem>,
    pub(super) cells: Vec<Cell>,
    /// Energy price without surcharge, `[month * cells + cell]`; of no use where priced by step.
    pub(super) cell_import_price: Vec<f64>,
    /// Export price likewise.
    pub(super) cell_export_price: Vec<f64>,
    /// Σ contract energy × (contract price − spot price), per month.
    pub(super) contract_settlement: [f64; 12],
    /// Reactive energy, kvarh per month, where it is known.
    pub(super) reactive_kvarh: Option<[f64; 12]>,
    /// Hours of each month by the wall clock.
    pub(super) month_hours: [f64; 12],
    /// Its days as policies by price see them, made when first asked for.
    days: OnceLock<Arc<DayShape>>,
}

impl Tariff {
    /// Lays the tariff over a year. `temperature_c` (one value per step, °C) decides rules that
    /// hang on the day's highest temperature; without it they never hold, with a warning.
    ///
    /// # Errors
    /// All problems of the tariff: those of [`Tariff::check`], hours that no band covers and hours
    /// that two bands of equal precedence claim. Keys are relative to the tariff.
    pub fn compile(
        &self,
        axis: &Axis,
        calendar: &Calendar,
        temperature_c: Option<&[f64]>,
    ) -> Result<CompiledTariff, Vec<Problem>> {
        let mut problems = self.check(axis.steps());
        let days = day_facts(axis, calendar, temperature_c);
        let maps = match day_maps(self, &days, axis) {
            Ok(maps) if problems.is_empty() => maps,
            Ok(_) => return Err(problems),
            Err(clashes) => {
                problems.extend(clashes);
                return Err(problems);
            }
        };
        let units = Units::of(self, axis, calendar, &maps);
        if units.cells.len() > MOST_CELLS {
            let message = format!("{} bands and mixes of bands within a step", units.cells.len());
            return Err(vec![
                Problem::error("too-many", message)
                    .hint(format!("at most {MOST_CELLS}; use fewer bands, or steps that end where bands do"))
                    .at_key("band"),
            ]);
        }
        let mut compiled = CompiledTariff {
            tariff: self.clone(),
            axis: *axis,
            import_price_per_kwh: Vec::with_capacity(axis.steps()),
            export_price_per_kwh: Vec::with_capacity(axis.steps()),
            band_names: self.bands.iter().map(|band| band.name.clone()).chain(["other".into()]).collect(),
            band: Vec::with_capacity(axis.steps()),
            windows: Vec::with_capacity(axis.steps()),
            segments: units.segments(),
            layout: MeterLayout {
                bands: units.cells.len(),
                windows: self.demand.len() + 1,
                metering_steps: units.steps,
            },
            hours_per_band: vec![0.0; self.bands.len() + 1],
            mean_import_price_per_kwh: 0.0,
            import_priced_by_step: self.import_varies(),
            export_priced_by_step: self.export_varies(),
            warnings: self.warnings(axis, temperature_c.is_some()),
            cell_import_price: Vec::new(),
            cell_export_price: Vec::new(),
            contract_settlement: [0.0; 12],
            reactive_kvarh: None,
            month_hours: [0.0; 12],
            cells: units.cells.clone(),
            days: OnceLock::new(),
        };
        compiled.fill_steps(&units);
        compiled.fill_cells(&units);
        compiled.fill_reactive(&units);
        compiled.check_remainder();
        Ok(compiled)
    }

    fn warnings(&self, axis: &Axis, weather_known: bool) -> Vec<Problem> {
        let mut warnings = Vec::new();
        if axis.step_minutes > self.metering_window_minutes && !self.demand.is_empty() {
            let (window, step) = (self.metering_window_minutes, axis.step_minutes);
            let message = (
                format!(
                    "demand is metered over {window} minutes but simulated in steps of {step}: demand charges are a \
                     lower bound"
                ),
                format!("需量按 {window} 分钟计量，而模拟步长为 {step} 分钟：需量电费为下限"),
            );
            let hint = ("set `step_minutes = 15` in [time]", "在 [time] 中设 `step_minutes = 15`");
            let problem = Problem::warning("demand-lower-bound", message).hint(hint);
            warnings.push(problem.at_key("metering_window_minutes"));
        }
        let triggered = self.bands.iter().flat_map(|b| &b.rules).any(|rule| rule.daily_max_from_c.is_some());
        if triggered && !weather_known {
            let message = (
                "hours that depend on the day's highest temperature are left out: no weather is given",
                "取决于当日最高气温的时段已略去：未给定气象数据",
            );
            warnings.push(Problem::warning("no-temperature", message).at_key("band"));
        }
        if self.regime == super::Regime::Market {
            let message = (
                "users who trade directly may lose the administrative bands (发改能源规〔2025〕1656号): what \
                 shifting earns is policy-exposed; look at half the spread too",
                "直接参与市场交易的用户可能不再执行行政分时电价（发改能源规〔2025〕1656号）：移峰收益受政策影响，\
                 建议另按价差减半测算",
            );
            warnings.push(Problem::warning("policy-exposed", message));
        }
        if self.basis == Basis::Capacity && !self.demand.is_empty() && self.demand_discount.is_some() {
            let message = (
                "the discount of the demand price has no effect on the capacity basis",
                "按容量计收时，需量电价折扣不起作用",
            );
            warnings.push(Problem::warning("no-effect", message));
        }
        warnings
    }
}

impl DayMap {
    /// Bands by their share of some minutes of the day, and the demand windows that hold in any of them.
    fn within(&self, minute: usize, minutes: usize) -> (Mix, u16) {
        let last = DAY_MINUTES - 1;
        let mut mix: BTreeMap<u8, u16> = BTreeMap::new();
        let mut windows = 0;
        for m in minute..minute + minutes {
            *mix.entry(self.band[m.min(last)]).or_default() += 1;
            windows |= self.windows[m.min(last)];
        }
        (mix.into_iter().collect(), windows)
    }
}

/// The year in metering windows.
struct Units {
    /// Steps of a metering window.
    steps: usize,
    /// Wall-clock month, cell and demand windows of each.
    unit: Vec<(u8, u8, u16)>,
    cells: Vec<Cell>,
}

impl Units {
    fn of(tariff: &Tariff, axis: &Axis, calendar: &Calendar, maps: &[std::rc::Rc<DayMap>]) -> Self {
        let (window, step) = (tariff.metering_window_minutes, axis.step_minutes);
        let steps = if window > step && window % step == 0 { (window / step) as usize } else { 1 };
        let minutes = steps * step as usize;
        let mut known: BTreeMap<Mix, usize> = BTreeMap::new();
        // Plain bands come first, so that a cell is a band wherever hours are whole.
        for band in 0..=tariff.bands.len() {
            known.insert(vec![(band as u8, minutes as u16)], band);
        }
        // Days with the same map have the same windows: each is looked at once.
        let mut seen: BTreeMap<(*const DayMap, usize), (u8, u16)> = BTreeMap::new();
        let unit = (0..axis.steps() / steps)
            .map(|u| {
                let (day, minute) = calendar.wall_clock(u * steps);
                let map = &maps[day];
                let &mut (cell, windows) =
                    seen.entry((std::rc::Rc::as_ptr(map), minute)).or_insert_with(|| {
                        let (mix, windows) = map.within(minute, minutes);
                        let next = known.len();
                        (*known.entry(mix).or_insert(next) as u8, windows)
                    });
                (axis.month_and_day(day).0 as u8, cell, windows)
            })
            .collect();
        let mut cells = vec![Cell { shares: Vec::new() }; known.len()];
        for (mix, index) in known {
            let share = |(band, count): (u8, u16)| (band as usize, f64::from(count) / minutes as f64);
            cells[index].shares = mix.into_iter().map(share).collect();
        }
        Self { steps, unit, cells }
    }

    /// Month, cell and windows of a step.
    fn of_step(&self, step: usize) -> (usize, usize, u16) {
        let (month, cell, windows) = self.unit[step / self.steps];
        (month as usize, cell as usize, windows)
    }

    fn segments(&self) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        for (u, &(month, band, windows)) in self.unit.iter().enumerate() {
            let (start, end) = ((u * self.steps) as u32, ((u + 1) * self.steps) as u32);
            match segments.last_mut() {
                Some(last) if (last.month, last.band, last.windows) == (month, band, windows) => {
                    last.end = end;
                }
                _ => segments.push(Segment { start, end, month, band, windows, mode: 0 }),
            }
        }
        segments
    }
}

impl CompiledTariff {
    /// Months and hours of its year as policies by price see them: the same for every park with this
    /// tariff, every case and every design.
    pub fn days(&self) -> Arc<DayShape> {
        let make = || {
            let prices = &self.import_price_per_kwh;
            DayShape::new(prices, &self.segments, self.layout, prices.len(), self.axis.step_h())
        };
        self.days.get_or_init(|| Arc::new(make())).clone()
    }

    /// The band of an index; none for the hours outside all bands.
    pub(super) fn band_index(&self, band: usize) -> Option<usize> {
        (band < self.tariff.bands.len()).then_some(band)
    }

    /// Mean price of a cell in a step, without surcharge, and its export price.
    fn cell_prices(&self, cell: usize, month: usize, step: usize) -> (f64, f64) {
        let shares = &self.cells[cell].shares;
        let mean = |price: &dyn Fn(Option<usize>) -> f64| {
            shares.iter().fold(0.0, |sum, &(band, share)| sum + share * price(self.band_index(band)))
        };
        let tariff = &self.tariff;
        (
            mean(&|band| tariff.energy_price(band, month, step)),
            mean(&|band| tariff.export_price(band, month, step)),
        )
    }

    fn fill_steps(&mut self, units: &Units) {
        let step_h = self.axis.step_h();
        let mut total = 0.0;
        for step in 0..self.axis.steps() {
            let (month, cell, windows) = units.of_step(step);
            let (import, export) = self.cell_prices(cell, month, step);
            let import = import + self.tariff.surcharge_per_kwh;
            total += import;
            self.import_price_per_kwh.push(import);
            self.export_price_per_kwh.push(export);
            self.windows.push(windows);
            self.month_hours[month] += step_h;
            let mut longest = (0, 0.0);
            for &(band, share) in &self.cells[cell].shares {
                self.hours_per_band[band] += share * step_h;
                if share > longest.1 {
                    longest = (band, share);
                }
            }
            self.band.push(longest.0 as u8);
            if let Some(contract) = &self.tariff.contract {
                let kwh = contract.power_kw.at(month, step) * step_h;
                let spot = self.tariff.purchase_price_per_kwh.as_ref().map_or(0.0, |p| p.at(month, step));
                self.contract_settlement[month] += kwh * (contract.price_per_kwh.at(month, step) - spot);
            }
        }
        self.mean_import_price_per_kwh = total / self.axis.steps() as f64;
    }

    fn fill_cells(&mut self, units: &Units) {
        for month in 0..12 {
            for cell in 0..units.cells.len() {
                // Any step of the month will do: what varies within it is priced by step.
                let (import, export) = self.cell_prices(cell, month, 0);
                self.cell_import_price.push(import);
                self.cell_export_price.push(export);
            }
        }
    }

    fn fill_reactive(&mut self, units: &Units) {
        self.reactive_kvarh = match self.tariff.power_factor.as_ref().map(|factor| &factor.reactive) {
            Some(Reactive::MonthlyKvarh(kvarh)) => Some(*kvarh),
            Some(Reactive::SeriesKvar(kvar)) => {
                let mut kvarh = [0.0; 12];
                for (step, kvar) in kvar.iter().enumerate().take(self.axis.steps()) {
                    kvarh[units.of_step(step).0] += kvar.abs() * self.axis.step_h();
                }
                Some(kvarh)
            }
            Some(Reactive::CosPhi(_)) | None => None,
        };
    }

    /// Drops the band `other` where nothing is outside the bands.
    fn check_remainder(&mut self) {
        let other = self.tariff.bands.len();
        if other > 0 && self.hours_per_band[other] == 0.0 {
            self.hours_per_band.pop();
            self.band_names.pop();
        }
    }
}
