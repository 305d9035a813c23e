//! A block run so that a defect of the engine costs the trials it strikes, and no other.
//!
//! A trial fails if it breaks a law of the model, yields what is no number, or ends in a panic. None of this should ever
//! happen; if it does, the trial is named with its reason and left out, and the run goes on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::stored::Shape;
use crate::sampling::lanes::{LANES, Lanes};
use crate::simulation::block::BlockResult;
use crate::simulation::record::{BlockRecord, Series};

/// Runs a block whole, `run(None)`; if that panics, each of its trials by itself: `run(Some(lane))` runs a block all of
/// whose trials are that of the lane. A trial that panics by itself is empty and broken.
pub fn block(shape: Shape, run: impl Fn(Option<usize>) -> BlockResult) -> BlockResult {
    let guarded = |lane| catch_unwind(AssertUnwindSafe(|| run(lane)));
    let mut result = guarded(None).unwrap_or_else(|_| {
        let mut whole = empty(shape);
        for lane in 0..LANES {
            match guarded(Some(lane)) {
                Ok(alone) => put(&mut whole, lane, &alone),
                Err(panic) => whole.broken.push((lane, format!("a defect of the engine: {}", words(&*panic)))),
            }
        }
        whole
    });
    for lane in 0..LANES {
        let sound = result.record.outcomes.iter().all(|outcome| outcome[lane].is_finite());
        if !sound && result.broken.iter().all(|(one, _)| *one != lane) {
            result.broken.push((lane, "an outcome is no number".to_string()));
        }
    }
    result
}

fn empty(shape: Shape) -> BlockResult {
    let record =
        BlockRecord { outcomes: vec![Lanes::of(0.0); shape.outcomes], series: Series::new(shape.series, shape.steps) };
    BlockResult { record, ties: vec![[0; LANES]; shape.pairs], broken: Vec::new() }
}

/// Takes a trial that ran by itself into its lane of the whole.
fn put(whole: &mut BlockResult, lane: usize, alone: &BlockResult) {
    for (all, one) in whole.record.outcomes.iter_mut().zip(&alone.record.outcomes) {
        all[lane] = one[lane];
    }
    for (all, one) in whole.record.series.iter_mut().flatten().zip(alone.record.series.iter().flatten()) {
        all[lane] = one[lane];
    }
    for (all, one) in whole.ties.iter_mut().zip(&alone.ties) {
        all[lane] = one[lane];
    }
    whole.broken.extend(alone.broken.iter().filter(|(one, _)| *one == lane).cloned());
}

/// What a panic said.
pub fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape { outcomes: 2, series: 1, steps: 3, pairs: 1 };

    fn sound() -> BlockResult {
        let mut block = empty(SHAPE);
        for lane in 0..LANES {
            block.record.outcomes.iter_mut().for_each(|outcome| outcome[lane] = lane as f64);
            block.record.series.iter_mut().flatten().for_each(|step| step[lane] = lane as f32);
            block.ties[0][lane] = (lane % 4) as u8;
        }
        block
    }

    #[test]
    fn a_panic_costs_its_own_trial_and_no_other() {
        let run = |lane: Option<usize>| match lane {
            None | Some(7) => panic!("seven is too many"),
            Some(_) => sound(),
        };
        let block = block(SHAPE, run);
        assert_eq!(block.broken, [(7, "a defect of the engine: seven is too many".to_string())]);
        let whole = sound();
        for lane in (0..LANES).filter(|lane| *lane != 7) {
            assert_eq!(block.record.outcomes[1][lane], whole.record.outcomes[1][lane]);
            assert_eq!(block.record.series.get(0)[2][lane], whole.record.series.get(0)[2][lane]);
            assert_eq!(block.ties[0][lane], whole.ties[0][lane]);
        }
    }

    #[test]
    fn what_is_no_number_is_a_failure() {
        let block = block(SHAPE, |_| {
            let mut block = sound();
            block.record.outcomes[1][3] = f64::NAN;
            block
        });
        assert_eq!(block.broken, [(3, "an outcome is no number".to_string())]);
    }
}
