//! jirga: scenario simulation for people who weigh security policy.
#![forbid(unsafe_code)]

pub mod experiment;
pub mod report;
pub mod sampling;
pub mod scenario;
pub mod statistics;
