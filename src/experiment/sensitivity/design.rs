//! The points of a study, row by row: base rows of the Sobol' design, or trajectories of a screening.

use super::super::study::{Giving, Points};
use crate::sampling::design::{Part, Saltelli, Trajectories};

/// A design over the inputs of a study. Row `r` depends on the seed and on `r` alone.
#[derive(Debug, Clone)]
pub enum Design {
    /// For Sobol' indices.
    Sobol {
        /// The design.
        saltelli: Saltelli,
        /// The points of each row.
        parts: Vec<Part>,
    },
    /// For screening.
    Morris(Trajectories),
}

impl Design {
    /// The Sobol' design over `inputs` inputs in groups.
    pub fn sobol(inputs: usize, groups: &[Vec<usize>], second_order: bool, seed: u64) -> Self {
        let saltelli = Saltelli::new(inputs, groups, second_order, seed);
        let parts = saltelli.parts();
        Self::Sobol { saltelli, parts }
    }

    /// Trajectories over inputs in groups, at so many levels.
    pub fn morris(groups: Vec<Vec<usize>>, levels: u64, seed: u64) -> Self {
        Self::Morris(Trajectories::new(groups, (levels / 2) as u32, seed))
    }

    /// Points of a row.
    pub fn points(&self) -> usize {
        match self {
            Self::Sobol { parts, .. } => parts.len(),
            Self::Morris(trajectories) => trajectories.points(),
        }
    }

    /// The levels of all inputs at each point of a row, shape `[point][input]`.
    pub fn row(&self, row: u64) -> Vec<Vec<f64>> {
        match self {
            Self::Sobol { saltelli, parts } => parts.iter().map(|part| saltelli.point(row, *part)).collect(),
            Self::Morris(trajectories) => trajectories.trajectory(row).0,
        }
    }

    /// The points of a row that are a plain sample of the inputs: those whose outcomes are laid against inputs.
    pub fn sample(&self) -> std::ops::Range<usize> {
        match self {
            Self::Sobol { .. } => 0..2,
            Self::Morris(trajectories) => 0..trajectories.points(),
        }
    }
}

/// The points of a few rows, one row after another.
pub struct Rows {
    paths: Vec<String>,
    levels: Vec<Vec<f64>>,
}

impl Rows {
    /// The points of rows of a design; `paths` are the inputs'.
    pub fn of(paths: Vec<String>, design: &Design, rows: impl Iterator<Item = u64>) -> Self {
        Self { paths, levels: rows.flat_map(|row| design.row(row)).collect() }
    }
}

impl Points for Rows {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn giving(&self) -> Giving {
        Giving::Levels
    }

    fn len(&self) -> usize {
        self.levels.len()
    }

    fn write(&self, point: usize, coordinates: &mut [f64]) {
        coordinates.copy_from_slice(&self.levels[point]);
    }
}
