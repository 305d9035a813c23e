//! The model as a whole, driven by scenario texts alone: special cases with known laws, determinism, common random
//! numbers, that every key matters, laws over random scenarios, and the stylised facts of the flagship.

mod conditions;
mod determinism;
mod every_key;
mod everywhere;
mod extremes;
mod flagship;
mod generator;
mod oracles;
mod properties;
mod random_numbers;
mod step_length;
mod support;
