//! What groups draw on: the grievance of their cause in the regions where they are.

use super::ids::{CauseId, GroupId, RegionId};
use super::state::{Groups, Regions, State};
use super::table::{Column, Table, column};
use super::units::Share;
use crate::sampling::lanes::{LANES, LaneSet, Lanes, lanes_where};

/// Grievance of each group's cause, weighted by its presence. The first mechanism of a step that sums it leaves it to those
/// after it.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    step: Option<usize>,
    sums: Table<GroupId, Column>,
}

impl Drawn {
    /// Nothing summed yet.
    pub fn none(slots: usize) -> Self {
        Self { step: None, sums: Table::filled(slots, column(0.0)) }
    }

    /// The sums of all groups, to be found in this step.
    #[inline(always)]
    pub fn found_in(&mut self, step: usize) -> &mut Table<GroupId, Column> {
        self.step = Some(step);
        &mut self.sums
    }
}

impl State {
    /// Grievance that a group can draw on: of its cause, weighted by its presence.
    pub fn grievance_of(&self, group: GroupId, lane: usize) -> f64 {
        let cause = self.groups.cause[group][lane];
        self.groups.reach[group]
            .iter()
            .map(|&r| self.groups.presence[(group, r)][lane] * self.regions.grievance[(r, cause)][lane].get())
            .sum()
    }

    /// The same in all trials: as found in this step, if it was. In trials without the group any number.
    #[inline(always)]
    pub fn drawn_on(&self, group: GroupId) -> Column {
        let drawn = &self.groups.grievance;
        if drawn.step == Some(self.step) {
            debug_assert_eq!(drawn.sums[group], self.sum_drawn_on(group), "what was left is what there is");
            return drawn.sums[group];
        }
        self.sum_drawn_on(group)
    }

    #[inline(always)]
    fn sum_drawn_on(&self, group: GroupId) -> Column {
        let grievances = Grievances::of_group(group, &self.groups, &self.regions);
        let mut sum = column(0.0);
        for &region in &self.groups.reach[group] {
            let (share, mut mixed) = (&self.groups.presence[(group, region)], Lanes::of(Share::ZERO));
            grievances.note(region, &mut mixed);
            let grievance = grievances.noted(region, &mixed);
            for k in 0..LANES {
                sum[k] += share[k] * grievance[k].get();
            }
        }
        sum
    }
}

/// The grievances that a group draws on: of one cause, where it has the same in all trials.
pub struct Grievances<'a> {
    regions: &'a Regions,
    cause: CauseId,
    shared: bool,
    /// Where causes differ: each and its trials, those with the group.
    causes: [(CauseId, LaneSet); LANES],
    many: usize,
}

impl<'a> Grievances<'a> {
    /// Of the cause that a group has in each trial. Where causes differ, there is none in trials without the group.
    #[inline(always)]
    pub fn of_group(group: GroupId, groups: &Groups, regions: &'a Regions) -> Self {
        let (own, posture) = (&groups.cause[group], &groups.posture[group]);
        let cause = own[0];
        let shared = own.iter().fold(true, |shared, &own| shared & (own == cause));
        let mut causes = [(cause, LaneSet::default()); LANES];
        let mut many = 0;
        if !shared {
            let mut rest = lanes_where(|k| posture[k].exists());
            while let Some(lane) = rest.clone().next() {
                let trials = rest.and(lanes_where(|k| own[k] == own[lane]));
                causes[many % LANES] = (own[lane], trials);
                many += 1;
                rest = rest.minus(trials);
            }
        }
        Self { regions, cause, shared, causes, many }
    }

    /// Notes those of a region, put together from the causes of its trials, where these differ.
    #[inline(always)]
    pub fn note(&self, region: RegionId, mixed: &mut Lanes<Share>) {
        if self.shared {
            return;
        }
        let mut sum = Lanes::of(Share::ZERO);
        for &(cause, trials) in &self.causes[..self.many.min(LANES)] {
            let grievance = &self.regions.grievance[(region, cause)];
            for k in 0..LANES {
                sum[k] = sum[k].or(grievance[k].only_if(trials.has(k)));
            }
        }
        *mixed = sum;
    }

    /// Those of a region; `mixed` as noted.
    #[inline(always)]
    pub fn noted<'b>(&self, region: RegionId, mixed: &'b Lanes<Share>) -> &'b Lanes<Share>
    where
        'a: 'b,
    {
        if self.shared { &self.regions.grievance[(region, self.cause)] } else { mixed }
    }
}
