//! The abatement curve: what a tonne costs by which measure.

use super::Context;
use crate::report::canvas::{DrawError, Figure, HEIGHT, Legend, csv, sheet};
use crate::report::charts::{Block, blocks};
use crate::report::measures::{colour, name};
use crate::report::theme::{grouped, tonnes_scale};

pub fn curve(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let curve = context.park.measures.abatement_curve();
    let most: f64 = curve.iter().map(|(_, tonnes, _)| tonnes).sum();
    if curve.is_empty() || most <= 0.0 {
        return Ok(None);
    }
    let scale = tonnes_scale(most, context.lang);
    let drawn: Vec<Block> = curve
        .iter()
        .map(|(step, tonnes, cost)| Block {
            width: tonnes / scale.factor,
            height: *cost,
            colour: colour(step),
        })
        .collect();
    let legend: Vec<Legend> = curve
        .iter()
        .map(|(step, _, cost)| {
            let price = format!("{} {}/t", grouped(*cost, 0), context.report.currency);
            Legend::new(&format!("{} {price}", name(step, context.lang)), colour(step))
        })
        .collect();
    let x_unit = context.t("figure.abatement.x").replace("{}", scale.unit);
    let y_unit = context.t("figure.abatement.y").replace("{}", &context.report.currency);
    let svg = sheet(HEIGHT, &context.title("figure.abatement"), &legend, |area| {
        blocks(area, &drawn, &x_unit, &y_unit)
    })?;
    let rows = curve.iter().map(|(step, tonnes, cost)| (step.name(), vec![*tonnes, *cost]));
    Ok(Some(Figure {
        id: "abatement-curve".to_owned(),
        caption: context.t("figure.abatement.caption").to_owned(),
        svg,
        csv: csv(&["measure", "avoided_t", "cost_per_t"], rows),
    }))
}
