//! Statistics of samples: summaries, densities, distribution functions, proportions; comparison of paired samples:
//! differences, dominance, regret, ratios, the value of knowing more, and how many trials are enough; what an outcome is
//! sensitive to.
//!
//! A leaf: it knows numbers, nothing of the subject. Every function accepts any sample, also an empty, a single or a
//! constant one, and never yields NaN or an infinity for finite input: what a sample cannot tell is `None`.
//! Values that are not finite are left out, and the `n` of the result says how many were used. Where several samples are
//! compared trial by trial, `losses[policy][trial]` is what is to be small, and a trial counts only if all its values are
//! finite.

pub mod best;
pub mod density;
pub mod dominance;
pub mod ecdf;
pub mod main_effect;
pub mod needed;
pub mod order;
pub mod paired;
pub mod proportion;
pub mod ratio;
pub mod regret;
pub mod resampling;
pub mod sensitivity;
pub mod sequential;
pub mod student;
pub mod summary;
pub mod value_of_information;
pub mod variance_split;
