//! The uncertain numbers of a scenario, and ways to group them.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::scenario::Scenario;
use crate::scenario::sensitivity::{By, OwnGroup};
use crate::scenario::uncertain::{Grade, Uncertain};

/// What is left when a study looks at some numbers only.
pub const OTHERS: &str = "everything else";

/// Numbers that are tried together.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Group {
    /// By what they are grouped, a word of study files.
    pub by: String,
    /// Name of the group.
    pub name: String,
    /// Indices of its inputs.
    pub members: Vec<usize>,
}

/// Every uncertain number that can reach one of these policies (indices into the scenario's list), in the order of the file,
/// each once.
pub fn inputs(scenario: &Scenario, policies: &[usize]) -> Vec<Uncertain> {
    let mut reached = scenario.clone();
    reached.policies = policies.iter().map(|&policy| scenario.policies[policy].clone()).collect();
    let mut seen = BTreeSet::new();
    let all = reached.parameters().into_iter().filter(|number| number.distribution.is_uncertain());
    all.filter(|number| seen.insert(number.path.clone())).cloned().collect()
}

/// The inputs grouped in each of these ways, one after the other. Within a way every input is in one group; those that
/// `only` leaves out (it names paths, each with all below it; empty means all) or that no own group takes are together.
///
/// # Errors
/// A path under which there is no input, or two own groups that take the same, in words.
pub fn groups(inputs: &[Uncertain], ways: &[By], own: &[OwnGroup], only: &[String]) -> Result<Vec<Group>, String> {
    let known = |path: &str| inputs.iter().any(|input| is_below(&input.path, path));
    for path in only.iter().chain(own.iter().flat_map(|group| &group.paths)) {
        if !known(path) {
            return Err(unknown(path, inputs));
        }
    }
    let looked_at = |input: &Uncertain| only.is_empty() || only.iter().any(|path| is_below(&input.path, path));
    let mut found = Vec::new();
    for way in ways {
        let mut groups: IndexMap<String, Vec<usize>> = IndexMap::new();
        // Grades in their own order, whichever the file has first.
        if *way == By::Grade {
            groups.extend([Grade::A, Grade::B, Grade::C].map(|grade| (grade_name(grade).to_string(), Vec::new())));
        }
        for (index, input) in inputs.iter().enumerate() {
            let name = if looked_at(input) { group_name(*way, input, own)? } else { None };
            groups.entry(name.unwrap_or_else(|| OTHERS.to_string())).or_default().push(index);
        }
        groups.retain(|_, members| !members.is_empty());
        // What is left comes last.
        if let Some(index) = groups.get_index_of(OTHERS) {
            groups.move_index(index, groups.len() - 1);
        }
        found.extend(groups.into_iter().map(|(name, members)| Group { by: way.to_string(), name, members }));
    }
    Ok(found)
}

/// The ways that inputs are grouped, in order, each with the indices of its groups.
pub fn ways(groups: &[Group]) -> Vec<(&str, Vec<usize>)> {
    let mut ways: Vec<(&str, Vec<usize>)> = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        match ways.last_mut() {
            Some((by, members)) if *by == group.by => members.push(index),
            _ => ways.push((&group.by, vec![index])),
        }
    }
    ways
}

/// The group that an input belongs to; `None` for an input that no own group takes.
fn group_name(way: By, input: &Uncertain, own: &[OwnGroup]) -> Result<Option<String>, String> {
    let parts: Vec<&str> = input.path.split('.').collect();
    let first = parts.first().copied().unwrap_or_default();
    let two = || parts.iter().take(2).copied().collect::<Vec<_>>().join(".");
    Ok(Some(match way {
        By::Each => input.path.clone(),
        By::Grade => grade_name(input.grade).to_string(),
        By::Source => if has_source(input) { "with a source" } else { "without a source" }.to_string(),
        By::Mechanism if first == "mechanisms" => parts.get(1).copied().unwrap_or(first).to_string(),
        By::Mechanism => format!("[{first}]"),
        By::Part => two(),
        By::Own => {
            let mut takers = own.iter().filter(|group| group.paths.iter().any(|path| is_below(&input.path, path)));
            let first = takers.next();
            if let Some((one, other)) = first.zip(takers.next()) {
                return Err(format!("`{}` is in two groups, `{}` and `{}`", input.path, one.name, other.name));
            }
            return Ok(first.map(|group| group.name.clone()));
        }
    }))
}

/// Whether something is cited for it: a source that says `assumed` is none.
fn has_source(input: &Uncertain) -> bool {
    input.source.as_ref().is_some_and(|source| !source.starts_with("assumed"))
}

fn grade_name(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "A: stated by a source",
        Grade::B => "B: derived from sources",
        Grade::C => "C: assumed",
    }
}

/// Whether a path is the other or lies below it.
fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn unknown(path: &str, inputs: &[Uncertain]) -> String {
    let depth = path.split('.').count();
    let candidates: BTreeSet<String> =
        inputs.iter().map(|input| input.path.split('.').take(depth).collect::<Vec<_>>().join(".")).collect();
    let near = crate::scenario::nearest_path(path, candidates.iter().map(String::as_str));
    let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    format!("no uncertain number of these policies is at or below `{path}`{hint}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Limits;
    use crate::scenario::uncertain::Distribution;

    const LIMITS: Limits = Limits { unit: "share", low: 0.0, high: 1.0 };

    fn inputs() -> Vec<Uncertain> {
        ["groups.a.strength", "groups.a.tempo", "groups.ab.tempo", "mechanisms.talks.trust_gain", "state.aid"]
            .iter()
            .enumerate()
            .map(|(i, path)| Uncertain {
                distribution: Distribution::Uniform { low: 0.0, high: 1.0 },
                grade: if i == 0 { Grade::A } else { Grade::C },
                source: (i < 2).then(|| "a book".to_string()),
                ..Uncertain::fixed_default(path, 0.5, LIMITS)
            })
            .collect()
    }

    fn named(ways: &[By], own: &[OwnGroup], only: &[&str]) -> Result<Vec<(String, Vec<usize>)>, String> {
        let only: Vec<String> = only.iter().map(ToString::to_string).collect();
        groups(&inputs(), ways, own, &only).map(|all| all.into_iter().map(|g| (g.name, g.members)).collect())
    }

    #[test]
    fn every_input_is_in_one_group_of_each_way() {
        for way in [By::Each, By::Grade, By::Source, By::Mechanism, By::Part] {
            let mut members: Vec<usize> = named(&[way], &[], &[]).unwrap().into_iter().flat_map(|g| g.1).collect();
            members.sort_unstable();
            assert_eq!(members, [0, 1, 2, 3, 4], "{way}");
        }
        let by_mechanism = named(&[By::Mechanism], &[], &[]).unwrap();
        assert_eq!(by_mechanism[1], ("talks".to_string(), vec![3]));
        let by_grade = named(&[By::Grade], &[], &[]).unwrap();
        assert_eq!(by_grade[1], ("C: assumed".to_string(), vec![1, 2, 3, 4]));
    }

    #[test]
    fn what_is_not_looked_at_still_varies_as_one() {
        let found = named(&[By::Each], &[], &["groups.a"]).unwrap();
        assert_eq!(found.last(), Some(&(OTHERS.to_string(), vec![2, 3, 4])));
        let own = [OwnGroup { name: "tempo".to_string(), paths: vec!["groups.ab".to_string()] }];
        assert_eq!(named(&[By::Own], &own, &[]).unwrap()[1].1, [0, 1, 3, 4]);
    }

    #[test]
    fn a_slip_in_a_path_is_answered_with_the_nearest() {
        let error = named(&[By::Each], &[], &["groups.a.strenght"]).unwrap_err();
        assert!(error.contains("did you mean `groups.a.strength`?"), "{error}");
        let own = ["x", "y"].map(|name| OwnGroup { name: name.to_string(), paths: vec!["state".to_string()] });
        assert!(named(&[By::Own], &own, &[]).unwrap_err().contains("in two groups"));
    }
}
