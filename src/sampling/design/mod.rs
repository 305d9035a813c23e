//! Designs of experiments: which points of a space of inputs are tried.
//!
//! A design knows nothing of what its inputs are. Points are either indices of levels ([`grid`]) or places in the unit
//! cube, one coordinate an input, which callers turn into values by the quantiles of each input's law. Every point is a
//! function of the design and the point's number, so nothing is held in memory, points can be made in any order, and a
//! design that is extended keeps the points it had (a Latin hypercube where its number of points is doubled).

pub mod grid;
pub mod latin_hypercube;
pub mod morris;
pub mod saltelli;
pub mod sobol;

pub use grid::{Grid, one_at_a_time};
pub use latin_hypercube::LatinHypercube;
pub use morris::{Move, Trajectories};
pub use saltelli::{Part, Saltelli};
pub use sobol::{Sobol, TooManyDimensions};
