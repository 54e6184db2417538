//! The ledger: the flows of a year, step by step, as columns.

use super::Num;
use super::fleet::Fleets;
use super::plant::{Flows, Plant, Stores};

/// Sees every step of a year.
pub trait Observer<N: Num> {
    /// What it looks at a segment with.
    type View<'v>
    where
        Self: 'v;
    /// Opens a segment that ends before step `end`: columns are cut there, so that the loop knows that
    /// they cover every step of it.
    fn open(&mut self, end: usize) -> Self::View<'_>;
    /// Called after each step with its flows and the plant as the step left it.
    fn see<'a, S: Stores<N>, F: Fleets<'a, N>, const LIMITED: bool>(
        view: &mut Self::View<'_>,
        step: usize,
        flows: &Flows<N>,
        plant: &Plant<N, S, F, LIMITED>,
    );
}

/// Nobody looks.
impl<N: Num> Observer<N> for () {
    type View<'v> = ();
    #[inline(always)]
    fn open(&mut self, _end: usize) {}
    #[inline(always)]
    fn see<'a, S: Stores<N>, F: Fleets<'a, N>, const LIMITED: bool>(
        _view: &mut (),
        _step: usize,
        _flows: &Flows<N>,
        _plant: &Plant<N, S, F, LIMITED>,
    ) {
    }
}

/// One storage's year.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StorageColumns {
    /// Charging with standby, kW.
    pub charge_kw: Vec<f64>,
    /// Discharging net of standby, kW.
    pub discharge_kw: Vec<f64>,
    /// Energy in the cells at the end of the step, kWh.
    pub energy_kwh: Vec<f64>,
}

/// One managed fleet's year.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FleetColumns {
    /// Charging before V2G, kW at the bus.
    pub charge_kw: Vec<f64>,
    /// Back to the bus, kW.
    pub discharge_kw: Vec<f64>,
}

/// The flows of a year, step-average kW at the bus; every column has one value per step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ledger {
    /// Load and charging that nobody controls.
    pub demand_kw: Vec<f64>,
    /// PV available before curtailment.
    pub pv_kw: Vec<f64>,
    /// Wind available before curtailment.
    pub wind_kw: Vec<f64>,
    /// Managed charging before V2G.
    pub vehicles_kw: Vec<f64>,
    /// Vehicles to the bus.
    pub v2g_kw: Vec<f64>,
    /// All storages charging.
    pub charge_kw: Vec<f64>,
    /// All storages discharging.
    pub discharge_kw: Vec<f64>,
    /// Energy in all cells at the end of the step, kWh.
    pub energy_kwh: Vec<f64>,
    /// Import.
    pub import_kw: Vec<f64>,
    /// Export.
    pub export_kw: Vec<f64>,
    /// Curtailed PV and wind.
    pub curtailed_kw: Vec<f64>,
    /// Curtailed PV.
    pub curtailed_pv_kw: Vec<f64>,
    /// Curtailed wind.
    pub curtailed_wind_kw: Vec<f64>,
    /// Load left without power.
    pub unserved_kw: Vec<f64>,
    /// Value of one more kWh in store at the end of the step, money per kWh; empty without a plan.
    pub marginal_value_per_kwh: Vec<f64>,
    /// Each storage, in the park's order.
    pub storages: Vec<StorageColumns>,
    /// Each managed fleet, in the park's order.
    pub fleets: Vec<FleetColumns>,
}

/// The sums of some columns, each in the order of its steps: side by side they take the time of one.
///
/// # Panics
/// If a column is shorter than the first.
pub fn column_sums<const K: usize>(columns: [&[f64]; K]) -> [f64; K] {
    let steps = columns.first().map_or(0, |column| column.len());
    let columns = columns.map(|column| &column[..steps]);
    let mut sums = [0.0; K];
    for step in 0..steps {
        for (sum, column) in sums.iter_mut().zip(columns) {
            *sum += column[step];
        }
    }
    sums
}

impl Ledger {
    /// Makes room for a year; a ledger that had it keeps its memory.
    pub fn resize(&mut self, steps: usize, storages: usize, fleets: usize) {
        self.marginal_value_per_kwh.clear();
        self.storages.resize_with(storages, Default::default);
        self.fleets.resize_with(fleets, Default::default);
        for column in self.columns_mut() {
            column.resize(steps, 0.0);
        }
    }

    fn columns_mut(&mut self) -> impl Iterator<Item = &mut Vec<f64>> {
        let Self {
            demand_kw,
            pv_kw,
            wind_kw,
            vehicles_kw,
            v2g_kw,
            charge_kw,
            discharge_kw,
            energy_kwh,
            import_kw,
            export_kw,
            curtailed_kw,
            curtailed_pv_kw,
            curtailed_wind_kw,
            unserved_kw,
            marginal_value_per_kwh: _,
            storages,
            fleets,
        } = self;
        let park = [
            demand_kw,
            pv_kw,
            wind_kw,
            vehicles_kw,
            v2g_kw,
            charge_kw,
            discharge_kw,
            energy_kwh,
            import_kw,
            export_kw,
            curtailed_kw,
            curtailed_pv_kw,
            curtailed_wind_kw,
            unserved_kw,
        ];
        let storages =
            storages.iter_mut().flat_map(|s| [&mut s.charge_kw, &mut s.discharge_kw, &mut s.energy_kwh]);
        let fleets = fleets.iter_mut().flat_map(|f| [&mut f.charge_kw, &mut f.discharge_kw]);
        park.into_iter().chain(storages).chain(fleets)
    }
}

/// The columns of a ledger up to the end of a segment.
#[derive(Debug)]
pub struct LedgerView<'v> {
    demand_kw: &'v mut [f64],
    pv_kw: &'v mut [f64],
    wind_kw: &'v mut [f64],
    vehicles_kw: &'v mut [f64],
    v2g_kw: &'v mut [f64],
    charge_kw: &'v mut [f64],
    discharge_kw: &'v mut [f64],
    energy_kwh: &'v mut [f64],
    import_kw: &'v mut [f64],
    export_kw: &'v mut [f64],
    curtailed_kw: &'v mut [f64],
    curtailed_pv_kw: &'v mut [f64],
    curtailed_wind_kw: &'v mut [f64],
    unserved_kw: &'v mut [f64],
    storages: &'v mut [StorageColumns],
    fleets: &'v mut [FleetColumns],
}

impl Observer<f64> for Ledger {
    type View<'v> = LedgerView<'v>;

    #[inline(always)]
    fn open(&mut self, end: usize) -> LedgerView<'_> {
        LedgerView {
            demand_kw: &mut self.demand_kw[..end],
            pv_kw: &mut self.pv_kw[..end],
            wind_kw: &mut self.wind_kw[..end],
            vehicles_kw: &mut self.vehicles_kw[..end],
            v2g_kw: &mut self.v2g_kw[..end],
            charge_kw: &mut self.charge_kw[..end],
            discharge_kw: &mut self.discharge_kw[..end],
            energy_kwh: &mut self.energy_kwh[..end],
            import_kw: &mut self.import_kw[..end],
            export_kw: &mut self.export_kw[..end],
            curtailed_kw: &mut self.curtailed_kw[..end],
            curtailed_pv_kw: &mut self.curtailed_pv_kw[..end],
            curtailed_wind_kw: &mut self.curtailed_wind_kw[..end],
            unserved_kw: &mut self.unserved_kw[..end],
            storages: &mut self.storages,
            fleets: &mut self.fleets,
        }
    }

    #[inline(always)]
    fn see<'a, S: Stores<f64>, F: Fleets<'a, f64>, const LIMITED: bool>(
        view: &mut LedgerView<'_>,
        step: usize,
        flows: &Flows<f64>,
        plant: &Plant<f64, S, F, LIMITED>,
    ) {
        let curtailed_pv_kw = Num::min(flows.curtailed_kw, flows.pv_kw);
        view.demand_kw[step] = flows.demand_kw;
        view.pv_kw[step] = flows.pv_kw;
        view.wind_kw[step] = flows.wind_kw;
        view.vehicles_kw[step] = flows.vehicles_kw;
        view.v2g_kw[step] = flows.v2g_kw;
        view.charge_kw[step] = flows.charge_kw;
        view.discharge_kw[step] = flows.discharge_kw;
        view.import_kw[step] = flows.import_kw;
        view.export_kw[step] = flows.export_kw;
        view.unserved_kw[step] = flows.unserved_kw;
        view.curtailed_kw[step] = flows.curtailed_kw;
        view.curtailed_pv_kw[step] = curtailed_pv_kw;
        view.curtailed_wind_kw[step] = flows.curtailed_kw - curtailed_pv_kw;
        let mut energy_kwh = 0.0;
        for (store, columns) in plant.stores.all().iter().zip(&mut *view.storages) {
            energy_kwh += store.stored_kwh;
            columns.charge_kw[step] = store.net_kw().positive();
            columns.discharge_kw[step] = (-store.net_kw()).positive();
            columns.energy_kwh[step] = store.stored_kwh;
        }
        view.energy_kwh[step] = energy_kwh;
        for (fleet, columns) in plant.fleets.all().iter().zip(&mut *view.fleets) {
            columns.charge_kw[step] = fleet.charge_kw;
            columns.discharge_kw[step] = fleet.discharge_kw;
        }
    }
}
