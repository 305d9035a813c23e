//! What a block yields as bytes, for the journal: the exact bits of every float, so that a block read back gives the same
//! results as one just run.
//!
//! Little-endian: numbers of outcomes, series, steps, pairs and broken laws (32 bits each); outcomes `[outcome][lane]` (64-bit
//! floats); series `[series][step][lane]` (32-bit floats); ties `[pair][lane]` (a byte each); broken laws (lane and length,
//! 32 bits each, then text).

use super::prepared::Prepared;
use crate::sampling::LANES;
use crate::simulation::block::BlockResult;
use crate::simulation::record::{BlockRecord, Series};

/// How many outcomes, series, steps of a series, and pairs of groups a block has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Outcomes of a trial.
    pub outcomes: usize,
    /// Series of a trial; 0 where trajectories are not kept.
    pub series: usize,
    /// Steps of a series.
    pub steps: usize,
    /// Pairs of groups.
    pub pairs: usize,
}

impl Shape {
    /// Of a block, with or without trajectories.
    pub fn of(prepared: &Prepared, trajectories: bool) -> Self {
        let groups = prepared.layout.groups;
        Self {
            outcomes: prepared.record.outcomes.len(),
            series: if trajectories { prepared.record.series.len() } else { 0 },
            steps: if trajectories { prepared.layout.steps } else { 0 },
            pairs: groups * groups.saturating_sub(1) / 2,
        }
    }
}

/// A block as bytes.
pub fn encode(block: &BlockResult) -> Vec<u8> {
    let record = &block.record;
    let (series, steps) = (record.series.iter().len(), record.series.steps());
    let counts = [record.outcomes.len(), series, steps, block.ties.len(), block.broken.len()];
    let size = record.outcomes.len() * 8 + series * steps * 4 + block.ties.len();
    let mut bytes = Vec::with_capacity(20 + size * LANES);
    counts.iter().for_each(|count| put(&mut bytes, *count));
    record.outcomes.iter().flatten().for_each(|value| bytes.extend_from_slice(&value.to_bits().to_le_bytes()));
    for lanes in record.series.iter().flatten() {
        lanes.iter().for_each(|value| bytes.extend_from_slice(&value.to_bits().to_le_bytes()));
    }
    block.ties.iter().for_each(|lanes| bytes.extend_from_slice(lanes));
    for (lane, law) in &block.broken {
        put(&mut bytes, *lane);
        put(&mut bytes, law.len());
        bytes.extend_from_slice(law.as_bytes());
    }
    bytes
}

/// The block again; `None` if it is not of this shape. Nothing is set aside for more than the bytes hold.
pub fn decode(bytes: &[u8], shape: Shape) -> Option<BlockResult> {
    let mut rest = bytes;
    let mut counts = [0; 5];
    for count in &mut counts {
        *count = take_number(&mut rest)?;
    }
    let [outcomes, series, steps, pairs, broken] = counts;
    if (Shape { outcomes, series, steps, pairs }) != shape {
        return None;
    }
    let mut record = BlockRecord::default();
    for lanes in take(&mut rest, outcomes.checked_mul(8 * LANES)?)?.chunks_exact(8 * LANES) {
        let mut values = [0.0; LANES];
        for (value, bytes) in values.iter_mut().zip(lanes.chunks_exact(8)) {
            *value = f64::from_bits(u64::from_le_bytes(bytes.try_into().ok()?));
        }
        record.outcomes.push(values);
    }
    let all = take(&mut rest, series.checked_mul(steps)?.checked_mul(4 * LANES)?)?;
    let mut by_step = Vec::with_capacity(all.len() / (4 * LANES));
    for lanes in all.chunks_exact(4 * LANES) {
        let mut values = [0.0; LANES];
        for (value, bytes) in values.iter_mut().zip(lanes.chunks_exact(4)) {
            *value = f32::from_bits(u32::from_le_bytes(bytes.try_into().ok()?));
        }
        by_step.push(values);
    }
    record.series = Series::of(steps, by_step);
    let mut ties = Vec::new();
    for lanes in take(&mut rest, pairs.checked_mul(LANES)?)?.chunks_exact(LANES) {
        let codes: [u8; LANES] = lanes.try_into().ok()?;
        if codes.iter().any(|code| *code > 3) {
            return None;
        }
        ties.push(codes);
    }
    let mut laws = Vec::new();
    for _ in 0..broken {
        let lane = take_number(&mut rest).filter(|lane| *lane < LANES)?;
        let length = take_number(&mut rest)?;
        laws.push((lane, String::from_utf8(take(&mut rest, length)?.to_vec()).ok()?));
    }
    rest.is_empty().then_some(BlockResult { record, ties, broken: laws })
}

/// Appends a count of 32 bits.
pub(super) fn put(bytes: &mut Vec<u8>, number: usize) {
    // Counts of columns, steps and letters of a message: far below 2^32; should one not be, the reader finds the mismatch.
    bytes.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

/// Takes the next bytes.
pub(super) fn take<'b>(rest: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

/// Takes a count of 32 bits.
pub(super) fn take_number(rest: &mut &[u8]) -> Option<usize> {
    let bytes: [u8; 4] = take(rest, 4)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(bytes)).ok()
}

/// Values and failures of a unit of a study as bytes: their numbers, the floats, then each failure as three numbers and a
/// text.
pub fn encode_values(values: impl ExactSizeIterator<Item = f64>, failures: &[([usize; 3], &str)]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(8 + values.len() * 8);
    put(&mut bytes, values.len());
    put(&mut bytes, failures.len());
    values.for_each(|value| bytes.extend_from_slice(&value.to_bits().to_le_bytes()));
    for (numbers, reason) in failures {
        numbers.iter().for_each(|number| put(&mut bytes, *number));
        put(&mut bytes, reason.len());
        bytes.extend_from_slice(reason.as_bytes());
    }
    bytes
}

/// Values and failures of a unit.
pub type Values = (Vec<f64>, Vec<([usize; 3], String)>);

/// What [`encode_values`] wrote; `None` unless it is whole and holds `count` values.
pub fn decode_values(bytes: &[u8], count: usize) -> Option<Values> {
    let mut rest = bytes;
    let found = take_number(&mut rest)?;
    let failed = take_number(&mut rest)?;
    if found != count {
        return None;
    }
    let mut values = Vec::with_capacity(count);
    for bytes in take(&mut rest, count.checked_mul(8)?)?.chunks_exact(8) {
        values.push(f64::from_bits(u64::from_le_bytes(bytes.try_into().ok()?)));
    }
    let mut failures = Vec::new();
    for _ in 0..failed {
        let numbers = [take_number(&mut rest)?, take_number(&mut rest)?, take_number(&mut rest)?];
        let length = take_number(&mut rest)?;
        failures.push((numbers, String::from_utf8(take(&mut rest, length)?.to_vec()).ok()?));
    }
    rest.is_empty().then_some((values, failures))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block() -> BlockResult {
        let mut outcomes = vec![[0.1; LANES]; 3];
        outcomes[1][4] = -0.0;
        outcomes[2][5] = f64::from_bits(0x7ff8_0000_0000_1234);
        let series = Series::of(4, vec![[1.5; LANES]; 8]);
        let broken = vec![(3, "more dead than living".to_string())];
        BlockResult { record: BlockRecord { outcomes, series }, ties: vec![[2; LANES]], broken }
    }

    const SHAPE: Shape = Shape { outcomes: 3, series: 2, steps: 4, pairs: 1 };

    #[test]
    fn a_block_reads_back_to_the_bit() {
        let bytes = encode(&block());
        let again = decode(&bytes, SHAPE).unwrap();
        assert_eq!(encode(&again), bytes);
        assert_eq!(again.record.outcomes[1][4].to_bits(), (-0.0_f64).to_bits());
        assert_eq!(again.broken, block().broken);
    }

    #[test]
    fn bytes_of_another_shape_or_length_are_no_block() {
        let bytes = encode(&block());
        assert!(decode(&bytes, Shape { series: 0, steps: 0, ..SHAPE }).is_none());
        for length in 0..bytes.len() {
            assert!(decode(&bytes[..length], SHAPE).is_none(), "{length}");
        }
        assert!(decode(&[&bytes[..], b"x"].concat(), SHAPE).is_none());
        let huge = [3_u32, 2, 4, 1, u32::MAX].map(u32::to_le_bytes).concat();
        assert!(decode(&huge, SHAPE).is_none());
    }

    #[test]
    fn values_of_a_study_read_back_with_what_failed() {
        let bytes = encode_values([1.0, f64::NAN].into_iter(), &[([1, 2, 3], "no")]);
        let (values, failed) = decode_values(&bytes, 2).unwrap();
        assert!(values[0] == 1.0 && values[1].is_nan());
        assert_eq!(failed, [([1, 2, 3], "no".to_string())]);
        assert!(decode_values(&bytes, 3).is_none());
        assert!((0..bytes.len()).all(|length| decode_values(&bytes[..length], 2).is_none()));
    }
}
