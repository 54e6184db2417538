//! Day × hour heat maps.

use super::Context;
use crate::report::canvas::{DrawError, Figure};
use crate::report::charts::YAxis;
use crate::report::heatmap;
use crate::report::theme::{currency, power_scale};

/// A heat map of values; none where they are nowhere above zero.
fn map(
    context: &Context<'_>,
    (id, key): (&str, &str),
    values: &[f64],
    y: impl Fn(f64) -> YAxis,
) -> Result<Option<Figure>, DrawError> {
    let most = values.iter().copied().fold(0.0, f64::max);
    if most <= 0.0 {
        return Ok(None);
    }
    let caption = context.t("figure.heat.caption");
    let axis = &context.report.axis;
    heatmap::figure(id, &context.title(key), caption, &y(most), axis, values, context.lang).map(Some)
}

fn column<'a>(context: &Context<'a>, name: &str) -> Option<&'a [f64]> {
    context.park.series.as_ref().and_then(|series| series.column(name))
}

/// The axis of power up to a largest value.
fn power(most: f64) -> YAxis {
    let scale = power_scale(most);
    YAxis::new(scale.unit, scale.factor)
}

pub fn load(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    column(context, "load_kw")
        .map_or(Ok(None), |values| map(context, ("heatmap-load", "figure.heat.load"), values, power))
}

pub fn pv(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    column(context, "pv_kw")
        .map_or(Ok(None), |values| map(context, ("heatmap-pv", "figure.heat.pv"), values, power))
}

pub fn import(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    column(context, "grid_import_kw")
        .map_or(Ok(None), |values| map(context, ("heatmap-import", "figure.heat.import"), values, power))
}

pub fn stored_energy(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let energy = |most: f64| {
        let scale = power_scale(most);
        YAxis::new(if scale.factor > 1.0 { "MWh" } else { "kWh" }, scale.factor)
    };
    column(context, "storage_energy_kwh")
        .map_or(Ok(None), |values| map(context, ("heatmap-stored-energy", "figure.heat.soc"), values, energy))
}

/// Carbon that comes with the import of each hour.
pub fn carbon(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let (Some(import), Some(factor)) =
        (column(context, "grid_import_kw"), column(context, "grid_carbon_kg_per_kwh"))
    else {
        return Ok(None);
    };
    // With one factor all year the map of a park is that of its import; all parks together show it once.
    let steady = factor.iter().all(|value| (value - factor[0]).abs() <= 1e-12);
    if steady && context.park.name != "all" && context.report.parks.len() > 1 {
        return Ok(None);
    }
    let carbon: Vec<f64> = import.iter().zip(factor).map(|(kw, kg_per_kwh)| kw * kg_per_kwh).collect();
    let mass = |most: f64| {
        if most >= 2e3 { YAxis::new("t CO2/h", 1e3) } else { YAxis::new("kg CO2/h", 1.0) }
    };
    map(context, ("heatmap-carbon", "figure.heat.carbon"), &carbon, mass)
}

/// What one more stored kWh would have been worth in each hour, where the whole year was planned.
pub fn marginal_value(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let money = currency(&context.report.currency, context.lang);
    column(context, "storage_marginal_value_per_kwh").map_or(Ok(None), |values| {
        let price = |_| YAxis::new(format!("{money}/kWh"), 1.0);
        map(context, ("marginal-value", "figure.heat.value"), values, price)
    })
}
