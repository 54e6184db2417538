//! The reference page of the scenario file, written from the attribute table.

use super::spec::{Attribute, Kind, TableSpec};
use std::fmt::Write as _;

/// Markdown of a table and everything below it: one section per table, one row per key.
pub fn markdown(spec: &'static TableSpec) -> String {
    let mut text = format!(
        "# Keys of the {} file\n\nWritten by `zeropark schema --markdown` from the table that also checks the file. Quantities carry their \
         unit in the key; shares and efficiencies are fractions of 1.\n\n",
        spec.name
    );
    section(spec, "", false, &mut text);
    let _ = write!(
        text,
        "## `{{ series = … }}`\n\n{}\n\n| key | takes | default | meaning |\n| --- | --- | --- | --- |\n",
        super::attributes::SERIES.doc
    );
    for attribute in super::attributes::SERIES.attributes() {
        row(attribute, &mut text);
    }
    text
}

fn section(spec: &'static TableSpec, path: &str, is_list: bool, text: &mut String) {
    let heading = match (path, is_list) {
        ("", _) => "Top level".to_owned(),
        (path, true) => format!("`[[{path}]]`"),
        (path, false) => format!("`[{path}]`"),
    };
    let _ = writeln!(text, "## {heading}\n\n{}\n", spec.doc);
    text.push_str("| key | takes | default | meaning |\n| --- | --- | --- | --- |\n");
    for attribute in spec.attributes() {
        row(attribute, text);
    }
    text.push('\n');
    for attribute in spec.attributes() {
        let below =
            if path.is_empty() { attribute.key.to_owned() } else { format!("{path}.{}", attribute.key) };
        match attribute.kind {
            Kind::Table(inner) | Kind::NameOrTable(inner) => section(inner, &below, false, text),
            Kind::Tables(inner) => section(inner, &below, true, text),
            _ => {}
        }
    }
}

fn row(attribute: &'static Attribute, text: &mut String) {
    let takes = super::decode::expected(attribute.key, &attribute.kind);
    let default = match (attribute.required, attribute.default, attribute.source) {
        (true, ..) => "required".to_owned(),
        (false, "", _) => String::new(),
        (false, default, "") => format!("`{default}`"),
        (false, default, source) => format!("`{default}` ({source})"),
    };
    let plain = |words: &str| words.replace('|', "\\|");
    let _ = writeln!(
        text,
        "| `{}` | {} | {} | {} |",
        attribute.key,
        plain(&takes),
        plain(&default),
        plain(attribute.doc)
    );
}

#[cfg(test)]
mod tests {
    use super::super::attributes::{SCENARIO, STUDY};
    use super::*;

    #[test]
    fn every_table_and_key_stands_on_the_page() {
        let page = markdown(&SCENARIO);
        for words in [
            "## `[[park.storage]]`",
            "## `[park.grid]`",
            "| `energy_kwh` | a number in kWh, at least 0 | required |",
            "| `step_minutes` | one of 60, 30, 15, 10, 5 | `60` |",
            "(PVWatts v5 manual, total of its default losses)",
        ] {
            assert!(page.contains(words), "{words}\n{page}");
        }
        let rows = |key: &str| page.matches(&format!("| `{key}` |")).count();
        assert!(rows("capacity_kw") >= 2 && rows("policy") == 1 && rows("class") == 1);
        assert!(markdown(&STUDY).contains("## `[[vary]]`"));
    }
}
