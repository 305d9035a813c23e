//! Mean strength of the groups, stacked, in time.

use super::PlotInputs;
use super::axis::{Scale, left, left_room, years};
use super::canvas::{Anchor, Picture, elide};
use super::palette::{AXIS, BASELINE, Ink, KINDS, OTHERS, PAPER};
use super::sheet::{BASELINE_WORD, Frame, LABEL, Mark, Words, grid, grid_height, panel_key, panel_name, sheet};
use crate::report::bands::PolicyOverTime;
use crate::statistics::order::largest_first;

const PANEL: f64 = 250.0;
/// Groups whose share of the total never exceeds this in any policy are put together.
const SMALL: f64 = 0.02;

/// Which groups are shown by themselves, largest first, the same in all figures; the rest is `others`.
struct Stack {
    shown: Vec<usize>,
    others: bool,
    spans: usize,
    top: f64,
}

impl Stack {
    /// `None` if no trajectory holds strength by group.
    fn of(inputs: &PlotInputs<'_>) -> Option<Self> {
        let spans = inputs.over_time.iter().flat_map(|p| &p.strength).map(Vec::len).max().filter(|n| *n > 0)?;
        let groups = inputs.labels.groups.len();
        let mut ranked: Vec<(usize, f64, f64)> = vec![];
        let mut top: f64 = 0.0;
        for policy in inputs.over_time {
            top = total(policy, spans).into_iter().fold(top, f64::max);
        }
        for group in 0..groups {
            let (mut sum, mut share): (f64, f64) = (0.0, 0.0);
            for policy in inputs.over_time {
                let all = total(policy, spans);
                for (value, all) in policy.strength.get(group).into_iter().flatten().zip(all) {
                    sum += value;
                    share = share.max(if all > 0.0 { value / all } else { 0.0 });
                }
            }
            ranked.push((group, sum, share));
        }
        let ranked = largest_first(ranked, |one| one.1);
        let shown: Vec<usize> =
            ranked.iter().filter(|(_, _, share)| *share > SMALL).take(KINDS.len()).map(|r| r.0).collect();
        let others = ranked.iter().any(|(group, sum, _)| *sum > 0.0 && !shown.contains(group));
        Some(Stack { shown, others, spans, top })
    }

    /// Name, colour and values of each layer, from the bottom.
    fn layers(&self, inputs: &PlotInputs<'_>, policy: &PolicyOverTime) -> Vec<(String, Ink, Vec<f64>)> {
        let of = |group: usize| {
            let known = policy.strength.get(group).cloned().unwrap_or_default();
            let mut values = known;
            values.resize(self.spans, 0.0);
            values
        };
        let labels = inputs.labels;
        let name = |group: usize| labels.group_labels.get(group).unwrap_or(&labels.groups[group]).clone();
        let mut layers: Vec<_> =
            self.shown.iter().zip(KINDS).map(|(group, ink)| (name(*group), ink, of(*group))).collect();
        if self.others {
            let mut rest = vec![0.0; self.spans];
            for group in (0..labels.groups.len()).filter(|group| !self.shown.contains(group)) {
                rest.iter_mut().zip(of(group)).for_each(|(sum, value)| *sum += value);
            }
            layers.push(("others".to_string(), OTHERS, rest));
        }
        layers
    }
}

fn total(policy: &PolicyOverTime, spans: usize) -> Vec<f64> {
    let mut sums = vec![0.0; spans];
    for group in &policy.strength {
        sums.iter_mut().zip(group).for_each(|(sum, value)| *sum += value);
    }
    sums
}

/// One policy, large, every layer labelled at its right end.
pub(super) fn draw_policy(inputs: &PlotInputs<'_>, policy: usize) -> Option<Picture> {
    let stack = Stack::of(inputs)?;
    let own = inputs.over_time.get(policy)?;
    let is_baseline = policy == inputs.baseline;
    let words = Words {
        title: format!("Strength of groups in time: {}", inputs.policy_label(policy)),
        explanation: format!(
            "Mean over trials at the end of each {}, stacked.{}",
            inputs.spans.words(),
            if is_baseline { " This is the baseline." } else { " The dashed line is the total under the baseline." }
        ),
        caption: inputs.caption("fighters", own.trials),
    };
    let (mut picture, body) = sheet(&words, 576.0);
    let highest = |p: &PolicyOverTime| total(p, stack.spans).into_iter().fold(0.0, f64::max);
    let top = highest(own).max(highest(&inputs.over_time[inputs.baseline]));
    let plot = body.inset(left_room((0.0, top * 1.04), 6, (1.0, "")), 32.0, 300.0, 34.0);
    let (x, y) = scales(inputs, top, plot);
    left(&mut picture, plot, y, 6, (1.0, ""));
    years(&mut picture, plot, x);
    let ends = paint(&mut picture, inputs, &stack, policy, (x, y));
    if is_baseline {
        picture.text((body.left, body.top + 18.0), "baseline", BASELINE_WORD, Anchor::Start);
    } else {
        let row = Frame { top: body.top - 23.0, ..body };
        panel_key(&mut picture, row, &[(Mark::Dashes, BASELINE, "baseline total")]);
    }
    let wanted: Vec<f64> = ends.iter().map(|end| end.1).collect();
    for ((name, middle, ink), at) in ends.iter().zip(spread(&wanted, 21.0, plot.top, plot.bottom)) {
        let start = plot.right + 26.0;
        picture.line(vec![(plot.right + 2.0, *middle), (start - 4.0, at)], AXIS, 1.0);
        picture.rectangle((start, at - 7.0), (start + 14.0, at + 7.0), *ink);
        picture.text((start + 20.0, at + 5.5), elide(name, LABEL, body.right - start - 20.0), LABEL, Anchor::Start);
    }
    Some(picture)
}

/// All policies as small multiples with a common key below.
pub(super) fn draw_all_policies(inputs: &PlotInputs<'_>) -> Option<Picture> {
    let stack = Stack::of(inputs)?;
    let count = inputs.over_time.len();
    if count < 2 {
        return None;
    }
    let words = Words {
        title: "Strength of groups in time, under each policy".to_string(),
        explanation: format!(
            "Up: fighters, mean over trials at the end of each {}, stacked. The dashed line is the total under the \
             baseline.",
            inputs.spans.words()
        ),
        caption: inputs.caption("fighters", inputs.trajectory_trials()),
    };
    let keys = stack.layers(inputs, &inputs.over_time[inputs.baseline]);
    let panels_height = grid_height(count, PANEL);
    let key_columns = 3;
    let key_height = keys.len().div_ceil(key_columns) as f64 * 24.0 + 8.0;
    let (mut picture, body) = sheet(&words, panels_height + key_height);
    for (p, panel) in grid(body, count, PANEL).into_iter().enumerate() {
        panel_name(&mut picture, panel, inputs.policy_label(p), p == inputs.baseline);
        let plot = panel.inset(left_room((0.0, stack.top * 1.04), 4, (1.0, "")), 54.0, 14.0, 40.0);
        let (x, y) = scales(inputs, stack.top, plot);
        left(&mut picture, plot, y, 4, (1.0, ""));
        years(&mut picture, plot, x);
        paint(&mut picture, inputs, &stack, p, (x, y));
        if p != inputs.baseline {
            panel_key(&mut picture, panel, &[(Mark::Dashes, BASELINE, "baseline total")]);
        }
    }
    let width = body.width() / key_columns as f64;
    for (i, (name, ink, _)) in keys.iter().enumerate() {
        let x = body.left + (i % key_columns) as f64 * width;
        let y = body.top + panels_height + 18.0 + (i / key_columns) as f64 * 24.0;
        picture.rectangle((x, y - 12.0), (x + 15.0, y + 3.0), *ink);
        picture.text((x + 22.0, y + 1.0), elide(name, LABEL, width - 30.0), LABEL, Anchor::Start);
    }
    Some(picture)
}

fn scales(inputs: &PlotInputs<'_>, top: f64, plot: Frame) -> (Scale, Scale) {
    let starts = &inputs.spans.starts;
    let days = f64::from(inputs.spans.days());
    // The first figure is that of the first span's end.
    let first = f64::from(starts.first().copied().unwrap_or(0)) + days;
    let end = f64::from(starts.last().copied().unwrap_or(0)) + days;
    (Scale::new((first, end), (plot.left, plot.right)), Scale::new((0.0, top * 1.04), (plot.bottom, plot.top)))
}

/// Draws the layers and, unless it is the baseline, the baseline's total; returns each layer's name, middle at the right end, and colour.
fn paint(
    picture: &mut Picture,
    inputs: &PlotInputs<'_>,
    stack: &Stack,
    policy: usize,
    (x, y): (Scale, Scale),
) -> Vec<(String, f64, Ink)> {
    let days = f64::from(inputs.spans.days());
    let ends: Vec<f64> = inputs.spans.starts.iter().take(stack.spans).map(|s| x.at(f64::from(*s) + days)).collect();
    let trace = |sums: &[f64]| -> Vec<(f64, f64)> { ends.iter().zip(sums).map(|(x, v)| (*x, y.at(*v))).collect() };
    let mut below = vec![0.0; stack.spans];
    let mut labels = vec![];
    for (name, ink, values) in stack.layers(inputs, &inputs.over_time[policy]) {
        let above: Vec<f64> = below.iter().zip(&values).map(|(a, b)| a + b).collect();
        let mut area = trace(&above);
        area.extend(trace(&below).into_iter().rev());
        picture.polygon(area, ink);
        picture.line(trace(&above), PAPER, 1.0);
        let last = stack.spans - 1;
        labels.push((name, (y.at(below[last]) + y.at(above[last])) / 2.0, ink));
        below = above;
    }
    if policy != inputs.baseline {
        let baseline = trace(&total(&inputs.over_time[inputs.baseline], stack.spans));
        picture.line(baseline.clone(), PAPER, 4.0);
        picture.dashed(&baseline, BASELINE, 2.6, (8.0, 4.0));
    }
    labels
}

/// Moves wanted heights apart to at least `gap`, in their order from the bottom up, inside the frame where they fit.
fn spread(wanted: &[f64], gap: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut placed = wanted.to_vec();
    let mut limit = bottom;
    for at in &mut placed {
        *at = at.min(limit);
        limit = *at - gap;
    }
    let mut limit = top;
    for at in placed.iter_mut().rev() {
        *at = at.max(limit);
        limit = *at + gap;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_their_order_and_distance_inside_the_frame() {
        let placed = spread(&[499.0, 498.0, 497.0, 496.0, 30.0, 29.0, 10.0], 20.0, 10.0, 500.0);
        assert!(placed.windows(2).all(|pair| pair[0] - pair[1] >= 20.0), "{placed:?}");
        assert!(placed.iter().all(|y| (10.0..=500.0).contains(y)), "{placed:?}");
        assert_eq!(spread(&[400.0, 300.0], 20.0, 0.0, 500.0), [400.0, 300.0]);
        assert!(spread(&[], 20.0, 0.0, 500.0).is_empty());
    }
}
