//! Matching by the hour: which part of each step's use is carbon-free in that step (24/7).
//!
//! Renewable power serves the park's use first, then its storages; what is left was exported or
//! curtailed. A storage gives back the mix it was charged with, tracked over the year; the year is
//! taken as one of many alike, so that its first share is its last. Contracted power covers import
//! of the same step only; certificates have no hour and do not count.
//!
//! Score: the 24/7 carbon-free energy method of Google (2021), Σ (own + grid × clean share) / Σ use.

/// The flows of a year that matching looks at; any unit of energy per step, mostly kWh.
#[derive(Debug, Clone, Copy)]
pub struct MatchSeries<'a> {
    /// Use: load and charging less V2G.
    pub need: &'a [f64],
    /// Green power kept in the park: PV and wind after curtailment and export, certificates kept.
    pub green: &'a [f64],
    /// Import.
    pub import: &'a [f64],
    /// Storages charging.
    pub charge: &'a [f64],
    /// Storages discharging.
    pub discharge: &'a [f64],
    /// Energy stored at the end of the step, in energy per step as the others.
    pub stored: &'a [f64],
    /// Contracted green energy of the step.
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
    for column in [series.green, series.import, series.charge, series.discharge, series.contracted] {
        assert_eq!(column.len(), steps, "one value per step");
    }
    assert_eq!(series.stored.len(), steps, "one value per step");
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
    if series.charge.iter().any(|value| *value > 0.0) {
        let pool = walk::<true>(series, Pool::default(), |_| ()).1;
        walk::<true>(series, pool, own_of_step).0
    } else {
        walk::<false>(series, Pool::default(), own_of_step).0
    }
}

/// One walk through the year; `STORES`: whether anything is ever charged.
#[inline(always)] // once for what storages hold alone, once for the sums
fn walk<const STORES: bool>(
    series: &MatchSeries<'_>,
    mut pool: Pool,
    mut own_of_step: impl FnMut(f64),
) -> (Matching, Pool) {
    let steps = series.need.len();
    let zeros = if series.grid_clean_share.is_empty() || series.factor_kg.is_empty() {
        vec![0.0; steps]
    } else {
        Vec::new()
    };
    let or_zeros = |column| if <[f64]>::is_empty(column) { &zeros[..] } else { column };
    let columns = [
        series.need,
        series.green,
        series.import,
        series.charge,
        series.discharge,
        series.stored,
        series.contracted,
        or_zeros(series.grid_clean_share),
        or_zeros(series.factor_kg),
    ];
    let [need, green, import, charge, discharge, stored, contracted, share, factor] =
        columns.map(|column| &column[..steps]);
    let mut sums = Matching::default();
    // Before the first step storages hold what they hold after the last.
    let mut stored_before = stored.last().copied().unwrap_or(0.0);
    for step in 0..steps {
        let (need, green, import, share) = (need[step].max(0.0), green[step], import[step], share[step]);
        let (charge, discharge) = (if STORES { charge[step] } else { 0.0 }, discharge[step]);
        let to_need = need.min(green);
        let to_store = charge.min(green - to_need);
        let from_store = (need - to_need).min(discharge * pool.green);
        let own = to_need + from_store;
        let bought_by_need = (need - to_need - discharge).max(0.0).min(import);
        let covered = import.min(contracted[step]);
        let contracted = bought_by_need.min(covered);
        let covered_store = (covered - contracted).min(charge - to_store);
        let stored_clean = (need - own - contracted).max(0.0).min(discharge * pool.grid_clean);
        let bought_rest = bought_by_need - contracted;
        sums.need += need;
        sums.own += own;
        own_of_step(own);
        sums.contracted += contracted;
        sums.grid_clean += stored_clean + bought_rest * share;
        sums.unmatched_import += import - covered;
        sums.unmatched_import_kg += (import - covered) * factor[step];
        if STORES {
            if charge > 0.0 {
                let held = stored_before.max(0.0) + charge;
                let green_in = to_store + covered_store;
                pool.green = (pool.green * stored_before.max(0.0) + green_in) / held;
                let grid_in = (charge - green_in).max(0.0) * share;
                pool.grid_clean = (pool.grid_clean * stored_before.max(0.0) + grid_in) / held;
            }
            stored_before = stored[step];
        }
    }
    (sums, pool)
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
}
