//! A tariff with other prices.

use super::level::Level;
use super::model::{BandPrice, Tariff};

impl Level {
    /// The same course, every value times a factor.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(value * factor),
            Self::Monthly(values) => Self::Monthly(values.map(|value| value * factor)),
            Self::Series(values) => Self::Series(values.iter().map(|value| value * factor).collect()),
        }
    }
}

impl Tariff {
    /// The same tariff with every price times a factor, the prices of export times another: bands,
    /// shares and thresholds stay.
    #[must_use]
    pub fn scaled(&self, import: f64, export: f64) -> Self {
        let mut tariff = self.clone();
        let scale = |level: &mut Option<Level>, factor: f64| {
            *level = level.as_ref().map(|level| level.scaled(factor))
        };
        scale(&mut tariff.import_price_per_kwh, import);
        scale(&mut tariff.purchase_price_per_kwh, import);
        tariff.fixed_price_per_kwh = tariff.fixed_price_per_kwh.scaled(import);
        tariff.surcharge_per_kwh *= import;
        if let Some(contract) = &mut tariff.contract {
            contract.price_per_kwh = contract.price_per_kwh.scaled(import);
        }
        for band in &mut tariff.bands {
            if let BandPrice::PerKwh(level) = &mut band.price {
                *level = level.scaled(import);
            }
            scale(&mut band.export_price_per_kwh, export);
        }
        tariff.export_price_per_kwh = tariff.export_price_per_kwh.scaled(export);
        for demand in &mut tariff.demand {
            demand.price_per_kw_month.iter_mut().for_each(|price| *price *= import);
        }
        tariff.capacity_charge_per_kva_month *= import;
        if let Some(single) = &mut tariff.single_capacity {
            single.transmission_price_per_kwh *= import;
        }
        tariff.fixed_charge_per_month *= import;
        tariff
    }
}
