//! Efficiency retrofits and renewed equipment: what they save of a load or a fuel, and what they cost.

use super::case::Case;
use super::project::{Costs, FuelUse, Park, Service};

/// What a retrofit saves on, by its place among the park's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A load.
    Load(usize),
    /// A fuel.
    Fuel(usize),
}

/// An efficiency retrofit, or equipment renewed; in the design only.
#[derive(Debug, Clone, PartialEq)]
pub struct Retrofit {
    /// Name.
    pub name: String,
    /// What it saves on.
    pub target: Target,
    /// Share saved; several on the same target save one after the other.
    pub saving_fraction: f64,
    /// Years in service.
    pub service: Service,
    /// Costs.
    pub costs: Costs,
}

impl Park {
    /// Share of a load that is left in a case.
    pub fn load_left(&self, index: usize, case: Case) -> f64 {
        match case {
            Case::Baseline => 1.0,
            Case::Configured => left(&self.retrofits, Target::Load(index)),
        }
    }
}

/// Tells each fuel what the retrofits save of it.
pub fn settle(retrofits: &[Retrofit], fuels: &mut [FuelUse]) {
    for (index, fuel) in fuels.iter_mut().enumerate() {
        fuel.saved_share = 1.0 - left(retrofits, Target::Fuel(index));
    }
}

fn left(retrofits: &[Retrofit], target: Target) -> f64 {
    let own = retrofits.iter().filter(|retrofit| retrofit.target == target);
    own.map(|retrofit| 1.0 - retrofit.saving_fraction).product()
}
