//! Regret of every policy under the scenario's objective: what it loses against the best choice of each trial.

use super::PlotInputs;
use super::canvas::{Anchor, Picture, Type};
use super::palette::{BASELINE, Ink, TEXT};
use super::sheet::{LABEL, NAME, Words, row_name, sheet};
use crate::experiment::compare::losses;
use crate::report::numbers::readable;
use crate::statistics::regret::{Regret, regrets};

const ROW: f64 = 40.0;
/// The darkest a cell becomes; words on it stay readable.
const DARKEST: Ink = Ink::solid(0x56, 0xb4, 0xe9);

pub(super) fn draw(inputs: &PlotInputs<'_>) -> Option<Picture> {
    let losses: Vec<Vec<f64>> =
        (0..inputs.outcomes.policies.len()).map(|p| losses(inputs.outcomes, inputs.objective, p)).collect();
    let slices: Vec<&[f64]> = losses.iter().map(Vec::as_slice).collect();
    let regrets: Vec<Regret> = regrets(&slices);
    if regrets.len() < 2 {
        return None;
    }
    let objective: Vec<String> = inputs
        .objective
        .iter()
        .map(|(metric, weight)| format!("{} × {}", readable(*weight), inputs.metric_label(metric)))
        .collect();
    let words = Words {
        title: "Regret of each policy".to_string(),
        explanation: format!(
            "In each trial, a policy's regret is its loss less that of the best policy of that trial. Loss: {}. \
             Darker is worse within a column.",
            objective.join(" + ")
        ),
        caption: inputs.caption("loss", inputs.outcomes.trials),
    };
    let (mut picture, body) = sheet(&words, 40.0 + regrets.len() as f64 * ROW + 8.0);
    let names = 330.0;
    type Read = fn(&Regret) -> f64;
    let columns: [(&str, Read); 3] =
        [("mean", |r| r.expected), ("95 % quantile", |r| r.q95), ("worst trial", |r| r.worst)];
    let width = (body.width() - names) / columns.len() as f64;
    for (c, (title, value)) in columns.iter().enumerate() {
        let left = body.left + names + c as f64 * width;
        picture.text((left + width / 2.0, body.top + 22.0), *title, NAME, Anchor::Middle);
        let most = regrets.iter().map(value).fold(0.0, f64::max);
        for (p, regret) in regrets.iter().enumerate() {
            let top = body.top + 36.0 + p as f64 * ROW;
            let share = if most > 0.0 { value(regret) / most } else { 0.0 };
            picture.rectangle((left, top), (left + width - 3.0, top + ROW - 3.0), DARKEST.lighter(1.0 - share));
            let at = (left + width / 2.0, top + ROW / 2.0 + 4.0);
            picture.text(at, readable(value(regret)), Type { ink: TEXT, ..LABEL }, Anchor::Middle);
        }
    }
    for p in 0..regrets.len() {
        let baseline = p == inputs.baseline;
        let middle = body.top + 36.0 + (p as f64 + 0.5) * ROW;
        let style = if baseline { Type { ink: BASELINE, ..NAME } } else { LABEL };
        let word = if baseline { " (baseline)" } else { "" };
        row_name(&mut picture, (body.left, middle), names - 12.0, &format!("{}{word}", inputs.policy_label(p)), style);
    }
    Some(picture)
}
