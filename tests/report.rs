//! The report as its readers meet it: well-formed everywhere, used in a real browser where there is one,
//! drawn again from a finished folder, and compared.

#[path = "report/browser.rs"]
mod browser;
#[path = "report/html.rs"]
mod html;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

fn zeropark(folder: &Path, arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// The home case in both languages, drawn once for all tests.
fn home() -> &'static Path {
    static HOME: OnceLock<tempfile::TempDir> = OnceLock::new();
    HOME.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        for lang in ["en", "zh"] {
            zeropark(folder.path(), &["--lang", lang, "--out", lang, "-q"]);
        }
        folder
    })
    .path()
}

fn page(place: &Path) -> String {
    std::fs::read_to_string(place.join("report.html")).expect("reads")
}

const MINIMAL: &str = r#"schema = 1
name = "small"
title = { en = "<script>alert('en')</script> & \"more\"", zh = "<img src=x onerror=alert(1)>" }
description = "</title></style><b onclick='x'>"
[time]
year = 2025
[site]
latitude_deg = 26.66
longitude_deg = 119.55
timezone = "Asia/Shanghai"
[[park]]
name = "works"
title = "<script>alert('park')</script>"
[[park.load]]
archetype = "office"
annual_mwh = 1000 # A: </pre><script>alert('comment')</script>
[[park.pv]]
capacity_kw = 300
[[park.storage]]
power_kw = 100
energy_kwh = 200
[[park.charging]]
name = "cars"
title = { en = "cars of staff", zh = "员工小汽车" }
fleet = "commuter-car"
vehicles = 60
chargers = [{ class = "ac-7kw", count = 10 }]
strategy = "managed"
[park.grid]
tariff = "fujian-2025-10kv"
carbon = "fujian-2023"
[park.dispatch]
policy = "time-of-use"
[economics]
"#;

/// A folder with a small scenario whose texts are hostile.
fn hostile() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let weather = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/weather/fuzhou.epw.gz");
    std::fs::copy(weather, folder.path().join("fuzhou.epw.gz")).expect("copies");
    let text = MINIMAL.replace("timezone = ", "weather = \"fuzhou.epw.gz\"\ntimezone = ");
    let file = folder.path().join("small.toml");
    std::fs::write(&file, text).expect("writes");
    (folder, file)
}

#[test]
fn the_pages_of_the_home_case_are_valid_and_whole() {
    for (lang, tag) in [("en", "en"), ("zh", "zh-CN")] {
        let page = page(&home().join(lang));
        let tags = html::check(&page);
        let html = tags.iter().find(|tag| tag.name == "html").expect("a root");
        assert_eq!(html.attribute("lang"), Some(tag));
        for id in ["executive", "parks", "park-0", "park-11", "assumptions", "methods", "warnings", "input"] {
            assert!(tags.iter().any(|tag| tag.attribute("id") == Some(id)), "{lang}: no {id}");
        }
        let figures = tags.iter().filter(|tag| tag.name == "figure").count();
        assert!(figures > 60, "{lang}: {figures} figures");
        // The font and the years are text too, of any letters.
        let body = page.split("</head>").nth(1).expect("a body");
        let shown = body.split("<script").next().expect("a part before the scripts");
        assert!(!shown.contains("{}") && !shown.contains(">NaN") && !shown.contains(">inf"), "{lang}");
        // Every heading of the executive summary has an answer.
        let asked =
            page.split("id=\"executive\"").nth(1).and_then(|rest| rest.split("</div></section>").next());
        assert_eq!(asked.expect("stands").matches("<h3>").count(), 6, "{lang}");
    }
}

/// In the theme for grey print every hatch is defined once, however many figures use it.
#[test]
fn a_page_for_grey_print_is_valid_too() {
    let (folder, file) = hostile();
    zeropark(
        folder.path(),
        &["run", &file.display().to_string(), "--theme", "print", "--out", "print", "-q"],
    );
    let page = page(&folder.path().join("print"));
    html::check(&page);
    let used = page.split("url(#").skip(1).filter_map(|rest| rest.split(')').next());
    let names: std::collections::BTreeSet<&str> = used.filter(|name| name.starts_with("hatch-")).collect();
    assert!(names.len() >= 3, "{names:?}");
    for name in names {
        assert_eq!(page.matches(&format!("<pattern id=\"{name}\"")).count(), 1, "{name}");
    }
}

#[test]
fn text_of_the_user_is_harmless_in_every_report() {
    let (folder, file) = hostile();
    for lang in ["en", "zh"] {
        zeropark(folder.path(), &["run", &file.display().to_string(), "--lang", lang, "--out", lang, "-q"]);
        let page = page(&folder.path().join(lang));
        let tags = html::check(&page);
        let scripts = tags.iter().filter(|tag| tag.name == "script").count();
        assert_eq!(scripts, 3, "the script, its words and its years, no more");
        assert!(!tags.iter().any(|tag| tag.name == "img" || tag.name == "b" && !tag.attributes.is_empty()));
        let md = std::fs::read_to_string(folder.path().join(lang).join("report.md")).expect("reads");
        // Every angle bracket of the user is escaped; the program's own stand around links to figures.
        for (at, _) in md.match_indices('<') {
            assert!(md[..at].ends_with(['\\', '(']), "{}", &md[at..]);
        }
    }
}

#[test]
fn a_report_is_drawn_again_from_its_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = |name: &str| std::fs::read(folder.path().join("run").join(name)).expect("reads");
    let (_scenario, file) = hostile();
    let file = file.display().to_string();
    zeropark(folder.path(), &["run", &file, "--out", "run", "-q", "--baseline-series"]);
    let names = ["report.html", "report.md", "report.xlsx", "summary.json", "series_works_baseline.csv"];
    let before = names.map(copy);
    let figure = copy("figures/works_dispatch-week.svg");
    let guns = copy("figures/works_charger-occupancy.csv");
    // Once more in the same language: the same bytes. In another language and week: other ones, and back.
    zeropark(folder.path(), &["report", "run", "-q"]);
    assert!(before == names.map(copy), "the same report has other bytes");
    assert_eq!(figure, copy("figures/works_dispatch-week.svg"));
    assert_eq!(guns, copy("figures/works_charger-occupancy.csv"));
    zeropark(folder.path(), &["report", "run", "-q", "--lang", "zh", "--week", "02-03"]);
    let other = names.map(copy);
    assert!(before[0] != other[0] && String::from_utf8_lossy(&other[0]).contains("lang=\"zh-CN\""));
    // Devices are called by their titles: in the table of charging and in the legend of its figure.
    for (page, title) in [(&before[0], "cars of staff"), (&other[0], "员工小汽车")] {
        let page = String::from_utf8_lossy(page);
        assert!(page.contains(&format!("<td>{title}</td>")), "no row of {title}");
        assert!(
            page.contains(&format!("{title} (10 points)")) || page.contains(&format!("{title}（共 10 把）"))
        );
    }
    assert!(before[3..] == other[3..], "what is no report stays");
    let week =
        std::fs::read_to_string(folder.path().join("run/figures/works_dispatch-week.csv")).expect("reads");
    assert!(week.lines().nth(1).is_some_and(|line| line.starts_with("2025-02-03T00:00")), "{week}");
    // Parquet is read as well.
    zeropark(folder.path(), &["run", &file, "--out", "parquet", "-q", "--format", "parquet"]);
    let drawn = page(&folder.path().join("parquet"));
    zeropark(folder.path(), &["report", "parquet", "-q"]);
    assert!(drawn == page(&folder.path().join("parquet")), "Parquet gives another report");
    // What is not there is said.
    std::fs::remove_file(folder.path().join("run/series_works.csv")).expect("removes");
    let output = zeropark(folder.path(), &["report", "run"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("no series"), "{output:?}");
    assert!(!folder.path().join("run/figures/works_dispatch-week.svg").exists());
}

#[test]
fn what_is_no_finished_run_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("thesis.docx"), "x").expect("writes");
    let refuse = |arguments: &[&str], word: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_zeropark"))
            .current_dir(folder.path())
            .args(arguments)
            .output()
            .expect("starts");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(word), "{output:?}");
    };
    refuse(&["report", "."], "manifest.json");
    refuse(&["report", "nowhere"], "manifest.json");
    std::fs::write(folder.path().join("manifest.json"), "{\"zeropark\":\"0\",\"kind\":\"sweep\"}")
        .expect("writes");
    std::fs::write(folder.path().join("summary.json"), "{}").expect("writes");
    refuse(&["report", "."], "sweep");
    assert_eq!(std::fs::read_dir(folder.path()).expect("lists").count(), 3);
}

#[test]
fn a_comparison_shows_where_runs_differ() {
    let (folder, file) = hostile();
    let more = folder.path().join("more.toml");
    let text =
        std::fs::read_to_string(&file).expect("reads").replace("capacity_kw = 300", "capacity_kw = 600");
    std::fs::write(&more, text).expect("writes");
    for (file, out) in [(&file, "first"), (&more, "second")] {
        zeropark(folder.path(), &["run", &file.display().to_string(), "--out", out, "-q", "--no-plots"]);
    }
    let output = zeropark(folder.path(), &["compare", "first", "second", "--out", "both", "--lang", "zh"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("bill.total"));
    let place = folder.path().join("both");
    let page = std::fs::read_to_string(place.join("compare.html")).expect("reads");
    html::check(&page);
    // The steps between the two totals add up, in the figure's own data.
    let csv = std::fs::read_to_string(place.join("figures/compare-money.csv")).expect("reads");
    let values: Vec<f64> =
        csv.lines().skip(1).filter_map(|line| line.rsplit(',').next()?.parse().ok()).collect();
    let (first, rest) = values.split_first().expect("values");
    let (last, steps) = rest.split_last().expect("values");
    assert!((first + steps.iter().sum::<f64>() - last).abs() < 1e-6 * first.abs(), "{csv}");
    assert!(steps[0] < 0.0, "more PV costs less energy: {csv}");
    for id in ["compare-supply", "compare-money", "compare-carbon"] {
        assert!(place.join(format!("figures/{id}.svg")).exists() && page.contains(id), "{id}");
    }
}

#[test]
fn a_reader_can_use_the_report_in_a_browser() {
    let Some(browser) = browser::chromium("a_reader_can_use_the_report_in_a_browser") else { return };
    for (lang, width) in [("en", 1280), ("zh", 1280), ("en", 500)] {
        let found = browser::read(browser, &home().join(lang).join("report.html"), width);
        assert_eq!(found["errors"], serde_json::json!([]), "{lang} {width}");
        assert_eq!(found["requests"], serde_json::json!([]), "{lang} {width}");
        let checks = found["checks"].as_object().expect("checks");
        assert!(checks.len() >= 25, "{found}");
        let failed: Vec<&String> =
            checks.iter().filter(|(_, truth)| **truth != true).map(|(name, _)| name).collect();
        assert!(failed.is_empty(), "{lang} {width}: {failed:?}");
    }
}

#[test]
fn the_report_prints_every_part_on_its_page() {
    let Some(browser) = browser::chromium("the_report_prints_every_part_on_its_page") else { return };
    for lang in ["en", "zh"] {
        let report = home().join(lang).join("report.html");
        let parts = page(&home().join(lang)).matches(" class=\"page\"").count()
            + page(&home().join(lang)).matches(" class=\"park page").count();
        let pages = browser::printed_pages(browser, &report);
        // The first page, and each part on a page of its own; figures and tables need some more.
        assert!(parts >= 16 && pages > parts && pages <= 80, "{lang}: {pages} pages of {parts} parts");
    }
}
