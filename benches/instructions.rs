//! Instructions a trial, counted by valgrind: a guard against regressions that no other load on the machine can disturb.
//! `cargo bench --bench instructions` prints them beside their budgets and fails where one is exceeded; it says so, and does
//! nothing, where there is no valgrind or no AVX2, for which the budgets are stated.

use std::process::{Command, ExitCode};

use jirga::experiment::prepared::Prepared;
use jirga::sampling::LANES;
use jirga::scenario;
use jirga::simulation::catalog;

/// A scenario, and the most instructions (millions) that a trial of its baseline may take, its share of drawing the world
/// included: a twentieth above what was measured last.
const BUDGETS: [(&str, f64); 3] =
    [("scenarios/minimal.toml", 1.04), ("scenarios/pakistan.toml", 10.8), ("benches/kernel.toml", 2.2)];

/// Blocks of the shorter and of the longer run: their difference is free of what comes before the first.
const BLOCKS: [u64; 2] = [1, 3];

/// What is counted: so many blocks of a scenario's first policy.
fn work(file: &str, blocks: u64) {
    let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
    let loaded = scenario::load(path.as_ref(), &[], &catalog()).unwrap_or_else(|problems| panic!("{problems}"));
    let prepared = Prepared::new(&loaded.scenario, vec![0], 1);
    for block in 0..blocks {
        std::hint::black_box(prepared.run(&prepared.world(block, 0), 0, false));
    }
}

/// Instructions of this program when it does so much work; in words, why they cannot be counted.
fn counted(file: &str, blocks: u64) -> Result<f64, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(this)
        .args(["--work", file, &blocks.to_string()])
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
    if let [_, mode, file, blocks] = arguments.as_slice()
        && mode == "--work"
    {
        work(file, blocks.parse().unwrap_or(1));
        return ExitCode::SUCCESS;
    }
    if !has_avx2() {
        println!("instructions: not counted, the budgets are stated for machines with AVX2");
        return ExitCode::SUCCESS;
    }
    println!("{:<28} {:>24} {:>8}", "scenario", "million instr. a trial", "budget");
    let mut within = true;
    for (file, budget) in BUDGETS {
        let counts = BLOCKS.map(|blocks| counted(file, blocks));
        let [Ok(short), Ok(long)] = &counts else {
            let reason = counts.into_iter().find_map(Result::err).unwrap_or_default();
            println!("instructions: not counted, {reason}");
            return ExitCode::SUCCESS;
        };
        let each = (long - short) / ((BLOCKS[1] - BLOCKS[0]) as f64 * LANES as f64) / 1e6;
        println!("{file:<28} {each:>24.2} {budget:>8.2}{}", if each > budget { "  EXCEEDED" } else { "" });
        within &= each <= budget;
    }
    if within { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
