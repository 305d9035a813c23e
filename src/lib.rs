//! jirga: scenario simulation for people who weigh security policy.
#![forbid(unsafe_code)]

pub mod cli;
pub mod experiment;
pub mod mechanisms;
pub mod report;
pub mod sampling;
pub mod scenario;
pub mod simulation;
pub mod statistics;
pub mod world;
