//! `extends` and `--set`.

use std::fs;
use std::path::Path;

use super::super::load;
use super::super::uncertain::Distribution;
use super::*;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn load_in(folder: &Path, name: &str) -> Result<Loaded, String> {
    load(&folder.join(name), &[], &CATALOG)
        .map_err(|problems| problems.render(false).replace(&format!("{}/", folder.display()), ""))
}

fn value(loaded: &Loaded, path: &str) -> Option<Distribution> {
    let all = loaded.scenario.parameters();
    all.into_iter().find(|one| one.path == path).map(|one| one.distribution.clone())
}

#[test]
fn an_extending_file_merges_tables_and_policies_and_appends_shocks() {
    let over = r#"
extends = "base.toml"
title = "Over"
end = 2022-08-15
[groups.lions]
strength = 7000
[groups.lions.presence]
north = 0.79
[[shocks]]
on = 2021-10-01
set = { "state.treasury" = 5 }
[[policies]]
name = "police"
[[policies.actions]]
kind = "policing"
budget = 99
[[policies]]
name = "more"
extends = "nothing"
"#;
    let folder = folder(&[("base.toml", VALID), ("over.toml", over)]);
    let loaded = load_in(folder.path(), "over.toml").unwrap_or_else(|error| panic!("{error}"));
    let scenario = &loaded.scenario;
    assert_eq!((scenario.title.as_str(), scenario.end.to_string()), ("Over", "2022-08-15".to_string()));
    assert_eq!(value(&loaded, "groups.lions.strength"), Some(Distribution::Fixed(7000.0)));
    assert_eq!(value(&loaded, "groups.lions.presence.north"), Some(Distribution::Fixed(0.79)));
    assert!(value(&loaded, "groups.lions.presence.south").is_some_and(|law| law.is_uncertain()));
    assert_eq!(value(&loaded, "shocks.1.set.state.treasury"), Some(Distribution::Fixed(5.0)));
    let names: Vec<&str> = scenario.policies.iter().map(|policy| policy.name.as_str()).collect();
    assert_eq!(names, ["nothing", "police", "talks", "more"]);
    assert_eq!(value(&loaded, "policies.police.policing.budget"), Some(Distribution::Fixed(99.0)));
    assert_eq!(scenario.policies[1].actions.len(), 2);
    let sources: Vec<bool> = loaded.sources.texts.iter().map(|source| source.name.ends_with("over.toml")).collect();
    assert_eq!(sources, [true, false]);
}

#[test]
fn an_error_in_a_base_points_into_the_base() {
    let base = with("relation = 0.1", "relation = 1.1");
    let folder = folder(&[("bases/base.toml", &base), ("over.toml", "extends = \"bases/base.toml\"\ntrails = 5\n")]);
    let expected = "\
error: unknown key `trails`
 --> over.toml:2:1
  |
2 | trails = 5
  | ^^^^^^ expected one of `schema`, `extends`, `title`, `description`, `start`, `horizon`, `end`, `step`, `trials`, `seed`, `baseline`, `headline` and 13 more
  |
  = help: did you mean `trials`?

error: `hosts.beyond.relation` is 1.1, out of range
  --> bases/base.toml:21:12
   |
21 | relation = 1.1
   |            ^^^ expected from -1 to 1 (relation)

2 errors in the scenario; nothing was run";
    assert_eq!(load_in(folder.path(), "over.toml").expect_err("refused"), expected);
}

#[test]
fn a_base_outside_the_folder_in_a_circle_or_too_deep_is_refused() {
    let outer = folder(&[("base.toml", VALID), ("in/up.toml", "extends = \"../base.toml\"")]);
    let inner = outer.path().join("in");
    let refused = |name: &str| load_in(&inner, name).expect_err("refused");
    assert!(refused("up.toml").contains("expected a file in the folder of this one, or below it"));
    fs::write(inner.join("a.toml"), "extends = \"b.toml\"").expect("a file");
    fs::write(inner.join("b.toml"), "extends = \"a.toml\"").expect("a file");
    assert!(refused("a.toml").contains("it extends this file in turn"));
    fs::write(inner.join("absolute.toml"), "extends = \"/etc/passwd\"").expect("a file");
    assert!(refused("absolute.toml").contains("expected a path relative to this file"));
    fs::write(inner.join("none.toml"), "extends = \"nowhere.toml\"").expect("a file");
    assert!(refused("none.toml").contains("cannot extend `nowhere.toml`"));
    for depth in 0..9 {
        let text = format!("extends = \"{}.toml\"", depth + 1);
        fs::write(inner.join(format!("{depth}.toml")), text).expect("a file");
    }
    fs::write(inner.join("9.toml"), VALID).expect("a file");
    assert!(refused("0.toml").contains("at most 8 files can extend one another"));
    assert!(load_in(&inner, "2.toml").is_ok());
    assert!(super::refused("extends = \"base.toml\"").contains("only a file can extend another"));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_refused_and_what_is_no_file_is_not_opened() {
    let outer = folder(&[("base.toml", VALID), ("in/over.toml", "extends = \"link.toml\"")]);
    let inner = outer.path().join("in");
    std::os::unix::fs::symlink(outer.path().join("base.toml"), inner.join("link.toml")).expect("a link");
    assert!(load_in(&inner, "over.toml").expect_err("refused").contains("in the folder of this one"));
    let expected = "\
error: cannot read `in`
 |
 = note: it is not a regular file

1 error in the scenario; nothing was run";
    assert_eq!(
        load_in(outer.path(), "in").expect_err("refused").replace(&outer.path().display().to_string(), ""),
        expected
    );
}

#[test]
fn set_replaces_a_value_by_its_path() {
    let sets = [
        "groups.lions.strength=5200",
        "horizon=18m",
        "policies.talks.talks.concessions = { uniform = [0.1, 0.2] }",
        "policies.talks.talks.when.all.1.above=70",
        "shocks.0.add.groups.lions.strength=5",
        "mechanisms.politics.on=true",
        "hosts.beyond.factions.1.weight=2",
        "policies.talks.policing.budget=77",
        "baseline=talks",
    ];
    let loaded = read_with(VALID, &sets).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(value(&loaded, "groups.lions.strength"), Some(Distribution::Fixed(5200.0)));
    assert_eq!(loaded.scenario.end.to_string(), "2023-02-15");
    let uniform = Distribution::Uniform { low: 0.1, high: 0.2 };
    assert_eq!(value(&loaded, "policies.talks.talks.concessions"), Some(uniform));
    assert_eq!(value(&loaded, "policies.talks.talks.when.all.1.above"), Some(Distribution::Fixed(70.0)));
    assert_eq!(value(&loaded, "shocks.0.add.groups.lions.strength"), Some(Distribution::Fixed(5.0)));
    assert!(loaded.scenario.mechanisms[1].on);
    assert_eq!(value(&loaded, "hosts.beyond.factions.1.weight"), Some(Distribution::Fixed(2.0)));
    // An action taken over is changed for the policy named only.
    assert_eq!(value(&loaded, "policies.talks.policing.budget"), Some(Distribution::Fixed(77.0)));
    assert!(value(&loaded, "policies.police.policing.budget").is_some_and(|law| law.is_uncertain()));
    assert_eq!(loaded.scenario.baseline, "talks");
}

#[test]
fn every_parameter_can_be_set_by_its_own_path() {
    let loaded = read(VALID).expect("valid");
    for parameter in loaded.scenario.parameters() {
        let middle = parameter.distribution.mean();
        let set = format!("{}={middle}", parameter.path);
        let set = read_with(VALID, &[&set]).unwrap_or_else(|error| panic!("{set}\n{error}"));
        assert_eq!(value(&set, &parameter.path), Some(Distribution::Fixed(middle)), "{}", parameter.path);
    }
}

#[test]
fn a_mistake_in_a_set_is_shown_in_its_text() {
    let error = |set: &str| read_with(VALID, &[set]).err().unwrap_or_else(|| panic!("{set} was accepted"));
    let expected = "\
error: unknown key `strenght` in `groups.lions`
 --> --set:1:14
  |
1 | groups.lions.strenght=5
  |              ^^^^^^^^ expected one of `label`, `cause`, `count`, `strength`, `presence`, `sanctuary`, `tempo`, `lethality`, `targets`, `recruitment`, `capacity`, `hardline` and 10 more
  |
  = help: did you mean `strength`?

1 error in the scenario; nothing was run";
    assert_eq!(error("groups.lions.strenght=5"), expected);
    for (set, part) in [
        ("groups.loins.strength=5", "did you mean `lions`?"),
        ("policies.talk.talks.budget=5", "did you mean `talks`?"),
        ("policies.talks.policng.budget=5", "did you mean `policing`?"),
        ("policies.talks.talks.concesions=5", "did you mean `concessions`?"),
        ("mechanisms.atacks.on=true", "did you mean `attacks`?"),
        ("mechanisms.attacks.excitaton=1", "did you mean `excitation`?"),
        ("groups.lions.strength.uniform=5", "nothing can be named below a single value"),
        ("groups.lions.strength", "--set without `=`"),
        ("groups..strength=5", "a path with an empty part"),
        ("groups.lions.strength=[1", "this is not TOML"),
        ("groups.lions.strength=lots", "`groups.lions.strength` is a text"),
        ("hosts.beyond.factions.2.weight=1", "it has 2, counted from 0"),
        ("trials=-5", "expected a whole number from 1 to 10000000"),
        ("=", "a path with an empty part"),
        ("trials=", "--set without a value"),
    ] {
        assert!(error(set).contains(part), "{set}: {}", error(set));
    }
}
