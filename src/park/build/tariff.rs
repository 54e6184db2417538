//! The park's tariff: of the catalogue, written out in the scenario, or the one changed by the other.

use super::Context;
use crate::problem::{Place, Problem};
use crate::scenario::{Table, Value};
use crate::tariff::{
    Band, BandPrice, Basis, CompiledTariff, ContractCurve, ContractDemand, Days, DemandCharge,
    DemandDiscount, Entry, HourRange, Level, Months, PowerFactor, Reactive, Regime, Rule, SingleCapacity,
    Tariff,
};
use std::sync::Arc;

/// The tariff laid over the year; none where the park has no bill. Warnings go to `warnings`.
///
/// # Errors
/// Everything that is wrong with it, each problem at its place.
pub fn tariff(
    context: &Context<'_>,
    grid: &Table,
    warnings: &mut Vec<Problem>,
) -> Result<Option<Arc<CompiledTariff>>, Vec<Problem>> {
    let (tariff, inline) = match grid.value("tariff") {
        Some(Value::Text(name)) => (catalogue_entry(grid, "tariff", name)?.tariff, None),
        Some(Value::Table(table)) => {
            let mut reader = Reader { context, table, problems: Vec::new(), warnings };
            let tariff = reader.tariff();
            if reader.problems.iter().any(Problem::is_error) {
                return Err(reader.problems);
            }
            (tariff, Some(&**table))
        }
        _ => return Ok(None),
    };
    let placed = |problem: Problem| place(grid, inline, problem);
    match context.compiled(&tariff) {
        Ok(compiled) => {
            warnings.extend(compiled.warnings.iter().cloned().map(placed));
            if let Some(table) = inline
                && table.given("import_price_per_kwh")
                && compiled.hours_per_band.len() == tariff.bands.len()
                && !tariff.bands.is_empty()
            {
                let message = (
                    "the bands cover every hour: the price outside all bands is never paid",
                    "各时段已覆盖全部小时，时段以外的电价不会用到",
                );
                warnings.push(table.warning("import_price_per_kwh", "no-effect", message));
            }
            Ok(Some(compiled))
        }
        Err(found) => Err(found.into_iter().map(placed).collect()),
    }
}

/// A tariff of the catalogue that a key names.
fn catalogue_entry(table: &Table, key: &str, name: &str) -> Result<Entry, Vec<Problem>> {
    crate::tariff::entry(name).ok_or_else(|| {
        let message = format!("\"{name}\" is not a tariff of the catalogue");
        let problem = table.error(key, "unknown-tariff", message);
        vec![match crate::scenario::nearest::nearest(name, crate::tariff::names()) {
            Some(known) => problem.hint(format!("did you mean \"{known}\"?")),
            None => problem.hint("write the tariff out as a [park.grid.tariff] table"),
        }]
    })
}

/// Places a problem whose key is relative to the tariff: at the key, else at its band, else at the table.
fn place(grid: &Table, inline: Option<&Table>, problem: Problem) -> Problem {
    let key = problem.place.key.clone().unwrap_or_default();
    let Some(table) = inline else {
        return grid.adopt(problem.at_key(format!("tariff.{key}").trim_end_matches('.').to_owned()));
    };
    let mut parts = key.splitn(3, '.');
    let (list, name, own) = (parts.next(), parts.next(), parts.next());
    let item = match (list, name) {
        (Some(list @ ("band" | "demand")), Some(name)) => {
            table.tables(list).iter().find(|item| item.name() == name)
        }
        _ => None,
    };
    match item {
        Some(item) => Problem { place: item.place(own.unwrap_or_default()), ..problem },
        None => table.adopt(problem),
    }
}

/// Reads an inline tariff, collecting what is wrong.
struct Reader<'a, 'b> {
    context: &'a Context<'a>,
    table: &'a Table,
    problems: Vec<Problem>,
    warnings: &'b mut Vec<Problem>,
}

impl Reader<'_, '_> {
    fn tariff(&mut self) -> Tariff {
        let table = self.table;
        let base = match table.text("base").map(|name| catalogue_entry(table, "base", name)) {
            Some(Ok(entry)) => Some(entry),
            Some(Err(problems)) => {
                self.problems.extend(problems);
                None
            }
            None => None,
        };
        let transmission = base.as_ref().and_then(|entry| entry.transmission_price_per_kwh);
        let mut tariff = match base {
            Some(entry) => entry.tariff,
            None => Tariff { name: "inline".into(), import_price_per_kwh: None, ..Tariff::flat(0.0) },
        };
        if let Some(name) = table.text("name") {
            tariff.name = name.to_owned();
        }
        if table.given("regime") {
            tariff.regime =
                if table.text("regime") == Some("market") { Regime::Market } else { Regime::Agency };
        }
        self.prices(&mut tariff);
        self.power(&mut tariff);
        tariff.power_factor = self.power_factor();
        tariff.single_capacity = self.single_capacity(transmission);
        for band in table.tables("band") {
            self.band(&mut tariff.bands, band);
        }
        for charge in table.tables("demand") {
            tariff.demand.push(DemandCharge {
                name: charge.name().to_owned(),
                price_per_kw_month: [charge.number("price_per_kw_month").unwrap_or(0.0); 12],
                rules: vec![self.rule(charge)],
                ratchet: charge.number("ratchet").unwrap_or(0.0),
            });
        }
        tariff
    }

    fn prices(&mut self, tariff: &mut Tariff) {
        let table = self.table;
        if let Some(level) = self.level(table, "import_price_per_kwh", None) {
            tariff.import_price_per_kwh = Some(level);
        }
        if let Some(level) = self.by_month("purchase_price_per_kwh", "purchase_price_per_kwh_by_month") {
            tariff.purchase_price_per_kwh = Some(level);
        }
        if let Some(level) = self.by_month("fixed_price_per_kwh", "fixed_price_per_kwh_by_month") {
            tariff.fixed_price_per_kwh = level;
        }
        if let Some(level) = self.level(table, "export_price_per_kwh", None) {
            tariff.export_price_per_kwh = level;
        }
        if let Some(surcharge) = self.given("surcharge_per_kwh") {
            tariff.surcharge_per_kwh = surcharge;
        }
        if let Some(charge) = self.given("fixed_charge_per_month") {
            tariff.fixed_charge_per_month = charge;
        }
        let power = self.level(table, "contract_kw", Some(0.0));
        let price = self.level(table, "contract_price_per_kwh", None);
        tariff.contract = match (power, price) {
            (Some(power_kw), Some(price_per_kwh)) => Some(ContractCurve { power_kw, price_per_kwh }),
            (None, None) => None,
            (power, _) => {
                let (there, missing) = match power {
                    Some(_) => ("contract_kw", "contract_price_per_kwh"),
                    None => ("contract_price_per_kwh", "contract_kw"),
                };
                if !self.problems.iter().any(Problem::is_error) {
                    self.missing(there, missing);
                }
                None
            }
        };
        // Deviations settle at the purchase price; a price of its own would charge the rest at another.
        let bands = table.tables("band").iter();
        let priced = bands.filter(|band| band.given("price_per_kwh")).map(|band| (band, "price_per_kwh"));
        let whole = table.given("import_price_per_kwh").then_some((table, "import_price_per_kwh"));
        if let (true, Some((table, key))) =
            (tariff.contract.is_some(), whole.into_iter().chain(priced).next())
        {
            let message = "a contract settles its deviations at the purchase price, beside which no other price can stand";
            self.problems.push(
                table
                    .error(key, "two-prices", message)
                    .hint("give purchase_price_per_kwh, and multipliers in bands"),
            );
        }
    }

    fn power(&mut self, tariff: &mut Tariff) {
        let table = self.table;
        if let Some(price) = self.given("demand_charge_per_kw_month") {
            // The base's flat charge is replaced; windows of the scenario come after it.
            tariff.demand.retain(|charge| !charge.rules.is_empty());
            if price > 0.0 {
                tariff.demand.insert(0, DemandCharge::flat(price));
            }
        }
        if let Some(ratchet) = self.given("demand_ratchet") {
            match tariff.demand.first_mut() {
                Some(charge) => charge.ratchet = ratchet,
                None => self.missing("demand_ratchet", "demand_charge_per_kw_month"),
            }
        }
        if let Some(contract_kw) = table.number("contract_demand_kw") {
            tariff.contract_demand = Some(ContractDemand {
                contract_kw,
                floor_of_kva: table.required_number("contract_floor"),
                overrun_above: table.required_number("contract_overrun_above"),
                overrun_factor: table.required_number("contract_overrun_factor"),
            });
        }
        if table.flag("high_load_factor_discount") {
            tariff.demand_discount = Some(DemandDiscount {
                factor: table.required_number("discount_factor"),
                from_kwh_per_kva: table.required_number("discount_from_kwh_per_kva"),
            });
        }
        if let Some(charge) = self.given("capacity_charge_per_kva_month") {
            tariff.capacity_charge_per_kva_month = charge;
        }
        if let Some(kva) = table.number("transformer_kva") {
            tariff.transformer_kva = Some(kva);
        }
        if table.given("basis") {
            tariff.basis = match table.text("basis") {
                Some("capacity") => Basis::Capacity,
                Some("cheaper") => Basis::Cheaper,
                _ => Basis::Demand,
            };
        }
        if let Some(year) = table.number("exempt_until_year") {
            tariff.exempt_until_year = Some(year as i32);
        }
        if let Some(minutes) = self.given("metering_window_minutes") {
            tariff.metering_window_minutes = minutes as u32;
        }
    }

    /// Where the power factor comes from; none: no adjustment.
    fn power_factor(&mut self) -> Option<PowerFactor> {
        let table = self.table;
        const SOURCES: [&str; 3] = ["power_factor", "reactive_kvar", "reactive_kvarh_by_month"];
        let given: Vec<&str> = SOURCES.into_iter().filter(|key| table.given(key)).collect();
        if let [first, second, ..] = given[..] {
            let message = format!("`{first}` and `{second}` both say what the power factor is");
            self.problems.push(table.error(second, "two-sources", message).hint("keep one of them"));
            return None;
        }
        let reactive = match *given.first()? {
            "power_factor" => Reactive::CosPhi(table.number("power_factor")?),
            "reactive_kvar" => match self.level(table, "reactive_kvar", None)? {
                Level::Series(kvar) => Reactive::SeriesKvar(kvar),
                level => Reactive::SeriesKvar(vec![level.at(0, 0); self.context.axis.steps()].into()),
            },
            _ => Reactive::MonthlyKvarh(months_of(table, "reactive_kvarh_by_month")?),
        };
        Some(PowerFactor { standard: table.required_number("power_factor_standard"), reactive })
    }

    fn single_capacity(&mut self, transmission: Option<f64>) -> Option<SingleCapacity> {
        let table = self.table;
        let connection_kw = table.number("single_capacity_kw")?;
        let price = table.number("transmission_price_per_kwh").or(transmission);
        let load_factor = table.number("average_load_factor");
        for (key, value) in [("transmission_price_per_kwh", price), ("average_load_factor", load_factor)] {
            if value.is_none() {
                self.missing("single_capacity_kw", key);
            }
        }
        Some(SingleCapacity {
            transmission_price_per_kwh: price?,
            average_load_factor: load_factor?,
            connection_kw,
        })
    }

    /// Adds a band, or changes the base's band of the same name.
    fn band(&mut self, bands: &mut Vec<Band>, table: &Table) {
        let known = bands.iter().position(|band| band.name == table.name());
        let own_rules = table.given("hours")
            || table.given("months")
            || table.given("days")
            || table.given("daily_max_from_c")
            || table.given("min_holiday_days");
        let mut rules: Vec<Rule> = Vec::new();
        if own_rules || (known.is_none() && table.tables("rule").is_empty()) {
            rules.push(self.rule(table));
        }
        rules.extend(table.tables("rule").iter().map(|rule| self.rule(rule)));
        let price = self.band_price(table);
        let export = self.level(table, "export_price_per_kwh", None);
        match known {
            Some(index) => {
                let band = &mut bands[index];
                if !rules.is_empty() {
                    band.rules = rules;
                }
                if let Some(price) = price {
                    band.price = price;
                }
                if export.is_some() {
                    band.export_price_per_kwh = export;
                }
            }
            None => {
                if price.is_none() && !self.problems.iter().any(Problem::is_error) {
                    let problem = table.error(
                        "price_per_kwh",
                        "missing-price",
                        format!("band `{}` has no price", table.name()),
                    );
                    self.problems.push(problem.hint(
                        "give `price_per_kwh`, or `multiplier` where the tariff has a `purchase_price_per_kwh`",
                    ));
                }
                bands.push(Band {
                    name: table.name().to_owned(),
                    price: price.unwrap_or(BandPrice::Unknown),
                    export_price_per_kwh: export,
                    rules,
                });
            }
        }
    }

    fn band_price(&mut self, table: &Table) -> Option<BandPrice> {
        const KEYS: [&str; 3] = ["price_per_kwh", "multiplier", "multiplier_by_month"];
        let given: Vec<&str> = KEYS.into_iter().filter(|key| table.given(key)).collect();
        if let [first, second, ..] = given[..] {
            let message = format!("`{first}` and `{second}` both say what the band costs");
            self.problems.push(table.error(second, "two-sources", message).hint("keep one of them"));
        }
        match *given.first()? {
            "price_per_kwh" => self.level(table, "price_per_kwh", None).map(BandPrice::PerKwh),
            "multiplier" => table.number("multiplier").map(|value| BandPrice::Multiplier([value; 12])),
            key => months_of(table, key).map(BandPrice::Multiplier),
        }
    }

    /// The hours, months and days of a table.
    fn rule(&mut self, table: &Table) -> Rule {
        let mut rule = Rule::always();
        if let Some(texts) = table.texts("hours") {
            rule.hours.clear();
            for text in texts {
                match HourRange::parse(text) {
                    Ok(range) => rule.hours.push(range),
                    Err(problem) => self.at(table, "hours", problem),
                }
            }
        }
        if let Some(numbers) = table.numbers("months") {
            if let Some(number) = numbers.iter().find(|number| number.fract() != 0.0) {
                let problem = Problem::error("not-whole", format!("{number} is not a month"));
                self.at(table, "months", problem.hint("months are numbers from 1 to 12"));
            }
            let numbers: Vec<u32> = numbers.iter().map(|number| *number as u32).collect();
            match Months::of(&numbers) {
                Ok(months) => rule.months = months,
                Err(problem) => self.at(table, "months", problem),
            }
        }
        match Days::of(table.texts("days").unwrap_or_default()) {
            Ok(days) => rule.days = days,
            Err(problem) => self.at(table, "days", problem),
        }
        rule.precedence = table.required_number("precedence") as i32;
        rule.min_holiday_days = table.required_number("min_holiday_days") as u32;
        rule.daily_max_from_c = table.number("daily_max_from_c");
        rule
    }

    fn at(&mut self, table: &Table, key: &str, problem: Problem) {
        self.problems.push(Problem { place: table.place(key), ..problem });
    }

    /// A number that was written, not a default: it changes the base.
    fn given(&self, key: &str) -> Option<f64> {
        self.table.given(key).then(|| self.table.number(key)).flatten()
    }

    fn missing(&mut self, there: &str, missing: &str) {
        let place = Place { key: Some(self.table.key_path(missing)), ..self.table.place(there) };
        let problem = Problem::error("missing-key", format!("`{there}` needs `{missing}`"));
        self.problems.push(Problem { place, ..problem }.hint(format!("add `{missing} = …`")));
    }

    /// A number or series where it was written.
    fn level(&mut self, table: &Table, key: &str, minimum: Option<f64>) -> Option<Level> {
        if !table.given(key) {
            return None;
        }
        match table.value(key)? {
            Value::Number(value) => Some(Level::Constant(*value)),
            Value::Series(series) => {
                match super::series::series(self.context, series, minimum, self.warnings) {
                    Ok(values) => Some(Level::Series(values)),
                    Err(problems) => {
                        self.problems.extend(problems);
                        None
                    }
                }
            }
            _ => None,
        }
    }

    /// A number or series, or twelve numbers under the second key.
    fn by_month(&mut self, key: &str, monthly: &str) -> Option<Level> {
        let table = self.table;
        if table.given(key) && table.given(monthly) {
            let message = format!("`{key}` and `{monthly}` are both given");
            self.problems.push(table.error(monthly, "two-sources", message).hint("keep one of them"));
        }
        let months = months_of(table, monthly).map(Level::Monthly);
        months.or_else(|| self.level(table, key, None))
    }
}

/// Twelve numbers.
fn months_of(table: &Table, key: &str) -> Option<[f64; 12]> {
    table.numbers(key).and_then(|values| values.try_into().ok())
}
