//! Matching by the hour: which part of each step's use is carbon-free in that step (24/7).
//!
//! Renewable power serves the park's use first, then its storages; what is left was exported or
//! curtailed. A storage gives back the mix it was charged with, tracked over the year; the year is
//! taken as one of many alike, so that its first share is its last. Contracted power covers import
//! of the same step only; certificates have no hour and do not count.
//!
//! Score: the 24/7 carbon-free energy method of Google (2021), Σ (own + grid × clean share) / Σ use.

use crate::dispatch::{LANES, Lanes, Num, nothing};

/// The flows of a year that matching looks at; any unit of energy per step, mostly kWh.
#[derive(Debug, Clone, Copy)]
pub struct MatchSeries<'a> {
    /// Use: load and charging less V2G.
    pub need: &'a [f64],
    /// Green power kept in the park: PV and wind after curtailment and export, certificates kept; empty: 0.
    pub green: &'a [f64],
    /// Import.
    pub import: &'a [f64],
    /// Storages charging.
    pub charge: &'a [f64],
    /// Storages discharging.
    pub discharge: &'a [f64],
    /// Energy stored at the end of the step, in energy per step as the others.
    pub stored: &'a [f64],
    /// Contracted green energy of the step; empty: 0.
    pub contracted: &'a [f64],
    /// Carbon-free share of the grid; empty: 0.
    pub grid_clean_share: &'a [f64],
    /// Grid factor, kg per unit of energy; empty: 0.
    pub factor_kg: &'a [f64],
}

/// Sums of a matched year, in the unit of the series.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Matching {
    /// Use.
    pub need: f64,
    /// Use met by own green power of the same step, or from storage.
    pub own: f64,
    /// Use and charging met by contracted power of the same step.
    pub contracted: f64,
    /// Use met by the grid's clean share.
    pub grid_clean: f64,
    /// Import that no contracted power of the same step covers.
    pub unmatched_import: f64,
    /// The same × the grid factor of the step, kg.
    pub unmatched_import_kg: f64,
}

impl Matching {
    /// The 24/7 score, with the grid's clean share; none without use.
    pub fn score(&self) -> Option<f64> {
        (self.need > 0.0).then(|| (self.own + self.contracted + self.grid_clean) / self.need)
    }

    /// The share matched by own and contracted power alone.
    pub fn matched_share(&self) -> Option<f64> {
        (self.need > 0.0).then(|| (self.own + self.contracted) / self.need)
    }

    /// The sum of two parks: hours are summed, nothing is netted between them.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            need: self.need + other.need,
            own: self.own + other.own,
            contracted: self.contracted + other.contracted,
            grid_clean: self.grid_clean + other.grid_clean,
            unmatched_import: self.unmatched_import + other.unmatched_import,
            unmatched_import_kg: self.unmatched_import_kg + other.unmatched_import_kg,
        }
    }
}

/// Shares of what storages hold.
#[derive(Debug, Clone, Copy, Default)]
struct Pool {
    green: f64,
    grid_clean: f64,
}

/// Matches a year step by step.
///
/// # Panics
/// If a series is neither empty where that is allowed nor as long as `need`.
pub fn matching(series: &MatchSeries<'_>) -> Matching {
    let steps = series.need.len();
    for column in [series.import, series.charge, series.discharge, series.stored] {
        assert_eq!(column.len(), steps, "one value per step");
    }
    walk_from_end(series, &mut [])
}

/// Use of each step met by own green power, from storage too: what [`Matching::own`] adds up.
///
/// # Panics
/// As [`matching`].
pub fn matched_own(series: &MatchSeries<'_>) -> Vec<f64> {
    let mut own = vec![0.0; series.need.len()];
    walk_from_end(series, &mut own);
    own
}

/// The year with storages that hold at its start what they hold at its end; writes the own power of each step
/// unless `own` is empty.
fn walk_from_end(series: &MatchSeries<'_>, own: &mut [f64]) -> Matching {
    let columns = Columns::of(series);
    let (wide, single) = if series.charge.iter().any(|value| *value > 0.0) {
        walk::<true>(&columns, held_at_end(&columns), own)
    } else {
        walk::<false>(&columns, Pool::default(), own)
    };
    let sum = |wide: Lanes<LANES>, single: f64| wide.joined() + single;
    Matching {
        need: sum(wide.need, single.need),
        own: sum(wide.own, single.own),
        contracted: sum(wide.contracted, single.contracted),
        grid_clean: sum(wide.grid_clean, single.grid_clean),
        unmatched_import: sum(wide.unmatched_import, single.unmatched_import),
        unmatched_import_kg: sum(wide.unmatched_import_kg, single.unmatched_import_kg),
    }
}

/// The series of a match, all of one length.
#[derive(Clone, Copy)]
struct Columns<'a> {
    need: &'a [f64],
    green: &'a [f64],
    import: &'a [f64],
    charge: &'a [f64],
    discharge: &'a [f64],
    stored: &'a [f64],
    contracted: &'a [f64],
    share: &'a [f64],
    factor: &'a [f64],
}

impl<'a> Columns<'a> {
    fn of(series: &MatchSeries<'a>) -> Self {
        let steps = series.need.len();
        let or_zeros = |column| if <[f64]>::is_empty(column) { nothing(steps) } else { column };
        let columns = [
            series.need,
            or_zeros(series.green),
            series.import,
            series.charge,
            series.discharge,
            series.stored,
            or_zeros(series.contracted),
            or_zeros(series.grid_clean_share),
            or_zeros(series.factor_kg),
        ];
        let [need, green, import, charge, discharge, stored, contracted, share, factor] =
            columns.map(|column| &column[..steps]);
        Self { need, green, import, charge, discharge, stored, contracted, share, factor }
    }
}

/// What goes where in a step before storages give anything back, whatever they hold.
struct Direct<N> {
    need: N,
    /// Own power to use.
    to_need: N,
    /// Own power into storages.
    to_store: N,
    /// Import for use.
    bought: N,
    /// Import that contracted power covers: all, for use, and into storages.
    covered: N,
    contracted: N,
    covered_store: N,
}

impl<N: Num> Direct<N> {
    #[inline(always)]
    fn of(columns: &Columns<'_>, step: usize, charge: N) -> Self {
        let need = N::at(columns.need, step).positive();
        let (import, discharge) = (N::at(columns.import, step), N::at(columns.discharge, step));
        let green = N::at(columns.green, step);
        let to_need = need.min(green);
        let to_store = charge.min(green - to_need);
        let bought = (need - to_need - discharge).positive().min(import);
        let covered = import.min(N::at(columns.contracted, step));
        let contracted = bought.min(covered);
        let covered_store = (covered - contracted).min(charge - to_store);
        Self { need, to_need, to_store, bought, covered, contracted, covered_store }
    }
}

impl Pool {
    /// What is held after a step that charges, with what was held before it.
    #[inline(always)]
    fn charged(self, columns: &Columns<'_>, step: usize, stored_before: f64) -> Self {
        let charge = columns.charge[step];
        let direct = Direct::of(columns, step, charge);
        let green_in = direct.to_store + direct.covered_store;
        let grid_in = (charge - green_in).positive() * columns.share[step];
        // One part of what is then held is new; what the shares wait for is a product and a sum.
        let before = stored_before.positive();
        let part = 1.0 / (before + charge);
        let (kept, new) = (before * part, [green_in * part, grid_in * part]);
        Self { green: self.green * kept + new[0], grid_clean: self.grid_clean * kept + new[1] }
    }
}

/// Distance of two shares that is none: unless they are as small themselves, they are the same number.
const NOTHING_LEFT: f64 = 1e-30;

/// What storages hold at the end of a year that they begin with nothing known.
///
/// Each charge thins what was held before, and every operation on the shares keeps their order. Two years
/// of which the last part starts below and above any share there is therefore hold the true one between
/// them at their end, and where nothing is left of their distance it is theirs. Mostly the last weeks tell.
fn held_at_end(columns: &Columns<'_>) -> Pool {
    let steps = columns.charge.len();
    let mut tail = 1024;
    while tail < steps {
        let of = |share| held_after(columns, steps - tail, Pool { green: share, grid_clean: share });
        let (low, high) = (of(0.0), of(2.0));
        if high.green - low.green < NOTHING_LEFT && high.grid_clean - low.grid_clean < NOTHING_LEFT {
            return low;
        }
        tail *= 4;
    }
    held_after(columns, 0, Pool::default())
}

/// What storages hold at the end of the year if they hold `pool` before a step.
fn held_after(columns: &Columns<'_>, from: usize, mut pool: Pool) -> Pool {
    let before = if from == 0 { columns.stored.last() } else { columns.stored.get(from - 1) };
    let mut stored_before = before.copied().unwrap_or(0.0);
    for step in from..columns.charge.len() {
        if columns.charge[step] > 0.0 {
            pool = pool.charged(columns, step, stored_before);
        }
        stored_before = columns.stored[step];
    }
    pool
}

/// Steps of which the shares in store are found before the rest, which needs nothing of the step before.
const BLOCK: usize = 256;

/// The walk through the year, with the sums of whole eights of steps and of the others; `STORES`: whether
/// anything is ever charged.
// The lanes are summed elsewhere: the compiler would take them apart from the first step on.
#[multiversion::multiversion(targets(
    "x86_64+avx512f+avx512dq+avx512vl+avx512bw+bmi2",
    "x86_64+avx2+bmi2",
    "aarch64+neon"
))]
fn walk<const STORES: bool>(
    columns: &Columns<'_>,
    mut pool: Pool,
    own: &mut [f64],
) -> (Matched<Lanes<LANES>>, Matched<f64>) {
    let columns = *columns;
    let steps = columns.need.len();
    let mut wide = Matched::<Lanes<LANES>>::default();
    let mut single = Matched::<f64>::default();
    // Before the first step storages hold what they hold after the last.
    let mut stored_before = columns.stored.last().copied().unwrap_or(0.0);
    let mut block = Block { left: [0.0; BLOCK], contracted: [0.0; BLOCK], given: [[0.0; BLOCK]; 2] };
    for from in (0..steps).step_by(BLOCK) {
        let to = steps.min(from + BLOCK);
        if STORES {
            for step in from..to {
                let discharge = columns.discharge[step];
                block.given[0][step - from] = discharge * pool.green;
                block.given[1][step - from] = discharge * pool.grid_clean;
                if columns.charge[step] > 0.0 {
                    pool = pool.charged(&columns, step, stored_before);
                }
                stored_before = columns.stored[step];
            }
        }
        let whole = to - (to - from) % LANES;
        for step in (from..whole).step_by(LANES) {
            wide.add_direct::<STORES>(&columns, step, &mut block, from);
        }
        for step in whole..to {
            single.add_direct::<STORES>(&columns, step, &mut block, from);
        }
        if STORES {
            for step in (from..whole).step_by(LANES) {
                wide.add_stored(step - from, &mut block);
            }
            for step in whole..to {
                single.add_stored(step - from, &mut block);
            }
        }
        // What is left of the use when own power has met what it can.
        let left = columns.need[from..to].iter().zip(&block.left);
        for (own, (need, left)) in own.iter_mut().skip(from).zip(left) {
            *own = need.positive() - left;
        }
    }
    (wide, single)
}

/// The sums of [`Matching`], of consecutive steps side by side.
#[derive(Default)]
struct Matched<N> {
    need: N,
    own: N,
    contracted: N,
    grid_clean: N,
    unmatched_import: N,
    unmatched_import_kg: N,
}

/// What the sums over a block of steps hand on to each other, step by step.
struct Block {
    /// Use that no own power meets.
    left: [f64; BLOCK],
    /// Use that contracted power meets.
    contracted: [f64; BLOCK],
    /// What storages can give: green, and clean from the grid.
    given: [[f64; BLOCK]; 2],
}

impl<N: Num> Matched<N> {
    /// Adds what hangs on no storage, of steps of the block that begins at `from`.
    #[inline(always)]
    fn add_direct<const STORES: bool>(
        &mut self,
        columns: &Columns<'_>,
        step: usize,
        block: &mut Block,
        from: usize,
    ) {
        let (import, share) = (N::at(columns.import, step), N::at(columns.share, step));
        let charge = if STORES { N::at(columns.charge, step) } else { N::ZERO };
        let direct = Direct::of(columns, step, charge);
        (direct.need - direct.to_need).put(&mut block.left, step - from);
        direct.contracted.put(&mut block.contracted, step - from);
        let unmatched = import - direct.covered;
        self.need += direct.need;
        self.own += direct.to_need;
        self.contracted += direct.contracted;
        self.grid_clean += (direct.bought - direct.contracted) * share;
        self.unmatched_import += unmatched;
        self.unmatched_import_kg += unmatched * N::at(columns.factor, step);
    }

    /// Adds what storages give.
    #[inline(always)]
    fn add_stored(&mut self, place: usize, block: &mut Block) {
        let left = N::at(&block.left, place);
        let own = left.min(N::at(&block.given[0], place));
        let left = left - own;
        left.put(&mut block.left, place);
        self.own += own;
        let open = (left - N::at(&block.contracted, place)).positive();
        self.grid_clean += open.min(N::at(&block.given[1], place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series<'a>(need: &'a [f64], green: &'a [f64], import: &'a [f64], zeros: &'a [f64]) -> MatchSeries<'a> {
        MatchSeries {
            need,
            green,
            import,
            charge: zeros,
            discharge: zeros,
            stored: zeros,
            contracted: zeros,
            grid_clean_share: &[],
            factor_kg: &[],
        }
    }

    /// By hand: noon gives 40 to use and 20 to the storage, night takes 20 back: all 20 are green.
    /// Filled with 20 from the grid instead, none are.
    #[test]
    fn a_storage_gives_back_what_it_was_charged_with() {
        let zeros = [0.0; 2];
        let (charge, discharge, stored) = ([20.0, 0.0], [0.0, 20.0], [20.0, 0.0]);
        let by_day = MatchSeries {
            charge: &charge,
            discharge: &discharge,
            stored: &stored,
            ..series(&[40.0, 40.0], &[60.0, 0.0], &[0.0, 20.0], &zeros)
        };
        assert_eq!(matching(&by_day).score(), Some(60.0 / 80.0));
        assert_eq!(matched_own(&by_day), [40.0, 20.0]);
        let from_grid = MatchSeries { green: &zeros, import: &[60.0, 20.0], ..by_day };
        assert_eq!(matching(&from_grid).score(), Some(0.0));
        // The grid's clean quarter of the first hour: 10 of 40 used, and 5 of the 20 stored.
        let clean = MatchSeries { grid_clean_share: &[0.25, 0.0], ..from_grid };
        assert_eq!(matching(&clean).score(), Some(15.0 / 80.0));
        // 20 of its 60 contracted: they serve use before storage.
        let contract = MatchSeries { contracted: &[20.0, 0.0], ..from_grid };
        assert_eq!(matching(&contract).score(), Some(20.0 / 80.0));
        assert_eq!(matching(&contract).unmatched_import, 60.0);
        // 50 contracted: 40 used, 10 stored, of the 20 stored half is green at night.
        let contract = MatchSeries { contracted: &[50.0, 0.0], ..from_grid };
        assert_eq!(matching(&contract).score(), Some(50.0 / 80.0));
    }

    /// Against the whole year walked once from nothing: a store that gives what it took every day, partly green,
    /// and one that stands still from the second month on, of which the last weeks tell nothing.
    #[test]
    fn the_last_weeks_tell_what_the_whole_year_does() {
        let steps = 4000;
        let of = |f: &dyn Fn(usize) -> f64| (0..steps).map(f).collect::<Vec<f64>>();
        for active in [steps, 700] {
            let hour = |step: usize| if step < active { step % 24 } else { 23 };
            let charge = of(&|step| if hour(step) < 4 { 10.0 + (step % 7) as f64 } else { 0.0 });
            let mut held = 5.0;
            let after = |step: usize| {
                held = if hour(step) == 18 { 5.0 } else { held + charge[step] };
                held
            };
            let stored: Vec<f64> = (0..steps).map(after).collect();
            let green = of(&|step| if hour(step) == 2 { 60.0 + (step % 11) as f64 } else { 0.0 });
            let share = of(&|step| 0.1 + 0.3 * (step % 24) as f64 / 24.0);
            let (need, zeros) = (of(&|_| 50.0), of(&|_| 0.0));
            let import = of(&|step| 50.0 + charge[step] - green[step].min(50.0));
            let series = MatchSeries {
                charge: &charge,
                stored: &stored,
                grid_clean_share: &share,
                ..series(&need, &green, &import, &zeros)
            };
            let columns = Columns::of(&series);
            let (found, known) = (held_at_end(&columns), held_after(&columns, 0, Pool::default()));
            assert!(known.green > 0.05 && known.grid_clean > 0.05);
            assert_eq!((found.green, found.grid_clean), (known.green, known.grid_clean));
        }
    }
}
