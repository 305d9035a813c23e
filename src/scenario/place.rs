//! Regions, hosts and the state, as a person writes them.

use indexmap::IndexMap;

use super::entity::entity;
use super::uncertain::Uncertain;

entity! {
    /// A region of the state.
    pub struct Region {
        /// Name shown to readers; the id where absent.
        label: Option<String> = text(),
        /// The province that observed tables report it under; the id where absent.
        province: Option<String> = text(),
        /// People who live there.
        population: Uncertain = number("people", 0.0, 2e9).required(),
        /// How far the state governs in fact, at the start and as the level it returns to.
        writ: Uncertain = number("share", 0.0, 1.0).default(0.6),
        /// How far people help the state with information, at the start and as the level it returns to.
        cooperation: Uncertain = number("share", 0.0, 1.0).default(0.4),
        /// Grievance that each cause can draw on, at the start and as the level it returns to.
        grievance: IndexMap<String, Uncertain> = numbers(Names::Causes, "share", 0.0, 1.0),
        /// Weight of foreign projects: attacks on foreign targets happen where they are.
        foreign_projects: Uncertain = number("share", 0.0, 1.0).default(0.1),
    }
}

entity! {
    /// A faction of a host's rulers.
    pub struct Faction {
        /// Name shown to readers.
        name: String = text().required(),
        /// Chance that this faction decides; weights are divided by their sum.
        weight: Uncertain = number("weight", 0.0, 1e6).required(),
        /// Whether it consents to strikes on its soil.
        consents: bool = flag(false),
    }
}

entity! {
    /// A pair of groups whose affinity moves while a truce mediated by the host holds.
    pub struct TruceShift {
        /// The two groups.
        groups: Vec<String> = names(Names::Groups).required(),
        /// Added to their affinity in the utility of a tie.
        by: Uncertain = number("affinity", -2.0, 2.0).required(),
    }
}

entity! {
    /// A neighbouring state on whose soil groups shelter.
    pub struct Host {
        /// Name shown to readers; the id where absent.
        label: Option<String> = text(),
        /// Relation with the state, from -1 to 1, at the start and as the level it returns to.
        relation: Uncertain = number("relation", -1.0, 1.0).default(0.0),
        /// How far it could restrain the groups it shelters if it wanted to.
        capacity: Uncertain = number("share", 0.0, 1.0).default(0.5),
        /// Whether it mediates talks between the state and the groups it shelters.
        mediates: bool = flag(false),
        /// Who decides there; where absent, nobody consents to strikes.
        factions: Vec<Faction> = list(),
        /// Groups that it fights, with the yearly rate at which their fighters there are removed.
        fights: IndexMap<String, Uncertain> = numbers(Names::Groups, "per year", 0.0, 10.0),
        /// Affinities that move while a truce mediated by it holds.
        truce_shifts: Vec<TruceShift> = list(),
    }
}

entity! {
    /// The state whose policies are compared.
    pub struct State {
        /// Name shown to readers.
        label: Option<String> = text(),
        /// Unit of money, e.g. `PKR bn`.
        currency: String = text().default_text("money"),
        /// Money per year that policies can be paid from.
        revenue: Uncertain = number("currency per year", 0.0, 1e9).required(),
        /// Aid per year.
        aid: Uncertain = number("currency per year", 0.0, 1e9).default(0.0),
        /// Money in hand at the start.
        treasury: Uncertain = number("currency", 0.0, 1e9).default(0.0),
        /// Most that can be carried over; what exceeds it lapses.
        treasury_cap: Uncertain = number("currency", 0.0, 1e9).default(1e9),
        /// Investors' confidence at the start.
        confidence: Uncertain = number("share", 0.0, 1.0).default(1.0),
        /// Probability that the trial starts in political infighting.
        infighting: Uncertain = number("probability", 0.0, 1.0).default(0.5),
    }
}

entity! {
    /// A cause that groups fight for.
    pub struct Cause {
        /// Name shown to readers; the id where absent.
        label: Option<String> = text(),
        /// Distance to other causes, 0 (the same) to 1 (nothing in common, the default); symmetric, named once.
        distance: IndexMap<String, Uncertain> = numbers(Names::Causes, "distance", 0.0, 1.0),
    }
}
