//! What to run and what comes of it: many trials of every policy, in blocks.

pub mod events;
pub mod objective;
pub mod observed;
pub mod prepared;
pub mod results;
pub mod run;
