//! What the engine costs: draws of worlds and policies, trials of scenarios, each mechanism's share, growth with size, and
//! the engine beside straight programs. Everything runs on one core: `cargo bench --bench engine`, the last part alone by
//! `cargo bench --bench engine -- kernel`. `-- size 200 50 260` prints a scenario of so many groups, regions and weeks, to be run.

// A bench is there to look at the clock.
#![allow(clippy::disallowed_methods)]

#[path = "support/kernel.rs"]
mod kernel;
#[path = "support/plain.rs"]
mod plain;
#[path = "support/sizes.rs"]
mod sizes;
#[path = "support/straight.rs"]
mod straight;
#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jirga::experiment::prepared::Prepared;
use jirga::experiment::results::total_column;
use jirga::sampling::LANES;
use jirga::scenario::{self, Loaded};
use jirga::simulation::catalog;
use jirga::statistics::summary::{mean, variance};
use support::{Candidate, compare};

const SLICE: Duration = Duration::from_millis(300);
const ROUNDS: usize = 7;

fn read(path: &str) -> Loaded {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    scenario::load(path.as_ref(), &[], &catalog()).unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

/// Runs so many blocks under one policy; the sum of an outcome keeps the work from being optimised away.
fn blocks(prepared: &Prepared, policy: usize, count: u64) -> f64 {
    (0..count).map(|block| prepared.run(&prepared.world(block, 0), policy, false).record.outcomes[0][0]).sum()
}

fn draws(loaded: &Loaded) {
    let prepared = Prepared::new(&loaded.scenario, vec![0], 1);
    let world = prepared.world(0, 0);
    compare(
        &format!("{}: draws for a block of {LANES} trials", loaded.scenario.title),
        "ms",
        |seconds| format!("{:.3}", 1e3 * seconds),
        ROUNDS,
        SLICE,
        &mut [
            Candidate::new("a world", |count| {
                (0..count).map(|block| prepared.world(block, 0).parameters.len() as f64).sum()
            }),
            Candidate::new("a policy", |count| (0..count).map(|_| prepared.plan(&world, 0).actions.len() as f64).sum()),
            Candidate::new("a policy's trials, for comparison", |count| {
                (0..count).map(|_| prepared.run(&world, 0, false).record.outcomes[0][0]).sum()
            }),
            Candidate::new("the same with trajectories", |count| {
                (0..count).map(|_| prepared.run(&world, 0, true).record.outcomes[0][0]).sum()
            }),
        ],
    );
}

/// Each mechanism's share of the time of a step, summed over policies.
fn mechanisms(loaded: &Loaded) {
    let policies: Vec<usize> = (0..loaded.scenario.policies.len()).collect();
    let prepared = Prepared::new(&loaded.scenario, policies, 1);
    let mut spent: BTreeMap<&str, Duration> = BTreeMap::new();
    let mut trials = 0;
    for block in 0..3 {
        let world = prepared.world(block, 0);
        for policy in 0..prepared.policies.len() {
            let mut last = Instant::now();
            prepared.run_watched(&world, policy, false, &mut |name| {
                let now = Instant::now();
                *spent.entry(name).or_default() += now - last;
                last = now;
            });
            trials += LANES;
        }
    }
    let total: Duration = spent.values().sum();
    println!("\n{}: time by mechanism, all policies", loaded.scenario.title);
    let mut sorted: Vec<_> = spent.into_iter().collect();
    sorted.sort_by_key(|&(_, time)| std::cmp::Reverse(time));
    for (name, time) in sorted {
        let share = time.as_secs_f64() / total.as_secs_f64();
        println!("{name:<20} {:>9.1} us a trial {:>6.1} %", 1e6 * time.as_secs_f64() / trials as f64, 100.0 * share);
    }
    println!("{:<20} {:>9.1} us a trial", "all", 1e6 * total.as_secs_f64() / trials as f64);
}

/// Trials of which means are compared.
const TRIALS: usize = 6400;

/// Whether the engine and the straight program of the same scenario make the same history: every figure's mean, within
/// four standard errors.
fn agree(prepared: &Prepared, scenario: &straight::Scenario) {
    let columns = prepared.columns();
    let engine: Vec<_> =
        (0..(TRIALS / LANES) as u64).map(|block| prepared.run(&prepared.world(block, 0), 0, false).record).collect();
    let straight: Vec<_> = (0..TRIALS as u64).map(|number| straight::trial(scenario, number).figures()).collect();
    println!("\nThe kernel scenario by the engine and by the straight program: means of {TRIALS} trials");
    for (place, (name, _)) in straight[0].iter().enumerate() {
        let column = total_column(&columns, name).unwrap_or_else(|| panic!("{name} is a metric"));
        let ours: Vec<f64> = engine.iter().flat_map(|record| &record.outcomes[column]).copied().collect();
        let theirs: Vec<f64> = straight.iter().map(|figures| figures[place].1).collect();
        let moments = |values: &[f64]| (mean(values).unwrap_or(0.0), variance(values).unwrap_or(0.0) / TRIALS as f64);
        let ((a, va), (b, vb)) = (moments(&ours), moments(&theirs));
        let error = (va + vb).sqrt();
        println!("{name:<28} {a:>10.3} {b:>10.3}  {:>5.1} standard errors", (a - b) / error);
        assert!((a - b).abs() < 4.0 * error, "{name}: the two programs do not make the same history");
    }
}

fn against_plain(kernel_file: &Loaded) {
    let (world, same) = (kernel::World::new(), straight::Scenario::new());
    let mut number = 0;
    let mut other = 0;
    let prepared = Prepared::new(&kernel_file.scenario, vec![0], 1);
    agree(&prepared, &same);
    compare(
        "The kernel scenario against straight programs",
        "trials/s",
        |seconds| format!("{:.0}", 1.0 / seconds),
        ROUNDS,
        SLICE,
        &mut [
            Candidate::new("the same scenario: plain structs, one trial at a time, rand_distr", |count| {
                let mut sum = 0.0;
                for _ in 0..count {
                    other += 1;
                    sum += straight::trial(&same, other).figures()[1].1;
                }
                sum
            }),
            Candidate::new("a simpler model (no targets, injuries, leaders, memory), likewise", |count| {
                let mut sum = 0.0;
                for _ in 0..count {
                    number += 1;
                    sum += plain::trial(&world, number).figures()[1];
                }
                sum
            }),
            Candidate::new("the engine", |count| {
                // Whole blocks: the unit of the comparison is a trial.
                blocks(&prepared, 0, count.div_ceil(LANES as u64)) * count as f64
                    / (count.next_multiple_of(LANES as u64)) as f64
            }),
        ],
    );
}

/// Seconds of one block, the quickest of several.
fn seconds(text: &str) -> f64 {
    let loaded = scenario::read_str("size", text, &[], &catalog())
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let prepared = Prepared::new(&loaded.scenario, vec![0], 1);
    let world = prepared.world(0, 0);
    (0..9)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(prepared.run(&world, 0, false));
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

/// Cost against size, with the exponent between the smallest and the largest.
fn growth() {
    println!("\nGrowth of a trial's cost with size, all mechanisms on (us; exponent from first to last)");
    /// Name of a size that grows, and (groups, regions, weeks) of three scenarios.
    type Family = (&'static str, [(usize, usize, usize); 3]);
    let families: [Family; 3] = [
        ("weeks 130, 260, 520", [(8, 6, 130), (8, 6, 260), (8, 6, 520)]),
        ("groups 8, 16, 32", [(8, 6, 260), (16, 6, 260), (32, 6, 260)]),
        ("regions 6, 12, 24", [(8, 6, 260), (8, 12, 260), (8, 24, 260)]),
    ];
    for (label, sizes) in families {
        let times = sizes.map(|(groups, regions, weeks)| seconds(&sizes::text(groups, regions, weeks)));
        let exponent = (times[2] / times[0]).ln() / 4f64.ln();
        let each = times.map(|time| format!("{:.0}", 1e6 * time / LANES as f64)).join(", ");
        println!("{label:<24} {each:<20} {exponent:.2}");
    }
}

fn main() {
    // Cargo says `--bench` first or last.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["kernel"] => return against_plain(&read("benches/kernel.toml")),
        ["size", groups, regions, weeks] => {
            let [groups, regions, weeks] =
                [groups, regions, weeks].map(|number| number.parse().expect("a whole number"));
            return print!("{}", sizes::text(groups, regions, weeks));
        }
        _ => {}
    }
    let minimal = read("scenarios/minimal.toml");
    let flagship = read("scenarios/pakistan.toml");
    draws(&minimal);
    draws(&flagship);
    mechanisms(&flagship);
    against_plain(&read("benches/kernel.toml"));
    growth();
}
