//! Declaring the tables of the format: `entity!` for tables of keys, `choice!` for words.
//!
//! A declaration is the struct itself with, for each key, its doc comment and its form. From it come the struct,
//! the reading code and the metadata ([`super::key`]) behind schema, explanations and reference.

use super::key::{EntityMeta, Word};
use super::reader::Scope;
use super::uncertain::Uncertain;

/// A table with known keys.
pub trait Entity: Sized {
    /// Name, meaning and keys.
    const META: &'static EntityMeta;

    /// Reads all keys; `None` after an error, which the scope has reported.
    fn read_keys(scope: &mut Scope<'_, '_>) -> Option<Self>;

    /// Appends every uncertain value in it, in the order of the keys.
    fn visit<'a>(&'a self, found: &mut Vec<&'a Uncertain>);

    /// The same, to change them.
    fn visit_mut<'a>(&'a mut self, found: &mut Vec<&'a mut Uncertain>);
}

/// One of a few words.
pub trait Choice: Copy + 'static {
    /// The words, in the order of the variants.
    const WORDS: &'static [Word];
    /// The variants.
    const VARIANTS: &'static [Self];
}

macro_rules! entity {
    (
        $(#[doc = $doc:literal])+
        $visibility:vis struct $name:ident {
            $( $(#[doc = $key_doc:literal])+ $key:ident : $type:ty = $spec:expr ),+ $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        $visibility struct $name {
            $( $(#[doc = $key_doc])+ pub $key: $type, )+
        }

        impl $crate::scenario::entity::Entity for $name {
            const META: &'static $crate::scenario::key::EntityMeta = &$crate::scenario::key::EntityMeta {
                name: stringify!($name),
                doc: concat!($($doc),+).trim_ascii(),
                keys: &[ $( $crate::scenario::key::Key {
                    name: stringify!($key),
                    doc: concat!($($key_doc),+).trim_ascii(),
                    spec: {
                        #[allow(unused_imports, reason = "each key uses one of the forms")]
                        use $crate::scenario::key::*;
                        $spec
                    },
                    nested: <$type as $crate::scenario::field::Field>::NESTED,
                }, )+ ],
            };

            fn read_keys(scope: &mut $crate::scenario::reader::Scope<'_, '_>) -> Option<Self> {
                // Every key is read before the first failure is passed on, so that all errors are reported.
                $( let $key = scope.key::<$type>(stringify!($key)); )+
                Some(Self { $( $key: $key?, )+ })
            }

            fn visit<'a>(&'a self, found: &mut Vec<&'a $crate::scenario::uncertain::Uncertain>) {
                $( $crate::scenario::field::Field::visit(&self.$key, found); )+
            }

            fn visit_mut<'a>(&'a mut self, found: &mut Vec<&'a mut $crate::scenario::uncertain::Uncertain>) {
                $( $crate::scenario::field::Field::visit_mut(&mut self.$key, found); )+
            }
        }
    };
}

macro_rules! choice {
    (
        $(#[doc = $doc:literal])+
        $visibility:vis enum $name:ident {
            $( $(#[doc = $word_doc:literal])+ $variant:ident = $word:literal ),+ $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        $visibility enum $name {
            $( $(#[doc = $word_doc])+ #[serde(rename = $word)] $variant, )+
        }

        impl $crate::scenario::entity::Choice for $name {
            const WORDS: &'static [$crate::scenario::key::Word] = &[
                $( $crate::scenario::key::Word { name: $word, doc: concat!($($word_doc),+).trim_ascii() }, )+
            ];
            const VARIANTS: &'static [Self] = &[ $( Self::$variant, )+ ];
        }
    };
}

pub(crate) use {choice, entity};
