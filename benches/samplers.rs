//! Nanoseconds a draw of each sampler beside `rand_distr`'s, a new parameter each draw as in the model:
//! `cargo bench --bench samplers`.

#[path = "support/mod.rs"]
mod support;

use jirga::sampling::lanes::each;
use jirga::sampling::{
    Chances, LANES, Lanes, SeverityTable, Streams, TrialKey, binomial, poisson, poisson_lanes, severity, severity_scale,
};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rand_distr::{Binomial, Distribution, Pareto, Poisson};
use std::time::Duration;
use support::{Candidate, compare};

/// Slightly different parameters, so that nothing can be computed once for all.
fn varied(base: f64, n: u64) -> f64 {
    base * (1.0 + (n % 64) as f64 / 1024.0)
}

fn race(title: &str, candidates: &mut [Candidate]) {
    compare(title, "ns/draw", |seconds| format!("{:.2}", seconds * 1e9), 9, Duration::from_millis(30), candidates);
}

fn main() {
    let stream = TrialKey::new(1, 0).stream(0, 0);
    let keys: [TrialKey; LANES] = std::array::from_fn(|lane| TrialKey::new(1, lane as u64));
    let streams = Streams::new(&keys, 0, 0);
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(1);
    let lanes = LANES as u64;

    race(
        "uniform",
        &mut [
            Candidate::new("xoshiro256++", |n| (0..n).map(|_| generator.random::<f64>()).sum()),
            Candidate::new("addressed word", |n| (0..n).map(|i| stream.uniform(i as u32, 0, 0)).sum()),
            Candidate::new("addressed word, columns", |n| {
                let mut sums = Lanes::of(0.0);
                for i in 0..n.div_ceil(lanes) {
                    let u = streams.uniforms(i as u32, 0, 0);
                    for lane in 0..LANES {
                        sums[lane] += u[lane];
                    }
                }
                sums.iter().sum()
            }),
        ],
    );
    for rate in [0.01, 0.1, 0.5, 1.0, 5.0, 30.0, 300.0] {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(1);
        race(
            &format!("Poisson, rate {rate} (with its word)"),
            &mut [
                Candidate::new("rand_distr", |n| {
                    (0..n).map(|i| Poisson::new(varied(rate, i)).expect("valid").sample(&mut generator)).sum()
                }),
                Candidate::new("inversion", |n| {
                    (0..n).map(|i| f64::from(poisson(varied(rate, i), stream.uniform(i as u32, 0, 0)))).sum()
                }),
                Candidate::new("inversion, columns", |n| {
                    let lambda: Lanes = each(|lane| varied(rate, lane as u64));
                    let mut sum = 0_i64;
                    for i in 0..n.div_ceil(lanes) {
                        let counts = poisson_lanes(&lambda, &streams.uniforms(i as u32, 0, 0));
                        sum += counts.iter().map(|&count| i64::from(count)).sum::<i64>();
                    }
                    sum as f64
                }),
            ],
        );
    }
    for (tries, p) in [(100_u32, 1e-3), (100, 0.02), (1000, 0.005), (10_000, 0.3)] {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(1);
        race(
            &format!("binomial, n {tries}, p {p} (with its word)"),
            &mut [
                Candidate::new("rand_distr", |n| {
                    let draw = |i| Binomial::new(u64::from(tries), varied(p, i)).expect("valid");
                    (0..n).map(|i| draw(i).sample(&mut generator) as f64).sum()
                }),
                Candidate::new("inversion", |n| {
                    (0..n).map(|i| f64::from(binomial(tries, varied(p, i), stream.uniform(i as u32, 0, 0)))).sum()
                }),
                Candidate::new("inversion, columns", |n| {
                    let chances = Chances::new(&each(|lane| varied(p, lane as u64)));
                    let mut sum = 0_i64;
                    for i in 0..n.div_ceil(lanes) {
                        let u = streams.uniforms(i as u32, 0, 0);
                        let counts = chances.counts(&Lanes::of(tries as i32), &u);
                        sum += counts.iter().map(|&count| i64::from(count)).sum::<i64>();
                    }
                    sum as f64
                }),
            ],
        );
    }
    let table = SeverityTable::new(1.5, 500);
    let scale = severity_scale(1.4, 1.5, 500);
    race(
        "severity, mean 1.4, index 1.5, cap 500 (with its word)",
        &mut [
            Candidate::new("rand_distr Pareto", |n| {
                let draw = |i| Pareto::new(varied(scale, i), 1.5).expect("valid");
                (0..n).map(|i| (draw(i).sample(&mut generator) - varied(scale, i)).floor().min(500.0)).sum()
            }),
            Candidate::new("inversion, scale known", |n| {
                let draw = |i| severity(stream.uniform(i as u32, 0, 0), varied(scale, i), 1.5, 500);
                (0..n).map(|i| f64::from(draw(i))).sum()
            }),
            Candidate::new("inversion, scale from the mean by table", |n| {
                let draw = |i| {
                    let scale = table.scale(varied(1.4, i));
                    table.draw(stream.uniform(i as u32, 0, 0), scale)
                };
                (0..n).map(|i| f64::from(draw(i))).sum()
            }),
            Candidate::new("inversion, scale solved from the mean", |n| {
                let draw =
                    |i| severity(stream.uniform(i as u32, 0, 0), severity_scale(varied(1.4, i), 1.5, 500), 1.5, 500);
                (0..n).map(|i| f64::from(draw(i))).sum()
            }),
        ],
    );
}
