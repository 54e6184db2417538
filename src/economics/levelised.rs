//! Levelised costs of energy and of storage.

/// What a levelised cost is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Levelised {
    /// Present value of all costs, money.
    pub cost: f64,
    /// Present value of all energy, kWh.
    pub energy_kwh: f64,
}

impl Levelised {
    /// Cost per kWh; none without energy.
    pub fn per_kwh(&self) -> Option<f64> {
        (self.energy_kwh > 0.0).then(|| self.cost / self.energy_kwh)
    }

    /// The sum of two: sums are made before the ratio.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { cost: self.cost + other.cost, energy_kwh: self.energy_kwh + other.energy_kwh }
    }
}

/// Present values of costs and energy, year 0 first and undiscounted: `PV(costs) / PV(energy)` is
/// the LCOE, and with the energy charged among the costs and the energy discharged the LCOS.
pub fn levelised(rate: f64, costs: &[f64], energy_kwh: &[f64]) -> Levelised {
    Levelised { cost: super::npv(rate, costs), energy_kwh: super::npv(rate, energy_kwh) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 1,000 once and 100 a year at 10 % over two years: 1,000 + 90.909 + 82.645 = 1,173.554;
    /// 500 kWh a year are 454.545 + 413.223 = 867.769: 1.352381 per kWh.
    #[test]
    fn costs_and_energy_are_both_discounted() {
        let found = levelised(0.1, &[1000.0, 100.0, 100.0], &[0.0, 500.0, 500.0]);
        assert!((found.per_kwh().expect("energy") - 1.352_381).abs() < 1e-6);
        assert_eq!(levelised(0.1, &[1.0], &[0.0]).per_kwh(), None);
    }
}
