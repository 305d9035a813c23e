//! Trials a second of the straight reference: what anyone would write with `rand_distr`. Run it beside the engine to see
//! what the engine's design is worth: `cargo bench --bench reference`.

#[path = "support/kernel.rs"]
mod kernel;
#[path = "support/plain.rs"]
mod plain;
#[path = "support/mod.rs"]
mod support;

use std::time::Duration;
use support::{Candidate, compare};

fn main() {
    let world = kernel::World::new();
    let mut number = 0;
    let mut trials = |count: u64| {
        let mut sum = 0.0;
        for _ in 0..count {
            number += 1;
            sum += plain::trial(&world, number).figures()[1];
        }
        sum
    };
    let means: [f64; 6] = {
        let mut sums = [0.0; 6];
        for number in 0..500 {
            plain::trial(&world, number)
                .figures()
                .iter()
                .zip(&mut sums)
                .for_each(|(figure, sum)| *sum += figure / 500.0);
        }
        sums
    };
    println!("means of 500 trials: attacks {:.1}, deaths {:.1}, losses {:.1}", means[0], means[1], means[2]);
    compare(
        "The reference on one core",
        "trials/s",
        |seconds| format!("{:.0}", 1.0 / seconds),
        15,
        Duration::from_millis(200),
        &mut [Candidate::new("plain structs, one trial at a time, rand_distr", &mut trials)],
    );
}
