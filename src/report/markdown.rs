//! `report.md`: the report as Markdown, for documents that embed it.

use super::data::{ParkData, ReportData};
use super::html::Section;
use super::words::{dash, energy, money, tonnes};
use super::{charging, executive, html, measures, metrics_table, policies, rules, years};
use crate::lang::Lang;
use crate::metrics::MeasureStep;
use crate::report::theme::grouped;
use std::fmt::Write as _;

/// The text. Figures are linked where they stand in the folder.
pub fn text(report: &ReportData, all: &Section<'_>, parks: &[Section<'_>], lang: Lang) -> String {
    let mut md = format!("# {}\n\n", plain(report.title.pick(lang)));
    let description = report.description.pick(lang).trim();
    if !description.is_empty() {
        let _ = write!(md, "{}\n\n", plain(description));
    }
    let _ = write!(md, "## {}\n\n", lang.text("executive.title"));
    for block in executive::blocks(report, lang) {
        let _ = write!(md, "### {}\n\n", block.title);
        for line in block.lines {
            let _ = writeln!(md, "- {}", plain(&line));
        }
        md.push('\n');
    }
    let _ = write!(md, "## {}\n\n", lang.text("report.summary"));
    overview(&mut md, report, lang);
    rules_table(&mut md, all.park, lang);
    measures_table(&mut md, report, all.park, lang);
    years_table(&mut md, report, all.park, lang);
    policies_table(&mut md, report, lang);
    figures(&mut md, all);
    for section in parks {
        let _ = write!(md, "## {}\n\n", plain(section.park.title.pick(lang)));
        rules_table(&mut md, section.park, lang);
        metrics(&mut md, report, section.park, lang);
        measures_table(&mut md, report, section.park, lang);
        years_table(&mut md, report, section.park, lang);
        charging_tables(&mut md, section.park, lang);
        figures(&mut md, section);
    }
    if !report.warnings.is_empty() {
        let _ = write!(md, "## {}\n\n", lang.text("report.warnings"));
        for warning in &report.warnings {
            let _ = writeln!(md, "- {}", plain(warning.pick(lang)));
        }
        md.push('\n');
    }
    let _ = writeln!(md, "zeropark {}", report.version);
    md
}

/// Text that Markdown would read as markup, made plain; in one line.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

fn row(md: &mut String, cells: impl IntoIterator<Item = String>) {
    let cells: Vec<String> = cells.into_iter().collect();
    let _ = writeln!(md, "| {} |", cells.join(" | "));
}

fn head(md: &mut String, cells: impl IntoIterator<Item = String>) {
    let cells: Vec<String> = cells.into_iter().collect();
    let line: Vec<&str> = (0..cells.len()).map(|column| if column == 0 { "---" } else { "---:" }).collect();
    let _ = writeln!(md, "| {} |\n| {} |", cells.join(" | "), line.join(" | "));
}

fn overview(md: &mut String, report: &ReportData, lang: Lang) {
    let names = ["park", "load", "pv", "wind", "import", "bill", "annual", "carbon"];
    head(md, names.map(|key| lang.text(&format!("report.column.{key}")).to_owned()));
    for park in report.parks.iter().chain([&report.all]) {
        row(
            md,
            [
                plain(park.title.pick(lang)),
                energy(park.metric("energy", "load_kwh"), lang),
                energy(park.metric("energy", "pv_available_kwh"), lang),
                energy(park.metric("energy", "wind_available_kwh"), lang),
                energy(park.metric("energy", "grid_import_kwh"), lang),
                money(park.metric("bill", "total"), &report.currency, lang),
                money(park.change["economics"]["annual_total"].as_f64(), &report.currency, lang),
                tonnes(park.change["carbon"]["location_based_t"].as_f64(), lang),
            ],
        );
    }
    md.push('\n');
}

fn rules_table(md: &mut String, park: &ParkData, lang: Lang) {
    let terms = rules::terms(park, lang);
    if terms.is_empty() {
        return;
    }
    let _ = write!(md, "### {}\n\n", lang.text("rules.title"));
    head(md, rules::COLUMNS.map(|key| lang.text(key).to_owned()));
    for term in terms {
        let evidence = format!("{}: {}", html::grade(&term.grade, lang), term.source);
        let verdict = rules::verdict(term.pass, lang);
        let cells =
            [&term.title, &term.value, &term.threshold, &term.margin, verdict, &term.remark, &evidence];
        row(md, cells.map(plain));
    }
    md.push('\n');
}

fn measures_table(md: &mut String, report: &ReportData, park: &ParkData, lang: Lang) {
    let path = &park.measures;
    if path.steps.is_empty() {
        return;
    }
    let _ = write!(md, "### {}\n\n{}\n\n", lang.text("measures.title"), lang.text("measures.note"));
    let names = ["measure", "capex", "bill", "annual", "location", "fuel", "rule", "cost"];
    head(md, names.map(|key| lang.text(&format!("measures.{key}")).to_owned()));
    let total = MeasureStep { measures: Vec::new(), change: path.whole };
    for step in path.steps.iter().chain([&total]) {
        let whole = step.measures.is_empty();
        let change = &step.change;
        row(
            md,
            [
                if whole { lang.text("measures.total").to_owned() } else { measures::name(step, lang) },
                money(change.capex, &report.currency, lang),
                money(change.bill, &report.currency, lang),
                money(change.annual_total, &report.currency, lang),
                tonnes(change.location_based_t, lang),
                tonnes(change.scope1_t, lang),
                tonnes(change.park_rule_t, lang),
                step.cost_per_t().map_or_else(dash, |cost| grouped(cost, 0)),
            ],
        );
    }
    md.push('\n');
}

fn years_table(md: &mut String, report: &ReportData, park: &ParkData, lang: Lang) {
    let rows = years::rows(park, &report.currency, lang);
    let Some((first, rows)) = rows.split_first() else { return };
    let _ = write!(md, "### {}\n\n{}\n\n", lang.text("years.title"), lang.text("years.note"));
    head(md, first.iter().cloned());
    rows.iter().for_each(|cells| row(md, cells.iter().cloned()));
    md.push('\n');
}

fn policies_table(md: &mut String, report: &ReportData, lang: Lang) {
    let rows = policies::rows(report, lang);
    let Some((first, rows)) = rows.split_first() else { return };
    let _ = write!(md, "### {}\n\n{}\n\n", lang.text("policies.title"), lang.text("policies.note"));
    head(md, first.iter().cloned());
    rows.iter().for_each(|cells| row(md, cells.iter().map(|cell| plain(cell))));
    md.push('\n');
}

fn charging_tables(md: &mut String, park: &ParkData, lang: Lang) {
    for table in charging::tables(park, lang) {
        let Some((first, rows)) = table.rows.split_first() else { continue };
        let _ = write!(md, "### {}\n\n{}\n\n", table.title, table.note);
        head(md, first.iter().cloned());
        rows.iter().for_each(|cells| row(md, cells.iter().map(|cell| plain(cell))));
        md.push('\n');
    }
}

fn metrics(md: &mut String, report: &ReportData, park: &ParkData, lang: Lang) {
    let names = ["report.metric", "waterfall.baseline", "waterfall.configured", "report.change"];
    head(md, names.map(|key| lang.text(key).to_owned()));
    for (group, key, scale, values) in metrics_table::rows(park, &report.currency, lang) {
        let unit = if scale.unit.is_empty() { String::new() } else { format!(" ({})", scale.unit) };
        let label = format!("{}{unit} `{group}.{key}`", metrics_table::name(group, key, lang));
        row(md, [label].into_iter().chain(values.map(|value| scale.number(value))));
    }
    md.push('\n');
}

fn figures(md: &mut String, section: &Section<'_>) {
    let name = section.park.name.replace(' ', "_");
    for figure in &section.figures {
        let _ = write!(md, "![{}](<figures/{name}_{}.svg>)\n\n", plain(&figure.caption), figure.id);
    }
}
