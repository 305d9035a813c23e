//! The state at the start of the trials of a world: what the scenario draws, laid out in columns.

use super::effort::Effort;
use super::grievances::Drawn;
use super::ids::{CauseId, GroupId, Id};
use super::ledger::Ledger;
use super::plan::Plan;
use super::scene::{SOURCES, TARGETS, World};
use super::state::{Government, Groups, Hosts, PolicyMemory, Posture, Regions, State, Talks, Watch};
use super::table::{Column, Counts, Grid, List, Pairs, Table, column};
use super::ties::Ties;
use super::units::{Money, Share};
use crate::sampling::lanes::{LANES, Lanes};

impl State {
    /// The state at the start of the trials of a world under a policy.
    pub fn new(world: &World, plan: &Plan) -> Self {
        let layout = world.layout;
        let groups = Groups::new(world);
        let regions = Regions::new(world);
        let hosts = Hosts::new(world);
        let mut affinity = Pairs::filled(layout.slots, column(0.0));
        let mut ties = Pairs::filled(layout.slots, Ties::default());
        for a in (0..layout.groups).map(GroupId::new) {
            for b in (0..a.index()).map(GroupId::new) {
                affinity[(a, b)] = world.affinity[(a, b)];
                ties[(a, b)] = Ties::all(layout.ties[(a, b)]);
            }
        }
        let mut watches = Vec::with_capacity(plan.comparisons);
        for action in &plan.actions {
            watch(action.when.as_ref(), &mut watches);
        }
        let mut state = Self {
            step: 0,
            government: Government {
                treasury: world.state.treasury.map(Money::units),
                revenue: world.state.revenue,
                aid: world.state.aid,
                confidence: world.state.confidence.map(Share::nearest),
                infighting: column(0.0),
                effectiveness: column(1.0),
                foreign_attacks: Lanes::of(0),
                budgeted: false,
            },
            ties,
            affinity,
            policy: PolicyMemory {
                active: vec![Lanes::of(false); plan.actions.len()],
                since: vec![Lanes::of(0); plan.actions.len()],
                funded: vec![column(0.0); plan.actions.len()],
                watches,
            },
            effort: Effort::none(layout.slots, regions.writ.len(), hosts.relation.len()),
            ledger: Ledger::new(layout.slots, regions.writ.len(), plan.actions.len()),
            attacks_by_group: Grid::filled(layout.slots, regions.writ.len(), Lanes::of(0)),
            killed_by_group: Grid::filled(layout.slots, regions.writ.len(), Lanes::of(0)),
            scratch: Table::filled(regions.writ.len(), column(0.0)),
            groups,
            regions,
            hosts,
        };
        for group in (0..layout.groups).map(GroupId::new) {
            for lane in 0..LANES {
                let grievance = state.grievance_of(group, lane);
                state.groups.grievance_start[group][lane] = grievance;
                state.groups.in_country_start[group][lane] = f64::from(state.in_country(group, lane));
            }
        }
        state
    }
}

fn shares(columns: impl Iterator<Item = Column>) -> Vec<Lanes<Share>> {
    columns.map(|c| c.map(Share::nearest)).collect()
}

fn watch(condition: Option<&super::plan::ConditionPlan>, watches: &mut Vec<Watch>) {
    use super::plan::ConditionPlan::*;
    match condition {
        None => {}
        Some(All(list) | Any(list)) => list.iter().for_each(|c| watch(Some(c), watches)),
        Some(Not(inner)) => watch(Some(inner), watches),
        Some(Compare(c)) => {
            watches.push(Watch { holds: Lanes::of(false), window: vec![Lanes::of(0); c.window], sum: Lanes::of(0) });
        }
    }
}

impl Regions {
    fn new(world: &World) -> Self {
        let count = world.region.len();
        let writ = shares(world.region.iter().map(|r| r.writ));
        let cooperation = shares(world.region.iter().map(|r| r.cooperation));
        let causes = world.layout.cause_names.len();
        let mut grievance = Grid::filled(count, causes, Lanes::of(Share::ZERO));
        for (to, from) in grievance.iter_mut().zip(world.grievance.iter()) {
            *to = from.map(Share::nearest);
        }
        Self {
            writ: Table::new(writ.clone()),
            writ_base: Table::new(writ),
            cooperation: Table::new(cooperation.clone()),
            cooperation_base: Table::new(cooperation),
            grievance_base: grievance.clone(),
            grievance,
            threat: Table::filled(count, column(0.0)),
            development: Table::filled(count, column(0.0)),
            attacks: Table::filled(count, Lanes::of(0)),
            civilians: Table::filled(count, Lanes::of(0)),
            harmed: Table::filled(count, Lanes::of(0)),
            displaced: Table::filled(count, Lanes::of(0)),
        }
    }
}

impl Hosts {
    fn new(world: &World) -> Self {
        let slots = world.layout.slots;
        let hosts = world.host.len();
        let mut tolerance = Grid::filled(slots, hosts, Lanes::of(Share::ZERO));
        for (to, from) in tolerance.iter_mut().zip(world.tolerance.iter()) {
            *to = from.map(Share::nearest);
        }
        let relation: Vec<Column> = world.host.iter().map(|h| h.relation).collect();
        Self {
            relation: Table::new(relation.clone()),
            relation_base: Table::new(relation),
            tolerance_base: tolerance.clone(),
            tolerance,
            tolerance_start: world.tolerance.clone(),
            strike_risk: Grid::filled(slots, hosts, column(0.0)),
        }
    }
}

impl Groups {
    fn new(world: &World) -> Self {
        let layout = world.layout;
        let (slots, regions, hosts) = (layout.slots, world.region.len(), world.host.len());
        let empty = slots - layout.groups;
        // Slots for groups born in a trial start with neutral values; a birth overwrites them with the parent's.
        let drawn = |of: fn(&super::scene::GroupDraw) -> Column| {
            let mut all: Vec<Column> = world.group.iter().map(of).collect();
            all.resize(slots, column(0.0));
            Table::new(all)
        };
        let drawn_shares = |of: fn(&super::scene::GroupDraw) -> Column| {
            let mut all = shares(world.group.iter().map(of));
            all.resize(slots, Lanes::of(Share::ZERO));
            Table::new(all)
        };
        let mut strength: Vec<Counts> =
            world.group.iter().map(|g| g.strength.map(|s| (s + 0.5).floor().clamp(0.0, 1e9) as i32)).collect();
        strength.resize(slots, Lanes::of(0));
        let mut sheltered = Grid::filled(slots, hosts, Lanes::of(0));
        for group in (0..layout.groups).map(GroupId::new) {
            for host in layout.hosts() {
                for lane in 0..LANES {
                    let share = world.sanctuary[(group, host)][lane];
                    sheltered[(group, host)][lane] = (f64::from(strength[group.index()][lane]) * share).floor() as i32;
                }
            }
        }
        let posture: Vec<Lanes<Posture>> = layout
            .slot_ids()
            .map(|g| {
                Lanes::from(std::array::from_fn(|lane| match g.index() {
                    i if i >= layout.groups => Posture::Unborn,
                    i if strength[i][lane] == 0 => Posture::Defunct,
                    _ if layout.allegiance[g] => Posture::Dormant,
                    _ => Posture::Active,
                }))
            })
            .collect();
        let fighting = posture.iter().map(|p| p.map(|p| if p == Posture::Active { 1.0 } else { 0.0 })).collect();
        let living = posture.iter().map(|p| p.iter().filter(|p| p.exists()).count() as u32).collect();
        let mut cause: Vec<Lanes<CauseId>> = layout.cause.iter().map(|&c| Lanes::of(c)).collect();
        cause.resize(slots, Lanes::of(CauseId::new(0)));
        let steps_per_year = 1.0 / layout.step.years;
        let mut born: Vec<Lanes<i32>> =
            world.group.iter().map(|g| g.age.map(|years| -((years * steps_per_year) as i32))).collect();
        born.resize(slots, Lanes::of(0));
        let mut targets: Vec<[Column; TARGETS]> = world.group.iter().map(|g| g.targets).collect();
        targets.extend(std::iter::repeat_n([column(0.0); TARGETS], empty));
        let mut sources: Vec<[Column; SOURCES]> = world.group.iter().map(|g| g.funding).collect();
        sources.extend(std::iter::repeat_n([column(0.0); SOURCES], empty));
        let (leadership, cohesion, trust) =
            (drawn_shares(|g| g.leadership), drawn_shares(|g| g.cohesion), drawn_shares(|g| g.trust));
        let zeros = || Table::filled(slots, column(0.0));
        // Room for every region, so that a step that widens a reach allocates nothing.
        let reach = Table::new(
            layout
                .slot_ids()
                .map(|group| {
                    let mut list = List::with_room(regions);
                    list.extend_from_slice(&layout.reach[group]);
                    list
                })
                .collect(),
        );
        Self {
            strength_base: Table::new(strength.iter().map(|s| s.map(f64::from)).collect()),
            strength: Table::new(strength),
            sheltered,
            relocated: Grid::filled(slots, hosts, Lanes::of(0)),
            reach,
            presence: world.presence.clone(),
            excitation: Grid::filled(slots, regions, column(0.0)),
            leadership_base: leadership.clone(),
            leadership,
            cohesion_base: cohesion.clone(),
            cohesion,
            trust_base: trust.clone(),
            trust,
            retaliation: zeros(),
            pressure: zeros(),
            losses: Table::filled(slots, Lanes::of(0)),
            suppression: zeros(),
            amnesty: zeros(),
            posture: Table::new(posture),
            talks: Table::filled(slots, [Talks::default(); LANES]),
            fighting: Table::new(fighting),
            funding: Table::filled(slots, column(1.0)),
            allies: zeros(),
            allies_start: zeros(),
            born: Table::new(born),
            leader_lost: Table::filled(slots, Lanes::of(i32::MIN / 2)),
            identity: Table::new(layout.identity.iter().map(|&i| Lanes::of(i)).collect()),
            root: Table::new(layout.slot_ids().map(Lanes::of).collect()),
            children: Table::filled(slots, Lanes::of(0)),
            living: Table::new(living),
            cause: Table::new(cause),
            tempo: drawn(|g| g.tempo),
            lethality: drawn(|g| g.lethality),
            recruitment: drawn(|g| g.recruitment),
            capacity: drawn(|g| g.capacity),
            hardline: drawn_shares(|g| g.hardline),
            independence: drawn(|g| g.independence),
            demands: drawn_shares(|g| g.demands),
            count: drawn(|g| g.count),
            targets: Table::new(targets),
            sources: Table::new(sources),
            sanctuary: world.sanctuary.clone(),
            in_country_start: zeros(),
            grievance_start: zeros(),
            grievance: Drawn::none(slots),
        }
    }
}
