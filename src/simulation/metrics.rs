//! What is measured: each metric with its unit, its meaning and how it is read from the state and its books.

use Better::{Higher, Lower, Neither};

use crate::scenario::catalog::MetricSpec;
use crate::scenario::group::Tie;
use crate::world::ids::Id;
use crate::world::ledger::{GroupFlow, RegionFlow, Total};
use crate::world::state::State;
use crate::world::units::Share;
use crate::world::{GroupId, World};

/// How a metric adds up in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Counted up from the start: a year's value is what was added in it.
    Flow,
    /// A level: a year's value is the one at its end.
    Level,
}

/// Which way a metric is better, all else equal: a judgement about the outcome itself, not about how it came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Better {
    /// Harm, cost, or the strength of those who do harm.
    Lower,
    /// Peace, or the standing of the state.
    Higher,
    /// A means, a result of how much there was to do (militants killed fall where there are fewer), or a matter of taste
    /// (money left): more of it is neither good nor bad in itself, and no policy is called better for it.
    Neither,
}

/// Which way a metric is better; [`Better::Neither`] for a name that is not among [`METRICS`].
pub fn better(name: &str) -> Better {
    METRICS.iter().find(|m| m.spec.name == name).map_or(Better::Neither, |m| m.better)
}

/// One metric.
pub struct Metric {
    /// Name, label, unit and meaning.
    pub spec: MetricSpec,
    /// How it adds up.
    pub kind: Kind,
    /// Which way is better, all else equal.
    pub better: Better,
    /// Its value so far in one trial.
    pub read: fn(&State, &World, usize) -> f64,
    /// The account it is counted by in regions, if it is.
    pub region: Option<RegionFlow>,
    /// How it is read for one group, if it is.
    pub group: Option<fn(&State, GroupId, usize) -> f64>,
    /// Whether a value per step is kept in trajectories.
    pub series: bool,
}

/// Unit of money: stands for the currency that the scenario names.
pub const CURRENCY: &str = "currency";

const fn metric(
    name: &'static str,
    label: &'static str,
    unit: &'static str,
    doc: &'static str,
    kind: Kind,
    better: Better,
    read: fn(&State, &World, usize) -> f64,
) -> Metric {
    Metric { spec: MetricSpec { name, label, unit, doc }, kind, better, read, region: None, group: None, series: false }
}

impl Metric {
    const fn by_region(mut self, flow: RegionFlow) -> Self {
        self.region = Some(flow);
        self
    }
    const fn by_group(mut self, read: fn(&State, GroupId, usize) -> f64) -> Self {
        self.group = Some(read);
        self
    }
    const fn in_series(mut self) -> Self {
        self.series = true;
        self
    }
}

macro_rules! total {
    ($($total:ident)+) => { |state, _, k| { let mut sum = 0.0; $(sum += f64::from(state.ledger.total[Total::$total][k]);)+ sum } };
}

fn region_sum(state: &State, flow: RegionFlow, k: usize) -> f64 {
    state.regions.writ.ids().map(|r| f64::from(state.ledger.region[(flow, r)][k])).sum()
}

fn group_sum(state: &State, flow: GroupFlow, k: usize) -> f64 {
    state.groups.strength.ids().map(|g| f64::from(state.ledger.group[(flow, g)][k])).sum()
}

fn of_group(state: &State, flow: GroupFlow, group: GroupId, k: usize) -> f64 {
    f64::from(state.ledger.group[(flow, group)][k])
}

fn ties(state: &State, tie: Tie, k: usize) -> f64 {
    state.ties.iter().filter(|t| t[k] == tie).count() as f64
}

fn people_mean(world: &World, k: usize, share: impl Fn(crate::world::RegionId) -> Share) -> f64 {
    world.layout.regions().map(|r| world.region[r].population_share[k] * share(r).get()).sum()
}

fn sheltered(state: &State, group: GroupId, k: usize) -> f64 {
    f64::from(state.groups.strength[group][k] - state.in_country(group, k))
}

/// All metrics, in the order of outcome columns.
pub const METRICS: &[Metric] = &[
    metric("attacks", "Attacks", "attacks", "Attacks by all groups.", Kind::Flow, Lower, |s, _, k| {
        region_sum(s, RegionFlow::Attacks, k)
    })
    .by_region(RegionFlow::Attacks)
    .by_group(|s, g, k| of_group(s, GroupFlow::Attacks, g, k))
    .in_series(),
    metric("killed", "Killed", "people", "Killed in attacks: security forces, civilians, foreign nationals; attackers not counted.", Kind::Flow, Lower, |s, _, k| region_sum(s, RegionFlow::Killed, k))
        .by_region(RegionFlow::Killed)
        .by_group(|s, g, k| of_group(s, GroupFlow::Victims, g, k))
        .in_series(),
    metric("killed_with_attackers", "Killed, attackers counted", "people", "Killed in attacks, attackers who died in them counted, as some observers do.", Kind::Flow, Lower, |s, _, k| region_sum(s, RegionFlow::KilledWithAttackers, k))
        .by_region(RegionFlow::KilledWithAttackers)
        .in_series(),
    metric("attacks_fatal", "Fatal attacks", "attacks", "Attacks in which somebody other than an attacker died.", Kind::Flow, Lower, total!(FatalAttacks)),
    metric("attacks_foreign", "Attacks on foreign targets", "attacks", "Attacks on foreign nationals and projects.", Kind::Flow, Lower, total!(AttacksForeign)),
    metric("killed_security", "Security forces killed in attacks", "people", "Members of security forces killed in attacks.", Kind::Flow, Lower, total!(KilledSecurity)),
    metric("killed_civilian", "Civilians killed in attacks", "people", "Civilians killed in attacks, those on infrastructure included.", Kind::Flow, Lower, total!(KilledCivilian)),
    metric("killed_foreign", "Foreign nationals killed in attacks", "people", "Foreign nationals killed in attacks.", Kind::Flow, Lower, total!(KilledForeign)),
    metric("injured", "Injured", "people", "Injured in attacks.", Kind::Flow, Lower, total!(Injured)),
    metric("security_killed_operations", "Security forces killed in operations", "people", "Members of security forces killed in operations and border clashes.", Kind::Flow, Lower, total!(SecurityKilledOperations)),
    metric("bystanders_home", "Bystanders killed by the state at home", "people", "Bystanders killed in operations inside the state.", Kind::Flow, Lower, |s, _, k| region_sum(s, RegionFlow::Bystanders, k))
        .by_region(RegionFlow::Bystanders),
    metric("bystanders_abroad", "Bystanders killed by the state abroad", "people", "Bystanders killed by cross-border strikes.", Kind::Flow, Lower, total!(BystandersAbroad)),
    metric("deaths", "Deaths", "people", "All who die by attacks, operations and strikes, militants apart: killed, security forces in operations, bystanders at home and abroad.", Kind::Flow, Lower, |s, _, k| {
        region_sum(s, RegionFlow::Killed, k)
            + region_sum(s, RegionFlow::Bystanders, k)
            + f64::from(s.ledger.total[Total::SecurityKilledOperations][k])
            + f64::from(s.ledger.total[Total::BystandersAbroad][k])
    })
    .in_series(),
    metric("displaced", "Displaced", "people", "People driven from their homes by large operations.", Kind::Flow, Lower, |s, _, k| region_sum(s, RegionFlow::Displaced, k))
        .by_region(RegionFlow::Displaced),
    metric("attackers_killed", "Attackers killed in attacks", "people", "Attackers who died in their attacks.", Kind::Flow, Neither, total!(AttackersKilled)),
    metric("militants_killed", "Militants killed by the state", "people", "Militants killed in operations and strikes.", Kind::Flow, Neither, total!(MilitantsKilledOperations MilitantsKilledStrikes))
        .in_series(),
    metric("militants_captured", "Militants captured", "people", "Militants captured in operations.", Kind::Flow, Neither, |s, _, k| group_sum(s, GroupFlow::Captured, k))
        .by_group(|s, g, k| of_group(s, GroupFlow::Captured, g, k)),
    metric("militants_killed_hosts", "Militants killed by hosts", "people", "Militants killed by hosts that fight them.", Kind::Flow, Neither, total!(MilitantsKilledHosts)),
    metric("militants_killed_clashes", "Militants killed in clashes", "people", "Militants killed in clashes between groups.", Kind::Flow, Neither, total!(MilitantsKilledClashes)),
    metric("militants_surrendered", "Militants surrendered", "people", "Militants who laid down arms under a deal or an amnesty.", Kind::Flow, Neither, |s, _, k| group_sum(s, GroupFlow::Surrendered, k))
        .by_group(|s, g, k| of_group(s, GroupFlow::Surrendered, g, k)),
    metric("recruits", "Recruits", "people", "People who joined groups.", Kind::Flow, Lower, |s, _, k| group_sum(s, GroupFlow::Recruits, k))
        .by_group(|s, g, k| of_group(s, GroupFlow::Recruits, g, k)),
    metric("operations", "Operations", "operations", "Intelligence-based operations.", Kind::Flow, Neither, total!(Operations)),
    metric("operations_successful", "Successful operations", "operations", "Operations that found their target.", Kind::Flow, Neither, total!(OperationsSuccessful)),
    metric("strikes", "Cross-border strikes", "strikes", "Cross-border strikes.", Kind::Flow, Neither, total!(Strikes)),
    metric("border_clashes", "Border clashes", "clashes", "Clashes with a host's forces after strikes.", Kind::Flow, Lower, total!(BorderClashes)),
    metric("leaders_lost", "Leaders lost", "leaders", "Leaders of groups lost to operations, strikes and traps.", Kind::Flow, Neither, total!(LeadersLost)),
    metric("spent", "Spent", CURRENCY, "Money spent by the policy.", Kind::Flow, Lower, |s, _, k| s.ledger.spent[k].get()).in_series(),
    metric("received", "Received", CURRENCY, "Revenue and aid received.", Kind::Flow, Neither, |s, _, k| s.ledger.received[k].get()),
    metric("unmet", "Unmet", CURRENCY, "Money the policy asked for that was not there.", Kind::Flow, Lower, |s, _, k| s.ledger.unmet[k].get()),
    metric("lapsed", "Lapsed", CURRENCY, "Money above what can be carried over.", Kind::Flow, Neither, |s, _, k| s.ledger.lapsed[k].get()),
    metric("treasury", "Treasury", CURRENCY, "Money in hand.", Kind::Level, Neither, |s, _, k| s.government.treasury[k].get()).in_series(),
    metric("strength", "Fighters", "people", "Fighters of all groups that fight the state or could.", Kind::Level, Lower, |s, _, k| {
        s.groups.strength.iter().map(|g| f64::from(g[k])).sum()
    })
    .by_group(|s, g, k| f64::from(s.groups.strength[g][k]))
    .in_series(),
    metric("sheltered", "Fighters abroad", "people", "Fighters with hosts, near the border or moved away.", Kind::Level, Neither, |s, _, k| {
        s.groups.strength.ids().map(|g| sheltered(s, g, k)).sum()
    })
    .by_group(sheltered)
    .in_series(),
    metric("groups", "Groups", "groups", "Groups that exist, a cohort counted as one.", Kind::Level, Neither, |s, _, k| {
        s.groups.posture.iter().filter(|p| p[k].exists()).count() as f64
    }),
    metric("cooperations", "Cooperations", "pairs", "Pairs of groups that cooperate.", Kind::Level, Lower, |s, _, k| ties(s, Tie::Cooperation, k)),
    metric("coalitions", "Coalitions", "pairs", "Pairs of groups in coalition.", Kind::Level, Lower, |s, _, k| ties(s, Tie::Coalition, k)),
    metric("hostilities", "Hostilities", "pairs", "Pairs of groups that are hostile.", Kind::Level, Neither, |s, _, k| ties(s, Tie::Hostile, k)),
    metric("mergers", "Mergers", "groups", "Groups, or organisations of a cohort, absorbed by others.", Kind::Flow, Neither, total!(Mergers)),
    metric("splits", "Splits", "groups", "Groups born by splits and as splinters of deals.", Kind::Flow, Neither, total!(Splits)),
    metric("splits_unplaced", "Splits without a slot", "groups", "Splits that did not happen because all slots for new groups were taken.", Kind::Flow, Neither, total!(SplitsUnplaced)),
    metric("ended_settled", "Groups settled", "groups", "Groups that ended by a deal or an amnesty.", Kind::Flow, Neither, total!(EndedSettled)),
    metric("ended_policed", "Groups policed", "groups", "Groups that ended mostly by arrests.", Kind::Flow, Neither, total!(EndedPoliced)),
    metric("ended_defeated", "Groups defeated", "groups", "Groups that ended mostly by losses in fighting.", Kind::Flow, Neither, total!(EndedDefeated)),
    metric("ended_died_out", "Groups died out", "groups", "Groups that dissolved or whose members left.", Kind::Flow, Neither, total!(EndedDiedOut)),
    metric("ceasefires", "Ceasefires", "ceasefires", "Ceasefires begun.", Kind::Flow, Neither, total!(Ceasefires)),
    metric("truce_weeks", "Weeks of truce", "weeks", "Weeks in which a truce held, summed over groups.", Kind::Flow, Higher, |s, _, k| f64::from(s.ledger.total[Total::TruceDays][k]) / 7.0)
        .in_series(),
    metric("deals", "Deals", "deals", "Deals made.", Kind::Flow, Neither, total!(Deals)),
    metric("collapses", "Truces broken", "truces", "Ceasefires that broke, by traps too.", Kind::Flow, Neither, total!(Collapses)),
    metric("traps", "Traps", "traps", "Ceasefires used to strike leaders.", Kind::Flow, Neither, total!(Traps)),
    metric("infighting_weeks", "Weeks of infighting", "weeks", "Weeks of political infighting.", Kind::Flow, Lower, |s, _, k| f64::from(s.ledger.total[Total::InfightingDays][k]) / 7.0),
    metric("writ", "Writ", "share", "How far the state governs, mean over people.", Kind::Level, Higher, |s, w, k| people_mean(w, k, |r| s.regions.writ[r][k])).in_series(),
    metric("cooperation", "Public cooperation", "share", "How far people help the state, mean over people.", Kind::Level, Higher, |s, w, k| people_mean(w, k, |r| s.regions.cooperation[r][k])).in_series(),
    metric("grievance", "Grievance", "share", "Strongest grievance of a region, mean over people.", Kind::Level, Lower, |s, w, k| {
        people_mean(w, k, |r| {
            let strongest = w.layout.causes().map(|c| s.regions.grievance[(r, c)][k].get()).fold(0.0, f64::max);
            Share::nearest(strongest)
        })
    })
    .in_series(),
    metric("tolerance", "Tolerance of hosts", "share", "Tolerance of hosts, mean over the sheltered at the start.", Kind::Level, Lower, |s, w, k| {
        let mut sum = 0.0;
        let mut weight = 0.0;
        for g in (0..w.layout.groups).map(GroupId::new) {
            for h in w.layout.hosts() {
                let there = w.sanctuary[(g, h)][k] * w.group[g].strength[k];
                sum += there * s.hosts.tolerance[(g, h)][k].get();
                weight += there;
            }
        }
        if weight > 0.0 { sum / weight } else { 0.0 }
    })
    .in_series(),
    metric("relation", "Relation with hosts", "relation", "Relation with hosts, mean, from -1 to 1.", Kind::Level, Higher, |s, _, k| {
        let hosts = s.hosts.relation.len();
        if hosts == 0 { 0.0 } else { s.hosts.relation.iter().map(|r| r[k]).sum::<f64>() / hosts as f64 }
    })
    .in_series(),
    metric("confidence", "Investors' confidence", "share", "Confidence of investors.", Kind::Level, Higher, |s, _, k| s.government.confidence[k].get()).in_series(),
];

/// What the catalog holds of all metrics.
pub const SPECS: &[MetricSpec] = &{
    let mut specs = [METRICS[0].spec; METRICS.len()];
    let mut i = 0;
    while i < specs.len() {
        specs[i] = METRICS[i].spec;
        i += 1;
    }
    specs
};
