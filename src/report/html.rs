//! The report: one HTML file, no network, readable without scripts, ready for print.

use super::canvas::Figure;
use super::charging;
use super::data::{ParkData, ReportData};
use super::explorer::{inert, words};
use super::figure_data;
use super::font::{FAMILY, escape, faces};
use super::hatch::Hatch;
use super::heatmap::base64;
use super::summary;
use super::{explorer, measures, methods, metrics_table, policies, rules, years};
use crate::lang::{Lang, Message, message};
use std::fmt::Write as _;

/// Figures of one park, or of all.
pub struct Section<'a> {
    /// The park.
    pub park: &'a ParkData,
    /// Its figures.
    pub figures: Vec<Figure>,
}

/// Figures that every park shows at once; the others are folded below them.
const FIRST: [&str; 9] = [
    "sankey",
    "monthly-balance",
    "dispatch-week",
    "bill-monthly",
    "waterfall-money",
    "waterfall-carbon",
    "cash-flow",
    "abatement-curve",
    "rule-gauges",
];

/// Figures that a small park shows where there are many; its others stand in the folder beside the page.
const BRIEF: [&str; 4] = ["monthly-balance", "dispatch-week", "bill-monthly", "waterfall-money"];

/// With more parks than this, those with less than [`SMALL`] of all load are shown briefly.
const FEW: usize = 6;
const SMALL: f64 = 0.01;

/// Parks beyond this many have no section of their own.
const MOST_SECTIONS: usize = 24;

/// The page.
pub fn page(
    report: &ReportData,
    all: &Section<'_>,
    parks: &[Section<'_>],
    week: Option<usize>,
    lang: Lang,
) -> String {
    let sections = &parks[..parks.len().min(MOST_SECTIONS)];
    let mut body = String::with_capacity(1 << 20);
    opening(&mut body, report, sections, lang);
    summary::executive(&mut body, report, lang);
    contents(&mut body, report, sections, lang);
    summary::parks(&mut body, report, parks.len() > MOST_SECTIONS, lang);
    figures(&mut body, &all.figures, "all", &report.currency, lang);
    rules::table(&mut body, all.park, lang);
    measures::table(&mut body, &report.currency, all.park, lang);
    years::table(&mut body, &report.currency, all.park, lang);
    policies::table(&mut body, report, lang);
    explorer::section(&mut body, report, week, lang);
    for (index, section) in sections.iter().enumerate() {
        park(&mut body, report, index, section, lang);
    }
    assumptions(&mut body, report, lang);
    methods::section(&mut body, report, lang);
    warnings(&mut body, report, lang);
    let _ = writeln!(
        body,
        "<section id=\"input\" class=\"page\"><h2>{}</h2><p>{}</p><pre tabindex=\"0\">{}</pre></section>",
        lang.text("report.input"),
        lang.text("report.input.show"),
        escape(&report.echo)
    );
    let _ = writeln!(body, "</main>\n<footer><p>zeropark {}</p></footer>", escape(&report.version));
    let _ = writeln!(body, "<script type=\"application/json\" id=\"words\">{}</script>", inert(&words(lang)));
    let _ = writeln!(body, "<script>\n{SCRIPT}</script>\n</body>\n</html>");
    let mut html = String::with_capacity(body.len() + (1 << 19));
    head(&mut html, report.title.pick(lang), &body, lang);
    hatches(&mut html, &body);
    html + &body
}

/// The hatches that figures of the page use, once for all of them.
fn hatches(html: &mut String, body: &str) {
    let used = Hatch::every().filter(|hatch| body.contains(&format!("url(#{})", hatch.id())));
    let patterns: String = used.map(Hatch::pattern).collect();
    if !patterns.is_empty() {
        let _ = writeln!(
            html,
            "<svg width=\"0\" height=\"0\" aria-hidden=\"true\" style=\"position:absolute\"><defs>{patterns}</defs></svg>"
        );
    }
}

/// The head of a page up to its body, with the parts of the font that the body's text needs.
pub fn head(html: &mut String, title: &str, body: &str, lang: Lang) {
    let _ = write!(
        html,
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'\">\n\
         <title>{}</title>\n<style>\n",
        lang.tag(),
        escape(title)
    );
    // The font travels with the page, so that Chinese text and figures show on any machine.
    for face in faces(&[title, body]) {
        let range =
            if face.range.is_empty() { String::new() } else { format!("unicode-range:{};", face.range) };
        let _ = writeln!(
            html,
            "@font-face{{font-family:\"{FAMILY}\";font-display:block;{range}src:url(data:font/woff2;base64,{}) format(\"woff2\")}}",
            base64(face.woff2)
        );
    }
    html.push_str(STYLE);
    html.push_str("</style>\n</head>\n<body>\n");
}

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Title, what was asked, and the bar with which scripts choose a park.
fn opening(html: &mut String, report: &ReportData, parks: &[Section<'_>], lang: Lang) {
    let _ = write!(
        html,
        "<a class=\"skip\" href=\"#main\">{}</a>\n<header><h1>{}</h1>",
        lang.text("report.skip"),
        escape(report.title.pick(lang))
    );
    let description = report.description.pick(lang).trim();
    if !description.is_empty() {
        let _ = write!(html, "<p class=\"lead\">{}</p>", escape(description));
    }
    let _ = writeln!(
        html,
        "<p class=\"meta\">{} · {} · {}</p></header>",
        escape(&report.name),
        report.axis.year,
        escape(&report.currency)
    );
    let _ = write!(html, "<div class=\"bar\" role=\"toolbar\" aria-label=\"{}\">", lang.text("report.bar"));
    if parks.len() > 1 {
        let _ = write!(
            html,
            "<label for=\"park\">{}</label><select id=\"park\"><option value=\"\">{}</option>",
            lang.text("report.column.park"),
            lang.text("report.every")
        );
        for (index, section) in parks.iter().enumerate() {
            let _ =
                write!(html, "<option value=\"{index}\">{}</option>", escape(section.park.title.pick(lang)));
        }
        html.push_str("</select>");
    }
    let _ = writeln!(
        html,
        "<button type=\"button\" id=\"open-all\" aria-pressed=\"false\">{}</button></div>\n<main id=\"main\">",
        lang.text("report.open")
    );
}

fn contents(html: &mut String, report: &ReportData, parks: &[Section<'_>], lang: Lang) {
    let _ = write!(
        html,
        "<nav class=\"contents\" aria-label=\"{0}\"><h3>{0}</h3><ul>",
        lang.text("report.contents")
    );
    let mut entry = |id: &str, title: &str| {
        let _ = write!(html, "<li><a href=\"#{id}\">{}</a></li>", escape(title));
    };
    entry("parks", lang.text("report.summary"));
    for (index, section) in parks.iter().enumerate() {
        entry(&format!("park-{index}"), section.park.title.pick(lang));
    }
    if !report.assumptions.is_empty() {
        entry("assumptions", lang.text("report.assumptions"));
    }
    entry("methods", lang.text("methods.title"));
    if !report.warnings.is_empty() {
        entry("warnings", lang.text("report.warnings"));
    }
    entry("input", lang.text("report.input"));
    html.push_str("</ul></nav>\n");
}

fn park(html: &mut String, report: &ReportData, index: usize, section: &Section<'_>, lang: Lang) {
    let data = section.park;
    let load = |park: &ParkData| park.metric("energy", "load_kwh").unwrap_or(0.0);
    let brief = report.parks.len() > FEW && load(data) < SMALL * load(&report.all);
    let _ = writeln!(
        html,
        "<section id=\"park-{index}\" class=\"park page{}\"><h2>{}</h2>",
        if brief { " small" } else { "" },
        escape(data.title.pick(lang))
    );
    summary::cards_of_park(html, report, data, lang);
    let listed: &[&str] = if brief { &BRIEF } else { &FIRST };
    let (first, rest): (Vec<&Figure>, Vec<&Figure>) =
        section.figures.iter().partition(|figure| listed.contains(&figure.id.as_str()));
    figures(html, first, &format!("park-{index}"), &report.currency, lang);
    rules::table(html, data, lang);
    html.push_str("<div class=\"numbers\">");
    metrics_table::table(html, data, &report.currency, lang);
    html.push_str("</div>\n");
    if brief {
        let _ = writeln!(html, "<p class=\"meta printed\">{}</p>", lang.text("report.numbers"));
    }
    measures::table(html, &report.currency, data, lang);
    years::table(html, &report.currency, data, lang);
    charging::html(html, data, lang);
    if brief && !rest.is_empty() {
        let name = data.name.replace(' ', "_");
        let files: Vec<String> =
            rest.iter().map(|figure| format!("<code>{}_{}.svg</code>", escape(&name), figure.id)).collect();
        let _ = writeln!(html, "<p class=\"meta\">{} {}</p>", lang.text("report.beside"), files.join(", "));
    } else if !rest.is_empty() {
        let _ = write!(
            html,
            "<details class=\"more\"><summary>{} ({})</summary>",
            lang.text("report.more"),
            rest.len()
        );
        figures(html, rest, &format!("park-{index}"), &report.currency, lang);
        html.push_str("</details>\n");
    }
    html.push_str("</section>\n");
}

fn warnings(html: &mut String, report: &ReportData, lang: Lang) {
    if report.warnings.is_empty() {
        return;
    }
    let _ = write!(
        html,
        "<section id=\"warnings\"><h2>{}</h2><p>{}</p>",
        lang.text("report.warnings"),
        lang.text("report.warnings.note")
    );
    for warning in &report.warnings {
        let _ = write!(html, "<p class=\"warn\">{}</p>", escape(warning.pick(lang)));
    }
    html.push_str("</section>\n");
}

/// Figures with their captions, and their data where it is short.
pub fn figures<'a>(
    html: &mut String,
    figures: impl IntoIterator<Item = &'a Figure>,
    place: &str,
    currency: &str,
    lang: Lang,
) {
    for figure in figures {
        let data = figure_data::table(figure, currency, lang);
        let _ = write!(
            html,
            "<figure id=\"{place}-{id}\" data-figure=\"{id}\"{}><div class=\"sheet\" tabindex=\"0\">{}</div><figcaption>{}</figcaption>",
            if data.hover { " data-hover" } else { "" },
            scalable(&figure.svg()),
            escape(&figure.caption),
            id = escape(&figure.id),
        );
        if !data.html.is_empty() {
            let _ = write!(
                html,
                "<details><summary>{}</summary>{}</details>",
                lang.text("report.data"),
                data.html
            );
        }
        html.push_str("</figure>\n");
    }
}

/// The SVG without fixed size, so that it fits the page, and without hatches, which the page has.
fn scalable(svg: &str) -> String {
    if let Some((before, after)) = svg.split_once("<defs><pattern")
        && let Some((_, after)) = after.split_once("</defs>\n")
    {
        return scalable(&format!("{before}{after}"));
    }
    let Some(end) = svg.find("<svg").and_then(|at| svg[at..].find('>').map(|e| at + e)) else {
        return svg.to_owned();
    };
    let (tag, rest) = svg.split_at(end);
    let attributes: Vec<&str> =
        tag.split(' ').filter(|part| !part.starts_with("width=") && !part.starts_with("height=")).collect();
    attributes.join(" ") + rest
}

fn assumptions(html: &mut String, report: &ReportData, lang: Lang) {
    if report.assumptions.is_empty() {
        return;
    }
    let _ = write!(
        html,
        "<section id=\"assumptions\" class=\"page\"><h2>{}</h2><p>{}</p><div class=\"scroll\" tabindex=\"0\">\
         <table class=\"sort wide\"><thead><tr>",
        lang.text("report.assumptions"),
        lang.text("report.assumptions.note")
    );
    for (key, class) in [("key", " k"), ("value", " v"), ("grade", " g"), ("source", "")] {
        let _ = write!(
            html,
            "<th scope=\"col\" class=\"text{class}\">{}</th>",
            lang.text(&format!("report.assumption.{key}"))
        );
    }
    html.push_str("</tr></thead><tbody>\n");
    for assumption in &report.assumptions {
        let count = if assumption.count > 1 { format!(" ×{}", assumption.count) } else { String::new() };
        let _ = writeln!(
            html,
            "<tr><td class=\"text\"><code>{}</code>{count}</td><td class=\"text\">{}</td><td class=\"text\">{}</td><td class=\"text\">{}</td></tr>",
            escape(&assumption.key).replace('.', ".<wbr>"),
            escape(&assumption.value),
            grade(&assumption.grade, lang),
            escape(&assumption.source)
        );
    }
    html.push_str("</tbody></table></div></section>\n");
}

/// The name of a grade for readers; a grade that is not known stands as it is.
pub(super) fn grade(word: &str, lang: Lang) -> String {
    match word {
        "given" | "sourced" | "derived" | "quoted" | "assumed" => {
            lang.text(&format!("report.grade.{word}")).to_owned()
        }
        other => escape(other),
    }
}

/// The texts of the page.
pub const MESSAGES: &[Message] = &[
    message("report.summary", "Summary", "总览"),
    message("report.warnings", "Warnings", "警告"),
    message(
        "report.warnings.note",
        "What was odd in the input or the run and did not stop it.",
        "输入或计算中的异常，未中断计算。",
    ),
    message("report.contents", "Contents", "目录"),
    message("report.skip", "Skip to the content", "跳至正文"),
    message("report.bar", "What is shown", "显示内容"),
    message("report.every", "all parks", "全部园区"),
    message("report.open", "open all folded parts", "展开全部折叠内容"),
    message("report.more", "More figures", "更多图表"),
    message(
        "report.beside",
        "More figures stand in the folder figures beside this page:",
        "其余图表见同目录 figures 文件夹：",
    ),
    message(
        "report.numbers",
        "All numbers of this park: on this page on a screen, and in report.xlsx and summary.csv beside it.",
        "本园区全部数值见网页版，以及同目录的 report.xlsx 与 summary.csv。",
    ),
    message("report.data", "Data of the figure", "图中数据"),
    message("report.metric", "metric", "指标"),
    message("report.change", "change", "变化"),
    message("report.input", "Input", "输入"),
    message("report.input.show", "The scenario as written.", "情景文件原文。"),
    message("report.assumptions", "Assumptions and sources", "假设与来源"),
    message(
        "report.assumptions.note",
        "Every number of the scenario and of the catalogue entries it uses. ×n: so many parks or devices share it.",
        "情景文件及其引用的目录条目中的全部数值；×n 表示 n 个园区或设备共用。来源按原文列出。",
    ),
    message("report.assumption.key", "key", "键"),
    message("report.assumption.value", "value", "取值"),
    message("report.assumption.grade", "grade", "等级"),
    message("report.assumption.source", "source", "来源"),
    message("report.grade.given", "given", "用户给定"),
    message("report.grade.sourced", "sourced", "有来源"),
    message("report.grade.derived", "derived", "推算"),
    message("report.grade.quoted", "quoted", "常用值"),
    message("report.grade.assumed", "assumed", "假设"),
];
