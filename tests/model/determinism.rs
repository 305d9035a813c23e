//! Results depend on the scenario, the seed and the trial's number, and on nothing else.

use jirga::experiment::prepared::Prepared;
use jirga::experiment::values::Values;
use jirga::sampling::lanes::LANES;
use jirga::world::scene::Trials;
use rayon::ThreadPoolBuilder;

use crate::flagship;
use crate::support::*;

fn first_policies(trials: usize) -> Run {
    run_policies(&flagship::short("1y"), vec![0, 2, 4], trials)
}

#[test]
fn results_are_the_same_to_the_bit_on_one_two_and_seven_threads() {
    let on = |threads: usize| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        pool.install(|| first_policies(100)).outcomes
    };
    let one = on(1);
    assert!(one.policies[0].values.iter().flat_map(Values::all).any(|v| v > 0.0));
    for threads in [2, 7] {
        assert!(same(&one, &on(threads)), "{threads} threads gave other results");
    }
}

#[test]
fn the_first_trials_of_a_longer_run_are_those_of_a_shorter_one() {
    let (long, short) = (first_policies(200), first_policies(64));
    for (many, few) in long.outcomes.policies.iter().zip(&short.outcomes.policies) {
        for (a, b) in many.values.iter().zip(&few.values) {
            assert_eq!((a.len(), b.len()), (200, 64));
            assert!(a.part(0..64).iter().zip(b.all()).all(|(x, y)| x.to_bits() == y.to_bits()));
        }
    }
    // 50 is no multiple of a block: its trials are the same all the same.
    let cut = first_policies(50);
    assert!(
        cut.outcomes.policies[1]
            .values
            .iter()
            .zip(&short.outcomes.policies[1].values)
            .all(|(a, b)| a.all() == b.part(0..50))
    );
}

#[test]
fn a_trial_does_not_depend_on_those_it_shares_a_block_with() {
    // All policies: conditions part the trials of a block at different times, and groups are born in different order.
    let scenario = flagship::short("4y");
    let prepared = Prepared::new(&scenario, (0..scenario.policies.len()).collect(), scenario.seed);
    let (first, shifted) = (Trials::consecutive(scenario.seed, 0, 0), Trials::consecutive(scenario.seed, 16, 0));
    let (first, shifted) = (prepared.world_of(&first), prepared.world_of(&shifted));
    for policy in 0..prepared.policies.len() {
        let (one, other) = (prepared.run(&first, policy, false), prepared.run(&shifted, policy, false));
        for (outcome, (one, other)) in one.record.outcomes.iter().zip(&other.record.outcomes).enumerate() {
            for lane in 0..LANES - 16 {
                let (one, other) = (one[lane + 16], other[lane]);
                assert_eq!(one.to_bits(), other.to_bits(), "policy {policy}, outcome {outcome}, trial {}", lane + 16);
            }
        }
    }
}

#[test]
fn a_trial_by_itself_is_the_trial_of_its_block() {
    // Groups that ended in some trials of a block, and come back by a shock, are the ones that could tell.
    let everything = read(include_str!("../scenarios/everything.toml"));
    for (scenario, every) in [(everything, 1), (flagship::short("4y"), 11)] {
        let prepared = Prepared::new(&scenario, (0..scenario.policies.len()).collect(), 3);
        for policy in 0..prepared.policies.len() {
            let block = prepared.run(&prepared.world(1, 0), policy, false);
            for lane in (0..LANES).step_by(every) {
                let trial = (LANES + lane) as u64;
                let alone = prepared.run_alone(trial, 0, policy, false);
                for (outcome, (all, one)) in block.record.outcomes.iter().zip(&alone.record.outcomes).enumerate() {
                    assert_eq!(
                        all[lane].to_bits(),
                        one[0].to_bits(),
                        "policy {policy}, outcome {outcome}, trial {trial}"
                    );
                }
            }
        }
    }
}

#[test]
fn another_seed_gives_other_histories_of_the_same_law() {
    let scenario = flagship::short("1y");
    let mut other = scenario.clone();
    other.seed += 1;
    let (a, b) = (run_policies(&scenario, vec![0], 320), run_policies(&other, vec![0], 320));
    assert!(!same(&a.outcomes, &b.outcomes));
    let (a, b) = (&a.total("attacks"), &b.total("attacks"));
    let error = error_of_mean(a).hypot(error_of_mean(b));
    assert_near(mean(a), mean(b), error, "attacks under two seeds");
}
