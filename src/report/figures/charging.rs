//! Chargers over the hours of a day: guns in use, and vehicles that wait for one.

use super::Context;
use crate::charging::PoolUse;
use crate::report::canvas::{DrawError, Figure, HEIGHT, Legend, csv, sheet};
use crate::report::charts::{Course, Line, XAxis, YAxis, areas_and_lines};
use crate::report::theme::{Flow, INK, shade};

/// Mean and highest of a series in each step of a day.
fn daily(values: &[f64], steps_per_day: usize) -> (Vec<f64>, Vec<f64>) {
    let days = values.len() / steps_per_day;
    let of = |step: usize| values.iter().skip(step).step_by(steps_per_day).copied();
    let mean = |step| of(step).sum::<f64>() / days as f64;
    let highest = |step| of(step).fold(0.0, f64::max);
    ((0..steps_per_day).map(mean).collect(), (0..steps_per_day).map(highest).collect())
}

/// A figure of one series of each pool: means stacked, the highest of all pools together as a line.
fn by_hour(
    context: &Context<'_>,
    (id, key): (&str, &str),
    of: impl Fn(&PoolUse) -> Vec<f64>,
    label: impl Fn(&PoolUse) -> String,
) -> Result<Option<Figure>, DrawError> {
    let axis = &context.report.axis;
    let per_day = axis.steps_per_day();
    let pools = &context.park.pools;
    let series: Vec<Vec<f64>> = pools.iter().map(of).collect();
    let mut total = vec![0.0; axis.steps()];
    for values in &series {
        total.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
    }
    let (_, highest) = daily(&total, per_day);
    if highest.iter().all(|value| *value <= 0.0) {
        return Ok(None);
    }
    let areas: Vec<Line> = pools
        .iter()
        .zip(&series)
        .enumerate()
        .map(|(i, (pool, values))| Line::new(&pool.name, shade(Flow::Charging, i), daily(values, per_day).0))
        .collect();
    let mut legend: Vec<Legend> =
        pools.iter().zip(&areas).map(|(pool, line)| Legend::new(&label(pool), line.colour)).collect();
    legend.push(Legend::new(context.t("figure.chargers.highest"), INK));
    let line = Line::new("highest", INK, highest.clone());
    let ticks: Vec<(f64, String)> = (0..=8).map(|k| (f64::from(3 * k), format!("{:02}:00", 3 * k))).collect();
    let desc = context.t("figure.chargers.axis");
    let x = XAxis { ticks: &ticks, desc, from: 0.0, step: axis.step_h() };
    let y = YAxis::new(context.t(&format!("{key}.unit")), 1.0);
    let drawing = sheet(HEIGHT, &context.title(key), &legend, |area| {
        areas_and_lines(area, &x, &areas, &[line], Course::Steps, &y)
    })?;
    let header: Vec<&str> =
        ["hour", "highest"].into_iter().chain(areas.iter().map(|line| line.column.as_str())).collect();
    let rows = (0..per_day).map(|step| {
        let means = areas.iter().map(|line| line.values[step]);
        ((step as f64 * axis.step_h()).to_string(), std::iter::once(highest[step]).chain(means).collect())
    });
    let caption = context.t(&format!("{key}.caption"));
    Ok(Some(Figure::new(id, caption, drawing, csv(&header, rows))))
}

pub fn occupancy(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let guns = |pool: &PoolUse| pool.classes.iter().map(|class| class.guns).sum::<usize>();
    let plugged_in = |pool: &PoolUse| {
        let mut sum = vec![0.0; context.report.axis.steps()];
        for class in &pool.classes {
            sum.iter_mut().zip(&class.plugged_in).for_each(|(sum, value)| *sum += value);
        }
        sum
    };
    let of = context.t("figure.occupancy.of");
    by_hour(context, ("charger-occupancy", "figure.occupancy"), plugged_in, |pool| {
        of.replacen("{}", &pool.name, 1).replacen("{}", &guns(pool).to_string(), 1)
    })
}

pub fn waiting(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let waiting = |pool: &PoolUse| pool.waiting.clone();
    by_hour(context, ("charger-waiting", "figure.waiting"), waiting, |pool| pool.name.clone())
}
