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
            for session in year.sessions.iter() {
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

/// Use of the chargers of a park over the hours of a day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChargerDay {
    /// Each pool.
    pub pools: Vec<PoolDay>,
    /// Most guns in use at a time in each step of a day, all pools together; shape `[steps per day]`.
    pub most_in_use: Vec<f64>,
    /// Most vehicles waiting at a time, likewise.
    pub most_waiting: Vec<f64>,
}

/// Use of a pool over the hours of a day, mean of the year's days; shape `[steps per day]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PoolDay {
    /// Name of the fleet that has the chargers.
    pub name: String,
    /// Its guns.
    pub guns: usize,
    /// Guns in use.
    pub in_use: Vec<f64>,
    /// Vehicles waiting for a gun.
    pub waiting: Vec<f64>,
}

impl ChargerDay {
    /// The day of the pools of a park.
    pub fn of(pools: &[PoolUse], axis: &Axis) -> Self {
        let per_day = axis.steps_per_day();
        let mut all = [vec![0.0; axis.steps()], vec![0.0; axis.steps()]];
        let mut day = Self::default();
        for pool in pools {
            let mut in_use = vec![0.0; axis.steps()];
            for class in &pool.classes {
                in_use.iter_mut().zip(&class.plugged_in).for_each(|(sum, guns)| *sum += guns);
            }
            for (sum, values) in all.iter_mut().zip([&in_use, &pool.waiting]) {
                sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
            }
            day.pools.push(PoolDay {
                name: pool.name.clone(),
                guns: pool.classes.iter().map(|class| class.guns).sum(),
                in_use: mean_day(&in_use, per_day),
                waiting: mean_day(&pool.waiting, per_day),
            });
        }
        if !pools.is_empty() {
            [day.most_in_use, day.most_waiting] = all.map(|values| highest_day(&values, per_day));
        }
        day
    }
}

/// Mean of each step of a day over the days.
fn mean_day(values: &[f64], per_day: usize) -> Vec<f64> {
    let days = (values.len() / per_day) as f64;
    (0..per_day).map(|step| values.iter().skip(step).step_by(per_day).sum::<f64>() / days).collect()
}

/// Highest of each step of a day over the days.
fn highest_day(values: &[f64], per_day: usize) -> Vec<f64> {
    (0..per_day).map(|step| values.iter().skip(step).step_by(per_day).copied().fold(0.0, f64::max)).collect()
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

    /// By hand: at 3 o'clock one gun of the first pool is taken on every day but the last, where it is all three
    /// and two of the other; a vehicle waits on that day alone.
    #[test]
    fn a_day_has_the_mean_of_each_pool_and_the_most_of_all() {
        let days = HOURLY.steps() / 24;
        let at_three = |often: f64, last: f64| {
            let mut values = vec![0.0; HOURLY.steps()];
            (0..days).for_each(|day| values[24 * day + 3] = if day + 1 == days { last } else { often });
            values
        };
        let pool = |name: &str, guns: usize, in_use: Vec<f64>, waiting: Vec<f64>| PoolUse {
            name: name.to_owned(),
            classes: vec![GunsInUse { class: "ac-7kw".to_owned(), guns, plugged_in: in_use }],
            waiting,
        };
        let pools = [
            pool("cars", 3, at_three(1.0, 3.0), at_three(0.0, 1.0)),
            pool("trucks", 2, at_three(0.0, 2.0), at_three(0.0, 0.0)),
        ];
        let day = ChargerDay::of(&pools, &HOURLY);
        assert_eq!((day.most_in_use[3], day.most_waiting[3], day.most_in_use[4]), (5.0, 1.0, 0.0));
        assert_eq!((day.pools[0].guns, day.pools[1].guns), (3, 2));
        let mean = day.pools[0].in_use[3];
        assert!((mean - (364.0 + 3.0) / 365.0).abs() < 1e-12, "{mean}");
        assert!((day.pools[0].waiting[3] - 1.0 / 365.0).abs() < 1e-12);
        assert_eq!(ChargerDay::of(&[], &HOURLY), ChargerDay::default());
    }
}
