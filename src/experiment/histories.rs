//! The histories of a block of trials under each policy. What policies have in common of them ([`CommonPast`]) is simulated
//! once and continued under each: the same figures, for less work.

use std::sync::OnceLock;

use super::prepared::Prepared;
use crate::simulation::block::{BlockResult, Underway};
use crate::world::World;
use crate::world::past::CommonPast;
use crate::world::plan::Plan;

/// A block of trials, to be run under every policy.
pub struct Histories<'a> {
    prepared: &'a Prepared<'a>,
    world: World<'a>,
    plans: Vec<Plan>,
    trajectories: bool,
    common: Option<CommonPast>,
    /// The block at the end of the common past.
    past: OnceLock<Underway<'a>>,
}

impl<'a> Histories<'a> {
    /// Of the trials of a world, with or without their trajectories.
    pub fn new(prepared: &'a Prepared<'a>, world: World<'a>, trajectories: bool) -> Self {
        let plans: Vec<Plan> = (0..prepared.policies.len()).map(|policy| prepared.plan(&world, policy)).collect();
        let common = CommonPast::of(&plans, world.layout.steps);
        Self { prepared, world, plans, trajectories, common, past: OnceLock::new() }
    }

    /// Runs the block under a policy (an index into [`Prepared::policies`]); the same to the bit as [`Prepared::run`].
    pub fn run(&self, policy: usize) -> BlockResult {
        self.run_watched(policy, &mut |_| {})
    }

    /// [`Histories::run`]; `after` hears the name of each part of the steps that the policy takes by itself.
    pub fn run_watched(&self, policy: usize, after: &mut impl FnMut(&'static str)) -> BlockResult {
        #[cfg(test)]
        self.prepared.fail_where_told(&self.world, policy);
        let steps = self.world.layout.steps;
        let shared = self.common.as_ref().and_then(|common| Some((common, common.places[policy].as_ref()?)));
        let mut underway = match shared {
            Some((common, places)) => self.past.get_or_init(|| self.before(common)).of_policy(places, steps),
            None => self.begin(&self.plans[policy], steps),
        };
        after("begin");
        underway.run(&self.world, &self.plans[policy], steps, after, &mut |_| {});
        underway.finish(&self.world)
    }

    /// The block before its first step, of which at most `steps` will be run.
    fn begin(&self, plan: &Plan, steps: usize) -> Underway<'a> {
        let Prepared { on, record, .. } = self.prepared;
        Underway::new(&self.world, plan, on, record, self.trajectories, steps)
    }

    /// The block at the end of a common past.
    fn before(&self, common: &CommonPast) -> Underway<'a> {
        let mut underway = self.begin(&common.plan, common.until);
        underway.run(&self.world, &common.plan, common.until, &mut |_| {}, &mut |_| {});
        underway
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::lanes::Lanes;
    use crate::scenario::{Scenario, read_str};
    use crate::simulation::catalog;

    const EVERYTHING: &str = include_str!("../../tests/scenarios/everything.toml");

    /// Policies that part from the first at days that are known: one never, one where an action ends, one where an action with a
    /// memory begins, one at once.
    const OTHERS: &str = r#"
        [[policies]]
        name = "base"
        [[policies.actions]]
        name = "force"
        kind = "intelligence-operations"
        budget = 20
        cost = 0.2
        when = { observe = "attacks", weeks = 6, above = 1, until_below = 0.5 }
        [[policies.actions]]
        kind = "policing"
        budget = 5
        [[policies]]
        name = "same"
        extends = "base"
        [[policies]]
        name = "ends"
        extends = "base"
        [[policies.actions]]
        kind = "policing"
        budget = 5
        until = 2020-05-03
        [[policies]]
        name = "begins"
        extends = "base"
        [[policies.actions]]
        name = "surge"
        kind = "development"
        priority = 1
        budget = 10
        from = 2020-05-03
        when = { any = [{ observe = "killed", weeks = 10, above = 12, until_below = 4 }, { observe = "attacks", weeks = 8, above = 6 }] }
        [[policies]]
        name = "other"
        [[policies.actions]]
        kind = "policing"
        budget = 5
    "#;

    fn scenario() -> Scenario {
        let text = format!("{EVERYTHING}\n{OTHERS}");
        read_str("a.toml", &text, &[], &catalog())
            .unwrap_or_else(|problems| panic!("{}", problems.render(false)))
            .scenario
    }

    fn prepared<'a>(scenario: &'a Scenario, policies: &[&str]) -> Prepared<'a> {
        let place = |name: &&str| scenario.policies.iter().position(|policy| policy.name == *name).expect("is written");
        Prepared::new(scenario, policies.iter().map(place).collect(), 11)
    }

    /// Runs the policies, in an order, each from the common past and by itself: the same to the bit. Outcomes by policy.
    fn assert_the_same(
        prepared: &Prepared,
        block: u64,
        histories: &Histories,
        order: &[usize],
    ) -> Vec<Vec<Lanes<u64>>> {
        let bits = |result: &BlockResult| -> Vec<Lanes<u64>> {
            result.record.outcomes.iter().map(|column| column.map(f64::to_bits)).collect()
        };
        let mut outcomes = vec![Vec::new(); order.len()];
        for &policy in order {
            let alone = prepared.run(&prepared.world(block, 0), policy, true);
            let together = histories.run(policy);
            assert!(alone.broken.is_empty() && together.broken.is_empty());
            assert_eq!(alone.ties, together.ties);
            assert_eq!(alone.record.series, together.record.series);
            outcomes[policy] = bits(&together);
            assert_eq!(outcomes[policy], bits(&alone));
        }
        outcomes
    }

    #[test]
    fn what_is_simulated_once_is_what_each_policy_would_have_lived_through() {
        let scenario = scenario();
        let prepared = prepared(&scenario, &["base", "ends", "begins", "other"]);
        for block in 0..3 {
            let histories = Histories::new(&prepared, prepared.world(block, 0), true);
            let common = histories.common.as_ref().expect("three have a past in common");
            assert_eq!(prepared.day_of(common.until).to_string(), "2020-05-06");
            let shared: Vec<bool> = common.places.iter().map(Option::is_some).collect();
            assert_eq!(shared, [true, true, true, false]);
            // Whichever is asked for first.
            let outcomes = assert_the_same(&prepared, block, &histories, &[2, 3, 0, 1]);
            assert!(outcomes[0] != outcomes[1] && outcomes[0] != outcomes[2], "they have other histories afterwards");
        }
    }

    #[test]
    fn policies_that_never_part_have_one_history() {
        let scenario = scenario();
        let prepared = prepared(&scenario, &["base", "same"]);
        let histories = Histories::new(&prepared, prepared.world(0, 0), true);
        assert_eq!(histories.common.as_ref().map(|common| common.until), Some(prepared.layout.steps));
        let outcomes = assert_the_same(&prepared, 0, &histories, &[1, 0]);
        assert_eq!(outcomes[0], outcomes[1]);
    }

    #[test]
    fn a_policy_alone_has_no_past_in_common() {
        let scenario = scenario();
        let prepared = Prepared::new(&scenario, vec![0], 11);
        let histories = Histories::new(&prepared, prepared.world(0, 0), false);
        assert!(histories.common.is_none());
        assert_eq!(histories.run(0).record.outcomes, prepared.run(&prepared.world(0, 0), 0, false).record.outcomes);
    }
}
