//! The house rules that the compiler cannot check, checked from the sources.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn root(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// Source without comments and doc comments, where a word may stand without being used.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("reads");
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_engine_knows_neither_files_nor_scenarios_nor_reports() {
    let mut found = Vec::new();
    for folder in ["solar", "wind", "storage", "charging", "tariff", "dispatch", "economics", "metrics"] {
        for path in sources(&root("src").join(folder)) {
            let code = code(&path);
            for word in ["crate::scenario", "std::fs", "crate::report", "crate::cli", "crate::park"] {
                if code.contains(word) {
                    found.push(format!("{} uses {word}", path.display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_source_file_grows_beyond_500_lines() {
    let long: Vec<String> = ["src", "tests", "benches"]
        .iter()
        .filter(|folder| root(folder).exists())
        .flat_map(|folder| sources(&root(folder)))
        .map(|path| (fs::read_to_string(&path).expect("reads").lines().count(), path))
        .filter(|(lines, _)| *lines > 500)
        .map(|(lines, path)| format!("{} has {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn every_source_file_opens_with_its_meaning() {
    let silent: Vec<PathBuf> = sources(&root("src"))
        .into_iter()
        .filter(|path| !fs::read_to_string(path).expect("reads").starts_with("//!"))
        .collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn nothing_is_left_unfinished() {
    let marks =
        [concat!("to", "do!("), concat!("unimple", "mented!("), concat!("FIX", "ME"), concat!("TO", "DO")];
    let found: Vec<String> = ["src", "tests", "benches"]
        .iter()
        .filter(|folder| root(folder).exists())
        .flat_map(|folder| sources(&root(folder)))
        .filter(|path| {
            let text = fs::read_to_string(path).expect("reads");
            marks.iter().any(|mark| text.contains(mark))
        })
        .map(|path| path.display().to_string())
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}
