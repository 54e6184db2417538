//! The year loop: segments of steps through controller, plant, accounts and observer.

use super::accounts::Accounts;
use super::controller::Controller;
use super::fleet::Fleets;
use super::ledger::Observer;
use super::plant::{Plant, Stores, Supply};
use super::{LANES, Lanes, Num, Segment};

/// Where the demand and generation of a step come from.
pub trait Source<N: Num>: Copy {
    /// The same with every series cut at step `end`: the loop then knows that they cover it.
    #[must_use]
    fn until(&self, end: usize) -> Self;
    /// Demand, PV and wind of a step.
    fn supply(&self, step: usize) -> Supply<N>;
}

/// Series that are already summed over the park's devices, kW per step.
#[derive(Debug, Clone, Copy)]
pub struct Summed<'a> {
    /// Load and charging that nobody controls.
    pub demand_kw: &'a [f64],
    /// PV, AC.
    pub pv_kw: &'a [f64],
    /// Wind, AC.
    pub wind_kw: &'a [f64],
}

impl<N: Num> Source<N> for Summed<'_> {
    #[inline(always)]
    fn until(&self, end: usize) -> Self {
        let [demand_kw, pv_kw, wind_kw] = [self.demand_kw, self.pv_kw, self.wind_kw].map(|kw| &kw[..end]);
        Self { demand_kw, pv_kw, wind_kw }
    }

    #[inline(always)]
    fn supply(&self, step: usize) -> Supply<N> {
        Supply {
            demand_kw: N::splat(self.demand_kw[step]),
            pv_kw: N::splat(self.pv_kw[step]),
            wind_kw: N::splat(self.wind_kw[step]),
        }
    }
}

/// A profile per kW with the capacity it is scaled by.
#[derive(Debug, Clone, Copy)]
pub struct Scaled<'a, N> {
    /// kW per kW of capacity, per step.
    pub per_kw: &'a [f64],
    /// Capacity, kW.
    pub capacity_kw: N,
}

/// Series shared by designs that differ in capacities: `P` PV and `W` wind profiles.
#[derive(Debug, Clone, Copy)]
pub struct Capacities<'a, N, const P: usize, const W: usize> {
    /// Load and charging that nobody controls, kW per step.
    pub demand_kw: &'a [f64],
    /// PV arrays.
    pub pv: [Scaled<'a, N>; P],
    /// Wind turbines.
    pub wind: [Scaled<'a, N>; W],
}

impl<'a, N: Num, const P: usize, const W: usize> Source<N> for Capacities<'a, N, P, W> {
    #[inline(always)]
    fn until(&self, end: usize) -> Self {
        let cut = |profile: Scaled<'a, N>| Scaled { per_kw: &profile.per_kw[..end], ..profile };
        Self { demand_kw: &self.demand_kw[..end], pv: self.pv.map(cut), wind: self.wind.map(cut) }
    }

    #[inline(always)]
    fn supply(&self, step: usize) -> Supply<N> {
        Supply {
            demand_kw: N::splat(self.demand_kw[step]),
            pv_kw: total(&self.pv, step),
            wind_kw: total(&self.wind, step),
        }
    }
}

/// Generation of all profiles in a step, kW; the first opens the sum so that one costs one product.
#[inline(always)]
fn total<N: Num>(scaled: &[Scaled<'_, N>], step: usize) -> N {
    let Some((first, rest)) = scaled.split_first() else { return N::ZERO };
    rest.iter().fold(first.capacity_kw * first.per_kw[step], |kw, profile| {
        kw + profile.capacity_kw * profile.per_kw[step]
    })
}

/// Simulates a year and returns the plant as it ends.
///
/// `step_h` is the length of a step in hours. The meter is read at every step.
#[inline(always)]
pub fn simulate<'a, N, I, S, F, C, A, O, const LIMITED: bool>(
    step_h: f64,
    segments: &[Segment],
    source: &I,
    plant: Plant<N, S, F, LIMITED>,
    controller: &C,
    accounts: &mut A,
    observer: &mut O,
) -> Plant<N, S, F, LIMITED>
where
    N: Num,
    I: Source<N>,
    S: Stores<N>,
    F: Fleets<'a, N>,
    C: Controller<N>,
    A: Accounts<N>,
    O: Observer<N>,
{
    // A plant of its own, that nothing else can point to: its state then stays in registers.
    let Plant { stores, fleets, limits } = plant;
    let mut plant = Plant { stores, fleets, limits };
    for segment in segments {
        let mode = controller.mode(segment);
        let (start, end) = (segment.start as usize, segment.end as usize);
        let source = source.until(end);
        let mut sums = accounts.open(end);
        let mut view = observer.open(end);
        let fleets = plant.fleets.open(end);
        for step in start..end {
            let flows = plant.step_in(fleets, controller, mode, step, source.supply(step));
            accounts.add(&mut sums, step, &flows);
            O::see(&mut view, step, &flows, &plant);
            accounts.meter(&mut sums, flows.import_kw);
        }
        accounts.book(segment, step_h, sums);
    }
    plant
}

/// [`simulate`] for designs in lanes, compiled for the vector units of the machine it runs on.
///
/// The processor is asked once: eight lanes fill one AVX-512 register or two of AVX2; a machine
/// with neither gets the same results from the plain build, for no operation is contracted.
#[multiversion::multiversion(targets(
    "x86_64+avx512f+avx512dq+avx512vl+avx512bw+bmi2",
    "x86_64+avx2+bmi2",
    "aarch64+neon"
))]
pub fn simulate_lanes<'a, I, S, F, C, A, O, const LIMITED: bool>(
    step_h: f64,
    segments: &[Segment],
    source: &I,
    plant: Plant<Lanes<LANES>, S, F, LIMITED>,
    controller: &C,
    accounts: &mut A,
    observer: &mut O,
) -> Plant<Lanes<LANES>, S, F, LIMITED>
where
    I: Source<Lanes<LANES>>,
    S: Stores<Lanes<LANES>>,
    F: Fleets<'a, Lanes<LANES>>,
    C: Controller<Lanes<LANES>>,
    A: Accounts<Lanes<LANES>>,
    O: Observer<Lanes<LANES>>,
{
    simulate(step_h, segments, source, plant, controller, accounts, observer)
}
