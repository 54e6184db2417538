//! Wrong inputs: `tests/data/wrong/cases.toml` is a table of edits to a sound scenario and its files,
//! each with the kind, the position and the words of the answer.

#[path = "support/wrong.rs"]
mod wrong;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use wrong::{Case, edited, park_of, sound, table};
use zeropark::park::{BuildOptions, build};
use zeropark::problem::Problem;
use zeropark::scenario::Scenario;

fn answer(case: &Case, folder: &Path) -> Vec<Problem> {
    let park = park_of(case);
    for file in ["load.csv", "weather.csv", case.file.as_str()] {
        if !file.is_empty() {
            let bytes = if file == case.file { edited(case) } else { sound(file) };
            std::fs::write(folder.join(file), bytes).expect("writes");
        }
    }
    for word in
        park.split('"').filter(|word| ["parks.csv", "wide.csv", "sessions.csv", "curve.csv"].contains(word))
    {
        if word != case.file {
            std::fs::write(folder.join(word), sound(word)).expect("writes");
        }
    }
    let bytes = if case.file == "park.toml" { edited(case) } else { park.into_bytes() };
    let path = folder.join("park.toml");
    std::fs::write(&path, bytes).expect("writes");
    let built =
        Scenario::read(&path).and_then(|scenario| build(&scenario, BuildOptions { seed: 1 }).map(drop));
    match built {
        Ok(()) => Vec::new(),
        Err(problems) => problems.0.into_iter().filter(Problem::is_error).collect(),
    }
}

/// `file:line:column`, as far as they are known.
fn position(problem: &Problem, folder: &Path) -> String {
    let place = &problem.place;
    let folder = format!("{}/", folder.display());
    let mut text = place.file.as_deref().unwrap_or_default().replace(&folder, "");
    for number in [place.line, place.column].into_iter().flatten() {
        text += &format!(":{number}");
    }
    text
}

#[test]
fn the_scenario_that_the_cases_edit_is_sound() {
    let folder = tempfile::tempdir().expect("a folder");
    let none: Case = toml::from_str("name = ''\nkind = ''\nat = ''\nsays = ''").expect("is a case");
    assert_eq!(answer(&none, folder.path()), []);
}

#[test]
fn every_wrong_input_is_answered_with_kind_position_and_hint() {
    let mut wrong = String::new();
    for case in table() {
        let folder = tempfile::tempdir().expect("a folder");
        let found = answer(&case, folder.path());
        let [problem] = found.as_slice() else {
            let _ = writeln!(wrong, "{}: one error expected, found {}", case.name, found.len());
            for problem in &found {
                let _ = writeln!(wrong, "    {} {problem}", problem.kind);
            }
            continue;
        };
        let hint = problem.hint.as_deref().unwrap_or_default();
        let right = problem.kind == case.kind
            && position(problem, folder.path()) == case.at
            && problem.place.column_name.as_deref().unwrap_or_default() == case.column
            && problem.place.key.as_deref().unwrap_or_default() == case.key
            && problem.message.replace(&format!("{}/", folder.path().display()), "").contains(&case.says)
            && (hint.contains(&case.hint) && hint.is_empty() == case.hint.is_empty());
        if !right {
            let _ = writeln!(
                wrong,
                "# {}\nkind = {:?}\nat = {:?}\ncolumn = {:?}\nkey = {:?}\nsays = {:?}\nhint = {:?}\n",
                case.name,
                problem.kind,
                position(problem, folder.path()),
                problem.place.column_name.as_deref().unwrap_or_default(),
                problem.place.key.as_deref().unwrap_or_default(),
                problem.message.replace(&format!("{}/", folder.path().display()), ""),
                hint
            );
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_table_holds_at_least_sixty_cases_and_forty_kinds() {
    let cases = table();
    let kinds: BTreeSet<&str> = cases.iter().map(|case| case.kind.as_str()).collect();
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "two cases have one name");
    assert!(cases.len() >= 60, "{}", cases.len());
    assert!(kinds.len() >= 40, "{}", kinds.len());
}
