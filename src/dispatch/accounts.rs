//! The accounts of a year: the only source of metrics.
//!
//! An account keeps its sums in registers while a segment runs and books them at its end. A
//! caller picks the accounts it needs by type, as a tuple; what is not picked costs nothing.
//! All energies are kWh at the park bus.

use super::plant::Flows;
use super::{MeterLayout, MeterReading, Num, Segment};

/// Something that is summed over a year.
pub trait Accounts<N: Num> {
    /// The sums of a segment.
    type Sums: Copy;
    /// Sums of an empty segment that ends before step `end`, with the series it reads cut there:
    /// the loop then knows that they cover every step of it.
    fn open(&self, end: usize) -> Self::Sums;
    /// Adds a step.
    fn add(&self, sums: &mut Self::Sums, step: usize, flows: &Flows<N>);
    /// Notes the mean import of a metering window, kW.
    #[inline(always)]
    fn meter(&self, _sums: &mut Self::Sums, _import_kw: N) {}
    /// Books a finished segment, whose steps last `step_h` hours.
    fn book(&mut self, segment: &Segment, step_h: f64, sums: Self::Sums);
}

impl<N: Num> Accounts<N> for () {
    type Sums = ();
    #[inline(always)]
    fn open(&self, _: usize) {}
    #[inline(always)]
    fn add(&self, _: &mut (), _: usize, _: &Flows<N>) {}
    #[inline(always)]
    fn book(&mut self, _: &Segment, _: f64, _: ()) {}
}

impl<N: Num, A: Accounts<N>> Accounts<N> for &mut A {
    type Sums = A::Sums;
    #[inline(always)]
    fn open(&self, end: usize) -> Self::Sums {
        (**self).open(end)
    }
    #[inline(always)]
    fn add(&self, sums: &mut Self::Sums, step: usize, flows: &Flows<N>) {
        (**self).add(sums, step, flows);
    }
    #[inline(always)]
    fn meter(&self, sums: &mut Self::Sums, import_kw: N) {
        (**self).meter(sums, import_kw);
    }
    #[inline(always)]
    fn book(&mut self, segment: &Segment, step_h: f64, sums: Self::Sums) {
        (**self).book(segment, step_h, sums);
    }
}

impl<N: Num, A: Accounts<N>, B: Accounts<N>> Accounts<N> for (A, B) {
    type Sums = (A::Sums, B::Sums);
    #[inline(always)]
    fn open(&self, end: usize) -> Self::Sums {
        (self.0.open(end), self.1.open(end))
    }
    #[inline(always)]
    fn add(&self, sums: &mut Self::Sums, step: usize, flows: &Flows<N>) {
        self.0.add(&mut sums.0, step, flows);
        self.1.add(&mut sums.1, step, flows);
    }
    #[inline(always)]
    fn meter(&self, sums: &mut Self::Sums, import_kw: N) {
        self.0.meter(&mut sums.0, import_kw);
        self.1.meter(&mut sums.1, import_kw);
    }
    #[inline(always)]
    fn book(&mut self, segment: &Segment, step_h: f64, sums: Self::Sums) {
        self.0.book(segment, step_h, sums.0);
        self.1.book(segment, step_h, sums.1);
    }
}

/// Energies per month and band, and peaks per month and demand window.
#[derive(Debug, Clone, PartialEq)]
pub struct MeterAccount<N> {
    /// What was read so far.
    pub reading: MeterReading<N>,
}

impl<N: Num> MeterReading<N> {
    /// An empty reading.
    pub fn new(layout: MeterLayout) -> Self {
        Self {
            layout,
            import_kwh: vec![N::ZERO; 12 * layout.bands],
            export_kwh: vec![N::ZERO; 12 * layout.bands],
            import_cost: vec![N::ZERO; 12],
            export_revenue: vec![N::ZERO; 12],
            peak_kw: vec![N::ZERO; 12 * layout.windows],
        }
    }

    /// Energy imported in the year, kWh.
    pub fn imported_kwh(&self) -> N {
        sum(&self.import_kwh)
    }

    /// Energy exported in the year, kWh.
    pub fn exported_kwh(&self) -> N {
        sum(&self.export_kwh)
    }

    /// Highest metering-window average of the year in any demand window, kW.
    pub fn highest_kw(&self) -> N {
        self.peak_kw.iter().fold(N::ZERO, |peak, &kw| peak.max(kw))
    }
}

/// Sum in index order.
pub(super) fn sum<N: Num>(values: &[N]) -> N {
    values.iter().fold(N::ZERO, |total, &value| total + value)
}

/// Energies and peak of a segment, kW times steps.
#[derive(Debug, Clone, Copy)]
pub struct MeterSums<N> {
    import: N,
    export: N,
    peak_kw: N,
}

impl<N: Num> MeterAccount<N> {
    /// An empty account.
    pub fn new(layout: MeterLayout) -> Self {
        Self { reading: MeterReading::new(layout) }
    }
}

impl<N: Num> Accounts<N> for MeterAccount<N> {
    type Sums = MeterSums<N>;

    #[inline(always)]
    fn open(&self, _end: usize) -> MeterSums<N> {
        MeterSums { import: N::ZERO, export: N::ZERO, peak_kw: N::ZERO }
    }

    #[inline(always)]
    fn add(&self, sums: &mut MeterSums<N>, _step: usize, flows: &Flows<N>) {
        sums.import += flows.import_kw;
        sums.export += flows.export_kw;
    }

    #[inline(always)]
    fn meter(&self, sums: &mut MeterSums<N>, import_kw: N) {
        sums.peak_kw = import_kw.max(sums.peak_kw);
    }

    #[inline(always)]
    fn book(&mut self, segment: &Segment, step_h: f64, sums: MeterSums<N>) {
        let month = segment.month as usize;
        let reading = &mut self.reading;
        let cell = month * reading.layout.bands + segment.band as usize;
        reading.import_kwh[cell] += sums.import * step_h;
        reading.export_kwh[cell] += sums.export * step_h;
        let windows = &mut reading.peak_kw[month * reading.layout.windows..][..reading.layout.windows];
        for (w, peak_kw) in windows.iter_mut().enumerate() {
            if segment.windows & (1 << w) != 0 {
                *peak_kw = peak_kw.max(sums.peak_kw);
            }
        }
    }
}

/// Money of import and export at prices of each step, per month.
#[derive(Debug, Clone)]
pub struct PriceAccount<'a, N> {
    import_price_per_kwh: &'a [f64],
    export_price_per_kwh: &'a [f64],
    /// Σ import × price, per month.
    pub import_cost: Vec<N>,
    /// Σ export × price, per month.
    pub export_revenue: Vec<N>,
}

impl<'a, N: Num> PriceAccount<'a, N> {
    /// An empty account over prices of every step.
    pub fn new(import_price_per_kwh: &'a [f64], export_price_per_kwh: &'a [f64]) -> Self {
        Self {
            import_price_per_kwh,
            export_price_per_kwh,
            import_cost: vec![N::ZERO; 12],
            export_revenue: vec![N::ZERO; 12],
        }
    }
}

/// Money of a segment, kW times steps times price.
#[derive(Debug, Clone, Copy)]
pub struct PriceSums<'a, N> {
    import_price_per_kwh: &'a [f64],
    export_price_per_kwh: &'a [f64],
    cost: N,
    revenue: N,
}

impl<'a, N: Num> Accounts<N> for PriceAccount<'a, N> {
    type Sums = PriceSums<'a, N>;

    #[inline(always)]
    fn open(&self, end: usize) -> PriceSums<'a, N> {
        PriceSums {
            import_price_per_kwh: &self.import_price_per_kwh[..end],
            export_price_per_kwh: &self.export_price_per_kwh[..end],
            cost: N::ZERO,
            revenue: N::ZERO,
        }
    }

    #[inline(always)]
    fn add(&self, sums: &mut PriceSums<'a, N>, step: usize, flows: &Flows<N>) {
        sums.cost += flows.import_kw * sums.import_price_per_kwh[step];
        sums.revenue += flows.export_kw * sums.export_price_per_kwh[step];
    }

    #[inline(always)]
    fn book(&mut self, segment: &Segment, step_h: f64, sums: PriceSums<'a, N>) {
        self.import_cost[segment.month as usize] += sums.cost * step_h;
        self.export_revenue[segment.month as usize] += sums.revenue * step_h;
    }
}

/// Import times the grid's factor of each step.
#[derive(Debug, Clone)]
pub struct CarbonAccount<'a, N> {
    factor_kg_per_kwh: &'a [f64],
    /// Σ import × factor, kg.
    pub import_kg: N,
}

impl<'a, N: Num> CarbonAccount<'a, N> {
    /// An empty account over factors of every step, kg/kWh.
    pub fn new(factor_kg_per_kwh: &'a [f64]) -> Self {
        Self { factor_kg_per_kwh, import_kg: N::ZERO }
    }
}

impl<'a, N: Num> Accounts<N> for CarbonAccount<'a, N> {
    type Sums = (&'a [f64], N);

    #[inline(always)]
    fn open(&self, end: usize) -> Self::Sums {
        (&self.factor_kg_per_kwh[..end], N::ZERO)
    }

    #[inline(always)]
    fn add(&self, sums: &mut Self::Sums, step: usize, flows: &Flows<N>) {
        sums.1 += flows.import_kw * sums.0[step];
    }

    #[inline(always)]
    fn book(&mut self, _segment: &Segment, step_h: f64, sums: Self::Sums) {
        self.import_kg += sums.1 * step_h;
    }
}

/// Storage throughput, the light set of a sweep.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StorageAccount<N> {
    /// Charged, kWh.
    pub charge_kwh: N,
    /// Discharged, kWh.
    pub discharge_kwh: N,
}

impl<N: Num> Accounts<N> for StorageAccount<N> {
    type Sums = (N, N);

    #[inline(always)]
    fn open(&self, _end: usize) -> (N, N) {
        (N::ZERO, N::ZERO)
    }

    #[inline(always)]
    fn add(&self, sums: &mut (N, N), _step: usize, flows: &Flows<N>) {
        sums.0 += flows.charge_kw;
        sums.1 += flows.discharge_kw;
    }

    #[inline(always)]
    fn book(&mut self, _segment: &Segment, step_h: f64, sums: (N, N)) {
        self.charge_kwh += sums.0 * step_h;
        self.discharge_kwh += sums.1 * step_h;
    }
}

/// What steps add to [`EnergyAccount`]: each sum stands under the condition that makes it worth an
/// instruction a step.
macro_rules! energy_sums {
    ($($(#[$doc:meta])* $field:ident = $flows:ident => $value:expr, if $kept:expr;)*) => {
        /// Sums of the flows that no other account keeps. In a running segment kW times steps,
        /// when booked kWh.
        ///
        /// `ALONE` says that no other account keeps vehicles, balance and export either, `LIMITED` that
        /// the meter has limits, without which nothing is curtailed, `SHORT` that the limit of import
        /// may leave load without power.
        #[derive(Debug, Clone, Copy, Default, PartialEq)]
        pub struct EnergyAccount<N, const ALONE: bool = true, const LIMITED: bool = true, const SHORT: bool = true> {
            $($(#[$doc])* pub $field: N,)*
        }

        impl<N: Num, const ALONE: bool, const LIMITED: bool, const SHORT: bool> Accounts<N>
            for EnergyAccount<N, ALONE, LIMITED, SHORT>
        {
            type Sums = Self;

            #[inline(always)]
            fn open(&self, _end: usize) -> Self {
                Self { $($field: N::ZERO,)* }
            }

            #[inline(always)]
            fn add(&self, sums: &mut Self, _step: usize, flows: &Flows<N>) {
                $(if $kept {
                    let $flows = flows;
                    sums.$field += $value;
                })*
            }

            #[inline(always)]
            fn book(&mut self, _segment: &Segment, step_h: f64, sums: Self) {
                $(if $kept {
                    self.$field += sums.$field * step_h;
                })*
            }
        }

        impl<N: Num, const ALONE: bool, const LIMITED: bool, const SHORT: bool>
            EnergyAccount<N, ALONE, LIMITED, SHORT>
        {
            /// The account of one lane.
            pub fn lane(&self, index: usize) -> EnergyAccount<f64> {
                EnergyAccount { $($field: self.$field.lane(index),)* }
            }

            /// The sum of all lanes and of `single`, both kW times steps of `step_h` hours, kWh.
            pub(super) fn joined(&self, single: &EnergyAccount<f64>, step_h: f64) -> EnergyAccount<f64> {
                EnergyAccount { $($field: (self.$field.joined() + single.$field) * step_h,)* }
            }

            /// The same sums, with what was not kept at 0.
            pub fn whole(self) -> EnergyAccount<N> {
                EnergyAccount { $($field: self.$field,)* }
            }
        }
    };
}

energy_sums! {
    /// Managed charging, before V2G.
    vehicles_kwh = f => f.vehicles_kw, if ALONE;
    /// Vehicles to the bus.
    v2g_kwh = f => f.v2g_kw, if ALONE;
    /// Storages charging.
    charge_kwh = f => f.charge_kw, if true;
    /// Storages discharging.
    discharge_kwh = f => f.discharge_kw, if true;
    /// PV and wind thrown away.
    curtailed_kwh = f => f.curtailed_kw, if LIMITED;
    /// PV of it, which goes first; the rest is wind.
    curtailed_pv_kwh = f => f.curtailed_kw.min(f.pv_kw), if LIMITED;
    /// Load left without power.
    unserved_kwh = f => f.unserved_kw, if SHORT;
    /// Export counted renewable: of each step's export no more than PV and wind generate.
    renewable_export_kwh = f => f.export_kw.min(f.pv_kw + f.wind_kw - f.curtailed_kw), if ALONE;
    /// Sum of each step's supply less use: what rounding leaves of the balance.
    residual_kwh = f => f.pv_kw + f.wind_kw + f.discharge_kw + f.v2g_kw + f.import_kw + f.unserved_kw
        - (f.demand_kw + f.vehicles_kw + f.charge_kw + f.export_kw + f.curtailed_kw), if ALONE;
}

/// Demand met in the same step by clean import: import times the grid's clean share.
#[derive(Debug, Clone)]
pub struct CleanImportAccount<'a, N> {
    clean_share: &'a [f64],
    /// Σ min(import, demand) × clean share, kWh.
    pub clean_kwh: N,
}

impl<'a, N: Num> CleanImportAccount<'a, N> {
    /// An empty account over the grid's clean share of every step.
    pub fn new(clean_share: &'a [f64]) -> Self {
        Self { clean_share, clean_kwh: N::ZERO }
    }
}

impl<'a, N: Num> Accounts<N> for CleanImportAccount<'a, N> {
    type Sums = (&'a [f64], N);

    #[inline(always)]
    fn open(&self, end: usize) -> Self::Sums {
        (&self.clean_share[..end], N::ZERO)
    }

    #[inline(always)]
    fn add(&self, sums: &mut Self::Sums, step: usize, flows: &Flows<N>) {
        let used_kw = flows.demand_kw + flows.vehicles_kw - flows.v2g_kw;
        sums.1 += flows.import_kw.min(used_kw).positive() * sums.0[step];
    }

    #[inline(always)]
    fn book(&mut self, _segment: &Segment, step_h: f64, sums: Self::Sums) {
        self.clean_kwh += sums.1 * step_h;
    }
}

/// What a direct line brings: its share of the generation of its kind carries the same share of
/// the curtailment.
#[derive(Debug, Clone)]
pub struct DirectLineAccount<'a, N> {
    pv_kw: &'a [f64],
    wind_kw: &'a [f64],
    /// Curtailed on the line, kWh.
    pub curtailed_kwh: N,
}

impl<'a, N: Num> DirectLineAccount<'a, N> {
    /// An empty account over the line's available PV and wind of every step, kW (a part of the
    /// park's).
    pub fn new(pv_kw: &'a [f64], wind_kw: &'a [f64]) -> Self {
        Self { pv_kw, wind_kw, curtailed_kwh: N::ZERO }
    }
}

impl<N: Num> Accounts<N> for DirectLineAccount<'_, N> {
    type Sums = N;

    #[inline(always)]
    fn open(&self, _end: usize) -> N {
        N::ZERO
    }

    #[inline(always)]
    fn add(&self, sums: &mut N, step: usize, flows: &Flows<N>) {
        let tiny = N::splat(1e-300);
        let pv_kw = flows.curtailed_kw.min(flows.pv_kw);
        let wind_kw = flows.curtailed_kw - pv_kw;
        *sums += pv_kw * (N::splat(self.pv_kw[step]) / flows.pv_kw.max(tiny));
        *sums += wind_kw * (N::splat(self.wind_kw[step]) / flows.wind_kw.max(tiny));
    }

    #[inline(always)]
    fn book(&mut self, _segment: &Segment, step_h: f64, sums: N) {
        self.curtailed_kwh += sums * step_h;
    }
}
