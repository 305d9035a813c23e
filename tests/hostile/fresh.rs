//! The kept inputs, replayed, and fresh inputs made of them.
//!
//! Fresh inputs are made by seeded changes: bytes, pieces of other inputs, words of the format, numbers at the edges,
//! repetition and nesting. An input that makes a reader say what it has not said before joins those that further ones are
//! made of: a cheap stand-in for the coverage that `fuzz/run` is guided by. `JIRGA_CASES=1000000 cargo test --release
//! --test hostile -- --nocapture` tries a million for each reader and prints its figures.

#![allow(clippy::disallowed_methods, reason = "that a reader is quick is what is tested")]

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::bounds;
use super::memory::peak_of;
use super::readers::{READERS, Reader, journals};

/// Fresh cases for each reader where nothing else is said.
const CASES: usize = 600;

/// Most bytes of a fresh input.
const LONGEST: usize = 1 << 14;

/// Numbers, dates and texts at the edges.
const EDGES: &[&str] = &[
    "0",
    "-0",
    "-0.0",
    "1e308",
    "1e309",
    "-1e308",
    "5e-324",
    "nan",
    "inf",
    "-inf",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775809",
    "1969-12-31",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "2024-02-30",
    "2024-01-01T00:00:00Z",
    "\"\"",
    "\"\u{202e}\"",
    "\"../../x\"",
    "\"=1+1\"",
    "\"<script>\"",
    "[]",
    "{}",
    "[[",
    "]]",
    "\"\"\"",
    "'''",
    "99999y",
    "0d",
    "1e999",
    "true",
    "\0",
    "\u{feff}",
    "\r\n",
    "\t",
    "=",
    ".",
    "#",
];

fn corpus(reader: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(reader);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).expect("a file"))).collect()
}

/// What an input cost, and the sign of what the reader said.
struct Tried {
    time: Duration,
    memory: usize,
    sign: u64,
}

fn attempt(reader: &Reader, input: &[u8]) -> Result<Tried, String> {
    let run = || catch_unwind(AssertUnwindSafe(|| (reader.read)(input)));
    let begun = Instant::now();
    let (said, memory) = peak_of(run);
    let mut time = begun.elapsed();
    let said = said.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        format!("panicked: {}", text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default())
    })?;
    if time > bounds::TIME {
        // The machine may have been busy: what is slow is slow again.
        let again = Instant::now();
        let _ = run();
        time = time.min(again.elapsed());
    }
    if time > bounds::TIME {
        return Err(format!("took {time:?}"));
    }
    if memory > bounds::memory(reader.name, input.len()) {
        return Err(format!("held {memory} bytes"));
    }
    Ok(Tried { time, memory, sign: sign(&said) })
}

/// A hash of the words that a reader said, names and numbers left out: what stands in quotes, and digits.
fn sign(said: &str) -> u64 {
    let mut quoted = false;
    let words = said.bytes().filter(|byte| {
        quoted ^= *byte == b'`';
        !quoted && !byte.is_ascii_digit()
    });
    words.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A seeded source of numbers (SplitMix64).
struct Seeded(u64);

impl Seeded {
    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.word() % count.max(1) as u64) as usize
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// A piece of an input: a line, a word, or any stretch.
fn piece<'i>(random: &mut Seeded, input: &'i [u8]) -> &'i [u8] {
    let at = random.below(input.len());
    let ends: fn(&u8) -> bool = match random.below(3) {
        0 => |byte| *byte == b'\n',
        1 => |byte| !byte.is_ascii_alphanumeric() && *byte != b'_' && *byte != b'-',
        _ => return &input[at..(at + 1 + random.below(64)).min(input.len())],
    };
    let from = input[..at].iter().rposition(ends).map_or(0, |before| before + 1);
    let to = input[at..].iter().position(ends).map_or(input.len(), |after| at + after + 1);
    &input[from..to.max(from)]
}

fn mutated(random: &mut Seeded, pool: &[Vec<u8>]) -> Vec<u8> {
    let mut input = random.one(pool).clone();
    for _ in 0..1 + random.below(5) {
        let at = random.below(input.len() + 1);
        let other = random.one(pool);
        match random.below(9) {
            0 if at < input.len() => input[at] ^= 1 << random.below(8),
            1 if at < input.len() => input[at] = random.word() as u8,
            2 => {
                let to = (at + 1 + random.below(40)).min(input.len());
                drop(input.drain(at..to.max(at)));
            }
            3 => drop(input.splice(at..at, random.one(EDGES).bytes())),
            4 | 5 => {
                let fresh = piece(random, other).to_vec();
                drop(input.splice(at..at, fresh));
            }
            6 => {
                // A word in place of another.
                let fresh = if random.below(2) == 0 { random.one(EDGES).as_bytes() } else { piece(random, other) };
                let fresh = fresh.to_vec();
                let old = piece(random, &input);
                let from = old.as_ptr() as usize - input.as_ptr() as usize;
                let to = from + old.len();
                drop(input.splice(from..to, fresh));
            }
            7 => {
                let what = random.one(&["[", "{a=", "(", "a.", "\"", "{ not = ", "[{ all = ", "\n", "x = 1\n"]);
                drop(input.splice(at..at, what.repeat(1 + random.below(200)).bytes()));
            }
            _ => {
                let line = piece(random, &input).repeat(1 + random.below(30));
                drop(input.splice(at..at, line));
            }
        }
    }
    input.truncate(LONGEST.max(pool.iter().map(Vec::len).max().unwrap_or(0)));
    input
}

/// Says what broke a reader: the panic itself is not told, see [`quietly`].
fn fail(what: &str, reader: &Reader) -> ! {
    eprintln!("reader {}: {what}", reader.name);
    panic!("a reader broke");
}

/// What a reader catches itself need not be told, a million times.
fn quietly() {
    std::panic::set_hook(Box::new(|_| {}));
}

/// Keeps what broke a reader, to be looked at and put into the corpus.
fn report(reader: &Reader, input: &[u8], what: &str) -> ! {
    let path = std::env::temp_dir().join(format!("jirga-broken-{}", reader.name));
    std::fs::write(&path, input).expect("a file");
    fail(&format!("{what}; the input is in {}", path.display()), reader);
}

/// `JIRGA_BLESS=1` writes them anew.
#[test]
fn sound_journals_of_the_corpus_are_as_they_are_written_now() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/journal");
    for (name, bytes) in journals() {
        if std::env::var_os("JIRGA_BLESS").is_some() {
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(folder.join(name), &bytes).expect("a file");
        }
        assert_eq!(std::fs::read(folder.join(name)).expect("JIRGA_BLESS=1 writes it"), bytes, "{name}");
    }
}

#[test]
fn kept_inputs_break_no_reader() {
    quietly();
    let mut bytes = 0;
    for reader in READERS {
        let inputs = corpus(reader.name);
        assert!(!inputs.is_empty(), "{} has no corpus", reader.name);
        for (path, input) in inputs {
            bytes += input.len();
            if let Err(what) = attempt(&reader, &input) {
                fail(&format!("{what} at {}", path.display()), &reader);
            }
        }
    }
    assert!(bytes < 1_000_000, "the corpus has {bytes} bytes");
}

#[test]
fn fresh_inputs_break_no_reader() {
    let said = std::env::var("JIRGA_CASES").ok();
    let cases = said.as_deref().map_or(CASES, |cases| cases.parse().expect("JIRGA_CASES is a number"));
    let seed = std::env::var("JIRGA_SEED").map_or(1, |seed| seed.parse().expect("JIRGA_SEED is a number"));
    let only = std::env::var("JIRGA_READER").ok();
    quietly();
    for reader in READERS.iter().filter(|reader| only.as_deref().is_none_or(|only| only == reader.name)) {
        let begun = Instant::now();
        let mut random = Seeded(seed);
        let mut pool: Vec<Vec<u8>> = corpus(reader.name).into_iter().map(|(_, input)| input).collect();
        let mut signs = BTreeSet::new();
        let (mut longest, mut most) = (Duration::ZERO, 0);
        for _ in 0..cases {
            let input = mutated(&mut random, &pool);
            let tried = attempt(reader, &input).unwrap_or_else(|what| report(reader, &input, &what));
            longest = longest.max(tried.time);
            most = most.max(tried.memory);
            // What is long is not worth starting from: it is slow, and hides what matters.
            if signs.insert(tried.sign) && input.len() <= 4096 && pool.len() < 5000 {
                pool.push(input);
            }
        }
        println!(
            "{}: {cases} cases in {:.0} s, {} different answers, longest {:.1} ms, most memory {:.2} MB",
            reader.name,
            begun.elapsed().as_secs_f64(),
            signs.len(),
            longest.as_secs_f64() * 1e3,
            most as f64 / 1e6
        );
    }
}
