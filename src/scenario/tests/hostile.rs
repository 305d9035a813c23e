//! Files that are broken, hostile or too large are refused, quickly and without a panic.

#![allow(clippy::disallowed_methods, reason = "that refusal is quick is what is tested")]

use std::time::Instant;

use proptest::prelude::*;

use super::*;

#[test]
fn limits_are_checked_before_anything_is_built() {
    let many = |count: usize, one: &str| (0..count).map(|n| one.replace("{n}", &n.to_string())).collect::<String>();
    for (text, part) in [
        (format!("{VALID}{}", many(520, "[groups.g{n}]\n")), "`groups` has 522 entries"),
        (format!("{VALID}{}", many(257, "[regions.r{n}]\n")), "at most 256"),
        (format!("{VALID}{}", many(65, "[hosts.h{n}]\n")), "at most 64"),
        (format!("{VALID}{}", many(65, "[causes.c{n}]\n")), "at most 64"),
        (format!("{VALID}{}", many(257, "[[policies]]\nname = \"p{n}\"\n")), "at most 256"),
        (format!("{VALID}[[policies]]\nname = \"p\"\n{}", many(65, "[[policies.actions]]\n")), "at most 64"),
        (with("horizon = \"3y\"", "horizon = \"3y\"\ntrials = 10_000_001"), "from 1 to 10000000"),
        (with("horizon = \"3y\"", "horizon = \"3y\"\nsplinters = 1025"), "from 0 to 1024"),
        (with("horizon = \"3y\"", "horizon = \"30y\"\nstep = \"1d\""), "at most 10000 steps"),
        (
            with("title = \"A test\"", &format!("title = {}1{}", "[".repeat(40), "]".repeat(40))),
            "nested deeper than 32",
        ),
        (format!("{}\n{VALID}", "# much\n".repeat(700_000)), "the scenario is too large"),
    ] {
        let start = Instant::now();
        let error = refused(&text);
        assert!(error.contains(part), "{part}\n{error}");
        assert!(start.elapsed().as_secs_f64() < 2.0, "{part} took {:?}", start.elapsed());
    }
}

#[test]
fn a_file_of_errors_ends_in_a_bounded_report() {
    let start = Instant::now();
    let errors: String = (0..100_000).map(|n| format!("k{n} = {n}\n")).collect();
    let error = refused(&errors);
    assert!(error.contains("(the first 100 are shown)"), "{}", &error[error.len() - 200..]);
    let error = refused(&"= [ ]] \"\n".repeat(100_000));
    assert!(error.contains("this is not TOML"));
    let deep = refused(&format!("{} = 1", "a.".repeat(1_000_000) + "a"));
    assert!(deep.len() < 10_000);
    let deep = refused(&format!("a = {}", "[".repeat(1_000_000)));
    assert!(deep.len() < 200_000);
    assert!(start.elapsed().as_secs_f64() < 20.0, "{:?}", start.elapsed());
}

#[test]
fn a_scenario_is_read_in_milliseconds() {
    read(VALID).expect("valid");
    let start = Instant::now();
    for _ in 0..20 {
        read(VALID).expect("valid");
    }
    assert!(start.elapsed().as_secs_f64() < 20.0 * 0.05, "{:?} for 20", start.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn random_changes_of_a_valid_file_never_panic(
        changes in prop::collection::vec((0..VALID.len(), any::<u8>(), 0_u8..4), 1..12),
    ) {
        let mut bytes = VALID.as_bytes().to_vec();
        for (at, byte, how) in changes {
            let at = at.min(bytes.len() - 1);
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => _ = bytes.remove(at),
                // Text of the format at another place is likelier to be read than noise.
                _ => {
                    let from = usize::from(byte) * 7 % VALID.len();
                    let piece = &VALID.as_bytes()[from..(from + 20).min(VALID.len())];
                    bytes.splice(at..at, piece.iter().copied());
                }
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        if let Err(error) = read(&text) {
            prop_assert!(error.contains("error"));
        }
    }

    #[test]
    fn random_paths_and_values_of_a_set_never_panic(
        path in "(groups|hosts|policies|mechanisms|shocks|x)(\\.(lions|beyond|talks|attacks|0|1|when|all|not|add|strength)){0,6}",
        value in "[ -~]{0,12}",
    ) {
        _ = read_with(VALID, &[&format!("{path}={value}")]);
    }
}
