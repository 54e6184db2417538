//! The ledger: the flows of a year, step by step, as columns.

use super::Num;
use super::column::Column;
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

/// Two look.
impl<N: Num, A: Observer<N>, B: Observer<N>> Observer<N> for (A, B) {
    type View<'v>
        = (A::View<'v>, B::View<'v>)
    where
        Self: 'v;
    #[inline(always)]
    fn open(&mut self, end: usize) -> Self::View<'_> {
        (self.0.open(end), self.1.open(end))
    }
    #[inline(always)]
    fn see<'a, S: Stores<N>, F: Fleets<'a, N>, const LIMITED: bool>(
        view: &mut Self::View<'_>,
        step: usize,
        flows: &Flows<N>,
        plant: &Plant<N, S, F, LIMITED>,
    ) {
        A::see(&mut view.0, step, flows, plant);
        B::see(&mut view.1, step, flows, plant);
    }
}

/// One storage's year.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StorageColumns {
    /// Charging with standby, kW.
    pub charge_kw: Column,
    /// Discharging net of standby, kW.
    pub discharge_kw: Column,
    /// Energy in the cells at the end of the step, kWh.
    pub energy_kwh: Column,
}

/// One managed fleet's year.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FleetColumns {
    /// Charging before V2G, kW at the bus.
    pub charge_kw: Column,
    /// Back to the bus, kW.
    pub discharge_kw: Column,
}

/// The flows of a year that were decided in it, step-average kW at the bus; every column has one value per
/// step. Demand, PV and wind are what the year was given.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// Managed charging before V2G.
    pub vehicles_kw: Column,
    /// Vehicles to the bus.
    pub v2g_kw: Column,
    /// All storages charging.
    pub charge_kw: Column,
    /// All storages discharging.
    pub discharge_kw: Column,
    /// Energy in all cells at the end of the step, kWh.
    pub energy_kwh: Column,
    /// Import.
    pub import_kw: Column,
    /// Export.
    pub export_kw: Column,
    /// Curtailed PV and wind.
    pub curtailed_kw: Column,
    /// Curtailed PV.
    pub curtailed_pv_kw: Column,
    /// Curtailed wind.
    pub curtailed_wind_kw: Column,
    /// Load left without power.
    pub unserved_kw: Column,
    /// Value of one more kWh in store at the end of the step, money per kWh; empty without a plan.
    pub marginal_value_per_kwh: Vec<f64>,
    /// Each storage, in the park's order.
    pub storages: Vec<StorageColumns>,
    /// Each managed fleet, in the park's order.
    pub fleets: Vec<FleetColumns>,
    /// Memory of years before.
    spare: Vec<Vec<f64>>,
}

impl Ledger {
    /// Empties it for a year; the memory of the year before is used again.
    pub(super) fn clear(&mut self, steps: usize) {
        let Self {
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
            marginal_value_per_kwh,
            storages,
            fleets,
            spare,
        } = self;
        marginal_value_per_kwh.clear();
        // Columns of a storage that are also those of all are let go first.
        for mut unit in storages.drain(..) {
            let columns = [&mut unit.charge_kw, &mut unit.discharge_kw, &mut unit.energy_kwh];
            spare.extend(columns.into_iter().filter_map(Column::take));
        }
        for mut fleet in fleets.drain(..) {
            let columns = [&mut fleet.charge_kw, &mut fleet.discharge_kw];
            spare.extend(columns.into_iter().filter_map(Column::take));
        }
        let park = [
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
        for column in park {
            spare.extend(column.take());
            *column = Column::nothing(steps);
        }
    }

    /// Room for a column, to be written whole.
    pub(super) fn room(&mut self, steps: usize) -> Vec<f64> {
        let mut room = self.spare.pop().unwrap_or_default();
        room.resize(steps, 0.0);
        room
    }

    /// Keeps a written column, or its memory where nothing stands in it.
    pub(super) fn keep(&mut self, values: Vec<f64>, anything: bool) -> Column {
        if anything {
            return values.into();
        }
        let steps = values.len();
        self.spare.push(values);
        Column::nothing(steps)
    }
}
