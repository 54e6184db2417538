//! The hourly ledger of a park's tenants: what each draws and what green power it is allotted.

use super::case::Case;
use super::judged::Tenant;
use super::ledgers::match_columns;
use super::measure::CaseMetrics;
use super::project::Park;
use super::simulate::CaseYear;
use crate::metrics::carbon::matched_own;
use crate::metrics::compliance::{Allocation, Factory, TenantYear, allocate};

/// What belongs to no tenant: charging, losses, other loads.
pub const COMMON: &str = "common";

/// Draw and green power of each user in each step, kW; the last user is what is common.
pub struct TenantLedger {
    /// Names.
    pub names: Vec<String>,
    /// Draw.
    pub use_kw: Vec<Vec<f64>>,
    /// Green power.
    pub green_kw: Vec<Vec<f64>>,
}

/// The ledger of a case; none in a park without tenants.
pub fn tenant_ledger(year: &CaseYear<'_>) -> Option<TenantLedger> {
    let (park, ledger) = (year.park, year.ledger);
    let tenants = &park.judged.tenants;
    if tenants.is_empty() {
        return None;
    }
    let columns = match_columns(park, year.case, year.series, ledger, year.step_h);
    let own = matched_own(&columns.series(park, ledger));
    let drawn = |tenant: &Tenant| -> Vec<f64> {
        let mut sum = vec![0.0; ledger.import_kw.len()];
        for &index in &tenant.loads {
            let left = park.load_left(index, year.case);
            sum.iter_mut().zip(&*park.loads[index].1).for_each(|(sum, kw)| *sum += left * kw);
        }
        sum
    };
    let mut use_kw: Vec<Vec<f64>> = tenants.iter().map(drawn).collect();
    // Load that stays without power is nobody's use: it is taken from all alike.
    let mut common = columns.need.to_vec();
    for (step, left) in common.iter_mut().enumerate() {
        let drawn: f64 = use_kw.iter().map(|series| series[step]).sum();
        let served = if drawn > 0.0 { (*left / drawn).clamp(0.0, 1.0) } else { 1.0 };
        let short = ledger.unserved_kw[step] > 0.0;
        if short {
            use_kw.iter_mut().for_each(|series| series[step] *= served);
        }
        *left = (*left - if short { drawn * served } else { drawn }).max(0.0);
    }
    use_kw.push(common);
    let uses: Vec<&[f64]> = use_kw.iter().map(Vec::as_slice).collect();
    let green_kw = allocate(&own, &uses, &allocation(park));
    let names = tenants.iter().map(|tenant| tenant.name.clone()).chain([COMMON.to_owned()]);
    Some(TenantLedger { names: names.collect(), use_kw, green_kw })
}

/// By contract where any tenant has one; a tenant without one then has what is left, by use.
fn allocation(park: &Park) -> Allocation {
    let tenants = &park.judged.tenants;
    if tenants.iter().all(|tenant| tenant.green_share.is_none()) {
        return Allocation::ByUse;
    }
    let shares = tenants.iter().map(|tenant| tenant.green_share.unwrap_or(0.0)).chain([0.0]);
    Allocation::ByContract(shares.collect())
}

/// The ledger as columns of the park's series.
pub fn tenant_columns(year: &CaseYear<'_>) -> Vec<(String, Vec<f64>)> {
    let Some(ledger) = tenant_ledger(year) else { return Vec::new() };
    let users = ledger.names.into_iter().zip(ledger.use_kw.into_iter().zip(ledger.green_kw));
    users
        .flat_map(|(name, (used, green))| {
            [(format!("tenant.{name}.use_kw"), used), (format!("tenant.{name}.green_kw"), green)]
        })
        .collect()
}

/// The year of each tenant and of what is common; empty in a park without tenants.
pub fn tenant_years(case: &CaseMetrics<'_>, market_based_t: Option<f64>) -> Vec<TenantYear> {
    let step_h = case.project.axis.step_h();
    let year = CaseYear {
        park: case.park,
        index: 0,
        case: case.case,
        series: case.series,
        ledger: case.ledger,
        step_h,
    };
    let Some(ledger) = tenant_ledger(&year) else { return Vec::new() };
    let kwh = |series: &[f64]| series.iter().sum::<f64>() * step_h;
    let users = ledger.use_kw.iter().zip(&ledger.green_kw);
    let sums: Vec<(f64, f64)> = users.map(|(used, green)| (kwh(used), kwh(green))).collect();
    let not_green: f64 = sums.iter().map(|(used, green)| used - green).sum();
    let years = ledger.names.into_iter().zip(sums).map(|(name, (used_kwh, green_kwh))| {
        let tenant = case.park.judged.tenants.iter().find(|tenant| tenant.name == name);
        let own = |fuel: &str| tenant.is_some_and(|tenant| tenant.fuels.iter().any(|name| name == fuel));
        let electrified = case.case == Case::Configured;
        let fuels = case.park.fuels.iter().filter(|fuel| own(&fuel.name));
        TenantYear {
            used_kwh,
            green_kwh,
            green_share: (used_kwh > 0.0).then(|| green_kwh / used_kwh),
            scope1_t: fuels.map(|fuel| fuel.left(electrified).co2_t).sum(),
            market_based_t: market_based_t
                .filter(|_| not_green > 0.0)
                .map(|tonnes| tonnes * (used_kwh - green_kwh) / not_green),
            name,
        }
    });
    years.collect()
}

/// The factories of a park: its tenants, or the park itself where it has a sector and no tenants.
pub fn factories(park: &Park, tenants: &[TenantYear], carbon: &crate::metrics::Carbon) -> Vec<Factory> {
    let Some(market_t) = carbon.market_based_t else { return Vec::new() };
    if park.judged.tenants.is_empty() {
        let whole = park.judged.sector.clone().map(|sector| Factory {
            name: park.name.clone(),
            sector: Some(sector),
            scope1_t: carbon.scope1_t.unwrap_or(0.0),
            electricity_t: market_t,
        });
        return whole.into_iter().collect();
    }
    let of = park.judged.tenants.iter().zip(tenants).map(|(tenant, year)| Factory {
        name: tenant.name.clone(),
        sector: tenant.sector.clone(),
        scope1_t: year.scope1_t,
        electricity_t: year.market_based_t.unwrap_or(0.0),
    });
    of.collect()
}
