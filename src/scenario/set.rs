//! `--set path=value`: one value of the merged tree replaced from the command line.

use super::action;
use super::diagnostic::{Place, Report, quoted};
use super::key::Names;
use super::merge::remove_alternative;
use super::nearest::nearest;
use super::reader::{Known, list_names};
use super::shape::Shape;
use super::tree::{self, Entry, Node, Table, Value};

/// Applies one `path=value`, which is the whole of the source text `index`, to the tree.
pub fn apply(root: &mut Node, index: usize, text: &str, report: &mut Report) {
    let whole = Place { text: index, start: 0, end: text.len() };
    let Some(equals) = text.find('=') else {
        report.error(whole, "--set without `=`", "expected path=value, e.g. groups.NAME.strength=5200");
        return;
    };
    let mut segments = Vec::new();
    let mut start = 0;
    for segment in text[..equals].split('.') {
        let trimmed = segment.trim();
        let lead = segment.len() - segment.trim_start().len();
        let place = Place { text: index, start: start + lead, end: start + lead + trimmed.len() };
        if trimmed.is_empty() {
            report.error(place, "a path with an empty part", "expected names with dots between them");
            return;
        }
        segments.push(Segment { name: trimmed, place });
        start += segment.len() + 1;
    }
    let Some(value) = value(index, text, equals + 1, report) else { return };
    let known = Known::collect(root);
    let policies = root.get("policies").and_then(Node::as_list).map(<[Node]>::to_vec).unwrap_or_default();
    Setter { known, policies, report }.walk(root, Shape::root(), &segments, value);
}

/// The value after the `=`; a bare word is a text.
fn value(index: usize, text: &str, after: usize, report: &mut Report) -> Option<Node> {
    let word = text[after..].trim();
    let start = after + text[after..].len() - text[after..].trim_start().len();
    let place = Place { text: index, start, end: start + word.len() };
    if word.is_empty() {
        report.error(place, "--set without a value", "expected path=value");
        return None;
    }
    match tree::parse_value(index, &text[..place.end], start, report) {
        Ok(node) => Some(node),
        Err(errors) => {
            if word.contains(['[', ']', '{', '}', '"', '\'', '#', '=', '\n']) {
                errors.errors.into_iter().for_each(|error| report.push(error));
                return None;
            }
            Some(Node { place, value: Value::Text(word.to_string()) })
        }
    }
}

#[derive(Clone, Copy)]
struct Segment<'t> {
    name: &'t str,
    place: Place,
}

struct Setter<'a> {
    known: Known,
    /// The policies as they were before, to find actions that a policy takes over.
    policies: Vec<Node>,
    report: &'a mut Report,
}

impl Setter<'_> {
    /// Puts the value at the path below the node, whose form is `shape`.
    ///
    /// A key that the format does not have is put there all the same: the reader refuses it in the words, and with
    /// the nearest valid name, that it has for one in a file.
    fn walk(&mut self, node: &mut Node, shape: Shape, path: &[Segment<'_>], value: Node) {
        let Some((first, rest)) = path.split_first() else {
            *node = value;
            return;
        };
        match shape {
            Shape::Leaf => {
                let message = format!("{} is not in the format", quoted(first.name));
                self.report.error(first.place, message, "nothing can be named below a single value");
            }
            Shape::List(key) => self.item(node, key.name, Shape::of_item(key), path, value),
            Shape::Policies => self.policy(node, *first, rest, value),
            Shape::PerName(_, Names::Quantities, _) => {
                let names: Vec<&str> = path.iter().map(|segment| segment.name).collect();
                let whole = Segment { name: &names.join("."), place: first.place };
                self.step(node, whole, Shape::Leaf, &[], value);
            }
            Shape::PerName(key, of, declares) => {
                if !declares || self.is_declared(of, *first) {
                    self.step(node, *first, Shape::of_item(key), rest, value);
                }
            }
            Shape::Condition if matches!(first.name, "all" | "any") && !rest.is_empty() => {
                match node_at(node, first.name) {
                    Some(list) => self.item(list, first.name, Shape::Condition, rest, value),
                    None => self.report.error(first.place, format!("there is no `{}` here", first.name), ""),
                }
            }
            Shape::Condition if first.name == "not" => self.step(node, *first, Shape::Condition, rest, value),
            Shape::Entity(_) | Shape::Policy | Shape::Action | Shape::Condition | Shape::Settings => {
                let key = shape.keys().iter().find(|key| key.name == first.name);
                match key.map(Shape::of_key) {
                    Some(below) => self.step(node, *first, below, rest, value),
                    None => self.step(node, *first, Shape::Leaf, &[], value),
                }
            }
        }
    }

    /// Goes on below one item of a list.
    fn item(&mut self, node: &mut Node, list: &str, shape: Shape, path: &[Segment<'_>], value: Node) {
        let Some((first, rest)) = path.split_first() else { return };
        let Value::List(items) = &mut node.value else {
            self.report.error(first.place, format!("`{list}` is not a list"), "");
            return;
        };
        let length = items.len();
        match first.name.parse::<usize>().ok().and_then(|index| items.get_mut(index)) {
            Some(item) => self.walk(item, shape, rest, value),
            None => {
                let message = format!("`{list}` has no item {}", quoted(first.name));
                self.report.error(first.place, message, format!("it has {length}, counted from 0"));
            }
        }
    }

    /// Goes on below one key of a table, which is made if absent.
    fn step(&mut self, node: &mut Node, segment: Segment<'_>, shape: Shape, rest: &[Segment<'_>], value: Node) {
        let Value::Table(table) = &mut node.value else {
            let message = format!("there is no table to set {} in", quoted(segment.name));
            self.report.error(segment.place, message, "the file has another value there");
            return;
        };
        remove_alternative(table, segment.name);
        let fresh = Node { place: segment.place, value: Value::Table(Table::new()) };
        let entry = table.entry(segment.name.to_string()).or_insert(Entry { key: segment.place, node: fresh });
        entry.key = segment.place;
        self.walk(&mut entry.node, shape, rest, value);
    }

    /// Goes on below a policy named by name: one of its keys, or one of its actions, again by name.
    fn policy(&mut self, node: &mut Node, name: Segment<'_>, rest: &[Segment<'_>], value: Node) {
        let named = |policy: &&mut Node| policy.get("name").and_then(Node::as_text) == Some(name.name);
        let found = match &mut node.value {
            Value::List(list) => list.iter_mut().find(named),
            _ => None,
        };
        let Some(policy) = found else {
            let names: Vec<String> = self.known.policies.iter().cloned().collect();
            return self.unknown(name, names.iter().map(String::as_str));
        };
        let Some((second, below)) = rest.split_first() else {
            *policy = value;
            return;
        };
        if Shape::Policy.keys().iter().any(|key| key.name == second.name) {
            return self.walk(policy, Shape::Policy, rest, value);
        }
        let inherited = inherited_action(&self.policies, name.name, second.name);
        match own_action(policy, second, inherited) {
            Some(action) => self.walk(action, Shape::Action, below, value),
            None => {
                let names = action_names(&self.policies, name.name);
                self.unknown(*second, names.iter().map(String::as_str));
            }
        }
    }

    fn is_declared(&mut self, of: Names, segment: Segment<'_>) -> bool {
        let names = match of {
            Names::Groups => &self.known.groups,
            Names::Hosts => &self.known.hosts,
            Names::Regions => &self.known.regions,
            _ => &self.known.causes,
        };
        if names.contains(segment.name) {
            return true;
        }
        let names: Vec<String> = names.iter().cloned().collect();
        self.unknown(segment, names.iter().map(String::as_str));
        false
    }

    fn unknown<'n>(&mut self, segment: Segment<'_>, names: impl Iterator<Item = &'n str> + Clone) {
        let help = nearest(segment.name, names.clone()).map(|name| format!("did you mean `{name}`?"));
        let listed = list_names(names);
        let expected =
            if listed.is_empty() { "there is none here".to_string() } else { format!("expected one of {listed}") };
        let message = format!("{} is not in the scenario's format here", quoted(segment.name));
        self.report.error_with_help(segment.place, message, expected, help);
    }
}

/// The value of a key of a node.
fn node_at<'n>(node: &'n mut Node, key: &str) -> Option<&'n mut Node> {
    match &mut node.value {
        Value::Table(table) => table.get_mut(key).map(|entry| &mut entry.node),
        _ => None,
    }
}

/// The policy's own action of that name; one that it takes over is copied into it, so that only this policy changes.
fn own_action<'p>(policy: &'p mut Node, name: &Segment<'_>, inherited: Option<Node>) -> Option<&'p mut Node> {
    let Value::Table(table) = &mut policy.value else { return None };
    let fresh = Entry { key: name.place, node: Node { place: name.place, value: Value::List(Vec::new()) } };
    let Value::List(actions) = &mut table.entry("actions".to_string()).or_insert(fresh).node.value else { return None };
    let index = match actions.iter().position(|action| action::name_of(action) == Some(name.name)) {
        Some(index) => index,
        None => {
            actions.push(inherited?);
            actions.len() - 1
        }
    };
    actions.get_mut(index)
}

/// The policy and those it extends, nearest first; a cycle ends it.
fn lineage<'p>(policies: &'p [Node], name: &str) -> Vec<&'p Node> {
    let mut line: Vec<&Node> = Vec::new();
    let mut wanted = Some(name);
    while let Some(policy) =
        wanted.and_then(|name| policies.iter().find(|policy| policy.get("name").and_then(Node::as_text) == Some(name)))
    {
        if line.iter().any(|earlier| std::ptr::eq(*earlier, policy)) {
            break;
        }
        line.push(policy);
        wanted = policy.get("extends").and_then(Node::as_text);
    }
    line
}

fn actions_of(policy: &Node) -> &[Node] {
    policy.get("actions").and_then(Node::as_list).unwrap_or_default()
}

fn inherited_action(policies: &[Node], policy: &str, name: &str) -> Option<Node> {
    let mut actions = lineage(policies, policy).into_iter().skip(1).flat_map(actions_of);
    actions.find(|action| action::name_of(action) == Some(name)).cloned()
}

fn action_names(policies: &[Node], policy: &str) -> Vec<String> {
    let actions = lineage(policies, policy).into_iter().flat_map(actions_of);
    actions.filter_map(action::name_of).map(str::to_string).collect()
}
