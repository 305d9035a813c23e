//! The scenario to start from: short, commented, and read without errors.

use super::catalog::Catalog;

/// A minimal scenario with two policies; the second uses the first instrument that needs no more than money.
pub fn template(catalog: &Catalog) -> String {
    let simple = catalog.instruments.iter().find(|spec| {
        spec.targets.iter().all(|target| !target.required) && spec.options.iter().all(|option| option.default.is_some())
    });
    let mut text = String::from(MINIMAL);
    if let Some(spec) = simple {
        text.push_str(&format!(
            "\n[[policies]]\nname = \"{0}\"\n[[policies.actions]]\nkind = \"{0}\"            # {1}\nbudget = 20                # money per year\n",
            spec.name, spec.doc
        ));
    }
    text
}

const MINIMAL: &str = r#"schema = 1
title = "A first scenario"
start = 2025-01-01
horizon = "2y"
trials = 500

[state]
revenue = 50               # money per year

[regions.border]
population = 2_000_000
writ = 0.5                 # how far the state governs there, 0 to 1

[groups.rebels]
cause = "autonomy"
strength = { uniform = [800, 1200], note = "an assumption; give a source and a grade where you have one" }
presence = { border = 1.0 }
tempo = 0.1                # attacks per fighter and year

[[policies]]
name = "nothing"           # the first policy is what the others are compared with
"#;

#[cfg(test)]
mod tests {
    use super::super::tests::{CATALOG, read};
    use super::*;

    #[test]
    fn the_template_is_read_without_errors_or_warnings() {
        let loaded = read(&template(&CATALOG)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(loaded.warnings, []);
        let policies: Vec<&str> = loaded.scenario.policies.iter().map(|policy| policy.name.as_str()).collect();
        assert_eq!(policies, ["nothing", "policing"]);
        assert!(template(&CATALOG).lines().filter(|line| line.contains('=')).count() <= 20);
    }
}
