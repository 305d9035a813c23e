//! Finished work on disk, so that nothing is lost when a machine dies.
//!
//! A leaf that knows nothing of the subject. A [`file::Journal`] is a file that only grows: a readable head that says which
//! inputs the work belongs to ([`head`]), then records ([`record`]), each a unit of work under a key, with checksums over
//! key and content. What is torn, flipped or of other inputs is found and named, and never read as data. A [`shard::Shard`]
//! says which units are one's own.

pub mod error;
pub mod file;
pub mod head;
pub mod record;
pub mod shard;

pub use error::JournalError;
pub use file::Journal;
pub use record::{Fault, Key};
pub use shard::Shard;
