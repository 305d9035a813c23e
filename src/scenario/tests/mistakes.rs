//! What a person sees who made a mistake.

use super::*;

#[test]
fn all_mistakes_of_a_file_are_shown_at_once_each_at_its_place() {
    let text = r#"schema = 1
title = "Mistakes"
start = 2021-08-15
horizon = "three years"
trials = 0
[state]
revenue = "a lot"
[regions.north]
population = 1000
writ = { uniform = [0.5, 1.5] }
cooperation = nan
[groups.lions]
cause = "red"
strenght = 5000
presence = { nroth = 1.0 }
[groups.wolves]
cause = "red"
tempo = { pert = [1, 3], grade = "A" }
strength = 10
presence = { north = 1 }
[[policies]]
name = "talks"
[[policies.actions]]
kind = "talks"
with = "loins"
regions = ["north"]
"#;
    let expected = r#"error: `three years` is no span of time
 --> test.toml:4:11
  |
4 | horizon = "three years"
  |           ^^^^^^^^^^^^^ expected a span of time such as "10d", "12w", "18m" or "3y"

error: `trials` is 0, out of range
 --> test.toml:5:10
  |
5 | trials = 0
  |          ^ expected a whole number from 1 to 10000000

error: `state.revenue` is a text
 --> test.toml:7:11
  |
7 | revenue = "a lot"
  |           ^^^^^^^ expected a number (currency per year) or a table such as { uniform = [low, high] }

error: `regions.north.writ` can be from 0.5 to 1.5, out of range
  --> test.toml:10:20
   |
10 | writ = { uniform = [0.5, 1.5] }
   |                    ^^^^^^^^^^ expected from 0 to 1 (share)

error: `regions.north.cooperation` is not a finite number
  --> test.toml:11:15
   |
11 | cooperation = nan
   |               ^^^ expected a finite number

error: `groups.lions` has no `tempo`
  --> test.toml:12:1
   |
12 | [groups.lions]
   | ^^^^^^^^^^^^^^ expected a key `tempo` here
   |
   = help: Attacks per in-country fighter and year, at the start.

error: unknown key `strenght` in `groups.lions`
  --> test.toml:14:1
   |
14 | strenght = 5000
   | ^^^^^^^^ expected one of `label`, `cause`, `count`, `strength`, `presence`, `sanctuary`, `tempo`, `lethality`, `targets`, `recruitment`, `capacity`, `hardline` and 10 more
   |
   = help: did you mean `strength`?

error: unknown region `nroth`
  --> test.toml:15:14
   |
15 | presence = { nroth = 1.0 }
   |              ^^^^^ expected one of `north`
   |
   = help: did you mean `north`?

error: 2 figures where 3 belong
  --> test.toml:18:18
   |
18 | tempo = { pert = [1, 3], grade = "A" }
   |                  ^^^^^^ expected [low, mode, high]

error: `groups.wolves.tempo` has grade A but no source
  --> test.toml:18:34
   |
18 | tempo = { pert = [1, 3], grade = "A" }
   |                                  ^^^ a grade of A or B needs a `source`; an assumption is C

error: `policies.talks.talks.concessions` is not given and has no default
  --> test.toml:23:1
   |
23 | [[policies.actions]]
   | ^^^^^^^^^^^^^^^^^^^^ expected a key `concessions` here
   |
   = help: A parameter of the tests. (share)

error: unknown group `loins`
  --> test.toml:25:8
   |
25 | with = "loins"
   |        ^^^^^^^ expected one of `lions`, `wolves`
   |
   = help: did you mean `lions`?

error: `regions` is not a key of `talks`
  --> test.toml:26:1
   |
26 | regions = ["north"]
   | ^^^^^^^ its own keys are `with`, `mediator`, `concessions`
   |
   = help: `regions` belongs to `policing`

13 errors in the scenario; nothing was run"#;
    assert_eq!(refused(text), expected);
}

#[test]
fn all_syntax_errors_are_shown_at_once() {
    let expected = r#"error: this is not TOML: string values must be quoted, expected literal string
 --> test.toml:1:10
  |
1 | schema = 
  |          ^

error: this is not TOML: invalid basic string, expected `"`
 --> test.toml:2:14
  |
2 | title = "open
  |              ^

error: this is not TOML: key with no value, expected `=`
 --> test.toml:3:7
  |
3 | start 2021-08-15
  |       ^

error: this is not TOML: unclosed table, expected `]`
 --> test.toml:4:9
  |
4 | [regions
  |         ^

4 errors in the scenario; nothing was run"#;
    assert_eq!(refused("schema = \ntitle = \"open\nstart 2021-08-15\n[regions\n"), expected);
}

/// A replacement in the valid scenario, and a part of the error that it must bring.
type Mistake = (&'static str, &'static str, &'static str);

fn each_is_refused(mistakes: &[Mistake]) {
    for (from, to, part) in mistakes {
        let error = refused(&with(from, to));
        assert!(error.contains(part), "{to} should bring {part}:\n{error}");
        assert!(error.contains("1 error in the scenario"), "{to} should bring one error:\n{error}");
    }
}

#[test]
fn numbers_and_distributions_that_make_no_sense_are_refused() {
    each_is_refused(&[
        ("population = 1e6", "population = -1", "`regions.south.population` is -1, out of range"),
        ("population = 1e6", "population = inf", "not a finite number"),
        ("population = 1e6", "population = true", "is true or false"),
        ("pert = [60, 80, 100]", "pert = [60, 80]", "2 figures where 3 belong"),
        ("pert = [60, 80, 100]", "pert = [60, 110, 100]", "expected low <= mode <= high"),
        ("pert = [60, 80, 100]", "uniform = [60, 60]", "expected low < high"),
        ("pert = [60, 80, 100]", "normal = [60, 0]", "the standard deviation must be above 0"),
        ("pert = [60, 80, 100]", "normal = [60, 20]", "can be from -59.9561 to 179.956"),
        ("pert = [60, 80, 100]", "normal = [60, 20], min = 200", "leave nothing"),
        ("pert = [60, 80, 100]", "lognormal = [0, 1]", "the median must be above 0"),
        ("pert = [60, 80, 100]", "loguniform = [0, 1]", "low must be above 0"),
        ("pert = [60, 80, 100]", "beta = [0, 1]", "from 0.001 to 1000000"),
        ("pert = [60, 80, 100]", "pert = [60, 80, nan]", "not a finite number"),
        ("pert = [60, 80, 100]", "uniform = [1, 2], pert = [60, 80, 100]", "has both `uniform` and `pert`"),
        ("pert = [60, 80, 100], ", "", "has no value and no distribution"),
        ("pert = [60, 80, 100]", "prt = [60, 80, 100]", "did you mean `pert`?"),
        ("pert = [60, 80, 100]", "pert = [60, 80, 100], min = 3", "`min` has no effect with `pert`"),
        ("weights = [3, 1]", "weights = [3]", "expected one weight per value"),
        ("weights = [3, 1]", "weights = [0, 0]", "the weights must have a sum above 0"),
        ("unit = \"per month\"", "unit = \"per fortnight\"", "`per fortnight` cannot be converted"),
        ("source = \"E12\", grade = \"A\"", "grade = \"A\"", "has grade A but no source"),
        ("source = \"E12\", grade = \"A\"", "grade = \"D\"", "the grade of `groups.lions.strength` is none"),
    ]);
    let normal = with("pert = [60, 80, 100]", "normal = [60, 20], min = 0, max = 120");
    assert!(read(&normal).is_ok(), "a law cut to the range of its key is accepted");
}

#[test]
fn names_that_do_not_exist_or_cannot_be_are_refused() {
    each_is_refused(&[
        ("baseline = \"nothing\"", "baseline = \"notihng\"", "did you mean `nothing`?"),
        ("objective = { killed", "objective = { kiled", "did you mean `killed`?"),
        ("[hosts.beyond]", "[regions.South]\npopulation = 1\n[hosts.beyond]", "`South` cannot be a name"),
        ("grievance = { red", "grievance = { rde", "unknown cause `rde`"),
        ("groups = [\"lions\", \"wolves\"]", "groups = [\"lions\", \"wolfes\"]", "did you mean `wolves`?"),
        ("groups = [\"lions\", \"wolves\"]", "groups = [\"lions\"]", "expected two different groups"),
        ("kind = \"talks\"", "kind = \"talk\"", "did you mean `talks`?"),
        ("mediator = \"beyond\"", "mediator = \"behind\"", "unknown host `behind`"),
        ("concessions = 0.4", "concession = 0.4", "did you mean `concessions`?"),
        ("regions = [\"north\"]", "regions = \"north\"", "expected a list of names of regions"),
        ("regions = [\"north\"]", "regions = [\"north\", \"north\"]", "`north` is named twice"),
        ("effect = 0.6", "concessions = 0.6", "`concessions` belongs to `talks`"),
        ("name = \"policing-north\"\n", "", "two actions named `policing`"),
        ("name = \"policing-north\"\n", "name = \"label\"\n", "cannot be the name of an action"),
        ("remove = [\"policing-north\"]", "remove = [\"policing-nroth\"]", "did you mean `policing-north`?"),
        ("extends = \"police\"", "extends = \"talks\"", "`talks` extends itself"),
        ("name = \"police\"", "name = \"nothing\"", "two policies are named `nothing`"),
        ("label = \"Police\"", "label = \"Po\\u202elice\"", "holds the character \\u{202e}"),
        ("[mechanisms.politics]", "[mechanisms.politcs]", "did you mean `politics`?"),
        ("ties = { wolves = \"cooperation\" }", "ties = { wolves = \"friendship\" }", "expected one of `hostile`"),
    ]);
}

#[test]
fn what_contradicts_itself_is_refused() {
    each_is_refused(&[
        ("north = 0.8", "north = 0.7", "the shares of `groups.lions.presence` sum to 0.9"),
        ("civilian = 0.30", "civilian = 0.40", "the shares of `groups.lions.targets` sum to 1.1"),
        ("share = 0.6, t", "share = { normal = [0.9, 0.01] }, t", "out of range"),
        (
            "cause = \"blue\"",
            "cause = \"blue\"\naffinity = { lions = 0.1 }",
            "already named at `groups.lions.affinity.wolves`",
        ),
        ("affinity = { wolves = 0.7 }", "affinity = { lions = 0.7 }", "`lions` is related to itself"),
        ("horizon = \"3y\"", "horizon = \"3y\"\nend = 2022-01-01", "both `horizon` and `end`"),
        ("horizon = \"3y\"", "", "neither `horizon` nor `end`"),
        ("horizon = \"3y\"", "end = 2021-08-15", "expected a day after 2021-08-15"),
        ("horizon = \"3y\"", "horizon = \"3y\"\nstep = \"5w\"", "expected 1 to 30 days"),
        ("start = 2021-08-15", "start = 2021-08-15T10:00:00", "is a time or a day that the calendar has not"),
        ("schema = 1", "schema = 2", "this program reads version 1"),
        ("on = 2021-09-01", "", "`shocks.0` has no date"),
        ("on = 2021-09-01", "between = [2022-01-01, 2021-01-01]", "out of order"),
        ("on = 2021-09-01", "on = 2021-09-01\nbetween = [2022-01-01, 2022-02-01]", "both `on` and `between`"),
        ("tolerance.lions\"", "tolerence.lions\"", "did you mean `tolerance`?"),
        ("tolerance.lions\" = 0.85", "tolerance.lions\" = 1.85", "out of range"),
        ("from = \"wolves\"", "from = \"lions\"", "from `lions` to itself"),
        ("from = 2022-01-01", "from = 2022-01-01\nuntil = 2022-01-01", "expected a day after 2022-01-01"),
    ]);
}

#[test]
fn conditions_that_cannot_mean_what_they_say_are_refused() {
    let comparison = "observe = \"attacks\", province = \"N\", above = 60, until_below = 30";
    let replaced: Vec<Mistake> = [
        ("observe = \"attacks\"", "neither `above` nor `below`"),
        ("observe = \"attacks\", above = 1, below = 1", "both `above` and `below`"),
        ("observe = \"attacks\", above = 60, until_below = 61", "would stop before it starts"),
        ("observe = \"attacks\", below = 60, until_above = { uniform = [50, 70] }", "would stop before it starts"),
        ("observe = \"attacks\", above = 60, until_above = 61", "`until_above` has no effect with `above`"),
        ("observe = \"attacks\", above = 60, host = \"beyond\"", "`host` has no effect where `attacks` is observed"),
        ("observe = \"attacks\", above = 6, province = \"M\"", "unknown province `M`"),
        ("observe = \"attacks\", above = 6, province = \"N\", region = \"north\"", "both `region` and `province`"),
        ("observe = \"treasury\", above = 6, weeks = 3", "`weeks` has no effect"),
        ("observe = \"tolerance\", host = \"beyond\", above = 0.5", "has no `group`"),
        ("observe = \"relation\", above = 0.5", "has no `host`"),
        ("observe = \"ceasefire\", group = \"lions\"", "has no `is`"),
        ("observe = \"date\"", "compares the date with nothing"),
        ("observe = \"date\", after = 2022-01-01, before = 2022-01-01", "no day is both"),
        ("observe = \"atacks\", above = 6", "did you mean `attacks`?"),
        ("above = 6", "has no `observe`"),
        ("all = [], any = []", "has more than `all`"),
        ("all = []", "has 0 conditions"),
    ]
    .into_iter()
    .map(|(to, part)| (comparison, to, part))
    .collect();
    each_is_refused(&replaced);
}
