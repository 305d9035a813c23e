//! What the state's instruments amount to in one step, after money and politics: written by instruments, read by
//! the mechanisms they act through.

use super::ids::{GroupId, HostId, RegionId};
use super::table::{Column, List, Table, column};
use crate::sampling::lanes::LANES;

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

/// Levels and means of all instruments in one step. A level is a share of the full effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Effort {
    /// Intelligence-based operations expected in the step, per region.
    pub operations: Table<RegionId, Column>,
    /// Number of fronts that operations are spread over.
    pub fronts: Column,
    /// Level of a large operation.
    pub large_operation: Table<RegionId, Column>,
    /// Level of policing.
    pub policing: Table<RegionId, Column>,
    /// Level of development.
    pub development: Table<RegionId, Column>,
    /// Level of dialogue with the people of a region.
    pub dialogue: Table<RegionId, Column>,
    /// Level of protection of foreign projects and infrastructure.
    pub protection: Table<RegionId, Column>,
    /// Level of border control.
    pub border: Table<HostId, Column>,
    /// Level of diplomacy.
    pub diplomacy: Table<HostId, Column>,
    /// Level of counter-finance.
    pub counter_finance: Table<GroupId, Column>,
    /// Level of an amnesty.
    pub reconciliation: Table<GroupId, Column>,
    /// Pressure on a group with allegiance to fight on the state's side.
    pub press: Table<GroupId, Column>,
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
            operations: Table::filled(regions, column(0.0)),
            fronts: column(1.0),
            large_operation: Table::filled(regions, column(0.0)),
            policing: Table::filled(regions, column(0.0)),
            development: Table::filled(regions, column(0.0)),
            dialogue: Table::filled(regions, column(0.0)),
            protection: Table::filled(regions, column(0.0)),
            border: Table::filled(hosts, column(0.0)),
            diplomacy: Table::filled(hosts, column(0.0)),
            counter_finance: Table::filled(slots, column(0.0)),
            reconciliation: Table::filled(slots, column(0.0)),
            press: Table::filled(slots, column(0.0)),
            consensus: column(0.0),
            talks: Table::filled(slots, None),
            strikes: List::with_room(slots),
        }
    }

    /// Sets everything back to nothing, keeping what was allocated.
    pub fn clear(&mut self) {
        for table in [
            &mut self.operations,
            &mut self.large_operation,
            &mut self.policing,
            &mut self.development,
            &mut self.dialogue,
            &mut self.protection,
        ] {
            table.iter_mut().for_each(|c| *c = column(0.0));
        }
        for table in [&mut self.border, &mut self.diplomacy] {
            table.iter_mut().for_each(|c| *c = column(0.0));
        }
        for table in [&mut self.counter_finance, &mut self.reconciliation, &mut self.press] {
            table.iter_mut().for_each(|c| *c = column(0.0));
        }
        self.fronts = column(1.0);
        self.consensus = column(0.0);
        self.talks.iter_mut().for_each(|t| {
            if let Some(offer) = t {
                offer.effort = [0.0; LANES];
            }
        });
        self.strikes.clear();
    }
}
