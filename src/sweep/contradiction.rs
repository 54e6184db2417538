//! Conditions that no design meets: said before anything is simulated.

use super::study::Study;
use crate::problem::Problem;
use crate::scenario::Table;

/// Designs up to which a study is looked through; larger ones are taken at their word.
const LOOKED_THROUGH: u64 = 1_000_000;

/// What is wrong where every design of the study misses a condition: the condition that the last
/// ones fail on, and how many each leaves out. `None` where some design is left, or the study is
/// too large to tell cheaply.
pub(super) fn contradiction(study: &Study, root: &Table) -> Option<Problem> {
    if study.conditions.is_empty() || study.designs() > LOOKED_THROUGH {
        return None;
    }
    let mut out = vec![0u64; study.conditions.len()];
    for number in 0..study.designs() {
        out[study.design(number).excluded?] += 1;
    }
    let parts: Vec<String> = study
        .conditions
        .iter()
        .zip(&out)
        .filter(|(_, count)| **count > 0)
        .map(|(condition, count)| format!("`{}` leaves out {count}", condition.text))
        .collect();
    let message =
        format!("none of the {} designs meets the conditions: {}", study.designs(), parts.join(", then "));
    let hint = "widen the values or drop a condition; a condition on a key without a number is never met";
    Some(root.error("conditions", "contradictory-conditions", message).hint(hint))
}
