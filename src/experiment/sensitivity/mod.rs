//! Sensitivity studies: which uncertain numbers of a scenario drive its outcomes, how much chance does, and both for the
//! difference between policies.
//!
//! Every uncertain number that can reach the policies looked at is an input, given at levels of its own law
//! ([`inputs`]). Rows of a design ([`design`]) are run in several histories each ([`evaluations`]): a row is one trial
//! number, so all its points share their random words in each history, and differences between points are precise; other
//! histories have other chance, which tells chance from parameters. [`analysis`] makes indices of the outcomes.

pub mod analysis;
pub mod design;
pub mod evaluations;
pub mod inputs;

/// The value of a number at a level of a design.
pub use crate::world::draw::quantile;
