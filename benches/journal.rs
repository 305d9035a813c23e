//! What the journal costs: blocks of the flagship run with and without one, in turns, on all cores: `cargo bench --bench journal`.

// A bench is there to look at the clock.
#![allow(clippy::disallowed_methods)]

#[path = "support/mod.rs"]
mod support;

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use jirga::experiment::blocks::Blocks;
use jirga::experiment::prepared::Prepared;
use jirga::experiment::run::{NoProgress, NoTrajectories, run_until};
use jirga::journal::Journal;
use jirga::journal::head::Head;
use jirga::scenario;
use jirga::simulation::catalog;
use support::{Candidate, compare};

fn main() {
    let path = format!("{}/scenarios/pakistan.toml", env!("CARGO_MANIFEST_DIR"));
    let loaded = scenario::load(path.as_ref(), &[], &catalog()).unwrap_or_else(|p| panic!("{}", p.render(false)));
    let prepared = Prepared::new(&loaded.scenario, vec![0, 1], 1);
    let folder = std::env::temp_dir().join(format!("jirga-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("blocks.journal");
    let head = Head { inputs: "flagship".into(), about: "bench".into() };
    let run = |trials: u64, journal: Option<&Journal>| {
        let stop = AtomicBool::new(false);
        let blocks = Blocks { prepared: &prepared, journal, stop: &stop, progress: &NoProgress };
        let result = run_until(&blocks, trials as usize, None, &mut NoTrajectories).expect("room on the disk");
        result.outcomes.policies[0].values[0][0]
    };
    // The first 500 trials are kept with weekly series, which are most of a journal of a small run.
    for (title, trials) in [("512 trials, with series", 512), ("2,048 trials", 2048)] {
        compare(
            &format!("the flagship, two policies, {title}"),
            "s",
            |seconds| format!("{seconds:.3}"),
            7,
            Duration::from_millis(10),
            &mut [
                Candidate::new("without a journal", |count| (0..count).map(|_| run(trials, None)).sum()),
                Candidate::new("with a journal, flushed after every wave", |count| {
                    let one = |_| {
                        let journal = Journal::create(&file, &head).expect("room on the disk");
                        run(trials, Some(&journal))
                    };
                    (0..count).map(one).sum()
                }),
            ],
        );
        println!("journal: {:.1} MB", std::fs::metadata(&file).map_or(0.0, |about| about.len() as f64 / 1e6));
    }
    std::fs::remove_dir_all(&folder).expect("a folder");
}
