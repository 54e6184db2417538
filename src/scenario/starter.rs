//! The starter: a commented scenario that runs as it stands, for `zeropark new`.

use std::path::{Path, PathBuf};

/// The starter scenario.
pub const STARTER: &str = include_str!("../../scenarios/starter.toml");
/// The weather it names.
pub const WEATHER: &[u8] = include_bytes!("../../scenarios/weather/fuzhou.epw.gz");

/// Writes `park.toml` and its weather into a folder; returns the files.
///
/// # Errors
/// If the folder holds something already ([`std::io::ErrorKind::AlreadyExists`]) or cannot be written.
pub fn write(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    if folder.is_dir() && std::fs::read_dir(folder)?.next().is_some() {
        return Err(std::io::Error::new(std::io::ErrorKind::AlreadyExists, "the folder is not empty"));
    }
    std::fs::create_dir_all(folder.join("weather"))?;
    let files =
        [(folder.join("park.toml"), STARTER.as_bytes()), (folder.join("weather/fuzhou.epw.gz"), WEATHER)];
    for (path, bytes) in &files {
        std::fs::write(path, bytes)?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}
