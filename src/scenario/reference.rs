//! The reference of the format as markdown, from the same declarations that read it.

use super::action::ActionKeys;
use super::catalog::{Catalog, InstrumentSpec, MechanismSpec, ParameterSpec};
use super::describe;
use super::document::Document;
use super::entity::Entity;
use super::key::{EntityMeta, Kind, Nested};
use super::policies::PolicyKeys;
use super::policy::Comparison;
use super::quantity;
use super::sensitivity::{OwnGroup, Sensitivity};
use super::settings::limits_of;
use super::study::{Sweep, Vary};

/// Every entity of the format, each once, in the order in which keys lead to them.
pub fn entities() -> Vec<&'static EntityMeta> {
    let mut found: Vec<&'static EntityMeta> = Vec::new();
    collect(Document::META, &mut found);
    found
}

fn collect(meta: &'static EntityMeta, found: &mut Vec<&'static EntityMeta>) {
    if found.iter().any(|earlier| earlier.name == meta.name) {
        return;
    }
    found.push(meta);
    for key in meta.keys {
        match (key.spec.kind, key.nested) {
            (_, Nested::Entity(below)) => collect(below, found),
            (Kind::Policy, _) => collect(PolicyKeys::META, found),
            (Kind::Action, _) => collect(ActionKeys::META, found),
            (Kind::Condition, _) => collect(Comparison::META, found),
            _ => {}
        }
    }
}

/// How a heading names an entity.
fn heading(meta: &EntityMeta) -> &'static str {
    match meta.name {
        "Document" => "The file",
        "PolicyKeys" => "Policy",
        "ActionKeys" => "Action",
        name => name,
    }
}

/// The whole reference.
pub fn markdown(catalog: &Catalog) -> String {
    let mut text = String::from(INTRODUCTION);
    for meta in entities() {
        text.push_str(&format!("\n## {}\n{}\n\n", heading(meta), meta.doc));
        text.push_str(&keys(meta));
        if meta.name == Comparison::META.name {
            text.push_str(COMBINATIONS);
        }
    }
    text.push_str("\n## Quantities that a shock can change\n");
    quantity::FORMS.iter().for_each(|form| text.push_str(&format!("- `{form}`\n")));
    text.push_str("\n## Instruments: the kinds of action\n");
    for spec in catalog.instruments {
        text.push_str(&format!("\n### {}\n{}\n", spec.name, spec.doc));
        text.push_str(&instrument(spec));
    }
    text.push_str("\n## Mechanisms\nEach can be switched off by `on = false`; then it changes nothing.\n");
    for spec in catalog.mechanisms {
        text.push_str(&format!("\n### {}\n{}\n", spec.name, spec.doc));
        text.push_str(&mechanism(spec));
    }
    text.push_str("\n## Metrics\n");
    text.push_str(&metrics(catalog));
    text
}

/// The entities of study files: of a sweep and what it varies, of a sensitivity study and its own groups.
pub const STUDIES: [&EntityMeta; 4] = [Sweep::META, Vary::META, Sensitivity::META, OwnGroup::META];

/// The keys of a sweep's study file and of what it varies.
pub fn sweep() -> String {
    format!("\n{}\nUnder each `[[vary]]`:\n\n{}", keys(Sweep::META), keys(Vary::META))
}

/// The keys of the file of a sensitivity study and of its own groups.
pub fn sensitivity() -> String {
    format!("\n{}\nUnder each `[[group]]`:\n\n{}", keys(Sensitivity::META), keys(OwnGroup::META))
}

/// A table of an entity's keys.
fn keys(meta: &EntityMeta) -> String {
    let mut text = String::from("| key | meaning | what | unit | range | where absent |\n|---|---|---|---|---|---|\n");
    for key in meta.keys {
        let cells = [
            format!("`{}`", key.name),
            key.doc.to_string(),
            describe::form(key),
            describe::unit(key).unwrap_or_default().to_string(),
            describe::range(key).unwrap_or_default(),
            describe::absent(key),
        ];
        text.push_str(&row(&cells));
    }
    text
}

/// Equations and parameters of a mechanism.
pub fn mechanism(spec: &MechanismSpec) -> String {
    format!("{}{}", equations(spec.equations), parameters(spec.parameters))
}

/// Equations, targets and options of an instrument.
pub fn instrument(spec: &InstrumentSpec) -> String {
    let mut text = equations(spec.equations);
    for target in spec.targets {
        let need = if target.required { "required" } else { "optional" };
        text.push_str(&format!("- `{}` ({need}): {}\n", target.key, target.doc));
    }
    text.push_str(&parameters(spec.options));
    text
}

/// The table of metrics.
pub fn metrics(catalog: &Catalog) -> String {
    let mut text = String::from("\n| metric | meaning | unit |\n|---|---|---|\n");
    for metric in catalog.metrics {
        let cells =
            [format!("`{}`", metric.name), format!("{}: {}", metric.label, metric.doc), metric.unit.to_string()];
        text.push_str(&row(&cells));
    }
    text
}

fn parameters(specs: &[ParameterSpec]) -> String {
    if specs.is_empty() {
        return String::new();
    }
    let mut text = String::from(
        "\n| key | meaning | unit | range | default (plausible) | source | grade |\n|---|---|---|---|---|---|---|\n",
    );
    for spec in specs {
        let cells = [
            format!("`{}`", spec.name),
            spec.doc.to_string(),
            spec.unit.to_string(),
            describe::range_of(limits_of(spec)),
            describe::absent_parameter(spec),
            spec.source.to_string(),
            format!("{:?}", spec.grade),
        ];
        text.push_str(&row(&cells));
    }
    text
}

fn equations(lines: &str) -> String {
    if lines.is_empty() { String::new() } else { format!("\n```\n{}\n```\n", lines.trim_end()) }
}

fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

const INTRODUCTION: &str = "\
# Reference of the scenario file
Generated from the program's own declarations. A scenario is one TOML file; every key is here, and an unknown key is
an error. Names are made of `a-z`, `0-9` and `-`.

## Numbers that may be uncertain
Wherever an *uncertain number* stands, a bare number may stand (grade C), or a table with exactly one of these:

| key | figures |
|---|---|
| `value` | one number |
| `uniform` | `[low, high]` |
| `triangular` | `[low, mode, high]` |
| `pert` | `[low, mode, high]` |
| `normal` | `[mean, standard deviation]`, with `min` and `max` if wanted |
| `lognormal` | `[median, standard deviation of the logarithm]`, with `min` and `max` if wanted |
| `beta` | `[alpha, beta]` |
| `loguniform` | `[low, high]` |
| `choice` | the values, with `weights` if wanted |

and with any of `source`, `grade` (`\"A\"`: stated by the source, `\"B\"`: derived from it, `\"C\"`: assumed, the default; A and B need a
`source`), `note` and `unit` (the key's own, or another unit of time: `\"per week\"` for a rate per year). Ranges are checked
over everything that a distribution can give; a normal or lognormal law without `min` or `max` is cut off at its
quantiles 1e-9 and 1 - 1e-9.

## Composition
`extends = \"base.toml\"` takes over a scenario of the same folder (or one below it): tables merge key by key, policies merge by
name, shocks are appended, anything else is replaced. `--set path=value` replaces one value by its dotted path for one run, e.g.
`--set groups.NAME.strength=5200` or `--set policies.POLICY.ACTION.budget=30`.
";

const COMBINATIONS: &str = "
Conditions combine: `{ all = [..] }`, `{ any = [..] }`, `{ not = {..} }`.
";

#[cfg(test)]
mod tests {
    use super::super::tests::CATALOG;
    use super::*;

    #[test]
    fn the_reference_has_every_key_of_every_entity_and_of_the_catalog() {
        let text = markdown(&CATALOG);
        for meta in entities() {
            assert!(text.contains(&format!("\n## {}\n", heading(meta))), "{}", meta.name);
            for key in meta.keys {
                assert!(text.contains(&format!("| `{}` | {} |", key.name, key.doc)), "{}.{}", meta.name, key.name);
                assert!(key.doc.ends_with('.'), "{}.{} has no sentence", meta.name, key.name);
            }
        }
        for part in ["### talks", "| `concessions` |", "- `with` (required)", "### attacks", "| `killed` |"] {
            assert!(text.contains(part), "{part}");
        }
    }

    #[test]
    fn every_row_of_a_table_has_as_many_cells_as_its_head() {
        let mut columns = None;
        for line in markdown(&CATALOG).lines() {
            let cells = line.replace("\\|", "").matches('|').count();
            match columns {
                Some(expected) if cells > 0 => assert_eq!(cells, expected, "{line}"),
                _ => columns = (cells > 0).then_some(cells),
            }
            if cells == 0 {
                columns = None;
            }
        }
    }
}
