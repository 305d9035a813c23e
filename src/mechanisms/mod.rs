//! The mechanisms of the model and the order in which a step calls them.
//!
//! One mechanism is one file: its parameters with units, ranges and sources, its equations, its code. To add one is
//! to add a file, its line in the list below and its place in [`step`].

// Columns are indexed by trial, several at a time: zipped iterators would hide which trial meets which.
#![allow(clippy::needless_range_loop)]

mod alliances;
mod attacks;
mod budget;
mod clashes;
pub mod context;
mod endings;
mod hosts;
pub mod instruments;
mod large_operations;
mod mergers;
mod movement;
mod operations;
mod parameters;
mod policy;
mod politics;
mod public;
mod recovery;
mod recruitment;
mod shocks;
mod splits;
mod strikes;
mod talks;
mod transfer;

use crate::sampling::lanes::LANES;
use crate::sampling::widest::{Work, widest};
use crate::scenario::catalog::MechanismSpec;
use crate::world::laws::violation;
use crate::world::{State, World};
use context::Context;

/// A mechanism's turn in a step. A `step` that is `#[inline(always)]` is compiled for wide vectors too.
struct Turn<'a, M> {
    mechanism: &'a mut M,
    context: &'a Context<'a>,
    state: &'a mut State,
}

/// Lists the mechanisms once: in the catalog's order, which is that of the world's drawn parameters.
macro_rules! mechanisms {
    ($($name:ident: $kind:ty),* $(,)?) => {
        /// What the catalog holds of all mechanisms.
        pub const SPECS: &[MechanismSpec] = &[$($name::SPEC),*];

        /// The mechanisms of a block of trials; those switched off are absent and never called.
        #[derive(Clone)]
        pub struct Mechanisms {
            $($name: Option<$kind>,)*
        }

        impl Mechanisms {
            /// Prepares the mechanisms that are on. `on` is in the order of [`SPECS`].
            #[allow(unused_assignments, reason = "the last count of the list is not used")]
            pub fn new(world: &World, on: &[bool]) -> Self {
                let mut next = 0;
                $(
                    let $name = on[next].then(|| <$kind>::new(world, &world.parameters[next]));
                    next += 1;
                )*
                Self { $($name),* }
            }
        }

        $(
            impl Work for Turn<'_, $kind> {
                #[inline(always)]
                fn run(self) {
                    self.mechanism.step(self.context, self.state);
                }
            }
        )*
    };
}

mechanisms! {
    shocks: shocks::Shocks,
    politics: politics::Politics,
    budget: budget::Budget,
    policy: policy::Policy,
    talks: talks::TalksWithGroups,
    hosts: hosts::HostsAndShelter,
    movement: movement::Movement,
    recovery: recovery::Recovery,
    recruitment: recruitment::Recruitment,
    alliances: alliances::Alliances,
    clashes: clashes::Clashes,
    mergers: mergers::Mergers,
    splits: splits::Splits,
    endings: endings::Endings,
    attacks: attacks::Attacks,
    operations: operations::Operations,
    large_operations: large_operations::LargeOperations,
    strikes: strikes::Strikes,
    public: public::Public,
}

/// One step of all trials of a block.
///
/// Each mechanism reads the state that the one before it left; within a mechanism all entities read the same
/// state, where its file does not say otherwise. `after` hears the name of each mechanism that has just been called
/// (for benches and tests).
#[inline(always)]
pub fn step(mechanisms: &mut Mechanisms, context: &Context, state: &mut State, after: &mut impl FnMut(&'static str)) {
    state.begin_step(context.step);
    macro_rules! call {
        ($($name:ident),* $(,)?) => {$(
            if let Some(mechanism) = &mut mechanisms.$name {
                widest(Turn { mechanism, context, state });
                after(stringify!($name));
                debug_assert_eq!(violation(context.world, state, context.step % LANES), None, concat!("after ", stringify!($name)));
            }
        )*};
    }
    call! {
        shocks,
        politics,
        budget,
        policy,
        talks,
        hosts,
        movement,
        recovery,
        recruitment,
        alliances,
        clashes,
        mergers,
        splits,
        endings,
        attacks,
        operations,
        large_operations,
        strikes,
        public,
    }
}
