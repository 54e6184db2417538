//! How a pool of chargers is used, step by step: guns plugged in, vehicles waiting.

use super::profile::add_power;
use super::year::FleetYear;
use crate::time::Axis;

/// Use of one class of guns.
#[derive(Debug, Clone, PartialEq)]
pub struct GunsInUse {
    /// Name of the class.
    pub class: String,
    /// Guns.
    pub guns: usize,
    /// Guns with a vehicle plugged in, mean of each step.
    pub plugged_in: Vec<f64>,
}

/// Use of the guns behind one queue.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolUse {
    /// Name of the fleet that has the chargers.
    pub name: String,
    /// Each class of guns.
    pub classes: Vec<GunsInUse>,
    /// Vehicles waiting for a gun, mean of each step; those that give up wait until they leave.
    pub waiting: Vec<f64>,
}

impl PoolUse {
    /// The use of a pool by the years of all its fleets; `None` where no session is known (measured power).
    ///
    /// # Panics
    /// If the years are not of one pool.
    pub fn of(years: &[&FleetYear], axis: &Axis) -> Option<Self> {
        let first = years.first().filter(|year| !year.classes.is_empty())?;
        let zeros = || vec![0.0; axis.steps()];
        let mut classes: Vec<GunsInUse> = first
            .classes
            .iter()
            .map(|class| GunsInUse { class: class.class.clone(), guns: class.guns, plugged_in: zeros() })
            .collect();
        let mut waiting = zeros();
        let step_h = axis.step_h();
        for year in years {
            assert_eq!(year.pool, first.pool, "fleets of one pool");
            for session in &year.sessions {
                let gun_h = session.start_h - year.connection_h;
                let plugged_in = &mut classes[usize::from(session.group)].plugged_in;
                add_power(plugged_in, step_h, gun_h, session.depart_h, 1.0);
                add_power(&mut waiting, step_h, session.arrive_h, gun_h, 1.0);
            }
            for &(arrive_h, leave_h) in &year.gave_up {
                add_power(&mut waiting, step_h, arrive_h, leave_h, 1.0);
            }
        }
        Some(Self { name: first.pool.clone(), classes, waiting })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{HOURLY, fleet};
    use super::*;
    use crate::charging::{Days, simulate, simulate_pool};

    /// Gun-hours and waiting hours of the series are those the sums of the year tell.
    #[test]
    fn the_series_add_up_to_utilisation_and_waits() {
        let days = Days::plain(&HOURLY);
        let mut fast = fleet("public-fast", 900, &[("dc-180kw", 6)]);
        fast.class.return_min = 0.0;
        let year = simulate(&fast, &HOURLY, &days, 1, "park");
        let usage = PoolUse::of(&[&year], &HOURLY).expect("sessions");
        let plugged_h: f64 = usage.classes[0].plugged_in.iter().sum();
        assert!((plugged_h / (6.0 * 8760.0) - year.classes[0].utilisation).abs() < 1e-3);
        assert!(usage.classes[0].plugged_in.iter().all(|&guns| guns <= 6.0 + 1e-6));
        let served_h = year.mean_wait_min / 60.0 * year.sessions.len() as f64;
        let gave_up_h: f64 = year.gave_up.iter().map(|(from, to)| to - from).sum();
        assert_eq!(year.gave_up.len(), year.reneged);
        let waited_h: f64 = usage.waiting.iter().sum();
        assert!(gave_up_h > 0.0 && (waited_h / (served_h + gave_up_h) - 1.0).abs() < 1e-3);
    }

    #[test]
    fn fleets_of_one_pool_are_counted_together() {
        let mut trucks = fleet("heavy-truck", 40, &[("dc-180kw", 10)]);
        trucks.name = "trucks".into();
        let mut tractors = fleet("port-tractor", 60, &[("dc-180kw", 10)]);
        tractors.name = "tractors".into();
        let days = Days::plain(&HOURLY);
        let years = simulate_pool(&[trucks, tractors], &HOURLY, &days, 1, "park");
        let usage = PoolUse::of(&[&years[0], &years[1]], &HOURLY).expect("sessions");
        assert_eq!(usage.name, "trucks");
        let plugged_h: f64 = usage.classes[0].plugged_in.iter().sum();
        assert!((plugged_h / (10.0 * 8760.0) - years[0].classes[0].utilisation).abs() < 1e-3);
    }
}
