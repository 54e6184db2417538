//! Inspection against values by hand.

use super::super::tests::{HOURLY, fleet, year_of};
use super::*;

fn bays() -> Inspection {
    Inspection {
        name: "inspection".into(),
        bays: 2,
        tested_share: 0.3,
        bay_min: 22.5,
        patience_min: 30.0,
        exchanged_share: 0.15,
        power_kw: 90.0,
        efficiency: 0.95,
        standby_kw: 0.1,
        soh_mean: 0.9,
        soh_sd: 0.07,
        soh_error_sd: 0.015,
        unsafe_share: 0.005,
        scrapped_share: 0.02,
        reuse_from_soh: 0.8,
        second_life_from_soh: 0.6,
        battery_chemistry: "nmc".into(),
    }
}

/// By hand: 15 % of 60 kWh are 9 kWh; the bus gets 9 x 0.95 = 8.55 and gives 9 / 0.95 = 9.473684: 0.923684 kWh
/// stay. The bus series holds every loss and the standby of two bays, 2 x 0.1 x 8760 = 1,752 kWh.
#[test]
fn of_the_energy_exchanged_only_the_loss_is_drawn() {
    let bays = bays();
    assert!((bays.loss_kwh(60.0) - 0.923_684_21).abs() < 1e-8);
    let cars = year_of(&fleet("public-fast", 600, &[("dc-180kw", 24)]));
    let year = bays.year(&cars, 60.0, &HOURLY, 1, "park");
    let tests = year.tests.len() as f64;
    assert!((150.0..210.0).contains(&tests), "three tenths of 600: {tests}");
    assert!((year.loss_kwh - tests * 0.923_684_21).abs() < 1e-5);
    assert!((year.exchanged_kwh - tests * 9.0).abs() < 1e-9);
    assert!((year.standby_kwh - 1752.0).abs() < 1e-9);
    // A test that begins in the last minutes of the year may end in the next.
    let bus_kwh: f64 = year.bus_kw.iter().sum();
    assert!((bus_kwh - year.standby_kwh - year.loss_kwh).abs() < 0.93, "{bus_kwh}");
    assert_eq!(year.tests_by_month.iter().sum::<usize>(), year.tests.len());
    // 22.5 minutes a test in 2 x 8760 bay-hours.
    assert!((year.utilisation / (tests * 0.375 / 17_520.0) - 1.0).abs() < 0.05, "{}", year.utilisation);
    assert!(year.tests.iter().all(|test| (0.25..=0.5 + 1e-9).contains(&(test.end_h - test.start_h))));
}

/// Reuse from 0.8, second life from 0.6, recycling below; an unsafe pack is recycled at any health.
#[test]
fn packs_go_by_the_health_they_are_found_in() {
    let bays = bays();
    for (soh, scrapped, route) in [
        (0.95, false, Route::Kept),
        (0.8, false, Route::Kept),
        (0.8, true, Route::Reused),
        (0.799, false, Route::SecondLife),
        (0.6, true, Route::SecondLife),
        (0.599, false, Route::Recycled),
    ] {
        assert_eq!(bays.route(soh, false, scrapped), route, "{soh}");
    }
    assert_eq!(bays.route(0.95, true, false), Route::Recycled);
}

/// All vehicles of a fleet: the share below 0.8 is that of a normal of mean 0.9 and the standard deviation of health
/// and error together, sqrt(0.07² + 0.015²) = 0.0716: z = -1.397, 8.12 % of the safe ones (tables of the normal).
#[test]
fn a_fleet_of_known_health_gives_the_packs_the_normal_says() {
    let cars = year_of(&fleet("public-fast", 6000, &[("dc-180kw", 200)]));
    let everybody = Inspection { bays: 50, tested_share: 1.0, patience_min: 1e6, ..bays() };
    let year = everybody.year(&cars, 60.0, &HOURLY, 1, "park");
    let tests = year.tests.len() as f64;
    assert!(tests > 5900.0 && year.lost == 0);
    let share = |packs: usize| packs as f64 / tests;
    // Three standard errors of a share of 6,000: 1.1 and 0.3 percentage points.
    assert!((share(year.packs[1]) - 0.0812 * 0.995).abs() < 0.011, "{}", share(year.packs[1]));
    assert!((share(year.packs[2]) - 0.005).abs() < 0.003, "{}", share(year.packs[2]));
    // Truncation at 1 takes a little off the mean of 0.9.
    assert!((year.mean_soh.expect("tests") - 0.9).abs() < 0.006);
    let mean_second = year.second_life_kwh / 60.0 / year.packs[1] as f64;
    assert!((0.7..0.8).contains(&mean_second), "{mean_second}");
}

/// By hand from the stoichiometry: LiNi0.6Mn0.2Co0.2O2 weighs 6.94 + 35.216 + 10.988 + 11.787 + 31.998 = 96.929 g/mol
/// and gives 175 mAh/g x 3.7 V = 0.6475 kWh/kg: nickel 0.36332 / 0.6475 = 0.5611 kg/kWh, of which 98 %
/// come back; 100 kWh: 54.99 kg. Lithium 0.0716 / 0.6475 x 0.9 x 100 = 9.95 kg. LiFePO4 (157.757 g/mol, 155 mAh/g x
/// 3.2 V = 0.496 kWh/kg): lithium 0.043992 / 0.496 x 0.9 x 100 = 7.98 kg.
#[test]
fn metals_come_back_by_the_cathodes_stoichiometry() {
    let nmc = Recovered::of("nmc", 100.0);
    for (found, by_hand) in
        [(nmc.nickel_kg, 54.99), (nmc.cobalt_kg, 18.41), (nmc.manganese_kg, 17.16), (nmc.lithium_kg, 9.95)]
    {
        assert!((found / by_hand - 1.0).abs() < 0.006, "{found} {by_hand}");
    }
    let lfp = Recovered::of("lfp", 100.0);
    assert!((lfp.lithium_kg / 7.98 - 1.0).abs() < 0.006 && lfp.nickel_kg == 0.0);
}

#[test]
fn one_bay_for_many_makes_them_wait_and_leave() {
    let cars = year_of(&fleet("public-fast", 6000, &[("dc-180kw", 200)]));
    let narrow = Inspection { bays: 1, tested_share: 1.0, patience_min: 5.0, ..bays() };
    let year = narrow.year(&cars, 60.0, &HOURLY, 1, "park");
    assert!(year.lost > 100 && year.tests.len() > 1000, "{} {}", year.lost, year.tests.len());
    let wait_min = year.mean_wait_min.expect("tests");
    assert!(wait_min > 0.0 && wait_min <= 5.0);
    for pair in year.tests.windows(2) {
        assert!(pair[0].end_h <= pair[1].start_h + 1e-9, "one bay holds one vehicle");
    }
}

#[test]
fn the_same_seed_gives_the_same_tests_and_wrong_bays_are_told() {
    let cars = year_of(&fleet("public-fast", 300, &[("dc-180kw", 12)]));
    let year = |bays: &Inspection, seed| bays.year(&cars, 60.0, &HOURLY, seed, "park");
    assert_eq!(year(&bays(), 5), year(&bays(), 5));
    assert_ne!(year(&bays(), 5).tests, year(&bays(), 6).tests);
    let kinds = |bays: &Inspection, pack_kwh| -> Vec<&'static str> {
        bays.check(pack_kwh).iter().map(|problem| problem.kind).collect()
    };
    assert!(kinds(&bays(), 60.0).is_empty());
    assert_eq!(kinds(&Inspection { bays: 0, ..bays() }, 60.0), ["no-bays"]);
    assert_eq!(kinds(&bays(), 350.0), ["test-too-short"]);
    assert_eq!(kinds(&Inspection { second_life_from_soh: 0.9, ..bays() }, 60.0), ["crossed-bounds"]);
}
