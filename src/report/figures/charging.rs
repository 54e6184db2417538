//! Chargers over the hours of a day: guns in use, and vehicles that wait for one.

use super::Context;
use crate::charging::PoolDay;
use crate::report::canvas::{DrawError, Figure, HEIGHT, Legend, csv, sheet};
use crate::report::charts::{Course, Line, XAxis, YAxis, areas_and_lines};
use crate::report::theme::{Flow, INK, shade};

/// Fewer guns or vehicles than this in the fullest step are nobody: a vehicle that waits for three minutes of
/// an hour. A figure of them would show rounding.
const LEAST: f64 = 0.05;

/// A figure of one series of each pool: means stacked, the highest of all pools together as a line.
fn by_hour(
    context: &Context<'_>,
    (id, key): (&str, &str),
    highest: &[f64],
    of: impl Fn(&PoolDay) -> &Vec<f64>,
    label: impl Fn(&PoolDay, &str) -> String,
) -> Result<Option<Figure>, DrawError> {
    let axis = &context.report.axis;
    let pools = &context.park.chargers.pools;
    if highest.iter().all(|value| *value < LEAST) {
        return Ok(None);
    }
    let areas: Vec<Line> = pools
        .iter()
        .enumerate()
        .map(|(i, pool)| Line::new(&pool.name, shade(Flow::Charging, i), of(pool).clone()))
        .collect();
    // A mean that nobody could see has no entry; it stands in the data.
    let most = highest.iter().copied().fold(0.0, f64::max);
    let seen = |line: &Line| line.values.iter().any(|value| *value > 2e-3 * most);
    let mut legend: Vec<Legend> = pools
        .iter()
        .zip(&areas)
        .filter(|(_, line)| seen(line))
        .map(|(pool, line)| {
            Legend::new(&label(pool, context.park.device("charging", &pool.name, context.lang)), line.colour)
        })
        .collect();
    legend.push(Legend::line(context.t("figure.chargers.highest"), INK));
    let line = Line::new("highest", INK, highest.to_vec());
    let ticks: Vec<(f64, String)> = (0..=8).map(|k| (f64::from(3 * k), format!("{:02}:00", 3 * k))).collect();
    let desc = context.t("figure.chargers.axis");
    let x = XAxis { ticks: &ticks, desc, from: 0.0, step: axis.step_h() };
    let y = YAxis::new(context.t(&format!("{key}.unit")), 1.0);
    let drawing = sheet(HEIGHT, &context.title(key), &legend, |area| {
        areas_and_lines(area, &x, &areas, &[line], Course::Steps, &y)
    })?;
    let header: Vec<&str> =
        ["hour", "highest"].into_iter().chain(areas.iter().map(|line| line.column.as_str())).collect();
    let rows = (0..highest.len()).map(|step| {
        let means = areas.iter().map(|line| line.values[step]);
        ((step as f64 * axis.step_h()).to_string(), std::iter::once(highest[step]).chain(means).collect())
    });
    let caption = context.t(&format!("{key}.caption"));
    let title = |name: &str| context.park.device("charging", name, context.lang).to_owned();
    let called = pools.iter().map(|pool| (pool.name.clone(), title(&pool.name)));
    Ok(Some(Figure::new(id, caption, drawing, csv(&header, rows)).calling(called)))
}

pub fn occupancy(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let of = context.t("figure.occupancy.of");
    let label =
        |pool: &PoolDay, title: &str| of.replacen("{}", title, 1).replacen("{}", &pool.guns.to_string(), 1);
    let most = &context.park.chargers.most_in_use;
    by_hour(context, ("charger-occupancy", "figure.occupancy"), most, |pool| &pool.in_use, label)
}

pub fn waiting(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let most = &context.park.chargers.most_waiting;
    let label = |_: &PoolDay, title: &str| title.to_owned();
    by_hour(context, ("charger-waiting", "figure.waiting"), most, |pool| &pool.waiting, label)
}
