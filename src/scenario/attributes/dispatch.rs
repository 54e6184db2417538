//! `[park.dispatch]`.

use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// How storage and charging are run.
pub static DISPATCH: TableSpec = TableSpec {
    name: "dispatch",
    doc: "The policy that runs storage and managed charging.",
    attributes: &[&[
        Attribute::new(
            "policy",
            Kind::Choice(&[
                "self-consumption",
                "time-of-use",
                "peak-shaving",
                "peak-shaving-arbitrage",
                "minimum-carbon",
                "zero-export",
                "backup-reserve",
                "forecast",
                "foresight",
            ]),
            "self-consumption: store surplus, serve deficit; time-of-use: also fill from the grid in cheap hours and keep energy for dear ones; peak-shaving: hold import below a threshold; peak-shaving-arbitrage: trade below the threshold; minimum-carbon: time-of-use by the grid's hourly carbon factor; zero-export: self-consumption, nothing leaves the park; backup-reserve: self-consumption above a reserve; forecast: plans storage and managed charging again and again with a forecast of load and generation; foresight: the cheapest schedule of storage and managed charging with the year known, with its proof",
        )
        .default("\"self-consumption\"", ""),
        Attribute::number("grid_charge_up_to_kw", Range::NOT_NEGATIVE, "time-of-use: import up to which cheap hours charge; absent: the month's highest net load with vehicles charging as they like"),
        Attribute::new("cycles_per_day", Kind::OneOf(&[1, 2]), "time-of-use: 2 also charges between two dear spells of a day").default("1", ""),
        Attribute::new("leave_room_for_surplus", Kind::Bool, "time-of-use: cheap hours fill storage only so far that the surplus of the next 24 hours, taken as it will be, finds room; for parks whose own generation often exceeds their load").default("false", ""),
        Attribute::number("threshold_kw", Range::NOT_NEGATIVE, "peak-shaving: import that is not exceeded; absent: the lowest that holds is found for each month"),
        Attribute::number("reserve_share", Range::SHARE, "backup-reserve: share of the usable energy that stays in store").default("0.2", "assumed"),
        Attribute::new("forecast", Kind::Choice(&["persistence", "last-week", "perfect", "noisy", "series"]), "forecast: load and generation as the day before, as the same day a week before, as they will be, as they will be with an error (`forecast_error`), or as series say (`forecast_load_kw`, `forecast_pv_kw`, `forecast_wind_kw`)").default("\"persistence\"", ""),
        Attribute::number("forecast_error", Range::between(0.0, 1.0), "noisy forecast: relative standard deviation of load, PV and wind a day ahead; it grows with the square root of the time ahead up to there, errors of neighbouring hours go together, and the run's seed draws them").default("0.1", "assumed"),
        Attribute::new("forecast_load_kw", Kind::NumberOrSeries(Range::NOT_NEGATIVE), "forecast series: load with charging that nobody moves; absent: as the day before"),
        Attribute::new("forecast_pv_kw", Kind::NumberOrSeries(Range::NOT_NEGATIVE), "forecast series: PV available, AC; absent: as the day before"),
        Attribute::new("forecast_wind_kw", Kind::NumberOrSeries(Range::NOT_NEGATIVE), "forecast series: wind available, AC; absent: as the day before"),
        Attribute::number("horizon_hours", Range::between(1.0, 336.0), "forecast: how far each plan looks").default("48", "assumed"),
        Attribute::number("interval_hours", Range::between(0.05, 168.0), "forecast: how often it plans").default("1", "assumed"),
        Attribute::number("peak_margin", Range::between(0.0, 1.0), "forecast: a month's import is held to what the 30 days before, known afterwards, would have needed, and this share more").default("0.05", "assumed"),
        Attribute::new("ageing_cost", Kind::Bool, "foresight and forecast: reckon with the wear of each storage, its replacement cost over the energy it gives in its cycle life").default("false", ""),
    ]],
    id: "",
};
