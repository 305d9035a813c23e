//! What is measured: each metric with its unit, its meaning and how it is read from the state and its books.

use Better::{Higher, Lower, Neither};

use crate::sampling::lanes::{LANES, Lanes, each};
use crate::sampling::widest::{Work, widest};
use crate::scenario::catalog::MetricSpec;
use crate::scenario::group::Tie;
use crate::world::ids::Id;
use crate::world::ledger::{GroupFlow, RegionFlow, Total};
use crate::world::state::{Posture, State};
use crate::world::table::{Column, Counts, column};
use crate::world::units::{Money, Share};
use crate::world::{GroupId, RegionId, World};

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
    /// Its value so far in every trial.
    pub read: fn(&State, &World) -> Column,
    /// The account it is counted by in regions, if it is.
    pub region: Option<RegionFlow>,
    /// How it is read for one group, if it is.
    pub group: Option<fn(&State, GroupId) -> Column>,
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
    read: fn(&State, &World) -> Column,
) -> Metric {
    Metric { spec: MetricSpec { name, label, unit, doc }, kind, better, read, region: None, group: None, series: false }
}

impl Metric {
    const fn by_region(mut self, flow: RegionFlow) -> Self {
        self.region = Some(flow);
        self
    }
    const fn by_group(mut self, read: fn(&State, GroupId) -> Column) -> Self {
        self.group = Some(read);
        self
    }
    const fn in_series(mut self) -> Self {
        self.series = true;
        self
    }
}

macro_rules! total {
    ($($total:ident)+) => { |state, _| sum([$(&state.ledger.total[Total::$total]),+]) };
}

/// Sums of whole numbers: exact in any order.
pub(super) fn sum<'a>(all: impl IntoIterator<Item = &'a Counts>) -> Column {
    let mut sum = column(0.0);
    widest(Sum { all, sum: &mut sum });
    sum
}

/// Counts that are added up. What is kept of a step is mostly this.
struct Sum<'s, I> {
    all: I,
    sum: &'s mut Column,
}

impl<'a, I: IntoIterator<Item = &'a Counts>> Work for Sum<'_, I> {
    #[inline(always)]
    fn run(self) {
        for counts in self.all {
            for k in 0..LANES {
                self.sum[k] += f64::from(counts[k]);
            }
        }
    }
}

fn plus(one: &Column, other: &Column) -> Column {
    each(|k| one[k] + other[k])
}

fn money(accounts: &Lanes<Money>) -> Column {
    each(|k| accounts[k].get())
}

fn region_sum(state: &State, flow: RegionFlow) -> Column {
    sum(state.ledger.region.row(flow))
}

fn group_sum(state: &State, flow: GroupFlow) -> Column {
    sum(state.ledger.group.row(flow))
}

fn of_group(state: &State, flow: GroupFlow, group: GroupId) -> Column {
    sum([&state.ledger.group[(flow, group)]])
}

/// Days as weeks.
fn weeks(state: &State, days: Total) -> Column {
    let days = &state.ledger.total[days];
    each(|k| f64::from(days[k]) / 7.0)
}

fn ties(state: &State, tie: Tie) -> Column {
    let mut count = Lanes::of(0);
    for ties in state.ties.iter() {
        for k in ties.having(tie) {
            count[k] += 1;
        }
    }
    sum([&count])
}

/// A mean over regions, by their share of the people.
fn people_mean(world: &World, share: impl Fn(RegionId) -> Lanes<Share>) -> Column {
    let mut mean = column(0.0);
    for region in world.layout.regions() {
        let (people, share) = (&world.region[region].population_share, share(region));
        for k in 0..LANES {
            mean[k] += people[k] * share[k].get();
        }
    }
    mean
}

fn strongest_grievance(state: &State, world: &World, region: RegionId) -> Lanes<Share> {
    let mut strongest = Lanes::of(Share::ZERO);
    for cause in world.layout.causes() {
        let grievance = &state.regions.grievance[(region, cause)];
        for k in 0..LANES {
            strongest[k] = if grievance[k] > strongest[k] { grievance[k] } else { strongest[k] };
        }
    }
    strongest
}

fn sheltered(state: &State, group: GroupId) -> Column {
    let away = state.groups.sheltered.row(group).iter().chain(state.groups.relocated.row(group));
    sum(away)
}

fn tolerance(state: &State, world: &World) -> Column {
    let (mut sum, mut weight) = (column(0.0), column(0.0));
    for group in (0..world.layout.groups).map(GroupId::new) {
        for host in world.layout.hosts() {
            let (share, strength) = (&world.sanctuary[(group, host)], &world.group[group].strength);
            let tolerance = &state.hosts.tolerance[(group, host)];
            for k in 0..LANES {
                let there = share[k] * strength[k];
                sum[k] += there * tolerance[k].get();
                weight[k] += there;
            }
        }
    }
    each(|k| if weight[k] > 0.0 { sum[k] / weight[k] } else { 0.0 })
}

fn relation(state: &State) -> Column {
    let relations = &state.hosts.relation;
    let sum = relations.iter().fold(column(0.0), |sum, relation| plus(&sum, relation));
    sum.map(|sum| if relations.is_empty() { 0.0 } else { sum / relations.len() as f64 })
}

/// All metrics, in the order of outcome columns.
pub const METRICS: &[Metric] = &[
    metric("attacks", "Attacks", "attacks", "Attacks by all groups.", Kind::Flow, Lower, |s, _| region_sum(s, RegionFlow::Attacks))
    .by_region(RegionFlow::Attacks)
    .by_group(|s, g| of_group(s, GroupFlow::Attacks, g))
    .in_series(),
    metric("killed", "Killed", "people", "Killed in attacks: security forces, civilians, foreign nationals; attackers not counted.", Kind::Flow, Lower, |s, _| region_sum(s, RegionFlow::Killed))
        .by_region(RegionFlow::Killed)
        .by_group(|s, g| of_group(s, GroupFlow::Victims, g))
        .in_series(),
    metric("killed_with_attackers", "Killed, attackers counted", "people", "Killed in attacks, attackers who died in them counted, as some observers do.", Kind::Flow, Lower, |s, _| region_sum(s, RegionFlow::KilledWithAttackers))
        .by_region(RegionFlow::KilledWithAttackers)
        .in_series(),
    metric("attacks_fatal", "Fatal attacks", "attacks", "Attacks in which somebody other than an attacker died.", Kind::Flow, Lower, total!(FatalAttacks)),
    metric("attacks_foreign", "Attacks on foreign targets", "attacks", "Attacks on foreign nationals and projects.", Kind::Flow, Lower, total!(AttacksForeign)),
    metric("killed_security", "Security forces killed in attacks", "people", "Members of security forces killed in attacks.", Kind::Flow, Lower, total!(KilledSecurity)),
    metric("killed_civilian", "Civilians killed in attacks", "people", "Civilians killed in attacks, those on infrastructure included.", Kind::Flow, Lower, total!(KilledCivilian)),
    metric("killed_foreign", "Foreign nationals killed in attacks", "people", "Foreign nationals killed in attacks.", Kind::Flow, Lower, total!(KilledForeign)),
    metric("injured", "Injured", "people", "Injured in attacks.", Kind::Flow, Lower, total!(Injured)),
    metric("security_killed_operations", "Security forces killed in operations", "people", "Members of security forces killed in operations and border clashes.", Kind::Flow, Lower, total!(SecurityKilledOperations)),
    metric("bystanders_home", "Bystanders killed by the state at home", "people", "Bystanders killed in operations inside the state.", Kind::Flow, Lower, |s, _| region_sum(s, RegionFlow::Bystanders))
        .by_region(RegionFlow::Bystanders),
    metric("bystanders_abroad", "Bystanders killed by the state abroad", "people", "Bystanders killed by cross-border strikes.", Kind::Flow, Lower, total!(BystandersAbroad)),
    metric("deaths", "Deaths", "people", "All who die by attacks, operations and strikes, militants apart: killed, security forces in operations, bystanders at home and abroad.", Kind::Flow, Lower, |s, _| {
        let total = |total| &s.ledger.total[total];
        let by_state = sum([total(Total::SecurityKilledOperations), total(Total::BystandersAbroad)]);
        plus(&plus(&region_sum(s, RegionFlow::Killed), &region_sum(s, RegionFlow::Bystanders)), &by_state)
    })
    .in_series(),
    metric("displaced", "Displaced", "people", "People driven from their homes by large operations.", Kind::Flow, Lower, |s, _| region_sum(s, RegionFlow::Displaced))
        .by_region(RegionFlow::Displaced),
    metric("attackers_killed", "Attackers killed in attacks", "people", "Attackers who died in their attacks.", Kind::Flow, Neither, total!(AttackersKilled)),
    metric("militants_killed", "Militants killed by the state", "people", "Militants killed in operations and strikes.", Kind::Flow, Neither, total!(MilitantsKilledOperations MilitantsKilledStrikes))
        .in_series(),
    metric("militants_captured", "Militants captured", "people", "Militants captured in operations.", Kind::Flow, Neither, |s, _| group_sum(s, GroupFlow::Captured))
        .by_group(|s, g| of_group(s, GroupFlow::Captured, g)),
    metric("militants_killed_hosts", "Militants killed by hosts", "people", "Militants killed by hosts that fight them.", Kind::Flow, Neither, total!(MilitantsKilledHosts)),
    metric("militants_killed_clashes", "Militants killed in clashes", "people", "Militants killed in clashes between groups.", Kind::Flow, Neither, total!(MilitantsKilledClashes)),
    metric("militants_surrendered", "Militants surrendered", "people", "Militants who laid down arms under a deal or an amnesty.", Kind::Flow, Neither, |s, _| group_sum(s, GroupFlow::Surrendered))
        .by_group(|s, g| of_group(s, GroupFlow::Surrendered, g)),
    metric("recruits", "Recruits", "people", "People who joined groups.", Kind::Flow, Lower, |s, _| group_sum(s, GroupFlow::Recruits))
        .by_group(|s, g| of_group(s, GroupFlow::Recruits, g)),
    metric("operations", "Operations", "operations", "Intelligence-based operations.", Kind::Flow, Neither, total!(Operations)),
    metric("operations_successful", "Successful operations", "operations", "Operations that found their target.", Kind::Flow, Neither, total!(OperationsSuccessful)),
    metric("strikes", "Cross-border strikes", "strikes", "Cross-border strikes.", Kind::Flow, Neither, total!(Strikes)),
    metric("border_clashes", "Border clashes", "clashes", "Clashes with a host's forces after strikes.", Kind::Flow, Lower, total!(BorderClashes)),
    metric("leaders_lost", "Leaders lost", "leaders", "Leaders of groups lost to operations, strikes and traps.", Kind::Flow, Neither, total!(LeadersLost)),
    metric("spent", "Spent", CURRENCY, "Money spent by the policy.", Kind::Flow, Lower, |s, _| money(&s.ledger.spent)).in_series(),
    metric("received", "Received", CURRENCY, "Revenue and aid received.", Kind::Flow, Neither, |s, _| money(&s.ledger.received)),
    metric("unmet", "Unmet", CURRENCY, "Money the policy asked for that was not there.", Kind::Flow, Lower, |s, _| money(&s.ledger.unmet)),
    metric("lapsed", "Lapsed", CURRENCY, "Money above what can be carried over.", Kind::Flow, Neither, |s, _| money(&s.ledger.lapsed)),
    metric("treasury", "Treasury", CURRENCY, "Money in hand.", Kind::Level, Neither, |s, _| money(&s.government.treasury)).in_series(),
    metric("strength", "Fighters", "people", "Fighters of all groups that fight the state or could.", Kind::Level, Lower, |s, _| sum(s.groups.strength.iter()))
    .by_group(|s, g| sum([&s.groups.strength[g]]))
    .in_series(),
    metric("sheltered", "Fighters abroad", "people", "Fighters with hosts, near the border or moved away.", Kind::Level, Neither, |s, _| {
        s.groups.strength.ids().fold(column(0.0), |sum, g| plus(&sum, &sheltered(s, g)))
    })
    .by_group(sheltered)
    .in_series(),
    metric("groups", "Groups", "groups", "Groups that exist, a cohort counted as one.", Kind::Level, Neither, |s, _| {
        let exists = |posture: &Lanes<Posture>| -> Column { each(|k| f64::from(posture[k].exists())) };
        s.groups.posture.iter().fold(column(0.0), |sum, posture| plus(&sum, &exists(posture)))
    }),
    metric("cooperations", "Cooperations", "pairs", "Pairs of groups that cooperate.", Kind::Level, Lower, |s, _| ties(s, Tie::Cooperation)),
    metric("coalitions", "Coalitions", "pairs", "Pairs of groups in coalition.", Kind::Level, Lower, |s, _| ties(s, Tie::Coalition)),
    metric("hostilities", "Hostilities", "pairs", "Pairs of groups that are hostile.", Kind::Level, Neither, |s, _| ties(s, Tie::Hostile)),
    metric("mergers", "Mergers", "groups", "Groups, or organisations of a cohort, absorbed by others.", Kind::Flow, Neither, total!(Mergers)),
    metric("splits", "Splits", "groups", "Groups born by splits and as splinters of deals.", Kind::Flow, Neither, total!(Splits)),
    metric("splits_unplaced", "Splits without a slot", "groups", "Splits that did not happen because all slots for new groups were taken.", Kind::Flow, Neither, total!(SplitsUnplaced)),
    metric("ended_settled", "Groups settled", "groups", "Groups that ended by a deal or an amnesty.", Kind::Flow, Neither, total!(EndedSettled)),
    metric("ended_policed", "Groups policed", "groups", "Groups that ended mostly by arrests.", Kind::Flow, Neither, total!(EndedPoliced)),
    metric("ended_defeated", "Groups defeated", "groups", "Groups that ended mostly by losses in fighting.", Kind::Flow, Neither, total!(EndedDefeated)),
    metric("ended_died_out", "Groups died out", "groups", "Groups that dissolved or whose members left.", Kind::Flow, Neither, total!(EndedDiedOut)),
    metric("ceasefires", "Ceasefires", "ceasefires", "Ceasefires begun.", Kind::Flow, Neither, total!(Ceasefires)),
    metric("truce_weeks", "Weeks of truce", "weeks", "Weeks in which a truce held, summed over groups.", Kind::Flow, Higher, |s, _| weeks(s, Total::TruceDays))
        .in_series(),
    metric("deals", "Deals", "deals", "Deals made.", Kind::Flow, Neither, total!(Deals)),
    metric("collapses", "Truces broken", "truces", "Ceasefires that broke, by traps too.", Kind::Flow, Neither, total!(Collapses)),
    metric("traps", "Traps", "traps", "Ceasefires used to strike leaders.", Kind::Flow, Neither, total!(Traps)),
    metric("infighting_weeks", "Weeks of infighting", "weeks", "Weeks of political infighting.", Kind::Flow, Lower, |s, _| weeks(s, Total::InfightingDays)),
    metric("writ", "Writ", "share", "How far the state governs, mean over people.", Kind::Level, Higher, |s, w| people_mean(w, |r| s.regions.writ[r])).in_series(),
    metric("cooperation", "Public cooperation", "share", "How far people help the state, mean over people.", Kind::Level, Higher, |s, w| people_mean(w, |r| s.regions.cooperation[r])).in_series(),
    metric("grievance", "Grievance", "share", "Strongest grievance of a region, mean over people.", Kind::Level, Lower, |s, w| people_mean(w, |r| strongest_grievance(s, w, r)))
    .in_series(),
    metric("tolerance", "Tolerance of hosts", "share", "Tolerance of hosts, mean over the sheltered at the start.", Kind::Level, Lower, tolerance)
    .in_series(),
    metric("relation", "Relation with hosts", "relation", "Relation with hosts, mean, from -1 to 1.", Kind::Level, Higher, |s, _| relation(s))
    .in_series(),
    metric("confidence", "Investors' confidence", "share", "Confidence of investors.", Kind::Level, Higher, |s, _| s.government.confidence.map(Share::get)).in_series(),
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
