//! A small catalog and a scenario that uses most of the format, for the tests of this room.

mod composition;
mod hostile;
mod mistakes;
mod reading;

use super::catalog::*;
use super::uncertain::Grade;
use super::{Loaded, read_str};

const fn parameter(name: &'static str, default: Option<f64>, plausible: Option<(f64, f64)>) -> ParameterSpec {
    ParameterSpec {
        name,
        doc: "A parameter of the tests.",
        unit: "share",
        default,
        low: 0.0,
        high: 1.0,
        plausible,
        source: "E1",
        grade: Grade::B,
    }
}

/// The catalog of the tests.
pub(crate) static CATALOG: Catalog = Catalog {
    mechanisms: &[
        MechanismSpec {
            name: "attacks",
            doc: "Groups attack.",
            equations: "count ~ Poisson(rate)\nrate = tempo * strength",
            parameters: &[
                parameter("excitation", Some(0.35), Some((0.2, 0.5))),
                ParameterSpec { unit: "weeks", high: 520.0, ..parameter("memory", Some(4.0), None) },
            ],
        },
        MechanismSpec { name: "politics", doc: "Consensus and infighting.", equations: "", parameters: &[] },
    ],
    instruments: &[
        InstrumentSpec {
            name: "policing",
            doc: "Police are paid.",
            equations: "writ rises",
            targets: &[TargetSpec {
                key: "regions",
                of: TargetOf::Regions,
                many: true,
                required: false,
                doc: "Where; everywhere if absent.",
            }],
            options: &[parameter("effect", Some(0.5), Some((0.3, 0.7)))],
        },
        InstrumentSpec {
            name: "talks",
            doc: "The state talks with a group.",
            equations: "contact, ceasefire, deal",
            targets: &[
                TargetSpec {
                    key: "with",
                    of: TargetOf::Groups,
                    many: false,
                    required: true,
                    doc: "The group talked with.",
                },
                TargetSpec {
                    key: "mediator",
                    of: TargetOf::Hosts,
                    many: false,
                    required: false,
                    doc: "The host that mediates.",
                },
            ],
            options: &[parameter("concessions", None, None)],
        },
    ],
    metrics: &[
        MetricSpec { name: "killed", label: "Killed", unit: "people", doc: "People killed." },
        MetricSpec { name: "attacks", label: "Attacks", unit: "attacks", doc: "Attacks." },
        MetricSpec { name: "spent", label: "Spent", unit: "currency", doc: "Money spent." },
    ],
};

/// A valid scenario.
pub(crate) const VALID: &str = r#"schema = 1
title = "A test"
start = 2021-08-15
horizon = "3y"
baseline = "nothing"
objective = { killed = 1.0, spent = 0.2 }

[state]
revenue = { pert = [60, 80, 100], note = "invented" }

[regions.north]
province = "N"
population = 6_100_000
writ = { uniform = [0.45, 0.65] }
grievance = { red = 0.5 }

[regions.south]
population = 1e6

[hosts.beyond]
relation = 0.1
mediates = true
factions = [{ name = "First", weight = 0.4, consents = true }, { name = "Second", weight = 0.6 }]
truce_shifts = [{ groups = ["lions", "wolves"], by = 0.2 }]

[groups.lions]
cause = "red"
strength = { lognormal = [4500, 0.2], source = "E12", grade = "A" }
presence = { north = 0.8, south = { uniform = [0.15, 0.25] } }
sanctuary = { beyond = { share = 0.6, tolerance = 0.85 } }
tempo = { value = 0.1, unit = "per month" }
targets = { security = 0.62, civilian = 0.30, foreign = 0.03, infrastructure = 0.05 }
affinity = { wolves = 0.7 }
ties = { wolves = "cooperation" }

[groups.wolves]
cause = "blue"
strength = { choice = [100, 200], weights = [3, 1] }
presence = { south = 1 }
tempo = 2

[[shocks]]
label = "A change"
on = 2021-09-01
set = { "hosts.beyond.tolerance.lions" = 0.85 }
add = { "groups.lions.strength" = { uniform = [200, 800], source = "E17" } }
transfer = [{ from = "wolves", to = "lions", share = 0.1 }]

[[policies]]
name = "nothing"
actions = []

[[policies]]
name = "police"
label = "Police"
[[policies.actions]]
kind = "policing"
budget = { uniform = [10, 14] }
[[policies.actions]]
kind = "policing"
name = "policing-north"
regions = ["north"]
effect = 0.6
budget = 4

[[policies]]
name = "talks"
extends = "police"
remove = ["policing-north"]
[[policies.actions]]
kind = "talks"
with = "lions"
mediator = "beyond"
concessions = 0.4
minimum = "12w"
from = 2022-01-01
when = { all = [
    { not = { observe = "ceasefire", group = "lions", is = "broken" } },
    { observe = "attacks", province = "N", above = 60, until_below = 30 },
    { observe = "date", after = 2022-01-01 },
] }

[mechanisms.attacks]
excitation = { beta = [3, 5] }
[mechanisms.politics]
on = false
"#;

/// Reads a text with the catalog of the tests.
pub(crate) fn read(text: &str) -> Result<Loaded, String> {
    read_with(text, &[])
}

/// Reads a text with `--set`s; the error is what a person would see.
pub(crate) fn read_with(text: &str, sets: &[&str]) -> Result<Loaded, String> {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_string()).collect();
    read_str("test.toml", text, &sets, &CATALOG).map_err(|problems| problems.render(false))
}

/// The valid scenario with one text replaced.
pub(crate) fn with(from: &str, to: &str) -> String {
    assert!(VALID.contains(from), "the valid scenario has no {from}");
    VALID.replacen(from, to, 1)
}

/// The error of a text that must be refused.
pub(crate) fn refused(text: &str) -> String {
    read(text).err().unwrap_or_else(|| panic!("it was read:\n{text}"))
}
