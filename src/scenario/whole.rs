//! The whole scenario: what a person writes, read and checked.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::date::Date;
use super::entity::{Entity, entity};
use super::group::Group;
use super::place::{Cause, Host, Region, State};
use super::policies::{visit_action, visit_action_mut};
use super::policy::{Policy, Shock};
use super::uncertain::Uncertain;

entity! {
    /// An observed series that results are laid against.
    pub struct Observed {
        /// Who counted, e.g. `PIPS`.
        label: String = text().required(),
        /// CSV beside the scenario with columns from,to,province,attacks,killed (province empty for the whole state).
        file: String = text().required(),
        /// The metric that the file's `killed` counts.
        killed: String = name(Names::Metrics).default_text("killed"),
        /// Counted attacks per attack of the model.
        counting: Uncertain = number("ratio", 0.0, 100.0).default(1.0),
    }
}

/// Parameters of one mechanism as the scenario sets them.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct MechanismSettings {
    /// False where the scenario says `on = false`: then the mechanism changes nothing.
    pub on: bool,
    /// Values in the order of the mechanism's spec; the default where not named.
    pub parameters: Vec<Uncertain>,
}

/// A scenario, complete: every name resolved to something that exists, every default filled in.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Scenario {
    /// One line.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// First day.
    pub start: Date,
    /// First day no longer simulated (from `horizon` or `end`).
    pub end: Date,
    /// Length of a step in days, 1 to 30.
    pub step_days: u64,
    /// Trials per policy.
    pub trials: u64,
    /// Seed of all random words.
    pub seed: u64,
    /// Name of the policy that others are compared with.
    pub baseline: String,
    /// Metrics shown first.
    pub headline: Vec<String>,
    /// Loss to minimise: weight per unit of each metric.
    pub objective: IndexMap<String, f64>,
    /// Groups that can be born in a trial (splits, splinters of deals) before no more are split off.
    pub splinters: u64,
    /// Money, confidence and politics of the state.
    pub state: State,
    /// What groups fight for, by id.
    pub causes: IndexMap<String, Cause>,
    /// Parts of the state's land, by id.
    pub regions: IndexMap<String, Region>,
    /// States across the border, by id.
    pub hosts: IndexMap<String, Host>,
    /// Militant groups, by id.
    pub groups: IndexMap<String, Group>,
    /// Dated events.
    pub shocks: Vec<Shock>,
    /// What is compared, in order.
    pub policies: Vec<Policy>,
    /// In the order of the catalog; every mechanism is here.
    pub mechanisms: Vec<MechanismSettings>,
    /// Series that the baseline can be laid beside.
    pub observed: Vec<Observed>,
}

impl Scenario {
    /// Every number of the scenario that can be uncertain, named or default, in a fixed order and each path once: an
    /// action that several policies share, or a default that several actions share, is one parameter.
    pub fn parameters(&self) -> Vec<&Uncertain> {
        let mut found = Vec::new();
        Entity::visit(&self.state, &mut found);
        self.causes.values().for_each(|cause| Entity::visit(cause, &mut found));
        self.regions.values().for_each(|region| Entity::visit(region, &mut found));
        self.hosts.values().for_each(|host| Entity::visit(host, &mut found));
        self.groups.values().for_each(|group| Entity::visit(group, &mut found));
        self.shocks.iter().for_each(|shock| Entity::visit(shock, &mut found));
        self.policies.iter().flat_map(|policy| &policy.actions).for_each(|action| visit_action(action, &mut found));
        self.mechanisms.iter().for_each(|settings| found.extend(&settings.parameters));
        self.observed.iter().for_each(|observed| Entity::visit(observed, &mut found));
        let mut seen = BTreeSet::new();
        found.retain(|parameter| seen.insert(parameter.path.as_str()));
        found
    }

    /// The same, to change them; a parameter that several policies share is there once for each of them.
    pub(super) fn parameters_mut(&mut self) -> Vec<&mut Uncertain> {
        let mut found = Vec::new();
        Entity::visit_mut(&mut self.state, &mut found);
        self.causes.values_mut().for_each(|cause| Entity::visit_mut(cause, &mut found));
        self.regions.values_mut().for_each(|region| Entity::visit_mut(region, &mut found));
        self.hosts.values_mut().for_each(|host| Entity::visit_mut(host, &mut found));
        self.groups.values_mut().for_each(|group| Entity::visit_mut(group, &mut found));
        self.shocks.iter_mut().for_each(|shock| Entity::visit_mut(shock, &mut found));
        let actions = self.policies.iter_mut().flat_map(|policy| &mut policy.actions);
        actions.for_each(|action| visit_action_mut(action, &mut found));
        self.mechanisms.iter_mut().for_each(|settings| found.extend(&mut settings.parameters));
        self.observed.iter_mut().for_each(|observed| Entity::visit_mut(observed, &mut found));
        found
    }

    /// The scenario as one line of JSON with every default filled in: equal for equal scenarios, whatever the
    /// layout, comments and composition of the files they were read from.
    pub fn canonical_text(&self) -> String {
        // A struct of texts, numbers and maps by text cannot fail to become JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}
