//! The tables of the page.

use super::PageInputs;
use super::markup::{Cell, paragraph, table};
use super::words;
use crate::experiment::compare::{Comparison, Measured, OBJECTIVE};
use crate::report::numbers::{readable, signed};
use crate::statistics::dominance::Order;
use crate::statistics::ratio::Ratio;

/// Policies against the baseline: the objective first, then each headline metric.
pub fn comparison(inputs: &PageInputs<'_>) -> String {
    let Some(comparison) = &inputs.findings.comparison else { return paragraph("Nothing was run.") };
    let mut html = paragraph(
        "Each trial of a policy is compared with the baseline's trial that shares its random words, so what is common \
         to both falls out. “Better” counts the trials in which the policy does better; “pairing” tells how many times more \
         trials unpaired runs would need. A policy that dominates is better at every level of the measure (to second \
         order: for everyone who minds a large loss more than in proportion).",
    );
    let names = std::iter::once(OBJECTIVE).chain(inputs.saved.headline.iter().map(String::as_str));
    for name in names {
        if let Some(measured) = comparison.measures.iter().find(|m| m.name == name) {
            html.push_str(&one_measure(inputs, comparison, measured));
        }
    }
    html.push_str(&cost(inputs, comparison));
    html
}

fn one_measure(inputs: &PageInputs<'_>, comparison: &Comparison, measured: &Measured) -> String {
    let saved = inputs.saved;
    let is_loss = measured.name == OBJECTIVE;
    let header = ["Policy", "Mean", "Difference", "95 % interval", "Better", "Pairing", "What the trials say"];
    let mut rows = Vec::new();
    for (p, policy) in measured.policies.iter().enumerate() {
        let text = |x: Option<String>| Cell::Number(x.unwrap_or_else(|| "–".to_string()));
        let mut row = vec![Cell::Head(saved.policies[p].label.clone()), text(policy.mean.map(readable))];
        match &policy.against {
            None => row.extend([text(None), text(None), text(None), text(None), Cell::Text("baseline".to_string())]),
            Some(against) => {
                let interval = against.difference.interval.map(|(l, h)| format!("{} to {}", signed(l), signed(h)));
                let better =
                    against.better.and_then(|b| b.share.estimate).map(|share| format!("{:.0} %", 100.0 * share));
                let pairing = against.difference.variance_reduction.map(|f| format!("× {}", readable(f.round())));
                let mut say = words::verdict(measured, against, comparison.trials);
                match against.dominance.and_then(|d| d.dominates) {
                    Some(Order::First) => say.push_str(", dominates"),
                    Some(Order::Second) => say.push_str(", dominates to second order"),
                    None => {}
                }
                row.extend([
                    text(Some(signed(against.difference.mean))),
                    text(interval),
                    text(better),
                    text(pairing),
                    Cell::Text(say),
                ]);
            }
        }
        rows.push(row);
    }
    let name = if is_loss { "Objective".to_string() } else { inputs.findings.metric_label(measured.name) };
    let caption = format!("{name} ({}), n = {} trials per policy", measured.unit, comparison.trials);
    let mut html =
        format!("<h3>{}</h3>\n{}", super::markup::escape(&name), table(&caption, &header, &rows, Some(saved.baseline)));
    if is_loss {
        html.push_str(&regret(inputs, measured));
    }
    html
}

/// How often each policy is the best of all, and what choosing it costs against the best choice of each trial.
fn regret(inputs: &PageInputs<'_>, measured: &Measured) -> String {
    let saved = inputs.saved;
    let number = |x: Option<String>| Cell::Number(x.unwrap_or_else(|| "–".to_string()));
    let rows: Vec<Vec<Cell>> = measured
        .policies
        .iter()
        .enumerate()
        .map(|(p, policy)| {
            vec![
                Cell::Head(saved.policies[p].label.clone()),
                number(policy.best.and_then(|b| b.estimate).map(|share| format!("{:.0} %", 100.0 * share))),
                number(policy.regret.map(|r| readable(r.expected))),
                number(policy.regret.map(|r| readable(r.q95))),
                number(policy.regret.map(|r| readable(r.worst))),
            ]
        })
        .collect();
    let caption = "How often each policy is the best of all, and its regret: its loss less that of the best policy of \
                   the same trial";
    let header = ["Policy", "Best of all", "Mean regret", "95 % quantile", "Worst"];
    table(caption, &header, &rows, Some(saved.baseline))
}

fn cost(inputs: &PageInputs<'_>, comparison: &Comparison) -> String {
    let saved = inputs.saved;
    let rows: Vec<Vec<Cell>> = comparison
        .cost_per_death_averted
        .iter()
        .enumerate()
        .filter_map(|(p, cost)| {
            let cost = cost.as_ref()?;
            Some(vec![
                Cell::Head(saved.policies[p].label.clone()),
                Cell::Number(signed(cost.cost)),
                Cell::Number(signed(cost.averted)),
                Cell::Text(price(cost.cost, cost.averted, &cost.ratio, &saved.currency)),
            ])
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let caption = format!(
        "Mean money above the baseline's ({}) and mean deaths averted, with Fieller's interval of their ratio",
        saved.currency
    );
    let header = ["Policy", "Money above the baseline", "Deaths averted", "Money per death averted"];
    format!("<h3>Money per death averted</h3>\n{}", table(&caption, &header, &rows, None))
}

fn price(cost: f64, averted: f64, ratio: &Ratio, currency: &str) -> String {
    match ratio {
        Ratio::Bounded { estimate, low, high } if cost > 0.0 && averted > 0.0 => {
            format!("{} {currency} (95 % interval {} to {})", readable(*estimate), readable(*low), readable(*high))
        }
        Ratio::Bounded { .. } if averted > 0.0 => "saves lives and money".to_string(),
        Ratio::Bounded { .. } => "no deaths averted".to_string(),
        _ => "the trials do not tell: deaths averted are not told from none".to_string(),
    }
}

/// Metrics through which a policy acts, each against the baseline.
const CHANNELS: [&str; 12] = [
    "operations",
    "strikes",
    "militants_killed",
    "militants_captured",
    "militants_surrendered",
    "recruits",
    "strength",
    "sheltered",
    "truce_weeks",
    "writ",
    "grievance",
    "cooperation",
];

/// What each policy changes on the way to its outcome.
pub fn channels(inputs: &PageInputs<'_>) -> String {
    let Some(comparison) = &inputs.findings.comparison else { return String::new() };
    let saved = inputs.saved;
    let shown: Vec<&Measured> =
        CHANNELS.iter().filter_map(|name| comparison.measures.iter().find(|m| m.name == *name)).collect();
    let labels: Vec<String> = shown.iter().map(|m| inputs.findings.metric_label(m.name)).collect();
    let mut header = vec!["Policy"];
    header.extend(labels.iter().map(String::as_str));
    let rows: Vec<Vec<Cell>> = (0..saved.policies.len())
        .filter(|p| *p != saved.baseline)
        .map(|p| {
            let mut row = vec![Cell::Head(saved.policies[p].label.clone())];
            row.extend(shown.iter().map(|m| {
                let against = m.policies[p].against.as_ref();
                let told = against.filter(|a| a.difference.interval.is_some_and(|(l, h)| l > 0.0 || h < 0.0));
                Cell::Number(told.map_or_else(|| "·".to_string(), |a| signed(a.difference.mean)))
            }));
            row
        })
        .collect();
    let mut html = paragraph(
        "Mean difference from the baseline in what lies between a policy and its outcome. A dot: not told from no \
         difference. These are accompaniments, not proofs of cause; each is a total, or a level at the end.",
    );
    html.push_str(&table("Differences from the baseline", &header, &rows, None));
    html
}
