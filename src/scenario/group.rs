//! A militant group, as a person writes it.

use indexmap::IndexMap;

use super::entity::{choice, entity};
use super::uncertain::Uncertain;

entity! {
    /// Which kinds of target a group's attacks choose, as shares that sum to one.
    pub struct Targets {
        /// Share of attacks on security forces.
        security: Uncertain = number("share", 0.0, 1.0).default(0.6),
        /// Share of attacks on civilians.
        civilian: Uncertain = number("share", 0.0, 1.0).default(0.3),
        /// Share of attacks on foreign nationals and projects.
        foreign: Uncertain = number("share", 0.0, 1.0).default(0.05),
        /// Share of attacks on infrastructure.
        infrastructure: Uncertain = number("share", 0.0, 1.0).default(0.05),
    }
}

entity! {
    /// Where a group's money comes from, as shares that sum to one.
    pub struct Funding {
        /// Share raised where the group fights.
        local: Uncertain = number("share", 0.0, 1.0).default(0.7),
        /// Share sent by supporters abroad.
        diaspora: Uncertain = number("share", 0.0, 1.0).default(0.1),
        /// Share owed to a sheltering host.
        host: Uncertain = number("share", 0.0, 1.0).default(0.2),
    }
}

entity! {
    /// A group's shelter in one host.
    pub struct Sanctuary {
        /// Share of the group's fighters that shelters there at the start and that it returns to.
        share: Uncertain = number("share", 0.0, 0.95).required(),
        /// How freely the host lets the group be, at the start and as the level it returns to.
        tolerance: Uncertain = number("share", 0.0, 1.0).default(0.5),
    }
}

entity! {
    /// A militant group: the agent of the model.
    pub struct Group {
        /// Name shown to readers; the id where absent.
        label: Option<String> = text(),
        /// What it fights for. Groups of one cause can merge; grievance is held per cause.
        cause: String = new_name().required(),
        /// How many organisations this entry stands for: a cohort of small factions is one entry with a count.
        count: Uncertain = number("organisations", 1.0, 1e4).default(1.0),
        /// Fighters at the start, sheltered ones included (of all organisations of a cohort together).
        strength: Uncertain = number("fighters", 0.0, 1e7).required(),
        /// Share of the in-country fighters in each region; they sum to one. The group never leaves these regions.
        presence: IndexMap<String, Uncertain> = numbers(Names::Regions, "share", 0.0, 1.0).required(),
        /// Shelter per host.
        sanctuary: IndexMap<String, Sanctuary> = tables(Names::Hosts),
        /// Attacks per in-country fighter and year, at the start.
        tempo: Uncertain = number("attacks per in-country fighter and year", 0.0, 1e3).required(),
        /// Mean killed per attack, attackers not counted.
        lethality: Uncertain = number("killed per attack", 0.0, 100.0).default(1.6),
        /// Target mix.
        targets: Targets = table(),
        /// Recruits per fighter and year before scarcity, grievance, sanctuary and money are counted.
        recruitment: Uncertain = number("recruits per fighter and year", 0.0, 10.0).default(0.3),
        /// The strength at which recruitment stops, as a multiple of the start strength.
        capacity: Uncertain = number("multiple of start strength", 0.0, 100.0).default(2.0),
        /// Share of members who accept no deal.
        hardline: Uncertain = number("share", 0.0, 1.0).default(0.3),
        /// How much the group resists being absorbed by a larger one.
        independence: Uncertain = number("share", 0.0, 1.0).default(0.5),
        /// State of the leadership at the start.
        leadership: Uncertain = number("share", 0.0, 1.0).default(1.0),
        /// Cohesion at the start and as the level it returns to.
        cohesion: Uncertain = number("share", 0.0, 1.0).default(0.7),
        /// Trust in the state at the start and as the level it returns to.
        trust: Uncertain = number("share", 0.0, 1.0).default(0.3),
        /// What it asks of the state in talks, from nothing (0) to what crosses every red line (1).
        demands: Uncertain = number("share", 0.0, 1.0).default(0.6),
        /// Funding mix.
        funding: Funding = table(),
        /// True for a group loyal to the state: dormant unless pressed until it splits.
        allegiance: bool = flag(false),
        /// Years since the group was founded, at the start of the scenario.
        age: Uncertain = number("years", 0.0, 200.0).default(10.0),
        /// Affinity to other groups, from -1 (enemies) to 1 (brothers); symmetric, named once.
        affinity: IndexMap<String, Uncertain> = numbers(Names::Groups, "affinity", -1.0, 1.0),
        /// Ties at the start, `none` where not named; symmetric, named once.
        ties: IndexMap<String, Tie> = choices(Names::Groups),
    }
}

choice! {
    /// A tie between two groups.
    pub enum Tie {
        /// They clash.
        Hostile = "hostile",
        /// None.
        None = "none",
        /// They help each other.
        Cooperation = "cooperation",
        /// They act as one.
        Coalition = "coalition",
    }
}
