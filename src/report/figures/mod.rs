//! The figures of a report, each with a stable file name, a caption and its data.

mod abatement;
mod carbon;
mod energy;
mod money;
mod overview;
mod year;

use super::canvas::{DrawError, Figure};
use super::data::{ParkData, ReportData};
use crate::lang::{Lang, Message, message};

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
        format!("{} · {}", self.t(key), self.park.title.pick(self.lang))
    }
}

type Maker = fn(&Context<'_>) -> Result<Option<Figure>, DrawError>;

const MAKERS: &[Maker] = &[
    energy::sankey,
    energy::monthly_balance,
    year::dispatch_week,
    year::heat_load,
    year::heat_pv,
    year::heat_import,
    year::heat_soc,
    year::load_duration,
    year::soc_histogram,
    money::bill_monthly,
    money::waterfall,
    money::cash_flow,
    carbon::waterfall,
    carbon::ledgers,
    abatement::curve,
];

/// All figures of one park that apply to it.
///
/// # Errors
/// If drawing fails.
pub fn of_park(context: &Context<'_>) -> Result<Vec<Figure>, DrawError> {
    let drawn = MAKERS.iter().map(|maker| maker(context));
    drawn.filter_map(Result::transpose).collect()
}

/// The figures that compare the parks.
///
/// # Errors
/// If drawing fails.
pub fn of_all(report: &ReportData, lang: Lang) -> Result<Vec<Figure>, DrawError> {
    let context = Context { report, park: &report.all, lang, week: None };
    let makers: [Maker; 5] =
        [overview::parks, money::waterfall, carbon::waterfall, carbon::ledgers, abatement::curve];
    makers.iter().map(|maker| maker(&context)).filter_map(Result::transpose).collect()
}

/// The texts of the figures.
pub const MESSAGES: &[Message] = &[
    message("flow.load", "load", "用电负荷"),
    message("flow.charging", "charging", "充电"),
    message("flow.pv", "PV", "光伏"),
    message("flow.wind", "wind", "风电"),
    message("flow.discharge", "storage discharge", "储能放电"),
    message("flow.charge", "storage charge", "储能充电"),
    message("flow.import", "grid import", "电网购电"),
    message("flow.export", "grid export", "上网电量"),
    message("flow.curtailed", "curtailed", "弃电"),
    message("flow.unserved", "unserved", "未供电量"),
    message("flow.v2g", "vehicle to grid", "车网放电"),
    message("flow.demand", "demand (load and charging)", "用电需求（负荷与充电）"),
    message("figure.sankey", "Energy of the year", "全年电量流向"),
    message(
        "figure.sankey.caption",
        "Where the electricity of the year came from and where it went, at the park's bus.",
        "全年电量的来源与去向（园区母线）。",
    ),
    message("figure.sankey.bus", "park bus", "园区母线"),
    message("figure.monthly", "Monthly balance", "逐月电量平衡"),
    message(
        "figure.monthly.caption",
        "Supply above zero, use below; both sides of a month are equal.",
        "零线以上为供电，以下为用电，每月两侧相等。",
    ),
    message("figure.week", "Dispatch of a week", "典型周运行"),
    message(
        "figure.week.caption",
        "Supply stacked, demand as line; the week with the highest import unless another is asked for.",
        "堆叠为各供电来源，折线为需求；默认取购电最高的一周。",
    ),
    message("figure.heat.load", "Load by day and hour", "逐日逐时负荷"),
    message("figure.heat.pv", "PV by day and hour", "逐日逐时光伏"),
    message("figure.heat.import", "Grid import by day and hour", "逐日逐时购电"),
    message("figure.heat.soc", "Stored energy by day and hour", "逐日逐时储能电量"),
    message(
        "figure.heat.caption",
        "Each column is a day, each row an hour of standard time.",
        "每列一天，每行一小时（标准时）。",
    ),
    message("figure.duration", "Load duration", "负荷持续曲线"),
    message(
        "figure.duration.caption",
        "Hours of the year sorted from the highest: demand, and what is left for the grid.",
        "全年按功率从高到低排列：需求与电网购电。",
    ),
    message("figure.duration.axis", "hours of the year", "全年小时数"),
    message("figure.soc", "Hours by stored energy", "储能电量分布"),
    message(
        "figure.soc.caption",
        "How long the storage held how much of its highest stored energy.",
        "储能在各电量水平停留的小时数。",
    ),
    message("figure.soc.unit", "hours", "小时"),
    message("figure.bill", "Bill by month", "逐月电费"),
    message(
        "figure.bill.caption",
        "Parts of the monthly bill; revenue below zero.",
        "每月电费构成，零线以下为收入。",
    ),
    message("bill.energy_charge", "energy", "电度电费"),
    message("bill.demand_charge", "demand", "需量电费"),
    message("bill.capacity_charge", "capacity", "容量电费"),
    message("bill.fixed_charge", "fixed", "固定费用"),
    message("bill.surcharges", "surcharges", "附加"),
    message("bill.power_factor_adjustment", "power factor", "力调电费"),
    message("bill.green_supply_cost", "green supply", "绿电绿证"),
    message("bill.wheeling_charge", "wheeling", "过网费"),
    message("bill.export_revenue", "export revenue", "上网收入"),
    message("bill.charging_revenue", "charging revenue", "充电收入"),
    message("figure.waterfall.money", "Annual cost: baseline to design", "年成本：基准到方案"),
    message(
        "figure.waterfall.money.caption",
        "From the baseline's annual total to the design's: bill parts, operation, and annual capital.",
        "从基准年总成本到方案年总成本：电费各项、运维与年化投资。",
    ),
    message("waterfall.baseline", "baseline", "基准"),
    message("waterfall.configured", "design", "方案"),
    message("waterfall.energy", "energy", "电度"),
    message("waterfall.demand", "demand, capacity", "需量/容量"),
    message("waterfall.other", "other bill", "其他电费"),
    message("waterfall.revenue", "revenue", "收入"),
    message("waterfall.opex", "operation", "运维"),
    message("waterfall.capital", "capital", "年化投资"),
    message("waterfall.electricity", "electricity", "电力"),
    message("waterfall.fuel", "fuel of the park", "园区燃料"),
    message("figure.waterfall.carbon", "Carbon: baseline to design", "碳排放：基准到方案"),
    message(
        "figure.waterfall.carbon.caption",
        "Location-based electricity and fuel of the park, tonnes of CO2 a year.",
        "电力按地域法，加园区燃料，吨 CO2/年。",
    ),
    message("figure.cash", "Cash flow", "现金流"),
    message(
        "figure.cash.caption",
        "Net cash flow of each year, design against baseline, and its running sum.",
        "各年净现金流（方案减基准）及累计值。",
    ),
    message("cash.net", "net", "净现金流"),
    message("cash.sum", "running sum", "累计"),
    message("figure.ledgers", "Carbon ledgers side by side", "各口径碳排放对照"),
    message(
        "figure.ledgers.caption",
        "Separate accounts of the same year; they are never added up.",
        "同一年度的不同核算口径，不相加。",
    ),
    message("ledger.location_based_t", "location-based", "地域法"),
    message("ledger.market_based_t", "market-based", "市场法"),
    message("ledger.park_rule_t", "park rule", "园区核算"),
    message("ledger.scope1_t", "scope 1", "范围一"),
    message("figure.overview", "Parks at a glance", "园区总览"),
    message(
        "figure.overview.caption",
        "Supply of each park by source, as a share of its supply; sizes at the right.",
        "各园区供电来源占比，右侧为总量。",
    ),
];
