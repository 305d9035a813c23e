//! Laws in random scenarios after every step of every trial: what is conserved, what only grows, what has a range, what is
//! finite. `JIRGA_SCENARIOS=5000 cargo test --test model -- everywhere --nocapture` tries as many and prints figures.

use jirga::experiment::prepared::Prepared;
use jirga::sampling::LANES;
use jirga::scenario::group::Tie;
use jirga::world::ids::Id;
use jirga::world::laws::violation;
use jirga::world::ledger::{GroupFlow, RegionFlow, Total};
use jirga::world::units::Money;
use jirga::world::{GroupId, State, World};
use rayon::prelude::*;

use crate::generator;
use crate::support::try_read;

/// Scenarios where nothing else is said.
const SCENARIOS: u64 = 96;

/// Accounts of a step, which only grow.
struct Books {
    counts: Vec<i32>,
    money: Vec<Money>,
}

fn books(state: &State) -> Books {
    let ledger = &state.ledger;
    let mut counts = Vec::new();
    for group in state.groups.strength.ids() {
        GroupFlow::ALL.iter().for_each(|flow| counts.extend(&ledger.group[(*flow, group)]));
    }
    for region in state.regions.writ.ids() {
        RegionFlow::ALL.iter().for_each(|flow| counts.extend(&ledger.region[(*flow, region)]));
    }
    Total::ALL.iter().for_each(|total| counts.extend(&ledger.total[*total]));
    let money =
        [&ledger.received, &ledger.spent, &ledger.unmet, &ledger.lapsed, &ledger.shocked_in, &ledger.shocked_out];
    Books { counts, money: money.into_iter().flatten().copied().collect() }
}

/// What must hold of the state between steps, beside the laws that the engine itself checks.
fn flaw(world: &World, state: &State, lane: usize) -> Option<String> {
    let groups = &state.groups;
    let good = |name: &str, value: f64| (!(value.is_finite() && value >= 0.0)).then(|| format!("{name} is {value}"));
    for group in groups.strength.ids() {
        let of = [
            ("tempo", groups.tempo[group][lane]),
            ("lethality", groups.lethality[group][lane]),
            ("recruitment", groups.recruitment[group][lane]),
            ("capacity", groups.capacity[group][lane]),
            ("independence", groups.independence[group][lane]),
            ("amnesty", groups.amnesty[group][lane]),
            ("count", groups.count[group][lane]),
            ("strength at the start", groups.strength_base[group][lane]),
            ("fighters at home at the start", groups.in_country_start[group][lane]),
        ];
        let excitation = state.regions.writ.ids().map(|r| ("excitation", groups.excitation[(group, r)][lane]));
        let found = of.into_iter().chain(excitation).find_map(|(name, value)| good(name, value));
        if let Some(found) = found {
            return Some(format!("group {}: {found}", group.index()));
        }
        let (exists, strength) = (groups.posture[group][lane].exists(), groups.strength[group][lane]);
        if !exists && strength != 0 {
            return Some(format!("group {} does not exist and has {strength} fighters", group.index()));
        }
        if groups.fighting[group][lane] > 1.0 || groups.suppression[group][lane] > 1.0 {
            return Some(format!("group {} fights or is suppressed more than wholly", group.index()));
        }
        for other in (0..group.index()).map(GroupId::new) {
            let both = exists && groups.posture[other][lane].exists();
            if !both && state.ties[(group, other)].of(lane) != Tie::None && group.index() >= world.layout.groups {
                return Some(format!("group {} is tied to one that is not there", group.index()));
            }
            if !(-1.0..=1.0).contains(&state.affinity[(group, other)][lane]) {
                return Some(format!("affinity of {} is out of range", group.index()));
            }
        }
    }
    for region in state.regions.writ.ids() {
        let of = [
            ("threat", state.regions.threat[region][lane]),
            ("development", state.regions.development[region][lane]),
            ("writ", state.regions.writ[region][lane].get()),
            ("cooperation", state.regions.cooperation[region][lane].get()),
        ];
        if let Some(found) = of.into_iter().find_map(|(name, value)| good(name, value)) {
            return Some(format!("region {}: {found}", region.index()));
        }
    }
    let state_of = [("revenue", state.government.revenue[lane]), ("aid", state.government.aid[lane])];
    let effect = state.government.effectiveness[lane];
    state_of
        .into_iter()
        .find_map(|(name, value)| good(name, value))
        .or_else(|| (!(0.0..=1.0).contains(&effect)).then(|| format!("effect of instruments is {effect}")))
}

/// Runs all policies of a scenario over one block; how many states were looked at.
fn check(seed: u64) -> Result<u64, String> {
    let text = generator::scenario(seed);
    let scenario = match try_read(&text, &[]) {
        Ok(scenario) => scenario,
        // The only reasons to refuse what the generator makes: too many events, or thresholds out of order.
        Err(problems) if problems.contains("a year") || problems.contains("would stop before it starts") => {
            return Ok(0);
        }
        Err(problems) => return Err(format!("scenario {seed} was refused: {problems}\n{text}")),
    };
    let mut looked = 0;
    for policy in 0..scenario.policies.len() {
        let prepared = Prepared::new(&scenario, vec![policy], scenario.seed);
        let world = prepared.world(0, 0);
        let mut before: Option<Books> = None;
        let mut found = None;
        let result = prepared.run_seen(&world, 0, &mut |state| {
            looked += LANES as u64;
            let now = books(state);
            if let Some(before) = &before {
                let grows = before.counts.iter().zip(&now.counts).all(|(a, b)| a <= b)
                    && before.money.iter().zip(&now.money).all(|(a, b)| a <= b);
                if !grows && found.is_none() {
                    found = Some(format!("step {}: an account shrinks", state.step));
                }
            }
            before = Some(now);
            for lane in 0..LANES {
                let wrong = violation(&world, state, lane).or_else(|| flaw(&world, state, lane));
                if let Some(wrong) = wrong.filter(|_| found.is_none()) {
                    found = Some(format!("step {}, trial {lane}: {wrong}", state.step));
                }
            }
        });
        if let Some(found) = found {
            return Err(format!("scenario {seed}, policy {policy}, {found}\n{text}"));
        }
        let outcomes = result.record.outcomes.iter().flatten().copied();
        let series = result.record.series.iter().flatten().flatten().map(|value| f64::from(*value));
        if let Some(value) = outcomes.chain(series).find(|value| !(value.is_finite() && *value >= -1.0)) {
            return Err(format!("scenario {seed}, policy {policy}: an outcome or a series is {value}\n{text}"));
        }
    }
    Ok(looked)
}

#[test]
fn laws_hold_after_every_step_of_random_scenarios() {
    let scenarios = std::env::var("JIRGA_SCENARIOS").map_or(SCENARIOS, |n| n.parse().expect("a number"));
    let looked: Vec<u64> =
        (0..scenarios).into_par_iter().map(|seed| check(seed).unwrap_or_else(|found| panic!("{found}"))).collect();
    let (all, refused): (u64, usize) = (looked.iter().sum(), looked.iter().filter(|n| **n == 0).count());
    println!("{scenarios} scenarios, {refused} of them refused, {all} states looked at");
    assert!(refused as u64 * 5 <= scenarios, "{refused} were refused");
}
