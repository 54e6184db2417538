//! The metrics of a park as a table: baseline, design, change, each row in the unit that suits it.

use super::data::ParkData;
use super::font::escape;
use super::words::{Scaled, scaled};
use crate::lang::{Lang, Message, message};
use std::fmt::Write as _;

/// The groups and keys that the table shows.
pub const TABLE: [(&str, &[&str]); 4] = [
    (
        "energy",
        &[
            "load_kwh",
            "charging_kwh",
            "pv_available_kwh",
            "wind_available_kwh",
            "renewable_used_kwh",
            "curtailed_kwh",
            "grid_import_kwh",
            "grid_export_kwh",
            "storage_discharge_kwh",
            "storage_loss_kwh",
            "unserved_kwh",
            "peak_import_kw",
            "self_consumption",
            "self_sufficiency",
            "full_cycles",
        ],
    ),
    (
        "bill",
        &[
            "energy_charge",
            "demand_charge",
            "capacity_charge",
            "fixed_charge",
            "surcharges",
            "power_factor_adjustment",
            "green_supply_cost",
            "wheeling_charge",
            "export_revenue",
            "charging_revenue",
            "total",
        ],
    ),
    (
        "economics",
        &[
            "capex",
            "opex_annual",
            "annual_total",
            "annual_total_with_carbon",
            "npv",
            "irr",
            "payback_years",
            "discounted_payback_years",
            "lcoe_per_kwh",
            "lcos_per_kwh",
        ],
    ),
    (
        "carbon",
        &[
            "location_based_t",
            "market_based_t",
            "park_rule_t",
            "scope1_t",
            "avoided_t",
            "avoided_fuel_t",
            "avoided_fuel_outside_t",
            "embodied_t",
            "cfe_score",
            "energy_tce",
            "abatement_cost_per_t",
        ],
    ),
];

/// The name of a metric for readers.
pub fn name(group: &str, key: &str, lang: Lang) -> &'static str {
    lang.text(&format!("metric.{group}.{key}"))
}

/// A row: group and key, its scale, and baseline, design, change.
pub type Row = (&'static str, &'static str, Scaled, [Option<f64>; 3]);

/// The rows of a park that hold anything but nothing and zeros.
pub fn rows(park: &ParkData, currency: &str, lang: Lang) -> Vec<Row> {
    let mut rows = Vec::new();
    for (group, keys) in TABLE {
        for key in keys {
            let values =
                [&park.baseline, &park.configured, &park.change].map(|case| case[group][*key].as_f64());
            let largest = values[..2].iter().flatten().map(|value| value.abs()).fold(0.0, f64::max);
            if largest > 0.0 {
                rows.push((group, *key, scaled(group, key, largest, currency, lang), values));
            }
        }
    }
    rows
}

/// The table in HTML.
pub fn table(html: &mut String, park: &ParkData, currency: &str, lang: Lang) {
    let _ = write!(
        html,
        "<h3>{}</h3><div class=\"scroll\" tabindex=\"0\"><table><thead><tr>",
        lang.text("metric.title")
    );
    for key in ["report.metric", "metric.unit", "waterfall.baseline", "waterfall.configured", "report.change"]
    {
        let _ = write!(html, "<th scope=\"col\">{}</th>", lang.text(key));
    }
    html.push_str("</tr></thead>\n");
    let mut open = "";
    for (group, key, scale, values) in rows(park, currency, lang) {
        if group != open {
            if !open.is_empty() {
                html.push_str("</tbody>\n");
            }
            let _ = writeln!(
                html,
                "<tbody><tr class=\"group\"><th colspan=\"5\" scope=\"rowgroup\">{}</th></tr>",
                lang.text(&format!("metric.{group}"))
            );
            open = group;
        }
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{} <code class=\"key\">{group}.{key}</code></th><td>{}</td>",
            name(group, key, lang),
            escape(&scale.unit)
        );
        for value in values {
            let _ = write!(html, "<td>{}</td>", scale.number(value));
        }
        html.push_str("</tr>\n");
    }
    html.push_str(if open.is_empty() { "<tbody></tbody>" } else { "</tbody>" });
    html.push_str("</table></div>\n");
}

/// The names of metrics.
pub const MESSAGES: &[Message] = &[
    message("metric.title", "All numbers", "全部指标"),
    message("metric.unit", "unit", "单位"),
    message("metric.energy", "Energy of the year", "全年电量"),
    message("metric.bill", "Electricity bill of the year", "全年电费"),
    message("metric.economics", "Economics", "经济性"),
    message("metric.carbon", "Carbon", "碳排放"),
    message("metric.energy.load_kwh", "load", "用电负荷"),
    message("metric.energy.charging_kwh", "charging of vehicles and ships", "车船充电"),
    message("metric.energy.pv_available_kwh", "PV available", "光伏可发电量"),
    message("metric.energy.wind_available_kwh", "wind available", "风电可发电量"),
    message("metric.energy.renewable_used_kwh", "PV and wind used on site", "光伏风电自用电量"),
    message("metric.energy.curtailed_kwh", "curtailed", "弃电量"),
    message("metric.energy.grid_import_kwh", "grid import", "电网购电量"),
    message("metric.energy.grid_export_kwh", "grid export", "上网电量"),
    message("metric.energy.storage_discharge_kwh", "storage discharge", "储能放电量"),
    message("metric.energy.storage_loss_kwh", "storage losses", "储能损耗"),
    message("metric.energy.unserved_kwh", "load not served", "未供电量"),
    message("metric.energy.peak_import_kw", "peak import", "最大购电功率"),
    message("metric.energy.self_consumption", "self-consumption of PV and wind", "新能源自用率"),
    message("metric.energy.self_sufficiency", "self-sufficiency", "自给率"),
    message("metric.energy.full_cycles", "full cycles of storage", "储能等效满循环次数"),
    message("metric.bill.energy_charge", "energy charge", "电度电费"),
    message("metric.bill.demand_charge", "demand charge", "需量电费"),
    message("metric.bill.capacity_charge", "capacity charge", "容量电费"),
    message("metric.bill.fixed_charge", "fixed charge", "固定费用"),
    message("metric.bill.surcharges", "surcharges", "政府性基金及附加"),
    message("metric.bill.power_factor_adjustment", "power-factor adjustment", "力调电费"),
    message("metric.bill.green_supply_cost", "green power and certificates", "绿电绿证费用"),
    message("metric.bill.wheeling_charge", "wheeling", "过网费"),
    message("metric.bill.export_revenue", "export revenue", "上网收入"),
    message("metric.bill.charging_revenue", "charging revenue", "充电收入"),
    message("metric.bill.total", "bill", "电费合计"),
    message("metric.economics.capex", "investment", "投资"),
    message("metric.economics.opex_annual", "operation and maintenance, a year", "年运维费用"),
    message("metric.economics.annual_total", "annual total cost", "年总成本"),
    message(
        "metric.economics.annual_total_with_carbon",
        "annual total cost with carbon price",
        "含碳价年总成本",
    ),
    message("metric.economics.npv", "net present value after tax", "税后净现值"),
    message("metric.economics.irr", "internal rate of return after tax", "税后内部收益率"),
    message("metric.economics.payback_years", "payback", "静态投资回收期"),
    message("metric.economics.discounted_payback_years", "discounted payback", "动态投资回收期"),
    message("metric.economics.lcoe_per_kwh", "levelised cost of new PV and wind", "新增光伏风电度电成本"),
    message("metric.economics.lcos_per_kwh", "levelised cost of new storage", "新增储能度电成本"),
    message("metric.carbon.location_based_t", "electricity, location-based", "电力（地域法）"),
    message("metric.carbon.market_based_t", "electricity, market-based", "电力（市场法）"),
    message("metric.carbon.park_rule_t", "by the zero-carbon park rule", "按零碳园区核算方法"),
    message("metric.carbon.scope1_t", "fuel, heat and process of the park", "园区燃料、热力与工艺"),
    message("metric.carbon.avoided_t", "avoided at the grid", "电网侧减排"),
    message("metric.carbon.avoided_fuel_t", "avoided fuel of the park", "园区燃料减排"),
    message(
        "metric.carbon.avoided_fuel_outside_t",
        "avoided fuel of others, apart",
        "园区外燃料减排（单列）",
    ),
    message("metric.carbon.embodied_t", "embodied in the devices", "设备隐含碳"),
    message("metric.carbon.cfe_score", "use met in the same hour carbon-free", "逐时无碳用电比例"),
    message("metric.carbon.energy_tce", "energy in standard coal", "综合能耗"),
    message("metric.carbon.abatement_cost_per_t", "cost per tonne avoided", "单位减排成本"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::data::Localised;
    use serde_json::json;

    #[test]
    fn every_metric_has_a_name_and_empty_rows_are_left_out() {
        for (group, keys) in TABLE {
            for key in keys {
                assert!(!name(group, key, Lang::Zh).is_empty() && !name(group, key, Lang::En).is_empty());
            }
        }
        let case =
            |load: f64| json!({"energy": {"load_kwh": load, "curtailed_kwh": 0.0, "full_cycles": null}});
        let park = ParkData {
            name: "a".to_owned(),
            title: Localised::both("a"),
            baseline: case(9e6),
            configured: case(8e6),
            change: case(-1e6),
            ..ParkData::default()
        };
        let rows = rows(&park, "CNY", Lang::Zh);
        assert_eq!(rows.len(), 1);
        // 8,000,000 kWh are 800 万 kWh.
        assert_eq!((rows[0].2.unit.as_str(), rows[0].2.number(Some(8e6)).as_str()), ("万 kWh", "800"));
    }
}
