//! From the meter reading of a year to the bill.

use super::compile::{Cell, CompiledTariff};
use super::model::{Basis, SingleCapacity};
use super::power_factor::{Reactive, adjustment_rate, cos_phi};
use crate::dispatch::{MeterReading, Num};

macro_rules! charges {
    ($($(#[$doc:meta])* $field:ident $sign:tt)*) => {
        /// The parts of a bill, money. Charges are positive when paid, revenues when received.
        #[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
        pub struct Charges<N> {
            $($(#[$doc])* pub $field: N,)*
        }

        impl<N: Num> Charges<N> {
            /// Charges and costs less revenues.
            pub fn total(&self) -> N {
                let mut total = N::ZERO;
                $(total $sign self.$field;)*
                total
            }

            /// Adds another's parts to these.
            pub fn add(&mut self, other: &Self) {
                $(self.$field += other.$field;)*
            }

            /// The parts of one lane.
            pub fn lane(&self, index: usize) -> Charges<f64> {
                Charges { $($field: self.$field.lane(index),)* }
            }
        }
    };
}

charges! {
    /// Energy, without surcharges; with the settlement of a contract curve.
    energy_charge +=
    /// All demand charges; 0 where capacity is the basis.
    demand_charge +=
    /// Capacity charge; 0 where demand is the basis.
    capacity_charge +=
    /// Fixed charge.
    fixed_charge +=
    /// Government funds and surcharges.
    surcharges +=
    /// Power-factor adjustment; negative is a reward.
    power_factor_adjustment +=
    /// Green power and certificates bought outside.
    green_supply_cost +=
    /// Wheeling, and the transmission charge of single-capacity pricing.
    wheeling_charge +=
    /// What export earns.
    export_revenue -=
    /// What drivers pay.
    charging_revenue -=
}

/// What a bill takes from outside the meter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BillExtras<N> {
    /// Year of the bill, for exemptions that end; the simulated year, or a later one of a project.
    pub year: i32,
    /// Loss of the transformer between bus and meter, a share below 1.
    pub transformer_loss: f64,
    /// Cost of outside green supply, per month.
    pub green_supply_cost: [N; 12],
    /// Wheeling of direct lines, per month.
    pub wheeling_charge: [N; 12],
    /// What drivers pay, per month.
    pub charging_revenue: [N; 12],
}

impl<N: Num> BillExtras<N> {
    /// Nothing from outside.
    pub fn none(year: i32) -> Self {
        Self {
            year,
            transformer_loss: 0.0,
            green_supply_cost: [N::ZERO; 12],
            wheeling_charge: [N::ZERO; 12],
            charging_revenue: [N::ZERO; 12],
        }
    }
}

/// A year's bill.
#[derive(Debug, Clone, PartialEq)]
pub struct Bill<N> {
    /// Parts of the year: each is the sum of its months.
    pub parts: Charges<N>,
    /// Parts of each month, January first.
    pub months: [Charges<N>; 12],
    /// Highest metering-window average of import after the transformer, kW, per month.
    pub peak_kw: [N; 12],
    /// 1 where the capacity charge is the basis, 0 where demand is.
    pub capacity_based: N,
    /// Charges and costs less revenues: [`Charges::total`] of `parts`.
    pub total: N,
}

/// One month of a bill with its energy.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct MonthlyBill {
    /// Month, 1 to 12.
    pub month: u32,
    /// Import at the meter by band, kWh, in the order of the tariff's bands.
    pub kwh_by_band: Vec<f64>,
    /// Highest metering-window average of import, kW.
    pub peak_kw: f64,
    /// Every charge.
    #[serde(flatten)]
    pub charges: Charges<f64>,
    /// Charges and costs less revenues.
    pub total: f64,
}

impl CompiledTariff {
    /// The bill of a year's meter reading, for one park or several designs side by side.
    ///
    /// # Panics
    /// If the reading was taken with another layout than [`CompiledTariff::layout`].
    pub fn bill<N: Num>(&self, reading: &MeterReading<N>, extras: &BillExtras<N>) -> Bill<N> {
        assert!(reading.layout == self.layout, "the reading has the layout of another tariff");
        let tariff = &self.tariff;
        let up = 1.0 / (1.0 - extras.transformer_loss);
        let exempt = tariff.exempt_until_year.is_some_and(|last| extras.year <= last);
        let mut months = [Charges::default(); 12];
        let mut peak_kw = [N::ZERO; 12];
        let mut kwh = [N::ZERO; 12];
        let (mut demand_year, mut capacity_year) = (N::ZERO, N::ZERO);
        for month in 0..12 {
            kwh[month] = self.month_sum(&reading.import_kwh, None, month) * up;
            peak_kw[month] = reading.peak_kw[month * self.layout.windows] * up;
            let part = &mut months[month];
            part.energy_charge = self.energy_charge(reading, month, kwh[month], up);
            part.surcharges = kwh[month] * tariff.surcharge_per_kwh;
            part.fixed_charge = N::splat(tariff.fixed_charge_per_month);
            part.green_supply_cost = extras.green_supply_cost[month];
            part.charging_revenue = extras.charging_revenue[month];
            let single = tariff.single_capacity.as_ref().map_or(0.0, SingleCapacity::monthly_charge);
            part.wheeling_charge = extras.wheeling_charge[month] + N::splat(single);
            part.export_revenue = if self.export_priced_by_step {
                reading.export_revenue[month]
            } else {
                self.month_sum(&reading.export_kwh, Some(&self.cell_export_price), month)
            } * (1.0 - extras.transformer_loss);
            if !exempt {
                part.demand_charge = self.demand_charge(reading, month, kwh[month], up);
                part.capacity_charge = N::splat(tariff.capacity_charge_per_kva_month * tariff.kva());
            }
            demand_year += part.demand_charge;
            capacity_year += part.capacity_charge;
        }
        let capacity_based = match tariff.basis {
            Basis::Demand => N::ZERO,
            Basis::Capacity => N::ONE,
            Basis::Cheaper => demand_year.select_gt(capacity_year, N::ONE, N::ZERO),
        };
        let mut parts = Charges::default();
        for (month, part) in months.iter_mut().enumerate() {
            part.demand_charge *= N::ONE - capacity_based;
            part.capacity_charge *= capacity_based;
            part.power_factor_adjustment = self.power_factor_adjustment(part, month, kwh[month]);
            parts.add(part);
        }
        let total = parts.total();
        Bill { parts, months, peak_kw, capacity_based, total }
    }

    /// Sum of a month's cells, times a price of each where one is given.
    fn month_sum<N: Num>(&self, values: &[N], prices: Option<&[f64]>, month: usize) -> N {
        let cells = month * self.layout.bands..(month + 1) * self.layout.bands;
        cells.fold(N::ZERO, |sum, cell| sum + values[cell] * prices.map_or(1.0, |prices| prices[cell]))
    }

    fn energy_charge<N: Num>(&self, reading: &MeterReading<N>, month: usize, kwh: N, up: f64) -> N {
        let energy = if self.import_priced_by_step {
            reading.import_cost[month] * up - kwh * self.tariff.surcharge_per_kwh
        } else {
            self.month_sum(&reading.import_kwh, Some(&self.cell_import_price), month) * up
        };
        energy + N::splat(self.contract_settlement[month])
    }

    fn demand_charge<N: Num>(&self, reading: &MeterReading<N>, month: usize, kwh: N, up: f64) -> N {
        let tariff = &self.tariff;
        let windows = self.layout.windows;
        let factor = tariff.demand_discount.map_or(N::ONE, |discount| discount.factor(kwh, tariff.kva()));
        let mut charge = N::ZERO;
        for (index, demand) in tariff.demand.iter().enumerate() {
            if !demand.is_metered_in(month) {
                continue;
            }
            let peak = |month: usize| reading.peak_kw[month * windows + index + 1] * up;
            let mut billed_kw = peak(month);
            if demand.ratchet > 0.0 {
                let highest = (0..12).fold(N::ZERO, |highest, month| peak(month).max(highest));
                billed_kw = billed_kw.max(highest * demand.ratchet);
            }
            if let (0, Some(contract)) = (index, &tariff.contract_demand) {
                billed_kw = contract.billed_kw(billed_kw, tariff.kva());
            }
            charge += billed_kw * demand.price_per_kw_month[month];
        }
        charge * factor
    }

    fn power_factor_adjustment<N: Num>(&self, part: &Charges<N>, month: usize, kwh: N) -> N {
        let Some(factor) = &self.tariff.power_factor else { return N::ZERO };
        let rate = N::from_fn(|lane| {
            let cos_phi = match (&factor.reactive, &self.reactive_kvarh) {
                (Reactive::CosPhi(cos_phi), _) => *cos_phi,
                (_, Some(kvarh)) => cos_phi(kwh.lane(lane), kvarh[month]),
                (_, None) => 1.0,
            };
            adjustment_rate(cos_phi, factor.standard)
        });
        (part.energy_charge + part.demand_charge + part.capacity_charge) * rate
    }

    /// The months of a bill with their energies by band, as they stand in the summary.
    ///
    /// # Panics
    /// As [`CompiledTariff::bill`].
    pub fn monthly(
        &self,
        bill: &Bill<f64>,
        reading: &MeterReading<f64>,
        transformer_loss: f64,
    ) -> Vec<MonthlyBill> {
        assert!(reading.layout == self.layout, "the reading has the layout of another tariff");
        let up = 1.0 / (1.0 - transformer_loss);
        (0..12)
            .map(|month| {
                let mut kwh_by_band = vec![0.0; self.tariff.bands.len() + 1];
                for (cell, Cell { shares }) in self.cells.iter().enumerate() {
                    let kwh = reading.import_kwh[month * self.layout.bands + cell] * up;
                    for &(band, share) in shares {
                        kwh_by_band[band] += kwh * share;
                    }
                }
                kwh_by_band.truncate(self.band_names.len());
                let charges = bill.months[month];
                let total = charges.total();
                MonthlyBill {
                    month: month as u32 + 1,
                    kwh_by_band,
                    peak_kw: bill.peak_kw[month],
                    charges,
                    total,
                }
            })
            .collect()
    }

    /// A yearly sum of money as months in proportion to their hours.
    pub fn spread_over_months<N: Num>(&self, yearly: N) -> [N; 12] {
        let hours: f64 = self.month_hours.iter().sum();
        self.month_hours.map(|month_hours| yearly * (month_hours / hours))
    }
}

impl<N: Num> Bill<N> {
    /// The basis that was paid in one of several bills.
    pub fn basis_of(&self, lane: usize) -> Basis {
        if self.capacity_based.lane(lane) > 0.0 { Basis::Capacity } else { Basis::Demand }
    }
}

impl Bill<f64> {
    /// The basis that was paid.
    pub fn basis(&self) -> Basis {
        self.basis_of(0)
    }
}
