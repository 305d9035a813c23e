//! The quantities that a shock can set or add to, by dotted path.

use std::fmt;

use super::diagnostic::{Place, quoted};
use super::key::{Limits, Names};
use super::nearest::nearest;
use super::reader::{Reader, list_names};

/// A quantity of the model's state that a shock can change. Names are those of the scenario.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// `groups.GROUP.<part>`.
    Group {
        /// Its id.
        group: String,
        /// What of it.
        part: GroupPart,
    },
    /// `groups.GROUP.affinity.OTHER`.
    Affinity {
        /// One group.
        group: String,
        /// The other.
        other: String,
    },
    /// `hosts.HOST.relation`.
    Relation {
        /// Its id.
        host: String,
    },
    /// `hosts.HOST.tolerance.GROUP`.
    Tolerance {
        /// The host's id.
        host: String,
        /// The group's.
        group: String,
    },
    /// `regions.REGION.writ`.
    Writ {
        /// Its id.
        region: String,
    },
    /// `regions.REGION.cooperation`.
    Cooperation {
        /// Its id.
        region: String,
    },
    /// `regions.REGION.grievance.CAUSE`.
    Grievance {
        /// The region's id.
        region: String,
        /// The cause's.
        cause: String,
    },
    /// `state.<part>`.
    State {
        /// What of it.
        part: StatePart,
    },
}

/// What of a group a shock can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupPart {
    /// Fighters.
    Strength,
    /// Quality of its leadership, 0 to 1.
    Leadership,
    /// Cohesion, 0 to 1.
    Cohesion,
    /// Trust in the state, 0 to 1.
    Trust,
    /// Anger at strikes and traps.
    Retaliation,
    /// Attacks an in-country fighter and year.
    Tempo,
    /// Recruits a fighter and year.
    Recruitment,
    /// Share of hardliners.
    Hardline,
    /// How much it asks for in talks, 0 to 1.
    Demands,
}

/// What of the state a shock can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatePart {
    /// Money that can be spent.
    Treasury,
    /// Money that comes in, per year.
    Revenue,
    /// Money from abroad, per year.
    Aid,
    /// Investors' confidence, 0 to 1.
    Confidence,
    /// 1 in infighting, else 0.
    Infighting,
}

const GROUP_PARTS: [(&str, GroupPart, Limits); 9] = [
    ("strength", GroupPart::Strength, Limits { unit: "fighters", low: 0.0, high: 1e7 }),
    ("leadership", GroupPart::Leadership, SHARE),
    ("cohesion", GroupPart::Cohesion, SHARE),
    ("trust", GroupPart::Trust, SHARE),
    ("retaliation", GroupPart::Retaliation, Limits { unit: "retaliation", low: 0.0, high: 100.0 }),
    ("tempo", GroupPart::Tempo, Limits { unit: "attacks per in-country fighter and year", low: 0.0, high: 1e3 }),
    ("recruitment", GroupPart::Recruitment, Limits { unit: "recruits per fighter and year", low: 0.0, high: 10.0 }),
    ("hardline", GroupPart::Hardline, SHARE),
    ("demands", GroupPart::Demands, SHARE),
];

const STATE_PARTS: [(&str, StatePart, Limits); 5] = [
    ("treasury", StatePart::Treasury, Limits { unit: "currency", low: 0.0, high: 1e9 }),
    ("revenue", StatePart::Revenue, Limits { unit: "currency per year", low: 0.0, high: 1e9 }),
    ("aid", StatePart::Aid, Limits { unit: "currency per year", low: 0.0, high: 1e9 }),
    ("confidence", StatePart::Confidence, SHARE),
    ("infighting", StatePart::Infighting, SHARE),
];

const SHARE: Limits = Limits { unit: "share", low: 0.0, high: 1.0 };

const SIGNED: Limits = Limits { unit: "from enemies (-1) to friends (1)", low: -1.0, high: 1.0 };

/// The paths that there are, with capitals for names; for messages and the reference.
pub const FORMS: [&str; 20] = [
    "groups.GROUP.strength",
    "groups.GROUP.leadership",
    "groups.GROUP.cohesion",
    "groups.GROUP.trust",
    "groups.GROUP.retaliation",
    "groups.GROUP.tempo",
    "groups.GROUP.recruitment",
    "groups.GROUP.hardline",
    "groups.GROUP.demands",
    "groups.GROUP.affinity.GROUP",
    "hosts.HOST.relation",
    "hosts.HOST.tolerance.GROUP",
    "regions.REGION.writ",
    "regions.REGION.cooperation",
    "regions.REGION.grievance.CAUSE",
    "state.treasury",
    "state.revenue",
    "state.aid",
    "state.confidence",
    "state.infighting",
];

impl Quantity {
    /// Reads a dotted path; `None` if there is no such quantity. Whether its names exist is not looked at.
    pub fn parse(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('.').collect();
        let name = |text: &str| text.to_string();
        Some(match parts.as_slice() {
            ["groups", group, part] => Self::Group { group: name(group), part: part_of(&GROUP_PARTS, part)? },
            ["groups", group, "affinity", other] => Self::Affinity { group: name(group), other: name(other) },
            ["hosts", host, "relation"] => Self::Relation { host: name(host) },
            ["hosts", host, "tolerance", group] => Self::Tolerance { host: name(host), group: name(group) },
            ["regions", region, "writ"] => Self::Writ { region: name(region) },
            ["regions", region, "cooperation"] => Self::Cooperation { region: name(region) },
            ["regions", region, "grievance", cause] => Self::Grievance { region: name(region), cause: name(cause) },
            ["state", part] => Self::State { part: part_of(&STATE_PARTS, part)? },
            _ => return None,
        })
    }

    /// Unit and range of its values.
    pub fn limits(&self) -> Limits {
        match self {
            Self::Group { part, .. } => limits_of(&GROUP_PARTS, part),
            Self::State { part } => limits_of(&STATE_PARTS, part),
            Self::Affinity { .. } | Self::Relation { .. } => SIGNED,
            Self::Tolerance { .. } | Self::Writ { .. } | Self::Cooperation { .. } | Self::Grievance { .. } => SHARE,
        }
    }

    /// The names in it, with what they name.
    pub fn names(&self) -> Vec<(Names, &str)> {
        match self {
            Self::Group { group, .. } => vec![(Names::Groups, group)],
            Self::Affinity { group, other } => vec![(Names::Groups, group), (Names::Groups, other)],
            Self::Relation { host } => vec![(Names::Hosts, host)],
            Self::Tolerance { host, group } => vec![(Names::Hosts, host), (Names::Groups, group)],
            Self::Writ { region } | Self::Cooperation { region } => vec![(Names::Regions, region)],
            Self::Grievance { region, cause } => vec![(Names::Regions, region), (Names::Causes, cause)],
            Self::State { .. } => Vec::new(),
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group { group, part } => write!(formatter, "groups.{group}.{}", word_of(&GROUP_PARTS, part)),
            Self::Affinity { group, other } => write!(formatter, "groups.{group}.affinity.{other}"),
            Self::Relation { host } => write!(formatter, "hosts.{host}.relation"),
            Self::Tolerance { host, group } => write!(formatter, "hosts.{host}.tolerance.{group}"),
            Self::Writ { region } => write!(formatter, "regions.{region}.writ"),
            Self::Cooperation { region } => write!(formatter, "regions.{region}.cooperation"),
            Self::Grievance { region, cause } => write!(formatter, "regions.{region}.grievance.{cause}"),
            Self::State { part } => write!(formatter, "state.{}", word_of(&STATE_PARTS, part)),
        }
    }
}

fn part_of<P: Copy>(parts: &[(&str, P, Limits)], word: &str) -> Option<P> {
    parts.iter().find(|(name, ..)| *name == word).map(|(_, part, _)| *part)
}

fn limits_of<P: PartialEq>(parts: &[(&str, P, Limits)], part: &P) -> Limits {
    // Every variant has its row, as a test shows; a share is the narrowest range there is.
    parts.iter().find(|(_, listed, _)| listed == part).map_or(SHARE, |(.., limits)| *limits)
}

fn word_of<P: PartialEq>(parts: &[(&'static str, P, Limits)], part: &P) -> &'static str {
    parts.iter().find(|(_, listed, _)| listed == part).map_or("", |(name, ..)| name)
}

/// Whether a path of a shock is a quantity of this scenario; reports it if not.
pub fn check(reader: &mut Reader<'_>, path: &str, place: Place) -> bool {
    let Some(quantity) = Quantity::parse(path) else {
        let (help, expected) = advice(path);
        let message = format!("{} is no quantity that a shock can change", quoted(path));
        reader.report.error_with_help(place, message, expected, help);
        return false;
    };
    if let Quantity::Affinity { group, other } = &quantity
        && group == other
    {
        reader.report.error(place, format!("{} is a group's affinity to itself", quoted(path)), "expected two groups");
        return false;
    }
    let mut sound = true;
    for (of, name) in quantity.names() {
        sound &= reader.check_name(of, name, place);
    }
    sound
}

/// Help and expectation for a path that is no quantity: the forms of its first word, the nearest last word.
fn advice(path: &str) -> (Option<String>, String) {
    let first = path.split('.').next().unwrap_or_default();
    let of_first: Vec<&str> = FORMS.into_iter().filter(|form| form.split('.').next() == Some(first)).collect();
    if of_first.is_empty() {
        let near = nearest(first, ["groups", "hosts", "regions", "state"]);
        let expected = "expected a path that starts with `groups`, `hosts`, `regions` or `state`".to_string();
        return (near.map(|near| format!("did you mean `{near}`?")), expected);
    }
    let part = path.split('.').nth(if first == "state" { 1 } else { 2 }).unwrap_or_default();
    let parts = of_first.iter().filter_map(|form| form.split('.').nth(if first == "state" { 1 } else { 2 }));
    let help = nearest(part, parts).map(|near| format!("did you mean `{near}`?"));
    (help, format!("expected one of {}", list_names(of_first.into_iter())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_written_back() {
        for form in FORMS {
            let quantity = Quantity::parse(form).unwrap_or_else(|| panic!("{form} is a form"));
            assert_eq!(quantity.to_string(), form);
            assert!(quantity.limits().low < quantity.limits().high);
        }
        for path in ["groups.a", "groups.a.tempo.b", "state", "hosts.a.tolerance", "", "groups..", "region.a.writ"] {
            assert_eq!(Quantity::parse(path), None, "{path}");
        }
    }

    #[test]
    fn every_part_has_a_form() {
        let parts = GROUP_PARTS.iter().map(|(name, ..)| format!("groups.GROUP.{name}"));
        let parts = parts.chain(STATE_PARTS.iter().map(|(name, ..)| format!("state.{name}")));
        for path in parts {
            assert!(FORMS.contains(&path.as_str()), "{path}");
        }
    }
}
