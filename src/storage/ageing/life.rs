//! From a year's wear to a life: state of health by year, end of life, replacement, augmentation.
//!
//! The year simulated is taken to repeat: the same trajectory of the state of charge, whatever
//! capacity is left. A caller that simulates explicit years adds their [`Wear`] instead.

use super::{Law, Wear};
use crate::storage::Health;

/// Longest life that is looked for, years.
const HORIZON_YEARS: f64 = 200.0;

/// What a life is reckoned for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LifePlan {
    /// Years of the project.
    pub project_years: u32,
    /// Years after which a unit is replaced in any case.
    pub life_years: f64,
    /// Capacity at which it is replaced, over capacity at purchase.
    pub end_of_life: f64,
}

/// The life of a storage.
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    /// Health at the end of the first year.
    pub end_of_year: Health,
    /// Years of such use until the end-of-life capacity; `None`: not within 200 years.
    pub years_to_end_of_life: Option<f64>,
    /// Replacements within the project.
    pub replacements: u32,
    /// When units are replaced, years from the start, in order.
    pub replaced_after_years: Vec<f64>,
    /// Health at the end of each year of the project, of the unit then in place.
    pub by_year: Vec<Health>,
}

/// The life of a storage whose every year wears it like the one simulated, from the day of purchase.
pub fn life(law: &Law, year: &Wear, plan: &LifePlan) -> Life {
    life_from(law, year, plan, Health::NEW)
}

/// The life of a storage that starts with some health: the years of such use that would have brought
/// it to its capacity count as done. What replaces it is new.
pub fn life_from(law: &Law, year: &Wear, plan: &LifePlan, start: Health) -> Life {
    let used = match start.capacity < 1.0 {
        true => years_until(law, year, start.capacity, 0.0).unwrap_or(HORIZON_YEARS),
        false => 0.0,
    };
    let at_start = law.health(&year.times(used));
    let health = |years: f64, new: bool| {
        if new {
            return law.health(&year.times(years));
        }
        let worn = law.health(&year.times(used + years));
        Health {
            capacity: (start.capacity + worn.capacity - at_start.capacity).max(0.0),
            resistance: start.resistance + worn.resistance - at_start.resistance,
        }
    };
    let years_to_end_of_life =
        years_until(law, year, plan.end_of_life + at_start.capacity - start.capacity, used);
    let first = years_to_end_of_life.unwrap_or(f64::INFINITY).min(plan.life_years);
    let later = years_until(law, year, plan.end_of_life, 0.0).unwrap_or(f64::INFINITY).min(plan.life_years);
    let project_years = f64::from(plan.project_years);
    let mut replaced_after_years = Vec::new();
    // The last bit of a quotient must not buy a unit at the very end of the project.
    let at = |count: usize| first + count as f64 * later;
    while later > 0.0 && at(replaced_after_years.len()) < project_years - 1e-6 {
        replaced_after_years.push(at(replaced_after_years.len()));
    }
    let by_year = (1..=plan.project_years)
        .map(|end| {
            let end = f64::from(end);
            match replaced_after_years.iter().rfind(|&&at| at < end - 1e-6) {
                Some(bought) => health(end - bought, true),
                None => health(end, false),
            }
        })
        .collect();
    Life {
        end_of_year: health(1.0, false),
        years_to_end_of_life,
        replacements: replaced_after_years.len() as u32,
        replaced_after_years,
        by_year,
    }
}

/// Years of such use, after some that are done, until a capacity is left; `None`: not within 200 years.
fn years_until(law: &Law, year: &Wear, capacity: f64, done: f64) -> Option<f64> {
    let left = |years: f64| law.health(&year.times(done + years)).capacity;
    if left(HORIZON_YEARS) > capacity {
        return None;
    }
    let (mut low, mut high) = (0.0, HORIZON_YEARS);
    // Sixty halvings of 200 years leave less than a microsecond.
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if left(middle) > capacity { low = middle } else { high = middle }
    }
    Some(high)
}

/// Capacity added to a storage in its life.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Augmentation {
    /// After how many years.
    pub after_years: u32,
    /// Capacity added, as a share of the nameplate energy.
    pub share: f64,
}

/// New cells beside old ones: whenever a year ends below `keep` of the nameplate energy, what
/// lacks to the whole is added. All cells share the use; those at their end of life are taken out.
///
/// Returns what is added and the capacity at the end of each year before it is.
pub fn augment(law: &Law, year: &Wear, plan: &LifePlan, keep: f64) -> (Vec<Augmentation>, Vec<f64>) {
    let mut blocks = vec![(0u32, 1.0)];
    let (mut added, mut by_year) = (Vec::new(), Vec::new());
    for end in 1..=plan.project_years {
        let health = |bought: u32| law.health(&year.times(f64::from(end - bought))).capacity;
        let capacity: f64 = blocks.iter().map(|&(bought, share)| share * health(bought)).sum();
        by_year.push(capacity);
        blocks.retain(|&(bought, _)| {
            health(bought) > plan.end_of_life && f64::from(end - bought) < plan.life_years
        });
        let left: f64 = blocks.iter().map(|&(bought, share)| share * health(bought)).sum();
        if left < keep && end < plan.project_years {
            added.push(Augmentation { after_years: end, share: 1.0 - left });
            blocks.push((end, 1.0 - left));
        }
    }
    (added, by_year)
}
