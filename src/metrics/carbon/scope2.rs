//! Scope 2 by the year: location-based and market-based (GHG Protocol Scope 2 Guidance, 2015).

/// Location-based emissions `Σ import × factor`, kg.
///
/// Gross import: exports are not subtracted. Given exports instead of imports, the same sum is what
/// the exports avoid elsewhere, which is information and no ledger.
///
/// # Panics
/// If the slices differ in length: they are columns of one year.
pub fn location_based_kg(import_kwh: &[f64], factor_kg_per_kwh: &[f64]) -> f64 {
    assert_eq!(import_kwh.len(), factor_kg_per_kwh.len(), "one factor per step");
    import_kwh.iter().zip(factor_kg_per_kwh).map(|(kwh, factor)| kwh * factor).sum()
}

/// The market-based account of a year: contracts and certificates against purchased energy.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Market {
    /// Purchased energy that a contract or certificate covers, kWh.
    pub covered_kwh: f64,
    /// Purchased energy that nothing covers, kWh.
    pub uncovered_kwh: f64,
    /// Contracts and certificates beyond the purchased energy, kWh: they do nothing.
    pub unused_kwh: f64,
    /// Uncovered energy × residual factor, kg.
    pub kg: f64,
}

/// Market-based emissions by annual volume: what is not covered carries the residual factor.
///
/// `purchased_kwh` is the energy that needs a contract: import, and own generation whose
/// certificates were sold. `green_kwh` is traded green energy plus certificates. Never below 0;
/// a surplus of certificates stays unused.
pub fn market_based(purchased_kwh: f64, green_kwh: f64, residual_kg_per_kwh: f64) -> Market {
    let covered_kwh = purchased_kwh.min(green_kwh);
    let uncovered_kwh = purchased_kwh - covered_kwh;
    Market {
        covered_kwh,
        uncovered_kwh,
        unused_kwh: green_kwh - covered_kwh,
        kg: uncovered_kwh * residual_kg_per_kwh,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 250 kWh bought, 80 contracted: 170 × 0.65 = 110.5; 500 of 200 leaves 300 unused.
    #[test]
    fn certificates_cover_no_more_than_is_bought() {
        let market = market_based(250.0, 80.0, 0.65);
        assert!((market.kg - 110.5).abs() < 1e-12);
        assert_eq!(market.unused_kwh, 0.0);
        let market = market_based(200.0, 500.0, 0.7);
        assert_eq!((market.covered_kwh, market.unused_kwh, market.kg), (200.0, 300.0, 0.0));
    }
}
