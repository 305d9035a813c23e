//! The width of a block: how many trials step together, column by column.

/// Trials in a block. A block of trials steps together; each quantity of an entity is a column with one entry a trial,
/// so that loops over a column compile to vector instructions.
pub const LANES: usize = 32;

/// One quantity of one entity in every trial of a block, shape `[trial in block]`.
pub type Lanes = [f64; LANES];

/// How many decisions of a few trials are worked on together, where most trials of a block have none to make.
pub const PACK: usize = 8;
