//! What the state's instruments amount to in one step, after money and politics: written by instruments, read by
//! the mechanisms they act through.

use std::ops::{Index, IndexMut};

use super::ids::{GroupId, HostId, Id, RegionId};
use super::table::{Column, List, Table, column};
use crate::sampling::lanes::Lanes;

/// Talks on offer to a group.
#[derive(Debug, Clone, PartialEq)]
pub struct TalksOffer {
    /// Index of the action in the policy, for the regions where concessions cost writ.
    pub action: usize,
    /// How seriously they are pursued, 0 (not at all) to 1.
    pub effort: Column,
    /// What is conceded, a share of all that could be.
    pub concessions: Column,
    /// Consultation of those who could resist a deal, a share.
    pub consultation: Column,
    /// Weeks of ceasefire after which leaders are struck; infinite if the talks are sincere.
    pub trap_after: Column,
    /// The host that mediates, if one is asked.
    pub mediator: Option<HostId>,
}

/// A cross-border strike programme against one group in one host, in one step.
#[derive(Debug, Clone, PartialEq)]
pub struct StrikeProgramme {
    /// Struck group.
    pub group: GroupId,
    /// On whose soil.
    pub host: HostId,
    /// Strikes per year.
    pub tempo: Column,
}

/// A number for each id in each trial, all 0 at the beginning of a step. Most instruments are not at work in most steps: what was
/// not raised is neither cleared nor need be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Levels<I> {
    values: Table<I, Column>,
    raised: bool,
}

impl<I: Id> Levels<I> {
    fn none(len: usize) -> Self {
        Self { values: Table::filled(len, column(0.0)), raised: false }
    }

    fn clear(&mut self) {
        if std::mem::take(&mut self.raised) {
            self.values.iter_mut().for_each(|level| *level = column(0.0));
        }
    }

    /// Whether anything may have been raised in this step; if not, all is 0.
    #[inline(always)]
    pub fn raised(&self) -> bool {
        self.raised
    }

    /// Number of ids.
    #[inline]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// True without ids.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// All columns, in order of id.
    #[inline]
    pub fn iter(&self) -> std::slice::Iter<'_, Column> {
        self.values.iter()
    }
}

impl<I: Id> Index<I> for Levels<I> {
    type Output = Column;
    #[inline(always)]
    fn index(&self, id: I) -> &Column {
        &self.values[id]
    }
}

impl<I: Id> IndexMut<I> for Levels<I> {
    #[inline(always)]
    fn index_mut(&mut self, id: I) -> &mut Column {
        self.raised = true;
        &mut self.values[id]
    }
}

/// Levels and means of all instruments in one step. A level is a share of the full effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Effort {
    /// Intelligence-based operations expected in the step, per region.
    pub operations: Levels<RegionId>,
    /// Number of fronts that operations are spread over.
    pub fronts: Column,
    /// Level of a large operation.
    pub large_operation: Levels<RegionId>,
    /// Level of policing.
    pub policing: Levels<RegionId>,
    /// Level of development.
    pub development: Levels<RegionId>,
    /// Level of dialogue with the people of a region.
    pub dialogue: Levels<RegionId>,
    /// Level of protection of foreign projects and infrastructure.
    pub protection: Levels<RegionId>,
    /// Level of border control.
    pub border: Levels<HostId>,
    /// Level of diplomacy.
    pub diplomacy: Levels<HostId>,
    /// Level of counter-finance.
    pub counter_finance: Levels<GroupId>,
    /// Level of an amnesty.
    pub reconciliation: Levels<GroupId>,
    /// Pressure on a group with allegiance to fight on the state's side.
    pub press: Levels<GroupId>,
    /// Level of consensus-building.
    pub consensus: Column,
    /// Talks on offer.
    pub talks: Table<GroupId, Option<TalksOffer>>,
    /// Strike programmes.
    pub strikes: List<StrikeProgramme>,
}

impl Effort {
    /// No effort at all.
    pub fn none(slots: usize, regions: usize, hosts: usize) -> Self {
        Self {
            operations: Levels::none(regions),
            fronts: column(1.0),
            large_operation: Levels::none(regions),
            policing: Levels::none(regions),
            development: Levels::none(regions),
            dialogue: Levels::none(regions),
            protection: Levels::none(regions),
            border: Levels::none(hosts),
            diplomacy: Levels::none(hosts),
            counter_finance: Levels::none(slots),
            reconciliation: Levels::none(slots),
            press: Levels::none(slots),
            consensus: column(0.0),
            talks: Table::filled(slots, None),
            strikes: List::with_room(slots),
        }
    }

    /// Sets everything back to nothing, keeping what was allocated.
    pub fn clear(&mut self) {
        for levels in [
            &mut self.operations,
            &mut self.large_operation,
            &mut self.policing,
            &mut self.development,
            &mut self.dialogue,
            &mut self.protection,
        ] {
            levels.clear();
        }
        self.border.clear();
        self.diplomacy.clear();
        for levels in [&mut self.counter_finance, &mut self.reconciliation, &mut self.press] {
            levels.clear();
        }
        self.fronts = column(1.0);
        self.consensus = column(0.0);
        self.talks.iter_mut().for_each(|t| {
            if let Some(offer) = t {
                offer.effort = Lanes::of(0.0);
            }
        });
        self.strikes.clear();
    }
}
