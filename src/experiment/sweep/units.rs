//! The units of a sweep's work: a round of trials at a point, kept in a journal and shared out in shards.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use super::run::{Failed, SweepPlan};
use crate::experiment::run::Progress;
use crate::experiment::stored::{decode_values, encode_values};
use crate::experiment::study::{Evaluated, Lane, Points, evaluate};
use crate::journal::{Journal, JournalError, Key, Shard};
use crate::parallel;
use crate::sampling::LANES;

/// Points that are checked at a time.
const CHECKED: usize = 4096;

/// What a round of trials at a point yields.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// The point.
    pub point: usize,
    /// `values[(policy * columns + column) * trials + trial]`, trials counted from the round's first.
    pub values: Vec<f64>,
    /// What failed, by trial and policy.
    pub failed: Vec<Failed>,
}

/// The key of a round, which begins at trial `first`, at a point.
pub fn key(plan: &SweepPlan<'_>, point: usize, first: usize) -> Key {
    Key { table: 0, part: 0, unit: (first / LANES) as u64 * plan.points.len() as u64 + point as u64 }
}

/// The point and the round of a key, for messages.
pub fn place(plan: &SweepPlan<'_>, key: Key) -> (u64, u64) {
    let points = plan.points.len().max(1) as u64;
    (key.unit % points, key.unit / points)
}

fn rounds(trials: usize) -> impl Iterator<Item = Range<usize>> {
    (0..trials).step_by(LANES).map(move |first| first..trials.min(first + LANES))
}

/// Those of the points that are not refused.
fn sound(plan: &SweepPlan<'_>, points: Vec<usize>) -> Vec<usize> {
    let sound = parallel::each(points.len(), |place| plan.check(points[place]).is_ok());
    points.into_iter().zip(sound).filter_map(|(point, sound)| sound.then_some(point)).collect()
}

/// All units of a sweep; points that are refused have none.
pub fn units(plan: &SweepPlan<'_>) -> Vec<Key> {
    let sound = sound(plan, (0..plan.points.len()).collect());
    rounds(plan.trials).flat_map(|round| sound.iter().map(move |point| key(plan, *point, round.start))).collect()
}

/// A unit from the journal; `None` if it is not there.
///
/// # Errors
/// What the journal says.
pub fn kept(
    plan: &SweepPlan<'_>,
    journal: Option<&Journal>,
    point: usize,
    round: &Range<usize>,
) -> Result<Option<Unit>, JournalError> {
    let Some(journal) = journal else { return Ok(None) };
    let count = plan.policies.len() * plan.columns() * round.len();
    let Some(bytes) = journal.read(key(plan, point, round.start))? else { return Ok(None) };
    Ok(decode_values(&bytes, count).map(|(values, failed)| {
        let failed = failed.into_iter().map(|([policy, trial, _], reason)| Failed {
            point,
            coordinates: plan.points.coordinates(point),
            trial: Some((policy, (round.start + trial) as u64)),
            reason,
        });
        Unit { point, values, failed: failed.collect() }
    }))
}

/// Runs a round at points, and keeps what comes of it.
///
/// # Errors
/// What the journal says.
pub fn run(
    plan: &SweepPlan<'_>,
    journal: Option<&Journal>,
    points: &[usize],
    round: &Range<usize>,
    progress: &dyn Progress,
) -> Result<Vec<Unit>, JournalError> {
    let lane = |point: usize, trial: usize| Lane { point, trial: trial as u64, history: 0 };
    // Points that need the same scenario share blocks.
    let mut shares: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, point) in points.iter().enumerate() {
        shares.entry(plan.points.variant(*point)).or_default().push(place);
    }
    let shares: Vec<Vec<usize>> = shares.into_values().collect();
    let found = parallel::each(shares.len(), |share| -> Option<Evaluated> {
        let places = &shares[share];
        let variant = plan.variant(points[*places.first()?]).ok()?;
        let lanes: Vec<Lane> =
            places.iter().flat_map(|place| round.clone().map(|trial| lane(points[*place], trial))).collect();
        Some(evaluate(&variant.prepared, plan.points, &variant.columns, &lanes, progress))
    });
    let empty = |point: &usize| Unit { point: *point, values: Vec::new(), failed: Vec::new() };
    let mut units: Vec<Unit> = points.iter().map(empty).collect();
    for (places, evaluated) in shares.iter().zip(found).filter_map(|(places, one)| Some((places, one?))) {
        for (index, place) in places.iter().enumerate() {
            let own = index * round.len()..(index + 1) * round.len();
            let values = evaluated.values.iter().flatten().flat_map(|column| column[own.clone()].iter().copied());
            units[*place].values = values.collect();
        }
        for failed in evaluated.failed {
            let unit = &mut units[places[failed.lane / round.len().max(1)]];
            let trial = round.start + failed.lane % round.len().max(1);
            unit.failed.push(Failed {
                point: unit.point,
                coordinates: plan.points.coordinates(unit.point),
                trial: Some((failed.policy, trial as u64)),
                reason: failed.reason,
            });
        }
    }
    for unit in &mut units {
        unit.failed.sort_by_key(|failed| failed.trial.map(|(policy, trial)| (trial, policy)));
        if let Some(journal) = journal {
            let failed: Vec<([usize; 3], &str)> = unit
                .failed
                .iter()
                .filter_map(|one| one.trial.map(|trial| (trial, one.reason.as_str())))
                .map(|((policy, trial), reason)| ([policy, trial as usize - round.start, 0], reason))
                .collect();
            journal.append(key(plan, unit.point, round.start), &encode_values(unit.values.iter().copied(), &failed))?;
        }
    }
    if let Some(journal) = journal {
        journal.sync_soon();
    }
    Ok(units)
}

/// Places of a round that are run between two looks at whether to stop.
pub fn at_once(round: &Range<usize>) -> usize {
    /// Blocks per thread.
    const BLOCKS: usize = 2;
    (rayon::current_num_threads() * BLOCKS * LANES).div_ceil(round.len().max(1))
}

/// Runs the units of a shard that the journal does not hold yet. True if it got to the end.
///
/// # Errors
/// What the journal says.
pub fn shard(
    plan: &SweepPlan<'_>,
    shard: Shard,
    journal: &Journal,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<bool, JournalError> {
    let policies = plan.policies.len();
    let mut order = plan.points.spread();
    loop {
        let batch: Vec<usize> = order.by_ref().take(CHECKED).collect();
        if batch.is_empty() {
            return Ok(true);
        }
        let sound = sound(plan, batch);
        for round in rounds(plan.trials) {
            let own = |point: &usize| shard.holds(key(plan, *point, round.start).unit);
            let own: Vec<usize> = sound.iter().copied().filter(own).collect();
            let (done, missing): (Vec<usize>, Vec<usize>) =
                own.into_iter().partition(|point| journal.has(key(plan, *point, round.start)));
            progress.advance(done.len() * round.len() * policies);
            for points in missing.chunks(at_once(&round)) {
                if stop.load(Ordering::Relaxed) {
                    return Ok(false);
                }
                run(plan, Some(journal), points, &round, progress)?;
            }
        }
    }
}
