//! Sweeps from the study file to the table: the same numbers as single runs, the same bytes however
//! the work was cut.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}

fn zeropark(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

/// A folder with the starter and a study of it.
fn folder(study: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    zeropark::scenario::starter::write(&folder.path().join("park")).expect("writes");
    let text = format!("scenario = \"park/park.toml\"\n{study}");
    std::fs::write(folder.path().join("study.toml"), text).expect("writes");
    folder
}

fn sweep(folder: &TempDir, arguments: &[&str]) {
    let (code, said) = zeropark(folder.path(), &[&["sweep", "study.toml"], arguments].concat());
    assert_eq!(code, Some(0), "{said}");
}

/// The rows of a table, header first.
fn rows(file: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(file).expect("reads");
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

const METRICS: &str = "metrics = [\"economics.annual_total\", \"energy.grid_import_kwh\", \"bill.total\", \
                       \"carbon.location_based_t\", \"park.works.energy.peak_import_kw\"]\n";

/// Knobs and rebuilt keys alike: a row is what `run` gives for the scenario with those numbers.
#[test]
fn every_row_is_the_run_of_its_design() {
    let study = format!(
        "{METRICS}[[vary]]\nkey = \"park.works.pv.pv.capacity_kw\"\nvalues = [0, 4000]\n[[vary]]\nkey = \
         \"park.works.storage.storage.energy_kwh\"\nvalues = [500, 3000]\n[[vary]]\nkey = \
         \"park.works.pv.pv.tilt_deg\"\nvalues = [5, 30]\n"
    );
    let folder = folder(&study);
    sweep(&folder, &["-o", "out"]);
    let rows = rows(&folder.path().join("out/results.csv"));
    assert_eq!(rows.len(), 9);
    let scenario = std::fs::read_to_string(folder.path().join("park/park.toml")).expect("reads");
    for row in &rows[1..] {
        let design = scenario
            .replace("capacity_kw = 6000", &format!("capacity_kw = {}", row[2]))
            .replace("energy_kwh = 2000", &format!("energy_kwh = {}", row[3]))
            .replace("tilt_deg = 10", &format!("tilt_deg = {}", row[4]));
        same_as_run(&folder, &design, row, &row[5..]);
    }
}

/// The five metrics of a row are those of a single run of its scenario.
fn same_as_run(folder: &TempDir, design: &str, row: &[String], cells: &[String]) {
    std::fs::write(folder.path().join("park/design.toml"), design).expect("writes");
    let output = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder.path())
        .args(["run", "park/design.toml", "--json", "-q", "--no-plots", "--no-series", "-o", "single"])
        .output()
        .expect("starts");
    let summary: Value = serde_json::from_slice(&output.stdout).expect("is JSON");
    let (all, park) = (&summary["all"]["configured"], &summary["parks"][0]["configured"]);
    let expected = [
        &all["economics"]["annual_total"],
        &all["energy"]["grid_import_kwh"],
        &all["bill"]["total"],
        &all["carbon"]["location_based_t"],
        &park["energy"]["peak_import_kw"],
    ];
    assert_eq!(cells.len(), expected.len());
    for (cell, expected) in cells.iter().zip(expected) {
        let (ours, expected) = (cell.parse::<f64>().expect("a number"), expected.as_f64().expect("a number"));
        assert!((ours - expected).abs() <= 1e-9 * expected.abs(), "{row:?}: {ours} {expected}");
    }
}

/// Numbers of vehicles and of chargers vary like any other key: sessions are drawn once for each of their values, and
/// designs that share them run on the same profiles.
#[test]
fn vehicles_and_chargers_vary_and_every_row_is_its_run() {
    let study = format!(
        "{METRICS}[[vary]]\nkey = \"park.works.charging.cars.vehicles\"\nvalues = [60, 150]\n[[vary]]\nkey = \
         \"park.works.charging.cars.chargers.ac-7kw.count\"\nvalues = [4, 30]\n[[vary]]\nkey = \
         \"park.works.storage.storage.energy_kwh\"\nvalues = [500, 3000]\n"
    );
    let folder = folder(&study);
    let path = folder.path().join("park/park.toml");
    let cars = "\n[[park.charging]]\nname = \"cars\"\nfleet = \"commuter-car\"\nvehicles = 60\nchargers = \
                [{ class = \"ac-7kw\", count = 4 }]\nstrategy = \"managed\"\n";
    let scenario = std::fs::read_to_string(&path).expect("reads") + cars;
    std::fs::write(&path, &scenario).expect("writes");
    sweep(&folder, &["-o", "out"]);
    let rows = rows(&folder.path().join("out/results.csv"));
    assert_eq!(rows.len(), 9);
    for row in &rows[1..] {
        let design = scenario
            .replace("vehicles = 60", &format!("vehicles = {}", row[2]))
            .replace("count = 4 }", &format!("count = {} }}", row[3]))
            .replace("energy_kwh = 2000", &format!("energy_kwh = {}", row[4]));
        same_as_run(&folder, &design, row, &row[5..]);
    }
}

/// Three chunks and a bit, of designs that cost nothing to rebuild.
fn long() -> TempDir {
    folder(&format!(
        "{METRICS}[[vary]]\nkey = \"park.works.pv.pv.capacity_kw\"\nrange = {{ from = 0, to = 9999, step = 1 }}\n"
    ))
}

/// Killed without warning once a chunk stands, then resumed: the bytes of a run that nobody stopped.
/// So with three parts joined, in any order; missing, doubled and foreign parts are named.
#[test]
fn killed_and_resumed_or_in_parts_the_table_has_the_same_bytes() {
    let folder = long();
    sweep(&folder, &["-o", "whole"]);
    let whole = std::fs::read(folder.path().join("whole/results.csv")).expect("reads");
    assert_eq!(whole.iter().filter(|byte| **byte == b'\n').count(), 10_001);

    let mut child = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder.path())
        .args(["sweep", "study.toml", "-q", "-o", "cut"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let begun = Instant::now();
    while !folder.path().join("cut.partial/chunk-00000000.bin").exists() {
        assert!(begun.elapsed() < Duration::from_secs(120), "no chunk in two minutes");
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().expect("is killed");
    child.wait().expect("ends");
    assert!(!folder.path().join("cut").exists(), "it was killed too late to prove anything");
    let (code, said) =
        zeropark(folder.path(), &["sweep", "study.toml", "--seed", "7", "--resume", "-o", "cut"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("belongs to another study, seed or part"), "{said}");
    sweep(&folder, &["--resume", "-o", "cut"]);
    assert!(std::fs::read(folder.path().join("cut/results.csv")).expect("reads") == whole);
    let manifest = std::fs::read_to_string(folder.path().join("cut/manifest.json")).expect("reads");
    let manifest: Value = serde_json::from_str(&manifest).expect("is JSON");
    assert!(manifest["sweep"]["resumed_chunks"].as_u64() >= Some(1), "{manifest}");

    for part in ["1/3", "2/3", "3/3"] {
        sweep(&folder, &["--shard", part, "-o", &format!("part{}", &part[..1])]);
    }
    let merge = |parts: &[&str]| zeropark(folder.path(), &[&["merge", "-o", "merged"], parts].concat());
    for (parts, words) in [
        (&["part1", "part3"][..], "parts are missing: 2/3"),
        (&["part1", "part2", "part2"], "are the same part"),
        (&["part1", "whole", "part3"], "whole is not a finished part of a sweep"),
    ] {
        let (code, said) = merge(parts);
        assert!(code == Some(2) && said.contains(words), "{words}\n{said}");
    }
    let (code, said) = merge(&["part3", "part1", "part2"]);
    assert!(code == Some(0) && said.contains("10000 ok"), "{said}");
    assert!(std::fs::read(folder.path().join("merged/results.csv")).expect("reads") == whole);
}

/// Designs by sampling: the count asked for, the bounds kept, derived keys exact, conditions said.
#[test]
fn samples_keep_bounds_conditions_and_derived_keys() {
    for method in ["sobol", "latin-hypercube"] {
        let folder = folder(&format!(
            "{METRICS}conditions = [\"park.works.storage.storage.energy_kwh <= 3000\"]\n[[vary]]\nkey = \
             \"park.works.storage.storage.energy_kwh\"\nmin = 1000\nmax = 5000\n[[derive]]\nkey = \
             \"park.works.storage.storage.power_kw\"\nfrom = \"park.works.storage.storage.energy_kwh / 2\"\n[sample]\n\
             method = \"{method}\"\ncount = 64\n"
        ));
        sweep(&folder, &["-o", "out"]);
        let rows = rows(&folder.path().join("out/results.csv"));
        assert_eq!(rows.len(), 65);
        for row in &rows[1..] {
            let (energy, power) = (row[2].parse::<f64>().expect("kWh"), row[3].parse::<f64>().expect("kW"));
            assert!((1000.0..=5000.0).contains(&energy) && power == energy / 2.0, "{row:?}");
            assert_eq!(row[1] == "excluded", energy > 3000.0, "{row:?}");
            assert_eq!(row[4].is_empty(), row[1] == "excluded", "{row:?}");
        }
        // Half of an even spread lies above the middle: 64 points, one in each 64th.
        assert_eq!(rows.iter().filter(|row| row[1] == "excluded").count(), 32, "{method}");
    }
}

#[test]
fn wrong_studies_are_answered_with_place_and_remedy() {
    let vary = |key: &str, rest: &str| format!("[[vary]]\nkey = \"{key}\"\n{rest}\n");
    let capacity = "park.works.pv.pv.capacity_kw";
    for (study, words) in [
        (
            vary("park.works.pv.roof.capacity_kw", "values = [1]"),
            "there is no pv named `roof` (hint: known: pv)",
        ),
        (vary("park.works.pv.pv.capacty_kw", "values = [1]"), "did you mean `capacity_kw`?"),
        (vary(capacity, "values = []"), "the key has no values"),
        (vary(capacity, "range = { from = 0, to = 1e12, step = 1 }"), "values are too many"),
        (
            format!(
                "{}[sample]\nmethod = \"sobol\"\ncount = 3_000_000\n",
                vary(capacity, "min = 1\nmax = 2")
            ),
            "add --yes if that is meant",
        ),
        (
            format!("metrics = [\"bill.totl\"]\n{}", vary(capacity, "values = [1]")),
            "did you mean `bill.total`?",
        ),
        (vary(capacity, "values = [1, nan]"), "is not a finite number"),
        (
            format!(
                "conditions = [\"{capacity} > 5000\", \"{capacity} < 3000\"]\n{}",
                vary(capacity, "range = { from = 2000, to = 8000, step = 1000 }")
            ),
            "none of the 7 designs meets the conditions: `park.works.pv.pv.capacity_kw > 5000` leaves out 4, then \
             `park.works.pv.pv.capacity_kw < 3000` leaves out 3",
        ),
        (format!("{}[sample]\nmethod = \"sobol\"\n", vary(capacity, "min = 1\nmax = 2")), "count"),
    ] {
        let folder = folder(&study);
        let (code, said) = zeropark(folder.path(), &["sweep", "study.toml", "-o", "out"]);
        assert!(code == Some(2) && said.contains(words), "{study}\n{words}\n{said}");
        assert!(!folder.path().join("out").exists());
    }
}

/// The shipped study runs, and its answer is in its own table: more roof is cheaper here.
#[test]
fn the_shipped_study_runs() {
    let folder = TempDir::new().expect("a folder");
    let study = shipped("studies/starter-sizes.toml");
    let (code, said) = zeropark(folder.path(), &["sweep", study.to_str().expect("UTF-8"), "-o", "out"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("42 designs") && said.contains("39 ok"), "{said}");
    let rows = rows(&folder.path().join("out/results.csv"));
    let total = |row: usize| rows[row][5].parse::<f64>().expect("a number");
    assert!(total(37) < total(1), "{} {}", total(37), total(1));
}

/// The front is the one that comparing every pair of rows gives; the marginal value of a key is the
/// difference of two designs that are simulated on their own.
#[test]
fn the_report_says_what_the_table_says() {
    let study = format!(
        "{METRICS}[sample]\nmethod = \"sobol\"\ncount = 64\n[[vary]]\nkey = \"park.works.pv.pv.capacity_kw\"\nmin = 0\n\
         max = 9000\n[[vary]]\nkey = \"park.works.storage.storage.energy_kwh\"\nmin = 200\nmax = 4000\n"
    );
    let folder = folder(&study);
    sweep(&folder, &["-o", "out", "--lang", "zh"]);
    let rows = rows(&folder.path().join("out/results.csv"));
    // design, status, pv, storage, annual total, import, bill, carbon, peak
    let number = |row: &[String], column: usize| row[column].parse::<f64>().expect("a number");
    let beaten = |row: &[String]| {
        rows[1..].iter().any(|other| {
            let (cost, carbon) = (number(other, 4) - number(row, 4), number(other, 7) - number(row, 7));
            cost <= 0.0 && carbon <= 0.0 && (cost < 0.0 || carbon < 0.0)
        })
    };
    let mut front: Vec<&Vec<String>> = rows[1..].iter().filter(|row| !beaten(row)).collect();
    front.sort_by(|a, b| number(a, 4).total_cmp(&number(b, 4)));
    let expected: Vec<u64> = front.iter().map(|row| number(row, 0) as u64).collect();
    let text = std::fs::read_to_string(folder.path().join("out/insight.json")).expect("reads");
    let insight: Value = serde_json::from_str(&text).expect("is JSON");
    let found = insight["front"].as_array().expect("a list");
    let found: Vec<u64> = found.iter().map(|c| c["design"].as_u64().expect("a number")).collect();
    assert_eq!(found, expected);

    let marginal = &insight["marginal"][0];
    let (at, best) = (marginal["at"].as_f64().expect("a number"), number(&rows[1 + expected[0] as usize], 3));
    let pv = rows[1..].iter().map(|row| number(row, 2));
    let step = 0.01 * (pv.clone().fold(0.0, f64::max) - pv.fold(f64::INFINITY, f64::min));
    let list = format!(
        "park.works.pv.pv.capacity_kw,park.works.storage.storage.energy_kwh\n{at},{best}\n{},{best}\n",
        at + step
    );
    std::fs::write(folder.path().join("two.csv"), list).expect("writes");
    let two =
        format!("scenario = \"park/park.toml\"\n{METRICS}[sample]\nmethod = \"list\"\nfile = \"two.csv\"\n");
    std::fs::write(folder.path().join("study.toml"), two).expect("writes");
    sweep(&folder, &["-o", "two"]);
    let pair = crate::rows(&folder.path().join("two/results.csv"));
    let slope = (number(&pair[2], 4) - number(&pair[1], 4)) / step;
    let told = marginal["per_unit"][0].as_f64().expect("a number");
    assert!((slope - told).abs() <= 1e-6 * slope.abs().max(1.0), "{slope} {told}");

    let page = std::fs::read_to_string(folder.path().join("out/report.html")).expect("reads");
    assert!(page.contains("权衡"));
    assert_eq!(page.matches("=\"http").count(), page.matches("xmlns=\"http").count(), "nothing is fetched");
    for name in ["front", "effects", "contour", "best"] {
        let place = folder.path().join("out/figures");
        let svg = std::fs::read_to_string(place.join(format!("{name}.svg"))).expect("reads");
        assert!(svg.ends_with("</svg>\n") || svg.ends_with("</svg>"), "{name}");
        assert!(place.join(format!("{name}.csv")).exists());
    }
}

/// Years of weather are a key like any other: each row is the run with that file, and what only one
/// of the files gives reason to warn of is told. A derived key without a value is no design, named.
#[test]
fn weather_files_vary_and_what_only_some_designs_warn_of_is_told() {
    let shipped_weather = |name: &str| shipped("weather").join(name).to_str().expect("UTF-8").to_owned();
    let (near, far) = (shipped_weather("fuzhou.epw.gz"), shipped_weather("urumqi.epw.gz"));
    let folder = folder(&format!(
        "{METRICS}[[vary]]\nkey = \"site.weather\"\nvalues = [\"{near}\", \"{far}\"]\n[[vary]]\nkey = \
         \"park.works.pv.pv.capacity_kw\"\nvalues = [3000, 4000]\n[[derive]]\nkey = \
         \"park.works.storage.storage.power_kw\"\nfrom = \"1e6 / (park.works.pv.pv.capacity_kw - 3000)\"\n"
    ));
    let (code, said) = zeropark(folder.path(), &["sweep", "study.toml", "-o", "out"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("some designs: ") && said.contains("the weather is from 3452 km away"), "{said}");
    assert!(
        said.contains("park.works.storage.storage.power_kw: its expression has no finite value"),
        "{said}"
    );
    let rows = rows(&folder.path().join("out/results.csv"));
    let states: Vec<&str> = rows[1..].iter().map(|row| row[1].as_str()).collect();
    assert_eq!(states, ["invalid", "ok", "invalid", "ok"]);
    assert!(rows[1][4].is_empty(), "a value that is none is empty: {:?}", rows[1]);
    let scenario = std::fs::read_to_string(folder.path().join("park/park.toml")).expect("reads");
    let before = scenario.lines().find(|line| line.starts_with("weather")).expect("has weather");
    let design = scenario
        .replace(before, &format!("weather = \"{far}\""))
        .replace("capacity_kw = 6000", "capacity_kw = 4000");
    std::fs::write(folder.path().join("park/far.toml"), design).expect("writes");
    let arguments = ["run", "park/far.toml", "-q", "--no-plots", "--no-series", "-o", "far"];
    assert_eq!(zeropark(folder.path(), &arguments).0, Some(0));
    let text = std::fs::read_to_string(folder.path().join("far/summary.json")).expect("reads");
    let summary: Value = serde_json::from_str(&text).expect("is JSON");
    let expected = summary["all"]["configured"]["economics"]["annual_total"].as_f64().expect("a number");
    let ours: f64 = rows[4][5].parse().expect("a number");
    assert!((ours - expected).abs() <= 1e-9 * expected, "{ours} {expected}");
}

/// The workbook holds the designs of the table: the best one first, as numbers.
#[test]
fn the_workbook_of_the_best_designs_reads_back() {
    use calamine::{Data, Reader, Xlsx, open_workbook};
    let study = format!(
        "{METRICS}[[vary]]\nkey = \"park.works.pv.pv.capacity_kw\"\nvalues = [2000, 6000]\n[[vary]]\nkey = \
         \"park.works.storage.storage.energy_kwh\"\nvalues = [500, 2000, 4000]\n"
    );
    let folder = folder(&study);
    sweep(&folder, &["-o", "out", "--xlsx"]);
    let mut table = rows(&folder.path().join("out/results.csv")).split_off(1);
    let number = |cell: &str| cell.parse::<f64>().expect("a number");
    table.sort_by(|a, b| number(&a[4]).total_cmp(&number(&b[4])));
    let mut book: Xlsx<_> = open_workbook(folder.path().join("out/best.xlsx")).expect("opens");
    let sheet = book.worksheet_range("best designs").expect("has it");
    assert_eq!(sheet.height(), 7);
    for (row, expected) in sheet.rows().skip(1).zip(&table) {
        assert_eq!(row[0], Data::String(expected[0].clone()));
        for (cell, expected) in row[1..].iter().zip(&expected[2..]) {
            assert_eq!(*cell, Data::Float(number(expected)));
        }
    }
    assert!(book.worksheet_range("effects of keys").expect("has it").height() == 6);
}

/// Parquet opens in the programs that researchers read it with, where they are installed; everywhere
/// its schema and sums are those of the text table.
#[test]
fn parquet_holds_the_text_table_and_opens_elsewhere() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;
    let study = format!(
        "{METRICS}[[vary]]\nkey = \"park.works.pv.pv.capacity_kw\"\nrange = {{ from = 0, to = 4999, step = 1 }}\n[[vary]]\nkey \
         = \"park.works.dispatch.policy\"\nvalues = [\"self-consumption\"]\n"
    );
    let folder = folder(&study);
    sweep(&folder, &["-o", "text"]);
    sweep(&folder, &["-o", "columns", "--format", "parquet"]);
    let table = rows(&folder.path().join("text/results.csv"));
    let file = folder.path().join("columns/results.parquet");
    let reader = SerializedFileReader::new(std::fs::File::open(&file).expect("opens")).expect("is Parquet");
    let names: Vec<String> = reader
        .metadata()
        .file_metadata()
        .schema()
        .get_fields()
        .iter()
        .map(|field| field.name().to_owned())
        .collect();
    assert_eq!(names, table[0]);
    // Row groups follow the design number, 64 designs each in a table this small.
    assert_eq!(reader.num_row_groups(), 79);
    for (row, expected) in reader.get_row_iter(None).expect("reads").zip(&table[1..]) {
        let row = row.expect("a row");
        assert_eq!(row.get_long(0).expect("design").to_string(), expected[0]);
        assert_eq!(row.get_string(3).expect("policy"), &expected[3]);
        for (column, cell) in expected.iter().enumerate().skip(4) {
            let cell: f64 = cell.parse().expect("a number");
            assert_eq!(row.get_double(column).expect("a number"), cell);
        }
    }
    let sum: f64 = table[1..].iter().map(|row| row[4].parse::<f64>().expect("a number")).sum();
    for (program, read) in [
        ("pandas", "t = pandas.read_parquet(f); n = len(t); s = t[c].sum()"),
        ("polars", "t = polars.read_parquet(f); n = t.height; s = t[c].sum()"),
        (
            "duckdb",
            "n, s = duckdb.sql(f'select count(*), sum(\"{c}\") from read_parquet(\\'{f}\\')').fetchall()[0]",
        ),
    ] {
        let script = format!(
            "import sys\ntry:\n    import {program}\nexcept ImportError:\n    sys.exit(7)\nf, c = \
             sys.argv[1:]\n{read}\nprint(n, repr(float(s)))"
        );
        let output = Command::new("python3").args(["-c", &script]).arg(&file).arg(&names[4]).output();
        let Some(output) = output.ok().filter(|output| output.status.code() != Some(7)) else {
            eprintln!("{program} is not installed: opening the table in it did not run");
            continue;
        };
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let (count, total) = said.trim().split_once(' ').unwrap_or_else(|| panic!("{program}: {output:?}"));
        let total: f64 = total.parse().expect("a number");
        assert!(count == "5000" && (total - sum).abs() <= 1e-9 * sum.abs(), "{program}: {said}");
    }
}
