//! `docs/validation.md` from the cases.

use std::fmt::Write;

use crate::stats::{Case, Errors, Peers};

pub fn write(cases: &[Case], peers: &Peers) -> String {
    let mut page = String::from(INTRODUCTION);
    page += "\n## Overview\n\n| case | rows | measured mean | zeropark MBE | RMSE | nRMSE of capacity | peer | peer MBE | peer RMSE | published band |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
    for case in cases {
        let errors = Errors::of(&case.rows);
        let peer = peers.get(&(case.id.to_owned(), "all".to_owned(), 0));
        let _ = write!(
            page,
            "| [{}](#{}) | {} | {} {} | {} ({}) | {} | {} | ",
            case.title,
            case.id,
            errors.count,
            digits(errors.measured),
            case.unit,
            digits(errors.mbe),
            percent(errors.mbe / errors.measured),
            digits(errors.rmse),
            share(errors.rmse / case.capacity),
        );
        match peer {
            Some(peer) => {
                let _ = writeln!(
                    page,
                    "{} | {} ({}) | {} | {} |",
                    peer.tool,
                    digits(peer.mbe),
                    percent(peer.mbe / errors.measured),
                    digits(peer.rmse),
                    band(case, &errors)
                );
            }
            None => {
                let _ = writeln!(page, "none | | | {} |", band(case, &errors));
            }
        }
    }
    page += FINDINGS;
    for case in cases {
        page += &section(case, peers);
    }
    page
}

/// Where a case stands against what is published for established PV tools: ±8 % of the sum, an hourly
/// RMSE of 7 % of capacity. There is no such band for single wind turbines.
fn band(case: &Case, errors: &Errors) -> String {
    if case.id.starts_with("haute-borne") {
        return "none for wind".to_owned();
    }
    let place = |inside: bool| if inside { "inside" } else { "**outside**" };
    let bias = (errors.mbe / errors.measured).abs() <= 0.08;
    let scatter = errors.rmse / case.capacity <= 0.07;
    format!("bias {}, RMSE {}", place(bias), place(scatter))
}

fn section(case: &Case, peers: &Peers) -> String {
    let mut text = format!("\n## <a id=\"{}\"></a>{}\n\n{}\n\n", case.id, case.title, case.what);
    if let Some((factor, rows)) = &case.scaled {
        let errors = Errors::of(rows);
        let _ = writeln!(
            text,
            "After one scale factor of {factor:.3}: MBE {} of the measured mean, RMSE {} of it and {} of capacity, \
             over {} rows that the factor has not seen.\n",
            percent(errors.mbe / errors.measured),
            share(errors.rmse / errors.measured),
            share(errors.rmse / case.capacity),
            errors.count
        );
    }
    let _ = writeln!(text, "![{}](figures/validation-{}.svg)\n", case.title, case.id);
    for (group, keys) in [("month", 12), ("hour", 24)] {
        let _ = writeln!(
            text,
            "| {group} | rows | measured {0} | MBE {0} | RMSE {0} | nRMSE of capacity | peer MBE | peer RMSE |\n| --- | --- | --- | --- | --- | --- | --- | --- |",
            case.unit
        );
        for key in 0..keys {
            let of = |row: &&crate::stats::Row| key == if group == "hour" { row.hour } else { row.month };
            let errors = Errors::of(case.rows.iter().filter(of));
            if errors.count == 0 {
                continue;
            }
            let label = if group == "hour" { key } else { key + 1 };
            let _ = write!(
                text,
                "| {label} | {} | {} | {} | {} | {} | ",
                errors.count,
                digits(errors.measured),
                digits(errors.mbe),
                digits(errors.rmse),
                share(errors.rmse / case.capacity)
            );
            match peers.get(&(case.id.to_owned(), group.to_owned(), key)) {
                Some(peer) => {
                    let _ = writeln!(text, "{} | {} |", digits(peer.mbe), digits(peer.rmse));
                }
                None => text += "| |\n",
            }
        }
        text += "\n";
    }
    text
}

fn percent(value: f64) -> String {
    format!("{:+.1} %", value * 100.0)
}

fn share(value: f64) -> String {
    format!("{:.1} %", value * 100.0)
}

fn digits(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}

const INTRODUCTION: &str = include_str!("introduction.md");
const FINDINGS: &str = include_str!("findings.md");
