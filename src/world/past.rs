//! The past that policies have in common: policies that act alike up to a step have the same histories up to there (common
//! random numbers), so these are simulated once.

use super::plan::{ActionPlan, ConditionPlan, Plan};
use super::state::{PolicyMemory, State};

/// A policy that stands for several until they part.
#[derive(Debug, Clone, PartialEq)]
pub struct CommonPast {
    /// Acts as each of them does before [`CommonPast::until`], and remembers what any of them does.
    pub plan: Plan,
    /// First step at which they may act differently.
    pub until: usize,
    /// For each policy, where `plan` has what is its own; `None` for policies that act otherwise before `until`.
    pub places: Vec<Option<Places>>,
}

/// Where the plan of a common past has the actions and comparisons of a policy, in the policy's order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    actions: Vec<usize>,
    comparisons: Vec<usize>,
}

impl CommonPast {
    /// What the first policy and others have in common in a history of so many steps; `None` if it is nothing.
    ///
    /// Where they part at different steps, the past ends where most steps are spared, and who parts earlier is left out.
    pub fn of(plans: &[Plan], steps: usize) -> Option<Self> {
        let (first, others) = plans.split_first()?;
        let alike: Vec<usize> = others.iter().map(|other| alike_until(first, other).min(steps)).collect();
        let spared = |until: usize| until * alike.iter().filter(|&&own| own >= until).count();
        let until = alike.iter().copied().max_by_key(|&until| (spared(until), until)).filter(|&until| until > 0)?;
        let mut plan = first.clone();
        let own = Places { actions: (0..first.actions.len()).collect(), comparisons: (0..first.comparisons).collect() };
        let mut places = vec![Some(own)];
        for (other, alike) in others.iter().zip(alike) {
            places.push((alike >= until).then(|| take_in(other, first, &mut plan)));
        }
        plan.priorities.sort_unstable();
        plan.priorities.dedup();
        Some(Self { plan, until, places })
    }
}

/// First step at which two policies may act differently.
fn alike_until(one: &Plan, other: &Plan) -> usize {
    (0..one.actions.len().max(other.actions.len()))
        .map(|index| match (one.actions.get(index), other.actions.get(index)) {
            (Some(one), Some(other)) if one.until == other.until && one == other => usize::MAX,
            (Some(one), Some(other)) if alike_but_for_end(one, other) => one.until.min(other.until),
            (one, other) => one.into_iter().chain(other).map(|action| action.from).min().unwrap_or(usize::MAX),
        })
        .min()
        .unwrap_or(usize::MAX)
}

fn alike_but_for_end(one: &ActionPlan, other: &ActionPlan) -> bool {
    ActionPlan { until: other.until, ..one.clone() } == *other
}

/// Adds to `plan` what `policy` has beyond `first`: actions that do nothing yet, whose conditions remember what they see.
fn take_in(policy: &Plan, first: &Plan, plan: &mut Plan) -> Places {
    let mut places = Places { actions: Vec::new(), comparisons: (0..policy.comparisons).collect() };
    for (index, action) in policy.actions.iter().enumerate() {
        if first.actions.get(index).is_some_and(|other| alike_but_for_end(action, other)) {
            places.actions.push(index);
            continue;
        }
        let mut action = action.clone();
        if let Some(condition) = &mut action.when {
            renumber(condition, &mut |number| {
                places.comparisons[number] = plan.comparisons;
                plan.comparisons += 1;
                places.comparisons[number]
            });
        }
        places.actions.push(plan.actions.len());
        plan.priorities.push(action.priority);
        plan.actions.push(action);
    }
    places
}

/// Gives the comparisons of a condition other numbers, in order.
fn renumber(condition: &mut ConditionPlan, next: &mut impl FnMut(usize) -> usize) {
    match condition {
        ConditionPlan::All(list) | ConditionPlan::Any(list) => list.iter_mut().for_each(|c| renumber(c, next)),
        ConditionPlan::Not(inner) => renumber(inner, next),
        ConditionPlan::Compare(comparison) => comparison.number = next(comparison.number),
    }
}

impl State {
    /// This state of a common past as that of one of its policies.
    #[must_use]
    pub fn of_policy(&self, places: &Places) -> Self {
        let all = &self.policy;
        let policy = PolicyMemory {
            active: of(&places.actions, &all.active),
            since: of(&places.actions, &all.since),
            funded: of(&places.actions, &all.funded),
            watches: of(&places.comparisons, &all.watches),
        };
        let mut own = Self { policy, ..self.clone() };
        own.ledger.spent_by_action = of(&places.actions, &self.ledger.spent_by_action);
        own
    }
}

fn of<T: Clone>(places: &[usize], all: &[T]) -> Vec<T> {
    places.iter().map(|&place| all[place].clone()).collect()
}
