//! What a person writes: the scenario file, read, checked and explained.

pub mod catalog;
pub mod uncertain;
