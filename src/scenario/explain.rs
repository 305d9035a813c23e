//! What a key, an entity, a mechanism, an instrument or a metric is: the answer to `explain`.

use super::catalog::{Catalog, InstrumentSpec, MechanismSpec, ParameterSpec, TargetSpec};
use super::describe;
use super::entity::Entity;
use super::explanation::Explanation;
use super::key::{EntityMeta, Key, Names, Nested};
use super::nearest::nearest;
use super::quantity;
use super::reference::{STUDIES, entities};
use super::sensitivity::Sensitivity;
use super::settings::limits_of;
use super::shape::Shape;
use super::study::Sweep;

/// There is no such topic.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing is known of `{topic}`{}", self.nearest.as_ref().map_or(String::new(), |near| format!("; did you mean `{near}`?")))]
pub struct Unknown {
    /// What was asked for.
    pub topic: String,
    /// The nearest name that there is.
    pub nearest: Option<String>,
}

/// Explains a path with or without names (`groups.strength`, `groups.rebels.strength`, `mechanisms.attacks.excitation`,
/// `policies.actions.talks.concessions`), or a single word: a key, an entity, a mechanism, an instrument or a metric. Keys of
/// study files begin with the kind of study (`sweep.vary.spacing`, `sensitivity.rows`) or with `study` for either.
///
/// # Errors
/// [`Unknown`] with the nearest name.
pub fn explain(topic: &str, catalog: &Catalog) -> Result<Explanation, Unknown> {
    let parts: Vec<&str> = topic.split('.').map(str::trim).collect();
    let walked = match study(&parts, catalog) {
        Some(found) => found,
        None => Walk { catalog, path: Vec::new() }.walk(Shape::root(), &parts),
    };
    walked.or_else(|near| match word(topic, catalog) {
        Some(found) => Ok(found),
        None => {
            let near = near.or_else(|| nearest(topic, words(catalog)).map(str::to_string));
            Err(Unknown { topic: topic.chars().take(100).collect(), nearest: near })
        }
    })
}

/// What the parts name in a study file, if they begin like the name of one.
fn study(parts: &[&str], catalog: &Catalog) -> Option<Result<Explanation, Near>> {
    let (first, rest) = parts.split_first()?;
    let kinds: &[(&str, &'static EntityMeta)] = match *first {
        "sweep" => &[("sweep", Sweep::META)],
        "sensitivity" => &[("sensitivity", Sensitivity::META)],
        "study" => &[("sweep", Sweep::META), ("sensitivity", Sensitivity::META)],
        _ => return None,
    };
    let mut found = kinds.iter().map(|(name, meta)| match rest.is_empty() {
        true => Ok(entity(name, meta)),
        false => Walk { catalog, path: vec![(*name).to_string()] }.walk(Shape::Entity(meta), rest),
    });
    let one = found.next()?;
    Some(if one.is_ok() { one } else { found.find(Result::is_ok).unwrap_or(one) })
}

/// A single word: a mechanism, an instrument, a metric, an entity, or a key of some entity.
fn word(topic: &str, catalog: &Catalog) -> Option<Explanation> {
    let bare = topic.strip_prefix("metrics.").unwrap_or(topic);
    let metric = catalog.metrics.iter().find(|metric| metric.name == bare);
    let instrument_spec = catalog.instruments.iter().find(|spec| spec.name == topic);
    if let Some(spec) = catalog.mechanisms.iter().find(|spec| spec.name == topic) {
        let mut found = mechanism(spec);
        found.facts.extend(instrument_spec.map(|_| ("see also", format!("instruments.{topic}"))));
        found.facts.extend(metric.map(|_| ("see also", format!("metrics.{topic}"))));
        return Some(found);
    }
    if let Some(spec) = instrument_spec {
        return Some(instrument(spec));
    }
    if let Some(metric) = metric {
        return Some(Explanation {
            topic: format!("metrics.{}", metric.name),
            meaning: format!("{}: {}", metric.label, metric.doc),
            facts: vec![("unit", metric.unit.to_string())],
            equations: String::new(),
            below: Vec::new(),
        });
    }
    let all: Vec<&EntityMeta> = entities().into_iter().chain(STUDIES).collect();
    if let Some(meta) = all.iter().find(|meta| meta.name.eq_ignore_ascii_case(topic)) {
        return Some(entity(meta.name, meta));
    }
    all.iter().find_map(|meta| Some(self::key(&format!("{}.{topic}", meta.name), meta.key(topic)?)))
}

fn words(catalog: &Catalog) -> Vec<&'static str> {
    let mut words: Vec<&'static str> = catalog.mechanisms.iter().map(|spec| spec.name).collect();
    words.extend(catalog.instruments.iter().map(|spec| spec.name));
    words.extend(catalog.metrics.iter().map(|spec| spec.name));
    for meta in entities().into_iter().chain(STUDIES) {
        words.push(meta.name);
        words.extend(meta.names());
    }
    words
}

/// A walk along a path; `path` is what was walked, with capitals for names.
struct Walk<'c> {
    catalog: &'c Catalog,
    path: Vec<String>,
}

/// The nearest name where the path leaves the format.
type Near = Option<String>;

impl Walk<'_> {
    fn walk(mut self, shape: Shape, parts: &[&str]) -> Result<Explanation, Near> {
        let Some((first, rest)) = parts.split_first() else { return Err(None) };
        let key = shape.keys().iter().find(|key| key.name == *first);
        if let Some(key) = key {
            self.path.push(key.name.to_string());
            if rest.is_empty() {
                return Ok(self::key(&self.path.join("."), key));
            }
            return self.below(key, rest);
        }
        match shape {
            // A policy's action by name, which by default is its kind.
            Shape::Policy | Shape::Action => self.catalog_entry(Names::Instruments, parts),
            shape => Err(nearest(first, shape.keys().iter().map(|key| key.name)).map(|near| self.named(near))),
        }
    }

    /// Goes on below a key: past a name or number, if one is given.
    fn below(mut self, key: &'static Key, parts: &[&str]) -> Result<Explanation, Near> {
        let Some((first, rest)) = parts.split_first() else { return Err(None) };
        let item = Shape::of_item(key);
        match Shape::of_key(key) {
            Shape::PerName(_, of @ (Names::Mechanisms | Names::Instruments), _) => self.catalog_entry(of, parts),
            Shape::PerName(_, of, _) => {
                self.path.push(of.one().to_uppercase());
                let is_key = item.keys().iter().any(|key| key.name == *first);
                if of == Names::Quantities {
                    return Ok(self::key(&self.path.join("."), key));
                }
                if rest.is_empty() && !is_key {
                    // A name stands here, or a key that was mistyped: what is near a key was meant as one.
                    let near = nearest(first, item.keys().iter().map(|key| key.name)).map(|near| self.named(near));
                    return near.map_or_else(|| Ok(self::key(&self.path.join("."), key)), |near| Err(Some(near)));
                }
                self.walk(item, if is_key { parts } else { rest })
            }
            Shape::List(_) | Shape::Policies => {
                let is_key = item.keys().iter().any(|key| key.name == *first) || matches!(item, Shape::Action);
                if rest.is_empty() && !is_key {
                    return Ok(self::key(&self.path.join("."), key));
                }
                self.walk(item, if is_key { parts } else { rest })
            }
            Shape::Leaf => Err(None),
            shape => self.walk(shape, parts),
        }
    }

    /// A mechanism or instrument, or one of its keys.
    fn catalog_entry(mut self, of: Names, parts: &[&str]) -> Result<Explanation, Near> {
        let Some((name, rest)) = parts.split_first() else { return Err(None) };
        let (found, parameters, targets, names): (_, _, &[TargetSpec], Vec<&str>) = if of == Names::Mechanisms {
            let all = self.catalog.mechanisms;
            let spec = all.iter().find(|spec| spec.name == *name);
            (spec.map(mechanism), spec.map(|spec| spec.parameters), &[], all.iter().map(|spec| spec.name).collect())
        } else {
            let all = self.catalog.instruments;
            let spec = all.iter().find(|spec| spec.name == *name);
            let targets = spec.map_or(&[][..], |spec| spec.targets);
            (spec.map(instrument), spec.map(|spec| spec.options), targets, all.iter().map(|spec| spec.name).collect())
        };
        let (Some(found), Some(parameters)) = (found, parameters) else {
            return Err(nearest(name, names).map(|near| self.named(near)));
        };
        self.path.push((*name).to_string());
        let Some(key) = rest.first() else { return Ok(Explanation { topic: self.path.join("."), ..found }) };
        if let Some(spec) = parameters.iter().find(|spec| spec.name == *key) {
            self.path.push((*key).to_string());
            return Ok(parameter(&self.path.join("."), spec));
        }
        if let Some(target) = targets.iter().find(|target| target.key == *key) {
            self.path.push((*key).to_string());
            return Ok(target_key(&self.path.join("."), target));
        }
        if of == Names::Instruments && Shape::Action.keys().iter().any(|common| common.name == *key) {
            return self.walk(Shape::Action, rest);
        }
        let names = parameters.iter().map(|spec| spec.name).chain(targets.iter().map(|target| target.key));
        Err(nearest(key, names).map(|near| self.named(near)))
    }

    fn named(&self, last: &str) -> String {
        let mut path = self.path.clone();
        path.push(last.to_string());
        path.join(".")
    }
}

fn key(topic: &str, key: &'static Key) -> Explanation {
    let mut facts = vec![("form", describe::form(key))];
    facts.extend(describe::unit(key).map(|unit| ("unit", unit.to_string())));
    facts.extend(describe::range(key).map(|range| ("range", range)));
    facts.push(("where absent", describe::absent(key)));
    let below = match key.nested {
        Nested::Entity(meta) => keys_of(meta),
        Nested::Choices(words) => words.iter().map(|word| (word.name.to_string(), word.doc.to_string())).collect(),
        Nested::None => match Shape::of_key(key) {
            Shape::PerName(_, Names::Quantities, _) => {
                quantity::FORMS.iter().map(|form| ((*form).to_string(), String::new())).collect()
            }
            shape => {
                let item = if matches!(shape, Shape::Policies | Shape::List(_)) { Shape::of_item(key) } else { shape };
                item.keys().iter().map(|key| (key.name.to_string(), key.doc.to_string())).collect()
            }
        },
    };
    Explanation { topic: topic.to_string(), meaning: key.doc.to_string(), facts, equations: String::new(), below }
}

fn keys_of(meta: &EntityMeta) -> Vec<(String, String)> {
    meta.keys.iter().map(|key| (key.name.to_string(), key.doc.to_string())).collect()
}

fn entity(topic: &str, meta: &EntityMeta) -> Explanation {
    Explanation {
        topic: topic.to_string(),
        meaning: meta.doc.to_string(),
        facts: Vec::new(),
        equations: String::new(),
        below: keys_of(meta),
    }
}

fn mechanism(spec: &MechanismSpec) -> Explanation {
    Explanation {
        topic: format!("mechanisms.{}", spec.name),
        meaning: spec.doc.to_string(),
        facts: Vec::new(),
        equations: spec.equations.to_string(),
        below: spec.parameters.iter().map(|one| (one.name.to_string(), one.doc.to_string())).collect(),
    }
}

fn instrument(spec: &InstrumentSpec) -> Explanation {
    let targets = spec.targets.iter().map(|target| (target.key.to_string(), target.doc.to_string()));
    Explanation {
        topic: format!("instruments.{}", spec.name),
        meaning: spec.doc.to_string(),
        facts: Vec::new(),
        equations: spec.equations.to_string(),
        below: targets.chain(spec.options.iter().map(|one| (one.name.to_string(), one.doc.to_string()))).collect(),
    }
}

fn parameter(topic: &str, spec: &ParameterSpec) -> Explanation {
    let mut facts = vec![
        ("form", "uncertain number".to_string()),
        ("unit", spec.unit.to_string()),
        ("range", describe::range_of(limits_of(spec))),
        ("where absent", describe::absent_parameter(spec)),
    ];
    if spec.default.is_some() {
        facts.push(("source of the default", spec.source.to_string()));
        facts.push(("grade of the default", format!("{:?}", spec.grade)));
    }
    let (meaning, below) = (spec.doc.to_string(), Vec::new());
    Explanation { topic: topic.to_string(), meaning, facts, equations: String::new(), below }
}

fn target_key(topic: &str, target: &TargetSpec) -> Explanation {
    let names = match target.of {
        super::catalog::TargetOf::Groups => Names::Groups,
        super::catalog::TargetOf::Hosts => Names::Hosts,
        super::catalog::TargetOf::Regions => Names::Regions,
    };
    let form =
        if target.many { format!("list of names of {}", names.many()) } else { format!("name of a {}", names.one()) };
    let absent = if target.required { "required" } else { "none" };
    let facts = vec![("form", form), ("where absent", absent.to_string())];
    let (meaning, below) = (target.doc.to_string(), Vec::new());
    Explanation { topic: topic.to_string(), meaning, facts, equations: String::new(), below }
}

#[cfg(test)]
mod tests {
    use super::super::tests::CATALOG;
    use super::*;

    fn fact(topic: &str, name: &str) -> String {
        let found = explain(topic, &CATALOG).unwrap_or_else(|error| panic!("{error}"));
        found.facts.into_iter().find(|(fact, _)| *fact == name).map(|(_, fact)| fact).unwrap_or_default()
    }

    #[test]
    fn a_path_is_explained_with_or_without_the_names_in_it() {
        for topic in ["groups.strength", "groups.rebels.strength"] {
            let found = explain(topic, &CATALOG).expect("a key");
            assert_eq!(found.topic, "groups.GROUP.strength");
            assert!(found.meaning.starts_with("Fighters at the start"));
            assert_eq!(fact(topic, "unit"), "fighters");
            assert_eq!(fact(topic, "range"), "0 to 1e7");
            assert_eq!(fact(topic, "where absent"), "required");
        }
        assert_eq!(fact("groups.lions.sanctuary.beyond.share", "range"), "0 to 0.95");
        assert_eq!(fact("hosts.beyond.factions.0.weight", "unit"), "weight");
        assert_eq!(fact("policies.talks.talks.when.above", "form"), "uncertain number");
    }

    #[test]
    fn keys_of_studies_are_explained() {
        assert_eq!(fact("sweep.vary.spacing", "where absent"), "\"linear\"");
        assert_eq!(fact("sensitivity.histories", "range"), "1 to 64");
        assert_eq!(fact("study.points", "form"), "whole number");
        assert_eq!(explain("study.second_order", &CATALOG).expect("a key").topic, "sensitivity.second_order");
        assert!(explain("sweep", &CATALOG).expect("a study").below.iter().any(|(key, _)| key == "design"));
        let near = explain("sensitivity.historys", &CATALOG).expect_err("a slip").nearest;
        assert_eq!(near.as_deref(), Some("sensitivity.histories"));
    }

    #[test]
    fn parameters_options_and_targets_of_the_catalog_are_explained() {
        assert_eq!(fact("mechanisms.attacks.excitation", "where absent"), "0.35 (0.2 to 0.5)");
        assert_eq!(fact("mechanisms.attacks.excitation", "grade of the default"), "B");
        for topic in ["policies.actions.talks.concessions", "policies.some.talks.concessions"] {
            assert_eq!(fact(topic, "where absent"), "required", "{topic}");
        }
        assert_eq!(fact("policies.actions.talks.with", "form"), "name of a group");
        assert_eq!(fact("instruments.policing.effect", "unit"), "share");
        assert_eq!(explain("mechanisms.attacks", &CATALOG).expect("a mechanism").equations.lines().count(), 2);
    }

    #[test]
    fn a_single_word_finds_mechanisms_instruments_metrics_entities_and_keys() {
        assert_eq!(fact("attacks", "see also"), "metrics.attacks");
        assert_eq!(explain("talks", &CATALOG).expect("an instrument").below.len(), 3);
        assert_eq!(fact("killed", "unit"), "people");
        assert!(explain("Sanctuary", &CATALOG).expect("an entity").meaning.contains("shelter"));
        assert_eq!(explain("cohesion", &CATALOG).expect("a key").topic, "Group.cohesion");
    }

    #[test]
    fn an_unknown_topic_names_the_nearest() {
        let near = |topic: &str| explain(topic, &CATALOG).expect_err("unknown").nearest;
        assert_eq!(near("groups.lions.strenght").as_deref(), Some("groups.GROUP.strength"));
        assert_eq!(near("mechanisms.atacks").as_deref(), Some("mechanisms.attacks"));
        assert_eq!(near("cohesoin").as_deref(), Some("cohesion"));
        assert_eq!(near("xyzzyxyzzy"), None);
        for topic in ["", ".", "groups.", "groups..strength", "policies.actions.", "a.b.c.d.e.f"] {
            _ = explain(topic, &CATALOG);
        }
    }

    #[test]
    fn an_explanation_reads_as_text() {
        let text = explain("mechanisms.attacks", &CATALOG).expect("a mechanism").to_string();
        let expected = "\
mechanisms.attacks
  Groups attack.

  equations:
    count ~ Poisson(rate)
    rate = tempo * strength

  excitation  A parameter of the tests.
  memory      A parameter of the tests.
";
        assert_eq!(text, expected);
    }
}
