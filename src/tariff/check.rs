//! What can be wrong with a tariff before a year is laid under it.

use super::level::Level;
use super::model::{Band, BandPrice, Basis, Tariff};
use super::power_factor::{PowerFactor, Reactive};
use crate::problem::Problem;

/// Demand windows besides the flat one that a year loop can meter.
pub(super) const MOST_DEMAND_CHARGES: usize = 15;

/// Bands that a year loop can tell apart, with room for the hours outside them.
const MOST_BANDS: usize = 100;

impl Tariff {
    /// Every rule across fields that the tariff breaks; keys are relative to the tariff.
    ///
    /// `steps` is the number of steps of the year, which every series must have.
    pub fn check(&self, steps: usize) -> Vec<Problem> {
        let mut found = Vec::new();
        self.check_prices(&mut found);
        self.check_demand(&mut found);
        self.check_rest(&mut found);
        for (key, level) in self.levels() {
            let values = level.values();
            if level.is_series() && values.len() != steps {
                let message = format!("the series has {} values, the year {steps} steps", values.len());
                found.push(Problem::error("wrong-length", message).at_key(key));
            } else if values.iter().any(|value| !value.is_finite()) {
                found.push(Problem::error("not-finite", "a price is not a finite number").at_key(key));
            }
        }
        if let Some(PowerFactor { reactive: Reactive::SeriesKvar(kvar), .. }) = &self.power_factor
            && kvar.len() != steps
        {
            let message = format!("the series has {} values, the year {steps} steps", kvar.len());
            found.push(Problem::error("wrong-length", message).at_key("reactive_kvar"));
        }
        found
    }

    fn check_prices(&self, found: &mut Vec<Problem>) {
        if self.bands.is_empty()
            && self.import_price_per_kwh.is_none()
            && self.purchase_price_per_kwh.is_none()
        {
            found.push(
                Problem::error("missing-price", "the tariff has neither bands nor a price of energy")
                    .hint("give `import_price_per_kwh`, or bands with prices")
                    .at_key("import_price_per_kwh"),
            );
        }
        let unknown: Vec<&str> =
            self.bands.iter().filter(|b| b.price == BandPrice::Unknown).map(|b| b.name.as_str()).collect();
        if !unknown.is_empty() {
            let message = format!(
                "the periods of `{}` are known, its prices are not ({})",
                self.name,
                unknown.join(", ")
            );
            let hint = format!(
                "write [park.grid.tariff] with base = \"{}\" and a [[park.grid.tariff.band]] with name and \
                 price_per_kwh for each of them",
                self.name
            );
            found.push(Problem::error("unknown-price", message).hint(hint).at_key("band"));
        }
        let multiplied: Vec<&Band> =
            self.bands.iter().filter(|b| matches!(b.price, BandPrice::Multiplier(_))).collect();
        if let Some(band) = multiplied.first()
            && self.purchase_price_per_kwh.is_none()
        {
            let message = format!(
                "band `{}` multiplies a purchase price, which `{}` does not have",
                band.name, self.name
            );
            let hint = "give `purchase_price_per_kwh` (the part that is multiplied) and \
                        `fixed_price_per_kwh` (the rest)";
            found.push(Problem::error("missing-price", message).hint(hint).at_key("purchase_price_per_kwh"));
        }
        for band in &self.bands {
            if let BandPrice::Multiplier(multiplier) = &band.price
                && multiplier.iter().any(|m| !m.is_finite() || *m < 0.0)
            {
                let message = "a multiplier of the purchase price is negative";
                let key = format!("band.{}.multiplier", band.name);
                found.push(Problem::error("out-of-range", message).at_key(key));
            }
            if band.rules.iter().all(|rule| rule.hours.is_empty()) {
                let message = format!("band `{}` holds no hours", band.name);
                found.push(
                    Problem::error("no-hours", message)
                        .hint("leave `hours` out for the whole day")
                        .at_key(format!("band.{}.hours", band.name)),
                );
            }
        }
    }

    fn check_demand(&self, found: &mut Vec<Problem>) {
        for charge in &self.demand {
            let key = if charge.rules.is_empty() {
                "demand_charge_per_kw_month".to_owned()
            } else {
                format!("demand.{}.price_per_kw_month", charge.name)
            };
            if charge.price_per_kw_month.iter().any(|price| !(price.is_finite() && *price >= 0.0)) {
                found.push(
                    Problem::error(
                        "out-of-range",
                        format!("the price of demand `{}` is negative", charge.name),
                    )
                    .hint("demand prices are at least 0")
                    .at_key(key.clone()),
                );
            }
            if !(0.0..=1.0).contains(&charge.ratchet) {
                let message = format!("the ratchet of demand `{}` is outside 0 to 1", charge.name);
                found.push(Problem::error("out-of-range", message).at_key(key));
            }
        }
        if self.demand.len() > MOST_DEMAND_CHARGES {
            let message = format!("{} demand charges, at most {MOST_DEMAND_CHARGES}", self.demand.len());
            found.push(Problem::error("too-many", message).at_key("demand"));
        }
        let negative = |value: f64, key: &str, found: &mut Vec<Problem>| {
            if !(value.is_finite() && value >= 0.0) {
                found.push(
                    Problem::error("out-of-range", format!("{value} is below 0"))
                        .hint("charges are at least 0")
                        .at_key(key),
                );
            }
        };
        negative(self.capacity_charge_per_kva_month, "capacity_charge_per_kva_month", found);
        if let Some(contract) = &self.contract_demand {
            negative(contract.contract_kw, "contract_demand_kw", found);
            if self.demand.is_empty() {
                let message = "a contract demand needs a demand charge to be paid with";
                found.push(
                    Problem::error("missing-key", message)
                        .hint("give `demand_charge_per_kw_month`")
                        .at_key("contract_demand_kw"),
                );
            }
        }
        let mut needs_kva = |reason: &str| {
            if self.kva() <= 0.0 {
                found.push(
                    Problem::error("missing-key", format!("{reason} needs the transformer capacity"))
                        .hint("give `transformer_kva`")
                        .at_key("transformer_kva"),
                );
            }
        };
        match self.basis {
            Basis::Demand => {}
            Basis::Capacity => needs_kva("the capacity charge"),
            Basis::Cheaper => needs_kva("the choice of the cheaper basis"),
        }
        if self.demand_discount.is_some() {
            needs_kva("the discount for a high load factor");
        }
        if self.contract_demand.is_some_and(|contract| contract.floor_of_kva > 0.0) {
            needs_kva("the floor of the contract demand");
        }
    }

    fn check_rest(&self, found: &mut Vec<Problem>) {
        if self.contract.is_some() && self.purchase_price_per_kwh.is_none() {
            found.push(
                Problem::error("missing-price", "a contract curve needs a spot price for its deviations")
                    .hint("give `purchase_price_per_kwh`, a number or a series")
                    .at_key("contract_price_per_kwh"),
            );
        }
        if let Some(PowerFactor { standard, reactive }) = &self.power_factor {
            if !PowerFactor::STANDARDS.contains(standard) {
                let message = format!("{standard} is not a power-factor standard");
                found.push(
                    Problem::error("out-of-range", message)
                        .hint("the standards are 0.90, 0.85 and 0.80")
                        .at_key("power_factor_standard"),
                );
            }
            if let Reactive::CosPhi(cos_phi) = reactive
                && !(*cos_phi > 0.0 && *cos_phi <= 1.0)
            {
                let message = format!("{cos_phi} is outside its range: above 0 and at most 1");
                found.push(Problem::error("out-of-range", message).at_key("power_factor"));
            }
        }
        if self.bands.len() > MOST_BANDS {
            let message = format!("{} bands, at most {MOST_BANDS}", self.bands.len());
            found.push(Problem::error("too-many", message).at_key("band"));
        }
        if let Some(single) = &self.single_capacity
            && !(0.0..=1.0).contains(&single.average_load_factor)
        {
            let message = format!("{} is outside 0 to 1", single.average_load_factor);
            found.push(Problem::error("out-of-range", message).at_key("average_load_factor"));
        }
        if !matches!(self.metering_window_minutes, 5 | 10 | 15 | 30 | 60) {
            let message = format!("{} is no metering window", self.metering_window_minutes);
            found.push(
                Problem::error("out-of-range", message)
                    .hint("write 5, 10, 15, 30 or 60")
                    .at_key("metering_window_minutes"),
            );
        }
    }

    /// Every level with its key.
    fn levels(&self) -> Vec<(String, &Level)> {
        let mut levels = vec![
            ("fixed_price_per_kwh".to_owned(), &self.fixed_price_per_kwh),
            ("export_price_per_kwh".to_owned(), &self.export_price_per_kwh),
        ];
        let optional = [
            ("import_price_per_kwh", &self.import_price_per_kwh),
            ("purchase_price_per_kwh", &self.purchase_price_per_kwh),
        ];
        for (key, level) in optional {
            levels.extend(level.as_ref().map(|level| (key.to_owned(), level)));
        }
        if let Some(contract) = &self.contract {
            levels.push(("contract_kw".to_owned(), &contract.power_kw));
            levels.push(("contract_price_per_kwh".to_owned(), &contract.price_per_kwh));
        }
        for band in &self.bands {
            if let BandPrice::PerKwh(level) = &band.price {
                levels.push((format!("band.{}.price_per_kwh", band.name), level));
            }
            if let Some(level) = &band.export_price_per_kwh {
                levels.push((format!("band.{}.export_price_per_kwh", band.name), level));
            }
        }
        levels
    }
}
