//! Claims about tariffs and bills.

mod bands;
mod bills;
mod catalogue;
mod laws;
mod parts;
mod real_bills;
mod refusals;

use super::*;
use crate::dispatch::MeterReading;
use crate::time::{Axis, Calendar, Zone};

/// The axis of a year at UTC+8.
fn axis(year: i32, step_minutes: u32) -> Axis {
    Axis { year, step_minutes, utc_offset_minutes: 480 }
}

/// The Chinese calendar on an axis.
fn calendar(axis: Axis) -> Calendar {
    Calendar::new(axis, &Zone::parse("Asia/Shanghai").expect("is known"), true).0
}

/// A tariff over the year 2025 in hours.
fn compile(tariff: &Tariff) -> CompiledTariff {
    let axis = axis(2025, 60);
    tariff.compile(&axis, &calendar(axis), None).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// A band with a price in some hours of every day.
fn band(name: &str, price_per_kwh: f64, hours: &[&str]) -> Band {
    let hours: Vec<HourRange> = hours.iter().map(|text| HourRange::parse(text).expect("hours")).collect();
    Band {
        name: name.into(),
        price: BandPrice::PerKwh(price_per_kwh.into()),
        export_price_per_kwh: None,
        rules: vec![Rule::hours(&hours)],
    }
}

/// A tariff of bands only.
fn banded(bands: Vec<Band>) -> Tariff {
    Tariff { import_price_per_kwh: None, bands, ..Tariff::flat(0.0) }
}

/// What a meter behind the compiled tariff reads: a loop over steps that knows nothing of
/// segments, written from the meaning of the fields.
fn meter(compiled: &CompiledTariff, import_kw: &[f64], export_kw: &[f64]) -> MeterReading<f64> {
    let layout = compiled.layout;
    let mut reading = MeterReading::new(layout);
    let step_h = compiled.axis.step_h();
    for segment in &compiled.segments {
        let month = segment.month as usize;
        for step in segment.start as usize..segment.end as usize {
            let cell = month * layout.bands + segment.band as usize;
            reading.import_kwh[cell] += import_kw[step] * step_h;
            reading.export_kwh[cell] += export_kw[step] * step_h;
            reading.import_cost[month] += import_kw[step] * step_h * compiled.import_price_per_kwh[step];
            reading.export_revenue[month] += export_kw[step] * step_h * compiled.export_price_per_kwh[step];
            let first = step - step % layout.metering_steps;
            let metered = &import_kw[first..first + layout.metering_steps];
            let mean_kw = metered.iter().sum::<f64>() / layout.metering_steps as f64;
            for window in 0..layout.windows {
                if compiled.windows[step] & (1 << window) != 0 {
                    let peak: &mut f64 = &mut reading.peak_kw[month * layout.windows + window];
                    *peak = peak.max(mean_kw);
                }
            }
        }
    }
    reading
}

/// The bill of an import series without export.
fn bill_of(compiled: &CompiledTariff, import_kw: &[f64]) -> Bill<f64> {
    let reading = meter(compiled, import_kw, &vec![0.0; import_kw.len()]);
    compiled.bill(&reading, &BillExtras::none(2025))
}

/// An import that never repeats: a load with a rhythm of days and weeks, kW.
fn wavy_kw(axis: &Axis) -> Vec<f64> {
    let step_h = axis.step_h();
    (0..axis.steps())
        .map(|step| {
            let hour = (step as f64 * step_h).floor();
            600.0 + 250.0 * (hour / 3.7).sin() + 120.0 * (hour / 41.0).cos() + 0.01 * hour
        })
        .collect()
}

fn close(ours: f64, expected: f64, relative: f64) {
    let error = (ours - expected).abs();
    assert!(error <= relative * expected.abs().max(1e-9), "{ours} instead of {expected}");
}
