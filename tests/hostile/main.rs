//! Readers under attack: every input that was ever worth keeping, and fresh ones, none of which may make a reader panic,
//! take long, or hold more memory than its bound.

mod bounds;
mod fresh;
mod memory;
mod readers;

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;
