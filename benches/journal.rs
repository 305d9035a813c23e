//! What the journal costs in processor time: blocks of the flagship are run, and then kept in a journal many times over:
//! `cargo bench --bench journal`. Needs Linux, which counts the time of a process in `/proc`.

use jirga::experiment::prepared::Prepared;
use jirga::experiment::stored::encode;
use jirga::journal::head::Head;
use jirga::journal::{Journal, Key};
use jirga::scenario;
use jirga::simulation::block::BlockResult;
use jirga::simulation::catalog;

/// Blocks that are run.
const BLOCKS: u64 = 8;
/// Times that they are kept, so that the time can be told.
const TIMES: u64 = 20;

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
    let prepared = Prepared::new(&loaded.scenario, vec![0], 1);
    let folder = std::env::temp_dir().join(format!("jirga-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("blocks.journal");
    let head = Head { inputs: "flagship".into(), about: "bench".into() };
    // The first 500 trials of a policy are kept with weekly series.
    for (title, series) in [("with weekly series", true), ("without", false)] {
        let before = spent();
        let results: Vec<BlockResult> =
            (0..BLOCKS).map(|block| prepared.run(&prepared.world(block, 0), 0, series)).collect();
        let run = (spent() - before) / BLOCKS as f64;
        let before = spent();
        for time in 0..TIMES {
            let journal = Journal::create(&file, &head).expect("room on the disk");
            for (unit, result) in results.iter().enumerate() {
                let key = Key { table: 0, part: 0, unit: time * BLOCKS + unit as u64 };
                journal.append(key, &encode(result)).expect("room on the disk");
            }
            journal.sync_soon();
        }
        let kept = (spent() - before) / (BLOCKS * TIMES) as f64;
        let bytes = std::fs::metadata(&file).map_or(0.0, |about| about.len() as f64) / BLOCKS as f64;
        println!(
            "a block of the flagship {title}: run in {:.1} ms of processor time, kept in {:.2} ms ({:.1} %), {:.2} MB",
            1e3 * run,
            1e3 * kept,
            100.0 * kept / run,
            bytes / 1e6
        );
    }
    std::fs::remove_dir_all(&folder).expect("a folder");
}
