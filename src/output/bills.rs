//! `bill_months.csv` and `bill_bands.csv`: every bill by month, and by month and band.

use super::number;
use crate::metrics::Bill;
use crate::tariff::{BandMonth, CompiledTariff};

/// Energy and money of each month by band.
pub type ByBand = [Vec<BandMonth>; 12];

/// The bill of one park in one case.
#[derive(Debug, Clone, Copy)]
pub struct BilledPark<'a> {
    /// The park.
    pub park: &'a str,
    /// `baseline` or `configured`.
    pub case: &'a str,
    /// Its tariff over the year.
    pub tariff: &'a CompiledTariff,
    /// Its bill.
    pub bill: &'a Bill,
    /// The bill's energy by band.
    pub bands: &'a ByBand,
}

/// Row of `bill_bands.csv` that holds the settlement of a contract curve.
const CONTRACT: &str = "(contract curve)";

/// `bill_months.csv`: a row per park, case and month with every part of the bill. The parts add up to
/// the total (revenues subtracted), the months to the year of `summary.json`.
pub fn months(bills: &[BilledPark<'_>]) -> String {
    let mut text = String::from(
        "park,case,month,basis,import_kwh,export_kwh,peak_kw,energy_charge,demand_charge,capacity_charge,\
         fixed_charge,surcharges,power_factor_adjustment,green_supply_cost,wheeling_charge,export_revenue,\
         charging_revenue,total\n",
    );
    for billed in bills {
        for (month, bands) in billed.bill.monthly.iter().zip(billed.bands) {
            let parts = &month.parts;
            head(&mut text, billed, month.month);
            text.push(',');
            text.push_str(billed.bill.basis.as_deref().unwrap_or_default());
            let sum = |get: fn(&BandMonth) -> f64| bands.iter().map(get).sum::<f64>();
            let values = [
                sum(|band| band.import_kwh),
                sum(|band| band.export_kwh),
                month.peak_kw,
                parts.energy_charge,
                parts.demand_charge,
                parts.capacity_charge,
                parts.fixed_charge,
                parts.surcharges,
                parts.power_factor_adjustment,
                parts.green_supply_cost,
                parts.wheeling_charge,
                parts.export_revenue,
                parts.charging_revenue,
                parts.total,
            ];
            row(&mut text, &values.map(Some));
        }
    }
    text
}

/// `bill_bands.csv`: a row per park, case, month and band with energy, price and money at the meter.
/// Energy charges, surcharges and export revenues add up to those of `bill_months.csv`.
pub fn bands(bills: &[BilledPark<'_>]) -> String {
    let mut text = String::from(
        "park,case,month,band,import_kwh,import_price_per_kwh,energy_charge,surcharge_per_kwh,surcharges,\
         export_kwh,export_revenue\n",
    );
    for billed in bills {
        let surcharge = billed.tariff.tariff.surcharge_per_kwh;
        for (month, bands) in billed.bands.iter().enumerate() {
            for (name, band) in billed.tariff.band_names.iter().zip(bands) {
                head(&mut text, billed, month + 1);
                text.push(',');
                text.push_str(&super::table::quoted(name));
                let values = [
                    Some(band.import_kwh),
                    band.mean_import_price_per_kwh(),
                    Some(band.energy_charge),
                    Some(surcharge),
                    Some(band.import_kwh * surcharge),
                    Some(band.export_kwh),
                    Some(band.export_revenue),
                ];
                row(&mut text, &values);
            }
            if billed.tariff.tariff.contract.is_some() {
                head(&mut text, billed, month + 1);
                text.push(',');
                text.push_str(CONTRACT);
                let settlement = billed.tariff.contract_settlement()[month];
                row(&mut text, &[None, None, Some(settlement), None, None, None, None]);
            }
        }
    }
    text
}

fn head(text: &mut String, billed: &BilledPark<'_>, month: usize) {
    text.push_str(&super::table::quoted(billed.park));
    text.push(',');
    text.push_str(billed.case);
    text.push(',');
    text.push_str(&month.to_string());
}

fn row(text: &mut String, values: &[Option<f64>]) {
    for value in values {
        text.push(',');
        if let Some(value) = value {
            number::push(text, *value);
        }
    }
    text.push('\n');
}
