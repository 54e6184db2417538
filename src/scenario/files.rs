//! The files of a scenario: read relative to it, remembered with their hashes for the manifest.
//!
//! The built-in scenarios are embedded with their weather; they read like files of a folder.

use crate::problem::Problem;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct InputFile {
    /// Path as the scenario names it.
    pub path: String,
    /// Size in bytes.
    pub bytes: usize,
    /// SHA-256 of the bytes, hexadecimal.
    pub sha256: String,
}

/// Where the files of a scenario come from.
#[derive(Debug)]
pub struct Files {
    source: Source,
    read: Mutex<BTreeMap<String, ReadFile>>,
}

/// A file that was read, with its bytes.
type ReadFile = (InputFile, Arc<[u8]>);

#[derive(Debug)]
enum Source {
    Folder(PathBuf),
    Embedded(&'static [(&'static str, &'static [u8])]),
}

/// Files that travel in the binary: the home case and its weather, paths relative to `scenarios/`.
pub const EMBEDDED: &[(&str, &[u8])] = &[
    ("jiaocheng.toml", include_bytes!("../../scenarios/jiaocheng.toml")),
    ("jiaocheng-stations.csv", include_bytes!("../../scenarios/jiaocheng-stations.csv")),
    ("weather/fuzhou.epw.gz", include_bytes!("../../scenarios/weather/fuzhou.epw.gz")),
];

impl Files {
    /// Files of a folder.
    pub fn folder(base: &Path) -> Self {
        Self { source: Source::Folder(base.to_owned()), read: Mutex::default() }
    }

    /// The files embedded in the binary.
    pub fn embedded() -> Self {
        Self { source: Source::Embedded(EMBEDDED), read: Mutex::default() }
    }

    /// The bytes of a file. The same file is read once.
    ///
    /// # Errors
    /// A problem without place: the file is missing or cannot be read.
    pub fn read(&self, path: &str) -> Result<Arc<[u8]>, Problem> {
        let mut read = self.read.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, bytes)) = read.get(path) {
            return Ok(bytes.clone());
        }
        let bytes: Arc<[u8]> = match &self.source {
            Source::Folder(base) => {
                let full = base.join(path);
                std::fs::read(&full).map_err(|error| unreadable(path, &full, &error))?.into()
            }
            Source::Embedded(files) => match files.iter().find(|(name, _)| *name == path) {
                Some((_, bytes)) => (*bytes).into(),
                None => {
                    return Err(Problem::error("missing-file", format!("`{path}` is not a built-in file")));
                }
            },
        };
        let file = InputFile { path: path.to_owned(), bytes: bytes.len(), sha256: hash(&bytes) };
        read.insert(path.to_owned(), (file, bytes.clone()));
        Ok(bytes)
    }

    /// Every file that was read so far, in order of path.
    pub fn inputs(&self) -> Vec<InputFile> {
        let read = self.read.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        read.values().map(|(file, _)| file.clone()).collect()
    }

    /// The path as a user can open it, for messages.
    pub fn shown(&self, path: &str) -> String {
        match &self.source {
            Source::Folder(base) => base.join(path).display().to_string(),
            Source::Embedded(_) => format!("(built in) {path}"),
        }
    }
}

fn unreadable(path: &str, full: &Path, error: &std::io::Error) -> Problem {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            let problem =
                Problem::error("missing-file", format!("the file `{}` does not exist", full.display()));
            let parent = full.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
            let mut siblings: Vec<String> = std::fs::read_dir(parent)
                .map(|entries| {
                    entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect()
                })
                .unwrap_or_default();
            siblings.sort();
            let name = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let alike = |known: &&String| Path::new(known).extension() == full.extension();
            let others: Vec<String> = siblings.iter().filter(alike).take(8).cloned().collect();
            match super::nearest::nearest(&name, siblings.iter().map(String::as_str)) {
                Some(known) => problem.hint(format!("did you mean `{known}`?")),
                None if !others.is_empty() => problem.hint(format!("files there: {}", others.join(", "))),
                None => problem.hint("paths are relative to the scenario file"),
            }
        }
        std::io::ErrorKind::IsADirectory => {
            Problem::error("unreadable-file", format!("`{path}` is a folder, not a file"))
        }
        _ => Problem::error("unreadable-file", format!("`{}` cannot be read: {error}", full.display())),
    }
}

/// SHA-256 as hexadecimal text.
pub fn hash(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
