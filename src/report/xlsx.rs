//! `report.xlsx`: the results as tables with real numbers, units and formats.

use super::data::{ParkData, ReportData};
use super::executive;
use super::theme::Scale;
use super::words::{Unit, money_unit, unit};
use super::{html, measures, policies, rules, years};
use crate::lang::{Lang, Message, message, messages};
use crate::metrics::MeasureStep;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use serde_json::Value;

/// The groups of scalar metrics, in the order of `summary.json`.
const GROUPS: [&str; 7] =
    ["energy", "bill", "economics", "carbon", "zero_carbon_park", "green_direct", "intensity"];

/// Rows of a sheet, written from the top.
pub(super) struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
    head: Format,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(
        book: &'a mut Workbook,
        name: &str,
        header: &[String],
        widths: &[f64],
    ) -> Result<Self, XlsxError> {
        let sheet = book.add_worksheet();
        sheet.set_name(name)?;
        let head =
            Format::new().set_bold().set_text_wrap().set_border_bottom(rust_xlsxwriter::FormatBorder::Thin);
        for (column, text) in header.iter().enumerate() {
            sheet.write_string_with_format(0, column as u16, text, &head)?;
            sheet.set_column_width(column as u16, widths.get(column).copied().unwrap_or(16.0))?;
        }
        if !header.is_empty() {
            sheet.set_freeze_panes(1, 0)?;
        }
        Ok(Self { sheet, row: u32::from(!header.is_empty()), head })
    }

    pub(super) fn text(&mut self, column: usize, text: &str) -> Result<(), XlsxError> {
        self.sheet.write_string(self.row, column as u16, text).map(drop)
    }

    pub(super) fn number(&mut self, column: usize, value: Option<f64>, unit: &Unit) -> Result<(), XlsxError> {
        let Some(value) = value.filter(|value| value.is_finite()) else { return Ok(()) };
        let format = Format::new().set_num_format(match unit {
            Unit::Share => "0.0%",
            Unit::Of(unit) if unit == "#" => "0", // months and years
            Unit::Of(unit) if unit.contains('/') => "#,##0.0000",
            Unit::Of(_) if value.abs() < 100.0 => "#,##0.00",
            Unit::Of(_) => "#,##0",
        });
        self.sheet.write_number_with_format(self.row, column as u16, value, &format).map(drop)
    }

    pub(super) fn next(&mut self) {
        self.row += 1;
    }
}

/// An empty workbook with a title and a fixed date, so that the same results are the same bytes.
pub(super) fn titled(title: &str) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    let date = ExcelDateTime::from_ymd(2025, 1, 1)?;
    book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&date));
    Ok(book)
}

/// The workbook as bytes.
///
/// # Errors
/// If a sheet cannot be written.
pub fn workbook(report: &ReportData, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut book = titled(report.title.pick(lang))?;
    summary(&mut book, report, lang)?;
    parks(&mut book, report, lang)?;
    monthly(&mut book, report, lang)?;
    cash_flow(&mut book, report, lang)?;
    measures_sheet(&mut book, report, lang)?;
    years_sheet(&mut book, report, lang)?;
    policies_sheet(&mut book, report, lang)?;
    rules_sheet(&mut book, report, lang)?;
    notes(&mut book, report, lang)?;
    book.save_to_buffer()
}

fn header(lang: Lang, keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| lang.text(key).to_owned()).collect()
}

fn every(report: &ReportData) -> impl Iterator<Item = &ParkData> {
    [&report.all].into_iter().chain(&report.parks)
}

/// Every scalar metric of all parks together and of each: baseline, design, change.
fn summary(book: &mut Workbook, report: &ReportData, lang: Lang) -> Result<(), XlsxError> {
    let keys = [
        "xlsx.park",
        "xlsx.metric",
        "xlsx.unit",
        "waterfall.baseline",
        "waterfall.configured",
        "report.change",
        "xlsx.key",
    ];
    let mut sheet = Sheet::new(
        book,
        lang.text("xlsx.summary"),
        &header(lang, &keys),
        &[26.0, 36.0, 12.0, 18.0, 18.0, 18.0, 40.0],
    )?;
    for park in every(report) {
        for group in GROUPS {
            let Some(metrics) = park.configured[group].as_object() else { continue };
            for key in metrics.keys() {
                let of = |case: &Value| case[group][key].as_f64();
                let values = [of(&park.baseline), of(&park.configured), of(&park.change)];
                if values.iter().all(Option::is_none) {
                    continue;
                }
                let unit = unit(group, key, &report.currency);
                let path = format!("{group}.{key}");
                sheet.text(0, park.title.pick(lang))?;
                sheet.text(1, &known(&format!("metric.{path}"), &path, lang))?;
                sheet.text(2, &unit_name(&unit, &report.currency, lang))?;
                for (column, value) in values.into_iter().enumerate() {
                    sheet.number(3 + column, value, &unit)?;
                }
                sheet.text(6, &path)?;
                sheet.next();
            }
        }
    }
    Ok(())
}

/// The message of a key, or what stands for it.
fn known(key: &str, otherwise: &str, lang: Lang) -> String {
    let message = messages().find(|message| message.key == key);
    message.map_or_else(|| otherwise.to_owned(), |message| lang.pick(message.en, message.zh).to_owned())
}

/// A unit as a column or cell names it; yuan in Chinese.
fn unit_name(unit: &Unit, currency: &str, lang: Lang) -> String {
    match unit {
        Unit::Share => "%".to_owned(),
        Unit::Of(unit) => {
            unit.replace(currency, &money_unit(Scale { factor: 1.0, unit: "" }, currency, lang))
        }
    }
}

/// A row per park with the ledgers and the rule.
fn parks(book: &mut Workbook, report: &ReportData, lang: Lang) -> Result<(), XlsxError> {
    const COLUMNS: [(&str, &str); 10] = [
        ("carbon", "location_based_t"),
        ("carbon", "market_based_t"),
        ("carbon", "park_rule_t"),
        ("carbon", "scope1_t"),
        ("carbon", "embodied_t"),
        ("carbon", "cfe_score"),
        ("carbon", "energy_tce"),
        ("zero_carbon_park", "intensity_t_per_tce"),
        ("zero_carbon_park", "threshold"),
        ("zero_carbon_park", "clean_energy_share"),
    ];
    let mut names = header(lang, &["xlsx.park"]);
    names.extend(COLUMNS.iter().map(|(group, key)| {
        let path = format!("{group}.{key}");
        let name = known(&format!("metric.{path}"), &path, lang);
        match unit_name(&unit(group, key, &report.currency), &report.currency, lang) {
            unit if unit.is_empty() => name,
            unit => format!("{name} ({unit})"),
        }
    }));
    names.push(lang.text("xlsx.pass").to_owned());
    let mut sheet = Sheet::new(book, lang.text("xlsx.carbon"), &names, &[26.0])?;
    for park in every(report) {
        sheet.text(0, park.title.pick(lang))?;
        for (column, (group, key)) in COLUMNS.iter().enumerate() {
            sheet.number(1 + column, park.metric(group, key), &unit(group, key, &report.currency))?;
        }
        let pass = match park.configured["zero_carbon_park"]["pass"].as_bool() {
            Some(true) => "xlsx.yes",
            Some(false) => "xlsx.no",
            None => "xlsx.none",
        };
        sheet.text(1 + COLUMNS.len(), lang.text(pass))?;
        sheet.next();
    }
    Ok(())
}

/// The design's bill by park and month.
fn monthly(book: &mut Workbook, report: &ReportData, lang: Lang) -> Result<(), XlsxError> {
    const PARTS: [&str; 12] = [
        "peak_kw",
        "energy_charge",
        "demand_charge",
        "capacity_charge",
        "fixed_charge",
        "surcharges",
        "power_factor_adjustment",
        "green_supply_cost",
        "wheeling_charge",
        "export_revenue",
        "charging_revenue",
        "total",
    ];
    let mut names = header(lang, &["xlsx.park", "xlsx.month"]);
    names.extend(PARTS.iter().map(|part| {
        let unit = unit_name(&unit("bill", part, &report.currency), &report.currency, lang);
        format!("{} ({unit})", known(&format!("metric.bill.{part}"), part, lang))
    }));
    let mut sheet = Sheet::new(book, lang.text("xlsx.monthly"), &names, &[26.0, 8.0])?;
    for park in every(report) {
        for month in park.configured["bill"]["monthly"].as_array().into_iter().flatten() {
            sheet.text(0, park.title.pick(lang))?;
            sheet.number(1, month["month"].as_f64(), &Unit::Of("#".to_owned()))?;
            for (column, part) in PARTS.iter().enumerate() {
                sheet.number(2 + column, month[*part].as_f64(), &unit("bill", part, &report.currency))?;
            }
            sheet.next();
        }
    }
    Ok(())
}

/// The cash flow of each park and of all.
fn cash_flow(book: &mut Workbook, report: &ReportData, lang: Lang) -> Result<(), XlsxError> {
    let flows =
        |park: &ParkData| park.configured["economics"]["cash_flow"].as_array().cloned().unwrap_or_default();
    let Some(first) = every(report).map(flows).find(|flow| !flow.is_empty()) else { return Ok(()) };
    let parts: Vec<String> =
        first[0].as_object().map(|year| year.keys().cloned().collect()).unwrap_or_default();
    let mut names = header(lang, &["xlsx.park"]);
    names.extend(parts.iter().map(|part| match part.as_str() {
        "year" => lang.text("xlsx.year").to_owned(),
        part => {
            let unit = unit_name(&Unit::Of(report.currency.clone()), &report.currency, lang);
            format!("{} ({unit})", known(&format!("cash.{part}"), part, lang))
        }
    }));
    let mut sheet = Sheet::new(book, lang.text("xlsx.cash"), &names, &[26.0, 8.0])?;
    for park in every(report) {
        for year in flows(park) {
            sheet.text(0, park.title.pick(lang))?;
            for (column, part) in parts.iter().enumerate() {
                let unit = if part == "year" { "#" } else { "" };
                sheet.number(1 + column, year[part].as_f64(), &Unit::Of(unit.to_owned()))?;
            }
            sheet.next();
        }
    }
    Ok(())
}

/// The step from baseline to design, measure by measure.
fn measures_sheet(book: &mut Workbook, report: &ReportData, lang: Lang) -> Result<(), XlsxError> {
    let (money, tonnes) = (Unit::Of(report.currency.clone()), Unit::Of("t".to_owned()));
    let per_t = Unit::Of(format!("{}/t", report.currency));
    let mut names = header(lang, &["xlsx.park"]);
    let of = |key: &str, unit: &Unit| {
        format!("{} ({})", lang.text(&format!("measures.{key}")), unit_name(unit, &report.currency, lang))
    };
    names.push(lang.text("measures.measure").to_owned());
    names.extend(["capex", "bill", "annual"].map(|key| of(key, &money)));
    names.extend(["location", "fuel", "rule"].map(|key| of(key, &tonnes)));
    names.push(of("cost", &per_t));
    let mut sheet = Sheet::new(book, lang.text("measures.title"), &names, &[26.0, 30.0])?;
    for park in every(report).filter(|park| !park.measures.steps.is_empty()) {
        let total = MeasureStep { measures: Vec::new(), change: park.measures.whole };
        for step in park.measures.steps.iter().chain([&total]) {
            let whole = step.measures.is_empty();
            sheet.text(0, park.title.pick(lang))?;
            sheet.text(
                1,
                &if whole { lang.text("measures.total").to_owned() } else { measures::name(step, lang) },
            )?;
            let change = &step.change;
            for (column, value) in [change.capex, change.bill, change.annual_total].into_iter().enumerate() {
                sheet.number(2 + column, value, &money)?;
            }
            let of_carbon = [change.location_based_t, change.scope1_t, change.park_rule_t];
            for (column, value) in of_carbon.into_iter().enumerate() {
                sheet.number(5 + column, value, &tonnes)?;
            }
            sheet.number(8, step.cost_per_t(), &per_t)?;
            sheet.next();
        }
    }
    Ok(())
}

/// The simulated years; no sheet where there is but one.
fn years_sheet(book: &mut Workbook, report: &ReportData, lang: Lang) -> Result<(), XlsxError> {
    if report.all.years.is_empty() {
        return Ok(());
    }
    let mut names = header(lang, &["xlsx.park", "years.year"]);
    names.extend(years::head(&report.currency, lang));
    let mut sheet = Sheet::new(book, lang.text("years.title"), &names, &[26.0, 8.0])?;
    for park in every(report) {
        for year in &park.years {
            sheet.text(0, park.title.pick(lang))?;
            sheet.sheet.write_number(sheet.row, 1, f64::from(year.year))?;
            for (column, (value, unit)) in years::numbers(year, &report.currency).into_iter().enumerate() {
                sheet.number(2 + column, value, &unit)?;
            }
            sheet.next();
        }
    }
    Ok(())
}

/// The policies side by side.
fn policies_sheet(book: &mut Workbook, report: &ReportData, lang: Lang) -> Result<(), XlsxError> {
    if report.policies.is_empty() {
        return Ok(());
    }
    let mut names = header(lang, &["policies.policy"]);
    names.extend(policies::head(&report.currency, lang));
    let mut sheet = Sheet::new(book, lang.text("policies.title"), &names, &[34.0])?;
    for year in &report.policies {
        sheet.text(0, &policies::name(&year.policy, lang))?;
        for (column, (value, unit)) in policies::numbers(year, &report.currency).into_iter().enumerate() {
            sheet.number(1 + column, value, &unit)?;
        }
        sheet.next();
    }
    Ok(())
}

/// Every term of every rule, of all parks together and of each.
fn rules_sheet(book: &mut Workbook, report: &ReportData, lang: Lang) -> Result<(), XlsxError> {
    let keys = [
        "xlsx.park",
        "rules.term",
        "xlsx.unit",
        "rules.value",
        "rules.threshold",
        "rules.margin",
        "rules.verdict",
        "rules.remark",
        "report.assumption.grade",
        "report.assumption.source",
    ];
    let widths = [26.0, 44.0, 10.0, 12.0, 12.0, 12.0, 12.0, 60.0, 12.0, 50.0];
    let mut sheet = Sheet::new(book, lang.text("rules.title"), &header(lang, &keys), &widths)?;
    for park in every(report) {
        let rules = park.configured["rules"].as_array().map(Vec::as_slice).unwrap_or_default();
        for (rule, term) in rules.iter().zip(rules::terms(park, lang)) {
            let unit = match rule["unit"].as_str().unwrap_or_default() {
                "share" => Unit::Share,
                unit => Unit::Of(unit.to_owned()),
            };
            sheet.text(0, park.title.pick(lang))?;
            sheet.text(1, &term.title)?;
            sheet.text(2, if let Unit::Of(name) = &unit { name } else { "%" })?;
            for (column, key) in ["value", "threshold", "margin"].iter().enumerate() {
                sheet.number(3 + column, rule[*key].as_f64(), &unit)?;
            }
            sheet.text(6, rules::verdict(term.pass, lang))?;
            sheet.text(7, &term.remark)?;
            sheet.text(8, &html::grade(&term.grade, lang))?;
            sheet.text(9, &term.source)?;
            sheet.next();
        }
    }
    Ok(())
}

/// What it says in short, what was odd, and which version said so.
fn notes(book: &mut Workbook, report: &ReportData, lang: Lang) -> Result<(), XlsxError> {
    let mut sheet = Sheet::new(book, lang.text("xlsx.notes"), &[], &[])?;
    sheet.sheet.set_column_width(0, 120.0)?;
    let head = sheet.head.clone();
    let mut parts: Vec<(&str, Vec<String>)> =
        executive::blocks(report, lang).into_iter().map(|block| (block.title, block.lines)).collect();
    parts.push((
        lang.text("report.warnings"),
        report.warnings.iter().map(|warning| warning.pick(lang).to_owned()).collect(),
    ));
    for (title, texts) in parts.into_iter().filter(|(_, texts)| !texts.is_empty()) {
        sheet.sheet.write_string_with_format(sheet.row, 0, title, &head)?;
        sheet.next();
        for text in texts {
            sheet.text(0, &text)?;
            sheet.next();
        }
    }
    sheet.text(0, &format!("zeropark {}", report.version))
}

/// The texts of the workbook.
pub const MESSAGES: &[Message] = &[
    message("xlsx.summary", "summary", "指标汇总"),
    message("xlsx.carbon", "carbon", "碳排放"),
    message("xlsx.monthly", "bill by month", "逐月电费"),
    message("xlsx.cash", "cash flow", "现金流"),
    message("xlsx.notes", "notes", "说明"),
    message("xlsx.park", "park", "园区"),
    message("xlsx.metric", "metric", "指标"),
    message("xlsx.unit", "unit", "单位"),
    message("xlsx.key", "key", "键"),
    message("metric.bill.peak_kw", "peak import", "最大需量"),
    message("metric.zero_carbon_park.intensity_t_per_tce", "carbon per unit of energy", "单位能耗碳排放"),
    message("metric.zero_carbon_park.threshold", "threshold", "门槛"),
    message("metric.zero_carbon_park.clean_energy_share", "clean share of energy", "清洁能源消费占比"),
    message("metric.zero_carbon_park.direct_supply_share", "own share of electricity", "绿电直供占比"),
    message("metric.green_direct.self_use_share", "self-used share of generation", "自发自用比例"),
    message("metric.green_direct.consumption_share", "share of consumption", "占用电量比例"),
    message("metric.green_direct.export_share", "exported share", "上网比例"),
    message("metric.green_direct.curtailment_share", "curtailed share", "弃电比例"),
    message("cash.capex", "investment", "投资"),
    message("cash.bill_saving", "saved on the bill", "电费节省"),
    message("cash.fuel_saving", "saved on fuel", "燃料节省"),
    message("cash.opex", "operation and maintenance", "运维"),
    message("cash.replacement", "replacements", "更换"),
    message("cash.residual", "residual value", "残值"),
    message("cash.vat", "VAT", "增值税"),
    message("cash.surtax", "surcharges on VAT", "附加税费"),
    message("cash.tax", "income tax", "所得税"),
    message("xlsx.month", "month", "月"),
    message("xlsx.year", "year", "年"),
    message("xlsx.pass", "zero-carbon park rule met", "零碳园区达标"),
    message("xlsx.yes", "yes", "是"),
    message("xlsx.no", "no", "否"),
    message("xlsx.none", "no threshold", "无门槛"),
];
