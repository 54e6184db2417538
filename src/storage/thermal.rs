//! Temperature of the cells, energy for cooling and heating, and what is left of the power.
//!
//! The cells are one mass behind the container's wall: `C dT/dt = Q + G (T_air - T) - Q_c`. Cooling
//! takes out what would carry them above one set point, as far as its power goes; heating holds
//! them at the other. Within a step air temperature and heat are constant, so the temperature
//! runs on an exponential that is solved exactly: its means do not depend on the step.
//!
//! Units: °C, kW of heat, kW of electricity; series are step means. Left out: spread between
//! cells, humidity, sun on the container.

use super::catalogue::system;
use super::parameters::{LossModel, Storage};

/// Width below the highest and above the lowest temperature over which power falls to nothing, K.
const DERATING_K: f64 = 10.0;

/// The thermal side of one storage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thermal {
    /// Heat capacity, kWh/K, above 0.
    pub heat_capacity_kwh_per_k: f64,
    /// Conductance of the wall, kW/K, above 0.
    pub conductance_kw_per_k: f64,
    /// Cooled above, °C.
    pub cooling_above_c: f64,
    /// Heated below, °C; not above `cooling_above_c`.
    pub heating_below_c: f64,
    /// Heat moved per electricity when cooling; heating is resistive.
    pub cooling_cop: f64,
    /// Highest cooling, kW of heat.
    pub cooling_kw: f64,
    /// Coldest and warmest cells that may work, °C.
    pub working_range_c: (f64, f64),
}

/// Temperature and conditioning over a year.
#[derive(Debug, Clone, PartialEq)]
pub struct ThermalYear {
    /// Mean temperature of the cells in each step, °C.
    pub cell_c: Vec<f64>,
    /// Mean electricity for cooling and heating in each step, kW.
    pub conditioning_kw: Vec<f64>,
}

impl ThermalYear {
    /// Mean electricity for cooling and heating over the year, kW.
    pub fn mean_conditioning_kw(&self) -> f64 {
        self.conditioning_kw.iter().sum::<f64>() / self.conditioning_kw.len().max(1) as f64
    }
}

/// One run of the exponential: temperature at its end and integral of the temperature.
struct Phase {
    end_c: f64,
    kelvin_hours: f64,
}

/// A step on whose way no set point lies.
#[derive(Debug, Clone, Copy)]
struct Span {
    hours: f64,
    /// Share of the way that is done at its end, and what is left of it.
    passed: f64,
    kept: f64,
    /// Mean of the share that is left.
    mean_share: f64,
}

impl Thermal {
    /// The thermal side of a storage by the catalogue.
    pub fn of(storage: &Storage) -> Self {
        let (system, energy_kwh) = (system(), storage.energy_kwh.max(1e-9));
        let conditioned = Self {
            heat_capacity_kwh_per_k: system.heat_capacity_kwh_per_k_kwh.value * energy_kwh,
            conductance_kw_per_k: system.conductance_kw_per_k_kwh.value * energy_kwh,
            cooling_above_c: system.cooling_above_c.value,
            heating_below_c: system.heating_below_c.value,
            cooling_cop: system.cooling_cop.value,
            cooling_kw: system.cooling_kw_thermal_per_kwh.value * energy_kwh,
            working_range_c: (
                storage.chemistry.temperature_min_c.value,
                storage.chemistry.temperature_max_c.value,
            ),
        };
        if storage.conditioned {
            return conditioned;
        }
        let (cooling_above_c, heating_below_c) = (f64::INFINITY, f64::NEG_INFINITY);
        Self { cooling_above_c, heating_below_c, cooling_kw: 0.0, ..conditioned }
    }

    fn time_constant_h(&self) -> f64 {
        self.heat_capacity_kwh_per_k / self.conductance_kw_per_k
    }

    /// Runs towards a temperature for some hours.
    fn relax(&self, from_c: f64, towards_c: f64, hours: f64, passed: f64) -> Phase {
        Phase {
            end_c: from_c * (1.0 - passed) + towards_c * passed,
            kelvin_hours: towards_c * hours + (from_c - towards_c) * self.time_constant_h() * passed,
        }
    }

    /// Share of the way that is done after some hours, without cancellation for short ones.
    fn passed(&self, hours: f64) -> f64 {
        -(-hours / self.time_constant_h()).exp_m1()
    }

    /// One step in which air and heat alone would carry the cells to `free_c`: end temperature, mean temperature,
    /// mean cooling and mean heating, kW of heat.
    #[inline(always)] // What a caller does not look at is not computed.
    fn step(&self, at_c: f64, free_c: f64, span: &Span) -> (f64, f64, f64, f64) {
        let (low, high) = (self.heating_below_c, self.cooling_above_c);
        let cooled_c = free_c - self.cooling_kw / self.conductance_kw_per_k;
        let above = at_c > high || (at_c == high && free_c > high);
        if above && at_c == high && cooled_c <= high {
            return (high, high, self.conductance_kw_per_k * (free_c - high), 0.0);
        }
        if at_c == low && free_c < low {
            return (low, low, 0.0, self.conductance_kw_per_k * (low - free_c));
        }
        // Mostly no set point is met on the way, be it between them or under full cooling: the way is monotone.
        let (towards_c, cooled_kw) = if above { (cooled_c, self.cooling_kw) } else { (free_c, 0.0) };
        let end_c = at_c * span.kept + towards_c * span.passed;
        let meets_none = match above {
            true => cooled_c >= high || end_c > high,
            false => low <= at_c && low < end_c && end_c < high,
        };
        if meets_none {
            return (end_c, towards_c + (at_c - towards_c) * span.mean_share, cooled_kw, 0.0);
        }
        self.step_in_phases(at_c, free_c, span.hours, span.passed)
    }

    /// What every step of some hours has in common.
    fn span(&self, hours: f64) -> Span {
        let passed = self.passed(hours);
        Span { hours, passed, kept: 1.0 - passed, mean_share: self.time_constant_h() * passed / hours }
    }

    /// [`Thermal::step`] where set points are met; `whole` is [`Thermal::passed`] of the step.
    fn step_in_phases(&self, start_c: f64, free_c: f64, hours: f64, whole: f64) -> (f64, f64, f64, f64) {
        let (low, high) = (self.heating_below_c, self.cooling_above_c);
        let cooled_c = free_c - self.cooling_kw / self.conductance_kw_per_k;
        // What is left of the step, and the share of any way that is done in it.
        let (mut at_c, mut left_h, mut passed) = (start_c, hours, whole);
        let (mut kelvin_hours, mut cooled_kwh, mut heated_kwh) = (0.0, 0.0, 0.0);
        // At most: run to a set point, then stay there or go on under full cooling.
        for _ in 0..4 {
            if left_h <= 0.0 {
                break;
            }
            let above = at_c > high || (at_c == high && free_c > high);
            if above && at_c == high && cooled_c <= high {
                // Held: exactly what flows in is taken out.
                cooled_kwh += self.conductance_kw_per_k * (free_c - high) * left_h;
                kelvin_hours += high * left_h;
                break;
            }
            if at_c <= low && free_c < low {
                // Held from below; heating is as strong as needed and lifts cold cells at once.
                heated_kwh += self.conductance_kw_per_k * (low - free_c) * left_h;
                heated_kwh += self.heat_capacity_kwh_per_k * (low - at_c);
                kelvin_hours += low * left_h;
                at_c = low;
                break;
            }
            let towards_c = if above { cooled_c } else { free_c };
            let (stop_c, crosses) = match () {
                () if above => (high, cooled_c < high),
                () if at_c < high && free_c > high => (high, true),
                () if at_c > low && free_c < low => (low, true),
                () => (free_c, false),
            };
            let (mut run_h, mut phase) = (left_h, self.relax(at_c, towards_c, left_h, passed));
            // The way is monotone: where it ends on this side of the set point it never met it.
            if crosses && (phase.end_c - stop_c) * (at_c - stop_c) <= 0.0 {
                // Distances fall as e^(-t/τ): their ratio tells the time, and what it leaves of the step.
                let ratio = (at_c - towards_c) / (stop_c - towards_c);
                run_h = left_h.min(self.time_constant_h() * ratio.ln());
                phase = self.relax(at_c, towards_c, run_h, (stop_c - at_c) / (towards_c - at_c));
                passed = 1.0 - (1.0 - passed) * ratio;
            }
            if above {
                cooled_kwh += self.cooling_kw * run_h;
            }
            kelvin_hours += phase.kelvin_hours;
            // A run that ends at a set point is there exactly, so that the next phase sees it.
            at_c = if crosses && run_h < left_h { stop_c } else { phase.end_c };
            left_h -= run_h;
        }
        (at_c, kelvin_hours / hours, cooled_kwh / hours, heated_kwh / hours)
    }

    /// Temperature and conditioning of a year.
    ///
    /// # Arguments
    /// * `air_c` - air around the container, °C, shape `[steps]`
    /// * `heat_kw` - heat set free in the cells, kW, shape `[steps]`
    /// * `step_h` - length of a step, h
    ///
    /// The cells start at the first air temperature, kept between the set points.
    ///
    /// # Panics
    /// If the series differ in length.
    pub fn year(&self, air_c: &[f64], heat_kw: &[f64], step_h: f64) -> ThermalYear {
        assert_eq!(air_c.len(), heat_kw.len(), "one heat per air temperature");
        let mut conditioning_kw = vec![0.0; air_c.len()];
        let cell_c = self.run(
            air_c,
            |step| heat_kw[step],
            step_h,
            |step, cooled_kw, heated_kw| {
                conditioning_kw[step] = cooled_kw / self.cooling_cop + heated_kw;
            },
        );
        ThermalYear { cell_c, conditioning_kw }
    }

    /// The temperatures of [`Thermal::year`] alone, with the heat of a step as a function.
    pub fn cells_c(&self, air_c: &[f64], heat_kw: impl Fn(usize) -> f64, step_h: f64) -> Vec<f64> {
        self.run(air_c, heat_kw, step_h, |_, _, _| ())
    }

    /// Mean temperatures of a year's steps, °C; shows cooling and heating of each, kW of heat.
    #[inline]
    fn run(
        &self,
        air_c: &[f64],
        heat_kw: impl Fn(usize) -> f64,
        step_h: f64,
        mut see: impl FnMut(usize, f64, f64),
    ) -> Vec<f64> {
        let first_c = air_c.first().copied().unwrap_or(self.heating_below_c);
        let mut at_c = first_c.min(self.cooling_above_c).max(self.heating_below_c);
        let span = self.span(step_h);
        let mut cell_c = vec![0.0; air_c.len()];
        // What no step waits for goes ahead of a block of them.
        let mut free_c = [0.0; 256];
        for (block, (air_c, cell_c)) in air_c.chunks(256).zip(cell_c.chunks_mut(256)).enumerate() {
            let from = block * free_c.len();
            for (place, (free_c, air_c)) in free_c.iter_mut().zip(air_c).enumerate() {
                *free_c = air_c + heat_kw(from + place) / self.conductance_kw_per_k;
            }
            for (place, (cell_c, &free_c)) in cell_c.iter_mut().zip(&free_c).enumerate() {
                let (end_c, mean_c, cooled_kw, heated_kw) = self.step(at_c, free_c, &span);
                (at_c, *cell_c) = (end_c, mean_c);
                see(from + place, cooled_kw, heated_kw);
            }
        }
        cell_c
    }

    /// Factor on the power limits at each cell temperature: 1 inside the working range, falling
    /// straight to 0 over its last 10 K on either side (assumed shape).
    pub fn derating(&self, cell_c: &[f64]) -> Vec<f64> {
        let (low, high) = self.working_range_c;
        let factor = |&c: &f64| ((high - c).min(c - low) / DERATING_K).clamp(0.0, 1.0);
        cell_c.iter().map(factor).collect()
    }
}

/// What a year loop with detailed losses is given for a storage's temperature.
#[derive(Debug, Clone, PartialEq)]
pub struct Preparation {
    /// Factor on both power limits per step.
    pub derating: Vec<f64>,
    /// Mean electricity for cooling and heating, kW: part of the standby draw of the year.
    pub conditioning_kw: f64,
    /// Mean cell temperature per step, °C, under the expected use.
    pub cell_c: Vec<f64>,
}

/// The year as expected before it is dispatched: the heat of one full cycle of the window a day,
/// spread evenly. Cooling enters the balance as a constant draw, its yearly mean.
pub fn prepare(storage: &Storage, air_c: &[f64], step_h: f64) -> Preparation {
    let thermal = Thermal::of(storage);
    let window_kwh = (storage.soc_max - storage.soc_min) * storage.energy_kwh;
    let mean_kw = (window_kwh / 24.0).min(0.5 * storage.power_kw);
    let heat = CellHeat::of(storage);
    let heat_kw = heat.kw(mean_kw, 0.0) + heat.kw(0.0, mean_kw);
    let year = thermal.year(air_c, &vec![heat_kw; air_c.len()], step_h);
    Preparation {
        derating: thermal.derating(&year.cell_c),
        conditioning_kw: year.mean_conditioning_kw(),
        cell_c: year.cell_c,
    }
}

/// Heat set free in the cells by an AC power: what the cells' share of the efficiency loses.
///
/// The converter's loss stays outside the container's cells. With efficiencies better than the
/// catalogue's converter the cells are taken as lossless.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CellHeat {
    linear_loss: f64,
    quadratic_loss_per_kw: f64,
    charge_share: f64,
    discharge_share: f64,
}

impl CellHeat {
    /// The cells of a storage, whichever loss model its year loop uses.
    pub fn of(storage: &Storage) -> Self {
        let detailed = Storage { losses: LossModel::Detailed, ..storage.clone() };
        let parameters = detailed.energy(super::Health::NEW);
        Self {
            linear_loss: parameters.linear_loss,
            quadratic_loss_per_kw: parameters.quadratic_loss_per_kw,
            charge_share: (1.0 - parameters.charge_efficiency).max(0.0),
            discharge_share: (1.0 / parameters.discharge_efficiency - 1.0).max(0.0),
        }
    }

    /// Heat of a charging and a discharging power, kW.
    #[inline]
    pub fn kw(&self, charge_kw: f64, discharge_kw: f64) -> f64 {
        let converter = |kw: f64| kw * (self.linear_loss + self.quadratic_loss_per_kw * kw);
        (charge_kw - converter(charge_kw)).max(0.0) * self.charge_share
            + (discharge_kw + converter(discharge_kw)) * self.discharge_share
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::chemistry;

    fn storage() -> Storage {
        Storage::new(chemistry("lfp").expect("in the catalogue"), 500.0, 1000.0)
    }

    /// By hand: no heat, 25 °C air, start at 20 °C between the set points, τ = 120 h: after
    /// 120 h the distance has fallen to 1/e, and no electricity is used.
    #[test]
    fn cells_relax_to_the_air_with_their_time_constant() {
        let thermal = Thermal::of(&storage());
        let (end_c, mean_c, cooled, heated) = thermal.step(20.0, 25.0, &thermal.span(120.0));
        assert!((end_c - (25.0 - 5.0 * (-1.0f64).exp())).abs() < 1e-12);
        assert!((mean_c - (25.0 - 5.0 * (1.0 - (-1.0f64).exp()))).abs() < 1e-12);
        assert_eq!((cooled, heated), (0.0, 0.0));
    }

    /// By hand: held at 28 °C with 35 °C outside and 2 kW inside: 0.015 kW/K · 7 K + 2 kW of
    /// heat, over a COP of 2.5.
    #[test]
    fn held_cells_need_what_flows_in() {
        let thermal = Thermal::of(&storage());
        let year = thermal.year(&[35.0; 100], &[2.0; 100], 1.0);
        assert!((year.cell_c[99] - 28.0).abs() < 1e-12);
        assert!((year.conditioning_kw[99] - (0.015 * 7.0 + 2.0) / 2.5).abs() < 1e-12);
        let cold = thermal.year(&[-5.0; 100], &[0.0; 100], 1.0);
        assert!((cold.cell_c[99] - 15.0).abs() < 1e-12);
        assert!((cold.conditioning_kw[99] - 0.015 * 20.0).abs() < 1e-12);
    }

    /// By hand: 12 kW of cooling against 30 kW of heat: the cells settle where the wall carries
    /// the other 18 kW, 1200 K above the air; on the way they pass 45 °C and lose power.
    #[test]
    fn overloaded_cooling_lets_cells_warm_and_takes_power_away() {
        let thermal = Thermal::of(&storage());
        let year = thermal.year(&[30.0; 24], &[30.0; 24], 1.0);
        assert!(year.cell_c[23] > 50.0);
        assert!((year.conditioning_kw[23] - 12.0 / 2.5).abs() < 1e-12);
        let derating = thermal.derating(&[25.0, 45.0, 50.0, 60.0, -15.0, -30.0]);
        assert_eq!(derating, [1.0, 1.0, 0.5, 0.0, 0.5, 0.0]);
    }

    /// Held, between the set points, under full cooling, or through one: the short ways say what the search for
    /// phases does.
    #[test]
    fn short_ways_are_those_of_the_search_for_phases() {
        let thermal = Thermal::of(&storage());
        let span = thermal.span(1.0);
        for at_c in [10.0, 15.0, 15.3, 20.0, 27.9, 28.0, 28.4, 31.0] {
            for free_c in [-200.0, -5.0, 14.0, 15.0, 20.0, 28.0, 30.0, 200.0, 900.0, 1500.0] {
                let short = thermal.step(at_c, free_c, &span);
                let phases = thermal.step_in_phases(at_c, free_c, 1.0, span.passed);
                let pairs =
                    [(short.0, phases.0), (short.1, phases.1), (short.2, phases.2), (short.3, phases.3)];
                for (short, phases) in pairs {
                    let close = (short - phases).abs() <= 1e-11 * phases.abs().max(1.0);
                    assert!(close, "from {at_c} towards {free_c}: {short} {phases}");
                }
            }
        }
    }

    /// First law over a year of changing air and heat: what enters stays or leaves.
    #[test]
    fn heat_is_conserved_and_steps_do_not_matter() {
        let thermal = Thermal::of(&storage());
        let air: Vec<f64> = (0..8760).map(|h| 18.0 + 14.0 * (h as f64 * 0.2618).sin()).collect();
        let heat: Vec<f64> = (0..8760).map(|h| if h % 24 < 4 { 20.0 } else { 0.5 }).collect();
        let hourly = thermal.year(&air, &heat, 1.0);
        let fine = |series: &[f64]| -> Vec<f64> { series.iter().flat_map(|&v| [v; 12]).collect() };
        let five = thermal.year(&fine(&air), &fine(&heat), 1.0 / 12.0);
        for h in 0..8760 {
            let mean = |series: &[f64]| series[12 * h..12 * h + 12].iter().sum::<f64>() / 12.0;
            assert!((hourly.cell_c[h] - mean(&five.cell_c)).abs() < 1e-9, "hour {h}");
            assert!((hourly.conditioning_kw[h] - mean(&five.conditioning_kw)).abs() < 1e-9, "hour {h}");
        }
        // Start and end are within one degree of the set points: 1.8 kWh/K decide little.
        let inside: f64 = heat.iter().sum::<f64>()
            + air.iter().zip(&hourly.cell_c).map(|(a, c)| 0.015 * (a - c)).sum::<f64>();
        let cooled: f64 = hourly.conditioning_kw.iter().sum::<f64>() * thermal.cooling_cop;
        assert!((inside - cooled).abs() < 0.01 * cooled + 1.8 * 13.0, "{inside} {cooled}");
    }

    /// By hand at half power: 500 kW rated, 250 kW charged; the converter keeps 1.725 %, the
    /// cells lose 1 - 0.94/0.98275 of the rest.
    #[test]
    fn cells_warm_by_their_share_of_the_loss() {
        let arrived = 250.0 * (1.0 - 0.01725);
        let expected = arrived * (1.0 - 0.94 / 0.98275);
        assert!((CellHeat::of(&storage()).kw(250.0, 0.0) - expected).abs() < 1e-9);
    }

    #[test]
    fn a_prepared_year_in_a_mild_climate_keeps_its_power() {
        let prepared = prepare(&storage(), &[22.0; 8760], 1.0);
        assert!(prepared.derating.iter().all(|&factor| factor == 1.0));
        assert!(prepared.conditioning_kw > 0.0 && prepared.conditioning_kw < 5.0);
    }

    /// By hand: without cooling and heating, after 4000 h in air of -25 °C with 0.6 kW inside a unit of
    /// 1000 kWh (0.015 kW/K), the cells stand 0.6 / 0.015 = 40 K above the air, at 15 °C.
    #[test]
    fn cells_without_conditioning_follow_the_air() {
        let bare = Storage { conditioned: false, ..storage() };
        let thermal = Thermal::of(&bare);
        let year = thermal.year(&[-25.0; 4000], &[0.6; 4000], 1.0);
        assert!((year.cell_c[3999] - 15.0).abs() < 1e-9, "{}", year.cell_c[3999]);
        assert!(year.conditioning_kw.iter().all(|&kw| kw == 0.0));
    }
}
