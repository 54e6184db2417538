//! Matching by the hour: which part of each step's use is carbon-free in that step (24/7).
//!
//! Renewable power serves the park's use first, then its storages; what is left was exported or
//! curtailed. A storage gives back the mix it was charged with, tracked over the year; the year is
//! taken as one of many alike, so that its first share is its last. Contracted power covers import
//! of the same step only; certificates have no hour and do not count.
//!
//! Score: the 24/7 carbon-free energy method of Google (2021), Σ (own + grid × clean share) / Σ use.

use crate::dispatch::{Num, nothing};

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
    walk_from_end(series, |_| ())
}

/// Use of each step met by own green power, from storage too: what [`Matching::own`] adds up.
///
/// # Panics
/// As [`matching`].
pub fn matched_own(series: &MatchSeries<'_>) -> Vec<f64> {
    let mut own = Vec::with_capacity(series.need.len());
    walk_from_end(series, |met| own.push(met));
    own
}

/// The year with storages that hold at its start what they hold at its end.
fn walk_from_end(series: &MatchSeries<'_>, own_of_step: impl FnMut(f64)) -> Matching {
    let columns = Columns::of(series);
    if series.charge.iter().any(|value| *value > 0.0) {
        walk::<true, true>(&columns, held_at_end(&columns), own_of_step)
    } else if series.green.is_empty() && series.contracted.is_empty() {
        walk::<false, false>(&columns, Pool::default(), own_of_step)
    } else {
        walk::<false, true>(&columns, Pool::default(), own_of_step)
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
struct Direct {
    need: f64,
    /// Own power to use.
    to_need: f64,
    /// Own power into storages.
    to_store: f64,
    /// Import for use.
    bought: f64,
    /// Import that contracted power covers: all, for use, and into storages.
    covered: f64,
    contracted: f64,
    covered_store: f64,
}

impl Direct {
    #[inline(always)]
    fn of<const GREEN: bool>(columns: &Columns<'_>, step: usize, charge: f64) -> Self {
        let need = columns.need[step].positive();
        let (import, discharge) = (columns.import[step], columns.discharge[step]);
        if !GREEN {
            let bought = Num::min((need - discharge).positive(), import);
            let [to_need, to_store, covered, contracted, covered_store] = [0.0; 5];
            return Self { need, to_need, to_store, bought, covered, contracted, covered_store };
        }
        let green = columns.green[step];
        let to_need = Num::min(need, green);
        let to_store = Num::min(charge, green - to_need);
        let bought = Num::min((need - to_need - discharge).positive(), import);
        let covered = Num::min(import, columns.contracted[step]);
        let contracted = Num::min(bought, covered);
        let covered_store = Num::min(covered - contracted, charge - to_store);
        Self { need, to_need, to_store, bought, covered, contracted, covered_store }
    }

    /// Mixes what is charged into what is held.
    #[inline(always)]
    fn store(&self, pool: &mut Pool, stored_before: f64, charge: f64, share: f64) {
        let before = stored_before.positive();
        let held = before + charge;
        let green_in = self.to_store + self.covered_store;
        pool.green = (pool.green * before + green_in) / held;
        let grid_in = (charge - green_in).positive() * share;
        pool.grid_clean = (pool.grid_clean * before + grid_in) / held;
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
        let charge = columns.charge[step];
        if charge > 0.0 {
            let direct = Direct::of::<true>(columns, step, charge);
            direct.store(&mut pool, stored_before, charge, columns.share[step]);
        }
        stored_before = columns.stored[step];
    }
    pool
}

/// The walk through the year; `STORES`: whether anything is ever charged, `GREEN`: whether there is own or
/// contracted power.
#[inline(always)]
fn walk<const STORES: bool, const GREEN: bool>(
    columns: &Columns<'_>,
    mut pool: Pool,
    mut own_of_step: impl FnMut(f64),
) -> Matching {
    let columns = *columns;
    let mut sums = Matching::default();
    // Before the first step storages hold what they hold after the last.
    let mut stored_before = columns.stored.last().copied().unwrap_or(0.0);
    for step in 0..columns.need.len() {
        let (import, share, discharge) = (columns.import[step], columns.share[step], columns.discharge[step]);
        let charge = if STORES { columns.charge[step] } else { 0.0 };
        let direct = Direct::of::<GREEN>(&columns, step, charge);
        let Direct { need, to_need, bought, covered, contracted, .. } = direct;
        let from_store = Num::min(need - to_need, discharge * pool.green);
        let own = to_need + from_store;
        let stored_clean = Num::min((need - own - contracted).positive(), discharge * pool.grid_clean);
        sums.need += need;
        sums.own += own;
        own_of_step(own);
        sums.contracted += contracted;
        sums.grid_clean += stored_clean + (bought - contracted) * share;
        sums.unmatched_import += import - covered;
        sums.unmatched_import_kg += (import - covered) * columns.factor[step];
        if STORES {
            if charge > 0.0 {
                direct.store(&mut pool, stored_before, charge, share);
            }
            stored_before = columns.stored[step];
        }
    }
    sums
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
