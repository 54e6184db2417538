//! Tests of the whole report, drawn from a made-up park.

use super::data::{BandYear, Localised, ParkData, PolicyCost, ReportData, Series, YearData};
use crate::charging::{ChargerDay, GunsInUse, PoolUse};
use crate::lang::Lang;
use crate::metrics::{Measure, MeasurePath, MeasureStep, MeasureSums};
use crate::output::folder::OutputFolder;
use crate::output::summary::Cases;
use crate::park::{Sizes, Titles};
use crate::time::Axis;
use serde_json::json;

pub(super) fn sample() -> ReportData {
    let axis = Axis { year: 2025, step_minutes: 60, utc_offset_minutes: 480 };
    let hour = |t: usize| (t % 24) as f64;
    let column = |f: &dyn Fn(usize) -> f64| (0..axis.steps()).map(f).collect::<Vec<f64>>();
    let pv = column(&|t| {
        4000.0
            * ((hour(t) - 6.0) / 12.0 * std::f64::consts::PI).sin().max(0.0)
            * (0.7 + 0.3 * (t as f64 / 900.0).sin())
    });
    let load = column(&|t| 3000.0 + if (8.0..20.0).contains(&hour(t)) { 2500.0 } else { 0.0 });
    let import: Vec<f64> = load.iter().zip(&pv).map(|(l, p)| (l - p).max(0.0)).collect();
    let export: Vec<f64> = load.iter().zip(&pv).map(|(l, p)| (p - l).max(0.0)).collect();
    let stored = column(&|t| 500.0 * (1.0 + (t as f64 / 8.0).sin()));
    let (factor, value) = (column(&|t| 0.4 + 0.01 * hour(t)), column(&|t| 0.3 + 0.02 * hour(t)));
    let sum = |v: &[f64]| v.iter().sum::<f64>();
    let monthly: Vec<_> = (0..12)
        .map(|m| json!({"month": m + 1, "energy_charge": 2.0e6, "demand_charge": 2.2e5, "export_revenue": 1.0e4 * f64::from(m)}))
        .collect();
    let metrics = |import_kwh: f64, cost: f64, tonnes: f64| {
        json!({
            "energy": {"load_kwh": sum(&load), "pv_available_kwh": sum(&pv), "grid_import_kwh": import_kwh,
                       "grid_export_kwh": sum(&export), "renewable_used_kwh": 1.0e6, "charging_kwh": 5.0e4,
                       "wind_available_kwh": 3.0e4, "v2g_kwh": 2.0e4, "curtailed_kwh": 3.0e4, "unserved_kwh": 2.0e4, "self_sufficiency": 0.31},
            "bill": {"total": cost, "energy_charge": cost * 0.8, "demand_charge": cost * 0.2, "monthly": monthly},
            "economics": {"annual_total": cost, "opex_annual": 5e4, "cash_flow": (0..21).map(|y| json!({"year": y, "net": if y == 0 { -1.5e7 } else { 2.0e6 }})).collect::<Vec<_>>()},
            "storage": [{"name": "station", "soh_by_year": (0..25).map(|y| 1.0 - 0.02 * f64::from(y % 13)).collect::<Vec<_>>(),
                         "cycles_by_depth": [200.0, 30.5, 12.0, 0.0, 3.0, 4.0, 50.0, 60.0, 20.5, 11.0]}],
            "rules": [
                {"rule": "zero-carbon-park", "term": "intensity", "title": {"en": "National zero-carbon park: carbon intensity", "zh": "国家级零碳园区：单位能耗碳排放"},
                 "value": 4.8, "threshold": 0.2, "unit": "t/tce", "sense": "at-most", "margin": -4.6, "pass": false},
                {"rule": "zero-carbon-park", "term": "clean-energy-share", "title": {"en": "National zero-carbon park: clean share", "zh": "国家级零碳园区：清洁能源占比"},
                 "value": 0.95, "threshold": 0.9, "unit": "share", "sense": "at-least", "margin": 0.05, "pass": true},
                {"rule": "zero-carbon-park", "term": "unknown", "title": {"en": "unknown", "zh": "未知"}, "value": null, "threshold": 0.5, "unit": "share", "sense": "at-least", "margin": null, "pass": null}],
            "carbon": {"location_based_t": tonnes, "market_based_t": tonnes * 1.2, "scope1_t": 4000.0},
        })
    };
    let park = |name: &str, title: &str| {
        ParkData {
        name: name.to_owned(),
        title: Localised { en: title.to_owned(), zh: "蕉城园区".to_owned() },
        baseline: metrics(sum(&load), 3.0e7, 15000.0),
        configured: metrics(sum(&import), 2.5e7, 11000.0),
        change: json!({"bill": {"total": -5.0e6, "energy_charge": -4.0e6, "demand_charge": -1.0e6}, "economics": {"annual_total": -5.0e6, "opex_annual": 5.0e4}, "carbon": {"location_based_t": -4000.0}}),
        series: Some(Series {
            columns: [
                ("load_kw", &load),
                ("pv_kw", &pv),
                ("grid_import_kw", &import),
                ("grid_export_kw", &export),
                ("storage_energy_kwh", &stored),
                ("grid_carbon_kg_per_kwh", &factor),
                ("storage_marginal_value_per_kwh", &value),
            ]
            .map(|(name, values)| (name.to_owned(), values.clone()))
            .to_vec(),
        }),
        measures: path(),
        years: [(2025, 3.0e7, 2.5e7), (2030, 3.3e7, 2.6e7)]
            .map(|(year, before, after)| {
                let of = |cost: f64| json!({"economics": {"annual_total": cost}, "carbon": {"location_based_t": cost / 2000.0}});
                let cases = Cases { baseline: of(before), configured: of(after), change: of(after - before) };
                YearData { year, cases }
            })
            .to_vec(),
        titles: Titles::default(),
        sizes: Sizes { pv_kw: 5000.0, storage_kw: 500.0, storage_kwh: 1000.0, guns: 4, ..Sizes::default() },
        chargers: ChargerDay::of(&[("cars", 3.0), ("trucks", 2.0)]
            .map(|(name, guns)| PoolUse {
                name: name.to_owned(),
                classes: vec![GunsInUse {
                    class: "dc-180kw".to_owned(),
                    guns: guns as usize,
                    plugged_in: column(&|t| guns * (hour(t) / 24.0) * (0.5 + (t % 7) as f64 / 14.0)),
                }],
                waiting: column(&|t| if (16..19).contains(&(t % 24)) { guns } else { 0.0 }),
            }), &axis),
        bands: [("peak", 0.8), ("valley", 0.3), ("flat", 0.5)]
            .map(|(name, price)| BandYear {
                name: name.to_owned(),
                kwh: [1.0e5; 12],
                money: std::array::from_fn(|month| 1.0e5 * price + month as f64),
            })
            .to_vec(),
    }
    };
    ReportData {
        name: "sample".to_owned(),
        title: Localised { en: "Sample parks".to_owned(), zh: "示例园区".to_owned() },
        description: Localised::default(),
        currency: "CNY".to_owned(),
        axis,
        parks: vec![park("one", "Park <script>alert(1)</script>"), park("two", "Second park")],
        all: ParkData { series: None, ..park("all", "All parks") },
        policies: [("no-storage", 2.6e7, 0.0), ("self-consumption", 2.5e7, 0.5), ("foresight", 2.4e7, 1.0)]
            .map(|(policy, cost, captured)| PolicyCost {
                policy: policy.to_owned(),
                bill: cost + 3.0e4,
                peak_import_kw: 12_345.0,
                location_based_t: Some(4567.0),
                full_cycles: (captured > 0.0).then_some(321.0),
                ageing_cost: 1.0e6 * captured,
                end_state_value: 3.0e4,
                cost,
                captured: Some(captured),
            })
            .to_vec(),
        advice: vec![Localised::both("a rule <i>binds</i>")],
        warnings: vec![Localised::both("a <b>warning</b>")],
        assumptions: Vec::new(),
        echo: "name = \"x\"".to_owned(),
        version: "test".to_owned(),
    }
}

/// Draws the sample into a folder; kept where `ZEROPARK_KEEP_REPORT` names one, to be looked at.
fn drawn(lang: Lang) -> (tempfile::TempDir, std::path::PathBuf) {
    let base = tempfile::tempdir().expect("a folder");
    let place = match std::env::var_os("ZEROPARK_KEEP_REPORT") {
        Some(keep) => std::path::PathBuf::from(keep).join(lang.tag()),
        None => base.path().join("out"),
    };
    let _ = std::fs::remove_dir_all(&place);
    let folder = OutputFolder::begin(&place).expect("begins");
    super::write(&folder, &sample(), super::Look { lang, ..Default::default() }).expect("draws");
    folder.finish().expect("finishes");
    (base, place)
}

#[test]
fn user_text_is_harmless_and_figures_are_well_formed() {
    for lang in [Lang::En, Lang::Zh] {
        let (_base, place) = drawn(lang);
        let page = std::fs::read_to_string(place.join("report.html")).expect("reads");
        assert!(!page.contains("<script>alert"));
        assert!(page.contains(&format!("<html lang=\"{}\">", lang.tag())));
        assert!(!page.contains("src=\"http") && !page.contains("href=\"http"));
        let figures: Vec<_> = std::fs::read_dir(place.join("figures")).expect("lists").flatten().collect();
        let svgs = figures.iter().filter(|f| f.path().extension().is_some_and(|e| e == "svg")).count();
        let of = |ending: &str| {
            figures.iter().filter(|f| f.path().extension().is_some_and(|e| e == ending)).count()
        };
        assert_eq!(svgs, of("csv"), "every figure has its data beside it");
        assert!(svgs >= 20, "{svgs} figures");
        for figure in figures.iter().filter(|f| f.path().extension().is_some_and(|e| e == "svg")) {
            let svg = std::fs::read_to_string(figure.path()).expect("reads");
            assert!(svg.contains("role=\"img\"") && !svg.contains("<text"), "{:?}", figure.path());
            assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{:?}", figure.path());
        }
    }
}

/// PV that earns and storage that costs.
fn path() -> MeasurePath {
    let sums = |cost, tonnes| MeasureSums {
        annual_total: Some(cost),
        location_based_t: Some(tonnes),
        ..MeasureSums::default()
    };
    let step = |measure, change| MeasureStep { measures: vec![measure], change };
    MeasurePath {
        steps: vec![step(Measure::Pv, sums(-6.0e6, -3500.0)), step(Measure::Storage, sums(1.0e6, -500.0))],
        whole: sums(-5.0e6, -4000.0),
    }
}

/// The workbook read back: numbers are numbers, and those of the summary are the metrics.
#[test]
fn the_workbook_holds_the_numbers_of_the_summary() {
    use calamine::{Data, Reader, Xlsx, open_workbook};
    for (lang, first, bills) in [(Lang::En, "summary", "bill by month"), (Lang::Zh, "指标汇总", "逐月电费")]
    {
        let (_base, place) = drawn(lang);
        let mut book: Xlsx<_> = open_workbook(place.join("report.xlsx")).expect("opens");
        assert_eq!(book.sheet_names().len(), 9);
        let sheet = book.worksheet_range(first).expect("a sheet");
        let row = |metric: &str| {
            let mut rows = sheet.rows();
            rows.find(|row| row[6] == Data::String(metric.to_owned())).expect("a row").to_vec()
        };
        let currency = if lang == Lang::En { "CNY" } else { "元" };
        assert_eq!(
            row("bill.total")[2..6],
            [Data::String(currency.into()), 3.0e7.into(), 2.5e7.into(), (-5.0e6).into()].map(Data::from)
        );
        assert_eq!(row("energy.self_sufficiency")[2], Data::String("%".into()));
        assert_eq!(row("energy.self_sufficiency")[4], Data::Float(0.31));
        let months = book.worksheet_range(bills).expect("a sheet");
        // All parks together and two parks, twelve months each, under the header.
        assert_eq!(months.height(), 1 + 3 * 12);
        let named: Vec<Data> = months.rows().map(|row| row[0].clone()).collect();
        assert!(named.contains(&Data::String("Second park".into())) || lang == Lang::Zh, "{named:?}");
    }
}

/// The policies stand side by side on the page, in the Markdown and in the workbook; what a policy has not is
/// a dash or an empty cell, never 0.
#[test]
fn every_report_holds_the_table_of_policies() {
    use calamine::{Data, Reader, Xlsx, open_workbook};
    for (lang, names, row, sheet) in [
        (
            Lang::En,
            ["no storage", "self-consumption", "whole year known"],
            "25.030 million CNY | 12.3 MW | 4.57 kt | 321 | 500 thousand CNY | 30.0 thousand CNY | 25.000 million CNY | 50.0 %",
            "Policies side by side",
        ),
        (
            Lang::Zh,
            ["无储能", "自发自用", "全年预知"],
            "2,503.0 万元 | 12.3 MW | 4,567 t | 321 | 50.0 万元 | 3.00 万元 | 2,500.0 万元 | 50.0 %",
            "运行策略对照",
        ),
    ] {
        let (_base, place) = drawn(lang);
        let md = std::fs::read_to_string(place.join("report.md")).expect("reads");
        assert!(md.contains(&format!("| {} | {row} |", names[1])), "{lang:?}: {md}");
        let page = std::fs::read_to_string(place.join("report.html")).expect("reads");
        let part = page.split("id=\"policies\"").nth(1).and_then(|rest| rest.split("</table>").next());
        let part = part.expect("a table");
        assert!(names.iter().all(|name| part.contains(&format!("<th scope=\"row\">{name}</th>"))), "{part}");
        let cells = row.replace(" | ", "</td><td>");
        assert!(part.contains(&format!("<td>{cells}</td>")) && part.contains("<td>–</td>"), "{part}");
        let mut book: Xlsx<_> = open_workbook(place.join("report.xlsx")).expect("opens");
        let sheet = book.worksheet_range(sheet).expect("a sheet");
        let rows: Vec<&[Data]> = sheet.rows().collect();
        assert_eq!((rows.len(), rows[1][4].clone()), (4, Data::Empty));
        let numbers = [2.503e7, 12_345.0, 4567.0, 321.0, 5.0e5, 3.0e4, 2.5e7, 0.5].map(Data::Float);
        assert_eq!((rows[2][0].clone(), &rows[2][1..]), (Data::String(names[1].into()), &numbers[..]));
    }
}

/// Text of the user is text, whatever it holds; tables have as many cells as columns.
#[test]
fn the_markdown_is_well_formed() {
    for lang in [Lang::En, Lang::Zh] {
        let (_base, place) = drawn(lang);
        let text = std::fs::read_to_string(place.join("report.md")).expect("reads");
        assert!(!text.contains("<script>") && !text.contains("<i>") && !text.contains("{}"), "{text}");
        let mut columns = 0;
        for line in text.lines() {
            let bars = line.replace("\\|", "").matches('|').count();
            assert!(bars == 0 || columns == 0 || bars == columns, "{line}");
            columns = bars;
        }
        for link in text.split("](<").skip(1) {
            let file = link.split('>').next().expect("an end");
            assert!(place.join(file).exists(), "{file}");
        }
        let cheapest = if lang == Lang::En {
            "The cheapest carbon is that of PV"
        } else {
            "减排成本最低：光伏"
        };
        assert!(text.contains(cheapest), "{text}");
    }
}
