//! The design for Sobol' indices: two independent samples A and B, and mixtures of them that take the inputs of one group
//! from the other sample (Saltelli et al. 2010, "Variance based sensitivity analysis of model output", Computer Physics
//! Communications 181(2)).
//!
//! The samples are the two halves of a scrambled Sobol' sequence. A base row is one point of both, with all its mixtures;
//! it depends on its number alone, so a design is extended by more base rows and keeps those it has.

use super::sobol::{Sobol, TooManyDimensions};

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
    sobol: Sobol,
    /// Group of each input.
    group: Vec<usize>,
    groups: usize,
    second_order: bool,
}

impl Saltelli {
    /// The design for inputs whose groups these are (`group[input]`, numbered from 0).
    ///
    /// # Errors
    /// [`TooManyDimensions`]: it takes two dimensions an input.
    pub fn new(group: Vec<usize>, second_order: bool, seed: u64) -> Result<Self, TooManyDimensions> {
        let groups = group.iter().map(|g| g + 1).max().unwrap_or(0);
        Ok(Self { sobol: Sobol::scrambled(2 * group.len(), seed)?, group, groups, second_order })
    }

    /// The points of a base row, in this order: A, B, AB of each group, and BA of each where second-order indices are wanted.
    pub fn parts(&self) -> Vec<Part> {
        let mixtures = (0..self.groups).map(Part::AB);
        let back = (0..self.groups).filter(|_| self.second_order).map(Part::BA);
        [Part::A, Part::B].into_iter().chain(mixtures).chain(back).collect()
    }

    /// One point of base row `row`, in the open unit cube.
    pub fn point(&self, row: u64, part: Part) -> Vec<f64> {
        let inputs = self.group.len();
        let from_b = |group: usize| match part {
            Part::A => false,
            Part::B => true,
            Part::AB(g) => group == g,
            Part::BA(g) => group != g,
        };
        let dimension = |(input, &group): (usize, &usize)| if from_b(group) { inputs + input } else { input };
        self.group.iter().enumerate().map(|at| self.sobol.coordinate(row, dimension(at))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixtures_take_the_inputs_of_their_group_from_the_other_sample() {
        let design = Saltelli::new(vec![0, 1, 0], true, 1).unwrap();
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
