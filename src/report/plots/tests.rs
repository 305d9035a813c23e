//! Figures of made-up but realistic results, and of results at the edge.

use std::collections::BTreeMap;

use super::*;
use crate::experiment::results::{Column, PolicyOutcomes, SeriesColumn, Slice, Trajectories, blocks_of};
use crate::experiment::values::Values;

const STEPS: usize = 260;

/// Splitmix64 as uniforms: enough for shapes.
struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

struct Made {
    outcomes: Outcomes,
    labels: Labels,
    headline: Vec<String>,
    metric_labels: BTreeMap<String, String>,
    spans: Spans,
    over_time: Vec<PolicyOverTime>,
    observed: Vec<ObservedPoint>,
    objective: IndexMap<String, f64>,
}

impl Made {
    fn inputs(&self) -> PlotInputs<'_> {
        PlotInputs {
            title: "A valley between two wars, five years from the fall of its capital",
            seed: 20_210_815,
            baseline: 0,
            outcomes: &self.outcomes,
            labels: &self.labels,
            headline: &self.headline,
            metric_labels: &self.metric_labels,
            spans: &self.spans,
            over_time: &self.over_time,
            observed: &self.observed,
            objective: &self.objective,
        }
    }
}

const METRICS: [(&str, &str, f64); 5] = [
    ("killed", "people", 3200.0),
    ("attacks", "attacks", 1400.0),
    ("killed_security", "people", 1800.0),
    ("strength", "fighters", 9000.0),
    ("spent", "PKR bn", 410.0),
];

fn make(policies: usize, trials: usize, groups: usize, constant: bool) -> Made {
    let names = [
        "Status quo",
        "Talks first",
        "Talks, then large operations if the ceasefire breaks",
        "Border closure",
        "Intelligence-led operations",
        "Policing and courts",
        "Development in the districts",
        "Strikes across the border",
        "Amnesty and reintegration",
        "Withdrawal",
        "Everything at once",
        "Pressure on the hosts",
    ];
    let mut columns: Vec<Column> =
        METRICS.iter().map(|(metric, unit, _)| Column { metric, unit: (*unit).into(), slice: Slice::Total }).collect();
    columns.extend((0..5).map(|year| Column { metric: "spent", unit: "PKR bn".into(), slice: Slice::Year(year) }));
    let pairs = groups * groups.saturating_sub(1) / 2;
    let outcomes = Outcomes {
        left_out: Vec::new(),
        trials,
        policies: (0..policies)
            .map(|p| {
                // Common random words: the same dice for every policy.
                let mut dice = Dice(7);
                let mut values = vec![Vec::with_capacity(trials); columns.len()];
                for _ in 0..trials {
                    let shared = dice.normal();
                    for (column, into) in values.iter_mut().enumerate() {
                        let level = METRICS.get(column).map_or(82.0, |m| m.2);
                        let shift = 1.0 + 0.09 * ((p * 7 % 12) as f64 - 4.0) * f64::from(u8::from(p > 0)) / 2.0;
                        let noise = (0.35 * shared + 0.2 * dice.normal()).exp();
                        into.push(if constant { level } else { (level * shift * noise).round() });
                    }
                }
                let mut dice = Dice(p as u64);
                let mut shares = |hostile: f64| -> Vec<[f64; 4]> {
                    (0..pairs)
                        .map(|_| {
                            let (a, b, c) = (dice.uniform(), dice.uniform(), dice.uniform());
                            let (a, b) = (if a < hostile { a } else { 0.0 }, if b < 0.3 { b } else { 0.0 });
                            [a, 1.0 - a - b - 0.1 * c, b, 0.1 * c]
                        })
                        .collect()
                };
                PolicyOutcomes {
                    name: format!("policy-{p}"),
                    label: names[p % names.len()].into(),
                    values: values.into_iter().map(Values::from).collect(),
                    ties_start: shares(0.2),
                    ties_end: shares(0.5),
                }
            })
            .collect(),
        columns,
    };
    let day = |step: usize| time::Date::from_julian_day(2_459_442 + 7 * step as i32).unwrap();
    let iso = |d: time::Date| format!("{:04}-{:02}-{:02}", d.year(), u8::from(d.month()), d.day());
    let labels = Labels {
        years: (2021..2026).map(|y| format!("{y}-08-15..{}-08-14", y + 1)).collect(),
        provinces: (0..6).map(|p| format!("Province {p}")).collect(),
        groups: (0..groups).map(|g| format!("group-{g}")).collect(),
        group_labels: (0..groups)
            .map(|g| if g % 6 == 5 { format!("Movement for the Valley, faction {g}") } else { format!("Front {g}") })
            .collect(),
        steps: (0..STEPS).map(|s| iso(day(s))).collect(),
    };
    let spans = Spans::over(&labels);
    let headline: Vec<String> = METRICS.iter().map(|m| m.0.to_string()).collect();
    let over_time = (0..policies)
        .map(|p| {
            let from = trajectories(p, trials.min(100), groups);
            let level =
                |c: &SeriesColumn| if c.metric == "strength" { Accumulation::Level } else { Accumulation::Flow };
            PolicyOverTime::condense(&from, &headline, level, &spans, &labels)
        })
        .collect();
    let objective = IndexMap::from([("killed".to_string(), 1.0)]);
    let observed = (0..4)
        .map(|y| ObservedPoint {
            source: "PIPS".into(),
            metric: "killed".into(),
            from: format!("{}-01-01", 2022 + y),
            to: format!("{}-01-01", 2023 + y),
            value: [419.0, 620.0, 693.0, 1000.0][y],
        })
        .collect();
    let metric_labels =
        [("killed", "People killed"), ("strength", "Fighters")].map(|(a, b)| (a.to_string(), b.to_string())).into();
    Made { outcomes, labels, headline, metric_labels, spans, over_time, observed, objective }
}

fn trajectories(policy: usize, trials: usize, groups: usize) -> Trajectories {
    let mut columns: Vec<SeriesColumn> = METRICS
        .iter()
        .map(|(metric, unit, _)| SeriesColumn { metric, unit: (*unit).into(), slice: Slice::Total })
        .collect();
    columns.extend((0..groups).map(|g| SeriesColumn {
        metric: "strength",
        unit: "fighters".into(),
        slice: Slice::Group(g as u16),
    }));
    let mut dice = Dice(99);
    let trend = 0.0006 * ((policy * 5 % 12) as f64 - 5.0);
    let series = |c: usize, dice: &mut Dice| -> Vec<f32> {
        let level = METRICS.get(c).map_or_else(|| 4000.0 / (c - 4) as f64, |m| m.2 / STEPS as f64);
        let mut out = Vec::with_capacity(trials * STEPS);
        for _ in 0..trials {
            let start = (0.4 * dice.normal()).exp();
            for step in 0..STEPS {
                out.push((level * start * (trend * step as f64).exp() * (0.5 + dice.uniform())) as f32);
            }
        }
        out
    };
    let values: Vec<Vec<f32>> = (0..columns.len()).map(|c| series(c, &mut dice)).collect();
    Trajectories { columns, trials: (0..trials as u64).collect(), steps: STEPS, blocks: blocks_of(&values, STEPS) }
}

fn drawn(made: &Made) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let paths = draw_all(&made.inputs(), folder.path()).unwrap();
    if let Some(keep) = std::env::var_os("KEEP_FIGURES").filter(|_| made.outcomes.policies.len() > 2) {
        draw_all(&made.inputs(), Path::new(&keep)).unwrap();
    }
    for path in &paths {
        assert!(std::fs::metadata(path).unwrap().len() > 500, "{path:?}");
        if path.extension().is_some_and(|e| e == "svg") {
            let text = std::fs::read_to_string(path).unwrap();
            assert!(!text.contains("NaN") && text.contains("baseline") && text.contains("Seed 20210815"), "{path:?}");
        }
    }
    paths.iter().map(|p| p.file_name().unwrap().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_figure_of_a_full_run_is_drawn_in_both_formats() {
    let names = drawn(&make(12, 2000, 20, false));
    // Four figures per headline metric, strength of all and of each policy, ties, spending, regret (cost needs deaths, which are not here).
    assert_eq!(names.len(), 2 * (5 * 4 + 1 + 12 + 3));
    for name in ["distributions-killed.svg", "fan-strength.png", "strength-policy-11.svg", "ties.png", "spending.svg"] {
        assert!(names.iter().any(|n| n == name), "{name}");
    }
}

#[test]
fn one_policy_without_trials_groups_or_trajectories_draws_what_can_be_drawn() {
    let mut made = make(1, 0, 0, false);
    assert_eq!(drawn(&made), Vec::<String>::new());
    made = make(1, 1, 1, true);
    made.over_time.clear();
    let names = drawn(&made);
    assert!(names.contains(&"distributions-killed.svg".to_string()), "{names:?}");
    assert!(
        !names.iter().any(|n| n.starts_with("paired") || n.starts_with("fan") || n.starts_with("ties")),
        "{names:?}"
    );
    made.outcomes.policies.clear();
    assert_eq!(drawn(&made), Vec::<String>::new());
}

#[test]
fn constant_outcomes_of_two_policies_are_drawn() {
    let mut made = make(2, 50, 3, true);
    made.outcomes.policies[1].values[0] = vec![0.0; 50].into();
    assert_eq!(drawn(&made).len(), 2 * (5 * 4 + 1 + 2 + 3));
}

#[test]
fn a_missing_folder_is_an_error_that_names_the_figure() {
    let made = make(1, 5, 2, false);
    let error = draw_all(&made.inputs(), Path::new("no/such/folder")).unwrap_err();
    assert!(error.to_string().contains("distributions-killed.svg"), "{error}");
}

#[test]
fn file_names_are_safe_and_all_different() {
    let names = file_names(["strength-a/b", "strength-a b", "ties", "TIES"].into_iter());
    assert_eq!(names, ["strength-a_b", "strength-a_b-2", "ties", "TIES-2"]);
}
