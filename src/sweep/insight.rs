//! What a finished sweep says: the best designs, the trade-off, what each key does.
//!
//! The table is read twice, chunk by chunk, so memory does not grow with the number of designs but
//! for the front itself.

use super::chunks::{Rows, Status, chunk_count, designs_of};
use super::results::{Column, Kind, Layout, Setting};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io;

/// Designs kept as the best.
const BEST: usize = 100;
/// Bins of a key with many values.
const BINS: usize = 12;
/// Different values up to which a key is shown value by value.
const FEW: usize = 24;
/// Designs shown as a cloud behind the front.
const CLOUD: u64 = 2000;

/// A metric to be as small, or as large, as can be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Objective {
    /// Its column.
    pub name: String,
    /// Whether more is better.
    pub maximise: bool,
    #[serde(skip)]
    column: usize,
}

impl Objective {
    /// Smaller is better.
    fn cost(&self, values: &[f64]) -> f64 {
        let value = values[self.column];
        if self.maximise { -value } else { value }
    }

    /// Its value in a row.
    pub fn of(&self, values: &[f64]) -> f64 {
        values[self.column]
    }
}

/// The objectives of a table: those asked for, else cost and carbon as far as they are there; at
/// most two, and none where there is no metric at all. A name with `-` before it is maximised.
///
/// # Errors
/// The name that is no metric of the table.
pub fn objectives(asked: Option<&[String]>, metrics: &[Column]) -> Result<Vec<Objective>, String> {
    let find =
        |name: &str| metrics.iter().position(|column| column.name == name && column.kind == Kind::Number);
    let Some(asked) = asked else {
        let usual = ["all.economics.annual_total", "all.carbon.location_based_t"];
        let mut columns: Vec<usize> = usual.iter().filter_map(|name| find(name)).collect();
        // Of metrics without a known direction a front would be a guess: one is enough then.
        if columns.is_empty() {
            columns.extend(metrics.iter().position(|column| column.kind == Kind::Number));
        }
        let objective =
            |column: usize| Objective { name: metrics[column].name.clone(), maximise: false, column };
        return Ok(columns.into_iter().map(objective).collect());
    };
    let objective = |name: &String| {
        let (maximise, plain) = name.strip_prefix('-').map_or((false, name.as_str()), |rest| (true, rest));
        let full = super::study::full_name(plain);
        let column = find(&full).ok_or_else(|| name.clone())?;
        Ok(Objective { name: full, maximise, column })
    };
    asked.iter().take(2).map(objective).collect()
}

/// A design worth a line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// Its number.
    pub design: u64,
    /// Varied and derived keys.
    pub settings: Vec<Setting>,
    /// Its metrics; null where there is none.
    pub values: Vec<f64>,
}

/// One value of a key, or a range of them, over all other keys.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bin {
    /// The value, or the lower end of the range.
    pub from: f64,
    /// The value, or the upper end of the range.
    pub to: f64,
    /// The value where it is a word.
    pub word: Option<String>,
    /// Designs.
    pub designs: u64,
    /// Mean of the first objective.
    pub mean: f64,
    /// Best of the first objective.
    pub best: f64,
}

/// What a key does to the first objective.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effect {
    /// Key path.
    pub key: String,
    /// Its place among the settings.
    pub column: usize,
    /// Share of the variance that the means of the bins explain (correlation ratio η²).
    pub share: f64,
    /// The bins, in order.
    pub bins: Vec<Bin>,
}

/// The best of the first objective over two keys.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contour {
    /// Places of the two keys among the settings.
    pub columns: [usize; 2],
    /// Middles of the cells of each key.
    pub middles: [Vec<f64>; 2],
    /// Best of each cell, `[first * cells of second + second]`; null where no design fell.
    pub best: Vec<f64>,
}

/// What one more of a key does at the best design.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Marginal {
    /// Key path.
    pub key: String,
    /// Its value in the best design.
    pub at: f64,
    /// Change of each objective per unit of the key.
    pub per_unit: Vec<f64>,
}

impl Marginal {
    /// The changes per MW or MWh of a key in kW or kWh, per unit of any other.
    pub fn per_shown_unit(&self) -> impl Iterator<Item = f64> {
        let kilo = self.key.ends_with("_kw") || self.key.ends_with("_kwh");
        self.per_unit.iter().map(move |change| change * if kilo { 1000.0 } else { 1.0 })
    }
}

/// What a sweep says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Insight {
    /// Columns of varied and derived keys.
    pub settings: Vec<Column>,
    /// Metric columns.
    pub metrics: Vec<Column>,
    /// The one or two objectives.
    pub objectives: Vec<Objective>,
    /// Designs that were simulated.
    pub designs: u64,
    /// Designs that no other beats in both objectives, best of the first objective first.
    pub front: Vec<Candidate>,
    /// The best of the first objective.
    pub best: Vec<Candidate>,
    /// Effects, largest first.
    pub effects: Vec<Effect>,
    /// The two numeric keys with the largest effects against each other.
    pub contour: Option<Contour>,
    /// Marginal values at the best design.
    pub marginal: Vec<Marginal>,
    /// Objectives of some designs, evenly picked.
    #[serde(skip)]
    pub cloud: Vec<[f64; 2]>,
}

impl Insight {
    /// Along the front, what each design costs more than the one before it per unit that the second
    /// objective gains: with annual cost and tonnes the marginal abatement cost. The first has none.
    pub fn steps_along_front(&self) -> Vec<Option<f64>> {
        let [first, second] = self.objectives.as_slice() else { return Vec::new() };
        let step = |pair: &[Candidate]| {
            let cost = first.cost(&pair[1].values) - first.cost(&pair[0].values);
            Some(cost / (second.cost(&pair[0].values) - second.cost(&pair[1].values)))
        };
        self.front.first().map(|_| None).into_iter().chain(self.front.windows(2).map(step)).collect()
    }
}

/// Where the values of a key fall.
#[derive(Debug, Clone)]
enum Binning {
    Words(Vec<String>),
    Values(Vec<f64>),
    Ranges { low: f64, high: f64 },
}

impl Binning {
    fn count(&self) -> usize {
        match self {
            Self::Words(words) => words.len(),
            Self::Values(values) => values.len(),
            Self::Ranges { .. } => BINS,
        }
    }

    fn bin(&self, setting: &Setting) -> Option<usize> {
        match (self, setting) {
            (Self::Words(words), setting) => words.iter().position(|word| *word == word_of(setting)),
            (Self::Values(values), Setting::Number(x)) => values.iter().position(|value| value == x),
            (Self::Ranges { low, high }, Setting::Number(x)) => {
                let place = (x - low) / (high - low) * BINS as f64;
                Some((place as usize).min(BINS - 1))
            }
            _ => None,
        }
    }

    fn ends(&self, bin: usize) -> (f64, f64, Option<String>) {
        match self {
            Self::Words(words) => (f64::NAN, f64::NAN, Some(words[bin].clone())),
            Self::Values(values) => (values[bin], values[bin], None),
            Self::Ranges { low, high } => {
                let end = |k: usize| low + (high - low) * k as f64 / BINS as f64;
                (end(bin), end(bin + 1), None)
            }
        }
    }
}

fn word_of(setting: &Setting) -> String {
    match setting {
        Setting::Number(value) => value.to_string(),
        Setting::Flag(flag) => flag.to_string(),
        Setting::Text(text) => text.clone(),
    }
}

/// What the first reading learns of a key.
#[derive(Debug, Clone)]
struct Seen {
    low: f64,
    high: f64,
    /// Values in order, as bits that sort as the numbers do; none once there are many.
    values: Option<Vec<f64>>,
    words: BTreeSet<String>,
}

impl Seen {
    fn new() -> Self {
        Self { low: f64::INFINITY, high: f64::NEG_INFINITY, values: Some(vec![]), words: BTreeSet::new() }
    }

    fn add(&mut self, setting: &Setting) {
        let Setting::Number(x) = setting else {
            if self.words.len() < FEW {
                self.words.insert(word_of(setting));
            }
            return;
        };
        self.low = self.low.min(*x);
        self.high = self.high.max(*x);
        if let Some(values) = &mut self.values
            && let Err(place) = values.binary_search_by(|value| value.total_cmp(x))
        {
            values.insert(place, *x);
            if values.len() > FEW {
                self.values = None;
            }
        }
    }

    fn binning(self) -> Binning {
        match self.values {
            _ if !self.words.is_empty() => Binning::Words(self.words.into_iter().collect()),
            Some(values) => Binning::Values(values),
            None => Binning::Ranges { low: self.low, high: self.high },
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    designs: u64,
    sum: f64,
    best: f64,
}

const EMPTY: Cell = Cell { designs: 0, sum: 0.0, best: f64::INFINITY };

impl Cell {
    fn add(&mut self, cost: f64) {
        self.designs += 1;
        self.sum += cost;
        self.best = self.best.min(cost);
    }
}

/// Sees a simulated design: its number, settings and metrics.
type Visit<'a> = dyn FnMut(u64, &[Setting], &[f64]) + 'a;

/// Reads a table of finished chunks; `None` where no design was simulated or nothing is to be
/// minimised.
///
/// # Errors
/// If a chunk cannot be read.
pub fn gather(
    layout: &Layout<'_>,
    objectives: Vec<Objective>,
    read: impl Fn(u64, usize) -> io::Result<Rows>,
) -> io::Result<Option<Insight>> {
    let Some(first) = objectives.first().cloned() else { return Ok(None) };
    let columns = layout.metrics.len();
    let each = |visit: &mut Visit<'_>| -> io::Result<()> {
        for chunk in 0..chunk_count(layout.designs) {
            let designs = designs_of(chunk, layout.designs);
            let rows = read(chunk, (designs.end - designs.start) as usize)?;
            for (row, design) in designs.enumerate() {
                let values = &rows.values[row * columns..][..columns];
                if rows.status[row] == Status::Ok && objectives.iter().all(|o| o.of(values).is_finite()) {
                    visit(design, &rows.settings[row], values);
                }
            }
        }
        Ok(())
    };
    let mut seen = vec![Seen::new(); layout.settings.len()];
    let (mut count, mut sum) = (0u64, 0.0);
    each(&mut |_, settings, values| {
        count += 1;
        sum += first.cost(values);
        seen.iter_mut().zip(settings).for_each(|(seen, setting)| seen.add(setting));
    })?;
    if count == 0 {
        return Ok(None);
    }
    let mean = sum / count as f64;
    let binnings: Vec<Binning> = seen.into_iter().map(Seen::binning).collect();
    let mut cells: Vec<Vec<Cell>> = binnings.iter().map(|binning| vec![EMPTY; binning.count()]).collect();
    let (mut front, mut best) = (Vec::<Candidate>::new(), Vec::<Candidate>::new());
    let (mut variance, mut cloud, mut place) = (0.0, Vec::new(), 0u64);
    let stride = count.div_ceil(CLOUD);
    each(&mut |design, settings, values| {
        let cost = first.cost(values);
        variance += (cost - mean) * (cost - mean);
        for ((binning, cells), setting) in binnings.iter().zip(&mut cells).zip(settings) {
            if let Some(bin) = binning.bin(setting) {
                cells[bin].add(cost);
            }
        }
        let candidate = || Candidate { design, settings: settings.to_vec(), values: values.to_vec() };
        keep_best(&mut best, &first, cost, candidate);
        if let [_, second] = objectives.as_slice() {
            keep_front(&mut front, (&first, second), (cost, second.cost(values)), candidate);
            if place.is_multiple_of(stride) {
                cloud.push([first.of(values), second.of(values)]);
            }
        }
        place += 1;
    })?;
    let sign = if first.maximise { -1.0 } else { 1.0 };
    let mut effects: Vec<Effect> = binnings
        .iter()
        .zip(&cells)
        .enumerate()
        .map(|(column, (binning, cells))| {
            let filled = cells.iter().enumerate().filter(|(_, cell)| cell.designs > 0);
            let between: f64 = filled
                .clone()
                .map(|(_, cell)| cell.designs as f64 * (cell.sum / cell.designs as f64 - mean).powi(2))
                .sum();
            let bins = filled.map(|(bin, cell)| {
                let (from, to, word) = binning.ends(bin);
                let mean = sign * cell.sum / cell.designs as f64;
                Bin { from, to, word, designs: cell.designs, mean, best: sign * cell.best }
            });
            let share = if variance > 0.0 { between / variance } else { 0.0 };
            Effect { key: layout.settings[column].name.clone(), column, share, bins: bins.collect() }
        })
        .filter(|effect| effect.bins.len() > 1)
        .collect();
    effects.sort_by(|a, b| b.share.total_cmp(&a.share));
    let mut numeric =
        effects.iter().map(|e| e.column).filter(|&column| !matches!(binnings[column], Binning::Words(_)));
    let contour = match (numeric.next(), numeric.next()) {
        (Some(a), Some(b)) => {
            let (cells_a, cells_b) = (binnings[a].count(), binnings[b].count());
            let mut grid = vec![EMPTY; cells_a * cells_b];
            each(&mut |_, settings, values| {
                if let (Some(i), Some(j)) = (binnings[a].bin(&settings[a]), binnings[b].bin(&settings[b])) {
                    grid[i * cells_b + j].add(first.cost(values));
                }
            })?;
            let middles = [a, b].map(|column| {
                let middle = |bin| {
                    let (from, to, _) = binnings[column].ends(bin);
                    0.5 * (from + to)
                };
                (0..binnings[column].count()).map(middle).collect()
            });
            let best = grid.iter().map(|cell| if cell.designs > 0 { sign * cell.best } else { f64::NAN });
            Some(Contour { columns: [a, b], middles, best: best.collect() })
        }
        _ => None,
    };
    Ok(Some(Insight {
        settings: layout.settings.to_vec(),
        metrics: layout.metrics.to_vec(),
        objectives,
        designs: count,
        front,
        best,
        effects,
        contour,
        marginal: Vec::new(),
        cloud,
    }))
}

/// Keeps the designs of lowest cost, the earlier of equal ones first.
fn keep_best(
    best: &mut Vec<Candidate>,
    objective: &Objective,
    cost: f64,
    candidate: impl FnOnce() -> Candidate,
) {
    if best.len() == BEST && best.last().is_some_and(|last| objective.cost(&last.values) <= cost) {
        return;
    }
    let place = best.partition_point(|other| objective.cost(&other.values) <= cost);
    best.insert(place, candidate());
    best.truncate(BEST);
}

/// Keeps the designs that no other is at least as good as in both costs; the front is sorted by
/// the first cost, so the second falls along it.
fn keep_front(
    front: &mut Vec<Candidate>,
    (first, second): (&Objective, &Objective),
    (x, y): (f64, f64),
    candidate: impl FnOnce() -> Candidate,
) {
    let place = front.partition_point(|other| first.cost(&other.values) <= x);
    if place > 0 && second.cost(&front[place - 1].values) <= y {
        return;
    }
    // Equal in the first and worse in the second, or worse in both: beaten from here on.
    let from = front.partition_point(|other| first.cost(&other.values) < x);
    let beaten = front[from..].partition_point(|other| second.cost(&other.values) >= y);
    front.splice(from..from + beaten, [candidate()]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str) -> Column {
        Column { name: name.to_owned(), kind: Kind::Number }
    }

    /// Five designs of one key, by hand: cost 4 3 1 2 9, carbon 1 1 5 3 0. The third and the
    /// fourth and the second and the fifth stand on the front; the first is beaten by the second.
    #[test]
    fn the_front_the_best_and_the_effects_are_those_by_hand() {
        let (settings, metrics) = ([column("k")], [column("cost"), column("carbon")]);
        let layout = Layout { settings: &settings, metrics: &metrics, designs: 5 };
        let asked = ["cost".to_owned(), "carbon".to_owned()].map(|name| format!("all.{name}"));
        assert!(objectives(Some(&asked), &metrics).is_err(), "a metric of another name");
        let objective =
            |column: usize| Objective { name: metrics[column].name.clone(), maximise: false, column };
        let read = |_, _| {
            let mut rows = Rows::default();
            for (k, cost, carbon) in
                [(0.0, 4.0, 1.0), (0.0, 3.0, 1.0), (1.0, 1.0, 5.0), (1.0, 2.0, 3.0), (2.0, 9.0, 0.0)]
            {
                rows.push(vec![Setting::Number(k)], Status::Ok, &[cost, carbon]);
            }
            Ok(rows)
        };
        let found =
            gather(&layout, vec![objective(0), objective(1)], read).expect("reads").expect("has designs");
        let numbers = |candidates: &[Candidate]| candidates.iter().map(|c| c.design).collect::<Vec<_>>();
        assert_eq!(numbers(&found.front), [2, 3, 1, 4]);
        assert_eq!(numbers(&found.best), [2, 3, 1, 0, 4]);
        // Steps from (1, 5) to (2, 3), (3, 1) and (9, 0).
        assert_eq!(found.steps_along_front(), [None, Some(0.5), Some(0.5), Some(6.0)]);
        let bins = &found.effects[0].bins;
        assert_eq!(
            bins.iter().map(|bin| (bin.from, bin.mean, bin.best)).collect::<Vec<_>>(),
            [(0.0, 3.5, 3.0), (1.0, 1.5, 1.0), (2.0, 9.0, 9.0)]
        );
        // Mean 3.8; squares 0.04 + 0.64 + 7.84 + 3.24 + 27.04 = 38.8; between 2 × 0.09 + 2 × 5.29 + 27.04 = 37.8.
        assert!((found.effects[0].share - 37.8 / 38.8).abs() < 1e-12);
        assert!(found.contour.is_none());
    }
}
