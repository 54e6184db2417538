//! `best.xlsx`: the best designs of a sweep, the front, and what each key does, as numbers.

use crate::lang::Lang;
use crate::report::words::{Unit, unit};
use crate::report::xlsx::{Sheet, titled};
use crate::sweep::{Candidate, Insight, Setting};
use rust_xlsxwriter::{Workbook, XlsxError};

/// The workbook as bytes: one sheet each of the best designs, the front, the effects of keys, the
/// marginal values.
///
/// # Errors
/// If a sheet cannot be written.
pub(super) fn workbook(insight: &Insight, title: &str, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut book = titled(title)?;
    designs(&mut book, insight, lang.text("sweep.xlsx.best"), &insight.best, &[], lang)?;
    if insight.front.len() > 1 {
        let steps = insight.steps_along_front();
        designs(&mut book, insight, lang.text("sweep.xlsx.front"), &insight.front, &steps, lang)?;
    }
    effects(&mut book, insight, lang)?;
    marginal(&mut book, insight, lang)?;
    book.save_to_buffer()
}

/// How a column is shown, by its name: `<park or all>.<group>.<key>`, or a key path.
fn shown(name: &str) -> Unit {
    let mut parts = name.rsplit('.');
    let (key, group) = (parts.next().unwrap_or(name), parts.next().unwrap_or_default());
    unit(group, key, "")
}

fn designs(
    book: &mut Workbook,
    insight: &Insight,
    name: &str,
    candidates: &[Candidate],
    steps: &[Option<f64>],
    lang: Lang,
) -> Result<(), XlsxError> {
    let mut header = vec![lang.text("sweep.design").to_owned()];
    header.extend(insight.settings.iter().chain(&insight.metrics).map(|column| column.name.clone()));
    if !steps.is_empty() {
        header.push(lang.text("sweep.front.step").to_owned());
    }
    let mut widths = vec![24.0; header.len()];
    widths[0] = 10.0;
    let mut sheet = Sheet::new(book, name, &header, &widths)?;
    let plain = Unit::Of(String::new());
    for (place, candidate) in candidates.iter().enumerate() {
        // A design's number is a name: no digits after the point.
        sheet.text(0, &candidate.design.to_string())?;
        for (column, setting) in candidate.settings.iter().enumerate() {
            match setting {
                Setting::Number(value) => sheet.number(1 + column, Some(*value), &plain)?,
                Setting::Flag(flag) => sheet.text(1 + column, &flag.to_string())?,
                Setting::Text(word) => sheet.text(1 + column, word)?,
            }
        }
        let first = 1 + insight.settings.len();
        for (column, (value, metric)) in candidate.values.iter().zip(&insight.metrics).enumerate() {
            sheet.number(first + column, Some(*value), &shown(&metric.name))?;
        }
        if let Some(step) = steps.get(place) {
            sheet.number(first + insight.metrics.len(), *step, &plain)?;
        }
        sheet.next();
    }
    Ok(())
}

fn effects(book: &mut Workbook, insight: &Insight, lang: Lang) -> Result<(), XlsxError> {
    let keys = ["key", "xlsx.share", "xlsx.from", "xlsx.to", "xlsx.designs", "xlsx.mean", "xlsx.lowest"];
    let header = keys.map(|key| lang.text(&format!("sweep.{key}")).to_owned());
    let widths = [48.0, 18.0, 18.0, 18.0, 12.0, 22.0, 22.0];
    let mut sheet = Sheet::new(book, lang.text("sweep.xlsx.effects"), &header, &widths)?;
    let plain = Unit::Of(String::new());
    for effect in &insight.effects {
        for bin in &effect.bins {
            sheet.text(0, &effect.key)?;
            sheet.number(1, Some(effect.share), &Unit::Share)?;
            match &bin.word {
                Some(word) => sheet.text(2, word)?,
                None => sheet.number(2, Some(bin.from), &plain)?,
            }
            sheet.number(3, Some(bin.to), &plain)?;
            sheet.number(4, Some(bin.designs as f64), &plain)?;
            sheet.number(5, Some(bin.mean), &plain)?;
            sheet.number(6, Some(bin.best), &plain)?;
            sheet.next();
        }
    }
    Ok(())
}

fn marginal(book: &mut Workbook, insight: &Insight, lang: Lang) -> Result<(), XlsxError> {
    if insight.marginal.is_empty() {
        return Ok(());
    }
    let mut header = ["sweep.key", "sweep.at"].map(|key| lang.text(key).to_owned()).to_vec();
    header.extend(insight.objectives.iter().map(|objective| objective.name.clone()));
    let mut widths = vec![24.0; header.len()];
    widths[0] = 48.0;
    let mut sheet = Sheet::new(book, lang.text("sweep.xlsx.marginal"), &header, &widths)?;
    let plain = Unit::Of(String::new());
    for marginal in &insight.marginal {
        sheet.text(0, &marginal.key)?;
        sheet.number(1, Some(marginal.at), &plain)?;
        for (column, value) in marginal.per_shown_unit().enumerate() {
            sheet.number(2 + column, Some(value), &plain)?;
        }
        sheet.next();
    }
    sheet.text(0, lang.text("sweep.marginal.note"))
}
