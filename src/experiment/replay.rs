//! One trial run again and watched: what happened when, every outcome, every series. To the bit what the trial yielded in
//! its run: it is run in the same block, and every random word has its address.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::guarded::words;
use super::prepared::Prepared;
use super::results::{Column, SeriesColumn};
use crate::sampling::LANES;
use crate::scenario::date::Date;
use crate::scenario::group::Tie;
use crate::simulation::chronicle::{Chronicle, Gone, Happening};
use crate::world::GroupId;
use crate::world::state::Stage;

/// A trial, looked at closely.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// What happened, in order: the first day of its step, and words.
    pub chronicle: Vec<(Date, String)>,
    /// Every outcome.
    pub outcomes: Vec<(Column, f64)>,
    /// Every series, a value a step.
    pub series: Vec<(SeriesColumn, Vec<f32>)>,
    /// First day of each step.
    pub days: Vec<Date>,
    /// What it broke, if it failed.
    pub broken: Option<String>,
}

/// Runs a trial under a policy (an index into [`Prepared::policies`]) again.
///
/// # Errors
/// What the panic said, if the trial ends in one: nothing can be told of it then.
pub fn replay(prepared: &Prepared, policy: usize, trial: u64) -> Result<Replay, String> {
    let lane = (trial % LANES as u64) as usize;
    let whole = || {
        let world = prepared.world(trial / LANES as u64, 0);
        let mut chronicle = Chronicle::new(&world, &prepared.plan(&world, policy), lane);
        let result = prepared.run_seen(&world, policy, &mut |state| chronicle.step(&world, state));
        let happened = chronicle.happened.iter();
        let told = happened.map(|(step, one)| (prepared.day_of(*step), told(one, &chronicle, prepared, policy)));
        Replay {
            chronicle: told.collect(),
            outcomes: prepared.columns().into_iter().zip(result.record.outcomes.iter().map(|o| o[lane])).collect(),
            series: prepared
                .series()
                .into_iter()
                .zip(result.record.series.iter().map(|steps| steps.iter().map(|lanes| lanes[lane]).collect()))
                .collect(),
            days: (0..prepared.layout.steps).map(|step| prepared.day_of(step)).collect(),
            broken: result.broken.into_iter().find(|(one, _)| *one == lane).map(|(_, law)| law),
        }
    };
    catch_unwind(AssertUnwindSafe(whole)).map_err(|panic| words(&*panic).to_string())
}

/// A happening in words.
fn told(happening: &Happening, chronicle: &Chronicle, prepared: &Prepared, policy: usize) -> String {
    let scenario = prepared.scenario;
    let group = |group: &GroupId| -> String {
        let (root, born) = chronicle.name(*group);
        let name = scenario.groups.get_index(root).map_or("a group", |(name, _)| name);
        match born {
            Some(number) => format!("{name}'s splinter {number}"),
            None => name.to_string(),
        }
    };
    let actions = &scenario.policies[prepared.policies[policy]].actions;
    let action = |index: &usize| actions.get(*index).map_or("an action", |action| action.name.as_str());
    match happening {
        Happening::Shock(index) => {
            let label = scenario.shocks.get(*index).and_then(|shock| shock.label.clone());
            format!("event: {}", label.unwrap_or_else(|| format!("number {}", index + 1)))
        }
        Happening::ActionBegins(index) => format!("the state begins {}", action(index)),
        Happening::ActionEnds(index) => format!("the state ends {}", action(index)),
        Happening::InfightingBegins => "political infighting begins".to_string(),
        Happening::InfightingEnds => "political infighting ends".to_string(),
        Happening::Talks(one, Stage::Contact) => format!("contact with {}", group(one)),
        Happening::Talks(one, Stage::Ceasefire) => format!("ceasefire with {}", group(one)),
        Happening::Talks(one, Stage::Deal) => format!("deal with {}", group(one)),
        Happening::Talks(one, Stage::None) | Happening::TalksEnd(one) => format!("contact with {} ends", group(one)),
        Happening::TruceBreaks(one, false) => format!("the truce with {} breaks", group(one)),
        Happening::TruceBreaks(one, true) => format!("the state breaks the truce with {} by a trap", group(one)),
        Happening::Born(one, fighters) => format!("{} is born, with {fighters} fighters", group(one)),
        Happening::Returns(one) => format!("{} begins anew", group(one)),
        Happening::Ends(one, gone) => {
            let how = match gone {
                Gone::Surrendered => "its fighters laid down arms",
                Gone::Captured => "its last fighters were captured",
                Gone::Killed => "its last fighters were killed",
                Gone::Joined => "its fighters joined another group",
                Gone::Left => "its fighters left",
            };
            format!("{} ends: {how}", group(one))
        }
        Happening::Ties(one, other, tie) => {
            let how = match tie {
                Tie::Hostile => "become hostile",
                Tie::None => "have nothing to do with each other any more",
                Tie::Cooperation => "cooperate",
                Tie::Coalition => "form a coalition",
            };
            format!("{} and {} {how}", group(one), group(other))
        }
        Happening::LeaderLost(one) => format!("{} loses leaders", group(one)),
        Happening::Absorbed(1) => "an organisation is absorbed by a larger group".to_string(),
        Happening::Absorbed(count) => format!("{count} organisations are absorbed by larger groups"),
        Happening::BorderClashes(1) => "a clash with a host's forces at the border".to_string(),
        Happening::BorderClashes(count) => format!("{count} clashes with a host's forces at the border"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::experiment::run::{NoProgress, NoTrajectories, run};
    use crate::scenario::{Scenario, read_str};
    use crate::simulation::catalog;

    const EVERYTHING: &str = include_str!("../../tests/scenarios/everything.toml");

    fn scenario() -> Scenario {
        read_str("a.toml", EVERYTHING, &[], &catalog()).expect("it is sound").scenario
    }

    #[test]
    fn a_trial_replayed_is_the_trial_of_the_run() {
        let scenario = scenario();
        let prepared = Prepared::new(&scenario, vec![0], 3);
        let Ok(result) = run(&prepared, 70, &NoProgress, &AtomicBool::new(false), &mut NoTrajectories) else {
            panic!("no journal, no error")
        };
        for trial in [0, 31, 32, 69] {
            let replayed = replay(&prepared, 0, trial).expect("no defect");
            for ((column, value), all) in replayed.outcomes.iter().zip(&result.outcomes.policies[0].values) {
                assert_eq!(value.to_bits(), all.get(trial as usize).to_bits(), "{column:?} of {trial}");
            }
        }
    }

    #[test]
    fn the_chronicle_tells_what_the_outcomes_count() {
        let scenario = scenario();
        let prepared = Prepared::new(&scenario, vec![0], 3);
        let mut all = [(0.0, 0.0); 4];
        for trial in 0..64 {
            let replayed = replay(&prepared, 0, trial).expect("no defect");
            assert!(replayed.chronicle.is_sorted_by_key(|(day, _)| *day));
            let counted = |metric: &str| -> f64 {
                let found = replayed.outcomes.iter().find(|(column, _)| {
                    column.metric == metric && column.slice == crate::experiment::results::Slice::Total
                });
                found.map_or(f64::NAN, |(_, value)| *value)
            };
            let told = |end: &str| replayed.chronicle.iter().filter(|(_, words)| words.contains(end)).count() as f64;
            // A group born and gone, or a truce made and broken, within one step leaves no trace between two states.
            let pairs = [
                (told("ceasefire with"), counted("ceasefires")),
                (told("is born"), counted("splits")),
                (told("deal with"), counted("deals")),
                (told("breaks"), counted("collapses")),
            ];
            for (sum, (told, counted)) in all.iter_mut().zip(pairs) {
                assert!(told <= counted + 1e-9, "trial {trial}: {told} told, {counted} counted");
                *sum = (sum.0 + told, sum.1 + counted);
            }
        }
        assert!(all.iter().all(|(told, counted)| *told > 0.0 && *told >= 0.8 * counted), "{all:?}");
    }

    #[test]
    fn a_trial_that_fails_is_left_out_under_all_policies_and_the_rest_goes_on() {
        let scenario = scenario();
        let all: Vec<usize> = (0..scenario.policies.len().min(2)).collect();
        let mut prepared = Prepared::new(&scenario, all.clone(), 3);
        let run_it =
            |prepared: &Prepared| match run(prepared, 40, &NoProgress, &AtomicBool::new(false), &mut NoTrajectories) {
                Ok(result) => result,
                Err(error) => panic!("{error}"),
            };
        let whole = run_it(&prepared);
        prepared.failing = Some((all.len() - 1, 33));
        let broken = run_it(&prepared);
        assert_eq!((broken.outcomes.trials, broken.outcomes.left_out.as_slice()), (39, &[33][..]));
        assert_eq!(broken.broken.len(), 1);
        assert!(broken.broken[0].trial == 33 && broken.broken[0].law.contains("fails for the test"));
        // The other trials of the block that panicked ran by themselves: what they yield does not depend on that.
        for (policy, sound) in broken.outcomes.policies.iter().zip(&whole.outcomes.policies) {
            for (values, all) in policy.values.iter().zip(&sound.values) {
                let kept: Vec<f64> = (0..40).filter(|trial| *trial != 33).map(|trial| all.get(trial)).collect();
                assert_eq!(values.all(), kept);
            }
        }
    }
}
