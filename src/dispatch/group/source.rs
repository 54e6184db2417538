//! Demand and generation of eight designs that share their series.

use super::Wide;
use crate::dispatch::Num;
use crate::dispatch::plant::Supply;
use crate::dispatch::year::{Capacities, Scaled, Source};

/// Series that designs share, kW per step, and profiles that each scales by its own capacities.
#[derive(Debug, Clone, Copy)]
pub struct Varied<'a> {
    /// Load and charging that nobody controls.
    pub demand_kw: &'a [f64],
    /// PV that is the same in all designs.
    pub pv_kw: &'a [f64],
    /// Wind that is the same in all designs.
    pub wind_kw: &'a [f64],
    /// The demand less these two.
    pub rest_kw: &'a [f64],
    /// The demand less the wind alone.
    pub less_wind_kw: &'a [f64],
    /// PV that designs scale.
    pub pv: &'a [Scaled<'a, Wide>],
    /// Wind that designs scale.
    pub wind: &'a [Scaled<'a, Wide>],
}

impl Source<Wide> for Varied<'_> {
    #[inline(always)]
    fn until(&self, end: usize) -> Self {
        let [demand_kw, pv_kw, wind_kw] = [self.demand_kw, self.pv_kw, self.wind_kw].map(|kw| &kw[..end]);
        Self { demand_kw, pv_kw, wind_kw, ..*self }
    }

    #[inline(always)]
    fn supply(&self, step: usize) -> Supply<Wide> {
        let scaled = |fixed_kw: &[f64], profiles: &[Scaled<'_, Wide>]| {
            profiles.iter().fold(Wide::splat(fixed_kw[step]), |kw, profile| {
                kw + profile.capacity_kw * profile.per_kw[step]
            })
        };
        Supply {
            demand_kw: Wide::splat(self.demand_kw[step]),
            pv_kw: scaled(self.pv_kw, self.pv),
            wind_kw: scaled(self.wind_kw, self.wind),
        }
    }
}

/// [`Varied`] with at most one profile of each kind, so that a step has no inner loop; wind that
/// designs share is less demand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Few<'a> {
    demand_kw: &'a [f64],
    pv_kw: &'a [f64],
    pv: Scaled<'a, Wide>,
    wind: Scaled<'a, Wide>,
}

impl<'a> Few<'a> {
    pub(super) fn of(varied: &Varied<'a>) -> Option<Self> {
        let one = |profiles: &'a [Scaled<'a, Wide>], fixed_kw| match profiles {
            [] => Some(Scaled { per_kw: fixed_kw, capacity_kw: Wide::ZERO }),
            [one] => Some(*one),
            _ => None,
        };
        let Varied { pv_kw, wind_kw, pv, wind, less_wind_kw, .. } = *varied;
        Some(Self { demand_kw: less_wind_kw, pv_kw, pv: one(pv, pv_kw)?, wind: one(wind, wind_kw)? })
    }

    /// The same where it does not matter what of the generation is PV: `rest_kw` is the demand less all
    /// that designs share.
    pub(super) fn less(&self, rest_kw: &'a [f64]) -> Capacities<'a, Wide, 1, 1> {
        Capacities { demand_kw: rest_kw, pv: [self.pv], wind: [self.wind] }
    }
}

impl Source<Wide> for Few<'_> {
    #[inline(always)]
    fn until(&self, end: usize) -> Self {
        let [demand_kw, pv_kw] = [self.demand_kw, self.pv_kw].map(|kw| &kw[..end]);
        let [pv, wind] =
            [self.pv, self.wind].map(|profile| Scaled { per_kw: &profile.per_kw[..end], ..profile });
        Self { demand_kw, pv_kw, pv, wind }
    }

    #[inline(always)]
    fn supply(&self, step: usize) -> Supply<Wide> {
        Supply {
            demand_kw: Wide::splat(self.demand_kw[step]),
            pv_kw: Wide::splat(self.pv_kw[step]) + self.pv.capacity_kw * self.pv.per_kw[step],
            wind_kw: self.wind.capacity_kw * self.wind.per_kw[step],
        }
    }
}
