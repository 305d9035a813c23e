//! What a reader may take for an input of a size.

use std::time::Duration;

/// Most bytes of memory held at once.
pub fn memory(reader: &str, input: usize) -> usize {
    let (fixed, per_byte) = match reader {
        // A page of 64 MB, unpacked, its packed form, and the numbers.
        "parquet" => (192 << 20, 16),
        // The tree, with places, names and texts; messages and their rendering.
        _ => (16 << 20, 400),
    };
    fixed + per_byte * input
}

/// Longest time for one input. Generous: the machine may be busy, and what is looked for are hangs.
pub const TIME: Duration = Duration::from_secs(2);
