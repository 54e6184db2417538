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
    let written = files.iter().try_for_each(|(path, bytes)| std::fs::write(path, bytes));
    if let Err(error) = written {
        // The folder was new or empty: leave no half file in it.
        files.iter().for_each(|(path, _)| drop(std::fs::remove_file(path)));
        let _ = std::fs::remove_dir(folder.join("weather"));
        return Err(error);
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}
