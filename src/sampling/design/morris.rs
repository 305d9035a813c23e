//! Trajectories for the screening of Morris (1991), "Factorial sampling plans for preliminary computational
//! experiments", Technometrics 33(2): random walks on a grid that move each input, or group of inputs, once.
//!
//! Each input has `2 h` levels in the middle of as many equal cells of (0, 1), so that no input is ever at the ends of
//! its range, which for most laws have no weight; a move crosses half of the range, up or down, whichever stays inside.
//! Inputs of a group move together, each in its own direction (Campolongo, Cariboni & Saltelli 2007, "An effective
//! screening design for sensitivity analysis of large models").

use crate::sampling::words::{Sequence, TrialKey};

/// The stream of trajectories.
const STREAM: u32 = 0;

/// Trajectories over inputs in groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trajectories {
    groups: Vec<Vec<usize>>,
    inputs: usize,
    half: u32,
    seed: u64,
}

/// One step of a trajectory: which group moved, and whether its first input went up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// Index of the group.
    pub group: usize,
    /// 1 if the group's first input rose, -1 if it fell.
    pub direction: i8,
}

impl Trajectories {
    /// How far a move goes, as a share of the range.
    pub const STEP: f64 = 0.5;

    /// Trajectories for groups of inputs, each input in one group; `half` is half the number of levels (at least 1).
    pub fn new(groups: Vec<Vec<usize>>, half: u32, seed: u64) -> Self {
        let inputs = groups.iter().flatten().map(|input| input + 1).max().unwrap_or(0);
        Self { groups, inputs, half: half.max(1), seed }
    }

    /// Points of a trajectory: one more than there are groups.
    pub fn points(&self) -> usize {
        self.groups.len() + 1
    }

    /// Trajectory `index`: its points, shape `[point][input]`, and the move between each and the next. A trajectory
    /// depends on its number alone: more of them leave the first ones as they were.
    pub fn trajectory(&self, index: u64) -> (Vec<Vec<f64>>, Vec<Move>) {
        let mut words = TrialKey::new(self.seed, index).stream(STREAM, 0).sequence(0);
        let levels = 2 * self.half;
        let mut at: Vec<u32> = (0..self.inputs).map(|_| below(&mut words, levels as usize) as u32).collect();
        let mut order: Vec<usize> = (0..self.groups.len()).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, below(&mut words, i + 1));
        }
        let place = |at: &[u32]| at.iter().map(|l| (f64::from(*l) + 0.5) / f64::from(levels)).collect::<Vec<_>>();
        let mut points = vec![place(&at)];
        let mut moves = Vec::with_capacity(order.len());
        for group in order {
            let mut direction = 1;
            for (n, &input) in self.groups[group].iter().enumerate() {
                let up = at[input] < self.half;
                at[input] = if up { at[input] + self.half } else { at[input] - self.half };
                if n == 0 && !up {
                    direction = -1;
                }
            }
            points.push(place(&at));
            moves.push(Move { group, direction });
        }
        (points, moves)
    }
}

/// An index below `n`.
fn below(words: &mut Sequence, n: usize) -> usize {
    ((words.uniform() * n as f64) as usize).min(n.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trajectory_moves_each_group_once_by_half_the_range() {
        let design = Trajectories::new(vec![vec![0], vec![1, 3], vec![2]], 2, 7);
        for index in 0..50 {
            let (points, moves) = design.trajectory(index);
            assert_eq!((points.len(), design.points()), (4, 4));
            let mut seen: Vec<usize> = moves.iter().map(|m| m.group).collect();
            for (pair, step) in points.windows(2).zip(&moves) {
                let members = &design.groups[step.group];
                for input in 0..4 {
                    let change = pair[1][input] - pair[0][input];
                    assert!(pair[1][input] > 0.0 && pair[1][input] < 1.0);
                    assert_eq!(change.abs(), if members.contains(&input) { Trajectories::STEP } else { 0.0 });
                }
                let first = pair[1][members[0]] - pair[0][members[0]];
                assert_eq!(first.signum(), f64::from(step.direction));
            }
            seen.sort_unstable();
            assert_eq!(seen, [0, 1, 2]);
        }
    }

    #[test]
    fn levels_come_up_equally_often_at_every_point_of_a_trajectory() {
        let design = Trajectories::new(vec![vec![0], vec![1]], 2, 3);
        let n = 4000;
        for point in 0..3 {
            let mut counts = [0.0_f64; 4];
            (0..n).for_each(|i| counts[(design.trajectory(i).0[point][1] * 4.0) as usize] += 1.0);
            // Binomial(4000, 1/4): sigma 27.4.
            assert!(counts.iter().all(|c| (c - 1000.0).abs() < 4.0 * 27.4), "{counts:?}");
        }
    }
}
