//! The loss that a scenario's objective assigns to every trial of every policy.

use super::results::{Outcomes, Slice};

/// `losses[policy][trial]`: the sum of each metric's total times its weight. `None` if a metric is not recorded or
/// the objective is empty.
pub fn losses(outcomes: &Outcomes, objective: &[(String, f64)]) -> Option<Vec<Vec<f64>>> {
    if objective.is_empty() {
        return None;
    }
    let columns: Vec<(usize, f64)> = objective
        .iter()
        .map(|(metric, weight)| {
            let column = outcomes.columns.iter().position(|c| c.slice == Slice::Total && c.metric == metric);
            column.map(|column| (column, *weight))
        })
        .collect::<Option<_>>()?;
    let of_trial =
        |values: &[Vec<f64>], trial: usize| columns.iter().map(|(c, weight)| weight * values[*c][trial]).sum();
    Some(
        outcomes
            .policies
            .iter()
            .map(|policy| (0..outcomes.trials).map(|trial| of_trial(&policy.values, trial)).collect())
            .collect(),
    )
}
