//! What may stand below a place of the tree: the format as something to walk along a dotted path.

use super::action::ActionKeys;
use super::entity::Entity;
use super::key::{EntityMeta, Form, Key, Kind, Names, Nested};
use super::policies::PolicyKeys;

/// What a node of the tree is by the format.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// A table with known keys.
    Entity(&'static EntityMeta),
    /// A table with one item per name; the names are made here if the flag is set.
    PerName(&'static Key, Names, bool),
    /// A list; its items go by number.
    List(&'static Key),
    /// The list of policies; they go by name.
    Policies,
    /// A policy, whose actions go by name.
    Policy,
    /// An action: common keys and those of its instrument.
    Action,
    /// A condition.
    Condition,
    /// A table of parameters that the catalog knows.
    Settings,
    /// A value with nothing below it that could be named.
    Leaf,
}

impl Shape {
    /// The whole file.
    pub fn root() -> Self {
        Self::Entity(super::document::Document::META)
    }

    /// The value of a key.
    pub fn of_key(key: &'static Key) -> Self {
        match (key.spec.kind, key.spec.form) {
            (Kind::Policy, _) => Self::Policies,
            (Kind::Mechanism, _) => Self::PerName(key, Names::Mechanisms, false),
            (Kind::Instrument, _) => Self::PerName(key, Names::Instruments, false),
            (_, Form::One) => Self::of_item(key),
            (_, Form::List) => Self::List(key),
            (_, Form::PerName(of)) => Self::PerName(key, of, false),
            (_, Form::Declares(of)) => Self::PerName(key, of, true),
        }
    }

    /// One item of a key's list or table of names.
    pub fn of_item(key: &'static Key) -> Self {
        match (key.spec.kind, key.nested) {
            (Kind::Table, Nested::Entity(meta)) => Self::Entity(meta),
            (Kind::Condition, _) => Self::Condition,
            (Kind::Action, _) => Self::Action,
            (Kind::Policy, _) => Self::Policy,
            (Kind::Mechanism | Kind::Instrument, _) => Self::Settings,
            _ => Self::Leaf,
        }
    }

    /// The key that the last part of a path names, if the format has one there that does not depend on the catalog. Parts
    /// that are names or numbers of items are taken as they are.
    pub fn key_at(self, path: &[&str]) -> Option<&'static Key> {
        let (first, rest) = path.split_first()?;
        let below = |shape: Self, found: Option<&'static Key>| if rest.is_empty() { found } else { shape.key_at(rest) };
        match self {
            Self::PerName(key, Names::Quantities, _) => Some(key),
            Self::PerName(key, ..) | Self::List(key) => below(Self::of_item(key), Some(key)),
            Self::Policies => below(Self::Policy, None),
            Self::Leaf | Self::Settings => None,
            shape => match shape.keys().iter().find(|key| key.name == *first) {
                Some(key) => below(Self::of_key(key), Some(key)),
                // A policy's action by its name; conditions within a condition.
                None if matches!(shape, Self::Policy) => below(Self::Action, None),
                None if matches!(shape, Self::Condition) && *first == "not" => below(Self::Condition, None),
                None if matches!(shape, Self::Condition) => Self::Condition.key_at(rest.get(1..)?),
                None => None,
            },
        }
    }

    /// The keys below it that do not depend on the catalog.
    pub fn keys(self) -> &'static [Key] {
        match self {
            Self::Entity(meta) => meta.keys,
            Self::Policy => PolicyKeys::META.keys,
            Self::Action => ActionKeys::META.keys,
            Self::Condition => super::policy::Comparison::META.keys,
            _ => &[],
        }
    }
}
