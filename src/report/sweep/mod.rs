//! The report of a sweep: figures with their data, and one page.

pub mod figures;
mod workbook;

use super::ReportError;
use super::font::escape;
use super::html::{figures as embed, head};
use super::theme::rounded;
use crate::lang::{Lang, Message, message};
use crate::sweep::{Candidate, Insight, Setting};
use figures::short;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The texts of the page.
pub const MESSAGES: &[Message] = &[
    message("sweep.title", "Sweep", "方案扫描"),
    message("sweep.designs", "designs simulated", "已模拟方案"),
    message("sweep.best.title", "The best designs", "最优方案"),
    message(
        "sweep.best.note",
        "By the first objective; the table of all designs stands beside this page.",
        "按首要目标排序；全部方案见同目录结果表。",
    ),
    message("sweep.front.title", "Along the trade-off", "沿权衡前沿"),
    message(
        "sweep.front.note",
        "Last column: what each design costs more than the one before it per unit gained of the second objective. With annual cost and tonnes it is the marginal abatement cost.",
        "末列：相邻方案之间，第二目标每改善一个单位所增加的首要目标值。若为年总成本与吨排放，即边际减排成本。",
    ),
    message("sweep.front.step", "per unit gained", "单位改善代价"),
    message("sweep.marginal", "What one more would do at the best design", "最优方案处再增加一个单位的影响"),
    message(
        "sweep.marginal.note",
        "Change of each objective per 1000 units of a key in kW or kWh (that is, per MW or MWh), else per unit; simulated, not fitted.",
        "参数以 kW 或 kWh 计时为每 1000 单位（即每 MW 或 MWh），否则为每单位；均为重新模拟，非拟合。",
    ),
    message("sweep.xlsx.best", "best designs", "最优方案"),
    message("sweep.xlsx.front", "front", "权衡前沿"),
    message("sweep.xlsx.effects", "effects of keys", "参数影响"),
    message("sweep.xlsx.marginal", "one more", "边际影响"),
    message("sweep.xlsx.share", "share of variance explained", "解释方差占比"),
    message("sweep.xlsx.from", "value, or from", "取值或下限"),
    message("sweep.xlsx.to", "to", "上限"),
    message("sweep.xlsx.designs", "designs", "方案数"),
    message("sweep.xlsx.mean", "mean of the first objective", "首要目标均值"),
    message("sweep.xlsx.lowest", "best of the first objective", "首要目标最优值"),
    message("sweep.key", "key", "参数"),
    message("sweep.at", "value", "取值"),
    message("sweep.design", "design", "方案"),
    message("sweep.minimised", "minimised", "最小化"),
    message("sweep.maximised", "maximised", "最大化"),
];

/// Writes `report.html` and the figures with their data into the folder; with `xlsx` also `best.xlsx`.
///
/// # Errors
/// If drawing or writing fails.
pub fn write(
    insight: &Insight,
    title: &str,
    folder: &Path,
    xlsx: bool,
    lang: Lang,
) -> Result<(), ReportError> {
    let drawn = figures::all(insight, lang)?;
    let io = |error: std::io::Error| ReportError::Io(error);
    fs::create_dir_all(folder.join("figures")).map_err(io)?;
    for figure in &drawn {
        let file = |ending: &str| folder.join("figures").join(format!("{}.{ending}", figure.id));
        fs::write(file("svg"), figure.drawing.outlined()).map_err(io)?;
        fs::write(file("csv"), &figure.csv).map_err(io)?;
    }
    if xlsx {
        fs::write(folder.join("best.xlsx"), workbook::workbook(insight, title, lang)?).map_err(io)?;
    }
    let mut html = String::with_capacity(1 << 20);
    let _ = write!(
        html,
        "<header><h1>{}</h1><p class=\"lead\">{} {}",
        escape(title),
        super::theme::grouped(insight.designs as f64, 0),
        lang.text("sweep.designs")
    );
    for objective in &insight.objectives {
        let direction = if objective.maximise { "sweep.maximised" } else { "sweep.minimised" };
        let _ = write!(html, " · {} {}", escape(&short(&objective.name)), lang.text(direction));
    }
    html.push_str("</p></header>\n<main>\n");
    let best: Vec<&Candidate> = insight.best.iter().take(10).collect();
    designs(&mut html, insight, ("sweep.best.title", "sweep.best.note"), &best, &[], lang);
    embed(&mut html, &drawn, "sweep", "", lang);
    marginal(&mut html, insight, lang);
    if insight.front.len() > 1 {
        let steps = insight.steps_along_front();
        let stride = insight.front.len().div_ceil(40);
        let shown: Vec<usize> = (0..insight.front.len()).step_by(stride).collect();
        let front: Vec<&Candidate> = shown.iter().map(|&place| &insight.front[place]).collect();
        let steps: Vec<Option<f64>> = shown.iter().map(|&place| steps[place]).collect();
        designs(&mut html, insight, ("sweep.front.title", "sweep.front.note"), &front, &steps, lang);
    }
    let _ = write!(
        html,
        "</main>\n<footer><p>zeropark {}</p></footer>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION")
    );
    let mut page = String::with_capacity(html.len() + (1 << 19));
    head(&mut page, title, &html, lang);
    fs::write(folder.join("report.html"), page + &html).map_err(io)
}

fn designs(
    html: &mut String,
    insight: &Insight,
    (title, note): (&str, &str),
    candidates: &[&Candidate],
    steps: &[Option<f64>],
    lang: Lang,
) {
    let _ = write!(html, "<section><h2>{}</h2><p>{}</p>", lang.text(title), lang.text(note));
    html.push_str("<div class=\"scroll\"><table><thead><tr>");
    let names = insight.settings.iter().map(|column| column.name.as_str());
    let names = names.chain(insight.objectives.iter().map(|objective| objective.name.as_str())).map(short);
    let step = (!steps.is_empty()).then(|| lang.text("sweep.front.step").to_owned());
    for name in std::iter::once(lang.text("sweep.design").to_owned()).chain(names).chain(step) {
        // Long key paths may break after a point.
        let _ =
            write!(html, "<th class=\"text\" scope=\"col\">{}</th>", escape(&name).replace('.', ".<wbr>"));
    }
    html.push_str("</tr></thead><tbody>\n");
    for (place, candidate) in candidates.iter().enumerate() {
        let _ = write!(html, "<tr><td>{}</td>", candidate.design);
        for setting in &candidate.settings {
            let cell = match setting {
                Setting::Number(value) => rounded(*value),
                Setting::Flag(flag) => flag.to_string(),
                Setting::Text(word) => escape(word),
            };
            let _ = write!(html, "<td>{cell}</td>");
        }
        for objective in &insight.objectives {
            let _ = write!(html, "<td>{}</td>", rounded(objective.of(&candidate.values)));
        }
        if let Some(step) = steps.get(place) {
            let _ = write!(html, "<td>{}</td>", step.map_or_else(|| "–".to_owned(), rounded));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table></div></section>\n");
}

fn marginal(html: &mut String, insight: &Insight, lang: Lang) {
    if insight.marginal.is_empty() {
        return;
    }
    let (title, note) = (lang.text("sweep.marginal"), lang.text("sweep.marginal.note"));
    let _ = write!(html, "<section><h2>{title}</h2><p>{note}</p><div class=\"scroll\"><table><thead><tr>");
    let objectives = insight.objectives.iter().map(|objective| short(&objective.name));
    for name in
        [lang.text("sweep.key").to_owned(), lang.text("sweep.at").to_owned()].into_iter().chain(objectives)
    {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escape(&name));
    }
    html.push_str("</tr></thead><tbody>\n");
    for marginal in &insight.marginal {
        let _ =
            write!(html, "<tr><td>{}</td><td>{}</td>", escape(&short(&marginal.key)), rounded(marginal.at));
        for value in marginal.per_shown_unit() {
            let _ = write!(html, "<td>{}</td>", rounded(value));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table></div></section>\n");
}
