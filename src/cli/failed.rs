//! Trials that failed: told, each with the command that runs it again.

use super::reading::ScenarioArguments;
use super::say;
use crate::experiment::run::{BrokenTrial, RunResult};

/// Failures told one by one on the terminal; all are in the table.
const TOLD: usize = 10;

/// Tells of the trials that failed, each with the command that runs it again.
pub fn tell(scenario: &ScenarioArguments, seed: u64, result: &RunResult) -> Vec<(BrokenTrial, String)> {
    let again = |broken: &BrokenTrial| command(scenario, seed, &broken.policy, broken.trial);
    let all: Vec<_> = result.broken.iter().map(|broken| (broken.clone(), again(broken))).collect();
    for (BrokenTrial { policy, trial, law }, command) in all.iter().take(TOLD) {
        say(&format!(
            "defect of the program, please report: trial {trial} of {policy} fails: {law}\n  run it again: {command}"
        ));
    }
    if all.len() > TOLD {
        say(&format!("and {} more", all.len() - TOLD));
    }
    all
}

/// The command that runs a trial again.
fn command(scenario: &ScenarioArguments, seed: u64, policy: &str, trial: u64) -> String {
    let mut words = vec!["jirga".to_string(), "run".to_string(), quoted(&scenario.scenario.to_string_lossy())];
    for set in &scenario.sets {
        words.extend(["--set".to_string(), quoted(set)]);
    }
    words.push(format!("--seed {seed} --policy {policy} --trial {trial}"));
    words.join(" ")
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./=:,+@%".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_string()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_can_be_given_to_a_shell() {
        let scenario =
            ScenarioArguments { scenario: "my file.toml".into(), sets: vec!["a.b={ pert = [1, 2, 3] }".into()] };
        let said = command(&scenario, 7, "talks", 12);
        assert_eq!(
            said,
            "jirga run 'my file.toml' --set 'a.b={ pert = [1, 2, 3] }' --seed 7 --policy talks --trial 12"
        );
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
