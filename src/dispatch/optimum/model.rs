//! What a planner sees of a park, and what it answers.

/// No demand period: the step is not metered by that charge.
pub const UNMETERED: u16 = u16::MAX;

/// A demand charge: money per kW of the highest import of each of its periods.
///
/// A monthly charge has one period a month; a time-of-use charge leaves the steps outside its
/// hours [`UNMETERED`].
#[derive(Debug, Clone, Copy)]
pub struct DemandCharge<'a> {
    /// Money per kW of the peak, per period.
    pub price_per_kw: &'a [f64],
    /// Period of each step, or [`UNMETERED`].
    pub period_of_step: &'a [u16],
}

/// The park behind its one meter, as series over the planning horizon.
///
/// All slices have one element per step, the mean over the step. Carbon with a price is part of
/// the import price: `price + carbon price per kg × factor in kg/kWh`.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// Length of a step, h.
    pub step_hours: f64,
    /// Load that has to be served, kW, ≥ 0.
    pub load_kw: &'a [f64],
    /// Renewable power available, kW, ≥ 0; what is not used is curtailed.
    pub available_kw: &'a [f64],
    /// Price of imported energy, money per kWh.
    pub import_price_per_kwh: &'a [f64],
    /// Price of exported energy, money per kWh.
    pub export_price_per_kwh: &'a [f64],
    /// Highest import, kW; infinite where there is no limit.
    pub import_limit_kw: f64,
    /// Highest export, kW; infinite where there is no limit.
    pub export_limit_kw: f64,
    /// Cost of load left unserved, money per kWh; `None`: load must be served.
    pub unserved_cost_per_kwh: Option<f64>,
    /// Cost of curtailed renewable energy, money per kWh.
    pub curtailment_cost_per_kwh: f64,
    /// Demand charges, monthly and time-of-use.
    pub demand: &'a [DemandCharge<'a>],
}

impl Site<'_> {
    /// Number of steps.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.load_kw.len()
    }

    /// Whether no step pays for buying and selling, or charging and discharging, at once: nothing
    /// is bought below the price at which it is sold, and throwing energy away earns nothing.
    #[must_use]
    pub fn is_convex(&self) -> bool {
        (0..self.steps()).all(|t| self.is_convex_step(t))
    }

    /// What a kW more import in step `t` can cost in demand, money.
    pub(super) fn demand_price_per_kw(&self, t: usize) -> f64 {
        let metered = self.demand.iter().filter(|charge| charge.period_of_step[t] != UNMETERED);
        metered.map(|charge| charge.price_per_kw[charge.period_of_step[t] as usize]).sum()
    }

    /// [`Site::is_convex`] of one step.
    #[inline]
    pub(super) fn is_convex_step(&self, t: usize) -> bool {
        let (buy, sell) = (self.import_price_per_kwh[t], self.export_price_per_kwh[t]);
        let free_surplus =
            self.curtailment_cost_per_kwh <= 0.0 || (sell >= 0.0 && self.export_limit_kw == f64::INFINITY);
        buy >= sell.max(0.0) && free_surplus
    }
}

/// What the stored energy has to be at the end of the horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Terminal {
    /// As at the start.
    EqualInitial,
    /// At least as at the start.
    AtLeastInitial,
    /// At least so much, kWh in the cells.
    AtLeast(f64),
    /// Anything within the limits.
    Free,
    /// Anything within the limits, with a value in money per kWh left in the cells.
    Valued(f64),
}

/// Storage as one reservoir behind one converter; powers are AC at the bus.
///
/// The energy at the end of a step is `retention × before + charge_efficiency × charged −
/// discharged / discharge_efficiency`, and must lie within its limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reservoir {
    /// Highest charging power, kW AC.
    pub charge_limit_kw: f64,
    /// Highest discharging power, kW AC.
    pub discharge_limit_kw: f64,
    /// Share of the charged AC energy that is stored, in (0, 1].
    pub charge_efficiency: f64,
    /// Share of the energy taken from the cells that reaches the bus, in (0, 1].
    pub discharge_efficiency: f64,
    /// Share of the stored energy that is left after one idle step, in (0, 1].
    pub retention_per_step: f64,
    /// Lowest stored energy, kWh.
    pub energy_min_kwh: f64,
    /// Highest stored energy, kWh.
    pub energy_max_kwh: f64,
    /// Stored energy before the first step, kWh.
    pub energy_start_kwh: f64,
    /// Required end state.
    pub terminal: Terminal,
    /// Cost of discharged AC energy, money per kWh, such as ageing.
    pub throughput_cost_per_kwh: f64,
}

impl Reservoir {
    /// A reservoir that can do nothing.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            charge_limit_kw: 0.0,
            discharge_limit_kw: 0.0,
            charge_efficiency: 1.0,
            discharge_efficiency: 1.0,
            retention_per_step: 1.0,
            energy_min_kwh: 0.0,
            energy_max_kwh: 0.0,
            energy_start_kwh: 0.0,
            terminal: Terminal::Free,
            throughput_cost_per_kwh: 0.0,
        }
    }

    /// Range of the stored energy at the end of the horizon, kWh.
    pub(super) fn final_range_kwh(&self) -> (f64, f64) {
        let (low, high) = (self.energy_min_kwh, self.energy_max_kwh);
        match self.terminal {
            Terminal::EqualInitial => (self.energy_start_kwh, self.energy_start_kwh),
            Terminal::AtLeastInitial => (low.max(self.energy_start_kwh), high),
            Terminal::AtLeast(kwh) => (low.max(kwh), high),
            Terminal::Free | Terminal::Valued(_) => (low, high),
        }
    }

    /// Value of a kWh left at the end, money.
    pub(super) fn final_value_per_kwh(&self) -> f64 {
        if let Terminal::Valued(value) = self.terminal { value } else { 0.0 }
    }
}

/// A planner's answer for one reservoir.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// AC power of the storage per step, kW: positive charges, negative discharges.
    pub storage_setpoint_kw: Vec<f64>,
    /// Stored energy at the end of each step, kWh.
    pub energy_kwh: Vec<f64>,
    /// Renewable power not used, kW.
    pub curtailed_kw: Vec<f64>,
    /// Value of one more kWh in the cells at the end of each step, money per kWh.
    pub marginal_value_per_kwh: Vec<f64>,
    /// Cost of the schedule with all its parts, money; a [`Terminal::Valued`] rest counts against it.
    pub objective: f64,
    /// No schedule costs less, money.
    pub lower_bound: f64,
}

/// A bound on what a stretch of steps costs, linear in sizes: no schedule of the stretch costs less
/// than `constant + Σ size × its rate − value_in × energy before + value_out × energy after − Σ
/// weight × peak`, with energies counted from the lowest. Exact for the sizes, peaks and border
/// energies it was made at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SizeCut {
    /// The steps.
    pub steps: std::ops::Range<usize>,
    /// Cost where all sizes, peaks and energies are 0, money.
    pub constant: f64,
    /// Value of energy before the first of the steps, money per kWh.
    pub value_in_per_kwh: f64,
    /// Value of energy after the last of the steps, money per kWh.
    pub value_out_per_kwh: f64,
    /// Weight of each period's peak: demand charge, period, money per kW.
    pub peaks_per_kw: Vec<(usize, usize, f64)>,
    /// Money per kWh of highest stored energy.
    pub energy_max_per_kwh: f64,
    /// Money per kW of charging power.
    pub charge_limit_per_kw: f64,
    /// Money per kW of discharging power.
    pub discharge_limit_per_kw: f64,
    /// Money per kW of renewable power in each of the steps; times a profile and summed, money per
    /// kW of a plant.
    pub available_per_kw: Vec<f64>,
}

impl SizeCut {
    /// Cost at other sizes, peaks (per demand charge and period) and border energies (kWh above the
    /// lowest), before the demand charges themselves; money.
    #[must_use]
    pub fn at(
        &self,
        store: &Reservoir,
        available_kw: &[f64],
        peaks_kw: &[Vec<f64>],
        energies_kwh: (f64, f64),
    ) -> f64 {
        let available = available_kw[self.steps.clone()].iter().zip(&self.available_per_kw);
        let peaks =
            self.peaks_per_kw.iter().map(|&(charge, period, weight)| weight * peaks_kw[charge][period]);
        self.constant
            + self.energy_max_per_kwh * store.energy_max_kwh
            + self.charge_limit_per_kw * store.charge_limit_kw
            + self.discharge_limit_per_kw * store.discharge_limit_kw
            + available.map(|(kw, per_kw)| kw * per_kw).sum::<f64>()
            - self.value_in_per_kwh * energies_kwh.0
            + self.value_out_per_kwh * energies_kwh.1
            - peaks.sum::<f64>()
    }
}

/// Which limit cannot be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The import limit, with storage empty.
    Import,
    /// The export limit: more power than can be used, sold or curtailed.
    Export,
    /// The required energy at the end of the horizon.
    Terminal,
    /// The energy limits of the storage.
    StorageEnergy,
    /// The energy a charging unit has to deliver in its window.
    ChargingWindow,
}

/// Limits that no schedule can meet: which, where first, and the smallest change that helps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Infeasible {
    /// The binding limit.
    pub limit: Limit,
    /// First step at which it cannot be kept.
    pub first_step: usize,
    /// Smallest change of that limit that helps: kW for power limits, kWh for energy.
    pub relief: f64,
}

impl std::fmt::Display for Infeasible {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (limit, change) = match self.limit {
            Limit::Import => ("the import limit", "kW more import"),
            Limit::Export => ("the export limit", "kW more export"),
            Limit::Terminal => ("the storage's end state", "kWh less at the end"),
            Limit::StorageEnergy => ("the storage's energy limits", "kWh more room"),
            Limit::ChargingWindow => ("a charging window", "kWh less to charge"),
        };
        let (step, relief) = (self.first_step, self.relief);
        write!(formatter, "{limit} cannot be kept from step {step} on; {relief:.3} {change} would help")
    }
}

impl std::error::Error for Infeasible {}
