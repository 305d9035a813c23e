//! `run`: which files it writes, that they are whole, and what their content depends on.

use std::fs;
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;

use super::support::{files, jirga, jirga_fails, jirga_ok, small};

fn parquet_rows(path: &Path) -> (Vec<String>, i64) {
    let reader = SerializedFileReader::new(fs::File::open(path).expect("a file")).expect("a Parquet file");
    let metadata = reader.metadata().file_metadata().clone();
    let names = metadata.schema_descr().columns().iter().map(|c| c.name().to_string()).collect();
    (names, metadata.num_rows())
}

fn csv_rows(path: &Path) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).expect("a file");
    reader.records().map(|row| row.expect("every row has as many cells")).collect()
}

#[test]
fn a_run_writes_the_promised_files_and_no_others() {
    let folder = small();
    let said = jirga_ok(folder.path(), &["run", "small.toml", "--out", "r"]);
    assert!(said.contains("results in r") && said.contains("spent") && said.contains("(crowns)"), "{said}");
    let mut expected: Vec<String> = [
        "comparison.csv",
        "events.csv",
        "execution.json",
        "fingerprint.txt",
        "manifest.json",
        "parameters.parquet",
        "report.html",
        "saved.json",
        "second-histories.parquet",
        "series.parquet",
        "summary.csv",
        "trials.parquet",
    ]
    .map(String::from)
    .into();
    for metric in ["killed", "attacks", "spent"] {
        for kind in ["distributions", "ecdf", "fan", "paired-differences"] {
            expected.push(format!("plots/{kind}-{metric}.svg"));
        }
    }
    for name in ["strength", "strength-nothing", "strength-operations", "ties", "spending", "cost", "regret"] {
        expected.push(format!("plots/{name}.svg"));
    }
    expected.extend(expected.clone().iter().filter(|n| n.ends_with(".svg")).map(|n| n.replace(".svg", ".png")));
    expected.sort();
    assert_eq!(files(&folder.path().join("r")), expected);
    assert_eq!(files(folder.path()).iter().filter(|name| !name.starts_with("r/")).count(), 1, "nothing else is left");
}

#[test]
fn every_file_of_a_run_can_be_read_back() {
    let folder = small();
    jirga_ok(folder.path(), &["run", "small.toml", "--out", "r", "--csv", "--quiet"]);
    let results = folder.path().join("r");
    let manifest: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(results.join("manifest.json")).expect("a file")).expect("JSON");
    assert_eq!(manifest["trials"], 64);
    assert_eq!(manifest["policies"], serde_json::json!(["nothing", "operations"]));
    assert_eq!(manifest["interrupted"], false);
    assert!(manifest["random_words"].as_str().is_some_and(|formula| formula.contains("uniform")));
    for file in manifest["files"].as_array().expect("a list") {
        let path = results.join(file["name"].as_str().expect("a name"));
        assert_eq!(fs::metadata(&path).expect("a listed file").len(), file["bytes"].as_u64().expect("a size"));
    }

    let trials = csv_rows(&results.join("trials.csv"));
    assert_eq!(trials.len(), 1 + 2 * 64);
    let (names, rows) = parquet_rows(&results.join("trials.parquet"));
    assert_eq!(rows, 2 * 64);
    let header: Vec<&str> = trials[0].iter().collect();
    assert_eq!(header, names, "both hold the same columns");
    let (names, rows) = parquet_rows(&results.join("series.parquet"));
    assert_eq!(rows, 2 * 64 * 26);
    assert!(names.iter().any(|name| name == "attacks"));

    let summary = csv_rows(&results.join("summary.csv"));
    let mean = |policy: &str, metric: &str| -> f64 {
        let row = summary.iter().find(|row| &row[0] == policy && &row[1] == metric).expect("a row");
        row[4].parse().expect("a number")
    };
    let column = header.iter().position(|name| *name == "killed").expect("a column");
    let of_trials = |policy: &str| -> f64 {
        let own =
            trials.iter().filter(|row| &row[0] == policy).map(|row| row[column].parse::<f64>().expect("a number"));
        own.sum::<f64>() / 64.0
    };
    for policy in ["nothing", "operations"] {
        assert!((mean(policy, "killed") - of_trials(policy)).abs() < 1e-9, "{policy}");
    }
    let unit = summary.iter().find(|row| &row[1] == "spent").map(|row| row[2].to_string());
    assert_eq!(unit.as_deref(), Some("crowns"));
    let events = csv_rows(&results.join("events.csv"));
    assert!(events.len() > 2 * 8 && events.iter().skip(1).all(|row| &row[2] == "64"));
    for name in files(&results.join("plots")) {
        let bytes = fs::read(results.join("plots").join(&name)).expect("a figure");
        if name.ends_with(".png") {
            assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n", "{name}");
        } else {
            let text = String::from_utf8(bytes).expect("text");
            assert!(text.starts_with("<svg") && text.trim_end().ends_with("</svg>"), "{name}");
        }
    }
}

#[test]
fn the_first_column_of_the_parquet_file_holds_the_trials_of_each_policy_in_order() {
    let folder = small();
    jirga_ok(folder.path(), &["run", "small.toml", "--out", "r", "--no-plots", "--quiet"]);
    let file = fs::File::open(folder.path().join("r/trials.parquet")).expect("a file");
    let reader = SerializedFileReader::new(file).expect("a Parquet file");
    let rows: Vec<(String, i64)> = reader
        .get_row_iter(None)
        .expect("rows")
        .map(|row| {
            let row = row.expect("a row");
            (row.get_string(0).expect("a policy").clone(), row.get_long(1).expect("a trial"))
        })
        .collect();
    let expected: Vec<(String, i64)> =
        ["nothing", "operations"].iter().flat_map(|p| (0..64).map(|t| ((*p).to_string(), t))).collect();
    assert_eq!(rows, expected);
}

#[test]
fn an_equal_run_says_so_and_gives_the_same_bytes() {
    let folder = small();
    jirga_ok(folder.path(), &["run", "small.toml", "--out", "r"]);
    let results = folder.path().join("r");
    let read = || -> Vec<(String, Vec<u8>)> {
        let names = files(&results).into_iter().filter(|name| name != "execution.json");
        names.map(|name| (name.clone(), fs::read(results.join(name)).expect("a file"))).collect()
    };
    let before = read();
    let again = jirga(folder.path(), &["run", "small.toml", "--out", "r"]);
    assert!(again.status.success());
    assert!(super::support::err(&again).contains("holds an equal run"));
    assert!(before == read(), "the same inputs give the same bytes");
}

#[test]
fn results_of_another_run_are_left_alone_unless_forced() {
    let folder = small();
    jirga_ok(folder.path(), &["run", "small.toml", "--out", "r", "--no-plots", "--quiet"]);
    let before = fs::read(folder.path().join("r/trials.parquet")).expect("a file");
    let said = jirga_fails(folder.path(), &["run", "small.toml", "--out", "r", "--seed", "6"], 2);
    assert!(said.contains("holds something else") && said.contains("--force"), "{said}");
    assert!(before == fs::read(folder.path().join("r/trials.parquet")).expect("a file"), "nothing was touched");

    fs::create_dir(folder.path().join("mine")).expect("a folder");
    fs::write(folder.path().join("mine/notes.txt"), "keep").expect("a file");
    jirga_fails(folder.path(), &["run", "small.toml", "--out", "mine"], 2);
    assert_eq!(files(&folder.path().join("mine")), ["notes.txt"]);

    jirga_ok(folder.path(), &["run", "small.toml", "--out", "r", "--seed", "6", "--force", "--no-plots", "--quiet"]);
    assert!(before != fs::read(folder.path().join("r/trials.parquet")).expect("a file"), "another seed, other trials");
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let folder = small();
    for threads in ["1", "2", "5"] {
        let out = format!("r{threads}");
        let arguments = ["run", "small.toml", "--trials", "700", "--threads", threads, "--out", &out, "-q"];
        jirga_ok(folder.path(), &arguments);
    }
    // Figures too; only what tells of the machine and the hour differs.
    let names = files(&folder.path().join("r1"));
    assert!(
        names.iter().any(|name| name.ends_with(".png")) && names.contains(&"trials.parquet".to_string()),
        "{names:?}"
    );
    for name in names.iter().filter(|name| *name != "execution.json") {
        let read = |threads: &str| fs::read(folder.path().join(format!("r{threads}")).join(name)).expect("a file");
        assert!(read("1") == read("2") && read("1") == read("5"), "{name}");
    }
}

#[test]
fn policies_trials_and_seed_are_taken_from_the_command_line() {
    let folder = small();
    let arguments = [
        "run",
        "small.toml",
        "--policy",
        "operations",
        "--trials",
        "40",
        "--seed",
        "9",
        "--out",
        "r",
        "--no-plots",
        "-q",
    ];
    jirga_ok(folder.path(), &arguments);
    let text = fs::read_to_string(folder.path().join("r/manifest.json")).expect("a file");
    let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((manifest["trials"].as_u64(), manifest["seed"].as_u64()), (Some(40), Some(9)));
    assert_eq!(manifest["policies"], serde_json::json!(["operations"]));
    assert_eq!(parquet_rows(&folder.path().join("r/trials.parquet")).1, 40);
}

#[test]
fn trials_of_a_larger_run_begin_with_those_of_a_smaller_one() {
    let folder = small();
    for (trials, out) in [("40", "a"), ("100", "b")] {
        let arguments = ["run", "small.toml", "--trials", trials, "--out", out, "--csv", "--no-plots", "-q"];
        jirga_ok(folder.path(), &arguments);
    }
    let of = |out: &str| csv_rows(&folder.path().join(out).join("trials.csv"));
    let (fewer, more) = (of("a"), of("b"));
    let own = |rows: &[csv::StringRecord], policy: &str| -> Vec<csv::StringRecord> {
        rows.iter().filter(|row| &row[0] == policy).take(40).cloned().collect()
    };
    for policy in ["nothing", "operations"] {
        assert_eq!(own(&fewer, policy), own(&more, policy));
    }
}

#[test]
fn a_value_set_on_the_command_line_changes_the_run_and_its_folder() {
    let folder = small();
    jirga_ok(folder.path(), &["run", "small.toml", "--no-plots", "-q"]);
    jirga_ok(folder.path(), &["run", "small.toml", "--set", "groups.rebels.tempo=0.4", "--no-plots", "-q"]);
    let outputs: Vec<_> = fs::read_dir(folder.path().join("output")).expect("a folder").collect();
    assert_eq!(outputs.len(), 2, "two runs with different inputs have folders of their own");
    let mean = |row: &csv::StringRecord| row[4].parse::<f64>().expect("a number");
    let mut means: Vec<f64> = outputs
        .into_iter()
        .map(|entry| {
            let rows = csv_rows(&entry.expect("an entry").path().join("summary.csv"));
            mean(rows.iter().find(|row| &row[0] == "nothing" && &row[1] == "attacks").expect("a row"))
        })
        .collect();
    means.sort_by(f64::total_cmp);
    assert!(means[1] > 1.6 * means[0] && means[1] < 2.4 * means[0], "twice the tempo: {means:?}");
}
