//! Sweeps: a scenario run at many points of some of its numbers, under all policies and common random numbers.
//!
//! [`axis`] says what is varied, [`points`] which points, [`variants`] which scenarios these need; [`table`] reads points from a
//! file; [`run`] runs them in an order in which any beginning is a smaller valid sweep, and hands each point's figures
//! ([`figures`]) over as soon as they are there.

pub mod axis;
pub mod figures;
pub mod points;
pub mod run;
pub mod table;
pub mod units;
pub mod variants;
