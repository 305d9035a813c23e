//! Files that are mistaken or meant to do harm, given to the real program: it refuses them in words, soon, and writes
//! nothing where nothing was asked for.

#![allow(clippy::disallowed_methods, reason = "that nothing hangs is what is tested")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::support::{SMALL, err, files, jirga, jirga_fails, jirga_ok, refuses, small};

/// Longest time for a refusal. Generous: the machine may be busy, and what is looked for are hangs.
const SOON: Duration = Duration::from_secs(20);

/// Runs a command that must be refused as a mistake; what it said.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let begun = Instant::now();
    let said = jirga_fails(folder, arguments, 2);
    assert!(begun.elapsed() < SOON, "{arguments:?} took {:?}", begun.elapsed());
    assert!(!said.contains("defect") && !said.contains("panicked"), "{said}");
    assert!(said.len() < 200_000, "{} bytes", said.len());
    harmless(&said);
    said
}

/// Nothing that steers a terminal.
fn harmless(said: &str) {
    let steers = |letter: char| {
        (letter.is_control() && letter != '\n' && letter != '\t')
            || matches!(letter, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!said.chars().any(steers), "{said:?}");
}

/// `check` of the small scenario with a text replaced must be refused.
fn mistake(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "{from}");
    let folder = small();
    fs::write(folder.path().join("x.toml"), SMALL.replacen(from, to, 1)).expect("a file");
    refused(folder.path(), &["check", "x.toml"])
}

/// The same must run.
fn fine(from: &str, to: &str) {
    assert!(SMALL.contains(from), "{from}");
    let folder = small();
    fs::write(folder.path().join("x.toml"), SMALL.replacen(from, to, 1)).expect("a file");
    jirga_ok(folder.path(), &["run", "x.toml", "--trials", "32", "--no-plots", "-q", "--out", "r"]);
}

#[test]
fn numbers_at_the_edges_are_refused_or_run() {
    let strength = "strength = { uniform = [800, 1200], note = \"a guess\" }";
    let given = |number: &str| format!("strength = {number}");
    for number in ["-1", "1e308", "nan", "inf", "-inf", "18446744073709551615", "-9223372036854775808", "1e309"] {
        let said = mistake(strength, &given(number));
        assert!(said.contains("x.toml:25:"), "{number}: {said}");
    }
    for number in ["0", "-0", "-0.0", "+0.0", "5e-324", "1"] {
        fine(strength, &given(number));
    }
    for law in ["uniform = [nan, 1]", "uniform = [2, 1]", "pert = [0, inf, 1]", "lognormal = [0, 0]", "choice = []"] {
        mistake(strength, &given(&format!("{{ {law} }}")));
    }
    fine("seed = 5", "seed = 18446744073709551615");
    for wrong in
        ["seed = 18446744073709551616", "seed = -1", "seed = 1.5", "seed = 99999999999999999999999999999999999999999"]
    {
        mistake("seed = 5", wrong);
    }
    for wrong in ["trials = 0", "trials = 10000001", "trials = 1e9", "trials = 18446744073709551615"] {
        mistake("trials = 64", wrong);
    }
}

#[test]
fn dates_at_the_edges_are_refused_or_run() {
    for day in ["1969-12-31", "1900-01-01", "0001-01-01", "9999-01-01"] {
        fine("start = 2025-01-01", &format!("start = {day}"));
    }
    for day in ["10000-01-01", "2025-02-30", "2025-13-01", "\"soon\"", "2025-01-01T00:00:00Z", "-0001-01-01", "0"] {
        mistake("start = 2025-01-01", &format!("start = {day}"));
    }
    for span in ["0d", "-1d", "99999y", "1e3d", "d", "", "100000d"] {
        mistake("horizon = \"26w\"", &format!("horizon = \"{span}\""));
    }
    let said = mistake("horizon = \"26w\"", "end = 1969-01-01");
    assert!(said.contains("expected a day after 2025-01-01"), "{said}");
}

#[test]
fn deep_nesting_and_many_keys_are_refused_soon() {
    for deep in [
        format!("x = {}", "[".repeat(100_000)),
        format!("x = {}{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("x = {}1{}", "{a=".repeat(50_000), "}".repeat(50_000)),
        format!("{}x = 1", "a.".repeat(100_000)),
        format!("[{}x]", "a.".repeat(100_000)),
        "[[a]]\n".repeat(100_000),
    ] {
        mistake("seed = 5", &deep);
    }
    let when = format!("when = {}{{ observe = \"date\" }}{}", "{ not = ".repeat(200), " }".repeat(200));
    mistake("cost = 0.2", &format!("cost = 0.2\n{when}"));
    let twice = mistake("seed = 5", "seed = 5\nseed = 6");
    assert!(twice.contains("duplicate key") && twice.contains("x.toml:7:"), "{twice}");
    let many: String = (0..50_000).map(|n| format!("key-{n} = {n}\n")).collect();
    let said = mistake("seed = 5", &many);
    assert!(said.contains("(the first 100 are shown)"), "{said}");
    let folder = small();
    let value = format!("groups.rebels.strength={}1{}", "[".repeat(5_000), "]".repeat(5_000));
    refused(folder.path(), &["check", "small.toml", "--set", &value]);
    let path = format!("{}=1", vec!["a"; 10_000].join("."));
    refused(folder.path(), &["check", "small.toml", "--set", &path]);
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let long = "n".repeat(300);
    for name in [
        "../../evil",
        "/etc/passwd",
        "a/b",
        "..",
        ".",
        "a\\\\b",
        "CON:",
        "=1+1",
        "@x",
        "+x",
        "-x",
        "a b",
        "<script>",
        "a\\u0000b",
        "a\\nb",
        "\\u202Ea",
        "a\\u009Bb",
        "",
        "ünï",
        "A",
        &long,
    ] {
        mistake("[groups.rebels]", &format!("[groups.\"{name}\"]"));
        mistake("name = \"nothing\"", &format!("name = \"{name}\""));
        mistake("[regions.hills]", &format!("[regions.\"{name}\"]"));
        mistake("[hosts.neighbour]", &format!("[hosts.\"{name}\"]"));
    }
    for text in ["\\u202Eevil", "a\\u001B[2Jb", "a\\u0000", "a\\u009B2J", "\\u200F", "\\uFEFF"] {
        let said = mistake("title = \"Two groups and a host\"", &format!("title = \"{text}\""));
        assert!(said.contains("holds the character"), "{said}");
    }
    // As they stand in the file, not as escapes.
    for raw in ["\u{202e}", "\u{200f}", "\u{9b}2J", "\u{1b}[2J", "\u{7f}"] {
        mistake("title = \"Two groups and a host\"", &format!("title = \"a{raw}b\""));
        mistake("seed = 5", &format!("se{raw}ed = 5"));
    }
}

#[test]
fn html_and_formulas_in_texts_come_out_as_texts() {
    let folder = small();
    let evil = "<script>alert(1)</script>&\\\"'";
    let text = SMALL
        .replacen("title = \"Two groups and a host\"", &format!("title = \"{evil}\""), 1)
        .replacen("currency = \"crowns\"", "currency = \"=cmd|' /C calc'!A0\"", 1)
        .replacen(
            "[[policies]]\nname = \"nothing\"",
            &format!("[[policies]]\nname = \"nothing\"\nlabel = \"{evil}\""),
            1,
        )
        .replacen("[groups.rebels]", &format!("[groups.rebels]\nlabel = \"{evil}\""), 1)
        .replacen("[regions.hills]", "[regions.hills]\nprovince = \"@SUM(1)\"", 1)
        .replacen("source = \"a budget\"", &format!("source = \"{evil}\""), 1);
    fs::write(folder.path().join("x.toml"), text).expect("a file");
    jirga_ok(folder.path(), &["run", "x.toml", "-q", "--out", "r", "--csv"]);
    let mut pages = 0;
    for name in files(&folder.path().join("r")) {
        let bytes = fs::read(folder.path().join("r").join(&name)).expect("a file");
        let text = String::from_utf8_lossy(&bytes);
        if name.ends_with(".html") || name.ends_with(".svg") {
            pages += 1;
            assert!(!text.contains("<script"), "{name}");
        }
        if name.ends_with(".csv") {
            let mut reader = csv::Reader::from_reader(bytes.as_slice());
            let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
            let cells = rows.iter().flatten().chain(reader.headers().expect("a header"));
            for cell in cells.filter(|cell| cell.parse::<f64>().is_err()) {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{name}: {cell}");
            }
        }
    }
    assert!(pages > 5, "{pages} pages and figures");
    let cell = fs::read_to_string(folder.path().join("r/summary.csv")).expect("a table");
    assert!(cell.contains("'=cmd|"), "the unit of money is there, defused");
}

#[test]
fn extends_stays_in_its_folder_and_ends() {
    let folder = small();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("self.toml", "extends = \"self.toml\"\n");
    assert!(refused(folder.path(), &["check", "self.toml"]).contains("in turn"));
    write("a.toml", "extends = \"b.toml\"\n");
    write("b.toml", "extends = \"c.toml\"\n");
    write("c.toml", "extends = \"a.toml\"\n");
    assert!(refused(folder.path(), &["check", "a.toml"]).contains("in turn"));
    for link in 0..12 {
        write(&format!("chain{link}.toml"), &format!("extends = \"chain{}.toml\"\n", link + 1));
    }
    assert!(refused(folder.path(), &["check", "chain0.toml"]).contains("at most 8 files"));
    fs::create_dir(folder.path().join("below")).expect("a folder");
    for outside in ["../small.toml", "/etc/passwd", "../../../../etc/passwd", "..", ".", "", "/dev/zero"] {
        write("below/x.toml", &format!("extends = \"{outside}\"\n"));
        let said = refused(folder.path(), &["check", "below/x.toml"]);
        assert!(!said.contains("root:"), "{said}");
    }
    write("below/base.toml", SMALL);
    write("inside.toml", "extends = \"below/base.toml\"\n");
    jirga_ok(folder.path(), &["check", "inside.toml"]);
    // Observed series and tables of points too.
    for outside in ["../small.toml", "/etc/passwd", "."] {
        write("below/o.toml", &format!("{SMALL}\n[[observed]]\nlabel = \"x\"\nfile = \"{outside}\"\n"));
        refused(folder.path(), &["run", "below/o.toml", "--no-plots", "--out", "r"]);
    }
    assert!(!folder.path().join("r").exists());
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_are_not_followed_and_pipes_devices_and_folders_are_not_read() {
    use std::os::unix::fs::symlink;
    let folder = small();
    let at = |name: &str| folder.path().join(name);
    let other = tempfile::tempdir().expect("a folder");
    fs::write(other.path().join("base.toml"), SMALL).expect("a file");
    fs::write(other.path().join("series.csv"), "from,to,province,attacks,killed\n").expect("a file");
    symlink(other.path().join("base.toml"), at("link.toml")).expect("a link");
    symlink(other.path().join("series.csv"), at("series.csv")).expect("a link");
    symlink("loop.toml", at("loop.toml")).expect("a link");
    fs::write(at("x.toml"), "extends = \"link.toml\"\n").expect("a file");
    assert!(refused(folder.path(), &["check", "x.toml"]).contains("in the folder of this one"));
    // Who names a link on the command line means it.
    jirga_ok(folder.path(), &["check", "link.toml"]);
    refused(folder.path(), &["check", "loop.toml"]);
    fs::write(at("o.toml"), format!("{SMALL}\n[[observed]]\nlabel = \"x\"\nfile = \"series.csv\"\n")).expect("a file");
    assert!(refused(folder.path(), &["run", "o.toml", "--out", "r"]).contains("in the folder of this one"));
    let made = std::process::Command::new("mkfifo").arg(at("pipe.toml")).status().expect("mkfifo");
    assert!(made.success());
    fs::create_dir(at("folder.toml")).expect("a folder");
    for file in ["pipe.toml", "folder.toml", "/dev/zero", "/dev/random", "/dev/stdin", "/proc/self/mem"] {
        for command in ["check", "run", "describe", "sensitivity", "sweep"] {
            let said = refused(folder.path(), &[command, file]);
            let named = ["not a regular file", "cannot read", "is no study"].iter().any(|words| said.contains(words));
            assert!(named, "{command} {file}: {said}");
        }
        fs::write(at("y.toml"), format!("extends = \"{file}\"\n")).expect("a file");
        refused(folder.path(), &["check", "y.toml"]);
        let table = ["sweep", "small.toml", "--table", file, "--out", "r", "--no-plots"];
        refused(folder.path(), &table);
        let code = jirga(folder.path(), &["report", file]).status.code();
        assert_eq!(code, Some(1), "report {file}");
    }
    fs::create_dir(at("results")).expect("a folder");
    let made = std::process::Command::new("mkfifo").arg(at("results/saved.json")).status().expect("mkfifo");
    assert!(made.success());
    refuses(folder.path(), &["report", "results"], 1, "not a regular file");
}

#[test]
fn a_file_of_a_gigabyte_is_refused_without_being_read() {
    let folder = small();
    for name in ["big.toml", "big.csv"] {
        let file = fs::File::create(folder.path().join(name)).expect("a file");
        // Sparse: it takes no room.
        file.set_len(1 << 30).expect("a length");
    }
    for command in ["check", "run", "sensitivity"] {
        let said = refused(folder.path(), &[command, "big.toml"]);
        assert!(said.contains("larger than 4194304 bytes"), "{said}");
    }
    assert!(refused(folder.path(), &["sweep", "big.toml"]).contains("is no study"));
    let said = refused(folder.path(), &["sweep", "small.toml", "--table", "big.csv"]);
    assert!(said.contains("larger than"), "{said}");
    let with = format!("{SMALL}\n[[observed]]\nlabel = \"x\"\nfile = \"big.csv\"\n");
    fs::write(folder.path().join("o.toml"), with).expect("a file");
    assert!(refused(folder.path(), &["run", "o.toml"]).contains("larger than"));
}

#[cfg(unix)]
#[test]
fn names_of_files_that_steer_a_terminal_are_shown_escaped() {
    let folder = small();
    let evil = "evil\u{1b}[2J\u{202e}\u{9b}\n.toml";
    fs::write(folder.path().join(evil), "schema = 2").expect("a file");
    harmless(&refused(folder.path(), &["check", evil]));
    let gone = "gone\u{1b}[2J\u{202e}.toml";
    harmless(&refused(folder.path(), &["check", gone]));
    harmless(&err(&jirga(folder.path(), &["report", gone])));
    let table = "t\u{1b}[2J.csv";
    fs::write(folder.path().join(table), "a\u{1b}[2J\u{202e},a\u{1b}[2J\u{202e}\n1,2\n").expect("a file");
    harmless(&refused(folder.path(), &["sweep", "small.toml", "--table", table]));
}

#[test]
fn nothing_is_written_outside_the_folder_of_results() {
    let folder = small();
    jirga_ok(folder.path(), &["run", "small.toml", "-q", "--out", "r"]);
    let outside: Vec<String> =
        files(folder.path()).into_iter().filter(|name| !name.starts_with("r/") && !name.ends_with(".lock")).collect();
    assert_eq!(outside, ["small.toml"]);
    // A label that looks like a path is a label.
    let text = SMALL.replacen("[groups.rebels]", "[groups.rebels]\nlabel = \"../../../outside\"", 1);
    fs::write(folder.path().join("x.toml"), text).expect("a file");
    jirga_ok(folder.path(), &["run", "x.toml", "-q", "--out", "below/deep/r"]);
    let outside: Vec<String> = files(folder.path())
        .into_iter()
        .filter(|name| !name.starts_with("r/") && !name.starts_with("below/deep/") && !name.ends_with(".lock"))
        .collect();
    assert_eq!(outside, ["small.toml", "x.toml"]);
    assert!(!folder.path().parent().expect("a folder").join("outside").exists());
}

#[test]
fn saved_results_that_were_tampered_with_are_refused() {
    let folder = small();
    jirga_ok(folder.path(), &["run", "small.toml", "-q", "--no-plots", "--out", "r"]);
    let path = folder.path().join("r/saved.json");
    let sound: serde_json::Value = serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON");
    let edits: [(&str, serde_json::Value); 12] = [
        ("/baseline", 9.into()),
        ("/trials", 0.into()),
        ("/trials", u64::MAX.into()),
        ("/trials", 1_000_000_000_000_u64.into()),
        ("/second_histories", 65.into()),
        ("/policies", serde_json::json!([])),
        ("/labels/years", serde_json::json!([])),
        ("/labels/groups", serde_json::json!([])),
        ("/over_time", serde_json::json!([])),
        ("/spans/steps", 0.into()),
        ("/spans/starts", serde_json::json!([i32::MAX])),
        ("/columns/0/metric", "\u{1b}[2Jevil".into()),
    ];
    for (pointer, value) in edits {
        let mut changed = sound.clone();
        *changed.pointer_mut(pointer).expect("a key") = value;
        fs::write(&path, changed.to_string()).expect("a file");
        let said = jirga_fails(folder.path(), &["report", "r", "--no-plots"], 1);
        assert!(said.contains("saved.json is damaged") || said.contains(".parquet"), "{pointer}: {said}");
        harmless(&said);
    }
    fs::write(&path, sound.to_string()).expect("a file");
    let trials = folder.path().join("r/trials.parquet");
    let bytes = fs::read(&trials).expect("a file");
    for at in (0..bytes.len()).step_by(bytes.len() / 40) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0xff;
        fs::write(&trials, &flipped[..flipped.len() - at % 7]).expect("a file");
        let output = jirga(folder.path(), &["report", "r", "--no-plots"]);
        let said = err(&output);
        assert!(!said.contains("panicked") && output.status.code().is_some_and(|code| code < 2), "byte {at}: {said}");
    }
    fs::write(&trials, bytes).expect("a file");
    jirga_ok(folder.path(), &["report", "r", "--no-plots"]);
}
