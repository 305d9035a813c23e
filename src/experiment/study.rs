//! The runner under every study: trials of points, packed into blocks of any mixture of points.
//!
//! A lane is a trial at a point in one of its histories. What comes of it depends on the scenario, the seed and these
//! three, and on nothing else: neither on the lanes beside it nor on how many points there are. So a study that is
//! extended keeps every figure it has, and one that is stopped is a smaller one. All points share the random words of a
//! trial number (common random numbers): a parameter that no point gives is drawn alike at all of them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::guarded::words;
use super::histories::Histories;
use super::prepared::Prepared;
use super::run::Progress;
use crate::parallel;
use crate::sampling::lanes::{LANES, Lanes, each};
use crate::world::given::{Gift, Given};
use crate::world::scene::Trials;

/// What the coordinates of points are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Giving {
    /// Values, in the units of the numbers' keys.
    Values,
    /// Levels in (0, 1) of the numbers' own laws.
    Levels,
}

/// The points of a study. They may be computed as they are asked for: millions need no memory.
pub trait Points: Sync {
    /// Dotted paths of the numbers that are given, one per coordinate.
    fn paths(&self) -> &[String];
    /// What the coordinates are.
    fn giving(&self) -> Giving;
    /// How many points there are.
    fn len(&self) -> usize;
    /// True without points.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Writes the coordinates of a point, in the order of [`Points::paths`].
    fn write(&self, point: usize, coordinates: &mut [f64]);
}

/// One trial at one point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane {
    /// Number of the point.
    pub point: usize,
    /// Number of the trial, from which its random words come.
    pub trial: u64,
    /// 0 for the trial itself; others have the same parameters and other chance.
    pub history: u64,
}

/// A lane that failed, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedLane {
    /// Index among the lanes asked for.
    pub lane: usize,
    /// Index of the policy.
    pub policy: usize,
    /// In words.
    pub reason: String,
}

/// What came of lanes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evaluated {
    /// `values[policy][column][lane]`; not a number where the lane failed, which statistics leave out.
    pub values: Vec<Vec<Vec<f64>>>,
    /// The lanes that failed, in order.
    pub failed: Vec<FailedLane>,
}

/// Runs lanes under all policies of `prepared` and keeps `columns` (indices into [`Prepared::columns`]) of their
/// outcomes. A lane that breaks a law of the model or ends in a defect of the engine fails with its reason; all
/// others go on. `progress` counts trials of one policy.
pub fn evaluate(
    prepared: &Prepared,
    points: &dyn Points,
    columns: &[usize],
    lanes: &[Lane],
    progress: &dyn Progress,
) -> Evaluated {
    let policies = prepared.policies.len();
    let blocks = parallel::each(lanes.len().div_ceil(LANES), |block| {
        let lanes = &lanes[block * LANES..lanes.len().min((block + 1) * LANES)];
        let block = guarded_block(prepared, points, columns, lanes);
        progress.advance(lanes.len() * policies);
        block
    });
    let mut values = vec![vec![Vec::with_capacity(lanes.len()); columns.len()]; policies];
    let mut failed = Vec::new();
    for (index, block) in blocks.into_iter().enumerate() {
        for (all, one) in values.iter_mut().flatten().zip(block.values.iter().flatten()) {
            all.extend_from_slice(one);
        }
        let in_whole = |one: FailedLane| FailedLane { lane: index * LANES + one.lane, ..one };
        failed.extend(block.failed.into_iter().map(in_whole));
    }
    Evaluated { values, failed }
}

/// A block's part of [`Evaluated`].
type Block = Evaluated;

/// Runs a block; if the engine fails in it, each lane by itself, so that only those at fault are lost.
fn guarded_block(prepared: &Prepared, points: &dyn Points, columns: &[usize], lanes: &[Lane]) -> Block {
    let run = |lanes: &[Lane]| catch_unwind(AssertUnwindSafe(|| run_block(prepared, points, columns, lanes)));
    if let Ok(block) = run(lanes) {
        return block;
    }
    let policies = prepared.policies.len();
    let mut whole = Block { values: vec![vec![Vec::new(); columns.len()]; policies], failed: Vec::new() };
    for (index, lane) in lanes.iter().enumerate() {
        let one = run(std::slice::from_ref(lane)).unwrap_or_else(|panic| {
            let reason = format!("a defect of the engine: {}", words(&*panic));
            Block {
                values: vec![vec![vec![f64::NAN]; columns.len()]; policies],
                failed: (0..policies).map(|policy| FailedLane { lane: 0, policy, reason: reason.clone() }).collect(),
            }
        });
        for (all, values) in whole.values.iter_mut().flatten().zip(one.values.iter().flatten()) {
            all.extend_from_slice(values);
        }
        whole.failed.extend(one.failed.into_iter().map(|failed| FailedLane { lane: index, ..failed }));
    }
    whole
}

/// Runs at most [`LANES`] lanes; places that are left over repeat the last lane.
fn run_block(prepared: &Prepared, points: &dyn Points, columns: &[usize], lanes: &[Lane]) -> Block {
    let lane_of = |place: usize| lanes[place.min(lanes.len() - 1)];
    let given = given(points, &each(|place| lane_of(place).point));
    let trials = Trials {
        seed: prepared.seed,
        trial: each(|place| lane_of(place).trial),
        history: each(|place| lane_of(place).history),
        given: &given,
    };
    let histories = Histories::new(prepared, prepared.world_of(&trials), false);
    let mut block = Block::default();
    for policy in 0..prepared.policies.len() {
        let mut result = histories.run(policy);
        let mut broken = std::mem::take(&mut result.broken);
        for (lane, _) in lanes.iter().enumerate() {
            let finite = columns.iter().all(|&column| result.record.outcomes[column][lane].is_finite());
            if !finite && broken.iter().all(|(one, _)| *one != lane) {
                broken.push((lane, "an outcome is not a number".to_string()));
            }
        }
        broken.retain(|(lane, _)| *lane < lanes.len());
        let kept = columns.iter().map(|&column| {
            let mut values = result.record.outcomes[column][..lanes.len()].to_vec();
            broken.iter().for_each(|(lane, _)| values[*lane] = f64::NAN);
            values
        });
        block.values.push(kept.collect());
        block.failed.extend(broken.into_iter().map(|(lane, reason)| FailedLane { lane, policy, reason }));
    }
    block
}

/// What the points in the lanes of a block are given.
fn given(points: &dyn Points, point: &Lanes<usize>) -> Given {
    let paths = points.paths();
    let mut columns = vec![Lanes::of(0.0); paths.len()];
    let mut coordinates = vec![0.0; paths.len()];
    for lane in 0..LANES {
        if lane == 0 || point[lane] != point[lane - 1] {
            points.write(point[lane], &mut coordinates);
        }
        for (column, &value) in columns.iter_mut().zip(&coordinates) {
            column[lane] = value;
        }
    }
    let mut given = Given::default();
    for (path, column) in paths.iter().zip(columns) {
        let gift = match points.giving() {
            Giving::Values => Gift::Values(column),
            Giving::Levels => Gift::Levels(column),
        };
        given.give(path, gift);
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::run::NoProgress;
    use crate::scenario::{Scenario, read_str, template};
    use crate::simulation::catalog;

    struct Strengths {
        paths: Vec<String>,
        values: Vec<f64>,
        giving: Giving,
    }

    impl Points for Strengths {
        fn paths(&self) -> &[String] {
            &self.paths
        }
        fn giving(&self) -> Giving {
            self.giving
        }
        fn len(&self) -> usize {
            self.values.len()
        }
        fn write(&self, point: usize, coordinates: &mut [f64]) {
            coordinates[0] = self.values[point];
        }
    }

    fn scenario() -> Scenario {
        let text = template::template(&catalog()).replace("horizon = \"2y\"", "horizon = \"1y\"");
        read_str("a.toml", &text, &[], &catalog()).expect("the template is sound").scenario
    }

    fn strengths(values: Vec<f64>, giving: Giving) -> Strengths {
        Strengths { paths: vec!["groups.rebels.strength".to_string()], values, giving }
    }

    fn lane(point: usize, trial: u64) -> Lane {
        Lane { point, trial, history: 0 }
    }

    #[test]
    fn a_lane_comes_out_the_same_whatever_stands_beside_it() {
        let scenario = scenario();
        let prepared = Prepared::new(&scenario, vec![0, 1], 7);
        let columns: Vec<usize> = (0..prepared.columns().len()).collect();
        let points = strengths(vec![300.0, 900.0, 2000.0], Giving::Values);
        let mixed: Vec<Lane> = (0..50).map(|i| lane(i % 3, (i / 3) as u64)).collect();
        let alone: Vec<Lane> = mixed.iter().copied().filter(|lane| lane.point == 1).collect();
        let run = |lanes: &[Lane]| evaluate(&prepared, &points, &columns, lanes, &NoProgress);
        let (mixed_values, alone_values) = (run(&mixed).values, run(&alone).values);
        for (together, apart) in mixed_values.iter().flatten().zip(alone_values.iter().flatten()) {
            let picked: Vec<f64> = together.iter().zip(&mixed).filter(|(_, l)| l.point == 1).map(|(v, _)| *v).collect();
            assert_eq!(&picked, apart);
        }
        let killed = prepared.columns().iter().position(|c| c.metric == "killed").expect("there is such a metric");
        let at = |point| -> f64 {
            mixed_values[0][killed].iter().zip(&mixed).filter(|(_, l)| l.point == point).map(|(v, _)| v).sum()
        };
        assert!(at(2) > 2.0 * at(0), "more rebels kill more: {} {}", at(0), at(2));
    }

    #[test]
    fn what_a_trial_draws_does_not_depend_on_which_others_are_asked_for() {
        let scenario = scenario();
        let prepared = Prepared::new(&scenario, vec![0], 7);
        let parameters = prepared.uncertain();
        let all: Vec<u64> = (0..80).collect();
        // Trials that failed are left out: one within a block, and a block of its own.
        let some: Vec<u64> = all.iter().copied().filter(|trial| *trial != 33 && *trial < 64).chain([79]).collect();
        let (drawn, fewer) = (prepared.drawn(&parameters, &all), prepared.drawn(&parameters, &some));
        assert!(!drawn.is_empty() && drawn.len() == parameters.len());
        for (values, fewer) in drawn.iter().zip(&fewer) {
            let expected: Vec<f64> = some.iter().map(|trial| values[*trial as usize]).collect();
            assert_eq!(*fewer, expected);
            assert!(values.iter().any(|value| *value != values[0]), "an uncertain number varies");
        }
        assert!(prepared.drawn(&parameters, &[]).iter().all(Vec::is_empty));
    }

    #[test]
    fn giving_what_would_be_drawn_changes_nothing() {
        let scenario = scenario();
        let prepared = Prepared::new(&scenario, vec![0], 7);
        let columns: Vec<usize> = (0..prepared.columns().len()).collect();
        let strength = scenario.parameter("groups.rebels.strength").expect("a parameter");
        let values = prepared.drawn(&[strength], &[0, 1, 2, 3, 4, 5, 6, 7]).remove(0);
        let points = strengths(values, Giving::Values);
        let lanes: Vec<Lane> = (0..8).map(|i| lane(i, i as u64)).collect();
        let given = evaluate(&prepared, &points, &columns, &lanes, &NoProgress).values;
        let world = prepared.world(0, 0);
        let ran = prepared.run(&world, 0, false).record.outcomes;
        for (column, values) in given[0].iter().enumerate() {
            assert_eq!(values[..], ran[column][..8]);
        }
        let levels = strengths(vec![0.5], Giving::Levels);
        let one = evaluate(&prepared, &levels, &columns, &[lane(0, 3)], &NoProgress);
        assert!(one.failed.is_empty() && one.values[0][0].len() == 1);
    }

    /// Points of which one cannot be made, as if the engine had a defect there.
    struct Defective(Strengths);

    impl Points for Defective {
        fn paths(&self) -> &[String] {
            self.0.paths()
        }
        fn giving(&self) -> Giving {
            self.0.giving()
        }
        fn len(&self) -> usize {
            self.0.len()
        }
        fn write(&self, point: usize, coordinates: &mut [f64]) {
            assert!(point != 1, "no such point");
            self.0.write(point, coordinates);
        }
    }

    #[test]
    fn a_defect_fails_its_own_lanes_with_its_reason_and_no_other() {
        let scenario = scenario();
        let prepared = Prepared::new(&scenario, vec![0, 1], 7);
        let points = strengths(vec![300.0, 900.0, 2000.0], Giving::Values);
        let lanes: Vec<Lane> = (0..9).map(|i| lane(i % 3, (i / 3) as u64)).collect();
        let sound = evaluate(&prepared, &points, &[0], &lanes, &NoProgress);
        let broken = evaluate(&prepared, &Defective(points), &[0], &lanes, &NoProgress);
        assert_eq!(broken.failed.len(), 3 * 2);
        assert!(broken.failed.iter().all(|one| one.lane % 3 == 1 && one.reason.contains("no such point")));
        for (policy, values) in broken.values.iter().enumerate() {
            for (index, value) in values[0].iter().enumerate() {
                assert!(if index % 3 == 1 { value.is_nan() } else { *value == sound.values[policy][0][index] });
            }
        }
    }
}
