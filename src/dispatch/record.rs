//! What the year loop writes down of a park: the meter, and each unit where there is any.

use super::Num;
use super::column::Column;
use super::fleet::Fleets;
use super::ledger::{FleetColumns, Ledger, Observer, StorageColumns};
use super::plant::{Flows, Plant, Stores};

/// Columns of the meter while a year runs.
pub(super) struct MeterRecord {
    import_kw: Vec<f64>,
    export_kw: Vec<f64>,
    curtailed_kw: Vec<f64>,
    unserved_kw: Vec<f64>,
}

/// The columns of the meter up to the end of a segment.
pub(super) struct MeterView<'v> {
    import_kw: &'v mut [f64],
    export_kw: &'v mut [f64],
    curtailed_kw: &'v mut [f64],
    unserved_kw: &'v mut [f64],
}

impl MeterRecord {
    pub(super) fn new(ledger: &mut Ledger, steps: usize) -> Self {
        let mut room = || ledger.room(steps);
        Self { import_kw: room(), export_kw: room(), curtailed_kw: room(), unserved_kw: room() }
    }

    /// Import, export, curtailment and what stays unserved.
    pub(super) fn columns(&self) -> [&[f64]; 4] {
        [&self.import_kw, &self.export_kw, &self.curtailed_kw, &self.unserved_kw]
    }

    /// The same, to be written.
    pub(super) fn columns_mut(&mut self) -> [&mut [f64]; 4] {
        [&mut self.import_kw, &mut self.export_kw, &mut self.curtailed_kw, &mut self.unserved_kw]
    }

    /// Hands its columns to the ledger; the last three hold `anything` or not. PV is thrown away first.
    pub(super) fn close(self, ledger: &mut Ledger, pv_kw: &[f64], anything: [bool; 3]) {
        let [exported, curtailed, unserved] = anything;
        ledger.import_kw = self.import_kw.into();
        ledger.export_kw = ledger.keep(self.export_kw, exported);
        ledger.unserved_kw = ledger.keep(self.unserved_kw, unserved);
        if curtailed {
            let mut wind_kw = ledger.room(pv_kw.len());
            let mut of_pv_kw = ledger.room(pv_kw.len());
            let parts = of_pv_kw.iter_mut().zip(&mut wind_kw).zip(self.curtailed_kw.iter().zip(pv_kw));
            for ((of_pv, wind), (&all, &pv)) in parts {
                *of_pv = Num::min(all, pv);
                *wind = all - *of_pv;
            }
            ledger.curtailed_pv_kw = of_pv_kw.into();
            ledger.curtailed_wind_kw = wind_kw.into();
        }
        ledger.curtailed_kw = ledger.keep(self.curtailed_kw, curtailed);
    }
}

impl Observer<f64> for MeterRecord {
    type View<'v> = MeterView<'v>;

    #[inline(always)]
    fn open(&mut self, end: usize) -> MeterView<'_> {
        MeterView {
            import_kw: &mut self.import_kw[..end],
            export_kw: &mut self.export_kw[..end],
            curtailed_kw: &mut self.curtailed_kw[..end],
            unserved_kw: &mut self.unserved_kw[..end],
        }
    }

    #[inline(always)]
    fn see<'a, S: Stores<f64>, F: Fleets<'a, f64>, const LIMITED: bool>(
        view: &mut MeterView<'_>,
        step: usize,
        flows: &Flows<f64>,
        _plant: &Plant<f64, S, F, LIMITED>,
    ) {
        view.import_kw[step] = flows.import_kw;
        view.export_kw[step] = flows.export_kw;
        view.curtailed_kw[step] = flows.curtailed_kw;
        view.unserved_kw[step] = flows.unserved_kw;
    }
}

/// What stands for a park's units while a year runs.
pub(super) trait UnitRecord: Observer<f64> {
    /// Room for a year.
    fn new(ledger: &mut Ledger, steps: usize, units: usize) -> Self;
    /// Hands the columns to the ledger.
    fn close(self, ledger: &mut Ledger);
}

/// There are none.
impl UnitRecord for () {
    fn new(_: &mut Ledger, _: usize, _: usize) {}
    fn close(self, _: &mut Ledger) {}
}

/// Charging, discharging and energy of a storage.
type Storage<V> = [V; 3];

fn storage_columns(columns: Storage<Column>) -> StorageColumns {
    let [charge_kw, discharge_kw, energy_kwh] = columns;
    StorageColumns { charge_kw, discharge_kw, energy_kwh }
}

/// Writes a storage's step: its charging, discharging and energy.
#[inline(always)]
fn write<L: crate::storage::Losses<f64>>(
    [charge_kw, discharge_kw, energy_kwh]: Storage<&mut [f64]>,
    step: usize,
    store: &crate::storage::Store<f64, L>,
) {
    charge_kw[step] = store.net_kw().positive();
    discharge_kw[step] = (-store.net_kw()).positive();
    energy_kwh[step] = store.stored_kwh;
}

/// The one storage of a park: its columns are those of all.
pub(super) struct OneStorage(Storage<Vec<f64>>);

impl UnitRecord for OneStorage {
    fn new(ledger: &mut Ledger, steps: usize, _: usize) -> Self {
        Self([(); 3].map(|()| ledger.room(steps)))
    }

    fn close(self, ledger: &mut Ledger) {
        let columns = storage_columns(self.0.map(Column::from));
        ledger.charge_kw = columns.charge_kw.clone();
        ledger.discharge_kw = columns.discharge_kw.clone();
        ledger.energy_kwh = columns.energy_kwh.clone();
        ledger.storages.push(columns);
    }
}

impl Observer<f64> for OneStorage {
    type View<'v> = Storage<&'v mut [f64]>;

    #[inline(always)]
    fn open(&mut self, end: usize) -> Storage<&mut [f64]> {
        self.0.each_mut().map(|column| &mut column[..end])
    }

    #[inline(always)]
    fn see<'a, S: Stores<f64>, F: Fleets<'a, f64>, const LIMITED: bool>(
        view: &mut Storage<&mut [f64]>,
        step: usize,
        _flows: &Flows<f64>,
        plant: &Plant<f64, S, F, LIMITED>,
    ) {
        if let [store] = plant.stores.all() {
            write(view.each_mut().map(|column| &mut **column), step, store);
        }
    }
}

/// Columns of a year for all units together, and for each of them.
type Rooms<const C: usize> = ([Vec<f64>; C], Vec<[Vec<f64>; C]>);

fn rooms<const C: usize>(ledger: &mut Ledger, steps: usize, units: usize) -> Rooms<C> {
    let mut columns = || [(); C].map(|()| ledger.room(steps));
    (columns(), (0..units).map(|_| columns()).collect())
}

/// Any number of storages.
pub(super) struct Storages {
    all: Storage<Vec<f64>>,
    each: Vec<Storage<Vec<f64>>>,
}

impl UnitRecord for Storages {
    fn new(ledger: &mut Ledger, steps: usize, units: usize) -> Self {
        let (all, each) = rooms(ledger, steps, units);
        Self { all, each }
    }

    fn close(self, ledger: &mut Ledger) {
        let any = !self.each.is_empty();
        let [charge_kw, discharge_kw, energy_kwh] = self.all.map(|values| ledger.keep(values, any));
        (ledger.charge_kw, ledger.discharge_kw, ledger.energy_kwh) = (charge_kw, discharge_kw, energy_kwh);
        ledger.storages.extend(self.each.into_iter().map(|unit| storage_columns(unit.map(Column::from))));
    }
}

impl Observer<f64> for Storages {
    type View<'v> = &'v mut Self;

    #[inline(always)]
    fn open(&mut self, _end: usize) -> &mut Self {
        self
    }

    #[inline(always)]
    fn see<'a, S: Stores<f64>, F: Fleets<'a, f64>, const LIMITED: bool>(
        view: &mut &mut Self,
        step: usize,
        flows: &Flows<f64>,
        plant: &Plant<f64, S, F, LIMITED>,
    ) {
        let mut held_kwh = 0.0;
        for (store, columns) in plant.stores.all().iter().zip(&mut view.each) {
            held_kwh += store.stored_kwh;
            write(columns.each_mut().map(Vec::as_mut_slice), step, store);
        }
        let [charge_kw, discharge_kw, energy_kwh] = &mut view.all;
        charge_kw[step] = flows.charge_kw;
        discharge_kw[step] = flows.discharge_kw;
        energy_kwh[step] = held_kwh;
    }
}

/// Any number of managed fleets.
pub(super) struct ManagedFleets {
    /// Charging and giving back of all.
    all: [Vec<f64>; 2],
    each: Vec<[Vec<f64>; 2]>,
}

impl UnitRecord for ManagedFleets {
    fn new(ledger: &mut Ledger, steps: usize, units: usize) -> Self {
        let (all, each) = rooms(ledger, steps, units);
        Self { all, each }
    }

    fn close(self, ledger: &mut Ledger) {
        let any = !self.each.is_empty();
        let [vehicles_kw, v2g_kw] = self.all.map(|values| ledger.keep(values, any));
        (ledger.vehicles_kw, ledger.v2g_kw) = (vehicles_kw, v2g_kw);
        let columns = self.each.into_iter().map(|unit| {
            let [charge_kw, discharge_kw] = unit.map(Column::from);
            FleetColumns { charge_kw, discharge_kw }
        });
        ledger.fleets.extend(columns);
    }
}

impl Observer<f64> for ManagedFleets {
    type View<'v> = &'v mut Self;

    #[inline(always)]
    fn open(&mut self, _end: usize) -> &mut Self {
        self
    }

    #[inline(always)]
    fn see<'a, S: Stores<f64>, F: Fleets<'a, f64>, const LIMITED: bool>(
        view: &mut &mut Self,
        step: usize,
        flows: &Flows<f64>,
        plant: &Plant<f64, S, F, LIMITED>,
    ) {
        view.all[0][step] = flows.vehicles_kw;
        view.all[1][step] = flows.v2g_kw;
        for (fleet, [charge_kw, discharge_kw]) in plant.fleets.all().iter().zip(&mut view.each) {
            charge_kw[step] = fleet.charge_kw;
            discharge_kw[step] = fleet.discharge_kw;
        }
    }
}

/// Some managed fleets that only charge.
pub(super) struct ChargedFleets<const K: usize> {
    all: Vec<f64>,
    each: [Vec<f64>; K],
}

/// The columns of all fleets and of each up to the end of a segment.
pub(super) struct ChargedView<'v, const K: usize> {
    all: &'v mut [f64],
    each: [&'v mut [f64]; K],
}

impl<const K: usize> UnitRecord for ChargedFleets<K> {
    fn new(ledger: &mut Ledger, steps: usize, _: usize) -> Self {
        Self { all: ledger.room(steps), each: [(); K].map(|()| ledger.room(steps)) }
    }

    fn close(self, ledger: &mut Ledger) {
        let steps = self.all.len();
        ledger.vehicles_kw = self.all.into();
        ledger.fleets.extend(self.each.map(|charge_kw| FleetColumns {
            charge_kw: charge_kw.into(),
            discharge_kw: Column::nothing(steps),
        }));
    }
}

impl<const K: usize> Observer<f64> for ChargedFleets<K> {
    type View<'v> = ChargedView<'v, K>;

    #[inline(always)]
    fn open(&mut self, end: usize) -> ChargedView<'_, K> {
        let each = self.each.each_mut().map(|column| &mut column[..end]);
        ChargedView { all: &mut self.all[..end], each }
    }

    #[inline(always)]
    fn see<'a, S: Stores<f64>, F: Fleets<'a, f64>, const LIMITED: bool>(
        view: &mut ChargedView<'_, K>,
        step: usize,
        flows: &Flows<f64>,
        plant: &Plant<f64, S, F, LIMITED>,
    ) {
        view.all[step] = flows.vehicles_kw;
        for (fleet, charge_kw) in plant.fleets.all().iter().zip(&mut view.each) {
            charge_kw[step] = fleet.charge_kw;
        }
    }
}
