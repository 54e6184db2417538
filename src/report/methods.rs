//! What was computed and by which formula: the methods section of the page.

use super::data::ReportData;
use super::font::escape;
use crate::lang::{Lang, Message, message};
use std::fmt::Write as _;

/// A method: message key, formulas (the same in both languages), sources, and the metrics that use it;
/// a report that has none of them leaves the method out.
struct Method {
    key: &'static str,
    formulas: &'static [&'static str],
    source: &'static str,
    used_by: &'static [(&'static str, &'static str)],
}

const METHODS: &[Method] = &[
    Method {
        key: "balance",
        formulas: &[
            "P<sub>PV</sub> + P<sub>wind</sub> + P<sub>dis</sub> + P<sub>V2G</sub> + P<sub>import</sub> + P<sub>unserved</sub> = P<sub>load</sub> + P<sub>charging</sub> + P<sub>ch</sub> + P<sub>export</sub> + P<sub>curtailed</sub>",
        ],
        source: "",
        used_by: &[],
    },
    Method {
        key: "pv",
        formulas: &[
            "P<sub>dc</sub> = P<sub>STC</sub> · G<sub>poa</sub> / (1000 W/m²) · [1 + γ (T<sub>cell</sub> − 25 °C)] · (1 − losses)",
            "P<sub>ac</sub> = min(η<sub>inv</sub>(P<sub>dc</sub>) · P<sub>dc</sub>, P<sub>STC</sub> / r<sub>dc/ac</sub>)",
        ],
        source: "Reda & Andreas (2004); Perez et al. (1990); Faiman (2008); PVWatts v5",
        used_by: &[("energy", "pv_available_kwh")],
    },
    Method {
        key: "wind",
        formulas: &[
            "v<sub>hub</sub> = v · (h<sub>hub</sub> / h)<sup>α</sup>",
            "P = P<sub>curve</sub>(v<sub>hub</sub>, ρ) · (1 − losses)",
        ],
        source: "IEC 61400-12-1; Svenningsen (2010)",
        used_by: &[("energy", "wind_available_kwh")],
    },
    Method {
        key: "storage",
        formulas: &[
            "E<sub>t+1</sub> = E<sub>t</sub> (1 − s Δt) + η<sub>ch</sub> P<sub>ch</sub> Δt − P<sub>dis</sub> Δt / η<sub>dis</sub>",
            "SOC<sub>min</sub> · E<sub>nom</sub> ≤ E ≤ SOC<sub>max</sub> · E<sub>nom</sub>",
        ],
        source: "Naumann et al. (2018, 2020)",
        used_by: &[("energy", "storage_discharge_kwh")],
    },
    Method { key: "charging", formulas: &[], source: "", used_by: &[("energy", "charging_kwh")] },
    Method {
        key: "shares",
        formulas: &[
            "self-consumption = E<sub>used</sub> / E<sub>available</sub>,&ensp; E<sub>used</sub> = E<sub>available</sub> − E<sub>curtailed</sub> − E<sub>export, renewable</sub>",
            "self-sufficiency = max(0, 1 − E<sub>import</sub> / (E<sub>load</sub> + E<sub>charging</sub> − E<sub>V2G</sub>))",
        ],
        source: "",
        used_by: &[("energy", "self_sufficiency")],
    },
    Method {
        key: "bill",
        formulas: &[
            "bill = Σ<sub>t</sub> p<sub>t</sub> E<sub>import,t</sub> + Σ<sub>m</sub> c<sub>D</sub> P<sub>max,m</sub> (or c<sub>C</sub> S<sub>transformer</sub>) + fixed + surcharges − revenue",
        ],
        source: "",
        used_by: &[("bill", "total")],
    },
    Method {
        key: "annual",
        formulas: &[
            "C<sub>annual</sub> = bill + opex + Σ capex · CRF(r, n),&ensp; CRF = r (1 + r)<sup>n</sup> / ((1 + r)<sup>n</sup> − 1)",
        ],
        source: "",
        used_by: &[("economics", "annual_total")],
    },
    Method {
        key: "npv",
        formulas: &["NPV = Σ<sub>t=0…N</sub> CF<sub>t</sub> / (1 + r)<sup>t</sup>", "NPV(IRR) = 0"],
        source: "",
        used_by: &[("economics", "npv")],
    },
    Method {
        key: "levelised",
        formulas: &[
            "LCOE = Σ (capex + opex + replacement − residual)<sub>t</sub> (1 + r)<sup>−t</sup> / Σ E<sub>t</sub> (1 + r)<sup>−t</sup>",
        ],
        source: "",
        used_by: &[("economics", "lcoe_per_kwh"), ("economics", "lcos_per_kwh")],
    },
    Method {
        key: "location",
        formulas: &[
            "M<sub>location</sub> = Σ<sub>t</sub> E<sub>import,t</sub> · f<sub>t</sub>",
            "M<sub>market</sub> = max(0, E<sub>import</sub> + E<sub>sold</sub> − E<sub>traded</sub> − E<sub>certificates</sub>) · f<sub>residual</sub>",
        ],
        source: "GHG Protocol, Scope 2 Guidance",
        used_by: &[("carbon", "location_based_t")],
    },
    Method {
        key: "park",
        formulas: &[
            "M<sub>park</sub> = M<sub>fuel, heat, process</sub> + E<sub>not green</sub> · 0.8325 kg/kWh",
            "intensity = M<sub>park</sub> / energy in tonnes of standard coal",
        ],
        source: "发改环资〔2025〕910号",
        used_by: &[("carbon", "park_rule_t")],
    },
    Method {
        key: "direct",
        formulas: &[
            "E<sub>self-used</sub> / E<sub>generated</sub> ≥ 60 %,&ensp; E<sub>self-used</sub> / E<sub>consumed</sub> ≥ 30 %",
        ],
        source: "发改能源〔2025〕650号；发改价格〔2025〕1192号",
        used_by: &[("green_direct", "self_use_share")],
    },
    Method {
        key: "abatement",
        formulas: &[
            "cost per tonne = ΔC<sub>annual</sub> / (M<sub>avoided</sub> + M<sub>avoided fuel</sub> − M<sub>embodied, annual</sub>)",
        ],
        source: "",
        used_by: &[("carbon", "abatement_cost_per_t")],
    },
];

/// The section.
pub fn section(html: &mut String, report: &ReportData, lang: Lang) {
    let _ = write!(
        html,
        "<section id=\"methods\" class=\"page\"><h2>{}</h2><p>{}</p>",
        lang.text("methods.title"),
        lang.text("methods.note")
    );
    let used = |method: &&Method| {
        method.used_by.is_empty()
            || method.used_by.iter().any(|(group, key)| {
                let parks = report.parks.iter().chain([&report.all]);
                parks.into_iter().any(|park| park.metric(group, key).is_some_and(|value| value != 0.0))
            })
    };
    for method in METHODS.iter().filter(used) {
        let text = |part: &str| lang.text(&format!("methods.{}{part}", method.key));
        let _ = write!(html, "<h3>{}</h3>", text(""));
        for formula in method.formulas {
            let _ = write!(html, "<code class=\"formula\">{formula}</code>");
        }
        let _ = write!(html, "<p>{}", text(".text"));
        if !method.source.is_empty() {
            let _ = write!(
                html,
                " <span class=\"meta\">{} {}</span>",
                lang.text("methods.source"),
                escape(method.source)
            );
        }
        html.push_str("</p>");
    }
    html.push_str("</section>\n");
}

/// The texts of the section.
pub const MESSAGES: &[Message] = &[
    message("methods.title", "Methods", "计算方法"),
    message(
        "methods.note",
        "Every number comes from a simulation of the whole year, step by step. The baseline is the same year without what is under study.",
        "全部数值由全年逐时段模拟得到；基准为同一年份、不含研究对象的情形。",
    ),
    message("methods.source", "Sources:", "来源："),
    message("methods.balance", "Energy balance", "电量平衡"),
    message(
        "methods.balance.text",
        "Holds in every step at the park's bus. Import and export, or charging and discharging of one storage, never fall into one step.",
        "在园区母线上逐时段成立；同一时段内购电与上网不并存，同一储能充电与放电不并存。",
    ),
    message("methods.pv", "PV", "光伏"),
    message(
        "methods.pv.text",
        "Sun position, diffuse sky, reflection at the glass and cell temperature are computed from the weather of each step; then soiling and other losses, the inverter and its limit.",
        "逐时段由气象数据计算太阳位置、天空散射、玻璃反射与电池温度，再计入污秽等损失、逆变器效率与限幅。",
    ),
    message("methods.wind", "Wind", "风电"),
    message(
        "methods.wind.text",
        "Wind speed is carried to the hub, the air density corrects the power curve, and losses stand for wakes, cables and availability.",
        "风速推算至轮毂高度，按空气密度修正功率曲线，损失含尾流、集电线路与可利用率。",
    ),
    message("methods.storage", "Storage", "储能"),
    message(
        "methods.storage.text",
        "Powers are AC at the bus, energy is in the cells. Ageing follows the state of charge, temperature and cycles of the year.",
        "功率为母线交流侧，电量为电芯侧；老化按全年荷电状态、温度与循环计算。",
    ),
    message("methods.charging", "Charging", "充电"),
    message(
        "methods.charging.text",
        "Each vehicle or ship arrives, waits for a free charger and leaves; managed charging moves energy within its stay without leaving less in the battery than asked.",
        "车船逐一到达、排队、充电、离开；有序充电只在停留时段内移动电量，不减少所需电量。",
    ),
    message("methods.shares", "Shares of own power", "自用与自给"),
    message(
        "methods.shares.text",
        "Exports count as PV and wind first, step by step.",
        "上网电量逐时段优先计为光伏与风电。",
    ),
    message("methods.bill", "Bill", "电费"),
    message(
        "methods.bill.text",
        "By the periods and prices of the tariff, month by month. Demand is the highest mean of a metering window in the month; of demand and capacity charge only one is billed.",
        "按电价政策的时段与价格逐月计算；需量为当月计量窗口平均功率的最大值，需量电费与容量电费二者取一。",
    ),
    message("methods.annual", "Annual total cost", "年总成本"),
    message(
        "methods.annual.text",
        "Before tax, in real money, without ageing; every device is written off over its own life.",
        "税前、不变价、不计老化；各设备按自身寿命折算年化投资。",
    ),
    message(
        "methods.npv",
        "Cash flow, net present value, internal rate of return",
        "现金流、净现值与内部收益率",
    ),
    message(
        "methods.npv.text",
        "Design minus baseline, after VAT and income tax, with ageing, replacements and what is left in the last year. Where no or several rates exist, none is given.",
        "为方案减基准的增量现金流，计增值税与所得税、老化、更换与期末残值；内部收益率不存在或不唯一时不给出。",
    ),
    message("methods.levelised", "Levelised cost", "平准化度电成本"),
    message(
        "methods.levelised.text",
        "Of new PV and wind per kWh after curtailment; of new storage per kWh discharged, with the energy it charges among its costs.",
        "新增光伏与风电按弃电后电量计；新增储能按放电量计，成本含充电电费。",
    ),
    message("methods.location", "Carbon of electricity", "电力碳排放"),
    message(
        "methods.location.text",
        "Location-based and market-based accounts look at the same year in their own way and are never added up.",
        "地域法与市场法为同一年度的两种口径，不相加。",
    ),
    message("methods.park", "Zero-carbon park rule", "零碳园区核算"),
    message(
        "methods.park.text",
        "The factor of the annex is taken as quoted by those who cite it. Thresholds hold from 200,000 tonnes of standard coal a year.",
        "附件排放因子按引用者所述取值；年综合能耗 20 万吨标煤及以上适用门槛。",
    ),
    message("methods.direct", "Green direct connection", "绿电直连"),
    message(
        "methods.direct.text",
        "Plants on a direct line only, with all export counted; from 2030 new projects have to reach 35 % of consumption.",
        "仅计直连电源，全部上网电量计入；2030 年起新建项目占用电比例须达 35 %。",
    ),
    message("methods.abatement", "Cost of avoided carbon", "减排成本"),
    message(
        "methods.abatement.text",
        "Given only where carbon is avoided. Measures are added one after another; each is credited with what it adds to those before it.",
        "仅在有减排时给出；措施依次叠加，每项只计其在前项之上的增量。",
    ),
];
