//! What to run and what comes of it.

pub mod results;
