//! Reading policies: each with its actions, those of the policy that it extends taken over.

use std::collections::BTreeMap;

use super::action;
use super::diagnostic::{Place, plural, quoted};
use super::entity::{Entity, entity};
use super::field::{Field, Value};
use super::key::Names;
use super::nearest::nearest;
use super::policy::{Action, Policy};
use super::reader::{Reader, Site, join, list_names};
use super::tree::{Entry, Node};
use super::uncertain::Uncertain;

/// Most actions of a policy, those taken over included.
const MOST_ACTIONS: usize = 64;

/// The policies of a scenario, in the order of the file.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Policies(pub Vec<Policy>);

/// Actions in the file; read apart from the other keys because their keys depend on the catalog.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Unread;

impl Field for Unread {
    fn read(_: &mut Reader<'_>, _: Site<'_>, _: Option<&Entry>, _: Place) -> Option<Self> {
        Some(Self)
    }
}

entity! {
    /// A policy: a list of actions that the state takes.
    pub struct PolicyKeys {
        /// Id.
        name: String = new_name().required(),
        /// Name shown to readers; the id where absent.
        label: Option<String> = text(),
        /// What it stands for.
        description: Option<String> = long_text(),
        /// The policy whose actions it takes over.
        extends: Option<String> = name(Names::Policies),
        /// Names of actions that it does not take over.
        remove: Vec<String> = texts(),
        /// Its actions. One with the name of an action taken over replaces that one.
        actions: Unread = actions(),
    }
}

/// An action of a policy, by name; `None` where it could not be read.
type Named = (String, Option<Action>);

/// A policy before the actions that it takes over are known.
struct Draft<'t> {
    keys: PolicyKeys,
    own: Vec<Named>,
    node: &'t Node,
}

impl Field for Policies {
    fn read(reader: &mut Reader<'_>, site: Site<'_>, entry: Option<&Entry>, owner: Place) -> Option<Self> {
        let Some(entry) = entry else {
            return super::field::missing(reader, site, owner);
        };
        let Some(nodes) = entry.node.as_list() else {
            reader.wrong_type(site.path, &entry.node, "a list of tables, each headed [[policies]]");
            return None;
        };
        if nodes.len() > Names::Policies.limit() {
            let message = format!("{} policies", nodes.len());
            reader.report.error(entry.key, message, format!("at most {}", Names::Policies.limit()));
            return None;
        }
        let drafts: Vec<Option<Draft<'_>>> = nodes.iter().map(|node| draft(reader, site.path, node)).collect();
        let all_read = drafts.iter().all(Option::is_some);
        let drafts: Vec<Draft<'_>> = drafts.into_iter().flatten().collect();
        refuse_duplicates(reader, &drafts);
        let mut resolved: BTreeMap<String, Vec<Named>> = BTreeMap::new();
        let mut policies = Some(Vec::with_capacity(drafts.len()));
        for draft in &drafts {
            let named = resolve(reader, &drafts, draft, &mut Vec::new(), &mut resolved);
            let actions: Option<Vec<Action>> = named.into_iter().map(|(_, action)| action).collect();
            let keys = &draft.keys;
            match (actions, policies.as_mut()) {
                (Some(actions), Some(policies)) => policies.push(Policy {
                    name: keys.name.clone(),
                    label: keys.label.clone(),
                    description: keys.description.clone(),
                    actions,
                }),
                _ => policies = None,
            }
        }
        policies.filter(|_| all_read).map(Self)
    }
}

/// Appends the uncertain values of an action.
pub fn visit_action<'a>(action: &'a Action, found: &mut Vec<&'a Uncertain>) {
    found.push(&action.budget);
    if let Some(condition) = &action.when {
        Value::visit(condition, found);
    }
    found.extend(&action.options);
}

/// The same, to change them.
pub fn visit_action_mut<'a>(action: &'a mut Action, found: &mut Vec<&'a mut Uncertain>) {
    found.push(&mut action.budget);
    if let Some(condition) = &mut action.when {
        Value::visit_mut(condition, found);
    }
    found.extend(&mut action.options);
}

/// Reads a policy's own keys and actions.
fn draft<'t>(reader: &mut Reader<'_>, path: &str, node: &'t Node) -> Option<Draft<'t>> {
    let name = node.get("name").and_then(Node::as_text).unwrap_or("?");
    let path = join(path, name);
    let keys = reader.entity::<PolicyKeys>(&path, node, &[]);
    let own = match node.get("actions") {
        None => Some(Vec::new()),
        Some(actions) => read_actions(reader, &path, actions),
    };
    Some(Draft { keys: keys?, own: own?, node })
}

fn read_actions(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Vec<Named>> {
    let Some(items) = node.as_list() else {
        reader.wrong_type(&join(path, "actions"), node, "a list of tables, each headed [[policies.actions]]");
        return None;
    };
    if items.len() > MOST_ACTIONS {
        let message = format!("{} has {} actions", quoted(path), items.len());
        reader.report.error(node.place, message, format!("at most {MOST_ACTIONS}"));
        return None;
    }
    let mut actions: Vec<Named> = Vec::with_capacity(items.len());
    for item in items {
        let name = action::name_of(item).unwrap_or("?").to_string();
        if actions.iter().any(|(earlier, _)| *earlier == name) {
            let place = item.get("name").or_else(|| item.get("kind")).unwrap_or(item).place;
            let message = format!("{} has two actions named {}", quoted(path), quoted(&name));
            reader.report.error(place, message, "give one of them another `name`");
        }
        if PolicyKeys::META.key(&name).is_some() {
            let message = format!("{} cannot be the name of an action", quoted(&name));
            reader.report.error(item.place, message, "it is a key of policies; expected another `name`");
        }
        let action = action::read(reader, &join(path, &name), item);
        actions.push((name, action));
    }
    Some(actions)
}

fn refuse_duplicates(reader: &mut Reader<'_>, drafts: &[Draft<'_>]) {
    for (index, draft) in drafts.iter().enumerate() {
        let name = &draft.keys.name;
        if drafts[..index].iter().any(|earlier| earlier.keys.name == *name) {
            let place = draft.node.get("name").unwrap_or(draft.node).place;
            reader.report.error(place, format!("two policies are named {}", quoted(name)), "expected another name");
        }
    }
}

/// All actions of a policy: those of its ancestors first. `path` holds the names on the way, to find cycles.
fn resolve(
    reader: &mut Reader<'_>,
    drafts: &[Draft<'_>],
    draft: &Draft<'_>,
    path: &mut Vec<String>,
    resolved: &mut BTreeMap<String, Vec<Named>>,
) -> Vec<Named> {
    let name = &draft.keys.name;
    if let Some(actions) = resolved.get(name) {
        return actions.clone();
    }
    path.push(name.clone());
    let mut actions = Vec::new();
    let mut is_parent_known = true;
    if let Some(parent) = &draft.keys.extends {
        let place = draft.node.get("extends").unwrap_or(draft.node).place;
        is_parent_known = false;
        if path.contains(parent) {
            let message = format!("{} extends itself", quoted(name));
            reader.report.error(place, message, format!("by way of {}", list_names(path.iter().map(String::as_str))));
        } else if let Some(parent) = drafts.iter().find(|other| other.keys.name == *parent) {
            is_parent_known = true;
            actions = resolve(reader, drafts, parent, path, resolved);
        }
    }
    // Of a parent that could not be read, or of a circle, nothing more can be said.
    if is_parent_known {
        remove(reader, draft, &mut actions);
    }
    for (name, action) in &draft.own {
        match actions.iter_mut().find(|(inherited, _)| inherited == name) {
            Some(replaced) => replaced.1.clone_from(action),
            None => actions.push((name.clone(), action.clone())),
        }
    }
    if actions.len() > MOST_ACTIONS {
        let message = format!("{} has {} {}", quoted(name), actions.len(), plural(actions.len(), "action"));
        reader.report.error(draft.node.place, message, format!("at most {MOST_ACTIONS}"));
    }
    path.pop();
    resolved.insert(name.clone(), actions.clone());
    actions
}

fn remove(reader: &mut Reader<'_>, draft: &Draft<'_>, actions: &mut Vec<Named>) {
    let places = draft.node.get("remove").and_then(Node::as_list).unwrap_or_default();
    for (name, node) in draft.keys.remove.iter().zip(places) {
        if let Some(index) = actions.iter().position(|(inherited, _)| inherited == name) {
            actions.remove(index);
            continue;
        }
        let names = || actions.iter().map(|(inherited, _)| inherited.as_str());
        let help = nearest(name, names()).map(|near| format!("did you mean `{near}`?"));
        let expected = if actions.is_empty() {
            "it takes over no action".to_string()
        } else {
            format!("expected one of {}", list_names(names()))
        };
        let message = format!("{} takes over no action {}", quoted(&draft.keys.name), quoted(name));
        reader.report.error_with_help(node.place, message, expected, help);
    }
}
