//! What the journal costs in processor time: blocks of the flagship run with and without one, in turns, on all cores:
//! `cargo bench --bench journal`. Needs Linux, which counts the time of a process in `/proc`.

use std::sync::atomic::AtomicBool;

use jirga::experiment::blocks::Blocks;
use jirga::experiment::prepared::Prepared;
use jirga::experiment::run::{NoProgress, NoTrajectories, run_until};
use jirga::journal::Journal;
use jirga::journal::head::Head;
use jirga::scenario;
use jirga::simulation::catalog;

/// Times that each is run.
const ROUNDS: usize = 5;

/// Processor time of this process so far, all threads, in seconds.
fn spent() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = text.rsplit(')').next().expect("fields").split_whitespace().collect();
    // User and system time, in hundredths of a second on every Linux in use.
    fields[11..13].iter().map(|field| field.parse::<f64>().expect("a number")).sum::<f64>() / 100.0
}

fn main() {
    let path = format!("{}/scenarios/pakistan.toml", env!("CARGO_MANIFEST_DIR"));
    let loaded = scenario::load(path.as_ref(), &[], &catalog()).unwrap_or_else(|p| panic!("{}", p.render(false)));
    let prepared = Prepared::new(&loaded.scenario, vec![0, 1], 1);
    let folder = std::env::temp_dir().join(format!("jirga-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("blocks.journal");
    let head = Head { inputs: "flagship".into(), about: "bench".into() };
    let run = |trials: usize, journal: Option<&Journal>| {
        let stop = AtomicBool::new(false);
        let blocks = Blocks { prepared: &prepared, journal, stop: &stop, progress: &NoProgress };
        let before = spent();
        run_until(&blocks, trials, None, &mut NoTrajectories).expect("room on the disk");
        spent() - before
    };
    // The first 500 trials are kept with weekly series, which are most of the journal of a small run.
    for (title, trials) in [("512 trials, with weekly series", 512), ("2,048 trials, 512 with series", 2048)] {
        let mut shares = Vec::new();
        let mut total = 0.0;
        for _ in 0..ROUNDS {
            let without = run(trials, None);
            let with = run(trials, Some(&Journal::create(&file, &head).expect("room on the disk")));
            shares.push(100.0 * (with / without - 1.0));
            total += without;
        }
        shares.sort_by(f64::total_cmp);
        println!(
            "flagship, two policies, {title}: {:.2} s of processor time without a journal; with one {:+.1} % (median of \
             {ROUNDS}, {:+.1} to {:+.1}); journal of {:.0} MB",
            total / ROUNDS as f64,
            shares[ROUNDS / 2],
            shares[0],
            shares[ROUNDS - 1],
            std::fs::metadata(&file).map_or(0.0, |about| about.len() as f64 / 1e6)
        );
    }
    std::fs::remove_dir_all(&folder).expect("a folder");
}
