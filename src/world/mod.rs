//! A scenario with every value drawn and every name resolved to a dense index, immutable during a trial, and
//! the [`state::State`] that mechanisms change.
//!
//! A block of [`crate::sampling::lanes::LANES`] trials steps together. What differs between its trials is a
//! column with one entry (a lane) per trial.

// Columns are indexed by trial, several at a time: zipped iterators would hide which trial meets which.
#![allow(clippy::needless_range_loop)]

pub mod draw;
pub mod effort;
pub mod given;
pub mod grievances;
pub mod ids;
pub mod laws;
pub mod ledger;
pub mod past;
pub mod plan;
pub mod scene;
pub mod shocks;
mod start;
pub mod state;
pub mod table;
pub mod ties;
pub mod units;

pub use ids::{CauseId, GroupId, HostId, ProvinceId, RegionId};
pub use scene::World;
pub use state::State;
pub use table::{Grid, Table};
