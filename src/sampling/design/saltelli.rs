//! The design for Sobol' indices: two independent samples A and B, and mixtures of them that take the inputs of one group
//! from the other sample (Saltelli et al. 2010, "Variance based sensitivity analysis of model output", Computer Physics
//! Communications 181(2)).
//!
//! Rows are independent random points, not a low-discrepancy sequence: among the first thousands of points of a Sobol'
//! sequence one pair of dimensions in a hundred is far from even (products of symmetric functions of the two are off by up to
//! 24 standard errors of independent points, scrambled or not), which strikes single indices far outside their intervals. With
//! independent rows the bootstrap is right, and there is no bound on the number of inputs. A base row is one point of both
//! samples, with all its mixtures; it depends on its number alone, so a design is extended by more base rows and keeps
//! those it has.

use crate::sampling::words::TrialKey;

/// The streams of the two samples.
const SAMPLES: [u32; 2] = [0, 1];

/// One of the points that belong to a base row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The first sample.
    A,
    /// The second sample.
    B,
    /// The first sample with the inputs of this group from the second.
    AB(usize),
    /// The second sample with the inputs of this group from the first: what second-order indices need.
    BA(usize),
}

/// A design of base rows.
#[derive(Debug, Clone)]
pub struct Saltelli {
    seed: u64,
    inputs: usize,
    /// Whether an input belongs to a group: `member[group][input]`.
    member: Vec<Vec<bool>>,
    second_order: bool,
}

impl Saltelli {
    /// The design for so many inputs and these groups of them, each a list of inputs. Groups may overlap: several ways to
    /// part the inputs can share one design.
    pub fn new(inputs: usize, groups: &[Vec<usize>], second_order: bool, seed: u64) -> Self {
        let member = groups.iter().map(|group| (0..inputs).map(|input| group.contains(&input)).collect()).collect();
        Self { seed, inputs, member, second_order }
    }

    /// The points of a base row, in this order: A, B, AB of each group, and BA of each where second-order indices are wanted.
    pub fn parts(&self) -> Vec<Part> {
        let mixtures = (0..self.member.len()).map(Part::AB);
        let back = (0..self.member.len()).filter(|_| self.second_order).map(Part::BA);
        [Part::A, Part::B].into_iter().chain(mixtures).chain(back).collect()
    }

    /// One point of base row `row`, in the open unit cube.
    pub fn point(&self, row: u64, part: Part) -> Vec<f64> {
        let from_b = |input: usize| match part {
            Part::A => false,
            Part::B => true,
            Part::AB(group) => self.member[group][input],
            Part::BA(group) => !self.member[group][input],
        };
        let samples = SAMPLES.map(|sample| TrialKey::new(self.seed, row).stream(sample, 0));
        (0..self.inputs).map(|input| samples[usize::from(from_b(input))].uniform(input as u32, 0, 0)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixtures_take_the_inputs_of_their_group_from_the_other_sample() {
        let design = Saltelli::new(3, &[vec![0, 2], vec![1]], true, 1);
        assert_eq!(design.parts(), [Part::A, Part::B, Part::AB(0), Part::AB(1), Part::BA(0), Part::BA(1)]);
        for row in 0..20 {
            let (a, b) = (design.point(row, Part::A), design.point(row, Part::B));
            assert!(a.iter().zip(&b).all(|(x, y)| x != y));
            assert_eq!(design.point(row, Part::AB(0)), [b[0], a[1], b[2]]);
            assert_eq!(design.point(row, Part::AB(1)), [a[0], b[1], a[2]]);
            assert_eq!(design.point(row, Part::BA(0)), [a[0], b[1], a[2]]);
        }
    }
}
