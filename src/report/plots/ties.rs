//! How groups stand to each other, at the start and at the end, under the baseline.

use super::PlotInputs;
use super::canvas::{Anchor, Picture, Type, elide};
use super::palette::{BASELINE, Ink, KINDS};
use super::sheet::{BASELINE_WORD, Frame, LABEL, Words, sheet};
use crate::statistics::order::largest_first;

/// More groups than this leave no room for names; those with the most ties are shown.
const MOST: usize = 30;
/// Hostile, none, cooperation, coalition, as the results order them.
const STATES: [(&str, Ink); 4] = [
    ("hostile", BASELINE),
    ("no tie", Ink::solid(0xec, 0xec, 0xec)),
    ("cooperation", KINDS[1]),
    ("coalition", Ink::solid(0x00, 0x45, 0x7a)),
];

pub(super) fn draw(inputs: &PlotInputs<'_>) -> Option<Picture> {
    let policy = inputs.outcomes.policies.get(inputs.baseline)?;
    let labels = inputs.labels;
    let groups = (2..=labels.groups.len()).rev().find(|n| {
        let pairs = n * (n - 1) / 2;
        pairs <= policy.ties_start.len() && pairs <= policy.ties_end.len()
    })?;
    let tied = |group: usize| -> f64 {
        (0..groups)
            .filter(|other| *other != group)
            .map(|other| pair(group, other))
            .map(|pair| 2.0 - policy.ties_start[pair][1] - policy.ties_end[pair][1])
            .sum()
    };
    let mut shown = largest_first((0..groups).collect(), |group| tied(*group));
    shown.truncate(MOST);
    shown.sort_unstable();
    let left_out = match groups - shown.len() {
        0 => String::new(),
        n => format!(" {n} groups with the fewest ties are left out."),
    };
    let words = Words {
        title: format!("Ties between groups at the start and at the end: {}", inputs.policy_label(inputs.baseline)),
        explanation: format!(
            "This is the baseline. Each square is a pair, filled in proportion to the share of trials in which the two \
             are hostile, cooperate or form a coalition. A group's pairs lie to the left of its name and below it.{left_out}"
        ),
        caption: inputs.caption("share of trials", inputs.outcomes.trials),
    };
    let names = 165.0;
    let gap = 26.0;
    let cell = ((super::sheet::WIDTH - 2.0 * super::sheet::MARGIN - gap) / 2.0 - names) / shown.len() as f64;
    let cell = cell.floor().min(34.0);
    let (mut picture, body) = sheet(&words, 76.0 + cell * shown.len() as f64);
    let mut key = body.left;
    for (state, ink) in STATES {
        picture.rectangle((key, body.top + 2.0), (key + 17.0, body.top + 19.0), ink);
        picture.text((key + 24.0, body.top + 16.0), state, LABEL, Anchor::Start);
        key += 60.0 + super::canvas::text_width(state, LABEL);
    }
    let half = (body.width() + gap) / 2.0;
    for (i, (when, ties)) in [("start", &policy.ties_start), ("end", &policy.ties_end)].into_iter().enumerate() {
        let left = body.left + i as f64 * half;
        let heading = format!("At the {when} (baseline)");
        picture.text((left, body.top + 56.0), heading, BASELINE_WORD, Anchor::Start);
        let frame = Frame { left, top: body.top + 70.0, right: left + half - gap, bottom: body.bottom };
        triangle(&mut picture, inputs, frame, cell, &shown, ties);
    }
    Some(picture)
}

/// Index of a pair in the results.
fn pair(a: usize, b: usize) -> usize {
    let (high, low) = (a.max(b), a.min(b));
    high * (high - 1) / 2 + low
}

/// The lower triangle, names along its diagonal.
fn triangle(
    picture: &mut Picture,
    inputs: &PlotInputs<'_>,
    frame: Frame,
    cell: f64,
    shown: &[usize],
    ties: &[[f64; 4]],
) {
    let labels = inputs.labels;
    for (row, group) in shown.iter().enumerate() {
        let top = frame.top + row as f64 * cell;
        for (column, other) in shown[..row].iter().enumerate() {
            let mut x = frame.left + column as f64 * cell;
            let shares = ties[pair(*group, *other)];
            let whole: f64 = shares.iter().filter(|s| **s > 0.0).sum();
            // A pair that was never counted is shown as without a tie.
            let shares = if whole > 0.0 { shares.map(|s| s.max(0.0) / whole) } else { [0.0, 1.0, 0.0, 0.0] };
            for (state, share) in [0, 2, 3, 1].map(|s| (s, shares[s])) {
                let right = x + share * (cell - 1.5);
                if share > 0.0 {
                    picture.rectangle((x, top), (right, top + cell - 1.5), STATES[state].1);
                }
                x = right;
            }
        }
        let name = labels.group_labels.get(*group).unwrap_or(&labels.groups[*group]);
        let at = frame.left + row as f64 * cell + 5.0;
        let style = Type { size: (cell * 0.72).clamp(9.0, LABEL.size), ..LABEL };
        let baseline = top + cell / 2.0 + style.size * 0.34;
        picture.text((at, baseline), elide(name, style, frame.right - at), style, Anchor::Start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_found_whichever_way_round() {
        assert_eq!([pair(1, 0), pair(0, 1), pair(2, 0), pair(2, 1), pair(3, 2)], [0, 0, 1, 2, 5]);
    }
}
