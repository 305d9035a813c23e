//! What a person writes: the scenario file, read, checked and explained.

mod action;
pub mod catalog;
mod check;
mod condition;
pub mod date;
pub mod diagnostic;
mod document;
pub(crate) mod entity;
pub(crate) mod field;
pub mod group;
pub(crate) mod key;
mod law;
mod nearest;
mod number;
pub mod place;
mod policies;
pub mod policy;
pub mod quantity;
pub(crate) mod reader;
mod settings;
mod tree;
pub mod uncertain;
mod unit;
pub mod whole;
