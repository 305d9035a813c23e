//! The books of a trial: every fighter, casualty and unit of money that moves is entered here, and nowhere else
//! is it counted. Outcomes are read from these books, and the conservation laws are statements about them.

use super::ids::{GroupId, Id, RegionId};
use super::table::{Counts, Grid, Table};
use super::units::Money;
use crate::sampling::lanes::Lanes;

macro_rules! accounts {
    ($(#[$doc:meta])* $name:ident { $($(#[$adoc:meta])* $account:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$adoc])* $account),* }

        impl $name {
            /// All accounts, in order.
            pub const ALL: &'static [Self] = &[$(Self::$account),*];
        }

        impl Id for $name {
            #[inline(always)]
            fn new(index: usize) -> Self {
                Self::ALL[index]
            }
            #[inline(always)]
            fn index(self) -> usize {
                self as usize
            }
        }
    };
}

accounts! {
    /// What happens to the fighters of a group, and what it does. Cumulative over the trial, in people
    /// (attacks in attacks).
    GroupFlow {
        /// Joined as recruits.
        Recruits,
        /// Came from another group: absorbed, defected, or the founding members of a splinter.
        Joined,
        /// Added by a shock (prisoners freed).
        Arrived,
        /// Killed, whoever did it.
        Killed,
        /// Captured by the state.
        Captured,
        /// Left for civilian life by themselves.
        Exited,
        /// Laid down arms under a deal or an amnesty.
        Surrendered,
        /// Went to another group: absorbed, defected or split off.
        Left,
        /// Taken away by a shock.
        Removed,
        /// Attacks made.
        Attacks,
        /// Killed by its attacks, attackers not counted.
        Victims,
    }
}

accounts! {
    /// What happens in a region. Cumulative over the trial.
    RegionFlow {
        /// Attacks.
        Attacks,
        /// Killed in attacks, attackers not counted.
        Killed,
        /// Killed in attacks, attackers counted.
        KilledWithAttackers,
        /// People driven from their homes by large operations.
        Displaced,
        /// Bystanders killed by the state.
        Bystanders,
    }
}

accounts! {
    /// What is counted for the whole trial. Cumulative.
    Total {
        /// Attacks in which somebody other than an attacker died.
        FatalAttacks,
        /// Members of security forces killed in attacks.
        KilledSecurity,
        /// Civilians killed in attacks, those in attacks on infrastructure included.
        KilledCivilian,
        /// Foreign nationals killed in attacks.
        KilledForeign,
        /// Injured in attacks.
        Injured,
        /// Attacks on foreign nationals and projects.
        AttacksForeign,
        /// Attackers who died in their attacks.
        AttackersKilled,
        /// Militants killed in operations inside the state.
        MilitantsKilledOperations,
        /// Militants killed by cross-border strikes.
        MilitantsKilledStrikes,
        /// Militants killed in clashes between groups.
        MilitantsKilledClashes,
        /// Militants killed by hosts.
        MilitantsKilledHosts,
        /// Intelligence-based operations.
        Operations,
        /// Those that found their target.
        OperationsSuccessful,
        /// Cross-border strikes.
        Strikes,
        /// Clashes with a host's forces at the border.
        BorderClashes,
        /// Members of security forces killed in operations and border clashes.
        SecurityKilledOperations,
        /// Bystanders killed abroad by strikes.
        BystandersAbroad,
        /// Groups absorbed by others.
        Mergers,
        /// Groups born by a split or as splinters of a deal.
        Splits,
        /// Splits that found no free slot (see the scenario's `splinters`).
        SplitsUnplaced,
        /// Groups that ended by a deal or an amnesty.
        EndedSettled,
        /// Groups whose last fighters the state captured or killed in intelligence-based operations.
        EndedPoliced,
        /// Groups whose last fighters fell otherwise.
        EndedDefeated,
        /// Groups that dissolved, or whose last fighters left.
        EndedDiedOut,
        /// Ceasefires begun.
        Ceasefires,
        /// Deals made.
        Deals,
        /// Ceasefires and deals that broke.
        Collapses,
        /// Ceasefires broken by the state's own trap.
        Traps,
        /// Days of group-truces: a day with two truces counts twice.
        TruceDays,
        /// Days of political infighting.
        InfightingDays,
        /// Leaders lost to operations and strikes.
        LeadersLost,
    }
}

/// The books of a block of trials.
#[derive(Debug, Clone, PartialEq)]
pub struct Ledger {
    /// Flows per group slot.
    pub group: Grid<GroupFlow, GroupId, Counts>,
    /// Flows per region.
    pub region: Grid<RegionFlow, RegionId, Counts>,
    /// Flows of the whole.
    pub total: Table<Total, Counts>,
    /// Revenue and aid received.
    pub received: Lanes<Money>,
    /// Spent by policies.
    pub spent: Lanes<Money>,
    /// Asked for by policies and not there.
    pub unmet: Lanes<Money>,
    /// Above the cap of what can be carried over.
    pub lapsed: Lanes<Money>,
    /// Moved in or out of the treasury by shocks, in that order.
    pub shocked_in: Lanes<Money>,
    /// See `shocked_in`.
    pub shocked_out: Lanes<Money>,
    /// Spent per action of the policy.
    pub spent_by_action: Vec<Lanes<Money>>,
}

impl Ledger {
    /// Empty books.
    pub fn new(slots: usize, regions: usize, actions: usize) -> Self {
        Self {
            group: Grid::filled(GroupFlow::ALL.len(), slots, Lanes::of(0)),
            region: Grid::filled(RegionFlow::ALL.len(), regions, Lanes::of(0)),
            total: Table::filled(Total::ALL.len(), Lanes::of(0)),
            received: Lanes::of(Money::ZERO),
            spent: Lanes::of(Money::ZERO),
            unmet: Lanes::of(Money::ZERO),
            lapsed: Lanes::of(Money::ZERO),
            shocked_in: Lanes::of(Money::ZERO),
            shocked_out: Lanes::of(Money::ZERO),
            spent_by_action: vec![Lanes::of(Money::ZERO); actions],
        }
    }

    /// Enters a flow of a group.
    #[inline(always)]
    pub fn enter(&mut self, flow: GroupFlow, group: GroupId, lane: usize, count: i32) {
        debug_assert!(count >= 0, "a flow is never negative: {flow:?} {count}");
        self.group[(flow, group)][lane] += count;
    }

    /// Enters a flow of the whole.
    #[inline(always)]
    pub fn count(&mut self, total: Total, lane: usize, count: i32) {
        debug_assert!(count >= 0, "a flow is never negative: {total:?} {count}");
        self.total[total][lane] += count;
    }

    /// Fighters that the books leave a group with, from its strength at the start.
    pub fn strength(&self, group: GroupId, lane: usize, start: i32) -> i64 {
        use GroupFlow::*;
        let of = |flow: GroupFlow| i64::from(self.group[(flow, group)][lane]);
        i64::from(start) + of(Recruits) + of(Joined) + of(Arrived)
            - of(Killed)
            - of(Captured)
            - of(Exited)
            - of(Surrendered)
            - of(Left)
            - of(Removed)
    }
}
