//! Writes figures and report of a run into its folder.

use super::canvas::{DrawError, Figure};
use super::data::ReportData;
use super::figures::{Context, HEADLINE, of_all, of_park};
use super::html::{Section, page};
use super::theme::Theme;
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

/// How figures and report are to look.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look {
    /// Language.
    pub lang: Lang,
    /// First day (0-based) of the week that figures show; none: the week of the highest import.
    pub week: Option<usize>,
    /// How figures are meant to be read.
    pub theme: Theme,
}

/// Width of a PNG: that of A4 at 300 dpi, px.
const PRINT_WIDTH: u32 = 2480;

/// Draws every figure and the page.
///
/// # Errors
/// If drawing or writing fails.
pub fn write(folder: &OutputFolder, report: &ReportData, look: Look) -> Result<(), ReportError> {
    let Look { lang, week, theme } = look;
    let drawn: Result<Vec<Vec<Figure>>, DrawError> = report
        .parks
        .par_iter()
        .take(MOST_PARKS_WITH_FIGURES)
        .map(|park| of_park(&Context { report, park, lang, week }))
        .collect();
    let mut drawn = drawn?;
    let mut of_all = of_all(report, lang, week)?;
    drawn.iter_mut().flatten().chain(&mut of_all).for_each(|figure| figure.drawing.theme = theme);
    let all = Section { park: &report.all, figures: of_all };
    let sections: Vec<Section<'_>> =
        report.parks.iter().zip(drawn).map(|(park, figures)| Section { park, figures }).collect();
    let figures: Vec<(&Section<'_>, &Figure)> = sections
        .iter()
        .chain([&all])
        .flat_map(|section| section.figures.iter().map(move |figure| (section, figure)))
        .collect();
    // One park alone has the figures that a study shows first; of several, all together have them.
    let first = sections.first().filter(|_| sections.len() == 1).map_or("all", |section| &section.park.name);
    figures.par_iter().try_for_each(|(section, figure)| {
        let stem = format!("figures/{}_{}", section.park.name.replace(' ', "_"), figure.id);
        if section.park.name == first && HEADLINE.contains(&figure.id.as_str()) {
            let png = figure.drawing.png(PRINT_WIDTH).map_err(|error| DrawError(error.to_string()))?;
            folder.write(&format!("{stem}.png"), &png)?;
        }
        folder.write(&format!("{stem}.svg"), figure.drawing.outlined().as_bytes())?;
        folder.write(&format!("{stem}.csv"), figure.csv.as_bytes())?;
        Ok::<(), ReportError>(())
    })?;
    folder.write("report.html", page(report, &all, &sections, week, lang).as_bytes())?;
    folder.write("report.md", markdown::text(report, &all, &sections, lang).as_bytes())?;
    folder.write("report.xlsx", &xlsx::workbook(report, lang)?)?;
    Ok(())
}
