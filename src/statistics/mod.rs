//! Statistics of samples: summaries, densities, distribution functions, proportions, paired differences.
//!
//! A leaf: it knows numbers, nothing of the subject. Every function accepts any sample, also an empty, a single or a
//! constant one, and never yields NaN or an infinity for finite input: what a sample cannot tell is `None`.
//! Values that are not finite are left out, and the `n` of the result says how many were used.

pub mod density;
pub mod ecdf;
pub mod paired;
pub mod proportion;
pub mod student;
pub mod summary;
