//! Shards: parts of a run or study on several machines, united to the bytes of one whole.

use std::fs;
use std::path::Path;

use super::support::{jirga_fails, jirga_ok, refuses, small};
use super::survival::{STUDY, bytes, same};

/// Runs all shards into `s1`, `s2` and so on.
fn shards(folder: &Path, arguments: &[&str], of: u32) -> Vec<String> {
    let names: Vec<String> = (1..=of).map(|index| format!("s{index}")).collect();
    for (index, name) in names.iter().enumerate() {
        let shard = format!("{}/{of}", index + 1);
        let said = jirga_ok(folder, &[arguments, &["--shard", &shard, "--out", name]].concat());
        assert_eq!(said, format!("shard {shard} in {name}; unite all with jirga merge\n"));
    }
    names
}

fn merged<'a>(names: &'a [String], more: &[&'a str]) -> Vec<&'a str> {
    ["merge"].into_iter().chain(names.iter().map(String::as_str)).chain(more.iter().copied()).collect()
}

const RUN: [&str; 5] = ["run", "small.toml", "--trials", "700", "--quiet"];

#[test]
fn shards_of_a_run_unite_to_the_bytes_of_one_run_wherever_they_lie() {
    let folder = small();
    jirga_ok(folder.path(), &[&RUN[..], &["--csv", "--out", "whole"]].concat());
    let whole = bytes(&folder.path().join("whole"));
    let arguments = ["run", "small.toml", "--trials", "700", "--csv", "--quiet"];
    let names = shards(folder.path(), &arguments, 3);
    // Elsewhere, in another order, without the scenario.
    fs::create_dir(folder.path().join("far")).expect("a folder");
    let moved: Vec<String> = names.iter().rev().map(|name| format!("far/{name}")).collect();
    names.iter().for_each(|n| fs::rename(folder.path().join(n), folder.path().join("far").join(n)).expect("a move"));
    fs::remove_file(folder.path().join("small.toml")).expect("a file");
    jirga_ok(folder.path(), &merged(&moved, &["--out", "m", "--quiet"]));
    same(&whole, &bytes(&folder.path().join("m")));
    // More shards than blocks, and a single one.
    fs::write(folder.path().join("small.toml"), super::support::SMALL).expect("a file");
    let arguments = ["run", "small.toml", "--trials", "40", "--no-plots", "--quiet"];
    jirga_ok(folder.path(), &[&arguments[..], &["--out", "few"]].concat());
    for of in [1, 5] {
        let names = shards(folder.path(), &arguments, of);
        let out = format!("m{of}");
        jirga_ok(folder.path(), &merged(&names, &["--out", &out, "--no-plots", "--quiet"]));
        same(&bytes(&folder.path().join("few")), &bytes(&folder.path().join(&out)));
        names.iter().for_each(|name| fs::remove_dir_all(folder.path().join(name)).expect("a folder"));
    }
}

#[test]
fn shards_of_a_sweep_unite_to_the_bytes_of_one_sweep() {
    let folder = small();
    fs::write(
        folder.path().join("points.csv"),
        "groups.rebels.strength,groups.rebels.tempo\n500,0.1\n900,0.2\n1300,0.3\n",
    )
    .expect("a file");
    let vary = ["--vary", "groups.rebels.strength=500:1500:5", "--trials", "80"];
    for given in [&vary[..], &["--table", "points.csv", "--trials", "20"]] {
        let arguments = [&["sweep", "small.toml", "--no-plots", "--quiet"], given].concat();
        jirga_ok(folder.path(), &[&arguments[..], &["--out", "whole"]].concat());
        let names = shards(folder.path(), &arguments, 4);
        jirga_ok(folder.path(), &merged(&names, &["--out", "m", "--no-plots", "--quiet"]));
        same(&bytes(&folder.path().join("whole")), &bytes(&folder.path().join("m")));
        for name in names.iter().map(String::as_str).chain(["m", "whole"]) {
            fs::remove_dir_all(folder.path().join(name)).expect("a folder");
        }
    }
}

#[test]
fn shards_of_a_sensitivity_study_unite_to_the_bytes_of_one_study() {
    let folder = small();
    // The study lies beside the folder of its scenario.
    fs::create_dir(folder.path().join("studies")).expect("a folder");
    fs::write(folder.path().join("studies/study.toml"), STUDY.replace("small.toml", "../small.toml")).expect("a file");
    let arguments = ["sensitivity", "studies/study.toml", "--no-plots", "--quiet"];
    jirga_ok(folder.path(), &[&arguments[..], &["--out", "whole"]].concat());
    let names = shards(folder.path(), &arguments, 3);
    jirga_ok(folder.path(), &merged(&names, &["--out", "m", "--no-plots", "--quiet"]));
    same(&bytes(&folder.path().join("whole")), &bytes(&folder.path().join("m")));
}

#[test]
fn what_does_not_belong_together_is_not_united_and_the_missing_shard_is_named() {
    let folder = small();
    let arguments = ["run", "small.toml", "--trials", "320", "--no-plots", "--quiet"];
    shards(folder.path(), &arguments, 3);
    let refused = |names: &[&str]| {
        let said = jirga_fails(folder.path(), &[&["merge", "--out", "m"], names].concat(), 2);
        assert!(!folder.path().join("m").exists() && !folder.path().join(".m.unfinished").exists());
        said
    };
    let missing = refused(&["s3", "s1"]);
    assert!(missing.contains("shard 2/3 is missing"), "{missing}");
    assert!(missing.contains("jirga run small.toml --trials 320 --shard 2/3 --resume"), "{missing}");
    let double = refused(&["s1", "s2", "s3", "s2"]);
    assert!(double.contains("s2 and s2 are both shard 2/3"), "{double}");
    let none = refused(&["s1", "s2", "s9"]);
    assert!(none.contains("s9 holds no shard"), "{none}");

    let other = ["run", "small.toml", "--trials", "320", "--no-plots", "--quiet", "--seed", "6"];
    jirga_ok(folder.path(), &[&other[..], &["--shard", "2/3", "--out", "other"]].concat());
    let foreign = refused(&["s1", "other", "s3"]);
    assert!(foreign.contains("s1 (there) and other (here) do not belong together"), "{foreign}");
    assert!(foreign.contains("seed: 5 there, 6 here"), "{foreign}");
    jirga_ok(folder.path(), &[&arguments[..], &["--shard", "2/4", "--out", "quarter"]].concat());
    let quarter = refused(&["s1", "quarter", "s3"]);
    assert!(quarter.contains("shards: 3 there, 4 here"), "{quarter}");
    jirga_ok(folder.path(), &[&arguments[..], &["--out", "whole"]].concat());
    let whole = refused(&["s1", "whole"]);
    assert!(whole.contains("whole holds no shard"), "{whole}");

    // The files kept with a shard are what it was run from, or it is not united.
    let kept = folder.path().join("s1/inputs/small.toml");
    let text = fs::read_to_string(&kept).expect("a file");
    fs::write(&kept, text.replace("tempo = 0.2", "tempo = 0.3")).expect("a file");
    let changed = refused(&["s1", "s2", "s3"]);
    assert!(changed.contains("the shards are not of this program and the files kept with them"), "{changed}");
    assert!(changed.contains("0.2 there, 0.3 here"), "{changed}");
}

#[test]
fn a_damaged_shard_is_named_and_run_again_by_the_command_it_is_told_with() {
    let folder = small();
    let arguments = ["run", "small.toml", "--trials", "320", "--no-plots", "--quiet"];
    jirga_ok(folder.path(), &[&arguments[..], &["--out", "whole"]].concat());
    let names = shards(folder.path(), &arguments, 3);
    let journal = folder.path().join("s2/blocks.journal");
    let sound = fs::read(&journal).expect("a journal");
    let mut flipped = sound.clone();
    flipped[sound.len() / 2] ^= 4;
    for damaged in [&flipped[..], &sound[..sound.len() - 100], &flipped[1000..]] {
        fs::write(&journal, damaged).expect("a file");
        let said = jirga_fails(folder.path(), &merged(&names, &["--out", "m"]), 2);
        assert!(said.contains("s2/blocks.journal") && said.contains("damaged"), "{said}");
        let mended = [&arguments[..], &["--shard", "2/3", "--resume", "--out", "s2"]].concat();
        assert_eq!(jirga_ok(folder.path(), &mended), "shard 2/3 in s2; unite all with jirga merge\n");
        assert_eq!(jirga_ok(folder.path(), &mended), "complete already: s2\n");
        jirga_ok(folder.path(), &merged(&names, &["--out", "m", "--no-plots", "--quiet"]));
        same(&bytes(&folder.path().join("whole")), &bytes(&folder.path().join("m")));
        fs::remove_dir_all(folder.path().join("m")).expect("a folder");
    }
}

#[test]
fn a_shard_that_is_not_finished_is_named_with_the_command_that_goes_on() {
    let folder = small();
    let arguments = ["run", "small.toml", "--trials", "320", "--no-plots", "--quiet"];
    let names = shards(folder.path(), &arguments, 2);
    // As a crash leaves it: the journal beside the place, without its last record.
    let work = folder.path().join(".s2.unfinished");
    fs::create_dir(&work).expect("a folder");
    let journal = fs::read(folder.path().join("s2/blocks.journal")).expect("a journal");
    fs::write(work.join("blocks.journal"), &journal[..journal.len() - 9]).expect("a file");
    fs::remove_dir_all(folder.path().join("s2")).expect("a folder");
    let said = jirga_fails(folder.path(), &merged(&names, &["--out", "m"]), 2);
    assert!(said.contains("s2 is not finished"), "{said}");
    assert!(said.contains("jirga run small.toml --trials 320 --shard 2/2 --resume --out s2"), "{said}");
    jirga_ok(folder.path(), &[&arguments[..], &["--shard", "2/2", "--resume", "--out", "s2"]].concat());
    jirga_ok(folder.path(), &merged(&names, &["--out", "m", "--no-plots"]));
}

#[test]
fn a_rule_that_looks_at_all_trials_is_not_shared_out() {
    let folder = small();
    let rule = ["run", "small.toml", "--until", "killed: operations vs nothing ± 8", "--shard", "1/2"];
    let said = jirga_fails(folder.path(), &rule, 2);
    assert!(said.contains("--until looks at all trials") && said.contains("--trials"), "{said}");
    for wrong in ["0/2", "3/2", "x", "1/0", "1"] {
        refuses(folder.path(), &["run", "small.toml", "--shard", wrong], 2, "3/8");
    }
}
