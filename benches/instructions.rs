//! Instructions a trial, counted by valgrind: a guard against regressions that no other load on the machine can disturb.
//! `cargo bench --bench instructions` prints them beside their budgets and fails where one is exceeded; it says so, and does
//! nothing, where there is no valgrind or no AVX2, for which the budgets are stated.

use std::process::{Command, ExitCode};

use jirga::experiment::histories::Histories;
use jirga::experiment::prepared::Prepared;
use jirga::sampling::LANES;
use jirga::scenario::{self, Scenario};
use jirga::simulation::catalog;

/// What is counted, and the most instructions (millions) that a trial of one policy may take, its share of drawing the world
/// included: a twentieth above what was measured last.
struct Budget {
    file: &'static str,
    /// All policies, with what they have in common simulated once; else the first alone.
    all: bool,
    /// Blocks of the shorter and of the longer run: their difference is free of what comes before the first.
    blocks: [u64; 2],
    most: f64,
}

const BUDGETS: [Budget; 4] = [
    Budget { file: "scenarios/minimal.toml", all: false, blocks: [1, 3], most: 0.58 },
    Budget { file: "scenarios/pakistan.toml", all: false, blocks: [1, 3], most: 7.85 },
    Budget { file: "scenarios/pakistan.toml", all: true, blocks: [0, 1], most: 6.35 },
    Budget { file: "benches/kernel.toml", all: false, blocks: [1, 3], most: 1.56 },
];

impl Budget {
    fn policies(&self, scenario: &Scenario) -> Vec<usize> {
        (0..if self.all { scenario.policies.len() } else { 1 }).collect()
    }

    fn scenario(&self) -> Scenario {
        let path = format!("{}/{}", env!("CARGO_MANIFEST_DIR"), self.file);
        scenario::load(path.as_ref(), &[], &catalog()).unwrap_or_else(|problems| panic!("{problems}")).scenario
    }

    /// What is counted: so many blocks of the policies.
    fn work(&self, blocks: u64) {
        let scenario = self.scenario();
        let prepared = Prepared::new(&scenario, self.policies(&scenario), 1);
        for block in 0..blocks {
            let histories = Histories::new(&prepared, prepared.world(block, 0), false);
            for policy in 0..prepared.policies.len() {
                std::hint::black_box(histories.run(policy));
            }
        }
    }
}

/// Instructions of this program when it does so much work; in words, why they cannot be counted.
fn counted(place: usize, blocks: u64) -> Result<f64, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(this)
        .args(["--work", &place.to_string(), &blocks.to_string()])
        .output()
        .map_err(|error| format!("valgrind cannot be run ({error})"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let count = said.lines().find_map(|line| line.split("Collected : ").nth(1)?.trim().parse().ok());
    count.ok_or_else(|| format!("valgrind counted nothing: {said}"))
}

fn has_avx2() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("avx2");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, mode, place, blocks] = arguments.as_slice()
        && mode == "--work"
        && let Some(budget) = place.parse().ok().and_then(|place: usize| BUDGETS.get(place))
    {
        budget.work(blocks.parse().unwrap_or(1));
        return ExitCode::SUCCESS;
    }
    if !has_avx2() {
        println!("instructions: not counted, the budgets are stated for machines with AVX2");
        return ExitCode::SUCCESS;
    }
    println!("{:<42} {:>24} {:>8}", "scenario", "million instr. a trial", "budget");
    let mut within = true;
    for (place, budget) in BUDGETS.iter().enumerate() {
        let counts = budget.blocks.map(|blocks| counted(place, blocks));
        let [Ok(short), Ok(long)] = &counts else {
            let reason = counts.into_iter().find_map(Result::err).unwrap_or_default();
            println!("instructions: not counted, {reason}");
            return ExitCode::SUCCESS;
        };
        let policies = budget.policies(&budget.scenario()).len();
        let trials = (budget.blocks[1] - budget.blocks[0]) as f64 * (LANES * policies) as f64;
        let (each, most) = ((long - short) / trials / 1e6, budget.most);
        let name = format!("{}{}", budget.file, if budget.all { ", all policies" } else { "" });
        println!("{name:<42} {each:>24.2} {most:>8.2}{}", if each > most { "  EXCEEDED" } else { "" });
        within &= each <= most;
    }
    if within { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
