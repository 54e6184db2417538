//! The pools of chargers of a park, and how they are used.

use super::project::Park;
use crate::charging::{FleetYear, PoolUse};
use crate::time::Axis;

impl Park {
    /// Guns plugged in and vehicles waiting of each pool of chargers, step by step, in the order of the
    /// fleets that have the chargers. Fleets given as measured power have no sessions and are left out.
    pub fn pools(&self, axis: &Axis) -> Vec<PoolUse> {
        let mut pools: Vec<Vec<&FleetYear>> = Vec::new();
        for fleet in &self.fleets {
            let year = &*fleet.year;
            match pools.iter_mut().find(|pool| pool[0].pool == year.pool) {
                Some(pool) => pool.push(year),
                None => pools.push(vec![year]),
            }
        }
        pools.iter().filter_map(|years| PoolUse::of(years, axis)).collect()
    }
}
