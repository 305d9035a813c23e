//! The program from outside: the real binary on real files, what it writes and says, and the documents about it.
//!
//! Texts that are compared with a file are written anew by `JIRGA_BLESS=1 cargo test --test front`; look at the
//! difference before you commit it.

mod arrows;
mod clusters;
mod commands;
mod comparison;
mod dependencies;
mod documents;
mod hostile;
mod memory;
mod mistakes;
mod names;
mod places;
mod replay;
mod reports;
mod runs;
mod schema;
mod sensitivity;
mod shards;
mod stopping;
mod studies;
mod support;
mod survival;
mod sweeps;
mod varied;
