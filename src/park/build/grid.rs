//! The park's connection: limits, tariff, grid carbon; and the policy that runs its devices.

use super::Context;
use crate::dispatch::Policy;
use crate::metrics::{grid_factor, grid_factor_names};
use crate::park::project::{Forecast, ForecastSource, Operation, PolicyOptions};
use crate::park::project::{Grid, Park, Series};
use crate::problem::Problem;
use crate::scenario::{Table, Value};

/// The connection of a park; what is wrong is reported and a free tariff stands in.
pub fn grid(context: &Context<'_>, park: &Table, problems: &mut Vec<Problem>) -> Grid {
    let table = park.table("grid");
    let number = |key: &str| table.and_then(|table| table.number(key));
    let tariff = table.and_then(|table| match super::tariff::tariff(context, table, problems) {
        Ok(found) => found,
        Err(found) => {
            problems.extend(found);
            None
        }
    });
    let billed = tariff.is_some();
    let (tariff_base, tariff_changed) = match table.and_then(|table| table.value("tariff")) {
        Some(Value::Text(name)) => (Some(name.clone()), false),
        Some(Value::Table(inline)) => (inline.text("base").map(str::to_owned), true),
        _ => (None, false),
    };
    let carbon_kg_per_kwh = table.and_then(|table| match carbon(context, table, problems) {
        Ok(series) => series,
        Err(found) => {
            problems.extend(found);
            None
        }
    });
    Grid {
        import_limit_kw: number("import_limit_kw").unwrap_or(f64::INFINITY),
        export_limit_kw: number("export_limit_kw").unwrap_or(f64::INFINITY),
        unserved_cost_per_kwh: number("unserved_cost_per_kwh"),
        tariff: tariff.unwrap_or_else(|| context.free_tariff()),
        tariff_base,
        tariff_changed,
        billed,
        carbon_kg_per_kwh,
        carbon_name: table.and_then(|table| table.text("carbon")).map(str::to_owned),
        carbon_free_share: table.and_then(|table| match carbon_free(context, table, problems) {
            Ok(share) => share,
            Err(found) => {
                problems.extend(found);
                None
            }
        }),
        transformer_loss: number("transformer_loss").unwrap_or(0.0),
    }
}

/// The grid's carbon-free share per step; none where the scenario gives none.
fn carbon_free(
    context: &Context<'_>,
    grid: &Table,
    warnings: &mut Vec<Problem>,
) -> Result<Option<Series>, Vec<Problem>> {
    if let Some(table) = grid.series("carbon_free_share") {
        let share = super::series::series(context, table, None, warnings)?;
        let (step, worst) = share.iter().copied().enumerate().fold((0, 0.5_f64), |worst, next| {
            if (next.1 - 0.5).abs() > (worst.1 - 0.5).abs() { next } else { worst }
        });
        if !(0.0..=1.0).contains(&worst) {
            let message =
                format!("a share lies between 0 and 1, but the series has {worst} in step {}", step + 1);
            let problem = table.error("series", "share-range", message);
            return Err(vec![problem.hint("write 0.35 for 35 %: divide the column by 100")]);
        }
        return Ok(Some(share));
    }
    let share = grid.number("carbon_free_share");
    Ok(share
        .map(|share| context.shared(format!("carbon free {share}"), || vec![share; context.axis.steps()])))
}

/// Grid carbon per step; none where the scenario gives none.
fn carbon(
    context: &Context<'_>,
    grid: &Table,
    warnings: &mut Vec<Problem>,
) -> Result<Option<Series>, Vec<Problem>> {
    if let Some(table) = grid.series("carbon") {
        let carbon = super::series::series(context, table, None, warnings)?;
        let highest = carbon.iter().copied().fold(0.0, f64::max);
        if highest > 3.0 {
            let message = format!("the series reaches {highest:.1} kg/kWh, above any power plant");
            let hint = "set unit = \"g_per_kwh\" or \"kg_per_mwh\"";
            return Err(vec![table.error("series", "carbon-range", message).hint(hint)]);
        }
        return Ok(Some(carbon));
    }
    let value = match grid.value("carbon") {
        Some(Value::Number(value)) => *value,
        Some(Value::Text(name)) => match grid_factor(name) {
            Some(factor) => factor.value,
            None => {
                let problem = grid.error(
                    "carbon",
                    "unknown-grid-factor",
                    format!("\"{name}\" is not a grid factor of the catalogue"),
                );
                let near = crate::scenario::nearest::nearest(name, grid_factor_names());
                return Err(vec![match near {
                    Some(known) => problem.hint(format!("did you mean \"{known}\"?")),
                    None => problem.hint("give a factor such as \"fujian-2022\", or a number in kg/kWh"),
                }]);
            }
        },
        _ => return Ok(None),
    };
    Ok(Some(context.shared(format!("carbon {value}"), || vec![value; context.axis.steps()])))
}

/// The options of every policy of a park.
pub fn options(context: &Context<'_>, park: &Table) -> PolicyOptions {
    let usual = Forecast { seed: context.options.seed, ..Forecast::default() };
    let default = PolicyOptions { reserve_share: 0.2, forecast: usual, ..PolicyOptions::default() };
    let Some(table) = park.table("dispatch") else { return default };
    let number = |key| table.number(key);
    PolicyOptions {
        grid_charge_up_to_kw: number("grid_charge_up_to_kw"),
        leave_room_for_surplus: table.flag("leave_room_for_surplus"),
        threshold_kw: number("threshold_kw"),
        reserve_share: number("reserve_share").unwrap_or(default.reserve_share),
        forecast: Forecast {
            source: match table.text("forecast") {
                Some("last-week") => ForecastSource::LastWeek,
                Some("perfect") => ForecastSource::Perfect,
                Some("noisy") => ForecastSource::Noisy,
                Some("series") => ForecastSource::Series,
                _ => usual.source,
            },
            horizon_hours: number("horizon_hours").unwrap_or(usual.horizon_hours),
            interval_hours: number("interval_hours").unwrap_or(usual.interval_hours),
            ageing_cost: table.flag("ageing_cost"),
            peak_margin: number("peak_margin").unwrap_or(usual.peak_margin),
            error: number("forecast_error").unwrap_or(usual.error),
            seed: usual.seed,
        },
    }
}

/// The policy of a park.
pub fn operation(park: &Table, options: &PolicyOptions) -> Operation {
    let Some(table) = park.table("dispatch") else { return Operation::Rule(Policy::SelfConsumption) };
    let PolicyOptions { grid_charge_up_to_kw, threshold_kw, reserve_share, forecast, .. } = *options;
    let cycles = if table.number("cycles_per_day") == Some(2.0) { 2 } else { 1 };
    Operation::Rule(match table.text("policy") {
        Some("time-of-use") if options.leave_room_for_surplus => {
            Policy::TimeOfUseWithRoom { grid_charge_up_to_kw, cycles }
        }
        Some("time-of-use") => Policy::TimeOfUse { grid_charge_up_to_kw, cycles },
        Some("peak-shaving") => Policy::PeakShaving { threshold_kw, arbitrage: false },
        Some("peak-shaving-arbitrage") => Policy::PeakShaving { threshold_kw, arbitrage: true },
        Some("minimum-carbon") => Policy::MinimumCarbon,
        Some("zero-export") => Policy::ZeroExport,
        Some("backup-reserve") => Policy::BackupReserve { share: reserve_share },
        Some("foresight") => return Operation::Foresight { ageing_cost: forecast.ageing_cost },
        Some("forecast") => return Operation::Forecast(forecast),
        _ => Policy::SelfConsumption,
    })
}

/// The forecasts that a park's dispatch gives, kW: load, PV, wind.
pub fn forecasts(context: &Context<'_>, park: &Table, problems: &mut Vec<Problem>) -> [Option<Series>; 3] {
    let Some(table) = park.table("dispatch") else { return [const { None }; 3] };
    ["forecast_load_kw", "forecast_pv_kw", "forecast_wind_kw"].map(|key| {
        if let Some(kw) = table.number(key) {
            return Some(vec![kw; context.axis.steps()].into());
        }
        let found = super::series::series(context, table.series(key)?, Some(0.0), problems);
        found.map_err(|found| problems.extend(found)).ok()
    })
}

/// What stands against running this park so.
pub fn check_operation(park: &Park, table: &Table, problems: &mut Vec<Problem>) {
    let dispatch = table.table("dispatch");
    if let Operation::Forecast(Forecast { source: ForecastSource::Series, .. }) = park.policy
        && park.forecasts.iter().all(Option::is_none)
    {
        let message = "forecast = \"series\" needs at least one of forecast_load_kw, forecast_pv_kw and forecast_wind_kw";
        problems.extend(dispatch.map(|dispatch| {
            dispatch.error("forecast", "no-forecast", message).hint(
                "give forecast_load_kw = { series = \"forecast.csv\", column = \"load_kw\" }, or another forecast",
            )
        }));
    }
    match park.policy {
        Operation::Foresight { .. } | Operation::Forecast(_) => {
            let found = crate::park::foresight::check(park);
            problems.extend(found.into_iter().map(|problem| table.adopt(problem)));
        }
        Operation::Rule(Policy::MinimumCarbon) if park.grid.carbon_kg_per_kwh.is_none() => {
            let message = "minimum-carbon needs the grid's carbon factor";
            problems.extend(dispatch.map(|dispatch| {
                dispatch
                    .error("policy", "no-carbon", message)
                    .hint("give [park.grid] carbon, best as a series")
            }));
        }
        Operation::Rule(_) => {}
    }
}
