//! Laying a scenario over the one that it extends.

use super::action;
use super::key::Kind;
use super::shape::Shape;
use super::tree::{Entry, Node, Table, Value};

/// Keys of which one takes the other's place.
const ALTERNATIVES: [(&str, &str); 2] = [("horizon", "end"), ("end", "horizon")];

/// The base with every key of `over` laid over it: tables merge, policies merge by name (their actions too), shocks
/// are appended, anything else is replaced.
pub fn merge(base: Node, over: Node) -> Node {
    let mut base = base;
    if let Value::Table(table) = &mut base.value {
        table.shift_remove("extends");
        for (given, replaced) in ALTERNATIVES {
            if over.get(given).is_some() {
                table.shift_remove(replaced);
            }
        }
    }
    let mut merged = merge_node(base, over, Shape::root());
    if let Value::Table(table) = &mut merged.value {
        table.shift_remove("extends");
    }
    merged
}

/// Removes from a table the key that a newly set one takes the place of.
pub fn remove_alternative(table: &mut Table, given: &str) {
    for (key, replaced) in ALTERNATIVES {
        if key == given {
            table.shift_remove(replaced);
        }
    }
}

fn merge_node(base: Node, over: Node, shape: Shape) -> Node {
    let place = over.place;
    let value = match (shape, base.value, over.value) {
        (Shape::Entity(_) | Shape::PerName(..) | Shape::Settings, Value::Table(base), Value::Table(over)) => {
            Value::Table(merge_tables(base, over, shape))
        }
        (Shape::Policies, Value::List(base), Value::List(over)) => {
            Value::List(merge_lists(base, over, |node| node.get("name").and_then(Node::as_text), merge_policy))
        }
        (Shape::List(key), Value::List(mut base), Value::List(over)) if is_appended(key.name, key.spec.kind) => {
            base.extend(over);
            Value::List(base)
        }
        (_, _, over) => over,
    };
    Node { place, value }
}

fn is_appended(name: &str, kind: Kind) -> bool {
    name == "shocks" && kind == Kind::Table
}

fn merge_tables(mut base: Table, over: Table, shape: Shape) -> Table {
    for (name, entry) in over {
        let below = match shape {
            Shape::PerName(key, ..) => Shape::of_item(key),
            shape => shape.keys().iter().find(|key| key.name == name).map_or(Shape::Leaf, Shape::of_key),
        };
        match base.get_mut(&name) {
            Some(old) => {
                let replaced = std::mem::replace(old, Entry { key: entry.key, node: empty(entry.key) });
                old.node = merge_node(replaced.node, entry.node, below);
            }
            None => _ = base.insert(name, entry),
        }
    }
    base
}

fn empty(place: super::diagnostic::Place) -> Node {
    Node { place, value: Value::Table(Table::new()) }
}

/// Items of the same name merge, others are appended.
fn merge_lists(
    base: Vec<Node>,
    over: Vec<Node>,
    name: impl Fn(&Node) -> Option<&str>,
    merge: impl Fn(Node, Node) -> Node,
) -> Vec<Node> {
    let mut merged = base;
    let in_base = merged.len();
    for node in over {
        let same = name(&node).and_then(|wanted| merged[..in_base].iter().position(|old| name(old) == Some(wanted)));
        match same {
            Some(index) => {
                let old = std::mem::replace(&mut merged[index], empty(node.place));
                merged[index] = merge(old, node);
            }
            None => merged.push(node),
        }
    }
    merged
}

fn merge_policy(base: Node, over: Node) -> Node {
    let place = over.place;
    let (Value::Table(mut base), Value::Table(over)) = (base.value, over.value) else {
        return empty(place);
    };
    for (key, mut entry) in over {
        if let (Value::List(new), Some(old)) = (&mut entry.node.value, base.get_mut(&key))
            && let Value::List(old) = &mut old.node.value
            && key == "actions"
        {
            *new = merge_lists(std::mem::take(old), std::mem::take(new), action::name_of, |_, over| over);
        }
        base.insert(key, entry);
    }
    Node { place, value: Value::Table(base) }
}
