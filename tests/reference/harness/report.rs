//! The account of what was compared, over all suites of one process.

use std::path::Path;
use std::sync::Mutex;
use std::{env, fs};

use super::Row;

static ROWS: Mutex<Vec<Row>> = Mutex::new(Vec::new());

/// Adds a suite's rows, writes the whole report again, then checks the rows.
pub fn add(rows: Vec<Row>, suite: &str, folder: &Path, check: impl FnOnce(&[Row])) {
    let mut all = ROWS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    all.extend(rows.iter().cloned());
    if let Some(file) = env::var_os("ZEROPARK_REFERENCE_REPORT") {
        let mut sorted = all.clone();
        sorted.sort_by(|a, b| (&a.suite, &a.case, &a.column).cmp(&(&b.suite, &b.case, &b.column)));
        let mut text = String::from("suite,case,column,compared,worst_error,tolerances_used\n");
        for row in &sorted {
            text += &format!(
                "{},{},{},{},{},{}\n",
                row.suite, row.case, row.column, row.compared, row.worst_error, row.tolerances_used
            );
        }
        fs::write(&file, text).unwrap_or_else(|error| panic!("{suite} in {}: {error}", folder.display()));
    }
    drop(all);
    check(&rows);
}
