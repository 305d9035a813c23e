//! Named events: what a reader asks the chance of, counted over trials.

use super::results::{Outcomes, PolicyOutcomes, total_column};
use crate::statistics::summary::{quantile_of_sorted, sorted_finite};

/// In how many trials of each policy an event happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Name, e.g. `money-short`.
    pub name: String,
    /// Trials in which it happened, by policy.
    pub counts: Vec<u64>,
}

/// Events that are a metric above nothing: (name, metric).
const HAPPENED: [(&str, &str); 8] = [
    ("ceasefire", "ceasefires"),
    ("truce-broken", "collapses"),
    ("deal", "deals"),
    ("merger", "mergers"),
    ("split", "splits"),
    ("border-clash", "border_clashes"),
    ("money-short", "unmet"),
    ("group-settled", "ended_settled"),
];

/// Metrics of which it is asked how often they exceed the baseline's median and its 95 % quantile.
const EXCEEDED: [&str; 2] = ["killed", "attacks"];

/// All named events. `baseline` is an index among the policies.
pub fn events(outcomes: &Outcomes, baseline: usize) -> Vec<Event> {
    let mut events = Vec::new();
    let mut add = |name: String, metric: &str, above: f64| {
        if let Some(column) = total_column(&outcomes.columns, metric) {
            let count = |p: &PolicyOutcomes| p.values[column].all().into_iter().filter(|v| *v > above).count() as u64;
            events.push(Event { name, counts: outcomes.policies.iter().map(count).collect() });
        }
    };
    for (name, metric) in HAPPENED {
        add(name.to_string(), metric, 0.0);
    }
    for metric in EXCEEDED {
        let values = total_column(&outcomes.columns, metric)
            .and_then(|c| outcomes.policies.get(baseline).map(|p| p.values[c].all()));
        let sorted = values.map(|v| sorted_finite(&v)).unwrap_or_default();
        for (words, level) in [("median", 0.5), ("95-percent-quantile", 0.95)] {
            if let Some(threshold) = quantile_of_sorted(&sorted, level) {
                add(format!("{metric}-above-baseline-{words}"), metric, threshold);
            }
        }
    }
    events
}
