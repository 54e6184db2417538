//! Which limit makes a plan impossible, from which step on, and the smallest change that helps.

use super::model::{Infeasible, Limit};
use super::node::Bus;

/// Why no schedule of `bus` keeps all limits; `None` if one does.
///
/// The energies reachable from the start are an interval after every step; the first empty one
/// names the step. The relief of an import limit is found by bisection, to 1e-6 kW.
pub fn diagnose(bus: &Bus<'_>) -> Option<Infeasible> {
    let blocked = reach(bus)?;
    if blocked.first_step == bus.site.steps() {
        return Some(blocked);
    }
    let limit = bus.site.import_limit_kw;
    let mut relaxed = *bus;
    let works = |relaxed: &mut Bus<'_>, more_kw: f64| {
        relaxed.site.import_limit_kw = limit + more_kw;
        reach(relaxed).is_none_or(|blocked| blocked.first_step == bus.site.steps())
    };
    let (mut no, mut yes) = (0.0, 1.0);
    let most = bus.site.load_kw.iter().fold(0.0, |most: f64, &kw| most.max(kw));
    while !works(&mut relaxed, yes) {
        if yes > most + bus.store.charge_limit_kw {
            return Some(Infeasible { limit: Limit::StorageEnergy, ..blocked });
        }
        (no, yes) = (yes, 2.0 * yes);
    }
    while yes - no > 1e-7 * (1.0 + yes) {
        let middle = 0.5 * (no + yes);
        *if works(&mut relaxed, middle) { &mut yes } else { &mut no } = middle;
    }
    Some(Infeasible { limit: Limit::Import, relief: yes, ..blocked })
}

/// The first step after which no energy is reachable, with the energy that is missing, kWh; the
/// number of steps if only the end state is out of reach.
fn reach(bus: &Bus<'_>) -> Option<Infeasible> {
    let store = &bus.store;
    let slack = 1e-9 * (1.0 + store.energy_max_kwh);
    let (mut low, mut high) = (store.energy_start_kwh, store.energy_start_kwh);
    for t in 0..bus.site.steps() {
        let offers = bus.offers(t);
        let missing = offers.bottom_kwh - offers.top_kwh;
        let blocked = |relief| Some(Infeasible { limit: Limit::StorageEnergy, first_step: t, relief });
        if missing > slack {
            return blocked(missing);
        }
        low = (low * store.retention_per_step + offers.bottom_kwh).max(store.energy_min_kwh);
        high = (high * store.retention_per_step + offers.top_kwh).min(store.energy_max_kwh);
        if low > high + slack {
            return blocked(low - high);
        }
        high = high.max(low);
    }
    let (least, most) = store.final_range_kwh();
    let relief = (least - high).max(low - most).max(least - most);
    (relief > slack).then_some(Infeasible { limit: Limit::Terminal, first_step: bus.site.steps(), relief })
}
