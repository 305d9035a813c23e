//! Random words without state and exact samplers: a leaf that knows nothing of the subject.
//!
//! Every random word is a pure function of where it is used ([`mod@words`]), and every draw inverts its law with one uniform
//! ([`mod@poisson`], [`mod@binomial`], [`mod@severity`], [`mod@choice`]), so that two runs which differ in one place share all other
//! draws, and a small change of a parameter changes few of them. Designs of experiments are here too ([`mod@design`]). All mathematics is `libm` or our own ([`mod@math`],
//! [`mod@special`], [`mod@gamma`], [`mod@beta`]): results have the same bits on every machine.

// Columns are indexed by trial, several at a time: zipped iterators would hide which trial meets which.
#![allow(clippy::needless_range_loop)]

pub mod beta;
mod beta_series;
pub mod binomial;
pub mod choice;
pub mod design;
pub mod gamma;
pub mod lanes;
pub mod math;
pub mod poisson;
pub mod poisson_table;
pub mod severity;
pub mod severity_table;
mod shared;
pub mod special;
pub mod widest;
pub mod words;

pub use binomial::{Chances, binomial};
pub use choice::{Split, bernoulli, categorical, passed_lanes, round_stochastic};
pub use lanes::{LANES, LaneSet, Lanes, PACK, lanes_where};
pub use poisson::{poisson, poisson_lanes};
pub use poisson_table::{PoissonTable, PoissonTables};
pub use severity::{severity, severity_mean, severity_scale, severity_scale_from};
pub use severity_table::{SeverityTable, SeverityTables};
pub use words::{FORMULA, Stream, Streams, TrialKey};

#[cfg(test)]
mod words_quality;
