//! Writes figures and report of a run into its folder.

use super::canvas::{DrawError, Figure};
use super::data::ReportData;
use super::figures::{Context, of_all, of_park};
use super::font::outlined;
use super::html::{Section, page};
use super::{markdown, xlsx};
use crate::lang::Lang;
use crate::output::folder::{FolderError, OutputFolder};
use rayon::prelude::*;

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Drawing failed.
    #[error(transparent)]
    Draw(#[from] DrawError),
    /// The workbook cannot be made.
    #[error("report.xlsx cannot be made: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// Writing failed.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The system refused.
    #[error(transparent)]
    Io(std::io::Error),
}

/// Parks beyond this many get tables but no figures of their own.
const MOST_PARKS_WITH_FIGURES: usize = 24;

/// Draws every figure and the page.
///
/// # Errors
/// If drawing or writing fails.
pub fn write(
    folder: &OutputFolder,
    report: &ReportData,
    lang: Lang,
    week: Option<usize>,
) -> Result<(), ReportError> {
    let drawn: Result<Vec<Vec<Figure>>, DrawError> = report
        .parks
        .par_iter()
        .take(MOST_PARKS_WITH_FIGURES)
        .map(|park| of_park(&Context { report, park, lang, week }))
        .collect();
    let drawn = drawn?;
    let all = Section { park: &report.all, figures: of_all(report, lang)? };
    let sections: Vec<Section<'_>> =
        report.parks.iter().zip(drawn).map(|(park, figures)| Section { park, figures }).collect();
    sections.par_iter().chain([&all]).try_for_each(|section| {
        let name = section.park.name.replace(' ', "_");
        section.figures.iter().try_for_each(|figure| {
            folder.write(&format!("figures/{name}_{}.svg", figure.id), outlined(&figure.svg).as_bytes())?;
            folder.write(&format!("figures/{name}_{}.csv", figure.id), figure.csv.as_bytes())
        })
    })?;
    folder.write("report.html", page(report, &all, &sections, lang).as_bytes())?;
    folder.write("report.md", markdown::text(report, &all, &sections, lang).as_bytes())?;
    folder.write("report.xlsx", &xlsx::workbook(report, lang)?)?;
    Ok(())
}
