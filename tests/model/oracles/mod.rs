//! Special cases of the model with known laws. Exact figures are computed from the law in the comment above them, or
//! stand in the test with the recursion they come from; every bound is 4 standard errors of the sample.
//!
//! Not configurable by a scenario, and therefore not here: recruits at a constant rate (recruitment is per fighter), a
//! recovery of attacks in which regimes switch the attack rate itself (politics act on instruments only), truces that end
//! by three named causes tested in a fixed order or with a hazard that falls in time (a truce breaks or becomes a deal),
//! and costs that are random (an action asks for the same money each step).

mod attacks;
mod budget;
mod fighters;
mod operations;
mod politics;
mod severity;
mod truces;
