//! What a block yields as bytes, for the journal: the exact bits of every float, so that a block read back gives the same
//! results as one just run.
//!
//! Little-endian: numbers of outcomes, series, steps, pairs and broken laws (32 bits each); each outcome `[lane]`; each series
//! `[step][lane]`; ties `[pair][lane]` (a byte each); broken laws (lane and length, 32 bits each, then text). Most outcomes and
//! series are counts, so each begins with a byte that says how many bytes its figures take: 1 or 2 for whole numbers that fit
//! there without a sign, 8 (outcomes) or 4 (series) for the bits of any float.

use super::prepared::Prepared;
use crate::sampling::lanes::{LANES, Lanes, each};
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
    // Half of what wide figures would take.
    let size = record.outcomes.len() * 4 + series * steps * 2 + block.ties.len();
    let mut bytes = Vec::with_capacity(20 + size * LANES);
    counts.iter().for_each(|count| put(&mut bytes, *count));
    record.outcomes.iter().for_each(|lanes| put_figures(&mut bytes, std::slice::from_ref(lanes)));
    record.series.iter().for_each(|by_step| put_figures(&mut bytes, by_step));
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
    for _ in 0..outcomes {
        take_figures(&mut rest, 1, &mut record.outcomes)?;
    }
    let mut by_step = Vec::new();
    // Every figure takes a byte or more.
    if series.checked_mul(steps)?.checked_mul(LANES)? <= rest.len() {
        by_step.reserve_exact(series * steps);
    }
    for _ in 0..series {
        take_figures(&mut rest, steps, &mut by_step)?;
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

/// A float that is kept as it is, or as a whole number.
trait Figure: Copy + Default {
    /// Bytes of its bits.
    const BYTES: usize;

    /// Whether all are whole numbers of this many bits, at most 16. To the bit: zero has two signs.
    fn whole(all: &[Lanes<Self>], bits: u32) -> bool;

    /// The whole number that it is.
    fn number(self) -> u16;

    /// The figure that a whole number stands for.
    fn of(whole: u16) -> Self;

    /// Its bits, lowest first.
    fn put(all: &Lanes<Self>, bytes: &mut Vec<u8>);

    /// A figure of these bits; `None` unless there are so many.
    fn take(bytes: &[u8]) -> Option<Self>;
}

macro_rules! figures {
    ($($number:ty: $bits:ty),*) => {$(
        impl Figure for $number {
            const BYTES: usize = size_of::<$number>();

            fn whole(all: &[Lanes<Self>], bits: u32) -> bool {
                let most = (((1_u32 << bits) - 1) as $number).to_bits();
                // Lanes side by side and without a branch, so that the compiler makes vectors of it.
                let mut others = Lanes::of(0);
                for lanes in all {
                    for lane in 0..LANES {
                        let figure = lanes[lane];
                        let rounded = figure + Self::ONE_IS_LAST - Self::ONE_IS_LAST;
                        // Bits of floats are in the order of the floats, those of negative ones beyond all.
                        others[lane] |= (rounded.to_bits() ^ figure.to_bits()) | <$bits>::from(figure.to_bits() > most);
                    }
                }
                others.iter().all(|any| *any == 0)
            }

            fn number(self) -> u16 {
                (self + Self::ONE_IS_LAST).to_bits() as u16
            }

            fn of(whole: u16) -> Self {
                whole.into()
            }

            fn put(all: &Lanes<Self>, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(each(|lane| all[lane].to_le_bytes()).as_flattened());
            }

            fn take(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self::from_le_bytes)
            }
        }

        impl OneIsLast for $number {
            const ONE_IS_LAST: Self = (1_u64 << (Self::MANTISSA_DIGITS - 1)) as Self;
        }
    )*};
}

/// Sums of whole numbers and this have no room for fractions, and the numbers are their lowest bits: faster than a conversion,
/// of which the compiler makes no vectors on plain machines.
trait OneIsLast {
    const ONE_IS_LAST: Self;
}

figures!(f32: u32, f64: u64);

/// Appends figures, in as many bytes each as all of them need.
fn put_figures<F: Figure>(bytes: &mut Vec<u8>, figures: &[Lanes<F>]) {
    let mut width = 1;
    for some in figures.chunks(16) {
        while width <= 2 && !F::whole(some, 8 * width) {
            width += 1;
        }
    }
    match width {
        1 => {
            bytes.push(1);
            for lanes in figures {
                bytes.extend_from_slice(&*each(|lane| lanes[lane].number() as u8));
            }
        }
        2 => {
            bytes.push(2);
            for lanes in figures {
                let numbers = each(|lane| lanes[lane].number().to_le_bytes());
                bytes.extend_from_slice(numbers.as_flattened());
            }
        }
        _ => {
            bytes.push(F::BYTES as u8);
            figures.iter().for_each(|lanes| F::put(lanes, bytes));
        }
    }
}

/// Takes so many times the figures of all lanes.
fn take_figures<F: Figure>(rest: &mut &[u8], count: usize, into: &mut Vec<Lanes<F>>) -> Option<()> {
    let width = usize::from(*take(rest, 1)?.first()?);
    if ![1, 2, F::BYTES].contains(&width) {
        return None;
    }
    for lanes in take(rest, count.checked_mul(width * LANES)?)?.chunks_exact(width * LANES) {
        let mut figures = Lanes::of(F::default());
        for (figure, bytes) in figures.iter_mut().zip(lanes.chunks_exact(width)) {
            *figure = match *bytes {
                [one] => F::of(one.into()),
                [low, high] => F::of(u16::from_le_bytes([low, high])),
                _ => F::take(bytes)?,
            };
        }
        into.push(figures);
    }
    Some(())
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
        let mut outcomes = vec![Lanes::of(0.1); 3];
        outcomes[1] = Lanes::of(65_535.0);
        outcomes[1][4] = -0.0;
        outcomes[2][5] = f64::from_bits(0x7ff8_0000_0000_1234);
        let mut by_step = vec![Lanes::of(1.5); 8];
        by_step[4..].fill(Lanes::of(255.0));
        let series = Series::of(4, by_step);
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
    fn figures_take_as_many_bytes_as_they_need_and_come_back_to_the_bit() {
        let kept = |figure: f64| {
            let mut bytes = Vec::new();
            let lanes = each(|lane| if lane == 7 { figure } else { 1.0 });
            put_figures(&mut bytes, &[lanes; 3]);
            let (mut again, mut rest) = (Vec::new(), &bytes[..]);
            take_figures::<f64>(&mut rest, 3, &mut again).unwrap();
            assert!(rest.is_empty() && again.iter().all(|one| one.map(f64::to_bits) == lanes.map(f64::to_bits)));
            bytes.len() / (3 * LANES)
        };
        for figure in [0.0, 255.0] {
            assert_eq!(kept(figure), 1, "{figure}");
        }
        for figure in [256.0, 65_535.0] {
            assert_eq!(kept(figure), 2, "{figure}");
        }
        for figure in [65_536.0, -1.0, -0.0, 0.5, 1e300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(kept(figure), 8, "{figure}");
        }
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
