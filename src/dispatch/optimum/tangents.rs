//! First caps of a demand search: every period by itself, where its own cuts meet.
//!
//! As long as the value of energy at the borders of months hardly moves, a month's cost is a convex
//! function of its own peak: two cuts on either side of its least bracket it, and where they meet is
//! the next try. Whatever this finds only adds cuts; the master decides.

use super::evaluate::{Blocks, Evaluation};

/// A cut as a line in one peak: its height without a cap on the left axis, and its fall per kW.
#[derive(Debug, Clone, Copy)]
struct Line {
    at_kw: f64,
    height: f64,
    weight: f64,
}

/// Brackets of every period's best peak.
#[derive(Debug, Clone)]
pub struct Tangents {
    low: Vec<Option<Line>>,
    high: Vec<Line>,
    width_kw: Vec<f64>,
    mean_kwh: f64,
}

impl Tangents {
    /// Brackets that begin at the peaks without caps; `None` where periods do not stand one to a
    /// block. `mean_kwh` is an energy within the storage's range, from its lowest.
    pub fn new(blocks: &Blocks, uncapped: &Evaluation, mean_kwh: f64) -> Option<Self> {
        let periods = blocks.prices.len();
        if blocks.first_period.len() != 1 || blocks.count() != periods {
            return None;
        }
        let mut found = Self {
            low: vec![None; periods],
            high: Vec::with_capacity(periods),
            width_kw: uncapped.peaks_kw.clone(),
            mean_kwh,
        };
        for period in 0..periods {
            found.high.push(found.line(uncapped, period, uncapped.peaks_kw[period]));
        }
        Some(found)
    }

    fn line(&self, found: &Evaluation, period: usize, at_kw: f64) -> Line {
        let cut = &found.cuts[period];
        let weight = cut.peaks.iter().map(|(_, weight)| weight).sum();
        Line { at_kw, height: cut.constant + (cut.value_out - cut.value_in) * self.mean_kwh, weight }
    }

    /// Narrows the brackets by what was found at `peaks_kw` and moves these to the next try.
    pub fn next(&mut self, blocks: &Blocks, found: &Evaluation, peaks_kw: &mut [f64]) {
        for (period, peak_kw) in peaks_kw.iter_mut().enumerate() {
            let line = self.line(found, period, *peak_kw);
            if line.weight > blocks.prices[period] {
                self.low[period] = Some(line);
            } else {
                self.high[period] = line;
            }
            let high = self.high[period];
            let Some(low) = self.low[period] else {
                *peak_kw *= 0.75;
                continue;
            };
            let width = high.at_kw - low.at_kw;
            let meet = (low.height - high.height) / (low.weight - high.weight);
            let mut next = meet.max(low.at_kw).min(high.at_kw);
            if width > 0.5 * self.width_kw[period] {
                next = 0.5 * (next + low.at_kw + 0.5 * width);
            }
            self.width_kw[period] = width;
            *peak_kw = next;
        }
    }
}
