//! jirga: scenario simulation for people who weigh security policy.
//!
//! Data flows one way through the modules below: a [`scenario`] is drawn into a [`world`], [`mechanisms`] change its
//! state step by step, [`simulation`] runs blocks of trials, [`experiment`] runs many blocks under every policy,
//! [`report`] writes what came of it, and [`cli`] is the door. [`sampling`] and [`statistics`] know nothing of the
//! subject. `docs/architecture.md` says more.
#![deny(unsafe_code)]
#![warn(missing_docs)]
// Nothing that could panic by its own word stands outside tests, with no exception allowed anywhere.
#![cfg_attr(
    not(test),
    warn(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::todo,
        clippy::unimplemented
    )
)]

pub mod cli;
pub mod experiment;
pub mod journal;
pub mod mechanisms;
pub mod parallel;
pub mod report;
pub mod sampling;
pub mod scenario;
pub mod simulation;
pub mod statistics;
pub mod world;
