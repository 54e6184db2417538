//! The bill of a year taken apart by month and band.

use super::compile::CompiledTariff;

/// What a month's energy in one band comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct BandMonth {
    /// Import at the meter, kWh.
    pub import_kwh: f64,
    /// What it costs without surcharges, money.
    pub energy_charge: f64,
    /// Export at the meter, kWh.
    pub export_kwh: f64,
    /// What it earns, money.
    pub export_revenue: f64,
    /// Lowest and highest price of import in its hours, without surcharges; none without hours.
    pub import_price_per_kwh: Option<(f64, f64)>,
}

impl BandMonth {
    /// Price per kWh of import without surcharges: the one that holds, else the mean of what was
    /// imported; none where nothing was imported at prices that differ, or the band has no hour.
    pub fn mean_import_price_per_kwh(&self) -> Option<f64> {
        match self.import_price_per_kwh {
            Some((low, high)) if low == high => Some(low),
            Some(_) if self.import_kwh > 0.0 => Some(self.energy_charge / self.import_kwh),
            _ => None,
        }
    }
}

impl CompiledTariff {
    /// Energy and money of each month (January first) by band, in the order of `band_names`.
    ///
    /// `import_kw` and `export_kw` are step averages at the bus, one value per step;
    /// `transformer_loss` lies between bus and meter. Energy charges add up to the bill's, less
    /// [`CompiledTariff::contract_settlement`]; export revenues add up to the bill's.
    ///
    /// # Panics
    /// If a series is shorter than the year.
    pub fn by_band(
        &self,
        import_kw: &[f64],
        export_kw: &[f64],
        transformer_loss: f64,
    ) -> [Vec<BandMonth>; 12] {
        let step_h = self.axis.step_h();
        let (up, down) = (1.0 / (1.0 - transformer_loss), 1.0 - transformer_loss);
        let mut months: [Vec<BandMonth>; 12] =
            std::array::from_fn(|_| vec![BandMonth::default(); self.tariff.bands.len() + 1]);
        for segment in &self.segments {
            let month = segment.month as usize;
            for &(band, share) in &self.cells[segment.band as usize].shares {
                let part = &mut months[month][band];
                let index = self.band_index(band);
                for step in segment.start as usize..segment.end as usize {
                    let import_kwh = import_kw[step] * step_h * share * up;
                    let export_kwh = export_kw[step] * step_h * share * down;
                    let price = self.tariff.energy_price(index, month, step);
                    let (low, high) = part.import_price_per_kwh.unwrap_or((price, price));
                    part.import_price_per_kwh = Some((low.min(price), high.max(price)));
                    part.import_kwh += import_kwh;
                    part.energy_charge += import_kwh * price;
                    part.export_kwh += export_kwh;
                    part.export_revenue += export_kwh * self.tariff.export_price(index, month, step);
                }
            }
        }
        for month in &mut months {
            month.truncate(self.band_names.len());
        }
        months
    }

    /// Lowest and highest price of import in the hours of each band over the year, per kWh, surcharges
    /// included; none for a band without hours. In the order of `band_names`.
    pub fn import_price_ranges(&self) -> Vec<Option<(f64, f64)>> {
        let idle = vec![0.0; self.axis.steps()];
        let months = self.by_band(&idle, &idle, 0.0);
        let surcharge = self.tariff.surcharge_per_kwh;
        let range = |band: usize| {
            let ranges = months.iter().filter_map(|month| month[band].import_price_per_kwh);
            let widest = ranges.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
            widest.map(|(low, high)| (low + surcharge, high + surcharge))
        };
        (0..self.band_names.len()).map(range).collect()
    }

    /// What a contract curve adds to each month's energy charge: curve × (contract price − spot
    /// price). 0 without a curve.
    pub fn contract_settlement(&self) -> &[f64; 12] {
        &self.contract_settlement
    }
}
