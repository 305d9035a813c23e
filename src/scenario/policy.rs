//! Policies, their actions and the conditions of these, and dated shocks, as a person writes them.

use indexmap::IndexMap;

use super::date::{Date, Span};
use super::entity::{choice, entity};
use super::uncertain::Uncertain;

choice! {
    /// What a condition looks at. Only what the state can observe is here, never the model's hidden truth.
    pub enum Observable {
        /// Attacks in the last `weeks`, in `region` or `province` or everywhere, by `group` or all.
        Attacks = "attacks",
        /// Killed in the last `weeks`, likewise.
        Killed = "killed",
        /// Money in hand.
        Treasury = "treasury",
        /// Tolerance of `host` for `group`.
        Tolerance = "tolerance",
        /// Relation with `host`.
        Relation = "relation",
        /// State of the truce with `group`, compared with `is`.
        Ceasefire = "ceasefire",
        /// 1 in political infighting, else 0.
        Infighting = "infighting",
        /// The date, compared with `after` and `before`.
        Date = "date",
    }
}

choice! {
    /// State of a truce as anyone can see it.
    pub enum Truce {
        /// None so far.
        None = "none",
        /// A ceasefire or a deal holds.
        Holding = "holding",
        /// A deal holds.
        Deal = "deal",
        /// There was one, and it broke.
        Broken = "broken",
    }
}

/// One condition of an action: a comparison, or a combination of conditions.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::large_enum_variant,
    reason = "a scenario has few conditions, and the engine builds its own form of them"
)]
pub enum Condition {
    /// All of them hold.
    All(Vec<Condition>),
    /// One of them holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// Something observed against a threshold.
    Compare(Comparison),
}

entity! {
    /// A comparison of something the state can observe. It starts to hold above `above` (or below `below`) and
    /// stops below `until_below` (above `until_above`), which default to the same figure.
    pub struct Comparison {
        /// What is looked at.
        observe: Observable = choice().required(),
        /// Only this region.
        region: Option<String> = name(Names::Regions),
        /// Only regions reported under this province.
        province: Option<String> = name(Names::Provinces),
        /// Only this group.
        group: Option<String> = name(Names::Groups),
        /// This host.
        host: Option<String> = name(Names::Hosts),
        /// Window to look back, for attacks and killed; 12 where absent.
        weeks: Option<u64> = whole(1, 520),
        /// Holds when above this.
        above: Option<Uncertain> = number("of what is observed", -1e12, 1e12),
        /// Once it holds, it goes on until below this.
        until_below: Option<Uncertain> = number("of what is observed", -1e12, 1e12),
        /// Holds when below this.
        below: Option<Uncertain> = number("of what is observed", -1e12, 1e12),
        /// Once it holds, it goes on until above this.
        until_above: Option<Uncertain> = number("of what is observed", -1e12, 1e12),
        /// State of the truce, for `observe = "ceasefire"`.
        is: Option<Truce> = choice(),
        /// Holds from this date on, for `observe = "date"`.
        after: Option<Date> = date(),
        /// Holds before this date, for `observe = "date"`.
        before: Option<Date> = date(),
    }
}

/// One thing a policy does: an instrument with its money, targets, dates and condition.
///
/// `kind` and the common keys are read here; the keys of the instrument's own come from the catalog.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Action {
    /// Instrument, a name of the catalog.
    pub kind: String,
    /// Name within the policy; the kind where absent. A policy that extends another replaces actions by name.
    pub name: String,
    /// Money asked per year while active.
    pub budget: Uncertain,
    /// Who is paid first when money is short: 1 before 2; equals share in proportion. Default 5.
    pub priority: u64,
    /// First day; the scenario's start where absent.
    pub from: Option<Date>,
    /// First day no longer; never where absent.
    pub until: Option<Date>,
    /// Active only while this holds.
    pub when: Option<Condition>,
    /// Once active, stays so at least this long.
    pub minimum: Option<Span>,
    /// Groups named by the instrument's target key, e.g. `with`.
    pub groups: Vec<String>,
    /// Hosts likewise.
    pub hosts: Vec<String>,
    /// Regions likewise.
    pub regions: Vec<String>,
    /// The instrument's numbers, in the order of its spec: every one has a value (the default where not named).
    pub options: Vec<Uncertain>,
}

/// What the state does in one run of histories.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Policy {
    /// Id.
    pub name: String,
    /// Name shown to readers; the id where absent.
    pub label: Option<String>,
    /// What it stands for.
    pub description: Option<String>,
    /// All actions, those taken over by `extends` first.
    pub actions: Vec<Action>,
}

entity! {
    /// A move of fighters from one group to another (a faction changes sides, two groups unite).
    pub struct Transfer {
        /// The group that loses fighters.
        from: String = name(Names::Groups).required(),
        /// The group that gains them.
        to: String = name(Names::Groups).required(),
        /// Share of the fighters that moves; 1 ends the group as merged.
        share: Uncertain = number("share", 0.0, 1.0).default(1.0),
    }
}

entity! {
    /// A dated event from outside the model.
    pub struct Shock {
        /// What happened, for the reader.
        label: Option<String> = text(),
        /// The day.
        on: Option<Date> = date(),
        /// First and last day of the range in which it falls, each day alike.
        between: Vec<Date> = dates(),
        /// Chance that it happens at all.
        probability: Uncertain = number("probability", 0.0, 1.0).default(1.0),
        /// Quantities set to a value, by dotted path. A level that returns to a baseline takes its baseline along.
        set: IndexMap<String, Uncertain> = quantities(false),
        /// Quantities that a value is added to, likewise.
        add: IndexMap<String, Uncertain> = quantities(true),
        /// Fighters that change sides.
        transfer: Vec<Transfer> = list(),
    }
}
