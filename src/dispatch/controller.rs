//! Who decides: a rule (a band on grid power) or a plan (set-points of every unit).

use super::fleet::Fleets;
use super::plant::{Moves, Plant, Stores};
use super::{GridLimits, Num, Segment};

/// Decides a step within what the plant allows.
pub trait Controller<N: Num> {
    /// Whether it ever throws generation away on purpose.
    const CURTAILS: bool = false;
    /// What holds over a segment.
    type Mode: Copy;
    /// Looked up once per segment.
    fn mode(&self, segment: &Segment) -> Self::Mode;
    /// Moves energy in a step through the plant's units. `net_kw` is what the park draws less
    /// what it generates, `renewable_kw` what PV and wind generate.
    fn drive<'a, S: Stores<N>, F: Fleets<'a, N>, const LIMITED: bool>(
        &self,
        mode: Self::Mode,
        step: usize,
        net_kw: N,
        renewable_kw: N,
        plant: &mut Plant<N, S, F, LIMITED>,
    ) -> Moves<N>;
}

/// Edges of the band within which a rule holds the power at the meter, kW (import positive).
///
/// Below `charge_up_to_kw` the storages charge until it is reached; above `discharge_down_to_kw`
/// they discharge, then vehicles do. Flexible vehicles charge up to `vehicles_up_to_kw`, before
/// the storages. Self-consumption is `[0, 0]`; "hold" is `[0, ∞]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band<N> {
    /// Lower edge.
    pub charge_up_to_kw: N,
    /// Upper edge, at least the lower one.
    pub discharge_down_to_kw: N,
    /// Where flexible charging stops.
    pub vehicles_up_to_kw: N,
}

impl<N: Num> Band<N> {
    /// A band with one edge for storages and vehicles.
    pub fn new(charge_up_to_kw: f64, discharge_down_to_kw: f64) -> Self {
        Self {
            charge_up_to_kw: N::splat(charge_up_to_kw),
            discharge_down_to_kw: N::splat(discharge_down_to_kw),
            vehicles_up_to_kw: N::splat(charge_up_to_kw),
        }
    }

    /// The band within the meter's limits: limits win over policy.
    #[must_use]
    pub fn within(self, limits: &GridLimits<N>) -> Self {
        let clamp = |edge_kw: N| edge_kw.clamp_to(-limits.export_kw, limits.import_kw);
        let charge_up_to_kw = clamp(self.charge_up_to_kw);
        Self {
            charge_up_to_kw,
            discharge_down_to_kw: clamp(self.discharge_down_to_kw).max(charge_up_to_kw),
            vehicles_up_to_kw: clamp(self.vehicles_up_to_kw),
        }
    }
}

/// A rule: one band per mode of the segments.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule<N> {
    bands: Vec<Band<N>>,
}

impl<N: Num> Rule<N> {
    /// A rule under the meter's limits; `bands[m]` holds in segments of mode `m`.
    pub fn new(bands: &[Band<N>], limits: &GridLimits<N>) -> Self {
        Self { bands: bands.iter().map(|band| band.within(limits)).collect() }
    }
}

impl<N: Num> Controller<N> for Rule<N> {
    type Mode = Band<N>;

    #[inline(always)]
    fn mode(&self, segment: &Segment) -> Band<N> {
        self.bands[segment.mode as usize]
    }

    #[inline(always)]
    fn drive<'a, S: Stores<N>, F: Fleets<'a, N>, const LIMITED: bool>(
        &self,
        band: Band<N>,
        step: usize,
        net_kw: N,
        _renewable_kw: N,
        plant: &mut Plant<N, S, F, LIMITED>,
    ) -> Moves<N> {
        drive_band(band, step, net_kw, plant, |_, _, below_kw| below_kw)
    }
}

/// A rule that fills storages from the grid only up to a level of each step, so that a surplus to
/// come finds room; the surplus itself fills them whatever the level.
#[derive(Debug, Clone)]
pub struct RoomRule<'a, N> {
    rule: Rule<N>,
    ceiling_share: &'a [f64],
}

impl<'a, N: Num> RoomRule<'a, N> {
    /// A rule with the share of the usable energy up to which the grid may fill, per step.
    pub fn new(rule: Rule<N>, ceiling_share: &'a [f64]) -> Self {
        Self { rule, ceiling_share }
    }
}

impl<N: Num> Controller<N> for RoomRule<'_, N> {
    type Mode = Band<N>;

    #[inline(always)]
    fn mode(&self, segment: &Segment) -> Band<N> {
        self.rule.mode(segment)
    }

    #[inline(always)]
    fn drive<'a, S: Stores<N>, F: Fleets<'a, N>, const LIMITED: bool>(
        &self,
        band: Band<N>,
        step: usize,
        net_kw: N,
        _renewable_kw: N,
        plant: &mut Plant<N, S, F, LIMITED>,
    ) -> Moves<N> {
        let share = N::splat(self.ceiling_share[step]);
        drive_band(band, step, net_kw, plant, |plant, net_kw, below_kw| {
            let room_kw = plant.stores.all().iter().fold(N::ZERO, |kw, store| kw + store.charge_kw_to(share));
            below_kw.min(room_kw.max(-net_kw))
        })
    }
}

/// Holds the power at the meter within a band; `charge_kw_of` tells from the net power and what is
/// missing to the lower edge how much of it storages may charge.
#[inline(always)]
fn drive_band<'a, N: Num, S: Stores<N>, F: Fleets<'a, N>, const LIMITED: bool>(
    band: Band<N>,
    step: usize,
    net_kw: N,
    plant: &mut Plant<N, S, F, LIMITED>,
    charge_kw_of: impl FnOnce(&Plant<N, S, F, LIMITED>, N, N) -> N,
) -> Moves<N> {
    let vehicles = !plant.fleets.all().is_empty();
    let (mut vehicles_kw, mut v2g_kw) = (N::ZERO, N::ZERO);
    let mut net_kw = net_kw;
    if vehicles {
        vehicles_kw = plant.share_charging(net_kw, band.vehicles_up_to_kw);
        net_kw += vehicles_kw;
    }
    let (mut charge_kw, mut discharge_kw) = (N::ZERO, N::ZERO);
    if !plant.stores.all().is_empty() {
        let below_kw = charge_kw_of(&*plant, net_kw, band.charge_up_to_kw - net_kw);
        let above_kw = net_kw - band.discharge_down_to_kw;
        (charge_kw, discharge_kw) = plant.share_storage(step, below_kw, above_kw);
    }
    if vehicles {
        let left_kw = net_kw + charge_kw - discharge_kw - band.discharge_down_to_kw;
        v2g_kw = plant.share_v2g(left_kw.positive());
    }
    Moves { vehicles_kw, v2g_kw, charge_kw, discharge_kw, curtail_kw: N::ZERO }
}

/// A planner's year: set-points that the plant replays.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// Net power of every unit, kW (positive: charging), `[unit][step]`; storages first, then fleets.
    pub set_points_kw: &'a [Vec<f64>],
    /// Generation thrown away on purpose, kW per step; empty: none.
    pub curtail_kw: &'a [f64],
}

impl Plan<'_> {
    /// The plan of a park without units.
    pub const NOTHING: Plan<'static> = Plan { set_points_kw: &[], curtail_kw: &[] };
}

impl<N: Num> Controller<N> for Plan<'_> {
    const CURTAILS: bool = true;
    type Mode = ();

    #[inline(always)]
    fn mode(&self, _segment: &Segment) {}

    #[inline(always)]
    fn drive<'a, S: Stores<N>, F: Fleets<'a, N>, const LIMITED: bool>(
        &self,
        _mode: (),
        step: usize,
        net_kw: N,
        renewable_kw: N,
        plant: &mut Plant<N, S, F, LIMITED>,
    ) -> Moves<N> {
        let curtail_kw = N::splat(self.curtail_kw.get(step).copied().unwrap_or(0.0));
        let set_point = |unit: usize| N::splat(self.set_points_kw[unit][step]);
        plant.follow(step, net_kw, renewable_kw, set_point, curtail_kw)
    }
}

/// Plans of designs side by side, each with one storage.
#[derive(Debug, Clone, Copy)]
pub struct WidePlan<'a, N> {
    /// Net power of the storage, kW (positive: charging), per step.
    pub set_points_kw: &'a [N],
    /// Generation thrown away on purpose, kW per step; empty: none.
    pub curtail_kw: &'a [N],
}

impl<N: Num> Controller<N> for WidePlan<'_, N> {
    const CURTAILS: bool = true;
    type Mode = ();

    #[inline(always)]
    fn mode(&self, _segment: &Segment) {}

    #[inline(always)]
    fn drive<'a, S: Stores<N>, F: Fleets<'a, N>, const LIMITED: bool>(
        &self,
        _mode: (),
        step: usize,
        net_kw: N,
        renewable_kw: N,
        plant: &mut Plant<N, S, F, LIMITED>,
    ) -> Moves<N> {
        let set_point_kw = self.set_points_kw[step];
        let curtail_kw = self.curtail_kw.get(step).copied().unwrap_or(N::ZERO);
        plant.follow(step, net_kw, renewable_kw, |_| set_point_kw, curtail_kw)
    }
}
