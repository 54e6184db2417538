//! The factors behind a park's ledgers, with what the same purchases weigh by wider factors.

use super::case::Case;
use super::project::{GeneratorKind, Park, Project};
use crate::catalogue::{Grade, Sourced};
use crate::metrics::carbon::{FactorUse, TceMethod, annex_factor, embodied_factors};
use crate::metrics::{KGCE_PER_KWH, Metrics, fuel, wider};
use crate::storage::chemistry_name;

/// The factors of a park's design; none without grid carbon.
pub fn factors_of_park(project: &Project, park: &Park, metrics: &Metrics) -> Vec<FactorUse> {
    let (Some(series), Some(energy)) = (&park.grid.carbon_kg_per_kwh, &metrics.energy) else {
        return Vec::new();
    };
    let terms = &project.carbon;
    let mean = series.iter().sum::<f64>() / series.len().max(1) as f64;
    let named = park.grid.carbon_name.as_deref();
    let own = named.and_then(|name| FactorUse::grid("location-based", name)).unwrap_or_else(|| {
        let what = if series.windows(2).all(|pair| pair[0] == pair[1]) { "grid" } else { "grid, by step" };
        FactorUse::given("location-based", what, mean, "kg/kWh")
    });
    let purchased_kwh = energy.grid_import_kwh / (1.0 - park.grid.transformer_loss);
    let mut found = vec![FactorUse { t: metrics.carbon.and_then(|carbon| carbon.location_based_t), ..own }];
    let compared = terms.compare.clone().unwrap_or_else(|| named.map(wider).unwrap_or_default());
    found.extend(compared.iter().filter_map(|name| {
        let factor = FactorUse::grid("location-based-compared", name)?;
        Some(FactorUse { t: Some(factor.value * purchased_kwh / 1000.0), ..factor })
    }));
    found.push(match terms.residual_kg_per_kwh {
        Some(value) => residual(value),
        None => FactorUse { ledger: "market-based", t: None, ..found[0].clone() },
    });
    if let Some(share) = &park.grid.carbon_free_share {
        let mean = share.iter().sum::<f64>() / share.len().max(1) as f64;
        found.push(FactorUse::given("hourly", "carbon-free share of grid power", mean, "share"));
    }
    found.push(park_rule(terms.park_rule_kg_per_kwh));
    found.push(standard_coal(terms.tce, terms.equal_kgce_per_kwh));
    for used in &park.fuels {
        if let Some(known) = fuel(&used.fuel).filter(|_| used.burnt.energy_gj > 0.0) {
            found.push(FactorUse::known("scope-1", &used.fuel, &known.t_per_gj, "t/GJ"));
        }
    }
    found.extend(embodied(park));
    dedup(found)
}

/// The factors of all parks, each once; tonnes of the same factor added up.
pub fn factors_of_all<'a>(parks: impl Iterator<Item = &'a Metrics>) -> Vec<FactorUse> {
    dedup(parks.flat_map(|park| park.carbon_factors.iter().cloned()).collect())
}

fn dedup(factors: Vec<FactorUse>) -> Vec<FactorUse> {
    let mut found: Vec<FactorUse> = Vec::new();
    for factor in factors {
        let same = |known: &&mut FactorUse| {
            (known.ledger, &known.factor, known.value) == (factor.ledger, &factor.factor, factor.value)
        };
        match found.iter_mut().find(same) {
            Some(known) => known.t = known.t.zip(factor.t).map(|(a, b)| a + b).or(known.t).or(factor.t),
            None => found.push(factor),
        }
    }
    found
}

/// A residual factor that is one of the catalogue's is told with its source.
fn residual(value: f64) -> FactorUse {
    let names = ["china-excl-market-traded-nonfossil-2023", "china-residual-2022"];
    let known = names.iter().filter_map(|name| FactorUse::grid("market-based", name));
    let found = known.into_iter().find(|factor| factor.value == value);
    found.unwrap_or_else(|| FactorUse::given("market-based", "residual", value, "kg/kWh"))
}

fn park_rule(value: f64) -> FactorUse {
    let names = ["china-fossil-2022", "china-fossil-2023"];
    let known = names.iter().filter_map(|name| FactorUse::grid("park-rule", name));
    let found = known.into_iter().find(|factor| factor.value == value);
    debug_assert!(value != annex_factor() || found.is_some(), "the annex's factor is the catalogue's");
    found.unwrap_or_else(|| FactorUse::given("park-rule", "grid power that is not green", value, "kg/kWh"))
}

fn standard_coal(method: TceMethod, equal: f64) -> FactorUse {
    match method {
        TceMethod::Equivalent => FactorUse::known(
            "energy",
            "electricity at equivalent value",
            &Sourced {
                value: KGCE_PER_KWH,
                grade: Grade::Sourced,
                source: "GB/T 2589: equivalent value for end use".to_owned(),
            },
            "kgce/kWh",
        ),
        TceMethod::Equal => FactorUse::given("energy", "grid power at equal value", equal, "kgce/kWh"),
    }
}

fn embodied(park: &Park) -> Vec<FactorUse> {
    let factors = embodied_factors();
    let plants = park.generators_of(Case::Configured).filter(|plant| !plant.existing);
    let plants = plants.map(|plant| match plant.kind {
        GeneratorKind::Pv => FactorUse::known("embodied", "PV", &factors.pv_kg_per_kw, "kg/kW"),
        GeneratorKind::Wind => FactorUse::known("embodied", "wind", &factors.wind_kg_per_kw, "kg/kW"),
    });
    let units = park.storages_of(Case::Configured).filter(|unit| !unit.existing);
    let units = units.filter_map(|unit| {
        let chemistry = chemistry_name(unit.device.chemistry);
        let known = factors.storage_kg_per_kwh.get(chemistry).or(factors.storage_kg_per_kwh.get("lfp"))?;
        Some(FactorUse::known("embodied", chemistry, known, "kg/kWh"))
    });
    plants.chain(units).collect()
}
