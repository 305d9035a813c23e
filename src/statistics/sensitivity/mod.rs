//! Sensitivity of an outcome to its inputs: screening by elementary effects ([`morris`]), shares of variance ([`sobol`]),
//! distances between distributions ([`pawn`]).
//!
//! The models they serve are stochastic: the same inputs yield another outcome in another replication. So every
//! evaluation comes with its replications, which differ in chance alone. What is estimated is the effect of inputs on
//! the *expected* outcome: products are taken of different replications, whose chance is independent, so that chance adds
//! nothing on average, and its own share of the variance is estimated beside. Replication `r` of all evaluations of one row
//! may share random numbers, which makes differences within a row precise. With a single replication the outcome is taken
//! to be a function of its inputs, as the classical estimators do.
//!
//! Evaluations that failed are absent. The policy is one: whatever needs a failed evaluation is dropped whole (a base row
//! of the Sobol' design, an elementary effect), and how many were is part of the result.

pub mod morris;
pub mod pawn;
pub mod sobol;

#[cfg(test)]
mod functions;

/// A figure with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Bounds of the interval.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

impl Estimate {
    /// Half of the interval's width.
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }
}
