//! The abatement curve: what a tonne costs by which measure.

use super::Context;
use crate::report::canvas::{DrawError, Figure, HEIGHT, Legend, csv, sheet};
use crate::report::charts::{Block, YAxis, blocks};
use crate::report::measures::{colour, name};
use crate::report::theme::{currency, grouped, tonnes_scale};

/// Measures that avoid a smaller share of all than this are not drawn.
const SLIVER: f64 = 0.002;

pub fn curve(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let curve = context.park.measures.abatement_curve();
    let most: f64 = curve.iter().map(|(_, tonnes, _)| tonnes).sum();
    if curve.is_empty() || most <= 0.0 {
        return Ok(None);
    }
    let money = currency(&context.report.currency, context.lang);
    let scale = tonnes_scale(most, context.lang);
    // A sliver would not be seen, and its cost per tonne, over next to nothing, would set the axis.
    let seen = || curve.iter().filter(|(_, tonnes, _)| *tonnes >= SLIVER * most);
    let drawn: Vec<Block> = seen()
        .map(|(step, tonnes, cost)| Block { width: *tonnes, height: *cost, colour: colour(step) })
        .collect();
    let legend: Vec<Legend> = seen()
        .map(|(step, _, cost)| {
            let price = format!("{} {money}/t", grouped(*cost, 0));
            Legend::new(&format!("{} {price}", name(step, context.lang)), colour(step))
        })
        .collect();
    let x = YAxis::new(context.t("figure.abatement.x").replace("{}", scale.unit), scale.factor);
    let y = YAxis::new(context.t("figure.abatement.y").replace("{}", money), 1.0);
    let svg =
        sheet(HEIGHT, &context.title("figure.abatement"), &legend, |area| blocks(area, &drawn, &x, &y))?;
    let rows = curve.iter().map(|(step, tonnes, cost)| (step.name(), vec![*tonnes, *cost]));
    let caption = context.t("figure.abatement.caption");
    let data = csv(&["measure", "avoided_t", "cost_per_t"], rows);
    Ok(Some(Figure::new("abatement-curve", caption, svg, data)))
}
