//! `chargers.csv`: guns in use and vehicles waiting over the hours of a day.

use super::number;
use super::table::quoted;
use crate::charging::{ChargerDay, PoolDay};
use crate::time::Axis;
use std::collections::BTreeMap;

/// A row per park, pool and step of a day with the means of the year, and a row of the pool `all` with the
/// most of all pools together at a time. Empty where no park has chargers whose sessions are known.
pub fn chargers<'a>(parks: impl Iterator<Item = (&'a str, &'a ChargerDay)>, axis: &Axis) -> String {
    let mut text = String::new();
    for (park, day) in parks {
        for pool in &day.pools {
            let means = pool.in_use.iter().zip(&pool.waiting);
            rows(&mut text, (park, &pool.name, pool.guns), axis, means, |values| {
                [values[0], values[1], None, None]
            });
        }
        let guns = day.pools.iter().map(|pool| pool.guns).sum();
        let most = day.most_in_use.iter().zip(&day.most_waiting);
        rows(&mut text, (park, "all", guns), axis, most, |values| [None, None, values[0], values[1]]);
    }
    if text.is_empty() { text } else { format!("{HEADER}\n{text}") }
}

const HEADER: &str = "park,pool,guns,hour,mean_in_use,mean_waiting,most_in_use,most_waiting";

fn rows<'a>(
    text: &mut String,
    (park, pool, guns): (&str, &str, usize),
    axis: &Axis,
    steps: impl Iterator<Item = (&'a f64, &'a f64)>,
    cells: impl Fn([Option<f64>; 2]) -> [Option<f64>; 4],
) {
    for (step, (in_use, waiting)) in steps.enumerate() {
        text.push_str(&format!("{},{},{guns},{}", quoted(park), quoted(pool), step as f64 * axis.step_h()));
        for cell in cells([Some(*in_use), Some(*waiting)]) {
            text.push(',');
            if let Some(value) = cell {
                number::push(text, value);
            }
        }
        text.push('\n');
    }
}

/// The days of the parks from the rows of the file, cells by column name.
pub fn restored(rows: &[BTreeMap<String, String>]) -> BTreeMap<String, ChargerDay> {
    let mut parks: BTreeMap<String, ChargerDay> = BTreeMap::new();
    for row in rows {
        let number = |name: &str| row.get(name).and_then(|cell| cell.parse().ok()).unwrap_or(0.0);
        let (Some(park), Some(pool)) = (row.get("park"), row.get("pool")) else { continue };
        let day = parks.entry(park.clone()).or_default();
        if pool == "all" {
            day.most_in_use.push(number("most_in_use"));
            day.most_waiting.push(number("most_waiting"));
            continue;
        }
        if day.pools.last().is_none_or(|known| known.name != *pool) {
            day.pools.push(PoolDay {
                name: pool.clone(),
                guns: number("guns") as usize,
                ..PoolDay::default()
            });
        }
        if let Some(known) = day.pools.last_mut() {
            known.in_use.push(number("mean_in_use"));
            known.waiting.push(number("mean_waiting"));
        }
    }
    parks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let axis = Axis { year: 2025, step_minutes: 30, utc_offset_minutes: 480 };
        let pool = |name: &str, guns: usize| PoolDay {
            name: name.to_owned(),
            guns,
            in_use: (0..48).map(|step| step as f64 / 7.0).collect(),
            waiting: vec![0.25; 48],
        };
        let day = ChargerDay {
            pools: vec![pool("cars", 3), pool("trucks, heavy", 2)],
            most_in_use: (0..48).map(f64::from).collect(),
            most_waiting: vec![2.0; 48],
        };
        let none = ChargerDay::default();
        let text = chargers([("one", &day), ("two", &none), ("three", &day)].into_iter(), &axis);
        assert_eq!(text.lines().count(), 1 + 2 * 3 * 48);
        assert!(text.lines().nth(2).is_some_and(|line| line.starts_with("one,cars,3,0.5,")), "{text}");
        let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
        let rows: Vec<BTreeMap<String, String>> =
            reader.deserialize().map(|row| row.expect("reads")).collect();
        let parks = restored(&rows);
        assert_eq!(parks.len(), 2);
        assert!(parks["one"] == day && parks["three"] == day);
        assert!(chargers([("two", &none)].into_iter(), &axis).is_empty());
    }
}
