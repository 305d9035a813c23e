//! Parameters as a reader sees them: value or range, grade, source.

use super::numbers::readable as n;
use super::saved::SavedParameter;
use crate::scenario::Scenario;
use crate::scenario::uncertain::{Distribution, Uncertain};

/// Every parameter of a scenario with its provenance.
pub fn parameters(scenario: &Scenario) -> Vec<SavedParameter> {
    scenario
        .parameters()
        .into_iter()
        .map(|p| SavedParameter {
            path: p.path.clone(),
            value: value(p),
            grade: format!("{:?}", p.grade),
            source: p.source.clone(),
            note: p.note.clone(),
            is_default: p.is_default,
            is_uncertain: p.distribution.is_uncertain(),
        })
        .collect()
}

/// A value as a reader would write it: `4,000 to 5,000`, `0.3`.
pub fn value(v: &Uncertain) -> String {
    match &v.distribution {
        Distribution::Fixed(x) => n(*x),
        Distribution::Uniform { low, high } => format!("{} to {}", n(*low), n(*high)),
        Distribution::Loguniform { low, high } => format!("{} to {} (log)", n(*low), n(*high)),
        Distribution::Triangular { low, mode, high } | Distribution::Pert { low, mode, high } => {
            format!("{} ({} to {})", n(*mode), n(*low), n(*high))
        }
        Distribution::Normal { mean, sd, .. } => format!("{} ± {}", n(*mean), n(*sd)),
        Distribution::Lognormal { median, sigma, .. } => format!("{} ×÷ e^{}", n(*median), n(*sigma)),
        Distribution::Beta { alpha, beta } => format!("Beta({}, {})", n(*alpha), n(*beta)),
        Distribution::Choice { values, .. } => values.iter().map(|x| n(*x)).collect::<Vec<_>>().join(" or "),
    }
}
