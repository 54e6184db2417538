//! What a year of charging came to.

use super::acceptance::Acceptance;
use super::class::{Fleet, Guns, Strategy};
use super::fuel::{FuelDisplaced, fuel_displaced};
use super::limits::{LimitsBook, UnitLimits};
use super::log::Sessions;
use super::optimum::Window;
use super::session::Session;
use crate::problem::Problem;
use crate::time::Axis;

/// Use of one class of chargers over the year.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassUse {
    /// Name of the class.
    pub class: String,
    /// Guns.
    pub guns: usize,
    /// Sessions served.
    pub sessions: usize,
    /// Mean wait for a gun of this class, min.
    pub mean_wait_min: f64,
    /// Share of gun-hours with a vehicle plugged in.
    pub utilisation: f64,
    /// Share of gun-hours with power flowing at full-power charging.
    pub charging_share: f64,
    /// Highest power over installed power (both at the bus), uncontrolled: the simultaneity factor.
    pub simultaneity: f64,
}

/// The year of one fleet.
#[derive(Debug, Clone, PartialEq)]
pub struct FleetYear {
    /// Device name.
    pub name: String,
    /// Name of the fleet whose chargers it uses: its own, or that of the pool.
    pub pool: String,
    /// Time from a free gun to flowing power, h.
    pub connection_h: f64,
    /// Whether its sessions were drawn, at chargers of its class; not those of a file or measured power.
    pub drawn: bool,
    /// From when to when each vehicle waited that gave up, h.
    pub gave_up: Vec<(f64, f64)>,
    /// Sessions that got a gun, in order of arrival.
    pub sessions: Sessions,
    /// Energy wanted by all that came for it, in the vehicle, kWh; a vehicle that found no gun and
    /// comes again another day wants it again.
    pub demanded_kwh: f64,
    /// Energy received, in the vehicle, kWh.
    pub delivered_kwh: f64,
    /// Wanted and not received, in the vehicle, kWh.
    pub unmet_kwh: f64,
    /// Part of `unmet_kwh` of sessions whose stay or wait left too little time.
    pub short_stay_kwh: f64,
    /// Vehicles that left without a gun for good.
    pub lost_sessions: usize,
    /// Times a vehicle turned away from a long queue.
    pub balked: usize,
    /// Times a vehicle's patience ran out.
    pub reneged: usize,
    /// Times one of these came back later.
    pub returned: usize,
    /// Energy taken away from the park by vehicles that ran low, in the vehicle, kWh.
    pub elsewhere_kwh: f64,
    /// Mean wait of the served, min.
    pub mean_wait_min: f64,
    /// Bus power if every session charges at full power from the start, with standby, kW.
    pub uncontrolled_kw: Vec<f64>,
    /// Bus power that the strategy cannot move, with standby, kW: all of it when uncontrolled.
    pub fixed_kw: Vec<f64>,
    /// What the year loop may move; `None` when uncontrolled.
    pub limits: Option<UnitLimits>,
    /// Use of each class of chargers (of the pool, where fleets share one).
    pub classes: Vec<ClassUse>,
    /// Fuel the delivered energy stands for.
    pub fuel: Option<FuelDisplaced>,
    /// Part of `unmet_kwh` that the site limit holds back, in the vehicle, kWh.
    pub site_limit_kwh: f64,
    pub(crate) limits_book: LimitsBook,
    /// Whether sessions go into the book of limits: they are managed, or share a site limit.
    pub(crate) is_booked: bool,
    wait_h: f64,
}

impl FleetYear {
    pub(crate) fn empty(fleet: &Fleet, axis: &Axis) -> Self {
        let is_booked = fleet.strategy != Strategy::Uncontrolled || fleet.site_limit_kw.is_finite();
        Self {
            name: fleet.name.clone(),
            pool: fleet.name.clone(),
            connection_h: fleet.class.connection_min / 60.0,
            drawn: false,
            gave_up: Vec::new(),
            sessions: Sessions::of(&fleet.class),
            demanded_kwh: 0.0,
            delivered_kwh: 0.0,
            unmet_kwh: 0.0,
            short_stay_kwh: 0.0,
            lost_sessions: 0,
            balked: 0,
            reneged: 0,
            returned: 0,
            elsewhere_kwh: 0.0,
            mean_wait_min: 0.0,
            uncontrolled_kw: vec![0.0; axis.steps()],
            fixed_kw: Vec::new(),
            limits: None,
            classes: Vec::new(),
            fuel: None,
            site_limit_kwh: 0.0,
            limits_book: LimitsBook::new(if is_booked { axis.steps() } else { 0 }),
            is_booked,
            wait_h: 0.0,
        }
    }

    pub(crate) fn book(&mut self, session: &Session, wait_h: f64) {
        self.demanded_kwh += session.wanted_kwh;
        self.delivered_kwh += session.delivered_kwh;
        self.short_stay_kwh += session.wanted_kwh - session.delivered_kwh;
        self.wait_h += wait_h;
        self.sessions.push(session);
    }

    pub(crate) fn lose(&mut self, wanted_kwh: f64) {
        self.lost_sessions += 1;
        self.demanded_kwh += wanted_kwh;
    }

    pub(crate) fn close(&mut self, fleet: &Fleet, axis: &Axis, classes: Vec<ClassUse>) {
        let standby_kw: f64 =
            fleet.chargers.iter().map(|guns| guns.count as f64 * guns.class.standby_kw).sum();
        if self.is_booked {
            let book = std::mem::replace(&mut self.limits_book, LimitsBook::new(0));
            let (mut limits, mut fixed_kw) = book.close(axis.step_h());
            if fleet.site_limit_kw.is_finite() {
                self.cap(&mut limits, &mut fixed_kw, fleet.site_limit_kw - standby_kw, axis.step_h());
            }
            self.fixed_kw = fixed_kw;
            self.limits = (fleet.strategy != Strategy::Uncontrolled).then_some(limits);
        }
        if fleet.strategy == Strategy::Uncontrolled {
            self.fixed_kw.clone_from(&self.uncontrolled_kw);
        }
        for series in [&mut self.uncontrolled_kw, &mut self.fixed_kw] {
            series.iter_mut().for_each(|kw| *kw += standby_kw);
        }
        self.unmet_kwh = (self.demanded_kwh - self.delivered_kwh).max(0.0);
        if !self.sessions.is_empty() {
            self.mean_wait_min = self.wait_h / self.sessions.len() as f64 * 60.0;
        }
        self.classes = classes;
        self.fuel = fuel_displaced(fleet, self.delivered_kwh);
    }

    /// Puts the site's limit on everything: what cannot be moved is cut, what can is spread; the
    /// uncontrolled profile is then the earliest possible. Vehicles do not stay longer for it.
    fn cap(&mut self, limits: &mut UnitLimits, fixed_kw: &mut [f64], limit_kw: f64, step_h: f64) {
        let limit_kw = limit_kw.max(0.0);
        let all_kwh = self.uncontrolled_kw.iter().sum::<f64>() * step_h;
        let efficiency = if all_kwh > 0.0 { self.delivered_kwh / all_kwh } else { 0.0 };
        let mut cut_kwh = 0.0;
        for kw in fixed_kw.iter_mut() {
            cut_kwh += (*kw - limit_kw).max(0.0) * step_h;
            *kw = kw.min(limit_kw);
        }
        let left_kw: Vec<f64> = fixed_kw.iter().map(|kw| limit_kw - kw).collect();
        cut_kwh += limits.cap(&left_kw, step_h);
        let mut before_kwh = 0.0;
        for ((kw, fixed), early_kwh) in
            self.uncontrolled_kw.iter_mut().zip(fixed_kw.iter()).zip(&limits.earliest_kwh)
        {
            *kw = fixed + (early_kwh - before_kwh) / step_h;
            before_kwh = *early_kwh;
        }
        self.site_limit_kwh = cut_kwh * efficiency;
        self.delivered_kwh -= self.site_limit_kwh;
    }

    /// The sessions that can be moved, on the grid of steps, for the schedulers of [`super::optimum`]: whole steps from
    /// the one in which power can flow to the one in which the vehicle leaves, so that no schedule of the
    /// sessions is better. Those that run into the next year are left out. `None` where sessions were not drawn.
    pub fn windows(&self, fleet: &Fleet, axis: &Axis) -> Option<impl Iterator<Item = Window>> {
        let (step_h, steps) = (axis.step_h(), axis.steps());
        let year_h = steps as f64 * step_h;
        let pairs: Vec<Option<Acceptance>> =
            fleet.chargers.iter().map(|guns| Acceptance::of(&fleet.class, &guns.class)).collect();
        let movable = self.sessions.iter().filter(|session| session.laxity_h() > 1e-6);
        let windows = movable.filter(move |session| session.depart_h < year_h).filter_map(move |session| {
            let pair = pairs.get(usize::from(session.group))?.as_ref()?;
            let (depart, whole) = (session.depart_h / step_h, (session.depart_h / step_h) as usize);
            Some(Window {
                first: (session.start_h / step_h) as usize,
                end: (whole + usize::from(depart > whole as f64)).min(steps),
                energy_kwh: session.delivered_kwh / pair.efficiency,
                power_kw: pair.bulk_bus_kw,
            })
        });
        self.drawn.then_some(windows)
    }

    /// What a planner should know: sessions lost, energy that did not fit; keys relative to the device.
    pub fn warnings(&self) -> Vec<Problem> {
        let mut warnings = Vec::new();
        let came = self.sessions.len() + self.lost_sessions;
        let lost = self.lost_sessions as f64 / came.max(1) as f64;
        if lost > 0.02 {
            let busiest = self.classes.iter().map(|class| class.utilisation).fold(0.0, f64::max);
            let (missed, share, busy) = (self.lost_sessions, lost * 100.0, busiest * 100.0);
            let (balked, reneged) = (self.balked, self.reneged);
            let message = (
                format!(
                    "{missed} of {came} sessions found no charger ({share:.1} %): the guns are plugged in {busy:.0} % of the year, {balked} vehicles turned away from a queue and {reneged} ran out of patience"
                ),
                format!(
                    "{came} 次充电需求中有 {missed} 次未用上充电枪（{share:.1} %）：充电枪全年 {busy:.0} % 的时间被占用，{balked} 辆见排队离开，{reneged} 辆等候超时离开"
                ),
            );
            let hint = ("more guns, faster ones, or fewer vehicles", "增加充电枪、提高功率，或减少车辆");
            warnings.push(Problem::warning("lost-sessions", message).at_key("chargers").hint(hint));
        }
        if self.short_stay_kwh > 0.02 * self.demanded_kwh {
            let (kwh, share) = (self.short_stay_kwh, self.short_stay_kwh / self.demanded_kwh * 100.0);
            let message = (
                format!("stays were too short for {kwh:.0} kWh ({share:.1} % of the energy wanted)"),
                format!("停留时间过短，{kwh:.0} kWh 未能充入（占需求电量的 {share:.1} %）"),
            );
            let hint = ("faster chargers", "提高充电功率");
            warnings.push(Problem::warning("short-stays", message).at_key("chargers").hint(hint));
        }
        if self.site_limit_kwh > 0.001 * self.demanded_kwh {
            let (kwh, share) = (self.site_limit_kwh, self.site_limit_kwh / self.demanded_kwh * 100.0);
            let message = (
                format!("the site limit holds back {kwh:.0} kWh ({share:.1} % of the energy wanted)"),
                format!("场站功率上限使 {kwh:.0} kWh 未能充入（占需求电量的 {share:.1} %）"),
            );
            let hint = ("a higher limit", "提高上限");
            warnings.push(Problem::warning("site-limit", message).at_key("site_limit_kw").hint(hint));
        }
        warnings
    }

    /// Highest average of `window` steps of the uncontrolled profile, kW.
    pub fn peak_kw(&self, window: usize) -> f64 {
        let window = window.max(1);
        self.uncontrolled_kw
            .chunks(window)
            .map(|steps| steps.iter().sum::<f64>() / steps.len() as f64)
            .fold(0.0, f64::max)
    }
}

/// Running sums of one group of guns.
#[derive(Debug, Clone)]
pub(crate) struct GroupBook {
    guns: Guns,
    sessions: usize,
    wait_h: f64,
    plugged_h: f64,
    charging_h: f64,
    /// Bus power, uncontrolled, kW.
    pub profile_kw: Vec<f64>,
}

impl GroupBook {
    pub fn new(guns: &Guns, axis: &Axis) -> Self {
        let profile_kw = vec![0.0; axis.steps()];
        Self { guns: guns.clone(), sessions: 0, wait_h: 0.0, plugged_h: 0.0, charging_h: 0.0, profile_kw }
    }

    pub fn book(&mut self, session: &Session, gun_h: f64) {
        self.sessions += 1;
        self.wait_h += gun_h - session.arrive_h;
        self.plugged_h += session.depart_h - gun_h;
        self.charging_h += session.full_power_end_h - session.start_h;
    }

    pub fn close(self, axis: &Axis) -> ClassUse {
        let gun_h = (self.guns.count as f64 * axis.steps() as f64 * axis.step_h()).max(f64::MIN_POSITIVE);
        let installed_kw = self.guns.class.installed_kw(self.guns.count) / self.guns.class.efficiency;
        let peak_kw = self.profile_kw.iter().copied().fold(0.0, f64::max);
        ClassUse {
            class: self.guns.class.id,
            guns: self.guns.count,
            sessions: self.sessions,
            mean_wait_min: if self.sessions > 0 { self.wait_h / self.sessions as f64 * 60.0 } else { 0.0 },
            utilisation: self.plugged_h / gun_h,
            charging_share: self.charging_h / gun_h,
            simultaneity: if installed_kw > 0.0 { peak_kw / installed_kw } else { 0.0 },
        }
    }
}
