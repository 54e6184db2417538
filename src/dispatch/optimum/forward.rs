//! The schedule that follows the cost-to-go from the start, with the value of stored energy.

use super::model::Plan;
use super::node::{Bus, Flows, Offers, Piece, Rates};
use super::nonconvex;
use super::steps::{Capped, General, Physical, Plain, Steps};
use super::value_function::ValueFunction;
use crate::dispatch::Num;

/// One step of the schedule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    /// Energy in the cells at the end of the step, kWh.
    pub energy_kwh: f64,
    /// AC power, kW: positive charges.
    pub setpoint_kw: f64,
    /// Lowest and highest marginal value of energy at that point, money per kWh.
    pub value_range: (f64, f64),
}

/// Follows step `t` from the energy before it.
#[inline]
pub fn follow<const N: usize>(
    bus: &Bus<'_>,
    value: &ValueFunction,
    offers: &Offers<N>,
    t: usize,
    energy_kwh: f64,
) -> Move {
    let kept = energy_kwh * bus.store.retention_per_step;
    let low = value.low_kwh(t + 1);
    let later = value.after(t + 1);
    let own = offers.pieces();
    let mut rest = kept - (low - offers.top_kwh);
    let near = 1e-10 * bus.store.energy_max_kwh;
    let (mut i, mut j) = (0, 0);
    let mut energy = low;
    let (mut above, mut below) = (f64::INFINITY, f64::NEG_INFINITY);
    // Pieces wholly below the point, then the one that holds it.
    loop {
        let from_later = match (later.get(i), own.get(j)) {
            (Some(a), Some(b)) => a.value >= b.value,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => break,
        };
        let Piece { value, kwh } = if from_later { later[i] } else { own[j] };
        if rest <= near {
            below = value;
            if kwh > near {
                break;
            }
            // A piece of rounding's length says nothing about the values beyond it.
            if from_later {
                i += 1;
            } else {
                j += 1;
            }
            continue;
        }
        above = value;
        let used = kwh.min(rest);
        if from_later {
            energy += used;
            i += 1;
        } else {
            j += 1;
        }
        rest -= kwh;
        if rest < -near {
            below = value;
            break;
        }
    }
    Move { energy_kwh: energy, setpoint_kw: bus_power(bus, energy - kept), value_range: (below, above) }
}

/// AC power that puts so much energy into the cells in a step, kW, within the limits of charging and
/// discharging power to the last bit; rounding of an idle step is no power.
#[inline(always)]
pub(super) fn power<N: Num>(rates: &Rates, (charge_limit_kw, discharge_limit_kw): (N, N), put_kwh: N) -> N {
    let [charge, discharge] = [rates.charge_kwh_per_kw, rates.discharge_kwh_per_kw].map(N::splat);
    let power = put_kwh / put_kwh.select_gt(N::ZERO, charge, discharge);
    let kept = power.clamp_to(-discharge_limit_kw, charge_limit_kw);
    power.abs().select_gt(charge_limit_kw.max(discharge_limit_kw) * 1e-10, kept, N::ZERO)
}

/// [`power`] of a bus.
#[inline]
pub(super) fn bus_power(bus: &Bus<'_>, put_kwh: f64) -> f64 {
    power(&bus.rates, (bus.store.charge_limit_kw, bus.store.discharge_limit_kw), put_kwh)
}

/// The whole schedule into `plan`, whose buffers are reused.
pub fn schedule(bus: &Bus<'_>, value: &ValueFunction, plan: &mut Plan) {
    let steps = bus.site.steps();
    plan.storage_setpoint_kw.clear();
    plan.energy_kwh.clear();
    plan.marginal_value_per_kwh.clear();
    plan.curtailed_kw.clear();
    plan.curtailed_kw.resize(steps, 0.0);
    if bus.is_bare() {
        through(bus, value, plan, &Plain(bus));
    } else if bus.is_capped() {
        through(bus, value, plan, &Capped::new(bus));
    } else if bus.convex {
        through(bus, value, plan, &General(bus));
    } else {
        through(bus, value, plan, &Physical::new(bus));
    }
}

fn through<const N: usize>(bus: &Bus<'_>, value: &ValueFunction, plan: &mut Plan, steps: &impl Steps<N>) {
    let flows = |t, power| steps.flows(t, power);
    if bus.convex {
        walk(bus, plan, |t, energy| follow(bus, value, &steps.offers(t), t, energy), flows);
    } else {
        walk(bus, plan, |t, energy| nonconvex::follow(bus, value, &steps.offers(t), t, energy), flows);
    }
}

/// Follows every step; `flows` gives what the bus does in it.
fn walk(
    bus: &Bus<'_>,
    plan: &mut Plan,
    mut follow: impl FnMut(usize, f64) -> Move,
    flows: impl Fn(usize, f64) -> Flows,
) {
    let mut energy = bus.store.energy_start_kwh;
    let mut price = 0.0;
    let mut total = 0.0;
    for t in 0..bus.site.steps() {
        let step = follow(t, energy);
        energy = step.energy_kwh;
        let (below, above) = step.value_range;
        // One coherent price: it moves only where the storage is empty or full.
        price = finite_clamp(price, below, above);
        plan.storage_setpoint_kw.push(step.setpoint_kw);
        plan.energy_kwh.push(energy);
        plan.marginal_value_per_kwh.push(price);
        let flows = flows(t, step.setpoint_kw);
        total += flows.cost;
        if flows.curtailed_kw != 0.0 {
            plan.curtailed_kw[t] = flows.curtailed_kw;
        }
        price /= bus.store.retention_per_step;
    }
    plan.objective = total - bus.store.final_value_per_kwh() * energy;
}

/// Values of stored energy along the schedule of `plan` by a cost-to-go that proves it. With demand
/// charges that is one whose import prices are raised in the hours that make the peaks, by what each of
/// them bears of the charge: beneath a cap a kWh less costs the whole charge and a kWh more saves nothing
/// of it, and only the shares of all hours together say what stored energy is worth.
pub fn price(bus: &Bus<'_>, value: &ValueFunction, plan: &mut Plan) {
    let near = 1e-7 * (1.0 + bus.store.energy_max_kwh);
    let mut price = 0.0;
    for (t, (&energy_kwh, told)) in plan.energy_kwh.iter().zip(&mut plan.marginal_value_per_kwh).enumerate() {
        let mut at = value.low_kwh(t + 1);
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for piece in value.after(t + 1) {
            if at + piece.kwh >= energy_kwh - near && at <= energy_kwh + near && piece.kwh > near {
                least = least.min(piece.value);
                most = most.max(piece.value);
            }
            at += piece.kwh;
        }
        // An end of the range says nothing of what lies beyond it.
        if energy_kwh <= value.low_kwh(t + 1) + near {
            most = f64::INFINITY;
        }
        if energy_kwh >= at - near {
            least = f64::NEG_INFINITY;
        }
        if t == 0 {
            price = if least.is_finite() { least } else { most };
        }
        price = finite_clamp(price, least, most);
        *told = if price.is_finite() { price } else { 0.0 };
        price /= bus.store.retention_per_step;
    }
}

/// `price` moved into `[below, above]`; an infinite end does not bind.
#[inline]
pub fn finite_clamp(price: f64, below: f64, above: f64) -> f64 {
    price.max(below).min(above)
}
