//! Everything that reads what a stranger may have written, each as one function of bytes. What it returns is a sign of
//! how far the input came: an input with a new sign is worth keeping. It never matters to the readers themselves.

use std::io::Cursor;
use std::path::Path;

use bytes::Bytes;
use jirga::experiment::observed;
use jirga::experiment::stored::{Shape, decode, decode_values, encode, encode_values};
use jirga::experiment::sweep::table;
use jirga::journal::Key;
use jirga::journal::head::{Head, checksum};
use jirga::journal::record;
use jirga::report::parquet_read;
use jirga::report::saved::Saved;
use jirga::sampling::lanes::{LANES, Lanes};
use jirga::scenario::catalog::Catalog;
use jirga::scenario::{self, Problems, sensitivity, study};
use jirga::simulation;
use jirga::simulation::block::BlockResult;
use jirga::simulation::record::{BlockRecord, Series};

/// A reader under attack.
#[derive(Clone, Copy)]
pub struct Reader {
    /// Its name, and that of its folder in the corpus.
    pub name: &'static str,
    /// Reads; in words what it said.
    pub read: fn(&[u8]) -> String,
}

/// All of them.
pub const READERS: [Reader; 9] = [
    Reader { name: "scenario", read: scenario },
    Reader { name: "set", read: set },
    Reader { name: "sweep", read: sweep },
    Reader { name: "sensitivity", read: sensitivity },
    Reader { name: "saved", read: saved },
    Reader { name: "parquet", read: parquet },
    Reader { name: "journal", read: journal },
    Reader { name: "points", read: points },
    Reader { name: "observed", read: observed },
];

fn catalog() -> &'static Catalog {
    static CATALOG: std::sync::LazyLock<Catalog> = std::sync::LazyLock::new(simulation::catalog);
    &CATALOG
}

/// What was wrong, and that all of it can be shown.
fn refused(problems: &Problems) -> String {
    let shown = problems.render(false);
    assert!(!shown.is_empty() && !shown.chars().any(deceives), "it shows what deceives a terminal:\n{shown:?}");
    problems.report.errors.iter().map(|error| format!("{}\n", error.message)).collect()
}

/// Whether a character changes how a terminal shows others.
pub fn deceives(letter: char) -> bool {
    (letter.is_control() && letter != '\n')
        || matches!(letter, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn scenario(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    match scenario::read_str("fuzz.toml", &text, &[], catalog()) {
        Ok(loaded) => {
            assert!(loaded.scenario.parameters().len() < 10_000_000);
            format!("read; {}", loaded.warnings.iter().map(|one| one.message.as_str()).collect::<Vec<_>>().join("\n"))
        }
        Err(problems) => refused(&problems),
    }
}

/// Lines of `path=value` set in a scenario that uses the whole format.
fn set(bytes: &[u8]) -> String {
    const WHOLE: &str = include_str!("../scenarios/everything.toml");
    let text = String::from_utf8_lossy(bytes);
    let sets: Vec<String> = text.split('\n').take(8).map(str::to_string).collect();
    match scenario::read_str("everything.toml", WHOLE, &sets, catalog()) {
        Ok(_) => "read".to_string(),
        Err(problems) => refused(&problems),
    }
}

fn sweep(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    match study::read_sweep(Path::new("study.toml"), &text, catalog()) {
        Ok(loaded) => {
            let listed: usize = loaded.sweep.vary.iter().map(|vary| vary.count().min(3)).sum();
            format!("read {:?} {}", loaded.sweep.design, listed.min(3))
        }
        Err(problems) => refused(&problems),
    }
}

fn sensitivity(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    match sensitivity::read_sensitivity(Path::new("study.toml"), &text, catalog()) {
        Ok(loaded) => format!("read {:?} {:?}", loaded.study.method, loaded.study.by()),
        Err(problems) => refused(&problems),
    }
}

fn saved(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    match Saved::parse(Path::new("saved.json"), &text) {
        Ok(saved) => {
            let names: usize = saved.columns.iter().map(|column| saved.labels.column(column).len()).sum();
            format!("read {}", names.min(1))
        }
        Err(error) => error.to_string(),
    }
}

/// Most rows that the fuzzed Parquet file may claim.
pub const ROWS: usize = 4096;

fn parquet(bytes: &[u8]) -> String {
    let table = parquet_read::Table::new(Path::new("a.parquet"), Bytes::copy_from_slice(bytes), ROWS);
    match table.and_then(|table| table.numbers()) {
        Ok(columns) => {
            assert!(columns.iter().all(|(_, values)| values.len() <= ROWS));
            format!("read {} columns", columns.len())
        }
        Err(error) => error.to_string(),
    }
}

/// A journal: its head, its records, and the blocks in them. Checksums keep fuzzing out, so the content of a record is
/// also read without.
fn journal(bytes: &[u8]) -> String {
    const SHAPE: Shape = Shape { outcomes: 2, series: 1, steps: 2, pairs: 1 };
    let mut cursor = Cursor::new(bytes);
    let head = Head::read(&mut cursor).expect("memory can be read");
    let (start, identity) = head.as_ref().map_or((0, 7), |(head, start)| (*start, head.identity()));
    let scan = record::scan(Cursor::new(bytes), start, identity).expect("memory can be read");
    for (_, place) in &scan.records {
        let content = &bytes[place.offset as usize..(place.offset + place.length) as usize];
        let _ = (decode(content, SHAPE), decode_values(content, 4));
    }
    let block = decode(bytes, SHAPE);
    if let Some(block) = &block {
        assert!(block.broken.iter().all(|(lane, _)| *lane < LANES));
    }
    let values = decode_values(bytes, 4);
    let faults: Vec<&str> = scan.faults.iter().map(|fault| fault.what).collect();
    let read = (head.is_some(), scan.records.len().min(3), block.is_some(), values.is_some());
    format!("{read:?} {}", faults.join("\n"))
}

fn points(bytes: &[u8]) -> String {
    match table::read_from(Path::new("points.csv"), bytes) {
        Ok(table) => {
            assert!(table.cells.iter().all(|value| value.is_finite()));
            format!("read {}", table.paths.len())
        }
        Err(error) => shown(error.to_string()),
    }
}

fn observed(bytes: &[u8]) -> String {
    match observed::read_from(Path::new("series.csv"), bytes, &["KP".to_string(), "Sindh".to_string()]) {
        Ok(rows) => {
            assert!(rows.iter().all(|row| row.attacks.is_none_or(|n| n.is_finite() && n >= 0.0)));
            format!("read {}", rows.len().min(3))
        }
        Err(error) => shown(error.to_string()),
    }
}

fn shown(said: String) -> String {
    assert!(!said.chars().any(deceives), "it shows what deceives a terminal: {said:?}");
    said
}

/// Sound inputs of the reader of journals, whose checksums nobody writes by hand: a whole journal, a block, values.
pub fn journals() -> [(&'static str, Vec<u8>); 3] {
    let record = BlockRecord { outcomes: vec![Lanes::of(1.5); 2], series: Series::of(2, vec![Lanes::of(0.5); 2]) };
    let block = BlockResult { record, ties: vec![[2; LANES]], broken: vec![(3, "a law".to_string())] };
    let (block, values) = (encode(&block), encode_values([1.0, 2.0, 3.0, 4.0].into_iter(), &[([1, 2, 3], "why")]));
    let head = Head { inputs: serde_json::json!({ "seed": 7 }), about: serde_json::json!({}) };
    let mut whole = head.bytes();
    for (unit, content) in [(0, &block), (1, &values)] {
        let key = Key { table: 0, part: 1, unit };
        whole.extend(record::head_bytes(head.identity(), key, content.len() as u64, checksum(content)));
        whole.extend(content);
    }
    [("whole", whole), ("block", block), ("values", values)]
}
