//! Which layout: one trial at a time or columns of trials? Prints trials a second on one core, ratios, and the agreement of
//! the means: `cargo bench --bench layout`. The decision is in `docs/performance.md`.

#[path = "support/addressed.rs"]
mod addressed;
#[path = "support/columns.rs"]
mod columns;
#[path = "support/kernel.rs"]
mod kernel;
#[path = "support/packs.rs"]
mod packs;
#[path = "support/plain.rs"]
mod plain;
#[path = "support/mod.rs"]
mod support;

use jirga::sampling::LANES;
use kernel::{Outcome, World};
use std::time::Duration;
use support::{Candidate, compare};

/// One way to run the block of trials with this number, shape `[trial in block]`.
type Block<'a> = (&'a str, Box<dyn Fn(u64) -> Vec<Outcome> + 'a>);

fn main() {
    let world = World::new();
    let each = |number: u64, trial: &dyn Fn(u64) -> Outcome| -> Vec<Outcome> {
        (0..LANES as u64).map(|lane| trial(number * LANES as u64 + lane)).collect()
    };
    let folded = addressed::Folded::new(&world);
    let blocks: Vec<Block> = vec![
        ("one trial at a time, rand_distr", Box::new(|b| each(b, &|trial| plain::trial(&world, trial)))),
        (
            "one trial at a time, addressed words, inversion",
            Box::new(|b| each(b, &|trial| addressed::trial_by_region(&world, trial))),
        ),
        (
            "the same, rates merged over regions",
            Box::new(|b| each(b, &|trial| addressed::trial_merged(&world, &folded, trial))),
        ),
        ("columns of trials, rates merged over regions", Box::new(|b| columns::block(&world, &folded, b))),
    ];
    agreement(&blocks);
    assert_eq!(
        (blocks[2].1)(3),
        (blocks[3].1)(3),
        "the column layout must give the same histories as one trial at a time"
    );
    println!("columns and single trials give the same histories, bit for bit");

    let mut next = 0;
    let mut candidates: Vec<Candidate> = Vec::new();
    for (name, run) in &blocks {
        next += 1_000_000;
        let mut number = next;
        candidates.push(Candidate::new(name, move |count| {
            let mut sum = 0.0;
            for _ in 0..count {
                number += 1;
                sum += run(number).iter().map(|outcome| outcome.figures()[1]).sum::<f64>();
            }
            sum
        }));
    }
    let shown = |seconds: f64| format!("{:.0}", LANES as f64 / seconds);
    let slice = Duration::from_millis(250);
    compare("All ways on one core", "trials/s", shown, 15, slice, &mut candidates);
    compare("The layouts alone: the same draws, one core", "trials/s", shown, 25, slice, &mut candidates[2..]);
}

/// Prints the means of all ways and stops if any differs from the first by more than 4 standard errors.
fn agreement(blocks: &[Block]) {
    println!(
        "{:<50} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "means", "attacks", "deaths", "losses", "strength", "region 2", "week 200"
    );
    let number = 40;
    let mut first: Option<Vec<(f64, f64)>> = None;
    for (name, run) in blocks {
        let trials: Vec<[f64; 6]> = (0..number).flat_map(run).map(|outcome| outcome.figures()).collect();
        let n = trials.len() as f64;
        let moments: Vec<(f64, f64)> = (0..6)
            .map(|figure| {
                let mean = trials.iter().map(|trial| trial[figure]).sum::<f64>() / n;
                let variance = trials.iter().map(|trial| (trial[figure] - mean).powi(2)).sum::<f64>() / (n - 1.0);
                (mean, variance / n)
            })
            .collect();
        print!("{name:<50}");
        moments.iter().for_each(|(mean, _)| print!(" {mean:>9.2}"));
        println!();
        let reference = first.get_or_insert_with(|| moments.clone());
        for ((mean, error), (other, other_error)) in moments.iter().zip(reference.iter()) {
            let z = (mean - other) / (error + other_error).sqrt();
            assert!(z.abs() < 4.0, "{name}: a mean differs by {z:.1} standard errors");
        }
    }
}
