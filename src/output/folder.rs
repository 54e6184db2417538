//! The output folder: built beside its place and swapped in whole.
//!
//! A run is written to `<out>.partial`. Only when it is complete does it take the place of
//! `<out>`; until then an earlier result stays as it was. A folder that no run wrote is never
//! replaced.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The file every finished output folder holds.
pub const MANIFEST: &str = "manifest.json";

/// Why a folder cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder holds something that no run wrote.
    #[error(
        "{0} exists and was not written by zeropark: nothing is replaced there (hint: choose another folder with --out, or empty it)"
    )]
    Foreign(PathBuf),
    /// The place is a file.
    #[error("{0} is a file, not a folder (hint: choose another folder with --out)")]
    NotAFolder(PathBuf),
    /// An input or output error.
    #[error("{path} cannot be written: {error}; what stood there before is as it was")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl FolderError {
    /// Whether the user chose a wrong place (exit code 2), rather than the writing having failed (1).
    pub fn is_input(&self) -> bool {
        !matches!(self, Self::Io { .. })
    }

    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |error| Self::Io { path: path.to_owned(), error }
    }
}

/// An output folder being built.
#[derive(Debug)]
pub struct OutputFolder {
    place: PathBuf,
    partial: PathBuf,
    done: bool,
}

impl OutputFolder {
    /// Checks that the place may be written, and begins an empty `<out>.partial` beside it.
    ///
    /// # Errors
    /// If the place is a file, holds something foreign, or cannot be written.
    pub fn begin(place: &Path) -> Result<Self, FolderError> {
        check_place(place)?;
        let partial = sibling(place, "partial");
        if partial.exists() {
            fs::remove_dir_all(&partial).map_err(FolderError::io(&partial))?;
        }
        fs::create_dir_all(&partial).map_err(FolderError::io(&partial))?;
        Ok(Self { place: place.to_owned(), partial, done: false })
    }

    /// Where files are written until [`OutputFolder::finish`].
    pub fn path(&self) -> &Path {
        &self.partial
    }

    /// Writes one file; folders above it are made.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let path = self.partial.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(FolderError::io(parent))?;
        }
        fs::write(&path, bytes).map_err(FolderError::io(&path))
    }

    /// Swaps the finished folder into its place.
    ///
    /// # Errors
    /// If the system refuses; the earlier folder is then put back.
    pub fn finish(mut self) -> Result<(), FolderError> {
        let old = sibling(&self.place, "old");
        if self.place.exists() {
            if old.exists() {
                fs::remove_dir_all(&old).map_err(FolderError::io(&old))?;
            }
            fs::rename(&self.place, &old).map_err(FolderError::io(&self.place))?;
        }
        if let Err(error) = fs::rename(&self.partial, &self.place) {
            if old.exists() {
                let _ = fs::rename(&old, &self.place);
            }
            return Err(FolderError::Io { path: self.place.clone(), error });
        }
        self.done = true;
        if old.exists() {
            let _ = fs::remove_dir_all(&old);
        }
        Ok(())
    }
}

impl Drop for OutputFolder {
    fn drop(&mut self) {
        if !self.done {
            let _ = fs::remove_dir_all(&self.partial);
        }
    }
}

/// Whether a run may write to this place: it does not exist, is empty, or a run wrote it.
///
/// # Errors
/// If it may not.
pub fn check_place(place: &Path) -> Result<(), FolderError> {
    if !place.exists() {
        return Ok(());
    }
    if !place.is_dir() {
        return Err(FolderError::NotAFolder(place.to_owned()));
    }
    let mut entries = fs::read_dir(place).map_err(FolderError::io(place))?;
    if entries.next().is_none() {
        return Ok(());
    }
    let ours = fs::read(place.join(MANIFEST))
        .ok()
        .and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok())
        .is_some_and(|manifest| manifest.get("zeropark").is_some());
    if ours { Ok(()) } else { Err(FolderError::Foreign(place.to_owned())) }
}

fn sibling(place: &Path, suffix: &str) -> PathBuf {
    let mut name = place.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{suffix}"));
    place.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write_run(place: &Path, text: &str) {
        let folder = OutputFolder::begin(place).expect("begins");
        folder.write("a/b.txt", text.as_bytes()).expect("writes");
        folder.write(MANIFEST, br#"{"zeropark":"test"}"#).expect("writes");
        folder.finish().expect("finishes");
    }

    #[test]
    fn a_second_run_replaces_the_first_whole() {
        let base = tempfile::tempdir().expect("a folder");
        let place = base.path().join("out");
        write_run(&place, "one");
        write_run(&place, "two");
        assert_eq!(fs::read_to_string(place.join("a/b.txt")).expect("reads"), "two");
        assert_eq!(fs::read_dir(base.path()).expect("lists").count(), 1);
    }

    #[test]
    fn an_abandoned_run_leaves_the_old_result_and_no_half_folder() {
        let base = tempfile::tempdir().expect("a folder");
        let place = base.path().join("out");
        write_run(&place, "one");
        let folder = OutputFolder::begin(&place).expect("begins");
        folder.write("a/b.txt", b"half").expect("writes");
        drop(folder);
        assert_eq!(fs::read_to_string(place.join("a/b.txt")).expect("reads"), "one");
        assert_eq!(fs::read_dir(base.path()).expect("lists").count(), 1);
    }

    #[test]
    fn a_foreign_folder_is_refused() {
        let base = tempfile::tempdir().expect("a folder");
        fs::write(base.path().join("thesis.docx"), "x").expect("writes");
        let error = OutputFolder::begin(base.path()).expect_err("is refused");
        assert!(error.is_input() && matches!(error, FolderError::Foreign(_)));
    }
}
