//! A small runner for comparisons: candidates take turns (A B C A B C ...), so that a machine whose clock swings slows all
//! of them alike, and what is reported is the median of each and the median of ratios within a round.

#![allow(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::hint::black_box;
use std::time::{Duration, Instant};

/// One way to do the work: a name and a function that does a given number of units and returns something of the result.
pub struct Candidate<'a> {
    pub name: &'a str,
    pub work: Box<dyn FnMut(u64) -> f64 + 'a>,
}

impl<'a> Candidate<'a> {
    pub fn new(name: &'a str, work: impl FnMut(u64) -> f64 + 'a) -> Self {
        Self { name, work: Box::new(work) }
    }
}

/// Runs the candidates in turns for `rounds` rounds of about `slice` each and prints a line a candidate; ratios are
/// speeds relative to the first, with their quartiles over rounds. `shown` writes the seconds a unit of work took.
pub fn compare(
    title: &str,
    label: &str,
    shown: fn(f64) -> String,
    rounds: usize,
    slice: Duration,
    candidates: &mut [Candidate],
) {
    let sizes: Vec<u64> = candidates.iter_mut().map(|candidate| units_for(slice, candidate)).collect();
    let mut times = vec![Vec::with_capacity(rounds); candidates.len()];
    for _ in 0..rounds {
        for (index, candidate) in candidates.iter_mut().enumerate() {
            times[index].push(time(candidate, sizes[index]).as_secs_f64() / sizes[index] as f64);
        }
    }
    println!("\n{title}\n{:<58} {label:>12}   ratio (quartiles)", "");
    for (candidate, own) in candidates.iter().zip(&times) {
        let ratios: Vec<f64> = times[0].iter().zip(own).map(|(first, own)| first / own).collect();
        let shown = shown(quantile(own, 0.5));
        let (low, mid, high) = (quantile(&ratios, 0.25), quantile(&ratios, 0.5), quantile(&ratios, 0.75));
        println!("{:<58} {shown:>12}   {mid:.2} ({low:.2} to {high:.2})", candidate.name);
    }
}

/// Doubles the work until it takes a good part of `slice`; this also warms up.
fn units_for(slice: Duration, candidate: &mut Candidate) -> u64 {
    let mut units = 1;
    loop {
        let taken = time(candidate, units);
        if taken * 4 >= slice {
            return ((units as f64 * slice.as_secs_f64() / taken.as_secs_f64()) as u64).max(1);
        }
        units *= 2;
    }
}

fn time(candidate: &mut Candidate, units: u64) -> Duration {
    let start = Instant::now();
    black_box((candidate.work)(black_box(units)));
    start.elapsed()
}

fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}
