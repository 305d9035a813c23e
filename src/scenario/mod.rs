//! What a person writes: the scenario file, read, checked and explained.

mod action;
pub mod catalog;
mod check;
mod condition;
pub mod date;
mod describe;
pub mod diagnostic;
mod document;
pub(crate) mod entity;
pub mod explain;
pub(crate) mod field;
pub mod given;
pub mod group;
pub(crate) mod key;
mod law;
mod load;
mod merge;
mod nearest;
mod number;
pub mod place;
mod policies;
pub mod policy;
pub mod quantity;
pub(crate) mod reader;
pub mod reference;
pub mod schema;
pub mod sensitivity;
mod set;
pub mod setting;
mod settings;
mod shape;
pub mod study;
mod study_file;
pub mod template;
#[cfg(test)]
mod tests;
mod tree;
pub mod uncertain;
mod unit;
pub mod whole;
mod workload;

pub use diagnostic::{Diagnostic, Problems, render_all};
pub use key::Limits;
pub use load::{Loaded, load, read_str};
pub use nearest::nearest_path;
pub use whole::Scenario;
