//! What each policy costs more than the best year that could have been planned.

use super::Context;
use crate::report::canvas::{DrawError, Figure, HEIGHT, csv, sheet};
use crate::report::charts::{Line, grouped_bars};
use crate::report::policies::name;
use crate::report::theme::{Flow, grouped};

pub fn gap(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let policies = &context.report.policies;
    let best = policies.iter().map(|year| year.cost).fold(f64::INFINITY, f64::min);
    if policies.len() < 2 || !best.is_finite() {
        return Ok(None);
    }
    let gaps: Vec<f64> = policies.iter().map(|year| year.cost - best).collect();
    let most = gaps.iter().copied().fold(0.0, f64::max);
    if most <= 0.0 {
        return Ok(None);
    }
    let labels: Vec<String> = policies
        .iter()
        .map(|year| {
            let name = name(&year.policy, context.lang);
            match year.captured {
                Some(captured) => format!("{name}\n({} %)", grouped(captured * 100.0, 0)),
                None => name,
            }
        })
        .collect();
    let bars = [Line::new("cost_above_best", Flow::Money.colour(), gaps.clone())];
    let drawing = sheet(HEIGHT, &context.title("figure.policies"), &[], |area| {
        grouped_bars(area, &labels, &bars, &context.money(most))
    })?;
    let rows = policies
        .iter()
        .zip(&gaps)
        .map(|(year, gap)| (year.policy.clone(), vec![year.cost, *gap, year.captured.unwrap_or(f64::NAN)]));
    let data = csv(&["policy", "cost", "cost_above_best", "captured_share"], rows);
    Ok(Some(Figure::new("policy-gap", context.t("figure.policies.caption"), drawing, data)))
}
