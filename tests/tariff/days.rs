//! Which day a price holds on.

use super::*;

/// By hand: 2025 has 28 days off by the notice, 5 make-up workdays and 89 weekend days that are neither,
/// so 243 ordinary workdays; each day takes 2,400 kWh, at 1, 2, 3 and 4.
#[test]
fn each_kind_of_day_has_its_price() {
    let band = |days: &str, price: f64| {
        format!("[[park.grid.tariff.band]]\nname = \"{days}\"\nprice_per_kwh = {price}\ndays = \"{days}\"\n")
    };
    let grid = band("ordinary-workday", 1.0)
        + &band("weekend", 2.0)
        + &band("holiday", 3.0)
        + &band("make-up-workday", 4.0);
    let bill = bill(&grid).expect("is sound");
    close(bill.parts.energy_charge, 2_400.0 * (243.0 + 2.0 * 89.0 + 3.0 * 28.0 + 4.0 * 5.0));
    // January: New Year's Day and four days of the Spring Festival; the 26th is worked.
    close(bill.monthly[0].kwh_by_band["holiday"], 12_000.0);
    close(bill.monthly[0].kwh_by_band["make-up-workday"], 2_400.0);
}

/// By hand: 366 days × 2,400 kWh, of which February holds 29.
#[test]
fn a_leap_year_bills_its_29th_of_february() {
    let grid = "[park.grid.tariff]\nimport_price_per_kwh = 0.5\n[[park.grid.tariff.band]]\nname = \
                \"february\"\nprice_per_kwh = 1.0\nmonths = [2]\n";
    let (_, bill) = Year { year: 2024, ..Year::default() }.simulate(grid).expect("is sound");
    close(bill.monthly[1].kwh_by_band["february"], 29.0 * 2_400.0);
    close(bill.parts.energy_charge, 2_400.0 * (337.0 * 0.5 + 29.0));
}

/// By hand: the 201st to 203rd day reach 35.0 degrees at 14:00, the 301st 34.9; so 3 days × 1 h × 100 kW
/// cost 0.5 more than the rest.
#[test]
fn a_super_peak_on_hot_days_holds_on_those_that_reach_its_temperature() {
    let celsius = |hour: usize| match (hour / 24, hour % 24) {
        (200..203, 14) => 35.0,
        (300, 14) => 34.9,
        _ => 20.0,
    };
    let weather = "temperature_c,ghi_w_m2,wind_speed_m_s\n".to_owned()
        + &(0..8760).map(|hour| format!("{},0,2\n", celsius(hour))).collect::<String>();
    let grid = "[park.grid.tariff]\nimport_price_per_kwh = 0.5\n[[park.grid.tariff.band]]\nname = \"heat\"\nprice_per_kwh = \
                1.0\nhours = \"11:00-12:00\"\ndaily_max_from_c = 35\nprecedence = 1\n";
    let year =
        Year { weather: "weather = \"weather.csv\"", files: &[("weather.csv", weather)], ..Year::default() };
    let (_, hot) = year.simulate(grid).expect("is sound");
    close(hot.monthly[6].kwh_by_band["heat"], 300.0);
    close(hot.parts.energy_charge, 438_000.0 + 3.0 * 100.0 * 0.5);
    // Without weather nobody knows which days are hot: said, and never billed.
    let (project, blind) = Year::default().simulate(grid).expect("is sound");
    close(blind.parts.energy_charge, 438_000.0);
    assert!(project.warnings.iter().any(|warning| warning.kind == "no-temperature"));
}

/// By hand: three holidays of 2025 have four days or more, the Spring Festival (8), Labour Day (5) and the
/// first days of October (8): 21 days × 2 h × 100 kW are free.
#[test]
fn deep_valleys_of_long_holidays_leave_the_short_ones_out() {
    let grid = "[park.grid.tariff]\nimport_price_per_kwh = 0.5\n[[park.grid.tariff.band]]\nname = \"deep\"\nprice_per_kwh = \
                0.0\nhours = \"11:00-13:00\"\ndays = \"holiday\"\nmin_holiday_days = 4\n";
    let bill = bill(grid).expect("is sound");
    close(bill.parts.energy_charge, (876_000.0 - 21.0 * 200.0) * 0.5);
}
