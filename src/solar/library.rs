//! Module and inverter parameters in the format of the System Advisor Model's CEC library.
//!
//! A part of the library ships with the program; the full files read the same way.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::inverter::CecInverter;
use super::module::Module;
use crate::problem::Problem;

static MODULES: LazyLock<BTreeMap<String, Module>> = LazyLock::new(|| {
    shipped(read_modules(include_bytes!("../../scenarios/catalogue/pv-library/modules.csv")))
});
static INVERTERS: LazyLock<BTreeMap<String, CecInverter>> = LazyLock::new(|| {
    shipped(read_inverters(include_bytes!("../../scenarios/catalogue/pv-library/inverters.csv")))
});

/// Modules that come with the program, by name.
pub fn modules() -> &'static BTreeMap<String, Module> {
    &MODULES
}

/// Inverters that come with the program, by name.
pub fn inverters() -> &'static BTreeMap<String, CecInverter> {
    &INVERTERS
}

/// The shipped part is part of the program, and a test reads it.
fn shipped<T>(read: Result<T, Vec<Problem>>) -> T {
    read.unwrap_or_else(|problems| panic!("embedded PV library is broken: {problems:?}"))
}

/// Reads a module library (`Name`, `STC`, `a_ref`, `I_L_ref`, …; three header lines).
///
/// # Errors
/// Missing columns and fields that are no numbers, with their rows.
pub fn read_modules(bytes: &[u8]) -> Result<BTreeMap<String, Module>, Vec<Problem>> {
    let columns = ["STC", "a_ref", "I_L_ref", "I_o_ref", "R_s", "R_sh_ref", "alpha_sc", "Adjust"];
    read(bytes, columns, |[stc_w, a_ref_v, light, saturation, series, shunt, alpha, adjust]| Module {
        stc_w,
        a_ref_v,
        light_current_a: light,
        saturation_current_a: saturation,
        series_ohm: series,
        shunt_ohm: shunt,
        alpha_sc_a_per_k: alpha,
        adjust_percent: adjust,
    })
}

/// Reads an inverter library (`Name`, `Paco`, `Pdco`, …; three header lines).
///
/// # Errors
/// Missing columns and fields that are no numbers, with their rows.
pub fn read_inverters(bytes: &[u8]) -> Result<BTreeMap<String, CecInverter>, Vec<Problem>> {
    let columns = ["Paco", "Pdco", "Vdco", "Pso", "C0", "C1", "C2", "C3", "Pnt"];
    read(bytes, columns, |[paco, pdco, vdco, pso, c0, c1, c2, c3, pnt]| CecInverter {
        ac_rating_w: paco,
        dc_rating_w: pdco,
        dc_voltage_v: vdco,
        start_w: pso,
        c: [c0, c1, c2, c3],
        night_w: pnt,
    })
}

fn read<T, const N: usize>(
    bytes: &[u8],
    columns: [&str; N],
    make: impl Fn([f64; N]) -> T,
) -> Result<BTreeMap<String, T>, Vec<Problem>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => return Err(vec![Problem::error("csv", error.to_string()).at_line(1)]),
    };
    let missing: Vec<Problem> = (["Name"].iter().chain(&columns))
        .filter(|column| !header.iter().any(|known| known == **column))
        .map(|column| Problem::error("missing-column", format!("column `{column}` is missing")).at_line(1))
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let at = columns.map(|column| header.iter().position(|known| known == column).unwrap_or(0));
    let (mut entries, mut problems) = (BTreeMap::new(), Vec::new());
    // Two lines of units and of the program's own names follow the header.
    for (row, record) in reader.records().enumerate().skip(2) {
        let Ok(record) = record else {
            problems.push(Problem::error("csv", "the row cannot be read").at_line(row + 2));
            continue;
        };
        let mut values = [0.0; N];
        for ((value, at), column) in values.iter_mut().zip(at).zip(columns) {
            let field = record.get(at).unwrap_or_default().trim();
            match field.parse::<f64>() {
                Ok(number) if number.is_finite() => *value = number,
                _ => problems.push(
                    Problem::error("not-a-number", format!("`{field}` is no number"))
                        .at_line(row + 2)
                        .in_column(column),
                ),
            }
        }
        entries.insert(record.get(0).unwrap_or_default().to_owned(), make(values));
    }
    if problems.is_empty() { Ok(entries) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_reports_what_is_wrong_with_it() {
        let missing = read_modules(b"Name,STC\nUnits,\n[0],\nA,300\n").expect_err("columns are missing");
        assert_eq!(missing.len(), 7);
        let text = b"Name,Paco,Pdco,Vdco,Pso,C0,C1,C2,C3,Pnt\nUnits\n[0]\nA,1,many,1,1,0,0,0,0,0\n";
        let wrong = read_inverters(text).expect_err("row 4 is wrong");
        assert_eq!(wrong[0].to_string(), "column `Pdco`: `many` is no number");
        assert_eq!(wrong[0].place.line, Some(4));
        assert!(modules().len() > 15 && inverters().len() > 30);
    }
}
