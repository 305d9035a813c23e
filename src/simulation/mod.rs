//! One block of trials: the step loop, what is measured, and what is kept of it.

// Columns are indexed by trial, several at a time: zipped iterators would hide which trial meets which.
#![allow(clippy::needless_range_loop)]

pub mod block;
pub mod chronicle;
pub mod metrics;
pub mod record;

use crate::mechanisms;
use crate::scenario::catalog::Catalog;

/// Everything the engine offers to a scenario: what the reader of scenarios checks against.
pub fn catalog() -> Catalog {
    Catalog { mechanisms: mechanisms::SPECS, instruments: mechanisms::instruments::SPECS, metrics: metrics::SPECS }
}
