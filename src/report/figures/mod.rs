//! The figures of a report, each with a stable file name, a caption and its data.

mod abatement;
mod bill;
mod carbon;
mod charging;
pub(super) mod energy;
mod maps;
mod messages;
mod money;
mod overview;
mod policies;
mod rules;
mod storage;
mod year;
mod years;

pub use bill::CHARGING_REVENUE;
pub use messages::MESSAGES;
pub use year::week_of_highest;

use super::canvas::{DrawError, Figure};
use super::charts::YAxis;
use super::data::{ParkData, ReportData, Series};
use super::theme::{money_scale, money_unit};
use crate::lang::Lang;

/// What a figure is drawn from.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The whole report.
    pub report: &'a ReportData,
    /// The park, or `all`.
    pub park: &'a ParkData,
    /// Language.
    pub lang: Lang,
    /// First day (0-based) of the week that is shown; none: the week of the highest import.
    pub week: Option<usize>,
}

impl Context<'_> {
    /// A message in the figure's language.
    fn t(&self, key: &str) -> &'static str {
        self.lang.text(key)
    }

    /// The title of a figure: what it shows, and of which park.
    fn title(&self, key: &str) -> String {
        self.titled(self.t(key))
    }

    /// A title in words, and of which park.
    fn titled(&self, words: &str) -> String {
        let park = self.park.title.pick(self.lang);
        match self.lang {
            Lang::En => format!("{park}: {words}"),
            Lang::Zh => format!("{park}：{words}"),
        }
    }

    /// The axis of money up to an amount.
    fn money(&self, most: f64) -> YAxis {
        let scale = money_scale(most, self.lang);
        YAxis::new(money_unit(scale, &self.report.currency, self.lang), scale.factor)
    }
}

type Maker = fn(&Context<'_>) -> Result<Option<Figure>, DrawError>;

const OF_PARK: &[Maker] = &[
    energy::sankey,
    energy::monthly_balance,
    year::dispatch_week,
    maps::load,
    maps::pv,
    maps::import,
    maps::stored_energy,
    maps::carbon,
    maps::marginal_value,
    year::load_duration,
    storage::energy_histogram,
    storage::depth_histogram,
    storage::health,
    charging::occupancy,
    charging::waiting,
    bill::monthly,
    bill::bands,
    money::waterfall,
    money::cash_flow,
    carbon::waterfall,
    carbon::ledgers,
    abatement::curve,
    rules::gauges,
    years::cost,
    years::carbon,
];

const OF_ALL: &[Maker] = &[
    overview::parks,
    energy::sankey,
    energy::monthly_balance,
    year::dispatch_week,
    year::load_duration,
    maps::import,
    maps::carbon,
    money::waterfall,
    money::cash_flow,
    carbon::waterfall,
    carbon::ledgers,
    abatement::curve,
    rules::gauges,
    years::cost,
    years::carbon,
    policies::gap,
];

/// Figures of all parks that a study shows first; they are written as PNG at print size too.
pub const HEADLINE: [&str; 6] =
    ["overview", "sankey", "dispatch-week", "waterfall-money", "waterfall-carbon", "carbon-ledgers"];

/// All figures of one park that apply to it.
///
/// # Errors
/// If drawing fails.
pub fn of_park(context: &Context<'_>) -> Result<Vec<Figure>, DrawError> {
    let drawn = OF_PARK.iter().map(|maker| maker(context));
    drawn.filter_map(Result::transpose).collect()
}

/// The figures of all parks together.
///
/// # Errors
/// If drawing fails.
pub fn of_all(report: &ReportData, lang: Lang, week: Option<usize>) -> Result<Vec<Figure>, DrawError> {
    let all = ParkData { series: summed(report), ..report.all.clone() };
    let context = Context { report, park: &all, lang, week };
    OF_ALL.iter().map(|maker| maker(&context)).filter_map(Result::transpose).collect()
}

/// The power of all parks, step by step; none where not every park kept its own.
fn summed(report: &ReportData) -> Option<Series> {
    let parks: Vec<&Series> = report.parks.iter().filter_map(|park| park.series.as_ref()).collect();
    if parks.len() != report.parks.len() || parks.len() < 2 {
        return None;
    }
    let sum = |column: &str| {
        let mut total = vec![0.0; report.axis.steps()];
        for values in parks.iter().filter_map(|series| series.column(column)) {
            total.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
        }
        (column.to_owned(), total)
    };
    let flows = energy::SUPPLY.iter().chain(&energy::USE).map(|(_, column, _)| sum(column));
    let mut columns: Vec<(String, Vec<f64>)> = flows.collect();
    columns.push(("grid_carbon_kg_per_kwh".to_owned(), mean_factor(&parks, report.axis.steps())));
    Some(Series { columns })
}

/// Carbon of all imports over their energy, kg/kWh; zero where nothing is imported.
fn mean_factor(parks: &[&Series], steps: usize) -> Vec<f64> {
    let (mut carbon, mut energy) = (vec![0.0; steps], vec![0.0; steps]);
    for series in parks {
        let factor = series.or_zero("grid_carbon_kg_per_kwh", steps);
        for (step, import) in series.or_zero("grid_import_kw", steps).into_iter().enumerate() {
            carbon[step] += import * factor[step];
            energy[step] += import;
        }
    }
    carbon.iter().zip(&energy).map(|(kg, kwh)| if *kwh > 0.0 { kg / kwh } else { 0.0 }).collect()
}

/// The text of a message that need not exist.
fn known(key: &str, lang: Lang) -> Option<&'static str> {
    crate::lang::messages()
        .find(|message| message.key == key)
        .map(|message| lang.pick(message.en, message.zh))
}

#[cfg(test)]
mod tests;
