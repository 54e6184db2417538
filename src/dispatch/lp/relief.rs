//! Which limit no schedule can keep, from when on, and the smallest change that helps.

use super::System;
use super::interior::Interior;
use super::model::{Elastic, Model};
use crate::dispatch::optimum::{Infeasible, Limit};

/// Relief that rounding may ask for.
const NEAR: f64 = 1e-5;

/// The binding limit of a system that has no schedule.
pub(super) fn diagnose(system: &System<'_>) -> Infeasible {
    let finite = Elastic {
        import: system.site.import_limit_kw.is_finite(),
        export: system.site.export_limit_kw.is_finite(),
        end: true,
        room: false,
        charging: true,
    };
    let nothing = Infeasible { limit: Limit::Terminal, first_step: system.site.steps(), relief: 0.0 };
    let joint = relax(system, finite);
    let joint = if joint.is_empty() { relax(system, Elastic { room: true, ..finite }) } else { joint };
    let Some(first) = joint.first().copied() else { return nothing };
    let none = Elastic::default();
    let alone = match first.limit {
        Limit::Import => Elastic { import: true, ..none },
        Limit::Export => Elastic { export: true, ..none },
        Limit::Terminal => Elastic { end: true, ..none },
        Limit::StorageEnergy => Elastic { room: true, ..none },
        Limit::ChargingWindow => Elastic { charging: true, ..none },
    };
    relax(system, alone).first().copied().unwrap_or(first)
}

/// What is exceeded when these limits may be, the charging windows first; nothing where other limits
/// stand against it.
fn relax(system: &System<'_>, elastic: Elastic) -> Vec<Infeasible> {
    let model = Model::elastic(system, elastic);
    let program = &model.program;
    let Ok(solution) = Interior::new(program).solve(program, &program.lower, &program.upper) else {
        return Vec::new();
    };
    let (relief, x, steps) = (&model.relief, &solution.x, system.site.steps());
    let value = |column: usize| x[column];
    let first = |columns: &[usize]| columns.iter().position(|&column| x[column] > NEAR).unwrap_or(steps);
    let mut found = Vec::new();
    let mut note = |limit: Limit, first_step: usize, relief: f64| {
        if relief > NEAR {
            found.push(Infeasible { limit, first_step, relief });
        }
    };
    for (session, &column) in system.sessions.iter().zip(&relief.missed) {
        note(Limit::ChargingWindow, session.arrive.min(steps), value(column));
    }
    for (fleet, &column) in system.fleets.iter().zip(&relief.late) {
        let start = fleet.latest_kwh.iter().position(|&kwh| kwh > 0.0).unwrap_or(steps);
        note(Limit::ChargingWindow, start, value(column));
    }
    for &column in &relief.end {
        note(Limit::Terminal, steps, value(column));
    }
    if elastic.import {
        note(Limit::Import, first(&relief.short), value(relief.import));
    }
    if elastic.export {
        note(Limit::Export, first(&relief.dumped), value(relief.export));
    }
    for &column in &relief.room {
        note(Limit::StorageEnergy, 0, value(column));
    }
    found
}
