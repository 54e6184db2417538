//! The report of a finished folder drawn anew: the folder is built again beside its place and swapped
//! in whole, so that an interrupt leaves the old one.

use super::folder::{FolderError, OutputFolder};
use super::restore::restore;
use crate::lang::Lang;
use crate::problem::{Problem, Problems};
use crate::report::theme::Theme;
use crate::report::{self, Look, ReportError};
use crate::scenario::load::day_of_year;
use std::fs;
use std::io;
use std::path::Path;

/// Why a report could not be drawn again.
#[derive(Debug, thiserror::Error)]
pub enum RedrawError {
    /// The folder is no finished run's, or the week is no week.
    #[error("{0}")]
    Input(Problems),
    /// Drawing or writing failed.
    #[error(transparent)]
    Report(#[from] ReportError),
}

impl From<FolderError> for RedrawError {
    fn from(error: FolderError) -> Self {
        Self::Report(ReportError::Folder(error))
    }
}

/// Draws figures and reports of a finished run again and returns what the folder could not give back.
/// `week` is the first day of the week that figures show, as `MM-DD`.
///
/// # Errors
/// If the folder is no finished run's, or drawing or writing fails; the folder then is as it was.
pub fn redraw(
    place: &Path,
    week: Option<&str>,
    lang: Lang,
    theme: Theme,
) -> Result<Vec<Problem>, RedrawError> {
    let restored = restore(place).map_err(RedrawError::Input)?;
    let year = restored.report.axis.year;
    let week = week.map(|text| day_of_year(year, text)).transpose();
    let week = week.map_err(|problem| RedrawError::Input(problem.into()))?;
    let folder = OutputFolder::begin(place)?;
    keep(place, folder.path(), &DRAWN)
        .map_err(|error| FolderError::Io { path: folder.path().to_owned(), error })?;
    report::write(&folder, &restored.report, Look { lang, week, theme })?;
    folder.finish()?;
    Ok(restored.missing)
}

/// What a report consists of, and is drawn anew.
const DRAWN: [&str; 4] = ["figures", "report.html", "report.md", "report.xlsx"];

/// Takes over every other file; links where the file system allows it, copies elsewhere.
fn keep(from: &Path, to: &Path, but: &[&str]) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if but.iter().any(|drawn| *name == **drawn) {
            continue;
        }
        let (source, target) = (entry.path(), to.join(&name));
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            keep(&source, &target, &[])?;
        } else if fs::hard_link(&source, &target).is_err() {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}
