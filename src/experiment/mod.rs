//! What to run and what comes of it: many trials of every policy, in blocks.

pub mod blocks;
pub mod compare;
pub mod events;
pub mod guarded;
pub mod histories;
pub mod information;
pub mod observed;
pub mod prepared;
pub mod replay;
pub mod results;
pub mod run;
pub mod sensitivity;
pub mod stored;
pub mod study;
pub mod sweep;
pub mod until;
pub mod values;
